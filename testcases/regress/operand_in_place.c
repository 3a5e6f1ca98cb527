/* A helper that makes the reference in its caller's variable an owned one, in place. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static int own_operand(PyObject **op)
{
    if (PyObject_HasAttrString(*op, "wrapped")) {
        PyObject *wrapped = PyObject_GetAttrString(*op, "wrapped");
        if (wrapped == NULL)
            return -1;
        *op = wrapped;
        return 0;
    }
    Py_INCREF(*op);
    return 0;
}

static PyObject *add(PyObject *self, PyObject *args)
{
    PyObject *left, *right;
    if (!PyArg_ParseTuple(args, "OO", &left, &right))
        return NULL;
    if (own_operand(&left) < 0)
        return NULL;
    if (own_operand(&right) < 0) {
        Py_DECREF(left);
        return NULL;
    }
    PyObject *result = PyNumber_Add(left, right);
    Py_DECREF(left);
    Py_DECREF(right);
    return result;
}

/* The reference is the result's. */
static PyObject *take_field(PyObject **field)
{
    PyObject *held = *field;
    Py_XINCREF(held);
    return held;
}

typedef struct {
    PyObject_HEAD
    PyObject *value;
} Box;

static PyObject *text_of(PyObject *self, PyObject *unused)
{
    PyObject *value = take_field(&((Box *)self)->value);
    if (value == NULL)
        Py_RETURN_NONE;
    PyObject *text = PyObject_Str(value);
    Py_DECREF(value);
    return text;
}

static PyObject *get_value(PyObject *self, PyObject *unused)
{
    return take_field(&((Box *)self)->value);
}

/* Made once, on demand. */
static int need_text(PyObject **text)
{
    if (*text == NULL)
        *text = PyUnicode_FromString(".");
    return *text == NULL ? -1 : 0;
}

static PyObject *dots(PyObject *self, PyObject *arg)
{
    PyObject *dot = NULL, *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < 3; i++)
        if (need_text(&dot) < 0 || PyList_Append(list, dot) < 0) {
            Py_CLEAR(list);
            break;
        }
    Py_XDECREF(dot);
    return list;
}

/* What it stores is its callers' gift. */
typedef struct {
    PyObject_HEAD
    PyObject *key;
} Entry;

static inline void fill_entry(Entry *entry, PyObject *key)
{
    entry->key = key;
}

static void entry_dealloc(PyObject *self)
{
    Py_XDECREF(((Entry *)self)->key);
    Py_TYPE(self)->tp_free(self);
}

static PyTypeObject Entry_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "regress.Entry",
    .tp_basicsize = sizeof(Entry),
    .tp_dealloc = entry_dealloc,
};

static PyObject *entry_of(PyObject *self, PyObject *key)
{
    Entry *entry = PyObject_New(Entry, &Entry_Type);
    if (entry == NULL)
        return NULL;
    Py_INCREF(key);
    fill_entry(entry, key);
    return (PyObject *)entry;
}

static PyMethodDef methods[] = {
    {"add", add, METH_VARARGS, NULL},
    {"text_of", text_of, METH_NOARGS, NULL},
    {"get_value", get_value, METH_NOARGS, NULL},
    {"dots", dots, METH_NOARGS, NULL},
    {"entry_of", entry_of, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
