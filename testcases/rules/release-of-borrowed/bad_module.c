/* An exec slot gets its module from the interpreter, which keeps it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *shared_error; /* made once, for all modules of the process */

static int add_shared(PyObject *module)
{
    if (shared_error == NULL) {
        shared_error = PyErr_NewException("phase.Error", NULL, NULL);
        if (shared_error == NULL)
            return -1;
    }
    return PyModule_AddObject(module, "Error", shared_error); // expect: RW501 steals it
}

static int module_exec(PyObject *module)
{
    if (PyModule_AddIntConstant(module, "LIMIT", 64) < 0) {
        Py_DECREF(module);                   // expect: RW204 'module'
        return -1;
    }
    return add_shared(module);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL},
};

static struct PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT,
    .m_name = "phase",
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_phase(void)
{
    return PyModuleDef_Init(&module_def);
}
