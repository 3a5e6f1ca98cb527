/* A struct on the stack that a function fills in; its members belong to who called. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject *text;
    Py_ssize_t at;
} writer;

typedef struct {
    PyObject *name;  /* borrowed */
    PyObject *value; /* owned */
} field;

/* Elsewhere in the program. */
int writer_init(writer *w, PyObject *source);
int writer_add(writer *w, const char *text);

static int field_load(field *f, PyObject *pair)
{
    f->name = PyTuple_GetItem(pair, 0);
    if (f->name == NULL)
        return -1;
    f->value = PyObject_GetAttr(pair, f->name);
    return f->value == NULL ? -1 : 0;
}

static void field_clear(field *f)
{
    Py_CLEAR(f->value);
}

static PyObject *written(PyObject *self, PyObject *arg)
{
    writer w;
    if (writer_init(&w, arg) < 0)
        return NULL;
    if (writer_add(&w, "!") < 0) {
        Py_DECREF(w.text);
        return NULL;
    }
    return w.text;
}

static PyObject *field_value(PyObject *self, PyObject *arg)
{
    field f;
    if (field_load(&f, arg) < 0)
        return NULL;
    return f.value;
}

static PyObject *field_text(PyObject *self, PyObject *arg)
{
    field f = {NULL, NULL};
    PyObject *text = NULL;
    if (field_load(&f, arg) == 0)
        text = PyObject_Str(f.value);
    field_clear(&f);
    return text;
}

static PyObject *field_name(PyObject *self, PyObject *arg)
{
    field f;
    if (field_load(&f, arg) < 0)
        return NULL;
    Py_DECREF(f.value);
    return Py_NewRef(f.name);
}

/* ---- the members are forgotten, or mistaken */

static PyObject *field_size(PyObject *self, PyObject *arg)
{
    field f;
    if (field_load(&f, arg) < 0)
        return NULL;
    return PyLong_FromSsize_t(Py_SIZE(f.value)); // expect-todo: RW102
}

static PyObject *field_name_unowned(PyObject *self, PyObject *arg)
{
    field f;
    if (field_load(&f, arg) < 0)
        return NULL;
    Py_DECREF(f.value);
    return f.name;                           // expect-todo: RW301
}

static PyObject *own_struct(PyObject *self, PyObject *arg)
{
    field f;
    f.name = arg;
    f.value = PyObject_Str(arg);
    if (f.value == NULL)
        return NULL;
    int n = PyObject_IsTrue(f.name);
    if (n < 0)
        return NULL;                         // expect: RW101
    return f.value;
}

static PyMethodDef methods[] = {
    {"written", written, METH_O, NULL},
    {"field_value", field_value, METH_O, NULL},
    {"field_text", field_text, METH_O, NULL},
    {"field_name", field_name, METH_O, NULL},
    {"field_size", field_size, METH_O, NULL},
    {"field_name_unowned", field_name_unowned, METH_O, NULL},
    {"own_struct", own_struct, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
