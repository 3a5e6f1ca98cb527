/* PyArg_Parse and its kin: arguments into C variables.
 *
 * Borrowed things stay borrowed: s, z, y, O. What a conversion made (es, et, a buffer, O& with
 * Py_CLEANUP_SUPPORTED) is undone when a later argument fails, newest first.
 */
#include "core_int.h"

#include <ctype.h>

enum { CLEANUPS = 64 };

typedef enum { MEMORY, BUFFER, CONVERTED } cleanup_kind;

typedef struct {
    cleanup_kind kind;
    void *where;
    int (*convert)(PyObject *, void *);
} cleanup;

typedef struct {
    const char *at;
    va_list va;
    bool clean; /* lengths are Py_ssize_t */
    cleanup undo[CLEANUPS];
    int nundo;
} parser;

static int fail(PyObject *type, const char *message)
{
    if (!PyErr_Occurred())
        PyErr_SetString(type, message);
    return -1;
}

static int bad_type(const char *wanted, PyObject *arg)
{
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "argument must be %.50s, not %.50s", wanted,
                     arg == Py_None ? "None" : Py_TYPE(arg)->tp_name);
    return -1;
}

/* ---- undoing */

static int remember(parser *p, cleanup_kind kind, void *where, int (*convert)(PyObject *, void *))
{
    if (p->nundo == CLEANUPS)
        return fail(PyExc_SystemError, "too many conversions in a format");
    p->undo[p->nundo++] = (cleanup){kind, where, convert};
    return 0;
}

static void undo_one(const cleanup *c)
{
    switch (c->kind) {
    case MEMORY:
        PyMem_Free(*(void **)c->where);
        *(void **)c->where = NULL;
        break;
    case BUFFER: PyBuffer_Release(c->where); break;
    case CONVERTED: c->convert(NULL, c->where); break;
    }
}

static int finish(parser *p, int rc)
{
    while (rc < 0 && p->nundo > 0)
        undo_one(&p->undo[--p->nundo]);
    va_end(p->va);
    return rc == 0;
}

/* ---- numbers */

/* b, h and i are checked against their range; B, H, I, k and K wrap around. */
static int convert_ranged(PyObject *arg, long low, long high, long *out)
{
    long v = PyLong_AsLong(arg);

    if (v == -1 && PyErr_Occurred())
        return -1;
    if (v < low || v > high)
        return fail(PyExc_OverflowError, v < low ? "integer is less than minimum"
                                                 : "integer is greater than maximum");
    *out = v;
    return 0;
}

#define RANGED(code, type, low, high)                              \
    case code: {                                                   \
        type *out = va_arg(p->va, type *);                         \
        long v;                                                    \
                                                                   \
        if (convert_ranged(arg, low, high, &v) < 0)                \
            return -1;                                             \
        *out = (type)v;                                            \
        return 0;                                                  \
    }
#define READ(code, type, kept, read)                               \
    case code: {                                                   \
        type *out = va_arg(p->va, type *);                         \
        kept v = read(arg);                                        \
                                                                   \
        if (v == (kept)-1 && PyErr_Occurred())                     \
            return -1;                                             \
        *out = (type)v;                                            \
        return 0;                                                  \
    }

static unsigned long mask(PyObject *arg)
{
    if (PyLong_Check(arg))
        return PyLong_AsUnsignedLongMask(arg);
    return (unsigned long)bad_type("int", arg);
}

static unsigned long long mask_long(PyObject *arg)
{
    if (PyLong_Check(arg))
        return PyLong_AsUnsignedLongLongMask(arg);
    return (unsigned long long)bad_type("int", arg);
}

static Py_ssize_t index_of(PyObject *arg)
{
    PyObject *index = PyNumber_Index(arg);
    Py_ssize_t v = index != NULL ? PyLong_AsSsize_t(index) : -1;

    Py_XDECREF(index);
    return v;
}

