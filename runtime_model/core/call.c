/* Calls. A callable has tp_call (a tuple of arguments) or a vectorcall function (an array, nothing is
 * allocated), and each form can stand for the other.
 *
 * A result without an exception or an exception without a result are all a callable may give back;
 * anything else becomes SystemError here, as far as CPython looks (call_vector).
 */
#include "core_int.h"

#include "modsupport_int.h"

int PyCallable_Check(PyObject *op)
{
    return op != NULL && Py_TYPE(op)->tp_call != NULL;
}

static PyObject *not_callable(PyObject *callable)
{
    return PyErr_Format(PyExc_TypeError, "'%.200s' object is not callable",
                        Py_TYPE(callable)->tp_name);
}

static PyObject *check_result(PyObject *callable, PyObject *result)
{
    bool failed = PyErr_Occurred() != NULL;

    if (RM_LIKELY((result != NULL) != failed))
        return result;
    if (result == NULL)
        return PyErr_Format(PyExc_SystemError, "%R returned NULL without setting an exception", callable);
    Py_DECREF(result);
    return _PyErr_FormatFromCause(PyExc_SystemError, "%R returned a result with an exception set",
                                  callable);
}

/* ---- the two forms */

vectorcallfunc PyVectorcall_Function(PyObject *callable)
{
    PyTypeObject *type = Py_TYPE(callable);
    vectorcallfunc f = NULL;

    if (PyType_HasFeature(type, Py_TPFLAGS_HAVE_VECTORCALL))
        memcpy(&f, (char *)callable + type->tp_vectorcall_offset, sizeof f);
    return f;
}

static PyObject *new_tuple_of(PyObject *const *items, Py_ssize_t n)
{
    PyObject *tuple = PyTuple_New(n);

    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(items[i]));
    return tuple;
}

static PyObject *dict_of(PyObject *names, PyObject *const *values)
{
    PyObject *dict = PyDict_New();

    for (Py_ssize_t i = 0; dict != NULL && i < PyTuple_GET_SIZE(names); i++)
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(names, i), values[i]) < 0)
            Py_CLEAR(dict);
    return dict;
}

static PyObject *call_slot(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    ternaryfunc call = Py_TYPE(callable)->tp_call;
    PyObject *result;

    if (call == NULL)
        return not_callable(callable);
    if (Py_EnterRecursiveCall(" while calling a Python object"))
        return NULL;
    result = call(callable, args, kwargs);
    Py_LeaveRecursiveCall();
    return check_result(callable, result);
}

/* Through tp_call: the arguments become a tuple, those with names a dict. */
static PyObject *call_with_tuple(PyObject *callable, PyObject *const *args, Py_ssize_t n,
                                 PyObject *names, PyObject *kwargs)
{
    PyObject *tuple, *dict = Py_XNewRef(kwargs), *result = NULL;

    if (Py_TYPE(callable)->tp_call == NULL)
        return not_callable(callable);
    tuple = new_tuple_of(args, n);
    if (tuple != NULL && names != NULL && PyTuple_GET_SIZE(names) > 0)
        dict = dict_of(names, args + n);
    if (tuple != NULL && (dict != NULL || names == NULL || PyTuple_GET_SIZE(names) == 0))
        result = call_slot(callable, tuple, dict);
    Py_XDECREF(tuple);
    Py_XDECREF(dict);
    return result;
}

PyObject *PyObject_Vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *names)
{
    vectorcallfunc f = PyVectorcall_Function(callable);

    if (f != NULL)
        return check_result(callable, f(callable, args, nargsf, names));
    return call_with_tuple(callable, args, PyVectorcall_NARGS(nargsf), names, NULL);
}

/* The values of a dict behind the positional ones, its keys as a tuple. */
static PyObject *spread(vectorcallfunc f, PyObject *callable, PyObject *const *args, Py_ssize_t n,
                        PyObject *kwargs)
{
    Py_ssize_t nkw = PyDict_GET_SIZE(kwargs), pos = 0, i = 0;
    PyObject **stack = PyMem_Malloc((size_t)(n + nkw) * sizeof *stack), *key, *value;
    PyObject *names = stack != NULL ? PyTuple_New(nkw) : PyErr_NoMemory(), *result = NULL;

    for (Py_ssize_t j = 0; names != NULL && j < n; j++)
        stack[j] = args[j];
    while (names != NULL && PyDict_Next(kwargs, &pos, &key, &value)) {
        PyTuple_SET_ITEM(names, i, Py_NewRef(key));
        stack[n + i++] = Py_NewRef(value);
    }
    if (names != NULL)
        result = check_result(callable, f(callable, stack, (size_t)n, names));
    while (i > 0)
        Py_DECREF(stack[n + --i]);
    Py_XDECREF(names);
    PyMem_Free(stack);
    return result;
}

