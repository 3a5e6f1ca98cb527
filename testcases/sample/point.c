/* A small extension module with three planted bugs, for a first look at refwarden.
 *
 *   RW101  point_dump: 'list' leaks when PyFloat_FromDouble fails
 *   RW104  point_trail: PyList_Append takes a reference of its own, so the float leaks
 *   RW204  point_label: the reference from PyDict_GetItemString is borrowed
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    double x, y;
    PyObject *name;
} Point;

static int point_init(Point *self, PyObject *args, PyObject *kwds)
{
    static char *names[] = {"x", "y", "name", NULL};
    PyObject *name;

    if (!PyArg_ParseTupleAndKeywords(args, kwds, "ddO", names, &self->x, &self->y, &name))
        return -1;
    Py_INCREF(name);
    Py_XSETREF(self->name, name);
    return 0;
}

static void point_dealloc(Point *self)
{
    Py_CLEAR(self->name);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *point_dump(Point *self, PyObject *Py_UNUSED(ignored))
{
    double values[2] = {self->x, self->y};
    PyObject *list = PyList_New(2);

    if (list == NULL)
        return NULL;
    for (int i = 0; i < 2; i++) {
        PyObject *item = PyFloat_FromDouble(values[i]);

        if (item == NULL)
            return NULL;
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

static PyObject *point_trail(Point *self, PyObject *list)
{
    if (!PyList_Check(list)) {
        PyErr_SetString(PyExc_TypeError, "a list is required");
        return NULL;
    }
    if (PyList_Append(list, PyFloat_FromDouble(self->x)) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *point_label(Point *self, PyObject *labels)
{
    PyObject *label, *text;

    if (!PyDict_Check(labels)) {
        PyErr_SetString(PyExc_TypeError, "a dict is required");
        return NULL;
    }
    label = PyDict_GetItemString(labels, "point");
    if (label == NULL)
        return PyUnicode_FromString("point");
    text = PyUnicode_FromFormat("%S %S", label, self->name);
    Py_DECREF(label);
    return text;
}

static PyMethodDef point_methods[] = {
    {"dump", (PyCFunction)point_dump, METH_NOARGS, "x and y as a list"},
    {"trail", (PyCFunction)point_trail, METH_O, "appends x to a list"},
    {"label", (PyCFunction)point_label, METH_O, "a label for this point"},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject PointType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "point.Point",
    .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_init = (initproc)point_init,
    .tp_dealloc = (destructor)point_dealloc,
    .tp_methods = point_methods,
};

static struct PyModuleDef point_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "point",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit_point(void)
{
    PyObject *module;

    if (PyType_Ready(&PointType) < 0)
        return NULL;
    module = PyModule_Create(&point_module);
    if (module == NULL)
        return NULL;
    if (PyModule_AddType(module, &PointType) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
