/* The tables of a dict, as dict.c, dict_view.c and the instances of classes (managed.c) see them.
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

/* The keys that the instances of a class share; the class holds one reference. NULL: no memory. */
PyDictKeysObject *rm_keys_new_shared(void);
PyDictValues *rm_values_new(PyDictKeysObject *keys);
void rm_values_free(const void *owner, PyDictValues *values);
int rm_values_traverse(PyDictValues *values, visitproc visit, void *arg);

/* Where name stands in shared keys, added if there is room; -1: it cannot be there. */
Py_ssize_t rm_keys_find_shared(PyDictKeysObject *keys, PyObject *name);
Py_ssize_t rm_keys_add_shared(PyDictKeysObject *keys, PyObject *name);
void rm_values_put(PyDictValues *values, Py_ssize_t i, PyObject *value); /* gives away value */
PyObject *rm_values_take(PyDictValues *values, Py_ssize_t i);

PyObject *rm_dict_from_values(PyDictKeysObject *keys, PyDictValues *values); /* takes both over */

/* Steps through a dict in its order; false: at the end. Keys and values are borrowed. */
bool rm_dict_next(PyDictObject *dict, Py_ssize_t *pos, PyObject **key, PyObject **value,
                  Py_hash_t *hash);

/* dict_view.c, for the type */
PyObject *rm_dict_iterator(PyObject *op, PyTypeObject *type);
PyObject *rm_dict_repr(PyObject *op);
extern PyMethodDef rm_dict_methods[];

#endif
