/* Format units: what each does to the arguments behind the format. */
#include <Python.h>

PyObject *text_looks_at_objects_only(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_Repr(arg);

    if (name == NULL)
        return NULL;
    PyErr_Format(PyExc_ValueError, "%.200s: %U %5zd", "x", name, (Py_ssize_t)1);
    return NULL; // expect: RW101 'name' leaks
}

PyObject *text_needs_an_object(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_Repr(arg), *text;

    text = PyUnicode_FromFormat("%d %U", 1, name); // expect: RW701 'name'
    Py_XDECREF(name);
    return text;
}

PyObject *text_may_show_null(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_Repr(arg), *text;

    text = PyUnicode_FromFormat("%d %S", 1, name);
    Py_XDECREF(name);
    return text;
}

static int read_name(PyObject *args)
{
    PyObject *name;

    if (!PyArg_ParseTuple(args, "O&", PyUnicode_FSConverter, &name))
        return -1;
    return 0; // expect: RW102 'name' leaks
}

PyObject *converter_gives_a_reference(PyObject *self, PyObject *args)
{
    PyObject *name, *size;

    if (!PyArg_ParseTuple(args, "O&", PyUnicode_FSConverter, &name))
        return NULL;
    size = PyLong_FromSsize_t(PyBytes_GET_SIZE(name));
    Py_DECREF(name);
    if (read_name(args) < 0) {
        Py_XDECREF(size);
        return NULL;
    }
    return size;
}

PyObject *n_gives_the_reference_away(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_Repr(arg);

    if (name == NULL)
        return NULL;
    return Py_BuildValue("(iN)", 1, name);
}

PyObject *o_does_not(PyObject *self, PyObject *arg)
{
    PyObject *name = PyObject_Repr(arg);

    if (name == NULL)
        return NULL;
    return Py_BuildValue("{s:O}", "name", name); // expect: RW102 'name' leaks
}
