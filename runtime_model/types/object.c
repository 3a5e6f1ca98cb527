/* object, and the objects that exist once: None, NotImplemented, Ellipsis. */
#include "core_int.h"

static void object_dealloc(PyObject *op)
{
    Py_TYPE(op)->tp_free(op);
}

static PyObject *object_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *op = type->tp_alloc(type, 0);

    (void)args;
    (void)kwargs;
    if (op != NULL && PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT) && rm_managed_start(op) < 0)
        Py_CLEAR(op);
    return op;
}

static int object_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    (void)op;
    (void)args;
    (void)kwargs;
    return 0;
}

static Py_hash_t object_hash(PyObject *op)
{
    return _Py_HashPointer(op);
}

static PyObject *object_richcompare(PyObject *a, PyObject *b, int op)
{
    PyObject *answer = Py_NotImplemented;

    if (op == Py_EQ && a == b)
        answer = Py_True;
    if (op == Py_NE && Py_TYPE(a)->tp_richcompare != NULL) {
        PyObject *equal = Py_TYPE(a)->tp_richcompare(a, b, Py_EQ);
        int truth;

        if (equal == NULL || equal == Py_NotImplemented)
            return equal;
        truth = PyObject_IsTrue(equal);
        Py_DECREF(equal);
        if (truth < 0)
            return NULL;
        answer = truth ? Py_False : Py_True;
    }
    return Py_NewRef(answer);
}

static PyMethodDef object_methods[] = {{"__dir__", rm_object_dir, METH_NOARGS, NULL},
                                       {"__format__", rm_object_format, METH_O, NULL},
                                       {NULL, NULL, 0, NULL}};

PyTypeObject PyBaseObject_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "object",
    .tp_basicsize = sizeof(PyObject),
    .tp_dealloc = object_dealloc,
    .tp_hash = object_hash,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_richcompare = object_richcompare,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_methods = object_methods,
    .tp_init = object_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = object_new,
    .tp_free = PyObject_Free,
};

/* ---- once */

/* Only reached when somebody released what it did not own: the object must not go. */
static void none_dealloc(PyObject *op)
{
    (void)op;
    Py_FatalError("deallocating None");
}

static void stay(PyObject *op)
{
    Py_SET_REFCNT(op, 1);
}

static int none_bool(PyObject *op)
{
    (void)op;
    return 0;
}

static PyObject *once_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) > 0 || (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0))
        return PyErr_Format(PyExc_TypeError, "%s takes no arguments", type->tp_name);
    return Py_NewRef(type == &_PyNone_Type              ? Py_None
                     : type == &_PyNotImplemented_Type ? Py_NotImplemented
                                                       : Py_Ellipsis);
}

static PyObject *once_repr(PyObject *op)
{
    return PyUnicode_FromString(op == Py_None              ? "None"
                                : op == Py_NotImplemented ? "NotImplemented"
                                                          : "Ellipsis");
}

static PyNumberMethods none_as_number = {.nb_bool = none_bool};

PyTypeObject _PyNone_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "NoneType",
    .tp_dealloc = none_dealloc,
    .tp_repr = once_repr,
    .tp_as_number = &none_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = once_new,
};

PyTypeObject _PyNotImplemented_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "NotImplementedType",
    .tp_dealloc = stay,
    .tp_repr = once_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = once_new,
};

PyTypeObject PyEllipsis_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "ellipsis",
    .tp_dealloc = stay,
    .tp_repr = once_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = once_new,
};

PyObject _Py_NoneStruct = {1, &_PyNone_Type};
PyObject _Py_NotImplementedStruct = {1, &_PyNotImplemented_Type};
PyObject _Py_EllipsisObject = {1, &PyEllipsis_Type};
