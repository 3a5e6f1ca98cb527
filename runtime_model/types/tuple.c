/* tuple: one block with its items; 2000 dead ones of each size up to 20 are kept.
 *
 * Two quirks of 3.11 are kept: 20-tuples go to their list and are not taken from it, and a tuple is
 * tracked when made and untracked by the first collection that finds nothing to track in it.
 */
#include "core_int.h"

#include "freelist.h"

enum { KEPT_SIZES = 20 };

static inline PyTupleObject *take(rm_runtime *rt, Py_ssize_t size)
{
    if (size > KEPT_SIZES || (size == KEPT_SIZES && rt->knobs.tuple20_lost))
        return NULL;
    return (PyTupleObject *)rm_free_list_take(&rt->free_lists[RM_FREE_TUPLE + size - 1]);
}

static inline bool give(rm_runtime *rt, PyObject *op, Py_ssize_t size)
{
    return size >= 1 && size <= KEPT_SIZES && PyTuple_CheckExact(op) &&
           rm_free_list_give(&rt->free_lists[RM_FREE_TUPLE + size - 1], op);
}

/* Untracked, items not set. */
static PyTupleObject *make(Py_ssize_t size)
{
    PyTupleObject *op = take(rm_now, size);

    if (op != NULL)
        return op;
    if ((size_t)size > (PY_SSIZE_T_MAX - sizeof(PyTupleObject)) / sizeof(PyObject *))
        return (PyTupleObject *)PyErr_NoMemory();
    return (PyTupleObject *)_PyObject_GC_NewVar(&PyTuple_Type, size);
}

PyObject *PyTuple_New(Py_ssize_t size)
{
    PyTupleObject *op;

    if (size == 0)
        return Py_NewRef(&rm_now->empty.tuple);
    if (size < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    op = make(size);
    if (RM_UNLIKELY(op == NULL))
        return NULL;
    for (Py_ssize_t i = 0; i < size; i++)
        op->ob_item[i] = NULL;
    rm_gc_track((PyObject *)op);
    return (PyObject *)op;
}

int rm_tuple_start(rm_runtime *rt)
{
    rt->empty.tuple = (PyTupleObject){PyVarObject_HEAD_INIT(&PyTuple_Type, 0) {NULL}};
    Py_SET_REFCNT(&rt->empty.tuple, 999999999);
    rm_immortalize(rt, (PyObject *)&rt->empty.tuple);
    return 0;
}

static void tuple_dealloc(PyObject *op)
{
    PyTupleObject *t = (PyTupleObject *)op;
    Py_ssize_t size = Py_SIZE(op);

    if (op == (PyObject *)&rm_now->empty.tuple) {
        Py_SET_REFCNT(op, 999999999);
        return;
    }
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, tuple_dealloc)
    for (Py_ssize_t i = size; i-- > 0;)
        rm_xdrop_from(op, t->ob_item[i]);
    if (!give(rm_now, op, size))
        Py_TYPE(op)->tp_free(op);
    Py_TRASHCAN_END
}

static int tuple_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyTupleObject *t = (PyTupleObject *)op;

    for (Py_ssize_t i = Py_SIZE(op); i-- > 0;)
        Py_VISIT(t->ob_item[i]);
    return 0;
}

void rm_tuple_maybe_untrack(PyObject *op)
{
    PyTupleObject *t = (PyTupleObject *)op;

    if (!rm_gc_is_tracked(op))
        return;
    for (Py_ssize_t i = 0; i < Py_SIZE(op); i++)
        if (t->ob_item[i] == NULL || rm_gc_may_track(t->ob_item[i]))
            return;
    rm_gc_untrack(op);
}

/* ---- items */

Py_ssize_t PyTuple_Size(PyObject *op)
{
    if (PyTuple_Check(op))
        return Py_SIZE(op);
    PyErr_BadInternalCall();
    return -1;
}

