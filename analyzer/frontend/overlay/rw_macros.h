/* Macros of Python's API that hide a call, as calls to declared functions.
 *
 * __rw_NAME stands for NAME. __rw_lv_NAME returns a pointer, so that *__rw_lv_NAME(o, i) can be
 * assigned to like the macro it stands for. Arguments are evaluated once. What the installed
 * headers do not have as a macro stays as it is: a function, or absent.
 */
#ifndef REFWARDEN_OVERLAY_MACROS_H
#define REFWARDEN_OVERLAY_MACROS_H

#ifdef __cplusplus
extern "C" {
#endif

/* ---- reference counts */

#ifdef Py_INCREF
void __rw_Py_INCREF(PyObject *);
#undef Py_INCREF
#define Py_INCREF(o) __rw_Py_INCREF((PyObject *)(o))
#endif
#ifdef Py_DECREF
void __rw_Py_DECREF(PyObject *);
#undef Py_DECREF
#define Py_DECREF(o) __rw_Py_DECREF((PyObject *)(o))
#endif
#ifdef Py_XINCREF
void __rw_Py_XINCREF(PyObject *);
#undef Py_XINCREF
#define Py_XINCREF(o) __rw_Py_XINCREF((PyObject *)(o))
#endif
#ifdef Py_XDECREF
void __rw_Py_XDECREF(PyObject *);
#undef Py_XDECREF
#define Py_XDECREF(o) __rw_Py_XDECREF((PyObject *)(o))
#endif
#ifdef Py_CLEAR
void __rw_Py_CLEAR(void *);
#undef Py_CLEAR
#define Py_CLEAR(place) __rw_Py_CLEAR((void *)&(place))
#endif
#ifdef Py_SETREF
void __rw_Py_SETREF(void *, PyObject *);
#undef Py_SETREF
#define Py_SETREF(place, o) __rw_Py_SETREF((void *)&(place), (PyObject *)(o))
#endif
#ifdef Py_XSETREF
void __rw_Py_XSETREF(void *, PyObject *);
#undef Py_XSETREF
#define Py_XSETREF(place, o) __rw_Py_XSETREF((void *)&(place), (PyObject *)(o))
#endif
PyObject *__rw_Py_NewRef(PyObject *);
PyObject *__rw_Py_XNewRef(PyObject *);
#ifdef Py_NewRef
#undef Py_NewRef
#define Py_NewRef(o) __rw_Py_NewRef((PyObject *)(o))
#endif
#ifdef Py_XNewRef
#undef Py_XNewRef
#define Py_XNewRef(o) __rw_Py_XNewRef((PyObject *)(o))
#endif
#ifdef Py_VISIT
void __rw_Py_VISIT(PyObject *);
#undef Py_VISIT
#define Py_VISIT(o) __rw_Py_VISIT((PyObject *)(o))
#endif

/* ---- singletons */

#ifdef Py_None
#undef Py_None
#define Py_None ((PyObject *)&_Py_NoneStruct)
#endif
#ifdef Py_True
#undef Py_True
#define Py_True ((PyObject *)&_Py_TrueStruct)
#endif
#ifdef Py_False
#undef Py_False
#define Py_False ((PyObject *)&_Py_FalseStruct)
#endif
#ifdef Py_NotImplemented
#undef Py_NotImplemented
#define Py_NotImplemented ((PyObject *)&_Py_NotImplementedStruct)
#endif
#ifdef Py_Ellipsis
#undef Py_Ellipsis
#define Py_Ellipsis ((PyObject *)&_Py_EllipsisObject)
#endif
#ifdef Py_RETURN_NONE
#undef Py_RETURN_NONE
#define Py_RETURN_NONE return __rw_Py_NewRef(Py_None)
#endif
#ifdef Py_RETURN_TRUE
#undef Py_RETURN_TRUE
#define Py_RETURN_TRUE return __rw_Py_NewRef(Py_True)
#endif
#ifdef Py_RETURN_FALSE
#undef Py_RETURN_FALSE
#define Py_RETURN_FALSE return __rw_Py_NewRef(Py_False)
#endif
#ifdef Py_RETURN_NOTIMPLEMENTED
#undef Py_RETURN_NOTIMPLEMENTED
#define Py_RETURN_NOTIMPLEMENTED return __rw_Py_NewRef(Py_NotImplemented)
#endif
#ifdef Py_RETURN_RICHCOMPARE
#undef Py_RETURN_RICHCOMPARE
#define Py_RETURN_RICHCOMPARE(a, b, op) \
    return ((void)(op), (a) == (b)) ? __rw_Py_NewRef(Py_True) : __rw_Py_NewRef(Py_False)
#endif
#ifdef Py_Is
#undef Py_Is
#define Py_Is(a, b) ((PyObject *)(a) == (PyObject *)(b))
#endif
#ifdef Py_IsNone
#undef Py_IsNone
#define Py_IsNone(o) ((PyObject *)(o) == Py_None)
#endif
#ifdef Py_IsTrue
#undef Py_IsTrue
#define Py_IsTrue(o) ((PyObject *)(o) == Py_True)
#endif
#ifdef Py_IsFalse
#undef Py_IsFalse
#define Py_IsFalse(o) ((PyObject *)(o) == Py_False)
#endif

/* ---- header fields */

#ifdef Py_TYPE
PyTypeObject * *__rw_lv_Py_TYPE(PyObject *);
#undef Py_TYPE
#define Py_TYPE(o) (*__rw_lv_Py_TYPE((PyObject *)(o)))
#endif
#ifdef Py_SIZE
Py_ssize_t *__rw_lv_Py_SIZE(PyObject *);
#undef Py_SIZE
#define Py_SIZE(o) (*__rw_lv_Py_SIZE((PyObject *)(o)))
#endif
#ifdef Py_REFCNT
Py_ssize_t *__rw_lv_Py_REFCNT(PyObject *);
#undef Py_REFCNT
#define Py_REFCNT(o) (*__rw_lv_Py_REFCNT((PyObject *)(o)))
#endif
#ifdef Py_SET_TYPE
void __rw_Py_SET_TYPE(PyObject *, PyTypeObject *);
#undef Py_SET_TYPE
#define Py_SET_TYPE(o, type) __rw_Py_SET_TYPE((PyObject *)(o), (type))
#endif
#ifdef Py_SET_SIZE
void __rw_Py_SET_SIZE(PyObject *, Py_ssize_t);
#undef Py_SET_SIZE
#define Py_SET_SIZE(o, n) __rw_Py_SET_SIZE((PyObject *)(o), (n))
#endif
#ifdef Py_SET_REFCNT
void __rw_Py_SET_REFCNT(PyObject *, Py_ssize_t);
#undef Py_SET_REFCNT
#define Py_SET_REFCNT(o, n) __rw_Py_SET_REFCNT((PyObject *)(o), (n))
#endif

/* ---- items */

#ifdef PyTuple_GET_ITEM
PyObject * *__rw_lv_PyTuple_GET_ITEM(PyObject *, Py_ssize_t);
#undef PyTuple_GET_ITEM
#define PyTuple_GET_ITEM(o, i) (*__rw_lv_PyTuple_GET_ITEM((PyObject *)(o), (i)))
#endif
#ifdef PyList_GET_ITEM
PyObject * *__rw_lv_PyList_GET_ITEM(PyObject *, Py_ssize_t);
#undef PyList_GET_ITEM
#define PyList_GET_ITEM(o, i) (*__rw_lv_PyList_GET_ITEM((PyObject *)(o), (i)))
#endif
#ifdef PyStructSequence_GET_ITEM
PyObject * *__rw_lv_PyStructSequence_GET_ITEM(PyObject *, Py_ssize_t);
#undef PyStructSequence_GET_ITEM
#define PyStructSequence_GET_ITEM(o, i) (*__rw_lv_PyStructSequence_GET_ITEM((PyObject *)(o), (i)))
#endif
#ifdef PySequence_Fast_GET_ITEM
PyObject * *__rw_lv_PySequence_Fast_GET_ITEM(PyObject *, Py_ssize_t);
#undef PySequence_Fast_GET_ITEM
#define PySequence_Fast_GET_ITEM(o, i) (*__rw_lv_PySequence_Fast_GET_ITEM((PyObject *)(o), (i)))
#endif
#ifdef PyTuple_SET_ITEM
void __rw_PyTuple_SET_ITEM(PyObject *, Py_ssize_t, PyObject *);
#undef PyTuple_SET_ITEM
#define PyTuple_SET_ITEM(o, i, v) __rw_PyTuple_SET_ITEM((PyObject *)(o), (i), (PyObject *)(v))
#endif
#ifdef PyList_SET_ITEM
void __rw_PyList_SET_ITEM(PyObject *, Py_ssize_t, PyObject *);
#undef PyList_SET_ITEM
#define PyList_SET_ITEM(o, i, v) __rw_PyList_SET_ITEM((PyObject *)(o), (i), (PyObject *)(v))
#endif
#ifdef PyStructSequence_SET_ITEM
void __rw_PyStructSequence_SET_ITEM(PyObject *, Py_ssize_t, PyObject *);
#undef PyStructSequence_SET_ITEM
#define PyStructSequence_SET_ITEM(o, i, v) \
    __rw_PyStructSequence_SET_ITEM((PyObject *)(o), (i), (PyObject *)(v))
#endif
#ifdef PyCell_GET
PyObject * *__rw_lv_PyCell_GET(PyObject *);
#undef PyCell_GET
#define PyCell_GET(o) (*__rw_lv_PyCell_GET((PyObject *)(o)))
#endif
#ifdef PyCell_SET
void __rw_PyCell_SET(PyObject *, PyObject *);
#undef PyCell_SET
#define PyCell_SET(o, v) __rw_PyCell_SET((PyObject *)(o), (PyObject *)(v))
#endif
#ifdef PySequence_ITEM
PyObject *__rw_PySequence_ITEM(PyObject *, Py_ssize_t);
#undef PySequence_ITEM
#define PySequence_ITEM(o, i) __rw_PySequence_ITEM((PyObject *)(o), (i))
#endif
#ifdef PySequence_Fast_ITEMS
PyObject ** __rw_PySequence_Fast_ITEMS(PyObject *);
#undef PySequence_Fast_ITEMS
#define PySequence_Fast_ITEMS(o) __rw_PySequence_Fast_ITEMS((PyObject *)(o))
#endif
#ifdef PyTuple_GET_SIZE
Py_ssize_t __rw_PyTuple_GET_SIZE(PyObject *);
#undef PyTuple_GET_SIZE
#define PyTuple_GET_SIZE(o) __rw_PyTuple_GET_SIZE((PyObject *)(o))
#endif
#ifdef PyList_GET_SIZE
Py_ssize_t __rw_PyList_GET_SIZE(PyObject *);
#undef PyList_GET_SIZE
#define PyList_GET_SIZE(o) __rw_PyList_GET_SIZE((PyObject *)(o))
#endif
#ifdef PyDict_GET_SIZE
Py_ssize_t __rw_PyDict_GET_SIZE(PyObject *);
#undef PyDict_GET_SIZE
#define PyDict_GET_SIZE(o) __rw_PyDict_GET_SIZE((PyObject *)(o))
#endif
#ifdef PySet_GET_SIZE
Py_ssize_t __rw_PySet_GET_SIZE(PyObject *);
#undef PySet_GET_SIZE
#define PySet_GET_SIZE(o) __rw_PySet_GET_SIZE((PyObject *)(o))
#endif
#ifdef PySequence_Fast_GET_SIZE
Py_ssize_t __rw_PySequence_Fast_GET_SIZE(PyObject *);
#undef PySequence_Fast_GET_SIZE
#define PySequence_Fast_GET_SIZE(o) __rw_PySequence_Fast_GET_SIZE((PyObject *)(o))
#endif
#ifdef PyBytes_GET_SIZE
Py_ssize_t __rw_PyBytes_GET_SIZE(PyObject *);
#undef PyBytes_GET_SIZE
#define PyBytes_GET_SIZE(o) __rw_PyBytes_GET_SIZE((PyObject *)(o))
#endif
#ifdef PyByteArray_GET_SIZE
Py_ssize_t __rw_PyByteArray_GET_SIZE(PyObject *);
#undef PyByteArray_GET_SIZE
#define PyByteArray_GET_SIZE(o) __rw_PyByteArray_GET_SIZE((PyObject *)(o))
#endif
#ifdef PyODict_SIZE
Py_ssize_t __rw_PyODict_SIZE(PyObject *);
#undef PyODict_SIZE
#define PyODict_SIZE(o) __rw_PyODict_SIZE((PyObject *)(o))
#endif
#ifdef PyUnicode_GET_LENGTH
Py_ssize_t __rw_PyUnicode_GET_LENGTH(PyObject *);
#undef PyUnicode_GET_LENGTH
#define PyUnicode_GET_LENGTH(o) __rw_PyUnicode_GET_LENGTH((PyObject *)(o))
#endif
#ifdef PyUnicode_GET_SIZE
Py_ssize_t __rw_PyUnicode_GET_SIZE(PyObject *);
#undef PyUnicode_GET_SIZE
#define PyUnicode_GET_SIZE(o) __rw_PyUnicode_GET_SIZE((PyObject *)(o))
#endif
#ifdef PyUnicode_GET_DATA_SIZE
Py_ssize_t __rw_PyUnicode_GET_DATA_SIZE(PyObject *);
#undef PyUnicode_GET_DATA_SIZE
#define PyUnicode_GET_DATA_SIZE(o) __rw_PyUnicode_GET_DATA_SIZE((PyObject *)(o))
#endif
#ifdef PyUnicode_WSTR_LENGTH
Py_ssize_t __rw_PyUnicode_WSTR_LENGTH(PyObject *);
#undef PyUnicode_WSTR_LENGTH
#define PyUnicode_WSTR_LENGTH(o) __rw_PyUnicode_WSTR_LENGTH((PyObject *)(o))
#endif

/* ---- memory and objects */

#ifdef PyObject_New
PyObject *__rw_PyObject_New(PyTypeObject *);
#undef PyObject_New
#define PyObject_New(type, t) ((type *)__rw_PyObject_New(t))
#endif
#ifdef PyObject_NewVar
PyObject *__rw_PyObject_NewVar(PyTypeObject *, Py_ssize_t);
#undef PyObject_NewVar
#define PyObject_NewVar(type, t, n) ((type *)__rw_PyObject_NewVar((t), (n)))
#endif
#ifdef PyObject_NEW
#undef PyObject_NEW
#define PyObject_NEW(type, t) PyObject_New(type, t)
#endif
#ifdef PyObject_NEW_VAR
#undef PyObject_NEW_VAR
#define PyObject_NEW_VAR(type, t, n) PyObject_NewVar(type, t, n)
#endif
#ifdef PyObject_GC_New
PyObject *__rw_PyObject_GC_New(PyTypeObject *);
#undef PyObject_GC_New
#define PyObject_GC_New(type, t) ((type *)__rw_PyObject_GC_New(t))
#endif
#ifdef PyObject_GC_NewVar
PyObject *__rw_PyObject_GC_NewVar(PyTypeObject *, Py_ssize_t);
#undef PyObject_GC_NewVar
#define PyObject_GC_NewVar(type, t, n) ((type *)__rw_PyObject_GC_NewVar((t), (n)))
#endif
#ifdef PyObject_GC_Resize
PyObject *__rw_PyObject_GC_Resize(PyObject *, Py_ssize_t);
#undef PyObject_GC_Resize
#define PyObject_GC_Resize(type, o, n) ((type *)__rw_PyObject_GC_Resize((PyObject *)(o), (n)))
#endif
#ifdef PyMem_New
#undef PyMem_New
#define PyMem_New(type, n) ((type *)PyMem_Malloc((size_t)(n) * sizeof(type)))
#endif
#ifdef PyMem_Resize
#undef PyMem_Resize
#define PyMem_Resize(p, type, n) ((p) = (type *)PyMem_Realloc((p), (size_t)(n) * sizeof(type)))
#endif
#ifdef PyMem_NEW
#undef PyMem_NEW
#define PyMem_NEW(type, n) PyMem_New(type, n)
#endif
#ifdef PyMem_RESIZE
#undef PyMem_RESIZE
#define PyMem_RESIZE(p, type, n) PyMem_Resize(p, type, n)
#endif

/* ---- modules, errors and deallocation */

#ifdef PyModule_Create
PyObject *__rw_PyModule_Create(struct PyModuleDef *);
#undef PyModule_Create
#define PyModule_Create(def) __rw_PyModule_Create(def)
#endif
#ifdef PyModule_FromDefAndSpec
PyObject *__rw_PyModule_FromDefAndSpec(struct PyModuleDef *, PyObject *);
#undef PyModule_FromDefAndSpec
#define PyModule_FromDefAndSpec(def, spec) __rw_PyModule_FromDefAndSpec((def), (spec))
#endif
#ifdef PyCFunction_New
PyObject *__rw_PyCFunction_New(PyMethodDef *, PyObject *);
#undef PyCFunction_New
#define PyCFunction_New(def, self) __rw_PyCFunction_New((def), (PyObject *)(self))
#endif
#ifdef PyCFunction_NewEx
PyObject *__rw_PyCFunction_NewEx(PyMethodDef *, PyObject *, PyObject *);
#undef PyCFunction_NewEx
#define PyCFunction_NewEx(def, self, module) \
    __rw_PyCFunction_NewEx((def), (PyObject *)(self), (PyObject *)(module))
#endif
#ifdef PySlice_GetIndicesEx
int __rw_PySlice_GetIndicesEx(PyObject *, Py_ssize_t, Py_ssize_t *, Py_ssize_t *, Py_ssize_t *,
    Py_ssize_t *);
#undef PySlice_GetIndicesEx
#define PySlice_GetIndicesEx(o, len, start, stop, step, n) \
    __rw_PySlice_GetIndicesEx((PyObject *)(o), (len), (start), (stop), (step), (n))
#endif
#ifdef PyErr_BadInternalCall
void __rw_PyErr_BadInternalCall(void);
#undef PyErr_BadInternalCall
#define PyErr_BadInternalCall() __rw_PyErr_BadInternalCall()
#endif
/* The trashcan puts a deallocation off; what it does then is the same. */
#ifdef Py_TRASHCAN_BEGIN
#undef Py_TRASHCAN_BEGIN
#define Py_TRASHCAN_BEGIN(o, dealloc) do {
#endif
#ifdef Py_TRASHCAN_END
#undef Py_TRASHCAN_END
#define Py_TRASHCAN_END } while (0);
#endif
#ifdef Py_TRASHCAN_SAFE_BEGIN
#undef Py_TRASHCAN_SAFE_BEGIN
#define Py_TRASHCAN_SAFE_BEGIN(o) do {
#endif
#ifdef Py_TRASHCAN_SAFE_END
#undef Py_TRASHCAN_SAFE_END
#define Py_TRASHCAN_SAFE_END(o) } while (0);
#endif

#ifdef __cplusplus
}
#endif

#endif
