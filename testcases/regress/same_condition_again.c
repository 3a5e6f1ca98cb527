/* A condition that is asked twice has the same answer, also behind a loop; and some have one answer only. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject *hook;
} scanner;

PyObject *scan(scanner *s, const char *text, Py_ssize_t i)
{
    PyObject *pairs = NULL;
    int has_hook = s->hook != Py_None;
    if (has_hook && (pairs = PyList_New(0)) == NULL)
        return NULL;
    while (text[i] == ' ')
        i++;
    if (s->hook == Py_None)
        return PyLong_FromSsize_t(i);
    PyObject *result = PyObject_CallOneArg(s->hook, pairs);
    Py_DECREF(pairs);
    return result;
}

PyObject *scan_other(scanner *s, scanner *other, const char *text, Py_ssize_t i)
{
    PyObject *pairs = NULL;
    int has_hook = s->hook != Py_None;
    if (has_hook && (pairs = PyList_New(0)) == NULL)
        return NULL;
    while (text[i] == ' ')
        i++;
    if (other->hook == Py_None)
        return PyLong_FromSsize_t(i);        // expect: RW102 'pairs'
    Py_XDECREF(pairs);
    return NULL;
}

/* Remainders and bits. */
PyObject *whole_bytes(Py_ssize_t bits)
{
    PyObject *list = NULL;
    if (bits % 8 == 0)
        list = PyList_New(bits / 8);
    if (bits % 8) {
        PyErr_SetString(PyExc_ValueError, "not a multiple of 8");
        return NULL;
    }
    if (list)
        PyList_SET_ITEM(list, 0, Py_NewRef(Py_None));
    return list;
}

PyObject *other_remainder(Py_ssize_t bits)
{
    PyObject *list = NULL;
    if (bits % 8 == 0)
        list = PyList_New(bits / 8);
    if (bits % 16) {
        PyErr_SetString(PyExc_ValueError, "not a multiple of 16");
        return NULL;                         // expect: RW101 'list'
    }
    return list;
}

PyObject *with_flag(int flags)
{
    PyObject *list = NULL;
    if (flags & 4)
        list = PyList_New(0);
    if (!(flags & 4))
        Py_RETURN_NONE;
    return list;
}

/* An enum that has no other value, and a number that has. */
typedef enum { UPDATE, EXTEND } operation;

int apply(operation op, PyObject *list, PyObject *key)
{
    PyObject *text = PyObject_Str(key);
    if (text == NULL)
        return -1;
    switch (op) {
    case UPDATE:
        Py_DECREF(text);
        break;
    case EXTEND: {
        int failed = PyList_Append(list, text);
        Py_DECREF(text);
        if (failed)
            return -1;
        break;
    }
    }
    return 0;
}

int apply_number(int op, PyObject *list, PyObject *key)
{
    PyObject *text = PyObject_Str(key);
    if (text == NULL)
        return -1;
    switch (op) {
    case UPDATE:
        Py_DECREF(text);
        break;
    case EXTEND: {
        int failed = PyList_Append(list, text);
        Py_DECREF(text);
        if (failed)
            return -1;
        break;
    }
    }
    return 0;                                // expect: RW102 'text'
}

/* Marks that lie where no object does. */
#define STRICT ((PyObject *)1)
#define IGNORE ((PyObject *)2)
#define IS_OBJECT(p) ((p) < STRICT || IGNORE < (p))

static PyObject *handler(const char *name)
{
    return name == NULL ? STRICT : PyUnicode_FromString(name);
}

PyObject *encode(const char *name, PyObject *text)
{
    PyObject *errors = PyUnicode_FromString(name);
    if (errors == NULL)
        return NULL;
    PyObject *result = PyUnicode_AsUTF8String(text);
    if (errors != NULL && IS_OBJECT(errors))
        Py_DECREF(errors);
    return result;
}

PyObject *encode_or_leak(const char *name, PyObject *text)
{
    PyObject *errors = PyUnicode_FromString(name);
    if (errors == NULL)
        return NULL;
    PyObject *result = PyUnicode_AsUTF8String(text);
    if (errors != handler(NULL) && result != NULL)
        Py_DECREF(errors);
    return result;                           // expect: RW101 'errors'
}

/* A pointer with a mark in its lowest bit is the object all the same. */
#define OBJECT(p) ((PyObject *)((uintptr_t)(p) & ~(uintptr_t)1))
#define MARKED(p, mark) ((void *)((uintptr_t)OBJECT(p) | (mark)))

typedef struct {
    PyObject *text;
} element;

int set_text(element *e, PyObject *text, int mark)
{
    PyObject *copy = PyObject_Str(text);
    if (copy == NULL)
        return -1;
    e->text = MARKED(copy, mark);
    return 0;
}

int look_at_text(element *e, PyObject *text)
{
    PyObject *copy = PyObject_Str(text);
    if (copy == NULL)
        return -1;
    e->text = NULL;
    return OBJECT(copy) == text;             // expect: RW102 'copy'
}
