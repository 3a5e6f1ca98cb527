/* Comments that outlived their reason, or never had one. */
#include <Python.h>

/* The bug was fixed, the comment stayed. */
PyObject *fixed(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (PyList_Append(list, arg) < 0) {
        Py_DECREF(list);
        return NULL; /* refwarden: ignore[RW101] freed at exit */ // expect: RW903 'RW101'
    }
    return list;
}

/* One of two rules is of use. */
PyObject *half_of_use(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (PyList_Append(list, arg) < 0)
        return NULL; /* refwarden: ignore[RW101, RW202] */ // expect: RW903 'RW202'
    return list;
}

PyObject *misspelt(PyObject *self, PyObject *noargs)
{
    return PyList_New(0); /* refwarden: ignore[RW1O1] */ // expect: RW903 no rule 'RW1O1'
}

PyObject *of_another_tool(PyObject *self, PyObject *noargs)
{
    return PyList_New(0); /* refwarden: ignore[nullPointer] */ // expect: RW903 no rule 'nullPointer'
}

/* The code below moved; the comment covers one line only. */
PyObject *line_moved(PyObject *self, PyObject *arg)
{
    /* refwarden: ignore[leak] */ // expect: RW903 'leak'
    if (arg == self)
        return PyLong_FromLong(0);
    return PyLong_FromLong(1);
}

/* refwarden: ignore-function[RW104] historic */ // expect: RW903 'RW104'
PyObject *above_function(PyObject *self, PyObject *noargs)
{
    return PyDict_New();
}

PyObject *in_function(PyObject *self, PyObject *arg)
{
    /* refwarden: ignore-function[RW203, release-of-borrowed] */ // expect: RW903 'RW203' // expect: RW903 'release-of-borrowed'
    return Py_NewRef(arg);
}

PyObject *every_rule(PyObject *self, PyObject *noargs)
{
    return PyTuple_New(0); /* refwarden: ignore */ // expect: RW903 the comment silences nothing
}

PyObject *empty_list(PyObject *self, PyObject *noargs)
{
    return PyTuple_New(0); /* refwarden: ignore[] */ // expect: RW903 the comment silences nothing
}

/* The leak is silenced, by the wrong name. */
PyObject *wrong_rule(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_Repr(arg);
    if (name == NULL)
        return NULL;
    return Py_NewRef(arg); /* refwarden: ignore[RW101] */ // expect: RW903 'RW101' // expect: RW102 'name'
}

#if PY_VERSION_HEX >= 0x03000000
/* This branch is the one that is compiled. */
PyObject *compiled_branch(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    return arg; /* refwarden: ignore[RW301] */ // expect: RW903 'RW301'
}
#endif

/* The same rule twice, once for nothing. */
PyObject *twice(PyObject *self, PyObject *arg)
{
    PyObject *pair = PyTuple_Pack(2, self, arg); /* refwarden: ignore[RW102] */ // expect: RW903 'RW102'
    if (pair == NULL)
        return NULL;
    return PyLong_FromLong(1); /* refwarden: ignore[RW102] kept for ever */
}

/* refwarden: ignore-file[RW409] */ // expect: RW903 'RW409'
