/* The header is made by a build step that nobody ran. */
#include <Python.h>
#include "generated_by_the_build.h"          // expect: RW901

PyObject *bad_missing_header(PyObject *self, PyObject *arg)
{
    return PyLong_FromLong(GENERATED_NUMBER);
}
