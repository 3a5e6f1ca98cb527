/* What an allocator looks like from outside: counts, the walk over arenas, pools and blocks.
 * Nothing here changes anything, and what can be counted by walking is not counted before. */
#include "alloc_int.h"

#include <string.h>

static const rm_state *state_of(const rm_alloc *a)
{
    return (const rm_state *)a;
}

static const rm_arena *arena_at(const rm_state *s, size_t n)
{
    const rm_arena *a = s->arenas;

    for (;; a++)
        if (a->base && n-- == 0)
            return a;
}

static uintptr_t first_pool(const rm_state *s, const rm_arena *a)
{
    const uintptr_t mask = ((uintptr_t)1 << s->pool_bits) - 1;

    return (a->base + mask) & ~mask;
}

/* NULL when it was never used: it is not even read, its pages need not exist. */
static const rm_pool *pool_at(const rm_state *s, const rm_arena *a, size_t n)
{
    const uintptr_t at = first_pool(s, a) + (n << s->pool_bits);

    return at < a->next_fresh ? (const rm_pool *)at : NULL;
}

static unsigned blocks_of(const rm_state *s, const rm_pool *pool)
{
    return (((1u << s->pool_bits) - RM_POOL_HEADER) / rm_class_size(pool->size_class));
}

/* ---- statistics */

static void add_pool(const rm_state *s, const rm_pool *pool, rm_alloc_stats *out)
{
    rm_class_stats *c;
    const size_t blocks = pool && pool->used ? blocks_of(s, pool) : 0;

    if (blocks == 0) {
        out->unused_pools++;
        out->bytes_unused_pools += out->pool_size;
        return;
    }
    c = &out->classes[pool->size_class];
    c->pools++;
    c->used += pool->used;
    c->free += blocks - pool->used;
    out->bytes_headers += RM_POOL_HEADER;
    out->bytes_quantization += out->pool_size - RM_POOL_HEADER - blocks * c->size;
}

static void add_arena(const rm_state *s, const rm_arena *a, rm_alloc_stats *out)
{
    out->bytes_alignment += out->arena_size - ((size_t)a->pools << s->pool_bits);
    for (size_t i = 0; i < a->pools; i++)
        add_pool(s, pool_at(s, a, i), out);
}

static void add_map(const rm_state *s, rm_alloc_stats *out)
{
    out->map_root_bytes = sizeof s->map;
    out->map_mid_nodes = s->mid_nodes;
    out->map_mid_bytes = s->mid_nodes * sizeof(rm_map_mid);
    out->map_leaf_nodes = s->leaf_nodes;
    out->map_leaf_bytes = s->leaf_nodes * (sizeof(rm_window) << rm_leaf_bits(s->arena_bits));
}

void rm_alloc_get_stats(const rm_alloc *a, rm_alloc_stats *out)
{
    const rm_state *s = state_of(a);

    memset(out, 0, sizeof *out);
    out->arena_size = (size_t)1 << s->arena_bits;
    out->pool_size = (size_t)1 << s->pool_bits;
    out->arenas = s->arenas_now;
    out->arenas_ever = s->arenas_ever;
    out->arenas_released = s->arenas_ever - s->arenas_now;
    out->arenas_highwater = s->arenas_highwater;
    out->raw_blocks = s->raw_blocks;
    for (unsigned c = 0; c < RM_CLASSES; c++)
        out->classes[c].size = rm_class_size(c);
    for (size_t i = 0; i < out->arenas; i++)
        add_arena(s, arena_at(s, i), out);
    for (unsigned c = 0; c < RM_CLASSES; c++) {
        out->bytes_used += out->classes[c].used * out->classes[c].size;
        out->bytes_free += out->classes[c].free * out->classes[c].size;
    }
    add_map(s, out);
}

static void print_classes(const rm_alloc_stats *st, FILE *f)
{
    fprintf(f, "class   size   pools  blocks used  blocks free\n");
    for (unsigned c = 0; c < RM_CLASSES; c++)
        if (st->classes[c].pools)
            fprintf(f, "%5u %6zu %7zu %12zu %12zu\n", c, st->classes[c].size, st->classes[c].pools,
                    st->classes[c].used, st->classes[c].free);
}

