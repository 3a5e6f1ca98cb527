/* Arenas: where pools come from, which arena serves next, when one goes back to the system, and
 * which addresses are ours.
 *
 * The arena with the fewest usable pools serves first, so that the emptier ones get a chance to
 * become empty. Among equals the one that got there last is first. An arena that is empty goes back
 * unless none stands behind it in that order: one stays, so that a runtime at the edge of
 * an arena does not map and unmap it again and again.
 */
#define _DEFAULT_SOURCE
#include "alloc_int.h"

static size_t arena_size(const rm_state *s)
{
    return (size_t)1 << s->arena_bits;
}

static size_t pool_size(const rm_state *s)
{
    return (size_t)1 << s->pool_bits;
}

/* ---- the address map */

/* The window that holds p, NULL when there is no memory for its node. */
static rm_window *window_at(rm_state *s, uintptr_t p)
{
    const size_t top = p >> (RM_ADDRESS_BITS - RM_MAP_BITS);
    const size_t fanout = (size_t)1 << rm_leaf_bits(s->arena_bits);
    rm_window **leaf;

    if (s->map[top] == NULL) {
        s->map[top] = rm_calloc(&s->front, RM_DOMAIN_RAW, 1, sizeof(rm_map_mid));
        if (s->map[top] == NULL)
            return NULL;
        s->mid_nodes++;
    }
    leaf = &s->map[top]->leaf[rm_mid_index(p)];
    if (*leaf == NULL) {
        *leaf = rm_calloc(&s->front, RM_DOMAIN_RAW, fanout, sizeof **leaf);
        if (*leaf == NULL)
            return NULL;
        s->leaf_nodes++;
    }
    return *leaf + ((p >> s->arena_bits) & (fanout - 1));
}

static bool map_mark(rm_state *s, uintptr_t base)
{
    const uint32_t low = base & (arena_size(s) - 1), high = (uint32_t)arena_size(s) - low;
    rm_window *first = window_at(s, base);
    rm_window *second = first && low ? window_at(s, base + arena_size(s)) : NULL;

    if (first == NULL || (low && second == NULL))
        return false;
    first->high += high;
    first->sum += high;
    if (low)
        second->sum += low;
    return true;
}

static void map_unmark(rm_state *s, uintptr_t base)
{
    const uint32_t low = base & (arena_size(s) - 1), high = (uint32_t)arena_size(s) - low;
    rm_window *first = window_at(s, base);

    first->high -= high;
    first->sum -= high;
    if (low)
        window_at(s, base + arena_size(s))->sum -= low;
}

/* ---- the order of usable arenas: the current one, then the buckets by number of usable pools */

static void bucket_add(rm_state *s, int32_t i)
{
    rm_arena *a = &s->arenas[i];
    int32_t *head = &s->usable[a->usable];

    a->prev = RM_NONE;
    a->next = *head;
    if (*head != RM_NONE)
        s->arenas[*head].prev = i;
    *head = i;
    s->usable_mask |= (uint64_t)1 << (a->usable - 1);
}

static void bucket_remove(rm_state *s, int32_t i)
{
    rm_arena *a = &s->arenas[i];

    if (a->next != RM_NONE)
        s->arenas[a->next].prev = a->prev;
    if (a->prev != RM_NONE)
        s->arenas[a->prev].next = a->next;
    else
        s->usable[a->usable] = a->next;
    if (s->usable[a->usable] == RM_NONE)
        s->usable_mask &= ~((uint64_t)1 << (a->usable - 1));
}

static unsigned fewest_usable(const rm_state *s)
{
    return (unsigned)__builtin_ctzll(s->usable_mask) + 1;
}

/* The first of the buckets becomes the current one, or there is none. */
static RM_COLD void current_next(rm_state *s)
{
    s->current = s->usable_mask ? s->usable[fewest_usable(s)] : RM_NONE;
    if (s->current != RM_NONE)
        bucket_remove(s, s->current);
}

/* ---- arenas */

static bool slots_grow(rm_state *s)
{
    const int32_t n = s->slots ? 2 * s->slots : 16;
    rm_arena *grown = rm_realloc(&s->front, RM_DOMAIN_RAW, s->arenas, (size_t)n * sizeof *grown);

    if (grown == NULL)
        return false;
    for (int32_t i = s->slots; i < n; i++)
        grown[i] = (rm_arena){.next = i + 1 < n ? i + 1 : RM_NONE};
    s->unused_slot = s->slots;
    s->arenas = grown;
    s->slots = n;
    return true;
}

static void arena_open(rm_state *s, uintptr_t base)
{
    const uintptr_t first = (base + pool_size(s) - 1) & ~(uintptr_t)(pool_size(s) - 1);
    const uint32_t pools = (uint32_t)((base + arena_size(s) - first) >> s->pool_bits);
    const int32_t i = s->unused_slot;

    s->unused_slot = s->arenas[i].next;
    s->arenas[i] = (rm_arena){.base = base, .next_fresh = first, .pools = pools, .usable = pools};
    s->current = i;
    s->arenas_ever++;
    if (++s->arenas_now > s->arenas_highwater)
        s->arenas_highwater = s->arenas_now;
}

