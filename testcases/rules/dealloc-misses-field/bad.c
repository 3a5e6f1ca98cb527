/* RW106: a field that holds a reference outlives its object. */
#include <Python.h>
#include <structmember.h>

#define TYPE(T, DEALLOC, ...)                                                                       \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(T), .tp_flags = Py_TPFLAGS_DEFAULT,             \
                             .tp_dealloc = (destructor)DEALLOC, __VA_ARGS__}

/* ---- stored by tp_init */
typedef struct { PyObject_HEAD PyObject *callback; } Kept;

static int kept_init(Kept *self, PyObject *args, PyObject *kwds)
{
    PyObject *callback;

    if (!PyArg_ParseTuple(args, "O", &callback))
        return -1;
    Py_XSETREF(self->callback, Py_NewRef(callback));
    return 0;
}

static void kept_dealloc(Kept *self) // expect: RW106 'callback' of Kept
{
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Kept, kept_dealloc, .tp_init = (initproc)kept_init);

/* ---- one of two */
typedef struct { PyObject_HEAD PyObject *first, *second; } Pair;

static PyObject *pair_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Pair *self = (Pair *)type->tp_alloc(type, 0);

    if (self == NULL)
        return NULL;
    self->first = PyDict_New();
    self->second = PyList_New(0);
    if (self->first == NULL || self->second == NULL) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void pair_dealloc(Pair *self) // expect: RW106 'second' of Pair
{
    Py_XDECREF(self->first);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Pair, pair_dealloc, .tp_new = pair_new);

/* ---- tp_clear releases it, and nobody calls tp_clear */
typedef struct { PyObject_HEAD PyObject *held; } Cleared;

static int cleared_traverse(Cleared *self, visitproc visit, void *arg)
{
    Py_VISIT(self->held);
    return 0;
}

static int cleared_clear(Cleared *self)
{
    Py_CLEAR(self->held);
    return 0;
}

static void cleared_dealloc(Cleared *self) // expect: RW106 'held' of Cleared
{
    PyObject_GC_UnTrack(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Cleared, cleared_dealloc, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
     .tp_traverse = (traverseproc)cleared_traverse, .tp_clear = (inquiry)cleared_clear);

/* ---- Python code assigns it */
typedef struct { PyObject_HEAD PyObject *tag; } Tagged;
static PyMemberDef tagged_members[] = {{"tag", T_OBJECT, offsetof(Tagged, tag), 0, NULL}, {NULL}};

static void tagged_dealloc(Tagged *self) // expect: RW106 'tag' of Tagged
{
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Tagged, tagged_dealloc, .tp_members = tagged_members);

/* ---- shown to Python, beside a field that is released */
typedef struct { PyObject_HEAD PyObject *owner, *label; } Shown;
static PyMemberDef shown_members[] = {{"label", T_OBJECT_EX, offsetof(Shown, label), READONLY, NULL}, {NULL}};

static void shown_dealloc(Shown *self) // expect: RW106 'label' of Shown
{
    Py_CLEAR(self->owner);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Shown, shown_dealloc, .tp_members = shown_members);

/* ---- a heap type */
typedef struct { PyObject_HEAD PyObject *cache; } Heap;

static PyObject *heap_fill(Heap *self, PyObject *Py_UNUSED(ignored))
{
    if (self->cache == NULL)
        self->cache = PyDict_New();
    return Py_XNewRef(self->cache);
}

static void heap_dealloc(Heap *self) // expect: RW106 'cache' of Heap
{
    PyTypeObject *type = Py_TYPE(self);

    type->tp_free(self);
    Py_DECREF(type);
}
static PyMethodDef heap_methods[] = {{"fill", (PyCFunction)heap_fill, METH_NOARGS, NULL}, {NULL}};
static PyType_Slot heap_slots[] = {{Py_tp_dealloc, heap_dealloc}, {Py_tp_methods, heap_methods}, {0, NULL}};
PyType_Spec heap_spec = {"m.Heap", sizeof(Heap), 0, Py_TPFLAGS_DEFAULT, heap_slots};

/* ---- a field of a struct inside */
typedef struct { PyObject_HEAD struct { PyObject *text; Py_ssize_t used; } buffer; } Nested;

static int nested_set(Nested *self, PyObject *value, void *closure)
{
    PyObject *list = PySequence_List(value);

    if (list == NULL)
        return -1;
    Py_XSETREF(self->buffer.text, list);
    return 0;
}

static void nested_dealloc(Nested *self) // expect: RW106 'buffer.text' of Nested
{
    Py_TYPE(self)->tp_free((PyObject *)self);
}
static PyGetSetDef nested_getset[] = {{"text", NULL, (setter)nested_set, NULL, NULL}, {NULL}};
TYPE(Nested, nested_dealloc, .tp_getset = nested_getset);

/* ---- stored by a helper */
typedef struct { PyObject_HEAD PyObject *chunk; } Reader;

static int fill_chunk(Reader *self, PyObject *source)
{
    self->chunk = PyObject_CallMethod(source, "read", NULL);
    return self->chunk ? 0 : -1;
}

static PyObject *reader_next(Reader *self, PyObject *source)
{
    if (self->chunk == NULL && fill_chunk(self, source) < 0)
        return NULL;
    return Py_XNewRef(self->chunk);
}

static void reader_dealloc(Reader *self) // expect: RW106 'chunk' of Reader
{
    PyObject_Free(self);
}
static PyMethodDef reader_methods[] = {{"next", (PyCFunction)reader_next, METH_O, NULL}, {NULL}};
TYPE(Reader, reader_dealloc, .tp_methods = reader_methods);

/* ---- a subtype forgets its own field */
typedef struct { PyObject_HEAD PyObject *name; } Base;
typedef struct { Base base; PyObject *extra; } Sub;

static int base_init(Base *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->name, PyUnicode_FromString("base"));
    return self->name ? 0 : -1;
}

