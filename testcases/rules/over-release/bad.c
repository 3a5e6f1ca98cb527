/* One release too many. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *twice(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    Py_ssize_t n = PyUnicode_GET_LENGTH(text);
    Py_DECREF(text);
    if (n == 0) {
        Py_DECREF(text);                     // expect: RW201 'text'
        PyErr_SetString(PyExc_ValueError, "empty");
        return NULL;
    }
    return PyLong_FromSsize_t(n);
}

/* The label releases what the body has released already. */
static PyObject *collect(PyObject *self, PyObject *arg)
{
    PyObject *item = NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    item = PyObject_GetAttrString(arg, "item");
    if (item == NULL)
        goto fail;
    int rc = PyList_Append(list, item);
    Py_DECREF(item);
    if (rc < 0)
        goto fail;
    return list;
fail:
    Py_XDECREF(item);                        // expect: RW201 'item'
    Py_DECREF(list);
    return NULL;
}

static PyObject *taken_once(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    int truth = PyObject_IsTrue(arg);
    Py_DECREF(arg);
    if (truth < 0)
        return NULL;
    Py_DECREF(arg);                          // expect: RW201 'arg'
    return PyBool_FromLong(truth);
}

/* Both the loop and the code after it release the last item. */
static PyObject *first_true(PyObject *self, PyObject *arg)
{
    PyObject *item, *found = NULL;
    PyObject *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    item = PyIter_Next(iterator);
    Py_DECREF(iterator);
    if (item != NULL) {
        if (item == Py_True)
            found = item;
        Py_DECREF(item);
    }
    if (found != NULL) {
        Py_DECREF(found);                    // expect: RW201
        Py_RETURN_TRUE;
    }
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_FALSE;
}

/* Two names for one reference. */
static PyObject *aliased(PyObject *self, PyObject *noargs)
{
    PyObject *list = PyList_New(0);
    PyObject *result = list;
    if (list == NULL)
        return NULL;
    Py_DECREF(list);
    Py_DECREF(result);                       // expect: RW201
    Py_RETURN_NONE;
}

static PyObject *cleared_too_late(PyObject *self, PyObject *arg)
{
    PyObject *bytes = PyObject_Bytes(arg);
    if (bytes == NULL)
        return NULL;
    Py_DECREF(bytes);
    Py_CLEAR(bytes);                         // expect: RW201 'bytes'
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"twice", twice, METH_O, NULL},
    {"collect", collect, METH_O, NULL},
    {"taken_once", taken_once, METH_O, NULL},
    {"first_true", first_true, METH_O, NULL},
    {"aliased", aliased, METH_NOARGS, NULL},
    {"cleared_too_late", cleared_too_late, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "over_release", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_over_release(void)
{
    return PyModule_Create(&module_def);
}
