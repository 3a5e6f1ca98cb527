/* Slots and methods of the same meaning: __len__ and mp_length.
 *
 *     a type in C      its slots get wrappers in its dict, before it inherits any
 *     a class          methods in the dicts of its order become slots; a slot whose only method is a
 *                      wrapper of C takes the function out of it
 *
 * Several names may share one slot, and one name several slots (slots.def).
 */
#include "slots_int.h"

/* ---- calling a method of the type */

static PyObject *find(PyObject *self, int name)
{
    return _PyType_Lookup(Py_TYPE(self), rm_now->names[name]);
}

/* args[0] is the instance. New reference. */
static PyObject *call_found(PyObject *descr, PyObject *const *args, size_t n)
{
    descrgetfunc get = Py_TYPE(descr)->tp_descr_get;
    PyObject *bound, *result;

    if (PyType_HasFeature(Py_TYPE(descr), Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        Py_INCREF(descr);
        result = PyObject_Vectorcall(descr, args, n, NULL);
        Py_DECREF(descr);
        return result;
    }
    bound = get != NULL ? get(descr, args[0], (PyObject *)Py_TYPE(args[0])) : Py_NewRef(descr);
    result = bound != NULL ? PyObject_Vectorcall(bound, args + 1, n - 1, NULL) : NULL;
    Py_XDECREF(bound);
    return result;
}

static PyObject *call(int name, PyObject *const *args, size_t n)
{
    PyObject *descr = find(args[0], name);

    if (descr != NULL)
        return call_found(descr, args, n);
    if (!PyErr_Occurred())
        PyErr_SetObject(PyExc_AttributeError, rm_now->names[name]);
    return NULL;
}

static int call_status(int name, PyObject *const *args, size_t n)
{
    PyObject *result = call(name, args, n);

    Py_XDECREF(result);
    return result != NULL ? 0 : -1;
}

/* ---- slots that call one method */

#define UNARY(slot, name)                                           \
    static PyObject *slot(PyObject *self)                           \
    {                                                               \
        return call(RM_NAME_##name, &self, 1);                      \
    }
#define BINARY(slot, name)                                          \
    static PyObject *slot(PyObject *self, PyObject *other)          \
    {                                                               \
        PyObject *args[] = {self, other};                           \
                                                                    \
        return call(RM_NAME_##name, args, 2);                       \
    }
UNARY(slot_repr, __repr__)
UNARY(slot_str, __str__)
UNARY(slot_iter, __iter__)
UNARY(slot_await, __await__)
UNARY(slot_aiter, __aiter__)
UNARY(slot_anext, __anext__)
UNARY(slot_neg, __neg__)
UNARY(slot_pos, __pos__)
UNARY(slot_abs, __abs__)
UNARY(slot_invert, __invert__)
UNARY(slot_int, __int__)
UNARY(slot_float, __float__)
UNARY(slot_index, __index__)
BINARY(slot_iadd, __iadd__)
BINARY(slot_isub, __isub__)
BINARY(slot_imul, __imul__)
BINARY(slot_imod, __imod__)
BINARY(slot_ilshift, __ilshift__)
BINARY(slot_irshift, __irshift__)
BINARY(slot_iand, __iand__)
BINARY(slot_ixor, __ixor__)
BINARY(slot_ior, __ior__)
BINARY(slot_ifloordiv, __ifloordiv__)
BINARY(slot_itruediv, __itruediv__)
BINARY(slot_imatmul, __imatmul__)
BINARY(slot_getitem, __getitem__)

/* An iterator says that it is at its end by NULL alone. */
static PyObject *slot_iternext(PyObject *self)
{
    PyObject *item = call(RM_NAME___next__, &self, 1);

    if (item == NULL && PyErr_ExceptionMatches(PyExc_StopIteration))
        PyErr_Clear();
    return item;
}

static Py_hash_t slot_hash(PyObject *self)
{
    PyObject *descr = find(self, RM_NAME___hash__), *result;
    Py_hash_t hash;

    if (descr == NULL || descr == Py_None)
        return PyErr_Occurred() ? -1 : PyObject_HashNotImplemented(self);
    result = call_found(descr, &self, 1);
    if (result == NULL)
        return -1;
    hash = PyLong_Check(result) ? PyLong_Type.tp_hash(result) : -1;
    if (!PyLong_Check(result))
        PyErr_SetString(PyExc_TypeError, "__hash__ method should return an integer");
    Py_DECREF(result);
    return hash;
}

static PyObject *slot_call(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *method = rm_special(self, RM_NAME___call__), *result;

    if (method == NULL)
        return PyErr_Occurred() ? NULL
                                : PyErr_Format(PyExc_TypeError, "'%.200s' object is not callable",
                                               Py_TYPE(self)->tp_name);
    result = PyObject_Call(method, args, kwargs);
    Py_DECREF(method);
    return result;
}

static PyObject *slot_richcompare(PyObject *self, PyObject *other, int op)
{
    static const int names[] = {[Py_LT] = RM_NAME___lt__, [Py_LE] = RM_NAME___le__, [Py_EQ] = RM_NAME___eq__,
                                [Py_NE] = RM_NAME___ne__, [Py_GT] = RM_NAME___gt__, [Py_GE] = RM_NAME___ge__};
    PyObject *args[] = {self, other}, *descr = find(self, names[op]);

    if (descr == NULL && !PyErr_Occurred())
        Py_RETURN_NOTIMPLEMENTED;
    return descr != NULL ? call_found(descr, args, 2) : NULL;
}

static int slot_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *method = rm_special(self, RM_NAME___init__), *result;
    int rc = -1;

    if (method == NULL)
        return -1;
    result = PyObject_Call(method, args, kwargs);
    Py_DECREF(method);
    if (result == Py_None)
        rc = 0;
    else if (result != NULL)
        PyErr_Format(PyExc_TypeError, "__init__() should return None, not '%.200s'", Py_TYPE(result)->tp_name);
    Py_XDECREF(result);
    return rc;
}

/* What is pending when an object dies stays so. */
static void slot_finalize(PyObject *self)
{
    PyObject *type, *value, *traceback, *descr;

    PyErr_Fetch(&type, &value, &traceback);
    descr = find(self, RM_NAME___del__);
    if (descr != NULL) {
        PyObject *result = call_found(descr, &self, 1);

        if (result == NULL)
            PyErr_WriteUnraisable(descr);
        Py_XDECREF(result);
    }
    PyErr_Restore(type, value, traceback);
}

/* ---- attributes */

static PyObject *get_by_method(PyObject *self, PyObject *name)
{
    PyObject *args[] = {self, name}, *descr = find(self, RM_NAME___getattribute__);

    if (descr == NULL || (Py_IS_TYPE(descr, &PyWrapperDescr_Type) &&
                          ((PyWrapperDescrObject *)descr)->d_wrapped == (void *)PyObject_GenericGetAttr))
        return PyErr_Occurred() ? NULL : PyObject_GenericGetAttr(self, name);
    return call_found(descr, args, 2);
}

/* __getattr__ is asked when nothing else was found. */
static PyObject *slot_getattro(PyObject *self, PyObject *name)
{
    PyObject *found = get_by_method(self, name), *args[] = {self, name}, *descr, *type, *value, *traceback;

    if (found != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError))
        return found;
    PyErr_Fetch(&type, &value, &traceback);
    descr = find(self, RM_NAME___getattr__);
    if (descr == NULL && !PyErr_Occurred()) {
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return descr != NULL ? call_found(descr, args, 2) : NULL;
}

static int slot_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    PyObject *args[] = {self, name, value};

    return value != NULL ? call_status(RM_NAME___setattr__, args, 3) : call_status(RM_NAME___delattr__, args, 2);
}

static PyObject *slot_descr_get(PyObject *self, PyObject *op, PyObject *type)
{
    PyObject *args[] = {self, op != NULL ? op : Py_None, type != NULL ? type : Py_None};

    return call(RM_NAME___get__, args, 3);
}

static int slot_descr_set(PyObject *self, PyObject *op, PyObject *value)
{
    PyObject *args[] = {self, op, value};

    return value != NULL ? call_status(RM_NAME___set__, args, 3) : call_status(RM_NAME___delete__, args, 2);
}

/* ---- containers */

static Py_ssize_t slot_length(PyObject *self)
{
    PyObject *result = call(RM_NAME___len__, &self, 1), *index = result != NULL ? PyNumber_Index(result) : NULL;
    Py_ssize_t n = -1;

    Py_XDECREF(result);
    if (index == NULL)
        return -1;
    if (Py_SIZE(index) < 0)
        PyErr_SetString(PyExc_ValueError, "__len__() should return >= 0");
    else
        n = PyNumber_AsSsize_t(index, PyExc_OverflowError);
    Py_DECREF(index);
    return n;
}

static PyObject *slot_item(PyObject *self, Py_ssize_t i)
{
    PyObject *args[] = {self, PyLong_FromSsize_t(i)}, *item;

    item = args[1] != NULL ? call(RM_NAME___getitem__, args, 2) : NULL;
    Py_XDECREF(args[1]);
    return item;
}

static int slot_setitem(PyObject *self, PyObject *key, PyObject *value)
{
    PyObject *args[] = {self, key, value};

    return value != NULL ? call_status(RM_NAME___setitem__, args, 3) : call_status(RM_NAME___delitem__, args, 2);
}

static int slot_set_item(PyObject *self, Py_ssize_t i, PyObject *value)
{
    PyObject *index = PyLong_FromSsize_t(i);
    int rc = index != NULL ? slot_setitem(self, index, value) : -1;

    Py_XDECREF(index);
    return rc;
}

static int truth_of(PyObject *result)
{
    int truth = result != NULL ? PyObject_IsTrue(result) : -1;

    Py_XDECREF(result);
    return truth;
}

static int slot_contains(PyObject *self, PyObject *value)
{
    PyObject *args[] = {self, value}, *descr = find(self, RM_NAME___contains__);

    if (descr == Py_None) {
        PyErr_Format(PyExc_TypeError, "'%.200s' object is not a container", Py_TYPE(self)->tp_name);
        return -1;
    }
    return truth_of(call(RM_NAME___contains__, args, 2));
}

static int slot_bool(PyObject *self)
{
    PyObject *result = call(RM_NAME___bool__, &self, 1);

    if (result == NULL || PyBool_Check(result))
        return truth_of(result);
    PyErr_Format(PyExc_TypeError, "__bool__ should return bool, returned %s", Py_TYPE(result)->tp_name);
    Py_DECREF(result);
    return -1;
}

/* ---- operators: the right operand is asked with the two exchanged; first, if its type is derived from
 * the left one's and says something else */

static PyObject *ask(PyObject *self, int name, PyObject *other)
{
    PyObject *args[] = {self, other}, *descr = find(self, name);

    if (descr == NULL && !PyErr_Occurred())
        Py_RETURN_NOTIMPLEMENTED;
    return descr != NULL ? call_found(descr, args, 2) : NULL;
}

static bool has_slot(PyObject *op, size_t offset, void *slot)
{
    PyNumberMethods *nb = Py_TYPE(op)->tp_as_number;

    return nb != NULL && *(void **)((char *)nb + offset) == slot;
}

static PyObject *both_ways(PyObject *a, PyObject *b, size_t offset, void *slot, int name, int reflected)
{
    bool ask_b = !Py_IS_TYPE(a, Py_TYPE(b)) && has_slot(b, offset, slot);
    PyObject *result;

    if (has_slot(a, offset, slot)) {
        if (ask_b && PyType_IsSubtype(Py_TYPE(b), Py_TYPE(a)) && find(a, reflected) != find(b, reflected)) {
            result = ask(b, reflected, a);
            if (result != Py_NotImplemented)
                return result;
            Py_DECREF(result);
            ask_b = false;
        }
        result = ask(a, name, b);
        if (result != Py_NotImplemented || !ask_b)
            return result;
        Py_DECREF(result);
    }
    if (ask_b)
        return ask(b, reflected, a);
    Py_RETURN_NOTIMPLEMENTED;
}

#define OPERATOR(slot, field, name, reflected)                                                          \
    static PyObject *slot(PyObject *a, PyObject *b)                                                     \
    {                                                                                                   \
        return both_ways(a, b, offsetof(PyNumberMethods, field), (void *)slot, RM_NAME_##name,          \
                         RM_NAME_##reflected);                                                          \
    }
OPERATOR(slot_add, nb_add, __add__, __radd__)
OPERATOR(slot_sub, nb_subtract, __sub__, __rsub__)
OPERATOR(slot_mul, nb_multiply, __mul__, __rmul__)
OPERATOR(slot_mod, nb_remainder, __mod__, __rmod__)
OPERATOR(slot_divmod, nb_divmod, __divmod__, __rdivmod__)
OPERATOR(slot_lshift, nb_lshift, __lshift__, __rlshift__)
OPERATOR(slot_rshift, nb_rshift, __rshift__, __rrshift__)
OPERATOR(slot_and, nb_and, __and__, __rand__)
OPERATOR(slot_xor, nb_xor, __xor__, __rxor__)
OPERATOR(slot_or, nb_or, __or__, __ror__)
OPERATOR(slot_floordiv, nb_floor_divide, __floordiv__, __rfloordiv__)
OPERATOR(slot_truediv, nb_true_divide, __truediv__, __rtruediv__)
OPERATOR(slot_matmul, nb_matrix_multiply, __matmul__, __rmatmul__)

/* With a modulus only the left operand is asked. */
static PyObject *slot_pow(PyObject *a, PyObject *b, PyObject *modulus)
{
    PyObject *args[] = {a, b, modulus};

    if (modulus == Py_None)
        return both_ways(a, b, offsetof(PyNumberMethods, nb_power), (void *)slot_pow, RM_NAME___pow__,
                         RM_NAME___rpow__);
    if (has_slot(a, offsetof(PyNumberMethods, nb_power), (void *)slot_pow))
        return call(RM_NAME___pow__, args, 3);
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *slot_ipow(PyObject *a, PyObject *b, PyObject *modulus)
{
    PyObject *args[] = {a, b};

    (void)modulus;
    return call(RM_NAME___ipow__, args, 2);
}

/* ---- the table */

#define rm_NULL NULL
static const struct wrapperbase rows[] = {
#define SLOT(name, field, function, wrap) \
    {#name, offsetof(PyHeapTypeObject, field), (void *)(function), rm_##wrap},
#include "slots.def"
#undef SLOT
};

static const short names_of_rows[] = {
#define SLOT(name, field, function, wrap) RM_NAME_##name,
#include "slots.def"
#undef SLOT
};

enum { ROWS = Py_ARRAY_LENGTH(rows) };

static PyObject *name_of(size_t row)
{
    return rm_now->names[names_of_rows[row]];
}

/* Where the slot is in type; NULL: type has no such table. */
static void **place(PyTypeObject *type, int offset)
{
    static const struct {
        size_t table, pointer;
    } tables[] = {{offsetof(PyHeapTypeObject, as_sequence), offsetof(PyTypeObject, tp_as_sequence)},
                  {offsetof(PyHeapTypeObject, as_mapping), offsetof(PyTypeObject, tp_as_mapping)},
                  {offsetof(PyHeapTypeObject, as_number), offsetof(PyTypeObject, tp_as_number)},
                  {offsetof(PyHeapTypeObject, as_async), offsetof(PyTypeObject, tp_as_async)}};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(tables); i++)
        if ((size_t)offset >= tables[i].table) {
            char *table = *(char **)((char *)type + tables[i].pointer);

            return table != NULL ? (void **)(table + ((size_t)offset - tables[i].table)) : NULL;
        }
    return (void **)((char *)type + offset);
}

/* ---- slots become methods */

static int add_wrapper(PyTypeObject *type, size_t row, void *slot)
{
    PyObject *name = name_of(row), *descr;
    int rc;

    if (PyDict_GetItemWithError(type->tp_dict, name) != NULL)
        return 0;
    if (PyErr_Occurred())
        return -1;
    if (slot == (void *)PyObject_HashNotImplemented)
        return PyDict_SetItem(type->tp_dict, name, Py_None);
    descr = PyDescr_NewWrapper(type, (struct wrapperbase *)&rows[row], slot);
    rc = descr != NULL ? PyDict_SetItem(type->tp_dict, name, descr) : -1;
    Py_XDECREF(descr);
    return rc;
}

int rm_type_add_wrappers(PyTypeObject *type)
{
    for (size_t row = 0; row < ROWS; row++) {
        void **slot = rows[row].wrapper != NULL ? place(type, rows[row].offset) : NULL;

        if (slot != NULL && *slot != NULL && add_wrapper(type, row, *slot) < 0)
            return -1;
    }
    return 0;
}

/* ---- methods become slots */

/* The one slot of this name that type has; NULL: none, or several. */
static void **only_slot_named(PyTypeObject *type, const char *name)
{
    void **only = NULL;

    for (size_t row = 0; row < ROWS; row++) {
        void **slot = strcmp(rows[row].name, name) == 0 ? place(type, rows[row].offset) : NULL;

        if (slot == NULL || *slot == NULL)
            continue;
        if (only != NULL)
            return NULL;
        only = slot;
    }
    return only;
}

typedef struct {
    void *general, *exact; /* what calls methods; what a wrapper holds */
    bool is_general;
} choice;

static void choose(choice *c, PyTypeObject *type, size_t row, PyObject *descr, void **slot)
{
    const PyWrapperDescrObject *d = (PyWrapperDescrObject *)descr;
    void **only;

    if (Py_IS_TYPE(descr, &PyWrapperDescr_Type) && strcmp(d->d_base->name, rows[row].name) == 0) {
        only = only_slot_named(type, rows[row].name);
        if (only == NULL || only == slot)
            c->general = rows[row].function;
        if ((c->exact == NULL || c->exact == d->d_wrapped) && d->d_base->wrapper == rows[row].wrapper &&
            PyType_IsSubtype(type, PyDescr_TYPE(descr)))
            c->exact = d->d_wrapped;
        else
            c->is_general = true;
    } else if (descr == Py_None && rows[row].function == (void *)slot_hash) {
        c->exact = (void *)PyObject_HashNotImplemented;
    } else {
        c->is_general = true;
        c->general = rows[row].function;
    }
}

/* All rows of one slot, of which `row` is the first. Returns the row behind them. */
static size_t set_slot(PyTypeObject *type, size_t row)
{
    void **slot = place(type, rows[row].offset);
    choice c = {NULL, NULL, false};
    size_t end = row;

    for (; end < ROWS && rows[end].offset == rows[row].offset; end++) {
        PyObject *descr = slot != NULL ? _PyType_Lookup(type, name_of(end)) : NULL;

        if (descr != NULL)
            choose(&c, type, end, descr, slot);
    }
    if (slot != NULL)
        *slot = c.exact != NULL && !c.is_general ? c.exact : c.general;
    return end;
}

void rm_type_set_slots(PyTypeObject *type)
{
    for (size_t row = 0; row < ROWS;)
        row = set_slot(type, row);
}

static size_t first_row(size_t row)
{
    while (row > 0 && rows[row - 1].offset == rows[row].offset)
        row--;
    return row;
}

static void set_below(PyTypeObject *type, size_t row)
{
    PyObject *key, *ref;
    Py_ssize_t pos = 0;

    set_slot(type, row);
    while (type->tp_subclasses != NULL && PyDict_Next(type->tp_subclasses, &pos, &key, &ref)) {
        PyObject *derived = PyWeakref_GET_OBJECT(ref);

        if (derived != Py_None)
            set_below((PyTypeObject *)derived, row);
    }
}

void rm_type_set_slot(PyTypeObject *type, PyObject *name)
{
    for (size_t row = 0; row < ROWS; row++)
        if (PyUnicode_CompareWithASCIIString(name, rows[row].name) == 0)
            set_below(type, first_row(row));
}
