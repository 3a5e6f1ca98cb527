/* A field that was NULL may be set by code that runs with its object, and by a helper that gets it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *wrapped;
    int size;
} proxy;

void look_at(proxy *self);

/* Sets it by a way that C does not see. */
static int complete(proxy *self)
{
    PyObject *value = PyObject_CallMethod((PyObject *)self, "make", NULL);
    if (value == NULL)
        return -1;
    int failed = PyObject_SetAttrString((PyObject *)self, "wrapped", value);
    Py_DECREF(value);
    return failed;
}

static PyObject *replaced(proxy *self, PyObject *arg)
{
    if (self->wrapped == NULL && complete(self) < 0)
        return NULL;
    Py_SETREF(self->wrapped, Py_NewRef(arg));
    Py_RETURN_NONE;
}

static PyObject *replaced_after_call(proxy *self, PyObject *arg)
{
    if (self->wrapped == NULL) {
        PyObject *done = PyObject_CallMethod((PyObject *)self, "fill", NULL);
        if (done == NULL)
            return NULL;
        Py_DECREF(done);
    }
    Py_SETREF(self->wrapped, Py_NewRef(arg));
    Py_RETURN_NONE;
}

static PyObject *replaced_after_helper(proxy *self, PyObject *arg)
{
    if (self->wrapped == NULL)
        look_at(self);
    Py_SETREF(self->wrapped, Py_NewRef(arg));
    Py_RETURN_NONE;
}

/* Nothing that runs here knows the object. */
static PyObject *still_missing(proxy *self, PyObject *arg)
{
    if (self->wrapped == NULL)
        self->size = (int)PyList_GET_SIZE(arg);
    Py_SETREF(self->wrapped, Py_NewRef(arg));  // expect: RW701
    Py_RETURN_NONE;
}

static PyObject *told_of_another(proxy *self, PyObject *arg)
{
    if (self->wrapped == NULL) {
        PyObject *done = PyObject_CallMethod(arg, "fill", NULL);
        if (done == NULL)
            return NULL;
        Py_DECREF(done);
    }
    Py_SETREF(self->wrapped, Py_NewRef(arg));  // expect: RW701
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"replaced", (PyCFunction)replaced, METH_O, NULL},
    {"replaced_after_call", (PyCFunction)replaced_after_call, METH_O, NULL},
    {"replaced_after_helper", (PyCFunction)replaced_after_helper, METH_O, NULL},
    {"still_missing", (PyCFunction)still_missing, METH_O, NULL},
    {"told_of_another", (PyCFunction)told_of_another, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static void proxy_dealloc(proxy *self)
{
    Py_CLEAR(self->wrapped);
    Py_TYPE(self)->tp_free(self);
}

PyTypeObject proxy_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.proxy",
    .tp_basicsize = sizeof(proxy),
    .tp_dealloc = (destructor)proxy_dealloc,
    .tp_methods = methods,
};
