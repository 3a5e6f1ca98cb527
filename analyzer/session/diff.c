/* Which lines a unified diff adds, and which findings are on them.
 *
 * Hunks are read by their counts, so that a line of the file that looks like a header is none. A name is that
 * of a file below the top of the repository, or below the current folder, with or without a/ and b/.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    int first, last;
} line_range;

typedef struct {
    const char *key; /* absolute, tidy */
    bool is_new;     /* every line */
    line_range *ranges;
    int n, cap;
} changed_file;

typedef struct {
    const char *name; /* as findings say it */
    int file;         /* index; -1: it has no changes */
} asked_name;

struct changed_lines {
    arena *a;
    changed_file *files;
    int n, cap;
    asked_name *names;
    int nnames, names_cap;
};

changed_lines *changed_create(arena *a)
{
    changed_lines *c = arena_alloc(a, sizeof *c);

    c->a = a;
    return c;
}

static changed_file *file_with(changed_lines *c, const char *key)
{
    changed_file added = {.key = key};

    for (int i = 0; i < c->n; i++)
        if (strcmp(c->files[i].key, key) == 0)
            return &c->files[i];
    ARENA_PUSH(c->a, c->files, c->n, c->cap, added);
    c->nnames = 0;
    return &c->files[c->n - 1];
}

void changed_add_whole(changed_lines *c, const char *key)
{
    file_with(c, key)->is_new = true;
}

/* ---- names in diffs */

/* "\"a\\303\\244\\t.c\"" as git quotes it; others end at a tab. */
static char *unquoted(arena *a, const char *at, size_t n)
{
    char *name = arena_alloc(a, n + 1), *to = name;
    const char *end = at + n;

    if (*at != '"')
        return arena_strndup(a, at, memchr(at, '\t', n) ? (size_t)((const char *)memchr(at, '\t', n) - at) : n);
    for (at++; at < end && *at != '"'; at++) {
        if (*at != '\\' || at + 1 == end) {
            *to++ = *at;
            continue;
        }
        at++;
        if (*at >= '0' && *at <= '3' && at + 2 < end) {
            *to++ = (char)((at[0] - '0') * 64 + (at[1] - '0') * 8 + (at[2] - '0'));
            at += 2;
        } else {
            *to++ = *at == 't' ? '\t' : *at == 'n' ? '\n' : *at == 'r' ? '\r' : *at;
        }
    }
    return name;
}

static const char *repository_top(arena *a)
{
    for (const char *at = path_absolute(a, "."); *at == '/' && at[1]; at = path_folder(a, at))
        if (access(path_join(a, at, ".git"), F_OK) == 0)
            return at;
    return ".";
}

static const char *without_first(const char *name)
{
    const char *slash = strchr(name, '/');

    return slash && slash[1] ? slash + 1 : name;
}

static const char *key_of(arena *a, const char *name, bool is_git)
{
    const char *const folders[] = {is_git ? repository_top(a) : ".", is_git ? "." : repository_top(a)};
    bool has_prefix = islower((unsigned char)name[0]) && name[1] == '/';
    const char *names[] = {name, without_first(name)};

    if (is_git && has_prefix) {
        names[0] = without_first(name);
        names[1] = name;
    }
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++)
            if (is_file(path_join(a, folders[k], names[i])))
                return path_tidy(a, path_absolute(a, path_join(a, folders[k], names[i])));
    return path_tidy(a, path_absolute(a, path_join(a, folders[0], names[0])));
}

/* ---- reading */

typedef struct {
    changed_lines *to;
    const char *shown;   /* the diff, for messages */
    const char *only;    /* the file that it is about, whatever it says; or NULL */
    const char *at, *end;
    int number;          /* of the line at `at` */
    bool is_git, has_any;
    const char *file;    /* NULL: before the first, or one that is deleted */
    bool has_file;
} diff_reader;

static size_t line_length(const diff_reader *r)
{
    const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));

    return (size_t)((newline ? newline : r->end) - r->at);
}

static void next_line(diff_reader *r)
{
    r->at += line_length(r);
    r->at += r->at < r->end;
    r->number++;
}

static bool begins(const diff_reader *r, const char *word)
{
    size_t n = strlen(word);

    return (size_t)(r->end - r->at) >= n && memcmp(r->at, word, n) == 0;
}

/* "12,3": a line and how many, 1 when it is not said. */
static bool take_range(const char **at, int *first, int *count)
{
    char *end;

    *count = 1;
    if (!isdigit((unsigned char)**at))
        return false;
    *first = (int)strtol(*at, &end, 10);
    if (*end == ',' && isdigit((unsigned char)end[1]))
        *count = (int)strtol(end + 1, &end, 10);
    *at = end;
    return *first >= 0 && *count >= 0;
}

static void add_line(diff_reader *r, int line)
{
    changed_file *f = r->file ? file_with(r->to, r->file) : NULL;
    line_range one = {line, line};

    if (!f)
        return;
    if (f->n && f->ranges[f->n - 1].last == line - 1)
        f->ranges[f->n - 1].last = line;
    else
        ARENA_PUSH(r->to->a, f->ranges, f->n, f->cap, one);
}

