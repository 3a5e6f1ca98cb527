/* RW408: an instance of a heap type holds its type, and tp_traverse does not say so. */
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

static int plain_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Plain is
{
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Plain, plain_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int cast_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Cast is
{
    Holder *self = (Holder *)op;

    Py_VISIT(self->held);
    Py_VISIT(self->more);
    return 0;
}
HEAP(Cast, cast_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int manual_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Manual is
{
    Holder *self = (Holder *)op;
    int rc = self->held ? visit(self->held, arg) : 0;

    if (rc == 0 && self->more)
        rc = visit(self->more, arg);
    return rc;
}
HEAP(Manual, manual_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int visit_holder(Holder *self, visitproc visit, void *arg)
{
    Py_VISIT(self->held);
    Py_VISIT(self->more);
    return 0;
}

static int helped_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Helped is
{
    return visit_holder((Holder *)op, visit, arg);
}
HEAP(Helped, helped_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int base_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Base is
{
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Base, base_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE);

static int fixed_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Fixed is
{
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Fixed, fixed_traverse, Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE);

static int checked_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Checked is
{
    if (((Holder *)op)->held == NULL)
        return 0;
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Checked, checked_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int looped_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Looped is
{
    PyObject *all[] = {((Holder *)op)->held, ((Holder *)op)->more};

    for (int i = 0; i < 2; i++)
        Py_VISIT(all[i]);
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Looped, looped_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int asking_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Asking is
{
    if (Py_TYPE(op)->tp_itemsize != 0)
        return 0;
    Py_VISIT(((Holder *)op)->held);
    Py_VISIT(((Holder *)op)->more);
    return 0;
}
HEAP(Asking, asking_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);

static int empty_traverse(PyObject *op, visitproc visit, void *arg) // expect: RW408 Empty is
{
    Holder *self = (Holder *)op;

    Py_VISIT(self->held);
    Py_VISIT(self->more);
    visit(Py_None, arg);
    return 0;
}
HEAP(Empty, empty_traverse, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC);
