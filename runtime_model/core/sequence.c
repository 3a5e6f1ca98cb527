/* Sequences and mappings through their slots. A negative index counts from the end where the type
 * knows its length.
 */
#include "core_int.h"

static PyObject *null_error(void)
{
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
    return NULL;
}

static PyObject *type_error(const char *format, PyObject *op)
{
    return PyErr_Format(PyExc_TypeError, format, Py_TYPE(op)->tp_name);
}

static PySequenceMethods *sequence_of(PyObject *op)
{
    static PySequenceMethods none;
    PySequenceMethods *seq = Py_TYPE(op)->tp_as_sequence;

    return seq != NULL ? seq : &none;
}

static PyMappingMethods *mapping_of(PyObject *op)
{
    static PyMappingMethods none;
    PyMappingMethods *map = Py_TYPE(op)->tp_as_mapping;

    return map != NULL ? map : &none;
}

int PySequence_Check(PyObject *op)
{
    return !PyDict_Check(op) && sequence_of(op)->sq_item != NULL;
}

Py_ssize_t PySequence_Size(PyObject *op)
{
    if (op == NULL) {
        null_error();
        return -1;
    }
    if (sequence_of(op)->sq_length != NULL)
        return sequence_of(op)->sq_length(op);
    type_error(mapping_of(op)->mp_length != NULL ? "%.200s is not a sequence"
                                                 : "object of type '%.200s' has no len()",
               op);
    return -1;
}

/* ---- joining and repeating */

static PyObject *concat(PyObject *a, PyObject *b, binaryfunc f, const char *sign)
{
    PyObject *result;

    if (f == NULL)
        f = sequence_of(a)->sq_concat;
    if (f != NULL)
        return f(a, b);
    if (PySequence_Check(a) && PySequence_Check(b)) {
        result = rm_number_binary(a, b, sign);
        if (result != Py_NotImplemented)
            return result;
        Py_DECREF(result);
    }
    return type_error("'%.200s' object can't be concatenated", a);
}

PyObject *PySequence_Concat(PyObject *a, PyObject *b)
{
    return a != NULL && b != NULL ? concat(a, b, NULL, "+") : null_error();
}

PyObject *PySequence_InPlaceConcat(PyObject *a, PyObject *b)
{
    return a != NULL && b != NULL ? concat(a, b, sequence_of(a)->sq_inplace_concat, "+=")
                                  : null_error();
}

static PyObject *repeat(PyObject *op, Py_ssize_t n, ssizeargfunc f, const char *sign)
{
    PyObject *count, *result;

    if (f == NULL)
        f = sequence_of(op)->sq_repeat;
    if (f != NULL)
        return f(op, n);
    if (PySequence_Check(op)) {
        count = PyLong_FromSsize_t(n);
        result = count != NULL ? rm_number_binary(op, count, sign) : NULL;
        Py_XDECREF(count);
        if (result != Py_NotImplemented)
            return result;
        Py_DECREF(result);
    }
    return type_error("'%.200s' object can't be repeated", op);
}

PyObject *PySequence_Repeat(PyObject *op, Py_ssize_t n)
{
    return op != NULL ? repeat(op, n, NULL, "*") : null_error();
}

PyObject *PySequence_InPlaceRepeat(PyObject *op, Py_ssize_t n)
{
    return op != NULL ? repeat(op, n, sequence_of(op)->sq_inplace_repeat, "*=") : null_error();
}

/* ---- items */

/* -1 with an exception set when the length cannot be had. */
static int from_the_end(PyObject *op, Py_ssize_t *i)
{
    Py_ssize_t n;

    if (*i >= 0 || sequence_of(op)->sq_length == NULL)
        return 0;
    n = sequence_of(op)->sq_length(op);
    if (n < 0)
        return -1;
    *i += n;
    return 0;
}

PyObject *PySequence_GetItem(PyObject *op, Py_ssize_t i)
{
    if (op == NULL)
        return null_error();
    if (sequence_of(op)->sq_item == NULL)
        return type_error(mapping_of(op)->mp_subscript != NULL ? "%.200s is not a sequence"
                                                               : "'%.200s' object does not support indexing",
                          op);
    return from_the_end(op, &i) < 0 ? NULL : sequence_of(op)->sq_item(op, i);
}

static int assign(PyObject *op, Py_ssize_t i, PyObject *v, const char *message)
{
    if (op == NULL) {
        null_error();
        return -1;
    }
    if (sequence_of(op)->sq_ass_item == NULL) {
        type_error(message, op);
        return -1;
    }
    return from_the_end(op, &i) < 0 ? -1 : sequence_of(op)->sq_ass_item(op, i, v);
}

