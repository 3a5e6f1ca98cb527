/* Everything that can be part of a cycle is visited. */
#include <Python.h>
#include <structmember.h>

#define TYPE(T, DEALLOC, TRAVERSE, CLEAR, ...)                                                      \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(T), __VA_ARGS__                                 \
                             .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,                   \
                             .tp_dealloc = (destructor)DEALLOC,                                     \
                             .tp_traverse = (traverseproc)TRAVERSE, .tp_clear = (inquiry)CLEAR}

#define DEALLOC(T, FIELD)                                                                           \
    static void T##_dealloc(T *self)                                                                \
    {                                                                                               \
        PyObject_GC_UnTrack(self);                                                                  \
        Py_XDECREF(self->FIELD);                                                                    \
        Py_TYPE(self)->tp_free((PyObject *)self);                                                   \
    }

typedef struct { PyObject_HEAD PyObject *held; } Plain;
DEALLOC(Plain, held)

static int plain_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((Plain *)self)->held);
    return 0;
}
TYPE(Plain, Plain_dealloc, plain_traverse, NULL);

/* ---- text has no cycles: made here, or read as text */
typedef struct { PyObject_HEAD PyObject *name, *held; } Named;
DEALLOC(Named, name)

static int named_init(Named *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->name, PyUnicode_FromString("name"));
    return self->name ? 0 : -1;
}

static int named_traverse(Named *self, visitproc visit, void *arg)
{
    Py_VISIT(self->held);
    return 0;
}
TYPE(Named, Named_dealloc, named_traverse, NULL, .tp_init = (initproc)named_init,);

typedef struct { PyObject_HEAD PyObject *data; } Buffered;
DEALLOC(Buffered, data)

static PyObject *buffered_size(Buffered *self, PyObject *Py_UNUSED(ignored))
{
    return PyLong_FromSsize_t(PyBytes_GET_SIZE(self->data));
}

static int buffered_traverse(Buffered *self, visitproc visit, void *arg)
{
    return 0;
}
static PyMethodDef buffered_methods[] = {{"size", (PyCFunction)buffered_size, METH_NOARGS, NULL}, {NULL}};
TYPE(Buffered, Buffered_dealloc, buffered_traverse, NULL, .tp_methods = buffered_methods,);

/* ---- a struct of Python's says what it is */
typedef struct { PyObject_HEAD PyBytesObject *bytes; } Bytes;
DEALLOC(Bytes, bytes)

static int bytes_traverse(Bytes *self, visitproc visit, void *arg)
{
    return 0;
}
TYPE(Bytes, Bytes_dealloc, bytes_traverse, NULL);

/* ---- an object of a type of this file that is not in the collector */
typedef struct { PyObject_HEAD int n; } Leaf;
typedef struct { PyObject_HEAD Leaf *leaf; } Tree;
DEALLOC(Tree, leaf)
PyTypeObject Leaf_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m.Leaf", .tp_basicsize = sizeof(Leaf)};

static int tree_traverse(Tree *self, visitproc visit, void *arg)
{
    return 0;
}
TYPE(Tree, Tree_dealloc, tree_traverse, NULL);

/* ---- through helpers, by value, by hand */
typedef struct { PyObject_HEAD PyObject *a, *b; } Helped;

static int visit_one(PyObject *o, visitproc visit, void *arg)
{
    Py_VISIT(o);
    return 0;
}

static int helped_traverse(Helped *self, visitproc visit, void *arg)
{
    int rc = visit_one(self->a, visit, arg);

    return rc ? rc : visit(self->b, arg);
}

static void helped_dealloc(Helped *self)
{
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->a);
    Py_XDECREF(self->b);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Helped, helped_dealloc, helped_traverse, NULL);

/* ---- the base visits what it releases */
typedef struct { PyObject_HEAD PyObject *base_field; } Base;
typedef struct { Base base; int n; } Sub;
DEALLOC(Base, base_field)

static int base_traverse(Base *self, visitproc visit, void *arg)
{
    Py_VISIT(self->base_field);
    return 0;
}
TYPE(Base, Base_dealloc, base_traverse, NULL);

static int sub_traverse(PyObject *self, visitproc visit, void *arg)
{
    return Base_Type.tp_traverse(self, visit, arg);
}
TYPE(Sub, Base_dealloc, sub_traverse, NULL, .tp_base = &Base_Type,);

/* ---- borrowed: neither retained nor released */
typedef struct { PyObject_HEAD PyObject *parent; } Child;

static PyObject *child_adopt(Child *self, PyObject *parent)
{
    self->parent = parent;
    Py_RETURN_NONE;
}

static int child_traverse(Child *self, visitproc visit, void *arg)
{
    return 0;
}

static void child_dealloc(Child *self)
{
    PyObject_GC_UnTrack(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
static PyMethodDef child_methods[] = {{"adopt", (PyCFunction)child_adopt, METH_O, NULL}, {NULL}};
TYPE(Child, child_dealloc, child_traverse, NULL, .tp_methods = child_methods,);

/* ---- a function of another file gets the object */
typedef struct { PyObject_HEAD PyObject *held; } Elsewhere;
DEALLOC(Elsewhere, held)
int elsewhere_visit(Elsewhere *self, visitproc visit, void *arg);

static int elsewhere_traverse(Elsewhere *self, visitproc visit, void *arg)
{
    return elsewhere_visit(self, visit, arg);
}
TYPE(Elsewhere, Elsewhere_dealloc, elsewhere_traverse, NULL);

/* ---- a member of a union is visited as the other member */
typedef struct { PyObject_HEAD int kind; union { PyObject *object; long number; }; } Either;
DEALLOC(Either, object)

static int either_traverse(Either *self, visitproc visit, void *arg)
{
    return 0;
}
TYPE(Either, Either_dealloc, either_traverse, NULL);

/* ---- a field that is only ever set to NULL */
typedef struct { PyObject_HEAD PyObject *unused; } Reserved;
DEALLOC(Reserved, unused)

static int reserved_init(Reserved *self, PyObject *args, PyObject *kwargs)
{
    self->unused = NULL;
    return 0;
}

static int reserved_traverse(Reserved *self, visitproc visit, void *arg)
{
    return 0;
}
TYPE(Reserved, Reserved_dealloc, reserved_traverse, NULL, .tp_init = (initproc)reserved_init,);
