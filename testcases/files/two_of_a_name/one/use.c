/* Which util_item() is meant is known to the linker only. */
#include <Python.h>

PyObject *util_item(PyObject *list);
PyObject *util_size(PyObject *list);

PyObject *is_true(PyObject *self, PyObject *list)
{
    PyObject *item = util_item(list);
    if (item == NULL)
        return NULL;
    long yes = Py_IsTrue(item);
    return PyLong_FromLong(yes);
}

PyObject *forgets_size(PyObject *self, PyObject *list)
{
    PyObject *size = util_size(list);
    if (size == NULL)
        return NULL;
    Py_RETURN_NONE;                                  // expect: RW102 'size'
}
