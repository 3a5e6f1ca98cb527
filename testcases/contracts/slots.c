/* Slots: what the interpreter expects of a function, and what a call through a type's member does. */
#include <Python.h>

/* ---- owed */

static int quiet_assignment(PyObject *self, PyObject *key, PyObject *value)
{
    if (value == NULL)
        return -1; // expect: RW702 quiet_assignment() returns -1
    return PyObject_SetItem(key, self, value);
}

static Py_ssize_t quiet_length(PyObject *self)
{
    return PyObject_IsTrue(self) ? 0 : -1; // expect: RW702 quiet_length() returns -1 // expect: RW703 PyObject_IsTrue()
}

static PyObject *end_without_exception(PyObject *self)
{
    return NULL;
}

static PyObject *anext_without_exception(PyObject *self)
{
    return NULL; // expect: RW702 anext_without_exception() returns NULL
}

static PyObject *borrowed_item(PyObject *self, Py_ssize_t i)
{
    PyObject *dict = PyModule_GetDict(self);

    return dict; // expect: RW301 'dict'
}

static PyMappingMethods mapping = {.mp_ass_subscript = quiet_assignment, .mp_length = quiet_length};
static PySequenceMethods sequence = {.sq_item = borrowed_item};
static PyAsyncMethods async = {.am_anext = anext_without_exception};
PyTypeObject Thing_Type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Thing",
    .tp_as_mapping = &mapping,
    .tp_as_sequence = &sequence,
    .tp_as_async = &async,
    .tp_iternext = end_without_exception,
};

static int quiet_exec(PyObject *module)
{
    return -1; // expect: RW702 quiet_exec() returns -1
}

PyModuleDef_Slot module_slots[] = {{Py_mod_exec, quiet_exec}, {0, NULL}};

/* ---- called */

PyObject *new_from_the_type(PyTypeObject *type)
{
    PyObject *self = type->tp_alloc(type, 0);

    if (self == NULL)
        return NULL;
    if (PyErr_CheckSignals() < 0)
        return NULL; // expect: RW101 'self' leaks
    return self;
}

int next_is_dropped(PyObject *iterator)
{
    PyObject *item = Py_TYPE(iterator)->tp_iternext(iterator);

    return item != NULL; // expect: RW102 'item' leaks
}

PyObject *sum_is_new(PyObject *a, PyObject *b)
{
    PyObject *sum = Py_TYPE(a)->tp_as_number->nb_add(a, b), *text;

    if (sum == NULL)
        return NULL;
    text = PyObject_Str(sum);
    Py_DECREF(sum);
    return text;
}
