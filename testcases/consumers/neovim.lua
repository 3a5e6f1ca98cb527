-- What Debian's neovim does with refwarden lsp: called by run_neovim.py, writes what it saw as JSON.
local program, out = vim.env.REFWARDEN, vim.env.REFWARDEN_OUT
local seen = {}
local buffer = vim.api.nvim_get_current_buf()
vim.bo[buffer].filetype = 'c'

local client_id = vim.lsp.start_client({
  name = 'refwarden',
  cmd = { program, 'lsp' },
  root_dir = vim.fn.getcwd(),
  on_exit = function(code) seen.exit = code end,
})
vim.lsp.buf_attach_client(buffer, client_id)

-- vim.wait lets neovim work meanwhile; the time is for builds with sanitizers.
local function wait_for(count)
  return vim.wait(60000, function() return #vim.diagnostic.get(buffer) == count end, 20)
end

local function ask(method, params)
  local answers = vim.lsp.buf_request_sync(buffer, method, params, 60000)
  return answers[client_id].result
end

seen.opened = wait_for(1)
seen.diagnostics = vim.diagnostic.get(buffer)

local line = vim.fn.search('if (item == NULL)') - 1
vim.api.nvim_buf_set_lines(buffer, line, line, false, { '    if (item == NULL) /* é😀 */ Py_DECREF(list);' })
seen.repaired = wait_for(0)
vim.api.nvim_buf_set_lines(buffer, line, line + 1, false, {})
seen.broken = wait_for(1)

local found = vim.diagnostic.get(buffer)[1]
local params = vim.lsp.util.make_given_range_params({ found.lnum + 1, found.col }, { found.end_lnum + 1, found.end_col })
params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, found.lnum) }
for _, action in ipairs(ask('textDocument/codeAction', params)) do
  if action.title == 'Ignore ' .. found.code .. ' here' then
    vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
  end
end
seen.ignored = wait_for(0)
seen.line = vim.api.nvim_buf_get_lines(buffer, found.lnum, found.lnum + 1, false)[1]

vim.fn.search('PyList_New', 'w')
seen.hover = ask('textDocument/hover', vim.lsp.util.make_position_params(0, 'utf-16'))

vim.cmd('silent write')
vim.lsp.stop_client(client_id)
vim.wait(60000, function() return seen.exit ~= nil end, 20)
vim.fn.writefile({ vim.fn.json_encode(seen) }, out)
vim.cmd('qall!')
