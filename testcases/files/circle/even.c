/* Functions that call each other across files: the circle ends, and what it returns is known. */
#include <Python.h>

PyObject *odd(long n);
PyObject *start(long n);

PyObject *even(long n)
{
    if (n == 0)
        return PyLong_FromLong(1000);
    return odd(n - 1);
}

PyObject *start(long n)
{
    return PyLong_FromLong(n);
}

static PyObject *forgets(PyObject *self, PyObject *unused)
{
    PyObject *x = start(77777);
    if (x == NULL)
        return NULL;
    Py_RETURN_NONE;                                  // expect: RW102 'x'
}

static PyObject *ok(PyObject *self, PyObject *unused)
{
    return even(3);
}

static PyMethodDef methods[] = {{"forgets", forgets, METH_NOARGS, NULL}, {"ok", ok, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "even", .m_methods = methods};

PyMODINIT_FUNC PyInit_even(void)
{
    return PyModule_Create(&module);
}
