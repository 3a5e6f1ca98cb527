/* A finalizer that stores its object somewhere brings it back to life, for good: a finalizer runs
 * once. This one wants to keep worn objects for reuse, and nobody ever takes one out. */
#include "demo.h"

typedef struct {
    PyObject_HEAD
    demo *d;
    PyObject *pool; /* borrowed */
} worker;

enum { MOST_IN_POOL = 2 };

static void worker_finalize(PyObject *op)
{
    worker *w = (worker *)op;

    if (!w->d->is_fixed || PyList_Size(w->pool) < MOST_IN_POOL)
        PyList_Append(w->pool, op);
}

static void worker_dealloc(PyObject *op)
{
    if (PyObject_CallFinalizerFromDealloc(op) < 0)
        return;
    PyObject_GC_UnTrack(op);
    PyObject_GC_Del(op);
}

static int worker_traverse(PyObject *op, visitproc visit, void *arg)
{
    (void)op;
    (void)visit;
    (void)arg;
    return 0;
}

static PyTypeObject Worker_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Worker",
    .tp_basicsize = sizeof(worker),
    .tp_dealloc = worker_dealloc,
    .tp_finalize = worker_finalize,
    .tp_traverse = worker_traverse,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
};

typedef struct {
    demo *d;
    PyObject *pool;
} office;

static void work(void *ctx)
{
    office *o = ctx;
    worker *w = PyObject_GC_New(worker, &Worker_Type);

    w->d = o->d;
    w->pool = o->pool;
    PyObject_GC_Track(w);
    Py_DECREF(w);
}

void demo_resurrect(demo *d)
{
    office o = {d, PyList_New(0)};
    size_t growing;

    if (PyType_Ready(&Worker_Type) < 0)
        return;
    rm_leak_hunt(d->rt, work, &o, 5, d->format, d->out, &growing);
    Py_DECREF(o.pool);
}
