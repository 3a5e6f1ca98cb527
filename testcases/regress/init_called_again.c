/* tp_init may run again for the same object: what it stored the first time must be released. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *value;
    int ready;
} Box;

static void box_dealloc(PyObject *self)
{
    Py_XDECREF(((Box *)self)->value);
    Py_TYPE(self)->tp_free(self);
}

static int box_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    Box *self = (Box *)op;
    PyObject *value;
    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    Py_INCREF(value);
    self->value = value;                     // expect: RW103 'value'
    return 0;
}

static PyTypeObject Box_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "regress.Box",
    .tp_basicsize = sizeof(Box),
    .tp_dealloc = box_dealloc,
    .tp_init = box_init,
    .tp_new = PyType_GenericNew,
};

/* ---- no fault: the old value is looked at */

static int swap_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    Box *self = (Box *)op;
    PyObject *value;
    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    Py_INCREF(value);
    Py_XSETREF(self->value, value);
    return 0;
}

static PyTypeObject Swap_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "regress.Swap",
    .tp_basicsize = sizeof(Box),
    .tp_dealloc = box_dealloc,
    .tp_init = swap_init,
    .tp_new = PyType_GenericNew,
};

/* Or the second call is refused. */
static int once_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    Box *self = (Box *)op;
    PyObject *value;
    if (self->ready) {
        PyErr_SetString(PyExc_RuntimeError, "already initialised");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    self->ready = 1;
    Py_INCREF(value);
    self->value = value;
    return 0;
}

static PyTypeObject Once_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "regress.Once",
    .tp_basicsize = sizeof(Box),
    .tp_dealloc = box_dealloc,
    .tp_init = once_init,
    .tp_new = PyType_GenericNew,
};

/* Or a helper empties the object first. */
static int empty(PyObject *op)
{
    Py_CLEAR(((Box *)op)->value);
    return 0;
}

static int emptied_init(PyObject *op, PyObject *args, PyObject *kwds)
{
    PyObject *value;
    if (!PyArg_ParseTuple(args, "O", &value))
        return -1;
    empty(op);
    Py_INCREF(value);
    ((Box *)op)->value = value;
    return 0;
}

static PyTypeObject Emptied_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "regress.Emptied",
    .tp_basicsize = sizeof(Box),
    .tp_dealloc = box_dealloc,
    .tp_init = emptied_init,
    .tp_new = PyType_GenericNew,
};

static PyTypeObject *types[] = {&Box_Type, &Swap_Type, &Once_Type, &Emptied_Type};

PyTypeObject **all_types(void) { return types; }