static bool has_items(PyObject *kwargs)
{
    return kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0;
}

PyObject *PyObject_VectorcallDict(PyObject *callable, PyObject *const *args, size_t nargsf,
                                  PyObject *kwargs)
{
    vectorcallfunc f = PyVectorcall_Function(callable);

    if (f == NULL)
        return call_with_tuple(callable, args, PyVectorcall_NARGS(nargsf), NULL, kwargs);
    if (has_items(kwargs))
        return spread(f, callable, args, PyVectorcall_NARGS(nargsf), kwargs);
    return check_result(callable, f(callable, args, nargsf, NULL));
}

/* Without arguments by name CPython 3.11 hands on what a vectorcall function gives as it is. */
static PyObject *call_vector(vectorcallfunc f, PyObject *callable, PyObject *args, PyObject *kwargs)
{
    PyObject *const *items = ((PyTupleObject *)args)->ob_item;
    Py_ssize_t n = PyTuple_GET_SIZE(args);

    if (has_items(kwargs))
        return spread(f, callable, items, n, kwargs);
    return f(callable, items, (size_t)n, NULL);
}

PyObject *PyVectorcall_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    vectorcallfunc f;

    memcpy(&f, (char *)callable + Py_TYPE(callable)->tp_vectorcall_offset, sizeof f);
    return f != NULL ? call_vector(f, callable, args, kwargs) : not_callable(callable);
}

PyObject *PyObject_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    vectorcallfunc f = PyVectorcall_Function(callable);

    return f != NULL ? call_vector(f, callable, args, kwargs) : call_slot(callable, args, kwargs);
}

PyObject *PyCFunction_Call(PyObject *op, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(op, args, kwargs);
}

PyObject *PyObject_CallNoArgs(PyObject *callable)
{
    return PyObject_Vectorcall(callable, NULL, 0, NULL);
}