/* 1: not a number's code. */
static int convert_number(parser *p, char code, PyObject *arg)
{
    switch (code) {
    RANGED('b', unsigned char, 0, UCHAR_MAX)
    RANGED('h', short, SHRT_MIN, SHRT_MAX)
    RANGED('i', int, INT_MIN, INT_MAX)
    READ('B', unsigned char, unsigned long, PyLong_AsUnsignedLongMask)
    READ('H', unsigned short, unsigned long, PyLong_AsUnsignedLongMask)
    READ('I', unsigned, unsigned long, PyLong_AsUnsignedLongMask)
    READ('n', Py_ssize_t, Py_ssize_t, index_of)
    READ('l', long, long, PyLong_AsLong)
    READ('k', unsigned long, unsigned long, mask)
    READ('L', long long, long long, PyLong_AsLongLong)
    READ('K', unsigned long long, unsigned long long, mask_long)
    READ('f', float, double, PyFloat_AsDouble)
    READ('d', double, double, PyFloat_AsDouble)
    default: return 1;
    }
}

/* ---- characters */

static int convert_char(parser *p, char code, PyObject *arg)
{
    if (code == 'C') {
        int *out = va_arg(p->va, int *);

        if (!PyUnicode_Check(arg) || PyUnicode_GET_LENGTH(arg) != 1)
            return bad_type("a unicode character", arg);
        *out = (int)PyUnicode_READ_CHAR(arg, 0);
        return 0;
    }
    if (PyBytes_Check(arg) && PyBytes_Size(arg) == 1)
        *va_arg(p->va, char *) = PyBytes_AsString(arg)[0];
    else if (PyByteArray_Check(arg) && PyByteArray_Size(arg) == 1)
        *va_arg(p->va, char *) = PyByteArray_AsString(arg)[0];
    else
        return bad_type("a byte string of length 1", arg);
    return 0;
}

/* ---- text and bytes */

static int get_view(parser *p, PyObject *arg, Py_buffer *view, int flags)
{
    if (PyObject_GetBuffer(arg, view, flags) < 0) {
        PyErr_Clear();
        return bad_type(flags & PyBUF_WRITABLE ? "read-write bytes-like object" : "bytes-like object", arg);
    }
    if (!PyBuffer_IsContiguous(view, 'C')) {
        PyBuffer_Release(view);
        return bad_type("contiguous buffer", arg);
    }
    return remember(p, BUFFER, view, NULL);
}

/* A pointer into an object that lends its bytes without being told when that ends. */
static int get_bytes(PyObject *arg, const char **bytes, Py_ssize_t *size)
{
    PyBufferProcs *b = Py_TYPE(arg)->tp_as_buffer;
    Py_buffer view;

    if (b == NULL || b->bf_getbuffer == NULL || b->bf_releasebuffer != NULL)
        return bad_type("read-only bytes-like object", arg);
    if (PyObject_GetBuffer(arg, &view, PyBUF_SIMPLE) < 0)
        return -1;
    *bytes = view.buf;
    *size = view.len;
    PyBuffer_Release(&view);
    return 0;
}

static int get_text(PyObject *arg, char code, const char **text, Py_ssize_t *size)
{
    if (code != 'y' && PyUnicode_Check(arg)) {
        *text = PyUnicode_AsUTF8AndSize(arg, size);
        return *text != NULL ? 0 : -1;
    }
    if (code == 'z' && arg == Py_None) {
        *text = NULL;
        *size = 0;
        return 0;
    }
    return get_bytes(arg, text, size);
}

static int convert_star(parser *p, char code, PyObject *arg)
{
    Py_buffer *view = va_arg(p->va, Py_buffer *);
    const char *text;
    Py_ssize_t size;

    if (code == 'z' && arg == Py_None)
        return PyBuffer_FillInfo(view, NULL, NULL, 0, 1, 0);
    if (code == 'y' || !PyUnicode_Check(arg))
        return get_view(p, arg, view, PyBUF_SIMPLE);
    text = PyUnicode_AsUTF8AndSize(arg, &size);
    if (text == NULL || PyBuffer_FillInfo(view, arg, (void *)text, size, 1, 0) < 0)
        return -1;
    return remember(p, BUFFER, view, NULL);
}

