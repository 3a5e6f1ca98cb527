/* Tracked by whoever knows that all fields are set. */
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
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->held = self->more = NULL;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static void finish(Holder *self, PyObject *held)
{
    self->held = Py_XNewRef(held);
    self->more = NULL;
    PyObject_GC_Track((PyObject *)self);
}

static PyObject *make_helped(PyObject *m, PyObject *held)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self != NULL)
        finish(self, held);
    return (PyObject *)self;
}

static Holder *make_raw(void)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self != NULL)
        self->held = self->more = NULL;
    return self;
}

static PyObject *make_outer(PyObject *m, PyObject *held)
{
    Holder *self = make_raw();

    if (self == NULL)
        return NULL;
    self->held = Py_NewRef(held);
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

void library_finish(Holder *self);

static PyObject *make_elsewhere(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->held = self->more = NULL;
    library_finish(self);
    return (PyObject *)self;
}

static PyObject *holder_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Holder *self = (Holder *)type->tp_alloc(type, 0);

    if (self != NULL)
        self->held = Py_NewRef(args);
    return (PyObject *)self;
}

static PyObject *make_by_alloc(PyObject *m, PyObject *args)
{
    return PyType_GenericAlloc(&Holder_Type, 0);
}

static PyObject *make_sized(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_NewVar(Holder, &Holder_Type, 2);

    if (self == NULL)
        return NULL;
    finish(self, NULL);
    return (PyObject *)self;
}

static PyObject *make_dict(PyObject *m, PyObject *args)
{
    return PyDict_New();
}

static PyObject *make_on_success(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->more = NULL;
    self->held = PyList_New(0);
    if (self->held == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *probe(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_New(Holder, &Holder_Type);

    if (self == NULL)
        return NULL;
    self->held = self->more = NULL;
    Py_DECREF(self);
    Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"make_empty", make_empty, METH_VARARGS, NULL},
    {"make_helped", make_helped, METH_O, NULL},
    {"make_outer", make_outer, METH_O, NULL},
    {"make_elsewhere", make_elsewhere, METH_VARARGS, NULL},
    {"make_by_alloc", make_by_alloc, METH_VARARGS, NULL},
    {"make_sized", make_sized, METH_VARARGS, NULL},
    {"make_dict", make_dict, METH_VARARGS, NULL},
    {"make_on_success", make_on_success, METH_VARARGS, NULL},
    {"probe", probe, METH_VARARGS, NULL},
    {NULL},
};

typedef Holder Made;
#define Made_traverse Holder_traverse
#define Made_dealloc Holder_dealloc
TYPE(Made, .tp_new = holder_new);
