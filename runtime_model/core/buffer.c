/* Buffers: a view onto an object's bytes, which keeps the object until it is released. */
#include "core_int.h"

int PyObject_CheckBuffer(PyObject *op)
{
    PyBufferProcs *b = Py_TYPE(op)->tp_as_buffer;

    return b != NULL && b->bf_getbuffer != NULL;
}

int PyObject_GetBuffer(PyObject *op, Py_buffer *view, int flags)
{
    if (PyObject_CheckBuffer(op))
        return Py_TYPE(op)->tp_as_buffer->bf_getbuffer(op, view, flags);
    PyErr_Format(PyExc_TypeError, "a bytes-like object is required, not '%.100s'", Py_TYPE(op)->tp_name);
    return -1;
}

void PyBuffer_Release(Py_buffer *view)
{
    PyObject *op = view->obj;
    PyBufferProcs *b;

    if (op == NULL)
        return;
    b = Py_TYPE(op)->tp_as_buffer;
    if (b != NULL && b->bf_releasebuffer != NULL)
        b->bf_releasebuffer(op, view);
    view->obj = NULL;
    rm_drop_from(view, op);
}

int PyBuffer_FillInfo(Py_buffer *view, PyObject *op, void *buf, Py_ssize_t size, int readonly, int flags)
{
    if (view == NULL || ((flags & PyBUF_WRITABLE) && readonly)) {
        PyErr_SetString(PyExc_BufferError, view == NULL ? "PyBuffer_FillInfo: view==NULL argument is obsolete"
                                                        : "Object is not writable.");
        return -1;
    }
    *view = (Py_buffer){.buf = buf, .obj = op, .len = size, .itemsize = 1, .readonly = readonly, .ndim = 1};
    rm_xkeep_in(view, op);
    view->format = flags & PyBUF_FORMAT ? (char *)"B" : NULL;
    view->shape = flags & PyBUF_ND ? &view->len : NULL;
    view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? &view->itemsize : NULL;
    return 0;
}

/* Do the strides say that items lie one behind the other, last (C) or first (F) index fastest? */
static bool is_dense(const Py_buffer *view, bool last_fastest)
{
    Py_ssize_t step = view->itemsize;

    for (int k = 0; k < view->ndim; k++) {
        int i = last_fastest ? view->ndim - 1 - k : k;

        if (view->shape[i] > 1 && view->strides[i] != step)
            return false;
        step *= view->shape[i];
    }
    return true;
}

int PyBuffer_IsContiguous(const Py_buffer *view, char order)
{
    if (view->suboffsets != NULL)
        return 0;
    if (view->len == 0 || view->ndim == 0)
        return 1;
    if (view->strides == NULL)
        return order != 'F' || view->ndim <= 1;
    return order == 'C'   ? is_dense(view, true)
           : order == 'F' ? is_dense(view, false)
                          : is_dense(view, true) || is_dense(view, false);
}

void *PyBuffer_GetPointer(const Py_buffer *view, const Py_ssize_t *indices)
{
    char *at = view->buf;

    for (int i = 0; i < view->ndim; i++) {
        at += view->strides[i] * indices[i];
        if (view->suboffsets != NULL && view->suboffsets[i] >= 0)
            at = *(char **)at + view->suboffsets[i];
    }
    return at;
}
