/* Callables around a callable: bound methods, instance methods, static and class methods. */
#include "core_int.h"

static void drop_and_free(PyObject *op, PyObject **a, PyObject **b)
{
    RM_CLEAR_IN(op, *a);
    if (b != NULL)
        RM_CLEAR_IN(op, *b);
    PyObject_GC_Del(op);
}

static PyObject *bad_call(void)
{
    PyErr_BadInternalCall();
    return NULL;
}

/* ---- method: self goes in front of the arguments, in the caller's array when it left room */

static PyObject *method_vectorcall(PyObject *op, PyObject *const *args, size_t nargsf, PyObject *names)
{
    PyMethodObject *m = (PyMethodObject *)op;
    Py_ssize_t n = PyVectorcall_NARGS(nargsf), nkw = names != NULL ? PyTuple_GET_SIZE(names) : 0;
    PyObject *few[5], **stack = few, *result;

    if (nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET) {
        PyObject **front = (PyObject **)args - 1, *saved = *front;

        *front = m->im_self;
        result = PyObject_Vectorcall(m->im_func, front, (size_t)n + 1, names);
        *front = saved;
        return result;
    }
    if (n + nkw == 0)
        return PyObject_Vectorcall(m->im_func, &m->im_self, 1, NULL);
    if (n + nkw + 1 > (Py_ssize_t)Py_ARRAY_LENGTH(few))
        stack = PyMem_Malloc((size_t)(n + nkw + 1) * sizeof *stack);
    if (stack == NULL)
        return PyErr_NoMemory();
    stack[0] = m->im_self;
    memcpy(stack + 1, args, (size_t)(n + nkw) * sizeof *stack);
    result = PyObject_Vectorcall(m->im_func, stack, (size_t)n + 1, names);
    if (stack != few)
        PyMem_Free(stack);
    return result;
}

PyObject *PyMethod_New(PyObject *func, PyObject *self)
{
    PyMethodObject *m;

    if (self == NULL)
        return bad_call();
    m = (PyMethodObject *)rm_gc_make(&PyMethod_Type);
    if (m == NULL)
        return NULL;
    m->im_weakreflist = NULL;
    m->im_func = func;
    m->im_self = self;
    rm_keep_in(m, func);
    rm_keep_in(m, self);
    m->vectorcall = method_vectorcall;
    rm_gc_track((PyObject *)m);
    return (PyObject *)m;
}

PyObject *PyMethod_Function(PyObject *op)
{
    return PyMethod_Check(op) ? PyMethod_GET_FUNCTION(op) : bad_call();
}

PyObject *PyMethod_Self(PyObject *op)
{
    return PyMethod_Check(op) ? PyMethod_GET_SELF(op) : bad_call();
}

static void method_dealloc(PyObject *op)
{
    PyMethodObject *m = (PyMethodObject *)op;

    PyObject_GC_UnTrack(op);
    if (m->im_weakreflist != NULL)
        PyObject_ClearWeakRefs(op);
    drop_and_free(op, &m->im_func, &m->im_self);
}

static int method_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PyMethodObject *)op)->im_func);
    Py_VISIT(((PyMethodObject *)op)->im_self);
    return 0;
}

static PyObject *method_getattro(PyObject *op, PyObject *name)
{
    PyObject *own = _PyType_Lookup(Py_TYPE(op), name);

    if (own == NULL && PyErr_Occurred())
        return NULL;
    return own != NULL ? PyObject_GenericGetAttr(op, name)
                       : PyObject_GetAttr(((PyMethodObject *)op)->im_func, name);
}

static Py_hash_t method_hash(PyObject *op)
{
    PyMethodObject *m = (PyMethodObject *)op;
    Py_hash_t f = PyObject_Hash(m->im_func), hash;

    if (f == -1)
        return -1;
    hash = _Py_HashPointer(m->im_self) ^ f;
    return hash == -1 ? -2 : hash;
}