int PySequence_SetItem(PyObject *op, Py_ssize_t i, PyObject *v)
{
    return assign(op, i, v, "'%.200s' object does not support item assignment");
}

int PySequence_DelItem(PyObject *op, Py_ssize_t i)
{
    return assign(op, i, NULL, "'%.200s' object doesn't support item deletion");
}

static PyObject *make_slice(Py_ssize_t low, Py_ssize_t high)
{
    PyObject *a = PyLong_FromSsize_t(low), *b = a != NULL ? PyLong_FromSsize_t(high) : NULL;
    PyObject *slice = b != NULL ? PySlice_New(a, b, NULL) : NULL;

    Py_XDECREF(a);
    Py_XDECREF(b);
    return slice;
}

PyObject *PySequence_GetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high)
{
    PyObject *slice, *result;

    if (op == NULL)
        return null_error();
    if (mapping_of(op)->mp_subscript == NULL)
        return type_error("'%.200s' object is unsliceable", op);
    slice = make_slice(low, high);
    result = slice != NULL ? mapping_of(op)->mp_subscript(op, slice) : NULL;
    Py_XDECREF(slice);
    return result;
}

int PySequence_SetSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high, PyObject *v)
{
    PyObject *slice;
    int rc;

    if (op == NULL) {
        null_error();
        return -1;
    }
    if (mapping_of(op)->mp_ass_subscript == NULL) {
        type_error("'%.200s' object doesn't support slice assignment", op);
        return -1;
    }
    slice = make_slice(low, high);
    rc = slice != NULL ? mapping_of(op)->mp_ass_subscript(op, slice, v) : -1;
    Py_XDECREF(slice);
    return rc;
}

int PySequence_DelSlice(PyObject *op, Py_ssize_t low, Py_ssize_t high)
{
    return PySequence_SetSlice(op, low, high, NULL);
}

/* ---- from anything that can be iterated */

/* Room for what the iterator may give; what it gives beyond is added by a quarter. */
static int tuple_put(PyObject **tuple, Py_ssize_t i, PyObject *item)
{
    Py_ssize_t room = PyTuple_GET_SIZE(*tuple);

    if (i >= room && _PyTuple_Resize(tuple, room + 10 + ((room + 10) >> 2)) < 0) {
        Py_DECREF(item);
        return -1;
    }
    PyTuple_SET_ITEM(*tuple, i, item);
    return 0;
}

static PyObject *tuple_from(PyObject *iter, Py_ssize_t hint)
{
    PyObject *tuple = PyTuple_New(hint), *item;
    Py_ssize_t n = 0;

    while (tuple != NULL && (item = PyIter_Next(iter)) != NULL)
        if (tuple_put(&tuple, n++, item) < 0)
            return NULL;
    if (tuple != NULL && PyErr_Occurred())
        Py_CLEAR(tuple);
    if (tuple != NULL && n < PyTuple_GET_SIZE(tuple))
        _PyTuple_Resize(&tuple, n);
    return tuple;
}

PyObject *PySequence_Tuple(PyObject *op)
{
    PyObject *iter, *tuple;
    Py_ssize_t hint;

    if (op == NULL)
        return null_error();
    if (PyTuple_CheckExact(op))
        return Py_NewRef(op);
    if (PyList_CheckExact(op))
        return PyList_AsTuple(op);
    iter = PyObject_GetIter(op);
    if (iter == NULL)
        return NULL;
    hint = PyObject_LengthHint(op, 10);
    tuple = hint >= 0 ? tuple_from(iter, hint) : NULL;
    Py_DECREF(iter);
    return tuple;
}

PyObject *PySequence_List(PyObject *op)
{
    PyObject *list = PyList_New(0), *done;

    if (list == NULL)
        return NULL;
    done = rm_list_extend(list, op);
    if (done == NULL)
        Py_CLEAR(list);
    Py_XDECREF(done);
    return list;
}

PyObject *PySequence_Fast(PyObject *op, const char *message)
{
    PyObject *iter, *list;

    if (op == NULL)
        return null_error();
    if (PyList_CheckExact(op) || PyTuple_CheckExact(op))
        return Py_NewRef(op);
    iter = PyObject_GetIter(op);
    if (iter == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            PyErr_SetString(PyExc_TypeError, message);
        return NULL;
    }
    list = PySequence_List(iter);
    Py_DECREF(iter);
    return list;
}

/* ---- searching */

