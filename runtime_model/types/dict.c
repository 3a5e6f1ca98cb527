/* dict: searching, inserting, growing. dict_int.h draws the tables.
 *
 * A search compares with __eq__, which may change the dict: then it starts again. A table is
 * replaced when two thirds of it have been used, deleted entries included, by one for three times
 * the entries that are left. A dict is untracked until something that may be in a cycle is stored
 * in it, and by a full collection that finds no such thing left.
 */
#include "dict_int.h"

#include "freelist.h"

enum { EMPTY = -1, DELETED = -2, FAILED = -3 };

/* What a dict without a table has: no room, one slot that ends every search. Never written. */
static const union {
    struct {
        Py_ssize_t refcnt;
        uint8_t log2_size, log2_index_bytes, kind;
        uint32_t version;
        Py_ssize_t usable, nentries;
        char index[8];
    } fields;
    PyDictKeysObject keys;
} no_keys = {{1, 0, 3, RM_KEYS_TEXT, 0, 0, 0, {-1, -1, -1, -1, -1, -1, -1, -1}}};
#define NO_KEYS ((PyDictKeysObject *)&no_keys.keys)

/* ---- tables */

static Py_ssize_t usable_of(Py_ssize_t size)
{
    return size * 2 / 3;
}

static bool is_text(const PyDictKeysObject *keys)
{
    return keys->kind != RM_KEYS_GENERAL;
}

/* The table for n slots. The smallest size is or-ed in, so 1 to 7 get 16, and 16 gets 32. */
static int log2_for(Py_ssize_t n)
{
    size_t most = (((size_t)n | 8) - 1) | 7;

    return 64 - __builtin_clzll(most);
}

static size_t keys_bytes(int log2_size, int log2_index_bytes, int kind)
{
    size_t each = kind == RM_KEYS_GENERAL ? sizeof(rm_entry) : sizeof(rm_text_entry);

    return sizeof(PyDictKeysObject) + ((size_t)1 << log2_index_bytes) +
           (size_t)usable_of((Py_ssize_t)1 << log2_size) * each;
}

static int index_bytes_for(int log2_size)
{
    return log2_size + (log2_size < 8 ? 0 : log2_size < 16 ? 1 : log2_size < 32 ? 2 : 3);
}

static PyDictKeysObject *new_keys(int log2_size, int kind)
{
    rm_runtime *rt = rm_now;
    int index_bytes = index_bytes_for(log2_size);
    PyDictKeysObject *keys = NULL;

    if (log2_size == RM_KEYS_LOG2_SMALLEST && kind == RM_KEYS_TEXT)
        keys = rm_free_list_take_block(&rt->free_lists[RM_FREE_DICT_KEYS]);
    if (keys == NULL)
        keys = log2_size > 58 ? NULL : rm_malloc(rt->alloc, RM_DOMAIN_OBJ,
                                                 keys_bytes(log2_size, index_bytes, kind));
    if (RM_UNLIKELY(keys == NULL))
        return (PyDictKeysObject *)PyErr_NoMemory();
    keys->refcnt = 1;
    keys->log2_size = (uint8_t)log2_size;
    keys->log2_index_bytes = (uint8_t)index_bytes;
    keys->kind = (uint8_t)kind;
    keys->version = 0;
    keys->usable = usable_of((Py_ssize_t)1 << log2_size);
    keys->nentries = 0;
    memset(keys->index, 0xff, (size_t)1 << index_bytes);
    return keys;
}

static void free_keys(PyDictKeysObject *keys)
{
    rm_runtime *rt = rm_now;

    if (keys == NO_KEYS)
        return;
    if (keys->kind != RM_KEYS_TEXT || keys->log2_size != RM_KEYS_LOG2_SMALLEST ||
        !rm_free_list_give(&rt->free_lists[RM_FREE_DICT_KEYS], (PyObject *)keys))
        rm_free(rt->alloc, RM_DOMAIN_OBJ, keys);
}

