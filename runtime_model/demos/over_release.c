/* PyList_SetItem takes the caller's reference over, also when it fails: it is not the caller's to
 * release any more. */
#include "demo.h"

void demo_over_release(demo *d)
{
    PyObject *list = PyList_New(1), *number = PyFloat_FromDouble(1.5);

    PyList_SetItem(list, 0, number);
    if (!d->is_fixed)
        Py_DECREF(number); /* the list's reference, which the list will release itself */
    Py_DECREF(list);
}
