/* What the sys module knows. */
#ifndef Py_SYSMODULE_H
#define Py_SYSMODULE_H

PyAPI_FUNC(size_t) _PySys_GetSizeOf(PyObject *op);

#endif
