/* The allocators of the runtime. A test that shows a measured fact of CPython 3.11 carries its id
 * (P01 to P18, R06) in its name. */
#define _POSIX_C_SOURCE 200809L
#include "unit.h"

#include "alloc.h"

#include <stdlib.h>
#include <string.h>

#define OBJ RM_DOMAIN_OBJ
#define MEM RM_DOMAIN_MEM
#define RAW RM_DOMAIN_RAW

enum { POOL = 16384, ARENA = 1 << 20 };

static rm_alloc *open_with(rm_alloc_options options)
{
    rm_alloc *a = rm_alloc_create(&options);

    assert_non_null(a);
    return a;
}

static rm_alloc *open_default(void)
{
    rm_alloc *a = rm_alloc_create(NULL);

    assert_non_null(a);
    return a;
}

static uintptr_t pool_of(const void *p)
{
    return (uintptr_t)p / POOL;
}

/* A source of arenas that hands out places in one mapping, so that their alignment is known, and
 * that counts. */
typedef struct {
    char *memory;
    size_t offset; /* of the first arena from a multiple of 1 MiB */
    int taken, given_back, limit;
    bool is_free[16];
} arena_source;

static void *source_alloc(void *ctx, size_t size)
{
    arena_source *s = ctx;

    for (int i = 0; i < s->limit; i++)
        if (s->is_free[i]) {
            s->is_free[i] = false;
            s->taken++;
            return s->memory + s->offset + (size_t)i * size;
        }
    return NULL;
}

static void source_free(void *ctx, void *p, size_t size)
{
    arena_source *s = ctx;

    s->is_free[((size_t)((char *)p - s->memory) - s->offset) / size] = true;
    s->given_back++;
}

static rm_arena_source source_open(arena_source *s, size_t offset, int limit)
{
    *s = (arena_source){.offset = offset, .limit = limit};
    s->memory = aligned_alloc(ARENA, 18 * (size_t)ARENA);
    assert_non_null(s->memory);
    memset(s->is_free, 1, sizeof s->is_free);
    return (rm_arena_source){s, source_alloc, source_free};
}

/* ---- facts */

static void p01_requests_of_1_to_512_bytes_are_served_from_32_classes(void **state)
{
    rm_alloc *a = open_default();
    rm_alloc_stats st;
    void *p[514];

    (void)state;
    for (size_t n = 1; n <= 513; n++)
        p[n] = rm_malloc(a, OBJ, n);
    rm_alloc_get_stats(a, &st);
    for (int c = 0; c < RM_CLASSES; c++) {
        assert_int_equal(st.classes[c].size, 16 * (c + 1));
        assert_int_equal(st.classes[c].used, 16);
    }
    assert_true(rm_alloc_owns(a, p[512]));
    assert_false(rm_alloc_owns(a, p[513]));
    assert_int_equal(st.raw_blocks, 1);
    rm_free(a, OBJ, p[513]);
    rm_alloc_destroy(a);
}

static void p02_arena_is_1_mib_with_64_pools_when_aligned_else_63(void **state)
{
    (void)state;
    for (int aligned = 0; aligned <= 1; aligned++) {
        arena_source source;
        rm_alloc *a =
            open_with((rm_alloc_options){.arenas = source_open(&source, aligned ? 0 : 4096, 16)});
        rm_alloc_stats st;
        rm_arena_view view;

        assert_non_null(rm_malloc(a, OBJ, 1));
        rm_alloc_get_stats(a, &st);
        rm_alloc_arena(a, 0, &view);
        assert_int_equal(st.arena_size, 1048576);
        assert_int_equal(st.pool_size, 16384);
        assert_int_equal(view.pools, aligned ? 64 : 63);
        assert_int_equal(st.unused_pools, view.pools - 1);
        assert_int_equal(st.bytes_alignment, aligned ? 0 : POOL);
        rm_alloc_destroy(a);
        free(source.memory);
    }
}

static void p03_pool_has_48_bytes_of_header_and_as_many_blocks_as_fit(void **state)
{
    rm_alloc *a = open_default();
    rm_alloc_stats st;

    (void)state;
    for (size_t size = 16; size <= 512; size += 16)
        assert_non_null(rm_malloc(a, OBJ, size));
    rm_alloc_get_stats(a, &st);
    for (int c = 0; c < RM_CLASSES; c++)
        assert_int_equal(st.classes[c].used + st.classes[c].free, (POOL - 48) / st.classes[c].size);
    assert_int_equal(st.classes[0].used + st.classes[0].free, 1021);
    assert_int_equal(st.classes[31].used + st.classes[31].free, 31);
    rm_alloc_destroy(a);
}

