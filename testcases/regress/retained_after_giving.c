/* The reference that a slot was given is taken a line later. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structseq.h>

static PyTypeObject StatType;

static PyObject *stat_of(PyObject *self, PyObject *arg)
{
    PyObject *result = PyStructSequence_New(&StatType);
    if (result == NULL)
        return NULL;
    PyStructSequence_SET_ITEM(result, 0, arg);
    Py_INCREF(arg);
    PyStructSequence_SET_ITEM(result, 1, Py_None);
    Py_INCREF(Py_None);
    return result;
}

static PyObject *singleton_in_tuple(PyObject *self, PyObject *noargs)
{
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    PyTuple_SET_ITEM(tuple, 0, Py_None);
    Py_INCREF(Py_None);
    return tuple;
}

static PyObject *copied(PyObject *self, PyObject *arg)
{
    if (!PyTuple_Check(arg)) {
        PyErr_SetString(PyExc_TypeError, "tuple expected");
        return NULL;
    }
    Py_ssize_t n = PyTuple_GET_SIZE(arg);
    PyObject *list = PyList_New(n);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyTuple_GET_ITEM(arg, i);
        PyList_SET_ITEM(list, i, item);
        Py_INCREF(item);
    }
    return list;
}

static PyObject *module_constant(PyObject *module, PyObject *value)
{
    if (PyModule_AddObject(module, "constant", value) < 0)
        return NULL;
    Py_INCREF(value);
    Py_RETURN_NONE;
}

/* ---- the same without the reference */

static PyObject *stat_of_nothing(PyObject *self, PyObject *noargs)
{
    PyObject *result = PyStructSequence_New(&StatType);
    if (result == NULL)
        return NULL;
    PyStructSequence_SET_ITEM(result, 0, Py_None); // expect: RW204
    return result;
}

static PyObject *pair_with_arg(PyObject *self, PyObject *arg)
{
    PyObject *pair = PyTuple_New(2);
    if (pair == NULL)
        return NULL;
    PyTuple_SET_ITEM(pair, 0, arg);
    PyTuple_SET_ITEM(pair, 1, arg);          // expect: RW203 'arg'
    Py_INCREF(arg);
    return pair;
}

/* The wrong one is retained. */
static PyObject *crossed(PyObject *self, PyObject *args)
{
    PyObject *key, *value;
    if (!PyArg_ParseTuple(args, "OO", &key, &value))
        return NULL;
    PyObject *pair = PyTuple_New(1);
    if (pair == NULL)
        return NULL;
    PyTuple_SET_ITEM(pair, 0, value);        // expect: RW204 'value'
    Py_INCREF(key);
    return pair;                             // expect: RW102 'key'
}

static PyMethodDef methods[] = {
    {"stat_of", stat_of, METH_O, NULL},
    {"singleton_in_tuple", singleton_in_tuple, METH_NOARGS, NULL},
    {"copied", copied, METH_O, NULL},
    {"module_constant", module_constant, METH_O, NULL},
    {"stat_of_nothing", stat_of_nothing, METH_NOARGS, NULL},
    {"pair_with_arg", pair_with_arg, METH_O, NULL},
    {"crossed", crossed, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
