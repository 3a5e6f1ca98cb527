/* Formats that fit, also where it takes a second look. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>

typedef enum { RED, GREEN } colour;

/* every kind of unit with the variable that it takes */
static PyObject *plain_units(PyObject *self, PyObject *args)
{
    unsigned char b;
    short h;
    unsigned int i;
    long l;
    long long big;
    Py_ssize_t n;
    float f;
    double d;
    int c, p;
    colour which;

    if (!PyArg_ParseTuple(args, "bhIlLnfdCpi", &b, &h, &i, &l, &big, &n, &f, &d, &c, &p, &which))
        return NULL;
    return Py_BuildValue("bhIlLnfdi", b, h, i, l, big, n, f, d, c + p + which);
}

/* types of the same width under other names */
static PyObject *other_names(PyObject *self, PyObject *args)
{
    int32_t small;
    uint64_t large;
    size_t size;

    if (!PyArg_ParseTuple(args, "iKn", &small, &large, &size))
        return NULL;
    return Py_BuildValue("iKn", small, large, size);
}

/* pointers to structs that begin like an object, and to what is not const */
typedef struct {
    PyObject_HEAD
    char *name;
    int32_t level;
} point;

static PyTypeObject point_type;

static PyObject *objects(PyObject *self, PyObject *args)
{
    point *other;
    PyListObject *list;
    PyObject *any;
    char *text;
    unsigned char *bytes;

    if (!PyArg_ParseTuple(args, "O!O!Osy", &point_type, &other, &PyList_Type, &list, &any, &text, &bytes))
        return NULL;
    return Py_BuildValue("OOsO", other, list, text, any);
}

/* members, elements, and a pointer that holds the address */
static PyObject *places(PyObject *self, PyObject *args)
{
    point *me = (point *)self;
    double matrix[4];
    int value, *to = &value;

    if (!PyArg_ParseTuple(args, "i(dddd)i", &me->level, &matrix[0], matrix + 1, &matrix[2], &matrix[3], to))
        return NULL;
    return PyFloat_FromDouble(matrix[0] * value);
}

/* the address was cast on purpose */
static PyObject *cast_address(PyObject *self, PyObject *args)
{
    point *other;
    uint32_t flags;

    if (!PyArg_ParseTuple(args, "OI", (PyObject *)&other, (void *)&flags))
        return NULL;
    return PyLong_FromUnsignedLong(flags);
}

/* a converter takes any address */
static int to_level(PyObject *object, void *address)
{
    *(int *)address = (int)PyLong_AsLong(object);
    return !PyErr_Occurred();
}

static PyObject *from_level(void *address) { return PyLong_FromLong(*(int *)address); }

static PyObject *converters(PyObject *self, PyObject *args)
{
    int level;
    PyObject *path;

    if (!PyArg_ParseTuple(args, "O&O&", to_level, &level, PyUnicode_FSConverter, &path))
        return NULL;
    Py_DECREF(path);
    return Py_BuildValue("(O&)", from_level, &level);
}

/* names, with positional-only ones, a list of its own and a tuple that counts once */
static const char *const constant_names[] = {"", "pair", "last", NULL};

static PyObject *keyword_lists(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"first", "second", NULL};
    int first, x, y, last = 0;
    PyObject *second = NULL;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "i|$O:call", names, &first, &second))
        return NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "i(ii)|i", (char **)constant_names, &first, &x, &y, &last))
        return NULL;
    return PyLong_FromLong(first + x + y + last);
}

/* buffers and lengths */
static PyObject *lengths(PyObject *self, PyObject *args)
{
    const char *text, *data;
    Py_ssize_t n, m;
    PyObject *result;
    Py_buffer view;

    if (!PyArg_ParseTuple(args, "s#y#w*", &text, &n, &data, &m, &view))
        return NULL;
    const short samples[] = {1, 2, 3};
    result = Py_BuildValue("s#y#y#", text, n, data, m, samples, (Py_ssize_t)sizeof samples);
    PyBuffer_Release(&view);
    return result;
}

/* numbers of the width that the format has, constants, and a NULL that ends the list by habit */
static PyObject *values(PyObject *self, PyObject *arg)
{
    char c = 'x';
    short s = 3;

    if (c == s)
        return PyObject_CallFunction(arg, "ii", c, s, NULL);
    if (s == 4)
        return PyErr_Format(PyExc_ValueError, "%d %ld %zd %s %R %p %c %%", s, 5L, PyObject_Size(arg), "text", arg, self, c);
    return Py_BuildValue("{s:n,s:(Od)}", "size", 0, "pair", Py_None, 1.5);
}

/* what was not given is NULL */
static PyObject *nulls(PyObject *self, PyObject *arg)
{
    return PyErr_Format(PyExc_ValueError, "%V, %.*s", arg, NULL, 3, "text");
}

/* a format that is only known later */
static PyObject *chosen_format(PyObject *self, PyObject *args)
{
    const char *format = PyTuple_GET_SIZE(args) > 1 ? "ii" : "i";
    int first, second = 0;

    if (!PyArg_ParseTuple(args, format, &first, &second))
        return NULL;
    return PyLong_FromLong(first + second);
}

/* the message behind the semicolon is no format */
static PyObject *message(PyObject *self, PyObject *args)
{
    int n;

    if (!PyArg_ParseTuple(args, "i;expected one number", &n))
        return NULL;
    return PyLong_FromLong(n);
}

static PyMethodDef methods[] = {
    {"plain_units", plain_units, METH_VARARGS, NULL},
    {"other_names", other_names, METH_VARARGS, NULL},
    {"objects", objects, METH_VARARGS, NULL},
    {"places", places, METH_VARARGS, NULL},
    {"cast_address", cast_address, METH_VARARGS, NULL},
    {"converters", converters, METH_VARARGS, NULL},
    {"keyword_lists", (PyCFunction)(void (*)(void))keyword_lists, METH_VARARGS | METH_KEYWORDS, NULL},
    {"lengths", lengths, METH_VARARGS, NULL},
    {"values", values, METH_O, NULL},
    {"nulls", nulls, METH_O, NULL},
    {"chosen_format", chosen_format, METH_VARARGS, NULL},
    {"message", message, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject point_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ok.Point",
    .tp_basicsize = sizeof(point),
    .tp_methods = methods,
};

PyTypeObject *module_type(void) { return &point_type; }
