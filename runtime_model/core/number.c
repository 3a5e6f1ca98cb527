/* Numbers through their slots.
 *
 *     v + w    slot of v, unless w's type is derived from v's: then slot of w first, each asked once;
 *              both say NotImplemented: a sequence may still concatenate, else TypeError
 *
 * An operator is found by its sign, one row each; the in-place form of a row is tried before it.
 */
#include "core_int.h"

typedef struct {
    const char *sign;
    size_t slot, inplace; /* offsets in PyNumberMethods; inplace 0: not an in-place operator */
} operator;

#define SLOT(field) offsetof(PyNumberMethods, field)
#define BINARY(sign, field) {sign, SLOT(nb_##field), 0}
#define INPLACE(sign, field) {sign "=", SLOT(nb_##field), SLOT(nb_inplace_##field)}
static const operator operators[] = {
    BINARY("+", add), BINARY("-", subtract), BINARY("*", multiply), BINARY("@", matrix_multiply),
    BINARY("//", floor_divide), BINARY("/", true_divide), BINARY("%", remainder),
    BINARY("divmod()", divmod), BINARY("<<", lshift), BINARY(">>", rshift), BINARY("&", and),
    BINARY("^", xor), BINARY("|", or), INPLACE("+", add), INPLACE("-", subtract),
    INPLACE("*", multiply), INPLACE("@", matrix_multiply), INPLACE("//", floor_divide),
    INPLACE("/", true_divide), INPLACE("%", remainder), INPLACE("<<", lshift),
    INPLACE(">>", rshift), INPLACE("&", and), INPLACE("^", xor), INPLACE("|", or),
};

static const operator *find(const char *sign)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(operators); i++)
        if (strcmp(operators[i].sign, sign) == 0)
            return &operators[i];
    return NULL;
}

static void *slot_of(PyObject *op, size_t offset)
{
    PyNumberMethods *nb = Py_TYPE(op)->tp_as_number;

    return nb != NULL ? *(void **)((char *)nb + offset) : NULL;
}

static PyObject *not_implemented(void)
{
    return Py_NewRef(Py_NotImplemented);
}

/* modulo NULL: a binary operator. */
static PyObject *try_slot(void *f, PyObject *a, PyObject *b, PyObject *modulo)
{
    if (f == NULL)
        return not_implemented();
    return modulo != NULL ? ((ternaryfunc)f)(a, b, modulo) : ((binaryfunc)f)(a, b);
}

static PyObject *dispatch(PyObject *a, PyObject *b, PyObject *modulo, size_t slot)
{
    void *f = slot_of(a, slot), *g = Py_IS_TYPE(b, Py_TYPE(a)) ? NULL : slot_of(b, slot);
    bool b_first = g != NULL && g != f && f != NULL && PyType_IsSubtype(Py_TYPE(b), Py_TYPE(a));
    PyObject *result;

    if (g == f)
        g = NULL;
    result = try_slot(b_first ? g : f, a, b, modulo);
    if (result != Py_NotImplemented)
        return result;
    Py_DECREF(result);
    return try_slot(b_first ? f : g, a, b, modulo);
}

/* A new reference to NotImplemented when neither side knows. */
PyObject *rm_number_binary(PyObject *a, PyObject *b, const char *sign)
{
    const operator *o = find(sign);
    PyObject *result;

    if (o->inplace != 0 && slot_of(a, o->inplace) != NULL) {
        result = try_slot(slot_of(a, o->inplace), a, b, NULL);
        if (result != Py_NotImplemented)
            return result;
        Py_DECREF(result);
    }
    return dispatch(a, b, NULL, o->slot);
}

