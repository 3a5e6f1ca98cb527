/* The tables of dicts: how large they are, where they come from and go to, and those that the
 * instances of a class share. Nothing here compares keys or runs their code.
 */
#include "dict_int.h"

#include "freelist.h"

const rm_empty_keys rm_no_keys = {
    {1, 0, 3, RM_KEYS_TEXT, 0, 0, 0, {-1, -1, -1, -1, -1, -1, -1, -1}}};

/* ---- one table */

/* The table for n slots. The smallest size is or-ed in, so 1 to 7 get 16, and 16 gets 32. */
int rm_keys_log2_for(Py_ssize_t n)
{
    size_t most = (((size_t)n | 8) - 1) | 7;

    return 64 - __builtin_clzll(most);
}

static size_t keys_bytes(int log2_size, int log2_index_bytes, int kind)
{
    size_t each = kind == RM_KEYS_GENERAL ? sizeof(rm_entry) : sizeof(rm_text_entry);

    return sizeof(PyDictKeysObject) + ((size_t)1 << log2_index_bytes) +
           (size_t)rm_keys_usable_of((Py_ssize_t)1 << log2_size) * each;
}

static int index_bytes_for(int log2_size)
{
    return log2_size + (log2_size < 8 ? 0 : log2_size < 16 ? 1 : log2_size < 32 ? 2 : 3);
}

PyDictKeysObject *rm_keys_new(int log2_size, int kind)
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
    keys->usable = rm_keys_usable_of((Py_ssize_t)1 << log2_size);
    keys->nentries = 0;
    memset(keys->index, 0xff, (size_t)1 << index_bytes);
    return keys;
}

void rm_keys_free(PyDictKeysObject *keys)
{
    rm_runtime *rt = rm_now;

    if (keys == RM_NO_KEYS)
        return;
    if (keys->kind != RM_KEYS_TEXT || keys->log2_size != RM_KEYS_LOG2_SMALLEST ||
        !rm_free_list_give(&rt->free_lists[RM_FREE_DICT_KEYS], (PyObject *)keys))
        rm_free(rt->alloc, RM_DOMAIN_OBJ, keys);
}

/* Always new memory: a copy takes no table from the list of dead ones. */
PyDictKeysObject *rm_keys_copy(const PyDictKeysObject *old)
{
    size_t bytes = keys_bytes(old->log2_size, old->log2_index_bytes, old->kind);
    PyDictKeysObject *keys = rm_malloc(rm_now->alloc, RM_DOMAIN_OBJ, bytes);

    if (keys == NULL)
        return (PyDictKeysObject *)PyErr_NoMemory();
    memcpy(keys, old, bytes);
    keys->refcnt = 1;
    return keys;
}

size_t rm_keys_bytes(const PyDictKeysObject *keys)
{
    return keys_bytes(keys->log2_size, keys->log2_index_bytes, keys->kind);
}

/* ---- split tables */

PyDictKeysObject *rm_keys_new_shared(void)
{
    PyDictKeysObject *keys = rm_keys_new(5 /* 32 slots, of which 30 may be used */, RM_KEYS_GENERAL);

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
