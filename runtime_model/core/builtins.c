/* The module builtins: types, exceptions, the objects that exist once, and the functions that compiled
 * modules look up there. There is none that would need Python code. */
#include "core_int.h"

#define UNARY(name, f)                                          \
    static PyObject *name(PyObject *self, PyObject *op)         \
    {                                                           \
        (void)self;                                             \
        return f(op);                                           \
    }
UNARY(builtin_abs, PyNumber_Absolute)
UNARY(builtin_ascii, PyObject_ASCII)
UNARY(builtin_dir, PyObject_Dir)
UNARY(builtin_repr, PyObject_Repr)

static PyObject *builtin_len(PyObject *self, PyObject *op)
{
    Py_ssize_t n = PyObject_Size(op);

    (void)self;
    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *builtin_hash(PyObject *self, PyObject *op)
{
    Py_hash_t hash = PyObject_Hash(op);

    (void)self;
    return hash == -1 ? NULL : PyLong_FromSsize_t(hash);
}

static PyObject *builtin_id(PyObject *self, PyObject *op)
{
    (void)self;
    return PyLong_FromVoidPtr(op);
}

static PyObject *builtin_callable(PyObject *self, PyObject *op)
{
    (void)self;
    return PyBool_FromLong(PyCallable_Check(op));
}

static PyObject *builtin_iter(PyObject *self, PyObject *args)
{
    PyObject *op, *sentinel = NULL;

    (void)self;
    if (!PyArg_UnpackTuple(args, "iter", 1, 2, &op, &sentinel))
        return NULL;
    return sentinel != NULL ? PyCallIter_New(op, sentinel) : PyObject_GetIter(op);
}

static PyObject *builtin_next(PyObject *self, PyObject *args)
{
    PyObject *op, *otherwise = NULL, *item;

    (void)self;
    if (!PyArg_UnpackTuple(args, "next", 1, 2, &op, &otherwise))
        return NULL;
    if (!PyIter_Check(op))
        return PyErr_Format(PyExc_TypeError, "'%.200s' object is not an iterator", Py_TYPE(op)->tp_name);
    item = PyIter_Next(op);
    if (item != NULL || PyErr_Occurred())
        return item;
    if (otherwise == NULL)
        PyErr_SetNone(PyExc_StopIteration);
    return Py_XNewRef(otherwise);
}

static PyObject *builtin_getattr(PyObject *self, PyObject *args)
{
    PyObject *op, *name, *otherwise = NULL, *found;

    (void)self;
    if (!PyArg_UnpackTuple(args, "getattr", 2, 3, &op, &name, &otherwise))
        return NULL;
    found = PyObject_GetAttr(op, name);
    if (found != NULL || otherwise == NULL || !PyErr_ExceptionMatches(PyExc_AttributeError))
        return found;
    PyErr_Clear();
    return Py_NewRef(otherwise);
}

static PyObject *builtin_setattr(PyObject *self, PyObject *args)
{
    PyObject *op, *name, *value;

    (void)self;
    if (!PyArg_UnpackTuple(args, "setattr", 3, 3, &op, &name, &value) ||
        PyObject_SetAttr(op, name, value) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *builtin_hasattr(PyObject *self, PyObject *args)
{
    PyObject *op, *name, *found;
    int there;

    (void)self;
    if (!PyArg_UnpackTuple(args, "hasattr", 2, 2, &op, &name))
        return NULL;
    there = _PyObject_LookupAttr(op, name, &found);
    Py_XDECREF(found);
    return there < 0 ? NULL : PyBool_FromLong(there);
}

#define OF_CLASS(name, f)                                                          \
    static PyObject *builtin_##name(PyObject *self, PyObject *args)                \
    {                                                                              \
        PyObject *op, *cls;                                                        \
        int is = -1;                                                               \
                                                                                   \
        (void)self;                                                                \
        if (PyArg_UnpackTuple(args, #name, 2, 2, &op, &cls))                       \
            is = f(op, cls);                                                       \
        return is < 0 ? NULL : PyBool_FromLong(is);                                \
    }
OF_CLASS(isinstance, PyObject_IsInstance)
OF_CLASS(issubclass, PyObject_IsSubclass)

static PyObject *builtin_format(PyObject *self, PyObject *args)
{
    PyObject *op, *how = NULL;

    (void)self;
    return PyArg_UnpackTuple(args, "format", 1, 2, &op, &how) ? PyObject_Format(op, how) : NULL;
}

static PyMethodDef functions[] = {
    {"abs", builtin_abs, METH_O, NULL},
    {"ascii", builtin_ascii, METH_O, NULL},
    {"callable", builtin_callable, METH_O, NULL},
    {"dir", builtin_dir, METH_O, NULL},
    {"format", builtin_format, METH_VARARGS, NULL},
    {"getattr", builtin_getattr, METH_VARARGS, NULL},
    {"hasattr", builtin_hasattr, METH_VARARGS, NULL},
    {"hash", builtin_hash, METH_O, NULL},
    {"id", builtin_id, METH_O, NULL},
    {"isinstance", builtin_isinstance, METH_VARARGS, NULL},
    {"issubclass", builtin_issubclass, METH_VARARGS, NULL},
    {"iter", builtin_iter, METH_VARARGS, NULL},
    {"len", builtin_len, METH_O, NULL},
    {"next", builtin_next, METH_VARARGS, NULL},
    {"repr", builtin_repr, METH_O, NULL},
    {"setattr", builtin_setattr, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static const struct {
    const char *name;
    PyObject *op;
} objects[] = {
    {"None", Py_None},
    {"True", (PyObject *)&_Py_TrueStruct},
    {"False", (PyObject *)&_Py_FalseStruct},
    {"Ellipsis", Py_Ellipsis},
    {"NotImplemented", Py_NotImplemented},
    {"bool", (PyObject *)&PyBool_Type},
    {"bytearray", (PyObject *)&PyByteArray_Type},
    {"bytes", (PyObject *)&PyBytes_Type},
    {"classmethod", (PyObject *)&PyClassMethod_Type},
    {"complex", (PyObject *)&PyComplex_Type},
    {"dict", (PyObject *)&PyDict_Type},
    {"float", (PyObject *)&PyFloat_Type},
    {"frozenset", (PyObject *)&PyFrozenSet_Type},
    {"int", (PyObject *)&PyLong_Type},
    {"list", (PyObject *)&PyList_Type},
    {"memoryview", (PyObject *)&PyMemoryView_Type},
    {"object", (PyObject *)&PyBaseObject_Type},
    {"reversed", (PyObject *)&PyReversed_Type},
    {"set", (PyObject *)&PySet_Type},
    {"slice", (PyObject *)&PySlice_Type},
    {"staticmethod", (PyObject *)&PyStaticMethod_Type},
    {"str", (PyObject *)&PyUnicode_Type},
    {"super", (PyObject *)&PySuper_Type},
    {"tuple", (PyObject *)&PyTuple_Type},
    {"type", (PyObject *)&PyType_Type},
};

static int add_exceptions(PyObject *m)
{
#define EXCEPTION(name, base)                                       \
    if (PyModule_AddObjectRef(m, #name, PyExc_##name) < 0)          \
        return -1;
#include "exceptions.def"
#undef EXCEPTION
    return 0;
}

PyObject *rm_make_builtins(void)
{
    static PyModuleDef def = {PyModuleDef_HEAD_INIT, "builtins", NULL, -1, functions, NULL, NULL, NULL, NULL};
    PyObject *m = PyModule_Create(&def);
    int rc = m != NULL ? add_exceptions(m) : -1;

    for (size_t i = 0; rc == 0 && i < Py_ARRAY_LENGTH(objects); i++)
        rc = PyModule_AddObjectRef(m, objects[i].name, objects[i].op);
    if (rc < 0)
        Py_CLEAR(m);
    return m;
}
