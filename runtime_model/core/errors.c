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

/* An instance of type with value as its argument or arguments. New reference. */
static PyObject *make_instance(PyObject *type, PyObject *value)
{
    PyObject *op;

    if (value == NULL || value == Py_None)
        op = PyObject_CallNoArgs(type);
    else if (PyTuple_Check(value))
        op = PyObject_Call(type, value, NULL);
    else
        op = PyObject_CallOneArg(type, value);
    if (op == NULL || PyExceptionInstance_Check(op))
        return op;
    PyErr_Format(PyExc_TypeError, "calling %s should have returned an instance of BaseException",
                 ((PyTypeObject *)type)->tp_name);
    Py_DECREF(op);
    return NULL;
}

/* op must not become its own context. */
static void cut_chain(PyObject *from, const PyObject *op)
{
    PyBaseExceptionObject *e = (PyBaseExceptionObject *)from;

    for (; e->context != NULL; e = (PyBaseExceptionObject *)e->context)
        if (e->context == op) {
            RM_CLEAR_IN(e, e->context);
            return;
        }
}

/* While an exception is handled, a new one gets it as its context, and so must be an instance now.
 * Steals value; NULL: making it has failed and another exception is set. */
static PyObject *with_context(PyObject *type, PyObject *value)
{
    PyObject *handled = rm_now->handled;

    if (handled == NULL || handled == Py_None)
        return value;
    if (value == NULL || !PyExceptionInstance_Check(value)) {
        PyObject *instance;

        PyErr_Clear();
        instance = make_instance(type, value);
        Py_XDECREF(value);
        value = instance;
    }
    if (value == NULL || value == handled)
        return value;
    cut_chain(handled, value);
    PyException_SetContext(value, Py_NewRef(handled));
    return value;
}

void PyErr_SetObject(PyObject *type, PyObject *value)
{
    bool lazy = rm_now->handled == NULL || rm_now->handled == Py_None;
    PyObject *traceback = NULL;

    if (type != NULL && !PyExceptionClass_Check(type)) {
        PyErr_Format(PyExc_SystemError, "exception of type '%.100s' is not a BaseException subclass",
                     Py_TYPE(type)->tp_name);
        return;
    }
    value = with_context(type, Py_XNewRef(value));
    if (value == NULL && !lazy)
        return;
    if (value != NULL && PyExceptionInstance_Check(value))
        traceback = PyException_GetTraceback(value);
    PyErr_Restore(Py_XNewRef(type), value, traceback);
}

void PyErr_SetNone(PyObject *type)
{
    PyErr_SetObject(type, NULL);
}

void PyErr_SetString(PyObject *type, const char *message)
{
    PyObject *value = PyUnicode_FromString(message);

    PyErr_SetObject(type, value); /* without a text when there is no memory for it, as 3.11 does */
    Py_XDECREF(value);
}

