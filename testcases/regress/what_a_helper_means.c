/* What callers know of a helper's failures and answers. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Fails only where it is called wrongly. */
static PyObject *item_of(PyObject *seq, Py_ssize_t i)
{
    return PyList_Check(seq) ? PyList_GetItem(seq, i) : PyTuple_GetItem(seq, i);
}

static PyObject *first_of_two(PyObject *self, PyObject *seq)
{
    if (PySequence_Fast_GET_SIZE(seq) != 2)
        Py_RETURN_NONE;
    PyObject *first = item_of(seq, 0);
    return PyUnicode_FromFormat("%s", Py_TYPE(first)->tp_name);
}

static PyObject *made_item(PyObject *seq, Py_ssize_t i)
{
    return PySequence_GetItem(seq, i);
}

static PyObject *first_made(PyObject *self, PyObject *seq)
{
    PyObject *first = made_item(seq, 0);
    PyObject *name = PyUnicode_FromString(Py_TYPE(first)->tp_name);  // expect: RW701 'first'
    Py_DECREF(first);
    return name;
}

/* No room is an answer, though what makes room may set an exception. */
typedef struct {
    char *data;
    size_t used, room;
} buffer;

static void empty(buffer *b)
{
    if (b->used > 10)
        PyErr_SetString(PyExc_OSError, "cannot write");
    b->used = 0;
}

static char *reserve(buffer *b, size_t n)
{
    if (n > b->room)
        return NULL;
    if (b->used + n > b->room)
        empty(b);
    return b->data + b->used;
}

void put(buffer *b, char c)
{
    char *to = reserve(b, 1);
    *to = c;
}

static char *reserve_or_raise(buffer *b, size_t n)
{
    char *to = PyMem_Malloc(n);
    if (to == NULL)
        PyErr_NoMemory();
    return to;
}

void put_or_raise(buffer *b, char c)
{
    char *to = reserve_or_raise(b, 1);
    *to = c;                                 // expect: RW701 'to'
    PyMem_Free(to);
}

/* None stands for a key that is left out, and is lent; what is made is never None. */
static PyObject *text_of(PyObject *key, int skip)
{
    if (skip)
        return Py_None;
    return PyObject_Str(key);
}

static PyObject *length_of(PyObject *self, PyObject *key)
{
    PyObject *text = text_of(key, PyFloat_Check(key));
    if (text == NULL)
        return NULL;
    if (text == Py_None)
        Py_RETURN_NONE;
    PyObject *length = PyLong_FromSsize_t(PyUnicode_GetLength(text));
    Py_DECREF(text);
    return length;
}

static PyObject *lost_length(PyObject *self, PyObject *key)
{
    PyObject *text = text_of(key, PyFloat_Check(key));
    if (text == NULL)
        return NULL;
    if (text == Py_None)
        Py_RETURN_NONE;
    return PyLong_FromSsize_t(PyUnicode_GetLength(text));  // expect: RW102 'text'
}

/* Asks for the exception that its caller left. */
static int error_code(void)
{
    if (!PyErr_Occurred())
        return 0;
    if (PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        return -3;
    }
    return -7;
}

int answered(PyObject *callback)
{
    PyObject *answer = PyObject_CallNoArgs(callback);
    int code = error_code();
    if (code) {
        Py_XDECREF(answer);
        return code;
    }
    Py_DECREF(answer);
    return 1;
}

int answered_unseen(PyObject *callback)
{
    PyObject *answer = PyObject_CallNoArgs(callback);
    int code = answer == Py_None ? error_code() : 0;
    if (code)
        return code;                         // expect: RW102 'answer'
    Py_DECREF(answer);                       // expect: RW701 'answer'
    return 1;
}

/* Releases Py_None, which is its argument, and takes its argument over otherwise. */
static int keep(PyObject *list, PyObject *item)
{
    if (item == Py_None) {
        Py_DECREF(Py_None);
        return 0;
    }
    int failed = PyList_Append(list, item);
    Py_DECREF(item);
    return failed;
}

static PyObject *kept(PyObject *self, PyObject *list)
{
    PyObject *item = PyObject_GetAttrString(list, "item");
    if (item == NULL || keep(list, item) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *kept_and_released(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_New(0);
    if (item == NULL || keep(list, item) < 0)
        return NULL;
    Py_DECREF(item);                         // expect: RW203 'item'
    Py_RETURN_NONE;
}

/* What is removed from a table of its own is the caller's; what is looked at there is not. */
typedef struct {
    PyObject *item;
    int is_set;
} slot;

static PyObject *slot_remove(slot *s)
{
    s->is_set = 0;
    return s->item;
}

static PyObject *slot_peek(slot *s)
{
    return s->is_set ? s->item : NULL;
}

void drop(slot *s)
{
    PyObject *item = slot_remove(s);
    Py_DECREF(item);
}

void drop_what_is_lent(slot *s)
{
    PyObject *item = slot_peek(s);
    if (item == NULL)
        return;
    Py_DECREF(item);                         // expect: RW204 'item'
}

/* Lends its argument to a tuple and takes it back. */
static PyObject *call_one(PyObject *callback, PyObject *arg)
{
    PyObject *args = PyTuple_New(1);
    if (args == NULL)
        return NULL;
    PyTuple_SET_ITEM(args, 0, arg);
    PyObject *result = PyObject_Call(callback, args, NULL);
    PyTuple_SET_ITEM(args, 0, NULL);
    Py_DECREF(args);
    return result;
}

static PyObject *called(PyObject *self, PyObject *arg)
{
    return call_one(self, arg);
}

/* Gives its argument to a tuple for good. */
static PyObject *call_and_give(PyObject *callback, PyObject *arg)
{
    PyObject *args = PyTuple_New(1);
    if (args == NULL)
        return NULL;                         // expect: RW101 'arg'
    PyTuple_SET_ITEM(args, 0, arg);
    PyObject *result = PyObject_Call(callback, args, NULL);
    Py_DECREF(args);
    return result;
}

static PyObject *called_and_given(PyObject *self, PyObject *arg)
{
    return call_and_give(self, arg);         // expect: RW204 'arg'
}

static PyMethodDef methods[] = {
    {"called", called, METH_O, NULL},
    {"called_and_given", called_and_given, METH_O, NULL},
    {"first_of_two", first_of_two, METH_O, NULL},
    {"first_made", first_made, METH_O, NULL},
    {"length_of", length_of, METH_O, NULL},
    {"lost_length", lost_length, METH_O, NULL},
    {"kept", kept, METH_O, NULL},
    {"kept_and_released", kept_and_released, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "helpers", NULL, -1, methods};

PyMODINIT_FUNC PyInit_helpers(void)
{
    return PyModule_Create(&module);
}
