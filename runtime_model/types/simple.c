/* Small objects around one or two references: capsule, cell, iterators. */
#include "core_int.h"

/* ---- capsule: not collected, and its pointer is not counted */

typedef struct {
    PyObject_HEAD
    void *pointer;
    const char *name;
    void *context;
    PyCapsule_Destructor destroy;
} capsule;

PyObject *PyCapsule_New(void *pointer, const char *name, PyCapsule_Destructor destroy)
{
    capsule *c;

    if (pointer == NULL) {
        PyErr_SetString(PyExc_ValueError, "PyCapsule_New called with null pointer");
        return NULL;
    }
    c = PyObject_New(capsule, &PyCapsule_Type);
    if (c == NULL)
        return NULL;
    c->pointer = pointer;
    c->name = name;
    c->context = NULL;
    c->destroy = destroy;
    return (PyObject *)c;
}

static bool same_name(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_capsule(PyObject *op)
{
    return op != NULL && PyCapsule_CheckExact(op) && ((capsule *)op)->pointer != NULL;
}

static capsule *want(PyObject *op)
{
    if (is_capsule(op))
        return (capsule *)op;
    PyErr_SetString(PyExc_ValueError, "not a valid PyCapsule object");
    return NULL;
}

int PyCapsule_IsValid(PyObject *op, const char *name)
{
    return is_capsule(op) && same_name(((capsule *)op)->name, name);
}

void *PyCapsule_GetPointer(PyObject *op, const char *name)
{
    capsule *c = want(op);

    if (c != NULL && !same_name(c->name, name)) {
        PyErr_SetString(PyExc_ValueError, "PyCapsule_GetPointer called with incorrect name");
        return NULL;
    }
    return c != NULL ? c->pointer : NULL;
}

PyCapsule_Destructor PyCapsule_GetDestructor(PyObject *op)
{
    capsule *c = want(op);

    return c != NULL ? c->destroy : NULL;
}

const char *PyCapsule_GetName(PyObject *op)
{
    capsule *c = want(op);

    return c != NULL ? c->name : NULL;
}

void *PyCapsule_GetContext(PyObject *op)
{
    capsule *c = want(op);

    return c != NULL ? c->context : NULL;
}

int PyCapsule_SetPointer(PyObject *op, void *pointer)
{
    capsule *c;

    if (pointer == NULL) {
        PyErr_SetString(PyExc_ValueError, "PyCapsule_SetPointer called with null pointer");
        return -1;
    }
    c = want(op);
    if (c != NULL)
        c->pointer = pointer;
    return c != NULL ? 0 : -1;
}

#define SETTER(function, type, field)                      \
    int function(PyObject *op, type value)                 \
    {                                                      \
        capsule *c = want(op);                             \
                                                           \
        if (c == NULL)                                     \
            return -1;                                     \
        c->field = value;                                  \
        return 0;                                          \
    }
SETTER(PyCapsule_SetDestructor, PyCapsule_Destructor, destroy)
SETTER(PyCapsule_SetName, const char *, name)
SETTER(PyCapsule_SetContext, void *, context)

static PyObject *import_dotted(char *path)
{
    PyObject *op = NULL;

    for (char *part = strtok(path, "."); part != NULL; part = strtok(NULL, ".")) {
        PyObject *next = op == NULL ? PyImport_ImportModule(part) : PyObject_GetAttrString(op, part);

        Py_XDECREF(op);
        if (next == NULL)
            return NULL;
        op = next;
    }
    return op;
}

/* "module.attribute"; the pointer lives as long as the attribute stays where it is. */
void *PyCapsule_Import(const char *name, int no_block)
{
    char path[256];
    PyObject *op;
    void *pointer = NULL;

    (void)no_block;
    snprintf(path, sizeof path, "%s", name);
    op = import_dotted(path);
    if (op != NULL && PyCapsule_IsValid(op, name))
        pointer = ((capsule *)op)->pointer;
    else if (op != NULL)
        PyErr_Format(PyExc_AttributeError, "PyCapsule_Import \"%s\" is not valid", name);
    Py_XDECREF(op);
    return pointer;
}

static void capsule_dealloc(PyObject *op)
{
    if (((capsule *)op)->destroy != NULL)
        ((capsule *)op)->destroy(op);
    PyObject_Free(op);
}

PyTypeObject PyCapsule_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "PyCapsule",
    .tp_basicsize = sizeof(capsule),
    .tp_dealloc = capsule_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

/* ---- what is collected and holds two references at most */

typedef struct {
    PyObject_HEAD
    PyObject *a, *b; /* owned */
    Py_ssize_t i;
} pair;

static PyObject *new_pair(PyTypeObject *type, PyObject *a, PyObject *b)
{
    pair *p = (pair *)rm_gc_make(type);

    if (p == NULL)
        return NULL;
    p->a = a;
    p->b = b;
    p->i = 0;
    rm_xkeep_in(p, a);
    rm_xkeep_in(p, b);
    rm_gc_track((PyObject *)p);
    return (PyObject *)p;
}

static int pair_clear(PyObject *op)
{
    RM_CLEAR_IN(op, ((pair *)op)->a);
    RM_CLEAR_IN(op, ((pair *)op)->b);
    return 0;
}

static void pair_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    pair_clear(op);
    PyObject_GC_Del(op);
}

