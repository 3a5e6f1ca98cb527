/* list: an object and, apart from it, an array of items.
 *
 * The array grows to 9/8 of what is needed and a little more, in steps of four, and shrinks when
 * less than half is used. [0]*n and other exact sizes have no slack. Items die from the last to the
 * first, and clear takes the array off the list before it drops them.
 */
#include "core_int.h"

#include "freelist.h"

/* ---- the array */

static size_t room_for(Py_ssize_t size)
{
    return size == 0 ? 0 : ((size_t)size + ((size_t)size >> 3) + 6) & ~(size_t)3;
}

static int resize_array(PyListObject *list, size_t room)
{
    PyObject **items;

    if (room > PY_SSIZE_T_MAX / sizeof(PyObject *)) {
        PyErr_NoMemory();
        return -1;
    }
    items = rm_realloc(rm_now->alloc, RM_DOMAIN_MEM, list->ob_item, room * sizeof(PyObject *));
    if (RM_UNLIKELY(items == NULL)) {
        PyErr_NoMemory();
        return -1;
    }
    list->ob_item = items;
    list->allocated = (Py_ssize_t)room;
    return 0;
}

/* Room for size items, and sets the size; what is between the old and new size is not touched. */
static int resize(PyListObject *list, Py_ssize_t size)
{
    size_t room = room_for(size);

    if (list->allocated >= size && size >= list->allocated >> 1) {
        Py_SET_SIZE(list, size);
        return 0;
    }
    /* A jump by more than the slack that the rule gives is served exactly, in steps of four. */
    if (size - Py_SIZE(list) > (Py_ssize_t)(room - (size_t)size))
        room = ((size_t)size + 3) & ~(size_t)3;
    if (resize_array(list, room) < 0)
        return -1;
    Py_SET_SIZE(list, size);
    return 0;
}

/* Room for size items without making the list longer; a list that was empty gets an exact array. */
int rm_list_reserve(PyListObject *list, Py_ssize_t size, bool exact)
{
    Py_ssize_t old = Py_SIZE(list);
    int rc = 0;

    if (!exact || list->ob_item != NULL)
        rc = resize(list, size);
    else if (size > 0)
        rc = resize_array(list, ((size_t)size + 1) & ~(size_t)1);
    if (rc == 0)
        Py_SET_SIZE(list, old);
    return rc;
}

int rm_list_trim(PyListObject *list)
{
    return Py_SIZE(list) < list->allocated ? resize(list, Py_SIZE(list)) : 0;
}

/* ---- making and dying */

PyObject *PyList_New(Py_ssize_t size)
{
    rm_runtime *rt = rm_now;
    PyListObject *op;

    if (size < 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    op = (PyListObject *)rm_free_list_take(&rt->free_lists[RM_FREE_LIST]);
    if (op == NULL)
        op = (PyListObject *)_PyObject_GC_New(&PyList_Type);
    if (RM_UNLIKELY(op == NULL))
        return NULL;
    op->ob_item = NULL;
    op->allocated = 0;
    Py_SET_SIZE(op, 0);
    if (size > 0) {
        op->ob_item = PyMem_Calloc((size_t)size, sizeof(PyObject *));
        if (op->ob_item == NULL) {
            Py_DECREF(op);
            return PyErr_NoMemory();
        }
        op->allocated = size;
        Py_SET_SIZE(op, size);
    }
    rm_gc_track((PyObject *)op);
    return (PyObject *)op;
}

static void list_dealloc(PyObject *op)
{
    PyListObject *list = (PyListObject *)op;

    if (RM_LIKELY(rm_gc_is_tracked(op)))
        rm_gc_untrack(op);
    Py_TRASHCAN_BEGIN(op, list_dealloc)
    if (list->ob_item != NULL) {
        for (Py_ssize_t i = Py_SIZE(op); i-- > 0;)
            rm_xdrop_from(op, list->ob_item[i]);
        rm_free(rm_now->alloc, RM_DOMAIN_MEM, list->ob_item);
    }
    if (!PyList_CheckExact(op) || !rm_free_list_give(&rm_now->free_lists[RM_FREE_LIST], op))
        Py_TYPE(op)->tp_free(op);
    Py_TRASHCAN_END
}

static int list_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyListObject *list = (PyListObject *)op;

    for (Py_ssize_t i = Py_SIZE(op); i-- > 0;)
        Py_VISIT(list->ob_item[i]);
    return 0;
}

