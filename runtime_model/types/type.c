/* type: the type of types. Static types live in the program, types made at run time on the heap;
 * only the latter are collected, and only they are kept by their instances.
 */
#include "core_int.h"

static void type_dealloc(PyObject *op)
{
    PyTypeObject *type = (PyTypeObject *)op;
    PyHeapTypeObject *heap = (PyHeapTypeObject *)op;

    assert(PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE));
    PyObject_GC_UnTrack(op);
    for (Py_ssize_t i = 0; type->tp_bases != NULL && i < PyTuple_GET_SIZE(type->tp_bases); i++)
        rm_type_remove_subclass((PyTypeObject *)PyTuple_GET_ITEM(type->tp_bases, i), type);
    PyObject_ClearWeakRefs(op);
    RM_CLEAR_IN(op, type->tp_base);
    rm_type_clear(type);
    RM_CLEAR_IN(op, heap->ht_name);
    RM_CLEAR_IN(op, heap->ht_qualname);
    RM_CLEAR_IN(op, heap->ht_slots);
    RM_CLEAR_IN(op, heap->ht_module);
    PyObject_Free((char *)type->tp_doc);
    PyMem_Free(heap->_ht_tpname);
    PyObject_GC_Del(op);
}

/* Subclasses, name and slots cannot be part of a cycle. */
static int type_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyTypeObject *type = (PyTypeObject *)op;

    Py_VISIT(type->tp_dict);
    Py_VISIT(type->tp_cache);
    Py_VISIT(type->tp_mro);
    Py_VISIT(type->tp_bases);
    Py_VISIT(type->tp_base);
    Py_VISIT(((PyHeapTypeObject *)type)->ht_module);
    return 0;
}

/* Breaks every cycle a class is in; bases and cache are needed until it dies. */
static int type_clear(PyObject *op)
{
    PyTypeObject *type = (PyTypeObject *)op;

    PyType_Modified(type);
    if (type->tp_dict != NULL)
        PyDict_Clear(type->tp_dict);
    RM_CLEAR_IN(op, ((PyHeapTypeObject *)type)->ht_module);
    RM_CLEAR_IN(op, type->tp_mro);
    return 0;
}

static int type_is_gc(PyObject *op)
{
    return PyType_HasFeature((PyTypeObject *)op, Py_TPFLAGS_HEAPTYPE);
}

static PyObject *type_call(PyObject *op, PyObject *args, PyObject *kwargs)
{
    PyTypeObject *type = (PyTypeObject *)op;
    PyObject *instance;

    if (type->tp_new == NULL || PyType_HasFeature(type, Py_TPFLAGS_DISALLOW_INSTANTIATION))
        return PyErr_Format(PyExc_TypeError, "cannot create '%s' instances", type->tp_name);
    instance = type->tp_new(type, args, kwargs);
    if (instance == NULL || !PyObject_TypeCheck(instance, type))
        return instance;
    type = Py_TYPE(instance);
    if (type->tp_init != NULL && type->tp_init(instance, args, kwargs) < 0)
        Py_CLEAR(instance);
    return instance;
}

PyTypeObject PyType_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "type",
    .tp_basicsize = sizeof(PyHeapTypeObject),
    .tp_itemsize = sizeof(PyMemberDef),
    .tp_dealloc = type_dealloc,
    .tp_call = type_call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |
                Py_TPFLAGS_TYPE_SUBCLASS,
    .tp_traverse = type_traverse,
    .tp_clear = type_clear,
    .tp_weaklistoffset = offsetof(PyTypeObject, tp_weaklist),
    .tp_free = PyObject_GC_Del,
    .tp_is_gc = type_is_gc,
};
