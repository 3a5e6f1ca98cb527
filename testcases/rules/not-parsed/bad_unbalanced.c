/* A brace too few: the rest of the file is inside the function. */
#include <Python.h>

PyObject *bad_unbalanced(PyObject *self, PyObject *arg)
{
    if (arg == self) {
        return Py_NewRef(arg);
    return Py_NewRef(self);
}                                            // expect: RW901
