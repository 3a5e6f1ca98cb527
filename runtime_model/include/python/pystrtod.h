/* Between doubles and text. */
#ifndef Py_STRTOD_H
#define Py_STRTOD_H

/* endptr NULL: the whole text must be a number. overflow NULL: infinity instead of an exception. */
PyAPI_FUNC(double) PyOS_string_to_double(const char *s, char **endptr, PyObject *overflow);

#define Py_DTSF_SIGN 0x01      /* a plus as well */
#define Py_DTSF_ADD_DOT_0 0x02 /* so that it reads as a float */
#define Py_DTSF_ALT 0x04       /* printf's # */
#define Py_DTST_FINITE 0
#define Py_DTST_INFINITE 1
#define Py_DTST_NAN 2
PyAPI_FUNC(char *) PyOS_double_to_string(double value, char code, int precision, int flags,
                                         int *type); /* PyMem_Free */

#endif
