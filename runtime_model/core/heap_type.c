/* Types made at run time, and how their instances die.
 *
 * A heap type is kept by each of its instances: allocation takes a reference (rm_object_start), and
 * whoever frees the instance gives it back. For a type without its own tp_dealloc that is
 * rm_subtype_dealloc, which undoes what the type added and leaves the rest to the nearest base that
 * has one.
 */
#include "core_int.h"

/* ---- instances */

static PyTypeObject *base_that_deallocates(PyTypeObject *type)
{
    while (type->tp_dealloc == rm_subtype_dealloc)
        type = type->tp_base;
    return type;
}

static void dealloc_in_base(PyObject *op, PyTypeObject *type, PyTypeObject *base)
{
    bool kept_type = PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) &&
                     !PyType_HasFeature(base, Py_TPFLAGS_HEAPTYPE);

    base->tp_dealloc(op); /* may free op, and type with it when base is a heap type */
    if (kept_type)
        Py_DECREF(type);
}

static bool is_managed(const PyTypeObject *type)
{
    return PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT);
}

static bool adds_dict(const PyTypeObject *type, const PyTypeObject *base)
{
    return type->tp_dictoffset > 0 && base->tp_dictoffset == 0;
}

static void clear_added(PyObject *op, PyTypeObject *type, PyTypeObject *base)
{
    PyObject **dict = adds_dict(type, base) ? _PyObject_GetDictPtr(op) : NULL;

    if (dict != NULL)
        RM_CLEAR_IN(op, *dict);
    if (is_managed(type) && !is_managed(base))
        rm_managed_clear(op);
}

/* A class that adds nothing to traverse leaves it to its base, and adds its dict and its type. */
static int subtype_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyTypeObject *type = Py_TYPE(op), *base = type;
    int stop;

    while (base->tp_traverse == subtype_traverse)
        base = base->tp_base;
    if (adds_dict(type, base))
        Py_VISIT(*_PyObject_GetDictPtr(op));
    if (is_managed(type) && !is_managed(base) && (stop = rm_managed_traverse(op, visit, arg)) != 0)
        return stop;
    if (!PyType_HasFeature(base, Py_TPFLAGS_HEAPTYPE))
        Py_VISIT(type);
    return base->tp_traverse != NULL ? base->tp_traverse(op, visit, arg) : 0;
}

static int subtype_clear(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op), *base = type;

    while (base->tp_clear == subtype_clear)
        base = base->tp_base;
    clear_added(op, type, base);
    return base->tp_clear != NULL ? base->tp_clear(op) : 0;
}

/* A finalizer sees an ordinary object, tracked if its type is. False: it brought the object back. */
static bool run_finalizer(PyObject *op, bool is_gc)
{
    if (is_gc)
        rm_gc_track(op);
    if (PyObject_CallFinalizerFromDealloc(op) < 0)
        return false;
    if (is_gc)
        PyObject_GC_UnTrack(op);
    return true;
}

static bool finalize(PyObject *op, PyTypeObject *type, PyTypeObject *base)
{
    if (type->tp_finalize != NULL && !run_finalizer(op, PyType_IS_GC(type)))
        return false;
    if (type->tp_weaklistoffset != 0 && base->tp_weaklistoffset == 0)
        PyObject_ClearWeakRefs(op);
    if (type->tp_del == NULL)
        return true;
    type->tp_del(op);
    return Py_REFCNT(op) == 0;
}

static void dealloc_collected(PyObject *op, PyTypeObject *type, PyTypeObject *base)
{
    if (!finalize(op, type, base))
        return;
    clear_added(op, type, base);
    if (PyType_IS_GC(base))
        rm_gc_track(op); /* the base untracks it itself */
    dealloc_in_base(op, type, base);
}

void rm_subtype_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op), *base = base_that_deallocates(type);

    if (!PyType_IS_GC(type)) {
        if (finalize(op, type, base))
            dealloc_in_base(op, type, base);
        return;
    }
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, rm_subtype_dealloc)
    dealloc_collected(op, type, base);
    Py_TRASHCAN_END
}

