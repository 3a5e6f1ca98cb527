/* RW405: made by PyObject_GC_New, returned, and never shown to the collector. */
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

static PyObject *make_empty(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type); // expect: RW405 make_empty()

    if (self == NULL)
        return NULL;
    self->held = self->more = NULL;
    return (PyObject *)self;
}

static PyObject *make_with(PyObject *m, PyObject *held)
{
    Holder *self;

    self = PyObject_GC_New(Holder, &Holder_Type); // expect: RW405 make_with()
    if (self != NULL) {
        self->held = Py_NewRef(held);
        self->more = NULL;
    }
    return (PyObject *)self;
}

static PyObject *make_sized(PyObject *m, PyObject *size)
{
    Holder *self = PyObject_GC_NewVar(Holder, &Holder_Type, 3); // expect: RW405 make_sized()

    if (self == NULL)
        return NULL;
    self->held = self->more = NULL;
    self->n = 3;
    return (PyObject *)self;
}

static PyObject *make_filled(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type); // expect: RW405 make_filled()

    if (self == NULL)
        return NULL;
    self->more = NULL;
    self->held = PyDict_New();
    if (self->held == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void fill(Holder *self)
{
    self->held = NULL;
    self->more = NULL;
}

static PyObject *make_helped(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type); // expect: RW405 make_helped()

    if (self != NULL)
        fill(self);
    return (PyObject *)self;
}

static PyObject *make_renamed(PyObject *m, PyObject *args)
{
    Holder *made = PyObject_GC_New(Holder, &Holder_Type); // expect: RW405 make_renamed()
    Holder *result = made;

    if (made == NULL)
        return NULL;
    fill(made);
    return (PyObject *)result;
}

static PyObject *holder_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Holder *self = PyObject_GC_New(Holder, type); // expect: RW405 holder_new()

    if (self == NULL)
        return NULL;
    self->held = Py_NewRef(args);
    self->more = NULL;
    return (PyObject *)self;
}

typedef Holder Made;
static int Made_traverse(Holder *self, visitproc visit, void *arg)
{
    return Holder_traverse(self, visit, arg);
}

static void Made_dealloc(Holder *self)
{
    Holder_dealloc(self);
}
TYPE(Made, .tp_new = holder_new);

static Holder *make_inner(PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type); // expect: RW405 make_inner()

    if (self == NULL)
        return NULL;
    self->held = Py_NewRef(held);
    self->more = NULL;
    return self;
}

static PyObject *make_outer(PyObject *m, PyObject *held)
{
    return (PyObject *)make_inner(held);
}

static PyObject *make_one_of_two(PyObject *m, PyObject *args)
{
    Holder *self;

    if (PyTuple_Check(args))
        self = PyObject_GC_New(Holder, &Holder_Type); // expect: RW405 make_one_of_two()
    else
        self = PyObject_GC_NewVar(Holder, &Holder_Type, 2);
    if (self == NULL)
        return NULL;
    fill(self);
    return (PyObject *)self;
}

PyObject *make_public(PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type); // expect: RW405 make_public()

    if (self == NULL)
        return NULL;
    self->held = Py_NewRef(held);
    self->more = NULL;
    return (PyObject *)self;
}

PyMethodDef methods[] = {
    {"make_empty", make_empty, METH_VARARGS, NULL},
    {"make_with", make_with, METH_O, NULL},
    {"make_sized", make_sized, METH_O, NULL},
    {"make_filled", make_filled, METH_VARARGS, NULL},
    {"make_helped", make_helped, METH_VARARGS, NULL},
    {"make_renamed", make_renamed, METH_VARARGS, NULL},
    {"make_outer", make_outer, METH_O, NULL},
    {"make_one_of_two", make_one_of_two, METH_VARARGS, NULL},
    {NULL},
};
