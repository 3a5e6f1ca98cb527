/* Weak references and the list of them that a referent carries.
 *
 *     referent --> [shared, no callback] --> [shared proxy] --> newest with callback --> ... oldest
 *
 * A reference without a callback is made once per object and exact type. When the referent dies all
 * of them are cleared first and the callbacks run then, newest first.
 */
#include "core_int.h"

PyWeakReference **rm_weakref_list(PyObject *op)
{
    Py_ssize_t offset = Py_TYPE(op)->tp_weaklistoffset;

    return offset != 0 ? (PyWeakReference **)((char *)op + offset) : NULL;
}

void rm_weakref_clear(PyWeakReference *ref)
{
    PyWeakReference **list;

    if (ref->wr_object == Py_None)
        return;
    list = rm_weakref_list(ref->wr_object);
    if (*list == ref)
        *list = ref->wr_next;
    ref->wr_object = Py_None;
    if (ref->wr_prev != NULL)
        ref->wr_prev->wr_next = ref->wr_next;
    if (ref->wr_next != NULL)
        ref->wr_next->wr_prev = ref->wr_prev;
    ref->wr_prev = ref->wr_next = NULL;
}

/* ---- the list */

static PyWeakReference *find_shared(PyObject *op, const PyTypeObject *type)
{
    PyWeakReference *ref = *rm_weakref_list(op);

    for (; ref != NULL && ref->wr_callback == NULL; ref = ref->wr_next)
        if (Py_IS_TYPE(ref, type))
            return ref;
    return NULL;
}

static void insert_after(PyWeakReference *ref, PyWeakReference *prev)
{
    ref->wr_prev = prev;
    ref->wr_next = prev->wr_next;
    if (prev->wr_next != NULL)
        prev->wr_next->wr_prev = ref;
    prev->wr_next = ref;
}

static void insert_first(PyWeakReference *ref, PyWeakReference **list)
{
    ref->wr_prev = NULL;
    ref->wr_next = *list;
    if (*list != NULL)
        (*list)->wr_prev = ref;
    *list = ref;
}

/* The shared ones stand in front: the plain one first, then the proxy. */
static void insert(PyWeakReference *ref, PyObject *op)
{
    PyWeakReference **list = rm_weakref_list(op);
    PyWeakReference *last_shared = NULL;
    bool is_plain = ref->wr_callback == NULL && PyWeakref_CheckRefExact(ref);

    for (PyWeakReference *r = *list; r != NULL && r->wr_callback == NULL && !is_plain; r = r->wr_next)
        if (!PyObject_TypeCheck(r, &_PyWeakref_RefType) || PyWeakref_CheckRefExact(r))
            last_shared = r;
    if (last_shared != NULL)
        insert_after(ref, last_shared);
    else
        insert_first(ref, list);
}

/* ---- making */

static PyObject *weakref_vectorcall(PyObject *op, PyObject *const *args, size_t nargsf, PyObject *names)
{
    (void)args;
    if (PyVectorcall_NARGS(nargsf) > 0 || (names != NULL && PyTuple_GET_SIZE(names) > 0))
        return PyErr_Format(PyExc_TypeError, "a weak reference is called without arguments");
    return Py_NewRef(PyWeakref_GET_OBJECT(op));
}

static PyObject *make(PyTypeObject *type, PyObject *op, PyObject *callback)
{
    PyWeakReference *ref = (PyWeakReference *)_PyObject_GC_New(type);

    if (ref == NULL)
        return NULL;
    ref->hash = -1;
    ref->wr_object = op;
    ref->wr_prev = ref->wr_next = NULL;
    ref->vectorcall = weakref_vectorcall;
    ref->wr_callback = Py_XNewRef(callback);
    if (callback != NULL)
        RM_STORED(ref, callback);
    insert(ref, op);
    rm_gc_track((PyObject *)ref);
    return (PyObject *)ref;
}

static PyObject *shared_or_new(PyTypeObject *type, PyObject *op, PyObject *callback)
{
    PyWeakReference *shared;

    if (op == NULL || !PyType_SUPPORTS_WEAKREFS(Py_TYPE(op)))
        return PyErr_Format(PyExc_TypeError, "cannot create weak reference to '%s' object",
                            op != NULL ? Py_TYPE(op)->tp_name : "NULL");
    if (callback == Py_None)
        callback = NULL;
    shared = callback == NULL ? find_shared(op, type) : NULL;
    if (shared != NULL)
        return Py_NewRef(shared);
    return make(type, op, callback);
}

PyObject *PyWeakref_NewRef(PyObject *op, PyObject *callback)
{
    return shared_or_new(&_PyWeakref_RefType, op, callback);
}

PyObject *PyWeakref_NewProxy(PyObject *op, PyObject *callback)
{
    bool is_callable = op != NULL && Py_TYPE(op)->tp_call != NULL;

    return shared_or_new(is_callable ? &_PyWeakref_CallableProxyType : &_PyWeakref_ProxyType, op,
                         callback);
}

