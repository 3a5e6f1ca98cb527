/* RW205: the place still points to an object whose destructor is running. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *callback;
    PyObject *items;
    PyObject *peer;
    struct { PyObject *on_close; } hooks;
} Node;

typedef struct {
    PyObject_HEAD
    PyObject *sequence;
    Py_ssize_t at;
} Walker;

typedef struct { PyObject *registry; } state;

static PyObject *hook;

static int node_set_callback(Node *self, PyObject *value, void *closure)
{
    Py_XDECREF(self->callback);              // expect: RW205 'callback' is released before Node.callback
    self->callback = Py_XNewRef(value);
    return 0;
}

static int node_init(Node *self, PyObject *args, PyObject *kwargs)
{
    PyObject *items = PyList_New(0);
    if (items == NULL)
        return -1;
    Py_XDECREF(self->items);                 // expect: RW205 'items'
    self->items = items;
    return 0;
}

static int node_clear(Node *self)
{
    Py_XDECREF(self->callback);              // expect: RW205 'callback'
    self->callback = NULL;
    Py_CLEAR(self->items);
    Py_CLEAR(self->peer);
    Py_CLEAR(self->hooks.on_close);
    return 0;
}

static PyObject *node_close(Node *self, PyObject *noargs)
{
    if (self->peer != NULL) {
        Py_DECREF(self->peer);               // expect: RW205 is cleared
        self->peer = NULL;
    }
    Py_RETURN_NONE;
}

/* By another name, and some statements later. */
static PyObject *node_detach(Node *self, PyObject *arg)
{
    PyObject *old = self->items;
    Py_XDECREF(old);                         // expect: RW205 'old'
    if (PyCallable_Check(arg))
        self->items = Py_NewRef(arg);
    else
        self->items = NULL;
    Py_RETURN_NONE;
}

/* When the new one cannot be made the dead one stays. */
static PyObject *node_renew(Node *self, PyObject *arg)
{
    Py_XDECREF(self->items);                 // expect: RW205 'items'
    self->items = PyDict_New();
    if (self->items == NULL)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *node_on_close(Node *self, PyObject *arg)
{
    Py_INCREF(arg);
    Py_XDECREF(self->hooks.on_close);        // expect: RW205 Node.hooks.on_close
    self->hooks.on_close = arg;
    Py_RETURN_NONE;
}

static void replace_peer(Node *node, PyObject *peer)
{
    Py_XDECREF(node->peer);                  // expect: RW205 'peer'
    node->peer = Py_NewRef(peer);
}

static int node_assign(Node *self, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "cannot delete");
        return -1;
    }
    replace_peer(self, value);
    return 0;
}

static void node_dealloc(Node *self)
{
    PyObject_GC_UnTrack(self);
    node_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int node_traverse(Node *self, visitproc visit, void *arg)
{
    Py_VISIT(self->callback);
    Py_VISIT(self->items);
    Py_VISIT(self->peer);
    Py_VISIT(self->hooks.on_close);
    return 0;
}

static PyMethodDef node_methods[] = {
    {"close", (PyCFunction)node_close, METH_NOARGS, NULL},
    {"detach", (PyCFunction)node_detach, METH_O, NULL},
    {"renew", (PyCFunction)node_renew, METH_O, NULL},
    {"on_close", (PyCFunction)node_on_close, METH_O, NULL},
    {NULL},
};
static PyGetSetDef node_getset[] = {
    {"callback", NULL, (setter)node_set_callback, NULL, NULL},
    {NULL},
};
static PyMappingMethods node_mapping = {.mp_ass_subscript = (objobjargproc)node_assign};
static PyTypeObject Node_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.Node", .tp_basicsize = sizeof(Node), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_methods = node_methods, .tp_getset = node_getset, .tp_as_mapping = &node_mapping,
    .tp_init = (initproc)node_init, .tp_dealloc = (destructor)node_dealloc,
    .tp_traverse = (traverseproc)node_traverse, .tp_clear = (inquiry)node_clear,
};

/* An iterator that is done lets its sequence go. */
static PyObject *walker_next(Walker *self)
{
    PyObject *item;
    if (self->sequence == NULL)
        return NULL;
    item = PySequence_GetItem(self->sequence, self->at++);
    if (item == NULL && PyErr_ExceptionMatches(PyExc_IndexError)) {
        PyErr_Clear();
        Py_DECREF(self->sequence);           // expect: RW205 'sequence'
        self->sequence = NULL;
    }
    return item;
}

static PyObject *walker_rewind(Walker *self, PyObject *sequence)
{
    Py_XDECREF(self->sequence);              // expect: RW205 'sequence'
    self->sequence = Py_NewRef(sequence);
    self->at = 0;
    Py_RETURN_NONE;
}

static void walker_dealloc(Walker *self)
{
    Py_XDECREF(self->sequence);
    PyObject_Free(self);
}

static PyMethodDef walker_methods[] = {{"rewind", (PyCFunction)walker_rewind, METH_O, NULL}, {NULL}};
static PyTypeObject Walker_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.Walker", .tp_basicsize = sizeof(Walker), .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iternext = (iternextfunc)walker_next, .tp_methods = walker_methods,
    .tp_dealloc = (destructor)walker_dealloc, .tp_free = PyObject_Free,
};

static PyObject *set_hook(PyObject *module, PyObject *arg)
{
    Py_INCREF(arg);
    Py_XDECREF(hook);                        // expect: RW205 'hook' is released before hook is set
    hook = arg;
    Py_RETURN_NONE;
}

static PyObject *forget(PyObject *module, PyObject *noargs)
{
    state *st = PyModule_GetState(module);
    Py_XDECREF(st->registry);                // expect: RW205 'registry'
    st->registry = NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"set_hook", set_hook, METH_O, NULL},
    {"forget", forget, METH_NOARGS, NULL},
    {NULL},
};

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    state *st = PyModule_GetState(module);
    Py_VISIT(st->registry);
    return 0;
}

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "m", .m_size = sizeof(state), .m_methods = methods,
    .m_traverse = module_traverse,
};

PyMODINIT_FUNC PyInit_m(void)
{
    if (PyType_Ready(&Node_Type) < 0 || PyType_Ready(&Walker_Type) < 0)
        return NULL;
    return PyModule_Create(&module);
}
