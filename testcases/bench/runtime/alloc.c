/* The allocator of the model beside that of libpython3.11: CPU time of the same loops.
 *
 * Each loop is compiled once for each side. A row runs both sides in turn for a number of rounds
 * and shows the fastest round of each, so that what else the machine does falls out. The ratio is
 * ours / CPython's: below 1 we are faster. The interpreter is not started, so both sides start with
 * empty heaps. First a pair of calls alone in its class, so that a pool comes and goes each time;
 * for the other rows blocks of each class are kept, as a runtime with objects has them.
 *
 *     bench_alloc [ROUNDS]
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"

/* COUNT blocks stay in the first level cache, so that the allocators are compared; what MANY cost
 * is mostly the system's: new pages, memory beyond the caches. */
enum { COUNT = 64, MANY = 200000 };

#define NOISE 1.05

/* What a loop works on; order is a permutation of the blocks. */
typedef struct {
    rm_alloc *a;
    size_t size;
    long repeat;
    size_t count;
    void **block;
    const uint32_t *order;
} work;

typedef void loop(const work *w);

/* The loops write to each block, as an object's creator does. */
#define LOOPS(side, MALLOC, CALLOC, REALLOC, FREE)                                                 \
    static __attribute__((noinline)) void side##_pair(const work *w)                               \
    {                                                                                              \
        for (long i = 0; i < w->repeat; i++) {                                                     \
            char *volatile p = MALLOC(w->size);                                                    \
            FREE(p);                                                                               \
        }                                                                                          \
    }                                                                                              \
    static __attribute__((noinline)) void side##_calloc_pair(const work *w)                        \
    {                                                                                              \
        for (long i = 0; i < w->repeat; i++) {                                                     \
            char *volatile p = CALLOC(1, w->size);                                                 \
            FREE(p);                                                                               \
        }                                                                                          \
    }                                                                                              \
    static __attribute__((noinline)) void side##_realloc_grow(const work *w)                       \
    {                                                                                              \
        for (long i = 0; i < w->repeat; i++) {                                                     \
            char *p = MALLOC(w->size / 2);                                                         \
            p = REALLOC(p, w->size);                                                               \
            FREE(p);                                                                               \
        }                                                                                          \
    }                                                                                              \
    static __attribute__((noinline)) void side##_realloc_stay(const work *w)                       \
    {                                                                                              \
        char *p = MALLOC(w->size);                                                                 \
        for (long i = 0; i < w->repeat; i++)                                                       \
            p = REALLOC(p, w->size - (i & 1));                                                     \
        FREE(p);                                                                                   \
    }                                                                                              \
    static void side##_fill(const work *w)                                                         \
    {                                                                                              \
        for (size_t i = 0; i < w->count; i++) {                                                    \
            char *p = MALLOC(w->size);                                                             \
            *p = 1;                                                                                \
            w->block[i] = p;                                                                       \
        }                                                                                          \
    }                                                                                              \
    static __attribute__((noinline)) void side##_lifo(const work *w)                               \
    {                                                                                              \
        for (long r = 0; r < w->repeat; r++) {                                                     \
            side##_fill(w);                                                                        \
            for (size_t i = w->count; i-- > 0;)                                                    \
                FREE(w->block[i]);                                                                 \
        }                                                                                          \
    }                                                                                              \
    static __attribute__((noinline)) void side##_fifo(const work *w)                               \
    {                                                                                              \
        for (long r = 0; r < w->repeat; r++) {                                                     \
            side##_fill(w);                                                                        \
            for (size_t i = 0; i < w->count; i++)                                                  \
                FREE(w->block[i]);                                                                 \
        }                                                                                          \
    }                                                                                              \
    static __attribute__((noinline)) void side##_random(const work *w)                             \
    {                                                                                              \
        for (long r = 0; r < w->repeat; r++) {                                                     \
            side##_fill(w);                                                                        \
            for (size_t i = 0; i < w->count; i++)                                                  \
                FREE(w->block[w->order[i]]);                                                       \
        }                                                                                          \
    }                                                                                              \
    static __attribute__((noinline)) void side##_mixed(const work *w)                              \
    {                                                                                              \
        for (long r = 0; r < w->repeat; r++) {                                                     \
            for (size_t i = 0; i < w->count; i++)                                                  \
                w->block[i] = MALLOC(1 + w->order[i] % w->size);                                   \
            for (size_t i = 0; i < w->count; i++)                                                  \
                FREE(w->block[w->order[i]]);                                                       \
        }                                                                                          \
    }

#define RM_MALLOC(n) rm_malloc(w->a, RM_DOMAIN_OBJ, n)
#define RM_CALLOC(n, size) rm_calloc(w->a, RM_DOMAIN_OBJ, n, size)
#define RM_REALLOC(p, n) rm_realloc(w->a, RM_DOMAIN_OBJ, p, n)
#define RM_FREE(p) rm_free(w->a, RM_DOMAIN_OBJ, p)

