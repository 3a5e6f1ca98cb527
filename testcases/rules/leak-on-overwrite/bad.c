/* A variable is reused while it holds the only reference to an object. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *encoded(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    text = PyUnicode_AsUTF8String(text);     // expect: RW103 'text'
    return text;
}

static PyObject *last_of(PyObject *self, PyObject *arg)
{
    Py_ssize_t count = 0;
    PyObject *item, *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator)) != NULL) // expect: RW103 'item'
        count++;
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return NULL;
    return PyLong_FromSsize_t(count);
}

/* continue skips the release at the end of the body. */
static PyObject *count_true(PyObject *self, PyObject *arg)
{
    Py_ssize_t count = 0;
    PyObject *item, *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator)) != NULL) { // expect: RW103 'item'
        if (item == Py_None)
            continue;
        if (item == Py_True)
            count++;
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return NULL;
    return PyLong_FromSsize_t(count);
}

static PyObject *default_then_value(PyObject *self, PyObject *args)
{
    int flag;
    if (!PyArg_ParseTuple(args, "p", &flag))
        return NULL;
    PyObject *value = PyLong_FromLong(0);
    if (value == NULL)
        return NULL;
    if (flag)
        value = PyFloat_FromDouble(1.0);     // expect: RW103 'value'
    return value;
}

/* The wrapped type hides the one it was made from. */
static PyObject *wrap_callable(PyObject *self, PyObject *arg)
{
    PyObject *f = PyObject_GetAttrString(arg, "function");
    if (f == NULL)
        return NULL;
    f = PyObject_CallOneArg(arg, f);         // expect: RW103 'f'
    return f;
}

/* The second call of a pair reuses the variable of the first. */
static int set_both(PyObject *target, long a, long b)
{
    PyObject *number = PyLong_FromLong(a);
    if (number == NULL)
        return -1;
    if (PyObject_SetAttrString(target, "a", number) < 0) {
        Py_DECREF(number);
        return -1;
    }
    number = PyLong_FromLong(b);             // expect: RW103 'number'
    if (number == NULL)
        return -1;
    int rc = PyObject_SetAttrString(target, "b", number);
    Py_DECREF(number);
    return rc;
}

static PyObject *reset(PyObject *self, PyObject *arg)
{
    if (set_both(arg, 0, 1) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *forget(PyObject *self, PyObject *arg)
{
    PyObject *copy = PySequence_List(arg);
    if (copy == NULL)
        return NULL;
    if (PyList_GET_SIZE(copy) == 0)
        copy = NULL;                         // expect: RW103 'copy'
    Py_XDECREF(copy);
    Py_RETURN_NONE;
}

/* An owned value is replaced by None with a reference of its own. */
static PyObject *or_none(PyObject *self, PyObject *arg)
{
    PyObject *value = PyObject_GetAttrString(arg, "value");
    if (value == NULL)
        return NULL;
    if (!PyLong_Check(value)) {
        Py_INCREF(Py_None);
        value = Py_None;                     // expect: RW103 'value'
    }
    return value;
}

/* Every step of a calculation is kept in the same variable. */
static PyObject *scaled(PyObject *self, PyObject *arg)
{
    PyObject *total = PyNumber_Add(arg, arg);
    if (total == NULL)
        return NULL;
    total = PyNumber_Multiply(total, arg);   // expect: RW103 'total'
    return total;
}

/* The path of names is walked with one variable. */
static PyObject *submodule(PyObject *self, PyObject *noargs)
{
    PyObject *object = PyImport_ImportModule("os");
    if (object == NULL)
        return NULL;
    object = PyObject_GetAttrString(object, "path"); // expect: RW103 'object'
    return object;
}

static PyMethodDef methods[] = {
    {"encoded", encoded, METH_O, NULL},
    {"last_of", last_of, METH_O, NULL},
    {"count_true", count_true, METH_O, NULL},
    {"default_then_value", default_then_value, METH_VARARGS, NULL},
    {"wrap_callable", wrap_callable, METH_O, NULL},
    {"reset", reset, METH_O, NULL},
    {"forget", forget, METH_O, NULL},
    {"or_none", or_none, METH_O, NULL},
    {"scaled", scaled, METH_O, NULL},
    {"submodule", submodule, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "leak_on_overwrite", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_leak_on_overwrite(void)
{
    return PyModule_Create(&module_def);
}
