" refwarden as a linter of ALE, for C and C++. In vimrc, once ALE is loaded: source PATH/ale.vim
" g:ale_c_refwarden_executable and g:ale_c_refwarden_options change what is run.

function! RefwardenOption(name, standard) abort
    return get(g:, 'ale_c_refwarden_' . a:name, a:standard)
endfunction

function! RefwardenExecutable(buffer) abort
    return RefwardenOption('executable', 'refwarden')
endfunction

" The buffer goes to standard input, saved or not.
function! RefwardenCommand(buffer) abort
    return '%e check --quiet --color never --format concise '
    \   . RefwardenOption('options', '')
    \   . ' --stdin-filename %s -'
endfunction

function! RefwardenHandle(buffer, lines) abort
    let l:pattern = '\v^(.{-1,}):(\d+):(\d+): (RW\d{3}) (error|warning|note): (.+)$'
    let l:types = {'error': 'E', 'warning': 'W', 'note': 'I'}
    let l:found = []

    for l:match in ale#util#GetMatches(a:lines, l:pattern)
        call add(l:found, {
        \   'filename': l:match[1],
        \   'lnum': str2nr(l:match[2]),
        \   'col': str2nr(l:match[3]),
        \   'code': l:match[4],
        \   'type': l:types[l:match[5]],
        \   'text': l:match[6],
        \})
    endfor

    return l:found
endfunction

for s:language in ['c', 'cpp']
    call ale#linter#Define(s:language, {
    \   'name': 'refwarden',
    \   'executable': function('RefwardenExecutable'),
    \   'command': function('RefwardenCommand'),
    \   'callback': 'RefwardenHandle',
    \   'output_stream': 'stdout',
    \})
endfor
