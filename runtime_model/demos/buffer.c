/* A buffer keeps the object whose memory it shows, and the object must not move that memory as long
 * as one is out. Who got it has to release it, also when nothing was done with it. */
#include "demo.h"

typedef struct {
    PyObject_HEAD
    char bytes[16];
    int exports; /* buffers that are out */
} storage;

static int storage_getbuffer(PyObject *op, Py_buffer *view, int flags)
{
    storage *s = (storage *)op;

    (void)flags;
    *view = (Py_buffer){.buf = s->bytes, .obj = Py_NewRef(op), .len = sizeof s->bytes, .itemsize = 1};
    s->exports++;
    return 0;
}

static void storage_releasebuffer(PyObject *op, Py_buffer *view)
{
    (void)view;
    ((storage *)op)->exports--;
}

static PyBufferProcs storage_as_buffer = {storage_getbuffer, storage_releasebuffer};

static PyTypeObject Storage_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Storage",
    .tp_basicsize = sizeof(storage),
    .tp_as_buffer = &storage_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

static void release(Py_buffer *view)
{
    PyObject *owner = view->obj;

    Py_TYPE(owner)->tp_as_buffer->bf_releasebuffer(owner, view);
    view->obj = NULL;
    Py_DECREF(owner);
}

static bool starts_with(PyObject *op, char c, bool is_fixed)
{
    Py_buffer view;
    bool does;

    if (Py_TYPE(op)->tp_as_buffer->bf_getbuffer(op, &view, 0) < 0)
        return false;
    does = ((const char *)view.buf)[0] == c;
    if (does || is_fixed)
        release(&view);
    return does;
}

void demo_buffer(demo *d)
{
    storage *s;

    if (PyType_Ready(&Storage_Type) < 0)
        return;
    s = PyObject_New(storage, &Storage_Type);
    if (s == NULL)
        return;
    memset(s->bytes, 'x', sizeof s->bytes);
    s->exports = 0;
    starts_with((PyObject *)s, 'y', d->is_fixed);
    Py_DECREF(s);
}
