/* Objects that the state of the module holds. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject *error;
    PyObject *cache;
    PyTypeObject *type;
} state;

static struct PyModuleDef module_def;

#define STATE ((state *)PyModule_GetState(PyState_FindModule(&module_def)))

static state *state_of(PyObject *module)
{
    return (state *)PyModule_GetState(module);
}

static PyObject *error_class(PyObject *self, PyObject *noargs)
{
    PyObject *error = STATE->error;
    Py_INCREF(error);
    return error;
}

static PyObject *cache(PyObject *self, PyObject *noargs)
{
    Py_INCREF(STATE->cache);
    return STATE->cache;
}

static PyObject *type(PyObject *module, PyObject *noargs)
{
    PyObject *result = (PyObject *)state_of(module)->type;
    Py_INCREF(result);
    return result;
}

static PyObject *fail(PyObject *module, PyObject *arg)
{
    PyErr_SetObject(STATE->error, arg);
    return NULL;
}

static PyObject *set_cache(PyObject *module, PyObject *arg)
{
    state *st = state_of(module);
    Py_INCREF(arg);
    Py_XSETREF(st->cache, arg);
    Py_RETURN_NONE;
}

static PyObject *cached(PyObject *module, PyObject *key)
{
    state *st = state_of(module);
    if (st->cache == NULL) {
        st->cache = PyDict_New();
        if (st->cache == NULL)
            return NULL;
    }
    PyObject *value = PyDict_GetItemWithError(st->cache, key);
    if (value != NULL)
        return Py_NewRef(value);
    if (!PyErr_Occurred())
        PyErr_SetObject(st->error, key);
    return NULL;
}

/* ---- the state keeps its reference */

static PyObject *error_class_unowned(PyObject *self, PyObject *noargs)
{
    return STATE->error;                     // expect: RW301
}

static PyObject *type_unowned(PyObject *module, PyObject *noargs)
{
    PyObject *result = (PyObject *)state_of(module)->type;
    return result;                           // expect: RW301 'result'
}

static PyObject *cached_leaking(PyObject *module, PyObject *arg)
{
    PyObject *key = PyObject_Str(arg);
    if (key == NULL)
        return NULL;
    PyObject *value = PyDict_GetItemWithError(state_of(module)->cache, key);
    if (value == NULL) {
        PyErr_SetObject(STATE->error, key);
        return NULL;                         // expect: RW101 'key'
    }
    Py_DECREF(key);
    return Py_NewRef(value);
}

static PyObject *set_cache_unowned(PyObject *module, PyObject *arg)
{
    state *st = state_of(module);
    Py_XSETREF(st->cache, arg);              // expect: RW302 'arg'
    Py_RETURN_NONE;
}

static int module_clear(PyObject *module)
{
    state *st = state_of(module);
    Py_CLEAR(st->error);
    Py_CLEAR(st->cache);
    Py_CLEAR(st->type);
    return 0;
}

static PyMethodDef methods[] = {
    {"error_class", error_class, METH_NOARGS, NULL},
    {"cache", cache, METH_NOARGS, NULL},
    {"type", type, METH_NOARGS, NULL},
    {"fail", fail, METH_O, NULL},
    {"set_cache", set_cache, METH_O, NULL},
    {"cached", cached, METH_O, NULL},
    {"error_class_unowned", error_class_unowned, METH_NOARGS, NULL},
    {"type_unowned", type_unowned, METH_NOARGS, NULL},
    {"cached_leaking", cached_leaking, METH_O, NULL},
    {"set_cache_unowned", set_cache_unowned, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "module_state",
    .m_size = sizeof(state),
    .m_methods = methods,
    .m_clear = module_clear,
};

PyMODINIT_FUNC PyInit_module_state(void)
{
    PyObject *m = PyModule_Create(&module_def);
    if (m == NULL)
        return NULL;
    state *st = state_of(m);
    st->error = PyErr_NewException("module_state.Error", NULL, NULL);
    if (st->error == NULL) {
        Py_DECREF(m);
        return NULL;
    }
    Py_INCREF(st->error);
    if (PyModule_AddObject(m, "Error", st->error) < 0) {
        Py_DECREF(st->error);
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
