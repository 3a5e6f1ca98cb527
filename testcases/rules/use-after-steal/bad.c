/* A call took the reference, and the code goes on with it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *number_list(PyObject *self, PyObject *args)
{
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "n", &n))
        return NULL;
    PyObject *list = PyList_New(1);
    if (list == NULL)
        return NULL;
    PyObject *item = PyLong_FromSsize_t(n);
    if (item == NULL || PyList_SetItem(list, n, item) < 0) {
        Py_XDECREF(item);                    // expect: RW203 'item'
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

static PyObject *one_tuple(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL) {
        Py_DECREF(text);
        return NULL;
    }
    PyTuple_SET_ITEM(tuple, 0, text);
    Py_DECREF(text);                         // expect: RW203 'text'
    return tuple;
}

/* N has taken it over. */
static PyObject *built(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Repr(arg);
    if (text == NULL)
        return NULL;
    PyObject *result = Py_BuildValue("(Ni)", text, 1);
    Py_DECREF(text);                         // expect: RW203 'text'
    return result;
}

static PyObject *same_twice(PyObject *self, PyObject *noargs)
{
    PyObject *zero = PyFloat_FromDouble(0);
    if (zero == NULL)
        return NULL;
    PyObject *pair = PyTuple_New(2);
    if (pair == NULL) {
        Py_DECREF(zero);
        return NULL;
    }
    PyTuple_SET_ITEM(pair, 0, zero);
    PyTuple_SET_ITEM(pair, 1, zero);         // expect: RW203 'zero'
    return pair;
}

/* The failed call has released the only reference. */
static PyObject *complain(PyObject *self, PyObject *args)
{
    Py_ssize_t where;
    if (!PyArg_ParseTuple(args, "n", &where))
        return NULL;
    PyObject *list = PyList_New(3);
    if (list == NULL)
        return NULL;
    PyObject *item = PyList_New(0);
    if (item == NULL) {
        Py_DECREF(list);
        return NULL;
    }
    if (PyList_SetItem(list, where, item) < 0) {
        PyErr_Format(PyExc_IndexError, "no room for %R", item); // expect: RW203 'item'
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

/* The tuple took the item along when it went. */
static PyObject *outlived(PyObject *self, PyObject *noargs)
{
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    PyObject *item = PyList_New(0);
    if (item == NULL) {
        Py_DECREF(tuple);
        return NULL;
    }
    PyTuple_SET_ITEM(tuple, 0, item);
    Py_DECREF(tuple);
    return PyLong_FromSsize_t(PyList_GET_SIZE(item)); // expect: RW203 'item'
}

static void discard(PyObject *object)
{
    Py_XDECREF(object);
}

/* The helper consumes its argument, which is stealing by another name. */
static PyObject *through_helper(PyObject *self, PyObject *noargs)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL)
        return NULL;
    discard(dict);
    Py_DECREF(dict);                         // expect: RW203 'dict'
    Py_RETURN_NONE;
}

static PyObject *after_helper(PyObject *self, PyObject *arg)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL)
        return NULL;
    discard(dict);
    return PyLong_FromSsize_t(PyDict_Size(dict)); // expect: RW203 'dict'
}

static int add_error(PyObject *module)
{
    PyObject *error = PyErr_NewException("steal.Error", NULL, NULL);
    if (error == NULL)
        return -1;
    if (PyModule_AddObject(module, "Error", error) < 0) {
        Py_DECREF(error);
        return -1;
    }
    if (PyModule_AddObject(module, "error", error) < 0) // expect: RW501 'error' is given away again
        return -1;
    return 0;
}

static PyObject *restored(PyObject *self, PyObject *noargs)
{
    PyObject *message = PyUnicode_FromString("stop");
    if (message == NULL)
        return NULL;
    PyErr_Restore(Py_NewRef(PyExc_RuntimeError), message, NULL);
    Py_DECREF(message);                      // expect: RW203 'message'
    return NULL;
}

/* The error label does not know how far the body came. */
static PyObject *pair_of(PyObject *self, PyObject *arg)
{
    PyObject *first = NULL, *second = NULL;
    PyObject *pair = PyTuple_New(2);
    if (pair == NULL)
        return NULL;
    first = PyObject_Str(arg);
    if (first == NULL)
        goto fail;
    PyTuple_SET_ITEM(pair, 0, first);
    second = PyObject_Repr(arg);
    if (second == NULL)
        goto fail;
    PyTuple_SET_ITEM(pair, 1, second);
    return pair;
fail:
    Py_XDECREF(first);                       // expect: RW203 'first'
    Py_DECREF(pair);
    return NULL;
}

static PyMethodDef methods[] = {
    {"number_list", number_list, METH_VARARGS, NULL},
    {"one_tuple", one_tuple, METH_O, NULL},
    {"built", built, METH_O, NULL},
    {"same_twice", same_twice, METH_NOARGS, NULL},
    {"complain", complain, METH_VARARGS, NULL},
    {"outlived", outlived, METH_NOARGS, NULL},
    {"restored", restored, METH_NOARGS, NULL},
    {"through_helper", through_helper, METH_NOARGS, NULL},
    {"after_helper", after_helper, METH_O, NULL},
    {"pair_of", pair_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "use_after_steal", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_use_after_steal(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (add_error(m) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
