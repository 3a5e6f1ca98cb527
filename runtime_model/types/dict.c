/* dict: an index table over an array of entries in insertion order, both in one block.
 *
 *     ma_keys --> room, used entries | int32 index[room] | entry, entry, (deleted), entry ...
 *
 * An index of EMPTY ends a search, one of DELETED does not. The block is replaced when two thirds
 * are used up. A dict is untracked until something that may be in a cycle is stored in it, and by a
 * full collection that finds no such thing left.
 */
#include "core_int.h"

#include "freelist.h"

enum { EMPTY = -1, DELETED = -2, SMALLEST = 8 };

typedef struct {
    Py_hash_t hash;
    PyObject *key;   /* owned */
    PyObject *value; /* owned; NULL: deleted */
} entry;

struct _dictkeysobject {
    Py_ssize_t room;     /* of the index, a power of two */
    Py_ssize_t usable;   /* entries that may still be added */
    Py_ssize_t nentries; /* used, deleted ones included */
    int32_t index[];
};

static entry *entries_of(PyDictKeysObject *keys)
{
    return (entry *)(keys->index + keys->room);
}

static Py_ssize_t usable_of(Py_ssize_t room)
{
    return room * 2 / 3;
}

static PyDictKeysObject *new_keys(Py_ssize_t room)
{
    size_t index = (size_t)room * sizeof(int32_t);
    PyDictKeysObject *keys =
        PyObject_Malloc(sizeof *keys + index + (size_t)usable_of(room) * sizeof(entry));

    if (keys == NULL)
        return (PyDictKeysObject *)PyErr_NoMemory();
    keys->room = room;
    keys->usable = usable_of(room);
    keys->nentries = 0;
    memset(keys->index, 0xff, index);
    return keys;
}

size_t rm_dict_extra(const PyDictObject *dict)
{
    const PyDictKeysObject *keys = dict->ma_keys;

    return keys == NULL ? 0
                        : sizeof *keys + (size_t)keys->room * sizeof(int32_t) +
                              (size_t)usable_of(keys->room) * sizeof(entry);
}

static void free_keys(PyDictKeysObject *keys)
{
    if (keys != NULL)
        rm_free(rm_now->alloc, RM_DOMAIN_OBJ, keys);
}

/* ---- searching */

static void next_slot(const PyDictKeysObject *keys, size_t *i, size_t *perturb)
{
    *perturb >>= 5;
    *i = (*i * 5 + *perturb + 1) & (size_t)(keys->room - 1);
}

/* 1: equal; 0: not; -1: the comparison failed; -2: it changed the dict, search again. */
static int is_key(PyDictObject *dict, const entry *e, PyObject *key, Py_hash_t hash)
{
    PyDictKeysObject *keys = dict->ma_keys;
    PyObject *found = e->key;
    int equal;

    if (found == key)
        return 1;
    if (e->hash != hash)
        return 0;
    if (PyUnicode_CheckExact(found) && PyUnicode_CheckExact(key))
        return _PyUnicode_EQ(found, key);
    Py_INCREF(found);
    equal = PyObject_RichCompareBool(found, key, Py_EQ);
    Py_DECREF(found);
    return equal < 0 ? -1 : dict->ma_keys != keys || e->key != found ? -2 : equal;
}

/* The entry of key; *slot: its place in the index. NULL with *failed false: not there. */
static entry *search(PyDictObject *dict, PyObject *key, Py_hash_t hash, size_t *slot, bool *failed)
{
    PyDictKeysObject *keys = dict->ma_keys;
    size_t perturb = (size_t)hash, i;

    *failed = false;
    if (keys == NULL)
        return NULL;
    for (i = (size_t)hash & (size_t)(keys->room - 1); keys->index[i] != EMPTY;
         next_slot(keys, &i, &perturb)) {
        entry *e = keys->index[i] >= 0 ? &entries_of(keys)[keys->index[i]] : NULL;
        int found = e != NULL ? is_key(dict, e, key, hash) : 0;

        if (found == -2)
            return search(dict, key, hash, slot, failed);
        *failed = found < 0;
        *slot = i;
        if (found != 0)
            return found > 0 ? e : NULL;
    }
    return NULL;
}

