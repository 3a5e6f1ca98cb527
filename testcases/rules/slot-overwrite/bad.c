/* A slot that holds an item is set by a macro that does not release it. */
#include <Python.h>

/* the slot was set a few lines before */
static PyObject *set_twice(PyObject *self, PyObject *arg)
{
    PyObject *pair = PyTuple_New(2), *first;

    if (pair == NULL)
        return NULL;
    PyTuple_SET_ITEM(pair, 0, Py_NewRef(arg));
    PyTuple_SET_ITEM(pair, 1, Py_NewRef(arg));
    first = PyObject_Repr(arg);
    if (first == NULL) {
        Py_DECREF(pair);
        return NULL;
    }
    PyTuple_SET_ITEM(pair, 0, first); // expect: RW105 a slot of 'pair' is overwritten: PyTuple_SET_ITEM()
    return pair;
}

/* a default is replaced when there is something better */
static PyObject *replaces_default(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(1);

    if (list == NULL)
        return NULL;
    PyList_SET_ITEM(list, 0, PyUnicode_FromString("default"));
    if (PyUnicode_Check(arg))
        PyList_SET_ITEM(list, 0, Py_NewRef(arg)); // expect: RW105 a slot of 'list' is overwritten
    return list;
}

/* a list that was appended to */
static PyObject *after_append(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0), *text;

    if (list == NULL)
        return NULL;
    if (PyList_Append(list, arg) < 0 || (text = PyObject_Str(arg)) == NULL) {
        Py_DECREF(list);
        return NULL;
    }
    PyList_SET_ITEM(list, 0, text); // expect: RW105 a slot of 'list' is overwritten
    return list;
}

/* a copy has all its items */
static PyObject *copy_of_a_sequence(PyObject *self, PyObject *arg)
{
    PyObject *list = PySequence_List(arg);

    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++)
        PyList_SET_ITEM(list, i, PyLong_FromSsize_t(i)); // expect: RW105 a slot of 'list' is overwritten
    return list;
}

/* a packed tuple as well */
static PyObject *packed(PyObject *self, PyObject *arg)
{
    PyObject *pair = PyTuple_Pack(2, arg, Py_None), *hash;

    if (pair == NULL)
        return NULL;
    hash = PyObject_Repr(arg);
    if (hash == NULL) {
        Py_DECREF(pair);
        return NULL;
    }
    PyTuple_SET_ITEM(pair, 1, hash); // expect: RW105 a slot of 'pair' is overwritten
    return pair;
}

/* the keys of a dict */
static PyObject *keys_of_a_dict(PyObject *self, PyObject *dict)
{
    PyObject *keys = PyDict_Keys(dict);

    if (keys == NULL)
        return NULL;
    if (PyList_GET_SIZE(keys) > 0)
        PyList_SET_ITEM(keys, 0, Py_NewRef(Py_None)); // expect: RW105 a slot of 'keys' is overwritten
    return keys;
}

/* a list of the caller */
static PyObject *fills_argument(PyObject *self, PyObject *list)
{
    if (!PyList_CheckExact(list) || PyList_GET_SIZE(list) == 0) {
        PyErr_SetString(PyExc_TypeError, "a list with an item is needed");
        return NULL;
    }
    PyList_SET_ITEM(list, 0, PyLong_FromLong(1000)); // expect: RW105 a slot of 'list' is overwritten
    Py_RETURN_NONE;
}

/* the same, taken from the arguments */
static PyObject *fills_parsed_argument(PyObject *self, PyObject *args)
{
    PyObject *list;
    Py_ssize_t at;

    if (!PyArg_ParseTuple(args, "O!n", &PyList_Type, &list, &at))
        return NULL;
    if (at < 0 || at >= PyList_GET_SIZE(list))
        return PyErr_Format(PyExc_IndexError, "no item %zd", at);
    PyList_SET_ITEM(list, at, PyLong_FromSsize_t(at)); // expect: RW105 a slot of 'list' is overwritten
    Py_RETURN_NONE;
}

/* in each turn of a loop */
static PyObject *in_a_loop(PyObject *self, PyObject *arg)
{
    PyObject *args = PyTuple_New(1);
    Py_ssize_t n = PyTuple_GET_SIZE(arg);

    if (args == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyTuple_SET_ITEM(args, 0, PyLong_FromSsize_t(i)); // expect: RW105 a slot of 'args' is overwritten
        PyObject *result = PyObject_CallObject(self, args);
        if (result == NULL)
            break;
        Py_DECREF(result);
    }
    Py_DECREF(args);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

/* a field of a struct sequence */
static PyTypeObject *status_type;

static PyObject *field_set_twice(PyObject *self, PyObject *arg)
{
    PyObject *status = PyStructSequence_New(status_type);

    if (status == NULL)
        return NULL;
    PyStructSequence_SET_ITEM(status, 0, Py_NewRef(arg));
    PyStructSequence_SET_ITEM(status, 1, Py_NewRef(arg));
    PyStructSequence_SET_ITEM(status, 1, Py_NewRef(Py_None)); // expect: RW105 a slot of 'status' is overwritten
    return status;
}

/* filled by the function that checks, then by the macro that does not */
static PyObject *checked_then_not(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(1);

    if (list == NULL)
        return NULL;
    if (PyList_SetItem(list, 0, Py_NewRef(arg)) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    PyList_SET_ITEM(list, 0, PyObject_Type(arg)); // expect: RW105 a slot of 'list' is overwritten
    return list;
}

static PyMethodDef methods[] = {
    {"set_twice", set_twice, METH_O, NULL},
    {"replaces_default", replaces_default, METH_O, NULL},
    {"after_append", after_append, METH_O, NULL},
    {"copy_of_a_sequence", copy_of_a_sequence, METH_O, NULL},
    {"packed", packed, METH_O, NULL},
    {"keys_of_a_dict", keys_of_a_dict, METH_O, NULL},
    {"fills_argument", fills_argument, METH_O, NULL},
    {"fills_parsed_argument", fills_parsed_argument, METH_VARARGS, NULL},
    {"in_a_loop", in_a_loop, METH_O, NULL},
    {"field_set_twice", field_set_twice, METH_O, NULL},
    {"checked_then_not", checked_then_not, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

PyMethodDef *module_methods(void) { return methods; }
