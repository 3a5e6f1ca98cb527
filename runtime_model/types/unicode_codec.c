/* str and bytes: UTF-8, ASCII and Latin-1, with what is done about what does not fit. UTF-16, and
 * codecs as objects, are in codecs.c.
 *
 *     errors    strict (an exception), ignore, replace, backslashreplace, surrogateescape: byte b
 *               that cannot be read stands as U+DC00 + b, and is written as b again
 *     locale, file system: UTF-8 with surrogateescape
 */
#include "codec_int.h"

typedef enum { UTF8, ASCII, LATIN1, OTHER } codec;

static const char *const codec_names[] = {"utf-8", "ascii", "latin-1"};

on_error rm_error_named(const char *name)
{
    static const char *const names[] = {"strict", "ignore", "replace", "backslashreplace",
                                        "surrogateescape"};

    for (int i = 0; name != NULL && i < UNKNOWN; i++)
        if (strcmp(name, names[i]) == 0)
            return (on_error)i;
    return name == NULL ? STRICT : UNKNOWN;
}

/* Case and the kind of separator do not matter. */
void rm_plain_name(char *plain, const char *name)
{
    size_t n = 0;

    for (; name != NULL && *name != '\0' && n + 1 < RM_CODEC_NAME; name++)
        if (*name != '-' && *name != '_' && *name != ' ')
            plain[n++] = (char)(*name >= 'A' && *name <= 'Z' ? *name + 32 : *name);
    plain[n] = '\0';
}

static codec codec_named(const char *name)
{
    static const struct {
        const char *name;
        codec codec;
    } known[] = {{"utf8", UTF8},     {"u8", UTF8},       {"cp65001", UTF8},   {"ascii", ASCII},
                 {"usascii", ASCII}, {"latin1", LATIN1}, {"latin", LATIN1},   {"iso88591", LATIN1},
                 {"l1", LATIN1}};
    char plain[RM_CODEC_NAME];

    rm_plain_name(plain, name);
    for (size_t i = 0; name != NULL && i < Py_ARRAY_LENGTH(known); i++)
        if (strcmp(plain, known[i].name) == 0)
            return known[i].codec;
    return name == NULL ? UTF8 : OTHER;
}

bool rm_is_narrow_codec(const char *name)
{
    return codec_named(name) != OTHER;
}

static void *unknown_name(PyObject *type, const char *what, const char *name)
{
    return PyErr_Format(type, "unknown %s: %s", what, name);
}

/* ---- decoding */

static int32_t next_char(codec codec, const unsigned char **s, const unsigned char *end)
{
    if (codec == UTF8)
        return rm_utf8_next(s, end);
    return codec == ASCII && **s >= 0x80 ? -1 : *(*s)++;
}

static int bad_byte(rm_text *text, codec codec, on_error how, unsigned char byte, Py_ssize_t at)
{
    static const char hex[] = "0123456789abcdef";

    switch (how) {
    case IGNORE: return 0;
    case REPLACE: return rm_text_char(text, 0xfffd);
    case ESCAPE: return rm_text_char(text, 0xdc00u + byte);
    case BACKSLASH:
        rm_text_ascii(text, "\\x");
        rm_text_char(text, (Py_UCS4)hex[byte >> 4]);
        return rm_text_char(text, (Py_UCS4)hex[byte & 15]);
    default:
        PyErr_Format(PyExc_UnicodeDecodeError, "'%s' codec can't decode byte 0x%x in position %zd: %s",
                     codec_names[codec], byte, at,
                     codec == ASCII ? "ordinal not in range(128)" : "invalid byte");
        text->failed = true;
        return -1;
    }
}

static PyObject *decode(codec codec, const char *s, Py_ssize_t n, const char *errors)
{
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    on_error how = rm_error_named(errors);
    rm_text text = RM_TEXT_START;

    while (p < end && !text.failed) {
        int32_t c = next_char(codec, &p, end);

        if (c >= 0) {
            rm_text_char(&text, (Py_UCS4)c);
        } else if (how == UNKNOWN) {
            unknown_name(PyExc_LookupError, "error handler name", errors);
            text.failed = true;
        } else if (bad_byte(&text, codec, how, *p, p - (const unsigned char *)s) == 0) {
            p++;
        }
    }
    return rm_text_finish(&text);
}

PyObject *PyUnicode_DecodeUTF8(const char *s, Py_ssize_t n, const char *errors)
{
    return decode(UTF8, s, n, errors);
}

