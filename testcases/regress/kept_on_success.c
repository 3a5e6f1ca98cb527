/* Helpers that take the reference when all goes well, always, or in exchange for another. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject **items;
    Py_ssize_t size, room;
} stack;

/* Keeps the reference, unless it fails. */
static int stack_push(stack *s, PyObject *item)
{
    if (s->size == s->room) {
        PyObject **more = PyMem_Realloc(s->items, (size_t)(s->room + 8) * sizeof *more);
        if (more == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        s->items = more;
        s->room += 8;
    }
    s->items[s->size++] = item;
    return 0;
}

/* Takes the reference in any case. */
static int add_taken(PyObject *list, PyObject *item)
{
    if (item == NULL)
        return -1;
    int rc = PyList_Append(list, item);
    Py_DECREF(item);
    return rc;
}

/* Releases the list if it fails. */
static PyObject *appended(PyObject *list, PyObject *item)
{
    if (PyList_Append(list, item) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

/* *text comes in, and something else goes out. */
static int to_bytes(PyObject **text)
{
    PyObject *bytes = PyUnicode_AsUTF8String(*text);
    if (bytes == NULL)
        return -1;
    Py_DECREF(*text);
    *text = bytes;
    return 0;
}

static void append_text(PyObject **left, const char *right)
{
    if (*left == NULL)
        return;
    PyObject *joined = PyUnicode_FromFormat("%U%s", *left, right);
    Py_DECREF(*left);
    *left = joined;
}

static stack all;

static PyObject *push(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    if (stack_push(&all, text) < 0) {
        Py_DECREF(text);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *texts(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (add_taken(list, PyObject_Str(arg)) < 0 || add_taken(list, PyObject_Repr(arg)) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

static PyObject *two(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    list = appended(list, arg);
    if (list == NULL)
        return NULL;
    return appended(list, Py_None);
}

static PyObject *encoded(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    if (to_bytes(&text) < 0) {
        Py_DECREF(text);
        return NULL;
    }
    return text;
}

static PyObject *marked(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    append_text(&text, "!");
    append_text(&text, "?");
    return text;
}

/* ---- callers that mistake one kind for another */

static PyObject *push_leaking(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    if (stack_push(&all, text) < 0)
        return NULL;                         // expect: RW101 'text'
    Py_RETURN_NONE;
}

static PyObject *texts_twice(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *text = PyObject_Str(arg);
    int rc = add_taken(list, text);
    Py_XDECREF(text);                        // expect: RW203 'text'
    if (rc < 0) {
        Py_DECREF(list);
        return NULL;
    }
    return list;
}

static PyObject *two_released(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (appended(list, arg) == NULL) {
        Py_DECREF(list);                     // expect: RW203 'list'
        return NULL;
    }
    return list;
}

static PyObject *encoded_leaking(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    if (to_bytes(&text) < 0)
        return NULL;                         // expect: RW101 'text'
    return text;
}

static PyObject *marked_size(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    append_text(&text, "!");
    if (text == NULL)
        return NULL;
    return PyLong_FromSsize_t(PyUnicode_GET_LENGTH(text)); // expect: RW102 'text'
}

static PyMethodDef methods[] = {
    {"push", push, METH_O, NULL},
    {"texts", texts, METH_O, NULL},
    {"two", two, METH_O, NULL},
    {"encoded", encoded, METH_O, NULL},
    {"marked", marked, METH_O, NULL},
    {"push_leaking", push_leaking, METH_O, NULL},
    {"texts_twice", texts_twice, METH_O, NULL},
    {"two_released", two_released, METH_O, NULL},
    {"encoded_leaking", encoded_leaking, METH_O, NULL},
    {"marked_size", marked_size, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
