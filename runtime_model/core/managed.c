/* Attributes of instances whose type has Py_TPFLAGS_MANAGED_DICT, as classes have.
 *
 *     values, dict                         | collector's words | object      3.11
 *     weak references, values + 1 or dict  | collector's words | object      from 3.12 on
 *
 * An instance starts with values: an array whose places are named by keys that the class's instances
 * share. When somebody asks for its __dict__, or a name does not fit the shared keys, the values
 * become a dict (at first a split one, with the same keys) and the dict stands in their place.
 */
#include "../types/dict_int.h"

/* The two words in front, whose meaning only the next four functions know. */
static uintptr_t *words_of(PyObject *op)
{
    return (uintptr_t *)((char *)op - sizeof(rm_gc_head) - RM_MANAGED_SIZE);
}

/* NULL: there is a dict, or nothing yet. */
static PyDictValues *values_of(PyObject *op)
{
    const uintptr_t *words = words_of(op);

    if (!rm_now->knobs.weakrefs_in_front)
        return (PyDictValues *)words[0];
    return words[1] & 1 ? (PyDictValues *)(words[1] - 1) : NULL;
}

/* Owned by op. */
static PyObject *dict_of(PyObject *op)
{
    const uintptr_t *words = words_of(op);

    return rm_now->knobs.weakrefs_in_front && words[1] & 1 ? NULL : (PyObject *)words[1];
}

/* No instance has both. */
static void set_values(PyObject *op, PyDictValues *values)
{
    uintptr_t *words = words_of(op);

    if (rm_now->knobs.weakrefs_in_front)
        words[1] = values != NULL ? (uintptr_t)values + 1 : 0;
    else
        words[0] = (uintptr_t)values;
}

static void set_dict(PyObject *op, PyObject *dict)
{
    words_of(op)[1] = (uintptr_t)dict;
}

static PyDictKeysObject *shared_keys(PyObject *op)
{
    return ((PyHeapTypeObject *)Py_TYPE(op))->ht_cached_keys;
}

int rm_managed_start(PyObject *op)
{
    PyHeapTypeObject *type = (PyHeapTypeObject *)Py_TYPE(op);
    PyDictValues *values;

    if (type->ht_cached_keys == NULL)
        type->ht_cached_keys = rm_keys_new_shared();
    if (type->ht_cached_keys == NULL)
        return -1;
    values = rm_values_new(type->ht_cached_keys);
    set_values(op, values);
    return values != NULL ? 0 : -1;
}

void rm_managed_clear(PyObject *op)
{
    PyDictValues *values = values_of(op);
    PyObject *dict;

    if (values != NULL) {
        set_values(op, NULL);
        rm_values_free(op, values);
    }
    dict = dict_of(op);
    set_dict(op, NULL);
    rm_xdrop_from(op, dict);
}

int rm_managed_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(dict_of(op));
    return rm_values_traverse(values_of(op), visit, arg);
}

static void hand_over(PyObject *op, PyObject *dict, PyDictValues *values)
{
    (void)op;
    (void)dict;
    for (Py_ssize_t i = 0; i < values->room; i++) {
        PyObject *value = rm_values_of(values)[i];

        if (value == NULL)
            continue;
        RM_TAKEN(op, value);
        RM_STORED(dict, value);
    }
}

/* The instance's references become the dict's. */
static PyObject *dict_of_values(PyObject *op, PyDictValues *values)
{
    PyDictKeysObject *keys = shared_keys(op);
    PyObject *dict = rm_dict_from_values(keys, values);

    if (dict != NULL) {
        keys->refcnt++;
        hand_over(op, dict, values);
        set_values(op, NULL);
    }
    return dict;
}

PyObject *rm_managed_dict(PyObject *op)
{
    PyObject *dict = dict_of(op);
    PyDictValues *values = values_of(op);

    if (dict != NULL)
        return dict;
    dict = values != NULL ? dict_of_values(op, values) : PyDict_New();
    if (dict == NULL)
        return NULL;
    set_dict(op, dict);
    RM_STORED(op, dict);
    return dict;
}

PyObject *rm_managed_get(PyObject *op, PyObject *name)
{
    PyDictValues *values = values_of(op);
    Py_ssize_t i;

    if (values == NULL)
        return dict_of(op) != NULL ? PyDict_GetItemWithError(dict_of(op), name) : NULL;
    i = rm_keys_find_shared(shared_keys(op), name);
    return i >= 0 && i < values->room ? rm_values_of(values)[i] : NULL;
}

static void set_value(PyObject *op, PyDictValues *values, Py_ssize_t i, PyObject *value)
{
    PyObject **slot = &rm_values_of(values)[i], *old = *slot;

    rm_keep_in(op, value);
    if (old == NULL)
        rm_values_put(values, i, value);
    else
        *slot = value;
    rm_xdrop_from(op, old);
}

static int delete_value(PyObject *op, PyDictValues *values, Py_ssize_t i, PyObject *name)
{
    if (i < 0 || i >= values->room || rm_values_of(values)[i] == NULL) {
        PyErr_SetObject(PyExc_AttributeError, name);
        return -1;
    }
    rm_drop_from(op, rm_values_take(values, i));
    return 0;
}

/* A key of a class is an interned name. */
static Py_ssize_t place_for(PyObject *op, PyObject *name)
{
    Py_ssize_t i;

    Py_INCREF(name);
    PyUnicode_InternInPlace(&name);
    i = rm_keys_add_shared(shared_keys(op), name);
    Py_DECREF(name);
    return i;
}

static int set_in_dict(PyObject *dict, PyObject *name, PyObject *value)
{
    int rc;

    if (dict == NULL)
        return -1;
    if (value != NULL)
        return PyDict_SetItem(dict, name, value);
    rc = PyDict_DelItem(dict, name);
    if (rc < 0 && PyErr_ExceptionMatches(PyExc_KeyError))
        PyErr_SetObject(PyExc_AttributeError, name);
    return rc;
}

int rm_managed_set(PyObject *op, PyObject *name, PyObject *value)
{
    PyDictValues *values = values_of(op);
    Py_ssize_t i;

    if (values == NULL || !PyUnicode_CheckExact(name))
        return set_in_dict(rm_managed_dict(op), name, value);
    if (value == NULL)
        return delete_value(op, values, rm_keys_find_shared(shared_keys(op), name), name);
    i = place_for(op, name);
    if (i < 0 || i >= values->room)
        return set_in_dict(rm_managed_dict(op), name, value);
    set_value(op, values, i, value);
    return 0;
}
