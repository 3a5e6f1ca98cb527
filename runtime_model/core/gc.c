/* The collector's book-keeping: which objects it knows, in which generation, and when it runs.
 *
 *     allocation --count[0]++--> above the threshold? --> oldest generation whose count is above its
 *     own threshold; a full one only when a quarter as many objects as survived the last full one
 *     have come out of the middle generation since.
 *
 * collect.c says what a run does.
 */
#include "core_int.h"

/* ---- rings */

void rm_gc_ring_clear(rm_gc_head *ring)
{
    ring->next = ring->prev = (uintptr_t)ring;
}

void rm_gc_ring_merge(rm_gc_head *from, rm_gc_head *to)
{
    rm_gc_head *first = rm_gc_next(from), *last = rm_gc_prev(from), *tail = rm_gc_prev(to);

    if (first != from) {
        tail->next = (uintptr_t)first;
        rm_gc_set_prev(first, tail);
        last->next = (uintptr_t)to;
        to->prev = (uintptr_t)last;
    }
    rm_gc_ring_clear(from);
}

size_t rm_gc_ring_length(const rm_gc_head *ring)
{
    size_t n = 0;

    for (const rm_gc_head *g = rm_gc_next(ring); g != ring; g = rm_gc_next(g))
        n++;
    return n;
}

/* ---- memory */

static inline void count_allocation(rm_runtime *rt)
{
    rm_generation *g = &rt->gc.generations[0];

    g->count++;
    if (RM_UNLIKELY(g->count > g->threshold) && rt->gc.enabled && g->threshold != 0 &&
        !rt->gc.collecting && rt->error.type == NULL)
        rm_gc_automatic(rt);
}

void *rm_gc_alloc(size_t size, size_t before, bool zero)
{
    rm_runtime *rt = rm_now;
    char *block = size > PY_SSIZE_T_MAX - before
                      ? NULL
                      : rm_malloc(rt->alloc, RM_DOMAIN_OBJ, size + before);

    if (RM_UNLIKELY(block == NULL)) {
        PyErr_NoMemory();
        return NULL;
    }
    if (zero)
        memset(block, 0, size + before);
    else
        for (size_t i = 0; i < before; i += sizeof(uintptr_t))
            *(uintptr_t *)(block + i) = 0;
    count_allocation(rt);
    return block + before;
}

void rm_gc_free(PyObject *op)
{
    rm_runtime *rt = rm_now;
    size_t before = rm_type_before(Py_TYPE(op));
    int *count = &rt->gc.generations[0].count;

    if (rm_gc_is_tracked(op))
        rm_gc_untrack(op);
    if (*count > 0)
        --*count;
    rm_free(rt->alloc, RM_DOMAIN_OBJ, (char *)op - before);
}

PyObject *_PyObject_GC_New(PyTypeObject *type)
{
    PyObject *op = rm_gc_alloc(_PyObject_SIZE(type), rm_type_before(type), false);

    if (op != NULL)
        rm_object_start(op, type);
    return op;
}

