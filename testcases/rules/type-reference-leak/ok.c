/* The type is released, or no reference to it is held. */
#include <Python.h>

#define SPEC(T, DEALLOC)                                                                            \
    static PyType_Slot T##_slots[] = {{Py_tp_dealloc, DEALLOC}, {0, NULL}};                         \
    PyType_Spec T##_spec = {"m." #T, sizeof(Point), 0, Py_TPFLAGS_DEFAULT, T##_slots}

typedef struct { PyObject_HEAD PyObject *held; PyTypeObject *made_of; } Point;

static void plain_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    type->tp_free(self);
    Py_DECREF(type);
}
SPEC(Plain, plain_dealloc);

static void by_slot_dealloc(PyObject *self)
{
    PyObject *type = (PyObject *)Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot((PyTypeObject *)type, Py_tp_free);

    release(self);
    Py_DECREF(type);
}
SPEC(BySlot, by_slot_dealloc);

static void before_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    Py_DECREF(type);
    PyObject_Free(self);
}
SPEC(Before, before_dealloc);

static void member_dealloc(PyObject *self)
{
    PyTypeObject *type = self->ob_type;

    PyObject_Free(self);
    Py_DECREF((PyObject *)type);
}
SPEC(Member, member_dealloc);

static void free_with_type(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    type->tp_free(self);
    Py_XDECREF(type);
}

static void helped_dealloc(PyObject *self)
{
    Py_CLEAR(((Point *)self)->held);
    free_with_type(self);
}
SPEC(Helped, helped_dealloc);

static void release_type(PyTypeObject *type)
{
    Py_DECREF(type);
}

static void apart_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_Free(self);
    release_type(type);
}
SPEC(Apart, apart_dealloc);

static void base_dealloc(PyObject *self)
{
    Py_CLEAR(((Point *)self)->held);
    Py_TYPE(self)->tp_base->tp_dealloc(self);
}
SPEC(WithBase, base_dealloc);

void elsewhere_free(PyObject *self);

static void elsewhere_dealloc(PyObject *self)
{
    elsewhere_free(self);
    PyObject_Free(self);
}
SPEC(Elsewhere, elsewhere_dealloc);

static Point *free_list;

static void kept_dealloc(Point *self)
{
    self->held = (PyObject *)free_list;
    free_list = self;
}
SPEC(Kept, kept_dealloc);

static void static_dealloc(PyObject *self)
{
    Py_TYPE(self)->tp_free(self);
}
PyTypeObject Static_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Static",
                            .tp_basicsize = sizeof(Point), .tp_dealloc = static_dealloc};

/* One function for both kinds: who made the instance is not known here. */
static void shared_dealloc(PyObject *self)
{
    PyObject_Free(self);
}
PyTypeObject Shared_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Shared",
                            .tp_basicsize = sizeof(Point), .tp_dealloc = shared_dealloc};
SPEC(SharedHeap, shared_dealloc);
