/* Formats that do not fit what is passed with them. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>

/* eight bytes are written into four */
static PyObject *size_into_int(PyObject *self, PyObject *args)
{
    int size;

    if (!PyArg_ParseTuple(args, "n", &size)) // expect: RW601 argument 3 is 'int *', 'n' takes 'Py_ssize_t *'
        return NULL;
    return PyLong_FromLong(size);
}

/* four into one: the truth of an object is an int */
static PyObject *truth_into_bool(PyObject *self, PyObject *args)
{
    bool verbose = false;
    char kind;

    if (!PyArg_ParseTuple(args, "bp", &kind, &verbose)) // expect: RW601 argument 4 is '_Bool *', 'p' takes 'int *'
        return NULL;
    return PyBool_FromLong(verbose && kind);
}

/* the length of a text is a Py_ssize_t where PY_SSIZE_T_CLEAN is defined */
static PyObject *int_for_a_length(PyObject *self, PyObject *args)
{
    const char *text;
    int len;

    if (!PyArg_ParseTuple(args, "s#", &text, &len)) // expect: RW601 argument 4 is 'int *', 's#' takes 'Py_ssize_t *'
        return NULL;
    return PyBytes_FromStringAndSize(text, len);
}

/* the array instead of the address of a pointer */
static PyObject *array_for_a_text(PyObject *self, PyObject *args)
{
    char name[64];

    if (!PyArg_ParseTuple(args, "s", name)) // expect: RW601 argument 3 is 'char *', 's' takes 'const char **'
        return NULL;
    return PyUnicode_FromString(name);
}

/* the ampersand is missing */
static PyObject *object_instead_of_its_address(PyObject *self, PyObject *args)
{
    PyObject *item = NULL;
    int index = 0;

    if (!PyArg_ParseTuple(args, "Oi", item, index)) // expect: RW601 argument 3 is 'PyObject *', 'O' takes 'PyObject **'
        return NULL;
    return PyLong_FromLong(index);
}

/* O! wants the type before the variable */
static PyObject *type_is_missing(PyObject *self, PyObject *args)
{
    PyObject *list;

    if (!PyArg_ParseTuple(args, "O!", &list)) // expect: RW601 argument 3 is 'PyObject **', 'O!' takes 'PyTypeObject *'
        return NULL;
    return PyLong_FromSsize_t(PyList_GET_SIZE(list));
}

/* a unit was added, its variable was not */
static PyObject *variable_is_missing(PyObject *self, PyObject *args)
{
    int first, second;

    if (!PyArg_ParseTuple(args, "ii|i:triple", &first, &second)) // expect: RW601 nothing is passed for 'i'
        return NULL;
    return PyLong_FromLong(first + second);
}

/* and the other way round */
static PyObject *unit_is_missing(PyObject *self, PyObject *args)
{
    double x, y, z;

    if (!PyArg_ParseTuple(args, "dd", &x, &y, &z)) // expect: RW601 argument 5 is passed, the format has no unit for it
        return NULL;
    return PyFloat_FromDouble(x + y);
}

/* the list of names has one too few */
static PyObject *short_list(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"first", NULL};
    int first, second = 0;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "i|i", names, &first, &second)) // expect: RW601 the format has 2 units, the list of keyword names 1
        return NULL;
    return PyLong_FromLong(first + second);
}

/* the list has no end */
static char *endless[] = {"first", "second"};

static PyObject *list_without_end(PyObject *self, PyObject *args, PyObject *kwargs)
{
    int first, second;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ii", endless, &first, &second)) // expect: RW601 has no NULL at its end
        return NULL;
    return PyLong_FromLong(first + second);
}

/* a format that does not exist */
static PyObject *unknown_unit(PyObject *self, PyObject *args)
{
    PyObject *callback;

    if (!PyArg_ParseTuple(args, "Q", &callback)) // expect: RW601 'Q' is no unit of this format
        return NULL;
    return Py_NewRef(callback);
}

/* a struct member of the wrong width */
typedef struct {
    PyObject_HEAD
    short port;
    float scale;
} channel;

static int channel_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    channel *self = (channel *)op;

    if (!PyArg_ParseTuple(args, "i", &self->port)) // expect: RW601 argument 3 is 'short *', 'i' takes 'int *'
        return -1;
    return PyArg_ParseTuple(args, "d", &self->scale) ? 0 : -1; // expect: RW601 argument 3 is 'float *', 'd' takes 'double *'
}

/* values: an object where a text is printed */
static PyObject *object_as_text(PyObject *self, PyObject *arg)
{
    return PyErr_Format(PyExc_KeyError, "no item %s", arg); // expect: RW601 argument 3 is 'PyObject *', '%s' takes 'const char *'
}

/* values: a number where an object is taken */
static PyObject *number_as_object(PyObject *self, PyObject *arg)
{
    int n = (int)PyObject_Size(arg);

    if (n < 0)
        return NULL;
    return PyObject_CallFunction(arg, "O", n); // expect: RW601 argument 3 is 'int', 'O' takes 'PyObject *'
}

/* values: half of the bytes */
static PyObject *half_of_a_size(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PyObject_Size(arg);

    if (n < 0)
        return NULL;
    return Py_BuildValue("(ii)", 1, n); // expect: RW601 argument 3 is 'Py_ssize_t', 'i' takes 'int'
}

/* values: twice as many as there are */
static PyObject *int_as_a_size(PyObject *self, PyObject *arg)
{
    int n = (int)PyObject_Size(arg);

    if (n < 0)
        return NULL;
    return PyObject_CallMethod(arg, "resize", "n", n); // expect: RW601 argument 4 is 'int', 'n' takes 'Py_ssize_t'
}

/* values: this formatter has no floating point */
static PyObject *floating_point(PyObject *self, PyObject *arg)
{
    return PyUnicode_FromFormat("%.2f", PyFloat_AsDouble(arg)); // expect: RW601 '%f' is no unit of this format
}

static PyMethodDef methods[] = {
    {"size_into_int", size_into_int, METH_VARARGS, NULL},
    {"truth_into_bool", truth_into_bool, METH_VARARGS, NULL},
    {"int_for_a_length", int_for_a_length, METH_VARARGS, NULL},
    {"array_for_a_text", array_for_a_text, METH_VARARGS, NULL},
    {"object_instead_of_its_address", object_instead_of_its_address, METH_VARARGS, NULL},
    {"type_is_missing", type_is_missing, METH_VARARGS, NULL},
    {"variable_is_missing", variable_is_missing, METH_VARARGS, NULL},
    {"unit_is_missing", unit_is_missing, METH_VARARGS, NULL},
    {"short_list", (PyCFunction)(void (*)(void))short_list, METH_VARARGS | METH_KEYWORDS, NULL},
    {"list_without_end", (PyCFunction)(void (*)(void))list_without_end, METH_VARARGS | METH_KEYWORDS, NULL},
    {"unknown_unit", unknown_unit, METH_VARARGS, NULL},
    {"object_as_text", object_as_text, METH_O, NULL},
    {"number_as_object", number_as_object, METH_O, NULL},
    {"half_of_a_size", half_of_a_size, METH_O, NULL},
    {"int_as_a_size", int_as_a_size, METH_O, NULL},
    {"floating_point", floating_point, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

PyTypeObject channel_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "bad.Channel",
    .tp_basicsize = sizeof(channel),
    .tp_init = channel_init,
    .tp_methods = methods,
};
