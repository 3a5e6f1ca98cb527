/* The collector only looks at objects it was told of. One that refers to others and is never tracked
 * keeps its cycles alive. */
#include "box.h"

void demo_untracked(demo *d)
{
    box *b = box_new(box_type(true));
    PyObject *list = PyList_New(0);

    b->item = Py_NewRef(list);
    if (d->is_fixed)
        PyObject_GC_Track(b);
    PyList_Append(list, (PyObject *)b);
    Py_DECREF(list);
    Py_DECREF(b);
}
