/* Characters of 1, 2 and 4 bytes, as the files about str share them. */
#ifndef RM_UNICODE_INT_H
#define RM_UNICODE_INT_H

#include "core_int.h"
#include "text.h"

static inline int rm_width_of(Py_UCS4 max_char)
{
    return max_char < 0x100 ? 1 : max_char < 0x10000 ? 2 : 4;
}

/* Bytes in front of the text. wstr is a field of every string and its length one of those that are
 * not ASCII. */
static inline unsigned rm_str_header(const rm_knobs *knobs, bool ascii)
{
    unsigned gone = knobs->str_wstr ? 0 : sizeof(void *);

    return ascii ? sizeof(PyASCIIObject) - gone : sizeof(PyCompactUnicodeObject) - 2 * gone;
}

/* The UTF-8 of a string that is not ASCII stands behind the header of one that is. */
typedef struct {
    Py_ssize_t length;
    char *text; /* memory, made on demand */
} rm_utf8;

static inline rm_utf8 *rm_str_utf8(PyObject *s)
{
    return (rm_utf8 *)((char *)s + rm_str_header(&rm_now->knobs, true));
}

/* The bound that the storage of s promises: 0x7f, 0xff, 0xffff or 0x10ffff. */
static inline Py_UCS4 rm_max_char(PyObject *s)
{
    if (PyUnicode_IS_ASCII(s))
        return 0x7f;
    return PyUnicode_KIND(s) == PyUnicode_1BYTE_KIND   ? 0xff
           : PyUnicode_KIND(s) == PyUnicode_2BYTE_KIND ? 0xffff
                                                       : 0x10ffff;
}

static inline Py_UCS4 rm_char_get(int width, const void *data, Py_ssize_t i)
{
    return PyUnicode_READ(width, data, i);
}

static inline void rm_char_put(int width, void *data, Py_ssize_t i, Py_UCS4 c)
{
    PyUnicode_WRITE(width, data, i, c);
}

/* n characters; the target is at least as wide as they need. */
void rm_chars_copy(int to_width, void *to, Py_ssize_t to_at, int width, const void *from,
                   Py_ssize_t at, Py_ssize_t n);

PyObject *rm_str_from(int width, const void *data, Py_ssize_t length); /* as narrow as can be */
PyObject *rm_str_of_char(Py_UCS4 c);                                   /* shared below U+0100 */

/* Reads one character of UTF-8 and moves *s past it; -1: it is not UTF-8. */
int32_t rm_utf8_next(const unsigned char **s, const unsigned char *end);
size_t rm_utf8_put(char *out, Py_UCS4 c); /* bytes written, up to 4 */

bool rm_unicode_is_private(PyObject *op);

/* A copy as wchar_t that is memory of its own: a string of four bytes a character has none. */
static inline bool rm_wide_is_own(PyObject *op)
{
    void *wide = rm_now->knobs.str_wstr ? ((PyASCIIObject *)op)->wstr : NULL;

    return wide != NULL && wide != PyUnicode_DATA(op);
}
static inline void rm_wide_drop(PyObject *op)
{
    if (rm_wide_is_own(op))
        PyObject_Free(((PyASCIIObject *)op)->wstr);
    if (rm_now->knobs.str_wstr)
        ((PyASCIIObject *)op)->wstr = NULL;
}

/* the slots that are written elsewhere */
PyObject *rm_unicode_repeat(PyObject *op, Py_ssize_t n);
PyObject *rm_unicode_item(PyObject *op, Py_ssize_t i);
PyObject *rm_unicode_subscript(PyObject *op, PyObject *index);
PyObject *rm_unicode_remainder(PyObject *format, PyObject *args);
PyObject *rm_unicode_repr(PyObject *op);
extern PyMethodDef rm_unicode_methods[];

#endif
