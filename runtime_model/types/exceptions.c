/* Exception types, all of one layout, one row each of exceptions.def.
 *
 * MemoryError must be raised when there is no memory, so 16 instances are made at the start and go
 * back to a free list when they die.
 */
#include "core_int.h"

#include "freelist.h"

static int exception_clear(PyObject *op)
{
    PyBaseExceptionObject *e = (PyBaseExceptionObject *)op;

    RM_CLEAR_IN(op, e->dict);
    RM_CLEAR_IN(op, e->args);
    RM_CLEAR_IN(op, e->notes);
    RM_CLEAR_IN(op, e->traceback);
    RM_CLEAR_IN(op, e->cause);
    RM_CLEAR_IN(op, e->context);
    return 0;
}

static int exception_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyBaseExceptionObject *e = (PyBaseExceptionObject *)op;

    Py_VISIT(e->dict);
    Py_VISIT(e->args);
    Py_VISIT(e->notes);
    Py_VISIT(e->traceback);
    Py_VISIT(e->cause);
    Py_VISIT(e->context);
    return 0;
}

static void exception_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, exception_dealloc)
    exception_clear(op);
    Py_TYPE(op)->tp_free(op);
    Py_TRASHCAN_END
}

static PyObject *exception_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyBaseExceptionObject *e = (PyBaseExceptionObject *)type->tp_alloc(type, 0);

    (void)kwargs;
    if (e == NULL)
        return NULL;
    e->args = args != NULL ? Py_NewRef(args) : PyTuple_New(0);
    RM_STORED(e, e->args);
    return (PyObject *)e;
}

static int exception_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    PyObject *old = ((PyBaseExceptionObject *)op)->args;

    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) {
        PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", Py_TYPE(op)->tp_name);
        return -1;
    }
    rm_keep_in(op, args);
    ((PyBaseExceptionObject *)op)->args = args;
    rm_xdrop_from(op, old);
    return 0;
}

/* OSError(number, text, filename) keeps the name apart from its arguments. */
static int os_error_init(PyObject *op, PyObject *args, PyObject *kwargs)
{
    PyObject *two;
    int rc;

    if (PyTuple_GET_SIZE(args) != 3)
        return exception_init(op, args, kwargs);
    two = PyTuple_GetSlice(args, 0, 2);
    rc = two != NULL ? exception_init(op, two, kwargs) : -1;
    Py_XDECREF(two);
    return rc < 0 ? -1 : PyObject_SetAttrString(op, "filename", PyTuple_GET_ITEM(args, 2));
}

/* ---- what can be read and written */

static PyObject **field(PyObject *op, void *offset)
{
    return (PyObject **)((char *)op + (size_t)offset);
}

static PyObject *get_field(PyObject *op, void *offset)
{
    PyObject *v = *field(op, offset);

    return Py_NewRef(v != NULL ? v : Py_None);
}

/* Steals v. */
static void set_field(PyObject *op, PyObject **slot, PyObject *v)
{
    PyObject *old = *slot;

    *slot = v;
    if (v != NULL)
        RM_STORED(op, v);
    rm_xdrop_from(op, old);
}

static int set_exception(PyObject *op, PyObject *v, void *offset)
{
    if (v != NULL && v != Py_None && !PyExceptionInstance_Check(v)) {
        PyErr_SetString(PyExc_TypeError, "must be None or derive from BaseException");
        return -1;
    }
    set_field(op, field(op, offset), v == Py_None ? NULL : Py_XNewRef(v));
    return 0;
}

static int set_args(PyObject *op, PyObject *v, void *offset)
{
    PyObject *args = v != NULL ? PySequence_Tuple(v) : NULL;

    if (v == NULL)
        PyErr_SetString(PyExc_TypeError, "args may not be deleted");
    if (args == NULL)
        return -1;
    set_field(op, field(op, offset), args);
    return 0;
}

