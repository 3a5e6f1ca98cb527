/* The allocator below CPython.
 *
 * It counts live blocks, lets the n-th allocation fail, and, while freed memory is kept, only notes what
 * is freed: the count of an object that died can still be read, and freeing a block twice is seen
 * instead of followed into a crash. The state travels as the context of the hooks.
 */
#include "heap.h"

enum { KEPT_MAX = 1 << 15, DOMAINS = 3 };

struct heap {
    PyMemAllocatorEx below[DOMAINS];
    struct hook {
        heap *heap;
        int domain;
    } hooks[DOMAINS];
    long live;
    long countdown;      /* the allocation that fails when it reaches 0; 0: none */
    long allocations;
    bool failed;
    bool keep;
    bool freed_twice;
    bool moved;          /* some of the kept blocks are really free */
    int nkept;
    struct {
        void *block;
        int domain;
    } kept[KEPT_MAX];
};

static bool must_fail(heap *h)
{
    h->allocations++;
    if (h->countdown == 0 || --h->countdown > 0)
        return false;
    h->failed = true;
    return true;
}

/* An address that is in use again is not free any more. */
static void forget_moved(heap *h, const void *block)
{
    for (int i = 0; i < h->nkept; i++)
        if (h->kept[i].block == block)
            h->kept[i].block = NULL;
}

static void *counted(heap *h, void *block)
{
    h->live += block != NULL;
    if (h->moved)
        forget_moved(h, block);
    return block;
}

static void *hook_malloc(void *context, size_t size)
{
    struct hook *k = context;
    PyMemAllocatorEx *below = &k->heap->below[k->domain];

    return must_fail(k->heap) ? NULL : counted(k->heap, below->malloc(below->ctx, size));
}

static void *hook_calloc(void *context, size_t n, size_t size)
{
    struct hook *k = context;
    PyMemAllocatorEx *below = &k->heap->below[k->domain];

    return must_fail(k->heap) ? NULL : counted(k->heap, below->calloc(below->ctx, n, size));
}

static bool is_kept(const heap *h, const void *block)
{
    for (int i = 0; i < h->nkept; i++)
        if (h->kept[i].block == block)
            return true;
    return false;
}

/* The old block is gone already: it is listed, and not freed again. */
static void note_moved(heap *h, void *block)
{
    if (h->keep && h->nkept < KEPT_MAX && !is_kept(h, block)) {
        h->kept[h->nkept].block = block;
        h->kept[h->nkept++].domain = -1;
        h->moved = true;
    }
}

static void *hook_realloc(void *context, void *block, size_t size)
{
    struct hook *k = context;
    PyMemAllocatorEx *below = &k->heap->below[k->domain];

    if (must_fail(k->heap))
        return NULL;
    void *moved = below->realloc(below->ctx, block, size);
    k->heap->live += block == NULL && moved != NULL;
    if (k->heap->moved && moved != block)
        forget_moved(k->heap, moved);
    if (moved && block && moved != block)
        note_moved(k->heap, block);
    return moved;
}

static void hook_free(void *context, void *block)
{
    struct hook *k = context;
    heap *h = k->heap;

    if (block == NULL)
        return;
    if (!h->keep || h->nkept == KEPT_MAX) {
        h->live--;
        h->below[k->domain].free(h->below[k->domain].ctx, block);
    } else if (is_kept(h, block)) {
        h->freed_twice = true;
    } else {
        h->live--;
        h->kept[h->nkept].block = block;
        h->kept[h->nkept++].domain = k->domain;
    }
}

heap *heap_install(void)
{
    static const PyMemAllocatorDomain domain[DOMAINS] = {PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM,
                                                         PYMEM_DOMAIN_OBJ};
    heap *h = calloc(1, sizeof *h);

    if (h == NULL)
        abort();
    for (int i = 0; i < DOMAINS; i++) {
        h->hooks[i].heap = h;
        h->hooks[i].domain = i;
        PyMem_GetAllocator(domain[i], &h->below[i]);
        PyMemAllocatorEx hook = {&h->hooks[i], hook_malloc, hook_calloc, hook_realloc, hook_free};
        PyMem_SetAllocator(domain[i], &hook);
    }
    return h;
}

void heap_fail_at(heap *h, long n)
{
    h->countdown = n;
    h->allocations = 0;
    h->failed = false;
}

bool heap_has_failed(const heap *h)
{
    return h->failed;
}

long heap_allocations(const heap *h)
{
    return h->allocations;
}

long heap_live(const heap *h)
{
    return h->live;
}

void heap_keep_freed(heap *h)
{
    h->keep = true;
    h->freed_twice = false;
}

bool heap_let_go(heap *h)
{
    h->keep = false;
    for (int i = 0; i < h->nkept; i++) {
        int domain = h->kept[i].domain;
        if (domain >= 0)
            h->below[domain].free(h->below[domain].ctx, h->kept[i].block);
    }
    h->nkept = 0;
    h->moved = false;
    return !h->freed_twice;
}

/* The block of a collector object starts with two links, and with two more words when instances of its
 * class have a __dict__ of their own. */
static const void *block_of(PyObject *o)
{
    unsigned long flags = Py_TYPE(o)->tp_flags;
    int words = !(flags & Py_TPFLAGS_HAVE_GC) ? 0 : flags & Py_TPFLAGS_MANAGED_DICT ? 4 : 2;

    return (void **)o - words;
}

bool heap_has_freed(const heap *h, PyObject *o)
{
    const void *links = (void **)o - 2;

    for (int i = 0; h->moved && i < h->nkept; i++)
        if (h->kept[i].domain < 0 && (h->kept[i].block == o || h->kept[i].block == links))
            return true;
    return Py_REFCNT(o) > 0 && h->nkept && is_kept(h, block_of(o));
}
