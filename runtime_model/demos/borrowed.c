/* PyList_GetItem lends: the item lives as long as the list holds it. Who wants it longer takes a
 * reference of his own before the list can change. */
#include "demo.h"

void demo_borrowed(demo *d)
{
    PyObject *list = PyList_New(1), *item;

    PyList_SetItem(list, 0, PyFloat_FromDouble(1.5));
    item = PyList_GetItem(list, 0);
    if (d->is_fixed)
        Py_INCREF(item);
    PyList_SetSlice(list, 0, 1, NULL); /* or any call that may run code */
    PyFloat_AsDouble(item);
    PyErr_Clear();
    if (d->is_fixed)
        Py_DECREF(item);
    Py_DECREF(list);
}
