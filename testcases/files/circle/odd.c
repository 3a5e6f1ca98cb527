/* The other half of the circle, and a caller that is no part of it. */
#include <Python.h>

PyObject *even(long n);
PyObject *start(long n);

PyObject *odd(long n)
{
    if (n == 0)
        return PyLong_FromLong(1001);
    return even(n - 1);
}

/* start() is in the file that waits for odd(), but waits for nothing itself. */
PyObject *forgets_other(PyObject *self, PyObject *unused)
{
    PyObject *x = start(77777);
    if (x == NULL)
        return NULL;
    return PyLong_FromLong(1);                       // expect: RW102 'x'
}
