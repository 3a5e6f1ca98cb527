/* What a function had made when something failed, and forgot on the way out. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *pair_of_numbers(PyObject *self, PyObject *args)
{
    long a, b;
    if (!PyArg_ParseTuple(args, "ll", &a, &b))
        return NULL;
    PyObject *first = PyLong_FromLong(a);
    if (first == NULL)
        return NULL;
    PyObject *second = PyLong_FromLong(b);
    if (second == NULL)
        return NULL;                         // expect: RW101 'first'
    PyObject *pair = PyTuple_Pack(2, first, second);
    Py_DECREF(first);
    Py_DECREF(second);
    return pair;
}

static PyObject *squares(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PyLong_AsSsize_t(arg);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    PyObject *list = PyList_New(n);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyLong_FromSsize_t(i * i);
        if (item == NULL)
            return NULL;                     // expect: RW101 'list'
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

/* The label releases the dict, but not the key that was made last. */
static PyObject *count_words(PyObject *self, PyObject *arg)
{
    PyObject *key = NULL;
    PyObject *dict = PyDict_New();
    if (dict == NULL)
        return NULL;
    Py_ssize_t n = PyObject_Length(arg);
    if (n < 0)
        goto fail;
    key = PyUnicode_FromString("words");
    if (key == NULL)
        goto fail;
    PyObject *value = PyLong_FromSsize_t(n);
    if (value == NULL)
        goto fail;
    int rc = PyDict_SetItem(dict, key, value);
    Py_DECREF(value);
    if (rc < 0)
        goto fail;
    Py_DECREF(key);
    return dict;
fail:
    Py_DECREF(dict);
    return NULL;                             // expect: RW101 'key'
}

static PyObject *divmod_checked(PyObject *self, PyObject *args)
{
    long a, b;
    if (!PyArg_ParseTuple(args, "ll", &a, &b))
        return NULL;
    PyObject *result = PyTuple_New(2);
    if (result == NULL)
        return NULL;
    if (b == 0) {
        PyErr_SetString(PyExc_ZeroDivisionError, "division by zero");
        return NULL;                         // expect: RW101 'result'
    }
    PyObject *quotient = PyLong_FromLong(a / b);
    PyObject *rest = PyLong_FromLong(a % b);
    if (!quotient || !rest) {
        Py_XDECREF(quotient);
        Py_XDECREF(rest);
        Py_DECREF(result);
        return NULL;
    }
    PyTuple_SET_ITEM(result, 0, quotient);
    PyTuple_SET_ITEM(result, 1, rest);
    return result;
}

/* Taking a reference early makes every check after it an error path that must give it back. */
static PyObject *require_str(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    if (!PyUnicode_Check(arg)) {
        PyErr_SetString(PyExc_TypeError, "str expected");
        return NULL;                         // expect: RW101 'arg'
    }
    return arg;
}

static PyObject *sum_items(PyObject *self, PyObject *arg)
{
    long total = 0;
    PyObject *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    PyObject *item;
    while ((item = PyIter_Next(iterator)) != NULL) {
        long value = PyLong_AsLong(item);
        Py_DECREF(item);
        if (value == -1 && PyErr_Occurred())
            return NULL;                     // expect: RW101 'iterator'
        total += value;
    }
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return NULL;
    return PyLong_FromLong(total);
}

static int add_constant(PyObject *module, const char *name, long number)
{
    PyObject *value = PyLong_FromLong(number);
    if (value == NULL)
        return -1;
    if (PyModule_AddObject(module, name, value) < 0)
        return -1;                           // expect: RW501 'value' leaks
    return 0;
}

static PyObject *with_buffer(PyObject *self, PyObject *arg)
{
    PyObject *bytes = PyObject_Bytes(arg);
    if (bytes == NULL)
        return NULL;
    char *copy = PyMem_Malloc(PyBytes_GET_SIZE(bytes) + 1);
    if (copy == NULL)
        return PyErr_NoMemory();             // expect: RW101 'bytes'
    memcpy(copy, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes) + 1);
    Py_DECREF(bytes);
    PyObject *text = PyUnicode_FromString(copy);
    PyMem_Free(copy);
    return text;
}

/* The converter's first result is owned by the time the second one fails. */
static int load_pair(PyObject *source, PyObject **name, PyObject **value)
{
    *name = PyObject_GetAttrString(source, "name");
    if (*name == NULL)
        return -1;
    *value = PyObject_GetAttrString(source, "value");
    if (*value == NULL) {
        Py_CLEAR(*name);
        return -1;
    }
    return 0;
}

static PyObject *compare_pair(PyObject *self, PyObject *arg)
{
    PyObject *name, *value;
    if (load_pair(arg, &name, &value) < 0)
        return NULL;
    int same = PyObject_RichCompareBool(name, value, Py_EQ);
    Py_DECREF(value);
    if (same < 0)
        return NULL;                         // expect: RW101 'name'
    Py_DECREF(name);
    return PyBool_FromLong(same);
}

/* The second of two allocations fails, and the first is forgotten. */
static PyObject *table_and_order(PyObject *self, PyObject *noargs)
{
    PyObject *table = PyDict_New();
    if (table == NULL)
        return NULL;
    PyObject *order = PyList_New(0);
    if (order == NULL)
        return NULL;                         // expect: RW101 'table'
    return Py_BuildValue("(NN)", table, order);
}

/* The write fails and its stream stays open. */
static PyObject *write_text(PyObject *self, PyObject *args)
{
    PyObject *opener, *text;
    if (!PyArg_ParseTuple(args, "OU", &opener, &text))
        return NULL;
    PyObject *stream = PyObject_CallNoArgs(opener);
    if (stream == NULL)
        return NULL;
    PyObject *written = PyObject_CallMethod(stream, "write", "O", text);
    if (written == NULL)
        return NULL;                         // expect: RW101 'stream'
    Py_DECREF(stream);
    return written;
}

static PyMethodDef methods[] = {
    {"pair_of_numbers", pair_of_numbers, METH_VARARGS, NULL},
    {"squares", squares, METH_O, NULL},
    {"count_words", count_words, METH_O, NULL},
    {"divmod_checked", divmod_checked, METH_VARARGS, NULL},
    {"require_str", require_str, METH_O, NULL},
    {"sum_items", sum_items, METH_O, NULL},
    {"with_buffer", with_buffer, METH_O, NULL},
    {"compare_pair", compare_pair, METH_O, NULL},
    {"table_and_order", table_and_order, METH_NOARGS, NULL},
    {"write_text", write_text, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "leak_on_error_path", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_leak_on_error_path(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (add_constant(m, "LIMIT", 64) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
