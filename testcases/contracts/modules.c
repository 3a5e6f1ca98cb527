/* Modules, imports and sys. */
#include <Python.h>

static int exec_module(PyObject *m)
{
    if (PyModule_AddIntConstant(m, "ONE", 1) < 0 ||
        PyModule_AddStringConstant(m, "NAME", "m") < 0)
        return -1;
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return -1;
    if (PyModule_AddObject(m, "things", list) < 0) {
        Py_DECREF(list);
        return -1;
    }
    PyObject *error = PyErr_NewException("m.Error", NULL, NULL);
    if (error == NULL)
        return -1;
    int rc = PyModule_AddObjectRef(m, "Error", error);
    Py_DECREF(error);
    return rc;
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, exec_module}, {0, NULL}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "m", .m_slots = slots};

PyMODINIT_FUNC PyInit_m(void)
{
    return PyModuleDef_Init(&def);
}

/* sys.modules holds the module, and the name too when it was not there before. */
PyObject *module_by_name(PyObject *name)
{
    PyObject *m = PyImport_AddModuleObject(name);
    return Py_XNewRef(m);
}

static struct PyModuleDef single = {PyModuleDef_HEAD_INIT, .m_name = "single", .m_size = -1};

PyMODINIT_FUNC PyInit_single(void)
{
    PyObject *m = PyModule_Create(&single);
    if (m == NULL)
        return NULL;
    if (exec_module(m) < 0) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}

PyObject *registered(PyObject *m)
{
    if (PyState_AddModule(m, &single) < 0)
        return NULL;
    PyObject *found = PyState_FindModule(&single);
    if (found == NULL)
        Py_RETURN_NONE;
    return Py_NewRef(found);
}

int add_object_keeps_the_reference_on_failure(PyObject *m)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return -1;
    if (PyModule_AddObject(m, "list", list) < 0)
        return -1;                           // expect: RW501 'list' leaks
    return 0;
}

PyObject *import_and_call(void)
{
    PyObject *m = PyImport_ImportModule("os");
    if (m == NULL)
        return NULL;
    PyObject *r = PyObject_CallMethod(m, "getcwd", NULL);
    Py_DECREF(m);
    return r;
}

PyObject *look_at_modules(PyObject *name)
{
    PyObject *m = PyImport_AddModule("__main__");
    if (m == NULL)
        return NULL;
    PyObject *dict = PyModule_GetDict(m);
    if (PyDict_Size(dict) > 0 && PyDict_Size(PyImport_GetModuleDict()) > 0)
        return PyImport_Import(name);
    m = PyImport_GetModule(name);
    if (m == NULL && PyErr_Occurred())
        return NULL;
    if (m == NULL)
        Py_RETURN_NONE;
    return m;
}

PyObject *sys_things(PyObject *a)
{
    PyObject *path = PySys_GetObject("path");
    if (path == NULL)
        Py_RETURN_NONE;
    if (PySys_Audit("m.look", "O", a) < 0 || PySys_SetObject("m_path", path) < 0)
        return NULL;
    PySys_FormatStdout("%R\n", a);
    return Py_NewRef(path);
}

void *state_of(PyObject *m)
{
    return PyModule_Check(m) ? PyModule_GetState(m) : NULL;
}

PyObject *frozen(PyObject *name)
{
    int found = PyImport_ImportFrozenModule("zipimport");
    if (found < 0)
        return NULL;
    return found ? PyImport_Import(name) : Py_NewRef(Py_None);
}
