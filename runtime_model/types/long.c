/* int and bool: 30-bit digits, the sign in ob_size, and -5..256 made once for each runtime.
 *
 * There is no free list: blocks go back to the allocator. One digit is always part of the size.
 */
#include "core_int.h"

/* What 3.11 starts its singletons with, so that no ordinary error brings them to zero. */
enum { SMALL_COUNT = 999999999 };

int rm_long_start(rm_runtime *rt)
{
    for (int i = 0; i < RM_SMALL_INTS; i++) {
        int value = i + RM_SMALL_MIN;
        PyLongObject *op = &rt->small_ints[i];

        Py_SET_TYPE(op, &PyLong_Type);
        Py_SET_REFCNT(op, SMALL_COUNT);
        Py_SET_SIZE(op, value < 0 ? -1 : value > 0);
        op->ob_digit[0] = (digit)Py_ABS(value);
        rm_immortalize(rt, (PyObject *)op);
    }
    return 0;
}

PyLongObject *_PyLong_New(Py_ssize_t digits)
{
    PyLongObject *op;

    if (digits > (PY_SSIZE_T_MAX - 64) / (Py_ssize_t)sizeof(digit)) {
        PyErr_SetString(PyExc_OverflowError, "too many digits in integer");
        return NULL;
    }
    op = rm_malloc(rm_now->alloc, RM_DOMAIN_OBJ,
                   offsetof(PyLongObject, ob_digit) + sizeof(digit) * (size_t)Py_MAX(digits, 1));
    if (RM_UNLIKELY(op == NULL))
        return (PyLongObject *)PyErr_NoMemory();
    Py_SET_SIZE(op, digits);
    rm_object_start((PyObject *)op, &PyLong_Type);
    return op;
}

static PyObject *from_magnitude(uint64_t magnitude, bool negative)
{
    Py_ssize_t digits = 1;
    PyLongObject *op;

    for (uint64_t rest = magnitude >> PyLong_SHIFT; rest != 0; rest >>= PyLong_SHIFT)
        digits++;
    op = _PyLong_New(digits);
    if (RM_UNLIKELY(op == NULL))
        return NULL;
    for (Py_ssize_t i = 0; i < digits; i++, magnitude >>= PyLong_SHIFT)
        op->ob_digit[i] = (digit)(magnitude & PyLong_MASK);
    if (negative)
        Py_SET_SIZE(op, -digits);
    return (PyObject *)op;
}

PyObject *PyLong_FromLongLong(long long value)
{
    if (value >= RM_SMALL_MIN && value <= RM_SMALL_MAX_INT)
        return Py_NewRef(&rm_now->small_ints[value - RM_SMALL_MIN]);
    return from_magnitude(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0);
}

PyObject *PyLong_FromUnsignedLongLong(unsigned long long value)
{
    if (value <= RM_SMALL_MAX_INT)
        return Py_NewRef(&rm_now->small_ints[value - RM_SMALL_MIN]);
    return from_magnitude(value, false);
}

PyObject *PyLong_FromLong(long value)
{
    return PyLong_FromLongLong(value);
}

PyObject *PyLong_FromUnsignedLong(unsigned long value)
{
    return PyLong_FromUnsignedLongLong(value);
}

PyObject *PyLong_FromSsize_t(Py_ssize_t value)
{
    return PyLong_FromLongLong(value);
}

PyObject *PyLong_FromSize_t(size_t value)
{
    return PyLong_FromUnsignedLongLong(value);
}

PyObject *PyLong_FromVoidPtr(void *p)
{
    return PyLong_FromUnsignedLongLong((uintptr_t)p);
}

/* ---- reading */

/* False: the magnitude needs more than 64 bits. */
static bool magnitude_of(PyObject *op, uint64_t *out)
{
    const PyLongObject *v = (PyLongObject *)op;
    Py_ssize_t digits = Py_ABS(Py_SIZE(op));

    *out = 0;
    for (Py_ssize_t i = digits; i-- > 0;) {
        if (*out >> (64 - PyLong_SHIFT) != 0)
            return false;
        *out = *out << PyLong_SHIFT | v->ob_digit[i];
    }
    return true;
}

long PyLong_AsLongAndOverflow(PyObject *op, int *overflow)
{
    uint64_t magnitude;
    bool negative;

    *overflow = 0;
    if (op == NULL || !PyLong_Check(op)) {
        PyErr_Format(PyExc_TypeError, "an integer is required (got type %.200s)",
                     op != NULL ? Py_TYPE(op)->tp_name : "NULL");
        return -1;
    }
    negative = Py_SIZE(op) < 0;
    if (!magnitude_of(op, &magnitude) || magnitude > (uint64_t)LONG_MAX + negative) {
        *overflow = negative ? -1 : 1;
        return -1;
    }
    return (long)(negative ? 0 - magnitude : magnitude);
}

