/* Dictionaries, sets and the mapping protocol. */
#include <Python.h>

PyObject *store_and_look_up(PyObject *key)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL)
        return NULL;
    PyObject *value = PyLong_FromLong(1);
    if (value == NULL || PyDict_SetItem(dict, key, value) < 0 ||
        PyDict_SetItemString(dict, "one", value) < 0) {
        Py_XDECREF(value);
        Py_DECREF(dict);
        return NULL;
    }
    Py_DECREF(value);
    value = PyDict_GetItemWithError(dict, key);
    if (value == NULL && PyErr_Occurred()) {
        Py_DECREF(dict);
        return NULL;
    }
    return dict;
}

PyObject *set_item_keeps_and_leaks(PyObject *dict)
{
    PyObject *value = PyLong_FromLong(7);
    if (value == NULL)
        return NULL;
    if (PyDict_SetItemString(dict, "seven", value) < 0) {
        Py_DECREF(value);
        return NULL;
    }
    Py_RETURN_NONE;                          // expect: RW102 'value'
}

PyObject *get_item_borrows(PyObject *dict, PyObject *key)
{
    PyObject *value = PyDict_GetItem(dict, key);
    if (value == NULL)
        value = PyDict_GetItemString(dict, "default");
    if (value == NULL)
        Py_RETURN_NONE;
    return Py_NewRef(value);
}

PyObject *get_item_is_returned_as_it_is(PyObject *dict)
{
    PyObject *value = PyDict_GetItemString(dict, "default");
    if (value == NULL)
        Py_RETURN_NONE;
    return value;                            // expect: RW301 'value'
}

PyObject *set_default(PyObject *dict, PyObject *key)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *kept = PyDict_SetDefault(dict, key, list);
    Py_XINCREF(kept);
    Py_DECREF(list);
    return kept;
}

PyObject *walk(PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t position = 0, n = 0;
    while (PyDict_Next(dict, &position, &key, &value))
        n += PyUnicode_Check(key) && PyLong_Check(value);
    return PyLong_FromSsize_t(n);
}

PyObject *copies(PyObject *dict)
{
    PyObject *copy = PyDict_Copy(dict);
    if (copy == NULL)
        return NULL;
    if (PyDict_Update(copy, dict) < 0 || PyDict_Merge(copy, dict, 1) < 0) {
        Py_DECREF(copy);
        return NULL;
    }
    PyObject *keys = PyDict_Keys(copy);
    PyDict_Clear(copy);
    Py_DECREF(copy);
    return keys;
}

PyObject *remove_from(PyObject *dict, PyObject *key)
{
    int found = PyDict_Contains(dict, key);
    if (found < 0 || (found && PyDict_DelItem(dict, key) < 0))
        return NULL;
    return PyLong_FromSsize_t(PyDict_Size(dict));
}

PyObject *proxy(PyObject *dict)
{
    return PyDictProxy_New(dict);
}

PyObject *sets(PyObject *key)
{
    PyObject *set = PySet_New(NULL);
    if (set == NULL)
        return NULL;
    if (PySet_Add(set, key) < 0 || PySet_Discard(set, Py_None) < 0 || PySet_Size(set) < 0) {
        Py_DECREF(set);
        return NULL;
    }
    PyObject *last = PySet_Pop(set);
    Py_DECREF(set);
    return last;
}

PyObject *mappings(PyObject *a, PyObject *key)
{
    if (!PyMapping_Check(a) || !PyMapping_HasKey(a, key))
        Py_RETURN_NONE;
    PyObject *value = PyMapping_GetItemString(a, "x");
    if (value == NULL)
        return NULL;
    int rc = PyMapping_SetItemString(a, "y", value);
    Py_DECREF(value);
    return rc < 0 ? NULL : PyMapping_Items(a);
}
