/* dict: an index table over an array of entries in insertion order. */
#ifndef Py_DICTOBJECT_H
#define Py_DICTOBJECT_H

typedef struct _dictkeysobject PyDictKeysObject;
typedef struct _dictvalues PyDictValues;

typedef struct {
    PyObject_HEAD
    Py_ssize_t ma_used;
    uint64_t ma_version_tag;
    PyDictKeysObject *ma_keys;
    PyDictValues *ma_values;
} PyDictObject;

PyAPI_DATA(PyTypeObject) PyDict_Type;
#define PyDict_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_DICT_SUBCLASS)
#define PyDict_CheckExact(op) Py_IS_TYPE(op, &PyDict_Type)

PyAPI_FUNC(PyObject *) PyDict_New(void);
PyAPI_FUNC(PyObject *) PyDict_GetItem(PyObject *op, PyObject *key);          /* borrowed */
PyAPI_FUNC(PyObject *) PyDict_GetItemWithError(PyObject *op, PyObject *key); /* borrowed */
PyAPI_FUNC(PyObject *) PyDict_GetItemString(PyObject *op, const char *key);  /* borrowed */
PyAPI_FUNC(int) PyDict_SetItem(PyObject *op, PyObject *key, PyObject *value);
PyAPI_FUNC(int) PyDict_SetItemString(PyObject *op, const char *key, PyObject *value);
PyAPI_FUNC(int) PyDict_DelItem(PyObject *op, PyObject *key);
PyAPI_FUNC(int) PyDict_DelItemString(PyObject *op, const char *key);
PyAPI_FUNC(int) PyDict_Contains(PyObject *op, PyObject *key);
PyAPI_FUNC(void) PyDict_Clear(PyObject *op);
PyAPI_FUNC(int) PyDict_Next(PyObject *op, Py_ssize_t *pos, PyObject **key, PyObject **value);
PyAPI_FUNC(Py_ssize_t) PyDict_Size(PyObject *op);
#define PyDict_GET_SIZE(op) (((PyDictObject *)(op))->ma_used)

#endif
