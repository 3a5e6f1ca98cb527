/* memoryview: another object's bytes, seen as items in up to 64 dimensions. Between view and exporter
 * stands one managed buffer, which all slices of a view share; the last one releases the exporter. */
#ifndef Py_MEMORYOBJECT_H
#define Py_MEMORYOBJECT_H

typedef struct {
    PyObject_HEAD
    int flags;
    Py_ssize_t exports; /* views that use it */
    Py_buffer master;   /* its obj is the exporter, owned */
} _PyManagedBufferObject;

typedef struct {
    PyObject_VAR_HEAD
    _PyManagedBufferObject *mbuf; /* owned */
    Py_hash_t hash;               /* -1 before it is asked for */
    int flags;
    Py_ssize_t exports; /* buffers that were taken from this view */
    Py_buffer view;
    PyObject *weakreflist;
    Py_ssize_t ob_array[1]; /* shape, strides, suboffsets */
} PyMemoryViewObject;

PyAPI_DATA(PyTypeObject) PyMemoryView_Type;
PyAPI_DATA(PyTypeObject) _PyManagedBuffer_Type;
#define PyMemoryView_Check(op) Py_IS_TYPE(op, &PyMemoryView_Type)
#define PyMemoryView_GET_BUFFER(op) (&((PyMemoryViewObject *)(op))->view)
#define PyMemoryView_GET_BASE(op) (((PyMemoryViewObject *)(op))->view.obj)
PyAPI_FUNC(PyObject *) PyMemoryView_FromObject(PyObject *op);
PyAPI_FUNC(PyObject *) PyMemoryView_FromMemory(char *memory, Py_ssize_t size, int flags);
PyAPI_FUNC(PyObject *) PyMemoryView_FromBuffer(const Py_buffer *info);
PyAPI_FUNC(PyObject *) PyMemoryView_GetContiguous(PyObject *op, int flags, char order);

#endif
