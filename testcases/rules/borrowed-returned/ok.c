/* New references out of borrowed ones, and helpers that may lend. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *name;
} Point;

static PyObject *table; /* a dict, made by the module */

static PyObject *do_nothing(PyObject *self, PyObject *noargs)
{
    Py_RETURN_NONE;
}

static PyObject *identity(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    return arg;
}

static PyObject *first(PyObject *self, PyObject *arg)
{
    return Py_XNewRef(PyList_GetItem(arg, 0));
}

/* Lends on every path, and its callers know. */
static PyObject *find(const char *name)
{
    PyObject *value = PyDict_GetItemString(table, name);
    return value ? value : Py_None;
}

static PyObject *find_method(PyObject *self, PyObject *args)
{
    const char *name;
    if (!PyArg_ParseTuple(args, "s", &name))
        return NULL;
    PyObject *value = find(name);
    Py_INCREF(value);
    return value;
}

static PyObject *as_list(PyObject *self, PyObject *arg)
{
    if (!PyList_Check(arg))
        return PySequence_List(arg);
    return Py_NewRef(arg);
}

static PyObject *is_positive(PyObject *self, PyObject *arg)
{
    long value = PyLong_AsLong(arg);
    if (value == -1 && PyErr_Occurred())
        return NULL;
    if (value > 0)
        Py_RETURN_TRUE;
    Py_RETURN_FALSE;
}

/* One exit; every branch has made the result an owned one. */
static PyObject *choose(PyObject *self, PyObject *args)
{
    PyObject *first, *second = NULL, *result;
    if (!PyArg_ParseTuple(args, "O|O", &first, &second))
        return NULL;
    if (second == NULL)
        result = first;
    else if (second == Py_None)
        result = Py_None;
    else
        result = second;
    Py_INCREF(result);
    return result;
}

static PyObject *point_get_name(PyObject *op, void *closure)
{
    Point *self = (Point *)op;
    PyObject *result = self->name ? self->name : Py_None;
    Py_INCREF(result);
    return result;
}

static PyObject *point_compare(PyObject *left, PyObject *right, int op)
{
    if (op == Py_EQ)
        return PyObject_RichCompare(right, right, op);
    Py_INCREF(Py_NotImplemented);
    return Py_NotImplemented;
}

/* tp_iter gives the object itself, with a reference. */
static PyObject *point_iter(PyObject *op)
{
    return Py_NewRef(op);
}

/* In place: the left operand comes back as a new reference. */
static PyObject *point_iadd(PyObject *op, PyObject *arg)
{
    Point *self = (Point *)op;
    Py_XSETREF(self->name, Py_NewRef(arg));
    Py_INCREF(self);
    return op;
}

static void point_dealloc(PyObject *op)
{
    Py_XDECREF(((Point *)op)->name);
    Py_TYPE(op)->tp_free(op);
}

static PyGetSetDef point_getset[] = {
    {"name", point_get_name, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyNumberMethods point_number = {
    .nb_inplace_add = point_iadd,
};

static PyTypeObject Point_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "ret.Point",
    .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = point_dealloc,
    .tp_richcompare = point_compare,
    .tp_iter = point_iter,
    .tp_as_number = &point_number,
    .tp_getset = point_getset,
};

static int add_all(PyObject *module)
{
    table = PyDict_New();
    if (table == NULL)
        return -1;
    return PyModule_AddType(module, &Point_Type);
}

static PyMethodDef methods[] = {
    {"do_nothing", do_nothing, METH_NOARGS, NULL},
    {"identity", identity, METH_O, NULL},
    {"first", first, METH_O, NULL},
    {"find_method", find_method, METH_VARARGS, NULL},
    {"as_list", as_list, METH_O, NULL},
    {"is_positive", is_positive, METH_O, NULL},
    {"choose", choose, METH_VARARGS, NULL},
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
    if (add_all(m) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