/* Attributes that are arguments: None when there are fewer. */
static PyObject *get_argument(PyObject *op, void *index)
{
    PyObject *args = ((PyBaseExceptionObject *)op)->args;
    Py_ssize_t i = (Py_ssize_t)(size_t)index;

    return Py_NewRef(args != NULL && i < PyTuple_GET_SIZE(args) ? PyTuple_GET_ITEM(args, i) : Py_None);
}

#define FIELD(name) (void *)offsetof(PyBaseExceptionObject, name)
static PyGetSetDef base_getset[] = {
    {"args", get_field, set_args, NULL, FIELD(args)},
    {"__context__", get_field, set_exception, NULL, FIELD(context)},
    {"__cause__", get_field, set_exception, NULL, FIELD(cause)},
    {"__traceback__", get_field, NULL, NULL, FIELD(traceback)},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};
static PyGetSetDef os_error_getset[] = {{"errno", get_argument, NULL, NULL, (void *)0},
                                        {"strerror", get_argument, NULL, NULL, (void *)1},
                                        {NULL, NULL, NULL, NULL, NULL}};
static PyGetSetDef value_getset[] = {{"value", get_argument, NULL, NULL, (void *)0},
                                     {NULL, NULL, NULL, NULL, NULL}};
static PyGetSetDef code_getset[] = {{"code", get_argument, NULL, NULL, (void *)0},
                                    {NULL, NULL, NULL, NULL, NULL}};

PyObject *PyException_GetTraceback(PyObject *op)
{
    return Py_XNewRef(((PyBaseExceptionObject *)op)->traceback);
}

int PyException_SetTraceback(PyObject *op, PyObject *traceback)
{
    set_field(op, &((PyBaseExceptionObject *)op)->traceback,
              traceback == Py_None ? NULL : Py_XNewRef(traceback));
    return 0;
}

PyObject *PyException_GetContext(PyObject *op)
{
    return Py_XNewRef(((PyBaseExceptionObject *)op)->context);
}

void PyException_SetContext(PyObject *op, PyObject *context)
{
    set_field(op, &((PyBaseExceptionObject *)op)->context, context);
}

PyObject *PyException_GetCause(PyObject *op)
{
    return Py_XNewRef(((PyBaseExceptionObject *)op)->cause);
}

void PyException_SetCause(PyObject *op, PyObject *cause)
{
    ((PyBaseExceptionObject *)op)->suppress_context = 1;
    set_field(op, &((PyBaseExceptionObject *)op)->cause, cause);
}

static PyObject *exception_str(PyObject *op)
{
    PyObject *args = ((PyBaseExceptionObject *)op)->args;
    Py_ssize_t n = args != NULL ? PyTuple_GET_SIZE(args) : 0;
    bool is_key = PyErr_GivenExceptionMatches((PyObject *)Py_TYPE(op), PyExc_KeyError);

    if (n == 0)
        return PyUnicode_FromString("");
    if (n > 1)
        return PyObject_Str(args);
    return is_key ? PyObject_Repr(PyTuple_GET_ITEM(args, 0)) : PyObject_Str(PyTuple_GET_ITEM(args, 0));
}

static PyObject *exception_repr(PyObject *op)
{
    const char *dot = strrchr(Py_TYPE(op)->tp_name, '.');
    const char *name = dot != NULL ? dot + 1 : Py_TYPE(op)->tp_name;
    PyObject *args = ((PyBaseExceptionObject *)op)->args;

    if (args != NULL && PyTuple_GET_SIZE(args) == 1)
        return PyUnicode_FromFormat("%s(%R)", name, PyTuple_GET_ITEM(args, 0));
    return args != NULL ? PyUnicode_FromFormat("%s%R", name, args) : PyUnicode_FromFormat("%s()", name);
}

/* ---- MemoryError */

static PyTypeObject *memory_error(void)
{
    return (PyTypeObject *)PyExc_MemoryError;
}

