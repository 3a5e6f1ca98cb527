/* Attributes of instances whose type has Py_TPFLAGS_MANAGED_DICT, as classes have.
 *
 *     values, dict | collector's words | object
 *
 * An instance starts with values: an array whose places are named by keys that the class's instances
 * share. When somebody asks for its __dict__, or a name does not fit the shared keys, the values
 * become a dict (at first a split one, with the same keys) and the dict stands in their place.
 */
#include "../types/dict_int.h"

typedef struct {
    PyDictValues *values; /* NULL: there is a dict */
    PyObject *dict;       /* owned */
} managed;

static managed *managed_of(PyObject *op)
{
    return (managed *)((char *)op - sizeof(rm_gc_head)) - 1;
}

static PyDictKeysObject *shared_keys(PyObject *op)
{
    return ((PyHeapTypeObject *)Py_TYPE(op))->ht_cached_keys;
}

int rm_managed_start(PyObject *op)
{
    PyHeapTypeObject *type = (PyHeapTypeObject *)Py_TYPE(op);

    if (type->ht_cached_keys == NULL)
        type->ht_cached_keys = rm_keys_new_shared();
    if (type->ht_cached_keys == NULL)
        return -1;
    managed_of(op)->values = rm_values_new(type->ht_cached_keys);
    return managed_of(op)->values != NULL ? 0 : -1;
}

void rm_managed_clear(PyObject *op)
{
    managed *m = managed_of(op);
    PyDictValues *values = m->values;

    m->values = NULL;
    rm_values_free(op, values);
    RM_CLEAR_IN(op, m->dict);
}

int rm_managed_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(managed_of(op)->dict);
    return rm_values_traverse(managed_of(op)->values, visit, arg);
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
static PyObject *dict_of_values(PyObject *op, managed *m)
{
    PyDictKeysObject *keys = shared_keys(op);
    PyObject *dict = rm_dict_from_values(keys, m->values);

    if (dict != NULL) {
        keys->refcnt++;
        hand_over(op, dict, m->values);
        m->values = NULL;
    }
    return dict;
}

PyObject *rm_managed_dict(PyObject *op)
{
    managed *m = managed_of(op);

    if (m->dict == NULL) {
        m->dict = m->values != NULL ? dict_of_values(op, m) : PyDict_New();
        if (m->dict != NULL)
            RM_STORED(op, m->dict);
    }
    return m->dict;
}

PyObject *rm_managed_get(PyObject *op, PyObject *name)
{
    managed *m = managed_of(op);
    Py_ssize_t i;

    if (m->values == NULL)
        return m->dict != NULL ? PyDict_GetItemWithError(m->dict, name) : NULL;
    i = rm_keys_find_shared(shared_keys(op), name);
    return i >= 0 && i < m->values->room ? rm_values_of(m->values)[i] : NULL;
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
    managed *m = managed_of(op);
    Py_ssize_t i;

    if (m->values == NULL || !PyUnicode_CheckExact(name))
        return set_in_dict(rm_managed_dict(op), name, value);
    if (value == NULL)
        return delete_value(op, m->values, rm_keys_find_shared(shared_keys(op), name), name);
    i = place_for(op, name);
    if (i < 0 || i >= m->values->room)
        return set_in_dict(rm_managed_dict(op), name, value);
    set_value(op, m->values, i, value);
    return 0;
}
