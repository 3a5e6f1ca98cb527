/* Allocated and freed by functions of the same kind, or by those of the type. */
#include <Python.h>
#include <stdlib.h>

#define SIMPLE(T, ...)                                                                              \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(Holder), __VA_ARGS__}
#define COLLECTED(T, ...)                                                                           \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(Holder), .tp_traverse = holder_traverse,        \
                             .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, __VA_ARGS__}

typedef struct { PyObject_HEAD PyObject *held; void *memory; } Holder;

static int holder_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((Holder *)op)->held);
    return 0;
}

static void by_slot(PyObject *self)
{
    Py_CLEAR(((Holder *)self)->held);
    Py_TYPE(self)->tp_free(self);
}
SIMPLE(BySlot, .tp_dealloc = by_slot);
SIMPLE(OwnFree, .tp_dealloc = by_slot, .tp_free = PyObject_Free);

static void by_name(PyObject *self)
{
    Py_CLEAR(((Holder *)self)->held);
    PyObject_Free(self);
}
SIMPLE(ByName, .tp_dealloc = by_name);

static void collected_by_name(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((Holder *)self)->held);
    PyObject_GC_Del(self);
}
COLLECTED(CollectedByName, .tp_dealloc = collected_by_name);

static void collected_by_slot(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    by_slot(self);
}
COLLECTED(CollectedBySlot, .tp_dealloc = collected_by_slot, .tp_free = PyObject_GC_Del);

/* ---- what is freed here belongs to the object and is none */
static void with_memory(Holder *self)
{
    PyMem_Free(self->memory);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->held);
    PyObject_GC_Del(self);
}
COLLECTED(WithMemory, .tp_dealloc = (destructor)with_memory);

static void free_block(void *block)
{
    PyMem_Free(block);
}

static void with_helper(Holder *self)
{
    free_block(self->memory);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->held);
    PyObject_GC_Del(self);
}
COLLECTED(WithHelper, .tp_dealloc = (destructor)with_helper);

/* ---- a base that is not seen here may be in the collector */
extern PyTypeObject Foreign_Type;

static void sub_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((Holder *)self)->held);
    PyObject_GC_Del(self);
}
SIMPLE(Sub, .tp_dealloc = sub_dealloc, .tp_base = &Foreign_Type);

/* ---- kept for the next one */
static Holder *free_list;

static void kept(Holder *self)
{
    Py_CLEAR(self->held);
    self->memory = free_list;
    free_list = self;
}
SIMPLE(Kept, .tp_dealloc = (destructor)kept);

/* ---- made */
static PyObject *make_simple(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_New(Holder, &BySlot_Type);

    if (self != NULL)
        self->held = NULL;
    return (PyObject *)self;
}

static PyObject *make_collected(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_New(Holder, &CollectedBySlot_Type);

    if (self == NULL)
        return NULL;
    self->held = NULL;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

static PyObject *make_foreign(PyObject *m, PyObject *args)
{
    return (PyObject *)PyObject_New(Holder, &Foreign_Type);
}

PyMethodDef methods[] = {
    {"make_simple", make_simple, METH_VARARGS, NULL},
    {"make_collected", make_collected, METH_VARARGS, NULL},
    {"make_foreign", make_foreign, METH_VARARGS, NULL},
    {NULL},
};
