/* What can be asked of any object: calls, attributes, items, iteration, numbers. Each function looks
 * for a slot of the object's type; the result is a new reference unless it says otherwise. */
#ifndef Py_ABSTRACTOBJECT_H
#define Py_ABSTRACTOBJECT_H

/* ---- calls */

PyAPI_FUNC(int) PyCallable_Check(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_Call(PyObject *callable, PyObject *args, PyObject *kwargs);
PyAPI_FUNC(PyObject *) PyObject_CallNoArgs(PyObject *callable);
PyAPI_FUNC(PyObject *) PyObject_CallOneArg(PyObject *callable, PyObject *arg);
PyAPI_FUNC(PyObject *) PyObject_CallObject(PyObject *callable, PyObject *args);
PyAPI_FUNC(PyObject *) PyObject_CallFunction(PyObject *callable, const char *format, ...);
PyAPI_FUNC(PyObject *) PyObject_CallMethod(PyObject *op, const char *name, const char *format, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallFunction_SizeT(PyObject *callable, const char *format, ...);
PyAPI_FUNC(PyObject *)
    _PyObject_CallMethod_SizeT(PyObject *op, const char *name, const char *format, ...);
PyAPI_FUNC(PyObject *) PyObject_CallFunctionObjArgs(PyObject *callable, ...);
PyAPI_FUNC(PyObject *) PyObject_CallMethodObjArgs(PyObject *op, PyObject *name, ...);
#ifdef PY_SSIZE_T_CLEAN
#define PyObject_CallFunction _PyObject_CallFunction_SizeT
#define PyObject_CallMethod _PyObject_CallMethod_SizeT
#endif

#define PY_VECTORCALL_ARGUMENTS_OFFSET ((size_t)1 << (8 * sizeof(size_t) - 1))
#define PyVectorcall_NARGS(n) ((Py_ssize_t)((n) & ~PY_VECTORCALL_ARGUMENTS_OFFSET))
PyAPI_FUNC(vectorcallfunc) PyVectorcall_Function(PyObject *callable);
PyAPI_FUNC(PyObject *) PyVectorcall_Call(PyObject *callable, PyObject *args, PyObject *kwargs);
PyAPI_FUNC(PyObject *)
    PyObject_Vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *names);
PyAPI_FUNC(PyObject *)
    PyObject_VectorcallDict(PyObject *callable, PyObject *const *args, size_t nargsf, PyObject *kwargs);
PyAPI_FUNC(PyObject *)
    PyObject_VectorcallMethod(PyObject *name, PyObject *const *args, size_t nargsf, PyObject *names);
#define _PyObject_Vectorcall PyObject_Vectorcall
#define _PyObject_FastCallDict PyObject_VectorcallDict
static inline PyObject *PyObject_CallMethodNoArgs(PyObject *self, PyObject *name)
{
    return PyObject_VectorcallMethod(name, &self, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}
static inline PyObject *PyObject_CallMethodOneArg(PyObject *self, PyObject *name, PyObject *arg)
{
    PyObject *args[2] = {self, arg};

    return PyObject_VectorcallMethod(name, args, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

/* ---- attributes */

PyAPI_FUNC(PyObject *) PyObject_GetAttr(PyObject *op, PyObject *name);
PyAPI_FUNC(PyObject *) PyObject_GetAttrString(PyObject *op, const char *name);
PyAPI_FUNC(int) PyObject_SetAttr(PyObject *op, PyObject *name, PyObject *value);
PyAPI_FUNC(int) PyObject_SetAttrString(PyObject *op, const char *name, PyObject *value);
PyAPI_FUNC(int) PyObject_HasAttr(PyObject *op, PyObject *name);
PyAPI_FUNC(int) PyObject_HasAttrString(PyObject *op, const char *name);
PyAPI_FUNC(PyObject *) PyObject_GenericGetAttr(PyObject *op, PyObject *name);
PyAPI_FUNC(int) PyObject_GenericSetAttr(PyObject *op, PyObject *name, PyObject *value);
PyAPI_FUNC(PyObject *) PyObject_GenericGetDict(PyObject *op, void *context);
PyAPI_FUNC(int) PyObject_GenericSetDict(PyObject *op, PyObject *value, void *context);
PyAPI_FUNC(PyObject *)
    _PyObject_GenericGetAttrWithDict(PyObject *op, PyObject *name, PyObject *dict, int suppress);
PyAPI_FUNC(int)
    _PyObject_GenericSetAttrWithDict(PyObject *op, PyObject *name, PyObject *value, PyObject *dict);
PyAPI_FUNC(PyObject **) _PyObject_GetDictPtr(PyObject *op);
PyAPI_FUNC(int) _PyObject_LookupAttr(PyObject *op, PyObject *name, PyObject **result);
PyAPI_FUNC(PyObject *) PyObject_SelfIter(PyObject *op);
#define PyObject_DelAttr(op, name) PyObject_SetAttr((op), (name), NULL)
#define PyObject_DelAttrString(op, name) PyObject_SetAttrString((op), (name), NULL)

/* ---- any object */

PyAPI_FUNC(PyObject *) PyObject_Type(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_Repr(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_Str(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_ASCII(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_Bytes(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_Format(PyObject *op, PyObject *how); /* how NULL: "" */
PyAPI_FUNC(PyObject *) PyObject_Dir(PyObject *op);
PyAPI_FUNC(PyObject *) PyOS_FSPath(PyObject *path);
PyAPI_FUNC(int) PyObject_Print(PyObject *op, FILE *file, int flags);
#define Py_PRINT_RAW 1
PyAPI_FUNC(Py_ssize_t) PyObject_Size(PyObject *op);
#define PyObject_Length PyObject_Size
PyAPI_FUNC(Py_ssize_t) PyObject_LengthHint(PyObject *op, Py_ssize_t otherwise);
PyAPI_FUNC(PyObject *) PyObject_GetItem(PyObject *op, PyObject *key);
PyAPI_FUNC(int) PyObject_SetItem(PyObject *op, PyObject *key, PyObject *value);
PyAPI_FUNC(int) PyObject_DelItem(PyObject *op, PyObject *key);
PyAPI_FUNC(int) PyObject_DelItemString(PyObject *op, const char *key);
PyAPI_FUNC(int) PyObject_IsInstance(PyObject *op, PyObject *cls);
PyAPI_FUNC(int) PyObject_IsSubclass(PyObject *derived, PyObject *cls);
PyAPI_FUNC(int) PyObject_AsFileDescriptor(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_GetIter(PyObject *op);
PyAPI_FUNC(int) PyIter_Check(PyObject *op);
PyAPI_FUNC(PyObject *) PyIter_Next(PyObject *iter); /* NULL without an exception: at the end */
PyAPI_FUNC(int) Py_ReprEnter(PyObject *op);
PyAPI_FUNC(void) Py_ReprLeave(PyObject *op);

/* ---- sequences */

PyAPI_FUNC(int) PySequence_Check(PyObject *op);
PyAPI_FUNC(Py_ssize_t) PySequence_Size(PyObject *op);
#define PySequence_Length PySequence_Size
PyAPI_FUNC(PyObject *) PySequence_Concat(PyObject *a, PyObject *b);
PyAPI_FUNC(PyObject *) PySequence_Repeat(PyObject *op, Py_ssize_t n);
PyAPI_FUNC(PyObject *) PySequence_InPlaceConcat(PyObject *a, PyObject *b);
PyAPI_FUNC(PyObject *) PySequence_InPlaceRepeat(PyObject *op, Py_ssize_t n);
PyAPI_FUNC(PyObject *) PySequence_GetItem(PyObject *op, Py_ssize_t i);
PyAPI_FUNC(int) PySequence_SetItem(PyObject *op, Py_ssize_t i, PyObject *v);
PyAPI_FUNC(int) PySequence_DelItem(PyObject *op, Py_ssize_t i);
PyAPI_FUNC(PyObject *) PySequence_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high);
PyAPI_FUNC(int) PySequence_SetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high, PyObject *v);
PyAPI_FUNC(int) PySequence_DelSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high);
PyAPI_FUNC(PyObject *) PySequence_Tuple(PyObject *op);
PyAPI_FUNC(PyObject *) PySequence_List(PyObject *op);
PyAPI_FUNC(PyObject *) PySequence_Fast(PyObject *op, const char *message);
PyAPI_FUNC(Py_ssize_t) PySequence_Count(PyObject *op, PyObject *v);
PyAPI_FUNC(Py_ssize_t) PySequence_Index(PyObject *op, PyObject *v);
PyAPI_FUNC(int) PySequence_Contains(PyObject *op, PyObject *v);
#define PySequence_In PySequence_Contains
#define PySequence_Fast_GET_SIZE(op) (PyList_Check(op) ? PyList_GET_SIZE(op) : PyTuple_GET_SIZE(op))
#define PySequence_Fast_ITEMS(op) \
    (PyList_Check(op) ? ((PyListObject *)(op))->ob_item : ((PyTupleObject *)(op))->ob_item)
#define PySequence_Fast_GET_ITEM(op, i) (PySequence_Fast_ITEMS(op)[i])
#define PySequence_ITEM(op, i) (Py_TYPE(op)->tp_as_sequence->sq_item((op), (i)))

/* ---- mappings */

PyAPI_FUNC(int) PyMapping_Check(PyObject *op);
PyAPI_FUNC(Py_ssize_t) PyMapping_Size(PyObject *op);
#define PyMapping_Length PyMapping_Size
PyAPI_FUNC(int) PyMapping_HasKey(PyObject *op, PyObject *key);
PyAPI_FUNC(int) PyMapping_HasKeyString(PyObject *op, const char *key);
PyAPI_FUNC(PyObject *) PyMapping_Keys(PyObject *op);
PyAPI_FUNC(PyObject *) PyMapping_Values(PyObject *op);
PyAPI_FUNC(PyObject *) PyMapping_Items(PyObject *op);
PyAPI_FUNC(PyObject *) PyMapping_GetItemString(PyObject *op, const char *key);
PyAPI_FUNC(int) PyMapping_SetItemString(PyObject *op, const char *key, PyObject *value);
#define PyMapping_DelItemString(op, key) PyObject_DelItemString((op), (key))
#define PyMapping_DelItem(op, key) PyObject_DelItem((op), (key))

/* ---- numbers */

PyAPI_FUNC(int) PyNumber_Check(PyObject *op);
PyAPI_FUNC(int) PyIndex_Check(PyObject *op);
#define RM_BINARY(name) PyAPI_FUNC(PyObject *) PyNumber_##name(PyObject *a, PyObject *b)
RM_BINARY(Add);
RM_BINARY(Subtract);
RM_BINARY(Multiply);
RM_BINARY(MatrixMultiply);
RM_BINARY(FloorDivide);
RM_BINARY(TrueDivide);
RM_BINARY(Remainder);
RM_BINARY(Divmod);
RM_BINARY(Lshift);
RM_BINARY(Rshift);
RM_BINARY(And);
RM_BINARY(Xor);
RM_BINARY(Or);
RM_BINARY(InPlaceAdd);
RM_BINARY(InPlaceSubtract);
RM_BINARY(InPlaceMultiply);
RM_BINARY(InPlaceMatrixMultiply);
RM_BINARY(InPlaceFloorDivide);
RM_BINARY(InPlaceTrueDivide);
RM_BINARY(InPlaceRemainder);
RM_BINARY(InPlaceLshift);
RM_BINARY(InPlaceRshift);
RM_BINARY(InPlaceAnd);
RM_BINARY(InPlaceXor);
RM_BINARY(InPlaceOr);
#undef RM_BINARY
PyAPI_FUNC(PyObject *) PyNumber_Power(PyObject *a, PyObject *b, PyObject *modulo);
PyAPI_FUNC(PyObject *) PyNumber_InPlacePower(PyObject *a, PyObject *b, PyObject *modulo);
PyAPI_FUNC(PyObject *) PyNumber_Negative(PyObject *op);
PyAPI_FUNC(PyObject *) PyNumber_Positive(PyObject *op);
PyAPI_FUNC(PyObject *) PyNumber_Absolute(PyObject *op);
PyAPI_FUNC(PyObject *) PyNumber_Invert(PyObject *op);
PyAPI_FUNC(PyObject *) PyNumber_ToBase(PyObject *op, int base);
PyAPI_FUNC(PyObject *) PyNumber_Index(PyObject *op);
PyAPI_FUNC(PyObject *) PyNumber_Long(PyObject *op);
PyAPI_FUNC(PyObject *) PyNumber_Float(PyObject *op);
PyAPI_FUNC(Py_ssize_t) PyNumber_AsSsize_t(PyObject *op, PyObject *overflow);

/* ---- buffers */

#define PyBUF_SIMPLE 0
#define PyBUF_WRITABLE 0x0001
#define PyBUF_WRITEABLE PyBUF_WRITABLE
#define PyBUF_FORMAT 0x0004
#define PyBUF_ND 0x0008
#define PyBUF_STRIDES (0x0010 | PyBUF_ND)
#define PyBUF_C_CONTIGUOUS (0x0020 | PyBUF_STRIDES)
#define PyBUF_F_CONTIGUOUS (0x0040 | PyBUF_STRIDES)
#define PyBUF_ANY_CONTIGUOUS (0x0080 | PyBUF_STRIDES)
#define PyBUF_INDIRECT (0x0100 | PyBUF_STRIDES)
#define PyBUF_CONTIG (PyBUF_ND | PyBUF_WRITABLE)
#define PyBUF_CONTIG_RO (PyBUF_ND)
#define PyBUF_STRIDED (PyBUF_STRIDES | PyBUF_WRITABLE)
#define PyBUF_STRIDED_RO (PyBUF_STRIDES)
#define PyBUF_RECORDS (PyBUF_STRIDES | PyBUF_WRITABLE | PyBUF_FORMAT)
#define PyBUF_RECORDS_RO (PyBUF_STRIDES | PyBUF_FORMAT)
#define PyBUF_FULL (PyBUF_INDIRECT | PyBUF_WRITABLE | PyBUF_FORMAT)
#define PyBUF_FULL_RO (PyBUF_INDIRECT | PyBUF_FORMAT)
#define PyBUF_READ 0x100
#define PyBUF_WRITE 0x200
#define PyBUF_MAX_NDIM 64
PyAPI_FUNC(int) PyObject_CheckBuffer(PyObject *op);
PyAPI_FUNC(int) PyObject_GetBuffer(PyObject *op, Py_buffer *view, int flags);
PyAPI_FUNC(void) PyBuffer_Release(Py_buffer *view);
PyAPI_FUNC(int) PyBuffer_FillInfo(Py_buffer *view, PyObject *op, void *buf, Py_ssize_t size,
                                  int readonly, int flags);
PyAPI_FUNC(int) PyBuffer_IsContiguous(const Py_buffer *view, char order);
PyAPI_FUNC(void *) PyBuffer_GetPointer(const Py_buffer *view, const Py_ssize_t *indices);

#endif
