/* Many conditions whose paths meet again in the same state, or long but straight. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define EIGHT(X) X X X X X X X X
#define SIXTYFOUR(X) EIGHT(EIGHT_AGAIN(X))
#define EIGHT_AGAIN(X) X X X X X X X X

/* Sixty-four forks on a number: nothing of them is left at the end. */
PyObject *counted(PyObject *self, PyObject *arg)
{
    long total = 0, flags = PyLong_AsLong(arg);
    if (flags == -1 && PyErr_Occurred())
        return NULL;
    SIXTYFOUR(total += flags; if (total & 1) total++;)
    return PyLong_FromLong(total);
}

#define ADD_ONE                               \
    item = PyLong_FromLong(1);                \
    if (item == NULL)                         \
        goto fail;                            \
    if (PyList_Append(list, item) < 0)        \
        goto fail;                            \
    Py_CLEAR(item);

PyObject *straight(PyObject *self, PyObject *noargs)
{
    PyObject *item = NULL, *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    SIXTYFOUR(ADD_ONE)
    return list;
fail:
    Py_XDECREF(item);
    Py_DECREF(list);
    return NULL;
}

#define SET_ONE                                               \
    if (PyModule_AddIntConstant(module, "constant", 1) < 0)   \
        return -1;

int constants(PyObject *module)
{
    SIXTYFOUR(SET_ONE)
    return 0;
}

#define CASE(n) case n: result = PyLong_FromLong(n * 2); break;
#define CASES(n) CASE(n) CASE(n + 1) CASE(n + 2) CASE(n + 3)

PyObject *big_switch(PyObject *self, PyObject *arg)
{
    PyObject *result = NULL;
    switch (PyLong_AsLong(arg)) {
    CASES(0) CASES(4) CASES(8) CASES(12) CASES(16) CASES(20) CASES(24) CASES(28)
    default:
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_ValueError, "no such case");
    }
    return result;
}

PyObject *nested_loops(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    for (int i = 0; list != NULL && i < 10; i++)
        for (int j = 0; list != NULL && j < 10; j++)
            for (int k = 0; list != NULL && k < 10; k++)
                if (PyList_Append(list, arg) < 0)
                    Py_CLEAR(list);
    return list;
}

#define TRY_ONE                                              \
    done = PyObject_CallNoArgs(arg);                         \
    if (done == NULL)                                        \
        PyErr_Clear();                                       \
    Py_XDECREF(done);

PyObject *tries(PyObject *self, PyObject *arg)
{
    PyObject *done;
    SIXTYFOUR(TRY_ONE)
    Py_RETURN_NONE;
}
