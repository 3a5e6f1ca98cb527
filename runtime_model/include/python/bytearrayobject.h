/* bytearray: an object and, apart from it, bytes that grow by an eighth. While a buffer of it is out
 * its size cannot change. */
#ifndef Py_BYTEARRAYOBJECT_H
#define Py_BYTEARRAYOBJECT_H

typedef struct {
    PyObject_VAR_HEAD
    Py_ssize_t ob_alloc;
    char *ob_bytes; /* memory; NULL: empty */
    char *ob_start; /* where the contents begin in it */
    Py_ssize_t ob_exports;
} PyByteArrayObject;

PyAPI_DATA(PyTypeObject) PyByteArray_Type;
PyAPI_DATA(const char) _PyByteArray_empty_string[];
#define PyByteArray_Check(op) PyObject_TypeCheck(op, &PyByteArray_Type)
#define PyByteArray_CheckExact(op) Py_IS_TYPE(op, &PyByteArray_Type)
#define PyByteArray_GET_SIZE(op) Py_SIZE(op)
#define PyByteArray_AS_STRING(op)                                     \
    (Py_SIZE(op) ? ((PyByteArrayObject *)(op))->ob_start              \
                 : (char *)_PyByteArray_empty_string)

PyAPI_FUNC(PyObject *) PyByteArray_FromStringAndSize(const char *s, Py_ssize_t size);
PyAPI_FUNC(PyObject *) PyByteArray_FromObject(PyObject *op);
PyAPI_FUNC(PyObject *) PyByteArray_Concat(PyObject *a, PyObject *b);
PyAPI_FUNC(Py_ssize_t) PyByteArray_Size(PyObject *op);
PyAPI_FUNC(char *) PyByteArray_AsString(PyObject *op);
PyAPI_FUNC(int) PyByteArray_Resize(PyObject *op, Py_ssize_t size);

#endif
