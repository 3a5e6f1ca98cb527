/* int from text, to text, and from a double. */
#include "long_int.h"

#include "text.h"

/* ---- to text */

/* Digits of the magnitude, the last one first, base up to 36. Nine decimal ones at a time. */
static int put_digits(rm_text *out, digit *rest, Py_ssize_t n, int base)
{
    int step = 0;
    digit unit = 1;

    while ((twodigits)unit * (twodigits)base < PyLong_BASE) {
        unit *= (digit)base;
        step++;
    }
    while (n > 0) {
        digit part = rm_long_divide_small(rest, n, unit);

        while (n > 0 && rest[n - 1] == 0)
            n--;
        for (int i = 0; i < step && (n > 0 || part > 0); i++, part /= (digit)base) {
            digit d = part % (digit)base;

            if (rm_text_char(out, d < 10 ? '0' + d : 'a' + d - 10) < 0)
                return -1;
        }
    }
    return 0;
}

static PyObject *reversed(rm_text *text)
{
    char *s = text->data;

    for (Py_ssize_t i = 0, j = text->length - 1; i < j; i++, j--) {
        char c = s[i];

        s[i] = s[j];
        s[j] = c;
    }
    return rm_text_finish(text);
}

/* prefix: written before the digits, read backwards here. */
static PyObject *to_text(PyObject *op, int base, const char *prefix)
{
    Py_ssize_t n = rm_digits(op);
    digit *rest = PyMem_New(digit, (size_t)n + 1);
    rm_text text = RM_TEXT_START;

    if (rest == NULL)
        return PyErr_NoMemory();
    memcpy(rest, rm_digits_of(op), (size_t)n * sizeof(digit));
    put_digits(&text, rest, n, base);
    PyMem_Free(rest);
    if (n == 0)
        rm_text_char(&text, '0');
    rm_text_ascii(&text, prefix);
    if (rm_long_size(op) < 0)
        rm_text_char(&text, '-');
    return text.failed ? rm_text_finish(&text) : reversed(&text);
}

PyObject *rm_long_repr(PyObject *op)
{
    return to_text(op, 10, "");
}

PyObject *_PyLong_Format(PyObject *op, int base)
{
    return to_text(op, base, base == 16 ? "x0" : base == 8 ? "o0" : base == 2 ? "b0" : "");
}

/* ---- from text */

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'z' ? c - 'a' + 10
           : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                  : 99;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Base 0: as the prefix says; a prefix of the base that was asked for is skipped. */
static const char *skip_prefix(const char *s, int *base)
{
    char kind = s[0] == '0' ? (char)(s[1] | 0x20) : ' ';
    int told = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 10;

    if (*base == 0)
        *base = told;
    if (told == 10 || told != *base)
        return s;
    return s[2] == '_' ? s + 3 : s + 2;
}

/* The end of the digits, NULL if there are none; one underscore may stand between two of them. */
static const char *digits_end(const char *s, int base, Py_ssize_t *n)
{
    const char *p = s;

    for (*n = 0; digit_of(*p) < base || (*p == '_' && p > s && p[-1] != '_'); p++)
        *n += *p != '_';
    return p > s && p[-1] != '_' ? p : NULL;
}

static void multiply_add(PyLongObject *op, Py_ssize_t *used, digit by, digit plus)
{
    twodigits carry = plus;

    for (Py_ssize_t i = 0; i < *used; i++) {
        carry += (twodigits)op->ob_digit[i] * by;
        op->ob_digit[i] = (digit)(carry & PyLong_MASK);
        carry >>= PyLong_SHIFT;
    }
    if (carry != 0)
        op->ob_digit[(*used)++] = (digit)carry;
}

static PyObject *read_digits(const char *s, const char *end, int base, Py_ssize_t n, bool negative)
{
    PyLongObject *op;
    Py_ssize_t used = 0;
    int bits = 1;

    while (1 << bits < base)
        bits++;
    op = n > PY_SSIZE_T_MAX / bits ? NULL : _PyLong_New(n * bits / PyLong_SHIFT + 1);
    if (op == NULL)
        return NULL;
    for (; s < end; s++)
        if (*s != '_')
            multiply_add(op, &used, (digit)base, (digit)digit_of(*s));
    rm_long_set_size(op, used);
    return rm_long_finish(op, negative);
}

