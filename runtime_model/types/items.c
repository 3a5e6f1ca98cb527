/* What list and tuple share: items by index and slice, joining, repeating, searching, their text, and
 * making one from anything that can be iterated. Their own files have the memory.
 */
#include "core_int.h"

static PyObject **items_of(PyObject *op)
{
    return PyList_Check(op) ? ((PyListObject *)op)->ob_item : ((PyTupleObject *)op)->ob_item;
}

static PyObject *new_like(bool is_list, Py_ssize_t n)
{
    return is_list ? PyList_New(n) : PyTuple_New(n);
}

static void put(PyObject *op, Py_ssize_t i, PyObject *v)
{
    if (PyList_Check(op))
        PyList_SET_ITEM(op, i, v);
    else
        PyTuple_SET_ITEM(op, i, v);
}

static const char *name_of(bool is_list)
{
    return is_list ? "list" : "tuple";
}

static PyObject *out_of_range(bool is_list)
{
    if (is_list)
        PyErr_SetObject(PyExc_IndexError, rm_now->names[RM_NAME_list_index]);
    else
        PyErr_SetString(PyExc_IndexError, "tuple index out of range");
    return NULL;
}

/* ---- reading */

static PyObject *item(PyObject *op, Py_ssize_t i)
{
    if (i < 0 || i >= Py_SIZE(op))
        return out_of_range(PyList_Check(op));
    return Py_NewRef(items_of(op)[i]);
}

static int contains(PyObject *op, PyObject *v)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(op); i++) {
        PyObject *own = Py_NewRef(items_of(op)[i]);
        int equal = PyObject_RichCompareBool(own, v, Py_EQ);

        Py_DECREF(own);
        if (equal != 0)
            return equal;
    }
    return 0;
}

static PyObject *slice(PyObject *op, PyObject *s)
{
    Py_ssize_t start, stop, step, n;
    bool is_list = PyList_Check(op);
    PyObject *result;

    if (PySlice_Unpack(s, &start, &stop, &step) < 0)
        return NULL;
    n = PySlice_AdjustIndices(Py_SIZE(op), &start, &stop, step);
    if (n > 0 && n == Py_SIZE(op) && step == 1 && PyTuple_CheckExact(op))
        return Py_NewRef(op);
    result = new_like(is_list, n > 0 ? n : 0);
    for (Py_ssize_t i = 0; result != NULL && i < n; i++)
        put(result, i, Py_NewRef(items_of(op)[start + i * step]));
    return result;
}

static PyObject *bad_index(PyObject *op, PyObject *key)
{
    return PyErr_Format(PyExc_TypeError, "%s indices must be integers or slices, not %.200s",
                        name_of(PyList_Check(op)), Py_TYPE(key)->tp_name);
}

static PyObject *subscript(PyObject *op, PyObject *key)
{
    Py_ssize_t i;

    if (PySlice_Check(key))
        return slice(op, key);
    if (!PyIndex_Check(key))
        return bad_index(op, key);
    i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
        return NULL;
    return item(op, i < 0 ? i + Py_SIZE(op) : i);
}

/* ---- joining and repeating */

static PyObject *concat(PyObject *a, PyObject *b)
{
    bool is_list = PyList_Check(a);
    Py_ssize_t n = Py_SIZE(a);
    PyObject *result;

    if (is_list ? !PyList_Check(b) : !PyTuple_Check(b))
        return PyErr_Format(PyExc_TypeError, "can only concatenate %s (not \"%.200s\") to %s",
                            name_of(is_list), Py_TYPE(b)->tp_name, name_of(is_list));
    if (!is_list && n == 0 && PyTuple_CheckExact(b))
        return Py_NewRef(b);
    if (!is_list && Py_SIZE(b) == 0 && PyTuple_CheckExact(a))
        return Py_NewRef(a);
    result = new_like(is_list, n + Py_SIZE(b));
    for (Py_ssize_t i = 0; result != NULL && i < n + Py_SIZE(b); i++)
        put(result, i, Py_NewRef(i < n ? items_of(a)[i] : items_of(b)[i - n]));
    return result;
}

