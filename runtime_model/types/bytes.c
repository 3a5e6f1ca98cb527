/* bytes: immutable, except for who has just made them (_PyBytes_Resize). */
#include "core_int.h"

#include "text.h"

#define HEADER offsetof(PyBytesObject, ob_sval)

static PyObject *shared(rm_runtime *rt, int byte)
{
    return Py_NewRef(&rt->bytes[byte]);
}

static PyObject *empty(rm_runtime *rt)
{
    return shared(rt, 256);
}

static PyObject *allocate(Py_ssize_t size)
{
    PyBytesObject *op = (size_t)size > PY_SSIZE_T_MAX - HEADER - 1
                            ? NULL
                            : rm_malloc(rm_now->alloc, RM_DOMAIN_OBJ, HEADER + (size_t)size + 1);

    if (RM_UNLIKELY(op == NULL))
        return PyErr_NoMemory();
    Py_SET_SIZE(op, size);
    rm_object_start((PyObject *)op, &PyBytes_Type);
    op->ob_shash = -1;
    op->ob_sval[size] = '\0';
    return (PyObject *)op;
}

PyObject *PyBytes_FromStringAndSize(const char *s, Py_ssize_t size)
{
    PyObject *op;

    if (size < 0) {
        PyErr_SetString(PyExc_SystemError, "Negative size passed to PyBytes_FromStringAndSize");
        return NULL;
    }
    if (size == 0)
        return empty(rm_now);
    if (size == 1 && s != NULL)
        return shared(rm_now, (unsigned char)*s);
    op = allocate(size);
    if (op != NULL && s != NULL)
        memcpy(PyBytes_AS_STRING(op), s, (size_t)size);
    return op;
}

PyObject *PyBytes_FromString(const char *s)
{
    return PyBytes_FromStringAndSize(s, (Py_ssize_t)strlen(s));
}

PyObject *PyBytes_FromFormatV(const char *format, va_list args)
{
    va_list again;
    PyObject *op;
    int size;

    va_copy(again, args);
    size = vsnprintf(NULL, 0, format, args);
    op = size < 0 ? PyErr_Format(PyExc_ValueError, "bad format") : PyBytes_FromStringAndSize(NULL, size);
    if (op != NULL && size > 0)
        vsnprintf(PyBytes_AS_STRING(op), (size_t)size + 1, format, again);
    va_end(again);
    return op;
}

PyObject *PyBytes_FromFormat(const char *format, ...)
{
    PyObject *op;
    va_list args;

    va_start(args, format);
    op = PyBytes_FromFormatV(format, args);
    va_end(args);
    return op;
}

/* ---- from other objects */

static PyObject *from_buffer(PyObject *op)
{
    Py_buffer view;
    PyObject *bytes;

    if (PyObject_GetBuffer(op, &view, PyBUF_SIMPLE) < 0)
        return NULL;
    bytes = PyBytes_FromStringAndSize(view.buf, view.len);
    PyBuffer_Release(&view);
    return bytes;
}

int rm_byte_of(PyObject *op)
{
    Py_ssize_t value = PyNumber_AsSsize_t(op, NULL);

    if (value == -1 && PyErr_Occurred())
        return -1;
    if (value >= 0 && value < 256)
        return (int)value;
    PyErr_SetString(PyExc_ValueError, "bytes must be in range(0, 256)");
    return -1;
}

static PyObject *from_items(PyObject *op)
{
    PyObject *items = PySequence_Fast(op, "cannot convert object to bytes");
    PyObject *bytes = items != NULL ? PyBytes_FromStringAndSize(NULL, PySequence_Fast_GET_SIZE(items))
                                    : NULL;

    for (Py_ssize_t i = 0; bytes != NULL && i < PyBytes_GET_SIZE(bytes); i++) {
        int byte = i < PySequence_Fast_GET_SIZE(items)
                       ? rm_byte_of(PySequence_Fast_GET_ITEM(items, i))
                       : -1; /* converting an item has shortened the list */

        if (byte < 0)
            Py_CLEAR(bytes);
        else
            PyBytes_AS_STRING(bytes)[i] = (char)byte;
    }
    Py_XDECREF(items);
    if (bytes == NULL && items != NULL && !PyErr_Occurred())
        PyErr_SetString(PyExc_RuntimeError, "sequence changed while it was converted");
    return bytes;
}

