/* Untracked in time, or nothing is released that could start a collection. */
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

static void direct_dealloc(Holder *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->held);
    Py_XDECREF(self->more);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
HOLDER(Direct, direct_dealloc);

static void object_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    clear_both((Holder *)self);
    Py_TYPE(self)->tp_free(self);
}
HOLDER(Object, object_dealloc);

static void trashcan_dealloc(Holder *self)
{
    PyObject_GC_UnTrack(self);
    Py_TRASHCAN_BEGIN(self, trashcan_dealloc)
    clear_both(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
    Py_TRASHCAN_END
}
HOLDER(Trashcan, trashcan_dealloc);

static void untrack_and_clear(Holder *self)
{
    PyObject_GC_UnTrack((PyObject *)self);
    clear_both(self);
}

static void helped_dealloc(Holder *self)
{
    untrack_and_clear(self);
    PyObject_GC_Del(self);
}
HOLDER(Helped, helped_dealloc);

static void heap_dealloc(Holder *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    clear_both(self);
    type->tp_free(self);
    Py_DECREF(type);
}
static int heap_traverse(Holder *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return visit_both(self, visit, arg);
}
static PyType_Slot heap_slots[] = {{Py_tp_dealloc, heap_dealloc}, {Py_tp_traverse, heap_traverse}, {0, NULL}};
PyType_Spec heap_spec = {"m.Heap", sizeof(Holder), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, heap_slots};

/* ---- the base does it */
static void sub_dealloc(PyObject *self)
{
    Direct_Type.tp_dealloc(self);
}
typedef Holder Sub;
TYPE(Sub, sub_dealloc, visit_both, clear_both, .tp_base = &Direct_Type,);

/* ---- not a type of the collector */
typedef struct { PyObject_HEAD PyObject *held; } Simple;

static void simple_dealloc(Simple *self)
{
    Py_XDECREF(self->held);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
PyTypeObject Simple_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Simple",
                            .tp_basicsize = sizeof(Simple), .tp_dealloc = (destructor)simple_dealloc};

/* ---- text runs nothing when it dies */
typedef struct { PyObject_HEAD PyObject *name; } Named;

static int named_init(Named *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->name, PyUnicode_FromString("name"));
    return self->name ? 0 : -1;
}

static int named_traverse(Named *self, visitproc visit, void *arg)
{
    return 0;
}

static void named_dealloc(Named *self)
{
    Py_XDECREF(self->name);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Named, named_dealloc, named_traverse, NULL, .tp_init = (initproc)named_init,);

/* ---- nothing is released */
typedef struct { PyObject_HEAD PyObject *borrowed; } Viewer;

static int viewer_traverse(Viewer *self, visitproc visit, void *arg)
{
    return 0;
}

static void viewer_dealloc(Viewer *self)
{
    PyObject_GC_Del(self);
}
TYPE(Viewer, viewer_dealloc, viewer_traverse, NULL);

/* ---- flags that are known only when it runs */
extern unsigned long flags_elsewhere;
PyTypeObject Open_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Open", .tp_basicsize = sizeof(Simple),
                          .tp_dealloc = (destructor)simple_dealloc};

int set_flags(void)
{
    Open_Type.tp_flags |= flags_elsewhere;
    return PyType_Ready(&Open_Type);
}
