/* RW304: another thread may remove the item before a reference is taken. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *cache;
    PyObject *owner;
} Store;

static PyObject *settings;

static PyObject *first(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0); // expect: RW304 PyList_GetItem() borrows from 'list'
    return Py_XNewRef(item);
}

static PyObject *last_of_macro(PyObject *self, PyObject *list)
{
    Py_ssize_t n = PyList_Size(list);
    if (n <= 0)
        return n < 0 ? NULL : Py_NewRef(Py_None);
    return Py_NewRef(PyList_GET_ITEM(list, n - 1)); // expect: RW304 PyList_GET_ITEM()
}

static PyObject *value_of(PyObject *self, PyObject *args)
{
    PyObject *dict, *key, *value;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &dict, &key))
        return NULL;
    value = PyDict_GetItemWithError(dict, key); // expect: RW304 borrows from 'dict'
    if (value == NULL && PyErr_Occurred())
        return NULL;
    return Py_NewRef(value ? value : Py_None);
}

/* Methods of one object may run in several threads. */
static PyObject *store_get(Store *self, PyObject *key)
{
    PyObject *value = PyDict_GetItem(self->cache, key); // expect: RW304 PyDict_GetItem()
    return Py_NewRef(value ? value : Py_None);
}

static PyObject *store_owner(Store *self, PyObject *noargs)
{
    PyObject *owner = PyWeakref_GetObject(self->owner); // expect: RW304 PyWeakref_GetObject() borrows an object
    return Py_XNewRef(owner);
}

static PyObject *store_default(Store *self, PyObject *key)
{
    PyObject *value = PyDict_SetDefault(self->cache, key, Py_None); // expect: RW304 PyDict_SetDefault()
    return Py_XNewRef(value);
}

static PyObject *setting(PyObject *self, PyObject *noargs)
{
    PyObject *level = PyDict_GetItemString(settings, "level"); // expect: RW304 borrows from 'settings'
    return Py_NewRef(level ? level : Py_None);
}

static PyObject *main_name(PyObject *self, PyObject *noargs)
{
    PyObject *main = PyImport_AddModule("__main__"); // expect: RW304 PyImport_AddModule()
    return main ? PyModule_GetNameObject(main) : NULL;
}

static PyObject *version(PyObject *self, PyObject *arg)
{
    PyObject *dict = PyModule_GetDict(arg);
    PyObject *text = PyDict_GetItemString(dict, "__version__"); // expect: RW304 PyDict_GetItemString()
    return Py_NewRef(text ? text : Py_None);
}

static PyObject *items_of(PyObject *self, PyObject *arg)
{
    PyObject *fast = PySequence_Fast(arg, "no sequence"), *item;
    if (fast == NULL)
        return NULL;
    if (PySequence_Fast_GET_SIZE(fast) == 0) {
        Py_DECREF(fast);
        Py_RETURN_NONE;
    }
    item = PySequence_Fast_GET_ITEM(fast, 0); // expect: RW304 PySequence_Fast_GET_ITEM()
    Py_INCREF(item);
    Py_DECREF(fast);
    return item;
}

static PyObject *of_cell(PyObject *self, PyObject *cell)
{
    PyObject *held = PyCell_GET(cell);       // expect: RW304 PyCell_GET()
    return Py_NewRef(held ? held : Py_None);
}

/* The list was local until it became an attribute. */
static PyObject *given_away(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0), *item;
    if (list == NULL || PyList_Append(list, arg) < 0 || PyObject_SetAttrString(self, "list", list) < 0) {
        Py_XDECREF(list);
        return NULL;
    }
    item = PyList_GetItem(list, 0);          // expect: RW304 borrows from 'list'
    Py_XINCREF(item);
    Py_DECREF(list);
    return item;
}

static PyMethodDef store_methods[] = {
    {"get", (PyCFunction)store_get, METH_O, NULL},
    {"owner", (PyCFunction)store_owner, METH_NOARGS, NULL},
    {"default", (PyCFunction)store_default, METH_O, NULL},
    {NULL},
};

static PyMethodDef methods[] = {
    {"first", first, METH_O, NULL},
    {"last", last_of_macro, METH_O, NULL},
    {"value_of", value_of, METH_VARARGS, NULL},
    {"setting", setting, METH_NOARGS, NULL},
    {"main_name", main_name, METH_NOARGS, NULL},
    {"version", version, METH_O, NULL},
    {"items_of", items_of, METH_O, NULL},
    {"of_cell", of_cell, METH_O, NULL},
    {"given_away", given_away, METH_O, NULL},
    {NULL},
};

PyTypeObject Store_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.Store", .tp_basicsize = sizeof(Store), .tp_methods = store_methods,
};
struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "m", .m_size = -1, .m_methods = methods};
