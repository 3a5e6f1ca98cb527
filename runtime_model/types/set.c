/* set and frozenset.
 *
 * A search looks at ten neighbours before it jumps, and starts again when a comparison has changed
 * the table. The table grows to four times what is in it (twice above 50000) once three fifths have
 * been used; places of keys taken out count as used until then.
 */
#include "core_int.h"

#include "text.h"

enum { NEIGHBOURS = 9, GONE = -1 };

static PySetObject *set_of(PyObject *op)
{
    return (PySetObject *)op;
}

static bool is_live(const setentry *e)
{
    return e->key != NULL;
}

/* ---- searching */

/* 1: equal; 0: not; -1: the comparison failed; -2: it changed the set. */
static int is_key(PySetObject *set, const setentry *e, PyObject *key, Py_hash_t hash)
{
    const setentry *table = set->table;
    PyObject *found = e->key;
    int equal;

    if (e->hash != hash)
        return 0;
    if (found == key)
        return 1;
    if (PyUnicode_CheckExact(found) && PyUnicode_CheckExact(key))
        return _PyUnicode_EQ(found, key);
    Py_INCREF(found);
    equal = PyObject_RichCompareBool(found, key, Py_EQ);
    Py_DECREF(found);
    return equal < 0 ? -1 : set->table != table || e->key != found ? -2 : equal;
}

/* The entry of key, or one without key where it belongs: the last that was taken out on the way
 * there, else an unused one. NULL: a comparison failed. */
static setentry *search(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    size_t mask = (size_t)set->mask, perturb = (size_t)hash, i = (size_t)hash & mask;
    setentry *gone = NULL;

    for (;; i = (i * 5 + 1 + perturb) & mask) {
        setentry *e = &set->table[i], *last = i + NEIGHBOURS <= mask ? e + NEIGHBOURS : e;

        for (; e <= last; e++) {
            int found;

            if (e->key == NULL && e->hash == 0)
                return gone != NULL ? gone : e;
            if (e->hash == GONE) {
                gone = e;
                continue;
            }
            found = is_key(set, e, key, hash);
            if (found == -2)
                return search(set, key, hash);
            if (found != 0)
                return found > 0 ? e : NULL;
        }
        perturb >>= 5;
    }
}

static setentry *unused_place(setentry *table, size_t mask, Py_hash_t hash)
{
    size_t perturb = (size_t)hash, i = (size_t)hash & mask;

    for (;; i = (i * 5 + 1 + perturb) & mask) {
        setentry *e = &table[i], *last = i + NEIGHBOURS <= mask ? e + NEIGHBOURS : e;

        for (; e <= last; e++)
            if (e->key == NULL)
                return e;
        perturb >>= 5;
    }
}

/* ---- growing */

static void refill(PySetObject *set, const setentry *old, Py_ssize_t n)
{
    for (Py_ssize_t i = 0; i < n; i++)
        if (is_live(&old[i]))
            *unused_place(set->table, (size_t)set->mask, old[i].hash) = old[i];
    set->fill = set->used;
}

