/* A helper that returns None without a reference on one path, and none of its callers knows. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *parse(PyObject *text, int strict)
{
    Py_ssize_t n;
    const char *s = PyUnicode_AsUTF8AndSize(text, &n);
    if (s == NULL)
        return NULL;
    if (n == 0)
        return Py_None;                      // expect: RW301 'Py_None'
    return PyLong_FromLong(strict ? s[0] : s[n - 1]);
}

static PyObject *parse_strict(PyObject *self, PyObject *arg)
{
    return parse(arg, 1);
}

static PyObject *parse_lax(PyObject *self, PyObject *arg)
{
    PyObject *result = parse(arg, 0);
    return result;
}

static PyMethodDef methods[] = {
    {"parse_strict", parse_strict, METH_O, NULL},
    {"parse_lax", parse_lax, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
