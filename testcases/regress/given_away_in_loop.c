/* Borrowed items given to a call that steals them, in loops: the variable is gone at the next turn. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *to_tuple(PyObject *self, PyObject *list)
{
    Py_ssize_t n = PyList_Size(list);
    PyObject *t = n < 0 ? NULL : PyTuple_New(n);
    if (t == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyList_GetItem(list, i);
        if (item == NULL) {
            Py_DECREF(t);
            return NULL;
        }
        PyTuple_SET_ITEM(t, i, item);        // expect: RW204 'item' is given away
    }
    return t;
}

static PyObject *nothings(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PyObject_Length(arg);
    PyObject *list = n < 0 ? NULL : PyList_New(n);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++)
        PyList_SET_ITEM(list, i, Py_None);   // expect: RW204 'Py_None' is given away
    return list;
}

static PyObject *flags(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PyObject_Length(arg);
    PyObject *list = n < 0 ? NULL : PyList_New(0);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *on = i % 2 ? Py_True : Py_False;
        if (PyList_Append(list, on) < 0) {
            Py_DECREF(on);                   // expect: RW204
            Py_CLEAR(list);
            break;
        }
    }
    return list;
}

/* ---- no fault */

static PyObject *to_tuple_taken(PyObject *self, PyObject *list)
{
    Py_ssize_t n = PyList_Size(list);
    PyObject *t = n < 0 ? NULL : PyTuple_New(n);
    if (t == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyList_GET_ITEM(list, i);
        PyTuple_SET_ITEM(t, i, item);
        Py_INCREF(item);
    }
    return t;
}

/* The items are lent to the tuple for the calls, and taken back before it goes. */
static PyObject *call_with_each(PyObject *callable, PyObject *list)
{
    PyObject *args = PyTuple_New(1), *result = NULL;
    if (args == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyTuple_SET_ITEM(args, 0, PyList_GET_ITEM(list, i));
        Py_XDECREF(result);
        result = PyObject_CallObject(callable, args);
        if (result == NULL)
            break;
    }
    PyTuple_SET_ITEM(args, 0, NULL);
    Py_DECREF(args);
    return result;
}

static PyObject *call_each(PyObject *self, PyObject *args)
{
    PyObject *callable, *list;
    if (!PyArg_ParseTuple(args, "OO!", &callable, &PyList_Type, &list))
        return NULL;
    PyObject *result = call_with_each(callable, list);
    if (result == NULL)
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    return result;
}

static PyMethodDef methods[] = {
    {"to_tuple", to_tuple, METH_O, NULL},
    {"nothings", nothings, METH_O, NULL},
    {"flags", flags, METH_O, NULL},
    {"to_tuple_taken", to_tuple_taken, METH_O, NULL},
    {"call_each", call_each, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
