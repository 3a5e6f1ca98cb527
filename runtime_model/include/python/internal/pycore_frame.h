/* The fields of a frame, for code that sets the line itself. */
#ifndef Py_INTERNAL_FRAME_H
#define Py_INTERNAL_FRAME_H

#include "Python.h"

struct _frame {
    PyObject_HEAD
    PyFrameObject *f_back;  /* owned */
    PyCodeObject *f_code;   /* owned */
    PyObject *f_globals;    /* owned */
    PyObject *f_builtins;   /* owned */
    PyObject *f_locals;     /* owned */
    PyObject *f_trace;      /* owned; may be NULL */
    int f_lineno;           /* 0: the code's first line */
};

#endif
