/* How many bytes an object has, without what it refers to: sys.getsizeof.
 *
 * The object, what its type keeps apart for it (an array, a table), and what stands in front of it.
 */
#include "core_int.h"

static size_t plain_bytes(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_ssize_t items = type->tp_itemsize > 0 ? Py_SIZE(op) : 0;

    return (size_t)type->tp_basicsize + (size_t)(Py_ABS(items) * type->tp_itemsize);
}

static size_t list_bytes(PyObject *op)
{
    return plain_bytes(op) + (size_t)((PyListObject *)op)->allocated * sizeof(PyObject *);
}

/* One digit is always there. */
static size_t long_bytes(PyObject *op)
{
    return offsetof(PyLongObject, ob_digit) + (size_t)Py_MAX(Py_ABS(rm_long_size(op)), 1) * sizeof(digit);
}

static size_t bytearray_bytes(PyObject *op)
{
    return plain_bytes(op) + (size_t)((PyByteArrayObject *)op)->ob_alloc;
}

/* A class made at run time counts the table that its instances share keys in. */
static size_t type_bytes(PyObject *op)
{
    PyTypeObject *type = (PyTypeObject *)op;
    const PyHeapTypeObject *heap = (PyHeapTypeObject *)op;

    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE))
        return sizeof(PyTypeObject);
    return plain_bytes(op) + (heap->ht_cached_keys != NULL ? rm_keys_bytes(heap->ht_cached_keys) : 0);
}

static size_t own_bytes(PyObject *op)
{
    if (PyList_Check(op))
        return list_bytes(op);
    if (PyDict_Check(op))
        return rm_dict_bytes(op);
    if (PyUnicode_Check(op))
        return rm_unicode_bytes(op);
    if (PyLong_Check(op))
        return long_bytes(op);
    if (PyType_Check(op))
        return type_bytes(op);
    if (PyAnySet_Check(op))
        return rm_set_bytes(op);
    return PyByteArray_Check(op) ? bytearray_bytes(op) : plain_bytes(op);
}

size_t _PySys_GetSizeOf(PyObject *op)
{
    return own_bytes(op) + (rm_is_gc(op) ? rm_type_before(Py_TYPE(op)) : 0);
}
