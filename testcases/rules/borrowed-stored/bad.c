/* Fields that conn_dealloc() releases, filled with what somebody else owns. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *callback;
    PyObject *name;
    PyObject *codec;
} Conn;

static PyObject *conn_set_callback(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    Py_CLEAR(self->callback);
    self->callback = arg;                    // expect: RW302 'arg'
    Py_RETURN_NONE;
}

static PyObject *conn_configure(PyObject *op, PyObject *args)
{
    Conn *self = (Conn *)op;
    PyObject *name;
    if (!PyArg_ParseTuple(args, "O", &name))
        return NULL;
    Py_XSETREF(self->name, name);            // expect: RW302 'name'
    Py_RETURN_NONE;
}

static int conn_set_name(PyObject *op, PyObject *value, void *closure)
{
    Conn *self = (Conn *)op;
    PyObject *old = self->name;
    self->name = value;                      // expect: RW302 'value'
    Py_XDECREF(old);
    return 0;
}

static PyObject *conn_codec_from(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    PyObject *codec = PyDict_GetItemWithError(arg, Py_None);
    if (codec == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_KeyError, "no codec");
        return NULL;
    }
    Py_CLEAR(self->codec);
    self->codec = codec;                     // expect: RW302 'codec'
    Py_RETURN_NONE;
}

static PyObject *conn_reset(PyObject *op, PyObject *noargs)
{
    Conn *self = (Conn *)op;
    Py_CLEAR(self->callback);
    self->callback = Py_None;                // expect: RW302
    Py_RETURN_NONE;
}

static PyObject *conn_clone(PyObject *op, PyObject *noargs)
{
    Conn *self = (Conn *)op;
    Conn *copy = (Conn *)PyType_GenericAlloc(Py_TYPE(op), 0);
    if (copy == NULL)
        return NULL;
    copy->name = self->name;                 // expect: RW302
    return (PyObject *)copy;
}

/* One reference of its own, two fields. */
static PyObject *conn_label(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    Py_CLEAR(self->name);
    Py_CLEAR(self->codec);
    self->name = text;
    self->codec = text;                      // expect: RW302 'text'
    Py_RETURN_NONE;
}

/* The item stays the property of the list. */
static PyObject *conn_from_list(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    PyObject *first = PyList_GetItem(arg, 0);
    if (first == NULL)
        return NULL;
    Py_XSETREF(self->codec, first);          // expect: RW302 'first'
    Py_RETURN_NONE;
}

/* Optional, and kept when it was given. */
static PyObject *conn_open(PyObject *op, PyObject *args)
{
    Conn *self = (Conn *)op;
    const char *path;
    PyObject *codec = NULL;
    if (!PyArg_ParseTuple(args, "s|O", &path, &codec))
        return NULL;
    if (codec != NULL) {
        Py_CLEAR(self->codec);
        self->codec = codec;                 // expect: RW302 'codec'
    }
    return PyUnicode_FromString(path);
}

/* The tuple is the caller's, and so are its items. */
static PyObject *conn_restore(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    if (!PyTuple_Check(arg) || PyTuple_GET_SIZE(arg) != 2) {
        PyErr_SetString(PyExc_TypeError, "pair expected");
        return NULL;
    }
    PyObject *name = PyTuple_GET_ITEM(arg, 0);
    Py_CLEAR(self->name);
    self->name = name;                       // expect: RW302 'name'
    Py_RETURN_NONE;
}

static void conn_dealloc(PyObject *op)
{
    Conn *self = (Conn *)op;
    Py_XDECREF(self->callback);
    Py_XDECREF(self->name);
    Py_XDECREF(self->codec);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef conn_methods[] = {
    {"set_callback", conn_set_callback, METH_O, NULL},
    {"configure", conn_configure, METH_VARARGS, NULL},
    {"codec_from", conn_codec_from, METH_O, NULL},
    {"reset", conn_reset, METH_NOARGS, NULL},
    {"clone", conn_clone, METH_NOARGS, NULL},
    {"label", conn_label, METH_O, NULL},
    {"from_list", conn_from_list, METH_O, NULL},
    {"open", conn_open, METH_VARARGS, NULL},
    {"restore", conn_restore, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef conn_getset[] = {
    {"name", NULL, conn_set_name, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyTypeObject Conn_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "stored.Conn",
    .tp_basicsize = sizeof(Conn),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = conn_dealloc,
    .tp_methods = conn_methods,
    .tp_getset = conn_getset,
};

static PyMethodDef methods[] = {
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "borrowed_stored", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_borrowed_stored(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (PyModule_AddType(m, &Conn_Type) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
