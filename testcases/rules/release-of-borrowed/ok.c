/* Borrowed references that are left alone, and releases that only look wrong. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *name;
} Node;

static PyObject *current; /* owned; replaced by set_current() */

static PyObject *length_of_first(PyObject *self, PyObject *arg)
{
    PyObject *first = PyList_GetItem(arg, 0);
    if (first == NULL)
        return NULL;
    Py_INCREF(first);
    Py_ssize_t n = PyObject_Length(first);
    Py_DECREF(first);
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *wrap(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    Py_INCREF(arg);
    PyTuple_SET_ITEM(tuple, 0, arg);
    return tuple;
}

/* The helper's contract is to consume: its callers hand a reference over. */
static int put(PyObject *dict, const char *key, PyObject *value)
{
    int rc = -1;
    if (value != NULL)
        rc = PyDict_SetItemString(dict, key, value);
    Py_XDECREF(value);
    return rc;
}

static PyObject *settings(PyObject *self, PyObject *noargs)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL)
        return NULL;
    if (put(dict, "depth", PyLong_FromLong(3)) < 0 || put(dict, "none", Py_NewRef(Py_None)) < 0) {
        Py_DECREF(dict);
        return NULL;
    }
    return dict;
}

static void fill(PyObject *tuple, PyObject *first, PyObject *second)
{
    PyTuple_SET_ITEM(tuple, 0, first);
    PyTuple_SET_ITEM(tuple, 1, second);
}

static PyObject *filled(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PyTuple_New(2);
    if (tuple == NULL)
        return NULL;
    fill(tuple, Py_NewRef(arg), Py_NewRef(self));
    return tuple;
}

static PyObject *set_current(PyObject *self, PyObject *arg)
{
    PyObject *old = current;
    Py_INCREF(arg);
    current = arg;
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

/* Borrowed or new, by branch; made owned in both. */
static PyObject *either(PyObject *self, PyObject *args)
{
    PyObject *value = NULL;
    if (!PyArg_ParseTuple(args, "|O", &value))
        return NULL;
    if (value == NULL) {
        value = PyList_New(0);
        if (value == NULL)
            return NULL;
    } else {
        Py_INCREF(value);
    }
    PyObject *text = PyObject_Str(value);
    Py_DECREF(value);
    return text;
}

/* O& with the file system converter gives an owned object. */
static PyObject *converted(PyObject *self, PyObject *args)
{
    PyObject *path;
    if (!PyArg_ParseTuple(args, "O&", PyUnicode_FSConverter, &path))
        return NULL;
    Py_ssize_t n = PyBytes_GET_SIZE(path);
    Py_DECREF(path);
    return PyLong_FromSsize_t(n);
}

/* The reference moves out of the field. */
static PyObject *node_take(PyObject *op, PyObject *noargs)
{
    Node *self = (Node *)op;
    PyObject *name = self->name;
    if (name == NULL)
        Py_RETURN_NONE;
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    self->name = NULL;
    PyTuple_SET_ITEM(tuple, 0, name);
    return tuple;
}

static int node_set_name(PyObject *op, PyObject *value, void *closure)
{
    Node *self = (Node *)op;
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "name cannot be deleted");
        return -1;
    }
    PyObject *text = PyObject_Str(value);
    if (text == NULL)
        return -1;
    Py_XDECREF(self->name);
    self->name = text;
    return 0;
}

static void node_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_XDECREF(((Node *)op)->name);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef node_methods[] = {
    {"take", node_take, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef node_getset[] = {
    {"name", NULL, node_set_name, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot node_slots[] = {
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_methods, node_methods},
    {Py_tp_getset, node_getset},
    {0, NULL},
};

static PyType_Spec node_spec = {"borrow.Node", sizeof(Node), 0, Py_TPFLAGS_DEFAULT, node_slots};

static int add_type(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&node_spec);
    if (type == NULL)
        return -1;
    if (PyModule_AddObject(module, "Node", type) < 0) {
        Py_DECREF(type);
        return -1;
    }
    return 0;
}

static PyMethodDef methods[] = {
    {"length_of_first", length_of_first, METH_O, NULL},
    {"wrap", wrap, METH_O, NULL},
    {"settings", settings, METH_NOARGS, NULL},
    {"filled", filled, METH_O, NULL},
    {"set_current", set_current, METH_O, NULL},
    {"either", either, METH_VARARGS, NULL},
    {"converted", converted, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "release_of_borrowed", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_release_of_borrowed(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (add_type(m) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
