/* The tables of a dict, as the files of dict and the instances of classes (managed.c) see them.
 *
 *     dict_keys.c    tables: made, copied, freed, shared; they never run code of a key
 *     dict.c         looking keys up, inserting, removing, growing
 *     dict_merge.c   dicts as a whole: copy, merge, update
 *     dict_type.c    a dict's life and the type; dict_view.c its views, iterators and methods
 *
 *     combined   ma_keys --> header | index | entry, entry, (deleted), entry ...   one dict's own
 *     split      ma_keys --> the same, shared by the instances of a class; holds no values
 *                ma_values --> used | order of insertion | value, value, NULL ...
 *
 * An index is 1, 2, 4 or 8 bytes wide, as the size of the table needs. While all keys are exactly
 * str their hashes are not stored: an entry is 16 bytes then, and 24 after the first other key.
 */
#ifndef RM_DICT_INT_H
#define RM_DICT_INT_H

#include "core_int.h"
#include "text.h"

enum { RM_KEYS_GENERAL, RM_KEYS_TEXT, RM_KEYS_SPLIT };
enum { RM_KEYS_LOG2_SMALLEST = 3, RM_KEYS_SHARED_MOST = 30 };
/* Instead of the index of an entry. */
enum { RM_KEY_EMPTY = -1, RM_KEY_DELETED = -2, RM_KEY_FAILED = -3 };

typedef struct {
    Py_hash_t hash;
    PyObject *key, *value; /* owned; both NULL: deleted */
} rm_entry;

typedef struct {
    PyObject *key, *value; /* as above; value is not used in a split table */
} rm_text_entry;

struct _dictkeysobject {
    Py_ssize_t refcnt;
    uint8_t log2_size, log2_index_bytes, kind;
    uint32_t version;
    Py_ssize_t usable;   /* entries that may still be added */
    Py_ssize_t nentries; /* used, deleted ones included */
    char index[];
};

struct _dictvalues {
    uint8_t room, used;
    uint8_t order[]; /* then, at the next word: PyObject *values[room], owned */
};

static inline Py_ssize_t rm_keys_size(const PyDictKeysObject *keys)
{
    return (Py_ssize_t)1 << keys->log2_size;
}
static inline rm_entry *rm_entries(PyDictKeysObject *keys)
{
    return (rm_entry *)(keys->index + ((size_t)1 << keys->log2_index_bytes));
}
static inline rm_text_entry *rm_text_entries(PyDictKeysObject *keys)
{
    return (rm_text_entry *)(keys->index + ((size_t)1 << keys->log2_index_bytes));
}
static inline size_t rm_values_before(size_t room)
{
    return (room + 2 + 7) & ~(size_t)7;
}
static inline PyObject **rm_values_of(PyDictValues *values)
{
    return (PyObject **)((char *)values + rm_values_before(values->room));
}

/* What a dict without a table has: no room, one slot that ends every search. Never written. */
typedef union {
    struct {
        Py_ssize_t refcnt;
        uint8_t log2_size, log2_index_bytes, kind;
        uint32_t version;
        Py_ssize_t usable, nentries;
        char index[8];
    } fields;
    PyDictKeysObject keys;
} rm_empty_keys;
extern const rm_empty_keys rm_no_keys;
#define RM_NO_KEYS ((PyDictKeysObject *)&rm_no_keys.keys)

/* ---- a table's slots and entries */

