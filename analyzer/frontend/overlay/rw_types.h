/* Type checks, and what is read out of an object; see rw_macros.h. */
#ifndef REFWARDEN_OVERLAY_TYPES_H
#define REFWARDEN_OVERLAY_TYPES_H

#ifdef __cplusplus
extern "C" {
#endif

/* ---- type checks */

#ifdef PyList_Check
int __rw_PyList_Check(PyObject *);
#undef PyList_Check
#define PyList_Check(o) __rw_PyList_Check((PyObject *)(o))
#endif
#ifdef PyList_CheckExact
int __rw_PyList_CheckExact(PyObject *);
#undef PyList_CheckExact
#define PyList_CheckExact(o) __rw_PyList_CheckExact((PyObject *)(o))
#endif
#ifdef PyTuple_Check
int __rw_PyTuple_Check(PyObject *);
#undef PyTuple_Check
#define PyTuple_Check(o) __rw_PyTuple_Check((PyObject *)(o))
#endif
#ifdef PyTuple_CheckExact
int __rw_PyTuple_CheckExact(PyObject *);
#undef PyTuple_CheckExact
#define PyTuple_CheckExact(o) __rw_PyTuple_CheckExact((PyObject *)(o))
#endif
#ifdef PyDict_Check
int __rw_PyDict_Check(PyObject *);
#undef PyDict_Check
#define PyDict_Check(o) __rw_PyDict_Check((PyObject *)(o))
#endif
#ifdef PyDict_CheckExact
int __rw_PyDict_CheckExact(PyObject *);
#undef PyDict_CheckExact
#define PyDict_CheckExact(o) __rw_PyDict_CheckExact((PyObject *)(o))
#endif
#ifdef PySet_Check
int __rw_PySet_Check(PyObject *);
#undef PySet_Check
#define PySet_Check(o) __rw_PySet_Check((PyObject *)(o))
#endif
#ifdef PySet_CheckExact
int __rw_PySet_CheckExact(PyObject *);
#undef PySet_CheckExact
#define PySet_CheckExact(o) __rw_PySet_CheckExact((PyObject *)(o))
#endif
#ifdef PyFrozenSet_Check
int __rw_PyFrozenSet_Check(PyObject *);
#undef PyFrozenSet_Check
#define PyFrozenSet_Check(o) __rw_PyFrozenSet_Check((PyObject *)(o))
#endif
#ifdef PyFrozenSet_CheckExact
int __rw_PyFrozenSet_CheckExact(PyObject *);
#undef PyFrozenSet_CheckExact
#define PyFrozenSet_CheckExact(o) __rw_PyFrozenSet_CheckExact((PyObject *)(o))
#endif
#ifdef PyAnySet_Check
int __rw_PyAnySet_Check(PyObject *);
#undef PyAnySet_Check
#define PyAnySet_Check(o) __rw_PyAnySet_Check((PyObject *)(o))
#endif
#ifdef PyAnySet_CheckExact
int __rw_PyAnySet_CheckExact(PyObject *);
#undef PyAnySet_CheckExact
#define PyAnySet_CheckExact(o) __rw_PyAnySet_CheckExact((PyObject *)(o))
#endif
#ifdef PyUnicode_Check
int __rw_PyUnicode_Check(PyObject *);
#undef PyUnicode_Check
#define PyUnicode_Check(o) __rw_PyUnicode_Check((PyObject *)(o))
#endif
#ifdef PyUnicode_CheckExact
int __rw_PyUnicode_CheckExact(PyObject *);
#undef PyUnicode_CheckExact
#define PyUnicode_CheckExact(o) __rw_PyUnicode_CheckExact((PyObject *)(o))
#endif
#ifdef PyBytes_Check
int __rw_PyBytes_Check(PyObject *);
#undef PyBytes_Check
#define PyBytes_Check(o) __rw_PyBytes_Check((PyObject *)(o))
#endif
#ifdef PyBytes_CheckExact
int __rw_PyBytes_CheckExact(PyObject *);
#undef PyBytes_CheckExact
#define PyBytes_CheckExact(o) __rw_PyBytes_CheckExact((PyObject *)(o))
#endif
#ifdef PyByteArray_Check
int __rw_PyByteArray_Check(PyObject *);
#undef PyByteArray_Check
#define PyByteArray_Check(o) __rw_PyByteArray_Check((PyObject *)(o))
#endif
#ifdef PyByteArray_CheckExact
int __rw_PyByteArray_CheckExact(PyObject *);
#undef PyByteArray_CheckExact
#define PyByteArray_CheckExact(o) __rw_PyByteArray_CheckExact((PyObject *)(o))
#endif
#ifdef PyLong_Check
int __rw_PyLong_Check(PyObject *);
#undef PyLong_Check
#define PyLong_Check(o) __rw_PyLong_Check((PyObject *)(o))
#endif
#ifdef PyLong_CheckExact
int __rw_PyLong_CheckExact(PyObject *);
#undef PyLong_CheckExact
#define PyLong_CheckExact(o) __rw_PyLong_CheckExact((PyObject *)(o))
#endif
#ifdef PyFloat_Check
int __rw_PyFloat_Check(PyObject *);
#undef PyFloat_Check
#define PyFloat_Check(o) __rw_PyFloat_Check((PyObject *)(o))
#endif
#ifdef PyFloat_CheckExact
int __rw_PyFloat_CheckExact(PyObject *);
#undef PyFloat_CheckExact
#define PyFloat_CheckExact(o) __rw_PyFloat_CheckExact((PyObject *)(o))
#endif
#ifdef PyComplex_Check
int __rw_PyComplex_Check(PyObject *);
#undef PyComplex_Check
#define PyComplex_Check(o) __rw_PyComplex_Check((PyObject *)(o))
#endif
#ifdef PyComplex_CheckExact
int __rw_PyComplex_CheckExact(PyObject *);
#undef PyComplex_CheckExact
#define PyComplex_CheckExact(o) __rw_PyComplex_CheckExact((PyObject *)(o))
#endif
#ifdef PyBool_Check
int __rw_PyBool_Check(PyObject *);
#undef PyBool_Check
#define PyBool_Check(o) __rw_PyBool_Check((PyObject *)(o))
#endif
#ifdef PyModule_Check
int __rw_PyModule_Check(PyObject *);
#undef PyModule_Check
#define PyModule_Check(o) __rw_PyModule_Check((PyObject *)(o))
#endif
#ifdef PyModule_CheckExact
int __rw_PyModule_CheckExact(PyObject *);
#undef PyModule_CheckExact
#define PyModule_CheckExact(o) __rw_PyModule_CheckExact((PyObject *)(o))
#endif
#ifdef PyFunction_Check
int __rw_PyFunction_Check(PyObject *);
#undef PyFunction_Check
#define PyFunction_Check(o) __rw_PyFunction_Check((PyObject *)(o))
#endif
#ifdef PyCFunction_Check
int __rw_PyCFunction_Check(PyObject *);
#undef PyCFunction_Check
#define PyCFunction_Check(o) __rw_PyCFunction_Check((PyObject *)(o))
#endif
#ifdef PyCFunction_CheckExact
int __rw_PyCFunction_CheckExact(PyObject *);
#undef PyCFunction_CheckExact
#define PyCFunction_CheckExact(o) __rw_PyCFunction_CheckExact((PyObject *)(o))
#endif
#ifdef PyCMethod_Check
int __rw_PyCMethod_Check(PyObject *);
#undef PyCMethod_Check
#define PyCMethod_Check(o) __rw_PyCMethod_Check((PyObject *)(o))
#endif
#ifdef PyCMethod_CheckExact
int __rw_PyCMethod_CheckExact(PyObject *);
#undef PyCMethod_CheckExact
#define PyCMethod_CheckExact(o) __rw_PyCMethod_CheckExact((PyObject *)(o))
#endif
#ifdef PyMethod_Check
int __rw_PyMethod_Check(PyObject *);
#undef PyMethod_Check
#define PyMethod_Check(o) __rw_PyMethod_Check((PyObject *)(o))
#endif
#ifdef PyInstanceMethod_Check
int __rw_PyInstanceMethod_Check(PyObject *);
#undef PyInstanceMethod_Check
#define PyInstanceMethod_Check(o) __rw_PyInstanceMethod_Check((PyObject *)(o))
#endif
#ifdef PyGen_Check
int __rw_PyGen_Check(PyObject *);
#undef PyGen_Check
#define PyGen_Check(o) __rw_PyGen_Check((PyObject *)(o))
#endif
#ifdef PyGen_CheckExact
int __rw_PyGen_CheckExact(PyObject *);
#undef PyGen_CheckExact
#define PyGen_CheckExact(o) __rw_PyGen_CheckExact((PyObject *)(o))
#endif
#ifdef PyCoro_CheckExact
int __rw_PyCoro_CheckExact(PyObject *);
#undef PyCoro_CheckExact
#define PyCoro_CheckExact(o) __rw_PyCoro_CheckExact((PyObject *)(o))
#endif
#ifdef PyAsyncGen_CheckExact
int __rw_PyAsyncGen_CheckExact(PyObject *);
#undef PyAsyncGen_CheckExact
#define PyAsyncGen_CheckExact(o) __rw_PyAsyncGen_CheckExact((PyObject *)(o))
#endif
#ifdef PyFrame_Check
int __rw_PyFrame_Check(PyObject *);
#undef PyFrame_Check
#define PyFrame_Check(o) __rw_PyFrame_Check((PyObject *)(o))
#endif
#ifdef PyCode_Check
int __rw_PyCode_Check(PyObject *);
#undef PyCode_Check
#define PyCode_Check(o) __rw_PyCode_Check((PyObject *)(o))
#endif
#ifdef PyCell_Check
int __rw_PyCell_Check(PyObject *);
#undef PyCell_Check
#define PyCell_Check(o) __rw_PyCell_Check((PyObject *)(o))
#endif
#ifdef PyCapsule_CheckExact
int __rw_PyCapsule_CheckExact(PyObject *);
#undef PyCapsule_CheckExact
#define PyCapsule_CheckExact(o) __rw_PyCapsule_CheckExact((PyObject *)(o))
#endif
#ifdef PyWeakref_Check
int __rw_PyWeakref_Check(PyObject *);
#undef PyWeakref_Check
#define PyWeakref_Check(o) __rw_PyWeakref_Check((PyObject *)(o))
#endif
#ifdef PyWeakref_CheckRef
int __rw_PyWeakref_CheckRef(PyObject *);
#undef PyWeakref_CheckRef
#define PyWeakref_CheckRef(o) __rw_PyWeakref_CheckRef((PyObject *)(o))
#endif
#ifdef PyWeakref_CheckRefExact
int __rw_PyWeakref_CheckRefExact(PyObject *);
#undef PyWeakref_CheckRefExact
#define PyWeakref_CheckRefExact(o) __rw_PyWeakref_CheckRefExact((PyObject *)(o))
#endif
#ifdef PyWeakref_CheckProxy
int __rw_PyWeakref_CheckProxy(PyObject *);
#undef PyWeakref_CheckProxy
#define PyWeakref_CheckProxy(o) __rw_PyWeakref_CheckProxy((PyObject *)(o))
#endif
#ifdef PySlice_Check
int __rw_PySlice_Check(PyObject *);
#undef PySlice_Check
#define PySlice_Check(o) __rw_PySlice_Check((PyObject *)(o))
#endif
#ifdef PyRange_Check
int __rw_PyRange_Check(PyObject *);
#undef PyRange_Check
#define PyRange_Check(o) __rw_PyRange_Check((PyObject *)(o))
#endif
#ifdef PyMemoryView_Check
int __rw_PyMemoryView_Check(PyObject *);
#undef PyMemoryView_Check
#define PyMemoryView_Check(o) __rw_PyMemoryView_Check((PyObject *)(o))
#endif
#ifdef PyPickleBuffer_Check
int __rw_PyPickleBuffer_Check(PyObject *);
#undef PyPickleBuffer_Check
#define PyPickleBuffer_Check(o) __rw_PyPickleBuffer_Check((PyObject *)(o))
#endif
#ifdef PyContext_CheckExact
int __rw_PyContext_CheckExact(PyObject *);
#undef PyContext_CheckExact
#define PyContext_CheckExact(o) __rw_PyContext_CheckExact((PyObject *)(o))
#endif
#ifdef PyContextVar_CheckExact
int __rw_PyContextVar_CheckExact(PyObject *);
#undef PyContextVar_CheckExact
#define PyContextVar_CheckExact(o) __rw_PyContextVar_CheckExact((PyObject *)(o))
#endif
#ifdef PyContextToken_CheckExact
int __rw_PyContextToken_CheckExact(PyObject *);
#undef PyContextToken_CheckExact
#define PyContextToken_CheckExact(o) __rw_PyContextToken_CheckExact((PyObject *)(o))
#endif
#ifdef PyTraceBack_Check
int __rw_PyTraceBack_Check(PyObject *);
#undef PyTraceBack_Check
#define PyTraceBack_Check(o) __rw_PyTraceBack_Check((PyObject *)(o))
#endif
#ifdef PyODict_Check
int __rw_PyODict_Check(PyObject *);
#undef PyODict_Check
#define PyODict_Check(o) __rw_PyODict_Check((PyObject *)(o))
#endif
#ifdef PyODict_CheckExact
int __rw_PyODict_CheckExact(PyObject *);
#undef PyODict_CheckExact
#define PyODict_CheckExact(o) __rw_PyODict_CheckExact((PyObject *)(o))
#endif
#ifdef PyDictKeys_Check
int __rw_PyDictKeys_Check(PyObject *);
#undef PyDictKeys_Check
#define PyDictKeys_Check(o) __rw_PyDictKeys_Check((PyObject *)(o))
#endif
#ifdef PyDictValues_Check
int __rw_PyDictValues_Check(PyObject *);
#undef PyDictValues_Check
#define PyDictValues_Check(o) __rw_PyDictValues_Check((PyObject *)(o))
#endif
#ifdef PyDictItems_Check
int __rw_PyDictItems_Check(PyObject *);
#undef PyDictItems_Check
#define PyDictItems_Check(o) __rw_PyDictItems_Check((PyObject *)(o))
#endif
#ifdef PyDictViewSet_Check
int __rw_PyDictViewSet_Check(PyObject *);
#undef PyDictViewSet_Check
#define PyDictViewSet_Check(o) __rw_PyDictViewSet_Check((PyObject *)(o))
#endif
#ifdef PySeqIter_Check
int __rw_PySeqIter_Check(PyObject *);
#undef PySeqIter_Check
#define PySeqIter_Check(o) __rw_PySeqIter_Check((PyObject *)(o))
#endif
#ifdef PyCallIter_Check
int __rw_PyCallIter_Check(PyObject *);
#undef PyCallIter_Check
#define PyCallIter_Check(o) __rw_PyCallIter_Check((PyObject *)(o))
#endif
#ifdef PyExceptionClass_Check
int __rw_PyExceptionClass_Check(PyObject *);
#undef PyExceptionClass_Check
#define PyExceptionClass_Check(o) __rw_PyExceptionClass_Check((PyObject *)(o))
#endif
#ifdef PyExceptionInstance_Check
int __rw_PyExceptionInstance_Check(PyObject *);
#undef PyExceptionInstance_Check
#define PyExceptionInstance_Check(o) __rw_PyExceptionInstance_Check((PyObject *)(o))
#endif
#ifdef PyType_Check
int __rw_PyType_Check(PyObject *);
#undef PyType_Check
#define PyType_Check(o) __rw_PyType_Check((PyObject *)(o))
#endif
#ifdef PyType_CheckExact
int __rw_PyType_CheckExact(PyObject *);
#undef PyType_CheckExact
#define PyType_CheckExact(o) __rw_PyType_CheckExact((PyObject *)(o))
#endif
#ifdef PyIndex_Check
int __rw_PyIndex_Check(PyObject *);
#undef PyIndex_Check
#define PyIndex_Check(o) __rw_PyIndex_Check((PyObject *)(o))
#endif
#ifdef PyIter_Check
int __rw_PyIter_Check(PyObject *);
#undef PyIter_Check
#define PyIter_Check(o) __rw_PyIter_Check((PyObject *)(o))
#endif
#ifdef PyObject_CheckBuffer
int __rw_PyObject_CheckBuffer(PyObject *);
#undef PyObject_CheckBuffer
#define PyObject_CheckBuffer(o) __rw_PyObject_CheckBuffer((PyObject *)(o))
#endif
#ifdef PyObject_IS_GC
int __rw_PyObject_IS_GC(PyObject *);
#undef PyObject_IS_GC
#define PyObject_IS_GC(o) __rw_PyObject_IS_GC((PyObject *)(o))
#endif
#ifdef Py_IS_TYPE
int __rw_Py_IS_TYPE(PyObject *, PyTypeObject *);
#undef Py_IS_TYPE
#define Py_IS_TYPE(o, type) __rw_Py_IS_TYPE((PyObject *)(o), (PyTypeObject *)(type))
#endif
#ifdef PyObject_TypeCheck
int __rw_PyObject_TypeCheck(PyObject *, PyTypeObject *);
#undef PyObject_TypeCheck
#define PyObject_TypeCheck(o, type) __rw_PyObject_TypeCheck((PyObject *)(o), (PyTypeObject *)(type))
#endif
#ifdef PyType_FastSubclass
int __rw_PyType_FastSubclass(PyTypeObject *, unsigned long);
#undef PyType_FastSubclass
#define PyType_FastSubclass(type, flag) __rw_PyType_FastSubclass((type), (flag))
#endif
#ifdef PyExceptionInstance_Class
PyObject * __rw_PyExceptionInstance_Class(PyObject *);
#undef PyExceptionInstance_Class
#define PyExceptionInstance_Class(o) __rw_PyExceptionInstance_Class((PyObject *)(o))
#endif

/* ---- bytes, str and numbers */

#ifdef PyBytes_AS_STRING
char * __rw_PyBytes_AS_STRING(PyObject *);
#undef PyBytes_AS_STRING
#define PyBytes_AS_STRING(o) __rw_PyBytes_AS_STRING((PyObject *)(o))
#endif
#ifdef PyByteArray_AS_STRING
char * __rw_PyByteArray_AS_STRING(PyObject *);
#undef PyByteArray_AS_STRING
#define PyByteArray_AS_STRING(o) __rw_PyByteArray_AS_STRING((PyObject *)(o))
#endif
#ifdef PyUnicode_DATA
void * __rw_PyUnicode_DATA(PyObject *);
#undef PyUnicode_DATA
#define PyUnicode_DATA(o) __rw_PyUnicode_DATA((PyObject *)(o))
#endif
#ifdef PyUnicode_1BYTE_DATA
Py_UCS1 * __rw_PyUnicode_1BYTE_DATA(PyObject *);
#undef PyUnicode_1BYTE_DATA
#define PyUnicode_1BYTE_DATA(o) __rw_PyUnicode_1BYTE_DATA((PyObject *)(o))
#endif
#ifdef PyUnicode_2BYTE_DATA
Py_UCS2 * __rw_PyUnicode_2BYTE_DATA(PyObject *);
#undef PyUnicode_2BYTE_DATA
#define PyUnicode_2BYTE_DATA(o) __rw_PyUnicode_2BYTE_DATA((PyObject *)(o))
#endif
#ifdef PyUnicode_4BYTE_DATA
Py_UCS4 * __rw_PyUnicode_4BYTE_DATA(PyObject *);
#undef PyUnicode_4BYTE_DATA
#define PyUnicode_4BYTE_DATA(o) __rw_PyUnicode_4BYTE_DATA((PyObject *)(o))
#endif
#ifdef PyUnicode_KIND
enum PyUnicode_Kind __rw_PyUnicode_KIND(PyObject *);
#undef PyUnicode_KIND
#define PyUnicode_KIND(o) __rw_PyUnicode_KIND((PyObject *)(o))
#endif
#ifdef PyUnicode_READ
Py_UCS4 __rw_PyUnicode_READ(int, const void *, Py_ssize_t);
#undef PyUnicode_READ
#define PyUnicode_READ(kind, data, i) __rw_PyUnicode_READ((int)(kind), (const void *)(data), (i))
#endif
#ifdef PyUnicode_WRITE
void __rw_PyUnicode_WRITE(int, void *, Py_ssize_t, Py_UCS4);
#undef PyUnicode_WRITE
#define PyUnicode_WRITE(kind, data, i, c) \
    __rw_PyUnicode_WRITE((int)(kind), (void *)(data), (i), (c))
#endif
#ifdef PyUnicode_READ_CHAR
Py_UCS4 __rw_PyUnicode_READ_CHAR(PyObject *, Py_ssize_t);
#undef PyUnicode_READ_CHAR
#define PyUnicode_READ_CHAR(o, i) __rw_PyUnicode_READ_CHAR((PyObject *)(o), (i))
#endif
#ifdef PyUnicode_MAX_CHAR_VALUE
Py_UCS4 __rw_PyUnicode_MAX_CHAR_VALUE(PyObject *);
#undef PyUnicode_MAX_CHAR_VALUE
#define PyUnicode_MAX_CHAR_VALUE(o) __rw_PyUnicode_MAX_CHAR_VALUE((PyObject *)(o))
#endif
#ifdef PyUnicode_READY
int __rw_PyUnicode_READY(PyObject *);
#undef PyUnicode_READY
#define PyUnicode_READY(o) __rw_PyUnicode_READY((PyObject *)(o))
#endif
#ifdef PyUnicode_IS_READY
int __rw_PyUnicode_IS_READY(PyObject *);
#undef PyUnicode_IS_READY
#define PyUnicode_IS_READY(o) __rw_PyUnicode_IS_READY((PyObject *)(o))
#endif
#ifdef PyUnicode_IS_ASCII
int __rw_PyUnicode_IS_ASCII(PyObject *);
#undef PyUnicode_IS_ASCII
#define PyUnicode_IS_ASCII(o) __rw_PyUnicode_IS_ASCII((PyObject *)(o))
#endif
#ifdef PyUnicode_IS_COMPACT
int __rw_PyUnicode_IS_COMPACT(PyObject *);
#undef PyUnicode_IS_COMPACT
#define PyUnicode_IS_COMPACT(o) __rw_PyUnicode_IS_COMPACT((PyObject *)(o))
#endif
#ifdef PyUnicode_IS_COMPACT_ASCII
int __rw_PyUnicode_IS_COMPACT_ASCII(PyObject *);
#undef PyUnicode_IS_COMPACT_ASCII
#define PyUnicode_IS_COMPACT_ASCII(o) __rw_PyUnicode_IS_COMPACT_ASCII((PyObject *)(o))
#endif
#ifdef PyUnicode_CHECK_INTERNED
unsigned __rw_PyUnicode_CHECK_INTERNED(PyObject *);
#undef PyUnicode_CHECK_INTERNED
#define PyUnicode_CHECK_INTERNED(o) __rw_PyUnicode_CHECK_INTERNED((PyObject *)(o))
#endif
#ifdef PyUnicode_AS_UNICODE
Py_UNICODE * __rw_PyUnicode_AS_UNICODE(PyObject *);
#undef PyUnicode_AS_UNICODE
#define PyUnicode_AS_UNICODE(o) __rw_PyUnicode_AS_UNICODE((PyObject *)(o))
#endif
#ifdef PyUnicode_AS_DATA
const char * __rw_PyUnicode_AS_DATA(PyObject *);
#undef PyUnicode_AS_DATA
#define PyUnicode_AS_DATA(o) __rw_PyUnicode_AS_DATA((PyObject *)(o))
#endif
#ifdef Py_UNICODE_ISSPACE
int __rw_Py_UNICODE_ISSPACE(Py_UCS4);
#undef Py_UNICODE_ISSPACE
#define Py_UNICODE_ISSPACE(c) __rw_Py_UNICODE_ISSPACE(c)
#endif
#ifdef Py_UNICODE_ISLOWER
int __rw_Py_UNICODE_ISLOWER(Py_UCS4);
#undef Py_UNICODE_ISLOWER
#define Py_UNICODE_ISLOWER(c) __rw_Py_UNICODE_ISLOWER(c)
#endif
#ifdef Py_UNICODE_ISUPPER
int __rw_Py_UNICODE_ISUPPER(Py_UCS4);
#undef Py_UNICODE_ISUPPER
#define Py_UNICODE_ISUPPER(c) __rw_Py_UNICODE_ISUPPER(c)
#endif
#ifdef Py_UNICODE_ISTITLE
int __rw_Py_UNICODE_ISTITLE(Py_UCS4);
#undef Py_UNICODE_ISTITLE
#define Py_UNICODE_ISTITLE(c) __rw_Py_UNICODE_ISTITLE(c)
#endif
#ifdef Py_UNICODE_ISLINEBREAK
int __rw_Py_UNICODE_ISLINEBREAK(Py_UCS4);
#undef Py_UNICODE_ISLINEBREAK
#define Py_UNICODE_ISLINEBREAK(c) __rw_Py_UNICODE_ISLINEBREAK(c)
#endif
#ifdef Py_UNICODE_ISDECIMAL
int __rw_Py_UNICODE_ISDECIMAL(Py_UCS4);
#undef Py_UNICODE_ISDECIMAL
#define Py_UNICODE_ISDECIMAL(c) __rw_Py_UNICODE_ISDECIMAL(c)
#endif
#ifdef Py_UNICODE_ISDIGIT
int __rw_Py_UNICODE_ISDIGIT(Py_UCS4);
#undef Py_UNICODE_ISDIGIT
#define Py_UNICODE_ISDIGIT(c) __rw_Py_UNICODE_ISDIGIT(c)
#endif
#ifdef Py_UNICODE_ISNUMERIC
int __rw_Py_UNICODE_ISNUMERIC(Py_UCS4);
#undef Py_UNICODE_ISNUMERIC
#define Py_UNICODE_ISNUMERIC(c) __rw_Py_UNICODE_ISNUMERIC(c)
#endif
#ifdef Py_UNICODE_ISPRINTABLE
int __rw_Py_UNICODE_ISPRINTABLE(Py_UCS4);
#undef Py_UNICODE_ISPRINTABLE
#define Py_UNICODE_ISPRINTABLE(c) __rw_Py_UNICODE_ISPRINTABLE(c)
#endif
#ifdef Py_UNICODE_ISALPHA
int __rw_Py_UNICODE_ISALPHA(Py_UCS4);
#undef Py_UNICODE_ISALPHA
#define Py_UNICODE_ISALPHA(c) __rw_Py_UNICODE_ISALPHA(c)
#endif
#ifdef Py_UNICODE_ISALNUM
int __rw_Py_UNICODE_ISALNUM(Py_UCS4);
#undef Py_UNICODE_ISALNUM
#define Py_UNICODE_ISALNUM(c) __rw_Py_UNICODE_ISALNUM(c)
#endif
#ifdef PyLong_AS_LONG
long __rw_PyLong_AS_LONG(PyObject *);
#undef PyLong_AS_LONG
#define PyLong_AS_LONG(o) __rw_PyLong_AS_LONG((PyObject *)(o))
#endif
#ifdef PyFloat_AS_DOUBLE
double __rw_PyFloat_AS_DOUBLE(PyObject *);
#undef PyFloat_AS_DOUBLE
#define PyFloat_AS_DOUBLE(o) __rw_PyFloat_AS_DOUBLE((PyObject *)(o))
#endif

/* ---- functions, methods and views */

#ifdef PyFunction_GET_CODE
PyObject * __rw_PyFunction_GET_CODE(PyObject *);
#undef PyFunction_GET_CODE
#define PyFunction_GET_CODE(o) __rw_PyFunction_GET_CODE((PyObject *)(o))
#endif
#ifdef PyFunction_GET_GLOBALS
PyObject * __rw_PyFunction_GET_GLOBALS(PyObject *);
#undef PyFunction_GET_GLOBALS
#define PyFunction_GET_GLOBALS(o) __rw_PyFunction_GET_GLOBALS((PyObject *)(o))
#endif
#ifdef PyFunction_GET_MODULE
PyObject * __rw_PyFunction_GET_MODULE(PyObject *);
#undef PyFunction_GET_MODULE
#define PyFunction_GET_MODULE(o) __rw_PyFunction_GET_MODULE((PyObject *)(o))
#endif
#ifdef PyFunction_GET_DEFAULTS
PyObject * __rw_PyFunction_GET_DEFAULTS(PyObject *);
#undef PyFunction_GET_DEFAULTS
#define PyFunction_GET_DEFAULTS(o) __rw_PyFunction_GET_DEFAULTS((PyObject *)(o))
#endif
#ifdef PyFunction_GET_KW_DEFAULTS
PyObject * __rw_PyFunction_GET_KW_DEFAULTS(PyObject *);
#undef PyFunction_GET_KW_DEFAULTS
#define PyFunction_GET_KW_DEFAULTS(o) __rw_PyFunction_GET_KW_DEFAULTS((PyObject *)(o))
#endif
#ifdef PyFunction_GET_CLOSURE
PyObject * __rw_PyFunction_GET_CLOSURE(PyObject *);
#undef PyFunction_GET_CLOSURE
#define PyFunction_GET_CLOSURE(o) __rw_PyFunction_GET_CLOSURE((PyObject *)(o))
#endif
#ifdef PyFunction_GET_ANNOTATIONS
PyObject * __rw_PyFunction_GET_ANNOTATIONS(PyObject *);
#undef PyFunction_GET_ANNOTATIONS
#define PyFunction_GET_ANNOTATIONS(o) __rw_PyFunction_GET_ANNOTATIONS((PyObject *)(o))
#endif
#ifdef PyMethod_GET_FUNCTION
PyObject * __rw_PyMethod_GET_FUNCTION(PyObject *);
#undef PyMethod_GET_FUNCTION
#define PyMethod_GET_FUNCTION(o) __rw_PyMethod_GET_FUNCTION((PyObject *)(o))
#endif
#ifdef PyMethod_GET_SELF
PyObject * __rw_PyMethod_GET_SELF(PyObject *);
#undef PyMethod_GET_SELF
#define PyMethod_GET_SELF(o) __rw_PyMethod_GET_SELF((PyObject *)(o))
#endif
#ifdef PyInstanceMethod_GET_FUNCTION
PyObject * __rw_PyInstanceMethod_GET_FUNCTION(PyObject *);
#undef PyInstanceMethod_GET_FUNCTION
#define PyInstanceMethod_GET_FUNCTION(o) __rw_PyInstanceMethod_GET_FUNCTION((PyObject *)(o))
#endif
#ifdef PyCFunction_GET_SELF
PyObject * __rw_PyCFunction_GET_SELF(PyObject *);
#undef PyCFunction_GET_SELF
#define PyCFunction_GET_SELF(o) __rw_PyCFunction_GET_SELF((PyObject *)(o))
#endif
#ifdef PyWeakref_GET_OBJECT
PyObject * __rw_PyWeakref_GET_OBJECT(PyObject *);
#undef PyWeakref_GET_OBJECT
#define PyWeakref_GET_OBJECT(o) __rw_PyWeakref_GET_OBJECT((PyObject *)(o))
#endif
#ifdef PyMemoryView_GET_BASE
PyObject * __rw_PyMemoryView_GET_BASE(PyObject *);
#undef PyMemoryView_GET_BASE
#define PyMemoryView_GET_BASE(o) __rw_PyMemoryView_GET_BASE((PyObject *)(o))
#endif
#ifdef PyCFunction_GET_FUNCTION
PyCFunction __rw_PyCFunction_GET_FUNCTION(PyObject *);
#undef PyCFunction_GET_FUNCTION
#define PyCFunction_GET_FUNCTION(o) __rw_PyCFunction_GET_FUNCTION((PyObject *)(o))
#endif
#ifdef PyCFunction_GET_FLAGS
int __rw_PyCFunction_GET_FLAGS(PyObject *);
#undef PyCFunction_GET_FLAGS
#define PyCFunction_GET_FLAGS(o) __rw_PyCFunction_GET_FLAGS((PyObject *)(o))
#endif
#ifdef PyCFunction_GET_CLASS
PyTypeObject * __rw_PyCFunction_GET_CLASS(PyObject *);
#undef PyCFunction_GET_CLASS
#define PyCFunction_GET_CLASS(o) __rw_PyCFunction_GET_CLASS((PyObject *)(o))
#endif
#ifdef PyMemoryView_GET_BUFFER
Py_buffer * __rw_PyMemoryView_GET_BUFFER(PyObject *);
#undef PyMemoryView_GET_BUFFER
#define PyMemoryView_GET_BUFFER(o) __rw_PyMemoryView_GET_BUFFER((PyObject *)(o))
#endif

#ifdef __cplusplus
}
#endif

#endif
