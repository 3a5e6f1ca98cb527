/* One collection, in CPython's order:
 *
 *     1 explain   count for each object of the young ring the references that come from the ring
 *                 itself; what is left over comes from outside
 *     2 sort      outside references and all they reach stay; the rest is trash
 *     3 survive   survivors move one generation up; tuples (dicts, in a full run) that can never be
 *                 in a cycle are untracked
 *     4 legacy    trash with a tp_del, and all it reaches, is not touched: gc.garbage
 *     5 weakrefs  to trash are cleared, then the callbacks of those outside the trash run
 *     6 finalize  each tp_finalize of the trash, at most once in an object's life
 *     7 resurrect search again from what is still trash; what somebody reaches now survives
 *     8 clear     tp_clear of the rest, which dies of it
 *
 * While 1 and 2 run, prev of an object in the ring holds a number instead of a pointer (core_int.h);
 * only next is followed then.
 */
#include "core_int.h"

enum { REFS_SHIFT = 2 };
#define ONE_REF ((uintptr_t)1 << REFS_SHIFT)

static inline bool is_collecting(const rm_gc_head *g)
{
    return (g->prev & RM_GC_COLLECTING) != 0;
}

static inline uintptr_t refs_of(const rm_gc_head *g)
{
    return g->prev >> REFS_SHIFT;
}

static inline void set_refs(rm_gc_head *g, uintptr_t refs)
{
    g->prev = (g->prev & RM_GC_FLAGS) | refs << REFS_SHIFT;
}

static inline bool is_empty(const rm_gc_head *ring)
{
    return rm_gc_next(ring) == ring;
}

static void move(rm_gc_head *g, rm_gc_head *to)
{
    rm_gc_unlink(g);
    rm_gc_link(to, g);
}

/* tp_traverse with a known visit. Lists and tuples are most of any heap, and visiting their items
 * here saves an indirect call an item: a fifth of the time of a full collection. */
static inline __attribute__((always_inline)) void each(PyObject *op, visitproc visit, void *arg)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject **items;

    if (type == &PyList_Type)
        items = ((PyListObject *)op)->ob_item;
    else if (type == &PyTuple_Type)
        items = ((PyTupleObject *)op)->ob_item;
    else {
        type->tp_traverse(op, visit, arg);
        return;
    }
    for (Py_ssize_t i = Py_SIZE(op); i-- > 0;)
        if (items[i] != NULL)
            visit(items[i], arg);
}

/* ---- 1 explain */

static inline int explain_one(PyObject *op, void *parent)
{
    (void)parent;
    if (rm_is_gc(op)) {
        rm_gc_head *g = rm_gc_head_of(op);

        if (is_collecting(g))
            g->prev -= ONE_REF;
    }
    return 0;
}

/* The count of an immortal object explains nothing: it is frozen, and looked at no more. */
static void freeze(rm_gc_head *g)
{
    rm_gc_unlink(g);
    rm_gc_link(&rm_now->gc.permanent, g);
}

static void explain(rm_gc_head *ring)
{
    for (rm_gc_head *g = rm_gc_next(ring), *next; g != ring; g = next) {
        uintptr_t refs = (uintptr_t)rm_gc_object(g)->ob_refcnt;

        next = rm_gc_next(g);
        if (RM_UNLIKELY(rm_is_immortal(rm_gc_object(g))))
            freeze(g);
        else
            g->prev = (g->prev & RM_GC_FINALIZED) | RM_GC_COLLECTING | refs << REFS_SHIFT;
    }
    for (rm_gc_head *g = rm_gc_next(ring); g != ring; g = rm_gc_next(g)) {
        PyObject *op = rm_gc_object(g);

        each(op, explain_one, op);
    }
}

/* ---- 2 sort
 *
 * Walks the ring once. Trash links carry RM_GC_UNREACHABLE in next, so an object that turns out to
 * be reached after all is found in the trash and goes to the end of the ring, where the walk is
 * still to come.
 */

