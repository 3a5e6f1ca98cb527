/* Look-ups with three answers: 1 and an object, 0 and NULL, -1 and an exception. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static int find_item(PyObject *mapping, PyObject *key, PyObject **result)
{
    *result = PyObject_GetItem(mapping, key);
    if (*result != NULL)
        return 1;
    if (!PyErr_ExceptionMatches(PyExc_KeyError))
        return -1;
    PyErr_Clear();
    return 0;
}

static PyObject *doc_or_none(PyObject *self, PyObject *args)
{
    PyObject *object, *name, *doc;
    if (!PyArg_ParseTuple(args, "OU", &object, &name))
        return NULL;
    if (_PyObject_LookupAttr(object, name, &doc) < 0)
        return NULL;
    if (doc == NULL)
        Py_RETURN_NONE;
    return doc;
}

static PyObject *has_attribute(PyObject *self, PyObject *args)
{
    PyObject *object, *name, *found;
    if (!PyArg_ParseTuple(args, "OU", &object, &name))
        return NULL;
    int rc = _PyObject_LookupAttr(object, name, &found);
    if (rc < 0)
        return NULL;
    Py_XDECREF(found);
    return PyBool_FromLong(rc);
}

static PyObject *item_or_default(PyObject *self, PyObject *args)
{
    PyObject *mapping, *key, *fallback, *found;
    if (!PyArg_ParseTuple(args, "OOO", &mapping, &key, &fallback))
        return NULL;
    switch (find_item(mapping, key, &found)) {
    case 1:
        return found;
    case 0:
        return Py_NewRef(fallback);
    default:
        return NULL;
    }
}

static PyObject *length_of_item(PyObject *self, PyObject *args)
{
    PyObject *mapping, *key, *found;
    if (!PyArg_ParseTuple(args, "OO", &mapping, &key))
        return NULL;
    int rc = find_item(mapping, key, &found);
    if (rc < 0)
        return NULL;
    if (rc == 0)
        return PyLong_FromLong(0);
    Py_ssize_t n = PyObject_Length(found);
    Py_DECREF(found);
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

/* ---- an answer is forgotten */

static PyObject *has_attribute_leaking(PyObject *self, PyObject *args)
{
    PyObject *object, *name, *found;
    if (!PyArg_ParseTuple(args, "OU", &object, &name))
        return NULL;
    int rc = _PyObject_LookupAttr(object, name, &found);
    if (rc < 0)
        return NULL;
    return PyBool_FromLong(rc);              // expect: RW102 'found'
}

static PyObject *has_item_leaking(PyObject *self, PyObject *args)
{
    PyObject *mapping, *key, *found;
    if (!PyArg_ParseTuple(args, "OO", &mapping, &key))
        return NULL;
    int rc = find_item(mapping, key, &found);
    if (rc < 0)
        return NULL;
    return PyBool_FromLong(rc);              // expect: RW102 'found'
}

/* Not there, and no exception. */
static PyObject *attribute(PyObject *self, PyObject *args)
{
    PyObject *object, *name, *found;
    if (!PyArg_ParseTuple(args, "OU", &object, &name))
        return NULL;
    if (_PyObject_LookupAttr(object, name, &found) <= 0)
        return NULL;                         // expect: RW702
    return found;
}

static PyObject *item_released(PyObject *self, PyObject *args)
{
    PyObject *mapping, *key, *found;
    if (!PyArg_ParseTuple(args, "OO", &mapping, &key))
        return NULL;
    int rc = find_item(mapping, key, &found);
    if (rc < 0)
        return NULL;
    Py_DECREF(found);                        // expect: RW701
    return PyBool_FromLong(rc);
}

static PyMethodDef methods[] = {
    {"doc_or_none", doc_or_none, METH_VARARGS, NULL},
    {"has_attribute", has_attribute, METH_VARARGS, NULL},
    {"item_or_default", item_or_default, METH_VARARGS, NULL},
    {"length_of_item", length_of_item, METH_VARARGS, NULL},
    {"has_attribute_leaking", has_attribute_leaking, METH_VARARGS, NULL},
    {"has_item_leaking", has_item_leaking, METH_VARARGS, NULL},
    {"attribute", attribute, METH_VARARGS, NULL},
    {"item_released", item_released, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
