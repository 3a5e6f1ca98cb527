/* What can be asked of any object through its type's slots. */
#ifndef Py_ABSTRACTOBJECT_H
#define Py_ABSTRACTOBJECT_H

PyAPI_FUNC(PyObject *) PyObject_Call(PyObject *callable, PyObject *args, PyObject *kwargs);
PyAPI_FUNC(PyObject *) PyObject_CallNoArgs(PyObject *callable);
PyAPI_FUNC(PyObject *) PyObject_CallOneArg(PyObject *callable, PyObject *arg);

PyAPI_FUNC(PyObject *) PyObject_Repr(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_Str(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_ASCII(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_GetItem(PyObject *op, PyObject *key);
PyAPI_FUNC(PyObject *) PyObject_GetIter(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_SelfIter(PyObject *op);
PyAPI_FUNC(PyObject *) PyIter_Next(PyObject *iter);
PyAPI_FUNC(PyObject *) PySequence_Fast(PyObject *op, const char *message);
PyAPI_FUNC(PyObject *) PyMapping_Keys(PyObject *op);
PyAPI_FUNC(PyObject *) PyNumber_Index(PyObject *op);
PyAPI_FUNC(int) PyIndex_Check(PyObject *op);
PyAPI_FUNC(Py_ssize_t) PyNumber_AsSsize_t(PyObject *op, PyObject *overflow);
PyAPI_FUNC(int) Py_ReprEnter(PyObject *op);
PyAPI_FUNC(void) Py_ReprLeave(PyObject *op);
PyAPI_FUNC(int) PyObject_CheckBuffer(PyObject *op);
PyAPI_FUNC(int) PyObject_GetBuffer(PyObject *op, Py_buffer *view, int flags);
PyAPI_FUNC(void) PyBuffer_Release(Py_buffer *view);
PyAPI_FUNC(int) PyBuffer_FillInfo(Py_buffer *view, PyObject *op, void *buf, Py_ssize_t size,
                                  int readonly, int flags);
#define PyBUF_SIMPLE 0
#define PyBUF_WRITABLE 0x0001
#define PyBUF_FORMAT 0x0004
#define PyBUF_ND 0x0008
#define PyBUF_STRIDES (0x0010 | PyBUF_ND)
#define PySequence_Fast_GET_SIZE(op) (PyList_Check(op) ? PyList_GET_SIZE(op) : PyTuple_GET_SIZE(op))
#define PySequence_Fast_ITEMS(op) \
    (PyList_Check(op) ? ((PyListObject *)(op))->ob_item : ((PyTupleObject *)(op))->ob_item)
#define PySequence_Fast_GET_ITEM(op, i) (PySequence_Fast_ITEMS(op)[i])

#endif
