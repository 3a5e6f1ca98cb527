/* The least of the abstract API that the types need; replaced when that is complete. */
#include "core_int.h"

#include "../types/text.h"

static int write_items(rm_text *text, PyObject *op)
{
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(op); i++)
        if ((i > 0 && rm_text_ascii(text, ", ") < 0) ||
            rm_text_repr(text, PySequence_Fast_GET_ITEM(op, i)) < 0)
            return -1;
    return 0;
}

static PyObject *text_by(PyObject *op, reprfunc f)
{
    PyObject *s = f != NULL ? f(op)
                            : PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(op)->tp_name, op);

    if (s != NULL && !PyUnicode_Check(s)) {
        PyErr_SetString(PyExc_TypeError, "text of an object must be a str");
        Py_CLEAR(s);
    }
    return s;
}

PyObject *PyObject_Repr(PyObject *op)
{
    if (PyList_Check(op))
        return rm_text_of_container(op, "[", write_items, "]");
    if (PyTuple_Check(op))
        return rm_text_of_container(op, "(", write_items, PyTuple_GET_SIZE(op) == 1 ? ",)" : ")");
    if (op == Py_None)
        return PyUnicode_FromString("None");
    return text_by(op, Py_TYPE(op)->tp_repr);
}

PyObject *PyObject_Str(PyObject *op)
{
    if (PyUnicode_CheckExact(op))
        return Py_NewRef(op);
    if (Py_TYPE(op)->tp_str == NULL)
        return PyObject_Repr(op);
    return text_by(op, Py_TYPE(op)->tp_str);
}

PyObject *PyObject_ASCII(PyObject *op)
{
    PyObject *s = PyObject_Repr(op), *bytes, *ascii;

    if (s == NULL || PyUnicode_IS_ASCII(s))
        return s;
    bytes = PyUnicode_AsEncodedString(s, "ascii", "backslashreplace");
    Py_DECREF(s);
    if (bytes == NULL)
        return NULL;
    ascii = PyUnicode_DecodeASCII(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), NULL);
    Py_DECREF(bytes);
    return ascii;
}

PyObject *PyObject_GetItem(PyObject *op, PyObject *key)
{
    PyMappingMethods *m = Py_TYPE(op)->tp_as_mapping;

    if (m != NULL && m->mp_subscript != NULL)
        return m->mp_subscript(op, key);
    return PyErr_Format(PyExc_TypeError, "'%s' object is not subscriptable", Py_TYPE(op)->tp_name);
}

PyObject *PyObject_SelfIter(PyObject *op)
{
    return Py_NewRef(op);
}

typedef struct {
    PyObject_HEAD
    PyObject *items;
    Py_ssize_t i;
} walker;

static PyObject *walker_next(PyObject *op)
{
    walker *w = (walker *)op;

    if (w->i >= PySequence_Fast_GET_SIZE(w->items))
        return NULL;
    return Py_NewRef(PySequence_Fast_GET_ITEM(w->items, w->i++));
}

static void walker_dealloc(PyObject *op)
{
    RM_CLEAR_IN(op, ((walker *)op)->items);
    PyObject_Free(op);
}

static PyTypeObject Walker_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "iterator",
    .tp_basicsize = sizeof(walker),
    .tp_dealloc = walker_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_iternext = walker_next,
};

static PyObject *walk(PyObject *op)
{
    walker *w = PyType_Ready(&Walker_Type) < 0 ? NULL : PyObject_New(walker, &Walker_Type);

    if (w == NULL)
        return NULL;
    w->items = Py_NewRef(op);
    RM_STORED(w, op);
    w->i = 0;
    return (PyObject *)w;
}

PyObject *PyObject_GetIter(PyObject *op)
{
    if (Py_TYPE(op)->tp_iter != NULL)
        return Py_TYPE(op)->tp_iter(op);
    if (PyList_Check(op) || PyTuple_Check(op))
        return walk(op);
    return PyErr_Format(PyExc_TypeError, "'%s' object is not iterable", Py_TYPE(op)->tp_name);
}