void rm_alloc_print_stats(const rm_alloc *a, FILE *f)
{
    rm_alloc_stats st;

    rm_alloc_get_stats(a, &st);
    fprintf(f, "%d size classes up to %d bytes\n", RM_CLASSES, RM_SMALL_MAX);
    print_classes(&st, f);
    fprintf(f, "\narenas of %zu bytes: %zu now, %zu at most, %zu ever, %zu released\n",
            st.arena_size, st.arenas, st.arenas_highwater, st.arenas_ever, st.arenas_released);
    fprintf(f, "%14zu bytes in used blocks\n", st.bytes_used);
    fprintf(f, "%14zu bytes in free blocks\n", st.bytes_free);
    fprintf(f, "%14zu bytes in %zu unused pools of %zu\n", st.bytes_unused_pools, st.unused_pools,
            st.pool_size);
    fprintf(f, "%14zu bytes in headers of pools\n", st.bytes_headers);
    fprintf(f, "%14zu bytes at the end of pools\n", st.bytes_quantization);
    fprintf(f, "%14zu bytes before and after pools\n", st.bytes_alignment);
    fprintf(f, "%14zu bytes in all arenas\n", st.arenas * st.arena_size);
    fprintf(f, "%14zu bytes in the address map: root, %zu middle nodes, %zu leaves\n",
            st.map_root_bytes + st.map_mid_bytes + st.map_leaf_bytes, st.map_mid_nodes,
            st.map_leaf_nodes);
    fprintf(f, "%14zu blocks taken from the raw domain\n", st.raw_blocks);
}

size_t rm_alloc_blocks(const rm_alloc *a)
{
    const rm_state *s = state_of(a);
    size_t n = s->raw_blocks;

    for (size_t i = 0; i < s->arenas_now; i++) {
        const rm_arena *arena = arena_at(s, i);

        for (size_t j = 0; j < arena->pools; j++) {
            const rm_pool *pool = pool_at(s, arena, j);

            n += pool ? pool->used : 0;
        }
    }
    return n;
}

bool rm_alloc_owns(const rm_alloc *a, const void *p)
{
    const rm_state *s = state_of(a);

    return rm_map_owns(s, (uintptr_t)p, s->arena_bits);
}

/* ---- walk */

size_t rm_alloc_arenas(const rm_alloc *a)
{
    return state_of(a)->arenas_now;
}

void rm_alloc_arena(const rm_alloc *a, size_t arena, rm_arena_view *out)
{
    const rm_state *s = state_of(a);
    const rm_arena *at = arena_at(s, arena);
    const uintptr_t first = first_pool(s, at);
    const unsigned touched = (unsigned)((at->next_fresh - first) >> s->pool_bits);

    *out = (rm_arena_view){
        .base = (const void *)at->base,
        .size = (size_t)1 << s->arena_bits,
        .first_pool = (const void *)first,
        .pools = at->pools,
        .pools_fresh = at->pools - touched,
        .pools_free = at->usable - (at->pools - touched),
    };
}

void rm_alloc_pool(const rm_alloc *a, size_t arena, size_t pool, rm_pool_view *out)
{
    const rm_state *s = state_of(a);
    const rm_arena *in = arena_at(s, arena);
    const rm_pool *at = pool_at(s, in, pool);

    *out = (rm_pool_view){.base = (const char *)first_pool(s, in) + (pool << s->pool_bits),
                          .size = (size_t)1 << s->pool_bits};
    if (at == NULL)
        return;
    out->size_class = at->size_class;
    out->block_size = rm_class_size(at->size_class);
    out->blocks = blocks_of(s, at);
    out->blocks_used = at->used;
    out->blocks_fresh = at->fresh > at->last ? 0 : (at->last - at->fresh) / out->block_size + 1;
    out->first_block = (const char *)at + RM_POOL_HEADER;
    out->state = at->used == 0             ? RM_POOL_FREE
                 : at->used == out->blocks ? RM_POOL_FULL
                                           : RM_POOL_USED;
}

void rm_alloc_pool_blocks(const rm_alloc *a, size_t arena, size_t pool, bool *used)
{
    const rm_state *s = state_of(a);
    const rm_pool *at = pool_at(s, arena_at(s, arena), pool);
    rm_pool_view view;

    rm_alloc_pool(a, arena, pool, &view);
    for (unsigned i = 0; i < view.blocks; i++)
        used[i] = i < view.blocks - view.blocks_fresh;
    for (const void *p = at ? at->free : NULL; p; p = *(void *const *)p)
        used[(size_t)((const char *)p - (const char *)view.first_block) / view.block_size] = false;
}
