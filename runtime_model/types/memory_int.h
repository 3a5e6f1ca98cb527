/* Items of a buffer, as memoryview needs them. */
#ifndef RM_MEMORY_INT_H
#define RM_MEMORY_INT_H

#include "core_int.h"

PyObject *rm_buffer_item(const char *at, const char *format);          /* NULL: an exception is set */
int rm_buffer_put(char *at, const char *format, PyObject *value);
char *rm_buffer_step(const Py_buffer *b, int dimension, char *at, Py_ssize_t i);
void rm_buffer_pack(char *out, const Py_buffer *b, char order); /* C order, or F */

#endif
