/* A helper lends None to say "nothing"; its callers compare before they release. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* A number made for the caller, or a None that is not. */
static PyObject *lookup(PyObject *table, PyObject *key)
{
    PyObject *value = PyDict_GetItemWithError(table, key);
    if (value == NULL)
        return PyErr_Occurred() ? NULL : Py_None;
    Py_ssize_t n = PyObject_Length(value);
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *has(PyObject *self, PyObject *args)
{
    PyObject *table, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &table, &key))
        return NULL;
    PyObject *value = lookup(table, key);
    if (value == NULL)
        return NULL;
    if (value == Py_None)
        Py_RETURN_FALSE;
    Py_DECREF(value);
    Py_RETURN_TRUE;
}

static PyObject *get(PyObject *self, PyObject *args)
{
    PyObject *table, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &table, &key))
        return NULL;
    PyObject *value = lookup(table, key);
    if (value == Py_None)
        Py_INCREF(value);
    return value;
}

static PyObject *size_of(PyObject *self, PyObject *args)
{
    PyObject *table, *key;
    long n = 0;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &table, &key))
        return NULL;
    PyObject *value = lookup(table, key);
    if (value == NULL)
        return NULL;
    if (value != Py_None) {
        n = PyLong_AsLong(value);
        Py_DECREF(value);
    }
    return PyLong_FromLong(n + 1);
}

/* Always borrowed, whatever it is. */
static PyObject *flag(int on)
{
    return on ? Py_True : Py_False;
}

static PyObject *is_callable(PyObject *self, PyObject *arg)
{
    PyObject *result = flag(PyCallable_Check(arg));
    Py_INCREF(result);
    return result;
}

/* ---- callers that forget */

static PyObject *get_unowned(PyObject *self, PyObject *args)
{
    PyObject *table, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &table, &key))
        return NULL;
    PyObject *value = lookup(table, key);
    if (value == Py_None)
        return value;                        // expect: RW301
    return value;
}

static PyObject *has_kept(PyObject *self, PyObject *args)
{
    PyObject *table, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &table, &key))
        return NULL;
    PyObject *value = lookup(table, key);
    if (value == NULL)
        return NULL;
    if (value == Py_None)
        Py_RETURN_FALSE;
    Py_RETURN_TRUE;                          // expect: RW102 'value'
}

/* The table may hold None too, and then the result is owned. */
static PyObject *stored(PyObject *table, PyObject *key)
{
    PyObject *value = PyDict_GetItemWithError(table, key);
    if (value == NULL)
        return PyErr_Occurred() ? NULL : Py_None;
    Py_INCREF(value);
    return value;
}

static PyObject *has_stored(PyObject *self, PyObject *args)
{
    PyObject *table, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &table, &key))
        return NULL;
    PyObject *value = stored(table, key);
    if (value == NULL)
        return NULL;
    if (value == Py_None)
        Py_RETURN_FALSE;                     // expect: RW102 'value'
    Py_DECREF(value);
    Py_RETURN_TRUE;
}

static PyObject *is_number(PyObject *self, PyObject *arg)
{
    return flag(PyNumber_Check(arg));        // expect: RW301
}

/* Called from outside, where nobody knows. */
static PyObject *first_or_none(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PySequence_Length(arg);
    if (n < 0)
        return NULL;
    if (n == 0)
        return Py_None;                      // expect: RW301
    return PySequence_GetItem(arg, 0);
}

static PyMethodDef methods[] = {
    {"has", has, METH_VARARGS, NULL},
    {"get", get, METH_VARARGS, NULL},
    {"size_of", size_of, METH_VARARGS, NULL},
    {"is_callable", is_callable, METH_O, NULL},
    {"get_unowned", get_unowned, METH_VARARGS, NULL},
    {"has_kept", has_kept, METH_VARARGS, NULL},
    {"has_stored", has_stored, METH_VARARGS, NULL},
    {"is_number", is_number, METH_O, NULL},
    {"first_or_none", first_or_none, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
