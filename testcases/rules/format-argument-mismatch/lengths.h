/* Included instead of Python.h. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
