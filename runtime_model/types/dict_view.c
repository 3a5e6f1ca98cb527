/* What looks at a dict: lists of its parts, views, iterators, its methods and its text.
 *
 * A view holds the dict and nothing else, so it shows what the dict is now. An iterator refuses to
 * go on once the number of entries has changed. The pair that an item iterator returned is used
 * again when nobody else has kept it.
 */
#include "dict_int.h"

typedef enum { KEYS, VALUES, ITEMS } part;


/* ---- lists */

/* Pairs are made before the dict is read: making them may run a collection. */
static PyObject *empty_pairs(Py_ssize_t n)
{
    PyObject *list = PyList_New(n);

    for (Py_ssize_t i = 0; list != NULL && i < n; i++) {
        PyObject *pair = PyTuple_New(2);

        if (pair == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, pair);
    }
    return list;
}

static void fill(PyObject *list, PyDictObject *dict, part which)
{
    PyObject *key, *value;
    Py_hash_t hash;
    Py_ssize_t pos = 0;

    for (Py_ssize_t i = 0; rm_dict_next(dict, &pos, &key, &value, &hash); i++) {
        if (which == ITEMS) {
            PyTuple_SET_ITEM(PyList_GET_ITEM(list, i), 0, Py_NewRef(key));
            PyTuple_SET_ITEM(PyList_GET_ITEM(list, i), 1, Py_NewRef(value));
        } else {
            PyList_SET_ITEM(list, i, Py_NewRef(which == KEYS ? key : value));
        }
    }
}

static PyObject *list_of(PyObject *op, part which)
{
    PyObject *list = NULL;
    Py_ssize_t n;

    if (op == NULL || !PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    do {
        Py_XDECREF(list);
        n = PyDict_GET_SIZE(op);
        list = which == ITEMS ? empty_pairs(n) : PyList_New(n);
    } while (list != NULL && n != PyDict_GET_SIZE(op));
    if (list != NULL)
        fill(list, (PyDictObject *)op, which);
    return list;
}

PyObject *PyDict_Keys(PyObject *op)
{
    return list_of(op, KEYS);
}

PyObject *PyDict_Values(PyObject *op)
{
    return list_of(op, VALUES);
}

PyObject *PyDict_Items(PyObject *op)
{
    return list_of(op, ITEMS);
}

/* ---- iterators */

typedef struct {
    PyObject_HEAD
    PyDictObject *dict; /* owned; NULL: exhausted */
    Py_ssize_t used;    /* entries at the start; -1: they changed */
    Py_ssize_t pos;
    PyObject *pair;     /* owned; of an item iterator, to be used again */
    Py_ssize_t left;
} dict_iterator;

PyObject *rm_dict_iterator(PyObject *op, PyTypeObject *type)
{
    PyObject *pair = type == &PyDictIterItem_Type ? PyTuple_Pack(2, Py_None, Py_None) : NULL;
    dict_iterator *it = NULL;

    if (pair != NULL || type != &PyDictIterItem_Type)
        it = PyObject_GC_New(dict_iterator, type);
    if (it == NULL) {
        Py_XDECREF(pair);
        return NULL;
    }
    it->dict = (PyDictObject *)Py_NewRef(op);
    RM_STORED(it, op);
    it->used = it->left = PyDict_GET_SIZE(op);
    it->pos = 0;
    it->pair = pair;
    if (pair != NULL)
        RM_STORED(it, pair);
    rm_gc_track((PyObject *)it);
    return (PyObject *)it;
}

static void iterator_dealloc(PyObject *op)
{
    dict_iterator *it = (dict_iterator *)op;

    PyObject_GC_UnTrack(op);
    RM_CLEAR_IN(op, it->dict);
    RM_CLEAR_IN(op, it->pair);
    Py_TYPE(op)->tp_free(op);
}

static int iterator_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((dict_iterator *)op)->dict);
    Py_VISIT(((dict_iterator *)op)->pair);
    return 0;
}

/* Borrowed; false: at the end, or with an exception the dict has changed. */
static bool step(dict_iterator *it, PyObject **key, PyObject **value)
{
    Py_hash_t hash;

    if (it->dict == NULL)
        return false;
    if (it->used != it->dict->ma_used) {
        PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during iteration");
        it->used = -1;
        return false;
    }
    if (rm_dict_next(it->dict, &it->pos, key, value, &hash)) {
        it->left--;
        return true;
    }
    RM_CLEAR_IN(it, it->dict);
    return false;
}

static PyObject *next_key(PyObject *op)
{
    PyObject *key, *value;

    return step((dict_iterator *)op, &key, &value) ? Py_NewRef(key) : NULL;
}