PyObject *PyBytes_FromObject(PyObject *op)
{
    if (op == NULL) {
        PyErr_BadInternalCall();
        return NULL;
    }
    if (PyBytes_CheckExact(op))
        return Py_NewRef(op);
    if (PyObject_CheckBuffer(op))
        return from_buffer(op);
    if (PyUnicode_Check(op) ||
        (!PyList_CheckExact(op) && !PyTuple_CheckExact(op) && Py_TYPE(op)->tp_iter == NULL))
        return PyErr_Format(PyExc_TypeError, "cannot convert '%.200s' object to bytes",
                            Py_TYPE(op)->tp_name);
    return from_items(op);
}

/* ---- reading */

static bool is_bytes(PyObject *op)
{
    if (PyBytes_Check(op))
        return true;
    PyErr_Format(PyExc_TypeError, "expected bytes, %.200s found", Py_TYPE(op)->tp_name);
    return false;
}

Py_ssize_t PyBytes_Size(PyObject *op)
{
    return is_bytes(op) ? Py_SIZE(op) : -1;
}

char *PyBytes_AsString(PyObject *op)
{
    return is_bytes(op) ? PyBytes_AS_STRING(op) : NULL;
}

/* size NULL: the text must have no zero in it. */
int PyBytes_AsStringAndSize(PyObject *op, char **s, Py_ssize_t *size)
{
    if (s == NULL) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (!is_bytes(op))
        return -1;
    *s = PyBytes_AS_STRING(op);
    if (size != NULL) {
        *size = Py_SIZE(op);
    } else if (strlen(*s) != (size_t)Py_SIZE(op)) {
        PyErr_SetString(PyExc_ValueError, "embedded null byte");
        return -1;
    }
    return 0;
}

/* ---- changing what is new */

static int resize_block(PyObject **op, Py_ssize_t size)
{
    PyBytesObject *old = (PyBytesObject *)*op, *moved;

    moved = PyObject_Realloc(old, HEADER + (size_t)size + 1);
    if (moved == NULL) {
        *op = NULL;
        Py_DECREF(old);
        PyErr_NoMemory();
        return -1;
    }
#ifdef RM_CHECKED
    rm_checked_moved((PyObject *)old, (PyObject *)moved);
#endif
    *op = (PyObject *)moved;
    Py_SET_SIZE(moved, size);
    moved->ob_sval[size] = '\0';
    moved->ob_shash = -1;
    return 0;
}

/* *op is NULL after a failure, and its reference is gone. */
int _PyBytes_Resize(PyObject **op, Py_ssize_t size)
{
    PyObject *old = *op;

    if (!PyBytes_Check(old) || size < 0) {
        *op = NULL;
        Py_DECREF(old);
        PyErr_BadInternalCall();
        return -1;
    }
    if (Py_SIZE(old) == size)
        return 0;
    if (size == 0 || Py_SIZE(old) == 0) {
        *op = size == 0 ? empty(rm_now) : allocate(size);
        Py_DECREF(old);
        return *op != NULL ? 0 : -1;
    }
    if (Py_REFCNT(old) != 1) {
        *op = NULL;
        Py_DECREF(old);
        PyErr_BadInternalCall();
        return -1;
    }
    return resize_block(op, size);
}

/* ---- joining */

