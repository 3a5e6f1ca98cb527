/* str: comparing, searching, and making new strings from old ones. Positions are clamped as slices
 * are; a result that would equal an exact str argument is that argument. */
#include "unicode_int.h"

enum { MOST_AT_ONCE = 12 }; /* parts that a split makes room for at the start */

static bool is_str(PyObject *op)
{
    if (PyUnicode_Check(op))
        return true;
    PyErr_Format(PyExc_TypeError, "must be str, not %.100s", Py_TYPE(op)->tp_name);
    return false;
}

static Py_UCS4 get(PyObject *op, Py_ssize_t i)
{
    return PyUnicode_READ_CHAR(op, i);
}

/* ---- one character */

Py_UCS4 PyUnicode_ReadChar(PyObject *op, Py_ssize_t i)
{
    if (!PyUnicode_Check(op)) {
        PyErr_BadArgument();
        return (Py_UCS4)-1;
    }
    if (i < 0 || i >= PyUnicode_GET_LENGTH(op)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return (Py_UCS4)-1;
    }
    return get(op, i);
}

/* Only the maker of a string may write to it. */
int PyUnicode_WriteChar(PyObject *op, Py_ssize_t i, Py_UCS4 c)
{
    if (!PyUnicode_Check(op)) {
        PyErr_BadArgument();
        return -1;
    }
    if (i < 0 || i >= PyUnicode_GET_LENGTH(op)) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return -1;
    }
    if (!rm_unicode_is_private(op)) {
        PyErr_SetString(PyExc_SystemError, "Cannot modify a string currently used");
        return -1;
    }
    if (c > rm_max_char(op)) {
        PyErr_SetString(PyExc_ValueError, "character out of range");
        return -1;
    }
    rm_char_put((int)PyUnicode_KIND(op), PyUnicode_DATA(op), i, c);
    return 0;
}

Py_ssize_t PyUnicode_CopyCharacters(PyObject *to, Py_ssize_t at, PyObject *from, Py_ssize_t start,
                                    Py_ssize_t n)
{
    if (!PyUnicode_Check(from) || !PyUnicode_Check(to)) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (start < 0 || start > PyUnicode_GET_LENGTH(from) || at < 0 || n < 0) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return -1;
    }
    n = Py_MIN(n, PyUnicode_GET_LENGTH(from) - start);
    if (at + n > PyUnicode_GET_LENGTH(to) || !rm_unicode_is_private(to)) {
        PyErr_SetString(PyExc_SystemError, "Cannot write that many characters to this string");
        return -1;
    }
    rm_chars_copy((int)PyUnicode_KIND(to), PyUnicode_DATA(to), at, (int)PyUnicode_KIND(from),
                  PyUnicode_DATA(from), start, n);
    return n;
}

/* ---- as arrays of C */

Py_UCS4 *PyUnicode_AsUCS4(PyObject *op, Py_UCS4 *out, Py_ssize_t room, int with_zero)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);

    if (room < length + (with_zero != 0)) {
        PyErr_SetString(PyExc_SystemError, "string is longer than the buffer");
        return NULL;
    }
    rm_chars_copy(4, out, 0, (int)PyUnicode_KIND(op), PyUnicode_DATA(op), 0, length);
    if (with_zero)
        out[length] = 0;
    return out;
}

Py_UCS4 *PyUnicode_AsUCS4Copy(PyObject *op)
{
    Py_ssize_t room = PyUnicode_GET_LENGTH(op) + 1;
    Py_UCS4 *out = PyMem_New(Py_UCS4, (size_t)room);

    if (out == NULL)
        return (Py_UCS4 *)PyErr_NoMemory();
    return PyUnicode_AsUCS4(op, out, room, 1);
}

Py_ssize_t PyUnicode_AsWideChar(PyObject *op, wchar_t *out, Py_ssize_t room)
{
    Py_ssize_t length;

    if (op == NULL || !PyUnicode_Check(op)) {
        PyErr_BadInternalCall();
        return -1;
    }
    length = PyUnicode_GET_LENGTH(op);
    if (out == NULL)
        return length + 1;
    rm_chars_copy(4, out, 0, (int)PyUnicode_KIND(op), PyUnicode_DATA(op), 0, Py_MIN(length, room));
    if (room > length)
        out[length] = 0;
    return Py_MIN(length, room);
}

