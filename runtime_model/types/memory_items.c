/* Items of a buffer: one native format character each, at strides and behind suboffsets. */
#include "memory_int.h"

/* '@' is what stands for no prefix. */
static char kind_of(const char *format)
{
    if (format[0] == '@')
        format++;
    return format[0] != '\0' && format[1] == '\0' ? format[0] : '\0';
}

#define READ(c, type, make)                       \
    case c: {                                     \
        type v;                                   \
                                                  \
        memcpy(&v, at, sizeof v);                 \
        return make(v);                           \
    }

PyObject *rm_buffer_item(const char *at, const char *format)
{
    switch (kind_of(format)) {
    READ('b', signed char, PyLong_FromLong)
    READ('B', unsigned char, PyLong_FromLong)
    READ('h', short, PyLong_FromLong)
    READ('H', unsigned short, PyLong_FromLong)
    READ('i', int, PyLong_FromLong)
    READ('I', unsigned, PyLong_FromUnsignedLong)
    READ('l', long, PyLong_FromLong)
    READ('L', unsigned long, PyLong_FromUnsignedLong)
    READ('q', long long, PyLong_FromLongLong)
    READ('Q', unsigned long long, PyLong_FromUnsignedLongLong)
    READ('n', Py_ssize_t, PyLong_FromSsize_t)
    READ('N', size_t, PyLong_FromSize_t)
    READ('f', float, PyFloat_FromDouble)
    READ('d', double, PyFloat_FromDouble)
    READ('P', void *, PyLong_FromVoidPtr)
    case '?': return PyBool_FromLong(*at != 0);
    case 'c': return PyBytes_FromStringAndSize(at, 1);
    default:
        return PyErr_Format(PyExc_NotImplementedError, "memoryview: format %s not supported", format);
    }
}

static int wrong(PyObject *type, const char *what, const char *format)
{
    PyErr_Format(type, "memoryview: invalid %s for format '%s'", what, format);
    return -1;
}

static int put_float(char *at, char kind, const char *format, PyObject *value)
{
    double d = PyFloat_AsDouble(value);
    float f = (float)d;

    if (d == -1.0 && PyErr_Occurred())
        return PyErr_ExceptionMatches(PyExc_TypeError) ? wrong(PyExc_TypeError, "type", format) : -1;
    if (kind == 'f')
        memcpy(at, &f, sizeof f);
    else
        memcpy(at, &d, sizeof d);
    return 0;
}

static int put_byte(char *at, const char *format, PyObject *value)
{
    if (!PyBytes_Check(value))
        return wrong(PyExc_TypeError, "type", format);
    if (PyBytes_GET_SIZE(value) != 1)
        return wrong(PyExc_ValueError, "value", format);
    *at = PyBytes_AS_STRING(value)[0];
    return 0;
}

static int put_bool(char *at, PyObject *value)
{
    int truth = PyObject_IsTrue(value);

    if (truth < 0)
        return -1;
    *at = (char)truth;
    return 0;
}

/* Bytes of a format with a sign, negative; without, positive; 0: not an int. */
static int width_of(char kind)
{
    switch (kind) {
    case 'b': return -1;
    case 'B': return 1;
    case 'h': return -2;
    case 'H': return 2;
    case 'i': return -4;
    case 'I': return 4;
    case 'l': case 'q': case 'n': return -8;
    case 'L': case 'Q': case 'N': case 'P': return 8;
    default: return 0;
    }
}

static int put_int(char *at, int width, const char *format, PyObject *value)
{
    PyObject *index;
    long long v;
    unsigned long long u;
    int size = width < 0 ? -width : width;

    if (!PyIndex_Check(value))
        return wrong(PyExc_TypeError, "type", format);
    index = PyNumber_Index(value);
    if (index == NULL)
        return -1;
    v = width < 0 ? PyLong_AsLongLong(index) : 0;
    u = width > 0 ? PyLong_AsUnsignedLongLong(index) : (unsigned long long)v;
    Py_DECREF(index);
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_OverflowError))
        return -1;
    if (PyErr_Occurred() || (width > 0 && size < 8 && u >> (8 * size) != 0) ||
        (width < 0 && size < 8 && (v >> (8 * size - 1) != 0 && v >> (8 * size - 1) != -1)))
        return wrong(PyExc_ValueError, "value", format);
    memcpy(at, &u, (size_t)size);
    return 0;
}

int rm_buffer_put(char *at, const char *format, PyObject *value)
{
    char kind = kind_of(format);

    if (width_of(kind) != 0)
        return put_int(at, width_of(kind), format, value);
    switch (kind) {
    case 'f': case 'd': return put_float(at, kind, format, value);
    case 'c': return put_byte(at, format, value);
    case '?': return put_bool(at, value);
    default:
        PyErr_Format(PyExc_NotImplementedError, "memoryview: format %s not supported", format);
        return -1;
    }
}

char *rm_buffer_step(const Py_buffer *b, int dimension, char *at, Py_ssize_t i)
{
    at += i * b->strides[dimension];
    if (b->suboffsets != NULL && b->suboffsets[dimension] >= 0)
        at = *(char **)at + b->suboffsets[dimension];
    return at;
}

/* Counts at through all places below shape; the last index moves first, or in order F the first. */
static bool advance(const Py_buffer *b, Py_ssize_t *at, char order)
{
    for (int k = 0; k < b->ndim; k++) {
        int i = order == 'F' ? k : b->ndim - 1 - k;

        if (++at[i] < b->shape[i])
            return true;
        at[i] = 0;
    }
    return false;
}

void rm_buffer_pack(char *out, const Py_buffer *b, char order)
{
    Py_ssize_t at[PyBUF_MAX_NDIM] = {0};

    if (b->len == 0)
        return;
    do {
        memcpy(out, PyBuffer_GetPointer(b, at), (size_t)b->itemsize);
        out += b->itemsize;
    } while (advance(b, at, order));
}
