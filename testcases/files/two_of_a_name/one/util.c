/* This folder's helper gives. */
#include <Python.h>

PyObject *util_item(PyObject *list)
{
    return PySequence_GetItem(list, 0);
}

PyObject *util_size(PyObject *list)
{
    return PyLong_FromSsize_t(PyList_Size(list));
}
