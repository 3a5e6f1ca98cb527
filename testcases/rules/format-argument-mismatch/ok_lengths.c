/* PY_SSIZE_T_CLEAN comes from a header of the project; units without a length do not need it. */
#include "lengths.h"

static PyObject *header_defines_it(PyObject *self, PyObject *args)
{
    const char *text;
    Py_ssize_t len;

    if (!PyArg_ParseTuple(args, "s#", &text, &len))
        return NULL;
    return PyBytes_FromStringAndSize(text, len);
}

static PyMethodDef methods[] = {
    {"header_defines_it", header_defines_it, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyMethodDef *module_methods(void) { return methods; }
