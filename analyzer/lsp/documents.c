/* What the editor holds, and what was found in it.
 *
 * A document is known by its path, with links resolved, since editors spell URIs as they like. Every
 * change gets the next number of the server's clock: what an analysis found is right for a text that was
 * not changed after it began.
 */
#include "lsp_int.h"

#include <stdlib.h>
#include <string.h>

void *must_alloc(size_t n)
{
    void *p = calloc(1, n);

    if (!p) {
        fputs("refwarden: out of memory\n", stderr);
        abort();
    }
    return p;
}

void *list_grow(void *v, int n, int *cap, size_t item)
{
    char *bigger;

    *cap = *cap ? 2 * *cap : 16;
    bigger = must_alloc((size_t)*cap * item);
    if (n)
        memcpy(bigger, v, (size_t)n * item);
    free(v);
    return bigger;
}

static char *copy_text(const char *s)
{
    char *copy = must_alloc(strlen(s) + 1);

    return strcpy(copy, s);
}

bool is_header(const char *path)
{
    static const char *const suffixes[] = {"h", "hh", "hpp", "hxx", "inc", "inl", "def", "pyx", "pxd", "pxi", NULL};
    const char *name = strrchr(path, '/'), *dot = strrchr(name ? name : path, '.');

    return dot && text_is_one_of(dot + 1, suffixes);
}

document *document_at(const server *s, const char *real)
{
    for (int i = 0; i < s->ndocs; i++)
        if (strcmp(s->docs[i]->real, real) == 0)
            return s->docs[i];
    return NULL;
}

document *document_with(const server *s, const char *uri)
{
    arena *a = arena_create();
    char *path = uri_path(a, uri);
    document *d = path ? document_at(s, path_real(a, path)) : NULL;

    arena_destroy(a);
    return d;
}

document *document_add(server *s, const char *uri, const char *path)
{
    document *d = must_alloc(sizeof *d);
    arena *a = arena_create();

    *d = (document){.uri = copy_text(uri), .path = copy_text(path), .real = copy_text(path_real(a, path)),
                    .is_source = !is_header(path)};
    text_set(&d->text, "", 0);
    arena_destroy(a);
    if (s->ndocs == s->docs_cap)
        s->docs = list_grow(s->docs, s->ndocs, &s->docs_cap, sizeof *s->docs);
    s->docs[s->ndocs++] = d;
    return d;
}

static void document_free(document *d)
{
    session_task_end(d->task);
    json_decref(d->waiting);
    arena_destroy(d->memory);
    text_free(&d->text);
    free(d->uri);
    free(d->path);
    free(d->real);
    free(d);
}

void document_remove(server *s, document *d)
{
    int i = 0;

    while (s->docs[i] != d)
        i++;
    for (s->ndocs--; i < s->ndocs; i++)
        s->docs[i] = s->docs[i + 1];
    document_free(d);
}

bool document_is_current(const document *d)
{
    return d->result_at && d->stamp <= d->result_at;
}

/* ---- texts of any file */

const lsp_text *text_cache_get(text_cache *c, const char *real)
{
    const document *d = document_at(c->s, real);
    known_text read = {.real = real};
    char *text;
    size_t len;

    if (d && d->is_open)
        return &d->text;
    for (int i = 0; i < c->n; i++)
        if (strcmp(c->items[i].real, real) == 0)
            return c->items[i].text.data ? &c->items[i].text : NULL;
    if (file_read(c->a, real, &text, &len, NULL) == 0)
        text_set(&read.text, text, len);
    ARENA_PUSH(c->a, c->items, c->n, c->cap, read);
    return read.text.data ? &c->items[c->n - 1].text : NULL;
}

void text_cache_free(text_cache *c)
{
    for (int i = 0; i < c->n; i++)
        text_free(&c->items[i].text);
}
