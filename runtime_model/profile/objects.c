/* Questions about one object, as sys and gc answer them. */
#include "profile_int.h"

long rm_get_refcount(PyObject *op)
{
    return (long)Py_REFCNT(op);
}

size_t rm_get_size(PyObject *op)
{
    return _PySys_GetSizeOf(op);
}

bool rm_is_tracked(PyObject *op)
{
    return PyObject_GC_IsTracked(op) != 0;
}

void rm_print_totals(rm_runtime *rt, FILE *out)
{
    fprintf(out, "[%ld refs, %zu blocks]\n", rm_total_references(rt),
            rm_alloc_blocks(rm_runtime_alloc(rt)));
}

/* ---- lists of objects */

static int append(rm_objects *out, PyObject *op)
{
    if ((out->n & (out->n - 1)) == 0) {
        PyObject **grown = realloc(out->objects, (out->n ? 2 * out->n : 1) * sizeof *grown);

        if (grown == NULL)
            return -1;
        out->objects = grown;
    }
    out->objects[out->n++] = op;
    return 0;
}

void rm_objects_free(rm_objects *objects)
{
    free(objects->objects);
    *objects = (rm_objects){NULL, 0};
}

int rm_get_objects(rm_runtime *rt, int generation, rm_objects *out)
{
    PyObject **live;
    size_t n = rm_live_objects(rt, &live);
    int rc = 0;

    *out = (rm_objects){NULL, 0};
    if (n == SIZE_MAX)
        return -1;
    for (size_t i = 0; i < n && rc == 0; i++)
        if (rm_is_tracked(live[i]) &&
            (generation < 0 || rm_object_generation(rt, live[i]) == generation))
            rc = append(out, live[i]);
    free(live);
    return rc;
}

static int append_visit(PyObject *op, void *out)
{
    return append(out, op);
}

int rm_get_referents(PyObject *op, rm_objects *out)
{
    *out = (rm_objects){NULL, 0};
    if (!PyObject_IS_GC(op) || Py_TYPE(op)->tp_traverse == NULL)
        return 0;
    return Py_TYPE(op)->tp_traverse(op, append_visit, out) != 0 ? -1 : 0;
}

static int is_it(PyObject *op, void *wanted)
{
    return op == wanted;
}

int rm_get_referrers(rm_runtime *rt, PyObject *op, rm_objects *out)
{
    rm_objects all;
    int rc = rm_get_objects(rt, -1, &all);

    *out = (rm_objects){NULL, 0};
    for (size_t i = 0; rc == 0 && i < all.n; i++)
        if (Py_TYPE(all.objects[i])->tp_traverse(all.objects[i], is_it, op) != 0)
            rc = append(out, all.objects[i]);
    rm_objects_free(&all);
    return rc;
}
