/* Memory by the calls that asked for it: an allocator of its own in front of each domain.
 *
 * A block that was there before tracing began stays unknown, also when it is reused from a free list.
 * A large block that pymalloc takes from the raw domain counts once, as the domain that was asked.
 */
#include "profile_int.h"

typedef struct {
    const void *block; /* NULL: empty */
    size_t size;
    rm_domain domain;
    int nframes;
    rm_site frames[RM_TRACE_FRAMES];
} traced;

typedef struct {
    rm_trace *trace;
    rm_domain domain;
    rm_allocator below;
} door;

struct rm_trace {
    rm_runtime *rt;
    int frames;
    bool is_inside; /* a request that pymalloc makes of the raw domain */
    door doors[RM_DOMAINS];
    traced *slots;
    size_t room, used, current, peak;
};

/* ---- the table of blocks */

static size_t home_of(const rm_trace *t, const void *block)
{
    return ((uintptr_t)block >> 4) * 0x9e3779b97f4a7c15u >> 24 & (t->room - 1);
}

static size_t slot_of(const rm_trace *t, const void *block)
{
    size_t i = home_of(t, block);

    while (t->slots[i].block != NULL && t->slots[i].block != block)
        i = (i + 1) & (t->room - 1);
    return i;
}

static bool grow(rm_trace *t)
{
    traced *old = t->slots, *slots = calloc(2 * t->room, sizeof *slots);
    size_t room = t->room;

    if (slots == NULL)
        return false;
    t->slots = slots;
    t->room = 2 * room;
    for (size_t i = 0; i < room; i++)
        if (old[i].block != NULL)
            t->slots[slot_of(t, old[i].block)] = old[i];
    free(old);
    return true;
}

/* Without memory for it a block stays untraced. */
static void add(rm_trace *t, rm_domain domain, const void *block, size_t size)
{
    traced entry = {.block = block, .size = size, .domain = domain};

    if (2 * (t->used + 1) > t->room && !grow(t))
        return;
    entry.nframes = (int)rm_open_calls(t->rt, entry.frames, (size_t)t->frames);
    t->slots[slot_of(t, block)] = entry;
    t->used++;
    t->current += size;
    if (t->current > t->peak)
        t->peak = t->current;
}

static void take_out(rm_trace *t, const void *block)
{
    size_t mask = t->room - 1, hole = slot_of(t, block);

    if (t->slots[hole].block == NULL)
        return;
    t->current -= t->slots[hole].size;
    t->used--;
    for (size_t i = (hole + 1) & mask; t->slots[i].block != NULL; i = (i + 1) & mask)
        if (((i - home_of(t, t->slots[i].block)) & mask) >= ((i - hole) & mask)) {
            t->slots[hole] = t->slots[i];
            hole = i;
        }
    t->slots[hole].block = NULL;
}

/* ---- the allocator in front */

static void *got(door *d, void *block, size_t size)
{
    d->trace->is_inside = false;
    if (block != NULL)
        add(d->trace, d->domain, block, size);
    return block;
}

static void *trace_malloc(void *ctx, size_t size)
{
    door *d = ctx;

    if (d->trace->is_inside)
        return d->below.malloc(d->below.ctx, size);
    d->trace->is_inside = true;
    return got(d, d->below.malloc(d->below.ctx, size), size);
}

static void *trace_calloc(void *ctx, size_t n, size_t size)
{
    door *d = ctx;

    if (d->trace->is_inside)
        return d->below.calloc(d->below.ctx, n, size);
    d->trace->is_inside = true;
    return got(d, d->below.calloc(d->below.ctx, n, size), n * size);
}

static void *trace_realloc(void *ctx, void *p, size_t size)
{
    door *d = ctx;
    void *block;

    if (d->trace->is_inside)
        return d->below.realloc(d->below.ctx, p, size);
    d->trace->is_inside = true;
    block = d->below.realloc(d->below.ctx, p, size);
    if (block != NULL && p != NULL)
        take_out(d->trace, p);
    return got(d, block, size);
}

static void trace_free(void *ctx, void *p)
{
    door *d = ctx;

    if (p != NULL && !d->trace->is_inside)
        take_out(d->trace, p);
    d->below.free(d->below.ctx, p);
}

/* ---- start, stop, look */

rm_trace *rm_trace_start(rm_runtime *rt, int frames)
{
    rm_trace *t = calloc(1, sizeof *t);

    if (t == NULL)
        return NULL;
    t->rt = rt;
    t->frames = frames < 1 ? 1 : frames > RM_TRACE_FRAMES ? RM_TRACE_FRAMES : frames;
    t->room = 1024;
    t->slots = calloc(t->room, sizeof *t->slots);
    if (t->slots == NULL) {
        free(t);
        return NULL;
    }
    for (int i = 0; i < RM_DOMAINS; i++) {
        door *d = &t->doors[i];
        const rm_allocator front = {d, trace_malloc, trace_calloc, trace_realloc, trace_free};

        d->trace = t;
        d->domain = (rm_domain)i;
        rm_allocator_get(rm_runtime_alloc(rt), d->domain, &d->below);
        rm_allocator_set(rm_runtime_alloc(rt), d->domain, &front);
    }
    return t;
}

void rm_trace_stop(rm_trace *t)
{
    if (t == NULL)
        return;
    for (int i = 0; i < RM_DOMAINS; i++)
        rm_allocator_set(rm_runtime_alloc(t->rt), (rm_domain)i, &t->doors[i].below);
    free(t->slots);
    free(t);
}

void rm_trace_get(const rm_trace *t, size_t *current, size_t *peak)
{
    *current = t->current;
    *peak = t->peak;
}

void rm_trace_reset_peak(rm_trace *t)
{
    t->peak = t->current;
}

/* The words in front of an object, if any, belong to its block. */
static const traced *find(const rm_trace *t, PyObject *op)
{
    for (size_t words = 0; words <= 4; words += 2) {
        const traced *entry = &t->slots[slot_of(t, (const void **)op - words)];

        if (entry->block != NULL)
            return entry;
    }
    return NULL;
}

size_t rm_trace_of(const rm_trace *t, PyObject *op, rm_site *frames, size_t room)
{
    const traced *entry = find(t, op);
    size_t n = entry != NULL ? (size_t)entry->nframes : 0;

    for (size_t i = 0; i < n && i < room; i++)
        frames[i] = entry->frames[i];
    return n < room ? n : room;
}

int rm_trace_census(const rm_trace *t, rm_census *out)
{
    out->n = 0;
    out->rows = calloc(t->used + 1, sizeof *out->rows);
    if (out->rows == NULL)
        return -1;
    for (size_t i = 0; i < t->room; i++)
        if (t->slots[i].block != NULL)
            out->rows[out->n++] = (rm_census_row){NULL, t->slots[i].frames[0], 1, t->slots[i].size};
    rm_census_sum_up(out);
    return 0;
}
