/* Digits of an int, as the files about int share them. */
#ifndef RM_LONG_INT_H
#define RM_LONG_INT_H

#include "core_int.h"

static inline Py_ssize_t rm_digits(PyObject *op) { return Py_ABS(rm_long_size(op)); }
static inline digit *rm_digits_of(PyObject *op) { return ((PyLongObject *)op)->ob_digit; }

/* Takes op over: without leading zeros, negative if asked, a small one replaced by the shared one. */
PyObject *rm_long_finish(PyLongObject *op, bool negative);
/* op or, through __index__, what stands for it: a new reference to an int. */
PyObject *rm_long_index(PyObject *op);
int rm_long_compare(PyObject *a, PyObject *b);
digit rm_long_divide_small(digit *digits, Py_ssize_t n, digit by); /* in place; the remainder */

PyObject *rm_long_repr(PyObject *op);
extern PyNumberMethods rm_long_as_number;

#endif
