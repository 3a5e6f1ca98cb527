/* RW402: the collector does not see a reference that the object holds. */
#include <Python.h>
#include <structmember.h>

#define TYPE(T, DEALLOC, TRAVERSE, CLEAR, ...)                                                      \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(T), __VA_ARGS__                                 \
                             .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                   \
                             .tp_dealloc = (destructor)DEALLOC,                                     \
                             .tp_traverse = (traverseproc)TRAVERSE, .tp_clear = (inquiry)CLEAR}

/* ---- one of two that tp_dealloc releases */
typedef struct { PyObject_HEAD PyObject *first, *second; } Pair;

static int pair_traverse(Pair *self, visitproc visit, void *arg) // expect: RW402 'second' of Pair
{
    Py_VISIT(self->first);
    return 0;
}

static void pair_dealloc(Pair *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->first);
    Py_XDECREF(self->second);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Pair, pair_dealloc, pair_traverse, NULL);

/* ---- nothing at all */
typedef struct { PyObject_HEAD PyObject *held; } Idle;

static int idle_traverse(Idle *self, visitproc visit, void *arg) // expect: RW402 'held' of Idle
{
    return 0;
}

static void idle_dealloc(Idle *self)
{
    PyObject_GC_UnTrack(self);
    Py_DECREF(self->held);
    PyObject_GC_Del(self);
}
TYPE(Idle, idle_dealloc, idle_traverse, NULL);

/* ---- what tp_init stores */
typedef struct { PyObject_HEAD PyObject *callback, *name; } Named;

static int named_init(Named *self, PyObject *args, PyObject *kwds)
{
    PyObject *callback;

    if (!PyArg_ParseTuple(args, "O", &callback))
        return -1;
    Py_XSETREF(self->callback, Py_NewRef(callback));
    return 0;
}

static int named_traverse(Named *self, visitproc visit, void *arg) // expect: RW402 'callback' of Named
{
    Py_VISIT(self->name);
    return 0;
}

static int named_clear(Named *self)
{
    Py_CLEAR(self->callback);
    Py_CLEAR(self->name);
    return 0;
}

static void named_dealloc(Named *self)
{
    PyObject_GC_UnTrack(self);
    named_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Named, named_dealloc, named_traverse, named_clear, .tp_init = (initproc)named_init,);

/* ---- a heap type that visits its type only */
typedef struct { PyObject_HEAD PyObject *held; } Heap;

static int heap_traverse(Heap *self, visitproc visit, void *arg) // expect: RW402 'held' of Heap
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void heap_dealloc(Heap *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->held);
    type->tp_free(self);
    Py_DECREF(type);
}
static PyType_Slot heap_slots[] = {{Py_tp_dealloc, heap_dealloc}, {Py_tp_traverse, heap_traverse}, {0, NULL}};
PyType_Spec heap_spec = {"m.Heap", sizeof(Heap), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, heap_slots};

/* ---- visits by hand, one left out */
typedef struct { PyObject_HEAD PyObject *a, *b, *c; } Manual;

static int manual_traverse(Manual *self, visitproc visit, void *arg) // expect: RW402 'c' of Manual
{
    int rc = visit(self->a, arg);

    if (rc != 0)
        return rc;
    return self->b ? visit(self->b, arg) : 0;
}

static void manual_dealloc(Manual *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->a);
    Py_XDECREF(self->b);
    Py_XDECREF(self->c);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Manual, manual_dealloc, manual_traverse, NULL);

/* ---- Python code assigns it */
typedef struct { PyObject_HEAD PyObject *tag; } Tagged;
static PyMemberDef tagged_members[] = {{"tag", T_OBJECT, offsetof(Tagged, tag), 0, NULL}, {NULL}};

static int tagged_traverse(Tagged *self, visitproc visit, void *arg) // expect: RW402 'tag' of Tagged
{
    return 0;
}

static void tagged_dealloc(Tagged *self)
{
    PyObject_GC_UnTrack(self);
    Py_CLEAR(self->tag);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Tagged, tagged_dealloc, tagged_traverse, NULL, .tp_members = tagged_members,);

/* ---- released by a helper */
typedef struct { PyObject_HEAD PyObject *items, *index; } Helped;

static void drop(Helped *self)
{
    Py_CLEAR(self->items);
    Py_CLEAR(self->index);
}

static int visit_items(Helped *self, visitproc visit, void *arg)
{
    Py_VISIT(self->items);
    return 0;
}

static int helped_traverse(Helped *self, visitproc visit, void *arg) // expect: RW402 'index' of Helped
{
    return visit_items(self, visit, arg);
}

static void helped_dealloc(Helped *self)
{
    PyObject_GC_UnTrack(self);
    drop(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Helped, helped_dealloc, helped_traverse, NULL);

/* ---- of a struct inside */
typedef struct { PyObject_HEAD struct { PyObject *reader; int fd; } input; } Nested;

static int nested_traverse(Nested *self, visitproc visit, void *arg) // expect: RW402 'input.reader' of Nested
{
    return 0;
}

static int nested_clear(Nested *self)
{
    Py_CLEAR(self->input.reader);
    return 0;
}

static void nested_dealloc(Nested *self)
{
    PyObject_GC_UnTrack(self);
    nested_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Nested, nested_dealloc, nested_traverse, nested_clear);

/* ---- an object of a type of another file */
typedef struct { PyObject_HEAD int of_another_file; } OtherObject;
typedef struct { PyObject_HEAD OtherObject *other; PyObject *more; } Typed;

static int typed_traverse(Typed *self, visitproc visit, void *arg) // expect: RW402 'other' of Typed
{
    Py_VISIT(self->more);
    return 0;
}

static void typed_dealloc(Typed *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF((PyObject *)self->other);
    Py_XDECREF(self->more);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Typed, typed_dealloc, typed_traverse, NULL);

/* ---- a subtype: the base visits its own field only */
typedef struct { PyObject_HEAD PyObject *base_field; } Base;
typedef struct { Base base; PyObject *sub_field; } Sub;

static int base_traverse(Base *self, visitproc visit, void *arg)
{
    Py_VISIT(self->base_field);
    return 0;
}

static void base_dealloc(Base *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->base_field);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Base, base_dealloc, base_traverse, NULL);

static int sub_traverse(Sub *self, visitproc visit, void *arg) // expect: RW402 'sub_field' of Sub
{
    return Base_Type.tp_traverse((PyObject *)self, visit, arg);
}

static void sub_dealloc(Sub *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->sub_field);
    Base_Type.tp_dealloc((PyObject *)self);
}
TYPE(Sub, sub_dealloc, sub_traverse, NULL, .tp_base = &Base_Type,);

/* ---- a field that is set to NULL first */
typedef struct { PyObject_HEAD PyObject *lazy; } Lazy;

static void Lazy_dealloc(Lazy *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->lazy);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static int lazy_init(Lazy *self, PyObject *args, PyObject *kwargs)
{
    self->lazy = NULL;
    return 0;
}

static PyObject *lazy_set(Lazy *self, PyObject *arg)
{
    Py_XSETREF(self->lazy, Py_NewRef(arg));
    Py_RETURN_NONE;
}

static int lazy_traverse(Lazy *self, visitproc visit, void *arg) // expect: RW402 'lazy' of Lazy
{
    return 0;
}
static PyMethodDef lazy_methods[] = {{"set", (PyCFunction)lazy_set, METH_O, NULL}, {NULL}};
TYPE(Lazy, Lazy_dealloc, lazy_traverse, NULL, .tp_init = (initproc)lazy_init, .tp_methods = lazy_methods,);
