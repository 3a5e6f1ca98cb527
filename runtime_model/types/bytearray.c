/* bytearray. Its memory is exact after a jump in size and has an eighth of slack after small steps;
 * it shrinks when less than half is used. */
#include "core_int.h"

const char _PyByteArray_empty_string[] = "";

static PyByteArrayObject *make(PyTypeObject *type)
{
    PyByteArrayObject *op = PyObject_New(PyByteArrayObject, type);

    if (op == NULL)
        return NULL;
    Py_SET_SIZE(op, 0);
    op->ob_alloc = op->ob_exports = 0;
    op->ob_bytes = op->ob_start = NULL;
    return op;
}

/* Bytes to have for size, when alloc are there; 0: what is there will do. */
static Py_ssize_t wanted(Py_ssize_t size, Py_ssize_t alloc)
{
    if (size + 1 <= alloc)
        return size < alloc / 2 ? size + 1 : 0;
    if ((double)size <= (double)alloc * 1.125)
        return size + (size >> 3) + (size < 9 ? 3 : 6);
    return size + 1;
}

static int resize(PyByteArrayObject *op, Py_ssize_t size)
{
    Py_ssize_t alloc = wanted(size, op->ob_alloc);
    char *bytes;

    if (alloc > 0) {
        bytes = PyObject_Realloc(op->ob_bytes, (size_t)alloc);
        if (bytes == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        op->ob_bytes = op->ob_start = bytes;
        op->ob_alloc = alloc;
    }
    Py_SET_SIZE(op, size);
    op->ob_bytes[size] = '\0';
    return 0;
}

int PyByteArray_Resize(PyObject *op, Py_ssize_t size)
{
    PyByteArrayObject *array = (PyByteArrayObject *)op;

    if (size == Py_SIZE(op))
        return 0;
    if (array->ob_exports > 0) {
        PyErr_SetString(PyExc_BufferError, "Existing exports of data: object cannot be re-sized");
        return -1;
    }
    if (size < 0 || size == PY_SSIZE_T_MAX) {
        PyErr_NoMemory();
        return -1;
    }
    return resize(array, size);
}

PyObject *PyByteArray_FromStringAndSize(const char *s, Py_ssize_t size)
{
    PyByteArrayObject *op;

    if (size < 0) {
        PyErr_SetString(PyExc_SystemError, "Negative size passed to PyByteArray_FromStringAndSize");
        return NULL;
    }
    op = make(&PyByteArray_Type);
    if (op == NULL || size == 0)
        return (PyObject *)op;
    if (PyByteArray_Resize((PyObject *)op, size) < 0) {
        Py_DECREF(op);
        return NULL;
    }
    if (s != NULL)
        memcpy(op->ob_bytes, s, (size_t)size);
    return (PyObject *)op;
}

PyObject *PyByteArray_FromObject(PyObject *op)
{
    PyObject *bytes = PyBytes_FromObject(op), *array = NULL;

    if (bytes != NULL)
        array = PyByteArray_FromStringAndSize(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
    Py_XDECREF(bytes);
    return array;
}

PyObject *PyByteArray_Concat(PyObject *a, PyObject *b)
{
    PyObject *x = PyBytes_FromObject(a), *y = x != NULL ? PyBytes_FromObject(b) : NULL, *both = NULL;

    if (y != NULL)
        both = PyByteArray_FromStringAndSize(NULL, Py_SIZE(x) + Py_SIZE(y));
    if (both != NULL) {
        memcpy(PyByteArray_AS_STRING(both), PyBytes_AS_STRING(x), (size_t)Py_SIZE(x));
        memcpy(PyByteArray_AS_STRING(both) + Py_SIZE(x), PyBytes_AS_STRING(y), (size_t)Py_SIZE(y));
    }
    Py_XDECREF(x);
    Py_XDECREF(y);
    return both;
}

Py_ssize_t PyByteArray_Size(PyObject *op)
{
    return Py_SIZE(op);
}

char *PyByteArray_AsString(PyObject *op)
{
    return PyByteArray_AS_STRING(op);
}

/* ---- slots */

static void bytearray_dealloc(PyObject *op)
{
    PyByteArrayObject *array = (PyByteArrayObject *)op;

    if (array->ob_exports > 0) {
        PyErr_SetString(PyExc_SystemError, "deallocated bytearray object has exported buffers");
        PyErr_WriteUnraisable(NULL);
    }
    PyObject_Free(array->ob_bytes);
    Py_TYPE(op)->tp_free(op);
}

static int bytearray_getbuffer(PyObject *op, Py_buffer *view, int flags)
{
    if (PyBuffer_FillInfo(view, op, PyByteArray_AS_STRING(op), Py_SIZE(op), 0, flags) < 0)
        return -1;
    ((PyByteArrayObject *)op)->ob_exports++;
    return 0;
}

static void bytearray_releasebuffer(PyObject *op, Py_buffer *view)
{
    (void)view;
    ((PyByteArrayObject *)op)->ob_exports--;
}

static PyObject *bytearray_repr(PyObject *op)
{
    return rm_bytes_text("bytearray(b", PyByteArray_AS_STRING(op), Py_SIZE(op), ")");
}

static PyObject *bytearray_item(PyObject *op, Py_ssize_t i)
{
    if (i >= 0 && i < Py_SIZE(op))
        return PyLong_FromLong((unsigned char)PyByteArray_AS_STRING(op)[i]);
    PyErr_SetString(PyExc_IndexError, "bytearray index out of range");
    return NULL;
}

static int bytearray_ass_item(PyObject *op, Py_ssize_t i, PyObject *v)
{
    int byte;

    if (i < 0 || i >= Py_SIZE(op) || v == NULL) {
        PyErr_SetString(PyExc_IndexError, "bytearray index out of range");
        return -1;
    }
    byte = rm_byte_of(v);
    if (byte < 0)
        return -1;
    PyByteArray_AS_STRING(op)[i] = (char)byte;
    return 0;
}

static PyObject *bytearray_iconcat(PyObject *op, PyObject *other)
{
    PyObject *bytes = PyBytes_FromObject(other);
    Py_ssize_t size = Py_SIZE(op);
    int rc = bytes != NULL ? PyByteArray_Resize(op, size + Py_SIZE(bytes)) : -1;

    if (rc == 0)
        memcpy(PyByteArray_AS_STRING(op) + size, PyBytes_AS_STRING(bytes), (size_t)Py_SIZE(bytes));
    Py_XDECREF(bytes);
    return rc == 0 ? Py_NewRef(op) : NULL;
}

static const char *text_of(PyObject *op)
{
    return PyBytes_Check(op) ? PyBytes_AS_STRING(op) : PyByteArray_Check(op) ? PyByteArray_AS_STRING(op) : NULL;
}

static PyObject *bytearray_richcompare(PyObject *a, PyObject *b, int op)
{
    int order;

    if (text_of(a) == NULL || text_of(b) == NULL)
        Py_RETURN_NOTIMPLEMENTED;
    order = rm_bytes_compare(text_of(a), Py_SIZE(a), text_of(b), Py_SIZE(b));
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

static PySequenceMethods bytearray_as_sequence = {.sq_length = PyByteArray_Size,
                                                  .sq_concat = PyByteArray_Concat,
                                                  .sq_item = bytearray_item,
                                                  .sq_ass_item = bytearray_ass_item,
                                                  .sq_inplace_concat = bytearray_iconcat};
static PyBufferProcs bytearray_as_buffer = {bytearray_getbuffer, bytearray_releasebuffer};

PyTypeObject PyByteArray_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bytearray",
    .tp_basicsize = sizeof(PyByteArrayObject),
    .tp_dealloc = bytearray_dealloc,
    .tp_repr = bytearray_repr,
    .tp_as_sequence = &bytearray_as_sequence,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_as_buffer = &bytearray_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_iter = rm_bytes_iter,
    .tp_richcompare = bytearray_richcompare,
    .tp_free = PyObject_Free,
};
