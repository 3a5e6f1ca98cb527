/* memoryview: items of another object's buffer.
 *
 *     view, slice, slice ... --own--> managed buffer --owns--> exporter
 *
 * The managed buffer holds the one Py_buffer that was taken from the exporter and counts the views
 * that use it; the last one to be released, or to die, gives the buffer back. A view that lent its own
 * buffer out cannot be released before it has it back.
 */
#include "memory_int.h"

enum { MANAGED_RELEASED = 1 };
enum { VIEW_RELEASED = 1 };

/* ---- the managed buffer */

static _PyManagedBufferObject *new_managed(void)
{
    _PyManagedBufferObject *m = (_PyManagedBufferObject *)rm_gc_make(&_PyManagedBuffer_Type);

    if (m == NULL)
        return NULL;
    m->flags = 0;
    m->exports = 0;
    memset(&m->master, 0, sizeof m->master);
    rm_gc_track((PyObject *)m);
    return m;
}

static void managed_release(_PyManagedBufferObject *m)
{
    if (m->flags & MANAGED_RELEASED)
        return;
    m->flags |= MANAGED_RELEASED;
    PyObject_GC_UnTrack(m);
    PyBuffer_Release(&m->master);
}

static void managed_dealloc(PyObject *op)
{
    managed_release((_PyManagedBufferObject *)op);
    PyObject_GC_Del(op);
}

static int managed_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((_PyManagedBufferObject *)op)->master.obj);
    return 0;
}

static int managed_clear(PyObject *op)
{
    managed_release((_PyManagedBufferObject *)op);
    return 0;
}

PyTypeObject _PyManagedBuffer_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "managedbuffer",
    .tp_basicsize = sizeof(_PyManagedBufferObject),
    .tp_dealloc = managed_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = managed_traverse,
    .tp_clear = managed_clear,
};

/* ---- making views */

static Py_ssize_t dense_step(const Py_buffer *b, int dimension)
{
    Py_ssize_t step = b->itemsize;

    for (int i = b->ndim - 1; i > dimension; i--)
        step *= b->shape[i];
    return step;
}

/* Shape, strides and suboffsets become the view's own, whether the exporter gave them or not. */
static void own_arrays(PyMemoryViewObject *v, const Py_buffer *from)
{
    Py_buffer *b = &v->view;
    Py_ssize_t *array = v->ob_array;

    *b = *from;
    b->shape = array;
    b->strides = array + b->ndim;
    b->suboffsets = from->suboffsets != NULL ? array + 2 * b->ndim : NULL;
    if (b->format == NULL)
        b->format = "B";
    for (int i = 0; i < b->ndim; i++) {
        b->shape[i] = from->shape != NULL ? from->shape[i] : from->len / from->itemsize;
        if (b->suboffsets != NULL)
            b->suboffsets[i] = from->suboffsets[i];
    }
    for (int i = 0; i < b->ndim; i++)
        b->strides[i] = from->strides != NULL ? from->strides[i] : dense_step(b, i);
}

static PyObject *new_view(_PyManagedBufferObject *m, const Py_buffer *from)
{
    PyMemoryViewObject *v;

    v = (PyMemoryViewObject *)_PyObject_GC_NewVar(&PyMemoryView_Type, 3 * from->ndim);
    if (v == NULL)
        return NULL;
    v->mbuf = m;
    rm_keep_in(v, (PyObject *)m);
    m->exports++;
    v->hash = -1;
    v->flags = 0;
    v->exports = 0;
    v->weakreflist = NULL;
    own_arrays(v, from);
    rm_gc_track((PyObject *)v);
    return (PyObject *)v;
}

static PyObject *view_of(_PyManagedBufferObject *m)
{
    PyObject *v = new_view(m, &m->master);

    Py_DECREF(m);
    return v;
}