static PyObject *bytes_concat(PyObject *a, PyObject *b)
{
    Py_buffer x = {0}, y = {0};
    PyObject *both = NULL;

    if (PyObject_GetBuffer(a, &x, PyBUF_SIMPLE) < 0 || PyObject_GetBuffer(b, &y, PyBUF_SIMPLE) < 0)
        PyErr_Format(PyExc_TypeError, "can't concat %.100s to %.100s", Py_TYPE(b)->tp_name,
                     Py_TYPE(a)->tp_name);
    else if (x.len == 0 && PyBytes_CheckExact(b))
        both = Py_NewRef(b);
    else if (y.len == 0 && PyBytes_CheckExact(a))
        both = Py_NewRef(a);
    else if (x.len > PY_SSIZE_T_MAX - y.len)
        PyErr_NoMemory();
    else if ((both = PyBytes_FromStringAndSize(NULL, x.len + y.len)) != NULL) {
        memcpy(PyBytes_AS_STRING(both), x.buf, (size_t)x.len);
        memcpy(PyBytes_AS_STRING(both) + x.len, y.buf, (size_t)y.len);
    }
    if (x.obj != NULL)
        PyBuffer_Release(&x);
    if (y.obj != NULL)
        PyBuffer_Release(&y);
    return both;
}

/* Appends in place what nobody else has. */
static int append(PyObject **a, PyObject *b)
{
    Py_ssize_t n = Py_SIZE(*a), m = Py_SIZE(b);

    if (n > PY_SSIZE_T_MAX - m) {
        PyErr_NoMemory();
        Py_CLEAR(*a);
        return -1;
    }
    if (_PyBytes_Resize(a, n + m) < 0)
        return -1;
    memcpy(PyBytes_AS_STRING(*a) + n, PyBytes_AS_STRING(b), (size_t)m);
    return 0;
}

void PyBytes_Concat(PyObject **a, PyObject *b)
{
    PyObject *both;

    if (*a == NULL)
        return;
    if (b == NULL) {
        Py_CLEAR(*a);
        return;
    }
    if (Py_REFCNT(*a) == 1 && PyBytes_CheckExact(*a) && PyBytes_CheckExact(b) && *a != b &&
        Py_SIZE(b) > 0) {
        append(a, b);
        return;
    }
    both = bytes_concat(*a, b);
    Py_SETREF(*a, both);
}

void PyBytes_ConcatAndDel(PyObject **a, PyObject *b)
{
    PyBytes_Concat(a, b);
    Py_XDECREF(b);
}

static PyObject *join_items(PyObject *separator, PyObject *items)
{
    PyObject *joined = empty(rm_now);

    for (Py_ssize_t i = 0; joined != NULL && i < PySequence_Fast_GET_SIZE(items); i++) {
        if (i > 0)
            PyBytes_Concat(&joined, separator);
        PyBytes_Concat(&joined, PySequence_Fast_GET_ITEM(items, i));
    }
    return joined;
}

PyObject *_PyBytes_Join(PyObject *separator, PyObject *sequence)
{
    PyObject *items = PySequence_Fast(sequence, "can only join an iterable"), *joined;

    if (items == NULL)
        return NULL;
    joined = join_items(separator, items);
    Py_DECREF(items);
    return joined;
}

/* ---- text */

PyObject *rm_bytes_text(const char *before, const char *s, Py_ssize_t size, const char *after)
{
    bool has_single = memchr(s, '\'', (size_t)size) != NULL,
         has_double = memchr(s, '"', (size_t)size) != NULL;
    char quote = has_single && !has_double ? '"' : '\'', escape[8];
    rm_text text = RM_TEXT_START;

    rm_text_ascii(&text, before);
    rm_text_char(&text, (Py_UCS4)quote);
    for (Py_ssize_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)s[i];
        const char *shown = c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : escape;

        if (c == (unsigned char)quote || c == '\\')
            snprintf(escape, sizeof escape, "\\%c", c);
        else
            snprintf(escape, sizeof escape, c >= ' ' && c < 0x7f ? "%c" : "\\x%02x", c);
        rm_text_ascii(&text, shown);
    }
    rm_text_char(&text, (Py_UCS4)quote);
    rm_text_ascii(&text, after);
    return rm_text_finish(&text);
}