static void p04_address_is_tested_without_reading_it(void **state)
{
    arena_source source;
    rm_alloc *a = open_with((rm_alloc_options){.arenas = source_open(&source, 4096, 2)});
    const char *base = source.memory + 4096;
    int local;

    (void)state;
    assert_false(rm_alloc_owns(a, base));
    assert_non_null(rm_malloc(a, OBJ, 1));
    assert_true(rm_alloc_owns(a, base));
    assert_false(rm_alloc_owns(a, base - 1));
    assert_true(rm_alloc_owns(a, base + ARENA - 1));
    assert_false(rm_alloc_owns(a, base + ARENA));
    assert_false(rm_alloc_owns(a, NULL));
    assert_false(rm_alloc_owns(a, &local));
    assert_false(rm_alloc_owns(a, (void *)1));
    assert_false(rm_alloc_owns(a, (void *)UINTPTR_MAX));
    assert_false(rm_alloc_owns(a, (void *)((uintptr_t)base | (uintptr_t)1 << 48)));
    assert_false(rm_alloc_owns(a, (void *)((uintptr_t)base ^ (uintptr_t)1 << 40)));
    assert_false(rm_alloc_owns(a, (void *)((uintptr_t)base ^ (uintptr_t)1 << 30)));
    rm_alloc_destroy(a);
    free(source.memory);
}

/* The window between two arenas belongs to both; each goes without the other. */
static void address_test_of_neighbours(void **state)
{
    arena_source source;
    rm_alloc *a = open_with((rm_alloc_options){.arenas = source_open(&source, 4096, 2)});
    const char *first = source.memory + 4096, *second = first + ARENA;
    void *p[2000];

    (void)state;
    for (int i = 0; i < 2000; i++)
        p[i] = rm_malloc(a, OBJ, 512);
    assert_int_equal(rm_alloc_arenas(a), 2);
    assert_true(rm_alloc_owns(a, second - 1));
    assert_true(rm_alloc_owns(a, second));
    assert_true(rm_alloc_owns(a, second + ARENA - 1));
    for (int i = 1999; i >= 0; i--)
        rm_free(a, OBJ, p[i]);
    assert_int_equal(rm_alloc_arenas(a), 1);
    assert_int_not_equal(rm_alloc_owns(a, first), rm_alloc_owns(a, second));
    assert_int_not_equal(rm_alloc_owns(a, second - 1), rm_alloc_owns(a, second));
    rm_alloc_destroy(a);
    free(source.memory);
}

static void p05_results_are_aligned_to_16_bytes(void **state)
{
    rm_alloc *a = open_default();

    (void)state;
    for (size_t n = 1; n <= 512; n++)
        assert_int_equal((uintptr_t)rm_malloc(a, OBJ, n) % 16, 0);
    rm_alloc_destroy(a);
}

static void p06_freed_block_is_the_next_of_its_class(void **state)
{
    rm_alloc *a = open_default();
    void *p = rm_malloc(a, OBJ, 400), *q = rm_malloc(a, OBJ, 400);

    (void)state;
    rm_free(a, OBJ, p);
    assert_ptr_equal(rm_malloc(a, OBJ, 390), p);
    rm_free(a, OBJ, p);
    rm_free(a, OBJ, q);
    assert_ptr_equal(rm_malloc(a, OBJ, 385), q);
    assert_ptr_equal(rm_malloc(a, OBJ, 400), p);
    rm_alloc_destroy(a);
}

/* Measured on 3.11.2: 0 bytes come from the C library, with the debug allocators from a pool. */
static void p07_zero_bytes_have_an_address_of_their_own(void **state)
{
    (void)state;
    for (int debug = 0; debug <= 1; debug++) {
        rm_alloc *a = open_with((rm_alloc_options){.debug = debug});
        void *p = rm_malloc(a, OBJ, 0), *q = rm_calloc(a, OBJ, 0, 8);

        assert_non_null(p);
        assert_non_null(q);
        assert_ptr_not_equal(p, q);
        assert_int_equal(rm_alloc_owns(a, p), debug);
        rm_free(a, OBJ, p);
        rm_free(a, OBJ, q);
        rm_alloc_destroy(a);
    }
}

