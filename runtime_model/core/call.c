/* Calling an object through its type's tp_call. */
#include "core_int.h"

PyObject *PyObject_Call(PyObject *callable, PyObject *args, PyObject *kwargs)
{
    ternaryfunc call = Py_TYPE(callable)->tp_call;

    if (call == NULL)
        return PyErr_Format(PyExc_TypeError, "'%.200s' object is not callable",
                            Py_TYPE(callable)->tp_name);
    return call(callable, args, kwargs);
}

static PyObject *call_with(PyObject *callable, PyObject *args)
{
    PyObject *result = args != NULL ? PyObject_Call(callable, args, NULL) : NULL;

    Py_XDECREF(args);
    return result;
}

PyObject *PyObject_CallNoArgs(PyObject *callable)
{
    return call_with(callable, PyTuple_New(0));
}

PyObject *PyObject_CallOneArg(PyObject *callable, PyObject *arg)
{
    return call_with(callable, PyTuple_Pack(1, arg));
}