static int convert_text(parser *p, char code, PyObject *arg)
{
    const char **out, *text;
    Py_ssize_t size;

    if (*p->at == '*') {
        p->at++;
        return convert_star(p, code, arg);
    }
    out = va_arg(p->va, const char **);
    if (*p->at == '#') {
        Py_ssize_t *length = va_arg(p->va, Py_ssize_t *);

        p->at++;
        if (!p->clean)
            return fail(PyExc_SystemError, "PY_SSIZE_T_CLEAN macro must be defined for '#' formats");
        return get_text(arg, code, out, length);
    }
    if (code == 'y' ? !PyBytes_Check(arg) && !PyObject_CheckBuffer(arg)
                    : !PyUnicode_Check(arg) && !(code == 'z' && arg == Py_None))
        return bad_type(code == 'y' ? "bytes" : code == 'z' ? "str or None" : "str", arg);
    if (get_text(arg, code, &text, &size) < 0)
        return -1;
    if (text != NULL && (Py_ssize_t)strlen(text) != size)
        return fail(PyExc_ValueError, "embedded null character");
    *out = text;
    return 0;
}

/* es and et: encoded text in memory of its own, or in the caller's when a length is given. */
static int copy_encoded(parser *p, const char *bytes, Py_ssize_t size, char **out, bool sized)
{
    Py_ssize_t *length = sized ? va_arg(p->va, Py_ssize_t *) : NULL;

    if (!sized && (Py_ssize_t)strlen(bytes) != size)
        return fail(PyExc_ValueError, "embedded null byte");
    if (sized && *out != NULL && size + 1 > *length)
        return fail(PyExc_ValueError, "encoded string too long");
    if (!sized || *out == NULL) {
        *out = PyMem_Malloc((size_t)size + 1);
        if (*out == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        if (remember(p, MEMORY, out, NULL) < 0)
            return -1;
    }
    memcpy(*out, bytes, (size_t)size + 1);
    if (sized)
        *length = size;
    return 0;
}

static int convert_encoded(parser *p, PyObject *arg)
{
    bool keeps_bytes = *p->at++ == 't', sized = *p->at == '#';
    const char *encoding = va_arg(p->va, const char *);
    char **out = va_arg(p->va, char **);
    PyObject *bytes;
    int rc;

    p->at += sized;
    if (keeps_bytes && PyBytes_Check(arg))
        bytes = Py_NewRef(arg);
    else if (PyUnicode_Check(arg))
        bytes = PyUnicode_AsEncodedString(arg, encoding != NULL ? encoding : "utf-8", NULL);
    else
        return bad_type(keeps_bytes ? "str, bytes or bytearray" : "str", arg);
    if (bytes == NULL)
        return -1;
    rc = copy_encoded(p, PyBytes_AsString(bytes), PyBytes_Size(bytes), out, sized);
    Py_DECREF(bytes);
    return rc;
}

/* ---- objects */

static int convert_object(parser *p, PyObject *arg)
{
    if (*p->at == '!') {
        PyTypeObject *type = va_arg(p->va, PyTypeObject *);
        PyObject **out = va_arg(p->va, PyObject **);

        p->at++;
        if (!PyType_IsSubtype(Py_TYPE(arg), type))
            return bad_type(type->tp_name, arg);
        *out = arg;
        return 0;
    }
    if (*p->at == '&') {
        int (*convert)(PyObject *, void *) = va_arg(p->va, int (*)(PyObject *, void *));
        void *out = va_arg(p->va, void *);
        int rc = convert(arg, out);

        p->at++;
        if (rc == 0)
            return bad_type("(unspecified)", arg);
        return rc == Py_CLEANUP_SUPPORTED ? remember(p, CONVERTED, out, convert) : 0;
    }
    *va_arg(p->va, PyObject **) = arg;
    return 0;
}

static int convert_checked(parser *p, PyObject *arg, bool ok, const char *wanted)
{
    PyObject **out = va_arg(p->va, PyObject **);

    if (!ok)
        return bad_type(wanted, arg);
    *out = arg;
    return 0;
}

static int convert_bool(parser *p, PyObject *arg)
{
    int *out = va_arg(p->va, int *), truth = PyObject_IsTrue(arg);

    if (truth < 0)
        return -1;
    *out = truth;
    return 0;
}

static int convert_one(parser *p, PyObject *arg)
{
    char code = *p->at++;
    int rc;

    switch (code) {
    case 'O': return convert_object(p, arg);
    case 'S': return convert_checked(p, arg, PyBytes_Check(arg), "bytes");
    case 'Y': return convert_checked(p, arg, PyByteArray_Check(arg), "bytearray");
    case 'U': return convert_checked(p, arg, PyUnicode_Check(arg), "str");
    case 'p': return convert_bool(p, arg);
    case 'c':
    case 'C': return convert_char(p, code, arg);
    case 's':
    case 'z':
    case 'y': return convert_text(p, code, arg);
    case 'e': return convert_encoded(p, arg);
    case 'w':
        p->at++;
        return get_view(p, arg, va_arg(p->va, Py_buffer *), PyBUF_WRITABLE);
    default:
        rc = convert_number(p, code, arg);
        return rc <= 0 ? rc : fail(PyExc_SystemError, "bad format char passed to PyArg_Parse");
    }
}

static int convert_items(parser *p, PyObject *arg);

static int convert_item(parser *p, PyObject *arg)
{
    if (*p->at != '(')
        return convert_one(p, arg);
    p->at++;
    return convert_items(p, arg);
}

/* ---- formats */

static bool is_end(char c)
{
    return c == '\0' || c == ':' || c == ';' || c == ')';
}

/* Arguments that a format names, and how many of them must be there. */
static void count(const char *at, Py_ssize_t *max, Py_ssize_t *min)
{
    int level = 0;

    *max = 0;
    *min = -1;
    for (; level > 0 || !is_end(*at); at++) {
        if (*at == '(')
            *max += level++ == 0;
        else if (*at == ')')
            level--;
        else if (level == 0 && *at == '|')
            *min = *max;
        else if (level == 0 && (isalpha((unsigned char)*at)))
            *max += 1, at += *at == 'e'; /* es, et: one argument */
    }
    if (*min < 0)
        *min = *max;
}

static int wrong_count(const char *at, Py_ssize_t min, Py_ssize_t max, Py_ssize_t n)
{
    const char *name = strchr(at, ':'), *message = strchr(at, ';');

    if (message != NULL)
        return fail(PyExc_TypeError, message + 1);
    PyErr_Format(PyExc_TypeError, "%.150s%s takes %s %zd argument%s (%zd given)",
                 name != NULL ? name + 1 : "function", name != NULL ? "()" : "",
                 min == max ? "exactly" : n < min ? "at least" : "at most", n < min ? min : max,
                 (n < min ? min : max) == 1 ? "" : "s", n);
    return -1;
}

/* Takes the place of one argument: a sequence of as many items as the brackets name. */
static int convert_items(parser *p, PyObject *arg)
{
    Py_ssize_t max, min, n;

    count(p->at, &max, &min);
    if (!PySequence_Check(arg) || PyBytes_Check(arg))
        return bad_type("a sequence", arg);
    n = PySequence_Size(arg);
    if (n != max)
        return n < 0 ? -1 : wrong_count("", max, max, n);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PySequence_GetItem(arg, i);
        int rc;

        if (item == NULL)
            return -1;
        Py_DECREF(item); /* the sequence keeps it, as with CPython */
        rc = convert_item(p, item);
        if (rc < 0)
            return -1;
    }
    p->at++;
    return 0;
}