/* ---- PyType_FromSpec */

#define T(field) offsetof(PyHeapTypeObject, ht_type.field)
#define N(field) offsetof(PyHeapTypeObject, as_number.field)
#define S(field) offsetof(PyHeapTypeObject, as_sequence.field)
#define M(field) offsetof(PyHeapTypeObject, as_mapping.field)
#define A(field) offsetof(PyHeapTypeObject, as_async.field)
#define B(field) offsetof(PyHeapTypeObject, as_buffer.field)

static const short slot_offsets[] = {
    [Py_bf_getbuffer] = B(bf_getbuffer), [Py_bf_releasebuffer] = B(bf_releasebuffer),
    [Py_mp_ass_subscript] = M(mp_ass_subscript), [Py_mp_length] = M(mp_length),
    [Py_mp_subscript] = M(mp_subscript), [Py_nb_absolute] = N(nb_absolute),
    [Py_nb_add] = N(nb_add), [Py_nb_and] = N(nb_and), [Py_nb_bool] = N(nb_bool),
    [Py_nb_divmod] = N(nb_divmod), [Py_nb_float] = N(nb_float),
    [Py_nb_floor_divide] = N(nb_floor_divide), [Py_nb_index] = N(nb_index),
    [Py_nb_inplace_add] = N(nb_inplace_add), [Py_nb_inplace_and] = N(nb_inplace_and),
    [Py_nb_inplace_floor_divide] = N(nb_inplace_floor_divide),
    [Py_nb_inplace_lshift] = N(nb_inplace_lshift),
    [Py_nb_inplace_multiply] = N(nb_inplace_multiply), [Py_nb_inplace_or] = N(nb_inplace_or),
    [Py_nb_inplace_power] = N(nb_inplace_power),
    [Py_nb_inplace_remainder] = N(nb_inplace_remainder),
    [Py_nb_inplace_rshift] = N(nb_inplace_rshift),
    [Py_nb_inplace_subtract] = N(nb_inplace_subtract),
    [Py_nb_inplace_true_divide] = N(nb_inplace_true_divide),
    [Py_nb_inplace_xor] = N(nb_inplace_xor), [Py_nb_int] = N(nb_int),
    [Py_nb_invert] = N(nb_invert), [Py_nb_lshift] = N(nb_lshift),
    [Py_nb_multiply] = N(nb_multiply), [Py_nb_negative] = N(nb_negative),
    [Py_nb_or] = N(nb_or), [Py_nb_positive] = N(nb_positive), [Py_nb_power] = N(nb_power),
    [Py_nb_remainder] = N(nb_remainder), [Py_nb_rshift] = N(nb_rshift),
    [Py_nb_subtract] = N(nb_subtract), [Py_nb_true_divide] = N(nb_true_divide),
    [Py_nb_xor] = N(nb_xor), [Py_nb_matrix_multiply] = N(nb_matrix_multiply),
    [Py_nb_inplace_matrix_multiply] = N(nb_inplace_matrix_multiply),
    [Py_sq_ass_item] = S(sq_ass_item), [Py_sq_concat] = S(sq_concat),
    [Py_sq_contains] = S(sq_contains), [Py_sq_inplace_concat] = S(sq_inplace_concat),
    [Py_sq_inplace_repeat] = S(sq_inplace_repeat), [Py_sq_item] = S(sq_item),
    [Py_sq_length] = S(sq_length), [Py_sq_repeat] = S(sq_repeat),
    [Py_am_await] = A(am_await), [Py_am_aiter] = A(am_aiter), [Py_am_anext] = A(am_anext),
    [Py_am_send] = A(am_send), [Py_tp_alloc] = T(tp_alloc), [Py_tp_base] = T(tp_base),
    [Py_tp_bases] = T(tp_bases), [Py_tp_call] = T(tp_call), [Py_tp_clear] = T(tp_clear),
    [Py_tp_dealloc] = T(tp_dealloc), [Py_tp_del] = T(tp_del),
    [Py_tp_descr_get] = T(tp_descr_get), [Py_tp_descr_set] = T(tp_descr_set),
    [Py_tp_doc] = T(tp_doc), [Py_tp_getattr] = T(tp_getattr),
    [Py_tp_getattro] = T(tp_getattro), [Py_tp_hash] = T(tp_hash), [Py_tp_init] = T(tp_init),
    [Py_tp_is_gc] = T(tp_is_gc), [Py_tp_iter] = T(tp_iter), [Py_tp_iternext] = T(tp_iternext),
    [Py_tp_methods] = T(tp_methods), [Py_tp_new] = T(tp_new), [Py_tp_repr] = T(tp_repr),
    [Py_tp_richcompare] = T(tp_richcompare), [Py_tp_setattr] = T(tp_setattr),
    [Py_tp_setattro] = T(tp_setattro), [Py_tp_str] = T(tp_str),
    [Py_tp_traverse] = T(tp_traverse), [Py_tp_members] = T(tp_members),
    [Py_tp_getset] = T(tp_getset), [Py_tp_free] = T(tp_free),
    [Py_tp_finalize] = T(tp_finalize),
};

