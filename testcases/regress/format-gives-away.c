/* The unit N gives a reference away: the format decides, not the name of the call. */
#include <Python.h>

static PyObject *argument(PyObject *self, PyObject *arg)
{
    return Py_BuildValue("(N)", arg); // expect: RW204 'arg' is given away
}

static PyObject *item_of_a_list(PyObject *self, PyObject *arg)
{
    PyObject *item = PyList_GetItem(arg, 0);

    if (item == NULL)
        return NULL;
    return PyObject_CallFunction(self, "iN", 1, item); // expect: RW204 'item' is given away
}

static PyObject *released_afterwards(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg), *result;

    if (text == NULL)
        return NULL;
    result = Py_BuildValue("{s:N}", "text", text);
    Py_DECREF(text); // expect: RW203 'text'
    return result;
}

static PyObject *with_a_reference(PyObject *self, PyObject *arg)
{
    return Py_BuildValue("(NO)", Py_NewRef(arg), arg);
}

static PyObject *with_a_new_object(PyObject *self, PyObject *arg)
{
    return PyObject_CallMethod(arg, "update", "N", PyDict_New());
}

static PyMethodDef methods[] = {
    {"argument", argument, METH_O, NULL},
    {"item_of_a_list", item_of_a_list, METH_O, NULL},
    {"released_afterwards", released_afterwards, METH_O, NULL},
    {"with_a_reference", with_a_reference, METH_O, NULL},
    {"with_a_new_object", with_a_new_object, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

PyMethodDef *module_methods(void) { return methods; }
