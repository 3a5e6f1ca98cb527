/* A callee writes through its void pointer and an offset: what the struct held before says nothing. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>

typedef struct {
    const char *name;
    size_t offset;
} arg_spec;

static int read_arg(const arg_spec *spec, PyObject *value, void *out)
{
    PyObject **to = (PyObject **)((char *)out + spec->offset);
    if (value == Py_None)
        return 0;
    *to = value;
    return 0;
}

static int read_args(int n, const arg_spec *specs, PyObject *args, void *out)
{
    if (PyTuple_GET_SIZE(args) > n) {
        PyErr_SetString(PyExc_TypeError, "too many arguments");
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); i++)
        if (read_arg(specs + i, PyTuple_GET_ITEM(args, i), out) < 0)
            return -1;
    return 0;
}

static PyObject *pair(PyObject *self, PyObject *args)
{
    struct pair_args {
        PyObject *first;
    } arg = {NULL};
    static const arg_spec specs[] = {{"first", offsetof(struct pair_args, first)}};
    if (read_args(1, specs, args, &arg) < 0)
        return NULL;
    if (arg.first == NULL) {
        PyErr_SetString(PyExc_TypeError, "first is missing");
        return NULL;
    }
    PyObject *n = PyLong_FromLong(1);
    if (n == NULL)
        return NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;                         // expect: RW101 'n'
    if (PyList_Append(list, n) < 0)
        Py_CLEAR(list);
    Py_DECREF(n);
    return list;
}

static PyMethodDef methods[] = {
    {"pair", pair, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
