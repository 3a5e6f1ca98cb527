/* str: format % args.
 *
 *     %[(key)][-+ #0][width|*][.precision|*][hlL]conversion     s r a  c  d i u  o x X  e E f F g G  %
 *
 * The arguments are a tuple, or one object; a mapping may be asked by key as well.
 */
#include "unicode_int.h"

typedef struct {
    rm_text text;
    PyObject *format;
    Py_ssize_t at;
    PyObject *args;        /* borrowed: a tuple, or the one argument */
    Py_ssize_t next, n;    /* n -1: not a tuple */
    bool is_mapping, used; /* used: the mapping was asked */
} work;

typedef struct {
    bool left, plus, space, alternate, zero;
    Py_ssize_t width, precision; /* precision -1: not given */
    PyObject *key;               /* owned; NULL: none */
    Py_UCS4 conversion;
} item;

static int fail(PyObject *type, const char *message)
{
    PyErr_SetString(type, message);
    return -1;
}

/* ---- reading */

static bool read_char(work *w, Py_UCS4 *c)
{
    if (w->at >= PyUnicode_GET_LENGTH(w->format)) {
        fail(PyExc_ValueError, "incomplete format");
        return false;
    }
    *c = PyUnicode_READ_CHAR(w->format, w->at++);
    return true;
}

/* Borrowed; NULL: there is none left. */
static PyObject *next_argument(work *w)
{
    if (w->n < 0 && w->next == 0) {
        w->next = 1;
        return w->args;
    }
    if (w->next < w->n)
        return PyTuple_GET_ITEM(w->args, w->next++);
    fail(PyExc_TypeError, "not enough arguments for format string");
    return NULL;
}

/* (key): parentheses inside it are counted. */
static int read_key(work *w, item *f)
{
    Py_ssize_t start = ++w->at, length = PyUnicode_GET_LENGTH(w->format);
    int depth = 1;

    if (!w->is_mapping)
        return fail(PyExc_TypeError, "format requires a mapping");
    for (; w->at < length && depth > 0; w->at++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(w->format, w->at);

        depth += (c == '(') - (c == ')');
    }
    if (depth > 0)
        return fail(PyExc_ValueError, "incomplete format key");
    f->key = PyUnicode_Substring(w->format, start, w->at - 1);
    w->used = true;
    return f->key != NULL ? 0 : -1;
}

static void read_flags(work *w, item *f)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(w->format);

    for (; w->at < length; w->at++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(w->format, w->at);

        if (c != '-' && c != '+' && c != ' ' && c != '#' && c != '0')
            return;
        f->left |= c == '-';
        f->plus |= c == '+';
        f->space |= c == ' ';
        f->alternate |= c == '#';
        f->zero |= c == '0';
    }
}

static int read_star(work *w, Py_ssize_t *out)
{
    PyObject *v = next_argument(w);

    w->at++;
    if (v == NULL)
        return -1;
    if (!PyLong_Check(v))
        return fail(PyExc_TypeError, "* wants int");
    *out = PyLong_AsSsize_t(v);
    return *out == -1 && PyErr_Occurred() ? -1 : 0;
}

static int read_number(work *w, Py_ssize_t *out, const char *too_big)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(w->format);

    if (w->at < length && PyUnicode_READ_CHAR(w->format, w->at) == '*')
        return read_star(w, out);
    for (; w->at < length; w->at++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(w->format, w->at);

        if (c < '0' || c > '9')
            break;
        if (*out > (INT_MAX - 9) / 10)
            return fail(PyExc_ValueError, too_big);
        *out = *out * 10 + (Py_ssize_t)(c - '0');
    }
    return 0;
}

static int read_item(work *w, item *f)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(w->format);

    if (w->at < length && PyUnicode_READ_CHAR(w->format, w->at) == '(' && read_key(w, f) < 0)
        return -1;
    read_flags(w, f);
    if (read_number(w, &f->width, "width too big") < 0)
        return -1;
    if (f->width < 0) {
        f->left = true;
        f->width = -f->width;
    }
    if (w->at < length && PyUnicode_READ_CHAR(w->format, w->at) == '.') {
        w->at++;
        f->precision = 0;
        if (read_number(w, &f->precision, "precision too big") < 0)
            return -1;
        f->precision = Py_MAX(f->precision, 0);
    }
    if (!read_char(w, &f->conversion))
        return -1;
    if (f->conversion == 'h' || f->conversion == 'l' || f->conversion == 'L')
        return read_char(w, &f->conversion) ? 0 : -1;
    return 0;
}