static void memory_error_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    exception_clear(op);
    if (Py_TYPE(op) != memory_error() ||
        !rm_free_list_give(&rm_now->free_lists[RM_FREE_MEMORY_ERROR], op))
        Py_TYPE(op)->tp_free(op);
}

static PyObject *memory_error_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    rm_runtime *rt = rm_now;
    PyBaseExceptionObject *e;

    if (type != memory_error())
        return exception_new(type, args, kwargs);
    e = (PyBaseExceptionObject *)rm_free_list_take(&rt->free_lists[RM_FREE_MEMORY_ERROR]);
    if (e == NULL)
        return exception_new(type, args, kwargs);
    e->args = args != NULL ? Py_NewRef(args) : PyTuple_New(0);
    RM_STORED(e, e->args);
    rm_gc_track((PyObject *)e);
    return (PyObject *)e;
}

/* Needs no memory while an instance is left on the free list; then the type alone is set. */
PyObject *PyErr_NoMemory(void)
{
    rm_runtime *rt = rm_now;
    PyObject *op = NULL;

    if (rt->free_lists[RM_FREE_MEMORY_ERROR].length > 0)
        op = memory_error_new(memory_error(), NULL, NULL);
    PyErr_Restore(Py_NewRef(PyExc_MemoryError), op, NULL);
    return NULL;
}

/* ---- the types */

#define EXCEPTION(name, base)                                                              \
    static PyTypeObject type_##name = {                                                    \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                             \
        .tp_name = #name,                                                                  \
        .tp_basicsize = sizeof(PyBaseExceptionObject),                                     \
        .tp_dealloc = exception_dealloc,                                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC |        \
                    Py_TPFLAGS_BASE_EXC_SUBCLASS,                                          \
        .tp_traverse = exception_traverse,                                                 \
        .tp_clear = exception_clear,                                                       \
        .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),                            \
        .tp_init = exception_init,                                                         \
        .tp_str = exception_str,                                                           \
        .tp_repr = exception_repr,                                                         \
        .tp_new = exception_new,                                                           \
        .tp_free = PyObject_GC_Del,                                                        \
    };                                                                                     \
    PyObject *const PyExc_##name = (PyObject *)&type_##name;
#include "exceptions.def"
#undef EXCEPTION

static struct {
    const char *base;
    PyTypeObject *type;
} const rows[] = {
#define EXCEPTION(name, base) {#base, &type_##name},
#include "exceptions.def"
#undef EXCEPTION
};

static PyTypeObject *find(const char *name)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++)
        if (strcmp(rows[i].type->tp_name, name) == 0)
            return rows[i].type;
    return &PyBaseObject_Type;
}

static int fill_memory_errors(rm_runtime *rt)
{
    rm_free_list *list = &rt->free_lists[RM_FREE_MEMORY_ERROR];

    while (list->length < list->limit) {
        PyObject *op = rm_gc_alloc(sizeof(PyBaseExceptionObject), sizeof(rm_gc_head), true);

        if (op == NULL)
            return -1;
        rm_object_start(op, memory_error());
        if (!rm_free_list_give(list, op))
            break;
    }
    return 0;
}

int rm_exceptions_lend(rm_runtime *rt)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++)
        if (rm_resident_lend(rt, rows[i].type, sizeof *rows[i].type, true) < 0)
            return -1;
    memory_error()->tp_dealloc = memory_error_dealloc;
    memory_error()->tp_new = memory_error_new;
    type_BaseException.tp_getset = base_getset;
    type_OSError.tp_getset = os_error_getset;
    type_StopIteration.tp_getset = value_getset;
    type_SystemExit.tp_getset = code_getset;
    return 0;
}

int rm_exceptions_start(rm_runtime *rt)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++) {
        rows[i].type->tp_base = find(rows[i].base);
        if (PyType_IsSubtype(rows[i].type, &type_OSError))
            rows[i].type->tp_init = os_error_init;
        if (PyType_Ready(rows[i].type) < 0)
            return -1;
    }
    return fill_memory_errors(rt);
}