wchar_t *PyUnicode_AsWideCharString(PyObject *op, Py_ssize_t *length)
{
    Py_UCS4 *out;

    if (op == NULL || !PyUnicode_Check(op)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    out = PyUnicode_AsUCS4Copy(op);
    if (out != NULL && length != NULL)
        *length = PyUnicode_GET_LENGTH(op);
    if (out != NULL && length == NULL && (Py_ssize_t)wcslen((wchar_t *)out) != PyUnicode_GET_LENGTH(op)) {
        PyMem_Free(out);
        PyErr_SetString(PyExc_ValueError, "embedded null character");
        return NULL;
    }
    return (wchar_t *)out;
}

/* ---- comparing */

static int compare(PyObject *a, PyObject *b)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(a), m = PyUnicode_GET_LENGTH(b);

    for (Py_ssize_t i = 0; i < n && i < m; i++)
        if (get(a, i) != get(b, i))
            return get(a, i) < get(b, i) ? -1 : 1;
    return (n > m) - (n < m);
}

int PyUnicode_Compare(PyObject *a, PyObject *b)
{
    if (PyUnicode_Check(a) && PyUnicode_Check(b))
        return compare(a, b);
    PyErr_Format(PyExc_TypeError, "Can't compare %.100s and %.100s", Py_TYPE(a)->tp_name,
                 Py_TYPE(b)->tp_name);
    return -1;
}

PyObject *PyUnicode_RichCompare(PyObject *a, PyObject *b, int op)
{
    int order;

    if (!PyUnicode_Check(a) || !PyUnicode_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    order = op == Py_EQ || op == Py_NE ? !_PyUnicode_EQ(a, b) : compare(a, b);
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

int PyUnicode_CompareWithASCIIString(PyObject *op, const char *ascii)
{
    Py_ssize_t i, length = PyUnicode_GET_LENGTH(op);

    for (i = 0; i < length && ascii[i] != '\0'; i++)
        if (get(op, i) != (unsigned char)ascii[i])
            return get(op, i) < (unsigned char)ascii[i] ? -1 : 1;
    return i < length ? 1 : ascii[i] != '\0' ? -1 : 0;
}

int _PyUnicode_EqualToASCIIString(PyObject *op, const char *ascii)
{
    return PyUnicode_CompareWithASCIIString(op, ascii) == 0;
}

/* ---- searching */

static void clamp(PyObject *op, Py_ssize_t *start, Py_ssize_t *end)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);

    *end = *end > length ? length : *end < 0 ? Py_MAX(*end + length, 0) : *end;
    *start = *start < 0 ? Py_MAX(*start + length, 0) : *start;
}

static bool is_at(PyObject *op, PyObject *part, Py_ssize_t at)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(part);
    size_t width = (size_t)PyUnicode_KIND(op);

    if (PyUnicode_KIND(op) == PyUnicode_KIND(part))
        return memcmp((char *)PyUnicode_DATA(op) + (size_t)at * width, PyUnicode_DATA(part),
                      (size_t)n * width) == 0;
    for (Py_ssize_t i = 0; i < n; i++)
        if (get(op, at + i) != get(part, i))
            return false;
    return true;
}

/* -1: not there. */
static Py_ssize_t find(PyObject *op, PyObject *part, Py_ssize_t start, Py_ssize_t end, int direction)
{
    Py_ssize_t last = end - PyUnicode_GET_LENGTH(part);

    if (direction > 0) {
        for (Py_ssize_t i = start; i <= last; i++)
            if (is_at(op, part, i))
                return i;
    } else {
        for (Py_ssize_t i = last; i >= start; i--)
            if (is_at(op, part, i))
                return i;
    }
    return -1;
}

Py_ssize_t PyUnicode_Find(PyObject *op, PyObject *part, Py_ssize_t start, Py_ssize_t end,
                          int direction)
{
    if (!is_str(op) || !is_str(part))
        return -2;
    clamp(op, &start, &end);
    return find(op, part, start, end, direction);
}

