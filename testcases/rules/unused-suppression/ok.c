/* Comments that are of use, or about which nothing can be said. */
#include <Python.h>

PyObject *of_use(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (PyList_Append(list, arg) < 0)
        return NULL; /* refwarden: ignore[RW101] the process ends */
    return list;
}

PyObject *on_the_line_above(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_Repr(arg);
    if (name == NULL)
        return NULL;
    // refwarden: ignore[leak] pinned on purpose
    return Py_NewRef(arg);
}

PyObject *by_name_and_code(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_Repr(arg);
    if (name == NULL)
        return NULL;
    return Py_NewRef(arg); /* refwarden: ignore[rw102] codes in any case */
}

/* refwarden: ignore-function[RW101, RW104] never called twice */
PyObject *whole_function(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (PyList_Append(list, arg) < 0)
        return NULL;
    PyObject_Repr(arg);
    return list;
}

PyObject *any_rule(PyObject *self, PyObject *noargs)
{
    PyList_New(0); /* refwarden: ignore */
    return PyLong_FromLong(1);
}

/* Used on other platforms, and says so. */
PyObject *says_so_itself(PyObject *self, PyObject *noargs)
{
    return PyList_New(0); /* refwarden: ignore[RW101, RW903] leaks on Windows only */
}

#ifdef MS_WINDOWS
PyObject *not_compiled(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Py_INCREF(arg);
    return arg; /* refwarden: ignore[RW102] */
}
#endif

PyObject *branch_not_compiled(PyObject *self, PyObject *arg)
{
#if PY_VERSION_HEX < 0x03000000
    Py_INCREF(arg);
    Py_INCREF(arg); /* refwarden: ignore[RW102] a single instance */
#endif
    return Py_NewRef(arg);
}

PyObject *in_a_text(PyObject *self, PyObject *noargs)
{
    return PyUnicode_FromString("refwarden: ignore[RW101] is no comment");
}

PyObject *about_the_tool(PyObject *self, PyObject *noargs)
{
    /* what refwarden finds here would be a mistake of ours */
    return PyList_New(0);
}

/* One place, several findings: both are silenced. */
PyObject *two_at_once(PyObject *self, PyObject *arg)
{
    PyObject *a = PyList_New(0), *b = PyDict_New();
    if (a == NULL || b == NULL) {
        Py_XDECREF(a);
        Py_XDECREF(b);
        return NULL;
    }
    return Py_NewRef(arg); /* refwarden: ignore[RW102] both */
}

/* refwarden: ignore-file[RW103] the cache below is replaced once */
static PyObject *cache;

PyObject *replaces(PyObject *self, PyObject *noargs)
{
    PyObject *first = PyList_New(0);
    first = PyList_New(1);
    Py_XSETREF(cache, first);
    return PyLong_FromLong(1);
}
