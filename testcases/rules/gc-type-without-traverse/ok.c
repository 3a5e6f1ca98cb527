/* tp_traverse stands in the table, is set later, comes from a base, or is not needed. */
#include <Python.h>

typedef struct { PyObject_HEAD PyObject *held; } Point;
enum { COLLECTED = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC };
extern unsigned long more_flags;
int other_traverse(PyObject *self, visitproc visit, void *arg);
extern PyType_Slot other_slots[];

static int point_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((Point *)self)->held);
    return 0;
}

static int point_clear(PyObject *self)
{
    Py_CLEAR(((Point *)self)->held);
    return 0;
}

static void point_dealloc(PyObject *self)
{
    PyObject_GC_UnTrack(self);
    point_clear(self);
    Py_TYPE(self)->tp_free(self);
}

static int heap_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return point_traverse(self, visit, arg);
}

static void heap_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    point_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *heap_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    return type->tp_alloc(type, 0);
}

PyTypeObject Point_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Point", .tp_basicsize = sizeof(Point),
                           .tp_flags = COLLECTED, .tp_traverse = point_traverse, .tp_clear = point_clear,
                           .tp_dealloc = point_dealloc};
PyTypeObject Foreign_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Foreign", .tp_flags = COLLECTED,
                             .tp_traverse = other_traverse};
PyTypeObject Simple_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Simple",
                            .tp_flags = Py_TPFLAGS_DEFAULT};
PyTypeObject Later_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Later", .tp_flags = COLLECTED};
PyTypeObject Inherited_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Inherited",
                               .tp_flags = Py_TPFLAGS_DEFAULT, .tp_base = &Point_Type};
static PyType_Slot heap_slots[] = {{Py_tp_dealloc, heap_dealloc}, {Py_tp_traverse, heap_traverse},
                                   {Py_tp_new, heap_new}, {0, NULL}};
PyType_Spec heap_spec = {"m.Heap", sizeof(Point), 0, COLLECTED, heap_slots};
PyType_Spec other_spec = {"m.Other", sizeof(Point), 0, COLLECTED, other_slots};

PyObject *ready_later(void)
{
    Later_Type.tp_traverse = point_traverse;
    if (PyType_Ready(&Later_Type) < 0)
        return NULL;
    Py_RETURN_NONE;
}

PyObject *ready_flags(void)
{
    static PyTypeObject type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Flags",
                                .tp_flags = COLLECTED, .tp_traverse = point_traverse};

    type.tp_flags |= more_flags;
    if (PyType_Ready(&type) < 0)
        return NULL;
    Py_RETURN_NONE;
}

PyObject *make_simple(void)
{
    return PyType_GenericAlloc(&Simple_Type, 0);
}

PyObject *make_heap(PyObject *module)
{
    return PyType_FromModuleAndSpec(module, &heap_spec, NULL);
}

PyObject *make_other(PyObject *module)
{
    return PyType_FromModuleAndSpec(module, &other_spec, NULL);
}
