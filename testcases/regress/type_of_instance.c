/* Instances hold their heap type, and tuples of one's own their items. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *name;
} Named;

static void record_dealloc(PyObject *op)
{
    Py_ssize_t i = Py_SIZE(op);
    PyObject_GC_UnTrack(op);
    while (--i >= 0)
        Py_XDECREF(PyTuple_GET_ITEM(op, i));
    PyObject_GC_Del(op);
}

static void record_dealloc_by_name(PyObject *op)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(op); i++) {
        PyObject *item = PyTuple_GET_ITEM(op, i);
        Py_XDECREF(item);
    }
    Py_TYPE(op)->tp_free(op);
}

static PyObject *named_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s", &name))
        return NULL;
    Named *self = PyObject_New(Named, type);
    if (self == NULL)
        return NULL;
    self->name = PyUnicode_FromString(name);
    if (self->name == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

/* Memory becomes an object by hand, and it holds its type. */
static PyObject *raw_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Named *self = PyObject_Malloc(type->tp_basicsize);
    if (self == NULL)
        return PyErr_NoMemory();
    Py_SET_TYPE((PyObject *)self, type);
    Py_INCREF(Py_TYPE(self));
    _Py_NewReference((PyObject *)self);
    self->name = NULL;
    return (PyObject *)self;
}

static void named_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_CLEAR(((Named *)op)->name);
    type->tp_free(op);
    Py_DECREF(type);
}

static void named_dealloc_first(PyObject *op)
{
    Py_DECREF(Py_TYPE(op));
    Py_XDECREF(((Named *)op)->name);
    PyObject_Free(op);
}

static PyObject *named_class(PyObject *op, PyObject *noargs)
{
    Py_INCREF(Py_TYPE(op));
    return (PyObject *)Py_TYPE(op);
}

/* ---- the same outside a dealloc */

static PyObject *named_forget(PyObject *op, PyObject *noargs)
{
    Py_DECREF(Py_TYPE(op));                  // expect-todo: RW204
    Py_RETURN_NONE;
}

static PyObject *clear_items(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PySequence_Tuple(arg);
    if (tuple == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++)
        Py_DECREF(PyTuple_GET_ITEM(tuple, i)); // expect: RW204
    Py_DECREF(tuple);
    Py_RETURN_NONE;
}

static PyObject *named_class_unowned(PyObject *op, PyObject *noargs)
{
    return (PyObject *)Py_TYPE(op);          // expect: RW301
}

static PyObject *named_new_leaking(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *name;
    Named *self = (Named *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    if (!PyArg_ParseTuple(args, "O", &name))
        return NULL;                         // expect: RW101 'self'
    self->name = Py_NewRef(name);
    return (PyObject *)self;
}

/* The parser gets the address of a field. */
static PyObject *parsed_leaking(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Named *self = (Named *)PyType_GenericAlloc(type, 0);
    if (self == NULL)
        return NULL;
    if (!PyArg_ParseTuple(args, "O", &self->name))
        return NULL;                         // expect: RW101 'self'
    Py_INCREF(self->name);
    return (PyObject *)self;
}

static PyTypeObject Record_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "instance.Record",
    .tp_base = &PyTuple_Type,
    .tp_dealloc = record_dealloc,
};

static PyTypeObject Row_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "instance.Row",
    .tp_base = &PyTuple_Type,
    .tp_dealloc = record_dealloc_by_name,
};

static PyMethodDef named_methods[] = {
    {"class", named_class, METH_NOARGS, NULL},
    {"forget", named_forget, METH_NOARGS, NULL},
    {"class_unowned", named_class_unowned, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot named_slots[] = {
    {Py_tp_new, named_new},
    {Py_tp_dealloc, named_dealloc},
    {Py_tp_methods, named_methods},
    {0, NULL},
};

static PyType_Slot raw_slots[] = {
    {Py_tp_new, raw_new},
    {Py_tp_dealloc, named_dealloc_first},
    {0, NULL},
};

static PyType_Slot leaking_slots[] = {
    {Py_tp_new, named_new_leaking},
    {Py_tp_dealloc, named_dealloc},
    {0, NULL},
};

static PyType_Slot parsed_slots[] = {
    {Py_tp_new, parsed_leaking},
    {Py_tp_dealloc, named_dealloc},
    {0, NULL},
};

static PyType_Spec specs[] = {
    {"instance.Named", sizeof(Named), 0, Py_TPFLAGS_DEFAULT, named_slots},
    {"instance.Raw", sizeof(Named), 0, Py_TPFLAGS_DEFAULT, raw_slots},
    {"instance.Leaking", sizeof(Named), 0, Py_TPFLAGS_DEFAULT, leaking_slots},
    {"instance.Parsed", sizeof(Named), 0, Py_TPFLAGS_DEFAULT, parsed_slots},
};

static PyMethodDef methods[] = {
    {"clear_items", clear_items, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
