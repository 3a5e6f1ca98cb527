/* Every return between taking a reference and giving it back is a place to forget it. */
#include "demo.h"

static PyObject *pair_of(PyObject *first, const char *second, bool is_fixed)
{
    PyObject *pair = PyList_New(0), *text = NULL;

    if (pair == NULL || PyList_Append(pair, first) < 0)
        goto error;
    text = PyUnicode_FromString(second); /* not UTF-8: fails */
    if (text == NULL) {
        if (is_fixed)
            goto error;
        return NULL; /* pair is forgotten */
    }
    if (PyList_Append(pair, text) < 0)
        goto error;
    Py_DECREF(text);
    return pair;
error:
    Py_XDECREF(text);
    Py_XDECREF(pair);
    return NULL;
}

void demo_error_path(demo *d)
{
    PyObject *first = PyFloat_FromDouble(1.5);

    Py_XDECREF(pair_of(first, "\xff", d->is_fixed));
    PyErr_Clear();
    Py_DECREF(first);
}
