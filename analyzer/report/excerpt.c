/* Which source lines a page of findings needs; each is stored once, however many findings share it.
 *
 * A function that is not too long is wanted from its first line to the last place of the finding; of
 * others the lines around each place. Ranges are collected first and read at the end. A function
 * begins at the nearest line above that does not start with a blank and holds its name.
 */
#include "json_int.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    AROUND = 8,          /* lines before and after each place */
    LONG_FUNCTION = 200, /* from its first line to the last place */
    LONG_LINE = 600,     /* bytes; such lines were written by programs */
};

typedef struct {
    int from, to;
} line_range;

typedef struct {
    const char *file;
    line_range *v;
    int n, cap;
} file_lines;

struct excerpt {
    arena *a;
    const report_input *in;
    file_lines *files;
    int n, cap;
};

excerpt *excerpt_create(arena *a, const report_input *in)
{
    excerpt *e = arena_alloc(a, sizeof *e);

    e->a = a;
    e->in = in;
    return e;
}

static const char *line_of(const excerpt *e, const char *file, int line, size_t *len)
{
    return e->in->source_line ? e->in->source_line(e->in->source_ctx, file, line, len) : NULL;
}

/* Findings come sorted by file: the wanted one is most often the last. */
static file_lines *lines_of(excerpt *e, const char *file)
{
    file_lines added = {.file = file};

    for (int i = e->n; i-- > 0;)
        if (strcmp(e->files[i].file, file) == 0)
            return &e->files[i];
    ARENA_PUSH(e->a, e->files, e->n, e->cap, added);
    return &e->files[e->n - 1];
}

static void want(excerpt *e, const char *file, int from, int to)
{
    if (!file || to < 1)
        return;
    file_lines *f = lines_of(e, file);
    line_range r = {from > 1 ? from : 1, to};
    ARENA_PUSH(e->a, f->v, f->n, f->cap, r);
}

static void want_around(excerpt *e, const place *p)
{
    if (p->line > 0)
        want(e, p->file, p->line - AROUND, p->line + AROUND);
}

static void want_edits(excerpt *e, const finding_fix *fix)
{
    for (int i = 0; i < fix->nedits; i++) {
        want_around(e, &fix->edits[i].at);
        want(e, fix->edits[i].at.file, fix->edits[i].at.end_line, fix->edits[i].at.end_line + AROUND);
    }
}

/* ---- where the function begins */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool names(const char *line, size_t len, const char *function)
{
    size_t n = strlen(function);

    for (size_t i = 0; i + n < len; i++)
        if (memcmp(line + i, function, n) == 0 && (i == 0 || !is_word(line[i - 1])) &&
            (line[i + n] == '(' || line[i + n] == ' '))
            return true;
    return false;
}

static int first_line(const excerpt *e, const finding *f, int before)
{
    for (int line = before; line > 0 && line > before - LONG_FUNCTION; line--) {
        size_t len = 0;
        const char *text = line_of(e, f->at.file, line, &len);

        if (text && len && is_word(*text) && names(text, len, f->function))
            return line;
    }
    return 0;
}

static void stretch(const place *p, const char *file, int *from, int *to)
{
    if (!p->file || strcmp(p->file, file) != 0 || p->line < 1)
        return;
    *from = p->line < *from ? p->line : *from;
    *to = p->line > *to ? p->line : *to;
}

int excerpt_add(excerpt *e, const finding *f)
{
    int from = f->at.line, to = f->at.line, first;

    want_around(e, &f->at);
    for (int i = 0; i < f->npath; i++) {
        want_around(e, &f->path[i].at);
        stretch(&f->path[i].at, f->at.file, &from, &to);
    }
    for (int i = 0; i < f->nalso; i++)
        want_around(e, &f->also[i]);
    for (int i = 0; i < f->nfixes; i++)
        want_edits(e, &f->fixes[i]);
    first = *f->function ? first_line(e, f, from) : 0;
    if (first)
        want(e, f->at.file, first - 1, first + 1);
    if (to - (first ? first : from) < LONG_FUNCTION)
        want(e, f->at.file, first ? first - 1 : from, to);
    return first;
}

/* ---- reading */

static int compare(const void *x, const void *y)
{
    const line_range *a = x, *b = y;

    return a->from != b->from ? (a->from < b->from ? -1 : 1) : (a->to > b->to) - (a->to < b->to);
}

static json_t *line_json(const excerpt *e, const char *line, size_t len)
{
    while (len && strchr(" \t\r\v\f", line[len - 1]))
        len--;
    if (len > LONG_LINE)
        return json_text(arena_printf(e->a, "%.*s ...", LONG_LINE, line));
    return json_text(arena_strndup(e->a, line, len));
}

/* [first line, [text, ...]] up to the end of the file. */
static json_t *range_json(const excerpt *e, const char *file, line_range r)
{
    json_t *run = json_array(), *lines = json_array();
    size_t len;

    for (int i = r.from; i <= r.to; i++) {
        const char *line = line_of(e, file, i, &len);

        if (!line)
            break;
        json_array_append_new(lines, line_json(e, line, len));
    }
    json_array_append_new(run, json_integer(r.from));
    json_array_append_new(run, lines);
    return run;
}

static json_t *file_json(const excerpt *e, const file_lines *f)
{
    json_t *runs = json_array();

    qsort(f->v, (size_t)f->n, sizeof *f->v, compare);
    for (int i = 0; i < f->n;) {
        line_range r = f->v[i++];

        for (; i < f->n && f->v[i].from <= r.to + 1; i++)
            r.to = f->v[i].to > r.to ? f->v[i].to : r.to;
        json_array_append_new(runs, range_json(e, f->file, r));
    }
    return runs;
}

json_t *excerpt_json(const excerpt *e)
{
    json_t *files = json_array();

    for (int i = 0; i < e->n; i++) {
        json_t *file = json_object();

        put(file, "file", json_text(e->files[i].file));
        put(file, "runs", file_json(e, &e->files[i]));
        json_array_append_new(files, file);
    }
    return files;
}
