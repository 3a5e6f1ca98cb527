/* The type is visited, or no reference to it is held. */
#include <Python.h>

#define HEAP(T, TRAVERSE, FLAGS)                                                                    \
    static PyType_Slot T##_slots[] = {                                                              \
        {Py_tp_dealloc, holder_dealloc}, {Py_tp_traverse, TRAVERSE}, {0, NULL}};                    \
    PyType_Spec T##_spec = {"m." #T, sizeof(Holder), 0, FLAGS, T##_slots}

typedef struct { PyObject_HEAD PyObject *held, *more; } Holder;

static void holder_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    PyObject_GC_UnTrack(op);
    Py_CLEAR(((Holder *)op)->held);
    Py_CLEAR(((Holder *)op)->more);
    type->tp_free(op);
    Py_DECREF(type);
}

static int plain_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Plain, plain_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int last_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    Py_VISIT(Py_TYPE(op));
    return 0;
}
HEAP(Last, last_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int member_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(op->ob_type);
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Member, member_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int variable_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyTypeObject *type = Py_TYPE(op);

    Py_VISIT(type);
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Variable, variable_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int manual_traverse(PyObject *op, visitproc visit, void *arg)
{
    int rc = visit((PyObject *)Py_TYPE(op), arg);

    if (rc != 0)
        return rc;
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Manual, manual_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int versioned_traverse(PyObject *op, visitproc visit, void *arg)
{
#if PY_VERSION_HEX >= 0x03090000
    Py_VISIT(Py_TYPE(op));
#endif
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Versioned, versioned_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int asked_traverse(PyObject *op, visitproc visit, void *arg)
{
    if (Py_TYPE(op)->tp_flags & Py_TPFLAGS_HEAPTYPE)
        Py_VISIT(Py_TYPE(op));
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Asked, asked_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int visit_type(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    return 0;
}

static int helped_traverse(PyObject *op, visitproc visit, void *arg)
{
    int rc = visit_type(op, visit, arg);

    if (rc != 0)
        return rc;
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Helped, helped_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int based_traverse(PyObject *op, visitproc visit, void *arg)
{
    return Py_TYPE(op)->tp_base->tp_traverse(op, visit, arg);
}
HEAP(Based, based_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

int visit_elsewhere(PyObject *op, visitproc visit, void *arg);

static int elsewhere_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return visit_elsewhere(op, visit, arg);
}
HEAP(Elsewhere, elsewhere_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int static_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}

static void static_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    Py_CLEAR(((Holder *)op)->held);
    Py_CLEAR(((Holder *)op)->more);
    Py_TYPE(op)->tp_free(op);
}
PyTypeObject Static_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Static", .tp_basicsize = sizeof(Holder),
                            .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                            .tp_traverse = static_traverse, .tp_dealloc = static_dealloc};
