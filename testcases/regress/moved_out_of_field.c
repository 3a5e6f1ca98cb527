/* A field that lets go of its object hands the reference over. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *head;
    PyObject *pending;
    PyObject *last_error;
} Queue;

static PyObject *queue_pop(PyObject *op, PyObject *noargs)
{
    Queue *self = (Queue *)op;
    PyObject *item = self->head;
    if (item == NULL) {
        PyErr_SetString(PyExc_IndexError, "empty");
        return NULL;
    }
    self->head = NULL;
    return item;
}

/* The next one moves up. */
static PyObject *queue_next(PyObject *op)
{
    Queue *self = (Queue *)op;
    PyObject *item = self->head;
    self->head = self->pending;
    self->pending = NULL;
    return item;
}

static PyObject *queue_swap(PyObject *op, PyObject *arg)
{
    Queue *self = (Queue *)op;
    PyObject *old = self->head;
    self->head = Py_NewRef(arg);
    if (old == NULL)
        Py_RETURN_NONE;
    return old;
}

static PyObject *queue_drain(PyObject *op, PyObject *noargs)
{
    Queue *self = (Queue *)op;
    PyObject *list = PyList_New(0);
    if (list == NULL || self->head == NULL)
        return list;
    PyObject *item = self->head;
    self->head = NULL;
    int rc = PyList_Append(list, item);
    Py_DECREF(item);
    if (rc < 0)
        Py_CLEAR(list);
    return list;
}

static PyObject *take(PyObject **place)
{
    PyObject *object = *place;
    *place = NULL;
    return object;
}

static PyObject *queue_cancel(PyObject *op, PyObject *noargs)
{
    Queue *self = (Queue *)op;
    PyObject *item = take(&self->pending);
    Py_XDECREF(item);
    Py_RETURN_NONE;
}

/* ---- still held by the field */

static PyObject *queue_peek(PyObject *op, PyObject *noargs)
{
    Queue *self = (Queue *)op;
    if (self->head == NULL)
        Py_RETURN_NONE;
    return self->head;                       // expect: RW301
}

/* Another field is cleared. */
static PyObject *queue_pop_wrong(PyObject *op, PyObject *noargs)
{
    Queue *self = (Queue *)op;
    PyObject *item = self->head;
    if (item == NULL)
        Py_RETURN_NONE;
    Py_CLEAR(self->pending);
    return item;                             // expect: RW301 'item'
}

/* Cleared with a release: nothing is left to hand over. */
static PyObject *queue_pop_dead(PyObject *op, PyObject *noargs)
{
    Queue *self = (Queue *)op;
    PyObject *item = self->head;
    if (item == NULL)
        Py_RETURN_NONE;
    Py_CLEAR(self->head);
    return item;                             // expect: RW202 'item'
}

static PyObject *queue_pop_and_keep(PyObject *op, PyObject *noargs)
{
    Queue *self = (Queue *)op;
    PyObject *item = self->head;
    if (item == NULL)
        Py_RETURN_NONE;
    self->head = NULL;
    self->last_error = item;
    return item;                             // expect: RW301 'item'
}

static void queue_dealloc(PyObject *op)
{
    Queue *self = (Queue *)op;
    Py_XDECREF(self->head);
    Py_XDECREF(self->pending);
    Py_XDECREF(self->last_error);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef queue_methods[] = {
    {"pop", queue_pop, METH_NOARGS, NULL},
    {"swap", queue_swap, METH_O, NULL},
    {"drain", queue_drain, METH_NOARGS, NULL},
    {"cancel", queue_cancel, METH_NOARGS, NULL},
    {"peek", queue_peek, METH_NOARGS, NULL},
    {"pop_wrong", queue_pop_wrong, METH_NOARGS, NULL},
    {"pop_dead", queue_pop_dead, METH_NOARGS, NULL},
    {"pop_and_keep", queue_pop_and_keep, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject Queue_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "moved.Queue",
    .tp_basicsize = sizeof(Queue),
    .tp_dealloc = queue_dealloc,
    .tp_iternext = queue_next,
    .tp_methods = queue_methods,
};
