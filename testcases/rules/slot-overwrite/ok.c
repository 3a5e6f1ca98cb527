/* Slots are filled once, or emptied before, or set by a function that releases. */
#include <Python.h>

static PyObject *each_once(PyObject *self, PyObject *arg)
{
    PyObject *triple = PyTuple_New(3);

    if (triple == NULL)
        return NULL;
    PyTuple_SET_ITEM(triple, 0, Py_NewRef(arg));
    PyTuple_SET_ITEM(triple, 1, Py_NewRef(Py_None));
    PyTuple_SET_ITEM(triple, 2, Py_NewRef(arg));
    return triple;
}

static PyObject *either_or(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(1);

    if (list == NULL)
        return NULL;
    if (PyUnicode_Check(arg))
        PyList_SET_ITEM(list, 0, Py_NewRef(arg));
    else
        PyList_SET_ITEM(list, 0, Py_NewRef(Py_None));
    return list;
}

static PyObject *loop_fills(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PyTuple_GET_SIZE(arg);
    PyObject *list = PyList_New(n);

    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *number = PyLong_FromSsize_t(i);
        if (number == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, number);
    }
    return list;
}

static PyObject *running_index(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PyTuple_New(4);
    Py_ssize_t n = 0;

    if (tuple == NULL)
        return NULL;
    PyTuple_SET_ITEM(tuple, n++, Py_NewRef(arg));
    PyTuple_SET_ITEM(tuple, n++, Py_NewRef(arg));
    PyTuple_SET_ITEM(tuple, n++, Py_NewRef(arg));
    PyTuple_SET_ITEM(tuple, n++, Py_NewRef(Py_None));
    return tuple;
}

/* the old item is taken out and released afterwards */
static PyObject *exchanges(PyObject *self, PyObject *list)
{
    PyObject *old, *number = PyLong_FromLong(1000);

    if (number == NULL || PyList_GET_SIZE(list) == 0)
        return number;
    old = PyList_GET_ITEM(list, 0);
    PyList_SET_ITEM(list, 0, number);
    Py_DECREF(old);
    Py_RETURN_NONE;
}

/* the result of the last call is used again, as zip and enumerate do */
static PyObject *reuses_result(PyObject *pair, PyObject *item)
{
    PyObject *old;

    if (Py_REFCNT(pair) == 1) {
        Py_INCREF(pair);
        old = PyTuple_GET_ITEM(pair, 1);
        PyTuple_SET_ITEM(pair, 1, Py_NewRef(item));
        Py_DECREF(old);
        return pair;
    }
    return PyTuple_Pack(2, item, item);
}

/* a function that releases what was there */
static PyObject *function_releases(PyObject *self, PyObject *arg)
{
    PyObject *list = PySequence_List(arg);

    if (list == NULL)
        return NULL;
    if (PyList_SetItem(list, 0, PyLong_FromLong(1000)) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

/* a helper fills the tuple that its caller made */
static int fill_pair(PyObject *pair, long a, long b)
{
    PyObject *first = PyLong_FromLong(a), *second = PyLong_FromLong(b);

    if (first == NULL || second == NULL) {
        Py_XDECREF(first);
        Py_XDECREF(second);
        return -1;
    }
    PyTuple_SET_ITEM(pair, 0, first);
    PyTuple_SET_ITEM(pair, 1, second);
    return 0;
}

static PyObject *filled_by_helper(PyObject *self, PyObject *arg)
{
    PyObject *pair = PyTuple_New(2);

    if (pair != NULL && fill_pair(pair, 1000, 2000) < 0)
        Py_CLEAR(pair);
    return pair;
}

/* a new tuple in each turn */
static PyObject *new_in_each_turn(PyObject *self, PyObject *callable)
{
    for (int i = 0; i < 3; i++) {
        PyObject *args = PyTuple_New(1), *result;
        if (args == NULL)
            return NULL;
        PyTuple_SET_ITEM(args, 0, Py_NewRef(callable));
        result = PyObject_CallObject(callable, args);
        Py_DECREF(args);
        if (result == NULL)
            return NULL;
        Py_DECREF(result);
    }
    Py_RETURN_NONE;
}

/* the first half is filled, the rest appended */
static PyObject *filled_and_appended(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(1);

    if (list == NULL)
        return NULL;
    PyList_SET_ITEM(list, 0, Py_NewRef(arg));
    if (PyList_Append(list, Py_None) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

/* the item is moved out, and NULL left behind */
static PyObject *moves_out(PyObject *self, PyObject *arg)
{
    PyObject *args = PyTuple_New(1), *item;

    if (args == NULL)
        return NULL;
    PyTuple_SET_ITEM(args, 0, Py_NewRef(arg));
    item = PyTuple_GET_ITEM(args, 0);
    PyTuple_SET_ITEM(args, 0, NULL);
    Py_DECREF(item);
    PyTuple_SET_ITEM(args, 0, Py_NewRef(Py_None));
    return args;
}

/* fields of a struct sequence through a counter that a macro moves */
static PyTypeObject *status_type;

#define SET(value) PyStructSequence_SET_ITEM(status, at++, (value))

static PyObject *struct_sequence(PyObject *self, PyObject *arg)
{
    PyObject *status = PyStructSequence_New(status_type);
    int at = 0;

    if (status == NULL)
        return NULL;
    SET(PyLong_FromLong(1000));
    SET(PyLong_FromLong(2000));
    SET(Py_NewRef(arg));
    return status;
}

static PyMethodDef methods[] = {
    {"each_once", each_once, METH_O, NULL},
    {"either_or", either_or, METH_O, NULL},
    {"loop_fills", loop_fills, METH_O, NULL},
    {"running_index", running_index, METH_O, NULL},
    {"exchanges", exchanges, METH_O, NULL},
    {"reuses_result", reuses_result, METH_O, NULL},
    {"function_releases", function_releases, METH_O, NULL},
    {"filled_by_helper", filled_by_helper, METH_O, NULL},
    {"new_in_each_turn", new_in_each_turn, METH_O, NULL},
    {"filled_and_appended", filled_and_appended, METH_O, NULL},
    {"moves_out", moves_out, METH_O, NULL},
    {"struct_sequence", struct_sequence, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

PyMethodDef *module_methods(void) { return methods; }
