/* RW303: the item may be gone: what ran can have changed its list or dict. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>


static PyObject *first_equal(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0);
    int same;
    if (item == NULL)
        return NULL;
    same = PyObject_RichCompareBool(item, self, Py_EQ);
    if (same < 0)
        return NULL;
    return same ? PyObject_Repr(item) : PyUnicode_FromString(""); // expect: RW303 'item', borrowed from 'list'
}

/* The reference is taken too late. */
static PyObject *taken_late(PyObject *self, PyObject *args)
{
    PyObject *list, *key, *item, *found;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &key))
        return NULL;
    if (PyList_GET_SIZE(list) == 0)
        Py_RETURN_NONE;
    item = PyList_GET_ITEM(list, 0);
    found = PyObject_CallOneArg(key, item);
    if (found == NULL)
        return NULL;
    Py_DECREF(found);
    Py_INCREF(item);                         // expect: RW303 'item'
    return item;
}

/* The key of a dict, after the value was converted. */
static PyObject *as_text(PyObject *self, PyObject *dict)
{
    PyObject *result = PyDict_New(), *key, *value, *text;
    Py_ssize_t at = 0;
    if (result == NULL)
        return NULL;
    while (PyDict_Next(dict, &at, &key, &value)) {
        text = PyObject_Str(value);
        if (text == NULL || PyDict_SetItem(result, key, text) < 0) { // expect: RW303 'key'
            Py_XDECREF(text);
            Py_DECREF(result);
            return NULL;
        }
        Py_DECREF(text);
    }
    return result;
}

static PyObject *look_up_twice(PyObject *self, PyObject *args)
{
    PyObject *dict, *convert, *value, *name;
    if (!PyArg_ParseTuple(args, "O!O", &PyDict_Type, &dict, &convert))
        return NULL;
    value = PyDict_GetItemString(dict, "value");
    if (value == NULL)
        Py_RETURN_NONE;
    name = PyObject_CallFunction(convert, "s", "value");
    if (name == NULL)
        return NULL;
    return Py_BuildValue("NO", name, value); // expect: RW303 'value'
}

/* A pointer into the item is as good as the item. */
static PyObject *text_kept(PyObject *self, PyObject *args)
{
    PyObject *list, *log, *item, *done;
    const char *text;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &log))
        return NULL;
    item = PyList_GetItem(list, 0);
    if (item == NULL || (text = PyUnicode_AsUTF8(item)) == NULL)
        return NULL;
    done = PyObject_CallFunction(log, "i", 1);
    if (done == NULL)
        return NULL;
    Py_DECREF(done);
    return PyLong_FromSize_t(strlen(text));  // expect: RW303 'item'
}

/* PySequence_Fast of a list is that list. */
static PyObject *total_of(PyObject *self, PyObject *arg)
{
    PyObject *fast = PySequence_Fast(arg, "a sequence is needed"), *item;
    Py_ssize_t used = 0;
    if (fast == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast); i++) {
        item = PySequence_Fast_GET_ITEM(fast, i);
        int is_true = PyObject_IsTrue(item);
        if (is_true < 0) {
            Py_DECREF(fast);
            return NULL;
        }
        if (is_true && Py_TYPE(item) == Py_TYPE(self)) // expect: RW303 'item'
            used++;
    }
    Py_DECREF(fast);
    return PyLong_FromSsize_t(used);
}

/* An attribute of somebody else's object. */
static PyObject *of_attribute(PyObject *self, PyObject *arg)
{
    PyObject *items = PyObject_GetAttrString(arg, "items"), *item, *hash;
    if (items == NULL)
        return NULL;
    item = PyList_GetItem(items, 0);
    if (item == NULL) {
        Py_DECREF(items);
        return NULL;
    }
    hash = PyObject_CallMethod(arg, "digest", NULL);
    if (hash == NULL || PyObject_SetAttrString(item, "hash", hash) < 0) { // expect: RW303 'item', borrowed from 'items'
        Py_XDECREF(hash);
        Py_DECREF(items);
        return NULL;
    }
    Py_DECREF(hash);
    Py_DECREF(items);
    Py_RETURN_NONE;
}

/* Nothing at all keeps the target of a weak reference. */
static PyObject *of_weak_reference(PyObject *self, PyObject *args)
{
    PyObject *ref, *callback, *target, *done;
    if (!PyArg_ParseTuple(args, "O!O", &_PyWeakref_RefType, &ref, &callback))
        return NULL;
    target = PyWeakref_GetObject(ref);
    done = PyObject_CallNoArgs(callback);
    if (done == NULL)
        return NULL;
    Py_DECREF(done);
    return PyObject_Str(target);             // expect: RW303 'target', a borrowed reference
}

/* A function of this file that calls back on every way out. */
static int notify(PyObject *callback)
{
    PyObject *done = PyObject_CallNoArgs(callback);
    if (done == NULL)
        return -1;
    Py_DECREF(done);
    return 0;
}

static PyObject *through_helper(PyObject *self, PyObject *args)
{
    PyObject *list, *callback, *item;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &list, &callback))
        return NULL;
    item = PyList_GetItem(list, 0);
    if (item == NULL || notify(callback) < 0)
        return NULL;
    return PyObject_Repr(item);              // expect: RW303 notify()
}

/* The helper gets the list of its caller. */
static PyObject *smallest(PyObject *list)
{
    PyObject *best = NULL;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *item = PyList_GET_ITEM(list, i);
        int less = best == NULL ? 1 : PyObject_RichCompareBool(item, best, Py_LT);
        if (less < 0)
            return NULL;
        if (less)
            best = item;
    }
    return Py_XNewRef(best);                 // expect: RW303 'item'
}

static PyObject *smallest_of(PyObject *self, PyObject *args)
{
    PyObject *list;
    return PyArg_ParseTuple(args, "O!", &PyList_Type, &list) ? smallest(list) : NULL;
}

static PyObject *set_default(PyObject *self, PyObject *args)
{
    PyObject *dict, *key, *fallback, *value, *shown;
    if (!PyArg_ParseTuple(args, "O!OO", &PyDict_Type, &dict, &key, &fallback))
        return NULL;
    value = PyDict_SetDefault(dict, key, fallback);
    if (value == NULL)
        return NULL;
    shown = PyObject_Repr(key);
    if (shown == NULL)
        return NULL;
    Py_DECREF(shown);
    return Py_NewRef(value);                 // expect: RW303 'value'
}

static PyMethodDef methods[] = {
    {"first_equal", first_equal, METH_O, NULL},
    {"taken_late", taken_late, METH_VARARGS, NULL},
    {"as_text", as_text, METH_O, NULL},
    {"look_up_twice", look_up_twice, METH_VARARGS, NULL},
    {"text_kept", text_kept, METH_VARARGS, NULL},
    {"total_of", total_of, METH_O, NULL},
    {"of_attribute", of_attribute, METH_O, NULL},
    {"of_weak_reference", of_weak_reference, METH_VARARGS, NULL},
    {"through_helper", through_helper, METH_VARARGS, NULL},
    {"smallest", smallest_of, METH_VARARGS, NULL},
    {"set_default", set_default, METH_VARARGS, NULL},
    {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "m", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC PyInit_m(void) { return PyModule_Create(&module); }
