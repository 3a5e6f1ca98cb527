/* int and bool: 30-bit digits, the sign in ob_size, and -5..256 made once for each runtime.
 *
 * From 3.12 on a tag of digits and sign stands in the place of ob_size: here only rm_long_size and
 * rm_long_set_size know which of the two it is, and Py_SIZE is not asked about an int.
 *
 * There is no free list: blocks go back to the allocator. One digit is always part of the size.
 */
#include "long_int.h"

int rm_long_start(rm_runtime *rt)
{
    for (int i = 0; i < RM_SMALL_INTS; i++) {
        int value = i + RM_SMALL_MIN;
        PyLongObject *op = &rt->small_ints[i];

        Py_SET_TYPE(op, &PyLong_Type);
        Py_SET_REFCNT(op, RM_SINGLETON_COUNT);
        rm_long_set_size(op, value < 0 ? -1 : value > 0);
        op->ob_digit[0] = (digit)Py_ABS(value);
        rm_immortalize(rt, (PyObject *)op);
    }
    rm_long_set_size(&_Py_FalseStruct, 0);
    rm_long_set_size(&_Py_TrueStruct, 1);
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
    rm_long_set_size(op, digits);
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
        rm_long_set_size(op, -digits);
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
    Py_ssize_t digits = rm_digits(op);

    *out = 0;
    for (Py_ssize_t i = digits; i-- > 0;) {
        if (*out >> (64 - PyLong_SHIFT) != 0)
            return false;
        *out = *out << PyLong_SHIFT | v->ob_digit[i];
    }
    return true;
}

PyObject *rm_long_index(PyObject *op)
{
    PyNumberMethods *number;
    PyObject *value;

    if (op == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyLong_Check(op))
        return Py_NewRef(op);
    number = Py_TYPE(op)->tp_as_number;
    if (number == NULL || number->nb_index == NULL)
        return PyErr_Format(PyExc_TypeError, "'%.200s' object cannot be interpreted as an integer",
                            Py_TYPE(op)->tp_name);
    value = number->nb_index(op);
    if (value != NULL && !PyLong_Check(value)) {
        PyErr_Format(PyExc_TypeError, "__index__ returned non-int (type %.200s)",
                     Py_TYPE(value)->tp_name);
        Py_CLEAR(value);
    }
    return value;
}

long PyLong_AsLongAndOverflow(PyObject *op, int *overflow)
{
    PyObject *value = rm_long_index(op);
    uint64_t magnitude;
    bool negative;

    *overflow = 0;
    if (value == NULL)
        return -1;
    negative = rm_long_size(value) < 0;
    if (!magnitude_of(value, &magnitude) || magnitude > (uint64_t)LONG_MAX + negative)
        *overflow = negative ? -1 : 1;
    Py_DECREF(value);
    return *overflow ? -1 : (long)(negative ? 0 - magnitude : magnitude);
}

static long as_long(PyObject *op, const char *what)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(op, &overflow);

    if (overflow)
        PyErr_Format(PyExc_OverflowError, "Python int too large to convert to C %s", what);
    return value;
}

long PyLong_AsLong(PyObject *op)
{
    return as_long(op, "long");
}

long long PyLong_AsLongLong(PyObject *op)
{
    return as_long(op, "long");
}

long long PyLong_AsLongLongAndOverflow(PyObject *op, int *overflow)
{
    return PyLong_AsLongAndOverflow(op, overflow);
}

int _PyLong_AsInt(PyObject *op)
{
    long value = as_long(op, "int");

    if (value >= INT_MIN && value <= INT_MAX)
        return (int)value;
    PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int");
    return -1;
}

/* These two and the unsigned ones take an int only, no __index__. */
static bool is_int(PyObject *op)
{
    if (op == NULL)
        PyErr_BadInternalCall();
    else if (!PyLong_Check(op))
        PyErr_SetString(PyExc_TypeError, "an integer is required");
    return op != NULL && PyLong_Check(op);
}

Py_ssize_t PyLong_AsSsize_t(PyObject *op)
{
    return is_int(op) ? as_long(op, "ssize_t") : -1;
}

static uint64_t as_unsigned(PyObject *op, const char *what)
{
    uint64_t magnitude;

    if (!is_int(op))
        return (uint64_t)-1;
    if (rm_long_size(op) < 0) {
        PyErr_SetString(PyExc_OverflowError, "can't convert negative value to unsigned int");
        return (uint64_t)-1;
    }
    if (magnitude_of(op, &magnitude))
        return magnitude;
    PyErr_Format(PyExc_OverflowError, "Python int too large to convert to C %s", what);
    return (uint64_t)-1;
}

