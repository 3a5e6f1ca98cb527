/* Attributes: the type's order of resolution, the instance's dict, and descriptors between them.
 *
 *     data descriptor of the type -> instance dict -> other descriptor -> plain attribute -> error
 *
 * What the type lends is kept for the duration of the lookup: a descriptor may change the type.
 */
#include "core_int.h"

static int check_name(PyObject *name)
{
    if (PyUnicode_Check(name))
        return 0;
    PyErr_Format(PyExc_TypeError, "attribute name must be string, not '%.200s'",
                 Py_TYPE(name)->tp_name);
    return -1;
}

static PyObject *no_attribute(PyTypeObject *type, PyObject *name)
{
    const char *text = PyUnicode_AsUTF8(name);

    if (text != NULL)
        PyErr_Format(PyExc_AttributeError, "'%.50s' object has no attribute '%.100s'", type->tp_name,
                     text);
    return NULL;
}

/* ---- the instance's dict */

static Py_ssize_t dict_offset(PyObject *op, const PyTypeObject *type)
{
    Py_ssize_t offset = type->tp_dictoffset;
    Py_ssize_t size = PyLong_Check(op) ? rm_long_size(op) : Py_SIZE(op);

    if (offset >= 0)
        return offset;
    return offset + (Py_ssize_t)_PyObject_VAR_SIZE(type, size < 0 ? -size : size);
}

static bool is_managed(PyObject *op)
{
    return PyType_HasFeature(Py_TYPE(op), Py_TPFLAGS_MANAGED_DICT);
}

/* NULL: no dict, or one that the runtime keeps (managed.c). */
PyObject **_PyObject_GetDictPtr(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    if (is_managed(op) || type->tp_dictoffset == 0)
        return NULL;
    return (PyObject **)((char *)op + dict_offset(op, type));
}

static PyObject *make_dict(PyObject *op, PyObject **slot)
{
    (void)op; /* only the checked library wants to know whose it is */
    if (*slot == NULL) {
        *slot = PyDict_New();
        if (*slot != NULL)
            RM_STORED(op, *slot);
    }
    return *slot;
}

PyObject *PyObject_GenericGetDict(PyObject *op, void *context)
{
    PyObject **slot = _PyObject_GetDictPtr(op);

    (void)context;
    if (is_managed(op))
        return Py_XNewRef(rm_managed_dict(op));
    if (slot == NULL) {
        PyErr_SetString(PyExc_AttributeError, "This object has no __dict__");
        return NULL;
    }
    return Py_XNewRef(make_dict(op, slot));
}

int PyObject_GenericSetDict(PyObject *op, PyObject *value, void *context)
{
    PyObject **slot = _PyObject_GetDictPtr(op), *old;

    (void)context;
    if (slot == NULL || value == NULL || !PyDict_Check(value)) {
        PyErr_SetString(slot == NULL ? PyExc_AttributeError : PyExc_TypeError,
                        "__dict__ must be set to a dictionary");
        return -1;
    }
    old = *slot;
    *slot = value;
    rm_keep_in(op, value);
    rm_xdrop_from(op, old);
    return 0;
}

/* ---- reading */

/* New reference; NULL without an exception: not there. */
static PyObject *get_from_dict(PyObject *dict, PyObject *name)
{
    PyObject *found;

    if (dict == NULL)
        return NULL;
    Py_INCREF(dict);
    found = Py_XNewRef(PyDict_GetItemWithError(dict, name));
    Py_DECREF(dict);
    return found;
}

static PyObject *call_getter(PyObject *descr, PyObject *op, PyTypeObject *type)
{
    return Py_TYPE(descr)->tp_descr_get(descr, op, (PyObject *)type);
}

/* descr is borrowed; dict NULL: the object's own. */
static PyObject *get_with(PyObject *descr, PyObject *op, PyObject *name, PyObject *dict)
{
    PyTypeObject *type = Py_TYPE(op);
    bool has_getter = descr != NULL && Py_TYPE(descr)->tp_descr_get != NULL;
    PyObject **slot = dict == NULL ? _PyObject_GetDictPtr(op) : NULL, *found;

    if (has_getter && PyDescr_IsData(descr))
        return call_getter(descr, op, type);
    found = dict == NULL && is_managed(op) ? Py_XNewRef(rm_managed_get(op, name))
                                           : get_from_dict(slot != NULL ? *slot : dict, name);
    if (found != NULL || PyErr_Occurred())
        return found;
    if (has_getter)
        return call_getter(descr, op, type);
    return descr != NULL ? Py_NewRef(descr) : no_attribute(type, name);
}

/* CPython notes the object and the name in an AttributeError, so an instance is made at once. */
static PyObject *name_the_error(PyObject *result)
{
    PyObject *type, *value, *traceback;

    if (result != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError))
        return result;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyErr_Restore(type, value, traceback);
    return NULL;
}

