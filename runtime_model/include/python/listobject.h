/* list: the items are an array of their own that grows by about an eighth. */
#ifndef Py_LISTOBJECT_H
#define Py_LISTOBJECT_H

typedef struct {
    PyObject_VAR_HEAD
    PyObject **ob_item;
    Py_ssize_t allocated;
} PyListObject;

PyAPI_DATA(PyTypeObject) PyList_Type;
#define PyList_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_LIST_SUBCLASS)
#define PyList_CheckExact(op) Py_IS_TYPE(op, &PyList_Type)
#define PyList_GET_SIZE(op) Py_SIZE(op)
#define PyList_GET_ITEM(op, i) (((PyListObject *)(op))->ob_item[i])

PyAPI_FUNC(PyObject *) PyList_New(Py_ssize_t size);
PyAPI_FUNC(Py_ssize_t) PyList_Size(PyObject *op);
PyAPI_FUNC(PyObject *) PyList_GetItem(PyObject *op, Py_ssize_t i);       /* borrowed */
PyAPI_FUNC(int) PyList_SetItem(PyObject *op, Py_ssize_t i, PyObject *v); /* steals v */
PyAPI_FUNC(int) PyList_Insert(PyObject *op, Py_ssize_t i, PyObject *v);
PyAPI_FUNC(int) PyList_Append(PyObject *op, PyObject *v);
PyAPI_FUNC(PyObject *) PyList_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high);
PyAPI_FUNC(int) PyList_SetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high, PyObject *v);
PyAPI_FUNC(int) PyList_Reverse(PyObject *op);
PyAPI_FUNC(PyObject *) PyList_AsTuple(PyObject *op);
#ifdef RM_CHECKED
#define PyList_SET_ITEM(op, i, v) \
    rm_checked_set_item(_PyObject_CAST(op), &PyList_GET_ITEM(op, i), _PyObject_CAST(v), RM_SITE)
#else
#define PyList_SET_ITEM(op, i, v) ((void)(PyList_GET_ITEM(op, i) = _PyObject_CAST(v)))
#endif

#endif
