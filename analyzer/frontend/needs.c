/* What a unit includes and defines: which contracts it needs is decided from that.
 *
 * The directives of the main file are read from its own text, not from libclang's, which may have
 * been given another one; a directive that is not compiled counts too. Headers behind those come
 * from libclang.
 */
#include "frontend_int.h"

#include <string.h>

static size_t skip_blanks(const char *text, size_t at, size_t len)
{
    while (at < len && (text[at] == ' ' || text[at] == '\t'))
        at++;
    return at;
}

/* Where the operand of the directive begins; 0 when it is another one. */
static size_t after_word(const char *text, size_t at, size_t len, const char *word)
{
    size_t n = strlen(word);

    return len - at > n && strncmp(text + at, word, n) == 0 && !is_word(text[at + n])
               ? skip_blanks(text, at + n, len)
               : 0;
}

void add_include(frontend *f, const char *name)
{
    ARENA_PUSH(f->a, f->report->includes, f->report->nincludes, f->include_cap, name);
}

static void take_macro(frontend *f, const char *text, size_t at, size_t len)
{
    size_t n = 0;

    while (at + n < len && is_word(text[at + n]))
        n++;
    if (n > 0)
        ARENA_PUSH(f->a, f->report->macros, f->report->nmacros, f->macro_cap,
                   arena_strndup(f->a, text + at, n));
}

static void take_include(frontend *f, const char *text, size_t at, size_t len)
{
    const char *end = NULL;

    if (at < len && (text[at] == '<' || text[at] == '"'))
        end = memchr(text + at + 1, text[at] == '<' ? '>' : '"', len - at - 1);
    if (end)
        add_include(f, arena_strndup(f->a, text + at + 1, (size_t)(end - text) - at - 1));
}

static void take_directive(frontend *f, const char *text, size_t at, size_t len)
{
    size_t macro = after_word(text, at, len, "define"), name = after_word(text, at, len, "include");

    if (macro)
        take_macro(f, text, macro, len);
    else if (name)
        take_include(f, text, name, len);
}

static void read_directives(frontend *f, const char *text, size_t len)
{
    const char *end;

    for (size_t at = 0; at < len; at = (size_t)(end - text) + 1) {
        size_t first = skip_blanks(text, at, len);

        end = memchr(text + at, '\n', len - at);
        if (!end)
            end = text + len;
        if (first < len && text[first] == '#')
            take_directive(f, text, skip_blanks(text, first + 1, len), (size_t)(end - text));
    }
}

static void read_main_file(frontend *f)
{
    const frontend_request *r = f->request;
    char *text = NULL;
    size_t len;

    if (r->text)
        read_directives(f, r->text, r->text_len);
    else if (file_read(f->a, r->path, &text, &len, NULL) == 0)
        read_directives(f, text, len);
}

static void note_python(frontend *f, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash && strcmp(slash, "/Python.h") == 0 && !f->python_dir &&
        strncmp(path, OVERLAY_DIR, strlen(OVERLAY_DIR)) != 0)
        f->python_dir = absolute_path(f, arena_strndup(f->a, path, (size_t)(slash - path)));
}

static void note_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
    frontend *f = data;
    CXString s = clang_getFileName(file);
    const char *path = arena_strdup(f->a, clang_getCString(s) ? clang_getCString(s) : "");

    (void)stack;
    clang_disposeString(s);
    note_python(f, path);
    if (depth > 0)
        add_include(f, path);
    if (depth > 0 || !f->request->shared_header) /* else use_shared() has noted it, as it is on disk */
        note_read_file(f, file, path);
}

void find_includes(frontend *f)
{
    clang_getInclusions(f->tu, note_inclusion, f);
}

/* A shared header has it left out; see share.c. */
static bool asks_for_long_lengths(const frontend *f)
{
    static const char wanted[] = "PY_SSIZE_T_CLEAN";

    for (int i = 0; i < f->report->nmacros; i++)
        if (strcmp(f->report->macros[i], wanted) == 0)
            return true;
    for (int i = 0; i < f->request->nflags; i++)
        if (strncmp(f->request->flags[i], "-D", 2) == 0 &&
            strncmp(f->request->flags[i] + 2, wanted, sizeof wanted - 1) == 0)
            return true;
    return false;
}

void find_needs(frontend *f)
{
    read_main_file(f);
    if (f->request->shared_header)
        read_shared_includes(f);
    find_includes(f);
    f->unit->has_long_lengths = asks_for_long_lengths(f);
}