static PyObject *unsupported(PyObject *a, PyObject *b, const char *sign)
{
    return PyErr_Format(PyExc_TypeError, "unsupported operand type(s) for %.100s: '%.100s' and '%.100s'",
                        sign, Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
}

static bool is_null(PyObject *a, PyObject *b)
{
    if (a != NULL && b != NULL)
        return false;
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
    return true;
}

static PyObject *binary(PyObject *a, PyObject *b, const char *sign)
{
    PyObject *result = is_null(a, b) ? NULL : rm_number_binary(a, b, sign);

    if (result != Py_NotImplemented)
        return result;
    Py_DECREF(result);
    return unsupported(a, b, sign);
}

/* ---- + and * of sequences */

static PyObject *add(PyObject *a, PyObject *b, const char *sign, bool inplace)
{
    PyObject *result = is_null(a, b) ? NULL : rm_number_binary(a, b, sign);
    PySequenceMethods *seq;
    binaryfunc f = NULL;

    if (result != Py_NotImplemented)
        return result;
    Py_DECREF(result);
    seq = Py_TYPE(a)->tp_as_sequence;
    if (seq != NULL)
        f = inplace && seq->sq_inplace_concat != NULL ? seq->sq_inplace_concat : seq->sq_concat;
    return f != NULL ? f(a, b) : unsupported(a, b, sign);
}

static PyObject *repeat(ssizeargfunc f, PyObject *op, PyObject *n)
{
    Py_ssize_t count;

    if (!PyIndex_Check(n))
        return PyErr_Format(PyExc_TypeError, "can't multiply sequence by non-int of type '%.200s'",
                            Py_TYPE(n)->tp_name);
    count = PyNumber_AsSsize_t(n, PyExc_OverflowError);
    return count == -1 && PyErr_Occurred() ? NULL : f(op, count);
}

static PyObject *multiply(PyObject *a, PyObject *b, const char *sign, bool inplace)
{
    PyObject *result = is_null(a, b) ? NULL : rm_number_binary(a, b, sign);
    PySequenceMethods *seq_a, *seq_b;

    if (result != Py_NotImplemented)
        return result;
    Py_DECREF(result);
    seq_a = Py_TYPE(a)->tp_as_sequence;
    seq_b = Py_TYPE(b)->tp_as_sequence;
    if (inplace && seq_a != NULL && seq_a->sq_inplace_repeat != NULL)
        return repeat(seq_a->sq_inplace_repeat, a, b);
    if (seq_a != NULL && seq_a->sq_repeat != NULL)
        return repeat(seq_a->sq_repeat, a, b);
    if (seq_b != NULL && seq_b->sq_repeat != NULL)
        return repeat(seq_b->sq_repeat, b, a);
    return unsupported(a, b, sign);
}

/* ---- the API, one line an operator */

#define DEFINE(name, f, ...)                                   \
    PyObject *PyNumber_##name(PyObject *a, PyObject *b)        \
    {                                                          \
        return f(a, b, __VA_ARGS__);                           \
    }
DEFINE(Add, add, "+", false)
DEFINE(Subtract, binary, "-")
DEFINE(Multiply, multiply, "*", false)
DEFINE(MatrixMultiply, binary, "@")
DEFINE(FloorDivide, binary, "//")
DEFINE(TrueDivide, binary, "/")
DEFINE(Remainder, binary, "%")
DEFINE(Divmod, binary, "divmod()")
DEFINE(Lshift, binary, "<<")
DEFINE(Rshift, binary, ">>")
DEFINE(And, binary, "&")
DEFINE(Xor, binary, "^")
DEFINE(Or, binary, "|")
DEFINE(InPlaceAdd, add, "+=", true)
DEFINE(InPlaceSubtract, binary, "-=")
DEFINE(InPlaceMultiply, multiply, "*=", true)
DEFINE(InPlaceMatrixMultiply, binary, "@=")
DEFINE(InPlaceFloorDivide, binary, "//=")
DEFINE(InPlaceTrueDivide, binary, "/=")
DEFINE(InPlaceRemainder, binary, "%=")
DEFINE(InPlaceLshift, binary, "<<=")
DEFINE(InPlaceRshift, binary, ">>=")
DEFINE(InPlaceAnd, binary, "&=")
DEFINE(InPlaceXor, binary, "^=")
DEFINE(InPlaceOr, binary, "|=")

static PyObject *power(PyObject *a, PyObject *b, PyObject *modulo, const char *sign)
{
    PyObject *result = is_null(a, b) ? NULL : dispatch(a, b, modulo, SLOT(nb_power));

    if (result != Py_NotImplemented)
        return result;
    Py_DECREF(result);
    return unsupported(a, b, sign);
}

PyObject *PyNumber_Power(PyObject *a, PyObject *b, PyObject *modulo)
{
    return power(a, b, modulo, "** or pow()");
}

PyObject *PyNumber_InPlacePower(PyObject *a, PyObject *b, PyObject *modulo)
{
    PyObject *result;

    if (a != NULL && slot_of(a, SLOT(nb_inplace_power)) != NULL) {
        result = try_slot(slot_of(a, SLOT(nb_inplace_power)), a, b, modulo);
        if (result != Py_NotImplemented)
            return result;
        Py_DECREF(result);
    }
    return power(a, b, modulo, "**=");
}

static PyObject *unary(PyObject *op, size_t slot, const char *sign)
{
    unaryfunc f;

    if (is_null(op, op))
        return NULL;
    f = (unaryfunc)slot_of(op, slot);
    return f != NULL ? f(op)
                     : PyErr_Format(PyExc_TypeError, "bad operand type for %s: '%.200s'", sign,
                                    Py_TYPE(op)->tp_name);
}

PyObject *PyNumber_Negative(PyObject *op)
{
    return unary(op, SLOT(nb_negative), "unary -");
}

PyObject *PyNumber_Positive(PyObject *op)
{
    return unary(op, SLOT(nb_positive), "unary +");
}

PyObject *PyNumber_Absolute(PyObject *op)
{
    return unary(op, SLOT(nb_absolute), "abs()");
}

PyObject *PyNumber_Invert(PyObject *op)
{
    return unary(op, SLOT(nb_invert), "unary ~");
}

/* ---- conversion */

int PyIndex_Check(PyObject *op)
{
    return slot_of(op, SLOT(nb_index)) != NULL;
}

int PyNumber_Check(PyObject *op)
{
    return op != NULL && (slot_of(op, SLOT(nb_index)) != NULL || slot_of(op, SLOT(nb_int)) != NULL ||
                          slot_of(op, SLOT(nb_float)) != NULL);
}

static PyObject *want(PyObject *result, PyTypeObject *type, const char *slot)
{
    if (result == NULL || PyObject_TypeCheck(result, type))
        return result;
    PyErr_Format(PyExc_TypeError, "%s returned non-%s (type %.200s)", slot, type->tp_name,
                 Py_TYPE(result)->tp_name);
    Py_DECREF(result);
    return NULL;
}

/* An int of exactly that type with the digits of an int of a derived one. */
static PyObject *copy_long(PyLongObject *op)
{
    Py_ssize_t size = rm_long_size((PyObject *)op), n = size < 0 ? -size : size;
    PyLongObject *copy;

    if (n < 2)
        return PyLong_FromLong((long)(n == 0 ? 0 : size * (Py_ssize_t)op->ob_digit[0]));
    copy = _PyLong_New(n);
    if (copy == NULL)
        return NULL;
    rm_long_set_size(copy, size);
    memcpy(copy->ob_digit, op->ob_digit, (size_t)n * sizeof *op->ob_digit);
    return (PyObject *)copy;
}

PyObject *PyNumber_Index(PyObject *op)
{
    if (is_null(op, op))
        return NULL;
    if (PyLong_CheckExact(op))
        return Py_NewRef(op);
    if (PyLong_Check(op))
        return copy_long((PyLongObject *)op);
    if (!PyIndex_Check(op))
        return PyErr_Format(PyExc_TypeError, "'%.200s' object cannot be interpreted as an integer",
                            Py_TYPE(op)->tp_name);
    return want(((unaryfunc)slot_of(op, SLOT(nb_index)))(op), &PyLong_Type, "__index__");
}

static PyObject *long_from_text(PyObject *op)
{
    if (PyUnicode_Check(op))
        return PyLong_FromUnicodeObject(op, 10);
    if (PyBytes_Check(op))
        return PyLong_FromString(PyBytes_AS_STRING(op), NULL, 10);
    return PyErr_Format(PyExc_TypeError,
                        "int() argument must be a string, a bytes-like object or a real number, not '%.200s'",
                        Py_TYPE(op)->tp_name);
}

PyObject *PyNumber_Long(PyObject *op)
{
    unaryfunc f;

    if (is_null(op, op))
        return NULL;
    if (PyLong_CheckExact(op))
        return Py_NewRef(op);
    f = (unaryfunc)slot_of(op, SLOT(nb_int));
    if (f != NULL)
        return want(f(op), &PyLong_Type, "__int__");
    return PyIndex_Check(op) ? PyNumber_Index(op) : long_from_text(op);
}

static PyObject *float_from_index(PyObject *op)
{
    PyObject *index = PyNumber_Index(op);
    double value = index != NULL ? PyLong_AsDouble(index) : -1;

    Py_XDECREF(index);
    return value == -1 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(value);
}

PyObject *PyNumber_Float(PyObject *op)
{
    unaryfunc f;

    if (is_null(op, op))
        return NULL;
    if (PyFloat_CheckExact(op))
        return Py_NewRef(op);
    f = (unaryfunc)slot_of(op, SLOT(nb_float));
    if (f != NULL)
        return want(f(op), &PyFloat_Type, "__float__");
    return PyIndex_Check(op) ? float_from_index(op) : PyFloat_FromString(op);
}

/* overflow NULL: the nearest value instead of an exception. */
Py_ssize_t PyNumber_AsSsize_t(PyObject *op, PyObject *overflow)
{
    PyObject *index = PyNumber_Index(op);
    Py_ssize_t value;

    if (index == NULL)
        return -1;
    value = PyLong_AsSsize_t(index);
    if (value == -1 && PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        if (overflow == NULL)
            value = rm_long_size(index) < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
        else
            PyErr_Format(overflow, "cannot fit '%.200s' into an index-sized integer",
                         Py_TYPE(op)->tp_name);
    }
    Py_DECREF(index);
    return value;
}
