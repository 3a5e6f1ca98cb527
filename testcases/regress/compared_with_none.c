/* After `x == Py_None` the two names are one object, whichever is released. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *encoding_of(PyObject *self, PyObject *arg)
{
    PyObject *encoding = PyObject_GetAttrString(arg, "encoding");
    if (encoding == NULL)
        return NULL;
    if (encoding == Py_None) {
        Py_DECREF(Py_None);
        return PyUnicode_FromString("utf-8");
    }
    return encoding;
}

static PyObject *is_set(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_GetAttrString(arg, "value");
    if (value == NULL)
        return NULL;
    int set = value != Py_None;
    Py_DECREF(value);
    return PyBool_FromLong(set);
}

/* The reference to None becomes the result. */
static PyObject *closed_or_text(PyObject *self, PyObject *arg)
{
    PyObject *state = PyObject_GetAttrString(arg, "state");
    if (state == NULL)
        return NULL;
    if (state == Py_None)
        return state;
    PyObject *text = PyObject_Str(state);
    Py_DECREF(state);
    return text;
}

static PyObject *truth(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_CallNoArgs(arg);
    if (value == NULL)
        return NULL;
    if (value == Py_True || value == Py_False)
        return value;
    int is_true = PyObject_IsTrue(value);
    Py_DECREF(value);
    if (is_true < 0)
        return NULL;
    return PyBool_FromLong(is_true);
}

/* ---- one reference too few or too many */

static PyObject *encoding_leaking(PyObject *self, PyObject *arg)
{
    PyObject *encoding = PyObject_GetAttrString(arg, "encoding");
    if (encoding == NULL)
        return NULL;
    if (encoding == Py_None)
        return PyUnicode_FromString("utf-8"); // expect: RW102 'encoding'
    return encoding;
}

static PyObject *none_released_twice(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_GetAttrString(arg, "value");
    if (value == NULL)
        return NULL;
    if (value == Py_None) {
        Py_DECREF(value);
        Py_DECREF(Py_None);                  // expect: RW204
        Py_RETURN_FALSE;
    }
    Py_DECREF(value);
    Py_RETURN_TRUE;
}

/* Released where it is not None. */
static PyObject *other_branch(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_GetAttrString(arg, "value");
    if (value == NULL)
        return NULL;
    if (value != Py_None)
        Py_DECREF(Py_None);                  // expect: RW204
    Py_DECREF(value);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"encoding_of", encoding_of, METH_O, NULL},
    {"is_set", is_set, METH_O, NULL},
    {"closed_or_text", closed_or_text, METH_O, NULL},
    {"truth", truth, METH_O, NULL},
    {"encoding_leaking", encoding_leaking, METH_O, NULL},
    {"none_released_twice", none_released_twice, METH_O, NULL},
    {"other_branch", other_branch, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
