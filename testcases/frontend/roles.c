/* Static tables in every spelling, slots given by assignment, addresses taken elsewhere. */
#include <Python.h>
#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *field, *other, *visited, *borrowed;
} Thing;

static int thing_traverse(Thing *self, visitproc visit, void *arg)
{
    Py_VISIT(self->visited);
    return 0;
}

static void thing_dealloc(Thing *self)
{
    PyObject *tmp = self->other;

    Py_CLEAR(self->field);
    self->other = NULL;
    Py_XDECREF(tmp);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *method(PyObject *self, PyObject *args) { return args; }
static PyObject *keyword_method(PyObject *s, PyObject *a, PyObject *k) { return NULL; }
static PyObject *get_field(Thing *self, void *closure)
{
    PyObject *b = self->borrowed;

    Py_INCREF(b);
    PyObject_IsTrue(b);
    Py_DECREF(b);
    return self->field;
}
static int set_field(Thing *self, PyObject *v, void *closure) { return 0; }
static Py_ssize_t length(PyObject *self) { return 0; }
static PyObject *item(PyObject *self, Py_ssize_t i) { return NULL; }
static PyObject *add(PyObject *a, PyObject *b) { return NULL; }
static int get_buffer(PyObject *self, Py_buffer *view, int flags) { return 0; }
static PyObject *repr(PyObject *self) { return NULL; }
static PyObject *new_thing(PyTypeObject *t, PyObject *a, PyObject *k) { return NULL; }
static int module_exec(PyObject *m) { return 0; }
static void module_free(void *m) { }
static int converter(PyObject *o, void *p) { return 1; }
static PyObject *callback(PyObject *self) { return NULL; }
static PyObject *slot_iternext(PyObject *self) { return NULL; }
static int never_used(void) { return 0; }

static PyMethodDef methods[] = {
    {"method", method, METH_VARARGS, "text"},
    {.ml_name = "k", .ml_meth = (PyCFunction)(void (*)(void))keyword_method,
     .ml_flags = METH_VARARGS | METH_KEYWORDS},
    {NULL},
};
static PyGetSetDef getset[] = {
    {"field", (getter)get_field, (setter)set_field, NULL, NULL},
    {0},
};
static PySequenceMethods as_sequence = {length, 0, 0, .sq_item = item};
static PyNumberMethods as_number = {add};
static PyBufferProcs as_buffer = {.bf_getbuffer = get_buffer};

static PyTypeObject Thing_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    "m.Thing", sizeof(Thing), 0, (destructor)thing_dealloc,
    .tp_repr = repr,
    .tp_as_number = &as_number,
    .tp_as_sequence = &as_sequence,
    .tp_as_buffer = &as_buffer,
    .tp_traverse = (traverseproc)thing_traverse,
    .tp_methods = methods,
    .tp_getset = getset,
};

static PyType_Slot slots[] = {
    {Py_tp_iternext, slot_iternext},
    {.slot = Py_tp_repr, .pfunc = (void *)repr},
    {0, NULL},
};

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "m", NULL, 0, methods, module_slots, .m_free = module_free,
};

PyMODINIT_FUNC PyInit_m(void)
{
    static PyMethodDef local = {"callback", (PyCFunction)callback, METH_NOARGS, NULL};
    PyObject *x;

    Thing_Type.tp_new = new_thing;
    PyArg_Parse(NULL, "O&", converter, &x);
    PyCFunction_New(&local, NULL);
    return PyModuleDef_Init(&module);
}

static PyObject *later(PyObject *self, PyObject *args);
static PyMethodDef more[] = {{"later", later, METH_VARARGS, NULL}, {0}};
PyMethodDef *more_methods(void) { return more; }
PyObject *uses_later(void) { return later(NULL, NULL); }
PyObject *later(PyObject *self, PyObject *args) { return self; }
