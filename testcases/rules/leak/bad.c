/* Everything went well, and one reference too many is left over. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *name;
} Point;

static PyObject *registry; /* a dict, made by the module */

static PyObject *with_size(PyObject *self, PyObject *arg)
{
    PyObject *size = PyLong_FromSsize_t(Py_SIZE(arg));
    if (size == NULL)
        return NULL;
    if (PyObject_SetAttrString(arg, "size", size) < 0) {
        Py_DECREF(size);
        return NULL;
    }
    Py_RETURN_NONE;                          // expect: RW102 'size'
}

static PyObject *boxed(PyObject *self, PyObject *args)
{
    int x, y;
    if (!PyArg_ParseTuple(args, "ii", &x, &y))
        return NULL;
    PyObject *inner = Py_BuildValue("(ii)", x, y);
    if (inner == NULL)
        return NULL;
    PyObject *outer = Py_BuildValue("(Os)", inner, "point");
    if (outer == NULL) {
        Py_DECREF(inner);
        return NULL;
    }
    return outer;                            // expect: RW102 'inner'
}

/* The result is new already: one count too many goes out. */
static PyObject *greeting(PyObject *self, PyObject *arg)
{
    PyObject *text = PyUnicode_FromFormat("hello %S", arg);
    if (text == NULL)
        return NULL;
    Py_INCREF(text);
    return text;                             // expect: RW102 'text'
}

/* Released only when the call failed. */
static PyObject *forward(PyObject *self, PyObject *arg)
{
    PyObject *result = PyObject_CallMethod(arg, "refresh", NULL);
    if (result == NULL) {
        PyErr_Clear();
        Py_RETURN_FALSE;
    }
    Py_RETURN_TRUE;                          // expect: RW102 'result'
}

static PyObject *count_all(PyObject *self, PyObject *arg)
{
    PyObject *seq = PySequence_Fast(arg, "a sequence is needed");
    if (seq == NULL)
        return NULL;
    Py_ssize_t n = PySequence_Fast_GET_SIZE(seq);
    return PyLong_FromSsize_t(n);            // expect: RW102 'seq'
}

/* Append keeps a reference of its own, in every turn. */
static PyObject *counted_to(PyObject *self, PyObject *args)
{
    Py_ssize_t n;
    if (!PyArg_ParseTuple(args, "n", &n))
        return NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyLong_FromSsize_t(i);
        if (item == NULL)
            goto fail;
        if (PyList_Append(list, item) < 0) {
            Py_DECREF(item);
            goto fail;
        }
    }
    return list;                             // expect: RW102 'item'
fail:
    Py_DECREF(list);
    return NULL;
}

/* A reference taken for a call that takes its own. */
static PyObject *packed(PyObject *self, PyObject *arg)
{
    return PyTuple_Pack(1, Py_NewRef(arg));  // expect: RW102 'arg'
}

/* break leaves the loop with the item in hand. */
static PyObject *has_none(PyObject *self, PyObject *arg)
{
    int found = 0;
    PyObject *item, *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator)) != NULL) {
        if (item == Py_None) {
            found = 1;
            break;
        }
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    if (!found && PyErr_Occurred())
        return NULL;
    return found ? Py_NewRef(Py_True) : Py_NewRef(Py_False); // expect: RW102 'item'
}

static int register_name(PyObject *op, const char *name)
{
    PyObject *key = PyUnicode_FromString(name);
    if (key == NULL)
        return -1;
    int rc = PyDict_SetItem(registry, key, op);
    if (rc < 0) {
        Py_DECREF(key);
        return -1;
    }
    return 0;                                // expect: RW102 'key'
}

static PyObject *remember(PyObject *self, PyObject *arg)
{
    if (register_name(arg, "last") < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* AddObjectRef keeps a reference of its own, unlike AddObject. */
static int add_limit(PyObject *module)
{
    PyObject *limit = PyLong_FromLong(64);
    if (limit == NULL)
        return -1;
    if (PyModule_AddObjectRef(module, "LIMIT", limit) < 0) {
        Py_DECREF(limit);
        return -1;
    }
    return 0;                                // expect: RW501 'limit' leaks
}

/* A method that is fetched, called and forgotten. */
static PyObject *call_hook(PyObject *self, PyObject *arg)
{
    PyObject *hook = PyObject_GetAttrString(arg, "hook");
    if (hook == NULL) {
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    PyObject *result = PyObject_CallNoArgs(hook);
    return result;                           // expect: RW102 'hook'
}

/* One count for the field, one from the call: the second is nobody's. */
static PyObject *point_rename(PyObject *op, PyObject *arg)
{
    Point *self = (Point *)op;
    PyObject *name = PyObject_Str(arg);
    if (name == NULL)
        return NULL;
    Py_INCREF(name);
    Py_XSETREF(self->name, name);
    Py_RETURN_NONE;                          // expect: RW102 'name'
}

static void point_dealloc(PyObject *op)
{
    Py_XDECREF(((Point *)op)->name);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef point_methods[] = {
    {"rename", point_rename, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject Point_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "leak.Point",
    .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = point_dealloc,
    .tp_methods = point_methods,
};

static int add_all(PyObject *module)
{
    registry = PyDict_New();
    if (registry == NULL || PyType_Ready(&Point_Type) < 0)
        return -1;
    return add_limit(module);
}

static PyMethodDef methods[] = {
    {"with_size", with_size, METH_O, NULL},
    {"boxed", boxed, METH_VARARGS, NULL},
    {"greeting", greeting, METH_O, NULL},
    {"forward", forward, METH_O, NULL},
    {"count_all", count_all, METH_O, NULL},
    {"counted_to", counted_to, METH_VARARGS, NULL},
    {"has_none", has_none, METH_O, NULL},
    {"remember", remember, METH_O, NULL},
    {"call_hook", call_hook, METH_O, NULL},
    {"packed", packed, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "leak", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_leak(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (add_all(m) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