PyObject *PyWeakref_GetObject(PyObject *ref)
{
    if (ref == NULL || !PyWeakref_Check(ref)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return PyWeakref_GET_OBJECT(ref);
}

/* ---- dying */

static void call_back(PyWeakReference *ref)
{
    PyObject *callback = ref->wr_callback, *result;

    if (callback == NULL) /* an earlier callback had it cleared */
        return;
    ref->wr_callback = NULL;
    RM_TAKEN(ref, callback);
    result = PyObject_CallOneArg(callback, (PyObject *)ref);
    if (result == NULL)
        PyErr_WriteUnraisable(callback);
    Py_XDECREF(result);
    Py_DECREF(callback);
}

/* Clears every reference to op; those whose callback is still to run are chained and kept. */
static PyWeakReference *clear_all(PyWeakReference **list)
{
    PyWeakReference *due = NULL, **last = &due;

    while (*list != NULL) {
        PyWeakReference *ref = *list;

        rm_weakref_clear(ref);
        if (ref->wr_callback != NULL && Py_REFCNT(ref) > 0) {
            Py_INCREF(ref);
            *last = ref;
            last = &ref->wr_next;
        }
    }
    return due;
}

void PyObject_ClearWeakRefs(PyObject *op)
{
    PyWeakReference **list = rm_weakref_list(op), *due;
    PyObject *type, *value, *traceback;

    if (list == NULL || *list == NULL)
        return;
    due = clear_all(list);
    if (due == NULL)
        return;
    PyErr_Fetch(&type, &value, &traceback);
    while (due != NULL) {
        PyWeakReference *next = due->wr_next;

        due->wr_next = NULL;
        call_back(due);
        Py_DECREF(due);
        due = next;
    }
    PyErr_Restore(type, value, traceback);
}

static void weakref_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    rm_weakref_clear((PyWeakReference *)op);
    RM_CLEAR_IN(op, ((PyWeakReference *)op)->wr_callback);
    Py_TYPE(op)->tp_free(op);
}

static int weakref_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PyWeakReference *)op)->wr_callback);
    return 0;
}

static int weakref_clear(PyObject *op)
{
    rm_weakref_clear((PyWeakReference *)op);
    RM_CLEAR_IN(op, ((PyWeakReference *)op)->wr_callback);
    return 0;
}

/* ---- slots */

/* Cached, so that it still answers after the referent's death if it was asked before. */
static Py_hash_t weakref_hash(PyObject *op)
{
    PyWeakReference *ref = (PyWeakReference *)op;
    PyObject *object;

    if (ref->hash != -1)
        return ref->hash;
    object = PyWeakref_GET_OBJECT(op);
    if (object == Py_None) {
        PyErr_SetString(PyExc_TypeError, "weak object has gone away");
        return -1;
    }
    Py_INCREF(object);
    ref->hash = PyObject_Hash(object);
    Py_DECREF(object);
    return ref->hash;
}

static PyObject *weakref_richcompare(PyObject *a, PyObject *b, int op)
{
    PyObject *x, *y, *answer;

    if ((op != Py_EQ && op != Py_NE) || !PyWeakref_Check(a) || !PyWeakref_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    x = PyWeakref_GET_OBJECT(a);
    y = PyWeakref_GET_OBJECT(b);
    if (x == Py_None || y == Py_None)
        return PyBool_FromLong((a == b) == (op == Py_EQ));
    Py_INCREF(x);
    Py_INCREF(y);
    answer = PyObject_RichCompare(x, y, op);
    Py_DECREF(x);
    Py_DECREF(y);
    return answer;
}

PyTypeObject _PyWeakref_RefType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "weakref.ReferenceType",
    .tp_basicsize = sizeof(PyWeakReference),
    .tp_dealloc = weakref_dealloc,
    .tp_hash = weakref_hash,
    .tp_vectorcall_offset = offsetof(PyWeakReference, vectorcall),
    .tp_call = PyVectorcall_Call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |
                Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_traverse = weakref_traverse,
    .tp_clear = weakref_clear,
    .tp_richcompare = weakref_richcompare,
    .tp_free = PyObject_GC_Del,
};

PyTypeObject _PyWeakref_ProxyType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "weakref.ProxyType",
    .tp_basicsize = sizeof(PyWeakReference),
    .tp_dealloc = weakref_dealloc,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = weakref_traverse,
    .tp_clear = weakref_clear,
    .tp_free = PyObject_GC_Del,
};

PyTypeObject _PyWeakref_CallableProxyType = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "weakref.CallableProxyType",
    .tp_basicsize = sizeof(PyWeakReference),
    .tp_dealloc = weakref_dealloc,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = weakref_traverse,
    .tp_clear = weakref_clear,
    .tp_free = PyObject_GC_Del,
};
