/* New references that never get a name. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *numbers(PyObject *self, PyObject *noargs)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (PyList_Append(list, PyLong_FromLong(1)) < 0) { // expect: RW104 PyLong_FromLong
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

static PyObject *limits(PyObject *self, PyObject *noargs)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL)
        return NULL;
    PyDict_SetItemString(dict, "low", PyLong_FromLong(0)); // expect: RW104 PyDict_SetItemString
    PyDict_SetItemString(dict, "pi", PyFloat_FromDouble(3.14)); // expect: RW104 PyFloat_FromDouble
    return dict;
}

static PyObject *flush(PyObject *self, PyObject *arg)
{
    PyObject_CallMethod(arg, "flush", NULL); // expect: RW104 PyObject_CallMethod
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *labelled(PyObject *self, PyObject *args)
{
    const char *label;
    int n;
    if (!PyArg_ParseTuple(args, "si", &label, &n))
        return NULL;
    return Py_BuildValue("(Oi)", PyUnicode_FromString(label), n); // expect: RW104 PyUnicode_FromString
}

static PyObject *apply(PyObject *self, PyObject *args)
{
    PyObject *callable;
    int n;
    if (!PyArg_ParseTuple(args, "Oi", &callable, &n))
        return NULL;
    return PyObject_CallObject(callable, Py_BuildValue("(i)", n)); // expect: RW104 Py_BuildValue
}

static PyObject *width_of(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PyLong_AsSsize_t(PyObject_GetAttrString(arg, "width")); // expect: RW104 PyObject_GetAttrString
    if (n == -1 && PyErr_Occurred())
        return NULL;
    return PyLong_FromSsize_t(n);
}

/* The helper's result is new as well. */
static PyObject *make_key(int number)
{
    return PyUnicode_FromFormat("key%d", number);
}

static PyObject *store(PyObject *self, PyObject *arg)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL)
        return NULL;
    if (PyDict_SetItem(dict, make_key(1), arg) < 0) { // expect: RW104 make_key
        Py_DECREF(dict);
        return NULL;
    }
    return dict;
}

static PyObject *mark(PyObject *self, PyObject *arg)
{
    if (PyObject_SetAttrString(arg, "marked", PyBool_FromLong(1)) < 0) // expect: RW104 PyBool_FromLong
        return NULL;
    Py_RETURN_NONE;
}

/* Nobody needs the result of a callback, but somebody must release it. */
static PyObject *notify(PyObject *self, PyObject *arg)
{
    PyObject_CallNoArgs(arg);                // expect: RW104 PyObject_CallNoArgs
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

/* The length is all that is kept of the text. */
static PyObject *shown_size(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PyObject_Size(PyObject_Repr(arg)); // expect: RW104 PyObject_Repr
    if (n < 0)
        return NULL;
    return PyLong_FromSsize_t(n);
}

static PyMethodDef methods[] = {
    {"numbers", numbers, METH_NOARGS, NULL},
    {"limits", limits, METH_NOARGS, NULL},
    {"flush", flush, METH_O, NULL},
    {"labelled", labelled, METH_VARARGS, NULL},
    {"apply", apply, METH_VARARGS, NULL},
    {"width_of", width_of, METH_O, NULL},
    {"store", store, METH_O, NULL},
    {"mark", mark, METH_O, NULL},
    {"notify", notify, METH_O, NULL},
    {"shown_size", shown_size, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "new_reference_dropped", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_new_reference_dropped(void)
{
    return PyModule_Create(&module_def);
}
