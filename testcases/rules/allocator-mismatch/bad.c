/* RW409: memory of one kind of objects, handled by functions for the other kind. */
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

/* ---- freed */
static void freed_plainly(Holder *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->held);
    PyObject_Free(self); // expect: RW409 PyObject_Free() is used for FreedPlainly
}
COLLECTED(FreedPlainly, .tp_dealloc = (destructor)freed_plainly);

static void deleted(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((Holder *)self)->held);
    PyObject_Del(self); // expect: RW409 PyObject_
}
COLLECTED(Deleted, .tp_dealloc = deleted);

static void freed_by_libc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((Holder *)self)->held);
    free(self); // expect: RW409 free() is used for FreedByLibc
}
COLLECTED(FreedByLibc, .tp_dealloc = freed_by_libc);

static void release(Holder *self)
{
    Py_CLEAR(self->held);
    PyMem_Free(self); // expect: RW409 PyMem_Free() is used for Helped
}

static void helped(Holder *self)
{
    PyObject_GC_UnTrack(self);
    release(self);
}
COLLECTED(Helped, .tp_dealloc = (destructor)helped);

static void freed_as_collected(PyObject *self)
{
    Py_CLEAR(((Holder *)self)->held);
    PyObject_GC_Del(self); // expect: RW409 PyObject_GC_Del() is used for FreedAsCollected
}
SIMPLE(FreedAsCollected, .tp_dealloc = freed_as_collected);

/* ---- by the slot */
static void by_slot(PyObject *self)
{
    Py_CLEAR(((Holder *)self)->held);
    Py_TYPE(self)->tp_free(self);
}
SIMPLE(SlotOfOther, .tp_dealloc = by_slot, .tp_free = PyObject_GC_Del); // expect: RW409 PyObject_GC_Del() is used for SlotOfOther

static void untracked_by_slot(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    by_slot(self);
}
COLLECTED(SlotOfPlain, .tp_dealloc = untracked_by_slot, .tp_free = PyObject_Free); // expect: RW409 for SlotOfPlain

/* ---- allocated */
COLLECTED(Made, .tp_dealloc = untracked_by_slot);
SIMPLE(MadeSimple, .tp_dealloc = by_slot);

static PyObject *make_plainly(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_New(Holder, &Made_Type); // expect: RW409 PyObject_New() is used for Made

    if (self != NULL)
        self->held = NULL;
    return (PyObject *)self;
}

static PyObject *make_sized(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_NewVar(Holder, &Made_Type, 4); // expect: RW409 PyObject_NewVar() is used for Made

    if (self != NULL)
        self->held = NULL;
    return (PyObject *)self;
}

static PyObject *make_collected(PyObject *m, PyObject *args)
{
    Holder *self = PyObject_GC_New(Holder, &MadeSimple_Type); // expect: RW409 PyObject_GC_New() is used for MadeSimple

    if (self == NULL)
        return NULL;
    self->held = NULL;
    PyObject_GC_Track(self);
    return (PyObject *)self;
}

/* ---- not freed at all */
static void kept(Holder *self) // expect: RW409 never frees the memory of Kept
{
    Py_CLEAR(self->held);
}
SIMPLE(Kept, .tp_dealloc = (destructor)kept);

PyMethodDef methods[] = {
    {"make_plainly", make_plainly, METH_VARARGS, NULL},
    {"make_sized", make_sized, METH_VARARGS, NULL},
    {"make_collected", make_collected, METH_VARARGS, NULL},
    {NULL},
};
