/* Weak references: they see an object without keeping it. Referents hold them in a list. */
#ifndef Py_WEAKREFOBJECT_H
#define Py_WEAKREFOBJECT_H

typedef struct _PyWeakReference PyWeakReference;

struct _PyWeakReference {
    PyObject_HEAD
    PyObject *wr_object;   /* borrowed; Py_None when dead */
    PyObject *wr_callback; /* owned */
    Py_hash_t hash;        /* -1 before it is asked for */
    PyWeakReference *wr_prev;
    PyWeakReference *wr_next;
    vectorcallfunc vectorcall;
};

PyAPI_DATA(PyTypeObject) _PyWeakref_RefType;
PyAPI_DATA(PyTypeObject) _PyWeakref_ProxyType;
PyAPI_DATA(PyTypeObject) _PyWeakref_CallableProxyType;
#define PyWeakref_CheckRef(op) PyObject_TypeCheck(op, &_PyWeakref_RefType)
#define PyWeakref_CheckRefExact(op) Py_IS_TYPE(op, &_PyWeakref_RefType)
#define PyWeakref_CheckProxy(op) \
    (Py_IS_TYPE(op, &_PyWeakref_ProxyType) || Py_IS_TYPE(op, &_PyWeakref_CallableProxyType))
#define PyWeakref_Check(op) (PyWeakref_CheckRef(op) || PyWeakref_CheckProxy(op))

PyAPI_FUNC(PyObject *) PyWeakref_NewRef(PyObject *op, PyObject *callback);
PyAPI_FUNC(PyObject *) PyWeakref_NewProxy(PyObject *op, PyObject *callback);
PyAPI_FUNC(PyObject *) PyWeakref_GetObject(PyObject *ref); /* borrowed */
PyAPI_FUNC(void) PyObject_ClearWeakRefs(PyObject *op);

/* The referent, borrowed; None when its count is zero already. */
static inline PyObject *rm_weakref_object(PyObject *ref)
{
    PyObject *op = ((PyWeakReference *)ref)->wr_object;

    return Py_REFCNT(op) > 0 ? op : Py_None;
}
#define PyWeakref_GET_OBJECT(ref) rm_weakref_object(_PyObject_CAST(ref))

#endif
