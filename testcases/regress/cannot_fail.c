/* Calls that cannot fail with what they are given, and the same calls where they can. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* A format of one object hands that object on. */
static PyObject *hand_on(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *same = Py_BuildValue("O", arg);
    if (same == NULL)
        return NULL;
    Py_DECREF(same);
    return list;
}

static PyObject *hand_on_in_tuple(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *tuple = Py_BuildValue("(O)", arg);
    if (tuple == NULL)
        return NULL;                         // expect: RW101 'list'
    Py_DECREF(tuple);
    return list;
}

/* A str keeps its UTF-8 form: what was asked for once is there. */
static PyObject *ask_text_twice(PyObject *self, PyObject *arg)
{
    const char *first = PyUnicode_AsUTF8(arg);
    if (first == NULL)
        return NULL;
    PyObject *list = PyList_New(first[0]);
    if (list == NULL)
        return NULL;
    const char *text = PyUnicode_AsUTF8(arg);
    if (text == NULL)
        return NULL;
    return list;
}

static PyObject *ask_two_texts(PyObject *self, PyObject *args)
{
    PyObject *a, *b;
    if (!PyArg_ParseTuple(args, "OO", &a, &b))
        return NULL;
    const char *first = PyUnicode_AsUTF8(a);
    if (first == NULL)
        return NULL;
    PyObject *list = PyList_New(first[0]);
    if (list == NULL)
        return NULL;
    if (PyUnicode_AsUTF8(b) == NULL)
        return NULL;                         // expect: RW101 'list'
    return list;
}

/* True and False are small numbers. */
static PyObject *truth_as_number(PyObject *self, PyObject *arg)
{
    int truth = PyObject_IsTrue(arg);
    if (truth < 0)
        return NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *number = PyLong_FromLong(truth);
    if (number == NULL)
        return NULL;
    Py_DECREF(number);
    return list;
}

static PyObject *size_as_number(PyObject *self, PyObject *arg)
{
    Py_ssize_t size = PyObject_Size(arg);
    if (size < 0)
        return NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *number = PyLong_FromSsize_t(size);
    if (number == NULL)
        return NULL;                         // expect: RW101 'list'
    Py_DECREF(number);
    return list;
}

/* A class of C answers PyObject_IsInstance itself; any other may run code. */
static PyTypeObject *point_type;


static PyObject *accept_point(PyObject *self, PyObject *arg)
{
    if (!PyObject_IsInstance(arg, (PyObject *)point_type))
        Py_RETURN_FALSE;
    Py_RETURN_TRUE;
}

static PyObject *accept_any(PyObject *self, PyObject *args)
{
    PyObject *item, *class;
    if (!PyArg_ParseTuple(args, "OO", &item, &class))
        return NULL;
    if (!PyObject_IsInstance(item, class))
        Py_RETURN_FALSE;
    Py_RETURN_TRUE;                          // expect: RW703
}

/* A number of items is never -1, what PySequence_Size says when it fails. */
static PyObject *same_size(PyObject *self, PyObject *args)
{
    PyObject *list, *other;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &other))
        return NULL;
    if (PySequence_Size(other) != PyList_GET_SIZE(list)) {
        PyErr_SetString(PyExc_ValueError, "sizes differ");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *size_told(PyObject *self, PyObject *args)
{
    PyObject *other;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "On", &other, &size))
        return NULL;
    if (PySequence_Size(other) != size) {
        PyErr_SetString(PyExc_ValueError, "sizes differ");
        return NULL;
    }
    Py_RETURN_NONE;                          // expect: RW703
}

/* The second argument of a function without arguments is NULL. */
static PyObject *seekable(PyObject *self, PyObject *strict)
{
    PyObject *answer = PyObject_CallMethod(self, "seekable", NULL);
    if (answer == NULL)
        return NULL;
    if (strict == Py_True)
        Py_DECREF(answer);
    return answer;
}

static PyObject *readable(PyObject *self, PyObject *strict)
{
    PyObject *answer = PyObject_CallMethod(self, "readable", NULL);
    if (answer == NULL)
        return NULL;
    if (strict == Py_True)
        Py_DECREF(answer);
    return answer;                           // expect: RW202 'answer'
}

static PyMethodDef methods[] = {
    {"hand_on", hand_on, METH_O, NULL},
    {"hand_on_in_tuple", hand_on_in_tuple, METH_O, NULL},
    {"ask_text_twice", ask_text_twice, METH_O, NULL},
    {"ask_two_texts", ask_two_texts, METH_VARARGS, NULL},
    {"truth_as_number", truth_as_number, METH_O, NULL},
    {"size_as_number", size_as_number, METH_O, NULL},
    {"accept_point", accept_point, METH_O, NULL},
    {"accept_any", accept_any, METH_VARARGS, NULL},
    {"same_size", same_size, METH_VARARGS, NULL},
    {"size_told", size_told, METH_VARARGS, NULL},
    {"seekable", seekable, METH_NOARGS, NULL},
    {"readable", readable, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "cannot_fail", NULL, -1, methods};

PyMODINIT_FUNC PyInit_cannot_fail(void)
{
    return PyModule_Create(&module);
}