static bool is_released(PyObject *op)
{
    PyMemoryViewObject *v = (PyMemoryViewObject *)op;

    if (!(v->flags & VIEW_RELEASED) && !(v->mbuf->flags & MANAGED_RELEASED))
        return false;
    PyErr_SetString(PyExc_ValueError, "operation forbidden on released memoryview object");
    return true;
}

PyObject *PyMemoryView_FromObject(PyObject *op)
{
    _PyManagedBufferObject *m;

    if (PyMemoryView_Check(op))
        return is_released(op) ? NULL
                               : new_view(((PyMemoryViewObject *)op)->mbuf, PyMemoryView_GET_BUFFER(op));
    if (!PyObject_CheckBuffer(op))
        return PyErr_Format(PyExc_TypeError, "memoryview: a bytes-like object is required, not '%.200s'",
                            Py_TYPE(op)->tp_name);
    m = new_managed();
    if (m == NULL)
        return NULL;
    if (PyObject_GetBuffer(op, &m->master, PyBUF_FULL_RO) < 0) {
        m->master.obj = NULL;
        Py_DECREF(m);
        return NULL;
    }
    return view_of(m);
}

PyObject *PyMemoryView_FromBuffer(const Py_buffer *info)
{
    _PyManagedBufferObject *m;

    if (info->buf == NULL) {
        PyErr_SetString(PyExc_ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
        return NULL;
    }
    m = new_managed();
    if (m == NULL)
        return NULL;
    m->master = *info;
    m->master.obj = NULL; /* the caller releases what he has */
    return view_of(m);
}

PyObject *PyMemoryView_FromMemory(char *memory, Py_ssize_t size, int flags)
{
    _PyManagedBufferObject *m = new_managed();

    if (m == NULL)
        return NULL;
    PyBuffer_FillInfo(&m->master, NULL, memory, size, !(flags & PyBUF_WRITE), PyBUF_FULL_RO);
    return view_of(m);
}

/* The items of v, one behind the other, in a new bytes object. */
static PyObject *packed_bytes(const Py_buffer *b, char order)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, b->len);

    if (bytes != NULL)
        rm_buffer_pack(PyBytes_AS_STRING(bytes), b, order);
    return bytes;
}

static PyObject *packed_view(PyObject *op, char order)
{
    const Py_buffer *b = PyMemoryView_GET_BUFFER(op);
    PyObject *bytes = packed_bytes(b, order), *flat, *v;
    Py_ssize_t strides[PyBUF_MAX_NDIM], step = b->itemsize;
    Py_buffer shaped = *b;

    flat = bytes != NULL ? PyMemoryView_FromObject(bytes) : NULL;
    Py_XDECREF(bytes);
    if (flat == NULL)
        return NULL;
    for (int i = 0; order == 'F' && i < b->ndim; i++) {
        strides[i] = step;
        step *= b->shape[i];
    }
    shaped.buf = PyMemoryView_GET_BUFFER(flat)->buf;
    shaped.obj = PyMemoryView_GET_BASE(flat);
    shaped.readonly = 1;
    shaped.strides = order == 'F' ? strides : NULL;
    shaped.suboffsets = NULL;
    v = new_view(((PyMemoryViewObject *)flat)->mbuf, &shaped);
    Py_DECREF(flat);
    return v;
}

PyObject *PyMemoryView_GetContiguous(PyObject *op, int flags, char order)
{
    PyObject *v = PyMemoryView_FromObject(op), *packed = NULL;
    const char *why = NULL;

    if (v == NULL)
        return NULL;
    if (flags == PyBUF_WRITE && PyMemoryView_GET_BUFFER(v)->readonly)
        why = "underlying buffer is not writable";
    else if (PyBuffer_IsContiguous(PyMemoryView_GET_BUFFER(v), order))
        return v;
    else if (flags == PyBUF_WRITE)
        why = "writable contiguous buffer requested for a non-contiguous object.";
    if (why != NULL)
        PyErr_SetString(PyExc_BufferError, why);
    else
        packed = packed_view(v, order);
    Py_DECREF(v);
    return packed;
}

