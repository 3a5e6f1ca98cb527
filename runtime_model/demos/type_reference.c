/* An instance of a type made at run time holds a reference to it, and tp_dealloc releases it last. */
#include "demo.h"

typedef struct {
    PyObject_HEAD
    long value;
} thing;

static void thing_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    PyObject_Free(op);
    Py_DECREF(type);
}

static void thing_dealloc_forgets(PyObject *op)
{
    PyObject_Free(op);
}

static PyObject *make_type(bool is_fixed)
{
    PyType_Slot slots[] = {{Py_tp_dealloc, is_fixed ? thing_dealloc : thing_dealloc_forgets}, {0, NULL}};
    PyType_Spec spec = {"demo.Thing", sizeof(thing), 0, Py_TPFLAGS_DEFAULT, slots};

    return PyType_FromSpec(&spec);
}

void demo_type_reference(demo *d)
{
    PyObject *type = make_type(d->is_fixed);

    for (int i = 0; i < 2; i++) {
        thing *t = PyObject_New(thing, (PyTypeObject *)type);

        Py_DECREF(t);
    }
    Py_DECREF(type);
}
