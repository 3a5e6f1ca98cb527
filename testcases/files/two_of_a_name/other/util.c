/* That folder's helper of the same name lends; the other one is the same in both. */
#include <Python.h>

PyObject *util_item(PyObject *list)
{
    return PyList_GetItem(list, 0);
}

PyObject *util_size(PyObject *items)
{
    return PyLong_FromSsize_t(PyList_Size(items));
}
