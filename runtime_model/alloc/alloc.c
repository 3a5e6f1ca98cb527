/* The domains of one runtime: what stands at the bottom, what is put on top, and failing on demand.
 *
 * From the bottom: libc (or options.raw), pymalloc, debug, what rm_allocator_set put there, the
 * counter of rm_alloc_fail. pymalloc asks the raw domain from the top, so a failing request of its
 * own (an arena's table, a node of the map, a large block) is a request like any other.
 */
#define _DEFAULT_SOURCE
#include "alloc_int.h"

#include <stdlib.h>
#include <sys/mman.h>

/* ---- libc */

static void *libc_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size ? size : 1);
}

static void *libc_calloc(void *ctx, size_t n, size_t size)
{
    (void)ctx;
    return n && size ? calloc(n, size) : calloc(1, 1);
}

static void *libc_realloc(void *ctx, void *p, size_t size)
{
    (void)ctx;
    return realloc(p, size ? size : 1);
}

static void libc_free(void *ctx, void *p)
{
    (void)ctx;
    free(p);
}

static const rm_allocator libc_allocator = {NULL, libc_malloc, libc_calloc, libc_realloc,
                                            libc_free};

static void *map_arena(void *ctx, size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)ctx;
    return p == MAP_FAILED ? NULL : p;
}

static void unmap_arena(void *ctx, void *p, size_t size)
{
    (void)ctx;
    munmap(p, size);
}

static const rm_arena_source mmap_source = {NULL, map_arena, unmap_arena};

/* ---- failing on demand */

static bool is_to_fail(rm_state *s)
{
    const long n = s->requests++;

    return n >= s->fail_start && (s->fail_stop <= 0 || n < s->fail_stop);
}

static void *failing_malloc(void *ctx, size_t size)
{
    const rm_fail_hook *h = ctx;
    const rm_allocator *below = &h->state->below_fail[h->domain];

    return is_to_fail(h->state) ? NULL : below->malloc(below->ctx, size);
}

static void *failing_calloc(void *ctx, size_t n, size_t size)
{
    const rm_fail_hook *h = ctx;
    const rm_allocator *below = &h->state->below_fail[h->domain];

    return is_to_fail(h->state) ? NULL : below->calloc(below->ctx, n, size);
}

static void *failing_realloc(void *ctx, void *p, size_t size)
{
    const rm_fail_hook *h = ctx;
    const rm_allocator *below = &h->state->below_fail[h->domain];

    return is_to_fail(h->state) ? NULL : below->realloc(below->ctx, p, size);
}

static void failing_free(void *ctx, void *p)
{
    const rm_fail_hook *h = ctx;
    const rm_allocator *below = &h->state->below_fail[h->domain];

    below->free(below->ctx, p);
}

static void fail_begin(rm_state *s)
{
    for (int i = 0; i < RM_DOMAINS; i++) {
        s->below_fail[i] = s->front.domain[i];
        s->hook[i] = (rm_fail_hook){s, (rm_domain)i};
        s->front.domain[i] = (rm_allocator){&s->hook[i], failing_malloc, failing_calloc,
                                            failing_realloc, failing_free};
    }
    s->failing = true;
}

static void fail_end(rm_state *s)
{
    for (int i = 0; i < RM_DOMAINS; i++)
        s->front.domain[i] = s->below_fail[i];
    s->failing = false;
}

void rm_alloc_fail(rm_alloc *a, long start, long stop)
{
    rm_state *s = (rm_state *)a;

    if (start >= 0 && !s->failing)
        fail_begin(s);
    if (start < 0 && s->failing)
        fail_end(s);
    if (start >= 0) {
        s->requests = 0;
        s->fail_start = start;
        s->fail_stop = stop;
    }
}

long rm_alloc_requests(const rm_alloc *a)
{
    return ((const rm_state *)a)->requests;
}

/* ---- replace */

void rm_allocator_get(const rm_alloc *a, rm_domain d, rm_allocator *out)
{
    const rm_state *s = (const rm_state *)a;

    *out = s->failing ? s->below_fail[d] : a->domain[d];
}

void rm_allocator_set(rm_alloc *a, rm_domain d, const rm_allocator *in)
{
    rm_state *s = (rm_state *)a;

    *(s->failing ? &s->below_fail[d] : &a->domain[d]) = *in;
}

/* ---- create */

static void set_domains(rm_state *s, const rm_alloc_options *o)
{
    const rm_allocator small = rm_pymalloc(s, o->layout);

    s->front.domain[RM_DOMAIN_RAW] = s->raw;
    s->front.domain[RM_DOMAIN_MEM] = o->no_pymalloc ? s->raw : small;
    s->front.domain[RM_DOMAIN_OBJ] = o->no_pymalloc ? s->raw : small;
    if (o->debug)
        rm_debug_install(s);
}

static void set_state(rm_state *s, const rm_alloc_options *o)
{
    s->source = o->arenas.alloc ? o->arenas : mmap_source;
    s->has_serial = o->serial;
    s->on_fault = o->on_fault ? o->on_fault : rm_fault_print_and_abort;
    s->on_fault_ctx = o->on_fault_ctx;
    s->unused_slot = s->current = RM_NONE;
    for (int i = 0; i <= RM_MAX_POOLS; i++)
        s->usable[i] = RM_NONE;
    set_domains(s, o);
}

rm_alloc *rm_alloc_create(const rm_alloc_options *options)
{
    const rm_alloc_options defaults = {0}, *o = options ? options : &defaults;
    const rm_allocator raw = o->raw.malloc ? o->raw : libc_allocator;
    const size_t held_size = o->debug ? o->quarantine : 0;
    rm_state *s = raw.calloc(raw.ctx, 1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->raw = raw;
    s->held_size = held_size;
    s->held = held_size ? raw.calloc(raw.ctx, held_size, sizeof *s->held) : NULL;
    if (held_size && s->held == NULL) {
        raw.free(raw.ctx, s);
        return NULL;
    }
    set_state(s, o);
    return &s->front;
}

/* The blocks in quarantine go first, while their arenas are there. What the map and the table of
 * arenas were is held after that. */
void rm_alloc_destroy(rm_alloc *a)
{
    rm_state *s = (rm_state *)a;
    rm_allocator raw;

    if (s == NULL)
        return;
    rm_alloc_fail(a, -1, 0);
    rm_alloc_drain(a);
    rm_arenas_destroy(s);
    rm_alloc_drain(a);
    raw = s->raw;
    if (s->held)
        raw.free(raw.ctx, s->held);
    raw.free(raw.ctx, s);
}