PyObject *PyErr_FormatV(PyObject *type, const char *format, va_list args)
{
    PyObject *value;

    PyErr_Clear();
    value = PyUnicode_FromFormatV(format, args);
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

void _PyErr_WriteUnraisableMsg(const char *message, PyObject *where)
{
    if (rm_now->hooks.unraisable == NULL && message != NULL)
        fprintf(stderr, "Exception ignored %s\n", message);
    PyErr_WriteUnraisable(where);
}

/* ---- instances */

static bool is_instance_of(PyObject *value, PyObject *type)
{
    return PyExceptionInstance_Check(value) &&
           PyType_IsSubtype(Py_TYPE(value), (PyTypeObject *)type);
}

/* Replaces the three by those of the exception that making an instance raised. */
static void take_new_error(PyObject **type, PyObject **value, PyObject **traceback)
{
    PyObject *old = *traceback;

    Py_DECREF(*type);
    Py_XDECREF(*value);
    PyErr_Fetch(type, value, traceback);
    if (*traceback == NULL)
        *traceback = old;
    else
        Py_XDECREF(old);
}

void PyErr_NormalizeException(PyObject **type, PyObject **value, PyObject **traceback)
{
    for (int tries = 0; *type != NULL && PyExceptionClass_Check(*type) && tries < 32; tries++) {
        PyObject *instance;

        if (*value != NULL && is_instance_of(*value, *type)) {
            Py_SETREF(*type, Py_NewRef(Py_TYPE(*value)));
            return;
        }
        instance = make_instance(*type, *value);
        if (instance == NULL) {
            take_new_error(type, value, traceback);
            continue;
        }
        Py_XSETREF(*value, instance);
    }
}

/* Steals cause, which may be NULL. */
static void set_cause(PyObject *op, PyObject *cause)
{
    if (cause != NULL && op != NULL && PyExceptionInstance_Check(cause)) {
        PyException_SetContext(op, Py_NewRef(cause));
        PyException_SetCause(op, Py_NewRef(cause));
    }
    Py_XDECREF(cause);
}

/* The pending exception becomes the cause of a new one. */
PyObject *_PyErr_FormatFromCause(PyObject *type, const char *format, ...)
{
    PyObject *old_type, *cause, *old_traceback, *new_type, *op, *traceback;
    va_list va;

    PyErr_Fetch(&old_type, &cause, &old_traceback);
    PyErr_NormalizeException(&old_type, &cause, &old_traceback);
    Py_XDECREF(old_type);
    Py_XDECREF(old_traceback);
    va_start(va, format);
    PyErr_FormatV(type, format, va);
    va_end(va);
    PyErr_Fetch(&new_type, &op, &traceback);
    PyErr_NormalizeException(&new_type, &op, &traceback);
    set_cause(op, cause);
    PyErr_Restore(new_type, op, traceback);
    return NULL;
}

/* Steals the three; what is pending now gets them as its context. */
void _PyErr_ChainExceptions(PyObject *type, PyObject *value, PyObject *traceback)
{
    PyObject *new_type, *op, *new_traceback;

    if (type == NULL)
        return;
    if (!PyErr_Occurred()) {
        PyErr_Restore(type, value, traceback);
        return;
    }
    PyErr_Fetch(&new_type, &op, &new_traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyErr_NormalizeException(&new_type, &op, &new_traceback);
    if (op != NULL && value != NULL && PyExceptionInstance_Check(op))
        PyException_SetContext(op, Py_NewRef(value));
    Py_DECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    PyErr_Restore(new_type, op, new_traceback);
}

/* A tuple as key would be taken for the arguments. */
void _PyErr_SetKeyError(PyObject *key)
{
    PyObject *args = PyTuple_Pack(1, key);

    if (args != NULL)
        PyErr_SetObject(PyExc_KeyError, args);
    Py_XDECREF(args);
}

/* ---- the exception that is being handled */

PyObject *PyErr_GetHandledException(void)
{
    PyObject *op = rm_now->handled;

    return op == Py_None ? NULL : Py_XNewRef(op);
}

static void set_handled(PyObject *op)
{
    rm_runtime *rt = rm_now;
    PyObject *old = rt->handled;

    rt->handled = op;
    if (op != NULL)
        RM_STORED(rt, op);
    rm_xdrop_from(rt, old);
}

void PyErr_SetHandledException(PyObject *op)
{
    set_handled(Py_XNewRef(op));
}

void PyErr_SetExcInfo(PyObject *type, PyObject *value, PyObject *traceback)
{
    set_handled(value);
    Py_XDECREF(type);
    Py_XDECREF(traceback);
}

void PyErr_GetExcInfo(PyObject **type, PyObject **value, PyObject **traceback)
{
    PyObject *op = PyErr_GetHandledException();

    *value = op;
    *type = Py_NewRef(op != NULL ? (PyObject *)Py_TYPE(op) : Py_None);
    *traceback = op != NULL ? PyException_GetTraceback(op) : NULL;
    if (*traceback == NULL)
        *traceback = Py_NewRef(Py_None);
}

/* ---- from the C library */

PyObject *PyErr_SetFromErrnoWithFilenameObject(PyObject *type, PyObject *filename)
{
    int number = errno;
    PyObject *args, *op;

    if (filename != NULL)
        args = Py_BuildValue("(isO)", number, strerror(number), filename);
    else
        args = Py_BuildValue("(is)", number, strerror(number));
    op = args != NULL ? PyObject_Call(type, args, NULL) : NULL;
    if (op != NULL)
        PyErr_SetObject((PyObject *)Py_TYPE(op), op);
    Py_XDECREF(args);
    Py_XDECREF(op);
    return NULL;
}

PyObject *PyErr_SetFromErrno(PyObject *type)
{
    return PyErr_SetFromErrnoWithFilenameObject(type, NULL);
}

PyObject *PyErr_SetFromErrnoWithFilename(PyObject *type, const char *filename)
{
    int number = errno;
    PyObject *name = filename != NULL ? PyUnicode_FromString(filename) : NULL;

    if (filename != NULL && name == NULL)
        return NULL;
    errno = number;
    PyErr_SetFromErrnoWithFilenameObject(type, name);
    Py_XDECREF(name);
    return NULL;
}

PyObject *PyErr_SetImportError(PyObject *message, PyObject *name, PyObject *path)
{
    PyObject *op = PyObject_CallOneArg(PyExc_ImportError, message);

    if (op == NULL)
        return NULL;
    if (PyObject_SetAttrString(op, "name", name != NULL ? name : Py_None) == 0 &&
        PyObject_SetAttrString(op, "path", path != NULL ? path : Py_None) == 0)
        PyErr_SetObject(PyExc_ImportError, op);
    Py_DECREF(op);
    return NULL;
}

/* ---- new exception types */

static PyObject *module_of(const char *name)
{
    const char *dot = strrchr(name, '.');

    if (dot != NULL)
        return PyUnicode_FromStringAndSize(name, dot - name);
    PyErr_SetString(PyExc_SystemError, "PyErr_NewException: name must be module.class");
    return NULL;
}

/* dict gets __module__ unless it has one. */
static int name_module(PyObject *dict, const char *name)
{
    PyObject *module;
    int rc;

    if (PyDict_GetItemString(dict, "__module__") != NULL)
        return 0;
    module = module_of(name);
    rc = module != NULL ? PyDict_SetItemString(dict, "__module__", module) : -1;
    Py_XDECREF(module);
    return rc;
}

PyObject *PyErr_NewException(const char *name, PyObject *base, PyObject *dict)
{
    PyObject *bases = NULL, *own = dict == NULL ? PyDict_New() : Py_NewRef(dict), *type = NULL;

    if (base == NULL)
        base = PyExc_Exception;
    if (strrchr(name, '.') == NULL)
        module_of(name);
    else if (own != NULL && name_module(own, name) == 0)
        bases = PyTuple_Check(base) ? Py_NewRef(base) : PyTuple_Pack(1, base);
    if (bases != NULL)
        type = PyObject_CallFunction((PyObject *)&PyType_Type, "sOO", strrchr(name, '.') + 1, bases, own);
    Py_XDECREF(bases);
    Py_XDECREF(own);
    return type;
}

PyObject *PyErr_NewExceptionWithDoc(const char *name, const char *doc, PyObject *base, PyObject *dict)
{
    PyObject *own = dict == NULL ? PyDict_New() : Py_NewRef(dict), *type = NULL;
    PyObject *text = own != NULL && doc != NULL ? PyUnicode_FromString(doc) : NULL;

    if (own != NULL && (doc == NULL || (text != NULL && PyDict_SetItemString(own, "__doc__", text) == 0)))
        type = PyErr_NewException(name, base, own);
    Py_XDECREF(text);
    Py_XDECREF(own);
    return type;
}

/* ---- warnings and signals: nobody listens */

int PyErr_WarnEx(PyObject *category, const char *message, Py_ssize_t level)
{
    (void)category;
    (void)message;
    (void)level;
    return 0;
}

int PyErr_WarnFormat(PyObject *category, Py_ssize_t level, const char *format, ...)
{
    (void)category;
    (void)level;
    (void)format;
    return 0;
}

int PyErr_CheckSignals(void)
{
    return 0;
}

/* ---- telling */

void PyErr_Display(PyObject *type, PyObject *value, PyObject *traceback)
{
    PyObject *text = value != NULL ? PyObject_Str(value) : NULL;
    const char *utf8 = text != NULL ? PyUnicode_AsUTF8(text) : NULL;

    (void)traceback;
    fprintf(stderr, "%s%s%s\n", PyType_Check(type) ? ((PyTypeObject *)type)->tp_name : "?",
            utf8 != NULL && *utf8 != '\0' ? ": " : "", utf8 != NULL ? utf8 : "");
    Py_XDECREF(text);
    PyErr_Clear();
}

void PyErr_PrintEx(int set_sys_last_vars)
{
    PyObject *type, *value, *traceback;

    (void)set_sys_last_vars;
    PyErr_Fetch(&type, &value, &traceback);
    if (type == NULL)
        return;
    PyErr_NormalizeException(&type, &value, &traceback);
    PyErr_Display(type, value, traceback);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

void PyErr_Print(void)
{
    PyErr_PrintEx(1);
}

void rm_errors_stop(rm_runtime *rt)
{
    RM_CLEAR_IN(rt, rt->handled);
    RM_CLEAR_IN(rt, rt->in_repr);
}

void Py_FatalError(const char *message)
{
    if (rm_now != NULL && rm_now->hooks.fatal != NULL)
        rm_now->hooks.fatal(rm_now->hooks.ctx, message);
    fprintf(stderr, "Fatal Python error: %s\n", message);
    abort();
}