unsigned long PyLong_AsUnsignedLong(PyObject *op)
{
    return as_unsigned(op, "unsigned long");
}

unsigned long long PyLong_AsUnsignedLongLong(PyObject *op)
{
    return as_unsigned(op, "unsigned long");
}

size_t PyLong_AsSize_t(PyObject *op)
{
    return as_unsigned(op, "size_t");
}

/* The low 64 bits of the two's complement; never an overflow. */
unsigned long long PyLong_AsUnsignedLongLongMask(PyObject *op)
{
    PyObject *value = rm_long_index(op);
    uint64_t low = 0;

    if (value == NULL)
        return (unsigned long long)-1;
    for (Py_ssize_t i = rm_digits(value); i-- > 0;)
        low = low << PyLong_SHIFT | rm_digits_of(value)[i];
    low = rm_long_size(value) < 0 ? 0 - low : low;
    Py_DECREF(value);
    return low;
}

unsigned long PyLong_AsUnsignedLongMask(PyObject *op)
{
    return PyLong_AsUnsignedLongLongMask(op);
}

void *PyLong_AsVoidPtr(PyObject *op)
{
    if (!is_int(op))
        return NULL;
    return (void *)(uintptr_t)(rm_long_size(op) < 0 ? (uint64_t)as_long(op, "long")
                                               : as_unsigned(op, "unsigned long"));
}

/* ---- bits */

int _PyLong_Sign(PyObject *op)
{
    return (rm_long_size(op) > 0) - (rm_long_size(op) < 0);
}

size_t _PyLong_NumBits(PyObject *op)
{
    size_t n = (size_t)rm_digits(op), bits = n > 0 ? (n - 1) * PyLong_SHIFT : 0;

    for (digit top = n > 0 ? rm_digits_of(op)[n - 1] : 0; top != 0; top >>= 1)
        bits++;
    return bits;
}

/* ---- slots */

/* Modulo the prime 2**61 - 1, as every number type hashes. */
static Py_hash_t long_hash(PyObject *op)
{
    const uint64_t modulus = ((uint64_t)1 << 61) - 1;
    Py_ssize_t size = rm_long_size(op);
    uint64_t x = 0;

    for (Py_ssize_t i = Py_ABS(size); i-- > 0;) {
        x = (x << PyLong_SHIFT & modulus) | x >> (61 - PyLong_SHIFT);
        x += ((PyLongObject *)op)->ob_digit[i];
        if (x >= modulus)
            x -= modulus;
    }
    if (size < 0)
        x = 0 - x;
    return (Py_hash_t)x == -1 ? -2 : (Py_hash_t)x;
}

static PyObject *long_richcompare(PyObject *a, PyObject *b, int op)
{
    int order;

    if (!PyLong_Check(a) || !PyLong_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    order = rm_long_compare(a, b);
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

PyTypeObject PyLong_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "int",
    .tp_basicsize = offsetof(PyLongObject, ob_digit),
    .tp_itemsize = sizeof(digit),
    .tp_repr = rm_long_repr,
    .tp_as_number = &rm_long_as_number,
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

static PyObject *bool_repr(PyObject *op)
{
    return PyUnicode_InternFromString(op == Py_True ? "True" : "False");
}

/* Of two bools a bool, else what ints give. */
#define BOOL_OPERATION(name, slot, sign)                                       \
    static PyObject *name(PyObject *a, PyObject *b)                            \
    {                                                                          \
        if (!PyBool_Check(a) || !PyBool_Check(b))                              \
            return rm_long_as_number.slot(a, b);                               \
        return PyBool_FromLong((a == Py_True)sign(b == Py_True));              \
    }
BOOL_OPERATION(bool_and, nb_and, &)
BOOL_OPERATION(bool_or, nb_or, |)
BOOL_OPERATION(bool_xor, nb_xor, ^)

static PyNumberMethods bool_as_number = {.nb_and = bool_and, .nb_or = bool_or, .nb_xor = bool_xor};

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
    .tp_repr = bool_repr,
    .tp_as_number = &bool_as_number,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_base = &PyLong_Type,
};

PyLongObject _Py_FalseStruct = {PyVarObject_HEAD_INIT(&PyBool_Type, 0) {0}};
PyLongObject _Py_TrueStruct = {PyVarObject_HEAD_INIT(&PyBool_Type, 1) {1}};
