/* NULL that is tested, in all the ways people do it, and NULL that is welcome. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <assert.h>

static PyObject *settings(PyObject *self, PyObject *arg)
{
    PyObject *dict = PyDict_New();
    if (!dict || PyDict_SetItemString(dict, "value", arg) < 0) {
        Py_XDECREF(dict);
        return NULL;
    }
    return dict;
}

static PyObject *listed(PyObject *self, PyObject *arg)
{
    PyObject *item = NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        goto fail;
    if ((item = PyObject_Str(arg)) == NULL)
        goto fail;
    if (PyList_Append(list, item) < 0)
        goto fail;
    Py_DECREF(item);
    return list;
fail:
    Py_XDECREF(item);
    Py_XDECREF(list);
    return NULL;
}

/* One test for three calls. */
static PyObject *three(PyObject *self, PyObject *noargs)
{
    PyObject *a = PyLong_FromLong(1);
    PyObject *b = PyLong_FromLong(2);
    PyObject *c = PyLong_FromLong(3);
    PyObject *result = NULL;
    if (a && b && c)
        result = PyTuple_Pack(3, a, b, c);
    Py_XDECREF(a);
    Py_XDECREF(b);
    Py_XDECREF(c);
    return result;
}

/* The exception says whether the pointer is NULL. */
static PyObject *by_exception(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Repr(arg);
    if (PyErr_Occurred())
        return NULL;
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    Py_DECREF(text);
    return PyLong_FromSsize_t(n);
}

/* N and the handing over of errors make NULL welcome. */
static PyObject *built(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    return Py_BuildValue("(Ni)", text, 1);
}

static PyObject *lookup(PyObject *self, PyObject *args)
{
    PyObject *dict;
    if (!PyArg_ParseTuple(args, "O!", &PyDict_Type, &dict))
        return NULL;
    PyObject *value = PyDict_GetItemString(dict, "value");
    if (value == NULL)
        value = Py_None;
    Py_INCREF(value);
    return value;
}

static PyObject *counter_of(PyObject *dict)
{
    PyObject *value = PyDict_GetItemString(dict, "counter");
    assert(value != NULL);
    return Py_NewRef(value);
}

static PyObject *count(PyObject *self, PyObject *arg)
{
    if (PyDict_SetItemString(arg, "counter", Py_None) < 0)
        return NULL;
    return counter_of(arg);
}

#define NEED(pointer)                \
    do {                             \
        if ((pointer) == NULL) {     \
            Py_FatalError("no way"); \
        }                            \
    } while (0)

static PyObject *through_macro(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(1);
    NEED(list);
    PyList_SET_ITEM(list, 0, Py_NewRef(arg));
    return list;
}

static int is_ready(PyObject *object)
{
    return object != NULL;
}

static PyObject *through_helper(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (!is_ready(text))
        return NULL;
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    Py_DECREF(text);
    return PyLong_FromSsize_t(n);
}

/* The helper looks for itself. */
static PyObject *with_flag(PyObject *dict, const char *name)
{
    if (dict == NULL)
        return NULL;
    if (PyDict_SetItemString(dict, name, Py_True) < 0)
        Py_CLEAR(dict);
    return dict;
}

static PyObject *flagged(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return with_flag(PyDict_New(), "fast");
}

static PyMethodDef methods[] = {
    {"settings", settings, METH_O, NULL},
    {"listed", listed, METH_O, NULL},
    {"three", three, METH_NOARGS, NULL},
    {"by_exception", by_exception, METH_O, NULL},
    {"built", built, METH_O, NULL},
    {"lookup", lookup, METH_VARARGS, NULL},
    {"count", count, METH_O, NULL},
    {"through_macro", through_macro, METH_O, NULL},
    {"through_helper", through_helper, METH_O, NULL},
    {"flagged", flagged, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "unchecked_null", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_unchecked_null(void)
{
    return PyModule_Create(&module_def);
}