static void add_entry(PyDictKeysObject *keys, entry e)
{
    size_t perturb = (size_t)e.hash, i = (size_t)e.hash & (size_t)(keys->room - 1);

    while (keys->index[i] >= 0)
        next_slot(keys, &i, &perturb);
    keys->index[i] = (int32_t)keys->nentries;
    entries_of(keys)[keys->nentries++] = e;
    keys->usable--;
}

static int grow(PyDictObject *dict)
{
    Py_ssize_t room = SMALLEST;
    PyDictKeysObject *old = dict->ma_keys, *keys;

    while (old != NULL && room < dict->ma_used * 3)
        room *= 2;
    keys = new_keys(room);
    if (keys == NULL)
        return -1;
    for (Py_ssize_t i = 0; old != NULL && i < old->nentries; i++)
        if (entries_of(old)[i].value != NULL)
            add_entry(keys, entries_of(old)[i]);
    dict->ma_keys = keys;
    free_keys(old);
    return 0;
}

/* ---- changing */

static void maybe_track(PyDictObject *dict, PyObject *key, PyObject *value)
{
    if (!rm_gc_is_tracked(dict) && (rm_gc_may_track(key) || rm_gc_may_track(value)))
        rm_gc_track((PyObject *)dict);
}

static int insert(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    bool failed;
    size_t slot;
    entry *e = search(dict, key, hash, &slot, &failed);

    if (failed)
        return -1;
    if (e == NULL && (dict->ma_keys == NULL || dict->ma_keys->usable <= 0) && grow(dict) < 0)
        return -1;
    maybe_track(dict, key, value);
    rm_keep_in(dict, value);
    if (e != NULL) {
        PyObject *old = e->value;

        e->value = value;
        rm_drop_from(dict, old);
        return 0;
    }
    rm_keep_in(dict, key);
    add_entry(dict->ma_keys, (entry){hash, key, value});
    dict->ma_used++;
    return 0;
}

int PyDict_SetItem(PyObject *op, PyObject *key, PyObject *value)
{
    Py_hash_t hash;

    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    hash = PyObject_Hash(key);
    return hash == -1 ? -1 : insert((PyDictObject *)op, key, hash, value);
}

int PyDict_DelItem(PyObject *op, PyObject *key)
{
    PyDictObject *dict = (PyDictObject *)op;
    Py_hash_t hash;
    bool failed;
    size_t slot;
    entry *e, old;

    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    hash = PyObject_Hash(key);
    if (hash == -1)
        return -1;
    e = search(dict, key, hash, &slot, &failed);
    if (e == NULL) {
        if (!failed)
            PyErr_SetObject(PyExc_KeyError, key);
        return -1;
    }
    old = *e;
    dict->ma_keys->index[slot] = DELETED;
    e->key = e->value = NULL;
    dict->ma_used--;
    rm_drop_from(op, old.key);
    rm_drop_from(op, old.value);
    return 0;
}

static void drop_entries(PyObject *op, PyDictKeysObject *keys)
{
    for (Py_ssize_t i = 0; keys != NULL && i < keys->nentries; i++) {
        entry e = entries_of(keys)[i];

        rm_xdrop_from(op, e.key);
        rm_xdrop_from(op, e.value);
    }
    free_keys(keys);
}

void PyDict_Clear(PyObject *op)
{
    PyDictObject *dict = (PyDictObject *)op;
    PyDictKeysObject *keys;

    if (!PyDict_Check(op))
        return;
    keys = dict->ma_keys;
    dict->ma_keys = NULL;
    dict->ma_used = 0;
    drop_entries(op, keys);
}

/* ---- reading */

