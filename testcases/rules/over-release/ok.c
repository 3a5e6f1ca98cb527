/* Many releases, each for a reference of its own. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *left, *right;
} Pair;

static PyObject *collect(PyObject *self, PyObject *arg)
{
    PyObject *item = NULL;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    item = PyObject_GetAttrString(arg, "item");
    if (item == NULL)
        goto fail;
    int rc = PyList_Append(list, item);
    Py_CLEAR(item);
    if (rc < 0)
        goto fail;
    return list;
fail:
    Py_XDECREF(item);
    Py_DECREF(list);
    return NULL;
}

static PyObject *retained_twice(PyObject *self, PyObject *arg)
{
    Py_INCREF(arg);
    Py_INCREF(arg);
    int truth = PyObject_IsTrue(arg);
    Py_DECREF(arg);
    Py_DECREF(arg);
    return truth < 0 ? NULL : PyBool_FromLong(truth);
}

/* Two names, two references. */
static PyObject *aliased(PyObject *self, PyObject *noargs)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *result = Py_NewRef(list);
    Py_DECREF(list);
    Py_DECREF(result);
    Py_RETURN_NONE;
}

/* Released in the branch that leaves, and again on the way that stays. */
static PyObject *by_branch(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    if (PyUnicode_GET_LENGTH(text) == 0) {
        Py_DECREF(text);
        PyErr_SetString(PyExc_ValueError, "empty");
        return NULL;
    }
    PyObject *upper = PyObject_CallMethod(text, "upper", NULL);
    Py_DECREF(text);
    return upper;
}

static PyObject *set_to_null(PyObject *self, PyObject *args)
{
    int early;
    if (!PyArg_ParseTuple(args, "p", &early))
        return NULL;
    PyObject *dict = PyDict_New();
    if (dict == NULL)
        return NULL;
    if (early) {
        Py_DECREF(dict);
        dict = NULL;
    }
    Py_XDECREF(dict);
    Py_RETURN_NONE;
}

/* The same item variable holds another object in every turn. */
static PyObject *drain(PyObject *self, PyObject *arg)
{
    PyObject *item, *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator)) != NULL)
        Py_DECREF(item);
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

/* A field's reference is released by whoever replaces it. */
static PyObject *pair_swap(PyObject *op, PyObject *noargs)
{
    Pair *self = (Pair *)op;
    PyObject *left = self->left;
    self->left = self->right;
    self->right = left;
    Py_RETURN_NONE;
}

static PyObject *pair_reset(PyObject *op, PyObject *noargs)
{
    Pair *self = (Pair *)op;
    Py_XDECREF(self->left);                  // expect: RW205 'left'
    self->left = NULL;
    PyObject *right = self->right;
    self->right = NULL;
    Py_XDECREF(right);
    Py_RETURN_NONE;
}

static void pair_dealloc(PyObject *op)
{
    Pair *self = (Pair *)op;
    PyTypeObject *type = Py_TYPE(op);
    Py_CLEAR(self->left);
    Py_CLEAR(self->right);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMethodDef pair_methods[] = {
    {"swap", pair_swap, METH_NOARGS, NULL},
    {"reset", pair_reset, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot pair_slots[] = {
    {Py_tp_dealloc, pair_dealloc},
    {Py_tp_methods, pair_methods},
    {0, NULL},
};

static PyType_Spec pair_spec = {"over.Pair", sizeof(Pair), 0, Py_TPFLAGS_DEFAULT, pair_slots};

static int add_type(PyObject *module)
{
    PyObject *type = PyType_FromSpec(&pair_spec);
    if (type == NULL)
        return -1;
    int rc = PyModule_AddObjectRef(module, "Pair", type);
    Py_DECREF(type);
    return rc;
}

/* Released at the break or after the loop, never both. */
static PyObject *search(PyObject *self, PyObject *arg)
{
    PyObject *item, *iterator = PyObject_GetIter(arg);
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator)) != NULL) {
        int found = item == Py_None;
        Py_DECREF(item);
        if (found) {
            Py_DECREF(iterator);
            Py_RETURN_TRUE;
        }
    }
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_FALSE;
}

static PyMethodDef methods[] = {
    {"collect", collect, METH_O, NULL},
    {"retained_twice", retained_twice, METH_O, NULL},
    {"aliased", aliased, METH_NOARGS, NULL},
    {"by_branch", by_branch, METH_O, NULL},
    {"set_to_null", set_to_null, METH_VARARGS, NULL},
    {"drain", drain, METH_O, NULL},
    {"search", search, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, .m_name = "over_release", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit_over_release(void)
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