static void trash_add(rm_gc_head *trash, rm_gc_head *g)
{
    rm_gc_head *last = (rm_gc_head *)trash->prev;

    last->next = (uintptr_t)g | RM_GC_UNREACHABLE;
    rm_gc_set_prev(g, last);
    g->next = (uintptr_t)trash | RM_GC_UNREACHABLE;
    trash->prev = (uintptr_t)g;
}

static void trash_remove(rm_gc_head *g)
{
    rm_gc_head *prev = rm_gc_prev(g), *next = (rm_gc_head *)(g->next & ~(uintptr_t)RM_GC_UNREACHABLE);

    prev->next = g->next;
    rm_gc_set_prev(next, prev);
}

static inline int reach_one(PyObject *op, void *ring)
{
    rm_gc_head *g;

    if (!rm_is_gc(op))
        return 0;
    g = rm_gc_head_of(op);
    if (!is_collecting(g))
        return 0;
    if (g->next & RM_GC_UNREACHABLE) {
        trash_remove(g);
        rm_gc_link(ring, g);
        set_refs(g, 1);
    } else if (refs_of(g) == 0) {
        set_refs(g, 1);
    }
    return 0;
}

static void sort(rm_gc_head *ring, rm_gc_head *trash)
{
    rm_gc_head *prev = ring, *g = rm_gc_next(ring);

    while (g != ring) {
        if (refs_of(g) != 0) {
            PyObject *op = rm_gc_object(g);

            each(op, reach_one, ring);
            g->prev = (g->prev & RM_GC_FINALIZED) | (uintptr_t)prev;
            prev = g;
        } else {
            prev->next = g->next;
            trash_add(trash, g);
        }
        g = (rm_gc_head *)prev->next;
    }
    ring->prev = (uintptr_t)prev;
}

static void plain_links(rm_gc_head *trash)
{
    rm_gc_head *g = trash;

    do {
        g->next &= ~(uintptr_t)RM_GC_UNREACHABLE;
        g = rm_gc_next(g);
    } while (g != trash);
}

/* Splits ring; what is in trash then has RM_GC_COLLECTING set. */
static void find_trash(rm_gc_head *ring, rm_gc_head *trash)
{
    rm_gc_ring_clear(trash);
    explain(ring);
    sort(ring, trash);
    plain_links(trash);
}

/* ---- 3 survive */

static void untrack_tuples(rm_gc_head *ring)
{
    for (rm_gc_head *g = rm_gc_next(ring), *next; g != ring; g = next) {
        next = rm_gc_next(g);
        if (PyTuple_CheckExact(rm_gc_object(g)))
            rm_tuple_maybe_untrack(rm_gc_object(g));
    }
}

static void untrack_dicts(rm_gc_head *ring)
{
    for (rm_gc_head *g = rm_gc_next(ring), *next; g != ring; g = next) {
        next = rm_gc_next(g);
        if (PyDict_CheckExact(rm_gc_object(g)))
            rm_dict_maybe_untrack(rm_gc_object(g));
    }
}

static void survive(rm_gc *gc, int generation, rm_gc_head *young, rm_gc_head *old)
{
    untrack_tuples(young);
    if (young != old) {
        if (generation == RM_GENERATIONS - 2)
            gc->long_lived_pending += (Py_ssize_t)rm_gc_ring_length(young);
        rm_gc_ring_merge(young, old);
        return;
    }
    untrack_dicts(young);
    gc->long_lived_pending = 0;
    gc->long_lived_total = (Py_ssize_t)rm_gc_ring_length(young);
}

/* ---- 4 legacy */

static void set_aside(rm_gc_head *g, rm_gc_head *legacy)
{
    move(g, legacy);
    g->prev &= ~(uintptr_t)RM_GC_COLLECTING;
}

static int set_aside_one(PyObject *op, void *legacy)
{
    if (rm_is_gc(op) && is_collecting(rm_gc_head_of(op)))
        set_aside(rm_gc_head_of(op), legacy);
    return 0;
}

