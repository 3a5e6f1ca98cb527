/* Capsules and context variables. */
#include <Python.h>

static void free_data(PyObject *capsule)
{
    PyMem_Free(PyCapsule_GetPointer(capsule, "m.data"));
}

PyObject *make_capsule(size_t n)
{
    char *data = PyMem_Malloc(n);
    if (data == NULL)
        return PyErr_NoMemory();
    PyObject *capsule = PyCapsule_New(data, "m.data", free_data);
    if (capsule == NULL)
        PyMem_Free(data);
    return capsule;
}

PyObject *read_capsule(PyObject *capsule)
{
    if (!PyCapsule_CheckExact(capsule) || !PyCapsule_IsValid(capsule, "m.data"))
        Py_RETURN_NONE;
    const char *data = PyCapsule_GetPointer(capsule, "m.data");
    if (data == NULL || PyCapsule_GetName(capsule) == NULL)
        return NULL;
    return PyUnicode_FromString(data);
}

PyObject *import_capsule(void)
{
    void **api = PyCapsule_Import("m._C_API", 0);
    if (api == NULL)
        return NULL;
    return PyLong_FromVoidPtr(api[0]);
}

PyObject *context(PyObject *value)
{
    PyObject *variable = PyContextVar_New("m", NULL);
    if (variable == NULL)
        return NULL;
    PyObject *old = NULL;
    PyObject *token = PyContextVar_Set(variable, value);
    if (token == NULL || PyContextVar_Get(variable, NULL, &old) < 0 ||
        PyContextVar_Reset(variable, token) < 0) {
        Py_XDECREF(old);
        old = NULL;
    }
    Py_XDECREF(token);
    Py_DECREF(variable);
    if (old == NULL && !PyErr_Occurred())
        Py_RETURN_NONE;
    return old;
}

PyObject *token_is_dropped(PyObject *variable, PyObject *value)
{
    PyContextVar_Set(variable, value);       // expect: RW104
    Py_RETURN_NONE;
}
