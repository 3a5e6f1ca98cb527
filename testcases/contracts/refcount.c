/* Reference counts by hand. */
#include <Python.h>

PyObject *take_and_give(PyObject *a)
{
    Py_INCREF(a);
    PyObject *again = Py_NewRef(a);
    Py_DECREF(again);
    return a;
}

PyObject *take_what_may_be_null(PyObject *a)
{
    PyObject *again = Py_XNewRef(a);
    Py_XINCREF(again);
    Py_XDECREF(again);
    if (again == NULL)
        Py_RETURN_NONE;
    return again;
}

void functions_instead_of_macros(PyObject *a)
{
    Py_IncRef(a);
    Py_DecRef(a);
}

PyObject *clear_a_variable(PyObject *a)
{
    PyObject *text = PyObject_Str(a);
    if (text == NULL)
        return NULL;
    Py_CLEAR(text);
    if (text == NULL)
        Py_RETURN_TRUE;
    Py_RETURN_FALSE;
}

PyObject *replace_a_variable(PyObject *a)
{
    PyObject *value = PyList_New(0);
    if (value == NULL)
        return NULL;
    Py_SETREF(value, Py_NewRef(a));
    Py_XSETREF(value, Py_NewRef(a));
    return value;
}

int compare_and_look(PyObject *a, PyObject *b)
{
    if (Py_Is(a, b) || Py_IsNone(a) || Py_IsTrue(a) || Py_IsFalse(a))
        return Py_REFCNT(a) > 1;
    return Py_IS_TYPE(a, Py_TYPE(b)) && Py_SIZE(a) == Py_SIZE(b);
}

/* Counting by hand: what becomes of the object is not followed. */
PyObject *revive(PyObject *from_free_list)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    Py_SET_REFCNT(list, Py_REFCNT(list) + 1);
    _Py_NewReference(from_free_list);
    return from_free_list;
}

PyObject *new_ref_is_owned(void)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *again = Py_NewRef(list);
    Py_DECREF(list);
    if (PyObject_IsTrue(again) < 0)
        return NULL;                         // expect: RW101 'list'
    return again;
}
