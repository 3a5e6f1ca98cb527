/* Py_NewRef is a retain and its argument's value. */
#include <Python.h>
#if PY_VERSION_HEX < 0x030a0000
#define Py_NewRef(o) _Py_NewRef(o)
#define Py_XNewRef(o) _Py_XNewRef(o)
PyObject *_Py_NewRef(PyObject *), *_Py_XNewRef(PyObject *);
#endif

PyObject *identity(PyObject *o)
{
    return Py_NewRef(o);
}

PyObject *maybe(PyObject *o)
{
    PyObject *kept = Py_XNewRef(o);

    return kept;
}