static inline Py_ssize_t rm_keys_usable_of(Py_ssize_t size) /* entries in a table of that size */
{
    return size * 2 / 3;
}
static inline bool rm_keys_is_text(const PyDictKeysObject *keys)
{
    return keys->kind != RM_KEYS_GENERAL;
}
static inline Py_ssize_t rm_index_get(const PyDictKeysObject *keys, size_t i)
{
    if (RM_LIKELY(keys->log2_size < 8))
        return ((const int8_t *)keys->index)[i];
    if (keys->log2_size < 16)
        return ((const int16_t *)keys->index)[i];
    if (keys->log2_size < 32)
        return ((const int32_t *)keys->index)[i];
    return ((const int64_t *)keys->index)[i];
}
static inline void rm_index_set(PyDictKeysObject *keys, size_t i, Py_ssize_t ix)
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
static inline PyObject *rm_key_at(PyDictKeysObject *keys, Py_ssize_t ix)
{
    return rm_keys_is_text(keys) ? rm_text_entries(keys)[ix].key : rm_entries(keys)[ix].key;
}
static inline Py_hash_t rm_hash_at(PyDictKeysObject *keys, Py_ssize_t ix)
{
    if (!rm_keys_is_text(keys))
        return rm_entries(keys)[ix].hash;
    return ((PyASCIIObject *)rm_text_entries(keys)[ix].key)->hash;
}
static inline PyObject **rm_value_at(PyDictObject *dict, Py_ssize_t ix)
{
    PyDictKeysObject *keys = dict->ma_keys;

    if (dict->ma_values != NULL)
        return &rm_values_of(dict->ma_values)[ix];
    return rm_keys_is_text(keys) ? &rm_text_entries(keys)[ix].value : &rm_entries(keys)[ix].value;
}
static inline void rm_slot_next(const PyDictKeysObject *keys, size_t *i, size_t *perturb)
{
    *perturb >>= 5;
    *i = (*i * 5 + *perturb + 1) & (size_t)(rm_keys_size(keys) - 1);
}
static inline size_t rm_slot_first(const PyDictKeysObject *keys, Py_hash_t hash)
{
    return (size_t)hash & (size_t)(rm_keys_size(keys) - 1);
}

/* ---- dict_keys.c */

int rm_keys_log2_for(Py_ssize_t n); /* the table for n slots */
PyDictKeysObject *rm_keys_new(int log2_size, int kind); /* NULL: no memory */
PyDictKeysObject *rm_keys_copy(const PyDictKeysObject *old);
void rm_keys_free(PyDictKeysObject *keys); /* its entries have been dropped */

/* The keys that the instances of a class share; the class holds one reference. NULL: no memory. */
PyDictKeysObject *rm_keys_new_shared(void);
PyDictValues *rm_values_new(PyDictKeysObject *keys);
void rm_values_free(const void *owner, PyDictValues *values);
int rm_values_traverse(PyDictValues *values, visitproc visit, void *arg);
void rm_values_put(PyDictValues *values, Py_ssize_t i, PyObject *value); /* gives away value */
PyObject *rm_values_take(PyDictValues *values, Py_ssize_t i);

PyObject *rm_dict_from_values(PyDictKeysObject *keys, PyDictValues *values); /* takes both over */

/* ---- dict.c */

/* A table of that size instead. It keeps to str keys if the old one did and text allows. */
int rm_dict_resize(PyDictObject *dict, int log2_size, bool text);

/* Steps through a dict in its order; false: at the end. Keys and values are borrowed. */
bool rm_dict_next(PyDictObject *dict, Py_ssize_t *pos, PyObject **key, PyObject **value,
                  Py_hash_t *hash);

/* Where name stands in the keys of a class, added if there is room; -1: it cannot be there. */
Py_ssize_t rm_keys_find_shared(PyDictKeysObject *keys, PyObject *name);
Py_ssize_t rm_keys_add_shared(PyDictKeysObject *keys, PyObject *name);

/* ---- dict_view.c, for the type */

PyObject *rm_dict_iterator(PyObject *op, PyTypeObject *type);
PyObject *rm_dict_repr(PyObject *op);
extern PyMethodDef rm_dict_methods[];

/* ---- dict_merge.c, for the type */

PyObject *rm_dict_or(PyObject *a, PyObject *b);
PyObject *rm_dict_inplace_or(PyObject *a, PyObject *b);

#endif
