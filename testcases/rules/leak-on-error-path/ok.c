/* Error paths that look hasty and are correct. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *pair_of_numbers(PyObject *self, PyObject *args)
{
    long a, b;
    if (!PyArg_ParseTuple(args, "ll", &a, &b))
        return NULL;
    PyObject *first = PyLong_FromLong(a);
    PyObject *second = PyLong_FromLong(b);
    PyObject *pair = NULL;
    if (!first || !second)
        goto done;
    pair = PyTuple_Pack(2, first, second);
done:
    Py_XDECREF(first);
    Py_XDECREF(second);
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
        if (item == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

/* Whether the variable is owned depends on the branch, and a flag remembers which. */
static PyObject *as_text(PyObject *self, PyObject *arg)
{
    int own = 0;
    PyObject *bytes = arg;
    if (PyUnicode_Check(arg)) {
        bytes = PyUnicode_AsUTF8String(arg);
        if (bytes == NULL)
            return NULL;
        own = 1;
    }
    char *data;
    if (PyBytes_AsStringAndSize(bytes, &data, NULL) < 0) {
        if (own)
            Py_DECREF(bytes);
        return NULL;
    }
    PyObject *result = PyUnicode_FromString(data);
    if (own)
        Py_DECREF(bytes);
    return result;
}

/* SetItem consumes the item also when it fails. */
static PyObject *one_tuple(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    Py_INCREF(arg);
    if (PyTuple_SetItem(tuple, 0, arg) < 0) {
        Py_DECREF(tuple);
        return NULL;
    }
    return tuple;
}

/* AddObject consumes on success only. */
static int add_constant(PyObject *module, const char *name, long number)
{
    PyObject *value = PyLong_FromLong(number);
    if (value == NULL)
        return -1;
    if (PyModule_AddObject(module, name, value) < 0) {
        Py_DECREF(value);
        return -1;
    }
    return 0;
}

/* The helper takes the reference over and fails with it gone. */
static int append_and_forget(PyObject *list, PyObject *item)
{
    if (item == NULL)
        return -1;
    int rc = PyList_Append(list, item);
    Py_DECREF(item);
    return rc;
}

static PyObject *three(PyObject *self, PyObject *noargs)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (append_and_forget(list, PyLong_FromLong(1)) < 0 ||
        append_and_forget(list, PyLong_FromLong(2)) < 0 ||
        append_and_forget(list, PyUnicode_FromString("three")) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

static _Noreturn void die(const char *why)
{
    PySys_WriteStderr("%s\n", why);
    abort();
}

static PyObject *must_have(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *size = PyLong_FromLong(1);
    if (size == NULL)
        die("out of memory");
    int rc = PyList_Append(list, size);
    Py_DECREF(size);
    if (rc < 0)
        Py_CLEAR(list);
    return list;
}

#define FAIL_IF(condition) \
    do {                   \
        if (condition)     \
            goto fail;     \
    } while (0)

static PyObject *through_macros(PyObject *self, PyObject *arg)
{
    PyObject *keys = NULL, *first = NULL, *text = NULL;
    FAIL_IF((keys = PyMapping_Keys(arg)) == NULL);
    FAIL_IF((first = PySequence_GetItem(keys, 0)) == NULL);
    FAIL_IF((text = PyObject_Str(first)) == NULL);
    Py_DECREF(keys);
    Py_DECREF(first);
    return text;
fail:
    Py_XDECREF(keys);
    Py_XDECREF(first);
    Py_XDECREF(text);
    return NULL;
}

/* Each label releases what was made before the jump, and falls into the next. */
static PyObject *staircase(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_GetAttrString(arg, "name");
    if (name == NULL)
        goto no_name;
    PyObject *text = PyObject_Str(name);
    if (text == NULL)
        goto no_text;
    PyObject *upper = PyObject_CallMethod(text, "upper", NULL);
    if (upper == NULL)
        goto no_upper;
    Py_DECREF(text);
    Py_DECREF(name);
    return upper;
no_upper:
    Py_DECREF(text);
no_text:
    Py_DECREF(name);
no_name:
    return NULL;
}

static PyObject *sum_items(PyObject *self, PyObject *arg)
{
    long total = 0;
    PyObject *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    for (PyObject *item; (item = PyIter_Next(iterator)) != NULL;) {
        if (item == Py_None) {
            Py_DECREF(item);
            continue;
        }
        long value = PyLong_AsLong(item);
        Py_DECREF(item);
        if (value == -1 && PyErr_Occurred())
            break;
        total += value;
    }
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return NULL;
    return PyLong_FromLong(total);
}

/* PyErr_Restore takes all three back. */
static PyObject *keep_error(PyObject *self, PyObject *arg)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *closed = PyObject_CallMethod(arg, "close", NULL);
    if (closed == NULL) {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        return NULL;
    }
    Py_DECREF(closed);
    PyErr_Restore(type, value, traceback);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"pair_of_numbers", pair_of_numbers, METH_VARARGS, NULL},
    {"squares", squares, METH_O, NULL},
    {"as_text", as_text, METH_O, NULL},
    {"one_tuple", one_tuple, METH_O, NULL},
    {"three", three, METH_NOARGS, NULL},
    {"must_have", must_have, METH_O, NULL},
    {"through_macros", through_macros, METH_O, NULL},
    {"staircase", staircase, METH_O, NULL},
    {"sum_items", sum_items, METH_O, NULL},
    {"keep_error", keep_error, METH_O, NULL},
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
