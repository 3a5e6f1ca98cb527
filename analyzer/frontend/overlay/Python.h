/* Found before Python's own header: includes that, then replaces what hides a call. */
#ifndef REFWARDEN_LENGTHS
#define REFWARDEN_LENGTHS
#ifdef PY_SSIZE_T_CLEAN
static const int __rw_long_lengths = 1;
#else /* the same names for both; the type of a length never changes who owns what */
#define PY_SSIZE_T_CLEAN
#endif
#endif
#include_next <Python.h>
#ifdef PY_VERSION_HEX
#include "rw_macros.h"
#include "rw_types.h"
#endif
