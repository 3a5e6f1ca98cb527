/* RW401: the collector will call a tp_traverse that is not there. */
#include <Python.h>

typedef struct { PyObject_HEAD PyObject *held; } Point;
enum { COLLECTED = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC };

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

static void heap_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    point_clear(self);
    type->tp_free(self);
    Py_DECREF(type);
}

PyTypeObject Designated_Type = { // expect: RW401 Designated
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Designated", .tp_basicsize = sizeof(Point),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, .tp_dealloc = point_dealloc};

PyTypeObject Positional_Type = { // expect: RW401 Positional
    PyVarObject_HEAD_INIT(NULL, 0) "m.Positional", sizeof(Point), 0, point_dealloc, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, COLLECTED};

PyTypeObject Null_Type = { // expect: RW401 Null
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Null", .tp_basicsize = sizeof(Point),
    .tp_flags = COLLECTED, .tp_dealloc = point_dealloc, .tp_traverse = NULL};

PyTypeObject Clearing_Type = { // expect: RW401 Clearing
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Clearing", .tp_basicsize = sizeof(Point),
    .tp_flags = COLLECTED, .tp_dealloc = point_dealloc, .tp_clear = point_clear};

static PyTypeObject Hidden_Type = { // expect: RW401 Hidden
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "Hidden", .tp_basicsize = sizeof(Point),
    .tp_flags = COLLECTED | Py_TPFLAGS_BASETYPE, .tp_dealloc = point_dealloc};

PyTypeObject Assigned_Type = { // expect: RW401 Assigned
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Assigned", .tp_basicsize = sizeof(Point),
    .tp_flags = COLLECTED};

PyTypeObject Small_Type = { // expect: RW401 Small
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Small", .tp_basicsize = sizeof(PyObject),
    .tp_flags = COLLECTED, .tp_new = PyType_GenericNew};

static PyType_Slot heap_slots[] = {{Py_tp_dealloc, heap_dealloc}, {Py_tp_clear, point_clear}, {0, NULL}};
PyType_Spec heap_spec = { // expect: RW401 Heap
    "m.Heap", sizeof(Point), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, heap_slots};

static PyType_Slot bare_slots[] = {{Py_tp_dealloc, heap_dealloc}, {0, NULL}};
PyType_Spec bare_spec = { // expect: RW401 Bare
    .name = "m.Bare", .basicsize = sizeof(Point), .flags = COLLECTED, .slots = bare_slots};

PyObject *ready(void)
{
    static PyTypeObject inner_type = { // expect: RW401 Inner
        PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Inner", .tp_basicsize = sizeof(Point),
        .tp_flags = COLLECTED, .tp_dealloc = point_dealloc};

    Assigned_Type.tp_dealloc = point_dealloc;
    if (PyType_Ready(&Hidden_Type) < 0 || PyType_Ready(&inner_type) < 0)
        return NULL;
    Py_RETURN_NONE;
}