long PyLong_AsLong(PyObject *op)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(op, &overflow);

    if (overflow)
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C long");
    return value;
}

long long PyLong_AsLongLong(PyObject *op)
{
    return PyLong_AsLong(op);
}

Py_ssize_t PyLong_AsSsize_t(PyObject *op)
{
    return PyLong_AsLong(op);
}

void *PyLong_AsVoidPtr(PyObject *op)
{
    uint64_t magnitude = 0;

    if (!PyLong_Check(op) || !magnitude_of(op, &magnitude)) {
        PyErr_SetString(PyExc_TypeError, "an integer that fits a pointer is required");
        return NULL;
    }
    return (void *)(uintptr_t)(Py_SIZE(op) < 0 ? 0 - magnitude : magnitude);
}

/* ---- slots */

/* Modulo the prime 2**61 - 1, as every number type hashes. */
static Py_hash_t long_hash(PyObject *op)
{
    const uint64_t modulus = ((uint64_t)1 << 61) - 1;
    Py_ssize_t digits = Py_ABS(Py_SIZE(op));
    uint64_t x = 0;

    for (Py_ssize_t i = digits; i-- > 0;) {
        x = (x << PyLong_SHIFT & modulus) | x >> (61 - PyLong_SHIFT);
        x += ((PyLongObject *)op)->ob_digit[i];
        if (x >= modulus)
            x -= modulus;
    }
    if (Py_SIZE(op) < 0)
        x = 0 - x;
    return (Py_hash_t)x == -1 ? -2 : (Py_hash_t)x;
}

static int compare(PyObject *a, PyObject *b)
{
    const digit *x = ((PyLongObject *)a)->ob_digit, *y = ((PyLongObject *)b)->ob_digit;
    int sign = Py_SIZE(a) < 0 ? -1 : 1;

    if (Py_SIZE(a) != Py_SIZE(b))
        return Py_SIZE(a) < Py_SIZE(b) ? -1 : 1;
    for (Py_ssize_t i = Py_ABS(Py_SIZE(a)); i-- > 0;)
        if (x[i] != y[i])
            return x[i] < y[i] ? -sign : sign;
    return 0;
}

static PyObject *long_richcompare(PyObject *a, PyObject *b, int op)
{
    int order;

    if (!PyLong_Check(a) || !PyLong_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    order = compare(a, b);
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

static int long_bool(PyObject *op)
{
    return Py_SIZE(op) != 0;
}

/* Arithmetic of what fits a C long; results in range are the cached ones. */
static PyObject *long_arithmetic(PyObject *a, PyObject *b,
                                 bool (*combine)(long, long, long *))
{
    int over_a, over_b;
    long x, y, result;

    if (!PyLong_Check(a) || !PyLong_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    x = PyLong_AsLongAndOverflow(a, &over_a);
    y = PyLong_AsLongAndOverflow(b, &over_b);
    if (over_a || over_b || combine(x, y, &result)) {
        PyErr_SetString(PyExc_OverflowError, "the model computes with C longs only");
        return NULL;
    }
    return PyLong_FromLong(result);
}

static bool add(long x, long y, long *out) { return __builtin_add_overflow(x, y, out); }
static bool sub(long x, long y, long *out) { return __builtin_sub_overflow(x, y, out); }
static bool mul(long x, long y, long *out) { return __builtin_mul_overflow(x, y, out); }

static PyObject *long_add(PyObject *a, PyObject *b) { return long_arithmetic(a, b, add); }
static PyObject *long_sub(PyObject *a, PyObject *b) { return long_arithmetic(a, b, sub); }
static PyObject *long_mul(PyObject *a, PyObject *b) { return long_arithmetic(a, b, mul); }

static PyNumberMethods long_as_number = {
    .nb_add = long_add, .nb_subtract = long_sub, .nb_multiply = long_mul, .nb_bool = long_bool};

PyTypeObject PyLong_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "int",
    .tp_basicsize = offsetof(PyLongObject, ob_digit),
    .tp_itemsize = sizeof(digit),
    .tp_as_number = &long_as_number,
    .tp_hash = long_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LONG_SUBCLASS,
    .tp_richcompare = long_richcompare,
    .tp_free = PyObject_Free,
};

/* ---- bool */

PyObject *PyBool_FromLong(long value)
{
    return Py_NewRef(value ? Py_True : Py_False);
}

static void bool_dealloc(PyObject *op)
{
    (void)op;
    Py_FatalError("deallocating True or False");
}

PyTypeObject PyBool_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bool",
    .tp_basicsize = sizeof(PyLongObject),
    .tp_dealloc = bool_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_base = &PyLong_Type,
};

PyLongObject _Py_FalseStruct = {PyVarObject_HEAD_INIT(&PyBool_Type, 0) {0}};
PyLongObject _Py_TrueStruct = {PyVarObject_HEAD_INIT(&PyBool_Type, 1) {1}};