void *PyType_GetSlot(PyTypeObject *type, int slot)
{
    short offset;

    if (slot <= 0 || (size_t)slot >= Py_ARRAY_LENGTH(slot_offsets)) {
        PyErr_BadInternalCall();
        return NULL;
    }
    offset = slot_offsets[slot];
    if ((size_t)offset < sizeof(PyTypeObject))
        return *(void **)((char *)type + offset);
    return PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) ? *(void **)((char *)type + offset) : NULL;
}

static const void *find_slot(const PyType_Spec *spec, int number)
{
    for (const PyType_Slot *s = spec->slots; s->slot != 0; s++)
        if (s->slot == number)
            return s->pfunc;
    return NULL;
}

static Py_ssize_t count_members(const PyType_Spec *spec)
{
    const PyMemberDef *m = find_slot(spec, Py_tp_members);
    Py_ssize_t n = 0;

    while (m != NULL && m[n].name != NULL)
        n++;
    return n;
}

/* The tuple of bases, a new reference. */
static PyObject *bases_of(const PyType_Spec *spec, PyObject *bases)
{
    PyObject *base;

    if (bases == NULL)
        bases = (PyObject *)find_slot(spec, Py_tp_bases);
    if (bases != NULL)
        return PyTuple_Check(bases) ? Py_NewRef(bases) : PyTuple_Pack(1, bases);
    base = (PyObject *)find_slot(spec, Py_tp_base);
    return PyTuple_Pack(1, base != NULL ? base : (PyObject *)&PyBaseObject_Type);
}

static int check_bases(PyObject *bases)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(bases, i);

        if (!PyType_Check(base) || !PyType_HasFeature(base, Py_TPFLAGS_BASETYPE)) {
            PyErr_Format(PyExc_TypeError, "type '%.100s' is not an acceptable base type",
                         PyType_Check(base) ? base->tp_name : Py_TYPE(base)->tp_name);
            return -1;
        }
        if (PyType_Ready(base) < 0)
            return -1;
    }
    return 0;
}

