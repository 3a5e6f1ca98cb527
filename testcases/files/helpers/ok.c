/* The same calls, made as their bodies want it. */
#include "helpers.h"

static PyObject *count(PyObject *self, PyObject *unused)
{
    PyObject *names = registry_names((Registry *)self);
    if (names == NULL)
        return NULL;
    Py_ssize_t n = PyList_Size(names);
    Py_DECREF(names);
    return PyLong_FromSsize_t(n);
}

static PyObject *table_of(PyObject *self, PyObject *unused)
{
    PyObject *table = registry_table((Registry *)self);
    Py_XINCREF(table);
    return table;
}

static PyObject *put(PyObject *self, PyObject *text)
{
    PyObject *item = PyObject_Str(text);
    if (item == NULL || registry_put(text, item) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *add(PyObject *self, PyObject *text)
{
    PyObject *item = PyObject_Str(text);
    if (item == NULL)
        return NULL;
    int rc = registry_add(text, item);
    Py_DECREF(item);
    if (rc < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *take(PyObject *self, PyObject *unused)
{
    PyObject *item;
    if (!registry_take((Registry *)self, &item))
        Py_RETURN_NONE;
    return item;
}

static PyObject *drop(PyObject *self, PyObject *text)
{
    PyObject *item = PyObject_Str(text);
    int known = item != NULL;
    registry_drop(item);
    return known ? PyBool_FromLong(1) : NULL;
}

static PyObject *fail_with_item(PyObject *self, PyObject *text)
{
    PyObject *item = PyObject_Str(text);
    if (item == NULL)
        return NULL;
    if (PyUnicode_GetLength(item) > 9) {
        Py_DECREF(item);
        return registry_fail("too long");
    }
    return item;
}

static PyObject *die_with_item(PyObject *self, PyObject *text)
{
    PyObject *item = PyObject_Str(text);
    if (item == NULL)
        return NULL;
    if (PyUnicode_GetLength(item) > 9)
        registry_die("too long");
    return item;
}

/* Small numbers exist already: asking for one does not fail. */
static PyObject *small_number(PyObject *self, PyObject *unused)
{
    PyObject *n = registry_number(3);
    Py_INCREF(n);
    Py_DECREF(n);
    return n;
}

/* The answer is lent here, whoever owns it: asked for with Py_True it is not ours. */
static PyObject *check_only(PyObject *self, PyObject *o)
{
    if (registry_check(o, Py_True) == NULL)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *check_and_keep(PyObject *self, PyObject *o)
{
    return registry_check(o, NULL);
}

/* It was put there a moment ago: there is nothing to test. */
static PyObject *find_known(PyObject *self, PyObject *key)
{
    PyObject *item = registry_find((Registry *)self, key);
    Py_INCREF(item);
    return item;
}

static PyObject *view(PyObject *self, PyObject *unused)
{
    PyObject *table = registry_new_view((Registry *)self);
    return PyLong_FromSsize_t(PyDict_Size(table));
}

static PyObject *needed(PyObject *self, PyObject *o)
{
    PyObject *name = PyObject_Str(o);
    registry_need(name);
    Py_INCREF(name);
    Py_DECREF(name);
    return name;
}

static PyMethodDef methods[] = {
    {"count", count, METH_NOARGS, NULL},
    {"table", table_of, METH_NOARGS, NULL},
    {"put", put, METH_O, NULL},
    {"add", add, METH_O, NULL},
    {"take", take, METH_NOARGS, NULL},
    {"drop", drop, METH_O, NULL},
    {"fail", fail_with_item, METH_O, NULL},
    {"die", die_with_item, METH_O, NULL},
    {"small", small_number, METH_NOARGS, NULL},
    {"check", check_only, METH_O, NULL},
    {"keep", check_and_keep, METH_O, NULL},
    {"find", find_known, METH_O, NULL},
    {"needed", needed, METH_O, NULL},
    {"view", view, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "ok", .m_methods = methods};

PyMODINIT_FUNC PyInit_ok(void)
{
    return PyModule_Create(&module);
}
