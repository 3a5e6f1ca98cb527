/* str: PyUnicode_FromFormat and repr.
 *
 *     %[0][width][.precision][l|ll|z]unit     d i u x c s p      as C's printf
 *     %A %R %S   ascii, repr, str of an object        %U  a str        %V  a str, or else UTF-8
 *
 * A unit that is not known ends the formatting: the rest of the format is copied as it stands, since
 * nobody can say what the arguments are. Text that is not UTF-8 is read with replacement characters.
 */
#include "unicode_int.h"

typedef struct {
    bool zero;
    Py_ssize_t width, precision; /* -1: not given */
    char size;                   /* 'l', 'L' for ll, 'z', or 0 */
} spec;

static const char *read_number(const char *f, Py_ssize_t *out)
{
    *out = 0;
    for (; *f >= '0' && *f <= '9'; f++)
        *out = *out > 100000000 ? *out : *out * 10 + (*f - '0');
    return f;
}

static const char *read_spec(const char *f, spec *s)
{
    *s = (spec){false, -1, -1, 0};
    if (*f == '0') {
        s->zero = true;
        f++;
    }
    if (*f >= '0' && *f <= '9')
        f = read_number(f, &s->width);
    if (*f == '.')
        f = read_number(f + 1, &s->precision);
    if (f[0] == 'l' && f[1] == 'l' && (f[2] == 'd' || f[2] == 'u' || f[2] == 'i')) {
        s->size = 'L';
        return f + 2;
    }
    if ((f[0] == 'l' && (f[1] == 'd' || f[1] == 'u' || f[1] == 'i')) ||
        (f[0] == 'z' && (f[1] == 'd' || f[1] == 'u' || f[1] == 'i'))) {
        s->size = f[0];
        return f + 1;
    }
    return f;
}

/* ---- numbers */

/* precision digits at least, then width characters. */
static int put_number(rm_text *text, const spec *s, const char *number)
{
    Py_ssize_t length = (Py_ssize_t)strlen(number);

    if (s->precision > length) {
        Py_ssize_t zeros = s->precision - length;

        if (rm_text_fill(text, s->zero ? '0' : ' ', s->width - s->precision) < 0 ||
            rm_text_fill(text, '0', zeros) < 0)
            return -1;
    } else if (rm_text_fill(text, s->zero ? '0' : ' ', s->width - length) < 0) {
        return -1;
    }
    return rm_text_ascii(text, number);
}

static long long signed_argument(const spec *s, va_list *args)
{
    return s->size == 'l'   ? va_arg(*args, long)
           : s->size == 'L' ? va_arg(*args, long long)
           : s->size == 'z' ? va_arg(*args, Py_ssize_t)
                            : va_arg(*args, int);
}

static unsigned long long unsigned_argument(const spec *s, va_list *args)
{
    return s->size == 'l'   ? va_arg(*args, unsigned long)
           : s->size == 'L' ? va_arg(*args, unsigned long long)
           : s->size == 'z' ? va_arg(*args, size_t)
                            : va_arg(*args, unsigned int);
}

static int put_integer(rm_text *text, const spec *s, char unit, va_list *args)
{
    char number[32];

    if (unit == 'u')
        snprintf(number, sizeof number, "%llu", unsigned_argument(s, args));
    else if (unit == 'x')
        snprintf(number, sizeof number, "%x", va_arg(*args, unsigned int));
    else
        snprintf(number, sizeof number, "%lld", signed_argument(s, args));
    return put_number(text, s, number);
}

static int put_pointer(rm_text *text, va_list *args)
{
    char number[32];

    snprintf(number, sizeof number, "%p", va_arg(*args, void *));
    if (strncmp(number, "0x", 2) != 0 && rm_text_ascii(text, "0x") < 0)
        return -1;
    return rm_text_ascii(text, number);
}

/* ---- strings */

static int put_padded(rm_text *text, const spec *s, PyObject *str)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(str);

    if (s->precision >= 0)
        length = Py_MIN(length, s->precision);
    if (rm_text_fill(text, ' ', s->width - length) < 0)
        return -1;
    return rm_text_part(text, str, 0, length);
}

/* Takes str over; NULL: the exception is set already. */
static int put_str(rm_text *text, const spec *s, PyObject *str)
{
    int rc = str != NULL ? put_padded(text, s, str) : -1;

    text->failed |= str == NULL;
    Py_XDECREF(str);
    return rc;
}

