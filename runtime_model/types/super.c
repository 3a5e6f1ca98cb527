/* super(type, op): op's attributes, searched behind type in the order of op's own type; and reversed,
 * which walks a sequence backwards and lets go of it at the end. */
#include "core_int.h"

typedef struct {
    PyObject_HEAD
    PyTypeObject *type;     /* owned, as all three */
    PyObject *op;           /* NULL: not bound */
    PyTypeObject *op_type;
} super;

/* The type whose order is searched: op itself, when it is a class derived from type. */
static PyTypeObject *type_searched(PyTypeObject *type, PyObject *op)
{
    if (PyType_Check(op) && PyType_IsSubtype((PyTypeObject *)op, type))
        return (PyTypeObject *)op;
    if (PyType_IsSubtype(Py_TYPE(op), type))
        return Py_TYPE(op);
    PyErr_SetString(PyExc_TypeError, "super(type, obj): obj must be an instance or subtype of type");
    return NULL;
}

static int super_clear(PyObject *op)
{
    RM_CLEAR_IN(op, ((super *)op)->type);
    RM_CLEAR_IN(op, ((super *)op)->op);
    RM_CLEAR_IN(op, ((super *)op)->op_type);
    return 0;
}

static int super_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    super *s = (super *)self;
    PyTypeObject *type, *searched = NULL;
    PyObject *op = NULL;

    if (!_PyArg_NoKeywords("super", kwargs) || !PyArg_ParseTuple(args, "O!|O:super", &PyType_Type, &type, &op))
        return -1;
    if (op == Py_None)
        op = NULL;
    if (op != NULL && (searched = type_searched(type, op)) == NULL)
        return -1;
    super_clear(self);
    s->type = type;
    s->op = op;
    s->op_type = searched;
    rm_keep_in(s, (PyObject *)type);
    rm_xkeep_in(s, op);
    rm_xkeep_in(s, (PyObject *)searched);
    return 0;
}

/* Borrowed; the first type behind s->type that knows the name. */
static PyObject *find_behind(const super *s, PyObject *name)
{
    PyObject *mro = s->op_type->tp_mro;
    Py_ssize_t i = 0, n = PyTuple_GET_SIZE(mro);

    while (i < n && PyTuple_GET_ITEM(mro, i) != (PyObject *)s->type)
        i++;
    for (i++; i < n; i++) {
        PyObject *dict = ((PyTypeObject *)PyTuple_GET_ITEM(mro, i))->tp_dict;
        PyObject *found = PyDict_GetItemWithError(dict, name);

        if (found != NULL || PyErr_Occurred())
            return found;
    }
    return NULL;
}

static PyObject *super_getattro(PyObject *op, PyObject *name)
{
    super *s = (super *)op;
    PyObject *found = s->op_type != NULL ? Py_XNewRef(find_behind(s, name)) : NULL, *result;

    if (found == NULL)
        return PyErr_Occurred() ? NULL : PyObject_GenericGetAttr(op, name);
    if (Py_TYPE(found)->tp_descr_get == NULL)
        return found;
    result = Py_TYPE(found)->tp_descr_get(found, s->op == (PyObject *)s->op_type ? NULL : s->op,
                                          (PyObject *)s->op_type);
    Py_DECREF(found);
    return result;
}

static void super_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    super_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int super_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((super *)op)->type);
    Py_VISIT(((super *)op)->op);
    Py_VISIT(((super *)op)->op_type);
    return 0;
}

PyTypeObject PySuper_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "super",
    .tp_basicsize = sizeof(super),
    .tp_dealloc = super_dealloc,
    .tp_getattro = super_getattro,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_traverse = super_traverse,
    .tp_init = super_init,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_GC_Del,
};

/* ---- reversed */

typedef struct {
    PyObject_HEAD
    Py_ssize_t index; /* of the next item; -1: at the end */
    PyObject *sequence; /* owned; NULL at the end */
} reversed;

static PyObject *reversed_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *sequence;
    Py_ssize_t n;
    reversed *r;

    if (!_PyArg_NoKeywords("reversed", kwargs) || !PyArg_UnpackTuple(args, "reversed", 1, 1, &sequence))
        return NULL;
    if (!PySequence_Check(sequence))
        return PyErr_Format(PyExc_TypeError, "'%.200s' object is not reversible", Py_TYPE(sequence)->tp_name);
    n = PySequence_Size(sequence);
    r = n >= 0 ? (reversed *)type->tp_alloc(type, 0) : NULL;
    if (r == NULL)
        return NULL;
    r->index = n - 1;
    r->sequence = sequence;
    rm_keep_in(r, sequence);
    return (PyObject *)r;
}

static int reversed_clear(PyObject *op)
{
    RM_CLEAR_IN(op, ((reversed *)op)->sequence);
    return 0;
}

static PyObject *reversed_next(PyObject *op)
{
    reversed *r = (reversed *)op;
    PyObject *item;

    if (r->sequence == NULL)
        return NULL;
    item = r->index >= 0 ? PySequence_GetItem(r->sequence, r->index) : NULL;
    if (item != NULL) {
        r->index--;
        return item;
    }
    if (PyErr_ExceptionMatches(PyExc_IndexError) || PyErr_ExceptionMatches(PyExc_StopIteration))
        PyErr_Clear();
    r->index = -1;
    reversed_clear(op);
    return NULL;
}

static PyObject *reversed_left(PyObject *op, PyObject *unused)
{
    reversed *r = (reversed *)op;
    Py_ssize_t n = r->sequence != NULL ? PySequence_Size(r->sequence) : 0;

    (void)unused;
    return n < 0 ? NULL : PyLong_FromSsize_t(n < r->index ? 0 : r->index + 1);
}

static PyMethodDef reversed_methods[] = {{"__length_hint__", reversed_left, METH_NOARGS, NULL},
                                         {NULL, NULL, 0, NULL}};

static void reversed_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    reversed_clear(op);
    Py_TYPE(op)->tp_free(op);
}

static int reversed_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((reversed *)op)->sequence);
    return 0;
}

PyTypeObject PyReversed_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "reversed",
    .tp_basicsize = sizeof(reversed),
    .tp_dealloc = reversed_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_traverse = reversed_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = reversed_next,
    .tp_methods = reversed_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = reversed_new,
    .tp_free = PyObject_GC_Del,
};