static int set_names(PyHeapTypeObject *heap, const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t size = strlen(name) + 1;

    heap->_ht_tpname = PyMem_Malloc(size);
    if (heap->_ht_tpname == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(heap->_ht_tpname, name, size);
    heap->ht_type.tp_name = heap->_ht_tpname;
    heap->ht_name = PyUnicode_FromString(dot != NULL ? dot + 1 : name);
    if (heap->ht_name == NULL)
        return -1;
    heap->ht_qualname = Py_NewRef(heap->ht_name);
    RM_STORED(heap, heap->ht_name);
    RM_STORED(heap, heap->ht_qualname);
    return 0;
}

static void set_tables(PyHeapTypeObject *heap)
{
    PyTypeObject *type = &heap->ht_type;

    type->tp_as_async = &heap->as_async;
    type->tp_as_number = &heap->as_number;
    type->tp_as_sequence = &heap->as_sequence;
    type->tp_as_mapping = &heap->as_mapping;
    type->tp_as_buffer = &heap->as_buffer;
}

static int set_doc(PyTypeObject *type, const char *doc)
{
    size_t size = strlen(doc) + 1;
    char *copy = PyObject_Malloc(size);

    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    type->tp_doc = memcpy(copy, doc, size);
    return 0;
}

/* Members are copied behind the type object; three names are not members but offsets. */
static void set_members(PyTypeObject *type, const PyMemberDef *members, Py_ssize_t n)
{
    PyMemberDef *own = (PyMemberDef *)((char *)type + Py_TYPE(type)->tp_basicsize);

    memcpy(own, members, (size_t)n * sizeof *own);
    type->tp_members = own;
    for (Py_ssize_t i = 0; i < n; i++) {
        if (strcmp(own[i].name, "__weaklistoffset__") == 0)
            type->tp_weaklistoffset = own[i].offset;
        else if (strcmp(own[i].name, "__dictoffset__") == 0)
            type->tp_dictoffset = own[i].offset;
        else if (strcmp(own[i].name, "__vectorcalloffset__") == 0)
            type->tp_vectorcall_offset = own[i].offset;
    }
}

static int set_slot(PyTypeObject *type, const PyType_Slot *s, Py_ssize_t members)
{
    if (s->slot < 0 || (size_t)s->slot >= Py_ARRAY_LENGTH(slot_offsets)) {
        PyErr_SetString(PyExc_RuntimeError, "invalid slot offset");
        return -1;
    }
    if (s->slot == Py_tp_base || s->slot == Py_tp_bases)
        return 0;
    if (s->slot == Py_tp_doc)
        return s->pfunc != NULL ? set_doc(type, s->pfunc) : 0;
    if (s->slot == Py_tp_members)
        set_members(type, s->pfunc, members);
    else
        *(void **)((char *)type + slot_offsets[s->slot]) = s->pfunc;
    return 0;
}

static void set_defaults(PyTypeObject *type)
{
    if (type->tp_dealloc == NULL)
        type->tp_dealloc = rm_subtype_dealloc;
    if (type->tp_vectorcall_offset > 0)
        type->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
    if (PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT) && type->tp_traverse == NULL) {
        type->tp_traverse = subtype_traverse;
        type->tp_clear = subtype_clear;
    }
}

static int fill_type(PyHeapTypeObject *heap, PyType_Spec *spec, PyObject *bases, PyObject *module)
{
    PyTypeObject *type = &heap->ht_type;

    type->tp_flags = spec->flags | Py_TPFLAGS_HEAPTYPE;
    set_tables(heap);
    type->tp_base = rm_best_base(bases);
    if (type->tp_base == NULL)
        return -1;
    rm_keep_in(heap, (PyObject *)type->tp_base);
    type->tp_bases = Py_NewRef(bases);
    RM_STORED(heap, bases);
    heap->ht_module = Py_XNewRef(module);
    if (module != NULL)
        RM_STORED(heap, module);
    type->tp_basicsize = spec->basicsize;
    type->tp_itemsize = spec->itemsize;
    if (set_names(heap, spec->name) < 0)
        return -1;
    for (const PyType_Slot *s = spec->slots; s->slot != 0; s++)
        if (set_slot(type, s, count_members(spec)) < 0)
            return -1;
    set_defaults(type);
    return PyType_Ready(type);
}

PyObject *PyType_FromModuleAndSpec(PyObject *module, PyType_Spec *spec, PyObject *bases)
{
    PyObject *op = NULL;

    bases = bases_of(spec, bases);
    if (bases != NULL && check_bases(bases) == 0)
        op = PyType_GenericAlloc(&PyType_Type, count_members(spec));
    if (op != NULL && fill_type((PyHeapTypeObject *)op, spec, bases, module) < 0)
        Py_CLEAR(op);
    Py_XDECREF(bases);
    return op;
}

PyObject *PyType_FromSpecWithBases(PyType_Spec *spec, PyObject *bases)
{
    return PyType_FromModuleAndSpec(NULL, spec, bases);
}

