/* The item is kept by somebody, nobody can reach its container, or nothing runs in between. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *retained(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0), *shown;
    int same;
    if (item == NULL)
        return NULL;
    Py_INCREF(item);
    same = PyObject_RichCompareBool(item, self, Py_EQ);
    shown = same < 0 ? NULL : PyObject_Repr(item);
    Py_DECREF(item);
    return shown;
}

/* A tuple does not change, and the caller keeps it. */
static PyObject *of_arguments(PyObject *self, PyObject *args)
{
    PyObject *callback = PyTuple_GetItem(args, 0), *value, *done;
    if (callback == NULL || (value = PyTuple_GetItem(args, 1)) == NULL)
        return NULL;
    done = PyObject_CallNoArgs(callback);
    if (done == NULL)
        return NULL;
    Py_DECREF(done);
    return PyObject_Repr(value);
}

static PyObject *of_tuple_in_argument(PyObject *self, PyObject *arg)
{
    PyObject *item;
    int used = 0;
    if (!PyTuple_Check(arg))
        return PyErr_Format(PyExc_TypeError, "no tuple");
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(arg); i++) {
        item = PySequence_Fast_GET_ITEM(arg, i);
        int is_true = PyObject_IsTrue(item);
        if (is_true < 0)
            return NULL;
        used += is_true && Py_TYPE(item) == Py_TYPE(self);
    }
    return PyLong_FromLong(used);
}

/* Nobody else has the list. */
static PyObject *of_own_list(PyObject *self, PyObject *arg)
{
    PyObject *list = PySequence_List(arg), *item, *done, *shown = NULL;
    if (list == NULL)
        return NULL;
    item = PyList_GetItem(list, 0);
    done = item ? PyObject_CallOneArg(self, item) : NULL;
    if (done != NULL)
        shown = PyObject_Repr(item);
    Py_XDECREF(done);
    Py_DECREF(list);
    return shown;
}

static PyObject *of_copy(PyObject *self, PyObject *arg)
{
    PyObject *copy = PyDict_Copy(arg), *key, *value, *result = PyList_New(0);
    Py_ssize_t at = 0;
    while (copy && result && PyDict_Next(copy, &at, &key, &value)) {
        PyObject *text = PyObject_Str(value);
        if (text == NULL || PyList_Append(result, key) < 0)
            Py_CLEAR(result);
        Py_XDECREF(text);
    }
    Py_XDECREF(copy);
    return result;
}

/* Keyword arguments are in a dict that was made for this call. */
static PyObject *of_keywords(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (kwargs && PyDict_Next(kwargs, &at, &key, &value)) {
        PyObject *text = PyObject_Str(value);
        if (text == NULL || PyObject_SetAttr(self, key, text) < 0) {
            Py_XDECREF(text);
            return NULL;
        }
        Py_DECREF(text);
    }
    Py_RETURN_NONE;
}

static int set_all(PyObject *self, PyObject *options)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Next(options, &at, &key, &value)) {
        PyObject *text = PyObject_Str(value);
        if (text == NULL)
            return -1;
        Py_DECREF(text);
        if (PyObject_SetAttr(self, key, value) < 0)
            return -1;
    }
    return 0;
}

static PyObject *handed_on(PyObject *self, PyObject *args, PyObject *kwargs)
{
    if (kwargs && set_all(self, kwargs) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* Its callers are in other files: they may have made the dict. */
int set_from_elsewhere(PyObject *self, PyObject *options)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Next(options, &at, &key, &value)) {
        PyObject *text = PyObject_Str(value);
        if (text == NULL || PyObject_SetAttr(self, key, text) < 0) {
            Py_XDECREF(text);
            return -1;
        }
        Py_DECREF(text);
    }
    return 0;
}

/* What is called last may do what it likes. */
static PyObject *used_before(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0);
    if (item == NULL)
        return NULL;
    return PyObject_CallOneArg(self, item);
}

static PyObject *fetched_again(PyObject *self, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *done = PyObject_CallOneArg(self, PyList_GET_ITEM(list, i));
        if (done == NULL)
            return NULL;
        Py_DECREF(done);
    }
    return Py_NewRef(list);
}

/* Text brings no code along. */
static PyObject *compares_text(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0), *name = PyUnicode_FromString("name");
    int same;
    if (item == NULL || name == NULL || !PyUnicode_Check(item)) {
        Py_XDECREF(name);
        Py_RETURN_NONE;
    }
    same = PyObject_RichCompareBool(item, name, Py_EQ);
    Py_DECREF(name);
    if (same < 0)
        return NULL;
    return PyObject_Repr(item);
}

/* Another list keeps the item by then. */
static PyObject *kept_in_result(PyObject *self, PyObject *list)
{
    PyObject *result = PyList_New(0), *item = PyList_GetItem(list, 0), *done;
    if (result == NULL || item == NULL || PyList_Append(result, item) < 0) {
        Py_XDECREF(result);
        return NULL;
    }
    done = PyObject_CallNoArgs(self);
    if (done == NULL || PyObject_SetAttrString(item, "done", done) < 0)
        Py_CLEAR(result);
    Py_XDECREF(done);
    return result;
}

static PyObject *compared_only(PyObject *self, PyObject *dict)
{
    PyObject *value = PyDict_GetItemString(dict, "value"), *done;
    if (value == NULL)
        Py_RETURN_NONE;
    done = PyObject_CallNoArgs(self);
    if (done == NULL)
        return NULL;
    Py_DECREF(done);
    return PyBool_FromLong(value == Py_None);
}

static PyMethodDef methods[] = {
    {"retained", retained, METH_O, NULL},
    {"of_arguments", of_arguments, METH_VARARGS, NULL},
    {"of_tuple_in_argument", of_tuple_in_argument, METH_O, NULL},
    {"of_own_list", of_own_list, METH_O, NULL},
    {"of_copy", of_copy, METH_O, NULL},
    {"of_keywords", (PyCFunction)(void (*)(void))of_keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"handed_on", (PyCFunction)(void (*)(void))handed_on, METH_VARARGS | METH_KEYWORDS, NULL},
    {"used_before", used_before, METH_O, NULL},
    {"fetched_again", fetched_again, METH_O, NULL},
    {"compares_text", compares_text, METH_O, NULL},
    {"kept_in_result", kept_in_result, METH_O, NULL},
    {"compared_only", compared_only, METH_O, NULL},
    {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "m", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_m(void) { return PyModule_Create(&module); }