static inline Py_ssize_t get_index(const PyDictKeysObject *keys, size_t i)
{
    if (RM_LIKELY(keys->log2_size < 8))
        return ((const int8_t *)keys->index)[i];
    if (keys->log2_size < 16)
        return ((const int16_t *)keys->index)[i];
    if (keys->log2_size < 32)
        return ((const int32_t *)keys->index)[i];
    return ((const int64_t *)keys->index)[i];
}

static inline void set_index(PyDictKeysObject *keys, size_t i, Py_ssize_t ix)
{
    if (RM_LIKELY(keys->log2_size < 8))
        ((int8_t *)keys->index)[i] = (int8_t)ix;
    else if (keys->log2_size < 16)
        ((int16_t *)keys->index)[i] = (int16_t)ix;
    else if (keys->log2_size < 32)
        ((int32_t *)keys->index)[i] = (int32_t)ix;
    else
        ((int64_t *)keys->index)[i] = (int64_t)ix;
}

static inline PyObject *key_at(PyDictKeysObject *keys, Py_ssize_t ix)
{
    return is_text(keys) ? rm_text_entries(keys)[ix].key : rm_entries(keys)[ix].key;
}

static inline Py_hash_t hash_at(PyDictKeysObject *keys, Py_ssize_t ix)
{
    if (!is_text(keys))
        return rm_entries(keys)[ix].hash;
    return ((PyASCIIObject *)rm_text_entries(keys)[ix].key)->hash;
}

static inline PyObject **value_at(PyDictObject *dict, Py_ssize_t ix)
{
    PyDictKeysObject *keys = dict->ma_keys;

    if (dict->ma_values != NULL)
        return &rm_values_of(dict->ma_values)[ix];
    return is_text(keys) ? &rm_text_entries(keys)[ix].value : &rm_entries(keys)[ix].value;
}

/* ---- searching */

static inline void next_slot(const PyDictKeysObject *keys, size_t *i, size_t *perturb)
{
    *perturb >>= 5;
    *i = (*i * 5 + *perturb + 1) & (size_t)(rm_keys_size(keys) - 1);
}

static inline size_t first_slot(const PyDictKeysObject *keys, Py_hash_t hash)
{
    return (size_t)hash & (size_t)(rm_keys_size(keys) - 1);
}

