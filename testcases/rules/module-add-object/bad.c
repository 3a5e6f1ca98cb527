/* The reference goes to the module in other cases than the code assumes. */
#include <Python.h>

static PyObject *Error;
static PyTypeObject Point_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "bad.Point"};
static struct PyModuleDef module_def = {PyModuleDef_HEAD_INIT, "bad", NULL, -1, NULL, NULL, NULL, NULL, NULL};

/* a failure leaves the object with the caller */
static int failed_add_keeps_nothing(PyObject *module)
{
    PyObject *limits = PyDict_New();

    if (limits == NULL)
        return -1;
    if (PyModule_AddObject(module, "limits", limits) < 0)
        return -1; // expect: RW501 'limits' leaks: PyModule_AddObject() steals on success only
    return 0;
}

/* the same behind a macro, and the module is released as it should be */
#define ADD(m, name, o)                              \
    do {                                             \
        if (PyModule_AddObject((m), (name), (o))) {  \
            Py_DECREF(m);                            \
            return NULL;                             \
        }                                            \
    } while (0)

static PyObject *macro_forgets_the_object(void)
{
    PyObject *module = PyModule_Create(&module_def), *version;

    if (module == NULL)
        return NULL;
    version = Py_BuildValue("(ii)", 1, 2);
    if (version == NULL) {
        Py_DECREF(module);
        return NULL;
    }
    ADD(module, "version", version); // expect: RW501 'version' leaks
    return module;
}

/* an unnamed object cannot be released at all */
static int nobody_can_release_it(PyObject *module)
{
    if (PyModule_AddObject(module, "answer", PyLong_FromLong(4200)) < 0) // expect: RW501 steals on success only
        return -1;
    return 0;
}

/* the count that was taken for the call is lost when it fails */
static int count_for_the_call_leaks(PyObject *module, PyObject *made)
{
    Py_INCREF(made);
    if (PyModule_AddObject(module, "made", made) < 0)
        return -1; // expect: RW501 'made' leaks
    return 0;
}

/* AddObject took it: nothing is left to release */
static int released_after_success(PyObject *module)
{
    PyObject *names = PyList_New(0);
    int rc;

    if (names == NULL)
        return -1;
    rc = PyModule_AddObject(module, "names", names);
    if (rc < 0) {
        Py_DECREF(names);
        return -1;
    }
    Py_DECREF(names); // expect: RW501 'names' is released, but PyModule_AddObject() stole it
    return 0;
}

/* one reference cannot go into the module twice */
static int two_names_one_reference(PyObject *module)
{
    PyObject *type = PyErr_NewException("bad.Error", NULL, NULL);

    if (type == NULL)
        return -1;
    if (PyModule_AddObject(module, "Error", type) < 0) {
        Py_DECREF(type);
        return -1;
    }
    if (PyModule_AddObject(module, "error", type) < 0) // expect: RW501 'type' is given away again
        return -1;
    return 0;
}

/* the count of a static type is nobody's to give away */
static int static_type_without_a_reference(PyObject *module)
{
    if (PyType_Ready(&Point_Type) < 0)
        return -1;
    return PyModule_AddObject(module, "Point", (PyObject *)&Point_Type); // expect: RW501 steals it
}

/* nor is that of a borrowed object */
static int borrowed_from_another_module(PyObject *module, PyObject *other)
{
    PyObject *dict = PyModule_GetDict(other);
    PyObject *path = PyDict_GetItemString(dict, "path");

    if (path == NULL)
        return 0;
    if (PyModule_AddObject(module, "path", path) < 0) // expect: RW501 'path' is not owned
        return -1;
    return 0;
}

/* AddObjectRef takes a reference of its own */
static int ref_is_taken_for_a_theft(PyObject *module)
{
    PyObject *table = PyDict_New();

    if (table == NULL)
        return -1;
    if (PyModule_AddObjectRef(module, "table", table) < 0) {
        Py_DECREF(table);
        return -1;
    }
    return 0; // expect: RW501 'table' leaks: PyModule_AddObjectRef() takes a reference of its own
}

/* and so does AddType */
static int type_is_taken_for_stolen(PyObject *module, PyType_Spec *spec)
{
    PyObject *type = PyType_FromSpec(spec);

    if (type == NULL)
        return -1;
    if (PyModule_AddType(module, (PyTypeObject *)type) < 0) {
        Py_DECREF(type);
        return -1;
    }
    return 0; // expect: RW501 'type' leaks: PyModule_AddType() takes a reference of its own
}

/* the object lives in a global variable, and its second count leaks on the way out */
static int second_count_of_a_global(PyObject *module)
{
    Error = PyErr_NewException("bad.Error", NULL, NULL);
    if (Error == NULL)
        return -1;
    Py_INCREF(Error);
    if (PyModule_AddObject(module, "Error", Error) < 0)
        return -1; // expect: RW501 leaks
    return 0;
}

/* Add steals when it fails, too */
int PyModule_Add(PyObject *module, const char *name, PyObject *value);

static int released_after_add(PyObject *module)
{
    PyObject *names = PyDict_New();

    if (PyModule_Add(module, "names", names) < 0) {
        Py_XDECREF(names); // expect: RW501 'names' is released, but PyModule_Add() stole it
        return -1;
    }
    return 0;
}

/* nobody looks: a note, once a function */
static void nobody_looks(PyObject *module)
{
    PyObject *first = PyLong_FromLong(1000), *second = PyLong_FromLong(2000);

    if (first != NULL)
        PyModule_AddObject(module, "first", first); // expect: RW501 'first' leaks if PyModule_AddObject() fails
    if (second != NULL)
        PyModule_AddObject(module, "second", second);
}

PyMODINIT_FUNC PyInit_bad(void)
{
    PyObject *module = macro_forgets_the_object();

    if (module == NULL)
        return NULL;
    nobody_looks(module);
    if (failed_add_keeps_nothing(module) < 0 || nobody_can_release_it(module) < 0 ||
        count_for_the_call_leaks(module, module) < 0 || released_after_success(module) < 0 || released_after_add(module) < 0 ||
        two_names_one_reference(module) < 0 || static_type_without_a_reference(module) < 0 ||
        borrowed_from_another_module(module, module) < 0 || ref_is_taken_for_a_theft(module) < 0 ||
        type_is_taken_for_stolen(module, NULL) < 0 || second_count_of_a_global(module) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    return module;
}
