/* A buffer stays acquired on some path after success. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

enum { MOST = 4096 };

/* an early return between parsing and the end */
static PyObject *too_long(PyObject *self, PyObject *args)
{
    Py_buffer view;
    PyObject *result;

    if (!PyArg_ParseTuple(args, "y*", &view))
        return NULL;
    if (view.len > MOST) {
        PyErr_SetString(PyExc_ValueError, "too long");
        return NULL; // expect: RW108 'view' is not given back when too_long() returns NULL: PyBuffer_Release() is due
    }
    result = PyBytes_FromStringAndSize(view.buf, view.len);
    PyBuffer_Release(&view);
    return result;
}

/* no path releases it */
static PyObject *never_released(PyObject *self, PyObject *arg)
{
    Py_buffer view;

    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    return PyLong_FromSsize_t(view.len); // expect: RW108 'view' is not given back
}

/* the second acquisition fails, and the first is forgotten */
static PyObject *second_fails(PyObject *self, PyObject *args)
{
    PyObject *a, *b;
    Py_buffer left, right;
    int equal;

    if (!PyArg_ParseTuple(args, "OO", &a, &b))
        return NULL;
    if (PyObject_GetBuffer(a, &left, PyBUF_SIMPLE) != 0)
        return NULL;
    if (PyObject_GetBuffer(b, &right, PyBUF_SIMPLE) != 0)
        return NULL; // expect: RW108 'left' is not given back
    equal = left.len == right.len && memcmp(left.buf, right.buf, (size_t)left.len) == 0;
    PyBuffer_Release(&left);
    PyBuffer_Release(&right);
    return PyBool_FromLong(equal);
}

/* only one of the two that were parsed together is released */
static PyObject *one_of_two(PyObject *self, PyObject *args)
{
    Py_buffer key, data;
    PyObject *result;

    if (!PyArg_ParseTuple(args, "s*s*", &key, &data))
        return NULL;
    result = Py_BuildValue("nn", key.len, data.len);
    PyBuffer_Release(&data);
    return result; // expect: RW108 'key' is not given back
}

/* an allocation fails in between */
static PyObject *allocation_fails(PyObject *self, PyObject *args)
{
    Py_buffer view;
    char *copy;
    PyObject *result;

    if (!PyArg_ParseTuple(args, "w*", &view))
        return NULL;
    copy = PyMem_Malloc((size_t)view.len + 1);
    if (copy == NULL)
        return PyErr_NoMemory(); // expect: RW108 'view' is not given back
    memcpy(copy, view.buf, (size_t)view.len);
    PyBuffer_Release(&view);
    result = PyBytes_FromString(copy);
    PyMem_Free(copy);
    return result;
}

/* the view is filled again in a loop */
static PyObject *filled_again(PyObject *self, PyObject *list)
{
    Py_buffer view;
    Py_ssize_t total = 0;

    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        if (PyObject_GetBuffer(PyList_GET_ITEM(list, i), &view, PyBUF_SIMPLE) < 0) // expect: RW108 'view' is filled again
            return NULL;
        total += view.len;
    }
    PyBuffer_Release(&view);
    return PyLong_FromSsize_t(total);
}

/* a struct of the function's own holds the view */
struct request {
    Py_buffer body;
    int kind;
};

static PyObject *member_of_a_local(PyObject *self, PyObject *args)
{
    struct request request;

    if (!PyArg_ParseTuple(args, "y*i", &request.body, &request.kind))
        return NULL;
    if (request.kind < 0) {
        PyErr_SetString(PyExc_ValueError, "kind must not be negative");
        return NULL; // expect: RW108 'body' is not given back
    }
    PyBuffer_Release(&request.body);
    return PyLong_FromLong(request.kind);
}

/* the wrong flag decides */
static int wrong_flag(PyObject *arg, int copy)
{
    Py_buffer view;
    int rc = 0;

    if (PyObject_GetBuffer(arg, &view, PyBUF_CONTIG_RO) < 0)
        return -1;
    if (view.itemsize != 1) {
        PyErr_SetString(PyExc_TypeError, "bytes expected");
        rc = -1;
    }
    if (copy)
        PyBuffer_Release(&view);
    return rc; // expect: RW108 'view' is not given back
}

/* with an argument that may be None or left out: the path knows that it was not */
static PyObject *optional_argument(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"data", "salt", NULL};
    Py_buffer data, salt = {NULL};
    PyObject *result;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|z*", names, &data, &salt))
        return NULL;
    if (salt.buf != NULL && salt.len != 16) {
        PyErr_SetString(PyExc_ValueError, "salt must have 16 bytes");
        PyBuffer_Release(&data);
        return NULL; // expect: RW108 'salt' is not given back
    }
    result = PyBytes_FromStringAndSize(data.buf, data.len);
    PyBuffer_Release(&data);
    if (salt.buf != NULL)
        PyBuffer_Release(&salt);
    return result;
}

/* a helper looks at the view and does not release it */
static int checksum(const Py_buffer *view)
{
    const unsigned char *bytes = view->buf;
    int sum = 0;

    for (Py_ssize_t i = 0; i < view->len; i++)
        sum += bytes[i];
    return sum;
}

static PyObject *only_looked_at(PyObject *self, PyObject *arg)
{
    Py_buffer view;

    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    return PyLong_FromLong(checksum(&view)); // expect: RW108 'view' is not given back
}

/* the memory of `es` is due to PyMem_Free */
static PyObject *encoded_text(PyObject *self, PyObject *args)
{
    char *name = NULL;
    int flags;

    if (!PyArg_ParseTuple(args, "esi", "utf-8", &name, &flags))
        return NULL;
    if (flags < 0) {
        PyErr_SetString(PyExc_ValueError, "flags must not be negative");
        return NULL; // expect: RW108 'name' is not given back when encoded_text() returns NULL: PyMem_Free() is due
    }
    PyObject *result = PyBytes_FromString(name);
    PyMem_Free(name);
    return result;
}

static PyMethodDef methods[] = {
    {"too_long", too_long, METH_VARARGS, NULL},
    {"never_released", never_released, METH_O, NULL},
    {"second_fails", second_fails, METH_VARARGS, NULL},
    {"one_of_two", one_of_two, METH_VARARGS, NULL},
    {"allocation_fails", allocation_fails, METH_VARARGS, NULL},
    {"filled_again", filled_again, METH_O, NULL},
    {"member_of_a_local", member_of_a_local, METH_VARARGS, NULL},
    {"optional_argument", (PyCFunction)(void (*)(void))optional_argument, METH_VARARGS | METH_KEYWORDS, NULL},
    {"only_looked_at", only_looked_at, METH_O, NULL},
    {"encoded_text", encoded_text, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

int wrong_flag_used(PyObject *arg) { return wrong_flag(arg, 0) + (methods[0].ml_name == NULL); }
