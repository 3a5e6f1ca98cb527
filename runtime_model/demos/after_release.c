/* After its last release an object is gone: whatever is wanted of it must be asked before. */
#include "demo.h"

static Py_ssize_t length_of_text(bool is_fixed)
{
    PyObject *text = PyUnicode_FromString("some text");
    Py_ssize_t length;

    if (is_fixed) {
        length = PyUnicode_GetLength(text);
        Py_DECREF(text);
    } else {
        Py_DECREF(text);
        length = PyUnicode_GetLength(text);
    }
    return length;
}

void demo_after_release(demo *d)
{
    length_of_text(d->is_fixed);
    PyErr_Clear();
}
