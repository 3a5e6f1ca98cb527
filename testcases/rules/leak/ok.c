/* References that seem to be left over and are not. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *name;
    PyObject **items;
    Py_ssize_t nitems;
} Point;

static PyObject *empty_name; /* made once, kept for the life of the process */

static PyObject *with_size(PyObject *self, PyObject *arg)
{
    PyObject *size = PyLong_FromSsize_t(Py_SIZE(arg));
    if (size == NULL)
        return NULL;
    int rc = PyObject_SetAttrString(arg, "size", size);
    Py_DECREF(size);
    if (rc < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *boxed(PyObject *self, PyObject *args)
{
    int x, y;
    if (!PyArg_ParseTuple(args, "ii", &x, &y))
        return NULL;
    PyObject *inner = Py_BuildValue("(ii)", x, y);
    return Py_BuildValue("(Ns)", inner, "point");
}

static PyObject *cached_name(PyObject *self, PyObject *noargs)
{
    if (empty_name == NULL) {
        empty_name = PyUnicode_InternFromString("");
        if (empty_name == NULL)
            return NULL;
    }
    Py_INCREF(empty_name);
    return empty_name;
}

static PyObject *local_cache(PyObject *self, PyObject *noargs)
{
    static PyObject *decimal = NULL;
    if (decimal == NULL) {
        PyObject *module = PyImport_ImportModule("decimal");
        if (module == NULL)
            return NULL;
        decimal = PyObject_GetAttrString(module, "Decimal");
        Py_DECREF(module);
        if (decimal == NULL)
            return NULL;
    }
    return PyObject_CallNoArgs(decimal);
}

/* The field is the holder; no release is due here. */
static PyObject *point_rename(PyObject *op, PyObject *arg)
{
    Point *self = (Point *)op;
    PyObject *name = PyObject_Str(arg);
    if (name == NULL)
        return NULL;
    PyObject *old = self->name;
    self->name = name;
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

static PyObject *point_share(PyObject *op, PyObject *arg)
{
    Point *self = (Point *)op;
    Py_INCREF(arg);
    Py_XSETREF(self->name, arg);
    Py_RETURN_NONE;
}

/* An array that grows: the references in it belong to the object. */
static PyObject *point_push(PyObject *op, PyObject *arg)
{
    Point *self = (Point *)op;
    size_t size = (size_t)(self->nitems + 1) * sizeof(PyObject *);
    PyObject **items = PyMem_Realloc(self->items, size);
    if (items == NULL)
        return PyErr_NoMemory();
    self->items = items;
    Py_INCREF(arg);
    self->items[self->nitems++] = arg;
    Py_RETURN_NONE;
}

static void point_dealloc(PyObject *op)
{
    Point *self = (Point *)op;
    Py_CLEAR(self->name);
    for (Py_ssize_t i = 0; i < self->nitems; i++)
        Py_DECREF(self->items[i]);
    PyMem_Free(self->items);
    Py_TYPE(op)->tp_free(op);
}

/* The interpreter releases what is handed to it as a context pointer. */
static void close_capsule(PyObject *capsule)
{
    PyObject *held = PyCapsule_GetPointer(capsule, "leak.held");
    Py_XDECREF(held);
}

static PyObject *hold(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    PyObject *capsule = PyCapsule_New(arg, "leak.held", close_capsule);
    if (capsule == NULL)
        Py_DECREF(arg);
    return capsule;
}

static PyObject *compare(PyObject *a, PyObject *b, int op)
{
    if (op != Py_EQ)
        Py_RETURN_NOTIMPLEMENTED;
    PyObject *left = PyObject_Str(a), *right = PyObject_Str(b);
    PyObject *result = NULL;
    if (left && right)
        result = PyObject_RichCompare(left, right, op);
    Py_XDECREF(left);
    Py_XDECREF(right);
    return result;
}

static PyObject *by_kind(PyObject *self, PyObject *args)
{
    int kind;
    PyObject *value = NULL;
    if (!PyArg_ParseTuple(args, "i", &kind))
        return NULL;
    switch (kind) {
    case 0:
        value = PyLong_FromLong(0);
        break;
    case 1:
        /* fall through */
    case 2:
        value = PyFloat_FromDouble(kind);
        break;
    default:
        PyErr_Format(PyExc_ValueError, "kind %d", kind);
    }
    return value;
}

static PyObject *while_building(PyObject *self, PyObject *arg)
{
    Py_ssize_t i = 0, n = PySequence_Length(arg);
    if (n < 0)
        return NULL;
    PyObject *list = PyList_New(0);
    while (list != NULL && i < n) {
        PyObject *item = PySequence_GetItem(arg, i++);
        if (item == NULL || PyList_Append(list, item) < 0)
            Py_CLEAR(list);
        Py_XDECREF(item);
    }
    return list;
}

static PyMethodDef point_methods[] = {
    {"rename", point_rename, METH_O, NULL},
    {"share", point_share, METH_O, NULL},
    {"push", point_push, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject Point_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "leak.Point",
    .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = point_dealloc,
    .tp_richcompare = compare,
    .tp_methods = point_methods,
};

static int add_type(PyObject *module)
{
    if (PyType_Ready(&Point_Type) < 0)
        return -1;
    Py_INCREF(&Point_Type);
    if (PyModule_AddObject(module, "Point", (PyObject *)&Point_Type) < 0) {
        Py_DECREF(&Point_Type);
        return -1;
    }
    return 0;
}

static PyMethodDef methods[] = {
    {"with_size", with_size, METH_O, NULL},
    {"boxed", boxed, METH_VARARGS, NULL},
    {"cached_name", cached_name, METH_NOARGS, NULL},
    {"local_cache", local_cache, METH_NOARGS, NULL},
    {"hold", hold, METH_O, NULL},
    {"by_kind", by_kind, METH_VARARGS, NULL},
    {"while_building", while_building, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "leak", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_leak(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    if (add_type(m) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
