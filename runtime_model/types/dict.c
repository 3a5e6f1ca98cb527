/* dict: searching, inserting, growing. dict_int.h draws the tables.
 *
 * A search compares with __eq__, which may change the dict: then it starts again. A table is
 * replaced when two thirds of it have been used, deleted entries included, by one for three times
 * the entries that are left. A dict is untracked until something that may be in a cycle is stored
 * in it, and by a full collection that finds no such thing left.
 */
#include "dict_int.h"

/* ---- searching */

/* Among keys that are all str, for a str: runs no code and cannot fail. */
static Py_ssize_t search_text(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash, size_t *slot)
{
    size_t perturb = (size_t)hash, i = rm_slot_first(keys, hash);
    Py_ssize_t ix;

    for (; (ix = rm_index_get(keys, i)) != RM_KEY_EMPTY; rm_slot_next(keys, &i, &perturb)) {
        PyObject *found = ix >= 0 ? rm_text_entries(keys)[ix].key : NULL;

        if (found == key || (found != NULL && ((PyASCIIObject *)found)->hash == hash &&
                             _PyUnicode_EQ(found, key)))
            break;
    }
    *slot = i;
    return ix;
}

/* 1: equal; 0: not; -1: the comparison failed; -2: it changed the dict. */
static int is_key(PyDictObject *dict, Py_ssize_t ix, PyObject *key, Py_hash_t hash)
{
    PyDictKeysObject *keys = dict->ma_keys;
    PyObject *found = rm_key_at(keys, ix);
    int equal;

    if (found == key)
        return 1;
    if (rm_hash_at(keys, ix) != hash)
        return 0;
    if (PyUnicode_CheckExact(found) && PyUnicode_CheckExact(key))
        return _PyUnicode_EQ(found, key);
    Py_INCREF(found);
    equal = PyObject_RichCompareBool(found, key, Py_EQ);
    Py_DECREF(found);
    return equal < 0 ? -1 : dict->ma_keys != keys || rm_key_at(keys, ix) != found ? -2 : equal;
}

static Py_ssize_t search_any(PyDictObject *dict, PyObject *key, Py_hash_t hash, size_t *slot)
{
    PyDictKeysObject *keys = dict->ma_keys;
    size_t perturb = (size_t)hash, i = rm_slot_first(keys, hash);
    Py_ssize_t ix;

    for (; (ix = rm_index_get(keys, i)) != RM_KEY_EMPTY; rm_slot_next(keys, &i, &perturb)) {
        int found = ix >= 0 ? is_key(dict, ix, key, hash) : 0;

        if (found == -2)
            return search_any(dict, key, hash, slot);
        if (found != 0) {
            *slot = i;
            return found > 0 ? ix : RM_KEY_FAILED;
        }
    }
    *slot = i;
    return RM_KEY_EMPTY;
}

static Py_ssize_t search(PyDictObject *dict, PyObject *key, Py_hash_t hash, size_t *slot)
{
    if (rm_keys_is_text(dict->ma_keys) && PyUnicode_CheckExact(key))
        return search_text(dict->ma_keys, key, hash, slot);
    return search_any(dict, key, hash, slot);
}

/* The value, borrowed. NULL: not there, or with an exception the comparison failed. */
static PyObject *find(PyDictObject *dict, PyObject *key, Py_hash_t hash)
{
    size_t slot;
    Py_ssize_t ix = search(dict, key, hash, &slot);

    return ix >= 0 ? *rm_value_at(dict, ix) : NULL;
}

static inline Py_hash_t hash_of(PyObject *key)
{
    Py_hash_t hash = PyUnicode_CheckExact(key) ? ((PyASCIIObject *)key)->hash : -1;

    return hash != -1 ? hash : PyObject_Hash(key);
}

/* ---- growing */

static size_t free_slot(PyDictKeysObject *keys, Py_hash_t hash)
{
    size_t perturb = (size_t)hash, i = rm_slot_first(keys, hash);

    while (rm_index_get(keys, i) >= 0)
        rm_slot_next(keys, &i, &perturb);
    return i;
}

static void add_entry(PyDictKeysObject *keys, Py_hash_t hash, PyObject *key, PyObject *value)
{
    rm_index_set(keys, free_slot(keys, hash), keys->nentries);
    if (rm_keys_is_text(keys))
        rm_text_entries(keys)[keys->nentries] = (rm_text_entry){key, value};
    else
        rm_entries(keys)[keys->nentries] = (rm_entry){hash, key, value};
    keys->nentries++;
    keys->usable--;
}

bool rm_dict_next(PyDictObject *dict, Py_ssize_t *pos, PyObject **key, PyObject **value,
                  Py_hash_t *hash)
{
    PyDictKeysObject *keys = dict->ma_keys;
    Py_ssize_t end = dict->ma_values != NULL ? dict->ma_values->used : keys->nentries;

    while (*pos < end) {
        Py_ssize_t i = (*pos)++, ix = dict->ma_values != NULL ? dict->ma_values->order[i] : i;

        *value = *rm_value_at(dict, ix);
        if (*value == NULL)
            continue;
        *key = rm_key_at(keys, ix);
        *hash = rm_hash_at(keys, ix);
        return true;
    }
    return false;
}