typedef enum { COUNT, INDEX, CONTAINS } search;

static PyObject *iterate(PyObject *op)
{
    PyObject *iter = PyObject_GetIter(op);

    if (iter == NULL && PyErr_ExceptionMatches(PyExc_TypeError))
        type_error("argument of type '%.200s' is not iterable", op);
    return iter;
}

static Py_ssize_t search_iter(PyObject *iter, PyObject *v, search what)
{
    Py_ssize_t count = 0;
    PyObject *item;

    for (Py_ssize_t i = 0; (item = PyIter_Next(iter)) != NULL; i++) {
        int equal = PyObject_RichCompareBool(item, v, Py_EQ);

        Py_DECREF(item);
        if (equal < 0)
            return -1;
        count += equal;
        if (equal && what != COUNT)
            return what == INDEX ? i : 1;
    }
    if (PyErr_Occurred())
        return -1;
    if (what == INDEX) {
        PyErr_SetString(PyExc_ValueError, "sequence.index(x): x not in sequence");
        return -1;
    }
    return count;
}

static Py_ssize_t search_in(PyObject *op, PyObject *v, search what)
{
    PyObject *iter;
    Py_ssize_t found;

    if (op == NULL || v == NULL) {
        null_error();
        return -1;
    }
    iter = iterate(op);
    found = iter != NULL ? search_iter(iter, v, what) : -1;
    Py_XDECREF(iter);
    return found;
}

Py_ssize_t PySequence_Count(PyObject *op, PyObject *v)
{
    return search_in(op, v, COUNT);
}

Py_ssize_t PySequence_Index(PyObject *op, PyObject *v)
{
    return search_in(op, v, INDEX);
}

int PySequence_Contains(PyObject *op, PyObject *v)
{
    if (op != NULL && sequence_of(op)->sq_contains != NULL)
        return sequence_of(op)->sq_contains(op, v);
    return (int)search_in(op, v, CONTAINS);
}

/* ---- mappings */

int PyMapping_Check(PyObject *op)
{
    return op != NULL && mapping_of(op)->mp_subscript != NULL;
}

Py_ssize_t PyMapping_Size(PyObject *op)
{
    if (op == NULL) {
        null_error();
        return -1;
    }
    if (mapping_of(op)->mp_length != NULL)
        return mapping_of(op)->mp_length(op);
    type_error(sequence_of(op)->sq_length != NULL ? "%.200s is not a mapping"
                                                  : "object of type '%.200s' has no len()",
               op);
    return -1;
}

PyObject *PyMapping_GetItemString(PyObject *op, const char *key)
{
    PyObject *k, *result;

    if (key == NULL)
        return null_error();
    k = PyUnicode_FromString(key);
    result = k != NULL ? PyObject_GetItem(op, k) : NULL;
    Py_XDECREF(k);
    return result;
}

int PyMapping_SetItemString(PyObject *op, const char *key, PyObject *value)
{
    PyObject *k = key != NULL ? PyUnicode_FromString(key) : null_error();
    int rc = k != NULL ? PyObject_SetItem(op, k, value) : -1;

    Py_XDECREF(k);
    return rc;
}

static int is_there(PyObject *found)
{
    if (found == NULL)
        PyErr_Clear();
    Py_XDECREF(found);
    return found != NULL;
}

int PyMapping_HasKeyString(PyObject *op, const char *key)
{
    return is_there(PyMapping_GetItemString(op, key));
}

int PyMapping_HasKey(PyObject *op, PyObject *key)
{
    return is_there(PyObject_GetItem(op, key));
}

static PyObject *list_by_method(PyObject *op, const char *name)
{
    PyObject *view, *list;

    if (op == NULL)
        return null_error();
    view = PyObject_CallMethod(op, name, NULL);
    list = view != NULL ? PySequence_Fast(view, "keys, values and items must be iterable") : NULL;
    if (list != NULL && PyTuple_Check(list)) {
        Py_DECREF(list);
        list = PySequence_List(view);
    }
    Py_XDECREF(view);
    return list;
}

PyObject *PyMapping_Keys(PyObject *op)
{
    return op != NULL && PyDict_CheckExact(op) ? PyDict_Keys(op) : list_by_method(op, "keys");
}

PyObject *PyMapping_Values(PyObject *op)
{
    return op != NULL && PyDict_CheckExact(op) ? PyDict_Values(op) : list_by_method(op, "values");
}

PyObject *PyMapping_Items(PyObject *op)
{
    return op != NULL && PyDict_CheckExact(op) ? PyDict_Items(op) : list_by_method(op, "items");
}
