/* Lists of nodes and arrays: each turn of a loop meets another object. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct node {
    struct node *next;
    PyObject *key;
    PyObject *value;
} node;

typedef struct {
    PyObject_HEAD
    node *first;
    PyObject **items;
    Py_ssize_t size;
} Table;

static void table_dealloc(PyObject *op)
{
    Table *self = (Table *)op;
    node *n = self->first;
    while (n != NULL) {
        node *next = n->next;
        Py_XDECREF(n->key);
        Py_XDECREF(n->value);
        PyMem_Free(n);
        n = next;
    }
    for (Py_ssize_t i = 0; i < self->size; i++)
        Py_XDECREF(self->items[i]);
    PyMem_Free(self->items);
    Py_TYPE(op)->tp_free(op);
}

static PyObject *table_find(PyObject *op, PyObject *key)
{
    for (node *n = ((Table *)op)->first; n != NULL; n = n->next) {
        int same = PyObject_RichCompareBool(n->key, key, Py_EQ);
        if (same < 0)
            return NULL;
        if (same > 0) {
            Py_INCREF(n->value);
            return n->value;
        }
    }
    PyErr_SetObject(PyExc_KeyError, key);
    return NULL;
}

static PyObject *table_item(PyObject *op, Py_ssize_t i)
{
    Table *self = (Table *)op;
    if (i < 0 || i >= self->size) {
        PyErr_SetString(PyExc_IndexError, "index");
        return NULL;
    }
    Py_INCREF(self->items[i]);
    return self->items[i];
}

static PyObject *table_as_list(PyObject *op, PyObject *noargs)
{
    Table *self = (Table *)op;
    PyObject *list = PyList_New(self->size);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < self->size; i++) {
        PyObject *item = self->items[i];
        Py_INCREF(item);
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

static PyObject *table_add(PyObject *op, PyObject *args)
{
    Table *self = (Table *)op;
    PyObject *key, *value;
    if (!PyArg_ParseTuple(args, "OO", &key, &value))
        return NULL;
    node *n = PyMem_Malloc(sizeof *n);
    if (n == NULL)
        return PyErr_NoMemory();
    n->key = Py_NewRef(key);
    n->value = Py_NewRef(value);
    n->next = self->first;
    self->first = n;
    Py_RETURN_NONE;
}

static PyObject *table_resize(PyObject *op, PyObject *arg)
{
    Table *self = (Table *)op;
    Py_ssize_t size = PyLong_AsSsize_t(arg);
    if (size == -1 && PyErr_Occurred())
        return NULL;
    while (self->size > size) {
        PyObject *last = self->items[--self->size];
        self->items[self->size] = NULL;
        Py_XDECREF(last);
    }
    Py_RETURN_NONE;
}

/* A local array that is filled, used and emptied. */
static PyObject *concatenated(PyObject *self, PyObject *args)
{
    PyObject *parts[4] = {NULL}, *result = NULL;
    Py_ssize_t n = PyTuple_GET_SIZE(args), i;
    if (n > 4)
        n = 4;
    for (i = 0; i < n; i++) {
        parts[i] = PyObject_Str(PyTuple_GET_ITEM(args, i));
        if (parts[i] == NULL)
            goto done;
    }
    result = PyUnicode_FromFormat("%d parts", (int)n);
done:
    for (i = 0; i < n; i++)
        Py_XDECREF(parts[i]);
    return result;
}

/* ---- one reference too few or too many */

static PyObject *table_find_borrowed(PyObject *op, PyObject *key)
{
    for (node *n = ((Table *)op)->first; n != NULL; n = n->next)
        if (n->key == key)
            return n->value;                 // expect: RW301
    PyErr_SetObject(PyExc_KeyError, key);
    return NULL;
}

static PyObject *table_get(PyObject *op, PyObject *arg)
{
    Table *self = (Table *)op;
    Py_ssize_t i = PyLong_AsSsize_t(arg);
    if (i == -1 && PyErr_Occurred())
        return NULL;
    if (i < 0 || i >= self->size)
        return PyErr_Format(PyExc_IndexError, "%zd", i);
    return self->items[i];                   // expect-todo: RW301
}

/* Retained for a result that then is another one. */
static PyObject *table_first_value(PyObject *op, PyObject *noargs)
{
    node *n = ((Table *)op)->first;
    if (n == NULL)
        Py_RETURN_NONE;
    Py_INCREF(n->key);
    return n->value;                         // expect: RW301 // expect: RW102 'key'
}

static PyObject *table_scan(PyObject *op, PyObject *noargs)
{
    Py_ssize_t total = 0;
    for (node *n = ((Table *)op)->first; n != NULL; n = n->next) {
        PyObject *text = PyObject_Str(n->value);
        if (text == NULL)
            return NULL;
        if (n->key == Py_None)
            continue;
        total += PyUnicode_GET_LENGTH(text);
        Py_DECREF(text);
    }
    return PyLong_FromSsize_t(total);        // expect: RW102 'text'
}

static PyObject *table_names(PyObject *op, PyObject *noargs)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    for (node *n = ((Table *)op)->first; n != NULL; n = n->next)
        if (PyList_Append(list, n->key) < 0)
            return NULL;                     // expect: RW101 'list'
    return list;
}

static PyMethodDef table_methods[] = {
    {"find", table_find, METH_O, NULL},
    {"as_list", table_as_list, METH_NOARGS, NULL},
    {"add", table_add, METH_VARARGS, NULL},
    {"resize", table_resize, METH_O, NULL},
    {"find_borrowed", table_find_borrowed, METH_O, NULL},
    {"get", table_get, METH_O, NULL},
    {"first_value", table_first_value, METH_NOARGS, NULL},
    {"scan", table_scan, METH_NOARGS, NULL},
    {"names", table_names, METH_NOARGS, NULL},
    {"concatenated", concatenated, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PySequenceMethods table_sequence = {
    .sq_item = table_item,
};

static PyTypeObject Table_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "nodes.Table",
    .tp_basicsize = sizeof(Table),
    .tp_dealloc = table_dealloc,
    .tp_as_sequence = &table_sequence,
    .tp_methods = table_methods,
};
