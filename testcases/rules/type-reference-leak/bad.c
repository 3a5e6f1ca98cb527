/* RW107: an instance of a heap type dies and its reference to the type does not. */
#include <Python.h>

#define SPEC(T, DEALLOC, ...)                                                                       \
    static PyType_Slot T##_slots[] = {{Py_tp_dealloc, DEALLOC}, __VA_ARGS__ {0, NULL}};             \
    PyType_Spec T##_spec = {"m." #T, sizeof(T), 0, Py_TPFLAGS_DEFAULT, T##_slots}

typedef struct { PyObject_HEAD PyObject *held; void *memory; } Point;

static void plain_dealloc(PyObject *self) // expect: RW107 Plain
{
    Py_TYPE(self)->tp_free(self);
}
typedef Point Plain;
SPEC(Plain, plain_dealloc, );

static void in_variable_dealloc(PyObject *self) // expect: RW107 InVariable
{
    PyTypeObject *type = Py_TYPE(self);

    type->tp_free(self);
}
typedef Point InVariable;
SPEC(InVariable, in_variable_dealloc, );

static void by_slot_dealloc(PyObject *self) // expect: RW107 BySlot
{
    freefunc release = (freefunc)PyType_GetSlot(Py_TYPE(self), Py_tp_free);

    release(self);
}
typedef Point BySlot;
SPEC(BySlot, by_slot_dealloc, );

static void by_name_dealloc(PyObject *self) // expect: RW107 ByName
{
    PyObject_Free(self);
}
typedef Point ByName;
SPEC(ByName, by_name_dealloc, );

static void other_name_dealloc(Point *self) // expect: RW107 OtherName
{
    PyMem_Free(self->memory);
    PyObject_Del(self);
}
typedef Point OtherName;
SPEC(OtherName, other_name_dealloc, );

static void with_field_dealloc(Point *self) // expect: RW107 WithField
{
    Py_CLEAR(self->held);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
typedef Point WithField;
SPEC(WithField, with_field_dealloc, );

static int collected_traverse(Point *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->held);
    return 0;
}

static void collected_dealloc(Point *self) // expect: RW107 Collected
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->held);
    PyObject_GC_Del(self);
}
static PyType_Slot collected_slots[] = {
    {Py_tp_dealloc, collected_dealloc}, {Py_tp_traverse, collected_traverse}, {0, NULL}};
PyType_Spec collected_spec = {.name = "m.Collected", .basicsize = sizeof(Point), .slots = collected_slots,
                              .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC};

static void free_point(Point *self)
{
    Py_CLEAR(self->held);
    PyObject_Free(self);
}

static void helped_dealloc(Point *self) // expect: RW107 Helped
{
    free_point(self);
}
typedef Point Helped;
SPEC(Helped, helped_dealloc, );

static void early_dealloc(Point *self) // expect: RW107 Early
{
    if (self->memory == NULL) {
        PyObject_Free(self);
        return;
    }
    PyMem_Free(self->memory);
    PyObject_Free(self);
}
typedef Point Early;
SPEC(Early, early_dealloc, );

static void weak_dealloc(PyObject *self) // expect: RW107 Weak
{
    PyObject_ClearWeakRefs(self);
    Py_TYPE(self)->tp_free(self);
}
typedef Point Weak;
SPEC(Weak, weak_dealloc, );
