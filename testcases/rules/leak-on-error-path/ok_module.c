/* Two-phase initialisation: the interpreter owns the module, the exec slot only borrows it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject *error;
    PyObject *cache;
} module_state;

static module_state *state_of(PyObject *module)
{
    return (module_state *)PyModule_GetState(module);
}

/* On failure the module is destroyed, and module_clear() releases what is in the state. */
static int module_exec(PyObject *module)
{
    module_state *state = state_of(module);
    state->cache = PyDict_New();
    if (state->cache == NULL)
        return -1;
    state->error = PyErr_NewException("phase.Error", NULL, NULL);
    if (state->error == NULL)
        return -1;
    if (PyModule_AddObjectRef(module, "Error", state->error) < 0)
        return -1;
    return PyModule_AddIntConstant(module, "LIMIT", 64);
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    module_state *state = state_of(module);
    Py_VISIT(state->error);
    Py_VISIT(state->cache);
    return 0;
}

static int module_clear(PyObject *module)
{
    module_state *state = state_of(module);
    Py_CLEAR(state->error);
    Py_CLEAR(state->cache);
    return 0;
}

static void module_free(void *module)
{
    module_clear((PyObject *)module);
}

static PyObject *remember(PyObject *module, PyObject *arg)
{
    module_state *state = state_of(module);
    PyObject *key = PyObject_Repr(arg);
    if (key == NULL)
        return NULL;
    if (PyDict_SetItem(state->cache, key, arg) < 0) {
        Py_DECREF(key);
        return NULL;
    }
    return key;
}

static PyObject *complain(PyObject *module, PyObject *arg)
{
    PyErr_SetObject(state_of(module)->error, arg);
    return NULL;
}

static PyMethodDef methods[] = {
    {"remember", remember, METH_O, NULL},
    {"complain", complain, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "phase",
    .m_size = sizeof(module_state),
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
    .m_free = module_free,
};

PyMODINIT_FUNC PyInit_phase(void)
{
    return PyModuleDef_Init(&module_def);
}
