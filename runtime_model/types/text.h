/* A string that is being put together: grows, widens when a character needs it, ends as a str.
 * A failed step sets an exception and leaves the text to be dropped or finished, which fails too. */
#ifndef RM_TEXT_H
#define RM_TEXT_H

#include "core_int.h"

typedef struct {
    void *data; /* length characters of `width` bytes, room for more */
    int width;
    Py_ssize_t length, room;
    Py_UCS4 max_char; /* at least the largest so far */
    bool failed;
} rm_text;

/* Bytes of s before its zero, most at most. */
static inline Py_ssize_t rm_strnlen(const char *s, size_t most)
{
    const char *end = memchr(s, '\0', most);

    return end != NULL ? end - s : (Py_ssize_t)most;
}

#define RM_TEXT_START {NULL, 1, 0, 0, 0, false}

int rm_text_char(rm_text *text, Py_UCS4 c);
int rm_text_ascii(rm_text *text, const char *s);
int rm_text_fill(rm_text *text, Py_UCS4 c, Py_ssize_t n);
int rm_text_part(rm_text *text, PyObject *s, Py_ssize_t from, Py_ssize_t to);
int rm_text_str(rm_text *text, PyObject *s);
int rm_text_repr(rm_text *text, PyObject *op);
PyObject *rm_text_finish(rm_text *text); /* frees the text in any case */
void rm_text_drop(rm_text *text);

/* The repr of a container: between open and close what write writes, "..." inside itself. */
PyObject *rm_text_of_container(PyObject *op, const char *open, int (*write)(rm_text *, PyObject *),
                               const char *close);

#endif