/* ---- one argument as text, a new reference */

static PyObject *cut(PyObject *s, Py_ssize_t precision)
{
    PyObject *part;

    if (s == NULL || precision < 0 || PyUnicode_GET_LENGTH(s) <= precision)
        return s;
    part = PyUnicode_Substring(s, 0, precision);
    Py_DECREF(s);
    return part;
}

static PyObject *of_float(const item *f, PyObject *v)
{
    double value = PyFloat_AsDouble(v);
    int flags = f->alternate ? Py_DTSF_ALT : 0;
    char *text;
    PyObject *s;

    if (value == -1.0 && PyErr_Occurred())
        return NULL;
    text = PyOS_double_to_string(value, (char)f->conversion, f->precision < 0 ? 6 : (int)f->precision, flags,
                                 NULL);
    s = text != NULL ? PyUnicode_FromString(text) : NULL;
    PyMem_Free(text);
    return s;
}

static PyObject *of_char(PyObject *v)
{
    long c;

    if (PyUnicode_Check(v))
        return PyUnicode_GET_LENGTH(v) == 1 ? Py_NewRef(v)
                                            : PyErr_Format(PyExc_TypeError, "%%c requires int or char");
    if (!PyIndex_Check(v))
        return PyErr_Format(PyExc_TypeError, "%%c requires int or char");
    v = PyNumber_Index(v);
    c = v != NULL ? PyLong_AsLong(v) : -1;
    Py_XDECREF(v);
    if (c == -1 && PyErr_Occurred())
        return NULL;
    return c >= 0 && c <= 0x10ffff ? PyUnicode_FromOrdinal((int)c)
                                   : PyErr_Format(PyExc_OverflowError, "%%c arg not in range(0x110000)");
}

/* d takes any real number, o and x what is an int. New reference. */
static PyObject *int_of(const item *f, PyObject *v)
{
    bool decimal = f->conversion == 'd' || f->conversion == 'i' || f->conversion == 'u';
    PyObject *number = NULL;

    if (PyLong_Check(v))
        return Py_NewRef(v);
    if (decimal ? PyNumber_Check(v) : PyIndex_Check(v))
        number = decimal ? PyNumber_Long(v) : PyNumber_Index(v);
    if (number != NULL || (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_TypeError)))
        return number;
    return PyErr_Format(PyExc_TypeError, "%%%c format: %s is required, not %.200s", (int)f->conversion,
                        decimal ? "a real number" : "an integer", Py_TYPE(v)->tp_name);
}

static int put_digits(rm_text *text, const item *f, const char *s)
{
    bool negative = *s == '-';
    Py_ssize_t digits;

    s += negative;
    if (negative)
        rm_text_char(text, '-');
    if (f->conversion == 'o' || f->conversion == 'x' || f->conversion == 'X') {
        if (f->alternate) {
            rm_text_char(text, '0');
            rm_text_char(text, f->conversion);
        }
        s += 2;
    }
    digits = (Py_ssize_t)strlen(s);
    rm_text_fill(text, '0', f->precision - digits);
    for (; *s != '\0'; s++)
        rm_text_char(text, (Py_UCS4)(f->conversion == 'X' && *s >= 'a' ? *s - 32 : *s));
    return text->failed ? -1 : 0;
}

static PyObject *of_int(const item *f, PyObject *v)
{
    int base = f->conversion == 'o' ? 8 : f->conversion == 'x' || f->conversion == 'X' ? 16 : 10;
    PyObject *number = int_of(f, v), *digits = number != NULL ? _PyLong_Format(number, base) : NULL;
    rm_text text = RM_TEXT_START;

    Py_XDECREF(number);
    if (digits == NULL)
        return NULL;
    put_digits(&text, f, PyUnicode_AsUTF8(digits));
    Py_DECREF(digits);
    return rm_text_finish(&text);
}

static bool is_number(Py_UCS4 conversion)
{
    return conversion < 0x80 && strchr("diuoxXeEfFgG", (int)conversion) != NULL;
}