static PyObject *view_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"object", NULL};
    PyObject *op;

    (void)type;
    return PyArg_ParseTupleAndKeywords(args, kwargs, "O:memoryview", names, &op)
               ? PyMemoryView_FromObject(op)
               : NULL;
}

/* ---- the end of a view */

/* False: somebody has a buffer of this view; an exception is set. */
static bool view_release(PyMemoryViewObject *v)
{
    if (v->flags & VIEW_RELEASED)
        return true;
    if (v->exports > 0) {
        PyErr_Format(PyExc_BufferError, "memoryview has %zd exported buffer%s", v->exports,
                     v->exports == 1 ? "" : "s");
        return false;
    }
    v->flags |= VIEW_RELEASED;
    if (--v->mbuf->exports == 0)
        managed_release(v->mbuf);
    return true;
}

static PyObject *release(PyObject *op, PyObject *unused)
{
    (void)unused;
    if (!view_release((PyMemoryViewObject *)op))
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *enter(PyObject *op, PyObject *unused)
{
    (void)unused;
    return is_released(op) ? NULL : Py_NewRef(op);
}

static PyObject *leave(PyObject *op, PyObject *unused)
{
    (void)unused;
    return release(op, NULL);
}

static void view_dealloc(PyObject *op)
{
    PyMemoryViewObject *v = (PyMemoryViewObject *)op;

    PyObject_GC_UnTrack(op);
    view_release(v);
    RM_CLEAR_IN(op, v->mbuf);
    if (v->weakreflist != NULL)
        PyObject_ClearWeakRefs(op);
    PyObject_GC_Del(op);
}

static int view_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PyMemoryViewObject *)op)->mbuf);
    return 0;
}

/* The cycle is broken at the managed buffer, which gives its exporter back. */
static int view_clear(PyObject *op)
{
    PyMemoryViewObject *v = (PyMemoryViewObject *)op;

    if (v->exports == 0)
        view_release(v);
    return 0;
}

/* ---- a view exports as well: what its exporter gave, as far as it was asked for */

static int view_getbuffer(PyObject *op, Py_buffer *out, int flags)
{
    PyMemoryViewObject *v = (PyMemoryViewObject *)op;
    bool dense = PyBuffer_IsContiguous(&v->view, 'C');
    const char *why = NULL;

    out->obj = NULL;
    if (is_released(op))
        return -1;
    if ((flags & PyBUF_WRITABLE) && v->view.readonly)
        why = "memoryview: underlying buffer is not writable";
    else if ((flags & PyBUF_C_CONTIGUOUS) == PyBUF_C_CONTIGUOUS && !dense)
        why = "memoryview: underlying buffer is not C-contiguous";
    else if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES && !dense)
        why = "memoryview: underlying buffer is not C-contiguous";
    if (why != NULL) {
        PyErr_SetString(PyExc_BufferError, why);
        return -1;
    }
    *out = v->view;
    out->obj = op;
    rm_keep_in(out, op);
    if (!(flags & PyBUF_FORMAT))
        out->format = NULL;
    if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES)
        out->strides = NULL;
    if (!(flags & PyBUF_ND))
        out->shape = NULL;
    v->exports++;
    return 0;
}

static void view_releasebuffer(PyObject *op, Py_buffer *out)
{
    (void)out;
    ((PyMemoryViewObject *)op)->exports--;
}

/* ---- items */

static PyObject *sub_view(PyObject *op, PyObject *slice)
{
    PyMemoryViewObject *v = (PyMemoryViewObject *)op;
    Py_ssize_t start, stop, step, n, shape[PyBUF_MAX_NDIM], strides[PyBUF_MAX_NDIM];
    Py_buffer part = v->view;

    if (PySlice_Unpack(slice, &start, &stop, &step) < 0)
        return NULL;
    n = PySlice_AdjustIndices(v->view.shape[0], &start, &stop, step);
    memcpy(shape, part.shape, (size_t)part.ndim * sizeof *shape);
    memcpy(strides, part.strides, (size_t)part.ndim * sizeof *strides);
    part.buf = (char *)part.buf + start * strides[0];
    part.len = shape[0] != 0 ? part.len / shape[0] * n : 0;
    shape[0] = n;
    strides[0] *= step;
    part.shape = shape;
    part.strides = strides;
    return new_view(v->mbuf, &part);
}

