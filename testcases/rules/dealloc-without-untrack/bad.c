/* RW404: a collection while tp_dealloc releases fields visits the dying object. */
#include <Python.h>
#include <structmember.h>

#define TYPE(T, DEALLOC, TRAVERSE, CLEAR, ...)                                                      \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(T), __VA_ARGS__                                 \
                             .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                   \
                             .tp_dealloc = (destructor)DEALLOC,                                     \
                             .tp_traverse = (traverseproc)TRAVERSE, .tp_clear = (inquiry)CLEAR}

typedef struct { PyObject_HEAD PyObject *held, *more; void *memory; } Holder;

static int visit_both(Holder *self, visitproc visit, void *arg)
{
    Py_VISIT(self->held);
    Py_VISIT(self->more);
    return 0;
}

static int clear_both(Holder *self)
{
    Py_CLEAR(self->held);
    Py_CLEAR(self->more);
    return 0;
}

#define HOLDER(T, DEALLOC)                                                                          \
    typedef Holder T;                                                                               \
    TYPE(T, DEALLOC, visit_both, clear_both)

static void direct_dealloc(Holder *self) // expect: RW404 'held' of Direct
{
    Py_XDECREF(self->held);
    Py_XDECREF(self->more);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
HOLDER(Direct, direct_dealloc);

static void by_clear_dealloc(Holder *self) // expect: RW404 of ByClear
{
    clear_both(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
HOLDER(ByClear, by_clear_dealloc);

static void by_slot_dealloc(Holder *self) // expect: RW404 of BySlot
{
    Py_TYPE(self)->tp_clear((PyObject *)self);
    PyObject_GC_Del(self);
}
HOLDER(BySlot, by_slot_dealloc);

static void with_memory_dealloc(Holder *self) // expect: RW404 of WithMemory
{
    PyMem_Free(self->memory);
    Py_CLEAR(self->held);
    Py_CLEAR(self->more);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
HOLDER(WithMemory, with_memory_dealloc);

static void weak_dealloc(Holder *self) // expect: RW404 of Weak
{
    PyObject_ClearWeakRefs((PyObject *)self);
    clear_both(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
HOLDER(Weak, weak_dealloc);

static void trashcan_dealloc(Holder *self) // expect: RW404 of Trashcan
{
    Py_TRASHCAN_BEGIN(self, trashcan_dealloc)
    clear_both(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
    Py_TRASHCAN_END
}
HOLDER(Trashcan, trashcan_dealloc);

static void drop(PyObject **place)
{
    Py_CLEAR(*place);
}

static void helped_dealloc(Holder *self) // expect: RW404 of Helped
{
    drop(&self->held);
    drop(&self->more);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
HOLDER(Helped, helped_dealloc);

static void finalizing_dealloc(PyObject *op) // expect: RW404 of Finalizing
{
    Holder *self = (Holder *)op;

    if (PyObject_CallFinalizerFromDealloc(op) < 0)
        return;
    Py_XSETREF(self->held, NULL);
    Py_XSETREF(self->more, NULL);
    Py_TYPE(op)->tp_free(op);
}
HOLDER(Finalizing, finalizing_dealloc);

static void one_dealloc(Holder *self) // expect: RW404 'more' of One
{
    PyObject *more = self->more;

    self->more = NULL;
    Py_XDECREF(more);
    Py_XDECREF(self->held);
    PyObject_GC_Del(self);
}
HOLDER(One, one_dealloc);

static int heap_traverse(Holder *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return visit_both(self, visit, arg);
}

static void heap_dealloc(Holder *self) // expect: RW404 of Heap
{
    PyTypeObject *type = Py_TYPE(self);

    clear_both(self);
    type->tp_free(self);
    Py_DECREF(type);
}
static PyType_Slot heap_slots[] = {{Py_tp_dealloc, heap_dealloc}, {Py_tp_traverse, heap_traverse}, {0, NULL}};
PyType_Spec heap_spec = {"m.Heap", sizeof(Holder), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, heap_slots};