static PyObject *repeat(PyObject *op, Py_ssize_t times)
{
    bool is_list = PyList_Check(op);
    Py_ssize_t n = Py_SIZE(op);
    PyObject *result;

    if (!is_list && PyTuple_CheckExact(op) && (n == 0 || times == 1))
        return Py_NewRef(op);
    if (n == 0 || times <= 0)
        return new_like(is_list, 0);
    if (n > PY_SSIZE_T_MAX / times)
        return PyErr_NoMemory();
    result = new_like(is_list, n * times);
    for (Py_ssize_t i = 0; result != NULL && i < n * times; i++)
        put(result, i, Py_NewRef(items_of(op)[i % n]));
    return result;
}

/* ---- text */

static PyObject *reprs(PyObject *op)
{
    PyObject *parts = PyList_New(0);

    for (Py_ssize_t i = 0; parts != NULL && i < Py_SIZE(op); i++) {
        PyObject *own = Py_NewRef(items_of(op)[i]), *text = PyObject_Repr(own);
        int rc = text != NULL ? PyList_Append(parts, text) : -1;

        Py_DECREF(own);
        Py_XDECREF(text);
        if (rc < 0)
            Py_CLEAR(parts);
    }
    return parts;
}

static PyObject *join(PyObject *parts, const char *format)
{
    PyObject *comma = PyUnicode_FromString(", ");
    PyObject *joined = comma != NULL ? PyUnicode_Join(comma, parts) : NULL;
    PyObject *result = joined != NULL ? PyUnicode_FromFormat(format, joined) : NULL;

    Py_XDECREF(comma);
    Py_XDECREF(joined);
    return result;
}

static PyObject *repr(PyObject *op)
{
    bool is_list = PyList_Check(op);
    int inside = Py_ReprEnter(op);
    PyObject *parts, *result;

    if (inside != 0)
        return inside < 0 ? NULL : PyUnicode_FromString(is_list ? "[...]" : "(...)");
    parts = reprs(op);
    result = parts != NULL ? join(parts, is_list ? "[%U]" : Py_SIZE(op) == 1 ? "(%U,)" : "(%U)") : NULL;
    Py_XDECREF(parts);
    Py_ReprLeave(op);
    return result;
}

/* ---- making one from another object */

static int extend_from_items(PyObject *list, PyObject *from)
{
    Py_ssize_t old = Py_SIZE(list), n = Py_SIZE(from);

    if (n == 0)
        return 0;
    if (rm_list_reserve((PyListObject *)list, old + n, old == 0) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < n; i++) {
        Py_SET_SIZE(list, old + i + 1);
        PyList_SET_ITEM(list, old + i, Py_NewRef(items_of(from)[i]));
    }
    return 0;
}

static int extend_from_iterator(PyObject *list, PyObject *op, PyObject *iter)
{
    Py_ssize_t hint = PyObject_LengthHint(op, 8), old = Py_SIZE(list);
    PyObject *v;

    if (hint < 0 || rm_list_reserve((PyListObject *)list, old + hint, old == 0) < 0)
        return -1;
    while ((v = PyIter_Next(iter)) != NULL) {
        int rc = PyList_Append(list, v);

        Py_DECREF(v);
        if (rc < 0)
            return -1;
    }
    if (PyErr_Occurred())
        return -1;
    return rm_list_trim((PyListObject *)list);
}

PyObject *rm_list_extend(PyObject *list, PyObject *op)
{
    PyObject *iter;
    int rc;

    if (PyList_CheckExact(op) || PyTuple_CheckExact(op)) {
        rc = extend_from_items(list, op);
    } else {
        iter = PyObject_GetIter(op);
        rc = iter != NULL ? extend_from_iterator(list, op, iter) : -1;
        Py_XDECREF(iter);
    }
    return rc < 0 ? NULL : Py_NewRef(Py_None);
}

static bool has_names(PyObject *kwargs)
{
    return kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0;
}

static PyObject *only_argument(PyObject *args, PyObject *kwargs, const char *name, int *rc)
{
    PyObject *op = NULL;

    *rc = -1;
    if (has_names(kwargs))
        return PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
    if (PyArg_UnpackTuple(args, name, 0, 1, &op))
        *rc = 0;
    return op;
}

