/* The same requests to libpython3.11 and to the model: are the same places handed out?
 *
 * Both get their arenas from sources that lie at the same offset from a multiple of 1 MiB and hand
 * out the lowest free slot, so arena and offset of each block can be compared, and after each step
 * so can the arenas taken and given back, the requests made of the raw domain (an arena's table,
 * the address map, large blocks), and now and then the blocks that are counted. Exit status 1 at
 * the first difference.
 *
 *     same_alloc [STEPS [SEED [debug]]]      debug: both with their debug allocators
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "alloc.h"

extern Py_ssize_t _Py_GetAllocatedBlocks(void); /* not in the public headers */

enum { ARENA = 1 << 20, ARENAS = 200, SLOTS = 40000 };

typedef struct {
    char *base;
    unsigned char is_taken[ARENAS];
    long taken, given_back;
} source;

static void *source_alloc(void *ctx, size_t size)
{
    source *s = ctx;

    for (int i = 0; i < ARENAS; i++)
        if (!s->is_taken[i]) {
            s->is_taken[i] = 1;
            s->taken++;
            return s->base + (size_t)i * size;
        }
    return NULL;
}

static void source_free(void *ctx, void *p, size_t size)
{
    source *s = ctx;

    s->is_taken[(size_t)((char *)p - s->base) / size] = 0;
    s->given_back++;
}

static void source_open(source *s, size_t offset)
{
    char *p = mmap(NULL, (ARENAS + 2) * (size_t)ARENA, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (p == MAP_FAILED)
        exit(2);
    s->base = p + (ARENA - (uintptr_t)p % ARENA) + offset;
}

/* Where p is from the first arena, -1 when it came from libc. */
static long place(const source *s, const void *p)
{
    const uintptr_t at = (uintptr_t)p - (uintptr_t)s->base;

    return at < ARENAS * (size_t)ARENA ? (long)at : -1;
}

/* rm_allocator and PyMemAllocatorEx have the same members, so one counter serves both. */
typedef struct {
    rm_allocator below;
    long requests;
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

    c->below.free(c->below.ctx, p);
}

typedef struct {
    rm_alloc *a;
    source rm, py;
    counter rm_raw, py_raw;
    void *rm_block[SLOTS], *py_block[SLOTS];
    bool is_mem[SLOTS];
    uint64_t seed;
    size_t first_size, sizes;
} both;

static uint32_t draw(both *b, size_t below)
{
    b->seed = b->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((b->seed >> 33) % below);
}

static void take(both *b, int i, size_t size)
{
    b->is_mem[i] = draw(b, 5) == 0;
    if (b->is_mem[i]) {
        b->rm_block[i] = rm_calloc(b->a, RM_DOMAIN_MEM, 1, size);
        b->py_block[i] = PyMem_Calloc(1, size);
    } else {
        b->rm_block[i] = rm_malloc(b->a, RM_DOMAIN_OBJ, size);
        b->py_block[i] = PyObject_Malloc(size);
    }
}

static void give(both *b, int i)
{
    rm_free(b->a, b->is_mem[i] ? RM_DOMAIN_MEM : RM_DOMAIN_OBJ, b->rm_block[i]);
    (b->is_mem[i] ? PyMem_Free : PyObject_Free)(b->py_block[i]);
    b->rm_block[i] = b->py_block[i] = NULL;
}

static void resize(both *b, int i, size_t size)
{
    const rm_domain d = b->is_mem[i] ? RM_DOMAIN_MEM : RM_DOMAIN_OBJ;

    b->rm_block[i] = rm_realloc(b->a, d, b->rm_block[i], size);
    b->py_block[i] = (b->is_mem[i] ? PyMem_Realloc : PyObject_Realloc)(b->py_block[i], size);
}

/* In waves: more is taken than given, then nearly all is given back; now and then other sizes. */
static int step(both *b, long n)
{
    const int i = (int)draw(b, SLOTS);
    const int grows = n % 500000 < 150000;

    if (n % 50000 == 0) {
        b->first_size = draw(b, 500);
        b->sizes = 1 + draw(b, 600 - b->first_size);
    }
    if (b->rm_block[i] == NULL && (grows || draw(b, 300) == 0))
        take(b, i, b->first_size + draw(b, b->sizes));
    else if (b->rm_block[i] && draw(b, 10) == 0)
        resize(b, i, b->first_size + draw(b, b->sizes));
    else if (b->rm_block[i] && (!grows || draw(b, 3) == 0))
        give(b, i);
    return i;
}

static int differs(const both *b, long n, int i)
{
    const long rm = place(&b->rm, b->rm_block[i]), py = place(&b->py, b->py_block[i]);

    if (rm == py && b->rm.taken == b->py.taken && b->rm.given_back == b->py.given_back &&
        b->rm_raw.requests == b->py_raw.requests)
        return 0;
    printf("step %ld: rm at %ld, arenas +%ld -%ld, raw %ld; py at %ld, arenas +%ld -%ld, raw %ld\n",
           n, rm, b->rm.taken, b->rm.given_back, b->rm_raw.requests, py, b->py.taken,
           b->py.given_back, b->py_raw.requests);
    return 1;
}

static int differ_in_blocks(const both *b, Py_ssize_t start)
{
    const long rm = (long)rm_alloc_blocks(b->a), py = (long)(_Py_GetAllocatedBlocks() - start);

    if (rm != py)
        printf("blocks: rm %ld, py %ld\n", rm, py);
    return rm != py;
}

static void count_raw(both *b)
{
    const rm_allocator rm = {&b->rm_raw, counting_malloc, counting_calloc, counting_realloc,
                             counting_free};
    PyMemAllocatorEx py = {&b->py_raw, counting_malloc, counting_calloc, counting_realloc,
                           counting_free};
    PyMemAllocatorEx below;

    rm_allocator_get(b->a, RM_DOMAIN_RAW, &b->rm_raw.below);
    rm_allocator_set(b->a, RM_DOMAIN_RAW, &rm);
    PyMem_GetAllocator(PYMEM_DOMAIN_RAW, &below);
    b->py_raw.below =
        (rm_allocator){below.ctx, below.malloc, below.calloc, below.realloc, below.free};
    PyMem_SetAllocator(PYMEM_DOMAIN_RAW, &py);
}

int main(int argc, char **argv)
{
    const long steps = argc > 1 ? atol(argv[1]) : 3000000;
    static both b;
    const Py_ssize_t start = _Py_GetAllocatedBlocks();
    PyObjectArenaAllocator py_source = {&b.py, source_alloc, source_free};
    const bool debug = argc > 3;
    int failed = 0;

    b.seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    source_open(&b.rm, b.seed % 2 ? 4096 : 0);
    source_open(&b.py, b.seed % 2 ? 4096 : 0);
    PyObject_SetArenaAllocator(&py_source);
    b.a = rm_alloc_create(
        &(rm_alloc_options){.debug = debug, .arenas = {&b.rm, source_alloc, source_free}});
    if (debug)
        PyMem_SetupDebugHooks();
    count_raw(&b);
    for (long n = 0; n < steps && !failed; n++) {
        const int i = step(&b, n);

        failed = differs(&b, n, i) || (n % 100000 == 0 && differ_in_blocks(&b, start));
    }
    printf("%s: %ld steps, %ld arenas taken, %ld given back, %ld raw requests\n",
           failed ? "different" : "the same", steps, b.rm.taken, b.rm.given_back,
           b.rm_raw.requests);
    return failed;
}
