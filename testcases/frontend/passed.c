/* What is passed behind "...", and lists of keyword names. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    short port;
    char name[8];
} channel;

static const char *const names[] = {"", "second", NULL};

static int convert(PyObject *object, void *address) { return object != address; }

PyObject *parse(channel *self, PyObject *args, PyObject *kwargs)
{
    static char *open_names[] = {"first"};
    channel *other;
    Py_ssize_t size;
    float scale;
    Py_buffer view;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "nf", (char **)names, &size, &scale))
        return NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O", open_names, (PyObject *)&other))
        return NULL;
    if (!PyArg_ParseTuple(args, "O&hsy*", convert, &other, &self->port, self->name, &view))
        return NULL;
    return Py_BuildValue("(Ocds)", other, self->name[0], scale, "text", NULL);
}
