/* Dicts as a whole: copied, merged, updated from mappings and pairs.
 *
 * A dict that is dense is copied as a block, table and all; anything else goes item by item, and
 * each item is held meanwhile, since comparing it with the keys that are there may run code.
 */
#include "dict_int.h"

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

/* The table of from, entry by entry and with its gaps, for the empty dict to. Steals keys. */
static int clone_keys(PyDictObject *to, PyDictObject *from, PyDictKeysObject *keys)
{
    if (keys == NULL)
        return -1;
    rm_keys_free(to->ma_keys);
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
    PyObject *found = override == 1 ? NULL : _PyDict_GetItem_KnownHash((PyObject *)dict, key, hash);

    if (rm_now->error.type != NULL)
        return -1;
    if (found == NULL)
        return _PyDict_SetItem_KnownHash((PyObject *)dict, key, value, hash);
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
            rm_keys_usable_of(rm_keys_size(keys) / 2) < dict->ma_used);
}

static int merge_dict(PyDictObject *dict, PyDictObject *from, int override)
{
    Py_ssize_t wanted = dict->ma_used + from->ma_used;

    if (from == dict || from->ma_used == 0)
        return 0;
    if (dict->ma_used == 0) {
        override = 1;
        if (dict->ma_values == NULL && is_dense(from))
            return clone_keys(dict, from, rm_keys_copy(from->ma_keys));
    }
    if (rm_keys_usable_of(rm_keys_size(dict->ma_keys)) < from->ma_used &&
        rm_dict_resize(dict, rm_keys_log2_for((wanted * 3 + 1) / 2),
                       rm_keys_is_text(from->ma_keys)) < 0)
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
        Py_hash_t hash = value != NULL ? PyObject_Hash(key) : -1;

        rc = hash != -1 ? merge_item((PyDictObject *)op, key, hash, value, override) : -1;
        Py_XDECREF(value);
    }
    Py_XDECREF(keys);
    return rc;
}

int PyDict_Merge(PyObject *op, PyObject *from, int override)
{
    if (op == NULL || !PyDict_Check(op) || from == NULL) {
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
    PyDictObject *dict = (PyDictObject *)op;
    PyDictKeysObject *keys = NULL;
    PyObject *copy;
    bool same_table;

    if (op == NULL || !PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (dict->ma_used == 0)
        return PyDict_New();
    same_table = dict->ma_values == NULL && dict->ma_used >= dict->ma_keys->nentries * 2 / 3;
    if (same_table && (keys = rm_keys_copy(dict->ma_keys)) == NULL)
        return NULL;
    copy = PyDict_New();
    if (copy == NULL && keys != NULL)
        rm_keys_free(keys);
    else if (copy != NULL &&
             (same_table ? clone_keys((PyDictObject *)copy, dict, keys) : PyDict_Merge(copy, op, 1)) < 0)
        Py_CLEAR(copy);
    return copy;
}

PyObject *rm_dict_or(PyObject *a, PyObject *b)
{
    PyObject *both;

    if (!PyDict_Check(a) || !PyDict_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    both = PyDict_Copy(a);
    if (both != NULL && PyDict_Update(both, b) < 0)
        Py_CLEAR(both);
    return both;
}

PyObject *rm_dict_inplace_or(PyObject *a, PyObject *b)
{
    return PyDict_Update(a, b) < 0 ? NULL : Py_NewRef(a);
}
