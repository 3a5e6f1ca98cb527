/* A declaration without its end. */
#include <Python.h>

PyObject *bad_missing_semicolon(PyObject *self, PyObject *arg)
{
    int same = arg == self
    return PyBool_FromLong(same);            // expect: RW901
}
