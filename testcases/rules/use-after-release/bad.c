/* The last look at an object comes after its release. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdio.h>

static PyObject *remove_file(PyObject *self, PyObject *arg)
{
    PyObject *bytes = PyUnicode_AsUTF8String(arg);
    if (bytes == NULL)
        return NULL;
    const char *path = PyBytes_AS_STRING(bytes);
    Py_DECREF(bytes);
    if (remove(path) != 0)                   // expect: RW202
        return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

static PyObject *size_of_copy(PyObject *self, PyObject *arg)
{
    PyObject *copy = PySequence_List(arg);
    if (copy == NULL)
        return NULL;
    Py_DECREF(copy);
    return PyLong_FromSsize_t(PyList_GET_SIZE(copy)); // expect: RW202 'copy'
}

/* The item lives in the list, and the list is gone. */
static PyObject *first_of_new(PyObject *self, PyObject *arg)
{
    PyObject *list = PySequence_List(arg);
    if (list == NULL)
        return NULL;
    PyObject *first = PyList_GetItem(list, 0);
    Py_DECREF(list);
    if (first == NULL)
        return NULL;
    Py_INCREF(first);                        // expect: RW202 'first'
    return first;
}

static PyObject *returned_dead(PyObject *self, PyObject *arg)
{
    PyObject *result = PyDict_New();
    if (result == NULL)
        return NULL;
    int rc = PyDict_SetItemString(result, "value", arg);
    Py_DECREF(result);
    if (rc < 0)
        return NULL;
    return result;                           // expect: RW202 'result'
}

static PyObject *complain(PyObject *self, PyObject *arg)
{
    PyObject *value = PyNumber_Float(arg);
    if (value == NULL)
        return NULL;
    if (PyFloat_AS_DOUBLE(value) < 0) {
        Py_DECREF(value);
        PyErr_Format(PyExc_ValueError, "negative: %R", value); // expect: RW202 'value'
        return NULL;
    }
    return value;
}

static PyObject *given_dead(PyObject *self, PyObject *noargs)
{
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    PyObject *item = PyList_New(0);
    if (item == NULL) {
        Py_DECREF(tuple);
        return NULL;
    }
    Py_DECREF(item);
    PyTuple_SET_ITEM(tuple, 0, item);        // expect: RW202 'item'
    return tuple;
}

/* The text belongs to the attribute, which another thread or the object may drop. */
static PyObject *type_name_of(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_GetAttrString(arg, "name");
    if (name == NULL)
        return NULL;
    const char *text = PyUnicode_AsUTF8(name);
    Py_DECREF(name);
    if (text == NULL)
        return NULL;
    return PyUnicode_FromString(text);       // expect: RW202
}

/* The pointer that was written goes with the bytes. */
static PyObject *first_byte(PyObject *self, PyObject *arg)
{
    char *start;
    Py_ssize_t n;
    PyObject *bytes = PyUnicode_AsUTF8String(arg);
    if (bytes == NULL)
        return NULL;
    if (PyBytes_AsStringAndSize(bytes, &start, &n) < 0) {
        Py_DECREF(bytes);
        return NULL;
    }
    Py_DECREF(bytes);
    return PyLong_FromLong(n > 0 ? start[0] : -1); // expect: RW202 'bytes'
}

/* Made by a helper, and nobody else has it. */
static PyObject *encoded(PyObject *text, int narrow)
{
    return narrow ? PyUnicode_AsLatin1String(text) : PyUnicode_AsUTF8String(text);
}

static PyObject *length_of(PyObject *self, PyObject *arg)
{
    PyObject *bytes = encoded(arg, 1);
    if (bytes == NULL)
        return NULL;
    const char *start = PyBytes_AS_STRING(bytes);
    Py_DECREF(bytes);
    return PyUnicode_FromString(start);      // expect: RW202 'bytes'
}

/* The comparison comes one line too late. */
static PyObject *has_name(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_CallMethod(arg, "name", NULL);
    if (name == NULL)
        return NULL;
    Py_DECREF(name);
    int same = PyObject_RichCompareBool(name, arg, Py_EQ); // expect: RW202 'name'
    return same < 0 ? NULL : PyBool_FromLong(same);
}

static PyMethodDef methods[] = {
    {"remove_file", remove_file, METH_O, NULL},
    {"size_of_copy", size_of_copy, METH_O, NULL},
    {"first_of_new", first_of_new, METH_O, NULL},
    {"returned_dead", returned_dead, METH_O, NULL},
    {"complain", complain, METH_O, NULL},
    {"given_dead", given_dead, METH_NOARGS, NULL},
    {"type_name_of", type_name_of, METH_O, NULL},
    {"first_byte", first_byte, METH_O, NULL},
    {"length_of", length_of, METH_O, NULL},
    {"has_name", has_name, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "use_after_release", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_use_after_release(void)
{
    return PyModule_Create(&module_def);
}