static PyObject *sub_tuple(PyTypeObject *type, PyObject *from)
{
    PyObject *op = type->tp_alloc(type, PyTuple_GET_SIZE(from));

    for (Py_ssize_t i = 0; op != NULL && i < PyTuple_GET_SIZE(from); i++)
        PyTuple_SET_ITEM(op, i, Py_NewRef(PyTuple_GET_ITEM(from, i)));
    return op;
}

PyObject *rm_tuple_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    int rc;
    PyObject *op = only_argument(args, kwargs, "tuple", &rc), *tuple, *result;

    if (rc < 0)
        return NULL;
    tuple = op != NULL ? PySequence_Tuple(op) : PyTuple_New(0);
    if (tuple == NULL || type == &PyTuple_Type)
        return tuple;
    result = sub_tuple(type, tuple);
    Py_DECREF(tuple);
    return result;
}

int rm_list_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    int rc;
    PyObject *op = only_argument(args, kwargs, "list", &rc), *done;

    if (rc < 0)
        return -1;
    PyList_SetSlice(self, 0, Py_SIZE(self), NULL);
    done = op != NULL ? rm_list_extend(self, op) : Py_NewRef(Py_None);
    Py_XDECREF(done);
    return done != NULL ? 0 : -1;
}

static int check_vector(const char *name, size_t nargsf, PyObject *names)
{
    if (PyVectorcall_NARGS(nargsf) <= 1 && (names == NULL || PyTuple_GET_SIZE(names) == 0))
        return 0;
    PyErr_Format(PyExc_TypeError, "%s expected at most 1 argument", name);
    return -1;
}

PyObject *rm_list_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names)
{
    PyObject *list, *done;

    if (check_vector("list", nargsf, names) < 0)
        return NULL;
    list = PyType_GenericAlloc((PyTypeObject *)type, 0);
    if (list == NULL || PyVectorcall_NARGS(nargsf) == 0)
        return list;
    done = rm_list_extend(list, args[0]);
    if (done == NULL)
        Py_CLEAR(list);
    Py_XDECREF(done);
    return list;
}

PyObject *rm_tuple_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names)
{
    (void)type;
    if (check_vector("tuple", nargsf, names) < 0)
        return NULL;
    return PyVectorcall_NARGS(nargsf) == 0 ? PyTuple_New(0) : PySequence_Tuple(args[0]);
}

/* ---- writing, lists only */

static int assign_item(PyObject *op, Py_ssize_t i, PyObject *v)
{
    if (i < 0 || i >= Py_SIZE(op)) {
        PyErr_SetString(PyExc_IndexError, "list assignment index out of range");
        return -1;
    }
    return v != NULL ? PyList_SetItem(op, i, Py_NewRef(v)) : PyList_SetSlice(op, i, i + 1, NULL);
}

static int assign_slice(PyObject *op, PyObject *s, PyObject *v)
{
    Py_ssize_t start, stop, step;
    PyObject *fast = NULL;
    int rc;

    if (PySlice_Unpack(s, &start, &stop, &step) < 0)
        return -1;
    PySlice_AdjustIndices(Py_SIZE(op), &start, &stop, step);
    if (step != 1) {
        PyErr_SetString(PyExc_NotImplementedError, "assignment to slices with a step");
        return -1;
    }
    if (v != NULL && (fast = PySequence_Fast(v, "can only assign an iterable")) == NULL)
        return -1;
    rc = PyList_SetSlice(op, start, stop, fast);
    Py_XDECREF(fast);
    return rc;
}

static int assign_subscript(PyObject *op, PyObject *key, PyObject *v)
{
    Py_ssize_t i;

    if (PySlice_Check(key))
        return assign_slice(op, key, v);
    if (!PyIndex_Check(key)) {
        bad_index(op, key);
        return -1;
    }
    i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
        return -1;
    return assign_item(op, i < 0 ? i + Py_SIZE(op) : i, v);
}

static PyObject *inplace_concat(PyObject *op, PyObject *other)
{
    PyObject *done = rm_list_extend(op, other);

    if (done == NULL)
        return NULL;
    Py_DECREF(done);
    return Py_NewRef(op);
}

/* A copy of the first part is put behind it again and again. */
static PyObject *inplace_repeat(PyObject *op, Py_ssize_t times)
{
    PyObject *repeated = repeat(op, times);

    if (repeated == NULL || PyList_SetSlice(op, 0, Py_SIZE(op), repeated) < 0) {
        Py_XDECREF(repeated);
        return NULL;
    }
    Py_DECREF(repeated);
    return Py_NewRef(op);
}

