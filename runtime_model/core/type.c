/* PyType_Ready: what a type gets from its bases, as far as memory and slots go.
 *
 *     tp_base, tp_bases -> tp_mro -> flags, sizes and slots that the type leaves open -> READY
 *
 * A slot left NULL comes from the nearest type in the method resolution order that has it. Pairs go
 * together: traverse and clear, hash and richcompare, the two spellings of getattr.
 */
#include "core_int.h"

/* ---- asking */

int PyType_IsSubtype(PyTypeObject *type, PyTypeObject *base)
{
    PyObject *mro = type->tp_mro;

    if (mro == NULL) {
        while (type != NULL && type != base)
            type = type->tp_base;
        return type == base || base == &PyBaseObject_Type;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); i++)
        if (PyTuple_GET_ITEM(mro, i) == (PyObject *)base)
            return 1;
    return 0;
}

unsigned long PyType_GetFlags(PyTypeObject *type)
{
    return type->tp_flags;
}

PyObject *_PyType_Lookup(PyTypeObject *type, PyObject *name)
{
    PyObject *mro = type->tp_mro;

    for (Py_ssize_t i = 0; mro != NULL && i < PyTuple_GET_SIZE(mro); i++) {
        PyObject *dict = ((PyTypeObject *)PyTuple_GET_ITEM(mro, i))->tp_dict;
        PyObject *found = dict != NULL ? PyDict_GetItemWithError(dict, name) : NULL;

        if (found != NULL || rm_now->error.type != NULL)
            return found;
    }
    return NULL;
}

void PyType_Modified(PyTypeObject *type)
{
    type->tp_flags &= ~Py_TPFLAGS_VALID_VERSION_TAG;
}

/* There is no cache: a lookup walks the order of resolution. */
unsigned int PyType_ClearCache(void)
{
    return 0;
}

/* ---- instances */

PyObject *PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t items)
{
    size_t size = _PyObject_VAR_SIZE(type, items + 1); /* one more: a sentinel for str-like types */
    PyObject *op;

    if (PyType_IS_GC(type)) {
        op = rm_gc_alloc(size, rm_type_before(type), true);
    } else {
        op = PyObject_Malloc(size);
        if (op == NULL)
            PyErr_NoMemory();
        else
            memset(op, 0, size);
    }
    if (op == NULL)
        return NULL;
    if (type->tp_itemsize != 0)
        ((PyVarObject *)op)->ob_size = items;
    rm_object_start(op, type);
    if (PyType_IS_GC(type))
        rm_gc_track(op);
    return op;
}

PyObject *PyType_GenericNew(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    (void)args;
    (void)kwargs;
    return type->tp_alloc(type, 0);
}

/* ---- what a base gives */

static void fill(void *own, const void *base, size_t words)
{
    void **to = own;
    void *const *from = base;

    for (size_t i = 0; i < words; i++)
        if (to[i] == NULL)
            to[i] = from[i];
}

#define COPY(field)                                   \
    do {                                              \
        if (!type->field)                             \
            type->field = base->field;                \
    } while (0)
#define COPY_TABLE(field)                                                                   \
    do {                                                                                    \
        if (type->field == NULL)                                                            \
            type->field = base->field;                                                      \
        else if (base->field != NULL && base->field != type->field)                         \
            fill(type->field, base->field, sizeof *type->field / sizeof(void *));           \
    } while (0)

static void inherit_flags(PyTypeObject *type, const PyTypeObject *base)
{
    const unsigned long kinds =
        Py_TPFLAGS_LONG_SUBCLASS | Py_TPFLAGS_LIST_SUBCLASS | Py_TPFLAGS_TUPLE_SUBCLASS |
        Py_TPFLAGS_BYTES_SUBCLASS | Py_TPFLAGS_UNICODE_SUBCLASS | Py_TPFLAGS_DICT_SUBCLASS |
        Py_TPFLAGS_BASE_EXC_SUBCLASS | Py_TPFLAGS_TYPE_SUBCLASS | RM_MANAGED;

    type->tp_flags |= base->tp_flags & kinds;
    if (!PyType_IS_GC(type) && PyType_IS_GC(base) && !type->tp_traverse && !type->tp_clear) {
        type->tp_flags |= Py_TPFLAGS_HAVE_GC;
        type->tp_traverse = base->tp_traverse;
        type->tp_clear = base->tp_clear;
    }
    if (type->tp_call == NULL && PyType_HasFeature(base, Py_TPFLAGS_HAVE_VECTORCALL) &&
        PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE))
        type->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
}

