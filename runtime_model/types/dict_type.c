/* The type dict: its life, its slots, and the functions that need no more than those of dict.c. */
#include "dict_int.h"

#include "freelist.h"

/* ---- reading */

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
    if (op != NULL && PyDict_Check(op))
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

/* ---- life */

static void start(PyDictObject *dict)
{
    dict->ma_used = 0;
    dict->ma_version_tag = 0;
    dict->ma_keys = RM_NO_KEYS;
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
    keys = rm_keys_new(log2_size, RM_KEYS_GENERAL);
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

static void drop_entries(PyObject *op, PyDictKeysObject *keys)
{
    for (Py_ssize_t i = 0; i < keys->nentries; i++) {
        PyObject *key = rm_key_at(keys, i),
                 *value = rm_keys_is_text(keys) ? rm_text_entries(keys)[i].value
                                                : rm_entries(keys)[i].value;

        rm_xdrop_from(op, key);
        rm_xdrop_from(op, value);
    }
    rm_keys_free(keys);
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
    dict->ma_keys = RM_NO_KEYS;
    dict->ma_values = NULL;
    dict->ma_used = 0;
    drop_all(op, keys, values);
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
        if (rm_keys_is_text(keys)) {
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

/* The block of the table counts while it is this dict's alone. */
size_t rm_dict_bytes(PyObject *op)
{
    const PyDictObject *dict = (PyDictObject *)op;
    const PyDictKeysObject *keys = dict->ma_keys;
    size_t bytes = (size_t)Py_TYPE(op)->tp_basicsize;

    if (dict->ma_values != NULL)
        return bytes + (size_t)(keys->usable + keys->nentries) * sizeof(PyObject *);
    return keys == RM_NO_KEYS ? bytes : bytes + rm_keys_bytes(keys);
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

/* 1: b has an equal value for key. The dict may change meanwhile, so both are held. */
static int has_equal(PyObject *b, PyObject *key, PyObject *value, Py_hash_t hash)
{
    PyObject *other;
    int equal = 0;

    Py_INCREF(key);
    Py_INCREF(value);
    other = Py_XNewRef(_PyDict_GetItem_KnownHash(b, key, hash));
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
static PyNumberMethods dict_as_number = {.nb_or = rm_dict_or, .nb_inplace_or = rm_dict_inplace_or};
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
