/* A call with an argument too few for its function. */
#include <Python.h>

PyObject *bad_missing_argument(PyObject *self, PyObject *arg)
{
    return PyObject_GetAttrString(arg);      // expect: RW901
}
