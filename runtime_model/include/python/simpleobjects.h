/* Small objects around one or two references: capsule, cell, the general iterators, context
 * variables, and tuples with named fields. */
#ifndef Py_SIMPLEOBJECTS_H
#define Py_SIMPLEOBJECTS_H

/* ---- capsule: a pointer of C, not counted */

typedef void (*PyCapsule_Destructor)(PyObject *);
PyAPI_DATA(PyTypeObject) PyCapsule_Type;
#define PyCapsule_CheckExact(op) Py_IS_TYPE(op, &PyCapsule_Type)
PyAPI_FUNC(PyObject *) PyCapsule_New(void *pointer, const char *name, PyCapsule_Destructor destroy);
PyAPI_FUNC(int) PyCapsule_IsValid(PyObject *op, const char *name);
PyAPI_FUNC(void *) PyCapsule_GetPointer(PyObject *op, const char *name);
PyAPI_FUNC(PyCapsule_Destructor) PyCapsule_GetDestructor(PyObject *op);
PyAPI_FUNC(const char *) PyCapsule_GetName(PyObject *op);
PyAPI_FUNC(void *) PyCapsule_GetContext(PyObject *op);
PyAPI_FUNC(int) PyCapsule_SetPointer(PyObject *op, void *pointer);
PyAPI_FUNC(int) PyCapsule_SetDestructor(PyObject *op, PyCapsule_Destructor destroy);
PyAPI_FUNC(int) PyCapsule_SetName(PyObject *op, const char *name);
PyAPI_FUNC(int) PyCapsule_SetContext(PyObject *op, void *context);
PyAPI_FUNC(void *) PyCapsule_Import(const char *name, int no_block);

/* ---- cell */

typedef struct {
    PyObject_HEAD
    PyObject *ob_ref; /* owned; NULL: empty */
} PyCellObject;
PyAPI_DATA(PyTypeObject) PyCell_Type;
#define PyCell_Check(op) Py_IS_TYPE(op, &PyCell_Type)
#define PyCell_GET(op) (((PyCellObject *)(op))->ob_ref)
#define PyCell_SET(op, v) ((void)(((PyCellObject *)(op))->ob_ref = (v)))
PyAPI_FUNC(PyObject *) PyCell_New(PyObject *v);
PyAPI_FUNC(PyObject *) PyCell_Get(PyObject *op);
PyAPI_FUNC(int) PyCell_Set(PyObject *op, PyObject *v);

/* ---- iterators over anything with items, and over calls until a sentinel comes */

PyAPI_DATA(PyTypeObject) PySeqIter_Type;
PyAPI_DATA(PyTypeObject) PyCallIter_Type;
PyAPI_DATA(PyTypeObject) PyUnicodeIter_Type;
PyAPI_DATA(PyTypeObject) _rm_UnicodeASCIIIter_Type;
PyAPI_DATA(PyTypeObject) PyBytesIter_Type;
PyAPI_DATA(PyTypeObject) PyByteArrayIter_Type;
PyAPI_DATA(PyTypeObject) PyListIter_Type;
PyAPI_DATA(PyTypeObject) PyTupleIter_Type;
#define PySeqIter_Check(op) Py_IS_TYPE(op, &PySeqIter_Type)
#define PyCallIter_Check(op) Py_IS_TYPE(op, &PyCallIter_Type)
PyAPI_FUNC(PyObject *) PySeqIter_New(PyObject *sequence);
PyAPI_FUNC(PyObject *) PyCallIter_New(PyObject *callable, PyObject *sentinel);

PyAPI_DATA(PyTypeObject) PyReversed_Type;
PyAPI_DATA(PyTypeObject) PySuper_Type;

/* ---- list[int] and its like */

PyAPI_DATA(PyTypeObject) Py_GenericAliasType;
PyAPI_FUNC(PyObject *) Py_GenericAlias(PyObject *origin, PyObject *args);

/* ---- context variables: their values belong to the context that is current */

PyAPI_DATA(PyTypeObject) PyContext_Type;
#define PyContext_CheckExact(op) Py_IS_TYPE(op, &PyContext_Type)
PyAPI_FUNC(PyObject *) PyContext_New(void);
PyAPI_FUNC(PyObject *) PyContext_Copy(PyObject *context);
PyAPI_FUNC(PyObject *) PyContext_CopyCurrent(void);
PyAPI_FUNC(int) PyContext_Enter(PyObject *context);
PyAPI_FUNC(int) PyContext_Exit(PyObject *context);
PyAPI_DATA(PyTypeObject) PyContextVar_Type;
PyAPI_DATA(PyTypeObject) PyContextToken_Type;
#define PyContextVar_CheckExact(op) Py_IS_TYPE(op, &PyContextVar_Type)
PyAPI_FUNC(PyObject *) PyContextVar_New(const char *name, PyObject *otherwise);
PyAPI_FUNC(int) PyContextVar_Get(PyObject *var, PyObject *otherwise, PyObject **value);
PyAPI_FUNC(PyObject *) PyContextVar_Set(PyObject *var, PyObject *value);
PyAPI_FUNC(int) PyContextVar_Reset(PyObject *var, PyObject *token);

/* ---- struct sequences */

typedef struct {
    const char *name;
    const char *doc;
} PyStructSequence_Field;

typedef struct {
    const char *name;
    const char *doc;
    PyStructSequence_Field *fields;
    int n_in_sequence;
} PyStructSequence_Desc;

typedef PyTupleObject PyStructSequence;
PyAPI_DATA(const char *const) PyStructSequence_UnnamedField;
PyAPI_FUNC(void) PyStructSequence_InitType(PyTypeObject *type, PyStructSequence_Desc *desc);
PyAPI_FUNC(int) PyStructSequence_InitType2(PyTypeObject *type, PyStructSequence_Desc *desc);
PyAPI_FUNC(PyTypeObject *) PyStructSequence_NewType(PyStructSequence_Desc *desc);
PyAPI_FUNC(PyObject *) PyStructSequence_New(PyTypeObject *type);
PyAPI_FUNC(void) PyStructSequence_SetItem(PyObject *op, Py_ssize_t i, PyObject *v); /* steals v */
PyAPI_FUNC(PyObject *) PyStructSequence_GetItem(PyObject *op, Py_ssize_t i);        /* borrowed */
#define PyStructSequence_SET_ITEM(op, i, v) PyTuple_SET_ITEM((op), (i), (v))
#define PyStructSequence_GET_ITEM(op, i) PyTuple_GET_ITEM((op), (i))

#endif
