/* A helper may consume its argument, but a caller cannot tell one failure from another. */
#include <Python.h>

/* Success and one failure give the item up, the other failure does not. */
static PyObject *wrapped(PyObject *item)
{
    PyObject *tuple = PyTuple_New(1), *result;
    if (tuple == NULL)
        return NULL;                        // expect: RW101 'item' leaks
    PyTuple_SET_ITEM(tuple, 0, item);
    result = PySequence_List(tuple);
    Py_DECREF(tuple);
    return result;
}

/* Every failure leaves it to the caller: like PyModule_AddObject. */
static int added(PyObject *list, PyObject *item)
{
    if (PyList_Append(list, item) < 0)
        return -1;
    Py_DECREF(item);
    return 0;
}

/* Nothing is left over on any way out. */
static int kept(PyObject *list, PyObject *item)
{
    Py_INCREF(item);
    if (PyList_Append(list, item) < 0) {
        Py_DECREF(item);
        return -1;
    }
    Py_DECREF(item);
    return PyList_Sort(list);
}

/* There may be none. */
static int optional(PyObject *list, PyObject *item)
{
    if (item == NULL)
        return -1;
    int rc = PyList_Append(list, item);
    Py_DECREF(item);
    return rc;
}

/* Taken for the caller, but not on all ways out. */
static PyObject *as_bytes(PyObject *o)
{
    if (PyUnicode_Check(o))
        return PyUnicode_AsUTF8String(o);
    Py_INCREF(o);
    if (PyBytes_Check(o))
        return o;
    PyErr_SetString(PyExc_TypeError, "str or bytes expected");
    return NULL;                            // expect: RW101 'o' leaks
}

/* Taken on all ways out: the caller knows. */
static int taken(PyObject *list, PyObject *item)
{
    Py_INCREF(item);
    return PyList_Append(list, item);
}

static PyObject *use(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0), *bytes;
    if (list == NULL)
        return NULL;
    int rc = taken(list, arg);
    Py_DECREF(arg);
    if (rc < 0)
        goto fail;
    bytes = as_bytes(arg);
    if (bytes == NULL)
        goto fail;
    if (added(list, bytes) < 0) {
        Py_DECREF(bytes);
        goto fail;
    }
    if (kept(list, arg) < 0 || optional(list, Py_NewRef(arg)) < 0)
        goto fail;
    Py_SETREF(list, wrapped(Py_NewRef(arg)));
    return list;
fail:
    Py_DECREF(list);
    return NULL;
}

static PyMethodDef methods[] = {{"use", use, METH_O, NULL}, {NULL, NULL, 0, NULL}};