/* Room for more than `wanted` keys. */
static int resize(PySetObject *set, Py_ssize_t wanted)
{
    setentry small[PySet_MINSIZE], *old = set->table, *table = set->smalltable;
    Py_ssize_t room = PySet_MINSIZE, old_room = set->mask + 1;

    while (room <= wanted)
        room *= 2;
    if (room > PySet_MINSIZE) {
        table = PyMem_New(setentry, (size_t)room);
        if (table == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    } else if (old == table) {
        if (set->fill == set->used)
            return 0;
        old = memcpy(small, old, sizeof small);
    }
    memset(table, 0, (size_t)room * sizeof *table);
    set->table = table;
    set->mask = room - 1;
    refill(set, old, old_room);
    if (old != set->smalltable && old != small)
        PyMem_Free(old);
    return 0;
}

/* ---- changing */

static int add(PySetObject *set, PyObject *key, Py_hash_t hash)
{
    setentry *e;
    bool reused;

    Py_INCREF(key);
    e = &set->table[(size_t)hash & (size_t)set->mask];
    if (e->key != NULL || e->hash != 0) /* most often the first place is unused */
        e = search(set, key, hash);
    if (e == NULL || e->key != NULL) {
        Py_DECREF(key);
        return e == NULL ? -1 : 0;
    }
    RM_STORED(set, key);
    reused = e->hash == GONE;
    set->used++;
    *e = (setentry){key, hash};
    if (reused || ++set->fill * 5 < set->mask * 3)
        return 0;
    return resize(set, set->used > 50000 ? set->used * 2 : set->used * 4);
}

static int add_key(PySetObject *set, PyObject *key)
{
    Py_hash_t hash = PyObject_Hash(key);

    return hash == -1 ? -1 : add(set, key, hash);
}

/* The key is the caller's. */
static PyObject *take_out(PySetObject *set, setentry *e)
{
    PyObject *key = e->key;

    *e = (setentry){NULL, GONE};
    set->used--;
    RM_TAKEN(set, key);
    return key;
}

static int discard(PySetObject *set, PyObject *key)
{
    Py_hash_t hash = PyObject_Hash(key);
    setentry *e = hash != -1 ? search(set, key, hash) : NULL;

    if (e == NULL)
        return -1;
    if (e->key == NULL)
        return 0;
    Py_DECREF(take_out(set, e));
    return 1;
}

static void start(PySetObject *set)
{
    set->fill = set->used = 0;
    set->mask = PySet_MINSIZE - 1;
    set->table = set->smalltable;
    set->hash = -1;
}

/* The set is empty before the first key is dropped. */
static int set_clear(PyObject *op)
{
    PySetObject *set = set_of(op);
    setentry small[PySet_MINSIZE], *old = set->table;
    Py_ssize_t n = set->mask + 1;

    if (old == set->smalltable)
        old = memcpy(small, old, sizeof small);
    memset(set->smalltable, 0, sizeof set->smalltable);
    start(set);
    for (Py_ssize_t i = 0; i < n; i++)
        if (is_live(&old[i]))
            rm_drop_from(op, old[i].key);
    if (old != small)
        PyMem_Free(old);
    return 0;
}

int _PySet_NextEntry(PyObject *op, Py_ssize_t *pos, PyObject **key, Py_hash_t *hash)
{
    PySetObject *set = set_of(op);
    Py_ssize_t i = *pos;

    while (i <= set->mask && !is_live(&set->table[i]))
        i++;
    *pos = i + 1;
    if (i > set->mask)
        return 0;
    *key = set->table[i].key;
    *hash = set->table[i].hash;
    return 1;
}

/* The table of from as it stands, for an empty set of the same room. */
static void copy_table(PySetObject *set, PySetObject *from)
{
    memcpy(set->table, from->table, (size_t)(from->mask + 1) * sizeof(setentry));
    set->fill = set->used = from->used;
    for (Py_ssize_t i = 0; i <= set->mask; i++)
        if (is_live(&set->table[i]))
            rm_keep_in(set, set->table[i].key);
}

/* Keys of another set come with their hashes. */
static int merge_set(PySetObject *set, PyObject *from)
{
    PyObject *key;
    Py_hash_t hash;
    Py_ssize_t pos = 0;

    if (from == (PyObject *)set || PySet_GET_SIZE(from) == 0)
        return 0;
    if ((set->fill + PySet_GET_SIZE(from)) * 5 >= set->mask * 3 &&
        resize(set, (set->used + PySet_GET_SIZE(from)) * 2) < 0)
        return -1;
    if (set->fill == 0 && set->mask == set_of(from)->mask &&
        set_of(from)->fill == set_of(from)->used) {
        copy_table(set, set_of(from));
        return 0;
    }
    while (_PySet_NextEntry(from, &pos, &key, &hash))
        if (add(set, key, hash) < 0)
            return -1;
    return 0;
}

static int merge_dict(PySetObject *set, PyObject *dict)
{
    Py_ssize_t pos = 0, size = PyDict_GET_SIZE(dict);
    PyObject *key;
    Py_hash_t hash;

    if ((set->fill + size) * 5 >= set->mask * 3 && resize(set, (set->used + size) * 2) < 0)
        return -1;
    while (_PyDict_Next(dict, &pos, &key, NULL, &hash))
        if (add(set, key, hash) < 0)
            return -1;
    return 0;
}

static int update(PySetObject *set, PyObject *iterable)
{
    PyObject *it, *key;
    int rc = 0;

    if (PyAnySet_Check(iterable))
        return merge_set(set, iterable);
    if (PyDict_CheckExact(iterable))
        return merge_dict(set, iterable);
    it = PyObject_GetIter(iterable);
    if (it == NULL)
        return -1;
    while (rc == 0 && (key = PyIter_Next(it)) != NULL) {
        rc = add_key(set, key);
        Py_DECREF(key);
    }
    Py_DECREF(it);
    return rc < 0 || rm_now->error.type != NULL ? -1 : 0;
}

/* ---- the API */

static PyObject *make(PyTypeObject *type, PyObject *iterable)
{
    PySetObject *set = (PySetObject *)type->tp_alloc(type, 0); /* zeroed */

    if (set == NULL)
        return NULL;
    start(set);
    if (iterable != NULL && update(set, iterable) < 0) {
        Py_DECREF(set);
        return NULL;
    }
    return (PyObject *)set;
}

PyObject *PySet_New(PyObject *iterable)
{
    return make(&PySet_Type, iterable);
}

PyObject *PyFrozenSet_New(PyObject *iterable)
{
    return make(&PyFrozenSet_Type, iterable);
}

static bool asked(bool rightly)
{
    if (!rightly)
        PyErr_BadInternalCall();
    return rightly;
}

Py_ssize_t PySet_Size(PyObject *op)
{
    return asked(PyAnySet_Check(op)) ? PySet_GET_SIZE(op) : -1;
}

static int contains(PyObject *op, PyObject *key)
{
    Py_hash_t hash = PyObject_Hash(key);
    const setentry *e = hash != -1 ? search(set_of(op), key, hash) : NULL;

    return e == NULL ? -1 : e->key != NULL;
}

int PySet_Contains(PyObject *op, PyObject *key)
{
    return asked(PyAnySet_Check(op)) ? contains(op, key) : -1;
}

int PySet_Add(PyObject *op, PyObject *key)
{
    bool may = PySet_Check(op) || (PyFrozenSet_Check(op) && Py_REFCNT(op) == 1);

    return asked(may) ? add_key(set_of(op), key) : -1;
}

int PySet_Discard(PyObject *op, PyObject *key)
{
    return asked(PySet_Check(op)) ? discard(set_of(op), key) : -1;
}

int PySet_Clear(PyObject *op)
{
    return asked(PySet_Check(op)) ? set_clear(op) : -1;
}

int _PySet_Update(PyObject *op, PyObject *iterable)
{
    return asked(PySet_Check(op)) ? update(set_of(op), iterable) : -1;
}

PyObject *PySet_Pop(PyObject *op)
{
    PySetObject *set = set_of(op);
    Py_ssize_t i;

    if (!asked(PySet_Check(op)))
        return NULL;
    if (set->used == 0) {
        PyErr_SetString(PyExc_KeyError, "pop from an empty set");
        return NULL;
    }
    for (i = set->finger & set->mask; !is_live(&set->table[i]);)
        i = i == set->mask ? 0 : i + 1;
    set->finger = i + 1;
    return take_out(set, &set->table[i]);
}

/* ---- iterating */

typedef struct {
    PyObject_HEAD
    PyObject *set; /* owned; NULL: exhausted */
    Py_ssize_t used, pos, left;
} set_iterator;

static PyObject *set_iter(PyObject *op)
{
    set_iterator *it = PyObject_GC_New(set_iterator, &PySetIter_Type);

    if (it == NULL)
        return NULL;
    it->set = Py_NewRef(op);
    RM_STORED(it, op);
    it->used = it->left = PySet_GET_SIZE(op);
    it->pos = 0;
    rm_gc_track((PyObject *)it);
    return (PyObject *)it;
}

static PyObject *set_next(PyObject *op)
{
    set_iterator *it = (set_iterator *)op;
    PyObject *key;
    Py_hash_t hash;

    if (it->set == NULL)
        return NULL;
    if (it->used != PySet_GET_SIZE(it->set)) {
        PyErr_SetString(PyExc_RuntimeError, "Set changed size during iteration");
        it->used = -1;
        return NULL;
    }
    if (_PySet_NextEntry(it->set, &it->pos, &key, &hash)) {
        it->left--;
        return Py_NewRef(key);
    }
    RM_CLEAR_IN(op, it->set);
    return NULL;
}

static void iterator_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    RM_CLEAR_IN(op, ((set_iterator *)op)->set);
    PyObject_GC_Del(op);
}