static PyObject *bad_literal(const char *s, int base)
{
    PyObject *text = PyUnicode_DecodeUTF8(s, rm_strnlen(s, 200), "replace");

    if (text != NULL)
        PyErr_Format(PyExc_ValueError, "invalid literal for int() with base %d: %.200R", base, text);
    Py_XDECREF(text);
    return NULL;
}

/* end NULL: the whole text must be the number; else it is set to where the number ended. */
PyObject *PyLong_FromString(const char *text, char **end, int base)
{
    const char *s = text, *stop;
    Py_ssize_t n = 0;
    bool negative;
    int asked = base;
    PyObject *op;

    if ((base != 0 && base < 2) || base > 36) {
        PyErr_SetString(PyExc_ValueError, "int() arg 2 must be >= 2 and <= 36");
        return NULL;
    }
    while (is_space(*s))
        s++;
    negative = *s == '-';
    s = skip_prefix(s + (*s == '-' || *s == '+'), &base);
    stop = digits_end(s, base, &n);
    if (stop == NULL)
        return bad_literal(text, base);
    if (asked == 0 && base == 10 && *s == '0' && strspn(s, "0_") < (size_t)(stop - s))
        return bad_literal(text, asked); /* octal, as it once was written */
    op = read_digits(s, stop, base, n, negative);
    while (is_space(*stop))
        stop++;
    if (op != NULL && end == NULL && *stop != '\0') {
        Py_DECREF(op);
        return bad_literal(text, base);
    }
    if (end != NULL)
        *end = (char *)stop;
    return op;
}

PyObject *PyLong_FromUnicodeObject(PyObject *text, int base)
{
    Py_ssize_t size;
    const char *s = PyUnicode_AsUTF8AndSize(text, &size);
    PyObject *op;
    char *end;

    if (s == NULL)
        return NULL;
    op = PyLong_FromString(s, &end, base);
    if (op == NULL || end == s + size)
        return op;
    Py_DECREF(op);
    return bad_literal(s, base);
}

/* ---- doubles */

PyObject *PyLong_FromDouble(double value)
{
    int exponent;
    double fraction = frexp(fabs(value), &exponent);
    Py_ssize_t n;
    PyLongObject *op;

    if (isnan(value) || isinf(value)) {
        PyErr_SetString(isnan(value) ? PyExc_ValueError : PyExc_OverflowError,
                        isnan(value) ? "cannot convert float NaN to integer"
                                     : "cannot convert float infinity to integer");
        return NULL;
    }
    if (exponent <= 62)
        return PyLong_FromLongLong((long long)value);
    n = (exponent - 1) / PyLong_SHIFT + 1;
    op = _PyLong_New(n);
    fraction = ldexp(fraction, (exponent - 1) % PyLong_SHIFT + 1);
    for (Py_ssize_t i = n; op != NULL && i-- > 0;) {
        op->ob_digit[i] = (digit)fraction;
        fraction = ldexp(fraction - (digit)fraction, PyLong_SHIFT);
    }
    return rm_long_finish(op, value < 0);
}

/* The leading digits hold more than 53 bits; what is below only decides how a tie is rounded. */
static double round_digits(PyObject *op)
{
    Py_ssize_t n = rm_digits(op), i = n;
    unsigned __int128 top = 0;
    bool lost = false;
    int bits;

    for (; i > 0 && n - i < 4; i--)
        top = top << PyLong_SHIFT | rm_digits_of(op)[i - 1];
    for (Py_ssize_t k = 0; k < i; k++)
        lost |= rm_digits_of(op)[k] != 0;
    for (bits = 0; top >> bits > 0; bits++)
        ;
    if (bits > 60) {
        lost |= (top & (((unsigned __int128)1 << (bits - 60)) - 1)) != 0;
        top >>= bits - 60;
        bits -= 60;
    } else {
        bits = 0;
    }
    return ldexp((double)((uint64_t)top | lost), (int)(i * PyLong_SHIFT) + bits);
}

double PyLong_AsDouble(PyObject *op)
{
    double value;

    if (op == NULL || !PyLong_Check(op)) {
        PyErr_SetString(PyExc_TypeError, "an integer is required");
        return -1.0;
    }
    if (rm_digits(op) > 40) /* more than 1200 bits */
        value = HUGE_VAL;
    else
        value = round_digits(op);
    if (isinf(value)) {
        PyErr_SetString(PyExc_OverflowError, "int too large to convert to float");
        return -1.0;
    }
    return rm_long_size(op) < 0 ? -value : value;
}