PyObject *PyTuple_GetItem(PyObject *op, Py_ssize_t i)
{
    if (!PyTuple_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (i < 0 || i >= Py_SIZE(op)) {
        PyErr_SetString(PyExc_IndexError, "tuple index out of range");
        return NULL;
    }
    return PyTuple_GET_ITEM(op, i);
}

/* Steals v, also when it fails. */
int PyTuple_SetItem(PyObject *op, Py_ssize_t i, PyObject *v)
{
    PyObject *old;

    if (!PyTuple_Check(op) || Py_REFCNT(op) != 1) {
        Py_XDECREF(v);
        PyErr_BadInternalCall();
        return -1;
    }
    if (i < 0 || i >= Py_SIZE(op)) {
        Py_XDECREF(v);
        PyErr_SetString(PyExc_IndexError, "tuple assignment index out of range");
        return -1;
    }
    old = PyTuple_GET_ITEM(op, i);
    PyTuple_SET_ITEM(op, i, v);
    rm_xdrop_from(op, old);
    return 0;
}

PyObject *PyTuple_Pack(Py_ssize_t n, ...)
{
    PyObject *op = PyTuple_New(n);
    va_list args;

    if (op == NULL)
        return NULL;
    va_start(args, n);
    for (Py_ssize_t i = 0; i < n; i++)
        PyTuple_SET_ITEM(op, i, Py_NewRef(va_arg(args, PyObject *)));
    va_end(args);
    return op;
}

PyObject *PyTuple_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high)
{
    PyObject *slice;

    if (!PyTuple_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    low = Py_MAX(low, 0);
    high = Py_MAX(low, Py_MIN(high, Py_SIZE(op)));
    if (low == 0 && high == Py_SIZE(op) && PyTuple_CheckExact(op))
        return Py_NewRef(op);
    slice = PyTuple_New(high - low);
    for (Py_ssize_t i = low; slice != NULL && i < high; i++)
        PyTuple_SET_ITEM(slice, i - low, Py_NewRef(PyTuple_GET_ITEM(op, i)));
    return slice;
}

static int resize_fails(PyObject **op)
{
    PyObject *old = *op;

    *op = NULL;
    Py_XDECREF(old);
    return -1;
}

/* Only the sole owner may resize; on failure *op is released and NULL. */
int _PyTuple_Resize(PyObject **op, Py_ssize_t size)
{
    PyTupleObject *t = (PyTupleObject *)*op;
    Py_ssize_t old_size = t != NULL ? Py_SIZE(t) : 0;

    if (t == NULL || !PyTuple_CheckExact(t) || size < 0 || (old_size != 0 && Py_REFCNT(t) != 1)) {
        resize_fails(op);
        PyErr_BadInternalCall();
        return -1;
    }
    if (old_size == size)
        return 0;
    if (old_size == 0 || size == 0) {
        Py_DECREF(t);
        *op = PyTuple_New(size);
        return *op == NULL ? -1 : 0;
    }
    PyObject_GC_UnTrack(t);
    for (Py_ssize_t i = size; i < old_size; i++)
        RM_CLEAR_IN(t, t->ob_item[i]);
    t = (PyTupleObject *)_PyObject_GC_Resize((PyVarObject *)t, size);
    if (t == NULL)
        return resize_fails(op);
    for (Py_ssize_t i = old_size; i < size; i++)
        t->ob_item[i] = NULL;
    *op = (PyObject *)t;
    rm_gc_track(*op);
    return 0;
}

/* ---- slots */

static Py_hash_t tuple_hash(PyObject *op)
{
    const uint64_t prime1 = 11400714785074694791u, prime2 = 14029467366897019727u,
                   prime5 = 2870177450012600261u;
    Py_ssize_t size = Py_SIZE(op);
    uint64_t x = prime5;

    for (Py_ssize_t i = 0; i < size; i++) {
        Py_hash_t item = PyObject_Hash(PyTuple_GET_ITEM(op, i));

        if (item == -1)
            return -1;
        x += (uint64_t)item * prime2;
        x = (x << 31 | x >> 33) * prime1;
    }
    x += (uint64_t)size ^ (prime5 ^ 3527539u);
    return (Py_hash_t)x == -1 ? 1546275796 : (Py_hash_t)x;
}

static PyObject *tuple_richcompare(PyObject *a, PyObject *b, int op)
{
    Py_ssize_t shared, i;
    int equal = 1;

    if (!PyTuple_Check(a) || !PyTuple_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    shared = Py_MIN(Py_SIZE(a), Py_SIZE(b));
    for (i = 0; i < shared && equal > 0; i++)
        equal = PyObject_RichCompareBool(PyTuple_GET_ITEM(a, i), PyTuple_GET_ITEM(b, i), Py_EQ);
    if (equal < 0)
        return NULL;
    if (equal > 0)
        Py_RETURN_RICHCOMPARE(Py_SIZE(a), Py_SIZE(b), op);
    if (op == Py_EQ || op == Py_NE)
        return PyBool_FromLong(op == Py_NE);
    return PyObject_RichCompare(PyTuple_GET_ITEM(a, i - 1), PyTuple_GET_ITEM(b, i - 1), op);
}

static Py_ssize_t tuple_length(PyObject *op)
{
    return Py_SIZE(op);
}

static PySequenceMethods tuple_as_sequence = {.sq_length = tuple_length};

PyTypeObject PyTuple_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "tuple",
    .tp_basicsize = sizeof(PyTupleObject) - sizeof(PyObject *),
    .tp_itemsize = sizeof(PyObject *),
    .tp_dealloc = tuple_dealloc,
    .tp_as_sequence = &tuple_as_sequence,
    .tp_hash = tuple_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |
                Py_TPFLAGS_TUPLE_SUBCLASS,
    .tp_traverse = tuple_traverse,
    .tp_richcompare = tuple_richcompare,
    .tp_free = PyObject_GC_Del,
};
