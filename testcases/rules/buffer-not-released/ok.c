/* Every acquired buffer is given back, or belongs to somebody who does. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* when parsing fails, CPython releases what the earlier units acquired */
static PyObject *failed_parse(PyObject *self, PyObject *args)
{
    Py_buffer key, data;
    PyObject *result;

    if (!PyArg_ParseTuple(args, "y*y*", &key, &data))
        return NULL;
    result = Py_BuildValue("nn", key.len, data.len);
    PyBuffer_Release(&key);
    PyBuffer_Release(&data);
    return result;
}

/* one label for all paths, also those before the buffer was acquired */
static PyObject *one_label(PyObject *self, PyObject *args)
{
    Py_buffer view = {NULL};
    PyObject *object, *result = NULL;

    if (!PyArg_ParseTuple(args, "O", &object))
        goto done;
    if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0)
        goto done;
    if (view.len == 0) {
        PyErr_SetString(PyExc_ValueError, "empty");
        goto done;
    }
    result = PyBytes_FromStringAndSize(view.buf, view.len);
done:
    PyBuffer_Release(&view);
    return result;
}

/* a member of the view says whether there is one */
static PyObject *asked_by_member(PyObject *self, PyObject *args)
{
    Py_buffer view = {NULL};
    PyObject *result;

    if (!PyArg_ParseTuple(args, "|z*", &view))
        return NULL;
    result = PyLong_FromSsize_t(view.buf ? view.len : -1);
    if (view.obj != NULL)
        PyBuffer_Release(&view);
    return result;
}

static PyObject *asked_by_pointer(PyObject *self, PyObject *args)
{
    Py_buffer view = {NULL};

    if (!PyArg_ParseTuple(args, "z*", &view))
        return NULL;
    if (view.buf == NULL)
        Py_RETURN_NONE;
    PyObject *result = PyBytes_FromStringAndSize(view.buf, view.len);
    PyBuffer_Release(&view);
    return result;
}

/* a flag of the function's own */
static PyObject *own_flag(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    int acquired = 0;
    PyObject *result;

    if (PyObject_CheckBuffer(arg)) {
        if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
            return NULL;
        acquired = 1;
    }
    result = acquired ? PyLong_FromSsize_t(view.len) : PyObject_Repr(arg);
    if (acquired)
        PyBuffer_Release(&view);
    return result;
}

/* released twice: the second call finds nothing to do */
static PyObject *released_twice(PyObject *self, PyObject *arg)
{
    Py_buffer view;
    Py_ssize_t len;

    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    len = view.len;
    PyBuffer_Release(&view);
    if (len > 10)
        PyErr_Clear();
    PyBuffer_Release(&view);
    return PyLong_FromSsize_t(len);
}

/* the instance owns the view and releases it when it dies */
typedef struct {
    PyObject_HEAD
    Py_buffer source;
} reader;

static int reader_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    reader *self = (reader *)op;
    PyObject *source;

    if (!PyArg_ParseTuple(args, "O", &source))
        return -1;
    PyBuffer_Release(&self->source);
    return PyObject_GetBuffer(source, &self->source, PyBUF_SIMPLE);
}

/* a local view is copied into the instance */
static PyObject *reader_reset(PyObject *op, PyObject *source)
{
    reader *self = (reader *)op;
    Py_buffer view;

    if (PyObject_GetBuffer(source, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    PyBuffer_Release(&self->source);
    self->source = view;
    Py_RETURN_NONE;
}

static void reader_dealloc(PyObject *op)
{
    PyBuffer_Release(&((reader *)op)->source);
    Py_TYPE(op)->tp_free(op);
}

/* a helper acquires for its caller, another one releases */
static int acquire(PyObject *object, Py_buffer *view)
{
    if (PyObject_GetBuffer(object, view, PyBUF_CONTIG_RO) < 0) {
        PyErr_Clear();
        return 0;
    }
    return 1;
}

static void release(Py_buffer *view) { PyBuffer_Release(view); }

static void release_all(Py_buffer *view, int *done)
{
    release(view);
    *done = 1;
}

static PyObject *through_helpers(PyObject *self, PyObject *args)
{
    Py_buffer first, second;
    PyObject *object;
    int done;

    if (!PyArg_ParseTuple(args, "y*O", &first, &object))
        return NULL;
    if (acquire(object, &second))
        release(&second);
    release_all(&first, &done);
    return PyLong_FromLong(done);
}

/* an array of views, released in a loop */
static PyObject *array_of_views(PyObject *self, PyObject *list)
{
    Py_buffer views[8];
    Py_ssize_t n = 0, total = 0;

    for (; n < 8 && n < PyList_GET_SIZE(list); n++) {
        if (PyObject_GetBuffer(PyList_GET_ITEM(list, n), &views[n], PyBUF_SIMPLE) < 0)
            goto fail;
        total += views[n].len;
    }
    for (Py_ssize_t i = 0; i < n; i++)
        PyBuffer_Release(&views[i]);
    return PyLong_FromSsize_t(total);
fail:
    while (n-- > 0)
        PyBuffer_Release(&views[n]);
    return NULL;
}

/* acquired and released in each turn */
static PyObject *each_turn(PyObject *self, PyObject *list)
{
    Py_ssize_t total = 0;

    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        Py_buffer view;
        if (PyObject_GetBuffer(PyList_GET_ITEM(list, i), &view, PyBUF_SIMPLE) < 0)
            return NULL;
        total += view.len;
        PyBuffer_Release(&view);
    }
    return PyLong_FromSsize_t(total);
}

/* the memory of `es` is freed, or kept */
static char *program;

static PyObject *encoded_texts(PyObject *self, PyObject *args)
{
    char *name = NULL, *path = NULL;
    PyObject *result;

    if (!PyArg_ParseTuple(args, "eset", "utf-8", &name, "utf-8", &path))
        return NULL;
    PyMem_Free(program);
    program = path;
    result = PyBytes_FromString(name);
    PyMem_Free(name);
    return result;
}

/* `es#` fills an array that is there already */
static PyObject *encoded_in_place(PyObject *self, PyObject *args)
{
    char text[64], *at = text;
    Py_ssize_t len = sizeof text;

    if (!PyArg_ParseTuple(args, "es#", "utf-8", &at, &len))
        return NULL;
    return PyBytes_FromStringAndSize(text, len);
}

static PyMethodDef methods[] = {
    {"failed_parse", failed_parse, METH_VARARGS, NULL},
    {"one_label", one_label, METH_VARARGS, NULL},
    {"asked_by_member", asked_by_member, METH_VARARGS, NULL},
    {"asked_by_pointer", asked_by_pointer, METH_VARARGS, NULL},
    {"own_flag", own_flag, METH_O, NULL},
    {"released_twice", released_twice, METH_O, NULL},
    {"through_helpers", through_helpers, METH_VARARGS, NULL},
    {"array_of_views", array_of_views, METH_O, NULL},
    {"each_turn", each_turn, METH_O, NULL},
    {"encoded_texts", encoded_texts, METH_VARARGS, NULL},
    {"encoded_in_place", encoded_in_place, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef reader_methods[] = {
    {"reset", reader_reset, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject reader_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ok.Reader",
    .tp_basicsize = sizeof(reader),
    .tp_dealloc = reader_dealloc,
    .tp_init = reader_init,
    .tp_methods = reader_methods,
    .tp_doc = NULL,
};

PyMethodDef *module_methods(void) { return methods; }
