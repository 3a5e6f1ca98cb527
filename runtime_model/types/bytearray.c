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

static PyObject *concat_views(const Py_buffer *x, const Py_buffer *y)
{
    PyObject *both = PyByteArray_FromStringAndSize(NULL, x->len + y->len);

    if (both == NULL)
        return NULL;
    memcpy(PyByteArray_AS_STRING(both), x->buf, (size_t)x->len);
    memcpy(PyByteArray_AS_STRING(both) + x->len, y->buf, (size_t)y->len);
    return both;
}

PyObject *PyByteArray_Concat(PyObject *a, PyObject *b)
{
    Py_buffer x = {0}, y = {0};
    PyObject *both = NULL;

    if (PyObject_CheckBuffer(a) && PyObject_CheckBuffer(b)) {
        if (PyObject_GetBuffer(a, &x, PyBUF_SIMPLE) == 0 && PyObject_GetBuffer(b, &y, PyBUF_SIMPLE) == 0)
            both = concat_views(&x, &y);
    } else {
        PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(b)->tp_name,
                     Py_TYPE(a)->tp_name);
    }
    PyBuffer_Release(&x);
    PyBuffer_Release(&y);
    return both;
}

static PyObject *bytearray_repeat(PyObject *op, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(op);
    PyObject *repeated;

    if (n < 0)
        n = 0;
    if (n > 0 && size > PY_SSIZE_T_MAX / n)
        return PyErr_NoMemory();
    repeated = PyByteArray_FromStringAndSize(NULL, n * size);
    for (Py_ssize_t i = 0; repeated != NULL && i < n; i++)
        memcpy(PyByteArray_AS_STRING(repeated) + i * size, PyByteArray_AS_STRING(op), (size_t)size);
    return repeated;
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

static int delete_item(PyObject *op, Py_ssize_t i)
{
    char *s = PyByteArray_AS_STRING(op);

    memmove(s + i, s + i + 1, (size_t)(Py_SIZE(op) - i - 1));
    return PyByteArray_Resize(op, Py_SIZE(op) - 1);
}

static int bytearray_ass_item(PyObject *op, Py_ssize_t i, PyObject *v)
{
    int byte = v != NULL ? rm_byte_of(v) : 0;

    if (byte < 0)
        return -1;
    if (i < 0 || i >= Py_SIZE(op)) {
        PyErr_SetString(PyExc_IndexError, "bytearray index out of range");
        return -1;
    }
    if (v == NULL)
        return delete_item(op, i);
    PyByteArray_AS_STRING(op)[i] = (char)byte;
    return 0;
}

static PyObject *bytearray_iconcat(PyObject *op, PyObject *other)
{
    Py_ssize_t size = Py_SIZE(op);
    Py_buffer view;
    int rc;

    if (!PyObject_CheckBuffer(other))
        return PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(other)->tp_name,
                            Py_TYPE(op)->tp_name);
    if (PyObject_GetBuffer(other, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    rc = PyByteArray_Resize(op, size + view.len);
    if (rc == 0 && view.len > 0)
        memcpy(PyByteArray_AS_STRING(op) + size, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    return rc == 0 ? Py_NewRef(op) : NULL;
}

static const char *text_of(PyObject *op)
{
    return PyBytes_Check(op)       ? PyBytes_AS_STRING(op)
           : PyByteArray_Check(op) ? PyByteArray_AS_STRING(op)
                                   : NULL;
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
                                                  .sq_contains = rm_bytes_contains,
                                                  .sq_repeat = bytearray_repeat,
                                                  .sq_item = bytearray_item,
                                                  .sq_ass_item = bytearray_ass_item,
                                                  .sq_inplace_concat = bytearray_iconcat};
static PyMappingMethods bytearray_as_mapping = {.mp_length = PyByteArray_Size,
                                                .mp_subscript = rm_bytes_subscript};
static PyBufferProcs bytearray_as_buffer = {bytearray_getbuffer, bytearray_releasebuffer};

PyTypeObject PyByteArray_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bytearray",
    .tp_basicsize = sizeof(PyByteArrayObject),
    .tp_dealloc = bytearray_dealloc,
    .tp_repr = bytearray_repr,
    .tp_as_sequence = &bytearray_as_sequence,
    .tp_as_mapping = &bytearray_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_as_buffer = &bytearray_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_iter = rm_bytes_iter,
    .tp_richcompare = bytearray_richcompare,
    .tp_free = PyObject_Free,
};