PyObject *_PyObject_GenericGetAttrWithDict(PyObject *op, PyObject *name, PyObject *dict, int suppress)
{
    PyObject *descr, *result;

    if (check_name(name) < 0)
        return NULL;
    Py_INCREF(name);
    descr = Py_XNewRef(_PyType_Lookup(Py_TYPE(op), name));
    result = descr == NULL && PyErr_Occurred() ? NULL : get_with(descr, op, name, dict);
    if (result == NULL && suppress && PyErr_ExceptionMatches(PyExc_AttributeError))
        PyErr_Clear();
    Py_XDECREF(descr);
    Py_DECREF(name);
    return name_the_error(result);
}

PyObject *PyObject_GenericGetAttr(PyObject *op, PyObject *name)
{
    return _PyObject_GenericGetAttrWithDict(op, name, NULL, 0);
}

PyObject *PyObject_GetAttr(PyObject *op, PyObject *name)
{
    PyTypeObject *type = Py_TYPE(op);
    const char *text;

    if (check_name(name) < 0)
        return NULL;
    if (type->tp_getattro != NULL)
        return name_the_error(type->tp_getattro(op, name));
    if (type->tp_getattr == NULL)
        return name_the_error(no_attribute(type, name));
    text = PyUnicode_AsUTF8(name);
    return text != NULL ? name_the_error(type->tp_getattr(op, (char *)text)) : NULL;
}

PyObject *PyObject_GetAttrString(PyObject *op, const char *name)
{
    PyObject *key, *result;

    if (Py_TYPE(op)->tp_getattr != NULL)
        return Py_TYPE(op)->tp_getattr(op, (char *)name);
    key = PyUnicode_FromString(name);
    result = key != NULL ? PyObject_GetAttr(op, key) : NULL;
    Py_XDECREF(key);
    return result;
}

/* 1: *result is a new reference; 0: no such attribute; -1. */
int _PyObject_LookupAttr(PyObject *op, PyObject *name, PyObject **result)
{
    getattrofunc get = Py_TYPE(op)->tp_getattro;

    if (get == PyObject_GenericGetAttr)
        *result = _PyObject_GenericGetAttrWithDict(op, name, NULL, 1);
    else
        *result = get != NULL ? get(op, name) : PyObject_GetAttr(op, name);
    if (*result != NULL || !PyErr_Occurred())
        return *result != NULL;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
    PyErr_Clear();
    return 0;
}

static int is_there(PyObject *found)
{
    if (found == NULL)
        PyErr_Clear();
    Py_XDECREF(found);
    return found != NULL;
}

int PyObject_HasAttr(PyObject *op, PyObject *name)
{
    return is_there(PyObject_GetAttr(op, name));
}

int PyObject_HasAttrString(PyObject *op, const char *name)
{
    return is_there(PyObject_GetAttrString(op, name));
}

