/* A slice of the arguments may go: what was parsed from it lives on in the arguments. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *call_with_rest(PyObject *self, PyObject *args)
{
    PyObject *function, *key;
    PyObject *head = PySequence_GetSlice(args, 0, 2);
    if (head == NULL)
        return NULL;
    int ok = PyArg_ParseTuple(head, "OO:call_with_rest", &function, &key);
    Py_DECREF(head);
    if (!ok)
        return NULL;
    PyObject *rest = PySequence_GetSlice(args, 2, PyTuple_GET_SIZE(args));
    if (rest == NULL)
        return NULL;
    PyObject *result = PyObject_Call(function, rest, NULL);
    Py_DECREF(rest);
    if (result == NULL)
        return NULL;
    PyObject *pair = PyTuple_Pack(2, key, result);
    Py_DECREF(result);
    return pair;
}

static PyObject *first_of_slice(PyObject *self, PyObject *args)
{
    PyObject *first;
    PyObject *head = PyTuple_GetSlice(args, 0, 1);
    if (head == NULL)
        return NULL;
    if (!PyArg_ParseTuple(head, "O", &first)) {
        Py_DECREF(head);
        return NULL;
    }
    Py_DECREF(head);
    return Py_NewRef(first);
}

/* ---- the items live in what is released */

static PyObject *first_of_list(PyObject *self, PyObject *arg)
{
    PyObject *list = PySequence_List(arg);
    if (list == NULL)
        return NULL;
    PyObject *first = PyList_GetItem(list, 0);
    Py_DECREF(list);
    if (first == NULL)
        return NULL;
    return Py_NewRef(first);                 // expect: RW202 'first'
}

static PyObject *pair_from(PyObject *self, PyObject *arg)
{
    PyObject *left, *right;
    PyObject *tuple = PySequence_Tuple(arg);
    if (tuple == NULL)
        return NULL;
    int ok = PyArg_ParseTuple(tuple, "OO", &left, &right);
    Py_DECREF(tuple);
    if (!ok)
        return NULL;
    return PyNumber_Add(left, right);        // expect: RW202 'left'
}

static PyObject *slice_leaking(PyObject *self, PyObject *args)
{
    PyObject *first;
    PyObject *head = PyTuple_GetSlice(args, 0, 1);
    if (head == NULL)
        return NULL;
    if (!PyArg_ParseTuple(head, "O", &first))
        return NULL;                         // expect: RW101 'head'
    Py_DECREF(head);
    return Py_NewRef(first);
}

static PyMethodDef methods[] = {
    {"call_with_rest", call_with_rest, METH_VARARGS, NULL},
    {"first_of_slice", first_of_slice, METH_VARARGS, NULL},
    {"first_of_list", first_of_list, METH_O, NULL},
    {"pair_from", pair_from, METH_O, NULL},
    {"slice_leaking", slice_leaking, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