static int parse_tuple(parser *p, PyObject *args)
{
    Py_ssize_t max, min, n = PyTuple_GET_SIZE(args);

    count(p->at, &max, &min);
    if (n < min || n > max)
        return wrong_count(p->at, min, max, n);
    for (Py_ssize_t i = 0; i < n; i++) {
        if (*p->at == '|')
            p->at++;
        if (convert_item(p, PyTuple_GET_ITEM(args, i)) < 0)
            return -1;
    }
    if (!is_end(*p->at) && *p->at != '|' && !isalpha((unsigned char)*p->at) && *p->at != '(')
        return fail(PyExc_SystemError, "bad format string");
    return 0;
}

static int parse(PyObject *args, const char *format, va_list va, bool clean, bool is_tuple)
{
    parser p = {.at = format, .clean = clean};
    Py_ssize_t max, min;
    int rc;

    va_copy(p.va, va);
    count(format, &max, &min);
    if (is_tuple && !PyTuple_Check(args))
        rc = fail(PyExc_SystemError, "new style getargs format but argument is not a tuple");
    else if (is_tuple)
        rc = parse_tuple(&p, args);
    else if (max == 0)
        rc = args == NULL ? 0 : fail(PyExc_TypeError, "function takes no arguments");
    else if (max == 1 && args != NULL)
        rc = convert_item(&p, args);
    else
        rc = fail(PyExc_SystemError, "old style getargs format uses new features");
    return finish(&p, rc);
}