PyObject *PyBytes_Repr(PyObject *op, int smart_quotes)
{
    (void)smart_quotes;
    return rm_bytes_text("b", PyBytes_AS_STRING(op), Py_SIZE(op), "");
}

static PyObject *bytes_repr(PyObject *op)
{
    return PyBytes_Repr(op, 1);
}

/* ---- slots */

static Py_hash_t bytes_hash(PyObject *op)
{
    PyBytesObject *bytes = (PyBytesObject *)op;

    if (bytes->ob_shash == -1)
        bytes->ob_shash = _Py_HashBytes(bytes->ob_sval, Py_SIZE(op));
    return bytes->ob_shash;
}

int rm_bytes_compare(const char *a, Py_ssize_t n, const char *b, Py_ssize_t m)
{
    int order = memcmp(a, b, (size_t)Py_MIN(n, m));

    return order != 0 ? order : (n > m) - (n < m);
}

static PyObject *bytes_richcompare(PyObject *a, PyObject *b, int op)
{
    int order;

    if (!PyBytes_Check(a) || !PyBytes_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    order = rm_bytes_compare(PyBytes_AS_STRING(a), Py_SIZE(a), PyBytes_AS_STRING(b), Py_SIZE(b));
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

static PyObject *bytes_item(PyObject *op, Py_ssize_t i)
{
    if (i >= 0 && i < Py_SIZE(op))
        return PyLong_FromLong((unsigned char)PyBytes_AS_STRING(op)[i]);
    PyErr_SetString(PyExc_IndexError, "index out of range");
    return NULL;
}

static PyObject *bytes_repeat(PyObject *op, Py_ssize_t n)
{
    Py_ssize_t size = Py_SIZE(op);
    PyObject *repeated;

    if (n > 0 && size > PY_SSIZE_T_MAX / n)
        return PyErr_Format(PyExc_OverflowError, "repeated bytes are too long");
    n = Py_MAX(n, 0);
    if (n * size == size && PyBytes_CheckExact(op))
        return Py_NewRef(op);
    repeated = allocate(n * size); /* never the shared empty one */
    for (Py_ssize_t i = 0; repeated != NULL && i < n; i++)
        memcpy(PyBytes_AS_STRING(repeated) + i * size, PyBytes_AS_STRING(op), (size_t)size);
    return repeated;
}

int rm_bytes_contains(PyObject *op, PyObject *v)
{
    const char *s = PyBytes_Check(op) ? PyBytes_AS_STRING(op) : PyByteArray_AS_STRING(op);
    Py_ssize_t byte = PyNumber_AsSsize_t(v, NULL);
    Py_buffer view;
    int found = 0;

    if (byte != -1 || !PyErr_Occurred()) {
        if (byte >= 0 && byte < 256)
            return memchr(s, (int)byte, (size_t)Py_SIZE(op)) != NULL;
        PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)");
        return -1;
    }
    PyErr_Clear();
    if (PyObject_GetBuffer(v, &view, PyBUF_SIMPLE) < 0)
        return -1;
    for (Py_ssize_t i = 0; !found && i + view.len <= Py_SIZE(op); i++)
        found = memcmp(s + i, view.buf, (size_t)view.len) == 0;
    PyBuffer_Release(&view);
    return found;
}

static int bytes_getbuffer(PyObject *op, Py_buffer *view, int flags)
{
    return PyBuffer_FillInfo(view, op, PyBytes_AS_STRING(op), Py_SIZE(op), 1, flags);
}

static Py_ssize_t bytes_length(PyObject *op)
{
    return Py_SIZE(op);
}

static PyObject *method_decode(PyObject *op, PyObject *args)
{
    const char *names[2] = {NULL, NULL};

    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args) && i < 2; i++)
        if ((names[i] = PyUnicode_AsUTF8(PyTuple_GET_ITEM(args, i))) == NULL)
            return NULL;
    return PyUnicode_Decode(PyBytes_AS_STRING(op), Py_SIZE(op), names[0], names[1]);
}