static PyObject *next_value(PyObject *op)
{
    PyObject *key, *value;

    return step((dict_iterator *)op, &key, &value) ? Py_NewRef(value) : NULL;
}

/* The collector may have given up on the pair; what is stored in it now may be in a cycle. */
static PyObject *refill(PyObject *pair, PyObject *key, PyObject *value)
{
    PyObject *old_key = PyTuple_GET_ITEM(pair, 0), *old_value = PyTuple_GET_ITEM(pair, 1);

    Py_INCREF(pair);
    PyTuple_SET_ITEM(pair, 0, Py_NewRef(key));
    PyTuple_SET_ITEM(pair, 1, Py_NewRef(value));
    rm_drop_from(pair, old_key);
    rm_drop_from(pair, old_value);
    if (!rm_gc_is_tracked(pair))
        rm_gc_track(pair);
    return pair;
}

static PyObject *next_item(PyObject *op)
{
    PyObject *key, *value, *pair = ((dict_iterator *)op)->pair;

    if (!step((dict_iterator *)op, &key, &value))
        return NULL;
    if (Py_REFCNT(pair) == 1)
        return refill(pair, key, value);
    return PyTuple_Pack(2, key, value);
}

/* 0 after the dict has changed. */
static PyObject *length_hint(PyObject *op, PyObject *unused)
{
    dict_iterator *it = (dict_iterator *)op;
    bool knows = it->dict != NULL && it->used == it->dict->ma_used;

    (void)unused;
    return PyLong_FromSsize_t(knows ? it->left : 0);
}

static PyMethodDef iterator_methods[] = {{"__length_hint__", length_hint, METH_NOARGS, NULL},
                                         {NULL, NULL, 0, NULL}};

#define DICT_ITERATOR(symbol, name, next)                         \
    PyTypeObject symbol = {                                       \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                    \
        .tp_name = name,                                          \
        .tp_basicsize = sizeof(dict_iterator),                    \
        .tp_dealloc = iterator_dealloc,                           \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,      \
        .tp_traverse = iterator_traverse,                         \
        .tp_iter = PyObject_SelfIter,                             \
        .tp_iternext = next,                                      \
        .tp_methods = iterator_methods,                           \
        .tp_free = PyObject_GC_Del,                               \
    };
DICT_ITERATOR(PyDictIterKey_Type, "dict_keyiterator", next_key)
DICT_ITERATOR(PyDictIterValue_Type, "dict_valueiterator", next_value)
DICT_ITERATOR(PyDictIterItem_Type, "dict_itemiterator", next_item)

/* ---- views */

PyObject *_PyDictView_New(PyObject *op, PyTypeObject *type)
{
    _PyDictViewObject *view;

    if (op == NULL || !PyDict_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    view = PyObject_GC_New(_PyDictViewObject, type);
    if (view == NULL)
        return NULL;
    view->dv_dict = (PyDictObject *)Py_NewRef(op);
    RM_STORED(view, op);
    rm_gc_track((PyObject *)view);
    return (PyObject *)view;
}

static PyObject *dict_of(PyObject *view)
{
    return (PyObject *)((_PyDictViewObject *)view)->dv_dict;
}

static void view_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    RM_CLEAR_IN(op, ((_PyDictViewObject *)op)->dv_dict);
    PyObject_GC_Del(op);
}

static int view_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((_PyDictViewObject *)op)->dv_dict);
    return 0;
}

static Py_ssize_t view_length(PyObject *op)
{
    return PyDict_GET_SIZE(dict_of(op));
}

static PyObject *keys_iter(PyObject *op)
{
    return rm_dict_iterator(dict_of(op), &PyDictIterKey_Type);
}

static PyObject *values_iter(PyObject *op)
{
    return rm_dict_iterator(dict_of(op), &PyDictIterValue_Type);
}

static PyObject *items_iter(PyObject *op)
{
    return rm_dict_iterator(dict_of(op), &PyDictIterItem_Type);
}

static int keys_contains(PyObject *op, PyObject *key)
{
    return PyDict_Contains(dict_of(op), key);
}

static int items_contains(PyObject *op, PyObject *pair)
{
    PyObject *found;
    int equal;

    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2)
        return 0;
    found = Py_XNewRef(PyDict_GetItemWithError(dict_of(op), PyTuple_GET_ITEM(pair, 0)));
    if (found == NULL)
        return rm_now->error.type != NULL ? -1 : 0;
    equal = PyObject_RichCompareBool(found, PyTuple_GET_ITEM(pair, 1), Py_EQ);
    Py_DECREF(found);
    return equal;
}