static void p08_realloc_stays_above_three_quarters_of_the_class(void **state)
{
    rm_alloc *a = open_default();
    void *p = rm_malloc(a, OBJ, 512), *q;

    (void)state;
    assert_ptr_equal(rm_realloc(a, OBJ, p, 385), p);
    q = rm_realloc(a, OBJ, p, 384);
    assert_ptr_not_equal(q, p);
    for (size_t n = 289; n <= 384; n++)
        assert_ptr_equal(rm_realloc(a, OBJ, q, n), q);
    assert_ptr_not_equal(rm_realloc(a, OBJ, q, 288), q);
    rm_alloc_destroy(a);
}

static void p09_blocks_of_a_pool_are_one_class_size_apart(void **state)
{
    rm_alloc *a = open_default();
    const char *last = rm_malloc(a, OBJ, 496);

    (void)state;
    for (int i = 1; i < (POOL - 48) / 496; i++) {
        const char *p = rm_malloc(a, OBJ, 490);

        assert_int_equal(p - last, 496);
        last = p;
    }
    assert_int_not_equal(pool_of(rm_malloc(a, OBJ, 496)), pool_of(last));
    rm_alloc_destroy(a);
}

static void p10_large_block_stays_with_libc_when_it_shrinks(void **state)
{
    rm_alloc *a = open_default();
    void *p = rm_malloc(a, OBJ, 5000);

    (void)state;
    p = rm_realloc(a, OBJ, p, 100);
    assert_false(rm_alloc_owns(a, p));
    assert_int_equal(rm_alloc_blocks(a), 1);
    rm_free(a, OBJ, p);
    assert_int_equal(rm_alloc_blocks(a), 0);
    rm_alloc_destroy(a);
}

static void p11_mem_and_obj_share_pools_and_raw_is_libc(void **state)
{
    rm_alloc *a = open_default();
    void *p = rm_malloc(a, MEM, 64), *q = rm_malloc(a, OBJ, 64), *r = rm_malloc(a, RAW, 64);

    (void)state;
    assert_int_equal(pool_of(p), pool_of(q));
    assert_false(rm_alloc_owns(a, r));
    assert_int_equal(rm_alloc_blocks(a), 2);
    rm_free(a, RAW, r);
    rm_alloc_destroy(a);
}

static void p12_empty_pool_serves_another_class(void **state)
{
    rm_alloc *a = open_default();
    void *p[31];
    uintptr_t pool;

    (void)state;
    for (int i = 0; i < 31; i++)
        p[i] = rm_malloc(a, OBJ, 512);
    pool = pool_of(p[0]);
    for (int i = 0; i < 31; i++)
        rm_free(a, OBJ, p[i]);
    assert_int_equal(pool_of(rm_malloc(a, OBJ, 304)), pool);
    rm_alloc_destroy(a);
}

/* The pool that gets its old class back gives its blocks in the order of their frees. */
static void empty_pool_of_the_same_class_keeps_its_order(void **state)
{
    rm_alloc *a = open_default();
    void *p = rm_malloc(a, OBJ, 64), *q = rm_malloc(a, OBJ, 64);

    (void)state;
    rm_free(a, OBJ, q);
    rm_free(a, OBJ, p);
    assert_ptr_equal(rm_malloc(a, OBJ, 64), p);
    rm_free(a, OBJ, p);
    assert_ptr_equal(rm_malloc(a, OBJ, 64), p);
    assert_ptr_equal(rm_malloc(a, OBJ, 64), q);
    rm_alloc_destroy(a);
}

static void p13_empty_arenas_are_given_back_but_the_last_one(void **state)
{
    enum { N = 31 * 64 * 8 };
    static void *p[N];
    arena_source source;
    rm_alloc *a = open_with((rm_alloc_options){.arenas = source_open(&source, 0, 16)});
    rm_alloc_stats st;

    (void)state;
    for (int i = 0; i < N; i++)
        p[i] = rm_malloc(a, OBJ, 500);
    assert_int_equal(source.taken, 8);
    for (int i = 0; i < N; i++)
        rm_free(a, OBJ, p[i]);
    assert_int_equal(source.given_back, 7);
    rm_alloc_get_stats(a, &st);
    assert_int_equal(st.arenas, 1);
    assert_int_equal(st.arenas_ever, 8);
    assert_int_equal(st.arenas_released, 7);
    assert_int_equal(st.arenas_highwater, 8);
    assert_int_equal(st.unused_pools, 64);
    assert_int_equal(st.bytes_unused_pools, ARENA);
    rm_alloc_destroy(a);
    assert_int_equal(source.given_back, 8);
    free(source.memory);
}

