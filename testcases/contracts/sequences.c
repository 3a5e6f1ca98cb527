/* Lists, tuples, slices and the sequence protocol. */
#include <Python.h>
#include <structseq.h>

PyObject *fill_list(Py_ssize_t n)
{
    PyObject *list = PyList_New(n);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyLong_FromSsize_t(i);
        if (item == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

PyObject *set_item_steals_also_on_failure(PyObject *list, PyObject *a)
{
    Py_INCREF(a);
    if (PyList_SetItem(list, 0, a) < 0)
        return NULL;
    Py_RETURN_NONE;
}

PyObject *append_keeps(PyObject *list)
{
    PyObject *item = PyLong_FromLong(1);
    if (item == NULL)
        return NULL;
    int rc = PyList_Append(list, item);
    if (rc == 0)
        rc = PyList_Insert(list, 0, item);
    Py_DECREF(item);
    if (rc < 0 || PyList_Sort(list) < 0 || PyList_Reverse(list) < 0)
        return NULL;
    return PyList_AsTuple(list);
}

PyObject *append_keeps_and_leaks(PyObject *list)
{
    PyObject *item = PyLong_FromLong(1);
    if (item == NULL)
        return NULL;
    if (PyList_Append(list, item) < 0) {
        Py_DECREF(item);
        return NULL;
    }
    Py_RETURN_NONE;                          // expect: RW102 'item'
}

PyObject *get_item_borrows(PyObject *list)
{
    Py_ssize_t n = PyList_Size(list);
    if (n < 0)
        return NULL;
    PyObject *item = PyList_GetItem(list, n - 1);
    if (item == NULL)
        return NULL;
    return Py_NewRef(item);
}

PyObject *pair(PyObject *a, PyObject *b)
{
    PyObject *tuple = PyTuple_New(2);
    if (tuple == NULL)
        return NULL;
    PyTuple_SET_ITEM(tuple, 0, Py_NewRef(a));
    if (PyTuple_SetItem(tuple, 1, Py_NewRef(b)) < 0) {
        Py_DECREF(tuple);
        return NULL;
    }
    return tuple;
}

PyObject *shrink(PyObject *a)
{
    PyObject *tuple = PyTuple_New(2);
    if (tuple == NULL)
        return NULL;
    PyTuple_SET_ITEM(tuple, 0, Py_NewRef(a));
    if (_PyTuple_Resize(&tuple, 1) < 0)
        return NULL;
    return tuple;
}

PyObject *first_of_tuple(PyObject *tuple)
{
    if (!PyTuple_Check(tuple) || PyTuple_GET_SIZE(tuple) == 0)
        return PyTuple_GetSlice(tuple, 0, 1);
    return Py_NewRef(PyTuple_GET_ITEM(tuple, 0));
}

PyObject *fast(PyObject *a)
{
    PyObject *sequence = PySequence_Fast(a, "not a sequence");
    if (sequence == NULL)
        return NULL;
    PyObject *last = Py_None;
    PyObject **items = PySequence_Fast_ITEMS(sequence);
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence); i++)
        last = items[i];
    Py_INCREF(last);
    Py_DECREF(sequence);
    return last;
}

PyObject *protocol(PyObject *a, PyObject *b)
{
    Py_ssize_t n = PySequence_Size(a);
    if (n < 0)
        return NULL;
    PyObject *item = PySequence_GetItem(a, 0);
    if (item == NULL)
        return NULL;
    int rc = PySequence_SetItem(a, 0, item);
    Py_DECREF(item);
    if (rc < 0)
        return NULL;
    rc = PySequence_Contains(a, b);
    if (rc < 0)
        return NULL;
    return rc ? PySequence_Concat(a, b) : PySequence_List(a);
}

PyObject *slice_of(PyObject *slice, PyObject *list)
{
    Py_ssize_t start, stop, step;
    if (!PySlice_Check(slice))
        return PySlice_New(slice, NULL, NULL);
    if (PySlice_Unpack(slice, &start, &stop, &step) < 0)
        return NULL;
    PySlice_AdjustIndices(PyList_GET_SIZE(list), &start, &stop, step);
    if (PySlice_GetIndices(slice, 3, &start, &stop, &step) < 0)
        PyErr_Clear();
    return PyList_GetSlice(list, start, stop);
}

PyObject *record(PyTypeObject *type, PyObject *a)
{
    PyObject *r = PyStructSequence_New(type);
    if (r == NULL)
        return NULL;
    PyStructSequence_SetItem(r, 0, Py_NewRef(a));
    return r;
}
