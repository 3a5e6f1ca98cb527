/* The object protocol. */
#include <Python.h>

PyObject *attributes(PyObject *a)
{
    PyObject *name = PyObject_GetAttrString(a, "__name__");
    if (name == NULL)
        return NULL;
    PyObject *value = PyObject_GetAttr(a, name);
    if (value == NULL) {
        Py_DECREF(name);
        return NULL;
    }
    if (PyObject_SetAttr(a, name, value) < 0 || PyObject_SetAttrString(a, "x", value) < 0 ||
        PyObject_DelAttrString(a, "x") < 0)
        Py_CLEAR(value);
    Py_DECREF(name);
    return value;
}

int has_attributes(PyObject *a, PyObject *name)
{
    return PyObject_HasAttr(a, name) || PyObject_HasAttrString(a, "x");
}

PyObject *attribute_or_none(PyObject *a, PyObject *name)
{
    PyObject *value;
    if (_PyObject_LookupAttr(a, name, &value) < 0)
        return NULL;
    if (value == NULL)
        Py_RETURN_NONE;
    return value;
}

PyObject *items(PyObject *a, PyObject *key)
{
    PyObject *value = PyObject_GetItem(a, key);
    if (value == NULL)
        return NULL;
    int rc = PyObject_SetItem(a, key, value);
    Py_DECREF(value);
    if (rc < 0 || PyObject_DelItem(a, key) < 0)
        return NULL;
    Py_RETURN_NONE;
}

PyObject *text_of(PyObject *a)
{
    PyObject *repr = PyObject_Repr(a);
    if (repr == NULL)
        return NULL;
    PyObject *text = PyObject_Str(repr);
    Py_DECREF(repr);
    return text;
}

PyObject *answers(PyObject *a, PyObject *b)
{
    int truth = PyObject_IsTrue(a);
    if (truth < 0)
        return NULL;
    int equal = PyObject_RichCompareBool(a, b, Py_EQ);
    if (equal < 0)
        return NULL;
    if (truth && equal)
        return PyObject_RichCompare(a, b, Py_LE);
    int is = PyObject_IsInstance(a, b);
    if (is == -1)
        return NULL;
    return PyBool_FromLong(is);
}

PyObject *sizes(PyObject *a)
{
    Py_ssize_t n = PyObject_Size(a);
    if (n < 0)
        return NULL;
    Py_hash_t hash = PyObject_Hash(a);
    if (hash == -1)
        return NULL;
    return PyLong_FromSsize_t(n ^ hash);
}

PyObject *sum_of_iterable(PyObject *a)
{
    long sum = 0;
    PyObject *item, *iterator = PyObject_GetIter(a);
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator)) != NULL) {
        sum += PyLong_AsLong(item);
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    if (PyErr_Occurred())
        return NULL;
    return PyLong_FromLong(sum);
}

PyObject *own_iterator(PyObject *self)
{
    if (!PyIter_Check(self) || !PyCallable_Check(self))
        return PyErr_Format(PyExc_TypeError, "'%.200s' is not it", Py_TYPE(self)->tp_name);
    return PyObject_SelfIter(self);
}

PyObject *send_into(PyObject *generator, PyObject *value)
{
    PyObject *result = NULL;
    switch (PyIter_Send(generator, value, &result)) {
    case PYGEN_RETURN:
    case PYGEN_NEXT:
        return result;
    default:
        return NULL;
    }
}

int dict_of(PyObject *self)
{
    PyObject **slot = _PyObject_GetDictPtr(self);
    return slot != NULL && *slot != NULL;
}

PyObject *guarded(PyObject *self)
{
    if (Py_EnterRecursiveCall(" in guarded"))
        return NULL;
    PyObject *result = NULL;
    int rc = Py_ReprEnter(self);
    if (rc > 0)
        result = PyUnicode_FromString("...");
    if (rc == 0) {
        result = PyObject_Repr((PyObject *)Py_TYPE(self));
        Py_ReprLeave(self);
    }
    Py_LeaveRecursiveCall();
    return result;
}

PyObject *item_leaks_when_it_is_no_number(PyObject *a)
{
    PyObject *item = PyObject_GetItem(a, Py_None);
    if (item == NULL)
        return NULL;
    long n = PyLong_AsLong(item);
    if (n == -1 && PyErr_Occurred())
        return NULL;                         // expect: RW101 'item'
    Py_DECREF(item);
    return PyLong_FromLong(n);
}