/* An empty arena stays when those before it in the order are fuller and none is behind it. */
static void fullest_arena_serves_first(void **state)
{
    enum { N = 31 * 64 * 3 };
    static void *p[N];
    arena_source source;
    rm_alloc *a = open_with((rm_alloc_options){.arenas = source_open(&source, 0, 16)});

    (void)state;
    for (int i = 0; i < N; i++)
        p[i] = rm_malloc(a, OBJ, 512);
    for (int i = 31 * 64; i < 31 * 64 * 2; i++) /* all of the second */
        rm_free(a, OBJ, p[i]);
    for (int i = 0; i < 31 * 2; i++) /* two pools of the first */
        rm_free(a, OBJ, p[i]);
    for (int i = N - 31; i < N; i++) /* one pool of the third */
        rm_free(a, OBJ, p[i]);
    assert_int_equal(source.given_back, 0);
    assert_int_equal(pool_of(rm_malloc(a, OBJ, 16)), pool_of(p[N - 1]));
    assert_int_equal(pool_of(rm_malloc(a, OBJ, 32)), pool_of(p[31]));
    assert_int_equal(pool_of(rm_malloc(a, OBJ, 48)), pool_of(p[0]));
    assert_int_equal(pool_of(rm_malloc(a, OBJ, 64)) / 64, pool_of(p[31 * 64]) / 64);
    rm_alloc_destroy(a);
    free(source.memory);
}

static void p14_without_pymalloc_no_blocks_are_counted(void **state)
{
    rm_alloc *a = open_with((rm_alloc_options){.no_pymalloc = true});
    void *p = rm_malloc(a, OBJ, 64), *q = rm_malloc(a, MEM, 64);

    (void)state;
    assert_int_equal(rm_alloc_blocks(a), 0);
    assert_int_equal(rm_alloc_arenas(a), 0);
    rm_free(a, OBJ, p);
    rm_free(a, MEM, q);
    rm_alloc_destroy(a);
}

/* ---- other behaviour */

static void older_layout_has_arenas_of_256_kib_and_pools_of_4_kib(void **state)
{
    rm_alloc *a = open_with((rm_alloc_options){.layout = RM_LAYOUT_256K});
    void *p[2000];
    rm_alloc_stats st;

    (void)state;
    for (int i = 0; i < 2000; i++)
        p[i] = rm_malloc(a, OBJ, 200);
    rm_alloc_get_stats(a, &st);
    assert_int_equal(st.arena_size, 262144);
    assert_int_equal(st.pool_size, 4096);
    assert_int_equal(st.arenas, 2);
    assert_int_equal(st.unused_pools, 128 - 2000 / 19 - 1);
    for (int i = 0; i < 2000; i++) {
        assert_true(rm_alloc_owns(a, p[i]));
        p[i] = rm_realloc(a, OBJ, p[i], 400);
    }
    for (int i = 0; i < 2000; i++)
        rm_free(a, OBJ, p[i]);
    assert_int_equal(rm_alloc_blocks(a), 0);
    assert_int_equal(rm_alloc_arenas(a), 1);
    rm_alloc_destroy(a);
}

static void calloc_clears_and_sizes_that_overflow_fail(void **state)
{
    rm_alloc *a = open_default();
    static const char zeros[600];

    (void)state;
    for (size_t n = 1; n <= 600; n += 61) {
        void *p = rm_malloc(a, OBJ, n);

        memset(p, 0xAA, n);
        rm_free(a, OBJ, p);
        p = rm_calloc(a, OBJ, 1, n);
        assert_memory_equal(p, zeros, n);
        rm_free(a, OBJ, p);
    }
    assert_null(rm_calloc(a, OBJ, SIZE_MAX / 2, 16));
    assert_null(rm_malloc(a, RAW, (size_t)PTRDIFF_MAX + 1));
    assert_null(rm_realloc(a, OBJ, NULL, SIZE_MAX));
    rm_alloc_destroy(a);
}

