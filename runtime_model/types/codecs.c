/* UTF-16, and codecs as objects: a function of the text and the name of what to do about errors, which
 * returns a pair, the result and how much it took.
 *
 *     byteorder   -1 little-endian, 1 big-endian, 0 native: a mark in front says, or is written
 */
#include "codec_int.h"

bool rm_is_utf16(const char *name, int *byteorder)
{
    char plain[RM_CODEC_NAME];

    rm_plain_name(plain, name);
    *byteorder = strcmp(plain, "utf16le") == 0 ? -1 : strcmp(plain, "utf16be") == 0 ? 1 : 0;
    return *byteorder != 0 || strcmp(plain, "utf16") == 0 || strcmp(plain, "u16") == 0;
}

/* ---- decoding */

typedef struct {
    const unsigned char *s, *end;
    bool big;
} units;

static Py_UCS4 unit_at(const units *u, Py_ssize_t i)
{
    const unsigned char *p = u->s + 2 * i;

    return u->big ? (Py_UCS4)(p[0] << 8 | p[1]) : (Py_UCS4)(p[1] << 8 | p[0]);
}

/* One character, moving past it; NULL, or why there is none and how many bytes are wrong. */
static const char *next_char(units *u, Py_UCS4 *c, Py_ssize_t *wrong)
{
    Py_UCS4 low;

    *wrong = u->end - u->s;
    if (*wrong < 2)
        return "truncated data";
    *c = unit_at(u, 0);
    if (!Py_UNICODE_IS_SURROGATE(*c)) {
        u->s += 2;
        return NULL;
    }
    if (*c < 0xdc00 && *wrong < 4)
        return "unexpected end of data";
    *wrong = 2;
    low = *c < 0xdc00 ? unit_at(u, 1) : 0;
    if (low < 0xdc00 || low > 0xdfff)
        return *c < 0xdc00 ? "illegal UTF-16 surrogate" : "illegal encoding";
    *c = 0x10000 + ((*c - 0xd800) << 10) + (low - 0xdc00);
    u->s += 4;
    return NULL;
}

static void refuse_bytes(rm_text *text, const units *u, Py_ssize_t at, const char *why, bool big, bool told)
{
    const char *name = !told ? "utf-16" : big ? "utf-16-be" : "utf-16-le";

    if (u->end - u->s == 1)
        PyErr_Format(PyExc_UnicodeDecodeError, "'%s' codec can't decode byte 0x%x in position %zd: %s", name,
                     *u->s, at, why);
    else
        PyErr_Format(PyExc_UnicodeDecodeError, "'%s' codec can't decode bytes in position %zd-%zd: %s", name,
                     at, at + 1, why);
    text->failed = true;
}

static void put_wrong(rm_text *text, on_error how, const unsigned char *s, Py_ssize_t n)
{
    char escape[5];

    if (how == REPLACE)
        rm_text_char(text, 0xfffd);
    for (Py_ssize_t i = 0; how == BACKSLASH && i < n; i++) {
        snprintf(escape, sizeof escape, "\\x%02x", s[i]);
        rm_text_ascii(text, escape);
    }
}

static bool starts_with_mark(const units *u, bool big)
{
    units as = *u;

    as.big = big;
    return u->end - u->s >= 2 && unit_at(&as, 0) == 0xfeff;
}

PyObject *PyUnicode_DecodeUTF16(const char *s, Py_ssize_t n, const char *errors, int *byteorder)
{
    const unsigned char *start = (const unsigned char *)s;
    int order = byteorder != NULL ? *byteorder : 0;
    units u = {start, start + n, order > 0};
    on_error how = rm_error_named(errors);
    rm_text text = RM_TEXT_START;
    bool told = order != 0;

    if (order == 0 && (starts_with_mark(&u, true) || starts_with_mark(&u, false))) {
        u.big = starts_with_mark(&u, true);
        order = u.big ? 1 : -1;
        u.s += 2;
    }
    while (u.s < u.end && !text.failed) {
        Py_UCS4 c;
        Py_ssize_t wrong;
        const char *why = next_char(&u, &c, &wrong);

        if (why == NULL) {
            rm_text_char(&text, c);
        } else if (how == STRICT || how == ESCAPE) {
            refuse_bytes(&text, &u, u.s - start, why, u.big, told);
        } else if (how == UNKNOWN) {
            PyErr_Format(PyExc_LookupError, "unknown error handler name '%s'", errors);
            text.failed = true;
        } else {
            put_wrong(&text, how, u.s, wrong);
            u.s += wrong;
        }
    }
    if (byteorder != NULL)
        *byteorder = order != 0 ? order : -1;
    return rm_text_finish(&text);
}

/* ---- encoding */

