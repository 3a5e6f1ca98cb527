/* For programs that include it: frames of Python code are not part of the model's C API. A frame of
 * the model is in refwarden/frame.h. */
#ifndef Py_FRAMEOBJECT_H
#define Py_FRAMEOBJECT_H
#include "Python.h"
#endif
