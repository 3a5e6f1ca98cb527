/* Questions about live objects: the checked library answers from its records, the plain one from the
 * collector's rings. */
#include "refwarden/inspect.h"

#include "checked_int.h"

static const rm_gc_head *ring_of(const rm_runtime *rt, int generation)
{
    return generation < RM_GENERATIONS ? &rt->gc.generations[generation].head : &rt->gc.permanent;
}

int rm_object_generation(rm_runtime *rt, PyObject *op)
{
    if (!PyObject_GC_IsTracked(op))
        return -1;
    for (int i = 0; i <= RM_GENERATIONS; i++) {
        const rm_gc_head *ring = ring_of(rt, i);

        for (const rm_gc_head *g = rm_gc_next(ring); g != ring; g = rm_gc_next(g))
            if (rm_gc_object(g) == op)
                return i;
    }
    return -1;
}

#ifdef RM_CHECKED

size_t rm_live_objects(rm_runtime *rt, PyObject ***out)
{
    size_t n;
    record **live = rm_records_live(rt->checked, &n);

    if (live == NULL)
        return SIZE_MAX;
    *out = (PyObject **)live;
    for (size_t i = 0; i < n; i++)
        (*out)[i] = live[i]->op;
    return n;
}

bool rm_object_about(PyObject *op, uint64_t *serial, rm_site *born)
{
    record *r = rm_record_find(op);

    if (r == NULL)
        return false;
    *serial = r->serial;
    *born = r->born;
    return true;
}

const char *rm_object_type(PyObject *op)
{
    record *r = rm_record_find(op);

    return r != NULL ? r->type : Py_TYPE(op)->tp_name;
}

size_t rm_object_owners(PyObject *op, rm_owner *out, size_t room)
{
    record *r = rm_record_find(op);

    return r != NULL ? rm_record_owners(r, out, room) : 0;
}

bool rm_object_is_own(rm_runtime *rt, PyObject *op)
{
    record *r = rm_record_find(op);

    (void)rt;
    return r == NULL || r->serial >= RM_FIRST_OWN;
}

/* Of an object without a record. The counts that small ints start with are not references. */
static long references_of(const PyObject *op)
{
    enum { START = 999999999 };

    return rm_is_immortal(op) ? 0 : (long)op->ob_refcnt - (op->ob_refcnt >= START ? START : 0);
}

static long resident_references(const rm_runtime *rt)
{
    long sum = 0;

    for (size_t i = 0; i < rt->nresidents; i++)
        sum += references_of(rt->residents[i].where);
    for (int i = 0; i < RM_SMALL_INTS; i++)
        sum += references_of((const PyObject *)&rt->small_ints[i]);
    return sum;
}

long rm_total_references(rm_runtime *rt)
{
    long sum = resident_references(rt);
    size_t n;
    record **live = rm_records_live(rt->checked, &n);

    for (size_t i = 0; live != NULL && i < n; i++)
        sum += references_of(live[i]->op);
    free(live);
    return sum;
}

size_t rm_open_calls(rm_runtime *rt, rm_site *out, size_t room)
{
    const rm_checked *c = rt->checked;
    size_t n = (size_t)Py_MIN(c->depth, MOST_FRAMES - 1);

    n = Py_MIN(n, room);
    for (size_t i = 0; i < n; i++)
        out[i] = c->frames[Py_MIN(c->depth, MOST_FRAMES - 1) - (int)i];
    return n;
}

bool rm_runtime_watch(rm_runtime *rt, rm_watch watch, void *ctx)
{
    rt->checked->watch = watch;
    rt->checked->watch_ctx = ctx;
    return true;
}

size_t rm_object_unseen(PyObject *op, PyObject **out, size_t room)
{
    record *r = rm_record_find(op);

    return r != NULL ? rm_record_unseen(r, out, room) : 0;
}

#else

size_t rm_live_objects(rm_runtime *rt, PyObject ***out)
{
    size_t n = 0, room = 1;

    for (int i = 0; i <= RM_GENERATIONS; i++)
        room += rm_gc_objects(rt, i);
    *out = malloc(room * sizeof **out);
    if (*out == NULL)
        return SIZE_MAX;
    for (int i = RM_GENERATIONS; i >= 0; i--) {
        const rm_gc_head *ring = ring_of(rt, i);

        for (const rm_gc_head *g = rm_gc_next(ring); g != ring; g = rm_gc_next(g))
            (*out)[n++] = rm_gc_object(g);
    }
    return n;
}

bool rm_object_about(PyObject *op, uint64_t *serial, rm_site *born)
{
    (void)op;
    *serial = 0;
    *born = (rm_site){0};
    return false;
}

const char *rm_object_type(PyObject *op)
{
    return Py_TYPE(op)->tp_name;
}

size_t rm_object_owners(PyObject *op, rm_owner *out, size_t room)
{
    (void)op;
    (void)out;
    (void)room;
    return 0;
}

size_t rm_object_unseen(PyObject *op, PyObject **out, size_t room)
{
    (void)op;
    (void)out;
    (void)room;
    return 0;
}

bool rm_object_is_own(rm_runtime *rt, PyObject *op)
{
    (void)rt;
    (void)op;
    return false;
}

long rm_total_references(rm_runtime *rt)
{
    (void)rt;
    return -1;
}

size_t rm_open_calls(rm_runtime *rt, rm_site *out, size_t room)
{
    (void)rt;
    (void)out;
    (void)room;
    return 0;
}

bool rm_runtime_watch(rm_runtime *rt, rm_watch watch, void *ctx)
{
    (void)rt;
    (void)watch;
    (void)ctx;
    return false;
}

#endif
