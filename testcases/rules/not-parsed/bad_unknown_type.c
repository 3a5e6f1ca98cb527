/* A type that no header declares. */
#include <Python.h>

static widget_t *current;                    // expect: RW901

PyObject *bad_unknown_type(PyObject *self, PyObject *arg)
{
    return current ? Py_NewRef(arg) : NULL;
}