static int iterator_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((set_iterator *)op)->set);
    return 0;
}

static PyObject *length_hint(PyObject *op, PyObject *unused)
{
    set_iterator *it = (set_iterator *)op;
    bool knows = it->set != NULL && it->used == PySet_GET_SIZE(it->set);

    (void)unused;
    return PyLong_FromSsize_t(knows ? it->left : 0);
}

static PyMethodDef iterator_methods[] = {{"__length_hint__", length_hint, METH_NOARGS, NULL},
                                         {NULL, NULL, 0, NULL}};

PyTypeObject PySetIter_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "set_iterator",
    .tp_basicsize = sizeof(set_iterator),
    .tp_dealloc = iterator_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = iterator_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_methods = iterator_methods,
    .tp_iternext = set_next,
    .tp_free = PyObject_GC_Del,
};

/* ---- life */

static void set_dealloc(PyObject *op)
{
    PySetObject *set = set_of(op);

    if (RM_LIKELY(rm_gc_is_tracked(op)))
        rm_gc_untrack(op);
    Py_TRASHCAN_BEGIN(op, set_dealloc)
    if (set->weakreflist != NULL)
        PyObject_ClearWeakRefs(op);
    for (const setentry *e = set->table; set->used > 0; e++)
        if (is_live(e)) {
            set->used--;
            rm_drop_from(op, e->key);
        }
    if (set->table != set->smalltable)
        PyMem_Free(set->table);
    Py_TYPE(op)->tp_free(op);
    Py_TRASHCAN_END
}

