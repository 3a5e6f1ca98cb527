/* What a call that adds to a module leaves behind is dealt with. */
#include <Python.h>

static PyObject *Error;
static PyTypeObject Point_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "ok.Point"};

static int released_on_failure(PyObject *module)
{
    PyObject *limits = PyDict_New();

    if (limits == NULL)
        return -1;
    if (PyModule_AddObject(module, "limits", limits) < 0) {
        Py_DECREF(limits);
        return -1;
    }
    return 0;
}

/* NULL is passed on: the call reports it and there is nothing to release */
static int null_is_noticed(PyObject *module)
{
    PyObject *value = PyLong_FromLong(1000);

    if (PyModule_AddObject(module, "value", value) < 0) {
        Py_XDECREF(value);
        return -1;
    }
    return 0;
}

static int static_type_with_a_reference(PyObject *module)
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

/* the reference is taken after the call: the wrong way round, but no count is missing */
static int static_type_paid_later(PyObject *module)
{
    if (PyModule_AddObject(module, "Point", (PyObject *)&Point_Type) < 0)
        return -1;
    Py_INCREF(&Point_Type);
    return 0;
}

/* a wrapper that always steals, as PyModule_Add does */
static int add_stealing(PyObject *module, const char *name, PyObject *value)
{
    int rc;

    if (value == NULL)
        return -1;
    rc = PyModule_AddObjectRef(module, name, value);
    Py_DECREF(value);
    return rc;
}

static int uses_the_wrapper(PyObject *module)
{
    if (add_stealing(module, "one", PyLong_FromLong(1000)) < 0)
        return -1;
    return add_stealing(module, "two", PyUnicode_FromString("two"));
}

static int ref_released_on_both_ways(PyObject *module)
{
    PyObject *table = PyDict_New();
    int rc;

    if (table == NULL)
        return -1;
    rc = PyModule_AddObjectRef(module, "table", table);
    Py_DECREF(table);
    return rc;
}

/* Add steals always, and takes NULL */
int PyModule_Add(PyObject *module, const char *name, PyObject *value);

static int add_takes_everything(PyObject *module)
{
    return PyModule_Add(module, "three", PyLong_FromLong(3000));
}

/* the type stays in a variable that owns it */
static PyTypeObject *heap_type;

static int type_kept_in_variable(PyObject *module, PyType_Spec *spec)
{
    heap_type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
    if (heap_type == NULL)
        return -1;
    return PyModule_AddType(module, heap_type);
}

/* two names, two references */
static int two_names_two_references(PyObject *module)
{
    PyObject *type = PyErr_NewException("ok.Error", NULL, NULL);

    if (type == NULL)
        return -1;
    Py_INCREF(type);
    if (PyModule_AddObject(module, "Error", type) < 0) {
        Py_DECREF(type);
        Py_DECREF(type);
        return -1;
    }
    if (PyModule_AddObject(module, "error", type) < 0) {
        Py_DECREF(type);
        return -1;
    }
    return 0;
}

/* a global keeps one count, the module the other; both go when the call fails */
static int global_keeps_its_own(PyObject *module)
{
    Error = PyErr_NewException("ok.Error", NULL, NULL);
    if (Error == NULL)
        return -1;
    Py_INCREF(Error);
    if (PyModule_AddObject(module, "Error", Error) < 0) {
        Py_DECREF(Error);
        Py_CLEAR(Error);
        return -1;
    }
    return 0;
}

/* True and False live on without the count */
static void nobody_looks_at_a_flag(PyObject *module, int flag)
{
    PyModule_AddObject(module, "HAVE_FLAG", PyBool_FromLong(flag));
}

/* what the module holds may be used on */
static int used_after_the_theft(PyObject *module)
{
    PyObject *names = PyDict_New();

    if (names == NULL)
        return -1;
    if (PyModule_AddObject(module, "names", names) < 0) {
        Py_DECREF(names);
        return -1;
    }
    return PyDict_SetItemString(names, "first", Py_None);
}

/* the failures are collected, and the object of each is released */
static int collects_failures(PyObject *module, const char *const *names, int n)
{
    int failed = 0;

    for (int i = 0; i < n; i++) {
        PyObject *number = PyLong_FromLong(i + 1000);

        if (number == NULL || PyModule_AddObject(module, names[i], number) < 0) {
            Py_XDECREF(number);
            failed = 1;
        }
    }
    return failed ? -1 : 0;
}

/* released by the label that the failure leads to, and set to NULL where it was stolen */
static int one_exit(PyObject *module)
{
    PyObject *path = PyList_New(0);
    int rc = -1;

    if (path == NULL)
        goto done;
    if (PyModule_AddObject(module, "path", path) < 0)
        goto done;
    path = NULL;
    rc = 0;
done:
    Py_XDECREF(path);
    return rc;
}

PyMODINIT_FUNC PyInit_ok(void)
{
    static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "ok", NULL, -1, NULL, NULL, NULL, NULL, NULL};
    PyObject *module = PyModule_Create(&def);

    if (module == NULL)
        return NULL;
    nobody_looks_at_a_flag(module, 1);
    if (released_on_failure(module) < 0 || null_is_noticed(module) < 0 || static_type_with_a_reference(module) < 0 ||
        static_type_paid_later(module) < 0 || uses_the_wrapper(module) < 0 || add_takes_everything(module) < 0 || ref_released_on_both_ways(module) < 0 ||
        type_kept_in_variable(module, NULL) < 0 || two_names_two_references(module) < 0 ||
        global_keeps_its_own(module) < 0 || used_after_the_theft(module) < 0 ||
        collects_failures(module, NULL, 0) < 0 || one_exit(module) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
