/* A string that is being put together (text.h). Room grows by a quarter; the finished str is made
 * anew at its exact size and narrowest width. */
#include "unicode_int.h"

static int fail(rm_text *text)
{
    if (!text->failed)
        PyErr_NoMemory();
    text->failed = true;
    return -1;
}

/* Room for n more characters up to c, at the width that c needs. */
static int make_room(rm_text *text, Py_ssize_t n, Py_UCS4 c)
{
    int width = rm_width_of(Py_MAX(c, text->max_char));
    Py_ssize_t room = text->length + n;
    void *data;

    if (text->failed)
        return -1;
    text->max_char = Py_MAX(c, text->max_char);
    if (room <= text->room && width == text->width)
        return 0;
    room = room <= text->room ? text->room : room + room / 4 + 16;
    data = PyMem_Malloc((size_t)room * (size_t)width);
    if (data == NULL)
        return fail(text);
    rm_chars_copy(width, data, 0, text->width, text->data, 0, text->length);
    PyMem_Free(text->data);
    text->data = data;
    text->width = width;
    text->room = room;
    return 0;
}

int rm_text_fill(rm_text *text, Py_UCS4 c, Py_ssize_t n)
{
    if (n <= 0)
        return 0;
    if (make_room(text, n, c) < 0)
        return -1;
    while (n-- > 0)
        rm_char_put(text->width, text->data, text->length++, c);
    return 0;
}

int rm_text_char(rm_text *text, Py_UCS4 c)
{
    return rm_text_fill(text, c, 1);
}

int rm_text_ascii(rm_text *text, const char *s)
{
    Py_ssize_t n = (Py_ssize_t)strlen(s);

    if (make_room(text, n, 0x7f) < 0)
        return -1;
    rm_chars_copy(text->width, text->data, text->length, 1, s, 0, n);
    text->length += n;
    return 0;
}

int rm_text_part(rm_text *text, PyObject *s, Py_ssize_t from, Py_ssize_t to)
{
    if (make_room(text, to - from, rm_max_char(s)) < 0)
        return -1;
    rm_chars_copy(text->width, text->data, text->length, (int)PyUnicode_KIND(s), PyUnicode_DATA(s),
                  from, to - from);
    text->length += to - from;
    return 0;
}

int rm_text_str(rm_text *text, PyObject *s)
{
    return rm_text_part(text, s, 0, PyUnicode_GET_LENGTH(s));
}

int rm_text_repr(rm_text *text, PyObject *op)
{
    PyObject *s = PyObject_Repr(op);
    int rc = s != NULL ? rm_text_str(text, s) : -1;

    text->failed |= s == NULL;
    Py_XDECREF(s);
    return rc;
}

void rm_text_drop(rm_text *text)
{
    PyMem_Free(text->data);
    *text = (rm_text)RM_TEXT_START;
}

PyObject *rm_text_finish(rm_text *text)
{
    PyObject *op = text->failed ? NULL : rm_str_from(text->width, text->data, text->length);

    rm_text_drop(text);
    return op;
}

PyObject *rm_text_of_container(PyObject *op, const char *open, int (*write)(rm_text *, PyObject *),
                               const char *close)
{
    rm_text text = RM_TEXT_START;
    int inside = Py_ReprEnter(op);

    if (inside < 0)
        return NULL;
    rm_text_ascii(&text, open);
    if (inside > 0)
        rm_text_ascii(&text, "...");
    else
        text.failed |= write(&text, op) < 0;
    rm_text_ascii(&text, close);
    if (inside == 0)
        Py_ReprLeave(op);
    return rm_text_finish(&text);
}
