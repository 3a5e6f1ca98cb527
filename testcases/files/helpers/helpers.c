/* The bodies. What one of them returns is nobody's to tell: that is its own fault, not its callers'. */
#include "helpers.h"

PyObject *registry_names(Registry *r)
{
    return PyDict_Keys(r->table);
}

PyObject *registry_table(Registry *r)
{
    return r->table;
}

PyObject *registry_find(Registry *r, PyObject *key)
{
    if (r->last == key)
        return r->last;
    return NULL;
}

int registry_put(PyObject *table, PyObject *item)
{
    int rc = PyDict_SetItemString(table, "item", item);
    Py_DECREF(item);
    return rc;
}

int registry_add(PyObject *table, PyObject *item)
{
    return PyDict_SetItemString(table, "item", item);
}

int registry_take(Registry *r, PyObject **item)
{
    *item = r->last;
    if (r->last == NULL)
        return 0;
    r->last = NULL;
    return 1;
}

void registry_drop(PyObject *item)
{
    Py_XDECREF(item);
}

PyObject *registry_fail(const char *why)
{
    PyErr_SetString(PyExc_RuntimeError, why);
    return NULL;
}

void registry_die(const char *why)
{
    Py_FatalError(why);
}

PyObject *registry_number(long n)
{
    return PyLong_FromLong(n);
}

PyObject *registry_check(PyObject *o, PyObject *mode)
{
    PyObject *answer = PyObject_CallMethod(o, "check", NULL);
    if (answer == NULL)
        return NULL;
    if (answer != Py_True) {
        Py_DECREF(answer);
        return registry_fail("no");
    }
    if (mode == Py_True)
        Py_DECREF(answer);
    return answer;                                   // Py_True, lent on purpose
}

int registry_status(PyObject *o)
{
    if (!PyDict_Check(o)) {
        PyErr_SetString(PyExc_TypeError, "not a table");
        return -1;
    }
    return 0;
}

void registry_need(PyObject *o)
{
    if (o == NULL)
        Py_FatalError("it was needed");
}

PyObject *registry_new_view(Registry *r)
{
    return r->table;
}
