/* Raw memory, and the functions that do not return. */
#include <Python.h>

PyObject *scratch(size_t n)
{
    char *p = PyMem_Malloc(n);
    if (p == NULL)
        return PyErr_NoMemory();
    char *q = PyMem_Realloc(p, 2 * n);
    if (q == NULL) {
        PyMem_Free(p);
        return PyErr_NoMemory();
    }
    memset(q, 'x', n);
    PyObject *bytes = PyBytes_FromStringAndSize(q, (Py_ssize_t)n);
    PyMem_Free(q);
    return bytes;
}

PyObject *typed(Py_ssize_t n)
{
    long *numbers = PyMem_New(long, n);
    if (numbers == NULL)
        return PyErr_NoMemory();
    numbers[0] = 1;
    PyObject *first = PyLong_FromLong(numbers[0]);
    PyMem_Free(numbers);
    return first;
}

PyObject *the_process_ends_before_the_leak(PyObject *a)
{
    PyObject *text = PyObject_Repr(a);
    if (text == NULL)
        return NULL;
    if (PyUnicode_GET_LENGTH(text) == 0)
        Py_Exit(1);
    if (PyUnicode_GET_LENGTH(text) > 1000)
        abort();
    return text;
}