static void statistics_account_for_every_byte_of_the_arenas(void **state)
{
    rm_alloc *a = open_default();
    rm_alloc_stats st;

    (void)state;
    for (size_t i = 0; i < 40000; i++)
        assert_non_null(rm_malloc(a, OBJ, 1 + i * 7 % 512));
    rm_alloc_get_stats(a, &st);
    assert_int_equal(st.bytes_used + st.bytes_free + st.bytes_unused_pools + st.bytes_headers +
                         st.bytes_quantization + st.bytes_alignment,
                     st.arenas * st.arena_size);
    assert_int_equal(rm_alloc_blocks(a), 40000);
    assert_int_equal(st.map_root_bytes, 262144); /* as sys._debugmallocstats() of 3.11.2 */
    assert_int_equal(st.map_mid_bytes, 262144 * st.map_mid_nodes);
    assert_int_equal(st.map_leaf_bytes, 131072 * st.map_leaf_nodes);
    assert_true(st.map_mid_nodes >= 1 && st.map_leaf_nodes >= 1);
    rm_alloc_destroy(a);
}

static void statistics_print_as_text(void **state)
{
    rm_alloc *a = open_default();
    char text[4096] = "";
    FILE *f = fmemopen(text, sizeof text, "w");

    (void)state;
    assert_non_null(f);
    assert_non_null(rm_malloc(a, OBJ, 512));
    rm_alloc_print_stats(a, f);
    fclose(f);
    assert_non_null(strstr(text, "   31    512       1            1           30\n"));
    assert_non_null(strstr(text, "arenas of 1048576 bytes: 1 now, 1 at most, 1 ever, 0 released"));
    rm_alloc_destroy(a);
}

static void walk_shows_pools_and_blocks(void **state)
{
    rm_alloc *a = open_default();
    void *p[40];
    bool used[1021];
    rm_pool_view view;

    (void)state;
    for (int i = 0; i < 40; i++)
        p[i] = rm_malloc(a, OBJ, 512);
    rm_free(a, OBJ, p[3]);
    assert_int_equal(rm_alloc_arenas(a), 1);
    rm_alloc_pool(a, 0, 0, &view);
    assert_int_equal(view.state, RM_POOL_USED);
    assert_int_equal(view.block_size, 512);
    assert_int_equal(view.blocks, 31);
    assert_int_equal(view.blocks_used, 30);
    assert_ptr_equal(view.first_block, p[0]);
    rm_alloc_pool_blocks(a, 0, 0, used);
    for (int i = 0; i < 31; i++)
        assert_int_equal(used[i], i != 3);
    rm_alloc_pool(a, 0, 1, &view);
    assert_int_equal(view.blocks_used, 9);
    assert_int_equal(view.blocks_fresh, 21);
    rm_alloc_pool_blocks(a, 0, 1, used);
    assert_true(used[8]);
    assert_false(used[9]);
    assert_false(used[30]);
    rm_alloc_pool(a, 0, 2, &view);
    assert_int_equal(view.state, RM_POOL_FRESH);
    assert_int_equal(view.blocks, 0);
    assert_non_null(rm_malloc(a, OBJ, 512));
    for (int i = 31; i < 40; i++)
        rm_free(a, OBJ, p[i]);
    rm_alloc_destroy(a);
}

static void walk_shows_free_and_full_pools(void **state)
{
    rm_alloc *a = open_default();
    void *p[62];
    rm_pool_view view;
    rm_arena_view arena;

    (void)state;
    for (int i = 0; i < 62; i++)
        p[i] = rm_malloc(a, OBJ, 512);
    for (int i = 31; i < 62; i++)
        rm_free(a, OBJ, p[i]);
    rm_alloc_pool(a, 0, 0, &view);
    assert_int_equal(view.state, RM_POOL_FULL);
    rm_alloc_pool(a, 0, 1, &view);
    assert_int_equal(view.state, RM_POOL_FREE);
    rm_alloc_arena(a, 0, &arena);
    assert_int_equal(arena.pools_free, 1);
    assert_int_equal(arena.pools_fresh, arena.pools - 2);
    rm_alloc_destroy(a);
}

/* ---- failing */

