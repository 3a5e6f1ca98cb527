/* pymalloc: small blocks from pools; what happens on every allocation, so each line counts.
 *
 * malloc takes the first pool of the class and pops its list; free finds the pool by masking the
 * address, after the address map has said that it is ours. Functions that need the layout are
 * compiled twice, with its numbers as constants.
 */
#include "alloc_int.h"

#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

enum { ARENA_BITS_1M = 20, POOL_BITS_1M = 14, ARENA_BITS_256K = 18, POOL_BITS_256K = 12 };

/* ---- lists of a size class */

static void class_add(rm_state *s, rm_pool *pool)
{
    rm_pool **head = &s->used[pool->size_class];

    pool->prev = NULL;
    pool->next = *head;
    if (*head)
        (*head)->prev = pool;
    *head = pool;
}

static void class_remove(rm_state *s, rm_pool *pool)
{
    if (pool->next)
        pool->next->prev = pool->prev;
    if (pool->prev)
        pool->prev->next = pool->next;
    else
        s->used[pool->size_class] = pool->next;
}

/* ---- blocks */

/* The list of the pool, which is the first of its class, is empty: cut off one more block. */
ALWAYS_INLINE void pool_extend(rm_state *s, rm_pool *pool)
{
    void *fresh = (char *)pool + pool->fresh;

    if (RM_UNLIKELY(pool->fresh > pool->last)) {
        class_remove(s, pool);
        return;
    }
    pool->fresh += rm_class_size(pool->size_class);
    *(void **)fresh = NULL;
    pool->free = fresh;
}

ALWAYS_INLINE void *pool_pop(rm_state *s, rm_pool *pool)
{
    void *p = pool->free;

    pool->used++;
    pool->free = *(void **)p;
    if (pool->free == NULL)
        pool_extend(s, pool);
    return p;
}

static RM_COLD void *raw_block(rm_state *s, size_t size)
{
    void *p = rm_malloc(&s->front, RM_DOMAIN_RAW, size);

    if (p)
        s->raw_blocks++;
    return p;
}

static RM_COLD void *block_of_new_pool(rm_state *s, size_t size)
{
    rm_pool *pool = rm_pool_take(s, (unsigned)((size - 1) / RM_ALIGNMENT));

    if (pool == NULL)
        return raw_block(s, size);
    class_add(s, pool);
    return pool_pop(s, pool);
}

ALWAYS_INLINE void *block(rm_state *s, size_t size)
{
    rm_pool *pool;

    if (RM_UNLIKELY(size - 1 >= RM_SMALL_MAX)) /* 0 too */
        return raw_block(s, size);
    pool = s->used[(size - 1) / RM_ALIGNMENT];
    if (RM_UNLIKELY(pool == NULL))
        return block_of_new_pool(s, size);
    return pool_pop(s, pool);
}

static RM_COLD void pool_was_full(rm_state *s, rm_pool *pool)
{
    pool->used--;
    class_add(s, pool);
}

static RM_COLD void pool_is_empty(rm_state *s, rm_pool *pool)
{
    class_remove(s, pool);
    rm_pool_give(s, pool);
}

static RM_COLD void raw_block_free(rm_state *s, void *p)
{
    if (p == NULL)
        return;
    s->raw_blocks--;
    rm_free(&s->front, RM_DOMAIN_RAW, p);
}

ALWAYS_INLINE rm_pool *pool_of(void *p, unsigned pool_bits)
{
    return (rm_pool *)((uintptr_t)p & ~(((uintptr_t)1 << pool_bits) - 1));
}

ALWAYS_INLINE void block_free(rm_state *s, void *p, unsigned arena_bits, unsigned pool_bits)
{
    rm_pool *pool = pool_of(p, pool_bits);
    void *next;

    if (RM_UNLIKELY(!rm_map_owns(s, (uintptr_t)p, arena_bits))) {
        raw_block_free(s, p);
        return;
    }
    next = pool->free;
    *(void **)p = next;
    pool->free = p;
    if (RM_UNLIKELY(next == NULL))
        pool_was_full(s, pool);
    else if (RM_UNLIKELY(--pool->used == 0))
        pool_is_empty(s, pool);
}

ALWAYS_INLINE void *block_move(rm_state *s, void *p, size_t size, size_t old, unsigned arena_bits,
                               unsigned pool_bits)
{
    void *q = block(s, size);

    if (q == NULL)
        return NULL;
    memcpy(q, p, size < old ? size : old);
    block_free(s, p, arena_bits, pool_bits);
    return q;
}

static RM_COLD void *move_1m(rm_state *s, void *p, size_t size, size_t old)
{
    return block_move(s, p, size, old, ARENA_BITS_1M, POOL_BITS_1M);
}

static RM_COLD void *move_256k(rm_state *s, void *p, size_t size, size_t old)
{
    return block_move(s, p, size, old, ARENA_BITS_256K, POOL_BITS_256K);
}

static RM_COLD void *not_ours_realloc(rm_state *s, void *p, size_t size)
{
    return p ? rm_realloc(&s->front, RM_DOMAIN_RAW, p, size) : block(s, size);
}

/* A block stays where it is while the new size fills more than three quarters of it. */
ALWAYS_INLINE bool fits_well(size_t size, size_t old)
{
    return size <= old && 4 * size > 3 * old;
}

/* ---- the four functions */

static void *pymalloc_malloc(void *ctx, size_t size)
{
    return block(ctx, size);
}

static void *pymalloc_calloc(void *ctx, size_t n, size_t size)
{
    rm_state *s = ctx;
    void *p;

    if (n * size - 1 < RM_SMALL_MAX) {
        p = block(s, n * size);
        return p ? memset(p, 0, n * size) : NULL;
    }
    p = rm_calloc(&s->front, RM_DOMAIN_RAW, n, size);
    if (p)
        s->raw_blocks++;
    return p;
}

static void free_1m(void *ctx, void *p)
{
    block_free(ctx, p, ARENA_BITS_1M, POOL_BITS_1M);
}

static void free_256k(void *ctx, void *p)
{
    block_free(ctx, p, ARENA_BITS_256K, POOL_BITS_256K);
}

static void *realloc_1m(void *ctx, void *p, size_t size)
{
    size_t old;

    if (RM_UNLIKELY(!rm_map_owns(ctx, (uintptr_t)p, ARENA_BITS_1M)))
        return not_ours_realloc(ctx, p, size);
    old = rm_class_size(pool_of(p, POOL_BITS_1M)->size_class);
    return fits_well(size, old) ? p : move_1m(ctx, p, size, old);
}

static void *realloc_256k(void *ctx, void *p, size_t size)
{
    size_t old;

    if (RM_UNLIKELY(!rm_map_owns(ctx, (uintptr_t)p, ARENA_BITS_256K)))
        return not_ours_realloc(ctx, p, size);
    old = rm_class_size(pool_of(p, POOL_BITS_256K)->size_class);
    return fits_well(size, old) ? p : move_256k(ctx, p, size, old);
}

rm_allocator rm_pymalloc(rm_state *s, rm_layout layout)
{
    const bool is_old = layout == RM_LAYOUT_256K;

    s->arena_bits = is_old ? ARENA_BITS_256K : ARENA_BITS_1M;
    s->pool_bits = is_old ? POOL_BITS_256K : POOL_BITS_1M;
    return (rm_allocator){s, pymalloc_malloc, pymalloc_calloc, is_old ? realloc_256k : realloc_1m,
                          is_old ? free_256k : free_1m};
}
