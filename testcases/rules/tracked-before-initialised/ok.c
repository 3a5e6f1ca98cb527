/* What tp_traverse visits is set before the object is tracked. */
#include <Python.h>
#include <stddef.h>
#include <string.h>

#define TYPE(T, ...)                                                                                \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(T), .tp_dealloc = (destructor)T##_dealloc,      \
                             .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                   \
                             .tp_traverse = (traverseproc)T##_traverse, __VA_ARGS__}

typedef struct { PyObject_VAR_HEAD PyObject *held, *more; int n; } Holder;

static int Holder_traverse(Holder *self, visitproc visit, void *arg)
{
    Py_VISIT(self->held);
    Py_VISIT(self->more);
    return 0;
}

static void Holder_dealloc(Holder *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->held);
    Py_XDECREF(self->more);
    PyObject_GC_Del(self);
}
TYPE(Holder, 0);

static PyObject *in_order(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->more = NULL;
    self->held = Py_NewRef(held);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *number_after(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->held = self->more = NULL;
    PyObject_GC_Track(self);
    self->n = 7;
    return (PyObject *)self;
}

static PyObject *null_first(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->held = self->more = NULL;
    PyObject_GC_Track(self);
    self->held = Py_NewRef(held);
    self->more = PyList_New(0);
    return (PyObject *)self;
}

static PyObject *zeroed(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    memset(&self->held, 0, sizeof(Holder) - offsetof(Holder, held));
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *zeroed_whole(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    memset((char *)self + sizeof(PyVarObject), 0, sizeof(Holder) - sizeof(PyVarObject));
    self->held = NULL;
    self->more = NULL;
    PyObject_GC_Track(self);
    self->held = Py_NewRef(held);
    return (PyObject *)self;
}

static void fill(Holder *self)
{
    self->held = NULL;
    self->more = NULL;
}

static PyObject *by_helper(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    fill(self);
    PyObject_GC_Track(self);
    self->held = Py_NewRef(held);
    return (PyObject *)self;
}

static PyObject *by_alloc(PyObject *m, PyObject *held)
{
    Holder *self = (Holder *)Holder_Type.tp_alloc(&Holder_Type, 0);

    if (self == NULL)
        return NULL;
    self->held = Py_NewRef(held);
    self->more = NULL;
    return (PyObject *)self;
}

static PyObject *in_loop(PyObject *m, PyObject *held)
{
    Holder *self = NULL;

    for (int i = 0; i < 3; i++) {
        Py_XDECREF(self);
        self = PyObject_GC_New(Holder, &Holder_Type);
        if (self == NULL)
            return NULL;
        self->held = self->more = NULL;
        PyObject_GC_Track(self);
    }
    return (PyObject *)self;
}

static PyObject *both_arms(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->more = NULL;
    if (held == Py_None)
        self->held = NULL;
    else
        self->held = Py_NewRef(held);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *other_object(PyObject *m, PyObject *held)
{
    Holder *other = (Holder *)Holder_Type.tp_alloc(&Holder_Type, 0);
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL || other == NULL) {
        Py_XDECREF(other);
        if (self != NULL)
            PyObject_GC_Del(self);
        return NULL;
    }
    self->held = self->more = NULL;
    PyObject_GC_Track(self);
    other->held = (PyObject *)self;
    return (PyObject *)other;
}

PyMethodDef methods[] = {
    {"in_order", in_order, METH_O, NULL},
    {"number_after", number_after, METH_O, NULL},
    {"null_first", null_first, METH_O, NULL},
    {"zeroed", zeroed, METH_O, NULL},
    {"zeroed_whole", zeroed_whole, METH_O, NULL},
    {"by_helper", by_helper, METH_O, NULL},
    {"by_alloc", by_alloc, METH_O, NULL},
    {"in_loop", in_loop, METH_O, NULL},
    {"both_arms", both_arms, METH_O, NULL},
    {"other_object", other_object, METH_O, NULL},
    {NULL},
};
