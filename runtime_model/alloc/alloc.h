/* alloc: where the memory of a modelled runtime comes from, as CPython 3.11 does it.
 *
 *     rm_malloc(a, domain, n)
 *        |  inlined; one indirect call
 *        v
 *     [ failing ] -> [ debug ] -> raw: libc
 *      rm_alloc_fail   options    mem, obj: pymalloc -- 1..512 bytes: a block of a pool
 *                                                   \-- 0, > 512, no arena: the raw domain
 *
 * Nothing is shared between two rm_alloc, and one rm_alloc is used by one thread at a time.
 */
#ifndef RUNTIME_MODEL_ALLOC_H
#define RUNTIME_MODEL_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum { RM_DOMAIN_RAW, RM_DOMAIN_MEM, RM_DOMAIN_OBJ, RM_DOMAINS } rm_domain;

/* The four functions of a domain, called with ctx. Requests of 0 bytes get an address too. */
typedef struct {
    void *ctx;
    void *(*malloc)(void *ctx, size_t size);
    void *(*calloc)(void *ctx, size_t n, size_t size);
    void *(*realloc)(void *ctx, void *p, size_t size);
    void (*free)(void *ctx, void *p);
} rm_allocator;

/* All allocator state of one runtime; more stands behind what is declared here. The table is read
 * by rm_malloc and its kin and changed by rm_allocator_set only. */
typedef struct rm_alloc {
    rm_allocator domain[RM_DOMAINS];
} rm_alloc;

/* ---- create */

typedef enum {
    RM_LAYOUT_1M,   /* arenas of 1 MiB, pools of 16 KiB: CPython 3.10 and later */
    RM_LAYOUT_256K, /* arenas of 256 KiB, pools of 4 KiB: CPython 3.9 and earlier */
} rm_layout;

typedef struct {
    void *ctx;
    void *(*alloc)(void *ctx, size_t size); /* page-aligned; NULL when there is no memory */
    void (*free)(void *ctx, void *p, size_t size);
} rm_arena_source;

/* What the debug allocators saw. They see it when a block is freed or resized. */
typedef enum {
    RM_FAULT_UNDERRUN,         /* a byte before the block was written */
    RM_FAULT_OVERRUN,          /* a byte after the block was written */
    RM_FAULT_WRONG_DOMAIN,     /* allocated in one domain, freed or resized in another */
    RM_FAULT_DOUBLE_FREE,      /* freed or resized after it was freed */
    RM_FAULT_WRITE_AFTER_FREE, /* needs a quarantine */
    RM_FAULT_NOT_A_BLOCK,      /* nothing there was ever allocated */
} rm_fault_kind;

typedef struct {
    rm_fault_kind kind;
    const void *address; /* of the block, as its user knows it */
    size_t size;         /* requested; 0 when it is no longer known */
    ptrdiff_t offset;    /* of the first changed byte from address; 0 when no byte is meant */
    rm_domain domain;    /* that was called */
    char allocated_by;   /* 'r', 'm', 'o': domain that allocated it; 0 when not known */
    uint64_t serial;     /* number of the allocation; 0 when not known or not kept */
} rm_alloc_fault;

/* All zero is CPython 3.11 as released. */
typedef struct {
    rm_layout layout;
    bool no_pymalloc;       /* mem and obj are libc too: PYTHONMALLOC=malloc */
    bool debug;             /* guard and poison bytes: PYTHONMALLOC=debug, malloc_debug */
    bool serial;            /* debug: each block carries a number, 8 bytes more */
    size_t quarantine;      /* debug: so many freed blocks are held back before they are reused */
    rm_allocator raw;       /* under the raw domain; malloc == NULL: libc */
    rm_arena_source arenas; /* alloc == NULL: mmap */
    void (*on_fault)(void *ctx, const rm_alloc_fault *fault); /* NULL: print to stderr and abort */
    void *on_fault_ctx;
} rm_alloc_options;

/* NULL when out of memory. NULL options are the default ones. */
rm_alloc *rm_alloc_create(const rm_alloc_options *options);

/* Gives all arenas back, and with them every block in them. Blocks that came from the raw domain
 * (0 bytes, more than 512) stay their owner's. NULL is allowed. */
void rm_alloc_destroy(rm_alloc *a);

/* ---- allocate: NULL when there is no memory or the size is above PTRDIFF_MAX */