static int pair_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((pair *)op)->a);
    Py_VISIT(((pair *)op)->b);
    return 0;
}

#define PAIR_TYPE(symbol, name, ...)                               \
    PyTypeObject symbol = {                                        \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                     \
        .tp_name = name,                                           \
        .tp_basicsize = sizeof(pair),                              \
        .tp_dealloc = pair_dealloc,                                \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,       \
        .tp_traverse = pair_traverse,                              \
        __VA_ARGS__                                                \
    };

/* ---- iterators: at the end they let go of what they walk */

static Py_ssize_t left(PyObject *op)
{
    pair *p = (pair *)op;
    Py_ssize_t n = p->a != NULL ? PySequence_Size(p->a) : 0;

    return n < 0 ? n : Py_MAX(n - p->i, 0);
}

static PyObject *length_hint(PyObject *op, PyObject *unused)
{
    Py_ssize_t n = left(op);

    (void)unused;
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyMethodDef iterator_methods[] = {{"__length_hint__", length_hint, METH_NOARGS, NULL},
                                         {NULL, NULL, 0, NULL}};

static PyObject *at_end(PyObject *op)
{
    RM_CLEAR_IN(op, ((pair *)op)->a);
    RM_CLEAR_IN(op, ((pair *)op)->b);
    return NULL;
}

static PyObject *list_next(PyObject *op)
{
    pair *p = (pair *)op;

    if (p->a == NULL || p->i >= PyList_GET_SIZE(p->a))
        return at_end(op);
    return Py_NewRef(PyList_GET_ITEM(p->a, p->i++));
}

static PyObject *tuple_next(PyObject *op)
{
    pair *p = (pair *)op;

    if (p->a == NULL || p->i >= PyTuple_GET_SIZE(p->a))
        return at_end(op);
    return Py_NewRef(PyTuple_GET_ITEM(p->a, p->i++));
}

/* Over what knows its length and gives an item for every index below it. */
static PyObject *item_next(PyObject *op)
{
    pair *p = (pair *)op;

    if (p->a == NULL || p->i >= PyObject_Size(p->a))
        return at_end(op);
    return Py_TYPE(p->a)->tp_as_sequence->sq_item(p->a, p->i++);
}

static PyObject *sequence_next(PyObject *op)
{
    pair *p = (pair *)op;
    PyObject *item = p->a != NULL ? PySequence_GetItem(p->a, p->i) : NULL;

    if (item != NULL) {
        p->i++;
        return item;
    }
    if (p->a == NULL)
        return NULL;
    if (!PyErr_ExceptionMatches(PyExc_IndexError) && !PyErr_ExceptionMatches(PyExc_StopIteration))
        return NULL;
    PyErr_Clear();
    return at_end(op);
}

static PyObject *call_next(PyObject *op)
{
    pair *p = (pair *)op;
    PyObject *result = p->a != NULL ? PyObject_CallNoArgs(p->a) : NULL;
    int same;

    if (result == NULL) {
        if (p->a != NULL && PyErr_ExceptionMatches(PyExc_StopIteration)) {
            PyErr_Clear();
            at_end(op);
        }
        return NULL;
    }
    same = PyObject_RichCompareBool(p->b, result, Py_EQ);
    if (same == 0)
        return result;
    Py_DECREF(result);
    return same > 0 ? at_end(op) : NULL;
}

#define ITERATOR_TYPE(symbol, name, next, methods)                                          \
    PAIR_TYPE(symbol, name, .tp_iter = PyObject_SelfIter, .tp_iternext = next,              \
              .tp_methods = methods)
ITERATOR_TYPE(PyListIter_Type, "list_iterator", list_next, iterator_methods)
ITERATOR_TYPE(PyTupleIter_Type, "tuple_iterator", tuple_next, iterator_methods)
ITERATOR_TYPE(PyUnicodeIter_Type, "str_iterator", item_next, iterator_methods)
ITERATOR_TYPE(PyBytesIter_Type, "bytes_iterator", item_next, iterator_methods)
ITERATOR_TYPE(PyByteArrayIter_Type, "bytearray_iterator", item_next, iterator_methods)
ITERATOR_TYPE(_rm_UnicodeASCIIIter_Type, "str_ascii_iterator", item_next, iterator_methods)
ITERATOR_TYPE(PySeqIter_Type, "iterator", sequence_next, iterator_methods)
ITERATOR_TYPE(PyCallIter_Type, "callable_iterator", call_next, NULL)

PyObject *rm_list_iter(PyObject *op)
{
    return new_pair(&PyListIter_Type, op, NULL);
}

PyObject *rm_tuple_iter(PyObject *op)
{
    return new_pair(&PyTupleIter_Type, op, NULL);
}

PyObject *rm_unicode_iter(PyObject *op)
{
    return new_pair(PyUnicode_IS_ASCII(op) ? &_rm_UnicodeASCIIIter_Type : &PyUnicodeIter_Type, op, NULL);
}

PyObject *rm_bytes_iter(PyObject *op)
{
    return new_pair(PyBytes_Check(op) ? &PyBytesIter_Type : &PyByteArrayIter_Type, op, NULL);
}

PyObject *PySeqIter_New(PyObject *sequence)
{
    if (PySequence_Check(sequence))
        return new_pair(&PySeqIter_Type, sequence, NULL);
    PyErr_BadInternalCall();
    return NULL;
}

PyObject *PyCallIter_New(PyObject *callable, PyObject *sentinel)
{
    return new_pair(&PyCallIter_Type, callable, sentinel);
}

/* ---- list[int]: a is the origin, b the arguments */

PyObject *Py_GenericAlias(PyObject *origin, PyObject *args)
{
    PyObject *op = new_pair(&Py_GenericAliasType, origin, NULL), *tuple;

    if (op == NULL)
        return NULL;
    tuple = PyTuple_Check(args) ? Py_NewRef(args) : PyTuple_Pack(1, args);
    if (tuple == NULL) {
        Py_DECREF(op);
        return NULL;
    }
    ((pair *)op)->b = tuple;
    RM_STORED(op, tuple);
    return op;
}

static PyObject *alias_call(PyObject *op, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(((pair *)op)->a, args, kwargs);
}

PAIR_TYPE(Py_GenericAliasType, "types.GenericAlias", .tp_call = alias_call)

/* ---- cell */

PyObject *PyCell_New(PyObject *v)
{
    PyCellObject *cell = (PyCellObject *)rm_gc_make(&PyCell_Type);

    if (cell == NULL)
        return NULL;
    cell->ob_ref = v;
    rm_xkeep_in(cell, v);
    rm_gc_track((PyObject *)cell);
    return (PyObject *)cell;
}

PyObject *PyCell_Get(PyObject *op)
{
    if (PyCell_Check(op))
        return Py_XNewRef(PyCell_GET(op));
    PyErr_BadInternalCall();
    return NULL;
}

int PyCell_Set(PyObject *op, PyObject *v)
{
    PyObject *old;

    if (!PyCell_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    old = PyCell_GET(op);
    rm_xkeep_in(op, v);
    PyCell_SET(op, v);
    rm_xdrop_from(op, old);
    return 0;
}

static int cell_clear(PyObject *op)
{
    RM_CLEAR_IN(op, ((PyCellObject *)op)->ob_ref);
    return 0;
}

static void cell_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    cell_clear(op);
    PyObject_GC_Del(op);
}

static int cell_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(PyCell_GET(op));
    return 0;
}

static PyObject *cell_richcompare(PyObject *a, PyObject *b, int op)
{
    PyObject *x, *y;

    if (!PyCell_Check(a) || !PyCell_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    x = PyCell_GET(a);
    y = PyCell_GET(b);
    if (x != NULL && y != NULL)
        return PyObject_RichCompare(x, y, op);
    Py_RETURN_RICHCOMPARE(y == NULL, x == NULL, op);
}

PyTypeObject PyCell_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "cell",
    .tp_basicsize = sizeof(PyCellObject),
    .tp_dealloc = cell_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = cell_traverse,
    .tp_clear = cell_clear,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_richcompare = cell_richcompare,
};
