/* Between doubles and text, independent of what C's own functions accept: no hexadecimal, no spaces. */
#include "core_int.h"

/* ---- from text */

static const char *skip_digits(const char *s)
{
    while (*s >= '0' && *s <= '9')
        s++;
    return s;
}

static const char *skip_word(const char *s, const char *word)
{
    size_t n = strlen(word);

    return strncasecmp(s, word, n) == 0 ? s + n : NULL;
}

/* The end of the number at s; s itself: there is none. */
static const char *number_end(const char *s)
{
    const char *p = s + (*s == '-' || *s == '+'), *end, *word;

    word = skip_word(p, "infinity");
    word = word != NULL ? word : skip_word(p, "inf");
    word = word != NULL ? word : skip_word(p, "nan");
    if (word != NULL)
        return word;
    end = skip_digits(p);
    if (*end == '.') {
        const char *behind = skip_digits(end + 1);

        if (end == p && behind == end + 1)
            return s;
        end = behind;
    }
    if (end == p)
        return s;
    if (*end == 'e' || *end == 'E') {
        const char *digits = end + 1 + (end[1] == '-' || end[1] == '+');

        if (skip_digits(digits) > digits)
            end = skip_digits(digits);
    }
    return end;
}

/* What strtod makes of exactly these characters. False: no memory. */
static bool convert(const char *s, const char *end, double *value)
{
    char few[64], *copy = end - s < (Py_ssize_t)sizeof few ? few : PyMem_Malloc((size_t)(end - s) + 1);

    if (copy == NULL)
        return false;
    memcpy(copy, s, (size_t)(end - s));
    copy[end - s] = '\0';
    errno = 0;
    *value = strtod(copy, NULL);
    if (copy != few)
        PyMem_Free(copy);
    return true;
}

double PyOS_string_to_double(const char *s, char **endptr, PyObject *overflow)
{
    const char *end = number_end(s);
    double value;

    if (endptr != NULL)
        *endptr = (char *)end;
    if (end == s || (endptr == NULL && *end != '\0')) {
        PyErr_Format(PyExc_ValueError, "could not convert string to float: '%.200s'", s);
        return -1.0;
    }
    if (!convert(s, end, &value)) {
        PyErr_NoMemory();
        return -1.0;
    }
    if (errno == ERANGE && fabs(value) >= 1.0 && overflow != NULL) {
        PyErr_Format(overflow, "value too large to convert to float: '%.200s'", s);
        return -1.0;
    }
    return value;
}

/* ---- to text */

/* The fewest digits that give the same double; with an exponent outside 1e-4 to 1e16. */
void rm_double_repr(char *text, size_t size, double value)
{
    int digits = 1, exponent;

    do
        snprintf(text, size, "%.*e", digits - 1, value);
    while (strtod(text, NULL) != value && ++digits < 18);
    exponent = atoi(strchr(text, 'e') + 1);
    if (exponent >= -4 && exponent < 16)
        snprintf(text, size, "%.*f", Py_MAX(digits - 1 - exponent, 0), value);
}

/* Bytes that are surely enough: what the format writes, a sign, ".0" and the end. */
static size_t room_for(double value, char code, int precision)
{
    int exponent = 0;

    if (code == 'f')
        frexp(value, &exponent);
    return 40 + (size_t)Py_MAX(precision, 0) + (size_t)Py_MAX(exponent, 0) / 3;
}

/* Without an alternate form nothing ends in zeros behind the point, nor in the point. */
static void drop_zeros(char *text)
{
    char *tail = strchr(text, 'e'), *end = tail;

    while (end[-1] == '0')
        end--;
    end -= end[-1] == '.';
    memmove(end, tail, strlen(tail) + 1);
}

/* An exponent as soon as ".0" would be one digit too many, which is one power of ten earlier. */
static bool write_early_exponent(char *text, size_t size, double value, int precision, int flags)
{
    precision = Py_MAX(precision, 1);
    snprintf(text, size, flags & Py_DTSF_ALT ? "%#.*e" : "%.*e", precision - 1, value);
    if (atoi(strchr(text, 'e') + 1) != precision - 1)
        return false;
    if (!(flags & Py_DTSF_ALT) && strchr(text, '.') != NULL)
        drop_zeros(text);
    return true;
}

static void insert_point(char *text)
{
    char *at = text + strcspn(text, "e");

    if (strchr(text, '.') != NULL)
        return;
    memmove(at + 1, at, strlen(at) + 1);
    *at = '.';
}

static void write_finite(char *text, size_t size, double value, char code, int precision, int flags)
{
    char format[] = {'%', '.', '*', code, '\0'}, alternate[] = {'%', '#', '.', '*', code, '\0'};

    if (code == 'r')
        rm_double_repr(text, size, value);
    else if (code != 'g' || !(flags & Py_DTSF_ADD_DOT_0) ||
             !write_early_exponent(text, size, value, precision, flags))
        snprintf(text, size, flags & Py_DTSF_ALT ? alternate : format, precision, value);
    if (flags & Py_DTSF_ALT)
        insert_point(text);
    if ((flags & Py_DTSF_ADD_DOT_0) && strchr(text, 'e') == NULL && strchr(text, '.') == NULL)
        strcat(text, ".0");
    else if ((flags & Py_DTSF_ADD_DOT_0) && text[strlen(text) - 1] == '.')
        strcat(text, "0");
}

static char *make_text(double value, char code, int precision, int flags, int type)
{
    size_t size = room_for(value, code, precision);
    char *text = PyMem_Malloc(size), *at = text;

    if (text == NULL)
        return PyErr_NoMemory(), NULL;
    if ((flags & Py_DTSF_SIGN) && (type == Py_DTST_NAN || !signbit(value)))
        *at++ = '+';
    if (type == Py_DTST_FINITE)
        write_finite(at, size - 1, value, code, precision, flags);
    else
        strcpy(at, type == Py_DTST_NAN ? "nan" : value > 0 ? "inf" : "-inf");
    return text;
}

char *PyOS_double_to_string(double value, char code, int precision, int flags, int *type)
{
    bool upper = code == 'E' || code == 'F' || code == 'G';
    int kind = isnan(value) ? Py_DTST_NAN : isinf(value) ? Py_DTST_INFINITE : Py_DTST_FINITE;
    char *text;

    if (code == '\0' || strchr("eEfFgGr", code) == NULL || (code == 'r' && precision != 0)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    code = upper ? (char)(code + 32) : code;
    text = make_text(value, code, precision, flags, kind);
    for (char *p = text; upper && p != NULL && *p != '\0'; p++)
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    if (type != NULL)
        *type = kind;
    return text;
}
