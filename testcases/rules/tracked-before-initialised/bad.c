/* RW406: the collector may look at the object while a field is not set. */
#include <Python.h>

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

static PyObject *late_one(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->more = NULL;
    PyObject_GC_Track(self); // expect: RW406 'held'
    self->held = Py_NewRef(held);
    return (PyObject *)self;
}

static PyObject *late_all(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    PyObject_GC_Track(self); // expect: RW406 'held'
    self->held = NULL;
    self->more = NULL;
    return (PyObject *)self;
}

static PyObject *late_null(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->held = Py_NewRef(held);
    PyObject_GC_Track(self); // expect: RW406 'more'
    self->more = NULL;
    return (PyObject *)self;
}

static PyObject *late_made(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->more = NULL;
    PyObject_GC_Track(self); // expect: RW406 'held'
    self->held = PyList_New(0);
    if (self->held == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static PyObject *late_in_branch(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->held = NULL;
    PyObject_GC_Track(self); // expect: RW406 'more'
    if (held == Py_None)
        self->more = NULL;
    else
        self->more = Py_NewRef(held);
    return (PyObject *)self;
}

static PyObject *late_sized(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_NewVar(Holder, &Holder_Type, 2);

    if (self == NULL)
        return NULL;
    self->n = 2;
    PyObject_GC_Track(self); // expect: RW406 'held'
    self->held = Py_NewRef(held);
    self->more = NULL;
    return (PyObject *)self;
}

static PyObject *late_after_call(PyObject *m, PyObject *held)
{
    PyObject *list;
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->held = NULL;
    PyObject_GC_Track(self); // expect: RW406 'more'
    list = PyList_New(0);
    self->more = list;
    return (PyObject *)self;
}

static PyObject *track_in_branch(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->held = Py_NewRef(held);
    if (held != Py_None)
        PyObject_GC_Track(self); // expect: RW406 'more'
    self->more = NULL;
    if (held == Py_None)
        PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *other_variable(PyObject *m, PyObject *held)
{
    PyObject *op = (PyObject *)PyObject_GC_New(Holder, &Holder_Type);
    Holder *self = (Holder *)op;

    if (op == NULL)
        return NULL;
    self->more = NULL;
    PyObject_GC_Track(self); // expect: RW406 'held'
    self->held = Py_NewRef(held);
    return op;
}

static PyObject *old_name(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->n = 1;
    PyObject_GC_Track(self); // expect: RW406 'held'
    Py_INCREF(held);
    self->held = held;
    self->more = NULL;
    return (PyObject *)self;
}

PyMethodDef methods[] = {
    {"late_one", late_one, METH_O, NULL},
    {"late_all", late_all, METH_O, NULL},
    {"late_null", late_null, METH_O, NULL},
    {"late_made", late_made, METH_O, NULL},
    {"late_in_branch", late_in_branch, METH_O, NULL},
    {"late_sized", late_sized, METH_O, NULL},
    {"late_after_call", late_after_call, METH_O, NULL},
    {"track_in_branch", track_in_branch, METH_O, NULL},
    {"other_variable", other_variable, METH_O, NULL},
    {"old_name", old_name, METH_O, NULL},
    {NULL},
};
