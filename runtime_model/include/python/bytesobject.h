/* bytes: part of the object, with a zero after it. The empty one and those of one byte are shared. */
#ifndef Py_BYTESOBJECT_H
#define Py_BYTESOBJECT_H

typedef struct {
    PyObject_VAR_HEAD
    Py_hash_t ob_shash; /* -1 before it is asked for */
    char ob_sval[1];
} PyBytesObject;

PyAPI_DATA(PyTypeObject) PyBytes_Type;
#define PyBytes_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_BYTES_SUBCLASS)
#define PyBytes_CheckExact(op) Py_IS_TYPE(op, &PyBytes_Type)
#define PyBytes_AS_STRING(op) (((PyBytesObject *)(op))->ob_sval)
#define PyBytes_GET_SIZE(op) Py_SIZE(op)

PyAPI_FUNC(PyObject *) PyBytes_FromStringAndSize(const char *s, Py_ssize_t size); /* s NULL: not set */
PyAPI_FUNC(PyObject *) PyBytes_FromString(const char *s);
PyAPI_FUNC(PyObject *) PyBytes_FromObject(PyObject *op);
PyAPI_FUNC(PyObject *) PyBytes_FromFormat(const char *format, ...);
PyAPI_FUNC(PyObject *) PyBytes_FromFormatV(const char *format, va_list args);
PyAPI_FUNC(Py_ssize_t) PyBytes_Size(PyObject *op);
PyAPI_FUNC(char *) PyBytes_AsString(PyObject *op);
PyAPI_FUNC(int) PyBytes_AsStringAndSize(PyObject *op, char **s, Py_ssize_t *size);
PyAPI_FUNC(PyObject *) PyBytes_Repr(PyObject *op, int smart_quotes);
PyAPI_FUNC(void) PyBytes_Concat(PyObject **a, PyObject *b);
PyAPI_FUNC(void) PyBytes_ConcatAndDel(PyObject **a, PyObject *b); /* steals b */
PyAPI_FUNC(PyObject *) _PyBytes_Join(PyObject *separator, PyObject *sequence);
PyAPI_FUNC(int) _PyBytes_Resize(PyObject **op, Py_ssize_t size); /* op: nobody else's */

#endif
