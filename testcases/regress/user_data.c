/* A C library keeps a callback's object as user data: the reference goes with it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct handle handle;

/* Elsewhere in the program. */
int handle_register(handle *h, void (*call)(void *), void *data);
void *handle_data(handle *h);
void handle_close(handle *h);

typedef struct {
    PyObject_HEAD
    handle *h;
} Watch;

static void call_back(void *data)
{
    PyGILState_STATE gil = PyGILState_Ensure();
    PyObject *result = PyObject_CallNoArgs((PyObject *)data);
    if (result == NULL)
        PyErr_WriteUnraisable((PyObject *)data);
    Py_XDECREF(result);
    PyGILState_Release(gil);
}

static PyObject *watch_start(PyObject *op, PyObject *arg)
{
    Watch *self = (Watch *)op;
    Py_INCREF(arg);
    handle_register(self->h, call_back, (void *)arg);
    Py_RETURN_NONE;
}

static PyObject *watch_start_checked(PyObject *op, PyObject *arg)
{
    Watch *self = (Watch *)op;
    Py_INCREF(arg);
    if (handle_register(self->h, call_back, arg) != 0) {
        Py_DECREF(arg);
        PyErr_SetString(PyExc_RuntimeError, "cannot register");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *watch_stop(PyObject *op, PyObject *noargs)
{
    Watch *self = (Watch *)op;
    PyObject *callback = (PyObject *)handle_data(self->h);
    Py_XDECREF(callback);
    handle_close(self->h);
    self->h = NULL;
    Py_RETURN_NONE;
}

/* Two objects in one block of memory. */
static PyObject *watch_start_pair(PyObject *op, PyObject *args)
{
    Watch *self = (Watch *)op;
    PyObject *callback, *argument;
    if (!PyArg_ParseTuple(args, "OO", &callback, &argument))
        return NULL;
    PyObject **both = PyMem_Malloc(2 * sizeof *both);
    if (both == NULL)
        return PyErr_NoMemory();
    both[0] = Py_NewRef(callback);
    both[1] = Py_NewRef(argument);
    handle_register(self->h, call_back, both);
    Py_RETURN_NONE;
}

/* ---- nobody gets it */

static PyObject *watch_start_nothing(PyObject *op, PyObject *arg)
{
    Watch *self = (Watch *)op;
    Py_INCREF(arg);
    handle_register(self->h, call_back, NULL);
    Py_RETURN_NONE;                          // expect: RW102 'arg'
}

static PyObject *watch_check(PyObject *op, PyObject *arg)
{
    Py_INCREF(arg);
    if (!PyCallable_Check(arg)) {
        PyErr_SetString(PyExc_TypeError, "callable expected");
        return NULL;                         // expect: RW101 'arg'
    }
    handle_register(((Watch *)op)->h, call_back, arg);
    Py_RETURN_NONE;
}

/* The other one is registered. */
static PyObject *watch_start_other(PyObject *op, PyObject *args)
{
    PyObject *callback, *argument;
    if (!PyArg_ParseTuple(args, "OO", &callback, &argument))
        return NULL;
    Py_INCREF(argument);
    handle_register(((Watch *)op)->h, call_back, callback);
    Py_RETURN_NONE;                          // expect: RW102 'argument'
}

static PyMethodDef watch_methods[] = {
    {"start", watch_start, METH_O, NULL},
    {"start_checked", watch_start_checked, METH_O, NULL},
    {"stop", watch_stop, METH_NOARGS, NULL},
    {"start_pair", watch_start_pair, METH_VARARGS, NULL},
    {"start_nothing", watch_start_nothing, METH_O, NULL},
    {"check", watch_check, METH_O, NULL},
    {"start_other", watch_start_other, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject Watch_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "user_data.Watch",
    .tp_basicsize = sizeof(Watch),
    .tp_methods = watch_methods,
};
