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
    PyDictValues *ma_values; /* NULL: the values are in ma_keys */
} PyDictObject;

typedef struct {
    PyObject_HEAD
    PyDictObject *dv_dict; /* owned */
} _PyDictViewObject;

PyAPI_DATA(PyTypeObject) PyDict_Type;
PyAPI_DATA(PyTypeObject) PyDictKeys_Type;
PyAPI_DATA(PyTypeObject) PyDictValues_Type;
PyAPI_DATA(PyTypeObject) PyDictItems_Type;
PyAPI_DATA(PyTypeObject) PyDictIterKey_Type;
PyAPI_DATA(PyTypeObject) PyDictIterValue_Type;
PyAPI_DATA(PyTypeObject) PyDictIterItem_Type;
#define PyDict_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_DICT_SUBCLASS)
#define PyDict_CheckExact(op) Py_IS_TYPE(op, &PyDict_Type)
#define PyDictKeys_Check(op) PyObject_TypeCheck(op, &PyDictKeys_Type)
#define PyDictValues_Check(op) PyObject_TypeCheck(op, &PyDictValues_Type)
#define PyDictItems_Check(op) PyObject_TypeCheck(op, &PyDictItems_Type)
#define PyDictViewSet_Check(op) (PyDictKeys_Check(op) || PyDictItems_Check(op))

PyAPI_FUNC(PyObject *) PyDict_New(void);
PyAPI_FUNC(PyObject *) _PyDict_NewPresized(Py_ssize_t n);
PyAPI_FUNC(PyObject *) PyDict_GetItem(PyObject *op, PyObject *key);          /* borrowed */
PyAPI_FUNC(PyObject *) PyDict_GetItemWithError(PyObject *op, PyObject *key); /* borrowed */
PyAPI_FUNC(PyObject *) PyDict_GetItemString(PyObject *op, const char *key);  /* borrowed */
PyAPI_FUNC(PyObject *) _PyDict_GetItem_KnownHash(PyObject *op, PyObject *key, Py_hash_t hash);
PyAPI_FUNC(PyObject *) _PyDict_GetItemStringWithError(PyObject *op, const char *key);
PyAPI_FUNC(PyObject *) PyDict_SetDefault(PyObject *op, PyObject *key, PyObject *value); /* borrowed */
PyAPI_FUNC(int) PyDict_SetItem(PyObject *op, PyObject *key, PyObject *value);
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash(PyObject *op, PyObject *key, PyObject *value, Py_hash_t hash);
PyAPI_FUNC(int) PyDict_SetItemString(PyObject *op, const char *key, PyObject *value);
PyAPI_FUNC(int) PyDict_DelItem(PyObject *op, PyObject *key);
PyAPI_FUNC(int) PyDict_DelItemString(PyObject *op, const char *key);
PyAPI_FUNC(PyObject *) _PyDict_Pop(PyObject *op, PyObject *key, PyObject *fallback);
PyAPI_FUNC(int) PyDict_Contains(PyObject *op, PyObject *key);
PyAPI_FUNC(void) PyDict_Clear(PyObject *op);
PyAPI_FUNC(int) PyDict_Next(PyObject *op, Py_ssize_t *pos, PyObject **key, PyObject **value);
PyAPI_FUNC(int) _PyDict_Next(PyObject *op, Py_ssize_t *pos, PyObject **key, PyObject **value,
                             Py_hash_t *hash);
PyAPI_FUNC(Py_ssize_t) PyDict_Size(PyObject *op);
PyAPI_FUNC(PyObject *) PyDict_Keys(PyObject *op);   /* a new list */
PyAPI_FUNC(PyObject *) PyDict_Values(PyObject *op); /* a new list */
PyAPI_FUNC(PyObject *) PyDict_Items(PyObject *op);  /* a new list of pairs */
PyAPI_FUNC(PyObject *) PyDict_Copy(PyObject *op);
PyAPI_FUNC(int) PyDict_Merge(PyObject *op, PyObject *from, int override);
PyAPI_FUNC(int) PyDict_MergeFromSeq2(PyObject *op, PyObject *pairs, int override);
PyAPI_FUNC(int) PyDict_Update(PyObject *op, PyObject *from);
PyAPI_FUNC(PyObject *) _PyDictView_New(PyObject *op, PyTypeObject *type);
#define PyDict_GET_SIZE(op) (((PyDictObject *)(op))->ma_used)

#endif
