/* Descriptors: what a type's dict holds for the methods, members and properties it names in C. */
#ifndef Py_DESCROBJECT_H
#define Py_DESCROBJECT_H

typedef struct {
    PyObject_HEAD
    PyTypeObject *d_type; /* owned */
    PyObject *d_name;     /* owned */
    PyObject *d_qualname; /* owned */
} PyDescrObject;

typedef struct {
    PyDescrObject d_common;
    PyMethodDef *d_method;
    vectorcallfunc vectorcall;
} PyMethodDescrObject;

typedef struct {
    PyDescrObject d_common;
    PyMemberDef *d_member;
} PyMemberDescrObject;

typedef struct {
    PyDescrObject d_common;
    PyGetSetDef *d_getset;
} PyGetSetDescrObject;

/* What a slot of C is as a method: self, the arguments as a tuple, the slot, arguments by name. */
typedef PyObject *(*wrapperfunc)(PyObject *self, PyObject *args, void *wrapped, PyObject *kwargs);
struct wrapperbase {
    const char *name;
    int offset;     /* in PyHeapTypeObject */
    void *function; /* what stands in the slot when the method is not C's */
    wrapperfunc wrapper;
};

typedef struct {
    PyDescrObject d_common;
    const struct wrapperbase *d_base;
    void *d_wrapped;
} PyWrapperDescrObject;

PyAPI_DATA(PyTypeObject) PyWrapperDescr_Type;
PyAPI_DATA(PyTypeObject) _PyMethodWrapper_Type;
PyAPI_FUNC(PyObject *) PyDescr_NewWrapper(PyTypeObject *type, struct wrapperbase *base, void *wrapped);
PyAPI_FUNC(PyObject *) PyWrapper_New(PyObject *descr, PyObject *self);

PyAPI_DATA(PyTypeObject) PyMethodDescr_Type;
PyAPI_DATA(PyTypeObject) PyClassMethodDescr_Type;
PyAPI_DATA(PyTypeObject) PyMemberDescr_Type;
PyAPI_DATA(PyTypeObject) PyGetSetDescr_Type;
PyAPI_DATA(PyTypeObject) PyDictProxy_Type;

PyAPI_FUNC(PyObject *) PyDescr_NewMethod(PyTypeObject *type, PyMethodDef *def);
PyAPI_FUNC(PyObject *) PyDescr_NewClassMethod(PyTypeObject *type, PyMethodDef *def);
PyAPI_FUNC(PyObject *) PyDescr_NewMember(PyTypeObject *type, PyMemberDef *def);
PyAPI_FUNC(PyObject *) PyDescr_NewGetSet(PyTypeObject *type, PyGetSetDef *def);
PyAPI_FUNC(int) PyDescr_IsData(PyObject *op);
PyAPI_FUNC(PyObject *) PyDictProxy_New(PyObject *mapping);
PyAPI_FUNC(PyObject *) PyMember_GetOne(const char *base, PyMemberDef *member);
PyAPI_FUNC(int) PyMember_SetOne(char *base, PyMemberDef *member, PyObject *value);
#define PyDescr_TYPE(op) (((PyDescrObject *)(op))->d_type)
#define PyDescr_NAME(op) (((PyDescrObject *)(op))->d_name)

#endif