static PyObject *text_of(const item *f, PyObject *v)
{
    switch (f->conversion) {
    case 's': return cut(PyObject_Str(v), f->precision);
    case 'r': return cut(PyObject_Repr(v), f->precision);
    case 'a': return cut(PyObject_ASCII(v), f->precision);
    case 'c': return of_char(v);
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': return of_float(f, v);
    default: return of_int(f, v);
    }
}

/* ---- writing: sign and prefix stand before the zeros, and behind the spaces */

static void put_padded(rm_text *text, const item *f, PyObject *s)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(s), from = 0, pad;
    bool number = is_number(f->conversion), zero = number && f->zero && !f->left;
    Py_UCS4 first = length > 0 ? PyUnicode_READ_CHAR(s, 0) : 0, sign = 0;

    if (number && (first == '-' || first == '+')) {
        sign = first;
        from = 1;
    } else if (number && (f->plus || f->space)) {
        sign = f->plus ? '+' : ' ';
    }
    pad = f->width - (length - from) - (sign != 0);
    if (!f->left && !zero)
        rm_text_fill(text, ' ', pad);
    if (sign != 0)
        rm_text_char(text, sign);
    if (zero && f->alternate && (f->conversion == 'x' || f->conversion == 'X' || f->conversion == 'o')) {
        rm_text_part(text, s, from, from + 2);
        from += 2;
    }
    if (zero)
        rm_text_fill(text, '0', pad);
    rm_text_part(text, s, from, length);
    if (f->left)
        rm_text_fill(text, ' ', pad);
}

static int put_argument(work *w, const item *f)
{
    PyObject *v = f->key != NULL ? PyObject_GetItem(w->args, f->key) : Py_XNewRef(next_argument(w));
    PyObject *s;

    if (v == NULL)
        return -1;
    if (!is_number(f->conversion) && f->conversion != 's' && f->conversion != 'r' && f->conversion != 'a' &&
        f->conversion != 'c') {
        PyErr_Format(PyExc_ValueError, "unsupported format character '%c' (0x%x) at index %zd",
                     f->conversion > 31 && f->conversion < 127 ? (int)f->conversion : '?',
                     (unsigned)f->conversion, w->at - 1);
        Py_DECREF(v);
        return -1;
    }
    s = text_of(f, v);
    Py_DECREF(v);
    if (s == NULL)
        return -1;
    put_padded(&w->text, f, s);
    Py_DECREF(s);
    return w->text.failed ? -1 : 0;
}

static int put_item(work *w)
{
    item f = {.precision = -1};
    int rc = read_item(w, &f);

    if (rc == 0)
        rc = f.conversion == '%' ? rm_text_char(&w->text, '%') : put_argument(w, &f);
    Py_XDECREF(f.key);
    return rc;
}

static int put_all(work *w)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(w->format);

    while (w->at < length) {
        Py_ssize_t percent = PyUnicode_FindChar(w->format, '%', w->at, length, 1);
        Py_ssize_t end = percent < 0 ? length : percent;

        if (rm_text_part(&w->text, w->format, w->at, end) < 0)
            return -1;
        w->at = end + (percent >= 0);
        if (percent >= 0 && put_item(w) < 0)
            return -1;
    }
    if (w->used || w->next >= (w->n < 0 ? 1 : w->n) || (w->n < 0 && w->is_mapping))
        return 0;
    return fail(PyExc_TypeError, "not all arguments converted during string formatting");
}

PyObject *PyUnicode_Format(PyObject *format, PyObject *args)
{
    work w = {.text = RM_TEXT_START, .format = format, .args = args, .n = -1};

    if (format == NULL || args == NULL || !PyUnicode_Check(format)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyTuple_Check(args))
        w.n = PyTuple_GET_SIZE(args);
    else
        w.is_mapping = PyMapping_Check(args) && !PyUnicode_Check(args);
    if (put_all(&w) < 0) {
        rm_text_drop(&w.text);
        return NULL;
    }
    return rm_text_finish(&w.text);
}

PyObject *rm_unicode_remainder(PyObject *format, PyObject *args)
{
    if (!PyUnicode_Check(format))
        Py_RETURN_NOTIMPLEMENTED;
    return PyUnicode_Format(format, args);
}