static void r06_requests_start_to_stop_fail_in_every_domain(void **state)
{
    rm_alloc *a = open_default();
    void *p = rm_malloc(a, OBJ, 8);

    (void)state;
    rm_alloc_fail(a, 1, 5);
    rm_free(a, OBJ, rm_malloc(a, OBJ, 8));
    assert_null(rm_malloc(a, OBJ, 8));
    assert_null(rm_malloc(a, MEM, 8));
    assert_null(rm_calloc(a, RAW, 1, 8));
    assert_null(rm_realloc(a, OBJ, p, 100));
    rm_free(a, OBJ, rm_malloc(a, OBJ, 8));
    assert_int_equal(rm_alloc_requests(a), 6);
    rm_alloc_fail(a, 0, 0);
    for (int i = 0; i < 10; i++)
        assert_null(rm_malloc(a, OBJ, 8));
    rm_alloc_fail(a, -1, 0);
    rm_free(a, OBJ, rm_malloc(a, OBJ, 8));
    rm_free(a, OBJ, p);
    assert_int_equal(rm_alloc_blocks(a), 0);
    rm_alloc_destroy(a);
}

/* Fills more than one arena, so that the tables, the map and large blocks are asked for too. */
static bool scenario(rm_alloc *a)
{
    enum { N = 2200 };
    void *p[N];
    int n = 0;

    while (n < N && (p[n] = rm_malloc(a, OBJ, n % 100 ? 512 : 600)) != NULL)
        n++;
    if (n == N) {
        void *q = rm_realloc(a, OBJ, p[0], 10000);

        if (q)
            p[0] = q;
        for (int i = 0; i < N; i++)
            rm_free(a, OBJ, p[i]);
        return q != NULL;
    }
    while (n > 0)
        rm_free(a, OBJ, p[--n]);
    return false;
}

static void every_failing_request_leaves_the_allocator_whole(void **state)
{
    long n = 0, step = 1;
    bool is_done = false;

    (void)state;
    for (; !is_done; n += step) {
        rm_alloc *a = open_default();

        step = n < 40 ? 1 : 13; /* the first ones make the arena; then they repeat */
        rm_alloc_fail(a, n, n + 1);
        is_done = scenario(a) && rm_alloc_requests(a) <= n;
        rm_alloc_fail(a, -1, 0);
        assert_int_equal(rm_alloc_blocks(a), 0);
        assert_true(scenario(a));
        assert_int_equal(rm_alloc_blocks(a), 0);
        rm_alloc_destroy(a);
    }
    assert_true(n > 2200);
}

static void small_blocks_come_from_the_raw_domain_when_there_is_no_arena(void **state)
{
    arena_source source;
    rm_alloc *a = open_with((rm_alloc_options){.arenas = source_open(&source, 0, 0)});
    char *p = rm_malloc(a, OBJ, 16), *q = rm_calloc(a, OBJ, 2, 8);

    (void)state;
    assert_non_null(p);
    assert_non_null(q);
    assert_int_equal(q[15], 0);
    assert_false(rm_alloc_owns(a, p));
    assert_int_equal(rm_alloc_blocks(a), 2);
    p = rm_realloc(a, OBJ, p, 32);
    rm_free(a, OBJ, p);
    rm_free(a, OBJ, q);
    assert_int_equal(rm_alloc_blocks(a), 0);
    rm_alloc_destroy(a);
    free(source.memory);
}

/* Fails the request with number *ctx and counts down. */
static void *meagre_malloc(void *ctx, size_t size)
{
    return (*(int *)ctx)-- == 0 ? NULL : malloc(size);
}

static void *meagre_calloc(void *ctx, size_t n, size_t size)
{
    return (*(int *)ctx)-- == 0 ? NULL : calloc(n, size);
}

static void *meagre_realloc(void *ctx, void *p, size_t size)
{
    return (*(int *)ctx)-- == 0 ? NULL : realloc(p, size);
}

static void meagre_free(void *ctx, void *p)
{
    (void)ctx;
    free(p);
}

static void create_fails_cleanly(void **state)
{
    int left;
    const rm_alloc_options options = {
        .debug = true,
        .quarantine = 4,
        .raw = {&left, meagre_malloc, meagre_calloc, meagre_realloc, meagre_free}};

    (void)state;
    left = 0;
    assert_null(rm_alloc_create(&options));
    left = 1;
    assert_null(rm_alloc_create(&options));
    left = 2;
    rm_alloc_destroy(open_with(options));
    rm_alloc_destroy(NULL);
}

/* ---- replace */

typedef struct {
    rm_allocator below;
    int requests, frees;
} counter;