PyObject *PyObject_CallOneArg(PyObject *callable, PyObject *arg)
{
    PyObject *args[2] = {NULL, arg};

    return PyObject_Vectorcall(callable, args + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

PyObject *PyObject_CallObject(PyObject *callable, PyObject *args)
{
    if (args == NULL)
        return PyObject_CallNoArgs(callable);
    if (!PyTuple_Check(args)) {
        PyErr_SetString(PyExc_TypeError, "argument list must be a tuple");
        return NULL;
    }
    return PyObject_Call(callable, args, NULL);
}

/* ---- arguments by format: one tuple is spread, as if it were the argument list */

enum { FEW = 5 };

static PyObject *null_error(void)
{
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
    return NULL;
}

static PyObject *call_format(PyObject *callable, const char *format, va_list va, int clean)
{
    PyObject *few[FEW], **stack, *result = NULL;
    Py_ssize_t n = 0;

    if (format == NULL || *format == '\0')
        return PyObject_CallNoArgs(callable);
    stack = rm_build_stack(few, FEW, format, va, clean, &n);
    if (stack == NULL)
        return NULL;
    if (n == 1 && PyTuple_Check(stack[0]))
        result = PyObject_Vectorcall(callable, ((PyTupleObject *)stack[0])->ob_item,
                                     (size_t)PyTuple_GET_SIZE(stack[0]), NULL);
    else
        result = PyObject_Vectorcall(callable, stack, (size_t)n, NULL);
    for (Py_ssize_t i = 0; i < n; i++)
        Py_DECREF(stack[i]);
    if (stack != few)
        PyMem_Free(stack);
    return result;
}

static PyObject *call_method_format(PyObject *op, const char *name, const char *format, va_list va,
                                    int clean)
{
    PyObject *callable, *result;

    if (op == NULL || name == NULL)
        return null_error();
    callable = PyObject_GetAttrString(op, name);
    if (callable == NULL)
        return NULL;
    result = PyCallable_Check(callable) ? call_format(callable, format, va, clean)
                                        : not_callable(callable);
    Py_DECREF(callable);
    return result;
}

#define CALL_FORMAT(name, clean)                                                   \
    PyObject *name(PyObject *callable, const char *format, ...)                    \
    {                                                                              \
        PyObject *result;                                                          \
        va_list va;                                                                \
                                                                                   \
        if (callable == NULL)                                                      \
            return null_error();                                                   \
        va_start(va, format);                                                      \
        result = call_format(callable, format, va, clean);                         \
        va_end(va);                                                                \
        return result;                                                             \
    }
#define CALL_METHOD_FORMAT(name, clean)                                            \
    PyObject *name(PyObject *op, const char *method, const char *format, ...)      \
    {                                                                              \
        PyObject *result;                                                          \
        va_list va;                                                                \
                                                                                   \
        va_start(va, format);                                                      \
        result = call_method_format(op, method, format, va, clean);                \
        va_end(va);                                                                \
        return result;                                                             \
    }
CALL_FORMAT(PyObject_CallFunction, 0)
CALL_FORMAT(_PyObject_CallFunction_SizeT, 1)
CALL_METHOD_FORMAT(PyObject_CallMethod, 0)
CALL_METHOD_FORMAT(_PyObject_CallMethod_SizeT, 1)

/* ---- objects up to a NULL */

/* base, when there is one, goes first. */
static PyObject *call_objects(PyObject *base, PyObject *callable, va_list va)
{
    PyObject *few[FEW], **stack = few, *result;
    Py_ssize_t n = base != NULL, i = 0;
    va_list count;

    va_copy(count, va);
    while (va_arg(count, PyObject *) != NULL)
        n++;
    va_end(count);
    if (n > FEW)
        stack = PyMem_Malloc((size_t)n * sizeof *stack);
    if (stack == NULL)
        return PyErr_NoMemory();
    if (base != NULL)
        stack[i++] = base;
    while (i < n)
        stack[i++] = va_arg(va, PyObject *);
    result = PyObject_Vectorcall(callable, stack, (size_t)n, NULL);
    if (stack != few)
        PyMem_Free(stack);
    return result;
}

PyObject *PyObject_CallFunctionObjArgs(PyObject *callable, ...)
{
    PyObject *result;
    va_list va;

    if (callable == NULL)
        return null_error();
    va_start(va, callable);
    result = call_objects(NULL, callable, va);
    va_end(va);
    return result;
}

PyObject *PyObject_CallMethodObjArgs(PyObject *op, PyObject *name, ...)
{
    PyObject *callable, *result;
    bool unbound;
    va_list va;

    if (op == NULL || name == NULL)
        return null_error();
    unbound = rm_get_method(op, name, &callable);
    if (callable == NULL)
        return NULL;
    va_start(va, name);
    result = call_objects(unbound ? op : NULL, callable, va);
    va_end(va);
    Py_DECREF(callable);
    return result;
}

PyObject *PyObject_VectorcallMethod(PyObject *name, PyObject *const *args, size_t nargsf,
                                    PyObject *names)
{
    PyObject *callable, *result;
    bool unbound = rm_get_method(args[0], name, &callable);

    if (callable == NULL)
        return NULL;
    if (unbound)
        result = PyObject_Vectorcall(callable, args, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET, names);
    else
        result = PyObject_Vectorcall(callable, args + 1, (size_t)PyVectorcall_NARGS(nargsf) - 1, names);
    Py_DECREF(callable);
    return result;
}

/* ---- how deep calls may nest */

int Py_EnterRecursiveCall(const char *where)
{
    rm_runtime *rt = rm_now;

    if (++rt->recursion.depth <= rt->recursion.limit)
        return 0;
    rt->recursion.depth--;
    PyErr_Format(PyExc_RecursionError, "maximum recursion depth exceeded%s", where);
    return -1;
}

void Py_LeaveRecursiveCall(void)
{
    rm_now->recursion.depth--;
}

void Py_SetRecursionLimit(int limit)
{
    rm_now->recursion.limit = limit;
}

int Py_GetRecursionLimit(void)
{
    return rm_now->recursion.limit;
}