/* ---- with names */

/* Leaves out one argument: its C variables keep their values. */
static void skip_one(parser *p)
{
    char code = *p->at++;
    int nvars = 1;

    if (code == '(') {
        while (*p->at != ')')
            skip_one(p);
        p->at++;
        return;
    }
    if (code == 'e') {
        p->at++;
        nvars = 2;
    }
    if (*p->at == '#' || *p->at == '!' || *p->at == '&') {
        p->at++;
        nvars++;
    } else if (*p->at == '*') {
        p->at++;
    }
    while (nvars-- > 0)
        va_arg(p->va, void *);
}

static Py_ssize_t count_names(char **names)
{
    Py_ssize_t n = 0;

    while (names[n] != NULL)
        n++;
    return n;
}

static PyObject *named(PyObject *kwargs, const char *name)
{
    return kwargs != NULL && *name != '\0' ? PyDict_GetItemString(kwargs, name) : NULL;
}

static int check_known(PyObject *kwargs, char **names)
{
    Py_ssize_t pos = 0;
    PyObject *key, *value;

    while (PyDict_Next(kwargs, &pos, &key, &value)) {
        bool known = false;

        if (!PyUnicode_Check(key))
            return fail(PyExc_TypeError, "keywords must be strings");
        for (char **n = names; *n != NULL && !known; n++)
            known = **n != '\0' && PyUnicode_CompareWithASCIIString(key, *n) == 0;
        if (!known)
            return fail(PyExc_TypeError, "invalid keyword argument");
    }
    return 0;
}

/* min and positional change where '|' and '$' stand. */
static void read_marks(parser *p, Py_ssize_t i, Py_ssize_t *min, Py_ssize_t *positional)
{
    for (; *p->at == '|' || *p->at == '$'; p->at++) {
        if (*p->at == '|')
            *min = i;
        else
            *positional = i;
    }
}

static int parse_named(parser *p, PyObject *args, PyObject *kwargs, char **names)
{
    Py_ssize_t nargs = PyTuple_GET_SIZE(args), n = count_names(names), min = PY_SSIZE_T_MAX;
    Py_ssize_t positional = PY_SSIZE_T_MAX, nkw = kwargs != NULL ? PyDict_GET_SIZE(kwargs) : 0, used = 0;

    if (nargs + nkw > n)
        return wrong_count(p->at, n, n, nargs + nkw);
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *arg;

        read_marks(p, i, &min, &positional);
        if (is_end(*p->at))
            return fail(PyExc_SystemError, "more keyword list entries than format specifiers");
        if (i < nargs && i >= positional)
            return wrong_count(p->at, positional, positional, nargs);
        arg = named(kwargs, names[i]);
        if (arg != NULL && i < nargs)
            return fail(PyExc_TypeError, "argument given by name and position");
        used += arg != NULL;
        if (i < nargs)
            arg = PyTuple_GET_ITEM(args, i);
        if (arg != NULL ? convert_item(p, arg) < 0 : i < min)
            return fail(PyExc_TypeError, "missing required argument");
        if (arg == NULL)
            skip_one(p);
    }
    if (!is_end(*p->at) && *p->at != '|' && *p->at != '$')
        return fail(PyExc_SystemError, "more argument specifiers than keyword list entries");
    return used < nkw ? check_known(kwargs, names) : 0;
}

static int parse_keywords(PyObject *args, PyObject *kwargs, const char *format, char **names, va_list va,
                          bool clean)
{
    parser p = {.at = format, .clean = clean};

    if (args == NULL || !PyTuple_Check(args) || (kwargs != NULL && !PyDict_Check(kwargs)) ||
        names == NULL) {
        PyErr_BadInternalCall();
        return 0;
    }
    va_copy(p.va, va);
    return finish(&p, parse_named(&p, args, kwargs, names));
}