static PyObject *method_richcompare(PyObject *a, PyObject *b, int op)
{
    int equal;

    if ((op != Py_EQ && op != Py_NE) || !PyMethod_Check(a) || !PyMethod_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    equal = PyObject_RichCompareBool(PyMethod_GET_FUNCTION(a), PyMethod_GET_FUNCTION(b), Py_EQ);
    if (equal < 0)
        return NULL;
    return PyBool_FromLong((equal && PyMethod_GET_SELF(a) == PyMethod_GET_SELF(b)) == (op == Py_EQ));
}

PyTypeObject PyMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "method",
    .tp_basicsize = sizeof(PyMethodObject),
    .tp_dealloc = method_dealloc,
    .tp_vectorcall_offset = offsetof(PyMethodObject, vectorcall),
    .tp_hash = method_hash,
    .tp_call = PyVectorcall_Call,
    .tp_getattro = method_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_traverse = method_traverse,
    .tp_richcompare = method_richcompare,
    .tp_weaklistoffset = offsetof(PyMethodObject, im_weakreflist),
};

/* ---- instancemethod, staticmethod, classmethod: one callable, bound in three ways */

static PyObject *wrap(PyTypeObject *type, PyObject *func)
{
    PyInstanceMethodObject *m = (PyInstanceMethodObject *)rm_gc_make(type);

    if (m == NULL)
        return NULL;
    m->func = func;
    rm_keep_in(m, func);
    rm_gc_track((PyObject *)m);
    return (PyObject *)m;
}

static PyObject *func_of(PyObject *op)
{
    return ((PyInstanceMethodObject *)op)->func;
}

static void wrapper_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    drop_and_free(op, &((PyInstanceMethodObject *)op)->func, NULL);
}

static int wrapper_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(func_of(op));
    return 0;
}

static PyObject *wrapper_call(PyObject *op, PyObject *args, PyObject *kwargs)
{
    return PyObject_Call(func_of(op), args, kwargs);
}

static PyObject *instance_get(PyObject *op, PyObject *instance, PyObject *type)
{
    (void)type;
    return instance == NULL ? Py_NewRef(func_of(op)) : PyMethod_New(func_of(op), instance);
}

static PyObject *static_get(PyObject *op, PyObject *instance, PyObject *type)
{
    (void)instance;
    (void)type;
    return Py_NewRef(func_of(op));
}

static PyObject *class_get(PyObject *op, PyObject *instance, PyObject *type)
{
    return PyMethod_New(func_of(op), type != NULL ? type : (PyObject *)Py_TYPE(instance));
}

PyObject *PyInstanceMethod_New(PyObject *func)
{
    return wrap(&PyInstanceMethod_Type, func);
}

PyObject *PyInstanceMethod_Function(PyObject *op)
{
    return PyInstanceMethod_Check(op) ? func_of(op) : bad_call();
}

PyObject *PyStaticMethod_New(PyObject *callable)
{
    return wrap(&PyStaticMethod_Type, callable);
}

PyObject *PyClassMethod_New(PyObject *callable)
{
    return wrap(&PyClassMethod_Type, callable);
}

#define WRAPPER_TYPE(symbol, name, get, call)                          \
    PyTypeObject symbol = {                                            \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                         \
        .tp_name = name,                                               \
        .tp_basicsize = sizeof(PyInstanceMethodObject),                \
        .tp_dealloc = wrapper_dealloc,                                 \
        .tp_call = call,                                               \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,           \
        .tp_traverse = wrapper_traverse,                               \
        .tp_descr_get = get,                                           \
    };

WRAPPER_TYPE(PyInstanceMethod_Type, "instancemethod", instance_get, wrapper_call)
WRAPPER_TYPE(PyStaticMethod_Type, "staticmethod", static_get, wrapper_call)
WRAPPER_TYPE(PyClassMethod_Type, "classmethod", class_get, NULL)