static void find_legacy(rm_gc_head *trash, rm_gc_head *legacy)
{
    rm_gc_ring_clear(legacy);
    for (rm_gc_head *g = rm_gc_next(trash), *next; g != trash; g = next) {
        next = rm_gc_next(g);
        if (Py_TYPE(rm_gc_object(g))->tp_del != NULL)
            set_aside(g, legacy);
    }
    for (rm_gc_head *g = rm_gc_next(legacy); g != legacy; g = rm_gc_next(g)) {
        PyObject *op = rm_gc_object(g);

        Py_TYPE(op)->tp_traverse(op, set_aside_one, legacy);
    }
}

static int put_in_garbage(rm_runtime *rt, PyObject *op)
{
    if (rt->gc.garbage == NULL) {
        rt->gc.garbage = PyList_New(0);
        if (rt->gc.garbage == NULL)
            return -1;
        RM_STORED(rt, rt->gc.garbage);
    }
    return PyList_Append(rt->gc.garbage, op);
}

static void keep_legacy(rm_runtime *rt, rm_gc_head *legacy, rm_gc_head *old)
{
    for (rm_gc_head *g = rm_gc_next(legacy); g != legacy; g = rm_gc_next(g)) {
        PyObject *op = rm_gc_object(g);

        if ((rt->gc.save_all || Py_TYPE(op)->tp_del != NULL) && put_in_garbage(rt, op) < 0) {
            PyErr_Clear();
            break;
        }
    }
    rm_gc_ring_merge(legacy, old);
}

/* ---- 5 weak references */

/* Forgets op's weak references. Those with a callback that are not trash go to `due`, owned. */
static void clear_weakrefs_of(PyObject *op, rm_gc_head *due)
{
    PyWeakReference **list = rm_weakref_list(op);

    if (Py_TYPE(op)->tp_basicsize >= (Py_ssize_t)sizeof(PyWeakReference) && PyWeakref_Check(op))
        rm_weakref_clear((PyWeakReference *)op);
    while (list != NULL && *list != NULL) {
        PyWeakReference *ref = *list;

        rm_weakref_clear(ref);
        if (ref->wr_callback == NULL || is_collecting(rm_gc_head_of(ref)))
            continue;
        Py_INCREF(ref);
        move(rm_gc_head_of(ref), due);
    }
}

static void call_back(PyWeakReference *ref)
{
    PyObject *result = PyObject_CallOneArg(ref->wr_callback, (PyObject *)ref);

    if (result == NULL)
        PyErr_WriteUnraisable(ref->wr_callback);
    Py_XDECREF(result);
}

/* Did any callback run? */
static bool handle_weakrefs(rm_gc_head *trash, rm_gc_head *old)
{
    rm_gc_head due;
    bool ran;

    rm_gc_ring_clear(&due);
    for (rm_gc_head *g = rm_gc_next(trash); g != trash; g = rm_gc_next(g))
        clear_weakrefs_of(rm_gc_object(g), &due);
    ran = !is_empty(&due);
    while (!is_empty(&due)) {
        rm_gc_head *g = rm_gc_next(&due);
        PyObject *ref = rm_gc_object(g);

        call_back((PyWeakReference *)ref);
        if (rm_gc_next(&due) == g)
            move(g, old);
        Py_DECREF(ref);
    }
    return ran;
}

/* ---- 6 finalize */

static bool has_finalizer(const rm_gc_head *trash)
{
    for (const rm_gc_head *g = rm_gc_next(trash); g != trash; g = rm_gc_next(g))
        if (Py_TYPE(rm_gc_object(g))->tp_finalize != NULL)
            return true;
    return false;
}

/* Did any finalizer run? */
static bool finalize_trash(rm_gc_head *trash)
{
    rm_gc_head seen;

    if (!has_finalizer(trash))
        return false;
    rm_gc_ring_clear(&seen);
    while (!is_empty(trash)) {
        rm_gc_head *g = rm_gc_next(trash);
        PyObject *op = rm_gc_object(g);
        destructor finalize = Py_TYPE(op)->tp_finalize;

        move(g, &seen);
        if (finalize != NULL && !(g->prev & RM_GC_FINALIZED)) {
            g->prev |= RM_GC_FINALIZED;
            Py_INCREF(op);
            finalize(op);
            Py_DECREF(op);
        }
    }
    rm_gc_ring_merge(&seen, trash);
    return true;
}

