/* The collector learns from tp_traverse what an object refers to. A reference it is not shown looks
 * like one from outside, so the cycle lives on. */
#include "box.h"

void demo_traverse(demo *d)
{
    PyTypeObject *type = box_type(d->is_fixed);
    box *a = box_new(type), *b = box_new(type);

    a->item = Py_NewRef(b);
    b->item = Py_NewRef(a);
    PyObject_GC_Track(a);
    PyObject_GC_Track(b);
    Py_DECREF(a);
    Py_DECREF(b);
}
