/* Birth, death and comparison of any object.
 *
 * An object dies when its count reaches zero: _Py_Dealloc calls its type's tp_dealloc, which drops
 * what it holds and gives the memory back. A finalizer runs before that, with the count raised for
 * its duration; whoever takes a reference meanwhile brings the object back to life.
 */
#include "core_int.h"

#include "freelist.h"

/* ---- birth */

#ifndef RM_CHECKED
void _Py_NewReference(PyObject *op)
{
    op->ob_refcnt = 1;
}
#endif

PyObject *PyObject_Init(PyObject *op, PyTypeObject *type)
{
    if (op == NULL)
        return PyErr_NoMemory();
    rm_object_start(op, type);
    return op;
}

PyVarObject *PyObject_InitVar(PyVarObject *op, PyTypeObject *type, Py_ssize_t size)
{
    if (op == NULL)
        return (PyVarObject *)PyErr_NoMemory();
    op->ob_size = size;
    rm_object_start((PyObject *)op, type);
    return op;
}

PyObject *_PyObject_New(PyTypeObject *type)
{
    return PyObject_Init(PyObject_Malloc(_PyObject_SIZE(type)), type);
}

PyVarObject *_PyObject_NewVar(PyTypeObject *type, Py_ssize_t items)
{
    return PyObject_InitVar(PyObject_Malloc(_PyObject_VAR_SIZE(type, items)), type, items);
}

void rm_immortalize(rm_runtime *rt, PyObject *op)
{
    if (rt->knobs.immortal)
        op->ob_refcnt = RM_IMMORTAL_COUNT;
}

/* ---- death */

void _Py_Dealloc(PyObject *op)
{
#ifdef RM_CHECKED
    rm_checked_dealloc(op);
#else
    Py_TYPE(op)->tp_dealloc(op);
#endif
}

void Py_IncRef(PyObject *op)
{
    Py_XINCREF(op);
}

void Py_DecRef(PyObject *op)
{
    Py_XDECREF(op);
}

void PyObject_CallFinalizer(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    bool is_gc = rm_is_gc(op);

    if (type->tp_finalize == NULL)
        return;
    if (is_gc && (rm_gc_head_of(op)->prev & RM_GC_FINALIZED))
        return;
    type->tp_finalize(op);
    if (is_gc)
        rm_gc_head_of(op)->prev |= RM_GC_FINALIZED;
}

/* The count is zero on entry. 0: still to be deallocated; -1: somebody took a reference. */
int PyObject_CallFinalizerFromDealloc(PyObject *op)
{
#ifdef RM_CHECKED
    Py_INCREF(op);
#else
    op->ob_refcnt = 1;
#endif
    PyObject_CallFinalizer(op);
#ifdef RM_CHECKED
    return rm_checked_finalized(op) ? 0 : -1;
#else
    return --op->ob_refcnt == 0 ? 0 : -1;
#endif
}

/* ---- deep structures
 *
 *     depth 1 ... 50: dealloc calls dealloc        deeper: the object waits in `later`, and
 *     the outermost one empties the queue          when that is done, the next is taken from it
 */

static void empty_trash(rm_runtime *rt)
{
    rt->trash.depth++;
    while (rt->trash.later != NULL) {
        PyObject *op = rt->trash.later;
        rm_gc_head *g = rm_gc_head_of(op);

        rt->trash.later = (PyObject *)rm_gc_prev(g);
        rm_gc_set_prev(g, NULL);
        _Py_Dealloc(op);
    }
    rt->trash.depth--;
}

int _PyTrash_begin(PyObject *op)
{
    rm_runtime *rt = rm_now;
    rm_gc_head *g = rm_gc_head_of(op);

    if (RM_LIKELY(rt->trash.depth < rt->knobs.trashcan_depth)) {
        rt->trash.depth++;
        return 0;
    }
    rm_gc_set_prev(g, (rm_gc_head *)rt->trash.later);
    rt->trash.later = op;
    return 1;
}

void _PyTrash_end(void)
{
    rm_runtime *rt = rm_now;

    rt->trash.depth--;
    if (RM_UNLIKELY(rt->trash.later != NULL) && rt->trash.depth <= 0)
        empty_trash(rt);
}

/* ---- free lists */