Py_ssize_t PyUnicode_FindChar(PyObject *op, Py_UCS4 c, Py_ssize_t start, Py_ssize_t end,
                              int direction)
{
    clamp(op, &start, &end);
    for (Py_ssize_t n = end - start; n > 0; n--) {
        Py_ssize_t i = direction > 0 ? end - n : start + n - 1;

        if (get(op, i) == c)
            return i;
    }
    return -1;
}

int PyUnicode_Contains(PyObject *op, PyObject *part)
{
    if (!PyUnicode_Check(part)) {
        PyErr_Format(PyExc_TypeError, "'in <string>' requires string as left operand, not %.100s",
                     Py_TYPE(part)->tp_name);
        return -1;
    }
    return is_str(op) ? find(op, part, 0, PyUnicode_GET_LENGTH(op), 1) >= 0 : -1;
}

static Py_ssize_t count(PyObject *op, PyObject *part, Py_ssize_t start, Py_ssize_t end,
                        Py_ssize_t most)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(part), n = 0;

    if (length == 0)
        return start > end ? 0 : Py_MIN(end - start + 1, most);
    while (n < most && (start = find(op, part, start, end, 1)) >= 0) {
        start += length;
        n++;
    }
    return n;
}

Py_ssize_t PyUnicode_Count(PyObject *op, PyObject *part, Py_ssize_t start, Py_ssize_t end)
{
    if (!is_str(op) || !is_str(part))
        return -1;
    clamp(op, &start, &end);
    return count(op, part, start, end, PY_SSIZE_T_MAX);
}

Py_ssize_t PyUnicode_Tailmatch(PyObject *op, PyObject *part, Py_ssize_t start, Py_ssize_t end,
                               int direction)
{
    Py_ssize_t last;

    if (!is_str(op) || !is_str(part))
        return -1;
    clamp(op, &start, &end);
    last = end - PyUnicode_GET_LENGTH(part);
    return last >= start && is_at(op, part, direction > 0 ? last : start);
}

/* ---- joining */

static PyObject *two(PyObject *a, PyObject *b)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(a), m = PyUnicode_GET_LENGTH(b);
    PyObject *both;

    if (n > PY_SSIZE_T_MAX - m)
        return PyErr_Format(PyExc_OverflowError, "strings are too large to concat");
    both = PyUnicode_New(n + m, Py_MAX(rm_max_char(a), rm_max_char(b)));
    if (both == NULL)
        return NULL;
    rm_chars_copy((int)PyUnicode_KIND(both), PyUnicode_DATA(both), 0, (int)PyUnicode_KIND(a),
                  PyUnicode_DATA(a), 0, n);
    rm_chars_copy((int)PyUnicode_KIND(both), PyUnicode_DATA(both), n, (int)PyUnicode_KIND(b),
                  PyUnicode_DATA(b), 0, m);
    return both;
}

PyObject *PyUnicode_Concat(PyObject *a, PyObject *b)
{
    if (!is_str(a))
        return NULL;
    if (!PyUnicode_Check(b))
        return PyErr_Format(PyExc_TypeError, "can only concatenate str (not \"%.200s\") to str",
                            Py_TYPE(b)->tp_name);
    if (PyUnicode_GET_LENGTH(a) == 0)
        return PyUnicode_FromObject(b);
    if (PyUnicode_GET_LENGTH(b) == 0)
        return PyUnicode_FromObject(a);
    return two(a, b);
}

/* In place when nobody else has a and its storage is wide enough: one byte a character may be
 * ASCII's narrow header, which holds nothing else. */
static bool can_append(PyObject *a, PyObject *b)
{
    return rm_unicode_is_private(a) && PyUnicode_CheckExact(b) && PyUnicode_GET_LENGTH(b) > 0 &&
           rm_max_char(b) <= rm_max_char(a) &&
           PyUnicode_GET_LENGTH(a) <= PY_SSIZE_T_MAX - PyUnicode_GET_LENGTH(b);
}