static int set_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyObject *key;
    Py_hash_t hash;
    Py_ssize_t pos = 0;

    while (_PySet_NextEntry(op, &pos, &key, &hash))
        Py_VISIT(key);
    return 0;
}

size_t rm_set_bytes(PyObject *op)
{
    size_t table = (size_t)(set_of(op)->mask + 1) * sizeof(setentry);

    return (size_t)Py_TYPE(op)->tp_basicsize +
           (set_of(op)->table != set_of(op)->smalltable ? table : 0);
}

static PyObject *set_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    (void)kwargs;
    return make(type, args != NULL && PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : NULL);
}

/* ---- operators */

enum { FROM_A = 1, FROM_B = 2, COMMON = 4 }; /* which keys a result has */

static int add_those(PyObject *result, PyObject *from, PyObject *other, bool common)
{
    PyObject *key;
    Py_hash_t hash;
    Py_ssize_t pos = 0;
    int rc = 0;

    while (rc == 0 && _PySet_NextEntry(from, &pos, &key, &hash)) {
        const setentry *e;

        Py_INCREF(key);
        e = search(set_of(other), key, hash);
        rc = e == NULL ? -1 : (e->key != NULL) == common ? add(set_of(result), key, hash) : 0;
        Py_DECREF(key);
    }
    return rc;
}

