/* Source lines for reports: each file is read once, when its first line is asked for. */
#include "cli_int.h"

#include <string.h>

typedef struct {
    const char *file;
    const char *text; /* NULL: it cannot be read */
    const char **lines; /* lines[n] is where line n + 1 starts; the one after the last is the end */
    int n, cap;
} source_file;

struct source_cache {
    arena *a;
    const session_result *result;
    source_file *files;
    int n, cap;
    int last; /* the one that was asked for last, which is likely the next one too */
};

source_cache *source_cache_create(arena *a, const session_result *result)
{
    source_cache *c = arena_alloc(a, sizeof *c);

    c->a = a;
    c->result = result;
    return c;
}

static void read_text(source_cache *c, source_file *f)
{
    char *text = NULL;
    size_t len;

    for (int i = 0; i < c->result->ntexts; i++)
        if (strcmp(f->file, c->result->texts[i].path) == 0)
            f->text = c->result->texts[i].text;
    if (!f->text && file_read(c->a, f->file, &text, &len, NULL) == 0)
        f->text = text;
}

static void index_lines(source_cache *c, source_file *f)
{
    const char *at = f->text;

    while (at) {
        const char *newline = strchr(at, '\n');

        ARENA_PUSH(c->a, f->lines, f->n, f->cap, at);
        if (!newline)
            ARENA_PUSH(c->a, f->lines, f->n, f->cap, at + strlen(at) + 1);
        at = newline ? newline + 1 : NULL;
    }
}

static const source_file *file_of(source_cache *c, const char *name)
{
    source_file added = {.file = name};

    if (c->n && strcmp(c->files[c->last].file, name) == 0)
        return &c->files[c->last];
    for (c->last = 0; c->last < c->n; c->last++)
        if (strcmp(c->files[c->last].file, name) == 0)
            return &c->files[c->last];
    read_text(c, &added);
    index_lines(c, &added);
    ARENA_PUSH(c->a, c->files, c->n, c->cap, added);
    return &c->files[c->last];
}

const char *source_cache_line(void *cache, const char *file, int line, size_t *len)
{
    const source_file *f = file_of(cache, file);

    if (line < 1 || line >= f->n)
        return NULL;
    *len = (size_t)(f->lines[line] - f->lines[line - 1] - 1);
    return f->lines[line - 1];
}