static int append_in_place(PyObject **a, PyObject *b)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(*a), m = PyUnicode_GET_LENGTH(b);

    if (PyUnicode_Resize(a, n + m) < 0)
        return -1;
    rm_chars_copy((int)PyUnicode_KIND(*a), PyUnicode_DATA(*a), n, (int)PyUnicode_KIND(b),
                  PyUnicode_DATA(b), 0, m);
    return 0;
}

/* *a becomes NULL when it fails. */
void PyUnicode_Append(PyObject **a, PyObject *b)
{
    PyObject *both;

    if (a == NULL || *a == NULL)
        return;
    if (b == NULL || !PyUnicode_Check(*a) || !PyUnicode_Check(b)) {
        if (b != NULL)
            PyErr_BadInternalCall();
        Py_CLEAR(*a);
        return;
    }
    if (can_append(*a, b)) {
        if (append_in_place(a, b) < 0)
            Py_CLEAR(*a);
        return;
    }
    both = PyUnicode_Concat(*a, b);
    Py_SETREF(*a, both);
}

void PyUnicode_AppendAndDel(PyObject **a, PyObject *b)
{
    PyUnicode_Append(a, b);
    Py_XDECREF(b);
}

static int join_into(rm_text *text, PyObject *separator, PyObject *items)
{
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items); i++) {
        PyObject *item = PySequence_Fast_GET_ITEM(items, i);

        if (!PyUnicode_Check(item)) {
            PyErr_Format(PyExc_TypeError, "sequence item %zd: expected str instance, %.80s found", i,
                         Py_TYPE(item)->tp_name);
            return -1;
        }
        if ((i > 0 && separator != NULL && rm_text_str(text, separator) < 0) ||
            rm_text_str(text, item) < 0)
            return -1;
    }
    return 0;
}

/* separator NULL: one space. */
PyObject *PyUnicode_Join(PyObject *separator, PyObject *sequence)
{
    rm_text text = RM_TEXT_START;
    PyObject *items = PySequence_Fast(sequence, "can only join an iterable"), *joined = NULL,
             *space = separator == NULL ? rm_str_of_char(' ') : NULL;

    if (items != NULL && (separator == NULL || is_str(separator))) {
        if (PySequence_Fast_GET_SIZE(items) == 1 &&
            PyUnicode_CheckExact(PySequence_Fast_GET_ITEM(items, 0)))
            joined = Py_NewRef(PySequence_Fast_GET_ITEM(items, 0));
        else if (join_into(&text, space != NULL ? space : separator, items) == 0)
            joined = rm_text_finish(&text);
    }
    rm_text_drop(&text);
    Py_XDECREF(space);
    Py_XDECREF(items);
    return joined;
}

/* ---- parts */

PyObject *PyUnicode_Substring(PyObject *op, Py_ssize_t start, Py_ssize_t end)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);
    size_t width = (size_t)PyUnicode_KIND(op);

    end = Py_MIN(end, length);
    if (start == 0 && end == length)
        return PyUnicode_FromObject(op);
    if (start < 0 || end < 0) {
        PyErr_SetString(PyExc_IndexError, "string index out of range");
        return NULL;
    }
    start = Py_MIN(start, end);
    return rm_str_from((int)width, (char *)PyUnicode_DATA(op) + (size_t)start * width, end - start);
}

PyObject *rm_unicode_item(PyObject *op, Py_ssize_t i)
{
    Py_UCS4 c = PyUnicode_ReadChar(op, i);

    return c == (Py_UCS4)-1 ? NULL : rm_str_of_char(c);
}

static PyObject *slice_of(PyObject *op, PyObject *slice)
{
    rm_text text = RM_TEXT_START;
    Py_ssize_t start, stop, step, n;

    if (PySlice_Unpack(slice, &start, &stop, &step) < 0)
        return NULL;
    n = PySlice_AdjustIndices(PyUnicode_GET_LENGTH(op), &start, &stop, step);
    if (step == 1)
        return PyUnicode_Substring(op, start, Py_MAX(start, stop));
    for (; n > 0; n--, start += step)
        rm_text_char(&text, get(op, start));
    return rm_text_finish(&text);
}

