/* No other thread can get at the container, or it does not change. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#ifndef Py_BEGIN_CRITICAL_SECTION
void Py_BEGIN_CRITICAL_SECTION(PyObject *op);
void Py_END_CRITICAL_SECTION(void);
#endif

static PyObject *of_tuple(PyObject *self, PyObject *args)
{
    return Py_XNewRef(PyTuple_GetItem(args, 0));
}

static PyObject *of_own_list(PyObject *self, PyObject *arg)
{
    PyObject *list = PySequence_List(arg), *item;
    if (list == NULL)
        return NULL;
    item = Py_XNewRef(PyList_GetItem(list, 0));
    Py_DECREF(list);
    return item;
}

static PyObject *of_new_dict(PyObject *self, PyObject *arg)
{
    PyObject *dict = PyDict_New(), *value;
    if (dict == NULL || PyDict_SetItemString(dict, "value", arg) < 0) {
        Py_XDECREF(dict);
        return NULL;
    }
    value = PyDict_GetItemString(dict, "value");
    Py_XINCREF(value);
    Py_DECREF(dict);
    return value ? value : Py_NewRef(Py_None);
}

static PyObject *of_copy(PyObject *self, PyObject *arg)
{
    PyObject *copy = PyDict_Copy(arg), *value;
    if (copy == NULL)
        return NULL;
    value = PyDict_GetItem(copy, self);
    Py_XINCREF(value);
    Py_DECREF(copy);
    return value ? value : Py_NewRef(Py_None);
}

static PyObject *of_keywords(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *value = kwargs ? PyDict_GetItemString(kwargs, "value") : NULL;
    return Py_NewRef(value ? value : Py_None);
}

static PyObject *checked_tuple(PyObject *self, PyObject *arg)
{
    if (!PyTuple_Check(arg) || PySequence_Fast_GET_SIZE(arg) == 0)
        return PyErr_Format(PyExc_TypeError, "no tuple");
    return Py_NewRef(PySequence_Fast_GET_ITEM(arg, 0));
}

static PyObject *of_keys(PyObject *self, PyObject *dict)
{
    PyObject *keys = PyDict_Keys(dict), *key;
    if (keys == NULL)
        return NULL;
    key = PyList_Size(keys) > 0 ? Py_NewRef(PyList_GET_ITEM(keys, 0)) : Py_NewRef(Py_None);
    Py_DECREF(keys);
    return key;
}

static PyObject *in_critical_section(PyObject *self, PyObject *list)
{
    PyObject *item;
    Py_BEGIN_CRITICAL_SECTION(list);
    item = Py_XNewRef(PyList_GetItem(list, 0));
    Py_END_CRITICAL_SECTION();
    return item;
}

/* It asks for a reference in the first place. */
static PyObject *strong(PyObject *self, PyObject *sequence)
{
    return PySequence_GetItem(sequence, 0);
}

static PyObject *attribute(PyObject *self, PyObject *arg)
{
    return PyObject_GetAttrString(arg, "value");
}

static PyObject *split_text(PyObject *self, PyObject *text)
{
    PyObject *parts = PyUnicode_Split(text, NULL, -1), *part = NULL;
    if (parts == NULL)
        return NULL;
    if (PyList_Size(parts) > 0)
        part = Py_NewRef(PyList_GET_ITEM(parts, 0));
    Py_DECREF(parts);
    return part ? part : Py_NewRef(Py_None);
}

static PyMethodDef methods[] = {
    {"of_tuple", of_tuple, METH_VARARGS, NULL},
    {"of_own_list", of_own_list, METH_O, NULL},
    {"of_new_dict", of_new_dict, METH_O, NULL},
    {"of_copy", of_copy, METH_O, NULL},
    {"of_keywords", (PyCFunction)(void (*)(void))of_keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"checked_tuple", checked_tuple, METH_O, NULL},
    {"of_keys", of_keys, METH_O, NULL},
    {"in_critical_section", in_critical_section, METH_O, NULL},
    {"strong", strong, METH_O, NULL},
    {"attribute", attribute, METH_O, NULL},
    {"split_text", split_text, METH_O, NULL},
    {NULL},
};
struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "m", .m_size = -1, .m_methods = methods};
