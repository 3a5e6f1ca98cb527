/* str: compact strings. Pure ASCII has a 48-byte header, all others 72; 1, 2 or 4 bytes a
 * character follow, then a zero. */
#ifndef Py_UNICODEOBJECT_H
#define Py_UNICODEOBJECT_H

typedef uint32_t Py_UCS4;
typedef uint16_t Py_UCS2;
typedef uint8_t Py_UCS1;

enum PyUnicode_Kind { PyUnicode_1BYTE_KIND = 1, PyUnicode_2BYTE_KIND = 2, PyUnicode_4BYTE_KIND = 4 };
enum { SSTATE_NOT_INTERNED, SSTATE_INTERNED_MORTAL, SSTATE_INTERNED_IMMORTAL };

typedef struct {
    PyObject_HEAD
    Py_ssize_t length;
    Py_hash_t hash; /* -1 before it is asked for */
    struct {
        unsigned int interned : 2;
        unsigned int kind : 3;
        unsigned int compact : 1;
        unsigned int ascii : 1;
        unsigned int ready : 1;
        unsigned int : 24;
    } state;
    void *wstr;
} PyASCIIObject;

typedef struct {
    PyASCIIObject _base;
    Py_ssize_t utf8_length;
    char *utf8; /* memory, made on demand */
    Py_ssize_t wstr_length;
} PyCompactUnicodeObject;

PyAPI_DATA(PyTypeObject) PyUnicode_Type;
#define PyUnicode_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_UNICODE_SUBCLASS)
#define PyUnicode_CheckExact(op) Py_IS_TYPE(op, &PyUnicode_Type)
#define PyUnicode_GET_LENGTH(op) (((PyASCIIObject *)(op))->length)
#define PyUnicode_KIND(op) ((enum PyUnicode_Kind)((PyASCIIObject *)(op))->state.kind)
#define PyUnicode_IS_ASCII(op) (((PyASCIIObject *)(op))->state.ascii)
#define PyUnicode_IS_COMPACT(op) (((PyASCIIObject *)(op))->state.compact)
#define PyUnicode_IS_READY(op) 1
#define PyUnicode_READY(op) 0
#define PyUnicode_CHECK_INTERNED(op) (((PyASCIIObject *)(op))->state.interned)
#define PyUnicode_DATA(op)                                                  \
    (PyUnicode_IS_ASCII(op) ? (void *)((PyASCIIObject *)(op) + 1)           \
                            : (void *)((PyCompactUnicodeObject *)(op) + 1))
#define PyUnicode_1BYTE_DATA(op) ((Py_UCS1 *)PyUnicode_DATA(op))
#define PyUnicode_2BYTE_DATA(op) ((Py_UCS2 *)PyUnicode_DATA(op))
#define PyUnicode_4BYTE_DATA(op) ((Py_UCS4 *)PyUnicode_DATA(op))
#define PyUnicode_READ(kind, data, i)                                                \
    ((kind) == PyUnicode_1BYTE_KIND   ? (Py_UCS4)((const Py_UCS1 *)(data))[i]        \
     : (kind) == PyUnicode_2BYTE_KIND ? (Py_UCS4)((const Py_UCS2 *)(data))[i]        \
                                      : ((const Py_UCS4 *)(data))[i])
#define PyUnicode_READ_CHAR(op, i) PyUnicode_READ(PyUnicode_KIND(op), PyUnicode_DATA(op), (i))

PyAPI_FUNC(PyObject *) PyUnicode_New(Py_ssize_t length, Py_UCS4 max_char);
PyAPI_FUNC(PyObject *) PyUnicode_FromString(const char *utf8);
PyAPI_FUNC(PyObject *) PyUnicode_FromStringAndSize(const char *utf8, Py_ssize_t size);
PyAPI_FUNC(PyObject *) PyUnicode_FromFormat(const char *format, ...);
PyAPI_FUNC(PyObject *) PyUnicode_FromFormatV(const char *format, va_list args);
PyAPI_FUNC(PyObject *) PyUnicode_InternFromString(const char *utf8);
PyAPI_FUNC(void) PyUnicode_InternInPlace(PyObject **op);
PyAPI_FUNC(const char *) PyUnicode_AsUTF8(PyObject *op);
PyAPI_FUNC(const char *) PyUnicode_AsUTF8AndSize(PyObject *op, Py_ssize_t *size);
PyAPI_FUNC(Py_ssize_t) PyUnicode_GetLength(PyObject *op);
PyAPI_FUNC(int) PyUnicode_CompareWithASCIIString(PyObject *op, const char *ascii);
PyAPI_FUNC(int) _PyUnicode_EQ(PyObject *a, PyObject *b);

#endif
