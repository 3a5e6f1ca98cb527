/* The source refuses to be built like this. */
#include <Python.h>

#ifndef WIDGET_BACKEND
#error "define WIDGET_BACKEND"               // expect: RW901
#endif

PyObject *bad_error_directive(PyObject *self, PyObject *arg)
{
    return WIDGET_BACKEND(arg);
}