/* ---- the API, each with lengths as int and as Py_ssize_t */

#define PARSE(name, clean, is_tuple)                                   \
    int name(PyObject *args, const char *format, ...)                  \
    {                                                                  \
        va_list va;                                                    \
        int ok;                                                        \
                                                                       \
        va_start(va, format);                                          \
        ok = parse(args, format, va, clean, is_tuple);                 \
        va_end(va);                                                    \
        return ok;                                                     \
    }
PARSE(PyArg_Parse, false, false)
PARSE(_PyArg_Parse_SizeT, true, false)
PARSE(PyArg_ParseTuple, false, true)
PARSE(_PyArg_ParseTuple_SizeT, true, true)

#define PARSE_KEYWORDS(name, clean)                                                              \
    int name(PyObject *args, PyObject *kwargs, const char *format, char **names, ...)            \
    {                                                                                            \
        va_list va;                                                                              \
        int ok;                                                                                  \
                                                                                                 \
        va_start(va, names);                                                                     \
        ok = parse_keywords(args, kwargs, format, names, va, clean);                             \
        va_end(va);                                                                              \
        return ok;                                                                               \
    }
PARSE_KEYWORDS(PyArg_ParseTupleAndKeywords, false)
PARSE_KEYWORDS(_PyArg_ParseTupleAndKeywords_SizeT, true)

int PyArg_VaParse(PyObject *args, const char *format, va_list va)
{
    return parse(args, format, va, false, true);
}

int _PyArg_VaParse_SizeT(PyObject *args, const char *format, va_list va)
{
    return parse(args, format, va, true, true);
}

int PyArg_VaParseTupleAndKeywords(PyObject *args, PyObject *kwargs, const char *format, char **names,
                                  va_list va)
{
    return parse_keywords(args, kwargs, format, names, va, false);
}

int _PyArg_VaParseTupleAndKeywords_SizeT(PyObject *args, PyObject *kwargs, const char *format,
                                         char **names, va_list va)
{
    return parse_keywords(args, kwargs, format, names, va, true);
}

int PyArg_UnpackTuple(PyObject *args, const char *name, Py_ssize_t min, Py_ssize_t max, ...)
{
    Py_ssize_t n;
    va_list va;

    if (!PyTuple_Check(args))
        return fail(PyExc_SystemError, "PyArg_UnpackTuple() argument list is not a tuple") + 1;
    n = PyTuple_GET_SIZE(args);
    if (n < min || n > max) {
        PyErr_Format(PyExc_TypeError, "%s expected %s%zd arguments, got %zd", name != NULL ? name : "unpacked tuple",
                     min == max ? "" : n < min ? "at least " : "at most ", n < min ? min : max, n);
        return 0;
    }
    va_start(va, max);
    for (Py_ssize_t i = 0; i < n; i++)
        *va_arg(va, PyObject **) = PyTuple_GET_ITEM(args, i);
    va_end(va);
    return 1;
}

int PyArg_ValidateKeywordArguments(PyObject *kwargs)
{
    Py_ssize_t pos = 0;
    PyObject *key, *value;

    if (!PyDict_Check(kwargs)) {
        PyErr_BadInternalCall();
        return 0;
    }
    while (PyDict_Next(kwargs, &pos, &key, &value))
        if (!PyUnicode_Check(key))
            return fail(PyExc_TypeError, "keywords must be strings") + 1;
    return 1;
}

int _PyArg_NoKeywords(const char *function, PyObject *kwargs)
{
    if (kwargs == NULL || PyDict_GET_SIZE(kwargs) == 0)
        return 1;
    PyErr_Format(PyExc_TypeError, "%.200s() takes no keyword arguments", function);
    return 0;
}

int _PyArg_NoPositional(const char *function, PyObject *args)
{
    if (args == NULL || PyTuple_GET_SIZE(args) == 0)
        return 1;
    PyErr_Format(PyExc_TypeError, "%.200s() takes no positional arguments", function);
    return 0;
}
