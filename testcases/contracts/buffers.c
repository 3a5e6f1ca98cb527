/* The buffer protocol. */
#include <Python.h>

PyObject *sum_of_bytes(PyObject *a)
{
    Py_buffer view;
    if (PyObject_GetBuffer(a, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    long sum = 0;
    for (Py_ssize_t i = 0; i < view.len; i++)
        sum += ((unsigned char *)view.buf)[i];
    PyBuffer_Release(&view);
    return PyLong_FromLong(sum);
}

int export_buffer(PyObject *self, Py_buffer *view, int flags)
{
    static char data[4];
    return PyBuffer_FillInfo(view, self, data, sizeof data, 1, flags);
}

PyObject *views(PyObject *a)
{
    Py_ssize_t size = PyBuffer_SizeFromFormat("i");
    if (size < 0)
        return NULL;
    PyObject *view = PyMemoryView_FromObject(a);
    if (view == NULL)
        return NULL;
    Py_buffer *buffer = PyMemoryView_GET_BUFFER(view);
    Py_ssize_t first = 0;
    if (PyBuffer_IsContiguous(buffer, 'C') && PyMemoryView_GET_BASE(view) != NULL)
        first = (char *)PyBuffer_GetPointer(buffer, &first) - (char *)buffer->buf;
    Py_DECREF(view);
    return PyLong_FromSsize_t(first + size);
}
