/* Fields that get a reference, and fields that only borrow. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *callback;
    PyObject *name;
    PyObject *owner; /* borrowed: the owner holds us */
} Conn;

typedef struct {
    PyObject *first;
    PyObject *second;
} parsed;

static PyObject *conn_set_callback(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    PyObject *old = self->callback;
    self->callback = Py_NewRef(arg);
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

/* The reference may be taken after the store. */
static PyObject *conn_configure(PyObject *op, PyObject *args)
{
    Conn *self = (Conn *)op;
    PyObject *name;
    if (!PyArg_ParseTuple(args, "O", &name))
        return NULL;
    PyObject *old = self->name;
    self->name = name;
    Py_INCREF(name);
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static int conn_set_name(PyObject *op, PyObject *value, void *closure)
{
    Conn *self = (Conn *)op;
    Py_XSETREF(self->name, Py_XNewRef(value));
    return 0;
}

/* Nothing releases this field anywhere. */
static PyObject *conn_attach(PyObject *op, PyObject *arg)
{
    ((Conn *)op)->owner = arg;
    Py_RETURN_NONE;
}

static PyObject *conn_label(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    Py_XSETREF(self->name, text);
    Py_RETURN_NONE;
}

/* Put in for the time of a call, and taken out again. */
static PyObject *conn_call_with(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    PyObject *saved = self->callback;
    self->callback = arg;
    PyObject *result = PyObject_CallNoArgs(op);
    self->callback = saved;
    return result;
}

static PyObject *conn_move(PyObject *op, PyObject *noargs)
{
    Conn *self = (Conn *)op;
    Conn *copy = (Conn *)Py_TYPE(op)->tp_alloc(Py_TYPE(op), 0);
    if (copy == NULL)
        return NULL;
    copy->name = self->name;
    self->name = NULL;
    copy->callback = Py_XNewRef(self->callback);
    return (PyObject *)copy;
}

/* A struct on the stack holds borrowed values for the length of a call. */
static PyObject *conn_compare(PyObject *op, PyObject *args)
{
    parsed p;
    if (!PyArg_ParseTuple(args, "OO", &p.first, &p.second))
        return NULL;
    return PyObject_RichCompare(p.first, p.second, Py_EQ);
}

static PyObject *conn_from_list(PyObject *op, PyObject *arg)
{
    Conn *self = (Conn *)op;
    PyObject *first = PyList_GetItem(arg, 0);
    if (first == NULL)
        return NULL;
    Py_INCREF(first);
    Py_XSETREF(self->name, first);
    Py_RETURN_NONE;
}

static void conn_dealloc(PyObject *op)
{
    Conn *self = (Conn *)op;
    Py_CLEAR(self->callback);
    Py_CLEAR(self->name);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef conn_methods[] = {
    {"set_callback", conn_set_callback, METH_O, NULL},
    {"configure", conn_configure, METH_VARARGS, NULL},
    {"attach", conn_attach, METH_O, NULL},
    {"label", conn_label, METH_O, NULL},
    {"call_with", conn_call_with, METH_O, NULL},
    {"move", conn_move, METH_NOARGS, NULL},
    {"compare", conn_compare, METH_VARARGS, NULL},
    {"from_list", conn_from_list, METH_O, NULL},
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