PyVarObject *_PyObject_GC_NewVar(PyTypeObject *type, Py_ssize_t items)
{
    PyVarObject *op;

    if (items < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    op = rm_gc_alloc(_PyObject_VAR_SIZE(type, items), rm_type_before(type), false);
    if (op != NULL) {
        op->ob_size = items;
        rm_object_start((PyObject *)op, type);
    }
    return op;
}

/* The object must be untracked: the collector would keep its old address. */
PyVarObject *_PyObject_GC_Resize(PyVarObject *op, Py_ssize_t items)
{
    PyTypeObject *type = Py_TYPE(op);
    size_t before = rm_type_before(type), size = _PyObject_VAR_SIZE(type, items);
    char *block = (char *)op - before;

    assert(!rm_gc_is_tracked(op));
    block = rm_realloc(rm_now->alloc, RM_DOMAIN_OBJ, block, size + before);
    if (block == NULL)
        return (PyVarObject *)PyErr_NoMemory();
#ifdef RM_CHECKED
    rm_checked_moved((PyObject *)op, (PyObject *)(block + before));
#endif
    op = (PyVarObject *)(block + before);
    op->ob_size = items;
    return op;
}

void PyObject_GC_Del(void *op)
{
#ifdef RM_CHECKED
    rm_checked_freed(op, (char *)op - rm_type_before(Py_TYPE(op)));
#else
    rm_gc_free(op);
#endif
}

/* ---- what is tracked */

void PyObject_GC_Track(void *op)
{
#ifndef RM_CHECKED
    if (rm_gc_is_tracked(op))
        Py_FatalError("object already tracked by the garbage collector");
#endif
    rm_gc_track(op);
}

void PyObject_GC_UnTrack(void *op)
{
    if (rm_gc_is_tracked(op))
        rm_gc_untrack(op);
}

int PyObject_GC_IsTracked(PyObject *op)
{
    return rm_is_gc(op) && rm_gc_is_tracked(op);
}

int PyObject_GC_IsFinalized(PyObject *op)
{
    return rm_is_gc(op) && (rm_gc_head_of(op)->prev & RM_GC_FINALIZED) != 0;
}

int PyObject_IS_GC(PyObject *op)
{
    return rm_is_gc(op);
}

/* ---- when */

static bool is_due(const rm_gc *gc, int generation)
{
    const rm_generation *g = &gc->generations[generation];

    if (g->count <= g->threshold)
        return false;
    return generation != RM_GENERATIONS - 1 || gc->long_lived_pending >= gc->long_lived_total / 4;
}

static void collect_oldest_due(rm_runtime *rt)
{
    for (int i = RM_GENERATIONS - 1; i >= 0; i--)
        if (is_due(&rt->gc, i)) {
            rm_gc_collect(rt, i);
            return;
        }
}

void rm_gc_automatic(rm_runtime *rt)
{
    if (rt->knobs.gc_deferred)
        rt->gc.due = true;
    else
        collect_oldest_due(rt);
}

void rm_runtime_safe_point(rm_runtime *rt)
{
    if (!rt->gc.due || rt->gc.collecting)
        return;
    rt->gc.due = false;
    if (rt->gc.enabled)
        collect_oldest_due(rt);
}

/* ---- life, and what users ask */

void rm_gc_start(rm_runtime *rt)
{
    for (int i = 0; i < RM_GENERATIONS; i++) {
        rm_gc_ring_clear(&rt->gc.generations[i].head);
        rt->gc.generations[i].threshold = i == 0 ? rt->knobs.gc_threshold0 : 10;
    }
    rm_gc_ring_clear(&rt->gc.permanent);
}

void rm_gc_stop(rm_runtime *rt)
{
    RM_CLEAR_IN(rt, rt->gc.callbacks);
    RM_CLEAR_IN(rt, rt->gc.garbage);
}

int PyGC_Enable(void)
{
    int before = rm_now->gc.enabled;

    rm_now->gc.enabled = true;
    return before;
}

int PyGC_Disable(void)
{
    int before = rm_now->gc.enabled;

    rm_now->gc.enabled = false;
    return before;
}

int PyGC_IsEnabled(void)
{
    return rm_now->gc.enabled;
}

long rm_gc_collect(rm_runtime *rt, int generation)
{
    Py_ssize_t found;

    if (rt->gc.collecting)
        return 0;
    rt->gc.collecting = true;
    found = rm_gc_collect_generation(rt, generation);
    rt->gc.collecting = false;
    return found;
}

/* Does nothing while the collector is disabled, unlike gc.collect(). */
Py_ssize_t PyGC_Collect(void)
{
    rm_runtime *rt = rm_now;
    PyObject *type, *value, *traceback;
    Py_ssize_t found;

    if (!rt->gc.enabled || rt->gc.collecting)
        return 0;
    PyErr_Fetch(&type, &value, &traceback);
    found = rm_gc_collect(rt, RM_GENERATIONS - 1);
    PyErr_Restore(type, value, traceback);
    return found;
}

void rm_gc_freeze(rm_runtime *rt)
{
    for (int i = 0; i < RM_GENERATIONS; i++) {
        rm_gc_ring_merge(&rt->gc.generations[i].head, &rt->gc.permanent);
        rt->gc.generations[i].count = 0;
    }
}

void rm_gc_unfreeze(rm_runtime *rt)
{
    rm_gc_ring_merge(&rt->gc.permanent, &rt->gc.generations[RM_GENERATIONS - 1].head);
}

void rm_gc_set_threshold(rm_runtime *rt, int generation, int threshold)
{
    rt->gc.generations[generation].threshold = threshold;
}

int rm_gc_threshold(const rm_runtime *rt, int generation)
{
    return rt->gc.generations[generation].threshold;
}

long rm_gc_count(const rm_runtime *rt, int generation)
{
    return rt->gc.generations[generation].count;
}

size_t rm_gc_objects(const rm_runtime *rt, int generation)
{
    return rm_gc_ring_length(generation < RM_GENERATIONS ? &rt->gc.generations[generation].head
                                                         : &rt->gc.permanent);
}

void rm_gc_stats_get(const rm_runtime *rt, int generation, rm_gc_stats *out)
{
    *out = rt->gc.stats[generation];
}

void rm_gc_set_debug_save_all(rm_runtime *rt, bool on)
{
    rt->gc.save_all = on;
}