static char *put_unit(char *out, Py_UCS4 unit, bool big)
{
    out[big ? 0 : 1] = (char)(unit >> 8);
    out[big ? 1 : 0] = (char)(unit & 0xff);
    return out + 2;
}

static char *put_char(char *out, Py_UCS4 c, bool big)
{
    if (c < 0x10000)
        return put_unit(out, c, big);
    out = put_unit(out, 0xd800 + ((c - 0x10000) >> 10), big);
    return put_unit(out, 0xdc00 + (c & 0x3ff), big);
}

static PyObject *refuse_char(Py_UCS4 c, Py_ssize_t at, int byteorder)
{
    return PyErr_Format(PyExc_UnicodeEncodeError,
                        "'%s' codec can't encode character '\\u%04x' in position %zd: surrogates not allowed",
                        byteorder < 0 ? "utf-16-le" : byteorder > 0 ? "utf-16-be" : "utf-16", (unsigned)c, at);
}

PyObject *_PyUnicode_EncodeUTF16(PyObject *op, const char *errors, int byteorder)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(op), size = byteorder == 0 ? 2 : 0;
    on_error how = rm_error_named(errors);
    bool big = byteorder > 0;
    PyObject *bytes;
    char *out;

    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(op, i);

        if (Py_UNICODE_IS_SURROGATE(c) && how != IGNORE && how != REPLACE)
            return refuse_char(c, i, byteorder);
        size += c >= 0x10000 ? 4 : Py_UNICODE_IS_SURROGATE(c) && how == IGNORE ? 0 : 2;
    }
    bytes = PyBytes_FromStringAndSize(NULL, size);
    if (bytes == NULL || size == 0)
        return bytes;
    out = PyBytes_AS_STRING(bytes);
    if (byteorder == 0)
        out = put_unit(out, 0xfeff, big);
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(op, i);

        if (!Py_UNICODE_IS_SURROGATE(c))
            out = put_char(out, c, big);
        else if (how == REPLACE)
            out = put_char(out, '?', big);
    }
    return bytes;
}

PyObject *PyUnicode_AsUTF16String(PyObject *op)
{
    if (PyUnicode_Check(op))
        return _PyUnicode_EncodeUTF16(op, NULL, 0);
    PyErr_BadArgument();
    return NULL;
}

/* ---- codecs by name */

PyObject *PyCodec_Encode(PyObject *op, const char *encoding, const char *errors)
{
    if (PyUnicode_Check(op))
        return PyUnicode_AsEncodedString(op, encoding, errors);
    return PyErr_Format(PyExc_TypeError, "encoding needs a str, not %.200s", Py_TYPE(op)->tp_name);
}

PyObject *PyCodec_Decode(PyObject *op, const char *encoding, const char *errors)
{
    return PyUnicode_FromEncodedObject(op, encoding, errors);
}

/* The function's self is the name of the codec. */
static PyObject *run(PyObject *self, PyObject *args, PyObject *(*code)(PyObject *, const char *, const char *))
{
    const char *errors = NULL;
    PyObject *op, *result, *taken, *both;
    Py_ssize_t n;

    if (!PyArg_ParseTuple(args, "O|z", &op, &errors))
        return NULL;
    result = code(op, PyUnicode_AsUTF8(self), errors);
    n = result != NULL ? PyObject_Size(op) : -1;
    taken = n >= 0 ? PyLong_FromSsize_t(n) : NULL;
    both = taken != NULL ? PyTuple_Pack(2, result, taken) : NULL;
    Py_XDECREF(taken);
    Py_XDECREF(result);
    return both;
}

static PyObject *encode(PyObject *self, PyObject *args)
{
    return run(self, args, PyCodec_Encode);
}

static PyObject *decode(PyObject *self, PyObject *args)
{
    return run(self, args, PyCodec_Decode);
}

static PyObject *codec_function(const char *encoding, PyMethodDef *def)
{
    PyObject *name, *f;

    if (!PyCodec_KnownEncoding(encoding))
        return PyErr_Format(PyExc_LookupError, "unknown encoding: %s", encoding);
    name = PyUnicode_FromString(encoding);
    f = name != NULL ? PyCFunction_New(def, name) : NULL;
    Py_XDECREF(name);
    return f;
}

PyObject *PyCodec_Encoder(const char *encoding)
{
    static PyMethodDef def = {"encode", encode, METH_VARARGS, NULL};

    return codec_function(encoding, &def);
}

PyObject *PyCodec_Decoder(const char *encoding)
{
    static PyMethodDef def = {"decode", decode, METH_VARARGS, NULL};

    return codec_function(encoding, &def);
}

int PyCodec_KnownEncoding(const char *encoding)
{
    int byteorder;

    return rm_is_utf16(encoding, &byteorder) || rm_is_narrow_codec(encoding);
}
