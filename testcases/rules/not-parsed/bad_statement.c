/* One statement is no C. */
#include <Python.h>

PyObject *bad_statement(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list = = NULL)                       // expect: RW901
        return NULL;
    return list;
}
