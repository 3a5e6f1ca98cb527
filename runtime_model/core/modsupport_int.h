/* Shared by what reads formats: the arguments of a call as an array. */
#ifndef RM_MODSUPPORT_INT_H
#define RM_MODSUPPORT_INT_H

/* Owned values in few or, when there are more than room, in memory to be freed. NULL: failed. */
PyObject **rm_build_stack(PyObject **few, Py_ssize_t room, const char *format, va_list va, int clean,
                          Py_ssize_t *n);

#endif
