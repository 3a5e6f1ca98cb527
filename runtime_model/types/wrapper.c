/* What stands in a type's dict for a slot of C, and the same bound to an instance. */
#include "core_int.h"

#define BASE(op) (((PyWrapperDescrObject *)(op))->d_base)

PyObject *PyDescr_NewWrapper(PyTypeObject *type, struct wrapperbase *base, void *wrapped)
{
    PyWrapperDescrObject *descr = (PyWrapperDescrObject *)rm_gc_make(&PyWrapperDescr_Type);

    if (descr == NULL)
        return NULL;
    descr->d_common.d_type = type;
    rm_keep_in(descr, (PyObject *)type);
    descr->d_common.d_qualname = NULL;
    descr->d_base = base;
    descr->d_wrapped = wrapped;
    descr->d_common.d_name = PyUnicode_InternFromString(base->name);
    if (descr->d_common.d_name != NULL)
        RM_STORED(descr, descr->d_common.d_name);
    rm_gc_track((PyObject *)descr);
    if (descr->d_common.d_name == NULL)
        Py_CLEAR(descr);
    return (PyObject *)descr;
}

static bool applies(PyObject *descr, PyObject *op)
{
    if (PyObject_TypeCheck(op, PyDescr_TYPE(descr)))
        return true;
    PyErr_Format(PyExc_TypeError, "descriptor '%s' requires a '%.100s' object but received a '%.100s'",
                 BASE(descr)->name, PyDescr_TYPE(descr)->tp_name, Py_TYPE(op)->tp_name);
    return false;
}

static PyObject *run(PyObject *descr, PyObject *self, PyObject *args, PyObject *kwargs)
{
    return BASE(descr)->wrapper(self, args, ((PyWrapperDescrObject *)descr)->d_wrapped, kwargs);
}

static PyObject *descr_get(PyObject *descr, PyObject *op, PyObject *type)
{
    (void)type;
    return op == NULL ? Py_NewRef(descr) : PyWrapper_New(descr, op);
}

static PyObject *descr_call(PyObject *descr, PyObject *args, PyObject *kwargs)
{
    PyObject *self, *rest, *result;

    if (PyTuple_GET_SIZE(args) < 1)
        return PyErr_Format(PyExc_TypeError, "descriptor '%s' of '%.100s' object needs an argument",
                            BASE(descr)->name, PyDescr_TYPE(descr)->tp_name);
    self = PyTuple_GET_ITEM(args, 0);
    if (!applies(descr, self))
        return NULL;
    rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    result = rest != NULL ? run(descr, self, rest, kwargs) : NULL;
    Py_XDECREF(rest);
    return result;
}

static void descr_dealloc(PyObject *op)
{
    PyDescrObject *descr = (PyDescrObject *)op;

    PyObject_GC_UnTrack(op);
    RM_CLEAR_IN(op, descr->d_type);
    RM_CLEAR_IN(op, descr->d_name);
    RM_CLEAR_IN(op, descr->d_qualname);
    PyObject_GC_Del(op);
}

static int descr_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PyDescrObject *)op)->d_type);
    return 0;
}

static PyObject *descr_repr(PyObject *op)
{
    return PyUnicode_FromFormat("<slot wrapper '%s' of '%s' objects>", BASE(op)->name, PyDescr_TYPE(op)->tp_name);
}

PyTypeObject PyWrapperDescr_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "wrapper_descriptor",
    .tp_basicsize = sizeof(PyWrapperDescrObject),
    .tp_dealloc = descr_dealloc,
    .tp_repr = descr_repr,
    .tp_call = descr_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_traverse = descr_traverse,
    .tp_descr_get = descr_get,
};

/* ---- bound */

typedef struct {
    PyObject_HEAD
    PyObject *descr; /* owned */
    PyObject *self;  /* owned */
} bound;

PyObject *PyWrapper_New(PyObject *descr, PyObject *self)
{
    bound *b = applies(descr, self) ? (bound *)rm_gc_make(&_PyMethodWrapper_Type) : NULL;

    if (b == NULL)
        return NULL;
    b->descr = descr;
    b->self = self;
    rm_keep_in(b, descr);
    rm_keep_in(b, self);
    rm_gc_track((PyObject *)b);
    return (PyObject *)b;
}

static PyObject *bound_call(PyObject *op, PyObject *args, PyObject *kwargs)
{
    return run(((bound *)op)->descr, ((bound *)op)->self, args, kwargs);
}

static void bound_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, bound_dealloc)
    RM_CLEAR_IN(op, ((bound *)op)->descr);
    RM_CLEAR_IN(op, ((bound *)op)->self);
    PyObject_GC_Del(op);
    Py_TRASHCAN_END
}

static int bound_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((bound *)op)->descr);
    Py_VISIT(((bound *)op)->self);
    return 0;
}

static PyObject *bound_repr(PyObject *op)
{
    bound *b = (bound *)op;

    return PyUnicode_FromFormat("<method-wrapper '%s' of %s object at %p>", BASE(b->descr)->name,
                                Py_TYPE(b->self)->tp_name, (void *)b->self);
}

PyTypeObject _PyMethodWrapper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "method-wrapper",
    .tp_basicsize = sizeof(bound),
    .tp_dealloc = bound_dealloc,
    .tp_repr = bound_repr,
    .tp_call = bound_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = bound_traverse,
};
