/* An exception put aside, and put back: its three objects go together. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *callback;
} Guard;

static PyObject *closed_after(PyObject *self, PyObject *args)
{
    PyObject *function, *file;
    PyObject *type, *value, *traceback;
    if (!PyArg_ParseTuple(args, "OO", &function, &file))
        return NULL;
    PyObject *result = PyObject_CallNoArgs(function);
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *closed = PyObject_CallMethod(file, "close", NULL);
    if (closed == NULL && type == NULL)
        Py_CLEAR(result);
    else
        PyErr_Restore(type, value, traceback);
    Py_XDECREF(closed);
    return result;
}

static void guard_finalize(PyObject *op)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *result = PyObject_CallNoArgs(((Guard *)op)->callback);
    if (result == NULL)
        PyErr_WriteUnraisable(op);
    else
        Py_DECREF(result);
    PyErr_Restore(type, value, traceback);
}

/* Dropped on purpose, in one go. */
static PyObject *error_text(PyObject *self, PyObject *arg)
{
    PyObject *type, *value, *traceback;
    PyObject *result = PyObject_CallNoArgs(arg);
    if (result != NULL)
        return result;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    result = PyObject_Str(value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return result;
}

/* No type: there was no exception, and nothing else came out. */
static PyObject *kind_of_error(PyObject *self, PyObject *noargs)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    if (type == NULL)
        Py_RETURN_NONE;
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return type;
}

/* ---- one of the three is forgotten */

static PyObject *error_text_leaking(PyObject *self, PyObject *arg)
{
    PyObject *type, *value, *traceback;
    PyObject *result = PyObject_CallNoArgs(arg);
    if (result != NULL)
        return result;
    PyErr_Fetch(&type, &value, &traceback);
    result = value ? PyObject_Str(value) : PyObject_Str(type);
    Py_XDECREF(type);
    Py_XDECREF(value);
    return result;                           // expect: RW102 'traceback'
}

static PyObject *given_back_twice(PyObject *self, PyObject *arg)
{
    PyObject *type, *value, *traceback;
    PyObject *result = PyObject_CallNoArgs(arg);
    if (result != NULL)
        return result;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_Restore(type, value, traceback);
    Py_XDECREF(type);                        // expect: RW203 'type'
    return NULL;
}

/* Taken away, and nothing in its place. */
static PyObject *forgotten(PyObject *self, PyObject *arg)
{
    PyObject *type, *value, *traceback;
    PyObject *result = PyObject_CallNoArgs(arg);
    if (result != NULL)
        return result;
    PyErr_Fetch(&type, &value, &traceback);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return NULL;                             // expect: RW702
}

static PyTypeObject Guard_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "saved.Guard",
    .tp_basicsize = sizeof(Guard),
    .tp_finalize = guard_finalize,
};

static PyMethodDef methods[] = {
    {"closed_after", closed_after, METH_VARARGS, NULL},
    {"error_text", error_text, METH_O, NULL},
    {"kind_of_error", kind_of_error, METH_NOARGS, NULL},
    {"error_text_leaking", error_text_leaking, METH_O, NULL},
    {"given_back_twice", given_back_twice, METH_O, NULL},
    {"forgotten", forgotten, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