PyObject *PyUnicode_DecodeASCII(const char *s, Py_ssize_t n, const char *errors)
{
    return decode(ASCII, s, n, errors);
}

PyObject *PyUnicode_DecodeLatin1(const char *s, Py_ssize_t n, const char *errors)
{
    return decode(LATIN1, s, n, errors);
}

PyObject *PyUnicode_Decode(const char *s, Py_ssize_t n, const char *encoding, const char *errors)
{
    codec codec = codec_named(encoding);
    int byteorder;

    if (codec != OTHER)
        return decode(codec, s, n, errors);
    if (rm_is_utf16(encoding, &byteorder))
        return PyUnicode_DecodeUTF16(s, n, errors, &byteorder);
    return unknown_name(PyExc_LookupError, "encoding", encoding);
}

PyObject *PyUnicode_DecodeLocaleAndSize(const char *s, Py_ssize_t n, const char *errors)
{
    return decode(UTF8, s, n, errors);
}

PyObject *PyUnicode_DecodeLocale(const char *s, const char *errors)
{
    return decode(UTF8, s, (Py_ssize_t)strlen(s), errors);
}

PyObject *PyUnicode_DecodeFSDefaultAndSize(const char *s, Py_ssize_t n)
{
    return decode(UTF8, s, n, "surrogateescape");
}

PyObject *PyUnicode_DecodeFSDefault(const char *s)
{
    return decode(UTF8, s, (Py_ssize_t)strlen(s), "surrogateescape");
}

static PyObject *decode_buffer(PyObject *op, const char *encoding, const char *errors)
{
    Py_buffer view;
    PyObject *s;

    if (PyObject_GetBuffer(op, &view, PyBUF_SIMPLE) < 0)
        return PyErr_Format(PyExc_TypeError,
                            "decoding to str: need a bytes-like object, %.80s found",
                            Py_TYPE(op)->tp_name);
    s = PyUnicode_Decode(view.buf, view.len, encoding, errors);
    PyBuffer_Release(&view);
    return s;
}

PyObject *PyUnicode_FromEncodedObject(PyObject *op, const char *encoding, const char *errors)
{
    if (op == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyBytes_Check(op))
        return PyUnicode_Decode(PyBytes_AS_STRING(op), PyBytes_GET_SIZE(op), encoding, errors);
    if (PyUnicode_Check(op)) {
        PyErr_SetString(PyExc_TypeError, "decoding str is not supported");
        return NULL;
    }
    return decode_buffer(op, encoding, errors);
}

/* ---- encoding */

