/* What a unit includes and defines: which contracts it needs is decided from that.
 *
 * Macros are those of the main file, seen as lines that begin with #define: a definition that is
 * not compiled counts too.
 */
#include "frontend_int.h"

#include <string.h>

static size_t skip_blanks(const char *text, size_t at, size_t len)
{
    while (at < len && (text[at] == ' ' || text[at] == '\t'))
        at++;
    return at;
}

static void add_macro(frontend *f, const char *text, size_t at, size_t len)
{
    static const char word[] = "define";
    frontend_report *r = f->report;

    at = skip_blanks(text, at, len);
    if (len - at < sizeof word || strncmp(text + at, word, sizeof word - 1) != 0)
        return;
    size_t start = skip_blanks(text, at + sizeof word - 1, len), n = 0;
    if (start == at + sizeof word - 1)
        return;
    at = start;
    while (at + n < len && is_word(text[at + n]))
        n++;
    if (n > 0)
        ARENA_PUSH(f->a, r->macros, r->nmacros, f->macro_cap, arena_strndup(f->a, text + at, n));
}

static void find_macros(frontend *f, const char *text, size_t len)
{
    const char *end;

    for (size_t at = 0; at < len; at = (size_t)(end - text) + 1) {
        size_t first = skip_blanks(text, at, len);

        end = memchr(text + at, '\n', len - at);
        if (!end)
            end = text + len;
        if (first < len && text[first] == '#')
            add_macro(f, text, first + 1, (size_t)(end - text));
    }
}

static void note_python(frontend *f, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash && strcmp(slash, "/Python.h") == 0 && !f->python_dir &&
        strncmp(path, OVERLAY_DIR, strlen(OVERLAY_DIR)) != 0)
        f->python_dir = arena_strndup(f->a, path, (size_t)(slash - path));
}

static void note_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
    frontend *f = data;
    CXString s = clang_getFileName(file);
    const char *path = arena_strdup(f->a, clang_getCString(s) ? clang_getCString(s) : "");
    size_t len = 0;
    const char *text = depth == 0 ? clang_getFileContents(f->tu, file, &len) : NULL;

    (void)stack;
    clang_disposeString(s);
    note_python(f, path);
    if (text)
        find_macros(f, text, len);
    else
        ARENA_PUSH(f->a, f->report->includes, f->report->nincludes, f->include_cap, path);
}

void find_needs(frontend *f)
{
    clang_getInclusions(f->tu, note_inclusion, f);
}
