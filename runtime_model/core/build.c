/* Py_BuildValue: values from a format.
 *
 * Every argument is consumed, also after something has failed: an N argument belongs to the call
 * whatever becomes of it, and so do the arguments behind it.
 */
#include "core_int.h"

#include "modsupport_int.h"

typedef struct {
    const char *at;
    va_list va;
    bool clean; /* lengths are Py_ssize_t */
} reader;

static PyObject *build_one(reader *r);

static bool is_separator(char c)
{
    return c == ',' || c == ':' || c == ' ' || c == '\t';
}

/* Values up to end, 0 being the end of the format; -1 with an exception: brackets do not match. */
static Py_ssize_t count(const char *at, char end)
{
    Py_ssize_t n = 0;
    int level = 0;

    for (; level > 0 || *at != end; at++) {
        if (*at == '\0') {
            PyErr_SetString(PyExc_SystemError, "unmatched paren in format");
            return -1;
        }
        if (strchr("([{", *at) != NULL)
            n += level++ == 0;
        else if (strchr(")]}", *at) != NULL)
            level--;
        else if (strchr("#&", *at) == NULL && !is_separator(*at))
            n += level == 0;
    }
    return n;
}

/* ---- containers: the first failure is remembered; what follows is read, kept until all of it has
 * been read (an O& may lend what an N gives), and dropped */

static void skip(reader *r, Py_ssize_t n)
{
    PyObject *kept = PyTuple_New(n);

    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *type, *value, *traceback, *v;

        PyErr_Fetch(&type, &value, &traceback);
        v = build_one(r);
        PyErr_Restore(type, value, traceback);
        if (v != NULL && kept != NULL)
            PyTuple_SET_ITEM(kept, i, v);
        else
            Py_XDECREF(v);
    }
    Py_XDECREF(kept);
}

static int close_bracket(reader *r, char end)
{
    while (is_separator(*r->at))
        r->at++;
    if (*r->at != end) {
        PyErr_SetString(PyExc_SystemError, "Unmatched paren in format");
        return -1;
    }
    if (end != '\0')
        r->at++;
    return 0;
}

static PyObject *build_items(reader *r, char end, Py_ssize_t n, bool is_tuple)
{
    PyObject *op = n < 0 ? NULL : is_tuple ? PyTuple_New(n) : PyList_New(n);
    Py_ssize_t i = 0;

    if (n < 0)
        return NULL;
    for (; op != NULL && i < n; i++) {
        PyObject *v = build_one(r);

        if (v == NULL)
            Py_CLEAR(op);
        else if (is_tuple)
            PyTuple_SET_ITEM(op, i, v);
        else
            PyList_SET_ITEM(op, i, v);
    }
    if (op == NULL)
        skip(r, n - i);
    if (close_bracket(r, end) < 0)
        Py_CLEAR(op);
    return op;
}

static PyObject *build_dict(reader *r, Py_ssize_t n)
{
    PyObject *dict = n < 0 ? NULL : PyDict_New();
    Py_ssize_t i = 0;

    if (n < 0)
        return NULL;
    if (n % 2 != 0) {
        PyErr_SetString(PyExc_SystemError, "Bad dict format");
        Py_CLEAR(dict);
    }
    for (; dict != NULL && i < n; i += 2) {
        PyObject *key = build_one(r), *value = NULL;

        if (key == NULL) {
            skip(r, 1);
            Py_CLEAR(dict);
            continue;
        }
        value = build_one(r);
        if (value == NULL || PyDict_SetItem(dict, key, value) < 0)
            Py_CLEAR(dict);
        Py_DECREF(key);
        Py_XDECREF(value);
    }
    if (dict == NULL)
        skip(r, n - i);
    if (close_bracket(r, '}') < 0)
        Py_CLEAR(dict);
    return dict;
}

/* ---- single values */

/* -1: no length was given; then the text ends with a zero. */
static Py_ssize_t read_length(reader *r)
{
    if (*r->at != '#')
        return -1;
    r->at++;
    return r->clean ? va_arg(r->va, Py_ssize_t) : va_arg(r->va, int);
}

static PyObject *build_text(reader *r, bool is_bytes)
{
    const char *text = va_arg(r->va, const char *);
    Py_ssize_t size = read_length(r);

    if (text == NULL)
        Py_RETURN_NONE;
    if (size < 0)
        size = (Py_ssize_t)strlen(text);
    return is_bytes ? PyBytes_FromStringAndSize(text, size) : PyUnicode_FromStringAndSize(text, size);
}

static PyObject *build_wide(reader *r)
{
    const wchar_t *text = va_arg(r->va, const wchar_t *);
    Py_ssize_t size = read_length(r);

    if (text == NULL)
        Py_RETURN_NONE;
    return PyUnicode_FromWideChar(text, size);
}