PyObject *rm_unicode_subscript(PyObject *op, PyObject *index)
{
    Py_ssize_t i;

    if (PySlice_Check(index))
        return slice_of(op, index);
    if (!PyIndex_Check(index))
        return PyErr_Format(PyExc_TypeError, "string indices must be integers, not '%.200s'",
                            Py_TYPE(index)->tp_name);
    i = PyNumber_AsSsize_t(index, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
        return NULL;
    return rm_unicode_item(op, i < 0 ? i + PyUnicode_GET_LENGTH(op) : i);
}

PyObject *rm_unicode_repeat(PyObject *op, Py_ssize_t n)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);
    PyObject *repeated;

    if (n == 1)
        return PyUnicode_FromObject(op);
    if (n > 0 && length > PY_SSIZE_T_MAX / n)
        return PyErr_Format(PyExc_OverflowError, "repeated string is too long");
    repeated = PyUnicode_New(n < 1 ? 0 : n * length, rm_max_char(op));
    for (Py_ssize_t i = 0; repeated != NULL && i < n; i++)
        rm_chars_copy((int)PyUnicode_KIND(op), PyUnicode_DATA(repeated), i * length,
                      (int)PyUnicode_KIND(op), PyUnicode_DATA(op), 0, length);
    return repeated;
}

/* The n-th part. The list has room for twelve, or for as many as were asked for. */
static int put_part(PyObject *list, Py_ssize_t n, PyObject *op, Py_ssize_t start, Py_ssize_t end)
{
    PyObject *part = PyUnicode_Substring(op, start, end);
    int rc = 0;

    if (part == NULL)
        return -1;
    if (n < ((PyListObject *)list)->allocated && n < MOST_AT_ONCE) {
        Py_SET_SIZE(list, n + 1);
        PyList_SET_ITEM(list, n, part);
        return 0;
    }
    rc = PyList_Append(list, part);
    Py_DECREF(part);
    return rc;
}

static int split_spaces(PyObject *list, PyObject *op, Py_ssize_t most)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op), i = 0, n = 0, from;

    for (;;) {
        while (i < length && _PyUnicode_IsWhitespace(get(op, i)))
            i++;
        if (i == length)
            return 0;
        from = i;
        if (most-- == 0)
            break;
        while (i < length && !_PyUnicode_IsWhitespace(get(op, i)))
            i++;
        if (put_part(list, n++, op, from, i) < 0)
            return -1;
    }
    return put_part(list, n, op, from, length);
}

static int split_by(PyObject *list, PyObject *op, PyObject *separator, Py_ssize_t most)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op), from = 0, n = 0, at;

    while (most-- != 0 && (at = find(op, separator, from, length, 1)) >= 0) {
        if (put_part(list, n++, op, from, at) < 0)
            return -1;
        from = at + PyUnicode_GET_LENGTH(separator);
    }
    return put_part(list, n, op, from, length);
}

/* The same from the end: the last part comes first. */
static int rsplit_spaces(PyObject *list, PyObject *op, Py_ssize_t most)
{
    Py_ssize_t i = PyUnicode_GET_LENGTH(op), n = 0, to;

    for (;;) {
        while (i > 0 && _PyUnicode_IsWhitespace(get(op, i - 1)))
            i--;
        if (i == 0)
            return 0;
        to = i;
        if (most-- == 0)
            break;
        while (i > 0 && !_PyUnicode_IsWhitespace(get(op, i - 1)))
            i--;
        if (put_part(list, n++, op, i, to) < 0)
            return -1;
    }
    return put_part(list, n, op, 0, to);
}

static int rsplit_by(PyObject *list, PyObject *op, PyObject *separator, Py_ssize_t most)
{
    Py_ssize_t to = PyUnicode_GET_LENGTH(op), n = 0, at;

    while (most-- != 0 && (at = find(op, separator, 0, to, -1)) >= 0) {
        if (put_part(list, n++, op, at + PyUnicode_GET_LENGTH(separator), to) < 0)
            return -1;
        to = at;
    }
    return put_part(list, n, op, 0, to);
}

typedef struct {
    int (*by)(PyObject *list, PyObject *op, PyObject *separator, Py_ssize_t most);
    int (*spaces)(PyObject *list, PyObject *op, Py_ssize_t most);
} splitter;

