/* Whether a reference is ours is said by a variable, or by NULL. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *length_as_list(PyObject *self, PyObject *arg)
{
    PyObject *list = arg;
    int own = 0;
    if (!PyList_Check(arg)) {
        list = PySequence_List(arg);
        if (list == NULL)
            return NULL;
        own = 1;
    }
    Py_ssize_t n = PyList_GET_SIZE(list);
    if (own)
        Py_DECREF(list);
    return PyLong_FromSsize_t(n);
}

static PyObject *joined(PyObject *self, PyObject *args)
{
    PyObject *separator = NULL, *parts, *made = NULL;
    if (!PyArg_ParseTuple(args, "O|O", &parts, &separator))
        return NULL;
    if (separator == NULL) {
        made = PyUnicode_FromString(", ");
        if (made == NULL)
            return NULL;
        separator = made;
    }
    PyObject *text = PyUnicode_Join(separator, parts);
    Py_XDECREF(made);
    return text;
}

static PyObject *summary(PyObject *self, PyObject *arg)
{
    PyObject *name = NULL, *size = NULL, *result = NULL;
    name = PyObject_GetAttrString(arg, "name");
    if (name == NULL)
        goto cleanup;
    size = PyObject_GetAttrString(arg, "size");
    if (size == NULL)
        goto cleanup;
    result = PyTuple_Pack(2, name, size);
cleanup:
    Py_XDECREF(name);
    Py_XDECREF(size);
    return result;
}

static PyObject *two_lists(PyObject *self, PyObject *noargs)
{
    PyObject *pair = NULL;
    PyObject *first = PyList_New(0), *second = PyList_New(0);
    if (!first || !second)
        goto fail;
    pair = PyTuple_New(2);
    if (pair == NULL)
        goto fail;
    PyTuple_SET_ITEM(pair, 0, first);
    PyTuple_SET_ITEM(pair, 1, second);
    return pair;
fail:
    Py_XDECREF(first);
    Py_XDECREF(second);
    return NULL;
}

/* The flag counts what was done. */
static PyObject *stages(PyObject *self, PyObject *arg)
{
    PyObject *file = NULL, *lock = NULL, *result = NULL;
    int stage = 0;
    lock = PyObject_GetAttrString(arg, "lock");
    if (lock == NULL)
        goto done;
    stage = 1;
    file = PyObject_GetAttrString(arg, "file");
    if (file == NULL)
        goto done;
    stage = 2;
    result = PyObject_CallMethodNoArgs(lock, file);
done:
    switch (stage) {
    case 2:
        Py_DECREF(file);
        /* fall through */
    case 1:
        Py_DECREF(lock);
    }
    return result;
}

/* ---- the flag lies, or one of two is forgotten */

static PyObject *flag_not_set(PyObject *self, PyObject *arg)
{
    PyObject *list = arg;
    int own = 0;
    if (!PyList_Check(arg)) {
        list = PySequence_List(arg);
        if (list == NULL)
            return NULL;
    }
    Py_ssize_t n = PyList_GET_SIZE(list);
    if (own)
        Py_DECREF(list);
    return PyLong_FromSsize_t(n);            // expect: RW102 'list'
}

static PyObject *flag_always_set(PyObject *self, PyObject *arg)
{
    PyObject *list = arg;
    int own = 1;
    if (!PyList_Check(arg)) {
        list = PySequence_List(arg);
        if (list == NULL)
            return NULL;
    }
    Py_ssize_t n = PyList_GET_SIZE(list);
    if (own)
        Py_DECREF(list);                     // expect: RW204 'arg'
    return PyLong_FromSsize_t(n);
}

static PyObject *two_lists_leaking(PyObject *self, PyObject *noargs)
{
    PyObject *first = PyList_New(0), *second = PyList_New(0);
    if (!first || !second)
        return NULL;                         // expect: RW101 'first' // expect: RW101 'second'
    PyObject *pair = PyTuple_Pack(2, first, second);
    Py_DECREF(first);
    Py_DECREF(second);
    return pair;
}

static PyObject *summary_leaking(PyObject *self, PyObject *arg)
{
    PyObject *name = NULL, *size = NULL, *result = NULL;
    name = PyObject_GetAttrString(arg, "name");
    if (name == NULL)
        return NULL;
    size = PyObject_GetAttrString(arg, "size");
    if (size == NULL)
        goto cleanup;
    result = PyTuple_Pack(2, name, size);
    Py_DECREF(name);
cleanup:
    Py_XDECREF(size);
    return result;                           // expect: RW101 'name'
}

static PyObject *stages_wrong(PyObject *self, PyObject *arg)
{
    PyObject *lock = PyObject_GetAttrString(arg, "lock");
    int stage = lock != NULL;
    PyObject *result = NULL;
    if (stage)
        result = PyObject_CallNoArgs(lock);
    if (!stage)
        Py_XDECREF(lock);
    return result;                           // expect: RW102 'lock'
}

static PyMethodDef methods[] = {
    {"length_as_list", length_as_list, METH_O, NULL},
    {"joined", joined, METH_VARARGS, NULL},
    {"summary", summary, METH_O, NULL},
    {"two_lists", two_lists, METH_NOARGS, NULL},
    {"stages", stages, METH_O, NULL},
    {"flag_not_set", flag_not_set, METH_O, NULL},
    {"flag_always_set", flag_always_set, METH_O, NULL},
    {"two_lists_leaking", two_lists_leaking, METH_NOARGS, NULL},
    {"summary_leaking", summary_leaking, METH_O, NULL},
    {"stages_wrong", stages_wrong, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
