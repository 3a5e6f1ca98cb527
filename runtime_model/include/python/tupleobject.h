/* tuple: the items are part of the object. */
#ifndef Py_TUPLEOBJECT_H
#define Py_TUPLEOBJECT_H

typedef struct {
    PyObject_VAR_HEAD
    PyObject *ob_item[1];
} PyTupleObject;

PyAPI_DATA(PyTypeObject) PyTuple_Type;
#define PyTuple_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_TUPLE_SUBCLASS)
#define PyTuple_CheckExact(op) Py_IS_TYPE(op, &PyTuple_Type)
#define PyTuple_GET_SIZE(op) Py_SIZE(op)
#define PyTuple_GET_ITEM(op, i) (((PyTupleObject *)(op))->ob_item[i])

PyAPI_FUNC(PyObject *) PyTuple_New(Py_ssize_t size);
PyAPI_FUNC(Py_ssize_t) PyTuple_Size(PyObject *op);
PyAPI_FUNC(PyObject *) PyTuple_GetItem(PyObject *op, Py_ssize_t i);      /* borrowed */
PyAPI_FUNC(int) PyTuple_SetItem(PyObject *op, Py_ssize_t i, PyObject *v); /* steals v */
PyAPI_FUNC(PyObject *) PyTuple_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high);
PyAPI_FUNC(PyObject *) PyTuple_Pack(Py_ssize_t n, ...);
PyAPI_FUNC(int) _PyTuple_Resize(PyObject **op, Py_ssize_t size);
#ifdef RM_CHECKED
PyAPI_FUNC(void) rm_checked_set_item(PyObject *op, PyObject **slot, PyObject *v, const char *file, int line,
                                     const char *function);
#define PyTuple_SET_ITEM(op, i, v) \
    rm_checked_set_item(_PyObject_CAST(op), &PyTuple_GET_ITEM(op, i), _PyObject_CAST(v), RM_SITE)
#else
#define PyTuple_SET_ITEM(op, i, v) ((void)(PyTuple_GET_ITEM(op, i) = _PyObject_CAST(v)))
#endif

#endif
