/* int arithmetic on magnitudes of 30-bit digits, as it is done on paper; signs are put on at the end.
 *
 * Bit operations see a negative number as its two's complement with one digit more than it has.
 * Division rounds down: the remainder has the divisor's sign.
 */
#include "long_int.h"

static bool both_ints(PyObject *a, PyObject *b)
{
    return PyLong_Check(a) && PyLong_Check(b);
}

static bool is_negative(PyObject *op)
{
    return rm_long_size(op) < 0;
}

static int compare_magnitudes(PyObject *a, PyObject *b)
{
    Py_ssize_t n = rm_digits(a);

    if (n != rm_digits(b))
        return n < rm_digits(b) ? -1 : 1;
    while (n-- > 0)
        if (rm_digits_of(a)[n] != rm_digits_of(b)[n])
            return rm_digits_of(a)[n] < rm_digits_of(b)[n] ? -1 : 1;
    return 0;
}

int rm_long_compare(PyObject *a, PyObject *b)
{
    int order;

    if (is_negative(a) != is_negative(b))
        return is_negative(a) ? -1 : 1;
    order = compare_magnitudes(a, b);
    return is_negative(a) ? -order : order;
}

PyObject *rm_long_finish(PyLongObject *op, bool negative)
{
    Py_ssize_t n;
    long value;

    if (op == NULL)
        return NULL;
    n = rm_digits((PyObject *)op);
    while (n > 0 && op->ob_digit[n - 1] == 0)
        n--;
    rm_long_set_size(op, negative ? -n : n);
    if (n > 1)
        return (PyObject *)op;
    value = n == 0 ? 0 : negative ? -(long)op->ob_digit[0] : (long)op->ob_digit[0];
    if (value < RM_SMALL_MIN || value > RM_SMALL_MAX_INT)
        return (PyObject *)op;
    Py_DECREF(op);
    return PyLong_FromLong(value);
}

/* ---- adding */

