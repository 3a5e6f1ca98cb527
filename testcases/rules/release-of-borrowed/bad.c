/* Giving up what was never owned. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *name;
} Node;

static PyObject *length_of_first(PyObject *self, PyObject *arg)
{
    PyObject *first = PyList_GetItem(arg, 0);
    if (first == NULL)
        return NULL;
    Py_ssize_t n = PyObject_Length(first);
    Py_DECREF(first);                        // expect: RW204 'first'
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *wrap(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    PyTuple_SET_ITEM(tuple, 0, arg);         // expect: RW204 'arg' is given away
    return tuple;
}

static PyObject *parsed(PyObject *self, PyObject *args)
{
    PyObject *callback;
    if (!PyArg_ParseTuple(args, "O", &callback))
        return NULL;
    PyObject *result = PyObject_CallNoArgs(callback);
    Py_DECREF(callback);                     // expect: RW204 'callback'
    return result;
}

static PyObject *done(PyObject *self, PyObject *arg)
{
    Py_DECREF(self);                         // expect: RW204 'self'
    Py_RETURN_NONE;
}

static PyObject *lookup(PyObject *self, PyObject *args)
{
    PyObject *dict, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &dict, &key))
        return NULL;
    PyObject *value = PyDict_GetItemWithError(dict, key);
    if (value == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetObject(PyExc_KeyError, key);
        return NULL;
    }
    int truth = PyObject_IsTrue(value);
    Py_DECREF(value);                        // expect: RW204 'value'
    return truth < 0 ? NULL : PyBool_FromLong(truth);
}

static PyObject *placeholders(PyObject *self, PyObject *noargs)
{
    PyObject *list = PyList_New(1);
    if (list == NULL)
        return NULL;
    PyList_SET_ITEM(list, 0, Py_None);       // expect: RW204 given away
    return list;
}

/* The dict owns the items that Next shows. */
static PyObject *total(PyObject *self, PyObject *arg)
{
    Py_ssize_t at = 0;
    long sum = 0;
    PyObject *key, *value;
    if (!PyDict_Check(arg)) {
        PyErr_SetString(PyExc_TypeError, "dict expected");
        return NULL;
    }
    while (PyDict_Next(arg, &at, &key, &value)) {
        long number = PyLong_AsLong(value);
        if (number == -1 && PyErr_Occurred())
            return NULL;
        sum += number;
        Py_DECREF(key);                      // expect: RW204 'key'
    }
    return PyLong_FromLong(sum);
}

/* The new tuple and the field would both own the one reference. */
static PyObject *node_pair(PyObject *op, PyObject *noargs)
{
    Node *self = (Node *)op;
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    PyTuple_SET_ITEM(tuple, 0, self->name);  // expect: RW204 given away
    return tuple;
}

static PyObject *built(PyObject *self, PyObject *arg)
{
    return Py_BuildValue("(iN)", 1, arg);    // expect: RW204 'arg' is given away
}

/* Which exception is pending belongs to the thread. */
static PyObject *swallow(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_CallNoArgs(arg);
    if (value != NULL)
        return value;
    PyObject *type = PyErr_Occurred();
    if (type != NULL) {
        Py_DECREF(type);                     // expect: RW204 'type'
        PyErr_Clear();
    }
    Py_RETURN_NONE;
}

static void node_dealloc(PyObject *op)
{
    Py_XDECREF(((Node *)op)->name);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef node_methods[] = {
    {"pair", node_pair, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject Node_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "borrow.Node",
    .tp_basicsize = sizeof(Node),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = node_dealloc,
    .tp_methods = node_methods,
};

static PyMethodDef methods[] = {
    {"length_of_first", length_of_first, METH_O, NULL},
    {"wrap", wrap, METH_O, NULL},
    {"parsed", parsed, METH_VARARGS, NULL},
    {"done", done, METH_O, NULL},
    {"lookup", lookup, METH_VARARGS, NULL},
    {"placeholders", placeholders, METH_NOARGS, NULL},
    {"total", total, METH_O, NULL},
    {"built", built, METH_O, NULL},
    {"swallow", swallow, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "release_of_borrowed", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_release_of_borrowed(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (PyModule_AddType(m, &Node_Type) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
