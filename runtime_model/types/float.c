/* float: one double; its free list is a hundred long. */
#include "long_int.h"

#include <ctype.h>

#include "freelist.h"

PyObject *PyFloat_FromDouble(double value)
{
    rm_runtime *rt = rm_now;
    PyFloatObject *op = (PyFloatObject *)rm_free_list_take(&rt->free_lists[RM_FREE_FLOAT]);

    if (RM_UNLIKELY(op == NULL)) {
        op = rm_malloc(rt->alloc, RM_DOMAIN_OBJ, sizeof *op);
        if (op == NULL)
            return PyErr_NoMemory();
        rm_object_start((PyObject *)op, &PyFloat_Type);
    }
    op->ob_fval = value;
    return (PyObject *)op;
}

static void float_dealloc(PyObject *op)
{
    if (!PyFloat_CheckExact(op))
        Py_TYPE(op)->tp_free(op);
    else if (!rm_free_list_give(&rm_now->free_lists[RM_FREE_FLOAT], op))
        PyObject_Free(op);
}

static double from_slot(PyObject *op, unaryfunc convert)
{
    PyObject *f = convert(op);
    double value = -1.0;

    if (f == NULL)
        return -1.0;
    if (PyFloat_Check(f))
        value = PyFloat_AS_DOUBLE(f);
    else
        PyErr_Format(PyExc_TypeError, "%.50s.__float__ returned non-float (type %.50s)",
                     Py_TYPE(op)->tp_name, Py_TYPE(f)->tp_name);
    Py_DECREF(f);
    return value;
}

static double from_index(PyObject *op)
{
    PyObject *i = rm_long_index(op);
    double value = i != NULL ? PyLong_AsDouble(i) : -1.0;

    Py_XDECREF(i);
    return value;
}

double PyFloat_AsDouble(PyObject *op)
{
    PyNumberMethods *number;

    if (op == NULL) {
        PyErr_BadArgument();
        return -1.0;
    }
    if (PyFloat_Check(op))
        return PyFloat_AS_DOUBLE(op);
    number = Py_TYPE(op)->tp_as_number;
    if (number != NULL && number->nb_float != NULL)
        return from_slot(op, number->nb_float);
    if (number != NULL && number->nb_index != NULL)
        return from_index(op);
    PyErr_Format(PyExc_TypeError, "must be real number, not %.50s", Py_TYPE(op)->tp_name);
    return -1.0;
}

/* ---- text */

static PyObject *bad_text(PyObject *op)
{
    return PyErr_Format(PyExc_ValueError, "could not convert string to float: %R", op);
}

/* The text without the underscores between its digits. False: one stands elsewhere. */
static bool without_underscores(char *out, const char *s, Py_ssize_t size)
{
    for (Py_ssize_t i = 0; i < size; i++) {
        if (s[i] != '_')
            *out++ = s[i];
        else if (i == 0 || !isdigit((unsigned char)s[i - 1]) || !isdigit((unsigned char)s[i + 1]))
            return false;
    }
    *out = '\0';
    return true;
}

/* Decimal, inf or nan, with spaces around; C's hexadecimal form is not a float here. */
static bool read_double(const char *s, double *value)
{
    char *stop;

    while (isspace((unsigned char)*s))
        s++;
    *value = strtod(s, &stop);
    if (stop == s || strpbrk(s, "xX(") != NULL)
        return false;
    while (isspace((unsigned char)*stop))
        stop++;
    return *stop == '\0';
}

static PyObject *from_text(PyObject *op, const char *s, Py_ssize_t size)
{
    char *copy = PyMem_Malloc((size_t)size + 1);
    double value;
    bool good;

    if (copy == NULL)
        return PyErr_NoMemory();
    good = strlen(s) == (size_t)size && without_underscores(copy, s, size) && read_double(copy, &value);
    PyMem_Free(copy);
    return good ? PyFloat_FromDouble(value) : bad_text(op);
}

PyObject *PyFloat_FromString(PyObject *op)
{
    const char *s;
    Py_ssize_t size;

    if (PyBytes_Check(op))
        return from_text(op, PyBytes_AS_STRING(op), PyBytes_GET_SIZE(op));
    if (!PyUnicode_Check(op))
        return PyErr_Format(PyExc_TypeError,
                            "float() argument must be a string or a real number, not '%.200s'",
                            Py_TYPE(op)->tp_name);
    s = PyUnicode_AsUTF8AndSize(op, &size);
    return s != NULL ? from_text(op, s, size) : NULL;
}

