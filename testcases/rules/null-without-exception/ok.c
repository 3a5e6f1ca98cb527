/* Failures with an exception, and NULL that is no failure. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>

typedef struct {
    PyObject_HEAD
    int left;
} Box;

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
    return Py_NewRef(value);
}

static PyObject *allocated(PyObject *self, PyObject *noargs)
{
    char *memory = malloc(64);
    if (memory == NULL)
        return PyErr_NoMemory();
    memset(memory, 'x', 64);
    PyObject *bytes = PyBytes_FromStringAndSize(memory, 64);
    free(memory);
    return bytes;
}

/* A helper that says "not there" with NULL; its caller turns that into an exception. */
static PyObject *find(PyObject *dict, const char *name)
{
    PyObject *value = PyDict_GetItemString(dict, name);
    if (value == NULL)
        return NULL;
    return Py_NewRef(value);
}

static PyObject *find_method(PyObject *self, PyObject *arg)
{
    PyObject *value = find(arg, "value");
    if (value == NULL)
        PyErr_SetString(PyExc_KeyError, "value");
    return value;
}

static PyObject *raise_error(int code)
{
    PyErr_Format(PyExc_OSError, "error %d", code);
    return NULL;
}

static PyObject *only_positive(PyObject *self, PyObject *args)
{
    int n;
    if (!PyArg_ParseTuple(args, "i", &n))
        return NULL;
    if (n < 0)
        return raise_error(n);
    return PyLong_FromLong(n);
}

/* No more items: tp_iternext may say so with a plain NULL. */
static PyObject *box_next(PyObject *op)
{
    Box *self = (Box *)op;
    if (self->left <= 0)
        return NULL;
    return PyLong_FromLong(self->left--);
}

static int box_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"left", NULL};
    Box *self = (Box *)op;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "i", names, &self->left))
        return -1;
    return 0;
}

/* -1 can be a value: only with an exception it is an error. */
static PyObject *number(PyObject *self, PyObject *arg)
{
    long value = PyLong_AsLong(arg);
    if (value == -1 && PyErr_Occurred())
        return NULL;
    return PyLong_FromLong(value + 1);
}

static PyObject *next_of(PyObject *self, PyObject *arg)
{
    PyObject *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    PyObject *item = PyIter_Next(iterator);
    Py_DECREF(iterator);
    if (item == NULL && !PyErr_Occurred())
        PyErr_SetNone(PyExc_StopIteration);
    return item;
}

static PyObject *converted(PyObject *self, PyObject *arg)
{
    double value = PyFloat_AsDouble(arg);
    if (value == -1.0 && PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_TypeError))
            return NULL;
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    return PyFloat_FromDouble(value);
}

static PyTypeObject Box_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "quiet.Box",
    .tp_basicsize = sizeof(Box),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = box_init,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = box_next,
};

static PyMethodDef methods[] = {
    {"lookup", lookup, METH_VARARGS, NULL},
    {"allocated", allocated, METH_NOARGS, NULL},
    {"find_method", find_method, METH_O, NULL},
    {"only_positive", only_positive, METH_VARARGS, NULL},
    {"number", number, METH_O, NULL},
    {"next_of", next_of, METH_O, NULL},
    {"converted", converted, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "null_without_exception", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_null_without_exception(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (PyModule_AddType(m, &Box_Type) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