/* separator NULL: runs of white space; most negative: no limit. */
static PyObject *split(PyObject *op, PyObject *separator, Py_ssize_t most, const splitter *how)
{
    PyObject *list;
    bool is_whole;

    if (!is_str(op) || (separator != NULL && !is_str(separator)))
        return NULL;
    if (separator != NULL && PyUnicode_GET_LENGTH(separator) == 0) {
        PyErr_SetString(PyExc_ValueError, "empty separator");
        return NULL;
    }
    most = most < 0 ? PY_SSIZE_T_MAX : most;
    is_whole = separator != NULL && (PyUnicode_GET_LENGTH(separator) > PyUnicode_GET_LENGTH(op) ||
                                     PyUnicode_KIND(separator) > PyUnicode_KIND(op));
    list = PyList_New(is_whole ? 1 : most < MOST_AT_ONCE ? most + 1 : MOST_AT_ONCE);
    if (list != NULL)
        Py_SET_SIZE(list, 0);
    if (list != NULL && (separator != NULL ? how->by(list, op, separator, most)
                                           : how->spaces(list, op, most)) < 0)
        Py_CLEAR(list);
    return list;
}

PyObject *PyUnicode_Split(PyObject *op, PyObject *separator, Py_ssize_t most)
{
    return split(op, separator, most, &(splitter){split_by, split_spaces});
}

PyObject *PyUnicode_RSplit(PyObject *op, PyObject *separator, Py_ssize_t most)
{
    PyObject *list = split(op, separator, most, &(splitter){rsplit_by, rsplit_spaces});

    if (list != NULL)
        PyList_Reverse(list);
    return list;
}

/* An empty old stands before every character and at the end. */
static int replace_into(rm_text *text, PyObject *op, PyObject *old, PyObject *by, Py_ssize_t n)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op), width = PyUnicode_GET_LENGTH(old), from = 0;

    for (; n > 0; n--) {
        Py_ssize_t at = find(op, old, from, length, 1), next = width > 0 ? at + width : at + 1;

        if (rm_text_part(text, op, from, at) < 0 || rm_text_str(text, by) < 0)
            return -1;
        if (width == 0 && at < length)
            rm_text_part(text, op, at, next);
        from = Py_MIN(next, length);
    }
    return rm_text_part(text, op, from, length);
}

PyObject *PyUnicode_Replace(PyObject *op, PyObject *old, PyObject *by, Py_ssize_t most)
{
    rm_text text = RM_TEXT_START;
    Py_ssize_t n;

    if (!is_str(op) || !is_str(old) || !is_str(by))
        return NULL;
    n = count(op, old, 0, PyUnicode_GET_LENGTH(op), most < 0 ? PY_SSIZE_T_MAX : most);
    if (n == 0)
        return PyUnicode_FromObject(op);
    replace_into(&text, op, old, by, n);
    return rm_text_finish(&text);
}

/* ---- methods */

static PyObject *method_join(PyObject *op, PyObject *items)
{
    return PyUnicode_Join(op, items);
}

static PyObject *method_encode(PyObject *op, PyObject *args)
{
    const char *names[2] = {NULL, NULL};

    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args) && i < 2; i++)
        if ((names[i] = PyUnicode_AsUTF8(PyTuple_GET_ITEM(args, i))) == NULL)
            return NULL;
    return PyUnicode_AsEncodedString(op, names[0], names[1]);
}

static PyObject *tail_matches(PyObject *op, PyObject *part, int direction)
{
    Py_ssize_t found = PyUnicode_Tailmatch(op, part, 0, PY_SSIZE_T_MAX, direction);

    return found < 0 ? NULL : PyBool_FromLong((long)found);
}

static PyObject *method_startswith(PyObject *op, PyObject *part)
{
    return tail_matches(op, part, -1);
}

static PyObject *method_endswith(PyObject *op, PyObject *part)
{
    return tail_matches(op, part, 1);
}

PyMethodDef rm_unicode_methods[] = {
    {"join", method_join, METH_O, NULL},
    {"encode", method_encode, METH_VARARGS, NULL},
    {"startswith", method_startswith, METH_O, NULL},
    {"endswith", method_endswith, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
