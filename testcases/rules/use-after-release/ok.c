/* Objects that are used after a release because something else keeps them. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdio.h>

typedef struct {
    PyObject_HEAD
    PyObject *cache;
} Box;

static PyObject *remove_file(PyObject *self, PyObject *arg)
{
    PyObject *bytes = PyUnicode_AsUTF8String(arg);
    if (bytes == NULL)
        return NULL;
    int rc = remove(PyBytes_AS_STRING(bytes));
    Py_DECREF(bytes);
    if (rc != 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    Py_RETURN_NONE;
}

/* The dict keeps the value, so the variable is as good as borrowed. */
static PyObject *still_held(PyObject *self, PyObject *arg)
{
    PyObject *dict = PyDict_New(), *value = PyList_New(0);
    if (!dict || !value || PyDict_SetItemString(dict, "v", value) < 0) {
        Py_XDECREF(dict);
        Py_XDECREF(value);
        return NULL;
    }
    Py_DECREF(value);
    if (PyList_Append(value, arg) < 0) {
        Py_DECREF(dict);
        return NULL;
    }
    return dict;
}

static PyObject *first_of_new(PyObject *self, PyObject *arg)
{
    PyObject *list = PySequence_List(arg);
    if (list == NULL)
        return NULL;
    PyObject *first = PyList_GetItem(list, 0);
    Py_XINCREF(first);
    Py_DECREF(list);
    return first;
}

/* The caller keeps its argument, whatever we take and give back. */
static PyObject *argument_outlives(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Py_ssize_t n = PyObject_Length(arg);
    Py_DECREF(arg);
    if (n < 0)
        PyErr_Format(PyExc_TypeError, "no length: %R", arg);
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *box_get(PyObject *op, PyObject *noargs)
{
    Box *self = (Box *)op;
    if (self->cache == NULL) {
        self->cache = PyDict_New();
        if (self->cache == NULL)
            return NULL;
    }
    return Py_NewRef(self->cache);
}

/* The comparison of the pointer does not touch the object. */
static PyObject *was_same(PyObject *self, PyObject *arg)
{
    PyObject *owner = PyObject_GetAttrString(arg, "owner");
    if (owner == NULL)
        return NULL;
    Py_DECREF(owner);
    return PyBool_FromLong(owner == self);
}

static PyObject *number_before(PyObject *self, PyObject *arg)
{
    PyObject *value = PyNumber_Float(arg);
    if (value == NULL)
        return NULL;
    double number = PyFloat_AS_DOUBLE(value);
    Py_DECREF(value);
    if (number < 0) {
        PyErr_SetString(PyExc_ValueError, "negative");
        return NULL;
    }
    return PyFloat_FromDouble(number);
}

/* After the release the variable is given a new value. */
static PyObject *reused(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_Str(arg);
    if (value == NULL)
        return NULL;
    Py_DECREF(value);
    value = PyObject_Repr(arg);
    if (value == NULL)
        return NULL;
    Py_ssize_t n = PyUnicode_GET_LENGTH(value);
    Py_DECREF(value);
    return PyLong_FromSsize_t(n);
}

/* The import system holds every imported module. */
static PyObject *version(PyObject *self, PyObject *noargs)
{
    PyObject *module = PyImport_ImportModule("sys");
    if (module == NULL)
        return NULL;
    PyObject *result = PyObject_GetAttrString(module, "version");
    Py_DECREF(module);
    return result;
}

static void box_dealloc(PyObject *op)
{
    Py_XDECREF(((Box *)op)->cache);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef box_methods[] = {
    {"get", box_get, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject Box_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "use.Box",
    .tp_basicsize = sizeof(Box),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = box_dealloc,
    .tp_methods = box_methods,
};

static PyMethodDef methods[] = {
    {"remove_file", remove_file, METH_O, NULL},
    {"still_held", still_held, METH_O, NULL},
    {"first_of_new", first_of_new, METH_O, NULL},
    {"argument_outlives", argument_outlives, METH_O, NULL},
    {"was_same", was_same, METH_O, NULL},
    {"number_before", number_before, METH_O, NULL},
    {"reused", reused, METH_O, NULL},
    {"version", version, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "use_after_release", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_use_after_release(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (PyModule_AddType(m, &Box_Type) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
