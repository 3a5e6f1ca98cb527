/* Variables that are reused after their reference went somewhere. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *encoded(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    Py_SETREF(text, PyUnicode_AsUTF8String(text));
    return text;
}

static PyObject *count_items(PyObject *self, PyObject *arg)
{
    Py_ssize_t count = 0;
    PyObject *item, *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator)) != NULL) {
        count++;
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return NULL;
    return PyLong_FromSsize_t(count);
}

/* The item moves into the list, the variable is free again. */
static PyObject *fill(PyObject *self, PyObject *args)
{
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "n", &n))
        return NULL;
    PyObject *item, *list = PyList_New(n);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        item = PyLong_FromSsize_t(i);
        if (item == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

/* The argument is borrowed: nothing is lost when its variable is reused. */
static PyObject *default_encoding(PyObject *self, PyObject *args)
{
    PyObject *name = NULL;
    if (!PyArg_ParseTuple(args, "|O", &name))
        return NULL;
    if (name == NULL || name == Py_None)
        name = PyUnicode_FromString("utf-8");
    else
        Py_INCREF(name);
    return name;
}

static PyObject *swapped(PyObject *self, PyObject *arg)
{
    PyObject *low = PyObject_GetAttrString(arg, "low");
    PyObject *high = PyObject_GetAttrString(arg, "high");
    if (!low || !high) {
        Py_XDECREF(low);
        Py_XDECREF(high);
        return NULL;
    }
    int less = PyObject_RichCompareBool(high, low, Py_LT);
    if (less > 0) {
        PyObject *t = low;
        low = high;
        high = t;
    }
    Py_DECREF(high);
    if (less < 0) {
        Py_DECREF(low);
        return NULL;
    }
    return low;
}

/* A chain of attributes: each step releases the one before. */
static PyObject *walk(PyObject *self, PyObject *arg)
{
    PyObject *node = arg;
    Py_INCREF(node);
    for (int depth = 0; depth < 8; depth++) {
        PyObject *next = PyObject_GetAttrString(node, "parent");
        Py_DECREF(node);
        if (next == NULL)
            return NULL;
        node = next;
        if (node == Py_None)
            break;
    }
    return node;
}

/* Concat and Resize replace the variable and consume what was in it. */
static PyObject *joined(PyObject *self, PyObject *args)
{
    PyObject *left, *right;
    if (!PyArg_ParseTuple(args, "SS", &left, &right))
        return NULL;
    PyObject *result = PyBytes_FromStringAndSize(NULL, 0);
    if (result == NULL)
        return NULL;
    PyBytes_Concat(&result, left);
    if (result == NULL)
        return NULL;
    PyBytes_ConcatAndDel(&result, Py_NewRef(right));
    return result;
}

static PyObject *or_none(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_GetAttrString(arg, "value");
    if (value == NULL)
        return NULL;
    if (!PyLong_Check(value)) {
        Py_DECREF(value);
        Py_INCREF(Py_None);
        value = Py_None;
    }
    return value;
}

/* A failed attempt leaves NULL behind, so the second attempt overwrites nothing. */
static PyObject *import_either(PyObject *self, PyObject *noargs)
{
    PyObject *module = PyImport_ImportModule("tomllib");
    if (module == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_ImportError))
            return NULL;
        PyErr_Clear();
        module = PyImport_ImportModule("tomli");
    }
    return module;
}

/* Released before the variable is used for the next part. */
static PyObject *submodule(PyObject *self, PyObject *noargs)
{
    PyObject *module = PyImport_ImportModule("os");
    if (module == NULL)
        return NULL;
    PyObject *object = PyObject_GetAttrString(module, "path");
    Py_DECREF(module);
    module = object;
    return module;
}

static PyMethodDef methods[] = {
    {"encoded", encoded, METH_O, NULL},
    {"count_items", count_items, METH_O, NULL},
    {"fill", fill, METH_VARARGS, NULL},
    {"default_encoding", default_encoding, METH_VARARGS, NULL},
    {"swapped", swapped, METH_O, NULL},
    {"walk", walk, METH_O, NULL},
    {"joined", joined, METH_VARARGS, NULL},
    {"or_none", or_none, METH_O, NULL},
    {"import_either", import_either, METH_NOARGS, NULL},
    {"submodule", submodule, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "leak_on_overwrite", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_leak_on_overwrite(void)
{
    return PyModule_Create(&module_def);
}
