/* int as bytes in two's complement, and as a fraction and a power of two. */
#include "long_int.h"

/* Digit by digit from the lowest: 30 bits go in, bytes come out. */
int _PyLong_AsByteArray(PyLongObject *op, unsigned char *bytes, size_t n, int little_endian, int is_signed)
{
    Py_ssize_t digits = rm_digits((PyObject *)op), at = 0;
    bool negative = rm_long_size((PyObject *)op) < 0;
    twodigits carry = negative, pending = 0;
    unsigned char sign = negative ? 0xff : 0;
    int bits = 0;
    size_t i = 0;
    bool fits = true;

    if (negative && !is_signed) {
        PyErr_SetString(PyExc_OverflowError, "can't convert negative int to unsigned");
        return -1;
    }
    while (at < digits || i < n) {
        unsigned char byte;

        if (bits < 8) {
            twodigits d = at < digits ? op->ob_digit[at] : 0;

            d = negative ? ((d ^ PyLong_MASK) + carry) : d;
            carry = negative ? d >> PyLong_SHIFT : 0;
            pending |= (d & PyLong_MASK) << bits;
            bits += PyLong_SHIFT;
            at++;
        }
        for (; bits >= 8; bits -= 8, pending >>= 8) {
            byte = (unsigned char)pending;
            if (i < n)
                bytes[little_endian ? i : n - 1 - i] = byte;
            else
                fits = fits && byte == sign;
            i++;
        }
    }
    if (bits > 0 && i >= n)
        fits = fits && pending == (sign & (((twodigits)1 << bits) - 1));
    if (is_signed && n > 0)
        fits = fits && (bytes[little_endian ? n - 1 : 0] & 0x80) == (sign & 0x80);
    if (fits && (n > 0 || digits == 0))
        return 0;
    PyErr_SetString(PyExc_OverflowError, "int too big to convert");
    return -1;
}

/* Two's complement of the bits that were put into the digits. */
static void negate(PyLongObject *op, Py_ssize_t digits, int top_bits)
{
    twodigits carry = 1;

    for (Py_ssize_t i = 0; i < digits; i++) {
        carry += op->ob_digit[i] ^ PyLong_MASK;
        op->ob_digit[i] = (digit)(carry & PyLong_MASK);
        carry >>= PyLong_SHIFT;
    }
    if (top_bits < PyLong_SHIFT)
        op->ob_digit[digits - 1] &= ((digit)1 << top_bits) - 1;
}

PyObject *_PyLong_FromByteArray(const unsigned char *bytes, size_t n, int little_endian, int is_signed)
{
    bool negative = is_signed && n > 0 && (bytes[little_endian ? n - 1 : 0] & 0x80);
    Py_ssize_t digits = (Py_ssize_t)((n * 8 + PyLong_SHIFT - 1) / PyLong_SHIFT), at = 0;
    PyLongObject *op;
    twodigits pending = 0;
    int bits = 0;

    if (n == 0)
        return PyLong_FromLong(0);
    op = _PyLong_New(digits);
    if (op == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        pending |= (twodigits)bytes[little_endian ? i : n - 1 - i] << bits;
        bits += 8;
        if (bits >= PyLong_SHIFT) {
            op->ob_digit[at++] = (digit)(pending & PyLong_MASK);
            pending >>= PyLong_SHIFT;
            bits -= PyLong_SHIFT;
        }
    }
    if (at < digits)
        op->ob_digit[at] = (digit)pending;
    if (negative)
        negate(op, digits, (int)(n * 8 - (size_t)(digits - 1) * PyLong_SHIFT));
    return rm_long_finish(op, negative);
}

/* op = result * 2 ** *exponent with 0.5 <= |result| < 1, the nearest double, ties to even. */
double _PyLong_Frexp(PyLongObject *op, Py_ssize_t *exponent)
{
    Py_ssize_t digits = rm_digits((PyObject *)op), i = digits;
    size_t bits = digits == 0 ? 0 : _PyLong_NumBits((PyObject *)op);
    unsigned __int128 top = 0;
    bool lost = false;
    int shift = 0, exp;
    double value;

    if (digits == 0) {
        *exponent = 0;
        return 0.0;
    }
    for (; i > 0 && digits - i < 4; i--)
        top = top << PyLong_SHIFT | op->ob_digit[i - 1];
    while (i > 0)
        lost |= op->ob_digit[--i] != 0;
    while (top >> shift >> 60 != 0)
        shift++;
    lost |= (top & (((unsigned __int128)1 << shift) - 1)) != 0;
    value = frexp((double)((uint64_t)(top >> shift) | lost), &exp);
    /* Rounding up to a power of two makes one bit more. */
    for (shift = 0; top >> shift != 0;)
        shift++;
    *exponent = (Py_ssize_t)bits + (exp - Py_MIN(shift, 60));
    return rm_long_size((PyObject *)op) < 0 ? -value : value;
}