static int malformed(const diff_reader *r, const char *why, status *st)
{
    return fail(st, ERR_USAGE, "%s:%d: %s", r->shown, r->number, why);
}

static int read_hunk(diff_reader *r, status *st)
{
    const char *at = r->at + 4;
    int line, ignored, before, after;

    if (!r->has_file)
        return malformed(r, "a hunk of no file: a line with +++ and its name was expected before it", st);
    if (!take_range(&at, &ignored, &before) || strncmp(at, " +", 2) != 0 || (at += 2, !take_range(&at, &line, &after)) ||
        strncmp(at, " @@", 3) != 0)
        return malformed(r, "this is no head of a hunk, as in @@ -1,2 +3,4 @@", st);
    for (next_line(r); before > 0 || after > 0; next_line(r)) {
        char c = r->at < r->end ? *r->at : '\0';

        if (r->at >= r->end)
            return malformed(r, "the diff ends in the middle of a hunk", st);
        if (c == '+' && after > 0)
            add_line(r, line);
        else if (c != ' ' && c != '\n' && c != '\r' && c != '-' && c != '\\')
            return malformed(r, "a line of a hunk begins with +, - or a blank", st);
        before -= c != '+' && c != '\\';
        after -= c != '-' && c != '\\';
        line += c != '-' && c != '\\';
        if (before < 0 || after < 0)
            return malformed(r, "the hunk has other lines than its head says", st);
    }
    return 0;
}

static void take_name(diff_reader *r)
{
    size_t n = line_length(r) - 4;
    char *name;

    n -= n > 0 && r->at[4 + n - 1] == '\r';
    name = unquoted(r->to->a, r->at + 4, n);
    r->has_file = true;
    r->file = strcmp(name, "/dev/null") == 0 ? NULL : r->only ? r->only : key_of(r->to->a, name, r->is_git);
}

static int read_head(diff_reader *r, status *st)
{
    if (begins(r, "diff --cc ") || begins(r, "diff --combined ") || begins(r, "@@@ "))
        return malformed(r, "a diff against several versions is of no use here: compare with one", st);
    if (begins(r, "diff --git ")) {
        r->is_git = r->has_any = true;
        r->has_file = false;
    }
    if (begins(r, "--- "))
        r->has_any = true;
    if (begins(r, "+++ "))
        take_name(r);
    next_line(r);
    return 0;
}

static int read_diff(diff_reader *r, status *st)
{
    bool is_empty = strspn(r->at, " \t\r\n") == (size_t)(r->end - r->at);

    while (r->at < r->end)
        if ((begins(r, "@@ -") ? read_hunk(r, st) : read_head(r, st)) != 0)
            return -1;
    r->number = 1;
    return r->has_any || is_empty ? 0 : malformed(r, "this is no unified diff, as git diff prints it", st);
}

int changed_add_diff(changed_lines *c, const char *shown, const char *only, const char *text, size_t len, status *st)
{
    diff_reader r = {.to = c, .shown = shown, .only = only, .at = text, .end = text + len, .number = 1};

    return read_diff(&r, st);
}

int session_read_diff(arena *a, const char *file, changed_lines **out, status *st)
{
    char *text;
    size_t len;

    *out = changed_create(a);
    if (file_read(a, file, &text, &len, st) != 0)
        return -1;
    return changed_add_diff(*out, strcmp(file, "-") == 0 ? "<stdin>" : file, NULL, text, len, st);
}

/* ---- asking */

static int file_named(changed_lines *c, const char *name)
{
    asked_name added = {name, -1};
    const char *key;

    for (int i = 0; i < c->nnames; i++)
        if (strcmp(c->names[i].name, name) == 0)
            return c->names[i].file;
    key = path_tidy(c->a, path_absolute(c->a, name));
    for (int i = 0; i < c->n; i++)
        if (strcmp(c->files[i].key, key) == 0)
            added.file = i;
    ARENA_PUSH(c->a, c->names, c->nnames, c->names_cap, added);
    return added.file;
}

bool session_is_changed(void *changed, const char *file, int line)
{
    changed_lines *c = changed;
    int i = file ? file_named(c, file) : -1;
    const changed_file *f = i >= 0 ? &c->files[i] : NULL;

    if (!f || f->is_new)
        return f != NULL;
    for (int k = 0; k < f->n; k++)
        if (line >= f->ranges[k].first && line <= f->ranges[k].last)
            return true;
    return false;
}

static bool is_touched(changed_lines *c, const finding *f)
{
    bool touched = session_is_changed(c, f->at.file, f->at.line);

    for (int i = 0; i < f->npath && !touched; i++)
        touched = session_is_changed(c, f->path[i].at.file, f->path[i].at.line);
    for (int i = 0; i < f->nalso && !touched; i++)
        touched = session_is_changed(c, f->also[i].file, f->also[i].line);
    return touched;
}

void session_keep_changed(changed_lines *c, session_result *now)
{
    for (int i = 0; i < now->nfindings; i++)
        if (!is_about_run(&now->findings[i]) && !is_touched(c, &now->findings[i]))
            now->findings[i].state = STATE_UNCHANGED;
    now->is_compared = true;
}
