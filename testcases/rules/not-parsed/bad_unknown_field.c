/* A field that another version of the struct had. */
#include <Python.h>

PyObject *bad_unknown_field(PyObject *self, PyObject *arg)
{
    return PyUnicode_FromString(Py_TYPE(arg)->tp_title); // expect: RW901
}
