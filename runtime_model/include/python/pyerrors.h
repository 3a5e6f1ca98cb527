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
PyAPI_FUNC(void) PyErr_NormalizeException(PyObject **type, PyObject **value, PyObject **traceback);
PyAPI_FUNC(void) PyErr_GetExcInfo(PyObject **type, PyObject **value, PyObject **traceback);
PyAPI_FUNC(void) PyErr_SetExcInfo(PyObject *type, PyObject *value, PyObject *traceback); /* steals all */
PyAPI_FUNC(PyObject *) PyErr_GetHandledException(void);
PyAPI_FUNC(void) PyErr_SetHandledException(PyObject *exception);
PyAPI_FUNC(PyObject *) PyErr_SetFromErrno(PyObject *type);
PyAPI_FUNC(PyObject *) PyErr_SetFromErrnoWithFilename(PyObject *type, const char *filename);
PyAPI_FUNC(PyObject *) PyErr_SetFromErrnoWithFilenameObject(PyObject *type, PyObject *filename);
PyAPI_FUNC(PyObject *) PyErr_SetImportError(PyObject *message, PyObject *name, PyObject *path);
PyAPI_FUNC(PyObject *) PyErr_NewException(const char *name, PyObject *base, PyObject *dict);
PyAPI_FUNC(PyObject *)
    PyErr_NewExceptionWithDoc(const char *name, const char *doc, PyObject *base, PyObject *dict);
PyAPI_FUNC(int) PyErr_WarnEx(PyObject *category, const char *message, Py_ssize_t level);
PyAPI_FUNC(int) PyErr_WarnFormat(PyObject *category, Py_ssize_t level, const char *format, ...);
#define PyErr_Warn(category, message) PyErr_WarnEx((category), (message), 1)
PyAPI_FUNC(int) PyErr_CheckSignals(void);
PyAPI_FUNC(void) PyErr_Print(void);
PyAPI_FUNC(void) PyErr_PrintEx(int set_sys_last_vars);
PyAPI_FUNC(void) PyErr_Display(PyObject *type, PyObject *value, PyObject *traceback);
PyAPI_FUNC(PyObject *) _PyErr_FormatFromCause(PyObject *type, const char *format, ...);
PyAPI_FUNC(void) _PyErr_ChainExceptions(PyObject *type, PyObject *value, PyObject *traceback);
PyAPI_FUNC(void) _PyErr_SetKeyError(PyObject *key);
PyAPI_FUNC(PyObject *) PyException_GetTraceback(PyObject *op);
PyAPI_FUNC(int) PyException_SetTraceback(PyObject *op, PyObject *traceback);
PyAPI_FUNC(PyObject *) PyException_GetContext(PyObject *op);
PyAPI_FUNC(void) PyException_SetContext(PyObject *op, PyObject *context); /* steals context */
PyAPI_FUNC(PyObject *) PyException_GetCause(PyObject *op);
PyAPI_FUNC(void) PyException_SetCause(PyObject *op, PyObject *cause); /* steals cause */
#define PyExc_EnvironmentError PyExc_OSError
#define PyExc_IOError PyExc_OSError

PyAPI_FUNC(void) PyErr_WriteUnraisable(PyObject *where);
PyAPI_FUNC(void) _PyErr_WriteUnraisableMsg(const char *message, PyObject *where);
PyAPI_FUNC(void) Py_FatalError(const char *message) __attribute__((noreturn));

#endif
