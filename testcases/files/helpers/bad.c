/* Callers that do not do their part: found only with what helpers.c says. */
#include "helpers.h"

static PyObject *count(PyObject *self, PyObject *unused)
{
    PyObject *names = registry_names((Registry *)self);
    if (names == NULL)
        return NULL;
    return PyLong_FromSsize_t(PyList_Size(names));   // expect: RW102 'names'
}

static PyObject *table_of(PyObject *self, PyObject *unused)
{
    return registry_table((Registry *)self);         // expect: RW301
}

static PyObject *forget_table(PyObject *self, PyObject *unused)
{
    PyObject *table = registry_table((Registry *)self);
    Py_DECREF(table);                                // expect: RW204 'table'
    Py_RETURN_NONE;
}

static PyObject *put_twice(PyObject *self, PyObject *text)
{
    PyObject *item = PyObject_Str(text);
    if (item == NULL)
        return NULL;
    if (registry_put(text, item) < 0) {
        Py_DECREF(item);                             // expect: RW203 'item'
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *add_and_forget(PyObject *self, PyObject *text)
{
    PyObject *item = PyObject_Str(text);
    if (item == NULL)
        return NULL;
    if (registry_add(text, item) < 0) {
        Py_DECREF(item);
        return NULL;
    }
    Py_RETURN_NONE;                                  // expect: RW102 'item'
}

static PyObject *take_and_forget(PyObject *self, PyObject *unused)
{
    PyObject *item;
    if (!registry_take((Registry *)self, &item))
        Py_RETURN_NONE;
    return PyUnicode_FromString(Py_TYPE(item)->tp_name); // expect: RW102 'item'
}

static PyObject *drop_and_use(PyObject *self, PyObject *text)
{
    PyObject *item = PyObject_Str(text);
    if (item == NULL)
        return NULL;
    registry_drop(item);
    return PyObject_Repr(item);                      // expect: RW203 'item'
}

static PyObject *number_unchecked(PyObject *self, PyObject *unused)
{
    PyObject *n = registry_number(123456);
    Py_INCREF(n);                                    // expect: RW701 'n'
    Py_DECREF(n);
    return n;
}

static PyObject *status_ignored_leak(PyObject *self, PyObject *text)
{
    PyObject *item = PyObject_Str(text);
    if (item == NULL)
        return NULL;
    if (registry_status(text) < 0)
        return NULL;                                 // expect: RW101 'item'
    return item;
}

static PyObject *view(PyObject *self, PyObject *unused)
{
    PyObject *table = registry_new_view((Registry *)self);
    Py_DECREF(table);                                // expect: RW204 'table'
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"count", count, METH_NOARGS, NULL},
    {"table", table_of, METH_NOARGS, NULL},
    {"forget_table", forget_table, METH_NOARGS, NULL},
    {"put", put_twice, METH_O, NULL},
    {"add", add_and_forget, METH_O, NULL},
    {"take", take_and_forget, METH_NOARGS, NULL},
    {"drop", drop_and_use, METH_O, NULL},
    {"number", number_unchecked, METH_NOARGS, NULL},
    {"status", status_ignored_leak, METH_O, NULL},
    {"view", view, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "bad", .m_methods = methods};

PyMODINIT_FUNC PyInit_bad(void)
{
    return PyModule_Create(&module);
}
