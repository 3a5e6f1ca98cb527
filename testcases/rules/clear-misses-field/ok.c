/* Every reference that can close a cycle is cleared, or nothing can close one. */
#include <Python.h>
#include <structmember.h>

#define TYPE(T, DEALLOC, TRAVERSE, CLEAR, ...)                                                      \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(T), __VA_ARGS__                                 \
                             .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                   \
                             .tp_dealloc = (destructor)DEALLOC,                                     \
                             .tp_traverse = (traverseproc)TRAVERSE, .tp_clear = (inquiry)CLEAR}

#define DEALLOC(T, FIELD)                                                                           \
    static void T##_dealloc(T *self)                                                                \
    {                                                                                               \
        PyObject_GC_UnTrack(self);                                                                  \
        Py_XDECREF(self->FIELD);                                                                    \
        Py_XDECREF(self->other);                                                                    \
        Py_TYPE(self)->tp_free((PyObject *)self);                                                   \
    }
#define TRAVERSE(T, FIELD)                                                                          \
    static int T##_traverse(T *self, visitproc visit, void *arg)                                    \
    {                                                                                               \
        Py_VISIT(self->FIELD);                                                                      \
        Py_VISIT(self->other);                                                                      \
        return 0;                                                                                   \
    }
#define BOTH(T, FIELD) DEALLOC(T, FIELD) TRAVERSE(T, FIELD)

typedef struct { PyObject_HEAD PyObject *callback, *other; } Timer;
BOTH(Timer, callback)

static int timer_init(Timer *self, PyObject *args, PyObject *kwds)
{
    PyObject *value;

    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    Py_XSETREF(self->callback, Py_NewRef(value));
    return 0;
}

static int timer_clear(Timer *self)
{
    Py_CLEAR(self->callback);
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Timer, Timer_dealloc, Timer_traverse, timer_clear, .tp_init = (initproc)timer_init,);

typedef struct { PyObject_HEAD PyObject *target, *other; } Observer;
BOTH(Observer, target)

static int observer_set(Observer *self, PyObject *value, void *closure)
{
    Py_XINCREF(value);
    Py_XSETREF(self->target, value);
    return 0;
}
static PyGetSetDef observer_getset[] = {{"target", NULL, (setter)observer_set, NULL, NULL}, {NULL}};

static int observer_clear(Observer *self)
{
    Py_CLEAR(self->target);
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Observer, Observer_dealloc, Observer_traverse, observer_clear, .tp_getset = observer_getset,);

typedef struct { PyObject_HEAD PyObject *function, *other; } Handler;
BOTH(Handler, function)

static PyObject *handler_use(Handler *self, PyObject *value)
{
    PyObject *old = self->function;

    Py_INCREF(value);
    self->function = value;
    Py_XDECREF(old);
    Py_RETURN_NONE;
}
static PyMethodDef handler_methods[] = {{"use", (PyCFunction)handler_use, METH_O, NULL}, {NULL}};

static int handler_clear(Handler *self)
{
    Py_CLEAR(self->function);
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Handler, Handler_dealloc, Handler_traverse, handler_clear, .tp_methods = handler_methods,);

typedef struct { PyObject_HEAD PyObject *tag, *other; } Tagged;
BOTH(Tagged, tag)

static PyMemberDef tagged_members[] = {{"tag", T_OBJECT, offsetof(Tagged, tag), 0, NULL}, {NULL}};

static int tagged_clear(Tagged *self)
{
    Py_CLEAR(self->tag);
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Tagged, Tagged_dealloc, Tagged_traverse, tagged_clear, .tp_members = tagged_members,);

typedef struct { PyObject_HEAD PyObject *wrapped, *other; } Wrapper;
BOTH(Wrapper, wrapped)

static int wrapper_init(Wrapper *self, PyObject *args, PyObject *kwds)
{
    PyObject *value;

    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    Py_XSETREF(self->wrapped, Py_NewRef(value));
    return 0;
}

static int wrapper_clear(Wrapper *self)
{
    Py_SETREF(self->wrapped, Py_NewRef(Py_None));
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Wrapper, Wrapper_dealloc, Wrapper_traverse, wrapper_clear, .tp_init = (initproc)wrapper_init,);

typedef struct { PyObject_HEAD PyObject *next, *other; } Chain;
BOTH(Chain, next)

static int chain_set(Chain *self, PyObject *value, void *closure)
{
    Py_XINCREF(value);
    Py_XSETREF(self->next, value);
    return 0;
}
static PyGetSetDef chain_getset[] = {{"next", NULL, (setter)chain_set, NULL, NULL}, {NULL}};

static int chain_clear(Chain *self)
{
    PyObject *next = self->next;

    self->next = NULL;
    Py_XDECREF(next);
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Chain, Chain_dealloc, Chain_traverse, chain_clear, .tp_getset = chain_getset,);

/* ---- set once, when it is made: like a tuple */
typedef struct { PyObject_HEAD PyObject *items, *other; } Frozen;
BOTH(Frozen, items)

static PyObject *frozen_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Frozen *self = (Frozen *)type->tp_alloc(type, 0);

    if (self != NULL)
        self->items = Py_NewRef(args);
    return (PyObject *)self;
}

static int frozen_clear(Frozen *self)
{
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Frozen, Frozen_dealloc, Frozen_traverse, frozen_clear, .tp_new = frozen_new,);

/* ---- text */
typedef struct { PyObject_HEAD PyObject *name, *other; } Named;
BOTH(Named, name)

static int named_init(Named *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->name, PyUnicode_FromString("name"));
    return self->name ? 0 : -1;
}

static int named_clear(Named *self)
{
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Named, Named_dealloc, Named_traverse, named_clear, .tp_init = (initproc)named_init,);

/* ---- by a helper, and by one of another file */
typedef struct { PyObject_HEAD PyObject *target, *other; } Helped;
BOTH(Helped, target)

static int helped_init(Helped *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->target, Py_NewRef(args));
    return 0;
}

static void drop(Helped *self)
{
    Py_CLEAR(self->target);
    Py_CLEAR(self->other);
}

static int helped_clear(Helped *self)
{
    drop(self);
    return 0;
}
TYPE(Helped, Helped_dealloc, Helped_traverse, helped_clear, .tp_init = (initproc)helped_init,);

typedef struct { PyObject_HEAD PyObject *target, *other; } Elsewhere;
BOTH(Elsewhere, target)
void elsewhere_drop(Elsewhere *self);

static int elsewhere_init(Elsewhere *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->target, Py_NewRef(args));
    return 0;
}

static int elsewhere_clear(Elsewhere *self)
{
    elsewhere_drop(self);
    return 0;
}
TYPE(Elsewhere, Elsewhere_dealloc, Elsewhere_traverse, elsewhere_clear, .tp_init = (initproc)elsewhere_init,);
