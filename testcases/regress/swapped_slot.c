/* An item taken out of a slot is owned from then on, if and only if something else went in. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *source;
    PyObject *result; /* used again while nobody else holds it */
    Py_ssize_t count;
} Pairs;

static PyObject *pairs_next(PyObject *op)
{
    Pairs *self = (Pairs *)op;
    PyObject *result = self->result;
    PyObject *item = PyIter_Next(self->source);
    if (item == NULL)
        return NULL;
    PyObject *index = PyLong_FromSsize_t(self->count++);
    if (index == NULL) {
        Py_DECREF(item);
        return NULL;
    }
    if (Py_REFCNT(result) != 1) {
        result = PyTuple_Pack(2, index, item);
        Py_DECREF(index);
        Py_DECREF(item);
        return result;
    }
    Py_INCREF(result);
    PyObject *old_index = PyTuple_GET_ITEM(result, 0);
    PyObject *old_item = PyTuple_GET_ITEM(result, 1);
    PyTuple_SET_ITEM(result, 0, index);
    PyTuple_SET_ITEM(result, 1, item);
    Py_DECREF(old_index);
    Py_DECREF(old_item);
    return result;
}

/* Interning in place. */
static int intern_names(PyObject *names)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i);
        PyObject *text = PyObject_Str(name);
        if (text == NULL)
            return -1;
        PyUnicode_InternInPlace(&text);
        PyTuple_SET_ITEM(names, i, text);
        Py_DECREF(name);
    }
    return 0;
}

static PyObject *interned(PyObject *self, PyObject *arg)
{
    PyObject *names = PySequence_Tuple(arg);
    if (names == NULL)
        return NULL;
    if (intern_names(names) < 0) {
        Py_DECREF(names);
        return NULL;
    }
    return names;
}

/* Two slots exchange what they hold: no count changes. */
static PyObject *reverse(PyObject *self, PyObject *arg)
{
    if (!PyList_CheckExact(arg)) {
        PyErr_SetString(PyExc_TypeError, "list expected");
        return NULL;
    }
    for (Py_ssize_t i = 0, j = PyList_GET_SIZE(arg) - 1; i < j; i++, j--) {
        PyObject *left = PyList_GET_ITEM(arg, i);
        PyObject *right = PyList_GET_ITEM(arg, j);
        PyList_SET_ITEM(arg, i, right);
        PyList_SET_ITEM(arg, j, left);
    }
    Py_RETURN_NONE;
}

/* The item that is taken out is the result. */
static PyObject *exchange(PyObject *self, PyObject *args)
{
    PyObject *list, *value;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &value))
        return NULL;
    if (PyList_GET_SIZE(list) == 0) {
        PyErr_SetString(PyExc_IndexError, "empty");
        return NULL;
    }
    PyObject *old = PyList_GET_ITEM(list, 0);
    Py_INCREF(value);
    PyList_SET_ITEM(list, 0, value);
    return old;
}

/* ---- the same without the exchange */

static PyObject *drop_first(PyObject *self, PyObject *arg)
{
    PyObject *names = PySequence_Tuple(arg);
    if (names == NULL)
        return NULL;
    if (PyTuple_GET_SIZE(names) > 0) {
        PyObject *first = PyTuple_GET_ITEM(names, 0);
        Py_DECREF(first);                    // expect: RW204 'first'
    }
    return names;
}

/* Only one of the two was replaced. */
static PyObject *pairs_renew(PyObject *op, PyObject *arg)
{
    Pairs *self = (Pairs *)op;
    PyObject *index = PyTuple_GET_ITEM(self->result, 0);
    PyObject *item = PyTuple_GET_ITEM(self->result, 1);
    Py_INCREF(arg);
    PyTuple_SET_ITEM(self->result, 1, arg);
    Py_DECREF(item);
    Py_DECREF(index);                        // expect-todo: RW204 'index'
    Py_RETURN_NONE;
}

/* What went in was not owned, so the exchange took a reference from the caller. */
static PyObject *exchange_unowned(PyObject *self, PyObject *args)
{
    PyObject *list, *value;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &value))
        return NULL;
    PyObject *old = PyList_GET_ITEM(list, 0);
    PyList_SET_ITEM(list, 0, value);         // expect-todo: RW204 'value'
    return old;
}

static PyObject *released_twice(PyObject *self, PyObject *args)
{
    PyObject *list, *value;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &value))
        return NULL;
    PyObject *old = PyList_GET_ITEM(list, 0);
    Py_INCREF(value);
    PyList_SET_ITEM(list, 0, value);
    Py_DECREF(old);
    Py_DECREF(old);                          // expect: RW204 'old'
    Py_RETURN_NONE;
}

static PyMethodDef pairs_methods[] = {
    {"renew", pairs_renew, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject Pairs_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "swapped_slot.Pairs",
    .tp_basicsize = sizeof(Pairs),
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = pairs_next,
    .tp_methods = pairs_methods,
};

static PyMethodDef methods[] = {
    {"interned", interned, METH_O, NULL},
    {"reverse", reverse, METH_O, NULL},
    {"exchange", exchange, METH_VARARGS, NULL},
    {"drop_first", drop_first, METH_O, NULL},
    {"exchange_unowned", exchange_unowned, METH_VARARGS, NULL},
    {"released_twice", released_twice, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