/* Moves what dict has into to; a split table keeps its keys, so the dict takes references to them. */
static void move_entries(PyDictObject *dict, PyDictKeysObject *to)
{
    PyObject *key, *value;
    Py_hash_t hash;
    Py_ssize_t pos = 0;

    while (rm_dict_next(dict, &pos, &key, &value, &hash)) {
        if (dict->ma_values != NULL)
            rm_keep_in(dict, key);
        add_entry(to, hash, key, value);
    }
}

int rm_dict_resize(PyDictObject *dict, int log2_size, bool text)
{
    PyDictKeysObject *old = dict->ma_keys,
                     *keys = rm_keys_new(log2_size, text && rm_keys_is_text(old) ? RM_KEYS_TEXT
                                                                      : RM_KEYS_GENERAL);

    if (keys == NULL)
        return -1;
    move_entries(dict, keys);
    dict->ma_keys = keys;
    if (dict->ma_values == NULL) {
        rm_keys_free(old);
        return 0;
    }
    PyMem_Free(dict->ma_values);
    dict->ma_values = NULL;
    rm_keys_release(dict, old);
    return 0;
}

static int grow(PyDictObject *dict, bool text)
{
    return rm_dict_resize(dict, rm_keys_log2_for(dict->ma_used * 3), text);
}

/* ---- changing */

static inline void maybe_track(PyDictObject *dict, PyObject *key, PyObject *value)
{
    if (!rm_gc_is_tracked(dict) && (rm_gc_may_track(key) || rm_gc_may_track(value)))
        rm_gc_track((PyObject *)dict);
}

/* The first entry of an empty dict; gives away key and value. */
static int insert_first(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    PyDictKeysObject *keys = rm_keys_new(RM_KEYS_LOG2_SMALLEST, PyUnicode_CheckExact(key)
                                                                 ? RM_KEYS_TEXT
                                                                 : RM_KEYS_GENERAL);

    if (RM_UNLIKELY(keys == NULL))
        return -1;
    maybe_track(dict, key, value);
    RM_STORED(dict, key);
    RM_STORED(dict, value);
    dict->ma_keys = keys;
    add_entry(keys, hash, key, value);
    dict->ma_used = 1;
    return 0;
}

/* Into a split table: the key becomes one of the class, the value is the dict's. */
static void add_split(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    Py_ssize_t ix = dict->ma_keys->nentries;

    add_entry(dict->ma_keys, hash, key, NULL);
    RM_STORED(dict->ma_keys, key);
    rm_values_put(dict->ma_values, ix, value);
}

static int insert_new(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    maybe_track(dict, key, value); /* also when there is no room for it then */
    if (dict->ma_keys->usable <= 0 && grow(dict, true) < 0)
        return -1;
    RM_STORED(dict, value);
    if (dict->ma_values != NULL) {
        add_split(dict, key, hash, value);
    } else {
        RM_STORED(dict, key);
        add_entry(dict->ma_keys, hash, key, value);
    }
    dict->ma_used++;
    return 0;
}

/* A value for a key that the table has: the slot is filled before the old value is dropped. */
static void replace_value(PyDictObject *dict, Py_ssize_t ix, PyObject *value)
{
    PyObject **slot = rm_value_at(dict, ix), *old = *slot;

    maybe_track(dict, rm_key_at(dict->ma_keys, ix), value);
    RM_STORED(dict, value);
    if (old == NULL) { /* a key of the class that this dict did not have */
        rm_values_put(dict->ma_values, ix, value);
        dict->ma_used++;
        return;
    }
    *slot = value;
    rm_drop_from(dict, old);
}

/* Gives away key and value when it succeeds. */
static int insert_owned(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    size_t slot;
    Py_ssize_t ix;

    if (dict->ma_keys == RM_NO_KEYS)
        return insert_first(dict, key, hash, value);
    if (rm_keys_is_text(dict->ma_keys) && !PyUnicode_CheckExact(key) && grow(dict, false) < 0)
        return -1;
    ix = search(dict, key, hash, &slot);
    if (ix == RM_KEY_FAILED)
        return -1;
    if (ix == RM_KEY_EMPTY)
        return insert_new(dict, key, hash, value);
    replace_value(dict, ix, value);
    Py_DECREF(key);
    return 0;
}

static int insert(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    Py_INCREF(key);
    Py_INCREF(value);
    if (RM_LIKELY(insert_owned(dict, key, hash, value) == 0))
        return 0;
    Py_DECREF(value);
    Py_DECREF(key);
    return -1;
}

static PyDictObject *checked(PyObject *op)
{
    if (op != NULL && PyDict_Check(op))
        return (PyDictObject *)op;
    PyErr_BadInternalCall();
    return NULL;
}

int _PyDict_SetItem_KnownHash(PyObject *op, PyObject *key, PyObject *value, Py_hash_t hash)
{
    return checked(op) != NULL ? insert((PyDictObject *)op, key, hash, value) : -1;
}

