/* Fields that are released somewhere, or own nothing. */
#include <Python.h>
#include <structmember.h>

#define TYPE(T, DEALLOC, ...)                                                                       \
    PyTypeObject T##_Type = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "m." #T,                      \
                             .tp_basicsize = sizeof(T), .tp_flags = Py_TPFLAGS_DEFAULT,             \
                             .tp_dealloc = (destructor)DEALLOC, __VA_ARGS__}
#define INIT(T, FIELD)                                                                              \
    static int T##_init(T *self, PyObject *args, PyObject *kwds)                                    \
    {                                                                                               \
        Py_XSETREF(self->FIELD, PyDict_New());                                                      \
        return self->FIELD ? 0 : -1;                                                                \
    }
#define WITH_INIT(T) .tp_init = (initproc)T##_init

/* ---- by tp_dealloc itself, through a variable */
typedef struct { PyObject_HEAD PyObject *held; } Direct;
INIT(Direct, held)

static void direct_dealloc(PyObject *op)
{
    Direct *self = (Direct *)op;
    PyObject *held = self->held;

    self->held = NULL;
    Py_XDECREF(held);
    Py_TYPE(op)->tp_free(op);
}
TYPE(Direct, direct_dealloc, WITH_INIT(Direct));

/* ---- by a helper with the object, one with the field, one with its address */
typedef struct { PyObject_HEAD PyObject *a, *b, *c; } Helped;

static int helped_init(Helped *self, PyObject *args, PyObject *kwds)
{
    Py_XSETREF(self->a, PyList_New(0));
    Py_XSETREF(self->b, PyList_New(0));
    Py_XSETREF(self->c, PyList_New(0));
    return self->a && self->b && self->c ? 0 : -1;
}

static void drop_all(Helped *self)
{
    Py_CLEAR(self->a);
}

static void drop_value(PyObject *value)
{
    Py_XDECREF(value);
}

static void drop_place(PyObject **place)
{
    Py_CLEAR(*place);
}

static void helped_dealloc(Helped *self)
{
    drop_all(self);
    drop_value(self->b);
    drop_place(&self->c);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Helped, helped_dealloc, WITH_INIT(helped));

/* ---- by tp_clear, called by name or through the type */
typedef struct { PyObject_HEAD PyObject *held; } ByClear;
INIT(ByClear, held)

static int by_clear_clear(ByClear *self)
{
    Py_CLEAR(self->held);
    return 0;
}

static void by_clear_dealloc(ByClear *self)
{
    Py_TYPE(self)->tp_clear((PyObject *)self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(ByClear, by_clear_dealloc, WITH_INIT(ByClear), .tp_clear = (inquiry)by_clear_clear);

/* ---- by tp_finalize */
typedef struct { PyObject_HEAD PyObject *held; } ByFinalize;
INIT(ByFinalize, held)

static void by_finalize_finalize(PyObject *self)
{
    Py_CLEAR(((ByFinalize *)self)->held);
}

static void by_finalize_dealloc(PyObject *self)
{
    if (PyObject_CallFinalizerFromDealloc(self) < 0)
        return;
    Py_TYPE(self)->tp_free(self);
}
TYPE(ByFinalize, by_finalize_dealloc, WITH_INIT(ByFinalize), .tp_finalize = by_finalize_finalize);

/* ---- by the base type */
typedef struct { PyObject_HEAD PyObject *name; } Base;
typedef struct { Base base; int n; } Sub;
INIT(Base, name)

static void base_dealloc(Base *self)
{
    Py_XDECREF(self->name);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Base, base_dealloc, WITH_INIT(Base));

static void sub_dealloc(PyObject *self)
{
    Py_TYPE(self)->tp_base->tp_dealloc(self);
}
TYPE(Sub, sub_dealloc, .tp_base = &Base_Type);

/* ---- by a type that looks like it, through a cast */
typedef struct { PyObject_HEAD PyObject *f_loop, *f_result; } Future;
typedef struct { PyObject_HEAD PyObject *t_loop, *t_result; int n; } Task;
INIT(Future, f_result)
INIT(Task, t_result)

static int future_clear(Future *self)
{
    Py_CLEAR(self->f_loop);
    Py_CLEAR(self->f_result);
    return 0;
}

static void future_dealloc(Future *self)
{
    future_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Future, future_dealloc, WITH_INIT(Future));

static void task_dealloc(Task *self)
{
    future_clear((Future *)self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Task, task_dealloc, WITH_INIT(Task));

/* ---- a back pointer: nobody retains it */
typedef struct { PyObject_HEAD PyObject *parent; } Child;

static int child_init(Child *self, PyObject *args, PyObject *kwds)
{
    PyObject *parent;

    if (!PyArg_ParseTuple(args, "O", &parent))
        return -1;
    self->parent = parent;
    return 0;
}

static void child_dealloc(Child *self)
{
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Child, child_dealloc, WITH_INIT(child));

/* ---- one member of a union */
typedef struct { PyObject_HEAD int is_object; union { PyObject *object; long number; }; } Either;

static int either_init(Either *self, PyObject *args, PyObject *kwds)
{
    self->is_object = 1;
    self->object = PyList_New(0);
    return self->object ? 0 : -1;
}

static void either_dealloc(Either *self)
{
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Either, either_dealloc, WITH_INIT(either));

/* ---- a function of another file gets the object */
typedef struct { PyObject_HEAD PyObject *held; } Elsewhere;
INIT(Elsewhere, held)
void elsewhere_release(Elsewhere *self);

static void elsewhere_dealloc(Elsewhere *self)
{
    elsewhere_release(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
TYPE(Elsewhere, elsewhere_dealloc, WITH_INIT(Elsewhere));

/* ---- a library calls back */
typedef struct { PyObject_HEAD PyObject *callback; void *group; } Group;
INIT(Group, callback)
void *library_group(void (*destroy)(void *), void *data);
void library_free(void *group);

static void destroy_group(void *data)
{
    Py_CLEAR(((Group *)data)->callback);
}

static PyObject *group_start(Group *self, PyObject *Py_UNUSED(ignored))
{
    self->group = library_group(destroy_group, self);
    Py_RETURN_NONE;
}

static void group_dealloc(Group *self)
{
    library_free(self->group);
    Py_TYPE(self)->tp_free((PyObject *)self);
}
static PyMethodDef group_methods[] = {{"start", (PyCFunction)group_start, METH_NOARGS, NULL}, {NULL}};
TYPE(Group, group_dealloc, WITH_INIT(Group), .tp_methods = group_methods);

/* ---- tp_dealloc of another file */
typedef struct { PyObject_HEAD PyObject *held; } Foreign;
INIT(Foreign, held)
void foreign_dealloc(PyObject *self);
TYPE(Foreign, foreign_dealloc, WITH_INIT(Foreign));
