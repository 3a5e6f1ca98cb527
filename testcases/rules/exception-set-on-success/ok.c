/* The exception is passed on, taken away, or none can have been set. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

void log_and_forget(const char *text); /* nobody knows what it does to the exception */
int find_device(const char *name);

static PyObject *passed_on(PyObject *self, PyObject *arg)
{
    int is_true = PyObject_IsTrue(arg);
    if (is_true < 0)
        return NULL;
    return PyBool_FromLong(is_true);
}

static PyObject *cleared(PyObject *self, PyObject *arg)
{
    PyObject *level = PyObject_GetAttrString(arg, "level");
    if (level == NULL) {
        PyErr_Clear();
        level = PyLong_FromLong(3);
    }
    return level;
}

static PyObject *asked(PyObject *self, PyObject *arg)
{
    long n = PyLong_AsLong(arg);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    return PyLong_FromLong(n * 2);
}

static PyObject *checked_before(PyObject *self, PyObject *arg)
{
    if (!PyLong_Check(arg))
        Py_RETURN_NOTIMPLEMENTED;
    return PyLong_FromLong(PyLong_AsLong(arg) & 1);
}

/* It is printed, which takes it away. */
static PyObject *printed(PyObject *self, PyObject *arg)
{
    PyObject *done = PyObject_CallNoArgs(arg);
    if (done == NULL)
        PyErr_WriteUnraisable(arg);
    Py_XDECREF(done);
    Py_RETURN_NONE;
}

/* Out of the way while the cleanup runs. */
static PyObject *saved(PyObject *self, PyObject *arg)
{
    PyObject *type, *value, *traceback, *done, *result = PyObject_CallMethod(arg, "run", NULL);
    PyErr_Fetch(&type, &value, &traceback);
    done = PyObject_CallMethod(arg, "close", NULL);
    if (done == NULL)
        PyErr_Clear();
    Py_XDECREF(done);
    PyErr_Restore(type, value, traceback);
    return result;
}

static PyObject *handed_to_unknown(PyObject *self, PyObject *arg)
{
    if (PyObject_SetAttrString(arg, "seen", Py_True) < 0)
        log_and_forget("cannot mark");
    Py_RETURN_NONE;
}

/* The helper reports failures by its result, and that is looked at. */
static int set_level(PyObject *arg, int level)
{
    if (level < 0) {
        PyErr_SetString(PyExc_ValueError, "negative level");
        return -1;
    }
    return PyObject_SetAttrString(arg, "level", Py_None);
}

static PyObject *helper_asked(PyObject *self, PyObject *arg)
{
    if (set_level(arg, find_device("x")) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* What is built of NULL is NULL. */
static PyObject *built_of_failure(PyObject *self, PyObject *arg)
{
    return Py_BuildValue("NN", PyObject_Str(arg), PyObject_Repr(arg));
}

/* A number of which only some bits say that something went wrong. */
static unsigned int flag_of(PyObject *name)
{
    if (PyUnicode_CompareWithASCIIString(name, "fast") == 0)
        return 1;
    PyErr_SetString(PyExc_KeyError, "no such flag");
    return 1u << 30;
}

static PyObject *flags(PyObject *self, PyObject *name)
{
    unsigned int flag = flag_of(name);
    if (flag & (3u << 30))
        return NULL;
    return PyLong_FromUnsignedLong(flag);
}

static PyObject *no_more(PyObject *self)
{
    PyObject *item = PyObject_CallMethod(self, "pull", NULL);
    if (item == NULL && PyErr_ExceptionMatches(PyExc_IndexError))
        PyErr_Clear();
    return item;
}

/* The name is good: only memory could be lacking. */
static PyObject *constant_text(PyObject *self, PyObject *noargs)
{
    PyObject *text = PyUnicode_FromString("text");
    Py_XDECREF(text);
    Py_RETURN_NONE;
}

/* The destructor is called whatever is set, and leaves it as it was. */
static void port_dealloc(PyObject *self)
{
    PyErr_SetString(PyExc_RuntimeError, "dying");
    PyErr_WriteUnraisable(self);
    PyObject_Free(self);
}

/* A negative count is the -1 that comes with the exception. */
static Py_ssize_t counted(PyObject *arg)
{
    Py_ssize_t n = find_device("y");
    if (n < 0)
        PyErr_SetString(PyExc_OSError, "no device");
    return n;
}

static PyObject *count(PyObject *self, PyObject *arg)
{
    Py_ssize_t n = counted(arg);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    return PyLong_FromSsize_t(n);
}

PyTypeObject Port_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.Port", .tp_basicsize = sizeof(PyObject), .tp_dealloc = port_dealloc,
    .tp_iternext = no_more,
};

static PyMethodDef methods[] = {
    {"passed_on", passed_on, METH_O, NULL},
    {"cleared", cleared, METH_O, NULL},
    {"asked", asked, METH_O, NULL},
    {"checked_before", checked_before, METH_O, NULL},
    {"printed", printed, METH_O, NULL},
    {"saved", saved, METH_O, NULL},
    {"handed_to_unknown", handed_to_unknown, METH_O, NULL},
    {"helper_asked", helper_asked, METH_O, NULL},
    {"built_of_failure", built_of_failure, METH_O, NULL},
    {"flags", flags, METH_O, NULL},
    {"constant_text", constant_text, METH_NOARGS, NULL},
    {"count", count, METH_O, NULL},
    {NULL},
};
struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "m", .m_size = -1, .m_methods = methods};
