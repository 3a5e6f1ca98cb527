/* Failure was possible and nobody looked. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *settings(PyObject *self, PyObject *arg)
{
    PyObject *dict = PyDict_New();
    if (PyDict_SetItemString(dict, "value", arg) < 0) { // expect: RW701 'dict'
        Py_DECREF(dict);
        return NULL;
    }
    return dict;
}

/* The label is reached before the item exists. */
static PyObject *listed(PyObject *self, PyObject *arg)
{
    PyObject *item = NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    item = PyObject_Str(arg);
    if (item == NULL)
        goto fail;
    if (PyList_Append(list, item) < 0)
        goto fail;
    Py_DECREF(item);
    return list;
fail:
    Py_DECREF(item);                         // expect: RW701 'item'
    Py_DECREF(list);
    return NULL;
}

static PyObject *filled(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PyTuple_New(1);
    Py_INCREF(arg);
    PyTuple_SET_ITEM(tuple, 0, arg);         // expect: RW701 'tuple'
    return tuple;
}

/* The conversion would take NULL for an error; the release does not. */
static PyObject *width(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_GetAttrString(arg, "width");
    Py_ssize_t n = PyLong_AsSsize_t(value);
    Py_DECREF(value);                        // expect: RW701 'value'
    if (n == -1 && PyErr_Occurred())
        return NULL;
    return PyLong_FromSsize_t(n);
}

static PyObject *refreshed(PyObject *self, PyObject *arg)
{
    PyObject *done = PyObject_CallMethod(arg, "refresh", NULL);
    Py_DECREF(done);                         // expect: RW701 'done'
    Py_RETURN_NONE;
}

static PyObject *text_size(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Repr(arg);
    Py_ssize_t n = PyUnicode_GET_LENGTH(text); // expect: RW701 'text'
    Py_DECREF(text);
    return PyLong_FromSsize_t(n);
}

/* The first of the two was tested, the second not. */
static PyObject *imported(PyObject *self, PyObject *noargs)
{
    PyObject *module = PyImport_ImportModule("math");
    if (module == NULL)
        return NULL;
    PyObject *pi = PyObject_GetAttrString(module, "pi");
    Py_DECREF(module);
    double value = PyFloat_AsDouble(pi);
    Py_DECREF(pi);                           // expect: RW701 'pi'
    if (value == -1.0 && PyErr_Occurred())
        return NULL;
    return PyFloat_FromDouble(value);
}

/* A missing key gives NULL, too. */
static PyObject *lookup(PyObject *self, PyObject *args)
{
    PyObject *dict;
    if (!PyArg_ParseTuple(args, "O!", &PyDict_Type, &dict))
        return NULL;
    PyObject *value = PyDict_GetItemString(dict, "value");
    Py_INCREF(value);                        // expect: RW701 'value'
    return value;
}

/* The helper hands it on unseen. */
static void set_flag(PyObject *dict, const char *name, int on)
{
    PyObject *value = PyBool_FromLong(on);
    if (PyDict_SetItemString(dict, name, value) < 0)
        PyErr_Clear();
    Py_DECREF(value);
}

static PyObject *flags(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *dict = PyDict_New();
    set_flag(dict, "fast", 1);               // expect: RW701 'dict'
    set_flag(dict, "safe", 0);
    return dict;
}

/* The size is right, whether there is a list at all is not asked. */
static PyObject *squares_of(PyObject *self, PyObject *args)
{
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "n", &n))
        return NULL;
    PyObject *list = PyList_New(n);
    for (Py_ssize_t i = 0; i < n; i++)
        PyList_SET_ITEM(list, i, Py_NewRef(Py_None)); // expect: RW701 'list'
    return list;
}

static PyMethodDef methods[] = {
    {"settings", settings, METH_O, NULL},
    {"listed", listed, METH_O, NULL},
    {"filled", filled, METH_O, NULL},
    {"width", width, METH_O, NULL},
    {"refreshed", refreshed, METH_O, NULL},
    {"text_size", text_size, METH_O, NULL},
    {"imported", imported, METH_NOARGS, NULL},
    {"lookup", lookup, METH_VARARGS, NULL},
    {"flags", flags, METH_NOARGS, NULL},
    {"squares_of", squares_of, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "unchecked_null", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_unchecked_null(void)
{
    return PyModule_Create(&module_def);
}