/* The place of an item; NULL: no such one, an exception is set. */
static char *place(PyObject *op, PyObject *index)
{
    Py_buffer *b = PyMemoryView_GET_BUFFER(op);
    bool is_tuple = PyTuple_Check(index);
    Py_ssize_t n = is_tuple ? PyTuple_GET_SIZE(index) : 1, at[PyBUF_MAX_NDIM];

    if (n != b->ndim) {
        PyErr_SetString(n > b->ndim ? PyExc_TypeError : PyExc_NotImplementedError,
                        n > b->ndim ? "cannot index memoryview with that many indices"
                                    : "sub-views are not implemented");
        return NULL;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        at[i] = PyNumber_AsSsize_t(is_tuple ? PyTuple_GET_ITEM(index, i) : index, PyExc_IndexError);
        if (at[i] == -1 && PyErr_Occurred())
            return NULL;
        at[i] += at[i] < 0 ? b->shape[i] : 0;
        if (at[i] < 0 || at[i] >= b->shape[i]) {
            PyErr_Format(PyExc_IndexError, "index out of bounds on dimension %zd", i + 1);
            return NULL;
        }
    }
    return PyBuffer_GetPointer(b, at);
}

static bool is_index(PyObject *op, PyObject *key)
{
    if (PyIndex_Check(key) || PyTuple_Check(key))
        return true;
    if (PySlice_Check(key) && PyMemoryView_GET_BUFFER(op)->ndim > 0)
        return false;
    PyErr_SetString(PyExc_TypeError, "memoryview: invalid slice key");
    return false;
}

static PyObject *view_subscript(PyObject *op, PyObject *key)
{
    const char *at;

    if (is_released(op))
        return NULL;
    if (!is_index(op, key))
        return PyErr_Occurred() ? NULL : sub_view(op, key);
    at = place(op, key);
    return at != NULL ? rm_buffer_item(at, PyMemoryView_GET_BUFFER(op)->format) : NULL;
}

/* Another buffer of the same shape and format; the two may overlap. */
static int set_slice(PyObject *op, PyObject *slice, PyObject *value)
{
    PyObject *to = sub_view(op, slice), *from = to != NULL ? PyMemoryView_FromObject(value) : NULL;
    PyObject *bytes = from != NULL ? packed_bytes(PyMemoryView_GET_BUFFER(from), 'C') : NULL;
    int rc = -1;

    if (bytes != NULL) {
        const Py_buffer *x = PyMemoryView_GET_BUFFER(to), *y = PyMemoryView_GET_BUFFER(from);

        if (x->ndim == 1 && y->ndim == 1 && x->shape[0] == y->shape[0] && strcmp(x->format, y->format) == 0)
            rc = 0;
        else
            PyErr_SetString(PyExc_ValueError,
                            "memoryview assignment: lvalue and rvalue have different structures");
        for (Py_ssize_t i = 0; rc == 0 && i < x->shape[0]; i++)
            memcpy((char *)x->buf + i * x->strides[0], PyBytes_AS_STRING(bytes) + i * x->itemsize,
                   (size_t)x->itemsize);
    }
    Py_XDECREF(bytes);
    Py_XDECREF(from);
    Py_XDECREF(to);
    return rc;
}

