/* The pending exception: at most one, as type, value and traceback; each an owned reference. */
#ifndef Py_ERRORS_H
#define Py_ERRORS_H

#define PyException_HEAD                                                      \
    PyObject_HEAD PyObject *dict;                                             \
    PyObject *args;                                                           \
    PyObject *notes;                                                          \
    PyObject *traceback;                                                      \
    PyObject *context;                                                        \
    PyObject *cause;                                                          \
    char suppress_context;
typedef struct {
    PyException_HEAD
} PyBaseExceptionObject;

#define EXCEPTION(name, base) PyAPI_DATA(PyObject *const) PyExc_##name;
#include "exceptions.def"
#undef EXCEPTION

#define PyExceptionClass_Check(x) \
    (PyType_Check(x) && PyType_FastSubclass((PyTypeObject *)(x), Py_TPFLAGS_BASE_EXC_SUBCLASS))
#define PyExceptionInstance_Check(x) \
    PyType_FastSubclass(Py_TYPE(x), Py_TPFLAGS_BASE_EXC_SUBCLASS)
#define PyExceptionInstance_Class(x) ((PyObject *)Py_TYPE(x))

PyAPI_FUNC(void) PyErr_SetNone(PyObject *type);
PyAPI_FUNC(void) PyErr_SetObject(PyObject *type, PyObject *value);
PyAPI_FUNC(void) PyErr_SetString(PyObject *type, const char *message);
PyAPI_FUNC(PyObject *) PyErr_Format(PyObject *type, const char *format, ...);
PyAPI_FUNC(PyObject *) PyErr_FormatV(PyObject *type, const char *format, va_list args);
PyAPI_FUNC(PyObject *) PyErr_NoMemory(void);
PyAPI_FUNC(PyObject *) PyErr_Occurred(void); /* borrowed */
PyAPI_FUNC(void) PyErr_Clear(void);
PyAPI_FUNC(void) PyErr_Fetch(PyObject **type, PyObject **value, PyObject **traceback);
PyAPI_FUNC(void) PyErr_Restore(PyObject *type, PyObject *value, PyObject *traceback);
PyAPI_FUNC(int) PyErr_GivenExceptionMatches(PyObject *error, PyObject *exception);
PyAPI_FUNC(int) PyErr_ExceptionMatches(PyObject *exception);
PyAPI_FUNC(int) PyErr_BadArgument(void);
PyAPI_FUNC(void) _PyErr_BadInternalCall(const char *file, int line);
#define PyErr_BadInternalCall() _PyErr_BadInternalCall(__FILE__, __LINE__)
PyAPI_FUNC(void) PyErr_WriteUnraisable(PyObject *where);
PyAPI_FUNC(void) Py_FatalError(const char *message) __attribute__((noreturn));

#endif
