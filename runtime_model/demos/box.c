/* The two types of boxes; they differ in tp_traverse only. */
#include "box.h"

static int box_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((box *)op)->item);
    return 0;
}

static int box_traverse_nothing(PyObject *op, visitproc visit, void *arg)
{
    (void)op;
    (void)visit;
    (void)arg;
    return 0;
}

static int box_clear(PyObject *op)
{
    Py_CLEAR(((box *)op)->item);
    return 0;
}

static void box_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    if (((box *)op)->weaklist != NULL)
        PyObject_ClearWeakRefs(op);
    box_clear(op);
    PyObject_GC_Del(op);
}

#define BOX_TYPE(type_name, traverse)                                          \
    {                                                                          \
        PyVarObject_HEAD_INIT(NULL, 0).tp_name = (type_name),                  \
        .tp_basicsize = sizeof(box), .tp_dealloc = box_dealloc,                \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                   \
        .tp_traverse = (traverse), .tp_clear = box_clear,                      \
        .tp_weaklistoffset = offsetof(box, weaklist),                          \
    }

PyTypeObject *box_type(bool is_visiting)
{
    static PyTypeObject types[] = {BOX_TYPE("demo.BlindBox", box_traverse_nothing),
                                   BOX_TYPE("demo.Box", box_traverse)};
    PyTypeObject *type = &types[is_visiting];

    return PyType_Ready(type) == 0 ? type : NULL;
}

box *box_new(PyTypeObject *type)
{
    box *b = PyObject_GC_New(box, type);

    if (b != NULL)
        b->item = b->weaklist = NULL;
    return b;
}
