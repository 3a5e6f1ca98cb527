/* PY_SSIZE_T_CLEAN is not defined before Python.h: the units with a length are refused. */
#include <Python.h>

static PyObject *parses_a_length(PyObject *self, PyObject *args)
{
    const char *text;
    Py_ssize_t len;

    if (!PyArg_ParseTuple(args, "y#", &text, &len)) // expect: RW601 'y#' raises SystemError: PY_SSIZE_T_CLEAN is not defined
        return NULL;
    return PyBytes_FromStringAndSize(text, len);
}

static PyObject *builds_from_a_length(PyObject *self, PyObject *args)
{
    return Py_BuildValue("s#", "text", (Py_ssize_t)2); // expect: RW601 's#' raises SystemError
}

static PyMethodDef methods[] = {
    {"parses_a_length", parses_a_length, METH_VARARGS, NULL},
    {"builds_from_a_length", builds_from_a_length, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyMethodDef *module_methods(void) { return methods; }