static void base_dealloc(Base *self)
{
    Py_XDECREF(self->name);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Base, base_dealloc, .tp_init = (initproc)base_init);

static int sub_init(Sub *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->extra, PyDict_New());
    return self->extra ? 0 : -1;
}

static void sub_dealloc(Sub *self) // expect: RW106 'extra' of Sub
{
    Base_Type.tp_dealloc((PyObject *)self);
}
TYPE(Sub, sub_dealloc, .tp_init = (initproc)sub_init, .tp_base = &Base_Type);

/* ---- close() is a method: nobody has to call it */
typedef struct { PyObject_HEAD PyObject *file; } Closing;

static PyObject *closing_open(Closing *self, PyObject *path)
{
    PyObject *file = PyFile_FromFd(0, NULL, "r", -1, NULL, NULL, NULL, 0);

    if (file == NULL)
        return NULL;
    Py_XSETREF(self->file, file);
    Py_RETURN_NONE;
}

static PyObject *closing_close(Closing *self, PyObject *Py_UNUSED(ignored))
{
    Py_CLEAR(self->file);
    Py_RETURN_NONE;
}

static void closing_dealloc(Closing *self) // expect: RW106 'file' of Closing
{
    Py_TYPE(self)->tp_free((PyObject *)self);
}
static PyMethodDef closing_methods[] = {{"open", (PyCFunction)closing_open, METH_O, NULL},
                                        {"close", (PyCFunction)closing_close, METH_NOARGS, NULL}, {NULL}};
TYPE(Closing, closing_dealloc, .tp_methods = closing_methods);

/* ---- no tp_dealloc at all */
typedef struct { PyObject_HEAD PyObject *lost; } Forgotten;

static int forgotten_init(Forgotten *self, PyObject *args, PyObject *kwds)
{
    self->lost = PyList_New(0);
    return self->lost ? 0 : -1;
}
PyTypeObject Forgotten_Type = { // expect: RW106 'lost' of Forgotten
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Forgotten", .tp_basicsize = sizeof(Forgotten),
    .tp_flags = Py_TPFLAGS_DEFAULT, .tp_init = (initproc)forgotten_init};