/* ---- 7 resurrect */

static void clear_collecting(rm_gc_head *ring)
{
    for (rm_gc_head *g = rm_gc_next(ring); g != ring; g = rm_gc_next(g))
        g->prev &= ~(uintptr_t)RM_GC_COLLECTING;
}

/* Nothing can have come back when no code ran since the trash was found. */
static void handle_resurrected(rm_gc_head *trash, bool ran, rm_gc_head *still, rm_gc_head *old)
{
    clear_collecting(trash);
    if (!ran) {
        rm_gc_ring_clear(still);
        rm_gc_ring_merge(trash, still);
        return;
    }
    find_trash(trash, still);
    clear_collecting(still);
    rm_gc_ring_merge(trash, old);
}

/* ---- 8 clear */

static void clear_one(PyObject *op)
{
    inquiry clear = Py_TYPE(op)->tp_clear;

    if (clear == NULL)
        return;
    Py_INCREF(op);
    clear(op);
    if (rm_now->error.type != NULL)
        PyErr_WriteUnraisable(op);
    Py_DECREF(op);
}

static void clear_trash(rm_runtime *rt, rm_gc_head *trash, rm_gc_head *old)
{
    while (!is_empty(trash)) {
        rm_gc_head *g = rm_gc_next(trash);
        PyObject *op = rm_gc_object(g);

        if (!rt->gc.save_all)
            clear_one(op);
        else if (put_in_garbage(rt, op) < 0)
            PyErr_Clear();
        if (rm_gc_next(trash) == g)
            move(g, old);
    }
}

/* ---- all of it */

static rm_gc_head *gather(rm_gc *gc, int generation)
{
    rm_gc_head *young = &gc->generations[generation].head;

    if (generation + 1 < RM_GENERATIONS)
        gc->generations[generation + 1].count++;
    for (int i = 0; i <= generation; i++)
        gc->generations[i].count = 0;
    for (int i = 0; i < generation; i++)
        rm_gc_ring_merge(&gc->generations[i].head, young);
    return young;
}

static void collect(rm_runtime *rt, int generation, rm_gc_stats *found)
{
    rm_gc *gc = &rt->gc;
    rm_gc_head *young = gather(gc, generation), *old = young;
    rm_gc_head trash, legacy, still;
    bool ran;

    if (generation + 1 < RM_GENERATIONS)
        old = &gc->generations[generation + 1].head;
#ifdef RM_CHECKED
    rm_checked_traverse(young);
#endif
    find_trash(young, &trash);
    survive(gc, generation, young, old);
    find_legacy(&trash, &legacy);
    ran = handle_weakrefs(&trash, old);
    ran |= finalize_trash(&trash);
    handle_resurrected(&trash, ran, &still, old);
    found->collected = rm_gc_ring_length(&still);
    clear_trash(rt, &still, old);
    found->uncollectable = rm_gc_ring_length(&legacy);
    keep_legacy(rt, &legacy, old);
}

static void tell(rm_runtime *rt, rm_gc_phase phase, int generation, const rm_gc_stats *found)
{
    if (rt->hooks.gc != NULL)
        rt->hooks.gc(rt->hooks.ctx, phase, generation, found->collected, found->uncollectable);
    rm_gc_call_back(rt, phase, generation, found);
}

/* The caller has set rt->gc.collecting. Returns the trash found. */
Py_ssize_t rm_gc_collect_generation(rm_runtime *rt, int generation)
{
    rm_gc_stats found = {0}, *stats = &rt->gc.stats[generation];

    tell(rt, RM_GC_START, generation, &found);
    collect(rt, generation, &found);
    if (generation == RM_GENERATIONS - 1)
        rm_free_lists_clear(rt);
    PyErr_WriteUnraisable(NULL);
    stats->collections++;
    stats->collected += found.collected;
    stats->uncollectable += found.uncollectable;
    tell(rt, RM_GC_STOP, generation, &found);
    return (Py_ssize_t)(found.collected + found.uncollectable);
}
