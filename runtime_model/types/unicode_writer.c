/* str: the writer that extensions use, and the older form of a string as an array of wchar_t.
 *
 * The first string written whole is kept as it is (readonly) until more comes. Room that is made with
 * overallocate is a quarter larger; the finished string has its exact size.
 */
#include "unicode_int.h"

void _PyUnicodeWriter_Init(_PyUnicodeWriter *writer)
{
    memset(writer, 0, sizeof *writer);
}

static void use_buffer(_PyUnicodeWriter *w)
{
    w->maxchar = rm_max_char(w->buffer);
    w->data = PyUnicode_DATA(w->buffer);
    w->kind = w->readonly ? PyUnicode_WCHAR_KIND : PyUnicode_KIND(w->buffer);
    w->size = w->readonly ? 0 : PyUnicode_GET_LENGTH(w->buffer);
}

static Py_ssize_t room_for(const _PyUnicodeWriter *w, Py_ssize_t length)
{
    if (w->overallocate && length <= PY_SSIZE_T_MAX - length / 4)
        length += length / 4;
    return Py_MAX(length, w->min_length);
}

/* The same text with other room or wider characters. */
static int replace_buffer(_PyUnicodeWriter *w, Py_ssize_t room, Py_UCS4 max_char)
{
    PyObject *grown = PyUnicode_New(room, max_char);

    if (grown == NULL)
        return -1;
    rm_chars_copy((int)PyUnicode_KIND(grown), PyUnicode_DATA(grown), 0, (int)PyUnicode_KIND(w->buffer),
                  PyUnicode_DATA(w->buffer), 0, w->pos);
    Py_SETREF(w->buffer, grown);
    w->readonly = 0;
    return 0;
}

int _PyUnicodeWriter_PrepareInternal(_PyUnicodeWriter *w, Py_ssize_t length, Py_UCS4 max_char)
{
    int rc = 0;

    if (length > PY_SSIZE_T_MAX - w->pos) {
        PyErr_NoMemory();
        return -1;
    }
    length += w->pos;
    max_char = Py_MAX(max_char, w->min_char);
    if (w->buffer == NULL) {
        w->buffer = PyUnicode_New(room_for(w, length), max_char);
        rc = w->buffer != NULL ? 0 : -1;
    } else if (length > w->size && (max_char > w->maxchar || w->readonly)) {
        rc = replace_buffer(w, room_for(w, length), Py_MAX(max_char, w->maxchar));
    } else if (length > w->size) {
        rc = PyUnicode_Resize(&w->buffer, room_for(w, length));
    } else if (max_char > w->maxchar) {
        rc = replace_buffer(w, w->size, max_char);
    }
    if (rc == 0)
        use_buffer(w);
    return rc;
}

int _PyUnicodeWriter_WriteChar(_PyUnicodeWriter *w, Py_UCS4 c)
{
    if (_PyUnicodeWriter_Prepare(w, 1, c) < 0)
        return -1;
    rm_char_put((int)w->kind, w->data, w->pos++, c);
    return 0;
}

/* The first string, when no more is expected, is only kept. */
static int keep_whole(_PyUnicodeWriter *w, PyObject *op)
{
    w->readonly = 1;
    w->buffer = Py_NewRef(op);
    use_buffer(w);
    w->pos = PyUnicode_GET_LENGTH(op);
    return 0;
}

int _PyUnicodeWriter_WriteSubstring(_PyUnicodeWriter *w, PyObject *op, Py_ssize_t start, Py_ssize_t end)
{
    Py_UCS4 max_char = rm_max_char(op);
    Py_ssize_t n = end - start;

    if (n == 0)
        return 0;
    if (start == 0 && end == PyUnicode_GET_LENGTH(op))
        return _PyUnicodeWriter_WriteStr(w, op);
    for (Py_ssize_t i = start; max_char > w->maxchar && i < end; i++) {
        max_char = i == start ? 0 : max_char;
        max_char = Py_MAX(max_char, PyUnicode_READ_CHAR(op, i));
        if (max_char > w->maxchar)
            break;
    }
    if (_PyUnicodeWriter_Prepare(w, n, max_char) < 0)
        return -1;
    rm_chars_copy((int)w->kind, w->data, w->pos, (int)PyUnicode_KIND(op), PyUnicode_DATA(op), start, n);
    w->pos += n;
    return 0;
}

