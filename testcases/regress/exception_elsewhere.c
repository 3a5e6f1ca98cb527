/* Who sets the exception is a function that is not seen: a callback, a visit, a helper of a header. */
#include <Python.h>
#include <stdlib.h>

static int failed;

static int compare(const void *a, const void *b)
{
    if (PyErr_CheckSignals() < 0)
        failed = 1;
    return a < b;
}

static PyObject *sorted(PyObject *self, PyObject *arg)
{
    int numbers[2] = {2, 1};

    qsort(numbers, 2, sizeof *numbers, compare);
    if (failed)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *absolute(PyObject *self, PyObject *arg)
{
    if (abs(failed) != 0)
        return NULL; // expect: RW702 absolute() returns NULL
    Py_RETURN_NONE;
}

static int visit(PyObject *o, void *list)
{
    return PyList_Append(list, o) < 0;
}

static PyObject *referents(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);

    if (list == NULL)
        return NULL;
    if (Py_TYPE(arg)->tp_traverse(arg, visit, list)) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

PyMethodDef methods[] = {
    {"sorted", sorted, METH_NOARGS, NULL},
    {"absolute", absolute, METH_NOARGS, NULL},
    {"referents", referents, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
