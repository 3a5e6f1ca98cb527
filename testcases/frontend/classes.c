/* Extension types, modules and method tables in every spelling, and the records of instances. */
#include <Python.h>
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *name, *shown;
    struct { PyObject *inner; int n; } part;
    union { PyObject *object; long number; };
    char *text;
} Base;

typedef struct { Base base; Base *next; PyObject *more; PyObject *items[2]; } Sub;
typedef struct { PyObject *error; PyTypeObject *type; int count; } State;
typedef struct { PyObject_HEAD int n; } Plain;

static void base_dealloc(Base *self) { Py_XDECREF(self->name); Py_TYPE(self)->tp_free((PyObject *)self); }
static int base_traverse(PyObject *o, visitproc visit, void *arg) { Py_VISIT(((Base *)o)->name); return 0; }
static int base_clear(PyObject *o) { Py_CLEAR(((Base *)o)->name); return 0; }
static PyObject *method(PyObject *self, PyObject *args) { return NULL; }
static PyObject *kw_method(PyObject *self, PyObject *args, PyObject *kw) { return NULL; }

static PyMemberDef base_members[] = {
    {"name", T_OBJECT, offsetof(Base, name), 0, NULL},
    {.name = "shown", .type = T_OBJECT_EX, .flags = READONLY, .offset = offsetof(Base, shown)},
    {"text", T_STRING, offsetof(Base, text), 0, NULL},
    {NULL},
};

static PyMethodDef base_methods[] = {
    {"method", method, METH_VARARGS, "text"},
    {.ml_flags = METH_VARARGS | METH_KEYWORDS, .ml_name = "kw", .ml_meth = (PyCFunction)(void (*)(void))kw_method},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef open_methods[] = {{"method", method, METH_VARARGS, NULL}};
static PyMethodDef room_methods[3] = {{"method", method, METH_VARARGS, NULL}};

static PyTypeObject Base_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "m.Base",
    .tp_basicsize = sizeof(Base),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_dealloc = (destructor)base_dealloc,
    .tp_traverse = base_traverse,
    .tp_clear = base_clear,
    .tp_members = base_members,
    .tp_methods = base_methods,
    .tp_free = PyObject_GC_Del,
};

static PyTypeObject Sub_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    "m.Sub", sizeof(Sub), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    Py_TPFLAGS_DEFAULT, "text", base_traverse, 0, 0, 0, 0, 0, open_methods, 0, 0, &Base_Type,
};

int some_flags;
static PyTypeObject *no_type;
static PyTypeObject Odd_Type = {
    .tp_basicsize = sizeof(Plain) + 8,
    .tp_base = NULL,
    .tp_new = 0 ? 0 : PyType_GenericNew,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

static PyType_Slot heap_slots[] = {
    {Py_tp_dealloc, base_dealloc},
    {.pfunc = (void *)base_traverse, .slot = Py_tp_traverse},
    {Py_tp_methods, base_methods},
    {Py_tp_doc, "text"},
    {0, NULL},
};
static PyType_Spec heap_spec = {
    .name = "m.Heap", .basicsize = sizeof(Base), .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = heap_slots,
};
PyType_Spec positional_spec = {"m.Positional", sizeof(Plain), 0, Py_TPFLAGS_DEFAULT, &heap_slots[0]};
extern PyType_Slot slots_elsewhere[];
PyType_Spec elsewhere_spec = {"m.Elsewhere", sizeof(Plain), 0, Py_TPFLAGS_DEFAULT, slots_elsewhere};

static int module_traverse(PyObject *m, visitproc visit, void *arg) { return 0; }
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "m", .m_size = sizeof(State), .m_methods = base_methods,
    .m_traverse = module_traverse,
};
static struct PyModuleDef stateless = {PyModuleDef_HEAD_INIT, "s", NULL, -1, NULL};

PyMODINIT_FUNC PyInit_m(void)
{
    static PyType_Slot inner_slots[] = {{Py_tp_clear, base_clear}, {0, NULL}};
    static PyType_Spec inner_spec = {"m.Inner", sizeof(Plain), 0, 0, inner_slots};
    PyType_Spec local_spec = {"m.Local", sizeof(Sub), 0, Py_TPFLAGS_DEFAULT, inner_slots};

    Sub_Type.tp_new = PyType_GenericNew;
    Odd_Type.tp_flags |= some_flags;
    PyType_FromSpec(&inner_spec);
    PyType_FromSpec(&local_spec);
    return PyModule_Create(&module);
}
