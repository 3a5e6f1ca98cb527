/* Types, allocation, the collector, weak references. */
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *value;
} Box;

static PyObject *box_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    Box *self = (Box *)PyType_GenericNew(type, args, kw);
    if (self == NULL)
        return NULL;
    self->value = Py_NewRef(Py_None);
    return (PyObject *)self;
}

static int box_traverse(Box *self, visitproc visit, void *arg)
{
    Py_VISIT(self->value);
    return 0;
}

static int box_clear(Box *self)
{
    Py_CLEAR(self->value);
    return 0;
}

static void box_dealloc(Box *self)
{
    if (PyObject_CallFinalizerFromDealloc((PyObject *)self) < 0)
        return;
    PyObject_GC_UnTrack(self);
    PyObject_ClearWeakRefs((PyObject *)self);
    box_clear(self);
    PyObject_GC_Del(self);
}

static PyTypeObject box_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.Box",
    .tp_basicsize = sizeof(Box),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = box_new,
    .tp_traverse = (traverseproc)box_traverse,
    .tp_clear = (inquiry)box_clear,
    .tp_dealloc = (destructor)box_dealloc,
};

int add_box(PyObject *m)
{
    if (PyType_Ready(&box_type) < 0)
        return -1;
    return PyModule_AddType(m, &box_type);
}

PyObject *make_box(PyObject *value)
{
    Box *box = PyObject_GC_New(Box, &box_type);
    if (box == NULL)
        return NULL;
    box->value = Py_NewRef(value);
    PyObject_GC_Track((PyObject *)box);
    return (PyObject *)box;
}

typedef struct {
    PyObject_VAR_HEAD
    PyObject *values[1];
} Many;

PyObject *make_many(PyTypeObject *type, Py_ssize_t n)
{
    Many *many = PyObject_GC_NewVar(Many, type, n);
    if (many == NULL)
        return NULL;
    Many *larger = PyObject_GC_Resize(Many, many, 2 * n);
    if (larger == NULL) {
        Py_DECREF(many);
        return NULL;
    }
    memset(larger->values, 0, 2 * n * sizeof *larger->values);
    PyObject_GC_Track((PyObject *)larger);
    return (PyObject *)larger;
}

typedef struct {
    PyObject_HEAD
    int n;
} Plain;

PyObject *make_plain(PyTypeObject *type)
{
    Plain *p = PyObject_New(Plain, type);
    if (p == NULL)
        return NULL;
    p->n = 0;
    return (PyObject *)p;
}

PyObject *make_plain_by_hand(PyTypeObject *type)
{
    PyObject *p = PyObject_Malloc(sizeof(Plain));
    if (p == NULL)
        return PyErr_NoMemory();
    return PyObject_Init(p, type);
}

void free_plain(PyObject *self)
{
    PyObject_Free(self);
}

PyObject *specs(PyObject *module, PyType_Spec *spec, PyObject *bases)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, bases);
    if (type == NULL)
        return NULL;
    if (PyType_GetModule((PyTypeObject *)type) != module ||
        PyType_GetModuleState((PyTypeObject *)type) == NULL) {
        Py_DECREF(type);
        return NULL;
    }
    return type;
}

void *slot_of(PyTypeObject *type)
{
    return PyType_GetSlot(type, Py_tp_free);
}

PyObject *weak(PyObject *a)
{
    PyObject *ref = PyWeakref_NewRef(a, NULL);
    if (ref == NULL)
        return NULL;
    PyObject *target = PyWeakref_GetObject(ref);
    Py_XINCREF(target);
    Py_DECREF(ref);
    return target;
}

PyObject *cells(PyObject *a)
{
    PyObject *cell = PyCell_New(NULL);
    if (cell == NULL)
        return NULL;
    PyCell_SET(cell, Py_NewRef(a));
    if (PyCell_Set(cell, a) < 0) {
        Py_DECREF(cell);
        return NULL;
    }
    PyObject *value = PyCell_Get(cell);
    Py_DECREF(cell);
    return value;
}
