/* Functions of other files: the unit releases what they return, so it is new; a name says it too.
 * Where the unit is of two minds, or the object goes on to a function nobody knows, nothing is said. */
#include <Python.h>

PyObject *encode_item(PyObject *item);      /* released below: new */
PyObject *find_item(PyObject *item);        /* retained below: borrowed */
PyObject *widget_new(int kind);             /* by its name */
PyObject *renewed(PyObject *item);          /* not by its name: nobody knows */
void show(PyObject *item);

static PyObject *released(PyObject *self, PyObject *arg)
{
    PyObject *item = encode_item(arg);
    Py_ssize_t n;
    if (item == NULL)
        return NULL;
    n = PyObject_Size(item);
    Py_DECREF(item);
    if (n < 0)
        return NULL;
    return PyLong_FromSsize_t(n);
}

static PyObject *not_released(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0), *item = NULL;
    if (list == NULL)
        return NULL;
    item = encode_item(arg);
    if (item == NULL || PyList_Append(list, item) < 0) {
        Py_DECREF(list);
        Py_XDECREF(item);
        return NULL;
    }
    return list;                                        // expect: RW102 'item' leaks
}

static PyObject *looked_up(PyObject *self, PyObject *arg)
{
    PyObject *item = find_item(arg);
    Py_XINCREF(item);
    return item;
}

static PyObject *looked_up_only(PyObject *self, PyObject *arg)
{
    PyObject *item = find_item(arg);
    return PyBool_FromLong(item != NULL && PyCallable_Check(item));
}

static PyObject *named(PyObject *self, PyObject *arg)
{
    PyObject *widget = widget_new(3);
    if (widget == NULL)
        return NULL;
    if (PyObject_SetAttrString(arg, "widget", widget) < 0)
        return NULL;                                    // expect: RW101 'widget' leaks
    Py_DECREF(widget);
    Py_RETURN_NONE;
}

static PyObject *shown(PyObject *self, PyObject *arg)
{
    PyObject *widget = widget_new(3);
    if (widget == NULL)
        return NULL;
    show(widget);
    Py_RETURN_NONE;
}

static PyObject *not_named(PyObject *self, PyObject *arg)
{
    PyObject *item = renewed(arg);
    if (item == NULL)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"released", released, METH_O, NULL},       {"not_released", not_released, METH_O, NULL},
    {"looked_up", looked_up, METH_O, NULL},     {"looked_up_only", looked_up_only, METH_O, NULL},
    {"named", named, METH_O, NULL},             {"shown", shown, METH_O, NULL},
    {"not_named", not_named, METH_O, NULL},     {NULL, NULL, 0, NULL},
};
