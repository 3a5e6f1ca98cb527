/* Nested and ignored results that are looked after. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *numbers(PyObject *self, PyObject *noargs)
{
    PyObject *one = PyLong_FromLong(1);
    PyObject *list = PyList_New(0);
    if (!one || !list || PyList_Append(list, one) < 0)
        Py_CLEAR(list);
    Py_XDECREF(one);
    return list;
}

/* N hands the reference over, and passes a failure of the inner call on. */
static PyObject *labelled(PyObject *self, PyObject *args)
{
    const char *label;
    int n;
    if (!PyArg_ParseTuple(args, "si", &label, &n))
        return NULL;
    return Py_BuildValue("(Ni)", PyUnicode_FromString(label), n);
}

static PyObject *call_with_new(PyObject *self, PyObject *arg)
{
    return PyObject_CallFunction(arg, "N", PyList_New(0));
}

static PyObject *flush(PyObject *self, PyObject *arg)
{
    PyObject *done = PyObject_CallMethod(arg, "flush", NULL);
    if (done == NULL)
        return NULL;
    Py_DECREF(done);
    Py_RETURN_NONE;
}

/* Best effort: the result and the error are both thrown away, properly. */
static PyObject *close_quietly(PyObject *self, PyObject *arg)
{
    PyObject *done = PyObject_CallMethod(arg, "close", NULL);
    if (done == NULL)
        PyErr_Clear();
    Py_XDECREF(done);
    Py_RETURN_NONE;
}

/* The items go into a tuple that owns them. */
static PyObject *pair(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PyTuple_New(2);
    if (tuple == NULL)
        return NULL;
    PyTuple_SET_ITEM(tuple, 0, Py_NewRef(arg));
    PyTuple_SET_ITEM(tuple, 1, Py_NewRef(Py_None));
    return tuple;
}

static int keep(PyObject *list, PyObject *item)
{
    int rc = item ? PyList_Append(list, item) : -1;
    Py_XDECREF(item);
    return rc;
}

static PyObject *kept(PyObject *self, PyObject *noargs)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (keep(list, PyLong_FromLong(1)) < 0 || keep(list, PyFloat_FromDouble(2)) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

/* Borrowed results may be ignored or nested freely. */
static PyObject *first_length(PyObject *self, PyObject *arg)
{
    if (!PyList_Check(arg) || PyList_GET_SIZE(arg) == 0) {
        PyErr_SetString(PyExc_TypeError, "a list with something in it is needed");
        return NULL;
    }
    Py_ssize_t n = PyObject_Length(PyList_GET_ITEM(arg, 0));
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *returned_straight(PyObject *self, PyObject *arg)
{
    return PyList_Check(arg) ? PyList_AsTuple(arg) : PySequence_Tuple(arg);
}

static PyObject *raise_with_text(PyObject *self, PyObject *arg)
{
    return PyErr_Format(PyExc_ValueError, "bad value: %R", arg);
}

static PyMethodDef methods[] = {
    {"numbers", numbers, METH_NOARGS, NULL},
    {"labelled", labelled, METH_VARARGS, NULL},
    {"call_with_new", call_with_new, METH_O, NULL},
    {"flush", flush, METH_O, NULL},
    {"close_quietly", close_quietly, METH_O, NULL},
    {"pair", pair, METH_O, NULL},
    {"kept", kept, METH_NOARGS, NULL},
    {"first_length", first_length, METH_O, NULL},
    {"returned_straight", returned_straight, METH_O, NULL},
    {"raise_with_text", raise_with_text, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "new_reference_dropped", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_new_reference_dropped(void)
{
    return PyModule_Create(&module_def);
}
