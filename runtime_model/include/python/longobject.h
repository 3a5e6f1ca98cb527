/* int and bool. Digits are 30 bits wide; the sign is the sign of ob_size. */
#ifndef Py_LONGOBJECT_H
#define Py_LONGOBJECT_H

#define PyLong_SHIFT 30
#define PyLong_BASE ((digit)1 << PyLong_SHIFT)
#define PyLong_MASK ((digit)(PyLong_BASE - 1))
typedef uint32_t digit;
typedef int32_t sdigit;
typedef uint64_t twodigits;

typedef struct _longobject {
    PyObject_VAR_HEAD
    digit ob_digit[1];
} PyLongObject;

PyAPI_DATA(PyTypeObject) PyLong_Type;
PyAPI_DATA(PyTypeObject) PyBool_Type;
PyAPI_DATA(PyLongObject) _Py_FalseStruct;
PyAPI_DATA(PyLongObject) _Py_TrueStruct;
#define Py_False ((PyObject *)&_Py_FalseStruct)
#define Py_True ((PyObject *)&_Py_TrueStruct)
#define Py_IsTrue(x) Py_Is((PyObject *)(x), Py_True)
#define Py_IsFalse(x) Py_Is((PyObject *)(x), Py_False)
#define Py_RETURN_TRUE return Py_NewRef(Py_True)
#define Py_RETURN_FALSE return Py_NewRef(Py_False)
#define PyBool_Check(op) Py_IS_TYPE(op, &PyBool_Type)
#define PyLong_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_LONG_SUBCLASS)
#define PyLong_CheckExact(op) Py_IS_TYPE(op, &PyLong_Type)

PyAPI_FUNC(PyObject *) PyBool_FromLong(long value);
PyAPI_FUNC(PyObject *) PyLong_FromLong(long value);
PyAPI_FUNC(PyObject *) PyLong_FromUnsignedLong(unsigned long value);
PyAPI_FUNC(PyObject *) PyLong_FromLongLong(long long value);
PyAPI_FUNC(PyObject *) PyLong_FromUnsignedLongLong(unsigned long long value);
PyAPI_FUNC(PyObject *) PyLong_FromSsize_t(Py_ssize_t value);
PyAPI_FUNC(PyObject *) PyLong_FromSize_t(size_t value);
PyAPI_FUNC(PyObject *) PyLong_FromVoidPtr(void *p);
PyAPI_FUNC(long) PyLong_AsLong(PyObject *op);
PyAPI_FUNC(long) PyLong_AsLongAndOverflow(PyObject *op, int *overflow);
PyAPI_FUNC(long long) PyLong_AsLongLong(PyObject *op);
PyAPI_FUNC(Py_ssize_t) PyLong_AsSsize_t(PyObject *op);
PyAPI_FUNC(void *) PyLong_AsVoidPtr(PyObject *op);
PyAPI_FUNC(PyLongObject *) _PyLong_New(Py_ssize_t digits);

#endif
