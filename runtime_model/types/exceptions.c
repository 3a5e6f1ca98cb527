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
    return 0;
}

int rm_exceptions_start(rm_runtime *rt)
{
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++) {
        rows[i].type->tp_base = find(rows[i].base);
        if (PyType_Ready(rows[i].type) < 0)
            return -1;
    }
    return fill_memory_errors(rt);
}
