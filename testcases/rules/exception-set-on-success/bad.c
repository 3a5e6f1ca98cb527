/* RW703: the result says success, the interpreter finds an exception. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

int resource_open(const char *name);

typedef struct { PyObject_HEAD int handle; PyObject *owner; } Port;

static PyObject *no_return(Port *self, PyObject *noargs)
{
    if (self->handle >= 0)
        self->handle = -1;
    else
        PyErr_SetString(PyExc_ValueError, "the port is closed");
    Py_RETURN_NONE;                          // expect: RW703 exception of PyErr_SetString()
}

static PyObject *default_instead(PyObject *self, PyObject *arg)
{
    PyObject *level = PyObject_GetAttrString(arg, "level");
    if (level == NULL)
        level = PyLong_FromLong(3);
    return level;                            // expect: RW703 PyObject_GetAttrString()
}

/* -1 is true, too. */
static PyObject *minus_one_is_true(PyObject *self, PyObject *arg)
{
    if (PyObject_IsTrue(arg))
        Py_RETURN_TRUE;                      // expect: RW703 PyObject_IsTrue()
    Py_RETURN_FALSE;
}

/* The loop simply does not run. */
static PyObject *length_fails(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = PyObject_Size(arg);
    long sum = 0;
    for (Py_ssize_t i = 0; i < n; i++)
        sum += resource_open("x");
    return PyLong_FromLong(sum);             // expect: RW703 PyObject_Size()
}

/* Only a number can be -1. */
static PyObject *not_asked(PyObject *self, PyObject *arg)
{
    long n = PyLong_AsLong(arg);
    return PyLong_FromLong(n * 2);           // expect: RW703 PyLong_AsLong()
}

static PyObject *write_fails(PyObject *self, PyObject *arg)
{
    PyObject *done = PyObject_CallMethod(arg, "write", "s", "text");
    Py_XDECREF(done);
    return PyLong_FromLong(4);               // expect: RW703 PyObject_CallMethod()
}

static int port_init(Port *self, PyObject *args, PyObject *kwargs)
{
    PyObject *owner;
    if (!PyArg_ParseTuple(args, "O", &owner))
        PyErr_SetString(PyExc_TypeError, "an owner is needed");
    return 0;                                // expect: RW703 port_init()
}

static int port_set(Port *self, PyObject *value, void *closure)
{
    if (value == NULL)
        PyErr_SetString(PyExc_AttributeError, "cannot delete");
    return 0;                                // expect: RW703 port_set()
}

/* The helper says no and why; nobody asks why. */
static int check_open(Port *self)
{
    if (self->handle >= 0)
        return 1;
    PyErr_SetString(PyExc_ValueError, "closed");
    return 0;
}

static PyObject *port_owner(Port *self, void *closure)
{
    if (check_open(self) && self->owner)
        return Py_NewRef(self->owner);
    Py_RETURN_NONE;                          // expect: RW703 check_open()
}

/* A helper that returns NULL with an exception on other paths. */
static PyObject *decoded(const char *text, Py_ssize_t size)
{
    PyObject *result = PyUnicode_DecodeUTF8(text, size, NULL);
    if (result == NULL)
        result = PyBytes_FromStringAndSize(text, size);
    return result;                           // expect: RW703 PyUnicode_DecodeUTF8()
}

static PyObject *decode(PyObject *self, PyObject *args)
{
    const char *text;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "y#", &text, &size))
        return NULL;
    return decoded(text, size);
}

/* Who is called with an exception set gets the blame for it. */
static PyObject *called_too_early(PyObject *self, PyObject *args)
{
    PyObject *log, *value, *text;
    if (!PyArg_ParseTuple(args, "OO", &log, &value))
        return NULL;
    if (PyObject_SetAttrString(value, "seen", Py_True) < 0) {
        text = PyObject_CallFunction(log, "s", "cannot mark"); // expect: RW703 with the exception of PyObject_SetAttrString()
        Py_XDECREF(text);
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef port_methods[] = {{"no_return", (PyCFunction)no_return, METH_NOARGS, NULL}, {NULL}};
static PyGetSetDef port_getset[] = {
    {"owner", (getter)port_owner, (setter)port_set, NULL, NULL},
    {NULL},
};
PyTypeObject Port_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.Port", .tp_basicsize = sizeof(Port), .tp_methods = port_methods,
    .tp_getset = port_getset, .tp_init = (initproc)port_init,
};

static PyMethodDef methods[] = {
    {"default_instead", default_instead, METH_O, NULL},
    {"minus_one_is_true", minus_one_is_true, METH_O, NULL},
    {"length_fails", length_fails, METH_O, NULL},
    {"not_asked", not_asked, METH_O, NULL},
    {"write_fails", write_fails, METH_O, NULL},
    {"decode", decode, METH_VARARGS, NULL},
    {"called_too_early", called_too_early, METH_VARARGS, NULL},
    {NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "m", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_m(void)
{
    PyObject *m = PyModule_Create(&module);
    if (m != NULL && PyModule_AddStringConstant(m, "version", "1") < 0)
        PyErr_SetString(PyExc_RuntimeError, "no version");
    return m;                                // expect: RW703 PyInit_m()
}
