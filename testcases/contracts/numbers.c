/* Numbers. */
#include <Python.h>

PyObject *to_c_and_back(PyObject *a)
{
    long n = PyLong_AsLong(a);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    double d = PyFloat_AsDouble(a);
    if (d == -1.0 && PyErr_Occurred())
        return NULL;
    return PyFloat_FromDouble(d + (double)n);
}

PyObject *arithmetic(PyObject *a, PyObject *b)
{
    PyObject *sum = PyNumber_Add(a, b);
    if (sum == NULL)
        return NULL;
    PyObject *power = PyNumber_Power(sum, b, Py_None);
    Py_DECREF(sum);
    return power;
}

/* The left side stays ours, whatever comes back. */
PyObject *in_place(PyObject *a, PyObject *b)
{
    PyObject *total = PyNumber_Long(a);
    if (total == NULL)
        return NULL;
    PyObject *next = PyNumber_InPlaceAdd(total, b);
    Py_DECREF(total);
    return next;
}

PyObject *sum_is_a_temporary(PyObject *a, PyObject *b)
{
    return PyNumber_Negative(PyNumber_Add(a, b)); // expect: RW104
}

PyObject *truth(long n)
{
    return PyBool_FromLong(n);
}

PyObject *parse(const char *s)
{
    char *end;
    PyObject *n = PyLong_FromString(s, &end, 10);
    if (n != NULL)
        return n;
    PyErr_Clear();
    double d = PyOS_string_to_double(s, &end, NULL);
    if (d == -1.0 && PyErr_Occurred())
        return NULL;
    char *text = PyOS_double_to_string(d, 'r', 0, 0, NULL);
    if (text == NULL)
        return NULL;
    n = PyUnicode_FromString(text);
    PyMem_Free(text);
    return n;
}

PyObject *unpack(const char *p)
{
    double d = PyFloat_Unpack8(p, 1);
    if (d == -1.0 && PyErr_Occurred())
        return NULL;
    return PyFloat_FromDouble(d);
}

PyObject *address(PyObject *a)
{
    void *p = PyLong_AsVoidPtr(a);
    if (p == NULL && PyErr_Occurred())
        return NULL;
    return PyLong_FromVoidPtr(p);
}