/* precision counts bytes here, and may end inside a character. */
static int put_utf8(rm_text *text, const spec *s, const char *utf8)
{
    Py_ssize_t n = s->precision < 0 ? (Py_ssize_t)strlen(utf8)
                                    : rm_strnlen(utf8, (size_t)s->precision);
    spec whole = *s;

    whole.precision = -1;
    return put_str(text, &whole, PyUnicode_DecodeUTF8(utf8, n, "replace"));
}

static int put_either(rm_text *text, const spec *s, va_list *args)
{
    PyObject *str = va_arg(*args, PyObject *);
    const char *utf8 = va_arg(*args, const char *);

    return str != NULL ? put_padded(text, s, str) : put_utf8(text, s, utf8);
}

static int put_char(rm_text *text, va_list *args)
{
    int c = va_arg(*args, int);

    if (c >= 0 && c <= 0x10ffff)
        return rm_text_char(text, (Py_UCS4)c);
    PyErr_SetString(PyExc_OverflowError, "character argument not in range(0x110000)");
    text->failed = true;
    return -1;
}

/* -1: failed; 1: not a unit. */
static int put_unit(rm_text *text, const spec *s, char unit, va_list *args)
{
    switch (unit) {
    case 'c': return put_char(text, args);
    case 'd': case 'i': case 'u': case 'x': return put_integer(text, s, unit, args);
    case 'p': return put_pointer(text, args);
    case 's': return put_utf8(text, s, va_arg(*args, const char *));
    case 'U': return put_padded(text, s, va_arg(*args, PyObject *));
    case 'V': return put_either(text, s, args);
    case 'S': return put_str(text, s, PyObject_Str(va_arg(*args, PyObject *)));
    case 'R': return put_str(text, s, PyObject_Repr(va_arg(*args, PyObject *)));
    case 'A': return put_str(text, s, PyObject_ASCII(va_arg(*args, PyObject *)));
    case '%': return rm_text_char(text, '%');
    default: return 1;
    }
}

static int put_format(rm_text *text, const char *format, va_list *args)
{
    while (*format != '\0') {
        const char *at = format;
        spec s;
        int rc;

        if (*format != '%') {
            if (rm_text_char(text, (unsigned char)*format++) < 0)
                return -1;
            continue;
        }
        format = read_spec(format + 1, &s);
        rc = put_unit(text, &s, *format, args);
        if (rc != 0)
            return rc < 0 ? -1 : rm_text_ascii(text, at);
        format++;
    }
    return 0;
}

static bool is_ascii(const char *s)
{
    while (*s > 0)
        s++;
    return *s == '\0';
}

PyObject *PyUnicode_FromFormatV(const char *format, va_list args)
{
    rm_text text = RM_TEXT_START;
    va_list own;

    if (!is_ascii(format)) {
        PyErr_SetString(PyExc_ValueError, "PyUnicode_FromFormatV() expects an ASCII-encoded format string");
        return NULL;
    }
    va_copy(own, args);
    put_format(&text, format, &own);
    va_end(own);
    return rm_text_finish(&text);
}

PyObject *PyUnicode_FromFormat(const char *format, ...)
{
    PyObject *op;
    va_list args;

    va_start(args, format);
    op = PyUnicode_FromFormatV(format, args);
    va_end(args);
    return op;
}

/* ---- repr */

static int put_escaped(rm_text *text, Py_UCS4 c, Py_UCS4 quote)
{
    char escape[12] = {'\\', (char)c, '\0'};

    if (c != quote && c != '\\' && _PyUnicode_IsPrintable(c))
        return rm_text_char(text, c);
    if (c == '\n' || c == '\t' || c == '\r')
        escape[1] = c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
    else if (c != quote && c != '\\')
        snprintf(escape, sizeof escape, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    return rm_text_ascii(text, escape);
}

/* Single quotes, unless the text has such and no double ones. */
PyObject *rm_unicode_repr(PyObject *op)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);
    bool has_single = PyUnicode_FindChar(op, '\'', 0, length, 1) >= 0,
         has_double = PyUnicode_FindChar(op, '"', 0, length, 1) >= 0;
    Py_UCS4 quote = has_single && !has_double ? '"' : '\'';
    rm_text text = RM_TEXT_START;

    rm_text_char(&text, quote);
    for (Py_ssize_t i = 0; i < length; i++)
        put_escaped(&text, PyUnicode_READ_CHAR(op, i), quote);
    rm_text_char(&text, quote);
    return rm_text_finish(&text);
}
