/* RW403: tp_traverse shows a cycle to the collector, tp_clear does not break it. */
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

static int timer_clear(Timer *self) // expect: RW403 'callback' of Timer
{
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

static int observer_clear(Observer *self) // expect: RW403 'target' of Observer
{
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

static int handler_clear(Handler *self) // expect: RW403 'function' of Handler
{
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Handler, Handler_dealloc, Handler_traverse, handler_clear, .tp_methods = handler_methods,);

typedef struct { PyObject_HEAD PyObject *tag, *other; } Tagged;
BOTH(Tagged, tag)

static PyMemberDef tagged_members[] = {{"tag", T_OBJECT, offsetof(Tagged, tag), 0, NULL}, {NULL}};

static int tagged_clear(Tagged *self) // expect: RW403 'tag' of Tagged
{
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

static int wrapper_clear(Wrapper *self) // expect: RW403 'wrapped' of Wrapper
{
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

static int chain_clear(Chain *self) // expect: RW403 'next' of Chain
{
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Chain, Chain_dealloc, Chain_traverse, chain_clear, .tp_getset = chain_getset,);

typedef struct { PyObject_HEAD PyObject *object, *other; } Proxy;
BOTH(Proxy, object)

static PyObject *proxy_use(Proxy *self, PyObject *value)
{
    PyObject *old = self->object;

    Py_INCREF(value);
    self->object = value;
    Py_XDECREF(old);
    Py_RETURN_NONE;
}
static PyMethodDef proxy_methods[] = {{"use", (PyCFunction)proxy_use, METH_O, NULL}, {NULL}};

static int proxy_clear(Proxy *self) // expect: RW403 'object' of Proxy
{
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Proxy, Proxy_dealloc, Proxy_traverse, proxy_clear, .tp_methods = proxy_methods,);

typedef struct { PyObject_HEAD PyObject *data, *other; } Event;
BOTH(Event, data)

static PyMemberDef event_members[] = {{"data", T_OBJECT, offsetof(Event, data), 0, NULL}, {NULL}};

static int event_clear(Event *self) // expect: RW403 'data' of Event
{
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Event, Event_dealloc, Event_traverse, event_clear, .tp_members = event_members,);

typedef struct { PyObject_HEAD PyObject *finder, *other; } Loader;
BOTH(Loader, finder)

static int loader_init(Loader *self, PyObject *args, PyObject *kwds)
{
    PyObject *value;

    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    Py_XSETREF(self->finder, Py_NewRef(value));
    return 0;
}

static int loader_clear(Loader *self) // expect: RW403 'finder' of Loader
{
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Loader, Loader_dealloc, Loader_traverse, loader_clear, .tp_init = (initproc)loader_init,);

typedef struct { PyObject_HEAD PyObject *consumer, *other; } Queue;
BOTH(Queue, consumer)

static PyObject *queue_use(Queue *self, PyObject *value)
{
    PyObject *old = self->consumer;

    Py_INCREF(value);
    self->consumer = value;
    Py_XDECREF(old);
    Py_RETURN_NONE;
}
static PyMethodDef queue_methods[] = {{"use", (PyCFunction)queue_use, METH_O, NULL}, {NULL}};

static int queue_clear(Queue *self) // expect: RW403 'consumer' of Queue
{
    Py_CLEAR(self->other);
    return 0;
}
TYPE(Queue, Queue_dealloc, Queue_traverse, queue_clear, .tp_methods = queue_methods,);

