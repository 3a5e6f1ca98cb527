/* RW407: nothing keeps Python code from closing a cycle through the field. */
#include <Python.h>
#include <structmember.h>

#define TYPE(T, ...)                                                                                \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(T), .tp_dealloc = (destructor)T##_dealloc,      \
                             .tp_flags = Py_TPFLAGS_DEFAULT, __VA_ARGS__}

typedef struct { PyObject_HEAD PyObject *callback; } Timer;

static int timer_init(Timer *self, PyObject *args, PyObject *kwds)
{
    PyObject *value;

    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    Py_XSETREF(self->callback, Py_NewRef(value));
    return 0;
}

static void Timer_dealloc(Timer *self) // expect: RW407 'callback' of Timer
{
    Py_XDECREF(self->callback);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Timer, .tp_init = (initproc)timer_init);

typedef struct { PyObject_HEAD PyObject *target; } Observer;

static int observer_set(Observer *self, PyObject *value, void *closure)
{
    Py_XSETREF(self->target, Py_XNewRef(value));
    return 0;
}
static PyGetSetDef observer_getset[] = {{"target", NULL, (setter)observer_set, NULL, NULL}, {NULL}};

static void Observer_dealloc(Observer *self) // expect: RW407 'target' of Observer
{
    Py_XDECREF(self->target);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Observer, .tp_getset = observer_getset);

typedef struct { PyObject_HEAD PyObject *function; } Handler;

static PyObject *handler_use(Handler *self, PyObject *value)
{
    Py_INCREF(value);
    Py_XSETREF(self->function, value);
    Py_RETURN_NONE;
}
static PyMethodDef handler_methods[] = {{"use", (PyCFunction)handler_use, METH_O, NULL}, {NULL}};

static void Handler_dealloc(Handler *self) // expect: RW407 'function' of Handler
{
    Py_XDECREF(self->function);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Handler, .tp_methods = handler_methods);

typedef struct { PyObject_HEAD PyObject *tag; } Tagged;

static PyMemberDef tagged_members[] = {{"tag", T_OBJECT, offsetof(Tagged, tag), 0, NULL}, {NULL}};

static void Tagged_dealloc(Tagged *self) // expect: RW407 'tag' of Tagged
{
    Py_XDECREF(self->tag);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Tagged, .tp_members = tagged_members);

typedef struct { PyObject_HEAD PyObject *wrapped; } Wrapper;

static int wrapper_init(Wrapper *self, PyObject *args, PyObject *kwds)
{
    PyObject *value;

    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    Py_XSETREF(self->wrapped, Py_NewRef(value));
    return 0;
}

static void Wrapper_dealloc(Wrapper *self) // expect: RW407 'wrapped' of Wrapper
{
    Py_XDECREF(self->wrapped);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Wrapper, .tp_init = (initproc)wrapper_init);

typedef struct { PyObject_HEAD PyObject *next; } Chain;

static int chain_set(Chain *self, PyObject *value, void *closure)
{
    Py_XSETREF(self->next, Py_XNewRef(value));
    return 0;
}
static PyGetSetDef chain_getset[] = {{"next", NULL, (setter)chain_set, NULL, NULL}, {NULL}};

static void Chain_dealloc(Chain *self) // expect: RW407 'next' of Chain
{
    Py_XDECREF(self->next);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Chain, .tp_getset = chain_getset);

typedef struct { PyObject_HEAD PyObject *object; } Proxy;

static PyObject *proxy_use(Proxy *self, PyObject *value)
{
    Py_INCREF(value);
    Py_XSETREF(self->object, value);
    Py_RETURN_NONE;
}
static PyMethodDef proxy_methods[] = {{"use", (PyCFunction)proxy_use, METH_O, NULL}, {NULL}};

static void Proxy_dealloc(Proxy *self) // expect: RW407 'object' of Proxy
{
    Py_XDECREF(self->object);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Proxy, .tp_methods = proxy_methods);

typedef struct { PyObject_HEAD PyObject *data; } Event;

static PyMemberDef event_members[] = {{"data", T_OBJECT, offsetof(Event, data), 0, NULL}, {NULL}};

static void Event_dealloc(Event *self) // expect: RW407 'data' of Event
{
    Py_XDECREF(self->data);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Event, .tp_members = event_members);

typedef struct { PyObject_HEAD PyObject *finder; } Loader;

static int loader_init(Loader *self, PyObject *args, PyObject *kwds)
{
    PyObject *value;

    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    Py_XSETREF(self->finder, Py_NewRef(value));
    return 0;
}

static void Loader_dealloc(Loader *self) // expect: RW407 'finder' of Loader
{
    Py_XDECREF(self->finder);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Loader, .tp_init = (initproc)loader_init);

typedef struct { PyObject_HEAD PyObject *consumer; } Queue;

static PyObject *queue_use(Queue *self, PyObject *value)
{
    Py_INCREF(value);
    Py_XSETREF(self->consumer, value);
    Py_RETURN_NONE;
}
static PyMethodDef queue_methods[] = {{"use", (PyCFunction)queue_use, METH_O, NULL}, {NULL}};

static void Queue_dealloc(Queue *self) // expect: RW407 'consumer' of Queue
{
    Py_XDECREF(self->consumer);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Queue, .tp_methods = queue_methods);