static PyMethodDef bytes_methods[] = {
    {"join", _PyBytes_Join, METH_O, NULL},
    {"decode", method_decode, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
/* ---- by index and slice, bytes and bytearray */

static PyObject *new_like(PyObject *op, const char *s, Py_ssize_t n)
{
    return PyBytes_Check(op) ? PyBytes_FromStringAndSize(s, n) : PyByteArray_FromStringAndSize(s, n);
}

static PyObject *bytes_slice(PyObject *op, const char *s, PyObject *slice)
{
    Py_ssize_t start, stop, step, n;
    PyObject *result;

    if (PySlice_Unpack(slice, &start, &stop, &step) < 0)
        return NULL;
    n = PySlice_AdjustIndices(Py_SIZE(op), &start, &stop, step);
    if (n > 0 && n == Py_SIZE(op) && step == 1 && PyBytes_CheckExact(op))
        return Py_NewRef(op);
    result = new_like(op, step == 1 ? s + start : NULL, n);
    for (Py_ssize_t i = 0; result != NULL && step != 1 && i < n; i++)
        (PyBytes_Check(op) ? PyBytes_AS_STRING(result) : PyByteArray_AS_STRING(result))[i] =
            s[start + i * step];
    return result;
}

PyObject *rm_bytes_subscript(PyObject *op, PyObject *key)
{
    const char *s = PyBytes_Check(op) ? PyBytes_AS_STRING(op) : PyByteArray_AS_STRING(op);
    Py_ssize_t i;

    if (PySlice_Check(key))
        return bytes_slice(op, s, key);
    if (!PyIndex_Check(key))
        return PyErr_Format(PyExc_TypeError, "byte indices must be integers or slices, not %.200s",
                            Py_TYPE(key)->tp_name);
    i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (i == -1 && PyErr_Occurred())
        return NULL;
    return PySequence_GetItem(op, i);
}

static PyMappingMethods bytes_as_mapping = {.mp_length = bytes_length,
                                            .mp_subscript = rm_bytes_subscript};
static PySequenceMethods bytes_as_sequence = {.sq_length = bytes_length,
                                              .sq_concat = bytes_concat,
                                              .sq_repeat = bytes_repeat,
                                              .sq_item = bytes_item,
                                              .sq_contains = rm_bytes_contains};
static PyBufferProcs bytes_as_buffer = {.bf_getbuffer = bytes_getbuffer};

PyTypeObject PyBytes_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "bytes",
    .tp_basicsize = HEADER + 1,
    .tp_itemsize = 1,
    .tp_repr = bytes_repr,
    .tp_as_sequence = &bytes_as_sequence,
    .tp_as_mapping = &bytes_as_mapping,
    .tp_hash = bytes_hash,
    .tp_as_buffer = &bytes_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BYTES_SUBCLASS,
    .tp_iter = rm_bytes_iter,
    .tp_richcompare = bytes_richcompare,
    .tp_methods = bytes_methods,
    .tp_free = PyObject_Free,
};

int rm_bytes_start(rm_runtime *rt)
{
    for (int i = 0; i <= 256; i++) {
        PyBytesObject *op = &rt->bytes[i];

        Py_SET_TYPE(op, &PyBytes_Type);
        Py_SET_REFCNT(op, RM_SINGLETON_COUNT);
        Py_SET_SIZE(op, i < 256);
        op->ob_shash = -1;
        op->ob_sval[0] = (char)(i < 256 ? i : 0);
        rm_immortalize(rt, (PyObject *)op);
    }
    return 0;
}