static PyObject *combine(PyObject *a, PyObject *b, int parts)
{
    PyObject *result;
    int rc;

    if (!PyAnySet_Check(a) || !PyAnySet_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    result = make(PySet_Check(a) ? &PySet_Type : &PyFrozenSet_Type, NULL);
    rc = result != NULL ? 0 : -1;
    if (rc == 0 && parts & COMMON) /* looks for those of the smaller one */
        rc = PySet_GET_SIZE(b) > PySet_GET_SIZE(a) ? add_those(result, a, b, true)
                                                   : add_those(result, b, a, true);
    if (rc == 0 && parts & FROM_A)
        rc = add_those(result, a, b, false);
    if (rc == 0 && parts & FROM_B)
        rc = add_those(result, b, a, false);
    if (rc < 0)
        Py_CLEAR(result);
    return result;
}

static PyObject *set_and(PyObject *a, PyObject *b) { return combine(a, b, COMMON); }
static PyObject *set_xor(PyObject *a, PyObject *b) { return combine(a, b, FROM_A | FROM_B); }

/* A much larger set is copied, and the few keys are taken out of the copy. */
static PyObject *set_sub(PyObject *a, PyObject *b)
{
    PyObject *result, *key;
    Py_hash_t hash;
    Py_ssize_t pos = 0;

    if (!PyAnySet_Check(a) || !PyAnySet_Check(b) || PySet_GET_SIZE(a) >> 2 <= PySet_GET_SIZE(b))
        return combine(a, b, FROM_A);
    result = make(PySet_Check(a) ? &PySet_Type : &PyFrozenSet_Type, a);
    while (result != NULL && _PySet_NextEntry(b, &pos, &key, &hash)) {
        int rc;

        Py_INCREF(key);
        rc = discard(set_of(result), key);
        Py_DECREF(key);
        if (rc < 0)
            Py_CLEAR(result);
    }
    return result;
}

static PyObject *set_or(PyObject *a, PyObject *b)
{
    PyObject *result;

    if (!PyAnySet_Check(a) || !PyAnySet_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    result = make(PySet_Check(a) ? &PySet_Type : &PyFrozenSet_Type, a);
    if (result != NULL && merge_set(set_of(result), b) < 0)
        Py_CLEAR(result);
    return result;
}

static PyObject *set_inplace_or(PyObject *a, PyObject *b)
{
    if (!PyAnySet_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    return merge_set(set_of(a), b) < 0 ? NULL : Py_NewRef(a);
}

/* 1: all of a is in b. */
static int is_subset(PyObject *a, PyObject *b)
{
    PyObject *key;
    Py_hash_t hash;
    Py_ssize_t pos = 0;
    int found = PySet_GET_SIZE(a) <= PySet_GET_SIZE(b);

    while (found > 0 && _PySet_NextEntry(a, &pos, &key, &hash)) {
        const setentry *e;

        Py_INCREF(key);
        e = search(set_of(b), key, hash);
        Py_DECREF(key);
        found = e == NULL ? -1 : e->key != NULL;
    }
    return found;
}

static PyObject *set_richcompare(PyObject *a, PyObject *b, int op)
{
    bool same_size;
    int found;

    if (!PyAnySet_Check(a) || !PyAnySet_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    if (op == Py_GT || op == Py_GE)
        return set_richcompare(b, a, op == Py_GT ? Py_LT : Py_LE);
    same_size = PySet_GET_SIZE(a) == PySet_GET_SIZE(b);
    found = op != Py_LE && same_size != (op != Py_LT) ? 0 : is_subset(a, b);
    return found < 0 ? NULL : PyBool_FromLong(op == Py_NE ? !found : found);
}

/* A set that is looked for stands for the frozenset of the same keys. */
static int set_contains(PyObject *op, PyObject *key)
{
    int found = contains(op, key);
    PyObject *frozen;

    if (found >= 0 || !PySet_Check(key) || !PyErr_ExceptionMatches(PyExc_TypeError))
        return found;
    PyErr_Clear();
    frozen = PyFrozenSet_New(key);
    if (frozen == NULL)
        return -1;
    found = contains(op, frozen);
    Py_DECREF(frozen);
    return found;
}

static Py_uhash_t shuffle(Py_uhash_t hash)
{
    return ((hash ^ 89869747u) ^ (hash << 16)) * 3644798167u;
}

/* Does not depend on the order of the keys. */
static Py_hash_t frozenset_hash(PyObject *op)
{
    PyObject *key;
    Py_hash_t hash;
    Py_ssize_t pos = 0;
    Py_uhash_t all = 0;

    if (set_of(op)->hash != -1)
        return set_of(op)->hash;
    while (_PySet_NextEntry(op, &pos, &key, &hash))
        all ^= shuffle((Py_uhash_t)hash);
    all ^= ((Py_uhash_t)PySet_GET_SIZE(op) + 1) * 1927868237u;
    all ^= all >> 11 ^ all >> 25;
    all = all * 69069u + 907133923u;
    set_of(op)->hash = (Py_hash_t)all == -1 ? 590923713 : (Py_hash_t)all;
    return set_of(op)->hash;
}

/* ---- text */

static int write_keys(rm_text *text, PyObject *op)
{
    Py_ssize_t pos = 0;
    Py_hash_t hash;
    PyObject *key;

    for (bool first = true; _PySet_NextEntry(op, &pos, &key, &hash); first = false) {
        int rc;

        Py_INCREF(key);
        rc = (!first && rm_text_ascii(text, ", ") < 0) || rm_text_repr(text, key) < 0 ? -1 : 0;
        Py_DECREF(key);
        if (rc < 0)
            return -1;
    }
    return 0;
}

static PyObject *set_repr(PyObject *op)
{
    const char *name = Py_TYPE(op)->tp_name;
    char open[80];

    if (PySet_GET_SIZE(op) == 0)
        return PyUnicode_FromFormat("%s()", name);
    if (PySet_CheckExact(op))
        return rm_text_of_container(op, "{", write_keys, "}");
    snprintf(open, sizeof open, "%.60s({", name);
    return rm_text_of_container(op, open, write_keys, "})");
}

/* ---- types */

static Py_ssize_t set_length(PyObject *op)
{
    return PySet_GET_SIZE(op);
}

static PyObject *method_add(PyObject *op, PyObject *key)
{
    if (add_key(set_of(op), key) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *method_discard(PyObject *op, PyObject *key)
{
    if (discard(set_of(op), key) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *method_pop(PyObject *op, PyObject *args)
{
    (void)args;
    return PySet_Pop(op);
}

static PyMethodDef frozenset_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyMethodDef set_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
    {"add", method_add, METH_O, NULL},
    {"discard", method_discard, METH_O, NULL},
    {"pop", method_pop, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static PySequenceMethods set_as_sequence = {.sq_length = set_length, .sq_contains = set_contains};
static PyNumberMethods set_as_number = {.nb_subtract = set_sub,
                                        .nb_and = set_and,
                                        .nb_xor = set_xor,
                                        .nb_or = set_or,
                                        .nb_inplace_or = set_inplace_or};
static PyNumberMethods frozenset_as_number = {
    .nb_subtract = set_sub, .nb_and = set_and, .nb_xor = set_xor, .nb_or = set_or};

#define SET_TYPE                                                                           \
    .tp_basicsize = sizeof(PySetObject),                                                   \
    .tp_dealloc = set_dealloc,                                                             \
    .tp_repr = set_repr,                                                                   \
    .tp_as_sequence = &set_as_sequence,                                                    \
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,             \
    .tp_traverse = set_traverse,                                                           \
    .tp_clear = set_clear,                                                                 \
    .tp_richcompare = set_richcompare,                                                     \
    .tp_weaklistoffset = offsetof(PySetObject, weakreflist),                               \
    .tp_iter = set_iter,                                                                   \
    .tp_new = set_new,                                                                     \
    .tp_free = PyObject_GC_Del

PyTypeObject PySet_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "set",
    .tp_as_number = &set_as_number,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_methods = set_methods,
    SET_TYPE,
};

PyTypeObject PyFrozenSet_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "frozenset",
    .tp_as_number = &frozenset_as_number,
    .tp_methods = frozenset_methods,
    .tp_hash = frozenset_hash,
    SET_TYPE,
};
