/* What the files of alloc/ share: pools, arenas, the address map and the state that holds them.
 *
 *     arena (1 MiB from mmap, page-aligned)
 *     +--------+--------+--------+----     ----+--------+
 *     | lost   | pool 0 | pool 1 |     ...     | pool n |   lost: up to a multiple of 16 KiB
 *     +--------+--------+--------+----     ----+--------+
 *              /         \
 *     +--------+----+----+----+----+-----------+-------+
 *     | header | u  | f  | u  | f  | not yet   | lost  |   u used, f free
 *     | 48     |    |    |    |    | cut off   |       |   lost: less than one block
 *     +--------+----+----+----+----+-----------+-------+
 *       free ---------^              ^ fresh: cut off when the list is empty
 *
 * A pool serves one size class until it is empty. A pool with a block to give is in the list of its
 * class and its `free` is not NULL; a full one is in no list; an empty one is in its arena's list.
 */
#ifndef RUNTIME_MODEL_ALLOC_INT_H
#define RUNTIME_MODEL_ALLOC_INT_H

#include "alloc.h"

#define RM_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define RM_COLD __attribute__((noinline)) /* kept out of the functions that call it */

enum {
    RM_NO_CLASS = 255, /* of a pool that was never used */
    RM_MAX_POOLS = 64, /* of an arena, in both layouts */
    RM_NONE = -1,      /* no arena */
};

typedef struct rm_pool {
    void *free; /* blocks that can be handed out, linked through their first word */
    struct rm_pool *next, *prev;
    uint32_t used;
    uint32_t arena; /* its slot */
    uint32_t size_class;
    uint32_t fresh; /* offset of the block that is cut off next */
    uint32_t last;  /* highest offset at which a block fits */
} rm_pool;

_Static_assert(sizeof(rm_pool) <= RM_POOL_HEADER, "the header of a pool is 48 bytes");

typedef struct {
    uintptr_t base;       /* 0: the slot is unused */
    uintptr_t next_fresh; /* first pool that was never used */
    rm_pool *free_pools;  /* empty pools, linked through next */
    uint32_t pools;
    uint32_t usable;    /* fresh and free ones */
    int32_t next, prev; /* in its bucket; of an unused slot: the next unused one */
} rm_arena;

/* ---- the address map: three levels over the 64 bits of an address
 *
 *     | 15 root | 15 middle | 14 leaf | 20 in the window |      (16 and 18 with the older arenas)
 *
 * Nodes are large and nearly empty; the system gives them pages as they are touched. */

enum { RM_ADDRESS_BITS = 64, RM_MAP_BITS = 15, RM_MAP_FANOUT = 1 << RM_MAP_BITS };

/* What we own of a window of an arena's size. Arenas need not start at a multiple of it, so a
 * window may begin with the end of one (sum - high bytes) and end with the start of another (high
 * bytes). */
typedef struct {
    uint32_t high;
    uint32_t sum;
} rm_window;

typedef struct {
    rm_window *leaf[RM_MAP_FANOUT];
} rm_map_mid;

/* ---- debug */

typedef struct rm_state rm_state;

typedef struct {
    rm_state *state;
    rm_allocator below;
    rm_domain domain;
} rm_debug;

typedef struct { /* a freed block in quarantine */
    uint8_t *p;
    size_t size;
    uint64_t serial;
    rm_domain domain;
} rm_held;

typedef struct {
    rm_state *state;
    rm_domain domain;
} rm_fail_hook;

struct rm_state {
    rm_alloc front; /* first: an rm_alloc is a pointer to it */

    rm_pool *used[RM_CLASSES]; /* pools with used and free blocks */
    size_t raw_blocks;

    /* The arena that serves; of the others usable[k] is the first with k usable pools, and
     * bit k - 1 of usable_mask tells whether there is one. Full arenas are nowhere. */
    int32_t current;
    uint64_t usable_mask;
    int32_t usable[RM_MAX_POOLS + 1];
    rm_arena *arenas;
    int32_t slots, unused_slot;
    unsigned arena_bits, pool_bits;
    size_t arenas_now, arenas_ever, arenas_highwater;
    size_t mid_nodes, leaf_nodes;
    rm_arena_source source;

    rm_allocator raw; /* the allocator at the bottom, which holds this struct too */

    rm_debug debug[RM_DOMAINS];
    uint64_t serial;
    bool has_serial;
    rm_held *held; /* a ring */
    size_t held_size, held_next;
    void (*on_fault)(void *ctx, const rm_alloc_fault *fault);
    void *on_fault_ctx;

    rm_fail_hook hook[RM_DOMAINS];
    rm_allocator below_fail[RM_DOMAINS];
    bool failing;
    long requests, fail_start, fail_stop;

    rm_map_mid *map[RM_MAP_FANOUT];
};

static inline unsigned rm_leaf_bits(unsigned arena_bits)
{
    return RM_ADDRESS_BITS - 2 * RM_MAP_BITS - arena_bits;
}

static inline size_t rm_mid_index(uintptr_t p)
{
    return (p >> (RM_ADDRESS_BITS - 2 * RM_MAP_BITS)) & (RM_MAP_FANOUT - 1);
}

/* arena_bits is a constant where it matters, so that the shifts are. One comparison decides, since
 * what a window holds is one range once it is turned by `high`. */
static inline bool rm_map_owns(const rm_state *s, uintptr_t p, unsigned arena_bits)
{
    const rm_map_mid *mid = s->map[p >> (RM_ADDRESS_BITS - RM_MAP_BITS)];
    const rm_window *leaf;

    if (RM_UNLIKELY(mid == NULL))
        return false;
    leaf = mid->leaf[rm_mid_index(p)];
    if (RM_UNLIKELY(leaf == NULL))
        return false;
    leaf += (p >> arena_bits) & (((uintptr_t)1 << rm_leaf_bits(arena_bits)) - 1);
    return ((p + leaf->high) & (((uintptr_t)1 << arena_bits) - 1)) < leaf->sum;
}

/* arena.c */
rm_pool *rm_pool_take(rm_state *s,
                      unsigned size_class);    /* in no list, a block in its own; NULL: no memory */
void rm_pool_give(rm_state *s, rm_pool *pool); /* an empty one, already out of its class */
void rm_arenas_destroy(rm_state *s);

/* pymalloc.c */
rm_allocator rm_pymalloc(rm_state *s, rm_layout layout);

/* debug.c */
void rm_debug_install(rm_state *s);
void rm_fault_print_and_abort(void *ctx, const rm_alloc_fault *fault);

static inline unsigned rm_class_size(unsigned size_class)
{
    return (size_class + 1) * RM_ALIGNMENT;
}

#endif
