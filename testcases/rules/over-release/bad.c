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

/* The line was copied with the branch, and its second object was never adapted. */
static PyObject *one_text(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(1);
    if (list == NULL)
        return NULL;
    PyObject *text = PyObject_Str(arg);
    if (text == NULL) {
        Py_DECREF(list);
        Py_DECREF(list);                     // expect: RW201 'list'
        return NULL;
    }
    PyList_SET_ITEM(list, 0, text);
    return list;
}

/* The helper releases what it was given, and so does its caller. */
static void finish(PyObject *stream)
{
    PyObject *done = PyObject_CallMethod(stream, "close", NULL);
    if (done == NULL)
        PyErr_Clear();
    Py_XDECREF(done);
    Py_DECREF(stream);
}

static PyObject *read_all(PyObject *self, PyObject *arg)
{
    PyObject *stream = PyObject_CallMethod(arg, "open", NULL);
    if (stream == NULL)
        return NULL;
    PyObject *text = PyObject_CallMethod(stream, "read", NULL);
    finish(stream);
    Py_DECREF(stream);                       // expect: RW203 'stream'
    return text;
}

/* The release after the loop is meant for a loop that ran to its end. */
static PyObject *search(PyObject *self, PyObject *arg)
{
    int found = 0;
    PyObject *item, *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator)) != NULL) {
        found = item == Py_None;
        Py_DECREF(item);
        if (found) {
            Py_DECREF(iterator);
            break;
        }
    }
    Py_DECREF(iterator);                     // expect: RW201 'iterator'
    if (PyErr_Occurred())
        return NULL;
    return PyBool_FromLong(found);
}

/* Cleared under one name, released under the other. */
static PyObject *two_names(PyObject *self, PyObject *arg)
{
    PyObject *values = PyDict_New();
    if (values == NULL)
        return NULL;
    PyObject *target = values;
    if (PyDict_SetItemString(target, "value", arg) < 0) {
        Py_CLEAR(values);
        Py_DECREF(target);                   // expect: RW201
        return NULL;
    }
    return target;
}

/* The error branch releases on top of the common release. */
static PyObject *checked_sum(PyObject *self, PyObject *args)
{
    PyObject *left, *right;
    if (!PyArg_ParseTuple(args, "OO", &left, &right))
        return NULL;
    PyObject *sum = PyNumber_Add(left, right);
    if (sum == NULL)
        return NULL;
    long value = PyLong_AsLong(sum);
    Py_DECREF(sum);
    if (value == -1 && PyErr_Occurred()) {
        Py_DECREF(sum);                      // expect: RW201 'sum'
        return NULL;
    }
    return PyLong_FromLong(value);
}

static PyMethodDef methods[] = {
    {"twice", twice, METH_O, NULL},
    {"collect", collect, METH_O, NULL},
    {"taken_once", taken_once, METH_O, NULL},
    {"first_true", first_true, METH_O, NULL},
    {"aliased", aliased, METH_NOARGS, NULL},
    {"cleared_too_late", cleared_too_late, METH_O, NULL},
    {"one_text", one_text, METH_O, NULL},
    {"read_all", read_all, METH_O, NULL},
    {"search", search, METH_O, NULL},
    {"two_names", two_names, METH_O, NULL},
    {"checked_sum", checked_sum, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "over_release", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_over_release(void)
{
    return PyModule_Create(&module_def);
}
