/* slice: three objects. The last dead one is kept for reuse. */
#ifndef Py_SLICEOBJECT_H
#define Py_SLICEOBJECT_H

typedef struct {
    PyObject_HEAD
    PyObject *start, *stop, *step; /* owned */
} PySliceObject;

PyAPI_DATA(PyTypeObject) PySlice_Type;
#define PySlice_Check(op) Py_IS_TYPE(op, &PySlice_Type)

PyAPI_FUNC(PyObject *) PySlice_New(PyObject *start, PyObject *stop, PyObject *step); /* NULL: None */
PyAPI_FUNC(int) PySlice_Unpack(PyObject *op, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t *step);
PyAPI_FUNC(Py_ssize_t)
    PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t step);
PyAPI_FUNC(int) PySlice_GetIndicesEx(PyObject *op, Py_ssize_t length, Py_ssize_t *start,
                                     Py_ssize_t *stop, Py_ssize_t *step, Py_ssize_t *n);
PyAPI_FUNC(int) _PyEval_SliceIndex(PyObject *op, Py_ssize_t *out); /* None leaves *out as it is */

#endif