int PyDict_SetItem(PyObject *op, PyObject *key, PyObject *value)
{
    Py_hash_t hash;

    if (checked(op) == NULL)
        return -1;
    hash = hash_of(key);
    return RM_UNLIKELY(hash == -1) ? -1 : insert((PyDictObject *)op, key, hash, value);
}

PyObject *PyDict_SetDefault(PyObject *op, PyObject *key, PyObject *value)
{
    PyDictObject *dict = checked(op);
    Py_hash_t hash = dict != NULL ? hash_of(key) : -1;
    PyObject *found;

    if (hash == -1)
        return NULL;
    found = find(dict, key, hash);
    if (found != NULL || rm_now->error.type != NULL)
        return found;
    return insert(dict, key, hash, value) == 0 ? value : NULL;
}

/* Takes the entry out; key (NULL for a split table) and value are the caller's. */
static void remove_entry(PyDictObject *dict, Py_ssize_t ix, size_t slot, PyObject **key,
                         PyObject **value)
{
    PyObject **at = rm_value_at(dict, ix);

    dict->ma_used--;
    *key = NULL;
    if (dict->ma_values != NULL) {
        *value = rm_values_take(dict->ma_values, ix);
        RM_TAKEN(dict, *value);
        return;
    }
    *key = rm_key_at(dict->ma_keys, ix);
    *value = *at;
    *at = NULL;
    if (rm_keys_is_text(dict->ma_keys))
        rm_text_entries(dict->ma_keys)[ix].key = NULL;
    else
        rm_entries(dict->ma_keys)[ix].key = NULL;
    rm_index_set(dict->ma_keys, slot, RM_KEY_DELETED);
    RM_TAKEN(dict, *key);
    RM_TAKEN(dict, *value);
}

/* The value, the caller's; NULL: not there, or with an exception failed. */
static PyObject *pop(PyDictObject *dict, PyObject *key, Py_hash_t hash)
{
    size_t slot;
    Py_ssize_t ix = search(dict, key, hash, &slot);
    PyObject *old_key, *value;

    if (ix < 0 || *rm_value_at(dict, ix) == NULL)
        return NULL;
    remove_entry(dict, ix, slot, &old_key, &value);
    Py_XDECREF(old_key);
    return value;
}

static PyObject *pop_or_error(PyObject *op, PyObject *key)
{
    Py_hash_t hash = hash_of(key);
    PyDictObject *dict = hash != -1 ? checked(op) : NULL;
    PyObject *value;

    if (dict == NULL)
        return NULL;
    value = pop(dict, key, hash);
    if (value == NULL && rm_now->error.type == NULL)
        _PyErr_SetKeyError(key);
    return value;
}

int PyDict_DelItem(PyObject *op, PyObject *key)
{
    PyObject *value = pop_or_error(op, key);

    if (value == NULL)
        return -1;
    Py_DECREF(value);
    return 0;
}

PyObject *_PyDict_Pop(PyObject *op, PyObject *key, PyObject *fallback)
{
    PyObject *value = pop_or_error(op, key);

    if (value == NULL && fallback != NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        return Py_NewRef(fallback);
    }
    return value;
}

/* ---- reading */

PyObject *_PyDict_GetItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash)
{
    return checked(op) != NULL ? find((PyDictObject *)op, key, hash) : NULL;
}

PyObject *PyDict_GetItemWithError(PyObject *op, PyObject *key)
{
    Py_hash_t hash;

    if (checked(op) == NULL)
        return NULL;
    hash = hash_of(key);
    return RM_UNLIKELY(hash == -1) ? NULL : find((PyDictObject *)op, key, hash);
}

/* Errors are lost, and one that was pending stays so. */
PyObject *PyDict_GetItem(PyObject *op, PyObject *key)
{
    PyObject *type, *value, *traceback, *found;

    if (!PyDict_Check(op))
        return NULL;
    PyErr_Fetch(&type, &value, &traceback);
    found = PyDict_GetItemWithError(op, key);
    PyErr_Restore(type, value, traceback);
    return found;
}

int PyDict_Contains(PyObject *op, PyObject *key)
{
    PyObject *type, *value, *traceback, *found;
    int failed;

    PyErr_Fetch(&type, &value, &traceback);
    found = PyDict_GetItemWithError(op, key);
    failed = found == NULL && rm_now->error.type != NULL;
    if (!failed) {
        PyErr_Restore(type, value, traceback);
        return found != NULL;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return -1;
}

/* ---- keys that a class shares */

Py_ssize_t rm_keys_find_shared(PyDictKeysObject *keys, PyObject *name)
{
    size_t slot;

    return search_text(keys, name, hash_of(name), &slot);
}

Py_ssize_t rm_keys_add_shared(PyDictKeysObject *keys, PyObject *name)
{
    Py_ssize_t ix = rm_keys_find_shared(keys, name);

    if (ix >= 0 || keys->usable <= 0)
        return ix;
    rm_keep_in(keys, name);
    add_entry(keys, hash_of(name), name, NULL);
    return keys->nentries - 1;
}