void rm_free_lists_start(rm_runtime *rt)
{
    bool reuse = rt->checked == NULL || rt->options.reuse;

#define FREE_LIST(id, name, lists, most)                              \
    for (int i = RM_FREE_##id; i <= RM_FREE_##id##_LAST; i++)         \
        rt->free_lists[i].limit = reuse ? (most) : 0;
#include "freelists.def"
#undef FREE_LIST
}

/* The block of a dead object, which is not its address when the collector's words are in front. */
static void free_listed(rm_runtime *rt, int list, PyObject *op)
{
    bool is_gc = list != RM_FREE_DICT_KEYS && PyType_IS_GC(op->ob_type);

    if (is_gc)
        rm_gc_free(op);
    else
        rm_free(rt->alloc, RM_DOMAIN_OBJ, op);
}

static void clear_list(rm_runtime *rt, int list)
{
    rm_free_list *l = &rt->free_lists[list];

    while (l->head != NULL) {
        PyObject *op = l->head;

        l->head = (PyObject *)op->ob_refcnt;
        l->length--;
        free_listed(rt, list, op);
    }
}

void rm_free_lists_clear(rm_runtime *rt)
{
    for (int i = 0; i < RM_FREE_LISTS; i++)
        if (i != RM_FREE_MEMORY_ERROR || rt->ending)
            clear_list(rt, i);
}

static bool is_named(const char *wanted, const char *name, int lists, int i)
{
    char full[32];

    if (lists == 1)
        return strcmp(wanted, name) == 0;
    snprintf(full, sizeof full, "%s[%d]", name, i + 1);
    return strcmp(wanted, full) == 0;
}

long rm_free_list_length(const rm_runtime *rt, const char *wanted)
{
#define FREE_LIST(id, name, lists, limit)                             \
    for (int i = 0; i < (lists); i++)                                 \
        if (is_named(wanted, name, lists, i))                         \
            return rt->free_lists[RM_FREE_##id + i].length;
#include "freelists.def"
#undef FREE_LIST
    return -1;
}

/* ---- comparison */

Py_hash_t _Py_HashPointer(const void *p)
{
    uintptr_t x = (uintptr_t)p;
    Py_hash_t hash = (Py_hash_t)(x >> 4 | x << (8 * sizeof x - 4));

    return hash == -1 ? -2 : hash;
}

const _Py_HashSecret_t _Py_HashSecret = {{0}};

/* FNV-1a; CPython's SipHash differs in value, and no program may depend on it. */
Py_hash_t _Py_HashBytes(const void *bytes, Py_ssize_t size)
{
    const unsigned char *p = bytes;
    uint64_t hash = 14695981039346656037u;

    if (size == 0)
        return 0;
    for (Py_ssize_t i = 0; i < size; i++)
        hash = (hash ^ p[i]) * 1099511628211u;
    hash ^= hash >> 32;
    return (Py_hash_t)hash == -1 ? -2 : (Py_hash_t)hash;
}

Py_hash_t PyObject_HashNotImplemented(PyObject *op)
{
    PyErr_Format(PyExc_TypeError, "unhashable type: '%.200s'", Py_TYPE(op)->tp_name);
    return -1;
}

Py_hash_t PyObject_Hash(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    return type->tp_hash != NULL ? type->tp_hash(op) : PyObject_HashNotImplemented(op);
}

/* One side's answer, or NULL with *asked false when it has none to give. */
static PyObject *ask(PyObject *a, PyObject *b, int op, bool *asked)
{
    richcmpfunc compare = Py_TYPE(a)->tp_richcompare;
    PyObject *answer = compare != NULL ? compare(a, b, op) : Py_NewRef(Py_NotImplemented);

    *asked = answer != Py_NotImplemented;
    if (!*asked) {
        Py_DECREF(answer);
        return NULL;
    }
    return answer;
}

static PyObject *compare_identity(PyObject *a, PyObject *b, int op)
{
    static const char *const sign[] = {"<", "<=", "==", "!=", ">", ">="};

    if (op == Py_EQ || op == Py_NE)
        return Py_NewRef((a == b) == (op == Py_EQ) ? Py_True : Py_False);
    return PyErr_Format(PyExc_TypeError, "'%s' not supported between instances of '%.100s' and '%.100s'",
                        sign[op], Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
}

static PyObject *compare(PyObject *a, PyObject *b, int op)
{
    static const int mirrored[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};
    bool b_first = Py_TYPE(a) != Py_TYPE(b) && PyType_IsSubtype(Py_TYPE(b), Py_TYPE(a));
    bool asked = false;
    PyObject *answer = NULL;

    if (b_first)
        answer = ask(b, a, mirrored[op], &asked);
    if (!asked)
        answer = ask(a, b, op, &asked);
    if (!asked && !b_first)
        answer = ask(b, a, mirrored[op], &asked);
    return asked ? answer : compare_identity(a, b, op);
}

PyObject *PyObject_RichCompare(PyObject *a, PyObject *b, int op)
{
    PyObject *answer;

    if (Py_EnterRecursiveCall(" in comparison") != 0)
        return NULL;
    answer = compare(a, b, op);
    Py_LeaveRecursiveCall();
    return answer;
}

int PyObject_RichCompareBool(PyObject *a, PyObject *b, int op)
{
    PyObject *answer;
    int truth;

    if (a == b && (op == Py_EQ || op == Py_NE))
        return op == Py_EQ;
    answer = PyObject_RichCompare(a, b, op);
    if (answer == NULL)
        return -1;
    truth = PyObject_IsTrue(answer);
    Py_DECREF(answer);
    return truth;
}

int PyObject_IsTrue(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_ssize_t length;

    if (op == Py_True || op == Py_False || op == Py_None)
        return op == Py_True;
    if (type->tp_as_number != NULL && type->tp_as_number->nb_bool != NULL)
        return type->tp_as_number->nb_bool(op);
    if (type->tp_as_mapping != NULL && type->tp_as_mapping->mp_length != NULL)
        length = type->tp_as_mapping->mp_length(op);
    else if (type->tp_as_sequence != NULL && type->tp_as_sequence->sq_length != NULL)
        length = type->tp_as_sequence->sq_length(op);
    else
        return 1;
    return length < 0 ? -1 : length > 0;
}

int PyObject_Not(PyObject *op)
{
    int truth = PyObject_IsTrue(op);

    return truth < 0 ? truth : !truth;
}
