/* A button holds its callback, and the callback holds the button it works on: a cycle through a type
 * that is not collected. A weak reference to the owner breaks it. */
#include "box.h"

typedef struct {
    PyObject_HEAD
    PyObject *owner; /* owned */
} callback;

static void callback_dealloc(PyObject *op)
{
    Py_CLEAR(((callback *)op)->owner);
    PyObject_Free(op);
}

static PyTypeObject Callback_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "demo.Callback",
    .tp_basicsize = sizeof(callback),
    .tp_dealloc = callback_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

static void connect(box *button, PyObject *owner)
{
    callback *c = PyObject_New(callback, &Callback_Type);

    c->owner = owner;
    button->item = (PyObject *)c;
}

void demo_callback(demo *d)
{
    box *button;

    if (PyType_Ready(&Callback_Type) < 0)
        return;
    button = box_new(box_type(true));
    PyObject_GC_Track(button);
    connect(button, d->is_fixed ? PyWeakref_NewRef((PyObject *)button, NULL) : Py_NewRef(button));
    Py_DECREF(button);
}
