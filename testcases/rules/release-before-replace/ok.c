/* Nobody can find the object there, or it has no code to run. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *callback;
    PyObject *name;
    PyObject *count;
    PyObject *cache;
} Box;

typedef struct { PyObject *user; } context;

static PyObject *box_type;
static PyTypeObject Box_Type;

static void box_dealloc(Box *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->callback);
    self->callback = NULL;
    Py_XDECREF(self->cache);
    self->cache = NULL;
    Py_XDECREF(self->name);
    Py_XDECREF(self->count);
    PyObject_GC_Del(self);
}

static int box_traverse(Box *self, visitproc visit, void *arg)
{
    Py_VISIT(self->callback);
    Py_VISIT(self->cache);
    return 0;
}

static int box_clear(Box *self)
{
    Py_CLEAR(self->callback);
    Py_CLEAR(self->cache);
    return 0;
}

static PyObject *box_set(Box *self, PyObject *arg)
{
    Py_XSETREF(self->callback, Py_NewRef(arg));
    Py_RETURN_NONE;
}

static PyObject *box_swap(Box *self, PyObject *arg)
{
    PyObject *old = self->callback;
    self->callback = Py_NewRef(arg);
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static PyObject *box_reset(Box *self, PyObject *noargs)
{
    PyObject *old = self->cache;
    self->cache = NULL;
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

/* Text runs no code when it dies. */
static PyObject *box_rename(Box *self, PyObject *arg)
{
    PyObject *name = PyUnicode_FromFormat("box %R", arg);
    if (name == NULL)
        return NULL;
    Py_XDECREF(self->name);
    self->name = name;
    Py_RETURN_NONE;
}

static PyObject *box_recount(Box *self, PyObject *noargs)
{
    PyObject *count = PyLong_FromLong(1000);
    if (count == NULL)
        return NULL;
    Py_XDECREF(self->count);
    self->count = count;
    Py_RETURN_NONE;
}

/* Nobody has seen the copy. */
static PyObject *box_copy(Box *self, PyObject *noargs)
{
    Box *copy = PyObject_GC_New(Box, &Box_Type);
    if (copy == NULL)
        return NULL;
    copy->name = copy->count = copy->cache = NULL;
    copy->callback = Py_NewRef(Py_None);
    if (self->callback != NULL) {
        Py_DECREF(copy->callback);
        copy->callback = Py_NewRef(self->callback);
    }
    PyObject_GC_Track(copy);
    return (PyObject *)copy;
}

/* The reference that is given up is one that was taken here. */
static PyObject *box_call(Box *self, PyObject *arg)
{
    PyObject *callback = Py_XNewRef(self->callback), *result;
    if (callback == NULL)
        Py_RETURN_NONE;
    result = PyObject_CallOneArg(callback, arg);
    Py_DECREF(callback);
    Py_CLEAR(self->callback);
    return result;
}

static PyObject *box_local(Box *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    Py_DECREF(text);
    text = PyObject_Repr(arg);
    return text;
}

static PyMethodDef box_methods[] = {
    {"set", (PyCFunction)box_set, METH_O, NULL},
    {"swap", (PyCFunction)box_swap, METH_O, NULL},
    {"reset", (PyCFunction)box_reset, METH_NOARGS, NULL},
    {"rename", (PyCFunction)box_rename, METH_O, NULL},
    {"recount", (PyCFunction)box_recount, METH_NOARGS, NULL},
    {"copy", (PyCFunction)box_copy, METH_NOARGS, NULL},
    {"call", (PyCFunction)box_call, METH_O, NULL},
    {"local", (PyCFunction)box_local, METH_O, NULL},
    {NULL},
};
static PyTypeObject Box_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.Box", .tp_basicsize = sizeof(Box), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_methods = box_methods, .tp_dealloc = (destructor)box_dealloc,
    .tp_traverse = (traverseproc)box_traverse, .tp_clear = (inquiry)box_clear,
};

/* Only the deallocator comes here. */
typedef struct { PyObject_HEAD PyObject *target; } Link;

static void link_drop(Link *self)
{
    Py_XDECREF(self->target);
    self->target = NULL;
}

static void link_dealloc(Link *self)
{
    link_drop(self);
    PyObject_Free(self);
}

static PyTypeObject Link_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.Link", .tp_basicsize = sizeof(Link), .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = (destructor)link_dealloc,
};

/* A struct of the program's own, which Python code does not reach. */
static void context_set_user(context *c, PyObject *user)
{
    Py_XDECREF(c->user);
    c->user = Py_NewRef(user);
}

static PyObject *run(PyObject *module, PyObject *arg)
{
    context c = {NULL};
    context_set_user(&c, arg);
    context_set_user(&c, module);
    return c.user;
}

static PyMethodDef methods[] = {{"run", run, METH_O, NULL}, {NULL}};

static void module_free(void *module)
{
    Py_XDECREF(box_type);
    box_type = NULL;
}

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "m", .m_size = 0, .m_methods = methods, .m_free = module_free,
};

PyMODINIT_FUNC PyInit_m(void)
{
    if (PyType_Ready(&Box_Type) < 0 || PyType_Ready(&Link_Type) < 0)
        return NULL;
    Py_XDECREF(box_type);
    box_type = Py_NewRef((PyObject *)&Box_Type);
    return PyModule_Create(&module);
}