LOOPS(rm, RM_MALLOC, RM_CALLOC, RM_REALLOC, RM_FREE)
LOOPS(py, PyObject_Malloc, PyObject_Calloc, PyObject_Realloc, PyObject_Free)

typedef struct {
    const char *name;
    loop *rm, *py;
    bool is_bulk;
} row;

#define ROW(name, is_bulk)                                                                         \
    {                                                                                              \
#name, rm_##name, py_##name, is_bulk                                                       \
    }
static const row rows[] = {
    ROW(pair, false),        ROW(lifo, true),          ROW(fifo, true),          ROW(random, true),
    ROW(calloc_pair, false), ROW(realloc_grow, false), ROW(realloc_stay, false),
};
static const row alone = {"pair_alone", rm_pair, py_pair, false};
static const row many[] = {ROW(lifo, true), ROW(fifo, true), ROW(random, true), ROW(mixed, true)};

static double cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* The stack lies elsewhere in each round: a block and a variable whose addresses agree in the low
 * 12 bits make the processor wait, on whichever side that happens to be. */
static double fastest(double best, loop *run, const work *w, int round)
{
    volatile char depth[1 + 208 * round];
    double start, took;

    depth[0] = 0;
    (void)depth[0];
    start = cpu_ns();
    run(w);
    took = (cpu_ns() - start) / ((double)w->repeat * (double)w->count);
    return best == 0 || took < best ? took : best;
}

/* 1 when we are slower by more than what two runs differ, else 0. Each round keeps one block more,
 * for the same reason. */
static int show(const row *r, const work *w, int rounds)
{
    double rm = 0, py = 0;

    for (int i = 0; i < rounds; i++) {
        if (i % 2)
            rm = fastest(rm, r->rm, w, i);
        py = fastest(py, r->py, w, i);
        if (i % 2 == 0)
            rm = fastest(rm, r->rm, w, i);
        if (r != &alone && (!rm_malloc(w->a, RM_DOMAIN_OBJ, w->size) || !PyObject_Malloc(w->size)))
            abort();
    }
    printf("%-13s %5zu %8zu %9.2f %9.2f %7.2f%s\n", r->name, w->size, w->count, rm, py, rm / py,
           rm > NOISE * py ? "  slower" : "");
    return rm > NOISE * py;
}

static uint32_t *shuffled(size_t n)
{
    uint32_t *order = malloc(n * sizeof *order);
    uint64_t seed = 20261122;

    for (size_t i = 0; order && i < n; i++) {
        size_t j;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        j = (size_t)(seed >> 33) % (i + 1);
        order[i] = order[j];
        order[j] = (uint32_t)i;
    }
    return order;
}

static int show_sizes(work w, const uint32_t *order, int rounds)
{
    int slower = 0;

    w.order = order;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (w.size = 16; w.size <= 512; w.size += 16) {
            w.count = rows[r].is_bulk ? COUNT : 1;
            w.repeat = rows[r].is_bulk ? 2000 : 100000;
            slower += show(&rows[r], &w, rounds);
        }
    for (w.size = 520; w.size <= 4160; w.size *= 2, w.count = 1, w.repeat = 100000)
        slower += show(&rows[0], &w, rounds);
    return slower;
}

static int show_alone(work w, int rounds)
{
    int slower = 0;

    w.repeat = 100000;
    w.count = 1;
    for (w.size = 16; w.size <= 512; w.size += 16)
        slower += show(&alone, &w, rounds);
    return slower;
}

/* Two of each class; the process ends with them. */
static void keep_blocks(work w)
{
    for (w.size = 8; w.size <= 512; w.size += 8)
        if (!rm_malloc(w.a, RM_DOMAIN_OBJ, w.size) || !PyObject_Malloc(w.size))
            abort();
}

static int show_many(work w, const uint32_t *order, int rounds)
{
    int slower = 0;

    w.order = order;
    w.count = MANY;
    w.repeat = 1;
    for (size_t r = 0; r < sizeof many / sizeof *many; r++)
        for (w.size = 32; w.size <= 512; w.size *= 4)
            slower += show(&many[r], &w, rounds);
    return slower;
}

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? atoi(argv[1]) : 7;
    uint32_t *order = shuffled(COUNT), *order_many = shuffled(MANY);
    work w = {.a = rm_alloc_create(NULL), .block = malloc(MANY * sizeof *w.block)};
    int slower;

    if (!w.a || !w.block || !order || !order_many)
        return 2;
    printf("libpython %s\n", Py_GetVersion());
    printf("%-13s %5s %8s %9s %9s %7s\n", "loop", "size", "blocks", "rm ns", "py ns", "ratio");
    slower = show_alone(w, rounds);
    keep_blocks(w);
    slower += show_sizes(w, order, rounds) + show_many(w, order_many, rounds);
    printf("%d rows slower than CPython\n", slower);
    rm_alloc_destroy(w.a);
    free(w.block);
    free(order);
    free(order_many);
    return slower != 0;
}
