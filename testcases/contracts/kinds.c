/* What a function makes is of a known type: asking for it again has one answer. */
#include <Python.h>

PyObject *asked_for_its_own_type(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);

    if (list == NULL)
        return NULL;
    if (!PyList_Check(list))
        return NULL;
    return list;
}

PyObject *asked_for_another_type(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);

    if (list == NULL)
        return NULL;
    if (PyTuple_CheckExact(list) || PyUnicode_Check(list))
        return NULL;
    return list;
}

PyObject *text_may_be_of_a_subtype(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);

    if (text == NULL)
        return NULL;
    if (!PyUnicode_CheckExact(text))
        return NULL; // expect: RW101 'text' leaks
    return text;
}

PyObject *item_may_be_anything(PyObject *self, PyObject *arg)
{
    PyObject *item = PyObject_GetIter(arg);

    if (item == NULL)
        return NULL;
    if (!PyList_Check(item))
        return NULL; // expect: RW101 'item' leaks
    return item;
}

/* None is no list, and an item of a set may be None. */
PyObject *popped(PyObject *self, PyObject *set)
{
    PyObject *item = PySet_Pop(set);

    if (item == NULL)
        return NULL;
    if (item == Py_None)
        return PyErr_NoMemory(); // expect: RW101 'item' leaks
    return item;
}