PyObject *PyDict_GetItemWithError(PyObject *op, PyObject *key)
{
    Py_hash_t hash;
    bool failed;
    size_t slot;
    entry *e;

    if (!PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    hash = PyObject_Hash(key);
    if (hash == -1)
        return NULL;
    e = search((PyDictObject *)op, key, hash, &slot, &failed);
    return e != NULL ? e->value : NULL;
}

/* Errors are lost, and one that was pending stays so. */
PyObject *PyDict_GetItem(PyObject *op, PyObject *key)
{
    PyObject *type, *value, *traceback, *found;

    PyErr_Fetch(&type, &value, &traceback);
    found = PyDict_GetItemWithError(op, key);
    PyErr_Restore(type, value, traceback);
    return found;
}

int PyDict_Contains(PyObject *op, PyObject *key)
{
    PyObject *found = PyDict_GetItemWithError(op, key);

    return found != NULL ? 1 : PyErr_Occurred() ? -1 : 0;
}

int PyDict_Next(PyObject *op, Py_ssize_t *pos, PyObject **key, PyObject **value)
{
    PyDictKeysObject *keys = ((PyDictObject *)op)->ma_keys;

    while (keys != NULL && *pos < keys->nentries) {
        entry *e = &entries_of(keys)[(*pos)++];

        if (e->value == NULL)
            continue;
        if (key != NULL)
            *key = e->key;
        if (value != NULL)
            *value = e->value;
        return 1;
    }
    return 0;
}

Py_ssize_t PyDict_Size(PyObject *op)
{
    if (PyDict_Check(op))
        return PyDict_GET_SIZE(op);
    PyErr_BadInternalCall();
    return -1;
}

/* ---- by C string */

PyObject *PyDict_GetItemString(PyObject *op, const char *key)
{
    PyObject *s = PyUnicode_FromString(key), *found;

    if (s == NULL) {
        PyErr_Clear();
        return NULL;
    }
    found = PyDict_GetItem(op, s);
    Py_DECREF(s);
    return found;
}

int PyDict_SetItemString(PyObject *op, const char *key, PyObject *value)
{
    PyObject *s = PyUnicode_InternFromString(key);
    int rc = s != NULL ? PyDict_SetItem(op, s, value) : -1;

    Py_XDECREF(s);
    return rc;
}

int PyDict_DelItemString(PyObject *op, const char *key)
{
    PyObject *s = PyUnicode_FromString(key);
    int rc = s != NULL ? PyDict_DelItem(op, s) : -1;

    Py_XDECREF(s);
    return rc;
}

/* ---- life */

PyObject *PyDict_New(void)
{
    PyDictObject *dict = (PyDictObject *)rm_free_list_take(&rm_now->free_lists[RM_FREE_DICT]);

    if (dict == NULL)
        dict = (PyDictObject *)_PyObject_GC_New(&PyDict_Type);
    if (RM_UNLIKELY(dict == NULL))
        return NULL;
    dict->ma_used = 0;
    dict->ma_version_tag = 0;
    dict->ma_keys = NULL;
    dict->ma_values = NULL;
    return (PyObject *)dict;
}

static void dict_dealloc(PyObject *op)
{
    PyDictObject *dict = (PyDictObject *)op;

    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, dict_dealloc)
    drop_entries(op, dict->ma_keys);
    if (!PyDict_CheckExact(op) || !rm_free_list_give(&rm_now->free_lists[RM_FREE_DICT], op))
        Py_TYPE(op)->tp_free(op);
    Py_TRASHCAN_END
}

static int dict_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyDictKeysObject *keys = ((PyDictObject *)op)->ma_keys;

    for (Py_ssize_t i = 0; keys != NULL && i < keys->nentries; i++) {
        Py_VISIT(entries_of(keys)[i].key);
        Py_VISIT(entries_of(keys)[i].value);
    }
    return 0;
}

static int dict_clear(PyObject *op)
{
    PyDict_Clear(op);
    return 0;
}

void rm_dict_maybe_untrack(PyObject *op)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;

    if (!rm_gc_is_tracked(op))
        return;
    while (PyDict_Next(op, &pos, &key, &value))
        if (rm_gc_may_track(key) || rm_gc_may_track(value))
            return;
    rm_gc_untrack(op);
}

static Py_ssize_t dict_length(PyObject *op)
{
    return PyDict_GET_SIZE(op);
}

static PyMappingMethods dict_as_mapping = {.mp_length = dict_length};

PyTypeObject PyDict_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "dict",
    .tp_basicsize = sizeof(PyDictObject),
    .tp_dealloc = dict_dealloc,
    .tp_as_mapping = &dict_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |
                Py_TPFLAGS_DICT_SUBCLASS,
    .tp_traverse = dict_traverse,
    .tp_clear = dict_clear,
    .tp_free = PyObject_GC_Del,
};
