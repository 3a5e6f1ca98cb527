/* What an object is asked for by the name of a method of its type: format, dir, its path. */
#include "core_int.h"

/* ---- __format__ */

/* What object itself has: an empty format is str. */
PyObject *rm_object_format(PyObject *op, PyObject *how)
{
    if (!PyUnicode_Check(how))
        return PyErr_Format(PyExc_TypeError, "__format__() argument must be str, not %.200s",
                            Py_TYPE(how)->tp_name);
    if (PyUnicode_GET_LENGTH(how) == 0)
        return PyObject_Str(op);
    return PyErr_Format(PyExc_TypeError, "unsupported format string passed to %.200s.__format__",
                        Py_TYPE(op)->tp_name);
}

static PyObject *format_with(PyObject *op, PyObject *how)
{
    PyObject *method = rm_special(op, RM_NAME___format__), *text;

    if (method == NULL)
        return PyErr_Occurred() ? NULL
                                : PyErr_Format(PyExc_TypeError, "Type %.100s doesn't define __format__",
                                               Py_TYPE(op)->tp_name);
    text = PyObject_CallOneArg(method, how);
    Py_DECREF(method);
    if (text != NULL && !PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "__format__ must return a str, not %.200s", Py_TYPE(text)->tp_name);
        Py_CLEAR(text);
    }
    return text;
}

PyObject *PyObject_Format(PyObject *op, PyObject *how)
{
    PyObject *none, *text;

    if (how != NULL && !PyUnicode_Check(how))
        return PyErr_Format(PyExc_SystemError, "Format specifier must be a string, not %.200s",
                            Py_TYPE(how)->tp_name);
    if (how == NULL || PyUnicode_GET_LENGTH(how) == 0) {
        if (PyUnicode_CheckExact(op))
            return Py_NewRef(op);
        if (PyLong_CheckExact(op))
            return PyObject_Str(op);
    }
    if (how != NULL)
        return format_with(op, how);
    none = PyUnicode_New(0, 0);
    text = format_with(op, none);
    Py_DECREF(none);
    return text;
}

/* ---- __dir__ */

static int add_types(PyObject *names, PyTypeObject *type)
{
    PyObject *mro = type->tp_mro;

    for (Py_ssize_t i = PyTuple_GET_SIZE(mro); i-- > 0;)
        if (PyDict_Update(names, ((PyTypeObject *)PyTuple_GET_ITEM(mro, i))->tp_dict) < 0)
            return -1;
    return 0;
}

static int add_instance(PyObject *names, PyObject *op)
{
    PyObject *dict;
    int rc = _PyObject_LookupAttr(op, rm_now->names[RM_NAME___dict__], &dict);

    if (rc > 0 && PyDict_Check(dict))
        rc = PyDict_Update(names, dict);
    Py_XDECREF(dict);
    return rc < 0 ? -1 : 0;
}

/* A class lists its order of resolution, a module its dict, any other object both. */
PyObject *rm_object_dir(PyObject *op, PyObject *unused)
{
    PyObject *names = PyDict_New(), *list = NULL;
    int rc = names != NULL ? 0 : -1;

    (void)unused;
    if (rc == 0 && PyType_Check(op))
        rc = add_types(names, (PyTypeObject *)op);
    else if (rc == 0)
        rc = add_instance(names, op);
    if (rc == 0 && !PyType_Check(op) && !PyModule_Check(op))
        rc = add_types(names, Py_TYPE(op));
    if (rc == 0)
        list = PyDict_Keys(names);
    Py_XDECREF(names);
    return list;
}

PyObject *PyObject_Dir(PyObject *op)
{
    PyObject *method, *names, *sorted = NULL;

    if (op == NULL)
        return PyEval_GetLocals();
    method = rm_special(op, RM_NAME___dir__);
    names = method != NULL ? PyObject_CallNoArgs(method) : NULL;
    Py_XDECREF(method);
    if (names != NULL)
        sorted = PySequence_List(names);
    else if (!PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "object does not provide __dir__");
    Py_XDECREF(names);
    if (sorted != NULL && PyList_Sort(sorted) < 0)
        Py_CLEAR(sorted);
    return sorted;
}

/* ---- __fspath__ */

static bool is_path(PyObject *op)
{
    return PyUnicode_Check(op) || PyBytes_Check(op);
}

PyObject *PyOS_FSPath(PyObject *path)
{
    PyObject *method, *text;

    if (is_path(path))
        return Py_NewRef(path);
    method = rm_special(path, RM_NAME___fspath__);
    if (method == NULL)
        return PyErr_Occurred() ? NULL
                                : PyErr_Format(PyExc_TypeError,
                                               "expected str, bytes or os.PathLike object, not %.200s",
                                               Py_TYPE(path)->tp_name);
    text = PyObject_CallNoArgs(method);
    Py_DECREF(method);
    if (text == NULL || is_path(text))
        return text;
    PyErr_Format(PyExc_TypeError, "expected %.200s.__fspath__() to return str or bytes, not %.200s",
                 Py_TYPE(path)->tp_name, Py_TYPE(text)->tp_name);
    Py_DECREF(text);
    return NULL;
}

/* ---- an int in other bases */

PyObject *PyNumber_ToBase(PyObject *op, int base)
{
    PyObject *index, *text;

    if (base != 2 && base != 8 && base != 10 && base != 16) {
        PyErr_SetString(PyExc_SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16");
        return NULL;
    }
    index = PyNumber_Index(op);
    text = index != NULL ? _PyLong_Format(index, base) : NULL;
    Py_XDECREF(index);
    return text;
}
