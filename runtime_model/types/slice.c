/* slice. One dead slice is kept by the runtime and used for the next. */
#include "core_int.h"

#include "text.h"

PyObject *PySlice_New(PyObject *start, PyObject *stop, PyObject *step)
{
    rm_runtime *rt = rm_now;
    PySliceObject *op = (PySliceObject *)rt->slice;

    if (op != NULL) {
        rt->slice = NULL;
        _Py_NewReference((PyObject *)op);
    } else {
        op = PyObject_GC_New(PySliceObject, &PySlice_Type);
        if (op == NULL)
            return NULL;
    }
    op->start = Py_NewRef(start != NULL ? start : Py_None);
    op->stop = Py_NewRef(stop != NULL ? stop : Py_None);
    op->step = Py_NewRef(step != NULL ? step : Py_None);
    RM_STORED(op, op->start);
    RM_STORED(op, op->stop);
    RM_STORED(op, op->step);
    rm_gc_track((PyObject *)op);
    return (PyObject *)op;
}

static void slice_dealloc(PyObject *op)
{
    rm_runtime *rt = rm_now;
    PySliceObject *slice = (PySliceObject *)op;

    PyObject_GC_UnTrack(op);
    RM_CLEAR_IN(op, slice->step);
    RM_CLEAR_IN(op, slice->start);
    RM_CLEAR_IN(op, slice->stop);
    if (rt->slice != NULL || rt->ending || (rt->checked != NULL && !rt->options.reuse)) {
        PyObject_GC_Del(op);
        return;
    }
#ifdef RM_CHECKED
    rm_checked_unlisted(op);
#endif
    rt->slice = op;
}

void rm_slice_stop(rm_runtime *rt)
{
    PyObject *op = rt->slice;

    rt->slice = NULL;
    if (op != NULL)
        rm_gc_free(op);
}

static int slice_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PySliceObject *)op)->start);
    Py_VISIT(((PySliceObject *)op)->stop);
    Py_VISIT(((PySliceObject *)op)->step);
    return 0;
}

/* ---- as numbers */

/* What does not fit is cut to the largest or smallest. */
int _PyEval_SliceIndex(PyObject *op, Py_ssize_t *out)
{
    Py_ssize_t value;

    if (op == Py_None)
        return 1;
    if (!PyIndex_Check(op)) {
        PyErr_SetString(PyExc_TypeError,
                        "slice indices must be integers or None or have an __index__ method");
        return 0;
    }
    value = PyNumber_AsSsize_t(op, NULL);
    if (value == -1 && PyErr_Occurred())
        return 0;
    *out = value;
    return 1;
}

int PySlice_Unpack(PyObject *op, Py_ssize_t *start, Py_ssize_t *stop, Py_ssize_t *step)
{
    PySliceObject *slice = (PySliceObject *)op;

    *step = 1;
    if (!_PyEval_SliceIndex(slice->step, step))
        return -1;
    if (*step == 0) {
        PyErr_SetString(PyExc_ValueError, "slice step cannot be zero");
        return -1;
    }
    *step = Py_MAX(*step, -PY_SSIZE_T_MAX); /* its negative exists */
    *start = *step < 0 ? PY_SSIZE_T_MAX : 0;
    *stop = *step < 0 ? PY_SSIZE_T_MIN : PY_SSIZE_T_MAX;
    if (!_PyEval_SliceIndex(slice->start, start) || !_PyEval_SliceIndex(slice->stop, stop))
        return -1;
    return 0;
}

static Py_ssize_t adjust(Py_ssize_t i, Py_ssize_t length, bool backwards)
{
    if (i < 0)
        return i + length >= 0 ? i + length : backwards ? -1 : 0;
    return i < length ? i : backwards ? length - 1 : length;
}

/* How many items the slice takes. */
Py_ssize_t PySlice_AdjustIndices(Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop,
                                 Py_ssize_t step)
{
    *start = adjust(*start, length, step < 0);
    *stop = adjust(*stop, length, step < 0);
    if (step < 0)
        return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
    return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

int PySlice_GetIndicesEx(PyObject *op, Py_ssize_t length, Py_ssize_t *start, Py_ssize_t *stop,
                         Py_ssize_t *step, Py_ssize_t *n)
{
    if (PySlice_Unpack(op, start, stop, step) < 0)
        return -1;
    *n = PySlice_AdjustIndices(length, start, stop, *step);
    return 0;
}

/* ---- slots */

static PyObject *slice_repr(PyObject *op)
{
    PySliceObject *slice = (PySliceObject *)op;

    return PyUnicode_FromFormat("slice(%R, %R, %R)", slice->start, slice->stop, slice->step);
}

static PyObject *slice_richcompare(PyObject *a, PyObject *b, int op)
{
    PySliceObject *x = (PySliceObject *)a, *y = (PySliceObject *)b;
    PyObject *left, *right, *answer = NULL;

    if (!PySlice_Check(a) || !PySlice_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    if (a == b)
        Py_RETURN_RICHCOMPARE(0, 0, op);
    left = PyTuple_Pack(3, x->start, x->stop, x->step);
    right = left != NULL ? PyTuple_Pack(3, y->start, y->stop, y->step) : NULL;
    if (right != NULL)
        answer = PyObject_RichCompare(left, right, op);
    Py_XDECREF(left);
    Py_XDECREF(right);
    return answer;
}

PyTypeObject PySlice_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "slice",
    .tp_basicsize = sizeof(PySliceObject),
    .tp_dealloc = slice_dealloc,
    .tp_repr = slice_repr,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slice_traverse,
    .tp_richcompare = slice_richcompare,
    .tp_free = PyObject_GC_Del,
};
