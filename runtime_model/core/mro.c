/* Several bases: in which order they are asked, whose layout an instance has, which type makes the class.
 *
 *     order   C3: a type stands before its bases, bases in the order they were named, and so in every
 *             class; where that cannot be, there is no class
 *     layout  of the base whose instances have the most fields of their own; two that both add fields
 *             to what they share do not go together
 */
#include "core_int.h"

typedef struct {
    PyObject **lists; /* borrowed tuples: each base's order, then the bases themselves */
    Py_ssize_t *at;   /* how much of each is done */
    Py_ssize_t n;
} merge;

static PyTypeObject *type_at(PyObject *tuple, Py_ssize_t i)
{
    return (PyTypeObject *)PyTuple_GET_ITEM(tuple, i);
}

static bool is_head(const merge *m, Py_ssize_t i)
{
    return m->at[i] < PyTuple_GET_SIZE(m->lists[i]);
}

/* Does op still have to wait for what stands before it somewhere? */
static bool is_behind(const merge *m, const PyObject *op)
{
    for (Py_ssize_t i = 0; i < m->n; i++)
        for (Py_ssize_t j = m->at[i] + 1; j < PyTuple_GET_SIZE(m->lists[i]); j++)
            if (PyTuple_GET_ITEM(m->lists[i], j) == op)
                return true;
    return false;
}

/* Borrowed; NULL: every list is done, or each waits for another. */
static PyObject *next_of(const merge *m)
{
    for (Py_ssize_t i = 0; i < m->n; i++)
        if (is_head(m, i) && !is_behind(m, PyTuple_GET_ITEM(m->lists[i], m->at[i])))
            return PyTuple_GET_ITEM(m->lists[i], m->at[i]);
    return NULL;
}

static void step_over(merge *m, const PyObject *op)
{
    for (Py_ssize_t i = 0; i < m->n; i++)
        if (is_head(m, i) && PyTuple_GET_ITEM(m->lists[i], m->at[i]) == op)
            m->at[i]++;
}

static bool is_done(const merge *m)
{
    for (Py_ssize_t i = 0; i < m->n; i++)
        if (is_head(m, i))
            return false;
    return true;
}

static void put(PyObject *mro, Py_ssize_t *n, PyObject *op)
{
    PyTuple_SET_ITEM(mro, *n, Py_NewRef(op));
    ++*n;
}

static PyObject *merged(PyTypeObject *type, merge *m, Py_ssize_t room)
{
    PyObject *mro = PyTuple_New(room), *op;
    Py_ssize_t n = 0;

    if (mro == NULL)
        return NULL;
    put(mro, &n, (PyObject *)type);
    while ((op = next_of(m)) != NULL) {
        put(mro, &n, op);
        step_over(m, op);
    }
    if (!is_done(m)) {
        Py_DECREF(mro);
        return PyErr_Format(PyExc_TypeError,
                            "Cannot create a consistent method resolution order (MRO) for bases of '%.100s'",
                            type->tp_name);
    }
    if (n < room && _PyTuple_Resize(&mro, n) < 0)
        return NULL;
    return mro;
}

static PyObject *of_several(PyTypeObject *type, PyObject *bases)
{
    Py_ssize_t n = PyTuple_GET_SIZE(bases), room = 1;
    merge m = {PyMem_New(PyObject *, n + 1), PyMem_Calloc((size_t)n + 1, sizeof(Py_ssize_t)), n + 1};
    PyObject *mro = NULL;

    for (Py_ssize_t i = 0; m.lists != NULL && i < n; i++) {
        m.lists[i] = type_at(bases, i)->tp_mro;
        room += PyTuple_GET_SIZE(m.lists[i]);
    }
    if (m.lists != NULL && m.at != NULL) {
        m.lists[n] = bases;
        mro = merged(type, &m, room);
    } else {
        PyErr_NoMemory();
    }
    PyMem_Free(m.lists);
    PyMem_Free(m.at);
    return mro;
}

PyObject *rm_type_mro(PyTypeObject *type)
{
    PyObject *bases = type->tp_bases, *mro, *order;
    Py_ssize_t n = PyTuple_GET_SIZE(bases), i = 0;

    if (n > 1)
        return of_several(type, bases);
    order = n == 1 ? type_at(bases, 0)->tp_mro : NULL;
    mro = PyTuple_New(order != NULL ? PyTuple_GET_SIZE(order) + 1 : 1);
    if (mro == NULL)
        return NULL;
    put(mro, &i, (PyObject *)type);
    for (Py_ssize_t j = 0; order != NULL && j < PyTuple_GET_SIZE(order); j++)
        put(mro, &i, PyTuple_GET_ITEM(order, j));
    return mro;
}

/* ---- layout */

/* A dict and a list of weak references are no fields of a layout: every class may add them. */
static bool adds_fields(const PyTypeObject *type, const PyTypeObject *base)
{
    Py_ssize_t size = type->tp_basicsize;

    if (type->tp_itemsize != 0 || base->tp_itemsize != 0)
        return size != base->tp_basicsize || type->tp_itemsize != base->tp_itemsize;
    if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) && type->tp_weaklistoffset > 0 &&
        base->tp_weaklistoffset == 0 && type->tp_weaklistoffset + (Py_ssize_t)sizeof(PyObject *) == size)
        size -= (Py_ssize_t)sizeof(PyObject *);
    if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) && type->tp_dictoffset > 0 && base->tp_dictoffset == 0 &&
        type->tp_dictoffset + (Py_ssize_t)sizeof(PyObject *) == size)
        size -= (Py_ssize_t)sizeof(PyObject *);
    return size != base->tp_basicsize;
}

static PyTypeObject *layout_of(PyTypeObject *type)
{
    while (type->tp_base != NULL && !adds_fields(type, type->tp_base))
        type = type->tp_base;
    return type;
}

PyTypeObject *rm_best_base(PyObject *bases)
{
    PyTypeObject *best = NULL, *winner = NULL;

    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyTypeObject *base = type_at(bases, i), *layout = layout_of(base);

        if (best == NULL || (layout != winner && PyType_IsSubtype(layout, winner))) {
            best = base;
            winner = layout;
        } else if (!PyType_IsSubtype(winner, layout)) {
            PyErr_SetString(PyExc_TypeError, "multiple bases have instance lay-out conflict");
            return NULL;
        }
    }
    return best;
}

/* ---- the type of a class: the most derived of its bases' types and the one that was asked for */

PyTypeObject *_PyType_CalculateMetaclass(PyTypeObject *asked, PyObject *bases)
{
    PyTypeObject *winner = asked;

    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(bases); i++) {
        PyTypeObject *type = Py_TYPE(PyTuple_GET_ITEM(bases, i));

        if (PyType_IsSubtype(winner, type))
            continue;
        if (!PyType_IsSubtype(type, winner)) {
            PyErr_SetString(PyExc_TypeError,
                            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass "
                            "of the metaclasses of all its bases");
            return NULL;
        }
        winner = type;
    }
    return winner;
}
