/* The current context: a helper hands out a reference to what something else keeps anyway. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long precision;
    PyObject *traps;
} Context;

static Context *cached;      /* owned */
static PyObject *context_var;

static PyObject *new_context(void)
{
    return PyDict_New();
}

static PyObject *current_context(void)
{
    PyObject *context;
    if (PyContextVar_Get(context_var, NULL, &context) < 0)
        return NULL;
    if (context != NULL)
        return context;
    context = new_context();
    if (context == NULL)
        return NULL;
    PyObject *token = PyContextVar_Set(context_var, context);
    if (token == NULL) {
        Py_DECREF(context);
        return NULL;
    }
    Py_DECREF(token);
    return context;
}

static Context *cached_context(void)
{
    if (cached == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "no context");
        return NULL;
    }
    Py_INCREF(cached);
    return cached;
}

/* The variable keeps it: the release comes first, to have it done. */
static PyObject *size(PyObject *self, PyObject *noargs)
{
    PyObject *context = current_context();
    if (context == NULL)
        return NULL;
    Py_DECREF(context);
    return PyLong_FromSsize_t(PyDict_Size(context));
}

static PyObject *precision(PyObject *self, PyObject *noargs)
{
    Context *context = cached_context();
    if (context == NULL)
        return NULL;
    Py_DECREF(context);
    return PyLong_FromLong(context->precision);
}

static PyObject *traps(PyObject *self, PyObject *noargs)
{
    Context *context = cached_context();
    if (context == NULL)
        return NULL;
    PyObject *result = Py_XNewRef(context->traps);
    Py_DECREF(context);
    if (result == NULL)
        Py_RETURN_NONE;
    return result;
}

static PyObject *set_precision(PyObject *self, PyObject *arg)
{
    long value = PyLong_AsLong(arg);
    if (value == -1 && PyErr_Occurred())
        return NULL;
    Context *context = cached_context();
    if (context == NULL)
        return NULL;
    context->precision = value;
    Py_DECREF(context);
    Py_RETURN_NONE;
}

/* ---- nothing else keeps it, or it is never released */

static PyObject *new_size(PyObject *self, PyObject *noargs)
{
    PyObject *context = new_context();
    if (context == NULL)
        return NULL;
    Py_DECREF(context);
    return PyLong_FromSsize_t(PyDict_Size(context)); // expect: RW202 'context'
}

static PyObject *precision_leaking(PyObject *self, PyObject *noargs)
{
    Context *context = cached_context();
    if (context == NULL)
        return NULL;
    return PyLong_FromLong(context->precision); // expect: RW102 'context'
}

static PyObject *released_twice(PyObject *self, PyObject *noargs)
{
    PyObject *context = current_context();
    if (context == NULL)
        return NULL;
    Py_ssize_t n = PyDict_Size(context);
    Py_DECREF(context);
    if (n < 0)
        return NULL;
    Py_DECREF(context);                      // expect: RW201 'context'
    return PyLong_FromSsize_t(n);
}

static PyMethodDef methods[] = {
    {"size", size, METH_NOARGS, NULL},
    {"precision", precision, METH_NOARGS, NULL},
    {"traps", traps, METH_NOARGS, NULL},
    {"set_precision", set_precision, METH_O, NULL},
    {"new_size", new_size, METH_NOARGS, NULL},
    {"precision_leaking", precision_leaking, METH_NOARGS, NULL},
    {"released_twice", released_twice, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