static PyObject *float_repr(PyObject *op)
{
    double value = PyFloat_AS_DOUBLE(op);
    char text[40];

    if (isnan(value) || isinf(value))
        return PyUnicode_FromString(isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    rm_double_repr(text, sizeof text, value);
    if (strpbrk(text, ".e") == NULL)
        strcat(text, ".0");
    return PyUnicode_FromString(text);
}

/* ---- hash and comparison */

/* A whole number hashes as the int it equals. */
Py_hash_t _Py_HashDouble(PyObject *op, double value)
{
    const uint64_t modulus = ((uint64_t)1 << 61) - 1;
    double mantissa;
    uint64_t x = 0;
    int exponent;

    if (isnan(value))
        return _Py_HashPointer(op);
    if (isinf(value))
        return value > 0 ? 314159 : -314159;
    mantissa = frexp(fabs(value), &exponent);
    while (mantissa != 0) {
        uint64_t digits;

        x = (x << 28 & modulus) | x >> 33;
        mantissa *= 268435456.0;
        exponent -= 28;
        digits = (uint64_t)mantissa;
        mantissa -= (double)digits;
        x += digits;
        if (x >= modulus)
            x -= modulus;
    }
    exponent = exponent >= 0 ? exponent % 61 : 60 - (-1 - exponent) % 61;
    x = (x << exponent & modulus) | x >> (61 - exponent);
    if (value < 0)
        x = (uint64_t)-(int64_t)x;
    return (Py_hash_t)x == -1 ? -2 : (Py_hash_t)x;
}

static Py_hash_t float_hash(PyObject *op)
{
    return _Py_HashDouble(op, PyFloat_AS_DOUBLE(op));
}

/* An int is compared exactly: as a double it may be rounded, or be too large for one. */
static int compare_int(double x, PyObject *b)
{
    PyObject *whole;
    int order;

    if (isinf(x))
        return x > 0 ? 1 : -1;
    whole = PyLong_FromDouble(floor(x));
    if (whole == NULL)
        return -2;
    order = rm_long_compare(whole, b);
    Py_DECREF(whole);
    return order == 0 && x > floor(x) ? 1 : order;
}

static PyObject *float_richcompare(PyObject *a, PyObject *b, int op)
{
    double x = PyFloat_AS_DOUBLE(a);
    int order;

    if (PyFloat_Check(b))
        Py_RETURN_RICHCOMPARE(x, PyFloat_AS_DOUBLE(b), op);
    if (!PyLong_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    if (isnan(x))
        return PyBool_FromLong(op == Py_NE);
    order = compare_int(x, b);
    if (order == -2)
        return NULL;
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

static int float_bool(PyObject *op)
{
    return PyFloat_AS_DOUBLE(op) != 0.0;
}

/* ---- arithmetic */

/* 1: both are numbers; 0: one is not; -1: an exception is set. */
static int both(PyObject *a, PyObject *b, double *x, double *y)
{
    if (!(PyFloat_Check(a) || PyLong_Check(a)) || !(PyFloat_Check(b) || PyLong_Check(b)))
        return 0;
    *x = PyFloat_AsDouble(a);
    if (*x == -1.0 && PyErr_Occurred())
        return -1;
    *y = PyFloat_AsDouble(b);
    return *y == -1.0 && PyErr_Occurred() ? -1 : 1;
}

static PyObject *no_division(const char *message)
{
    PyErr_SetString(PyExc_ZeroDivisionError, message);
    return NULL;
}

static PyObject *quotient(double x, double y)
{
    return y != 0.0 ? PyFloat_FromDouble(x / y) : no_division("float division by zero");
}

/* The remainder has the divisor's sign. */
static double remainder_of(double x, double y)
{
    double rest = fmod(x, y);

    if (rest == 0.0)
        return copysign(0.0, y);
    return (y < 0) != (rest < 0) ? rest + y : rest;
}

static PyObject *modulo(double x, double y)
{
    return y != 0.0 ? PyFloat_FromDouble(remainder_of(x, y)) : no_division("float modulo");
}

static PyObject *floored(double x, double y)
{
    double rest, q;

    if (y == 0.0)
        return no_division("float floor division by zero");
    rest = remainder_of(x, y);
    q = (x - rest) / y;
    if (q == 0.0)
        return PyFloat_FromDouble(copysign(0.0, x / y));
    return PyFloat_FromDouble(q - floor(q) > 0.5 ? floor(q) + 1.0 : floor(q));
}

static PyObject *sum(double x, double y) { return PyFloat_FromDouble(x + y); }
static PyObject *difference(double x, double y) { return PyFloat_FromDouble(x - y); }
static PyObject *product(double x, double y) { return PyFloat_FromDouble(x * y); }

#define FLOAT_OPERATION(name, compute)                                \
    static PyObject *name(PyObject *a, PyObject *b)                   \
    {                                                                 \
        double x, y;                                                  \
        int rc = both(a, b, &x, &y);                                  \
                                                                      \
        if (rc == 0)                                                  \
            Py_RETURN_NOTIMPLEMENTED;                                 \
        return rc < 0 ? NULL : compute(x, y);                         \
    }
FLOAT_OPERATION(float_add, sum)
FLOAT_OPERATION(float_sub, difference)
FLOAT_OPERATION(float_mul, product)
FLOAT_OPERATION(float_div, quotient)
FLOAT_OPERATION(float_rem, modulo)
FLOAT_OPERATION(float_floor_div, floored)

/* As what errno says. */
static PyObject *out_of_range(void)
{
    PyObject *number = PyLong_FromLong(ERANGE), *text = PyUnicode_FromString(strerror(ERANGE)),
             *both = text != NULL ? PyTuple_Pack(2, number, text) : NULL;

    if (both != NULL)
        PyErr_SetObject(PyExc_OverflowError, both);
    Py_DECREF(number);
    Py_XDECREF(text);
    Py_XDECREF(both);
    return NULL;
}

/* Of a negative number: length**y, turned by y half circles. */
static PyObject *complex_power(double length, double y)
{
    const double half = acos(-1.0);
    double r = pow(length, y);

    if (isinf(r))
        return PyErr_Format(PyExc_OverflowError, "complex exponentiation");
    return PyComplex_FromDoubles(r * cos(half * y), r * sin(half * y));
}

static PyObject *float_power(PyObject *a, PyObject *b, PyObject *modulo)
{
    double x, y, result;
    int rc = both(a, b, &x, &y);

    if (rc == 0 || modulo != Py_None)
        Py_RETURN_NOTIMPLEMENTED;
    if (rc < 0)
        return NULL;
    if (x == 0.0 && y < 0.0)
        return no_division("0.0 cannot be raised to a negative power");
    if (x < 0.0 && isfinite(x) && isfinite(y) && y != floor(y))
        return complex_power(-x, y);
    result = pow(x, y);
    if (isinf(result) && isfinite(x) && isfinite(y))
        return out_of_range();
    return PyFloat_FromDouble(result);
}

static PyObject *float_negative(PyObject *op)
{
    return PyFloat_FromDouble(-PyFloat_AS_DOUBLE(op));
}

static PyObject *float_absolute(PyObject *op)
{
    return PyFloat_FromDouble(fabs(PyFloat_AS_DOUBLE(op)));
}

static PyObject *float_int(PyObject *op)
{
    return PyLong_FromDouble(PyFloat_AS_DOUBLE(op));
}

static PyObject *float_float(PyObject *op)
{
    return PyFloat_CheckExact(op) ? Py_NewRef(op) : PyFloat_FromDouble(PyFloat_AS_DOUBLE(op));
}

static PyNumberMethods float_as_number = {
    .nb_add = float_add,
    .nb_subtract = float_sub,
    .nb_multiply = float_mul,
    .nb_remainder = float_rem,
    .nb_power = float_power,
    .nb_negative = float_negative,
    .nb_positive = float_float,
    .nb_absolute = float_absolute,
    .nb_bool = float_bool,
    .nb_int = float_int,
    .nb_float = float_float,
    .nb_floor_divide = float_floor_div,
    .nb_true_divide = float_div,
};

PyTypeObject PyFloat_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "float",
    .tp_basicsize = sizeof(PyFloatObject),
    .tp_dealloc = float_dealloc,
    .tp_repr = float_repr,
    .tp_as_number = &float_as_number,
    .tp_hash = float_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_richcompare = float_richcompare,
    .tp_free = PyObject_Free,
};

/* ---- as bytes */

static void put_bytes(const void *from, size_t n, char *to, int little)
{
    for (size_t i = 0; i < n; i++)
        to[i] = ((const char *)from)[little ? i : n - 1 - i];
}

int PyFloat_Pack8(double value, char *p, int little)
{
    put_bytes(&value, 8, p, little);
    return 0;
}

int PyFloat_Pack4(double value, char *p, int little)
{
    float narrow = (float)value;

    if (isinf(narrow) && !isinf(value)) {
        PyErr_SetString(PyExc_OverflowError, "float too large to pack with f format");
        return -1;
    }
    put_bytes(&narrow, 4, p, little);
    return 0;
}

double PyFloat_Unpack8(const char *p, int little)
{
    double value;

    put_bytes(p, 8, (char *)&value, little);
    return value;
}

double PyFloat_Unpack4(const char *p, int little)
{
    float value;

    put_bytes(p, 4, (char *)&value, little);
    return (double)value;
}
