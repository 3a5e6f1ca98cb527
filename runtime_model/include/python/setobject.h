/* set and frozenset: an open table of keys, eight of them in the object itself. */
#ifndef Py_SETOBJECT_H
#define Py_SETOBJECT_H

#define PySet_MINSIZE 8

typedef struct {
    PyObject *key;  /* owned; NULL: never used */
    Py_hash_t hash; /* -1: the key was taken out */
} setentry;

typedef struct {
    PyObject_HEAD
    Py_ssize_t fill; /* keys, and places of those taken out */
    Py_ssize_t used;
    Py_ssize_t mask; /* room - 1 */
    setentry *table; /* smalltable, or memory */
    Py_hash_t hash;  /* of a frozenset; -1 before it is asked for */
    Py_ssize_t finger; /* where pop looks next */
    setentry smalltable[PySet_MINSIZE];
    PyObject *weakreflist;
} PySetObject;

PyAPI_DATA(PyTypeObject) PySet_Type;
PyAPI_DATA(PyTypeObject) PyFrozenSet_Type;
PyAPI_DATA(PyTypeObject) PySetIter_Type;
#define PySet_CheckExact(op) Py_IS_TYPE(op, &PySet_Type)
#define PyFrozenSet_CheckExact(op) Py_IS_TYPE(op, &PyFrozenSet_Type)
#define PyAnySet_CheckExact(op) (PySet_CheckExact(op) || PyFrozenSet_CheckExact(op))
#define PySet_Check(op) PyObject_TypeCheck(op, &PySet_Type)
#define PyFrozenSet_Check(op) PyObject_TypeCheck(op, &PyFrozenSet_Type)
#define PyAnySet_Check(op) (PySet_Check(op) || PyFrozenSet_Check(op))
#define PySet_GET_SIZE(op) (((PySetObject *)(op))->used)

PyAPI_FUNC(PyObject *) PySet_New(PyObject *iterable); /* NULL: empty */
PyAPI_FUNC(PyObject *) PyFrozenSet_New(PyObject *iterable);
PyAPI_FUNC(Py_ssize_t) PySet_Size(PyObject *op);
PyAPI_FUNC(int) PySet_Contains(PyObject *op, PyObject *key);
PyAPI_FUNC(int) PySet_Add(PyObject *op, PyObject *key); /* a frozenset only while it is new */
PyAPI_FUNC(int) PySet_Discard(PyObject *op, PyObject *key);
PyAPI_FUNC(PyObject *) PySet_Pop(PyObject *op);
PyAPI_FUNC(int) PySet_Clear(PyObject *op);
PyAPI_FUNC(int) _PySet_NextEntry(PyObject *op, Py_ssize_t *pos, PyObject **key, Py_hash_t *hash);
PyAPI_FUNC(int) _PySet_Update(PyObject *op, PyObject *iterable);

#endif
