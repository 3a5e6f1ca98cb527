/* Memory by lifetime: a chain of chunks, newest first, that is freed as a whole.
 *
 * A request that does not fit the newest chunk starts another one; what is left of the old one is
 * not used any more. Chunks grow with the arena, so the chain stays short.
 */
#include "base.h"
#include "base_int.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 16 * 1024, LARGEST_CHUNK = 1024 * 1024 };

typedef struct chunk chunk;
struct chunk {
    chunk *older;
    size_t size, used;
    max_align_t data[];
};

struct arena {
    chunk *newest;
    size_t used;
};

static size_t round_up(size_t n)
{
    size_t unit = sizeof(max_align_t);

    if (n > SIZE_MAX - unit - sizeof(chunk))
        base_out_of_memory(n);
    return (n + unit - 1) / unit * unit;
}

static size_t next_chunk_size(const arena *a, size_t wanted)
{
    size_t size = a->newest ? a->newest->size * 2 : FIRST_CHUNK;

    if (size > LARGEST_CHUNK)
        size = LARGEST_CHUNK;
    return size < wanted ? wanted : size;
}

static void add_chunk(arena *a, size_t wanted)
{
    size_t size = next_chunk_size(a, wanted);
    chunk *c = calloc(1, sizeof *c + size);

    if (!c)
        base_out_of_memory(size);
    c->size = size;
    c->older = a->newest;
    a->newest = c;
}

arena *arena_create(void)
{
    arena *a = calloc(1, sizeof *a);

    if (!a)
        base_out_of_memory(sizeof *a);
    return a;
}

static void free_from(chunk *c)
{
    while (c) {
        chunk *older = c->older;

        free(c);
        c = older;
    }
}

void arena_destroy(arena *a)
{
    if (!a)
        return;
    free_from(a->newest);
    free(a);
}

/* The newest chunk, the largest, is kept: an arena that is reset often asks the system once. */
void arena_reset(arena *a)
{
    if (!a->newest)
        return;
    free_from(a->newest->older);
    a->newest->older = NULL;
    memset(a->newest->data, 0, a->newest->used);
    a->newest->used = 0;
    a->used = 0;
}

size_t arena_used(const arena *a)
{
    return a->used;
}

void *arena_alloc(arena *a, size_t size)
{
    size_t rounded = round_up(size ? size : 1);
    chunk *c;
    char *p;

    if (!a->newest || a->newest->size - a->newest->used < rounded)
        add_chunk(a, rounded);
    c = a->newest;
    p = (char *)c->data + c->used;
    c->used += rounded;
    a->used += rounded;
    return p;
}

char *arena_strndup(arena *a, const char *s, size_t n)
{
    char *copy;

    if (!s)
        return NULL;
    copy = arena_alloc(a, n + 1);
    memcpy(copy, s, n);
    return copy;
}

char *arena_strdup(arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_printf(arena *a, const char *fmt, ...)
{
    va_list ap;
    buf b = {0};
    char *copy;

    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    copy = arena_strndup(a, b.data ? b.data : "", b.len);
    buf_free(&b);
    return copy;
}

void *arena_grow(arena *a, const void *old, size_t used, size_t item, int *cap)
{
    int bigger;
    void *v;

    if (*cap > INT_MAX / 2)
        base_out_of_memory(SIZE_MAX);
    bigger = *cap ? *cap * 2 : item > 64 ? 2 : 8; /* most lists of large items stay short */
    if ((size_t)bigger > SIZE_MAX / item)
        base_out_of_memory(SIZE_MAX);
    v = arena_alloc(a, (size_t)bigger * item);
    if (used)
        memcpy(v, old, used);
    *cap = bigger;
    return v;
}