static void *counting_malloc(void *ctx, size_t size)
{
    counter *c = ctx;

    c->requests++;
    return c->below.malloc(c->below.ctx, size);
}

static void *counting_calloc(void *ctx, size_t n, size_t size)
{
    counter *c = ctx;

    c->requests++;
    return c->below.calloc(c->below.ctx, n, size);
}

static void *counting_realloc(void *ctx, void *p, size_t size)
{
    counter *c = ctx;

    c->requests++;
    return c->below.realloc(c->below.ctx, p, size);
}

static void counting_free(void *ctx, void *p)
{
    counter *c = ctx;

    c->frees++;
    c->below.free(c->below.ctx, p);
}

static void replaced_allocator_is_called_and_failing_stands_above_it(void **state)
{
    rm_alloc *a = open_default();
    counter c = {0};
    rm_allocator own = {&c, counting_malloc, counting_calloc, counting_realloc, counting_free};
    rm_allocator got;
    void *p;

    (void)state;
    assert_non_null(rm_malloc(a, OBJ, 10)); /* the arena is there, no more requests for it */
    rm_allocator_get(a, OBJ, &c.below);
    rm_alloc_fail(a, 2, 3);
    rm_allocator_set(a, OBJ, &own);
    p = rm_malloc(a, OBJ, 10);
    p = rm_realloc(a, OBJ, p, 100);
    assert_null(rm_calloc(a, OBJ, 1, 10));
    rm_free(a, OBJ, p);
    rm_alloc_fail(a, -1, 0);
    rm_allocator_get(a, OBJ, &got);
    assert_ptr_equal(got.ctx, &c);
    assert_int_equal(c.requests, 2);
    assert_int_equal(c.frees, 1);
    rm_free(a, OBJ, rm_calloc(a, OBJ, 1, 10));
    assert_int_equal(c.requests, 3);
    assert_int_equal(rm_alloc_blocks(a), 1);
    rm_alloc_destroy(a);
}

static void two_runtimes_share_nothing(void **state)
{
    rm_alloc *a = open_default(), *b = open_default();
    void *p = rm_malloc(a, OBJ, 32), *q = rm_malloc(b, OBJ, 32);

    (void)state;
    assert_true(rm_alloc_owns(a, p) && !rm_alloc_owns(a, q));
    assert_true(rm_alloc_owns(b, q) && !rm_alloc_owns(b, p));
    rm_alloc_fail(a, 0, 0);
    assert_non_null(rm_malloc(b, OBJ, 32));
    rm_alloc_destroy(a);
    rm_alloc_destroy(b);
}

/* ---- against a shadow */

typedef struct {
    uint8_t *p;
    size_t size;
    uint8_t pattern;
    rm_domain domain;
} shadow;

static uint32_t draw(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33) % below;
}

static size_t draw_size(uint64_t *seed)
{
    return draw(seed, 20) ? draw(seed, 600) : draw(seed, 5000);
}

static bool holds(const uint8_t *p, uint8_t pattern, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != pattern)
            return false;
    return true;
}

static void shadow_new(rm_alloc *a, shadow *s, uint64_t *seed)
{
    const bool clear = draw(seed, 4) == 0;

    s->size = draw_size(seed);
    s->pattern = (uint8_t)draw(seed, 256);
    s->domain = (rm_domain)draw(seed, RM_DOMAINS);
    s->p = clear ? rm_calloc(a, s->domain, s->size, 1) : rm_malloc(a, s->domain, s->size);
    if (s->p == NULL)
        return;
    assert_true(!clear || holds(s->p, 0, s->size));
    assert_int_equal((uintptr_t)s->p % 16, 0);
    memset(s->p, s->pattern, s->size);
}

static void shadow_resize(rm_alloc *a, shadow *s, uint64_t *seed)
{
    const size_t size = draw_size(seed);
    uint8_t *p = rm_realloc(a, s->domain, s->p, size);

    if (p == NULL)
        return;
    assert_true(holds(p, s->pattern, size < s->size ? size : s->size));
    memset(p, s->pattern, size);
    s->p = p;
    s->size = size;
}

static void shadow_free(rm_alloc *a, shadow *s)
{
    assert_true(holds(s->p, s->pattern, s->size));
    rm_free(a, s->domain, s->p);
    s->p = NULL;
}

