/* The caller releases what it gets; these functions hand out somebody else's reference. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *name;
    PyObject *cache;
} Point;

static PyObject *do_nothing(PyObject *self, PyObject *noargs)
{
    return Py_None;                          // expect: RW301
}

static PyObject *identity(PyObject *self, PyObject *arg)
{
    return arg;                              // expect: RW301 'arg'
}

static PyObject *first(PyObject *self, PyObject *arg)
{
    PyObject *item = PyList_GetItem(arg, 0);
    return item;                             // expect: RW301 'item'
}

static PyObject *get_or_raise(PyObject *self, PyObject *args)
{
    PyObject *dict, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &dict, &key))
        return NULL;
    PyObject *value = PyDict_GetItemWithError(dict, key);
    if (value != NULL)
        return value;                        // expect: RW301 'value'
    if (!PyErr_Occurred())
        PyErr_SetObject(PyExc_KeyError, key);
    return NULL;
}

/* New on one branch, borrowed on the other. */
static PyObject *as_list(PyObject *self, PyObject *arg)
{
    if (!PyList_Check(arg))
        return PySequence_List(arg);
    return arg;                              // expect: RW301 'arg'
}

/* The same in a helper: its callers cannot know whether to release. */
PyObject *text_of(PyObject *object)
{
    if (PyUnicode_Check(object))
        return object;                       // expect: RW301 'object'
    return PyObject_Str(object);
}

static PyObject *is_positive(PyObject *self, PyObject *arg)
{
    long value = PyLong_AsLong(arg);
    if (value == -1 && PyErr_Occurred())
        return NULL;
    return value > 0 ? Py_True : Py_False;   // expect: RW301
}

static PyObject *set_default(PyObject *self, PyObject *args)
{
    PyObject *dict, *key;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &dict, &key))
        return NULL;
    return PyDict_SetDefault(dict, key, Py_None); // expect: RW301
}

static PyObject *point_get_name(PyObject *op, void *closure)
{
    Point *self = (Point *)op;
    if (self->name == NULL)
        Py_RETURN_NONE;
    return self->name;                       // expect: RW301
}

static PyObject *point_iter(PyObject *op)
{
    return op;                               // expect: RW301 'op'
}

static PyObject *point_add(PyObject *left, PyObject *right)
{
    if (!PyLong_Check(right))
        return Py_NotImplemented;            // expect: RW301
    return PyNumber_Add(right, right);
}

/* The field is the only holder of the new dict. */
static PyObject *point_cache(PyObject *op, PyObject *noargs)
{
    Point *self = (Point *)op;
    PyObject *cache = PyDict_New();
    if (cache == NULL)
        return NULL;
    Py_XSETREF(self->cache, cache);
    return cache;                            // expect: RW301 'cache'
}

static void point_dealloc(PyObject *op)
{
    Py_XDECREF(((Point *)op)->name);
    Py_XDECREF(((Point *)op)->cache);
    Py_TYPE(op)->tp_free(op);
}

static PyGetSetDef point_getset[] = {
    {"name", point_get_name, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef point_methods[] = {
    {"cache", point_cache, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyNumberMethods point_number = {
    .nb_add = point_add,
};

static PyTypeObject Point_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "ret.Point",
    .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = point_dealloc,
    .tp_iter = point_iter,
    .tp_as_number = &point_number,
    .tp_getset = point_getset,
    .tp_methods = point_methods,
};

static PyMethodDef methods[] = {
    {"do_nothing", do_nothing, METH_NOARGS, NULL},
    {"identity", identity, METH_O, NULL},
    {"first", first, METH_O, NULL},
    {"get_or_raise", get_or_raise, METH_VARARGS, NULL},
    {"as_list", as_list, METH_O, NULL},
    {"is_positive", is_positive, METH_O, NULL},
    {"set_default", set_default, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "borrowed_returned", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_borrowed_returned(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (PyModule_AddType(m, &Point_Type) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
