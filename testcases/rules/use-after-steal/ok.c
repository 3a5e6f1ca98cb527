/* Stolen references that are treated as such. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *number_list(PyObject *self, PyObject *args)
{
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "n", &n))
        return NULL;
    PyObject *list = PyList_New(1);
    if (list == NULL)
        return NULL;
    PyObject *item = PyLong_FromSsize_t(n);
    if (item == NULL || PyList_SetItem(list, n, item) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

/* The tuple keeps the item alive: looking at it is fine. */
static PyObject *look_inside(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL) {
        Py_DECREF(tuple);
        return NULL;
    }
    PyTuple_SET_ITEM(tuple, 0, list);
    if (PyList_Append(list, arg) < 0) {
        Py_DECREF(tuple);
        return NULL;
    }
    return tuple;
}

static PyObject *same_twice(PyObject *self, PyObject *noargs)
{
    PyObject *zero = PyFloat_FromDouble(0);
    PyObject *pair = PyTuple_New(2);
    if (!zero || !pair) {
        Py_XDECREF(zero);
        Py_XDECREF(pair);
        return NULL;
    }
    Py_INCREF(zero);
    PyTuple_SET_ITEM(pair, 0, zero);
    PyTuple_SET_ITEM(pair, 1, zero);
    return pair;
}

/* AddObject fails without taking the reference. */
static int add_error(PyObject *module)
{
    PyObject *error = PyErr_NewException("steal.Error", NULL, NULL);
    if (error == NULL)
        return -1;
    Py_INCREF(error);
    if (PyModule_AddObject(module, "Error", error) < 0) {
        Py_DECREF(error);
        Py_DECREF(error);
        return -1;
    }
    if (PyModule_AddObject(module, "error", error) < 0) {
        Py_DECREF(error);
        return -1;
    }
    return 0;
}

static PyObject *built(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Repr(arg);
    if (text == NULL)
        return NULL;
    PyObject *result = Py_BuildValue("(Oi)", text, 1);
    Py_DECREF(text);
    return result;
}

/* Each turn fills a slot of its own with an object of its own. */
static PyObject *table(PyObject *self, PyObject *args)
{
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "n", &n))
        return NULL;
    PyObject *rows = PyTuple_New(n);
    for (Py_ssize_t i = 0; rows != NULL && i < n; i++) {
        PyObject *row = PyList_New(0);
        if (row == NULL)
            Py_CLEAR(rows);
        else
            PyTuple_SET_ITEM(rows, i, row);
    }
    return rows;
}

static PyObject *kept_for_later(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(1);
    if (list == NULL)
        return NULL;
    PyObject *text = PyObject_Str(arg);
    if (text == NULL) {
        Py_DECREF(list);
        return NULL;
    }
    PyList_SET_ITEM(list, 0, Py_NewRef(text));
    PyObject *pair = PyTuple_Pack(2, list, text);
    Py_DECREF(list);
    Py_DECREF(text);
    return pair;
}

/* A fetched error goes back, replaced by nothing. */
static PyObject *closing(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_CallNoArgs(arg);
    if (value == NULL) {
        PyObject *type, *error, *traceback;
        PyErr_Fetch(&type, &error, &traceback);
        PySys_WriteStderr("closing\n");
        PyErr_Restore(type, error, traceback);
    }
    return value;
}

/* The tuple owns what it has taken: releasing the tuple is enough. */
static PyObject *pair_of(PyObject *self, PyObject *arg)
{
    PyObject *item, *pair = PyTuple_New(2);
    if (pair == NULL)
        return NULL;
    if ((item = PyObject_Str(arg)) == NULL)
        goto fail;
    PyTuple_SET_ITEM(pair, 0, item);
    if ((item = PyObject_Repr(arg)) == NULL)
        goto fail;
    PyTuple_SET_ITEM(pair, 1, item);
    return pair;
fail:
    Py_DECREF(pair);
    return NULL;
}

/* One reference for the list, one for the caller. */
static PyObject *remembered(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    Py_INCREF(text);
    if (PyList_SetItem(arg, 0, text) < 0) {
        Py_DECREF(text);
        return NULL;
    }
    return text;
}

static PyMethodDef methods[] = {
    {"number_list", number_list, METH_VARARGS, NULL},
    {"look_inside", look_inside, METH_O, NULL},
    {"same_twice", same_twice, METH_NOARGS, NULL},
    {"built", built, METH_O, NULL},
    {"table", table, METH_VARARGS, NULL},
    {"kept_for_later", kept_for_later, METH_O, NULL},
    {"closing", closing, METH_O, NULL},
    {"pair_of", pair_of, METH_O, NULL},
    {"remembered", remembered, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "use_after_steal", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_use_after_steal(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (add_error(m) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
