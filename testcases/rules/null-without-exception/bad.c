/* The caller is told to look for an exception, and there is none. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>

typedef struct {
    PyObject_HEAD
    int size;
} Box;

static PyObject *nothing(PyObject *self, PyObject *noargs)
{
    return NULL;                             // expect: RW702
}

static PyObject *lookup(PyObject *self, PyObject *args)
{
    PyObject *dict, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &dict, &key))
        return NULL;
    PyObject *value = PyDict_GetItemWithError(dict, key);
    if (value == NULL && PyErr_Occurred())
        return NULL;
    if (value == NULL)
        return NULL;                         // expect: RW702
    return Py_NewRef(value);
}

static PyObject *allocated(PyObject *self, PyObject *noargs)
{
    char *memory = malloc(64);
    if (memory == NULL)
        return NULL;                         // expect: RW702
    memset(memory, 'x', 64);
    PyObject *bytes = PyBytes_FromStringAndSize(memory, 64);
    free(memory);
    return bytes;
}

/* The exception is cleared, and then reported. */
static PyObject *cleared(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL) {
        PyErr_Clear();
        return NULL;                         // expect: RW702
    }
    return text;
}

static PyObject *only_positive(PyObject *self, PyObject *args)
{
    int n;
    if (!PyArg_ParseTuple(args, "i", &n))
        return NULL;
    if (n < 0)
        return NULL;                         // expect: RW702
    return PyLong_FromLong(n);
}

/* The end of the iterator is no error. */
static PyObject *next_of(PyObject *self, PyObject *arg)
{
    PyObject *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    PyObject *item = PyIter_Next(iterator);
    Py_DECREF(iterator);
    if (item != NULL)
        return item;
    if (PyErr_Occurred())
        return NULL;
    return NULL;                             // expect: RW702
}

static int box_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    Box *self = (Box *)op;
    if (!PyArg_ParseTuple(args, "i", &self->size))
        return -1;
    if (self->size < 0)
        return -1;                           // expect: RW702
    return 0;
}

static int box_set_size(PyObject *op, PyObject *value, void *closure)
{
    if (value == NULL)
        return -1;                           // expect: RW702
    long size = PyLong_AsLong(value);
    if (size == -1 && PyErr_Occurred())
        return -1;
    ((Box *)op)->size = (int)size;
    return 0;
}

static PyGetSetDef box_getset[] = {
    {"size", NULL, box_set_size, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject Box_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "quiet.Box",
    .tp_basicsize = sizeof(Box),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = box_init,
    .tp_getset = box_getset,
};

/* A wrong type is noticed and not reported. */
static PyObject *text_length(PyObject *self, PyObject *arg)
{
    if (!PyUnicode_Check(arg))
        return NULL;                         // expect: RW702
    return PyLong_FromSsize_t(PyUnicode_GET_LENGTH(arg));
}

/* The comparison says no, which is no exception. */
static PyObject *require_same(PyObject *self, PyObject *args)
{
    PyObject *left, *right;
    if (!PyArg_ParseTuple(args, "OO", &left, &right))
        return NULL;
    int same = PyObject_RichCompareBool(left, right, Py_EQ);
    if (same < 0)
        return NULL;
    if (same == 0)
        return NULL;                         // expect: RW702
    return Py_NewRef(left);
}

static PyMethodDef methods[] = {
    {"nothing", nothing, METH_NOARGS, NULL},
    {"lookup", lookup, METH_VARARGS, NULL},
    {"allocated", allocated, METH_NOARGS, NULL},
    {"cleared", cleared, METH_O, NULL},
    {"only_positive", only_positive, METH_VARARGS, NULL},
    {"next_of", next_of, METH_O, NULL},
    {"text_length", text_length, METH_O, NULL},
    {"require_same", require_same, METH_VARARGS, NULL},
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
