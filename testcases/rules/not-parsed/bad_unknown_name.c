/* A macro that only the build defines. */
#include <Python.h>

PyObject *bad_unknown_name(PyObject *self, PyObject *arg)
{
    return PyUnicode_FromString(WIDGET_VERSION); // expect: RW901
}