static PyObject *build_object(reader *r, char kind)
{
    PyObject *op;

    if (*r->at == '&') {
        PyObject *(*convert)(void *) = va_arg(r->va, PyObject *(*)(void *));

        r->at++;
        return convert(va_arg(r->va, void *));
    }
    op = va_arg(r->va, PyObject *);
    if (op != NULL)
        return kind == 'N' ? op : Py_NewRef(op);
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_SystemError, "NULL object passed to Py_BuildValue");
    return NULL;
}

static PyObject *build_char(int c)
{
    char byte = (char)c;

    return PyBytes_FromStringAndSize(&byte, 1);
}

static PyObject *build_number(reader *r, char kind)
{
    switch (kind) {
    case 'b':
    case 'B':
    case 'h':
    case 'i': return PyLong_FromLong(va_arg(r->va, int));
    case 'H': return PyLong_FromLong((long)va_arg(r->va, unsigned));
    case 'I': return PyLong_FromUnsignedLong(va_arg(r->va, unsigned));
    case 'n': return PyLong_FromSsize_t(va_arg(r->va, Py_ssize_t));
    case 'l': return PyLong_FromLong(va_arg(r->va, long));
    case 'k': return PyLong_FromUnsignedLong(va_arg(r->va, unsigned long));
    case 'L': return PyLong_FromLongLong(va_arg(r->va, long long));
    case 'K': return PyLong_FromUnsignedLongLong(va_arg(r->va, unsigned long long));
    case 'd':
    case 'f': return PyFloat_FromDouble(va_arg(r->va, double));
    case 'c': return build_char(va_arg(r->va, int));
    case 'C': return PyUnicode_FromOrdinal(va_arg(r->va, int));
    default:
        PyErr_SetString(PyExc_SystemError, "bad format char passed to Py_BuildValue");
        return NULL;
    }
}

static PyObject *build_one(reader *r)
{
    char kind;

    while (is_separator(*r->at))
        r->at++;
    kind = *r->at;
    if (kind != '\0')
        r->at++;
    switch (kind) {
    case '(': return build_items(r, ')', count(r->at, ')'), true);
    case '[': return build_items(r, ']', count(r->at, ']'), false);
    case '{': return build_dict(r, count(r->at, '}'));
    case 's':
    case 'z':
    case 'U': return build_text(r, false);
    case 'y': return build_text(r, true);
    case 'u': return build_wide(r);
    case 'N':
    case 'S':
    case 'O': return build_object(r, kind);
    default: return build_number(r, kind);
    }
}

/* ---- the API */

static PyObject *build(const char *format, va_list va, bool clean)
{
    Py_ssize_t n = count(format, '\0');
    reader r = {.at = format, .clean = clean};
    PyObject *result;

    if (n < 0)
        return NULL;
    if (n == 0)
        Py_RETURN_NONE;
    va_copy(r.va, va);
    result = n == 1 ? build_one(&r) : build_items(&r, '\0', n, true);
    va_end(r.va);
    return result;
}

PyObject **rm_build_stack(PyObject **few, Py_ssize_t room, const char *format, va_list va, int clean,
                          Py_ssize_t *n)
{
    Py_ssize_t wanted = count(format, '\0'), i;
    reader r = {.at = format, .clean = clean};
    PyObject **stack = wanted > room ? PyMem_Malloc((size_t)wanted * sizeof *stack) : few;

    if (wanted < 0)
        return NULL;
    if (stack == NULL)
        return (PyObject **)PyErr_NoMemory();
    va_copy(r.va, va);
    for (i = 0; i < wanted; i++) {
        stack[i] = build_one(&r);
        if (stack[i] == NULL)
            break;
    }
    if (i < wanted)
        skip(&r, wanted - i - 1);
    va_end(r.va);
    *n = i;
    if (i == wanted)
        return stack;
    while (i-- > 0)
        Py_DECREF(stack[i]);
    if (stack != few)
        PyMem_Free(stack);
    return NULL;
}

PyObject *Py_VaBuildValue(const char *format, va_list va)
{
    return build(format, va, false);
}

PyObject *_Py_VaBuildValue_SizeT(const char *format, va_list va)
{
    return build(format, va, true);
}

#define BUILD(name, clean)                                     \
    PyObject *name(const char *format, ...)                    \
    {                                                          \
        PyObject *result;                                      \
        va_list va;                                            \
                                                               \
        va_start(va, format);                                  \
        result = build(format, va, clean);                     \
        va_end(va);                                            \
        return result;                                         \
    }
BUILD(Py_BuildValue, false)
BUILD(_Py_BuildValue_SizeT, true)