static void inherit_sizes(PyTypeObject *type, const PyTypeObject *base)
{
    COPY(tp_basicsize);
    COPY(tp_itemsize);
    COPY(tp_weaklistoffset);
    COPY(tp_dictoffset);
    COPY(tp_vectorcall_offset);
}

static bool says_equal(const PyTypeObject *type)
{
    PyObject *const *names = rm_now->names;

    return PyDict_GetItemWithError(type->tp_dict, names[RM_NAME___eq__]) != NULL ||
           PyDict_GetItemWithError(type->tp_dict, names[RM_NAME___hash__]) != NULL;
}

static void inherit_pairs(PyTypeObject *type, const PyTypeObject *base)
{
    if (type->tp_getattr == NULL && type->tp_getattro == NULL) {
        type->tp_getattr = base->tp_getattr;
        type->tp_getattro = base->tp_getattro;
    }
    if (type->tp_setattr == NULL && type->tp_setattro == NULL) {
        type->tp_setattr = base->tp_setattr;
        type->tp_setattro = base->tp_setattro;
    }
    if (type->tp_hash == NULL && type->tp_richcompare == NULL && !says_equal(type)) {
        type->tp_hash = base->tp_hash;
        type->tp_richcompare = base->tp_richcompare;
    }
}

/* A type that adds collection to a base without it must free through the collector. */
static void inherit_free(PyTypeObject *type, const PyTypeObject *base)
{
    if (PyType_IS_GC(type) == PyType_IS_GC(base))
        COPY(tp_free);
    else if (PyType_IS_GC(type) && type->tp_free == NULL && base->tp_free == PyObject_Free)
        type->tp_free = PyObject_GC_Del;
}

static void inherit_new(PyTypeObject *type, const PyTypeObject *base)
{
    bool is_heap = PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE);

    if (type->tp_new == NULL && base == &PyBaseObject_Type && !is_heap)
        type->tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
    if (!PyType_HasFeature(type, Py_TPFLAGS_DISALLOW_INSTANTIATION))
        COPY(tp_new);
}

static void inherit_slots(PyTypeObject *type, const PyTypeObject *base)
{
    COPY_TABLE(tp_as_async);
    COPY_TABLE(tp_as_number);
    COPY_TABLE(tp_as_sequence);
    COPY_TABLE(tp_as_mapping);
    COPY_TABLE(tp_as_buffer);
    inherit_pairs(type, base);
    COPY(tp_dealloc);
    COPY(tp_repr);
    COPY(tp_call);
    COPY(tp_str);
    COPY(tp_iter);
    COPY(tp_iternext);
    COPY(tp_descr_get);
    COPY(tp_descr_set);
    COPY(tp_init);
    COPY(tp_alloc);
    COPY(tp_is_gc);
    COPY(tp_finalize);
    inherit_free(type, base);
}

static void inherit(PyTypeObject *type, PyTypeObject *base)
{
    inherit_flags(type, base);
    inherit_sizes(type, base);
    inherit_slots(type, base);
}

/* ---- bases */

static int set_base(PyTypeObject *type)
{
    if (type->tp_base == NULL && type != &PyBaseObject_Type) {
        type->tp_base = &PyBaseObject_Type;
        if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE))
            rm_keep_in(type, (PyObject *)type->tp_base);
    }
    if (type->tp_base != NULL && PyType_Ready(type->tp_base) < 0)
        return -1;
    if (Py_TYPE(type) == NULL)
        Py_SET_TYPE(type, type->tp_base != NULL ? Py_TYPE(type->tp_base) : &PyType_Type);
    return 0;
}

static int set_bases(PyTypeObject *type)
{
    if (type->tp_bases != NULL)
        return 0;
    type->tp_bases = type->tp_base != NULL ? PyTuple_Pack(1, type->tp_base) : PyTuple_New(0);
    if (type->tp_bases == NULL)
        return -1;
    RM_STORED(type, type->tp_bases);
    return 0;
}

static int set_mro(PyTypeObject *type)
{
    PyObject *mro = rm_type_mro(type);

    if (mro == NULL)
        return -1;
    type->tp_mro = mro;
    RM_STORED(type, mro);
    return 0;
}

/* ---- subclasses: weak, by address, so that a dead class leaves the list */