/* ---- methods */

static PyObject *none_if(int rc)
{
    return rc < 0 ? NULL : Py_NewRef(Py_None);
}

static PyObject *list_append(PyObject *op, PyObject *v)
{
    return none_if(PyList_Append(op, v));
}

static PyObject *list_clear(PyObject *op, PyObject *unused)
{
    (void)unused;
    return none_if(PyList_SetSlice(op, 0, Py_SIZE(op), NULL));
}

static PyObject *list_reverse(PyObject *op, PyObject *unused)
{
    (void)unused;
    return none_if(PyList_Reverse(op));
}

static PyObject *list_copy(PyObject *op, PyObject *unused)
{
    (void)unused;
    return PyList_GetSlice(op, 0, Py_SIZE(op));
}

static PyObject *list_insert(PyObject *op, PyObject *args)
{
    Py_ssize_t i;
    PyObject *v;

    return PyArg_ParseTuple(args, "nO:insert", &i, &v) ? none_if(PyList_Insert(op, i, v)) : NULL;
}

static PyObject *list_pop(PyObject *op, PyObject *const *args, Py_ssize_t n)
{
    Py_ssize_t i = n > 0 ? PyNumber_AsSsize_t(args[0], PyExc_IndexError) : -1;
    PyObject *v;

    if (n > 0 && i == -1 && PyErr_Occurred())
        return NULL;
    if (i < 0)
        i += Py_SIZE(op);
    if (i < 0 || i >= Py_SIZE(op))
        return PyErr_Format(PyExc_IndexError, "pop index out of range");
    v = Py_NewRef(PyList_GET_ITEM(op, i));
    if (PyList_SetSlice(op, i, i + 1, NULL) < 0)
        Py_CLEAR(v);
    return v;
}

static PyObject *count(PyObject *op, PyObject *v)
{
    Py_ssize_t n = PySequence_Count(op, v);

    return n < 0 ? NULL : PyLong_FromSsize_t(n);
}

static PyObject *find(PyObject *op, PyObject *v)
{
    Py_ssize_t i = PySequence_Index(op, v);

    return i < 0 ? NULL : PyLong_FromSsize_t(i);
}

PyMethodDef rm_list_methods[] = {{"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
                                 {"append", list_append, METH_O, NULL},
                                 {"clear", list_clear, METH_NOARGS, NULL},
                                 {"copy", list_copy, METH_NOARGS, NULL},
                                 {"count", count, METH_O, NULL},
                                 {"extend", rm_list_extend, METH_O, NULL},
                                 {"index", find, METH_O, NULL},
                                 {"insert", list_insert, METH_VARARGS, NULL},
                                 {"pop", _PyCFunction_CAST(list_pop), METH_FASTCALL, NULL},
                                 {"reverse", list_reverse, METH_NOARGS, NULL},
                                 {NULL, NULL, 0, NULL}};
PyMethodDef rm_tuple_methods[] = {
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL},
    {"count", count, METH_O, NULL}, {"index", find, METH_O, NULL}, {NULL, NULL, 0, NULL}};

/* ---- the tables */

static Py_ssize_t length(PyObject *op)
{
    return Py_SIZE(op);
}

#define READ_SLOTS                                                                         \
    .sq_length = length, .sq_concat = concat, .sq_repeat = repeat, .sq_item = item,        \
    .sq_contains = contains
PySequenceMethods rm_tuple_as_sequence = {READ_SLOTS};
PySequenceMethods rm_list_as_sequence = {READ_SLOTS, .sq_ass_item = assign_item,
                                         .sq_inplace_concat = inplace_concat,
                                         .sq_inplace_repeat = inplace_repeat};
PyMappingMethods rm_tuple_as_mapping = {.mp_length = length, .mp_subscript = subscript};
PyMappingMethods rm_list_as_mapping = {
    .mp_length = length, .mp_subscript = subscript, .mp_ass_subscript = assign_subscript};

PyObject *rm_items_repr(PyObject *op)
{
    return PyTuple_Check(op) && Py_SIZE(op) == 0 ? PyUnicode_FromString("()") : repr(op);
}