static int view_ass_subscript(PyObject *op, PyObject *key, PyObject *value)
{
    const Py_buffer *b = PyMemoryView_GET_BUFFER(op);
    const char *why = value == NULL ? "cannot delete memory" : b->readonly ? "cannot modify read-only memory" : NULL;
    char *at;

    if (is_released(op))
        return -1;
    if (why != NULL) {
        PyErr_SetString(PyExc_TypeError, why);
        return -1;
    }
    if (!is_index(op, key))
        return PyErr_Occurred() ? -1 : set_slice(op, key, value);
    at = place(op, key);
    return at != NULL ? rm_buffer_put(at, b->format, value) : -1;
}

static Py_ssize_t view_length(PyObject *op)
{
    const Py_buffer *b = PyMemoryView_GET_BUFFER(op);

    if (is_released(op))
        return -1;
    return b->ndim == 0 ? 1 : b->shape[0];
}

static PyObject *view_item(PyObject *op, Py_ssize_t i)
{
    PyObject *index = PyLong_FromSsize_t(i), *item = index != NULL ? view_subscript(op, index) : NULL;

    Py_XDECREF(index);
    return item;
}

/* ---- methods */

static PyObject *tobytes(PyObject *op, PyObject *unused)
{
    (void)unused;
    return is_released(op) ? NULL : packed_bytes(PyMemoryView_GET_BUFFER(op), 'C');
}

