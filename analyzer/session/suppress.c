/* Comments that silence findings:
 *
 *   refwarden: ignore[RW101, leak] why            on the line, or alone on the line above
 *   refwarden: ignore-function[RW101] why         in or right above a function
 *   refwarden: ignore-file[RW101] why             anywhere in the file
 *
 * An empty list, or none, means every rule. The words must stand in a comment, not in a string;
 * that is decided per line by looking for the start of a comment before them.
 */
#include "session_int.h"

#include <string.h>
#include <strings.h>

typedef enum { IGNORE_LINE, IGNORE_FUNCTION, IGNORE_FILE } ignore_scope;

typedef struct {
    ignore_scope scope;
    const char *file;
    int line;
    bool alone;       /* nothing but the comment stands on the line */
    const char *list; /* what stands between the brackets */
    size_t len;
} ignore;

typedef struct {
    ignore *items;
    int n, cap;
} ignores;

/* ---- finding the comments */

static const struct {
    const char *word;
    ignore_scope scope;
} scopes[] = {
    {"ignore-function", IGNORE_FUNCTION},
    {"ignore-file", IGNORE_FILE},
    {"ignore", IGNORE_LINE},
};

static const char *find_in_line(const char *at, const char *end, const char *what)
{
    size_t n = strlen(what);

    for (; at + n <= end; at++)
        if (memcmp(at, what, n) == 0)
            return at;
    return NULL;
}

/* In front of a comment that stands alone there are only blanks. */
static bool comment_start(const char *line, const char *words, bool *alone)
{
    const char *end = words, *slash = NULL;
    const char *at = line + strspn(line, " \t");

    for (const char *p = line; p + 1 < end; p++)
        if (p[0] == '/' && (p[1] == '/' || p[1] == '*') && !slash)
            slash = p;
    *alone = slash ? at == slash : *at == '*' || at == words;
    return slash || *alone;
}

static void add_ignore(arena *a, ignores *list, ignore found, const char *at, const char *end)
{
    const char *close;

    found.list = "";
    if (at < end && *at == '[') {
        close = memchr(at, ']', (size_t)(end - at));
        found.list = at + 1;
        found.len = close ? (size_t)(close - at - 1) : (size_t)(end - at - 1);
    }
    ARENA_PUSH(a, list->items, list->n, list->cap, found);
}

static void scan_line(arena *a, ignores *list, const char *file, int number, const char *line,
                      const char *end)
{
    const char *words = find_in_line(line, end, "refwarden:"), *at;
    ignore found = {.file = file, .line = number};

    if (!words || !comment_start(line, words, &found.alone))
        return;
    at = words + strlen("refwarden:");
    at += strspn(at, " \t");
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
        if (strncmp(at, scopes[i].word, strlen(scopes[i].word)) == 0) {
            found.scope = scopes[i].scope;
            add_ignore(a, list, found, at + strlen(scopes[i].word), end);
            return;
        }
}

static void scan_text(arena *a, ignores *list, const char *file, const char *text)
{
    for (int number = 1; *text; number++) {
        const char *end = text + strcspn(text, "\n");

        scan_line(a, list, file, number, text, end);
        text = *end ? end + 1 : end;
    }
}

static void scan_file(arena *a, ignores *list, const source *s, const char *file)
{
    char *text = NULL;
    size_t len;

    if (strcmp(file, s->shown) == 0 && s->text)
        scan_text(a, list, file, s->text);
    else if (file_read(a, strcmp(file, s->shown) == 0 ? s->path : file, &text, &len, NULL) == 0)
        scan_text(a, list, file, text);
}

/* ---- applying them */

static bool list_names(const ignore *g, const finding *f)
{
    const char *at = g->list, *end = g->list + g->len;

    if (g->len == 0)
        return true;
    while (at < end) {
        size_t blanks = strspn(at, ", \t"), n = strcspn(at + blanks, ",] \t");

        at += blanks;
        if ((n == strlen(f->rule) && strncasecmp(at, f->rule, n) == 0) ||
            (n == strlen(f->name) && strncmp(at, f->name, n) == 0))
            return true;
        at += n + (n == 0);
    }
    return false;
}

/* The first line of the function may be a line of its own above the name: `static PyObject *`. */
static bool covers_function(const ignore *g, const ir_unit *unit, const finding *f)
{
    for (int i = 0; i < unit->nfns; i++) {
        const ir_fn *fn = unit->fns[i];

        if (strcmp(fn->name, f->function) == 0)
            return g->line >= fn->loc.line - 1 && g->line <= fn->loc.end_line;
    }
    return false;
}

static bool covers(const ignore *g, const ir_unit *unit, const finding *f)
{
    if (strcmp(g->file, f->at.file) != 0 || !list_names(g, f))
        return false;
    if (g->scope == IGNORE_FILE)
        return true;
    if (g->scope == IGNORE_FUNCTION)
        return covers_function(g, unit, f);
    return g->line == f->at.line || (g->alone && g->line + 1 == f->at.line);
}

static bool is_ignored(const ignores *list, const ir_unit *unit, const finding *f)
{
    for (int i = 0; i < list->n; i++)
        if (covers(&list->items[i], unit, f))
            return true;
    return false;
}

static void scan_files(arena *a, ignores *list, const source *s, const engine_result *result)
{
    strings seen = {0};

    for (int i = 0; i < result->nfindings; i++) {
        const char *file = result->findings[i].at.file;

        if (strings_has(&seen, file))
            continue;
        strings_add(a, &seen, file);
        scan_file(a, list, s, file);
    }
}

void suppress_findings(arena *a, const source *s, const ir_unit *unit, engine_result *result)
{
    ignores list = {0};
    int kept = 0;

    scan_files(a, &list, s, result);
    for (int i = 0; list.n && i < result->nfindings; i++)
        if (!is_ignored(&list, unit, &result->findings[i]))
            result->findings[kept++] = result->findings[i];
    if (list.n)
        result->nfindings = kept;
}