static size_t put_backslash(char *out, Py_UCS4 c)
{
    if (c < 0x100)
        return (size_t)sprintf(out, "\\x%02x", c);
    return (size_t)sprintf(out, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

static bool fits(codec codec, Py_UCS4 c)
{
    return codec == UTF8 ? c < 0xd800 || c > 0xdfff : c < (codec == ASCII ? 0x80 : 0x100);
}

/* The whole run of characters that do not fit is named. */
static void refuse(PyObject *op, codec codec, Py_ssize_t at)
{
    const char *why = codec == UTF8    ? "surrogates not allowed"
                      : codec == ASCII ? "ordinal not in range(128)"
                                       : "ordinal not in range(256)";
    Py_ssize_t end = at;
    char shown[12];

    while (end < PyUnicode_GET_LENGTH(op) && !fits(codec, PyUnicode_READ_CHAR(op, end)))
        end++;
    put_backslash(shown, PyUnicode_READ_CHAR(op, at));
    if (end > at + 1)
        PyErr_Format(PyExc_UnicodeEncodeError, "'%s' codec can't encode characters in position %zd-%zd: %s",
                     codec_names[codec], at, end - 1, why);
    else
        PyErr_Format(PyExc_UnicodeEncodeError, "'%s' codec can't encode character '%s' in position %zd: %s",
                     codec_names[codec], shown, at, why);
}

/* Bytes for the character at `at`, which the codec has none for; -1: an exception is set. */
static int put_bad(char *out, PyObject *op, codec codec, on_error how, Py_ssize_t at)
{
    Py_UCS4 c = PyUnicode_READ_CHAR(op, at);

    if (how == IGNORE)
        return 0;
    if (how == BACKSLASH)
        return (int)put_backslash(out, c);
    if (how == REPLACE || (how == ESCAPE && c >= 0xdc80 && c <= 0xdcff)) {
        *out = how == REPLACE ? '?' : (char)(c - 0xdc00);
        return 1;
    }
    refuse(op, codec, at);
    return -1;
}

static int put_char(char *out, PyObject *op, codec codec, on_error how, Py_ssize_t at)
{
    Py_UCS4 c = PyUnicode_READ_CHAR(op, at);

    if (!fits(codec, c))
        return put_bad(out, op, codec, how, at);
    if (codec == UTF8)
        return (int)rm_utf8_put(out, c);
    *out = (char)c;
    return 1;
}

/* Measures first (out NULL), then writes; -1: an exception is set. */
static Py_ssize_t encode_into(char *out, PyObject *op, codec codec, on_error how)
{
    Py_ssize_t size = 0;
    char buffer[12];

    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(op); i++) {
        int n = put_char(buffer, op, codec, how, i);

        if (n < 0)
            return -1;
        if (out != NULL)
            memcpy(out + size, buffer, (size_t)n);
        size += n;
    }
    return size;
}

static PyObject *encode(PyObject *op, codec codec, const char *errors)
{
    on_error how = rm_error_named(errors);
    PyObject *bytes;
    Py_ssize_t size;

    if (!PyUnicode_Check(op)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_IS_ASCII(op))
        return PyBytes_FromStringAndSize(PyUnicode_DATA(op), PyUnicode_GET_LENGTH(op));
    if (how == UNKNOWN)
        return unknown_name(PyExc_LookupError, "error handler name", errors);
    size = encode_into(NULL, op, codec, how);
    bytes = size < 0 ? NULL : PyBytes_FromStringAndSize(NULL, size);
    if (bytes != NULL && size > 0)
        encode_into(PyBytes_AS_STRING(bytes), op, codec, how);
    return bytes;
}

PyObject *_PyUnicode_AsUTF8String(PyObject *op, const char *errors)
{
    return encode(op, UTF8, errors);
}

PyObject *PyUnicode_AsUTF8String(PyObject *op)
{
    return encode(op, UTF8, NULL);
}

PyObject *PyUnicode_AsASCIIString(PyObject *op)
{
    return encode(op, ASCII, NULL);
}

PyObject *PyUnicode_AsLatin1String(PyObject *op)
{
    return encode(op, LATIN1, NULL);
}

PyObject *PyUnicode_EncodeFSDefault(PyObject *op)
{
    return encode(op, UTF8, "surrogateescape");
}

PyObject *PyUnicode_AsEncodedString(PyObject *op, const char *encoding, const char *errors)
{
    codec codec = codec_named(encoding);
    int byteorder;

    if (codec != OTHER)
        return encode(op, codec, errors);
    if (rm_is_utf16(encoding, &byteorder))
        return _PyUnicode_EncodeUTF16(op, errors, byteorder);
    return unknown_name(PyExc_LookupError, "encoding", encoding);
}

const char *PyUnicode_GetDefaultEncoding(void)
{
    return "utf-8";
}

/* ---- converters: op NULL takes the result back */

static int take_back(PyObject **out)
{
    Py_CLEAR(*out);
    return 1;
}

int PyUnicode_FSConverter(PyObject *op, void *out)
{
    PyObject *path, *bytes;

    if (op == NULL)
        return take_back(out);
    path = PyOS_FSPath(op);
    if (path == NULL)
        return 0;
    bytes = PyBytes_Check(path) ? Py_NewRef(path) : PyUnicode_EncodeFSDefault(path);
    Py_DECREF(path);
    if (bytes == NULL)
        return 0;
    if (strlen(PyBytes_AS_STRING(bytes)) != (size_t)PyBytes_GET_SIZE(bytes)) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        Py_DECREF(bytes);
        return 0;
    }
    *(PyObject **)out = bytes;
    return Py_CLEANUP_SUPPORTED;
}

int PyUnicode_FSDecoder(PyObject *op, void *out)
{
    PyObject *path, *s;

    if (op == NULL)
        return take_back(out);
    path = PyOS_FSPath(op);
    if (path == NULL)
        return 0;
    if (PyBytes_Check(path))
        s = PyUnicode_DecodeFSDefaultAndSize(PyBytes_AS_STRING(path), PyBytes_GET_SIZE(path));
    else
        s = PyUnicode_FromObject(path);
    Py_DECREF(path);
    if (s == NULL)
        return 0;
    *(PyObject **)out = s;
    return Py_CLEANUP_SUPPORTED;
}