PyObject *PyType_FromSpec(PyType_Spec *spec)
{
    return PyType_FromModuleAndSpec(NULL, spec, NULL);
}

/* ---- type(name, bases, dict): a class that adds a dict and a list of weak references to its base. */

static PyGetSetDef dict_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static void add_weaklist(PyTypeObject *type)
{
    if (rm_now->knobs.weakrefs_in_front) {
        type->tp_weaklistoffset = RM_MANAGED_WEAKLIST;
        type->tp_flags |= RM_TPFLAGS_MANAGED_WEAKREF;
    } else {
        type->tp_weaklistoffset = type->tp_basicsize;
        type->tp_basicsize += (Py_ssize_t)sizeof(PyObject *);
    }
}

static void set_layout(PyTypeObject *type, const PyTypeObject *base)
{
    type->tp_basicsize = base->tp_basicsize;
    type->tp_itemsize = base->tp_itemsize;
    if (base->tp_dictoffset == 0 && base->tp_itemsize == 0) {
        type->tp_dictoffset = -1;
        type->tp_flags |= Py_TPFLAGS_MANAGED_DICT;
        type->tp_getset = dict_getset;
    }
    if (base->tp_weaklistoffset == 0 && base->tp_itemsize == 0)
        add_weaklist(type);
    type->tp_dealloc = rm_subtype_dealloc;
    type->tp_traverse = subtype_traverse;
    type->tp_clear = subtype_clear;
    type->tp_alloc = PyType_GenericAlloc;
    type->tp_free = PyObject_GC_Del;
}

static int fill_class(PyHeapTypeObject *heap, PyObject *name, PyObject *bases, PyObject *dict)
{
    PyTypeObject *type = &heap->ht_type;

    type->tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
    set_tables(heap);
    heap->ht_name = name;
    rm_keep_in(heap, name);
    heap->ht_qualname = name;
    rm_keep_in(heap, name);
    type->tp_name = PyUnicode_AsUTF8(name);
    type->tp_base = rm_best_base(bases);
    if (type->tp_base == NULL)
        return -1;
    rm_keep_in(heap, (PyObject *)type->tp_base);
    type->tp_bases = bases;
    rm_keep_in(heap, bases);
    type->tp_dict = PyDict_New();
    if (type->tp_dict == NULL || type->tp_name == NULL)
        return -1;
    RM_STORED(heap, type->tp_dict);
    if (PyDict_Update(type->tp_dict, dict) < 0)
        return -1;
    set_layout(type, type->tp_base);
    if (PyType_Ready(type) < 0)
        return -1;
    rm_type_set_slots(type);
    return 0;
}

PyObject *rm_type_new(PyTypeObject *meta, PyObject *args, PyObject *kwargs)
{
    PyObject *name, *bases, *dict, *op = NULL;
    PyTypeObject *winner;

    (void)kwargs;
    if (!PyArg_ParseTuple(args, "UO!O!:type", &name, &PyTuple_Type, &bases, &PyDict_Type, &dict))
        return NULL;
    winner = _PyType_CalculateMetaclass(meta, bases);
    if (winner == NULL || (winner != meta && winner->tp_new != rm_type_new))
        return winner != NULL ? winner->tp_new(winner, args, kwargs) : NULL;
    bases = PyTuple_GET_SIZE(bases) > 0 ? Py_NewRef(bases) : PyTuple_Pack(1, &PyBaseObject_Type);
    if (bases != NULL && check_bases(bases) == 0)
        op = winner->tp_alloc(winner, 0);
    if (op != NULL && fill_class((PyHeapTypeObject *)op, name, bases, dict) < 0)
        Py_CLEAR(op);
    Py_XDECREF(bases);
    return op;
}

PyObject *PyType_GetModule(PyTypeObject *type)
{
    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) || !((PyHeapTypeObject *)type)->ht_module)
        return PyErr_Format(PyExc_TypeError, "type '%s' has no associated module", type->tp_name);
    return ((PyHeapTypeObject *)type)->ht_module;
}