static PySequenceMethods keys_as_sequence = {.sq_length = view_length, .sq_contains = keys_contains};
static PySequenceMethods values_as_sequence = {.sq_length = view_length};
static PySequenceMethods items_as_sequence = {.sq_length = view_length,
                                              .sq_contains = items_contains};

#define DICT_VIEW(symbol, name, sequence, iter)                   \
    PyTypeObject symbol = {                                       \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                    \
        .tp_name = name,                                          \
        .tp_basicsize = sizeof(_PyDictViewObject),                \
        .tp_dealloc = view_dealloc,                               \
        .tp_as_sequence = &sequence,                              \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,      \
        .tp_traverse = view_traverse,                             \
        .tp_iter = iter,                                          \
        .tp_free = PyObject_GC_Del,                               \
    };
DICT_VIEW(PyDictKeys_Type, "dict_keys", keys_as_sequence, keys_iter)
DICT_VIEW(PyDictValues_Type, "dict_values", values_as_sequence, values_iter)
DICT_VIEW(PyDictItems_Type, "dict_items", items_as_sequence, items_iter)

/* ---- methods */

static PyObject *method_keys(PyObject *op, PyObject *args)
{
    (void)args;
    return _PyDictView_New(op, &PyDictKeys_Type);
}

static PyObject *method_values(PyObject *op, PyObject *args)
{
    (void)args;
    return _PyDictView_New(op, &PyDictValues_Type);
}

static PyObject *method_items(PyObject *op, PyObject *args)
{
    (void)args;
    return _PyDictView_New(op, &PyDictItems_Type);
}

/* key, and what stands for a missing one: *second stays as it is when it is not given. */
static int key_and_other(PyObject *args, const char *name, PyObject **key, PyObject **second)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);

    if (n < 1 || n > 2) {
        PyErr_Format(PyExc_TypeError, "%s expected 1 or 2 arguments, got %zd", name, n);
        return -1;
    }
    *key = PyTuple_GET_ITEM(args, 0);
    if (n == 2)
        *second = PyTuple_GET_ITEM(args, 1);
    return 0;
}

static PyObject *method_get(PyObject *op, PyObject *args)
{
    PyObject *key, *other = Py_None, *found;

    if (key_and_other(args, "get", &key, &other) < 0)
        return NULL;
    found = PyDict_GetItemWithError(op, key);
    return Py_XNewRef(found != NULL || rm_now->error.type != NULL ? found : other);
}

static PyObject *method_setdefault(PyObject *op, PyObject *args)
{
    PyObject *key, *other = Py_None;

    if (key_and_other(args, "setdefault", &key, &other) < 0)
        return NULL;
    return Py_XNewRef(PyDict_SetDefault(op, key, other));
}

static PyObject *method_pop(PyObject *op, PyObject *args)
{
    PyObject *key, *other = NULL;

    return key_and_other(args, "pop", &key, &other) < 0 ? NULL : _PyDict_Pop(op, key, other);
}

static PyObject *method_update(PyObject *op, PyObject *from)
{
    if (PyDict_Update(op, from) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *method_copy(PyObject *op, PyObject *args)
{
    (void)args;
    return PyDict_Copy(op);
}

static PyObject *method_clear(PyObject *op, PyObject *args)
{
    (void)args;
    PyDict_Clear(op);
    Py_RETURN_NONE;
}

PyMethodDef rm_dict_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
    {"get", method_get, METH_VARARGS, NULL},
    {"setdefault", method_setdefault, METH_VARARGS, NULL},
    {"pop", method_pop, METH_VARARGS, NULL},
    {"keys", method_keys, METH_NOARGS, NULL},
    {"values", method_values, METH_NOARGS, NULL},
    {"items", method_items, METH_NOARGS, NULL},
    {"update", method_update, METH_O, NULL},
    {"copy", method_copy, METH_NOARGS, NULL},
    {"clear", method_clear, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

/* ---- text */

/* Key and value are held: their repr may change the dict. */
static int write_item(rm_text *text, PyObject *key, PyObject *value)
{
    int rc;

    Py_INCREF(key);
    Py_INCREF(value);
    rc = rm_text_repr(text, key) < 0 || rm_text_ascii(text, ": ") < 0 || rm_text_repr(text, value) < 0
             ? -1
             : 0;
    Py_DECREF(value);
    Py_DECREF(key);
    return rc;
}

static int write_items(rm_text *text, PyObject *op)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    bool first = true;

    while (PyDict_Next(op, &pos, &key, &value)) {
        if (!first && rm_text_ascii(text, ", ") < 0)
            return -1;
        if (write_item(text, key, value) < 0)
            return -1;
        first = false;
    }
    return 0;
}

PyObject *rm_dict_repr(PyObject *op)
{
    return rm_text_of_container(op, "{", write_items, "}");
}