static int add_subclass(PyTypeObject *base, PyTypeObject *type)
{
    PyObject *key = PyLong_FromVoidPtr(type), *ref = PyWeakref_NewRef((PyObject *)type, NULL);
    int rc = -1;

    if (base->tp_subclasses == NULL) {
        base->tp_subclasses = PyDict_New();
        if (base->tp_subclasses != NULL)
            RM_STORED(base, base->tp_subclasses);
    }
    if (key != NULL && ref != NULL && base->tp_subclasses != NULL)
        rc = PyDict_SetItem(base->tp_subclasses, key, ref);
    Py_XDECREF(key);
    Py_XDECREF(ref);
    return rc;
}

/* Part of a death: an exception that is pending stays so. */
void rm_type_remove_subclass(PyTypeObject *base, PyTypeObject *type)
{
    PyObject *error, *value, *traceback, *key;

    PyErr_Fetch(&error, &value, &traceback);
    key = base->tp_subclasses != NULL ? PyLong_FromVoidPtr(type) : NULL;
    if (key != NULL)
        PyDict_DelItem(base->tp_subclasses, key);
    Py_XDECREF(key);
    PyErr_Restore(error, value, traceback);
}

static int add_to_bases(PyTypeObject *type)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_bases); i++)
        if (add_subclass((PyTypeObject *)PyTuple_GET_ITEM(type->tp_bases, i), type) < 0)
            return -1;
    return 0;
}

/* ---- ready */

static int check(PyTypeObject *type)
{
    if (type->tp_name == NULL) {
        PyErr_SetString(PyExc_SystemError, "type without a name");
        return -1;
    }
    if (PyType_IS_GC(type) && type->tp_traverse == NULL) {
        PyErr_Format(PyExc_SystemError, "type '%.100s' is collected but cannot be traversed",
                     type->tp_name);
        return -1;
    }
    return 0;
}

static int set_dict(PyTypeObject *type)
{
    if (type->tp_dict != NULL)
        return 0;
    type->tp_dict = PyDict_New();
    if (type->tp_dict == NULL)
        return -1;
    RM_STORED(type, type->tp_dict);
    return 0;
}

/* A class that says how its instances compare, and not their hash, has none. */
static int set_no_hash(PyTypeObject *type)
{
    PyObject *name = rm_now->names[RM_NAME___hash__];

    if (type->tp_hash != NULL)
        return 0;
    type->tp_hash = PyObject_HashNotImplemented;
    return PyDict_Contains(type->tp_dict, name) ? 0 : PyDict_SetItem(type->tp_dict, name, Py_None);
}

static int inherit_all(PyTypeObject *type)
{
    PyObject *mro = type->tp_mro;

    if (type->tp_base != NULL)
        inherit_new(type, type->tp_base);
    for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(mro); i++)
        inherit(type, (PyTypeObject *)PyTuple_GET_ITEM(mro, i));
    return set_no_hash(type);
}

static int make_ready(PyTypeObject *type)
{
    if (set_base(type) < 0 || set_dict(type) < 0 || set_bases(type) < 0 || set_mro(type) < 0)
        return -1;
    if (rm_type_add_wrappers(type) < 0 || rm_type_add_descriptors(type) < 0 || inherit_all(type) < 0)
        return -1;
    return check(type) < 0 ? -1 : add_to_bases(type);
}

int PyType_Ready(PyTypeObject *type)
{
    rm_runtime *rt = rm_now;
    int rc;

    if (PyType_HasFeature(type, Py_TPFLAGS_READY) || PyType_HasFeature(type, Py_TPFLAGS_READYING))
        return 0;
    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) {
        if (rm_resident_lend(rt, type, sizeof *type, true) < 0) {
            PyErr_NoMemory();
            return -1;
        }
        type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
        rm_immortalize(rt, (PyObject *)type);
    }
    type->tp_flags |= Py_TPFLAGS_READYING;
    RM_OWN_BEGIN(type);
    rc = make_ready(type);
    RM_OWN_END(type);
    type->tp_flags &= ~Py_TPFLAGS_READYING;
    if (rc == 0)
        type->tp_flags |= Py_TPFLAGS_READY;
    else if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE))
        rm_type_clear(type);
    return rc;
}

/* ---- the end */

void rm_type_clear(PyTypeObject *type)
{
    RM_CLEAR_IN(type, type->tp_dict);
    RM_CLEAR_IN(type, type->tp_bases);
    RM_CLEAR_IN(type, type->tp_mro);
    RM_CLEAR_IN(type, type->tp_cache);
    RM_CLEAR_IN(type, type->tp_subclasses);
}