static int list_clear(PyObject *op)
{
    PyListObject *list = (PyListObject *)op;
    PyObject **items = list->ob_item;
    Py_ssize_t i = Py_SIZE(op);

    if (items == NULL)
        return 0;
    Py_SET_SIZE(op, 0);
    list->ob_item = NULL;
    list->allocated = 0;
    while (i-- > 0)
        rm_xdrop_from(op, items[i]);
    PyMem_Free(items);
    return 0;
}

/* ---- items */

Py_ssize_t PyList_Size(PyObject *op)
{
    if (PyList_Check(op))
        return Py_SIZE(op);
    PyErr_BadInternalCall();
    return -1;
}

PyObject *PyList_GetItem(PyObject *op, Py_ssize_t i)
{
    if (!PyList_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (i < 0 || i >= Py_SIZE(op)) {
        PyErr_SetObject(PyExc_IndexError, rm_now->names[RM_NAME_list_index]);
        return NULL;
    }
    return PyList_GET_ITEM(op, i);
}

/* Steals v, also when it fails. */
int PyList_SetItem(PyObject *op, Py_ssize_t i, PyObject *v)
{
    PyObject *old;

    if (!PyList_Check(op)) {
        Py_XDECREF(v);
        PyErr_BadInternalCall();
        return -1;
    }
    if (i < 0 || i >= Py_SIZE(op)) {
        Py_XDECREF(v);
        PyErr_SetString(PyExc_IndexError, "list assignment index out of range");
        return -1;
    }
    old = PyList_GET_ITEM(op, i);
    PyList_SET_ITEM(op, i, v);
    rm_xdrop_from(op, old);
    return 0;
}

static inline void put_last(PyListObject *list, Py_ssize_t size, PyObject *v)
{
    Py_SET_SIZE(list, size + 1);
    Py_INCREF(v);
    PyList_SET_ITEM(list, size, v);
}

/* Apart, so that appending to a list with room needs no stack frame. */
static __attribute__((noinline)) int append_slowly(PyObject *op, PyObject *v)
{
    PyListObject *list = (PyListObject *)op;
    Py_ssize_t size;

    if (!PyList_Check(op) || v == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    size = Py_SIZE(op);
    if (resize(list, size + 1) < 0)
        return -1;
    put_last(list, size, v);
    return 0;
}

int PyList_Append(PyObject *op, PyObject *v)
{
    PyListObject *list = (PyListObject *)op;

    if (RM_UNLIKELY(!PyList_Check(op) || v == NULL || Py_SIZE(op) >= list->allocated))
        return append_slowly(op, v);
    put_last(list, Py_SIZE(op), v);
    return 0;
}

int PyList_Insert(PyObject *op, Py_ssize_t i, PyObject *v)
{
    PyListObject *list = (PyListObject *)op;
    Py_ssize_t size;

    if (!PyList_Check(op) || v == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    size = Py_SIZE(op);
    i = i < 0 ? Py_MAX(i + size, 0) : Py_MIN(i, size);
    if (resize(list, size + 1) < 0)
        return -1;
    memmove(&list->ob_item[i + 1], &list->ob_item[i], (size_t)(size - i) * sizeof(PyObject *));
    Py_INCREF(v);
    PyList_SET_ITEM(op, i, v);
    return 0;
}

/* ---- slices */

static void clamp(PyObject *op, Py_ssize_t *low, Py_ssize_t *high)
{
    *low = Py_MIN(Py_MAX(*low, 0), Py_SIZE(op));
    *high = Py_MIN(Py_MAX(*high, *low), Py_SIZE(op));
}

PyObject *PyList_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high)
{
    PyObject *slice;

    if (!PyList_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    clamp(op, &low, &high);
    slice = PyList_New(high - low);
    for (Py_ssize_t i = low; slice != NULL && i < high; i++)
        PyList_SET_ITEM(slice, i - low, Py_NewRef(PyList_GET_ITEM(op, i)));
    return slice;
}

/* Moves the items after high so that `size` items fit at low. When the array cannot be had the tail is
 * where it was; what a shrinking list lost between low and high is the caller's to put back. */
static int shift_tail(PyListObject *list, Py_ssize_t low, Py_ssize_t high, Py_ssize_t size)
{
    Py_ssize_t old = Py_SIZE(list), delta = size - (high - low);
    size_t tail = (size_t)(old - high) * sizeof(PyObject *);

    if (delta > 0 && resize(list, old + delta) < 0)
        return -1;
    if (tail != 0 && delta != 0)
        memmove(&list->ob_item[high + delta], &list->ob_item[high], tail);
    if (delta < 0 && resize(list, old + delta) < 0) {
        if (tail != 0)
            memmove(&list->ob_item[high], &list->ob_item[high + delta], tail);
        return -1;
    }
    return 0;
}

/* values: the new items, borrowed. The old ones are dropped when the list is whole again. */
static int replace(PyListObject *list, Py_ssize_t low, Py_ssize_t high, PyObject **values,
                   Py_ssize_t n)
{
    size_t bytes = (size_t)(high - low) * sizeof(PyObject *);
    PyObject *few[8], **old = bytes > sizeof few ? PyMem_Malloc(bytes) : few;

    if (old == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (bytes != 0)
        memcpy(old, &list->ob_item[low], bytes);
    if (shift_tail(list, low, high, n) < 0) {
        if (bytes != 0)
            memcpy(&list->ob_item[low], old, bytes);
        if (old != few)
            PyMem_Free(old);
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++)
        PyList_SET_ITEM(list, low + i, Py_XNewRef(values[i]));
    for (Py_ssize_t i = high - low; i-- > 0;)
        rm_xdrop_from(list, old[i]);
    if (old != few)
        PyMem_Free(old);
    return 0;
}

int PyList_SetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high, PyObject *v)
{
    PyObject *copy = NULL;
    int rc;

    if (!PyList_Check(op) || (v != NULL && !PyList_Check(v) && !PyTuple_Check(v))) {
        PyErr_BadInternalCall();
        return -1;
    }
    clamp(op, &low, &high);
    if (low == 0 && high == Py_SIZE(op) && v != op && (v == NULL || Py_SIZE(v) == 0))
        return list_clear(op);
    if (v == op && (v = copy = PyList_GetSlice(v, 0, Py_SIZE(v))) == NULL)
        return -1;
    if (v == NULL)
        rc = replace((PyListObject *)op, low, high, NULL, 0);
    else
        rc = replace((PyListObject *)op, low, high,
                     PyList_Check(v) ? ((PyListObject *)v)->ob_item : ((PyTupleObject *)v)->ob_item,
                     Py_SIZE(v));
    Py_XDECREF(copy);
    return rc;
}

int PyList_Reverse(PyObject *op)
{
    PyObject **low, **high;

    if (op == NULL || !PyList_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (Py_SIZE(op) == 0)
        return 0;
    low = ((PyListObject *)op)->ob_item;
    high = low + Py_SIZE(op);
    while (low < --high) {
        PyObject *v = *low;

        *low++ = *high;
        *high = v;
    }
    return 0;
}

/* Sorts n items in place, stable; spare has room for half of them. -1: a comparison failed, and the
 * items are all there in some order. */
static int merge_sort(PyObject **items, Py_ssize_t n, PyObject **spare)
{
    Py_ssize_t half = n / 2, i = 0, j = half, to = 0;
    int rc = 0;

    if (n < 2)
        return 0;
    if (merge_sort(items, half, spare) < 0 || merge_sort(items + half, n - half, spare) < 0)
        return -1;
    memcpy(spare, items, (size_t)half * sizeof *items);
    while (i < half && j < n && rc >= 0) {
        rc = PyObject_RichCompareBool(items[j], spare[i], Py_LT);
        if (rc >= 0)
            items[to++] = rc > 0 ? items[j++] : spare[i++];
    }
    memcpy(items + to, spare + i, (size_t)(half - i) * sizeof *items);
    return rc < 0 ? -1 : 0;
}

/* The list is empty while it is sorted, so that comparisons cannot change it unseen. */
int PyList_Sort(PyObject *op)
{
    PyListObject *list = (PyListObject *)op, sorted;
    PyObject **spare;
    int rc;

    if (op == NULL || !PyList_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    sorted = *list;
    spare = PyMem_New(PyObject *, (size_t)Py_SIZE(op) / 2 + 1);
    if (spare == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    list->ob_item = NULL;
    list->allocated = -1; /* whatever stores into it changes this */
    Py_SET_SIZE(op, 0);
    rc = merge_sort(sorted.ob_item, Py_SIZE(&sorted), spare);
    PyMem_Free(spare);
    if (list->allocated != -1 && rc == 0) {
        PyErr_SetString(PyExc_ValueError, "list modified during sort");
        rc = -1;
    }
    list_clear(op);
    list->ob_item = sorted.ob_item;
    list->allocated = sorted.allocated;
    Py_SET_SIZE(op, Py_SIZE(&sorted));
    return rc;
}

PyObject *PyList_AsTuple(PyObject *op)
{
    PyObject *tuple;

    if (op == NULL || !PyList_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    tuple = PyTuple_New(Py_SIZE(op));
    for (Py_ssize_t i = 0; tuple != NULL && i < Py_SIZE(op); i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(PyList_GET_ITEM(op, i)));
    return tuple;
}

/* ---- slots */

static PyObject *list_richcompare(PyObject *a, PyObject *b, int op)
{
    int equal = 1;
    Py_ssize_t i;

    if (!PyList_Check(a) || !PyList_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    if (Py_SIZE(a) != Py_SIZE(b) && (op == Py_EQ || op == Py_NE))
        return PyBool_FromLong(op == Py_NE);
    for (i = 0; equal > 0 && i < Py_SIZE(a) && i < Py_SIZE(b); i++) {
        PyObject *x = Py_NewRef(PyList_GET_ITEM(a, i)), *y = Py_NewRef(PyList_GET_ITEM(b, i));

        equal = PyObject_RichCompareBool(x, y, Py_EQ);
        Py_DECREF(x);
        Py_DECREF(y);
    }
    if (equal < 0)
        return NULL;
    if (equal > 0 || i > Py_SIZE(a) || i > Py_SIZE(b))
        Py_RETURN_RICHCOMPARE(Py_SIZE(a), Py_SIZE(b), op);
    if (op == Py_EQ || op == Py_NE)
        return PyBool_FromLong(op == Py_NE);
    return PyObject_RichCompare(PyList_GET_ITEM(a, i - 1), PyList_GET_ITEM(b, i - 1), op);
}

PyTypeObject PyList_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "list",
    .tp_basicsize = sizeof(PyListObject),
    .tp_dealloc = list_dealloc,
    .tp_repr = rm_items_repr,
    .tp_as_sequence = &rm_list_as_sequence,
    .tp_as_mapping = &rm_list_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |
                Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_SEQUENCE,
    .tp_traverse = list_traverse,
    .tp_clear = list_clear,
    .tp_richcompare = list_richcompare,
    .tp_iter = rm_list_iter,
    .tp_methods = rm_list_methods,
    .tp_init = rm_list_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
    .tp_vectorcall = rm_list_vectorcall,
};