static inline void *rm_malloc(rm_alloc *a, rm_domain d, size_t size)
{
    if (size > PTRDIFF_MAX)
        return NULL;
    return a->domain[d].malloc(a->domain[d].ctx, size);
}

static inline void *rm_calloc(rm_alloc *a, rm_domain d, size_t n, size_t size)
{
    if (size != 0 && n > PTRDIFF_MAX / size)
        return NULL;
    return a->domain[d].calloc(a->domain[d].ctx, n, size);
}

/* p may be NULL; when NULL comes back, p is as it was. */
static inline void *rm_realloc(rm_alloc *a, rm_domain d, void *p, size_t size)
{
    if (size > PTRDIFF_MAX)
        return NULL;
    return a->domain[d].realloc(a->domain[d].ctx, p, size);
}

static inline void rm_free(rm_alloc *a, rm_domain d, void *p) /* p may be NULL */
{
    a->domain[d].free(a->domain[d].ctx, p);
}

/* ---- replace, fail */

/* Set while blocks of the old allocator live only what can free them too. */
void rm_allocator_get(const rm_alloc *a, rm_domain d, rm_allocator *out);
void rm_allocator_set(rm_alloc *a, rm_domain d, const rm_allocator *in);

/* Requests (malloc, calloc, realloc of any domain, also those that pymalloc makes of the raw
 * domain) are counted from 0 now, and number start..stop-1 return NULL; stop <= 0: all from start
 * on. start < 0 ends it. Stands above what rm_allocator_set sets. */
void rm_alloc_fail(rm_alloc *a, long start, long stop);
long rm_alloc_requests(const rm_alloc *a); /* counted since rm_alloc_fail */

/* Debug with quarantine: checks the held blocks and gives them back. */
void rm_alloc_drain(rm_alloc *a);

/* ---- look */

/* Blocks of pymalloc in use, and those it took from the raw domain: sys.getallocatedblocks(). */
size_t rm_alloc_blocks(const rm_alloc *a);

/* Does p point into an arena? Any p may be asked; it is not read. */
bool rm_alloc_owns(const rm_alloc *a, const void *p);

enum { RM_CLASSES = 32, RM_ALIGNMENT = 16, RM_SMALL_MAX = 512, RM_POOL_HEADER = 48 };

typedef struct {
    size_t size; /* of a block */
    size_t pools, used, free;
} rm_class_stats;

typedef struct {
    rm_class_stats classes[RM_CLASSES];
    size_t arena_size, pool_size;
    size_t arenas, arenas_ever, arenas_released, arenas_highwater;
    size_t raw_blocks;   /* taken from the raw domain for mem and obj */
    size_t unused_pools; /* never used, or free again */
    size_t bytes_used, bytes_free, bytes_unused_pools;         /* these and */
    size_t bytes_headers, bytes_quantization, bytes_alignment; /* these make arenas * arena_size */
    size_t map_root_bytes, map_mid_nodes, map_mid_bytes, map_leaf_nodes, map_leaf_bytes;
} rm_alloc_stats;

void rm_alloc_get_stats(const rm_alloc *a, rm_alloc_stats *out);
void rm_alloc_print_stats(const rm_alloc *a, FILE *f); /* as sys._debugmallocstats() */

/* ---- walk: arenas by age of their slot, pools by address, blocks by address */

typedef enum {
    RM_POOL_FRESH, /* never used: no memory of it was touched */
    RM_POOL_FREE,  /* was used; block_size is that of its last class */
    RM_POOL_USED,  /* some blocks are in use */
    RM_POOL_FULL,
} rm_pool_state;

typedef struct {
    const void *base; /* of the arena */
    size_t size;
    const void *first_pool;
    unsigned pools, pools_fresh, pools_free; /* all; never used; free again */
} rm_arena_view;

typedef struct {
    const void *base;
    size_t size;
    rm_pool_state state;
    unsigned block_size, size_class;            /* 0 when fresh */
    unsigned blocks, blocks_used, blocks_fresh; /* all; in use; not cut off yet */
    const void *first_block;
} rm_pool_view;

size_t rm_alloc_arenas(const rm_alloc *a);
void rm_alloc_arena(const rm_alloc *a, size_t arena, rm_arena_view *out);
void rm_alloc_pool(const rm_alloc *a, size_t arena, size_t pool, rm_pool_view *out);
/* used[i] tells whether block i is in use; room for rm_pool_view.blocks (at most 1021). */
void rm_alloc_pool_blocks(const rm_alloc *a, size_t arena, size_t pool, bool *used);

#endif