/* True: *method is a new reference to a function of the type, to be called with op in front. */
bool rm_get_method(PyObject *op, PyObject *name, PyObject **method)
{
    PyTypeObject *type = Py_TYPE(op);
    PyObject **slot, *descr, *own;

    *method = NULL;
    if (type->tp_getattro != PyObject_GenericGetAttr || !PyUnicode_CheckExact(name)) {
        *method = PyObject_GetAttr(op, name);
        return false;
    }
    descr = Py_XNewRef(_PyType_Lookup(type, name));
    if (descr != NULL && PyType_HasFeature(Py_TYPE(descr), Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        slot = _PyObject_GetDictPtr(op);
        own = is_managed(op) ? Py_XNewRef(rm_managed_get(op, name))
                             : get_from_dict(slot != NULL ? *slot : NULL, name);
        *method = own != NULL ? own : PyErr_Occurred() ? NULL : Py_NewRef(descr);
        Py_DECREF(descr);
        return own == NULL;
    }
    if (descr != NULL || !PyErr_Occurred())
        *method = get_with(descr, op, name, NULL);
    Py_XDECREF(descr);
    return false;
}

/* ---- writing */

static int set_in_dict(PyObject *op, PyObject *name, PyObject *value, PyObject *dict)
{
    int rc;

    Py_INCREF(dict);
    rc = value != NULL ? PyDict_SetItem(dict, name, value) : PyDict_DelItem(dict, name);
    Py_DECREF(dict);
    if (rc < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        no_attribute(Py_TYPE(op), name);
    }
    return rc;
}

static int set_with(PyObject *descr, PyObject *op, PyObject *name, PyObject *value, PyObject *dict)
{
    PyObject **slot;

    if (descr != NULL && Py_TYPE(descr)->tp_descr_set != NULL)
        return Py_TYPE(descr)->tp_descr_set(descr, op, value);
    if (dict == NULL && is_managed(op))
        return rm_managed_set(op, name, value);
    if (dict == NULL) {
        slot = _PyObject_GetDictPtr(op);
        if (slot == NULL) {
            if (descr == NULL)
                no_attribute(Py_TYPE(op), name);
            else
                PyErr_Format(PyExc_AttributeError, "'%.50s' object attribute is read-only",
                             Py_TYPE(op)->tp_name);
            return -1;
        }
        dict = make_dict(op, slot);
    }
    return dict != NULL ? set_in_dict(op, name, value, dict) : -1;
}

int _PyObject_GenericSetAttrWithDict(PyObject *op, PyObject *name, PyObject *value, PyObject *dict)
{
    PyObject *descr;
    int rc = -1;

    if (check_name(name) < 0)
        return -1;
    Py_INCREF(name);
    Py_INCREF(Py_TYPE(op));
    descr = Py_XNewRef(_PyType_Lookup(Py_TYPE(op), name));
    if (descr != NULL || !PyErr_Occurred())
        rc = set_with(descr, op, name, value, dict);
    Py_XDECREF(descr);
    Py_DECREF(Py_TYPE(op));
    Py_DECREF(name);
    return rc;
}

int PyObject_GenericSetAttr(PyObject *op, PyObject *name, PyObject *value)
{
    return _PyObject_GenericSetAttrWithDict(op, name, value, NULL);
}

static int set_by_type(PyObject *op, PyObject *name, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(op);
    const char *text;

    if (type->tp_setattro != NULL)
        return type->tp_setattro(op, name, value);
    text = PyUnicode_AsUTF8(name);
    if (text != NULL && type->tp_setattr != NULL)
        return type->tp_setattr(op, (char *)text, value);
    if (text != NULL)
        PyErr_Format(PyExc_TypeError, "'%.100s' object has no attributes (%s .%s)", type->tp_name,
                     value == NULL ? "del" : "assign to", text);
    return -1;
}

int PyObject_SetAttr(PyObject *op, PyObject *name, PyObject *value)
{
    int rc;

    if (check_name(name) < 0)
        return -1;
    Py_INCREF(name);
    PyUnicode_InternInPlace(&name);
    rc = set_by_type(op, name, value);
    Py_DECREF(name);
    return rc;
}

int PyObject_SetAttrString(PyObject *op, const char *name, PyObject *value)
{
    PyObject *key;
    int rc;

    if (Py_TYPE(op)->tp_setattr != NULL)
        return Py_TYPE(op)->tp_setattr(op, (char *)name, value);
    key = PyUnicode_FromString(name);
    if (key == NULL)
        return -1;
    rc = PyObject_SetAttr(op, key, value);
    Py_DECREF(key);
    return rc;
}

/* ---- attributes of a type: its own order first looks in the type of the type */

static PyObject *find_in_type(PyTypeObject *type, PyObject *name, PyObject *meta_found)
{
    PyObject *found = _PyType_Lookup(type, name), *result;

    if (found != NULL) {
        Py_INCREF(found);
        if (Py_TYPE(found)->tp_descr_get == NULL)
            return found;
        result = Py_TYPE(found)->tp_descr_get(found, NULL, (PyObject *)type);
        Py_DECREF(found);
        return result;
    }
    if (PyErr_Occurred())
        return NULL;
    if (meta_found != NULL && Py_TYPE(meta_found)->tp_descr_get != NULL)
        return call_getter(meta_found, (PyObject *)type, Py_TYPE(type));
    if (meta_found != NULL)
        return Py_NewRef(meta_found);
    if (PyUnicode_AsUTF8(name) == NULL)
        return NULL;
    return PyErr_Format(PyExc_AttributeError, "type object '%.50s' has no attribute '%.100s'",
                        type->tp_name, PyUnicode_AsUTF8(name));
}

PyObject *rm_type_getattro(PyObject *op, PyObject *name)
{
    PyObject *meta_found, *result;

    if (check_name(name) < 0)
        return NULL;
    meta_found = Py_XNewRef(_PyType_Lookup(Py_TYPE(op), name));
    if (meta_found == NULL && PyErr_Occurred())
        return NULL;
    if (meta_found != NULL && Py_TYPE(meta_found)->tp_descr_get != NULL && PyDescr_IsData(meta_found))
        result = call_getter(meta_found, op, Py_TYPE(op));
    else
        result = find_in_type((PyTypeObject *)op, name, meta_found);
    Py_XDECREF(meta_found);
    return result;
}

int rm_type_setattro(PyObject *op, PyObject *name, PyObject *value)
{
    PyTypeObject *type = (PyTypeObject *)op;
    int rc;

    if (PyType_HasFeature(type, Py_TPFLAGS_IMMUTABLETYPE)) {
        PyErr_Format(PyExc_TypeError, "cannot set an attribute of immutable type '%s'", type->tp_name);
        return -1;
    }
    rc = _PyObject_GenericSetAttrWithDict(op, name, value, type->tp_dict);
    PyType_Modified(type);
    if (rc == 0)
        rm_type_set_slot(type, name);
    return rc;
}