/* Among keys that are all str, for a str: runs no code and cannot fail. */
static Py_ssize_t search_text(PyDictKeysObject *keys, PyObject *key, Py_hash_t hash, size_t *slot)
{
    size_t perturb = (size_t)hash, i = first_slot(keys, hash);
    Py_ssize_t ix;

    for (; (ix = get_index(keys, i)) != EMPTY; next_slot(keys, &i, &perturb)) {
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
    PyObject *found = key_at(keys, ix);
    int equal;

    if (found == key)
        return 1;
    if (hash_at(keys, ix) != hash)
        return 0;
    if (PyUnicode_CheckExact(found) && PyUnicode_CheckExact(key))
        return _PyUnicode_EQ(found, key);
    Py_INCREF(found);
    equal = PyObject_RichCompareBool(found, key, Py_EQ);
    Py_DECREF(found);
    return equal < 0 ? -1 : dict->ma_keys != keys || key_at(keys, ix) != found ? -2 : equal;
}

static Py_ssize_t search_any(PyDictObject *dict, PyObject *key, Py_hash_t hash, size_t *slot)
{
    PyDictKeysObject *keys = dict->ma_keys;
    size_t perturb = (size_t)hash, i = first_slot(keys, hash);
    Py_ssize_t ix;

    for (; (ix = get_index(keys, i)) != EMPTY; next_slot(keys, &i, &perturb)) {
        int found = ix >= 0 ? is_key(dict, ix, key, hash) : 0;

        if (found == -2)
            return search_any(dict, key, hash, slot);
        if (found != 0) {
            *slot = i;
            return found > 0 ? ix : FAILED;
        }
    }
    *slot = i;
    return EMPTY;
}

static Py_ssize_t search(PyDictObject *dict, PyObject *key, Py_hash_t hash, size_t *slot)
{
    if (is_text(dict->ma_keys) && PyUnicode_CheckExact(key))
        return search_text(dict->ma_keys, key, hash, slot);
    return search_any(dict, key, hash, slot);
}

/* The value, borrowed. NULL: not there, or with an exception the comparison failed. */
static PyObject *find(PyDictObject *dict, PyObject *key, Py_hash_t hash)
{
    size_t slot;
    Py_ssize_t ix = search(dict, key, hash, &slot);

    return ix >= 0 ? *value_at(dict, ix) : NULL;
}

static inline Py_hash_t hash_of(PyObject *key)
{
    Py_hash_t hash = PyUnicode_CheckExact(key) ? ((PyASCIIObject *)key)->hash : -1;

    return hash != -1 ? hash : PyObject_Hash(key);
}

/* ---- growing */

static size_t free_slot(PyDictKeysObject *keys, Py_hash_t hash)
{
    size_t perturb = (size_t)hash, i = first_slot(keys, hash);

    while (get_index(keys, i) >= 0)
        next_slot(keys, &i, &perturb);
    return i;
}

static void add_entry(PyDictKeysObject *keys, Py_hash_t hash, PyObject *key, PyObject *value)
{
    set_index(keys, free_slot(keys, hash), keys->nentries);
    if (is_text(keys))
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

        *value = *value_at(dict, ix);
        if (*value == NULL)
            continue;
        *key = key_at(keys, ix);
        *hash = hash_at(keys, ix);
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

/* A table of that size instead. It keeps to str keys if the old one did and text allows. */
static int resize(PyDictObject *dict, int log2_size, bool text)
{
    PyDictKeysObject *old = dict->ma_keys,
                     *keys = new_keys(log2_size, text && is_text(old) ? RM_KEYS_TEXT
                                                                      : RM_KEYS_GENERAL);

    if (keys == NULL)
        return -1;
    move_entries(dict, keys);
    dict->ma_keys = keys;
    if (dict->ma_values == NULL) {
        free_keys(old);
        return 0;
    }
    PyMem_Free(dict->ma_values);
    dict->ma_values = NULL;
    rm_keys_release(dict, old);
    return 0;
}

static int grow(PyDictObject *dict, bool text)
{
    return resize(dict, log2_for(dict->ma_used * 3), text);
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
    PyDictKeysObject *keys = new_keys(RM_KEYS_LOG2_SMALLEST, PyUnicode_CheckExact(key)
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
    PyObject **slot = value_at(dict, ix), *old = *slot;

    maybe_track(dict, key_at(dict->ma_keys, ix), value);
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

    if (dict->ma_keys == NO_KEYS)
        return insert_first(dict, key, hash, value);
    if (is_text(dict->ma_keys) && !PyUnicode_CheckExact(key) && grow(dict, false) < 0)
        return -1;
    ix = search(dict, key, hash, &slot);
    if (ix == FAILED)
        return -1;
    if (ix == EMPTY)
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
    PyObject **at = value_at(dict, ix);

    dict->ma_used--;
    *key = NULL;
    if (dict->ma_values != NULL) {
        *value = rm_values_take(dict->ma_values, ix);
        RM_TAKEN(dict, *value);
        return;
    }
    *key = key_at(dict->ma_keys, ix);
    *value = *at;
    *at = NULL;
    if (is_text(dict->ma_keys))
        rm_text_entries(dict->ma_keys)[ix].key = NULL;
    else
        rm_entries(dict->ma_keys)[ix].key = NULL;
    set_index(dict->ma_keys, slot, DELETED);
    RM_TAKEN(dict, *key);
    RM_TAKEN(dict, *value);
}

/* The value, the caller's; NULL: not there, or with an exception failed. */
static PyObject *pop(PyDictObject *dict, PyObject *key, Py_hash_t hash)
{
    size_t slot;
    Py_ssize_t ix = search(dict, key, hash, &slot);
    PyObject *old_key, *value;

    if (ix < 0 || *value_at(dict, ix) == NULL)
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

static void drop_entries(PyObject *op, PyDictKeysObject *keys)
{
    for (Py_ssize_t i = 0; i < keys->nentries; i++) {
        PyObject *key = key_at(keys, i),
                 *value = is_text(keys) ? rm_text_entries(keys)[i].value : rm_entries(keys)[i].value;

        rm_xdrop_from(op, key);
        rm_xdrop_from(op, value);
    }
    free_keys(keys);
}

static void drop_all(PyObject *op, PyDictKeysObject *keys, PyDictValues *values)
{
    if (values == NULL) {
        drop_entries(op, keys);
        return;
    }
    rm_values_free(op, values);
    rm_keys_release(op, keys);
}

void PyDict_Clear(PyObject *op)
{
    PyDictObject *dict = (PyDictObject *)op;
    PyDictKeysObject *keys;
    PyDictValues *values;

    if (!PyDict_Check(op))
        return;
    keys = dict->ma_keys;
    values = dict->ma_values;
    dict->ma_keys = NO_KEYS;
    dict->ma_values = NULL;
    dict->ma_used = 0;
    drop_all(op, keys, values);
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

int _PyDict_Next(PyObject *op, Py_ssize_t *pos, PyObject **key, PyObject **value, Py_hash_t *hash)
{
    PyObject *k, *v;
    Py_hash_t h;

    if (!PyDict_Check(op) || !rm_dict_next((PyDictObject *)op, pos, &k, &v, &h))
        return 0;
    if (key != NULL)
        *key = k;
    if (value != NULL)
        *value = v;
    if (hash != NULL)
        *hash = h;
    return 1;
}

int PyDict_Next(PyObject *op, Py_ssize_t *pos, PyObject **key, PyObject **value)
{
    return _PyDict_Next(op, pos, key, value, NULL);
}

Py_ssize_t PyDict_Size(PyObject *op)
{
    return checked(op) != NULL ? PyDict_GET_SIZE(op) : -1;
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

PyObject *_PyDict_GetItemStringWithError(PyObject *op, const char *key)
{
    PyObject *s = PyUnicode_FromString(key), *found = NULL;

    if (s != NULL)
        found = PyDict_GetItemWithError(op, s);
    Py_XDECREF(s);
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

/* ---- whole dicts */

static void keep_all(PyDictObject *dict)
{
    PyObject *key, *value;
    Py_hash_t hash;
    Py_ssize_t pos = 0;

    while (rm_dict_next(dict, &pos, &key, &value, &hash)) {
        rm_keep_in(dict, key);
        rm_keep_in(dict, value);
    }
}

/* Always new memory: a copy takes no table from the list of dead ones. */
static PyDictKeysObject *copy_keys(const PyDictKeysObject *old)
{
    size_t bytes = keys_bytes(old->log2_size, old->log2_index_bytes, old->kind);
    PyDictKeysObject *keys = rm_malloc(rm_now->alloc, RM_DOMAIN_OBJ, bytes);

    if (keys == NULL)
        return (PyDictKeysObject *)PyErr_NoMemory();
    memcpy(keys, old, bytes);
    keys->refcnt = 1;
    return keys;
}

/* The table of from, entry by entry and with its gaps, for the empty dict to. Steals keys. */
static int clone_keys(PyDictObject *to, PyDictObject *from, PyDictKeysObject *keys)
{
    if (keys == NULL)
        return -1;
    free_keys(to->ma_keys);
    to->ma_keys = keys;
    to->ma_used = from->ma_used;
    keep_all(to);
    if (rm_gc_is_tracked(from) && !rm_gc_is_tracked(to))
        rm_gc_track((PyObject *)to);
    return 0;
}

static int merge_item(PyDictObject *dict, PyObject *key, Py_hash_t hash, PyObject *value,
                      int override)
{
    PyObject *found = override == 1 ? NULL : find(dict, key, hash);

    if (rm_now->error.type != NULL)
        return -1;
    if (found == NULL)
        return insert(dict, key, hash, value);
    if (override == 0)
        return 0;
    _PyErr_SetKeyError(key); /* override 2: a key may come once */
    return -1;
}

/* Each item is held while it is inserted: the comparison may change from. */
static int merge_items(PyDictObject *dict, PyDictObject *from, int override)
{
    PyObject *key, *value;
    Py_hash_t hash;
    Py_ssize_t pos = 0, used = from->ma_used;
    int rc = 0;

    while (rc == 0 && rm_dict_next(from, &pos, &key, &value, &hash)) {
        Py_INCREF(key);
        Py_INCREF(value);
        rc = merge_item(dict, key, hash, value, override);
        Py_DECREF(value);
        Py_DECREF(key);
        if (rc == 0 && from->ma_used != used) {
            PyErr_SetString(PyExc_RuntimeError, "dict mutated during update");
            rc = -1;
        }
    }
    return rc;
}

static bool is_dense(const PyDictObject *dict)
{
    const PyDictKeysObject *keys = dict->ma_keys;

    return dict->ma_values == NULL && dict->ma_used == keys->nentries &&
           (keys->log2_size == RM_KEYS_LOG2_SMALLEST ||
            usable_of(rm_keys_size(keys) / 2) < dict->ma_used);
}

static int merge_dict(PyDictObject *dict, PyDictObject *from, int override)
{
    Py_ssize_t wanted = dict->ma_used + from->ma_used;

    if (from == dict || from->ma_used == 0)
        return 0;
    if (dict->ma_used == 0) {
        override = 1;
        if (dict->ma_values == NULL && is_dense(from))
            return clone_keys(dict, from, copy_keys(from->ma_keys));
    }
    if (usable_of(rm_keys_size(dict->ma_keys)) < from->ma_used &&
        resize(dict, log2_for((wanted * 3 + 1) / 2), is_text(from->ma_keys)) < 0)
        return -1;
    return merge_items(dict, from, override);
}

/* Any mapping: its keys() and what it gives for each. */
static int merge_keys(PyObject *op, PyObject *from, int override)
{
    PyObject *keys = PyMapping_Keys(from);
    int rc = keys != NULL ? 0 : -1;

    for (Py_ssize_t i = 0; rc == 0 && i < PyList_GET_SIZE(keys); i++) {
        PyObject *key = PyList_GET_ITEM(keys, i), *value = PyObject_GetItem(from, key);
        Py_hash_t hash = value != NULL ? hash_of(key) : -1;

        rc = hash != -1 ? merge_item((PyDictObject *)op, key, hash, value, override) : -1;
        Py_XDECREF(value);
    }
    Py_XDECREF(keys);
    return rc;
}

int PyDict_Merge(PyObject *op, PyObject *from, int override)
{
    if (checked(op) == NULL)
        return -1;
    if (from == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyDict_Check(from) && Py_TYPE(from)->tp_iter == PyDict_Type.tp_iter)
        return merge_dict((PyDictObject *)op, (PyDictObject *)from, override != 0);
    return merge_keys(op, from, override != 0);
}

int PyDict_Update(PyObject *op, PyObject *from)
{
    return PyDict_Merge(op, from, 1);
}

static int merge_pair(PyObject *op, PyObject *pair, Py_ssize_t i, int override)
{
    PyObject *both = PySequence_Fast(pair, "");
    int rc = -1;

    if (both == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            PyErr_Format(PyExc_TypeError,
                         "cannot convert dictionary update sequence element #%zd to a sequence", i);
    } else if (PySequence_Fast_GET_SIZE(both) != 2) {
        PyErr_Format(PyExc_ValueError,
                     "dictionary update sequence element #%zd has length %zd; 2 is required", i,
                     PySequence_Fast_GET_SIZE(both));
    } else {
        PyObject *key = Py_NewRef(PySequence_Fast_GET_ITEM(both, 0));
        PyObject *value = Py_NewRef(PySequence_Fast_GET_ITEM(both, 1));

        rc = override ? PyDict_SetItem(op, key, value)
                      : PyDict_SetDefault(op, key, value) != NULL ? 0 : -1;
        Py_DECREF(key);
        Py_DECREF(value);
    }
    Py_XDECREF(both);
    return rc;
}

int PyDict_MergeFromSeq2(PyObject *op, PyObject *pairs, int override)
{
    PyObject *it = PyObject_GetIter(pairs), *pair;
    int rc = it != NULL ? 0 : -1;

    for (Py_ssize_t i = 0; rc == 0 && (pair = PyIter_Next(it)) != NULL; i++) {
        rc = merge_pair(op, pair, i, override);
        Py_DECREF(pair);
    }
    Py_XDECREF(it);
    return rc < 0 || rm_now->error.type != NULL ? -1 : 0;
}

PyObject *PyDict_Copy(PyObject *op)
{
    PyDictObject *dict = checked(op);
    PyDictKeysObject *keys = NULL;
    PyObject *copy;
    bool same_table;

    if (dict == NULL || dict->ma_used == 0)
        return dict != NULL ? PyDict_New() : NULL;
    same_table = dict->ma_values == NULL && dict->ma_used >= dict->ma_keys->nentries * 2 / 3;
    if (same_table && (keys = copy_keys(dict->ma_keys)) == NULL)
        return NULL;
    copy = PyDict_New();
    if (copy == NULL && keys != NULL)
        free_keys(keys);
    else if (copy != NULL &&
             (same_table ? clone_keys((PyDictObject *)copy, dict, keys) : PyDict_Merge(copy, op, 1)) < 0)
        Py_CLEAR(copy);
    return copy;
}

/* ---- split tables */

PyDictKeysObject *rm_keys_new_shared(void)
{
    PyDictKeysObject *keys = new_keys(5 /* 32 slots, of which 30 may be used */, RM_KEYS_GENERAL);

    if (keys == NULL)
        return NULL;
    keys->kind = RM_KEYS_SPLIT;
    keys->usable = RM_KEYS_SHARED_MOST;
    return keys;
}

void rm_keys_release(const void *owner, PyDictKeysObject *keys)
{
    (void)owner;
    if (keys == NULL || --keys->refcnt > 0)
        return;
    for (Py_ssize_t i = 0; i < keys->nentries; i++)
        rm_drop_from(keys, rm_text_entries(keys)[i].key);
    rm_free(rm_now->alloc, RM_DOMAIN_OBJ, keys);
}

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

/* Each instance that is made takes one place from those that come after it: a class whose instances
 * keep getting new names stops sharing. */
PyDictValues *rm_values_new(PyDictKeysObject *keys)
{
    size_t room = (size_t)(keys->usable + keys->nentries), bytes;
    PyDictValues *values;

    if (keys->usable > 1)
        keys->usable--, room--;
    room = room > 0 ? room : 1;
    bytes = rm_values_before(room) + room * sizeof(PyObject *);
    values = PyMem_Malloc(bytes);
    if (values == NULL)
        return (PyDictValues *)PyErr_NoMemory();
    memset(values, 0, bytes);
    values->room = (uint8_t)room;
    return values;
}

void rm_values_free(const void *owner, PyDictValues *values)
{
    for (int i = 0; values != NULL && i < values->room; i++)
        rm_xdrop_from(owner, rm_values_of(values)[i]);
    PyMem_Free(values);
}

int rm_values_traverse(PyDictValues *values, visitproc visit, void *arg)
{
    for (int i = 0; values != NULL && i < values->room; i++)
        Py_VISIT(rm_values_of(values)[i]);
    return 0;
}

void rm_values_put(PyDictValues *values, Py_ssize_t i, PyObject *value)
{
    rm_values_of(values)[i] = value;
    values->order[values->used++] = (uint8_t)i;
}

PyObject *rm_values_take(PyDictValues *values, Py_ssize_t i)
{
    PyObject *value = rm_values_of(values)[i];
    uint8_t *place = memchr(values->order, (int)i, values->used);

    rm_values_of(values)[i] = NULL;
    values->used--;
    memmove(place, place + 1, (size_t)(values->order + values->used - place));
    return value;
}

PyObject *rm_dict_from_values(PyDictKeysObject *keys, PyDictValues *values)
{
    PyDictObject *dict = (PyDictObject *)PyDict_New();

    if (dict == NULL)
        return NULL;
    dict->ma_keys = keys;
    dict->ma_values = values;
    dict->ma_used = values->used;
    for (int i = 0; i < values->room && !rm_gc_is_tracked(dict); i++)
        if (rm_values_of(values)[i] != NULL && rm_gc_may_track(rm_values_of(values)[i]))
            rm_gc_track((PyObject *)dict);
    return (PyObject *)dict;
}

/* ---- life */

static void start(PyDictObject *dict)
{
    dict->ma_used = 0;
    dict->ma_version_tag = 0;
    dict->ma_keys = NO_KEYS;
    dict->ma_values = NULL;
}

PyObject *PyDict_New(void)
{
    PyDictObject *dict = (PyDictObject *)rm_free_list_take(&rm_now->free_lists[RM_FREE_DICT]);

    if (dict == NULL)
        dict = (PyDictObject *)_PyObject_GC_New(&PyDict_Type);
    if (RM_UNLIKELY(dict == NULL))
        return NULL;
    start(dict);
    return (PyObject *)dict;
}

/* Room for n entries of any kind, as long as that is not too much to ask for. */
PyObject *_PyDict_NewPresized(Py_ssize_t n)
{
    enum { MOST_AT_ONCE = 17 };
    PyDictKeysObject *keys;
    PyObject *dict;
    int log2_size = RM_KEYS_LOG2_SMALLEST;

    if (n <= 5)
        return PyDict_New();
    while (log2_size < MOST_AT_ONCE && (Py_ssize_t)1 << log2_size < (n * 3 + 1) / 2)
        log2_size++;
    keys = new_keys(log2_size, RM_KEYS_GENERAL);
    dict = keys != NULL ? PyDict_New() : NULL;
    if (dict != NULL)
        ((PyDictObject *)dict)->ma_keys = keys;
    else if (keys != NULL)
        rm_free(rm_now->alloc, RM_DOMAIN_OBJ, keys);
    return dict;
}

/* An exact dict starts untracked, one of a subclass does not: it may have attributes. */
static PyObject *dict_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyDictObject *dict = (PyDictObject *)type->tp_alloc(type, 0);

    (void)args;
    (void)kwargs;
    if (dict == NULL)
        return NULL;
    start(dict);
    if (type == &PyDict_Type)
        rm_gc_untrack((PyObject *)dict);
    return (PyObject *)dict;
}

static void dict_dealloc(PyObject *op)
{
    PyDictObject *dict = (PyDictObject *)op;

    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, dict_dealloc)
    drop_all(op, dict->ma_keys, dict->ma_values);
    if (!PyDict_CheckExact(op) || !rm_free_list_give(&rm_now->free_lists[RM_FREE_DICT], op))
        Py_TYPE(op)->tp_free(op);
    Py_TRASHCAN_END
}

static int dict_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyDictKeysObject *keys = ((PyDictObject *)op)->ma_keys;

    if (((PyDictObject *)op)->ma_values != NULL)
        return rm_values_traverse(((PyDictObject *)op)->ma_values, visit, arg);
    for (Py_ssize_t i = 0; i < keys->nentries; i++) {
        if (is_text(keys)) {
            Py_VISIT(rm_text_entries(keys)[i].value);
            continue;
        }
        Py_VISIT(rm_entries(keys)[i].value);
        Py_VISIT(rm_entries(keys)[i].key);
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

size_t rm_keys_bytes(const PyDictKeysObject *keys)
{
    return keys_bytes(keys->log2_size, keys->log2_index_bytes, keys->kind);
}

/* The block of the table counts while it is this dict's alone. */
size_t rm_dict_bytes(PyObject *op)
{
    const PyDictObject *dict = (PyDictObject *)op;
    const PyDictKeysObject *keys = dict->ma_keys;
    size_t bytes = (size_t)Py_TYPE(op)->tp_basicsize;

    if (dict->ma_values != NULL)
        return bytes + (size_t)(keys->usable + keys->nentries) * sizeof(PyObject *);
    return keys == NO_KEYS ? bytes : bytes + rm_keys_bytes(keys);
}

/* ---- slots */

static Py_ssize_t dict_length(PyObject *op)
{
    return PyDict_GET_SIZE(op);
}

static PyObject *dict_subscript(PyObject *op, PyObject *key)
{
    PyObject *found = PyDict_GetItemWithError(op, key);

    if (found == NULL && rm_now->error.type == NULL)
        _PyErr_SetKeyError(key);
    return Py_XNewRef(found);
}

static int dict_ass_subscript(PyObject *op, PyObject *key, PyObject *value)
{
    return value != NULL ? PyDict_SetItem(op, key, value) : PyDict_DelItem(op, key);
}

static PyObject *dict_or(PyObject *a, PyObject *b)
{
    PyObject *both;

    if (!PyDict_Check(a) || !PyDict_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    both = PyDict_Copy(a);
    if (both != NULL && PyDict_Update(both, b) < 0)
        Py_CLEAR(both);
    return both;
}

static PyObject *dict_inplace_or(PyObject *a, PyObject *b)
{
    return PyDict_Update(a, b) < 0 ? NULL : Py_NewRef(a);
}

/* 1: b has an equal value for key. The dict may change meanwhile, so both are held. */
static int has_equal(PyObject *b, PyObject *key, PyObject *value, Py_hash_t hash)
{
    PyObject *other;
    int equal = 0;

    Py_INCREF(key);
    Py_INCREF(value);
    other = Py_XNewRef(find((PyDictObject *)b, key, hash));
    if (other != NULL)
        equal = PyObject_RichCompareBool(value, other, Py_EQ);
    else if (rm_now->error.type != NULL)
        equal = -1;
    Py_XDECREF(other);
    Py_DECREF(value);
    Py_DECREF(key);
    return equal;
}

static PyObject *dict_richcompare(PyObject *a, PyObject *b, int op)
{
    PyObject *key, *value;
    Py_hash_t hash;
    Py_ssize_t pos = 0;
    int equal;

    if (!PyDict_Check(a) || !PyDict_Check(b) || (op != Py_EQ && op != Py_NE))
        Py_RETURN_NOTIMPLEMENTED;
    equal = PyDict_GET_SIZE(a) == PyDict_GET_SIZE(b);
    while (equal > 0 && rm_dict_next((PyDictObject *)a, &pos, &key, &value, &hash))
        equal = has_equal(b, key, value, hash);
    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

static PyObject *dict_iter(PyObject *op)
{
    return rm_dict_iterator(op, &PyDictIterKey_Type);
}

static PySequenceMethods dict_as_sequence = {.sq_contains = PyDict_Contains};
static PyNumberMethods dict_as_number = {.nb_or = dict_or, .nb_inplace_or = dict_inplace_or};
static PyMappingMethods dict_as_mapping = {
    .mp_length = dict_length, .mp_subscript = dict_subscript, .mp_ass_subscript = dict_ass_subscript};

PyTypeObject PyDict_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "dict",
    .tp_basicsize = sizeof(PyDictObject),
    .tp_dealloc = dict_dealloc,
    .tp_repr = rm_dict_repr,
    .tp_as_number = &dict_as_number,
    .tp_as_sequence = &dict_as_sequence,
    .tp_as_mapping = &dict_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |
                Py_TPFLAGS_DICT_SUBCLASS | Py_TPFLAGS_MAPPING,
    .tp_traverse = dict_traverse,
    .tp_clear = dict_clear,
    .tp_richcompare = dict_richcompare,
    .tp_iter = dict_iter,
    .tp_methods = rm_dict_methods,
    .tp_new = dict_new,
    .tp_free = PyObject_GC_Del,
};