int _PyUnicodeWriter_WriteStr(_PyUnicodeWriter *w, PyObject *op)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(op);

    if (n == 0)
        return 0;
    if (w->buffer == NULL && !w->overallocate)
        return keep_whole(w, op);
    if (_PyUnicodeWriter_Prepare(w, n, rm_max_char(op)) < 0)
        return -1;
    rm_chars_copy((int)w->kind, w->data, w->pos, (int)PyUnicode_KIND(op), PyUnicode_DATA(op), 0, n);
    w->pos += n;
    return 0;
}

int _PyUnicodeWriter_WriteLatin1String(_PyUnicodeWriter *w, const char *s, Py_ssize_t n)
{
    unsigned char all = 0;

    for (Py_ssize_t i = 0; i < n; i++)
        all |= (unsigned char)s[i];
    if (_PyUnicodeWriter_Prepare(w, n, (Py_UCS4)(all < 0x80 ? 0x7f : 0xff)) < 0)
        return -1;
    rm_chars_copy((int)w->kind, w->data, w->pos, 1, s, 0, n);
    w->pos += n;
    return 0;
}

int _PyUnicodeWriter_WriteASCIIString(_PyUnicodeWriter *w, const char *s, Py_ssize_t n)
{
    return _PyUnicodeWriter_WriteLatin1String(w, s, n < 0 ? (Py_ssize_t)strlen(s) : n);
}

PyObject *_PyUnicodeWriter_Finish(_PyUnicodeWriter *w)
{
    PyObject *op = w->buffer;

    w->buffer = NULL;
    if (w->pos == 0) {
        Py_XDECREF(op);
        return PyUnicode_New(0, 0);
    }
    if (!w->readonly && PyUnicode_Resize(&op, w->pos) < 0)
        Py_CLEAR(op);
    return op;
}

void _PyUnicodeWriter_Dealloc(_PyUnicodeWriter *w)
{
    Py_CLEAR(w->buffer);
}

/* Without the checks of PyUnicode_CopyCharacters. */
void _PyUnicode_FastCopyCharacters(PyObject *to, Py_ssize_t at, PyObject *from, Py_ssize_t start,
                                   Py_ssize_t n)
{
    rm_chars_copy((int)PyUnicode_KIND(to), PyUnicode_DATA(to), at, (int)PyUnicode_KIND(from),
                  PyUnicode_DATA(from), start, n);
}

/* ---- as wchar_t */

static Py_UNICODE *make_wide(PyObject *op)
{
    PyASCIIObject *s = (PyASCIIObject *)op;
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);

    if (PyUnicode_KIND(op) == PyUnicode_4BYTE_KIND) {
        s->wstr = PyUnicode_DATA(op);
        return s->wstr;
    }
    s->wstr = PyObject_Malloc((size_t)(length + 1) * sizeof(wchar_t));
    if (s->wstr == NULL)
        return PyErr_NoMemory(), NULL;
    rm_chars_copy(4, s->wstr, 0, (int)PyUnicode_KIND(op), PyUnicode_DATA(op), 0, length + 1);
    return s->wstr;
}

Py_UNICODE *PyUnicode_AsUnicodeAndSize(PyObject *op, Py_ssize_t *length)
{
    Py_UNICODE *wide;

    if (!PyUnicode_Check(op)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (!rm_now->knobs.str_wstr) {
        PyErr_SetString(PyExc_SystemError, "strings have no wchar_t form from Python 3.12 on");
        return NULL;
    }
    wide = ((PyASCIIObject *)op)->wstr;
    if (length != NULL)
        *length = PyUnicode_GET_LENGTH(op);
    return wide != NULL ? wide : make_wide(op);
}

Py_UNICODE *PyUnicode_AsUnicode(PyObject *op)
{
    return PyUnicode_AsUnicodeAndSize(op, NULL);
}

Py_ssize_t PyUnicode_GetSize(PyObject *op)
{
    return PyUnicode_GetLength(op);
}

/* Strings that are filled in afterwards (w NULL) are not modelled. */
PyObject *PyUnicode_FromUnicode(const Py_UNICODE *w, Py_ssize_t length)
{
    if (w != NULL || length == 0)
        return PyUnicode_FromWideChar(w, length);
    PyErr_SetString(PyExc_SystemError, "the model has no strings that are filled in later");
    return NULL;
}
