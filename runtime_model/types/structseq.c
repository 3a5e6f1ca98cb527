/* Tuples with named fields. The names are members of the type, so both live in the block of names
 * that is made with it; fields beyond n_in_sequence are not modelled.
 */
#include "core_int.h"

#include "structmember.h"

const char *const PyStructSequence_UnnamedField = "unnamed field";

static Py_ssize_t count_fields(const PyStructSequence_Desc *desc)
{
    Py_ssize_t n = 0;

    while (desc->fields[n].name != NULL)
        n++;
    return n;
}

static void fill_members(PyMemberDef *members, const PyStructSequence_Desc *desc)
{
    Py_ssize_t k = 0;

    for (Py_ssize_t i = 0; desc->fields[i].name != NULL; i++)
        if (desc->fields[i].name != PyStructSequence_UnnamedField && i < desc->n_in_sequence)
            members[k++] = (PyMemberDef){desc->fields[i].name, T_OBJECT,
                                         offsetof(PyTupleObject, ob_item) +
                                             i * (Py_ssize_t)sizeof(PyObject *),
                                         READONLY, desc->fields[i].doc};
    members[k] = (PyMemberDef){NULL, 0, 0, 0, NULL};
}

static PyObject *new_instance(PyTypeObject *type, Py_ssize_t n)
{
    PyTupleObject *op = (PyTupleObject *)_PyObject_GC_NewVar(type, n);

    if (op == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < n; i++)
        op->ob_item[i] = NULL;
    return (PyObject *)op;
}

PyObject *PyStructSequence_New(PyTypeObject *type)
{
    PyObject *n = PyDict_GetItemWithError(type->tp_dict, rm_now->names[RM_NAME_n_sequence_fields]);

    return n != NULL ? new_instance(type, PyLong_AsSsize_t(n)) : NULL;
}

void PyStructSequence_SetItem(PyObject *op, Py_ssize_t i, PyObject *v)
{
    PyStructSequence_SET_ITEM(op, i, v);
}

PyObject *PyStructSequence_GetItem(PyObject *op, Py_ssize_t i)
{
    return PyStructSequence_GET_ITEM(op, i);
}

static void struct_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    PyObject_GC_UnTrack(op);
    for (Py_ssize_t i = 0; i < Py_SIZE(op); i++)
        rm_xdrop_from(op, PyTuple_GET_ITEM(op, i));
    PyObject_GC_Del(op);
    if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE))
        Py_DECREF(type);
}

static int struct_traverse(PyObject *op, visitproc visit, void *arg)
{
    if (PyType_HasFeature(Py_TYPE(op), Py_TPFLAGS_HEAPTYPE))
        Py_VISIT(Py_TYPE(op));
    return PyTuple_Type.tp_traverse(op, visit, arg);
}

static PyObject *struct_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *values, *items, *op;

    (void)kwargs;
    if (!PyArg_UnpackTuple(args, type->tp_name, 1, 1, &values))
        return NULL;
    items = PySequence_Tuple(values);
    op = items != NULL ? PyStructSequence_New(type) : NULL;
    if (op != NULL && Py_SIZE(op) != PyTuple_GET_SIZE(items)) {
        PyErr_Format(PyExc_TypeError, "%.500s() takes a %zd-sequence (%zd-sequence given)",
                     type->tp_name, Py_SIZE(op), PyTuple_GET_SIZE(items));
        Py_CLEAR(op);
    }
    for (Py_ssize_t i = 0; op != NULL && i < Py_SIZE(op); i++)
        PyTuple_SET_ITEM(op, i, Py_NewRef(PyTuple_GET_ITEM(items, i)));
    Py_XDECREF(items);
    return op;
}

static int set_lengths(PyTypeObject *type, const PyStructSequence_Desc *desc)
{
    PyObject *n = PyLong_FromLong(desc->n_in_sequence);
    int rc = n != NULL
                 ? PyDict_SetItem(type->tp_dict, rm_now->names[RM_NAME_n_sequence_fields], n)
                 : -1;

    Py_XDECREF(n);
    return rc;
}

static PyMemberDef *new_members(PyStructSequence_Desc *desc)
{
    PyMemberDef *members = PyMem_Calloc((size_t)count_fields(desc) + 1, sizeof *members);

    if (members == NULL)
        PyErr_NoMemory();
    else
        fill_members(members, desc);
    return members;
}

/* The names of a static type live as long as the runtime. */
int PyStructSequence_InitType2(PyTypeObject *type, PyStructSequence_Desc *desc)
{
    PyMemberDef *members =
        rm_keep_memory(rm_now, ((size_t)count_fields(desc) + 1) * sizeof *members);

    if (members == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    fill_members(members, desc);
    *type = (PyTypeObject){PyVarObject_HEAD_INIT(&PyType_Type, 0)
                           .tp_name = desc->name,
                           .tp_basicsize = sizeof(PyTupleObject) - sizeof(PyObject *),
                           .tp_itemsize = sizeof(PyObject *),
                           .tp_dealloc = struct_dealloc,
                           .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                           .tp_doc = desc->doc,
                           .tp_traverse = struct_traverse,
                           .tp_base = &PyTuple_Type,
                           .tp_new = struct_new,
                           .tp_members = members};
    return PyType_Ready(type) == 0 ? set_lengths(type, desc) : -1;
}

void PyStructSequence_InitType(PyTypeObject *type, PyStructSequence_Desc *desc)
{
    (void)PyStructSequence_InitType2(type, desc);
}

PyTypeObject *PyStructSequence_NewType(PyStructSequence_Desc *desc)
{
    PyMemberDef *members = new_members(desc);
    PyType_Slot slots[] = {{Py_tp_dealloc, struct_dealloc}, {Py_tp_doc, (void *)desc->doc},
                           {Py_tp_new, struct_new},         {Py_tp_members, members},
                           {Py_tp_traverse, struct_traverse}, {0, NULL}};
    PyType_Spec spec = {desc->name, sizeof(PyTupleObject) - sizeof(PyObject *), sizeof(PyObject *),
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
    PyObject *type = NULL;

    if (members != NULL)
        type = PyType_FromSpecWithBases(&spec, (PyObject *)&PyTuple_Type);
    PyMem_Free(members);
    if (type != NULL && set_lengths((PyTypeObject *)type, desc) < 0)
        Py_CLEAR(type);
    return (PyTypeObject *)type;
}