/* One long run in waves of growing and shrinking, with failures in between. */
static void run_shadow(rm_alloc_options options, uint64_t seed)
{
    enum { SLOTS = 6000, STEPS = 120000 };
    static shadow slot[SLOTS];
    rm_alloc *a = open_with(options);
    size_t live = 0;

    memset(slot, 0, sizeof slot);
    for (int i = 0; i < STEPS; i++) {
        shadow *s = &slot[draw(&seed, SLOTS)];
        const bool grow = i / 20000 % 2 == 0;

        if (i % 9000 == 0)
            rm_alloc_fail(a, draw(&seed, 500), 900);
        if (i % 9000 == 5000)
            rm_alloc_fail(a, -1, 0);
        if (s->p == NULL && grow)
            shadow_new(a, s, &seed);
        else if (s->p && draw(&seed, 4) == 0)
            shadow_resize(a, s, &seed);
        else if (s->p && (!grow || draw(&seed, 3) == 0))
            shadow_free(a, s);
    }
    for (int i = 0; i < SLOTS; i++)
        live += slot[i].p && slot[i].domain != RAW && !options.debug;
    if (!options.debug && !options.no_pymalloc)
        assert_int_equal(rm_alloc_blocks(a), live);
    for (int i = 0; i < SLOTS; i++)
        if (slot[i].p)
            shadow_free(a, &slot[i]);
    rm_alloc_fail(a, -1, 0);
    rm_alloc_drain(a);
    assert_true(options.debug || rm_alloc_blocks(a) == 0);
    rm_alloc_destroy(a);
}

static void random_requests_keep_their_contents(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++)
        run_shadow((rm_alloc_options){0}, seed);
    run_shadow((rm_alloc_options){.layout = RM_LAYOUT_256K}, 4);
    run_shadow((rm_alloc_options){.debug = true}, 5);
    run_shadow((rm_alloc_options){.debug = true, .serial = true, .quarantine = 100}, 6);
    run_shadow((rm_alloc_options){.no_pymalloc = true, .debug = true}, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p01_requests_of_1_to_512_bytes_are_served_from_32_classes),
        cmocka_unit_test(p02_arena_is_1_mib_with_64_pools_when_aligned_else_63),
        cmocka_unit_test(p03_pool_has_48_bytes_of_header_and_as_many_blocks_as_fit),
        cmocka_unit_test(p04_address_is_tested_without_reading_it),
        cmocka_unit_test(address_test_of_neighbours),
        cmocka_unit_test(p05_results_are_aligned_to_16_bytes),
        cmocka_unit_test(p06_freed_block_is_the_next_of_its_class),
        cmocka_unit_test(p07_zero_bytes_have_an_address_of_their_own),
        cmocka_unit_test(p08_realloc_stays_above_three_quarters_of_the_class),
        cmocka_unit_test(p09_blocks_of_a_pool_are_one_class_size_apart),
        cmocka_unit_test(p10_large_block_stays_with_libc_when_it_shrinks),
        cmocka_unit_test(p11_mem_and_obj_share_pools_and_raw_is_libc),
        cmocka_unit_test(p12_empty_pool_serves_another_class),
        cmocka_unit_test(empty_pool_of_the_same_class_keeps_its_order),
        cmocka_unit_test(p13_empty_arenas_are_given_back_but_the_last_one),
        cmocka_unit_test(fullest_arena_serves_first),
        cmocka_unit_test(p14_without_pymalloc_no_blocks_are_counted),
        cmocka_unit_test(older_layout_has_arenas_of_256_kib_and_pools_of_4_kib),
        cmocka_unit_test(calloc_clears_and_sizes_that_overflow_fail),
        cmocka_unit_test(statistics_account_for_every_byte_of_the_arenas),
        cmocka_unit_test(statistics_print_as_text),
        cmocka_unit_test(walk_shows_pools_and_blocks),
        cmocka_unit_test(walk_shows_free_and_full_pools),
        cmocka_unit_test(r06_requests_start_to_stop_fail_in_every_domain),
        cmocka_unit_test(every_failing_request_leaves_the_allocator_whole),
        cmocka_unit_test(small_blocks_come_from_the_raw_domain_when_there_is_no_arena),
        cmocka_unit_test(create_fails_cleanly),
        cmocka_unit_test(replaced_allocator_is_called_and_failing_stands_above_it),
        cmocka_unit_test(two_runtimes_share_nothing),
        cmocka_unit_test(random_requests_keep_their_contents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
