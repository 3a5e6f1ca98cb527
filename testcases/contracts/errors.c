/* Exceptions. */
#include <Python.h>

PyObject *raise_in_many_ways(int how, PyObject *value)
{
    switch (how) {
    case 0:
        PyErr_SetString(PyExc_ValueError, "no");
        return NULL;
    case 1:
        PyErr_SetObject(PyExc_ValueError, value);
        return NULL;
    case 2:
        PyErr_SetNone(PyExc_StopIteration);
        return NULL;
    case 3:
        return PyErr_Format(PyExc_ValueError, "%R", value);
    case 4:
        return PyErr_NoMemory();
    case 5:
        return PyErr_SetFromErrno(PyExc_OSError);
    case 6:
        PyErr_BadArgument();
        return NULL;
    default:
        PyErr_BadInternalCall();
        return NULL;
    }
}

PyObject *ignore_one_kind(PyObject *a)
{
    PyObject *value = PyObject_GetAttrString(a, "x");
    if (value != NULL)
        return value;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError))
        return NULL;
    PyErr_Clear();
    Py_RETURN_NONE;
}

void keep_what_is_pending(PyObject *a)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *r = PyObject_CallNoArgs(a);
    if (r == NULL)
        PyErr_WriteUnraisable(a);
    Py_XDECREF(r);
    PyErr_Restore(type, value, traceback);
}

PyObject *take_the_exception(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    if (value == NULL)
        Py_RETURN_NONE;
    return value;
}

void swap_handled(void)
{
    PyObject *type, *value, *traceback;
    PyErr_GetExcInfo(&type, &value, &traceback);
    PyErr_SetExcInfo(type, value, traceback);
    PyObject *handled = PyErr_GetHandledException();
    PyErr_SetHandledException(handled);
    Py_XDECREF(handled);
}

PyObject *cause_of(PyObject *exc, PyObject *cause)
{
    PyException_SetCause(exc, Py_NewRef(cause));
    PyException_SetContext(exc, Py_NewRef(cause));
    PyObject *traceback = PyException_GetTraceback(exc);
    if (traceback == NULL)
        Py_RETURN_NONE;
    int rc = PyException_SetTraceback(exc, traceback);
    Py_DECREF(traceback);
    return rc < 0 ? NULL : Py_NewRef(cause);
}

PyObject *warn(PyObject *a)
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning, "old", 1) < 0 ||
        PyErr_WarnFormat(PyExc_UserWarning, 1, "%R", a) < 0 || PyErr_CheckSignals() < 0)
        return NULL;
    Py_RETURN_NONE;
}

PyObject *make_exception(void)
{
    return PyErr_NewException("m.Error", NULL, NULL);
}

PyObject *stop_value(void)
{
    PyObject *value = NULL;
    if (_PyGen_FetchStopIterationValue(&value) < 0)
        return NULL;
    return value;
}