static PyObject *add_magnitudes(PyObject *a, PyObject *b, bool negative)
{
    Py_ssize_t n = Py_MAX(rm_digits(a), rm_digits(b));
    PyLongObject *sum = _PyLong_New(n + 1);
    digit carry = 0;

    for (Py_ssize_t i = 0; sum != NULL && i <= n; i++) {
        carry += (i < rm_digits(a) ? rm_digits_of(a)[i] : 0) + (i < rm_digits(b) ? rm_digits_of(b)[i] : 0);
        sum->ob_digit[i] = carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    return rm_long_finish(sum, negative);
}

/* |a| - |b|, the sign turned round if negative. */
static PyObject *sub_magnitudes(PyObject *a, PyObject *b, bool negative)
{
    PyLongObject *rest;
    sdigit borrow = 0;

    if (compare_magnitudes(a, b) < 0)
        return sub_magnitudes(b, a, !negative);
    rest = _PyLong_New(rm_digits(a));
    for (Py_ssize_t i = 0; rest != NULL && i < rm_digits(a); i++) {
        sdigit d = (sdigit)rm_digits_of(a)[i] - borrow -
                   (i < rm_digits(b) ? (sdigit)rm_digits_of(b)[i] : 0);

        borrow = d < 0;
        rest->ob_digit[i] = (digit)d & PyLong_MASK;
    }
    return rm_long_finish(rest, negative);
}

static bool is_short(PyObject *op)
{
    return rm_digits(op) <= 1;
}

static long short_value(PyObject *op)
{
    return rm_long_size(op) == 0 ? 0 : rm_long_size(op) * (long)rm_digits_of(op)[0];
}

static PyObject *add(PyObject *a, PyObject *b)
{
    if (!both_ints(a, b))
        Py_RETURN_NOTIMPLEMENTED;
    if (is_short(a) && is_short(b))
        return PyLong_FromLong(short_value(a) + short_value(b));
    return is_negative(a) == is_negative(b) ? add_magnitudes(a, b, is_negative(a))
                                            : sub_magnitudes(a, b, is_negative(a));
}

static PyObject *subtract(PyObject *a, PyObject *b)
{
    if (!both_ints(a, b))
        Py_RETURN_NOTIMPLEMENTED;
    if (is_short(a) && is_short(b))
        return PyLong_FromLong(short_value(a) - short_value(b));
    return is_negative(a) != is_negative(b) ? add_magnitudes(a, b, is_negative(a))
                                            : sub_magnitudes(a, b, is_negative(a));
}

/* ---- multiplying */

static void add_row(digit *out, PyObject *a, digit by)
{
    twodigits carry = 0;

    for (Py_ssize_t i = 0; i < rm_digits(a); i++) {
        carry += out[i] + (twodigits)rm_digits_of(a)[i] * by;
        out[i] = (digit)(carry & PyLong_MASK);
        carry >>= PyLong_SHIFT;
    }
    out[rm_digits(a)] = (digit)carry;
}

static PyObject *multiply(PyObject *a, PyObject *b)
{
    PyLongObject *product;

    if (!both_ints(a, b))
        Py_RETURN_NOTIMPLEMENTED;
    if (is_short(a) && is_short(b))
        return PyLong_FromLong(short_value(a) * short_value(b));
    product = _PyLong_New(rm_digits(a) + rm_digits(b));
    if (product == NULL)
        return NULL;
    memset(product->ob_digit, 0, (size_t)rm_long_size((PyObject *)product) * sizeof(digit));
    for (Py_ssize_t i = 0; i < rm_digits(b); i++)
        add_row(product->ob_digit + i, a, rm_digits_of(b)[i]);
    return rm_long_finish(product, is_negative(a) != is_negative(b));
}

/* ---- dividing */

digit rm_long_divide_small(digit *digits, Py_ssize_t n, digit by)
{
    twodigits rest = 0;

    while (n-- > 0) {
        rest = rest << PyLong_SHIFT | digits[n];
        digits[n] = (digit)(rest / by);
        rest %= by;
    }
    return (digit)rest;
}

static int top_bits(digit d)
{
    int bits = 0;

    for (; d != 0; d >>= 1)
        bits++;
    return bits;
}

static void shift_left(digit *out, const digit *in, Py_ssize_t n, int bits)
{
    digit carry = 0;

    for (Py_ssize_t i = 0; i < n; i++) {
        twodigits d = (twodigits)in[i] << bits | carry;

        out[i] = (digit)(d & PyLong_MASK);
        carry = (digit)(d >> PyLong_SHIFT);
    }
    out[n] = carry;
}

/* Takes q times the divisor off rest; true: that was once too much, and is put right. */
static bool take_off(digit *rest, const digit *by, Py_ssize_t m, twodigits q)
{
    int64_t borrow = 0;
    twodigits carry = 0;

    for (Py_ssize_t i = 0; i <= m; i++) {
        int64_t d;

        carry += i < m ? q * by[i] : 0;
        d = (int64_t)rest[i] - (int64_t)(carry & PyLong_MASK) + borrow;
        rest[i] = (digit)(d & PyLong_MASK);
        borrow = d >> PyLong_SHIFT;
        carry >>= PyLong_SHIFT;
    }
    if (borrow == 0)
        return false;
    carry = 0;
    for (Py_ssize_t i = 0; i <= m; i++) {
        carry += (twodigits)rest[i] + (i < m ? by[i] : 0);
        rest[i] = (digit)(carry & PyLong_MASK);
        carry >>= PyLong_SHIFT;
    }
    return true;
}

/* One digit of the quotient: guessed from the leading ones, at most two too large. */
static digit next_digit(digit *rest, const digit *by, Py_ssize_t m)
{
    twodigits top = (twodigits)rest[m] << PyLong_SHIFT | rest[m - 1], q = top / by[m - 1],
              left = top % by[m - 1];

    while (q >= PyLong_BASE || q * by[m - 2] > (left << PyLong_SHIFT | rest[m - 2])) {
        q--;
        left += by[m - 1];
        if (left >= PyLong_BASE)
            break;
    }
    return (digit)(q - take_off(rest, by, m, q));
}

/* The divisor is shifted until its top bit is set, the dividend with it. */
static PyLongObject *divide_long(PyObject *a, PyObject *b, PyLongObject **remainder)
{
    Py_ssize_t n = rm_digits(a), m = rm_digits(b);
    int bits = PyLong_SHIFT - top_bits(rm_digits_of(b)[m - 1]);
    PyLongObject *by = _PyLong_New(m + 1), *rest = _PyLong_New(n + 1), *q = _PyLong_New(n - m + 1);

    if (by == NULL || rest == NULL || q == NULL) {
        Py_XDECREF(by);
        Py_XDECREF(rest);
        Py_XDECREF(q);
        return NULL;
    }
    shift_left(by->ob_digit, rm_digits_of(b), m, bits);
    shift_left(rest->ob_digit, rm_digits_of(a), n, bits);
    for (Py_ssize_t i = n - m; i >= 0; i--)
        q->ob_digit[i] = next_digit(rest->ob_digit + i, by->ob_digit, m);
    rm_long_divide_small(rest->ob_digit, n + 1, (digit)1 << bits);
    Py_DECREF(by);
    *remainder = rest;
    return q;
}

static PyLongObject *divide_short(PyObject *a, digit by, PyLongObject **remainder)
{
    PyLongObject *q = _PyLong_New(rm_digits(a)), *rest = q != NULL ? _PyLong_New(1) : NULL;

    if (rest == NULL) {
        Py_XDECREF(q);
        return NULL;
    }
    memcpy(q->ob_digit, rm_digits_of(a), (size_t)rm_digits(a) * sizeof(digit));
    rest->ob_digit[0] = rm_long_divide_small(q->ob_digit, rm_digits(a), by);
    *remainder = rest;
    return q;
}

/* Rounded towards zero, the remainder with the sign of a. */
static int truncated(PyObject *a, PyObject *b, PyObject **q, PyObject **rest)
{
    bool differ = is_negative(a) != is_negative(b);
    PyLongObject *quotient, *remainder;

    if (compare_magnitudes(a, b) < 0) {
        *q = PyLong_FromLong(0);
        *rest = PyLong_CheckExact(a) ? Py_NewRef(a) : sub_magnitudes(a, *q, is_negative(a));
    } else {
        quotient = rm_digits(b) == 1 ? divide_short(a, rm_digits_of(b)[0], &remainder)
                                     : divide_long(a, b, &remainder);
        *q = rm_long_finish(quotient, differ);
        *rest = quotient != NULL ? rm_long_finish(remainder, is_negative(a)) : NULL;
    }
    if (*q != NULL && *rest != NULL)
        return 0;
    Py_XDECREF(*q);
    Py_XDECREF(*rest);
    return -1;
}

static int round_down(PyObject *b, PyObject **q, PyObject **rest)
{
    PyObject *one = PyLong_FromLong(1), *lower, *higher;

    if (rm_long_size(*rest) == 0 || is_negative(*rest) == is_negative(b)) {
        Py_DECREF(one);
        return 0;
    }
    lower = subtract(*q, one);
    higher = add(*rest, b);
    Py_DECREF(one);
    Py_DECREF(*q);
    Py_DECREF(*rest);
    *q = lower;
    *rest = higher;
    if (lower != NULL && higher != NULL)
        return 0;
    Py_XDECREF(lower);
    Py_XDECREF(higher);
    return -1;
}

static int divide(PyObject *a, PyObject *b, PyObject **q, PyObject **rest)
{
    if (rm_long_size(b) == 0) {
        PyErr_SetString(PyExc_ZeroDivisionError, "integer division or modulo by zero");
        return -1;
    }
    return truncated(a, b, q, rest) < 0 || round_down(b, q, rest) < 0 ? -1 : 0;
}

static PyObject *floor_divide(PyObject *a, PyObject *b)
{
    PyObject *q, *rest;

    if (!both_ints(a, b))
        Py_RETURN_NOTIMPLEMENTED;
    if (divide(a, b, &q, &rest) < 0)
        return NULL;
    Py_DECREF(rest);
    return q;
}

static PyObject *remainder_of(PyObject *a, PyObject *b)
{
    PyObject *q, *rest;

    if (!both_ints(a, b))
        Py_RETURN_NOTIMPLEMENTED;
    if (rm_long_size(b) == 0)
        return PyErr_Format(PyExc_ZeroDivisionError, "integer modulo by zero");
    if (divide(a, b, &q, &rest) < 0)
        return NULL;
    Py_DECREF(q);
    return rest;
}

static PyObject *divmod_of(PyObject *a, PyObject *b)
{
    PyObject *q, *rest, *both;

    if (!both_ints(a, b))
        Py_RETURN_NOTIMPLEMENTED;
    if (divide(a, b, &q, &rest) < 0)
        return NULL;
    both = PyTuple_Pack(2, q, rest);
    Py_DECREF(q);
    Py_DECREF(rest);
    return both;
}

/* Exact while both fit a double's 53 bits, which is what the model promises. */
static PyObject *true_divide(PyObject *a, PyObject *b)
{
    double x, y;

    if (!both_ints(a, b))
        Py_RETURN_NOTIMPLEMENTED;
    x = PyLong_AsDouble(a);
    y = PyLong_AsDouble(b);
    if ((x == -1.0 || y == -1.0) && PyErr_Occurred())
        return NULL;
    if (y != 0.0)
        return PyFloat_FromDouble(x / y);
    PyErr_SetString(PyExc_ZeroDivisionError, "division by zero");
    return NULL;
}

/* ---- powers */

/* result = result * by, and % modulo unless that is None; both taken over by the result. */
static int times(PyObject **result, PyObject *by, PyObject *modulo)
{
    PyObject *product = multiply(*result, by), *rest = product;

    if (product != NULL && modulo != Py_None) {
        rest = remainder_of(product, modulo);
        Py_DECREF(product);
    }
    Py_DECREF(*result);
    *result = rest;
    return rest != NULL ? 0 : -1;
}

static bool bit_of(PyObject *op, Py_ssize_t i)
{
    return rm_digits_of(op)[i / PyLong_SHIFT] >> (i % PyLong_SHIFT) & 1;
}

static PyObject *power_of(PyObject *a, PyObject *b, PyObject *modulo)
{
    PyObject *result = PyLong_FromLong(1);
    Py_ssize_t bits = rm_digits(b) * PyLong_SHIFT;

    while (bits > 0 && !bit_of(b, bits - 1))
        bits--;
    while (bits-- > 0) {
        PyObject *same = Py_NewRef(result);
        int rc = times(&result, same, modulo);

        Py_DECREF(same);
        if (rc < 0 || (bit_of(b, bits) && times(&result, a, modulo) < 0))
            return NULL;
    }
    if (modulo != Py_None) {
        PyObject *one = PyLong_FromLong(1);

        times(&result, one, modulo);
        Py_DECREF(one);
    }
    return result;
}

static PyObject *power(PyObject *a, PyObject *b, PyObject *modulo)
{
    if (!both_ints(a, b) || (modulo != Py_None && !PyLong_Check(modulo)))
        Py_RETURN_NOTIMPLEMENTED;
    if (modulo != Py_None && rm_long_size(modulo) == 0)
        return PyErr_Format(PyExc_ValueError, "pow() 3rd argument cannot be 0");
    if (!is_negative(b))
        return power_of(a, b, modulo);
    if (modulo == Py_None)
        return PyFloat_Type.tp_as_number->nb_power(a, b, modulo);
    PyErr_SetString(PyExc_ValueError, "base is not invertible for the given modulus");
    return NULL;
}

/* ---- one operand */

static PyObject *negative(PyObject *op)
{
    PyObject *zero = PyLong_FromLong(0), *result = subtract(zero, op);

    Py_DECREF(zero);
    return result;
}

static PyObject *positive(PyObject *op)
{
    PyObject *zero, *result;

    if (PyLong_CheckExact(op))
        return Py_NewRef(op);
    zero = PyLong_FromLong(0);
    result = add(op, zero);
    Py_DECREF(zero);
    return result;
}

static PyObject *absolute(PyObject *op)
{
    return is_negative(op) ? negative(op) : positive(op);
}

/* ~x is -(x + 1). */
static PyObject *invert(PyObject *op)
{
    PyObject *one = PyLong_FromLong(1), *more = add(op, one), *result;

    Py_DECREF(one);
    if (more == NULL)
        return NULL;
    result = negative(more);
    Py_DECREF(more);
    return result;
}

static int is_true(PyObject *op)
{
    return rm_long_size(op) != 0;
}

static PyObject *to_float(PyObject *op)
{
    double value = PyLong_AsDouble(op);

    return value == -1.0 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(value);
}

/* ---- bits */

/* n digits of the two's complement of op. */
static void to_complement(digit *out, Py_ssize_t n, PyObject *op)
{
    digit carry = 1;

    for (Py_ssize_t i = 0; i < n; i++) {
        out[i] = i < rm_digits(op) ? rm_digits_of(op)[i] : 0;
        if (is_negative(op)) {
            carry += out[i] ^ PyLong_MASK;
            out[i] = carry & PyLong_MASK;
            carry >>= PyLong_SHIFT;
        }
    }
}

static PyObject *from_complement(PyLongObject *op)
{
    Py_ssize_t n = rm_long_size((PyObject *)op);
    bool is_below = op->ob_digit[n - 1] >> (PyLong_SHIFT - 1);
    digit carry = 1;

    for (Py_ssize_t i = 0; is_below && i < n; i++) {
        carry += op->ob_digit[i] ^ PyLong_MASK;
        op->ob_digit[i] = carry & PyLong_MASK;
        carry >>= PyLong_SHIFT;
    }
    return rm_long_finish(op, is_below);
}

static PyObject *bitwise(PyObject *a, PyObject *b, char operation)
{
    Py_ssize_t n = Py_MAX(rm_digits(a), rm_digits(b)) + 1;
    PyLongObject *x = _PyLong_New(n), *y = x != NULL ? _PyLong_New(n) : NULL;

    if (y == NULL) {
        Py_XDECREF(x);
        return NULL;
    }
    to_complement(x->ob_digit, n, a);
    to_complement(y->ob_digit, n, b);
    for (Py_ssize_t i = 0; i < n; i++)
        x->ob_digit[i] = operation == '&'   ? x->ob_digit[i] & y->ob_digit[i]
                         : operation == '|' ? x->ob_digit[i] | y->ob_digit[i]
                                            : x->ob_digit[i] ^ y->ob_digit[i];
    Py_DECREF(y);
    return from_complement(x);
}

#define BITWISE(name, operation)                              \
    static PyObject *name(PyObject *a, PyObject *b)           \
    {                                                         \
        if (!both_ints(a, b))                                 \
            Py_RETURN_NOTIMPLEMENTED;                         \
        return bitwise(a, b, operation);                      \
    }
BITWISE(and, '&')
BITWISE(or, '|')
BITWISE(xor, '^')

/* False: an exception is set, or the operands are not both ints (*other). */
static bool shift_count(PyObject *a, PyObject *b, Py_ssize_t *n, bool *other)
{
    *other = !both_ints(a, b);
    if (*other)
        return false;
    if (is_negative(b)) {
        PyErr_SetString(PyExc_ValueError, "negative shift count");
        return false;
    }
    *n = PyLong_AsSsize_t(b);
    return *n >= 0;
}

static PyObject *lshift(PyObject *a, PyObject *b)
{
    Py_ssize_t n, words, size = rm_long_size(a);
    PyLongObject *result;
    bool other;

    if (!shift_count(a, b, &n, &other)) {
        if (other)
            Py_RETURN_NOTIMPLEMENTED;
        return NULL;
    }
    if (size == 0)
        return PyLong_FromLong(0);
    words = n / PyLong_SHIFT;
    result = _PyLong_New(rm_digits(a) + words + 1);
    if (result == NULL)
        return NULL;
    memset(result->ob_digit, 0, (size_t)words * sizeof(digit));
    shift_left(result->ob_digit + words, rm_digits_of(a), rm_digits(a), (int)(n % PyLong_SHIFT));
    return rm_long_finish(result, size < 0);
}

/* A negative number rounds down, so it is shifted as ~((~a) >> n). */
static PyObject *rshift_magnitude(PyObject *a, Py_ssize_t n)
{
    Py_ssize_t words = n / PyLong_SHIFT, size = rm_digits(a) - words;
    PyLongObject *result;

    if (size <= 0)
        return PyLong_FromLong(0);
    result = _PyLong_New(size);
    if (result == NULL)
        return NULL;
    memcpy(result->ob_digit, rm_digits_of(a) + words, (size_t)size * sizeof(digit));
    rm_long_divide_small(result->ob_digit, size, (digit)1 << n % PyLong_SHIFT);
    return rm_long_finish(result, false);
}

static PyObject *rshift(PyObject *a, PyObject *b)
{
    PyObject *flipped, *shifted;
    Py_ssize_t n;
    bool other;

    if (!shift_count(a, b, &n, &other)) {
        if (other)
            Py_RETURN_NOTIMPLEMENTED;
        return NULL;
    }
    if (!is_negative(a))
        return rshift_magnitude(a, n);
    flipped = invert(a);
    shifted = flipped != NULL ? rshift_magnitude(flipped, n) : NULL;
    Py_XDECREF(flipped);
    if (shifted == NULL)
        return NULL;
    flipped = invert(shifted);
    Py_DECREF(shifted);
    return flipped;
}

PyNumberMethods rm_long_as_number = {
    .nb_add = add,
    .nb_subtract = subtract,
    .nb_multiply = multiply,
    .nb_remainder = remainder_of,
    .nb_divmod = divmod_of,
    .nb_power = power,
    .nb_negative = negative,
    .nb_positive = positive,
    .nb_absolute = absolute,
    .nb_bool = is_true,
    .nb_invert = invert,
    .nb_lshift = lshift,
    .nb_rshift = rshift,
    .nb_and = and,
    .nb_xor = xor,
    .nb_or = or,
    .nb_int = positive,
    .nb_float = to_float,
    .nb_floor_divide = floor_divide,
    .nb_true_divide = true_divide,
    .nb_index = positive,
};
