/* Helpers that answer yes or no about a pointer, and helpers that fail for their callers. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *target;
    void *handle;
} Handle;

static int is_open(Handle *self)
{
    return self->handle != NULL;
}

static int is_there(PyObject *object)
{
    return object != NULL;
}

static int check_open(Handle *self)
{
    if (self->handle != NULL)
        return 1;
    PyErr_SetString(PyExc_ValueError, "closed");
    return 0;
}

static int fail_with(PyObject *type, const char *text)
{
    PyErr_SetString(type, text);
    return -1;
}

static PyObject *out_of_range(long value)
{
    PyErr_Format(PyExc_OverflowError, "%ld is out of range", value);
    return NULL;
}

static PyObject *described(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (!is_there(text))
        return NULL;
    PyObject *result = PyUnicode_FromFormat("<%U>", text);
    Py_DECREF(text);
    return result;
}

static PyObject *both(PyObject *self, PyObject *arg)
{
    PyObject *first = PyObject_Str(arg);
    PyObject *second = is_there(first) ? PyObject_Repr(arg) : NULL;
    PyObject *result = NULL;
    if (is_there(second))
        result = PyTuple_Pack(2, first, second);
    Py_XDECREF(first);
    Py_XDECREF(second);
    return result;
}

static PyObject *handle_target(PyObject *op, PyObject *noargs)
{
    Handle *self = (Handle *)op;
    if (!check_open(self))
        return NULL;
    return Py_XNewRef(self->target ? self->target : Py_None);
}

static PyObject *small(PyObject *self, PyObject *arg)
{
    long value = PyLong_AsLong(arg);
    if (value == -1 && PyErr_Occurred())
        return NULL;
    if (value > 255)
        return out_of_range(value);
    return PyLong_FromLong(value);
}

static int handle_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    Handle *self = (Handle *)op;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)
        return fail_with(PyExc_TypeError, "no keywords");
    PyObject *target;
    if (!PyArg_ParseTuple(args, "O", &target))
        return -1;
    Py_XSETREF(self->target, Py_NewRef(target));
    return 0;
}

/* ---- the test is not there, or says the opposite */

static PyObject *described_wrong(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (!is_there(text))
        return NULL;
    if (PyUnicode_GET_LENGTH(text) == 0)
        return out_of_range(0);              // expect: RW101 'text'
    return text;
}

static PyObject *tested_after(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(1);
    Py_INCREF(arg);
    PyList_SET_ITEM(list, 0, arg);           // expect: RW701 'list'
    if (!is_there(list))
        return NULL;
    return list;
}

/* This helper only looks: the caller raises. */
static PyObject *handle_peek(PyObject *op, PyObject *noargs)
{
    Handle *self = (Handle *)op;
    if (!is_open(self))
        return NULL;                         // expect: RW702
    return Py_XNewRef(self->target ? self->target : Py_None);
}

static PyObject *small_leaking(PyObject *self, PyObject *arg)
{
    PyObject *number = PyNumber_Long(arg);
    if (number == NULL)
        return NULL;
    long value = PyLong_AsLong(number);
    if (value == -1)
        PyErr_Clear();
    if (value > 255)
        return out_of_range(value);          // expect: RW101 'number'
    return number;
}

static void handle_dealloc(PyObject *op)
{
    Py_XDECREF(((Handle *)op)->target);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef handle_methods[] = {
    {"target", handle_target, METH_NOARGS, NULL},
    {"peek", handle_peek, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject Handle_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "helper.Handle",
    .tp_basicsize = sizeof(Handle),
    .tp_dealloc = handle_dealloc,
    .tp_init = handle_init,
    .tp_methods = handle_methods,
};

static PyMethodDef methods[] = {
    {"described", described, METH_O, NULL},
    {"both", both, METH_O, NULL},
    {"small", small, METH_O, NULL},
    {"described_wrong", described_wrong, METH_O, NULL},
    {"tested_after", tested_after, METH_O, NULL},
    {"small_leaking", small_leaking, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
