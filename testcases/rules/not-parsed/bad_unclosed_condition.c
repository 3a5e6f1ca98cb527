/* #if without #endif. */
#include <Python.h>

#if PY_VERSION_HEX >= 0x03000000             // expect: RW901

PyObject *bad_unclosed_condition(PyObject *self, PyObject *arg)
{
    return Py_NewRef(arg);
}