static PyObject *list_from(const Py_buffer *b, int dimension, char *at)
{
    PyObject *list = PyList_New(b->shape[dimension]);

    for (Py_ssize_t i = 0; list != NULL && i < b->shape[dimension]; i++) {
        char *item_at = rm_buffer_step(b, dimension, at, i);
        PyObject *item = dimension + 1 < b->ndim ? list_from(b, dimension + 1, item_at)
                                                 : rm_buffer_item(item_at, b->format);

        if (item == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

static PyObject *tolist(PyObject *op, PyObject *unused)
{
    const Py_buffer *b = PyMemoryView_GET_BUFFER(op);

    (void)unused;
    if (is_released(op))
        return NULL;
    return b->ndim == 0 ? rm_buffer_item(b->buf, b->format) : list_from(b, 0, b->buf);
}

static PyMethodDef view_methods[] = {{"release", release, METH_NOARGS, NULL},
                                     {"tobytes", tobytes, METH_NOARGS, NULL},
                                     {"tolist", tolist, METH_NOARGS, NULL},
                                     {"__enter__", enter, METH_NOARGS, NULL},
                                     {"__exit__", leave, METH_VARARGS, NULL},
                                     {NULL, NULL, 0, NULL}};

/* ---- what can be asked of a view */

typedef enum { OBJ, NBYTES, READONLY, ITEMSIZE, FORMAT, NDIM, SHAPE, STRIDES, DENSE_C, DENSE_F, DENSE_A } asked;

static PyObject *tuple_of(const Py_ssize_t *values, int n)
{
    PyObject *tuple = PyTuple_New(n);

    for (int i = 0; tuple != NULL && i < n; i++) {
        PyObject *v = PyLong_FromSsize_t(values[i]);

        if (v == NULL) {
            Py_CLEAR(tuple);
            break;
        }
        PyTuple_SET_ITEM(tuple, i, v);
    }
    return tuple;
}

static PyObject *ask(PyObject *op, void *what)
{
    const Py_buffer *b = PyMemoryView_GET_BUFFER(op);

    if (is_released(op))
        return NULL;
    switch ((asked)(size_t)what) {
    case OBJ: return Py_NewRef(b->obj != NULL ? b->obj : Py_None);
    case NBYTES: return PyLong_FromSsize_t(b->len);
    case READONLY: return PyBool_FromLong(b->readonly);
    case ITEMSIZE: return PyLong_FromSsize_t(b->itemsize);
    case FORMAT: return PyUnicode_FromString(b->format);
    case NDIM: return PyLong_FromLong(b->ndim);
    case SHAPE: return tuple_of(b->shape, b->ndim);
    case STRIDES: return tuple_of(b->strides, b->ndim);
    case DENSE_C: return PyBool_FromLong(PyBuffer_IsContiguous(b, 'C'));
    case DENSE_F: return PyBool_FromLong(PyBuffer_IsContiguous(b, 'F'));
    default: return PyBool_FromLong(PyBuffer_IsContiguous(b, 'A'));
    }
}

#define ASK(name, what) {name, ask, NULL, NULL, (void *)(what)}
static PyGetSetDef view_getset[] = {ASK("obj", OBJ), ASK("nbytes", NBYTES), ASK("readonly", READONLY),
                                    ASK("itemsize", ITEMSIZE), ASK("format", FORMAT), ASK("ndim", NDIM),
                                    ASK("shape", SHAPE), ASK("strides", STRIDES),
                                    ASK("c_contiguous", DENSE_C), ASK("f_contiguous", DENSE_F),
                                    ASK("contiguous", DENSE_A), {NULL, NULL, NULL, NULL, NULL}};

static PyObject *view_repr(PyObject *op)
{
    bool released = ((PyMemoryViewObject *)op)->flags & VIEW_RELEASED;

    return PyUnicode_FromFormat(released ? "<released memory at %p>" : "<memory at %p>", (void *)op);
}

/* Equal bytes of a read-only view are equal keys; bytes have the same hash. */
static Py_hash_t view_hash(PyObject *op)
{
    PyMemoryViewObject *v = (PyMemoryViewObject *)op;
    PyObject *bytes;

    if (v->hash != -1)
        return v->hash;
    if (is_released(op))
        return -1;
    if (!v->view.readonly) {
        PyErr_SetString(PyExc_ValueError, "cannot hash writable memoryview object");
        return -1;
    }
    bytes = packed_bytes(&v->view, 'C');
    if (bytes == NULL)
        return -1;
    v->hash = PyObject_Hash(bytes);
    Py_DECREF(bytes);
    return v->hash;
}

/* Items are compared by value, whatever their formats are. */
static PyObject *compare_lists(PyObject *a, PyObject *b, int op)
{
    PyObject *x = tolist(a, NULL), *y = x != NULL ? tolist(b, NULL) : NULL, *result = NULL;

    if (y != NULL)
        result = PyObject_RichCompare(x, y, op);
    Py_XDECREF(x);
    Py_XDECREF(y);
    return result;
}

static PyObject *view_richcompare(PyObject *a, PyObject *b, int op)
{
    PyObject *other, *result;

    if (op != Py_EQ && op != Py_NE)
        Py_RETURN_NOTIMPLEMENTED;
    if (((PyMemoryViewObject *)a)->flags & VIEW_RELEASED)
        return PyBool_FromLong((a == b) == (op == Py_EQ));
    other = PyMemoryView_FromObject(b);
    if (other == NULL) {
        PyErr_Clear();
        Py_RETURN_NOTIMPLEMENTED;
    }
    result = compare_lists(a, other, op);
    Py_DECREF(other);
    return result;
}

static PyBufferProcs view_as_buffer = {view_getbuffer, view_releasebuffer};
static PySequenceMethods view_as_sequence = {.sq_length = view_length, .sq_item = view_item};
static PyMappingMethods view_as_mapping = {view_length, view_subscript, view_ass_subscript};

PyTypeObject PyMemoryView_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "memoryview",
    .tp_basicsize = offsetof(PyMemoryViewObject, ob_array),
    .tp_itemsize = sizeof(Py_ssize_t),
    .tp_dealloc = view_dealloc,
    .tp_repr = view_repr,
    .tp_as_sequence = &view_as_sequence,
    .tp_as_mapping = &view_as_mapping,
    .tp_hash = view_hash,
    .tp_as_buffer = &view_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_SEQUENCE,
    .tp_traverse = view_traverse,
    .tp_clear = view_clear,
    .tp_richcompare = view_richcompare,
    .tp_weaklistoffset = offsetof(PyMemoryViewObject, weakreflist),
    .tp_methods = view_methods,
    .tp_getset = view_getset,
    .tp_new = view_new,
};
