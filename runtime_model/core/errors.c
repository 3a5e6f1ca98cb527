/* The pending exception. Setting one is cheap: type and value are stored as given, and an instance
 * is only made when somebody asks for it.
 *
 * Who sets an exception while another is pending replaces it; the old one is dropped after the new
 * one stands, since dropping may run code.
 */
#include "core_int.h"

PyObject *PyErr_Occurred(void)
{
    return rm_now->error.type;
}

void PyErr_Restore(PyObject *type, PyObject *value, PyObject *traceback)
{
    rm_runtime *rt = rm_now;
    PyObject *old_type = rt->error.type, *old_value = rt->error.value,
             *old_traceback = rt->error.traceback;

    rt->error.type = type;
    rt->error.value = value;
    rt->error.traceback = traceback;
    if (type != NULL)
        RM_STORED(rt, type);
    if (value != NULL)
        RM_STORED(rt, value);
    if (traceback != NULL)
        RM_STORED(rt, traceback);
    rm_xdrop_from(rt, old_type);
    rm_xdrop_from(rt, old_value);
    rm_xdrop_from(rt, old_traceback);
}

void PyErr_Fetch(PyObject **type, PyObject **value, PyObject **traceback)
{
    rm_runtime *rt = rm_now;

    *type = rt->error.type;
    *value = rt->error.value;
    *traceback = rt->error.traceback;
    if (*type != NULL)
        RM_TAKEN(rt, *type);
    if (*value != NULL)
        RM_TAKEN(rt, *value);
    if (*traceback != NULL)
        RM_TAKEN(rt, *traceback);
    rt->error.type = rt->error.value = rt->error.traceback = NULL;
}

void PyErr_Clear(void)
{
    if (rm_now->error.type != NULL)
        PyErr_Restore(NULL, NULL, NULL);
}

void PyErr_SetObject(PyObject *type, PyObject *value)
{
    if (type != NULL && !PyExceptionClass_Check(type)) {
        PyErr_Format(PyExc_SystemError, "exception of type '%.100s' is not a BaseException subclass",
                     Py_TYPE(type)->tp_name);
        return;
    }
    PyErr_Restore(Py_XNewRef(type), Py_XNewRef(value), NULL);
}

void PyErr_SetNone(PyObject *type)
{
    PyErr_SetObject(type, NULL);
}

void PyErr_SetString(PyObject *type, const char *message)
{
    PyObject *value = PyUnicode_FromString(message);

    if (value == NULL)
        return; /* MemoryError is set */
    PyErr_SetObject(type, value);
    Py_DECREF(value);
}

PyObject *PyErr_FormatV(PyObject *type, const char *format, va_list args)
{
    PyObject *value;

    PyErr_Clear();
    value = PyUnicode_FromFormatV(format, args);
    if (value != NULL)
        PyErr_SetObject(type, value);
    Py_XDECREF(value);
    return NULL;
}

PyObject *PyErr_Format(PyObject *type, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    PyErr_FormatV(type, format, args);
    va_end(args);
    return NULL;
}

int PyErr_BadArgument(void)
{
    PyErr_SetString(PyExc_TypeError, "bad argument type for built-in operation");
    return 0;
}

void _PyErr_BadInternalCall(const char *file, int line)
{
    PyErr_Format(PyExc_SystemError, "%s:%d: bad argument to internal function", file, line);
}

int PyErr_GivenExceptionMatches(PyObject *error, PyObject *exception)
{
    if (error == NULL || exception == NULL)
        return 0;
    if (PyTuple_Check(exception)) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(exception); i++)
            if (PyErr_GivenExceptionMatches(error, PyTuple_GET_ITEM(exception, i)))
                return 1;
        return 0;
    }
    if (PyExceptionInstance_Check(error))
        error = PyExceptionInstance_Class(error);
    if (PyExceptionClass_Check(error) && PyExceptionClass_Check(exception))
        return PyType_IsSubtype((PyTypeObject *)error, (PyTypeObject *)exception);
    return error == exception;
}

int PyErr_ExceptionMatches(PyObject *exception)
{
    return PyErr_GivenExceptionMatches(rm_now->error.type, exception);
}

void PyErr_WriteUnraisable(PyObject *where)
{
    rm_runtime *rt = rm_now;
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    if (type == NULL)
        return;
    if (rt->hooks.unraisable != NULL)
        rt->hooks.unraisable(rt->hooks.ctx, ((PyTypeObject *)type)->tp_name);
    else
        fprintf(stderr, "Exception ignored in: %s object: %s\n",
                where != NULL ? Py_TYPE(where)->tp_name : "unknown", ((PyTypeObject *)type)->tp_name);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

void Py_FatalError(const char *message)
{
    if (rm_now != NULL && rm_now->hooks.fatal != NULL)
        rm_now->hooks.fatal(rm_now->hooks.ctx, message);
    fprintf(stderr, "Fatal Python error: %s\n", message);
    abort();
}