PyObject *PyIter_Next(PyObject *iter)
{
    PyObject *item = Py_TYPE(iter)->tp_iternext(iter);

    if (item == NULL && PyErr_ExceptionMatches(PyExc_StopIteration))
        PyErr_Clear();
    return item;
}

PyObject *PySequence_Fast(PyObject *op, const char *message)
{
    PyObject *list, *it, *item;

    if (PyList_CheckExact(op) || PyTuple_CheckExact(op))
        return Py_NewRef(op);
    it = PyObject_GetIter(op);
    if (it == NULL) {
        PyErr_SetString(PyExc_TypeError, message);
        return NULL;
    }
    list = PyList_New(0);
    while (list != NULL && (item = PyIter_Next(it)) != NULL) {
        if (PyList_Append(list, item) < 0)
            Py_CLEAR(list);
        Py_DECREF(item);
    }
    Py_DECREF(it);
    return list;
}

PyObject *PyMapping_Keys(PyObject *op)
{
    return PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute 'keys'", Py_TYPE(op)->tp_name);
}

int PyIndex_Check(PyObject *op)
{
    PyNumberMethods *n = Py_TYPE(op)->tp_as_number;

    return n != NULL && n->nb_index != NULL;
}

PyObject *PyNumber_Index(PyObject *op)
{
    if (PyLong_Check(op))
        return Py_NewRef(op);
    if (PyIndex_Check(op))
        return Py_TYPE(op)->tp_as_number->nb_index(op);
    return PyErr_Format(PyExc_TypeError, "'%.200s' object cannot be interpreted as an integer",
                        Py_TYPE(op)->tp_name);
}

Py_ssize_t PyNumber_AsSsize_t(PyObject *op, PyObject *overflow)
{
    PyObject *value = PyNumber_Index(op);
    int over;
    long n;

    if (value == NULL)
        return -1;
    n = PyLong_AsLongAndOverflow(value, &over);
    Py_DECREF(value);
    if (over == 0)
        return n;
    if (overflow == NULL)
        return over > 0 ? PY_SSIZE_T_MAX : PY_SSIZE_T_MIN;
    PyErr_SetString(overflow, "cannot fit 'int' into an index-sized integer");
    return -1;
}

static PyObject *in_repr[64];

int Py_ReprEnter(PyObject *op)
{
    int i = 0;

    for (; i < 63 && in_repr[i] != NULL; i++)
        if (in_repr[i] == op)
            return 1;
    in_repr[i] = op;
    return 0;
}

void Py_ReprLeave(PyObject *op)
{
    for (int i = 0; i < 64; i++)
        if (in_repr[i] == op)
            in_repr[i] = NULL;
}

int PyObject_CheckBuffer(PyObject *op)
{
    return Py_TYPE(op)->tp_as_buffer != NULL && Py_TYPE(op)->tp_as_buffer->bf_getbuffer != NULL;
}

int PyObject_GetBuffer(PyObject *op, Py_buffer *view, int flags)
{
    if (PyObject_CheckBuffer(op))
        return Py_TYPE(op)->tp_as_buffer->bf_getbuffer(op, view, flags);
    PyErr_Format(PyExc_TypeError, "a bytes-like object is required, not '%.100s'", Py_TYPE(op)->tp_name);
    return -1;
}

void PyBuffer_Release(Py_buffer *view)
{
    PyObject *op = view->obj;

    if (op == NULL)
        return;
    if (Py_TYPE(op)->tp_as_buffer->bf_releasebuffer != NULL)
        Py_TYPE(op)->tp_as_buffer->bf_releasebuffer(op, view);
    view->obj = NULL;
    Py_DECREF(op);
}

int PyBuffer_FillInfo(Py_buffer *view, PyObject *op, void *buf, Py_ssize_t size, int readonly, int flags)
{
    if (readonly && flags & PyBUF_WRITABLE) {
        PyErr_SetString(PyExc_BufferError, "Object is not writable.");
        return -1;
    }
    *view = (Py_buffer){.buf = buf, .obj = Py_XNewRef(op), .len = size, .itemsize = 1,
                        .readonly = readonly, .ndim = 1};
    return 0;
}
