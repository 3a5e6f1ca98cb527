/* What a statement that did not parse names is out of sight; the rest of the function is not. */
#include <Python.h>

typedef struct {
    PyObject_HEAD
    missing_type *handle; // expect: RW901
} thing;

PyObject *before_the_loss(thing *self, PyObject *arg)
{
    missing_type *h = open_handle(self->handle);
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (MISSING_CONSTANT(self)) {
        PyErr_SetString(PyExc_ValueError, "closed");
        return NULL;                                         // expect: RW101 'list' leaks
    }
    for (int i = 0; i < h->count; i++)
        if (PyList_Append(list, Py_None) < 0) {
            Py_DECREF(list);
            return NULL;
        }
    return list;
}

PyObject *named_in_the_loss(thing *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    missing_type *h = keep(list);
    Py_RETURN_NONE;
}

PyObject *lost_return(thing *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (PyList_Append(list, arg) < 0) {
        Py_DECREF(list);
        return fail_with(self->handle->error, missing_name);
    }
    return list;
}

PyObject *lost_condition(thing *self, PyObject *arg)
{
    PyObject *list = self->handle->has_items ? NULL : PyList_New(0);
    if (list == missing_list)
        return NULL;
    return list;
}

/* A function whose declaration did not parse may keep what it is given. */
static void *put_below(const missing_type *task, PyObject *obj)
{
    if (task && task->parent)
        PyList_SET_ITEM(task->parent, 0, obj);
    return obj;
}

void *number_below(const missing_type *task, long n)
{
    PyObject *number = PyLong_FromLong(n);
    return put_below(task, number);
}
