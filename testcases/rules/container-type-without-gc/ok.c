/* In the collector, or never part of a cycle. */
#include <Python.h>
#include <structmember.h>

#define DEALLOC(T, FIELD)                                                                           \
    static void T##_dealloc(T *self)                                                                \
    {                                                                                               \
        Py_XDECREF(self->FIELD);                                                                    \
        Py_TYPE(self)->tp_free((PyObject *)self);                                                   \
    }
#define TYPE(T, ...)                                                                                \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(T), .tp_dealloc = (destructor)T##_dealloc,      \
                             .tp_flags = Py_TPFLAGS_DEFAULT, __VA_ARGS__}

/* ---- in the collector */
typedef struct { PyObject_HEAD PyObject *callback; } Timer;

static int timer_init(Timer *self, PyObject *args, PyObject *kwds)
{
    PyObject *value;

    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    Py_XSETREF(self->callback, Py_NewRef(value));
    return 0;
}

static int timer_traverse(Timer *self, visitproc visit, void *arg)
{
    Py_VISIT(self->callback);
    return 0;
}

static int timer_clear(Timer *self)
{
    Py_CLEAR(self->callback);
    return 0;
}

static void timer_dealloc(Timer *self)
{
    PyObject_GC_UnTrack(self);
    timer_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
PyTypeObject Timer_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Timer", .tp_basicsize = sizeof(Timer),
                           .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                           .tp_traverse = (traverseproc)timer_traverse, .tp_clear = (inquiry)timer_clear,
                           .tp_init = (initproc)timer_init, .tp_dealloc = (destructor)timer_dealloc};

/* ---- text, numbers */
typedef struct { PyObject_HEAD PyObject *name; } Named;
DEALLOC(Named, name)

static int named_init(Named *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->name, PyUnicode_FromString("name"));
    return self->name ? 0 : -1;
}
TYPE(Named, .tp_init = (initproc)named_init);

typedef struct { PyObject_HEAD PyObject *total; } Counter;
DEALLOC(Counter, total)

static PyObject *counter_set(Counter *self, PyObject *n)
{
    long value = PyLong_AsLong(n);
    PyObject *total = value == -1 ? NULL : PyLong_FromLong(value);

    if (total == NULL)
        return NULL;
    Py_XSETREF(self->total, total);
    Py_RETURN_NONE;
}
static PyMethodDef counter_methods[] = {{"set", (PyCFunction)counter_set, METH_O, NULL}, {NULL}};
TYPE(Counter, .tp_methods = counter_methods);

/* ---- used as bytes */
typedef struct { PyObject_HEAD PyObject *data; } Buffer;
DEALLOC(Buffer, data)

static int buffer_init(Buffer *self, PyObject *args, PyObject *kwds)
{
    PyObject *data;

    if (!PyArg_ParseTuple(args, "S", &data))
        return -1;
    Py_XSETREF(self->data, Py_NewRef(data));
    return 0;
}

static Py_ssize_t buffer_length(Buffer *self)
{
    return PyBytes_GET_SIZE(self->data);
}
static PySequenceMethods buffer_as_sequence = {(lenfunc)buffer_length};
TYPE(Buffer, .tp_init = (initproc)buffer_init, .tp_as_sequence = &buffer_as_sequence);

/* ---- set once, when it is made */
typedef struct { PyObject_HEAD PyObject *items; } Frozen;
DEALLOC(Frozen, items)

static PyObject *frozen_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Frozen *self = (Frozen *)type->tp_alloc(type, 0);

    if (self != NULL)
        self->items = Py_NewRef(args);
    return (PyObject *)self;
}
TYPE(Frozen, .tp_new = frozen_new);

/* ---- an object of a type that is known */
typedef struct { PyObject_HEAD Frozen *frozen; } Outer;
DEALLOC(Outer, frozen)

static int outer_init(Outer *self, PyObject *args, PyObject *kwds)
{
    Frozen *frozen;

    if (!PyArg_ParseTuple(args, "O!", &Frozen_Type, &frozen))
        return -1;
    Py_XSETREF(self->frozen, (Frozen *)Py_NewRef((PyObject *)frozen));
    return 0;
}
TYPE(Outer, .tp_init = (initproc)outer_init);

/* ---- borrowed */
typedef struct { PyObject_HEAD PyObject *parent; } Child;

static void Child_dealloc(Child *self)
{
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *child_adopt(Child *self, PyObject *parent)
{
    self->parent = parent;
    Py_RETURN_NONE;
}
static PyMethodDef child_methods[] = {{"adopt", (PyCFunction)child_adopt, METH_O, NULL}, {NULL}};
TYPE(Child, .tp_methods = child_methods);

/* ---- only read by Python code */
typedef struct { PyObject_HEAD PyObject *shown; } Shown;
DEALLOC(Shown, shown)
static PyMemberDef shown_members[] = {{"shown", T_OBJECT, offsetof(Shown, shown), READONLY, NULL}, {NULL}};
TYPE(Shown, .tp_members = shown_members);