static RM_COLD bool arena_new(rm_state *s)
{
    void *base;

    if (s->unused_slot == RM_NONE && !slots_grow(s))
        return false;
    base = s->source.alloc(s->source.ctx, arena_size(s));
    if (base == NULL)
        return false;
    if (!map_mark(s, (uintptr_t)base)) {
        s->source.free(s->source.ctx, base, arena_size(s));
        return false;
    }
    arena_open(s, (uintptr_t)base);
    return true;
}

/* The arena is neither current nor in a bucket. */
static RM_COLD void arena_release(rm_state *s, int32_t i)
{
    rm_arena *a = &s->arenas[i];

    map_unmark(s, a->base);
    s->source.free(s->source.ctx, (void *)a->base, arena_size(s));
    *a = (rm_arena){.next = s->unused_slot};
    s->unused_slot = i;
    s->arenas_now--;
}

/* ---- pools */

static rm_pool *pool_of_arena(rm_state *s, int32_t i)
{
    rm_arena *a = &s->arenas[i];
    rm_pool *pool = a->free_pools;

    if (pool != NULL) {
        a->free_pools = pool->next;
        return pool;
    }
    pool = (rm_pool *)a->next_fresh;
    a->next_fresh += pool_size(s);
    *pool = (rm_pool){.arena = (uint32_t)i, .size_class = RM_NO_CLASS};
    return pool;
}

static void pool_format(const rm_state *s, rm_pool *pool, unsigned size_class)
{
    const uint32_t size = rm_class_size(size_class);

    pool->size_class = size_class;
    pool->free = (char *)pool + RM_POOL_HEADER;
    *(void **)pool->free = NULL;
    pool->fresh = RM_POOL_HEADER + size;
    pool->last = (uint32_t)pool_size(s) - size;
}

/* A pool that had this class before keeps its list: its blocks come back in the order in which they
 * were freed. */
rm_pool *rm_pool_take(rm_state *s, unsigned size_class)
{
    rm_pool *pool;

    if (s->current == RM_NONE && !arena_new(s))
        return NULL;
    pool = pool_of_arena(s, s->current);
    if (--s->arenas[s->current].usable == 0)
        current_next(s);
    if (pool->size_class != size_class)
        pool_format(s, pool, size_class);
    return pool;
}

/* One pool more is usable in the current arena: is it still the first? */
static void current_gained(rm_state *s)
{
    const int32_t i = s->current;
    const rm_arena *a = &s->arenas[i];

    if (s->usable_mask == 0 || (a->usable <= fewest_usable(s) && a->usable < a->pools))
        return;
    current_next(s);
    if (a->usable == a->pools)
        arena_release(s, i);
    else
        bucket_add(s, i);
}

static RM_COLD void other_gained(rm_state *s, int32_t i)
{
    rm_arena *a = &s->arenas[i];
    const bool is_last = a->next == RM_NONE && s->usable_mask >> a->usable == 0;

    bucket_remove(s, i);
    a->usable++;
    if (a->usable == a->pools && !is_last)
        arena_release(s, i);
    else
        bucket_add(s, i);
}

/* The arena was full and serves next: none can have fewer usable pools. */
static void full_gained(rm_state *s, int32_t i)
{
    s->arenas[i].usable = 1;
    if (s->current != RM_NONE)
        bucket_add(s, s->current);
    s->current = i;
}

void rm_pool_give(rm_state *s, rm_pool *pool)
{
    const int32_t i = (int32_t)pool->arena;
    rm_arena *a = &s->arenas[i];

    pool->next = a->free_pools;
    a->free_pools = pool;
    if (i == s->current) {
        a->usable++;
        current_gained(s);
    } else if (a->usable == 0) {
        full_gained(s, i);
    } else {
        other_gained(s, i);
    }
}

/* Nothing is read past the last node, since reading an untouched page costs as much as a node. */
static void leaves_destroy(rm_state *s, rm_map_mid *mid)
{
    for (int i = 0; i < RM_MAP_FANOUT && s->leaf_nodes; i++)
        if (mid->leaf[i]) {
            rm_free(&s->front, RM_DOMAIN_RAW, mid->leaf[i]);
            s->leaf_nodes--;
        }
}

static void map_destroy(rm_state *s)
{
    for (int i = 0; i < RM_MAP_FANOUT && s->mid_nodes; i++)
        if (s->map[i]) {
            leaves_destroy(s, s->map[i]);
            rm_free(&s->front, RM_DOMAIN_RAW, s->map[i]);
            s->mid_nodes--;
        }
}

void rm_arenas_destroy(rm_state *s)
{
    for (int32_t i = 0; i < s->slots; i++)
        if (s->arenas[i].base)
            s->source.free(s->source.ctx, (void *)s->arenas[i].base, arena_size(s));
    rm_free(&s->front, RM_DOMAIN_RAW, s->arenas);
    map_destroy(s);
}
