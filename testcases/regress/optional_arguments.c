/* Arguments behind "|" may be missing: then their variables are as they were. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *either(PyObject *self, PyObject *args)
{
    PyObject *name = NULL, *path = NULL;
    if (!PyArg_ParseTuple(args, "|OO", &name, &path))
        return NULL;
    if (name && path) {
        PyErr_SetString(PyExc_ValueError, "name or path, not both");
        return NULL;
    }
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (name && PyList_Append(list, name) < 0)
        return NULL;                         // expect: RW101 'list'
    return list;
}

static PyObject *with_default(PyObject *self, PyObject *args)
{
    PyObject *value = Py_None;
    if (!PyArg_ParseTuple(args, "|O", &value))
        return NULL;
    PyObject *text = PyObject_Str(value);
    if (text == NULL)
        return NULL;
    if (value == Py_None)
        Py_RETURN_NONE;                      // expect: RW102 'text'
    return text;
}

static PyObject *not_looked_at(PyObject *self, PyObject *args)
{
    PyObject *value = NULL;
    if (!PyArg_ParseTuple(args, "|O", &value))
        return NULL;
    Py_INCREF(value);                        // expect-todo: RW701 'value'
    return value;
}

/* ---- no fault */

static PyObject *looked_at(PyObject *self, PyObject *args)
{
    PyObject *value = NULL;
    if (!PyArg_ParseTuple(args, "|O", &value))
        return NULL;
    if (value == NULL)
        Py_RETURN_NONE;
    return Py_NewRef(value);
}

static PyObject *many(PyObject *self, PyObject *args)
{
    PyObject *a = NULL, *b = NULL, *c = NULL, *d = NULL, *e = NULL;
    if (!PyArg_ParseTuple(args, "|OOOOO", &a, &b, &c, &d, &e))
        return NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if ((a && PyList_Append(list, a) < 0) || (b && PyList_Append(list, b) < 0) ||
        (c && PyList_Append(list, c) < 0) || (d && PyList_Append(list, d) < 0) ||
        (e && PyList_Append(list, e) < 0))
        Py_CLEAR(list);
    return list;
}

static PyMethodDef methods[] = {
    {"either", either, METH_VARARGS, NULL},
    {"with_default", with_default, METH_VARARGS, NULL},
    {"not_looked_at", not_looked_at, METH_VARARGS, NULL},
    {"looked_at", looked_at, METH_VARARGS, NULL},
    {"many", many, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
