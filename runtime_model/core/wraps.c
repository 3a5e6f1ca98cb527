/* Slots of C as methods: each wrapper takes its arguments from a tuple and calls the slot. */
#include "slots_int.h"

/* n arguments, no names. */
static bool takes(PyObject *args, PyObject *kwargs, Py_ssize_t least, Py_ssize_t most)
{
    Py_ssize_t n = PyTuple_GET_SIZE(args);

    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)
        PyErr_SetString(PyExc_TypeError, "wrapper takes no keyword arguments");
    else if (n < least || n > most)
        PyErr_Format(PyExc_TypeError, "expected %zd argument%s, got %zd", least, least == 1 ? "" : "s", n);
    else
        return true;
    return false;
}

static PyObject *arg(PyObject *args, Py_ssize_t i)
{
    return PyTuple_GET_ITEM(args, i);
}

static PyObject *done(int rc)
{
    if (rc < 0)
        return NULL;
    Py_RETURN_NONE;
}

#define WRAP(name, least, most, ...)                                                            \
    PyObject *rm_##name(PyObject *self, PyObject *args, void *wrapped, PyObject *kwargs)        \
    {                                                                                           \
        if (!takes(args, kwargs, least, most))                                                  \
            return NULL;                                                                        \
        return __VA_ARGS__;                                                                     \
    }

static PyObject *truth(int result)
{
    return result == -1 && PyErr_Occurred() ? NULL : PyBool_FromLong(result);
}

static PyObject *number(Py_ssize_t result)
{
    return result == -1 && PyErr_Occurred() ? NULL : PyLong_FromSsize_t(result);
}

/* A number that does not know the other operand's type is not asked with the two exchanged. */
static PyObject *reflected(PyObject *self, PyObject *other, binaryfunc f)
{
    return f(other, self);
}

static PyObject *next(PyObject *self, iternextfunc f)
{
    PyObject *item = f(self);

    if (item == NULL && !PyErr_Occurred())
        PyErr_SetNone(PyExc_StopIteration);
    return item;
}

static PyObject *or_none(PyObject *args, Py_ssize_t i)
{
    return PyTuple_GET_SIZE(args) > i ? arg(args, i) : Py_None;
}

WRAP(wrap_unary, 0, 0, ((unaryfunc)wrapped)(self))
WRAP(wrap_binary, 1, 1, ((binaryfunc)wrapped)(self, arg(args, 0)))
/* Not wrap_binary: a number does not take over what a sequence has for the same name. */
WRAP(wrap_concat, 1, 1, ((binaryfunc)wrapped)(self, arg(args, 0)))
WRAP(wrap_reflected, 1, 1, reflected(self, arg(args, 0), (binaryfunc)wrapped))
WRAP(wrap_power, 1, 2, ((ternaryfunc)wrapped)(self, arg(args, 0), or_none(args, 1)))
WRAP(wrap_reflected_power, 1, 2, ((ternaryfunc)wrapped)(arg(args, 0), self, or_none(args, 1)))
WRAP(wrap_hash, 0, 0, number(((hashfunc)wrapped)(self)))
WRAP(wrap_length, 0, 0, number(((lenfunc)wrapped)(self)))
WRAP(wrap_truth, 0, 0, truth(((inquiry)wrapped)(self)))
WRAP(wrap_contains, 1, 1, truth(((objobjproc)wrapped)(self, arg(args, 0))))
WRAP(wrap_next, 0, 0, next(self, (iternextfunc)wrapped))
WRAP(wrap_lt, 1, 1, ((richcmpfunc)wrapped)(self, arg(args, 0), Py_LT))
WRAP(wrap_le, 1, 1, ((richcmpfunc)wrapped)(self, arg(args, 0), Py_LE))
WRAP(wrap_eq, 1, 1, ((richcmpfunc)wrapped)(self, arg(args, 0), Py_EQ))
WRAP(wrap_ne, 1, 1, ((richcmpfunc)wrapped)(self, arg(args, 0), Py_NE))
WRAP(wrap_gt, 1, 1, ((richcmpfunc)wrapped)(self, arg(args, 0), Py_GT))
WRAP(wrap_ge, 1, 1, ((richcmpfunc)wrapped)(self, arg(args, 0), Py_GE))
WRAP(wrap_setattr, 2, 2, done(((setattrofunc)wrapped)(self, arg(args, 0), arg(args, 1))))
WRAP(wrap_delattr, 1, 1, done(((setattrofunc)wrapped)(self, arg(args, 0), NULL)))
WRAP(wrap_setitem, 2, 2, done(((objobjargproc)wrapped)(self, arg(args, 0), arg(args, 1))))
WRAP(wrap_delitem, 1, 1, done(((objobjargproc)wrapped)(self, arg(args, 0), NULL)))
WRAP(wrap_descr_set, 2, 2, done(((descrsetfunc)wrapped)(self, arg(args, 0), arg(args, 1))))
WRAP(wrap_descr_delete, 1, 1, done(((descrsetfunc)wrapped)(self, arg(args, 0), NULL)))
WRAP(wrap_descr_get, 1, 2,
     ((descrgetfunc)wrapped)(self, arg(args, 0) == Py_None ? NULL : arg(args, 0),
                             or_none(args, 1) == Py_None ? NULL : or_none(args, 1)))

/* ---- items by position: a negative one counts from the end when there is a length */

static Py_ssize_t position(PyObject *self, PyObject *index)
{
    Py_ssize_t i = PyNumber_AsSsize_t(index, PyExc_OverflowError), n;
    PySequenceMethods *seq = Py_TYPE(self)->tp_as_sequence;

    if (i >= 0 || PyErr_Occurred() || seq == NULL || seq->sq_length == NULL)
        return i;
    n = seq->sq_length(self);
    return n < 0 ? -1 : i + n;
}

static PyObject *indexed(PyObject *self, PyObject *index, ssizeargfunc f, bool is_position)
{
    Py_ssize_t i = is_position ? position(self, index) : PyNumber_AsSsize_t(index, PyExc_OverflowError);

    return i == -1 && PyErr_Occurred() ? NULL : f(self, i);
}

static PyObject *set_indexed(PyObject *self, PyObject *index, PyObject *value, ssizeobjargproc f)
{
    Py_ssize_t i = position(self, index);

    return i == -1 && PyErr_Occurred() ? NULL : done(f(self, i, value));
}

WRAP(wrap_indexed, 1, 1, indexed(self, arg(args, 0), (ssizeargfunc)wrapped, false))
WRAP(wrap_item, 1, 1, indexed(self, arg(args, 0), (ssizeargfunc)wrapped, true))
WRAP(wrap_set_item, 2, 2, set_indexed(self, arg(args, 0), arg(args, 1), (ssizeobjargproc)wrapped))
WRAP(wrap_del_item, 1, 1, set_indexed(self, arg(args, 0), NULL, (ssizeobjargproc)wrapped))

static PyObject *finalize(PyObject *self, destructor f)
{
    f(self);
    Py_RETURN_NONE;
}

WRAP(wrap_del, 0, 0, finalize(self, (destructor)wrapped))

/* ---- those that take arguments by name */

PyObject *rm_wrap_call(PyObject *self, PyObject *args, void *wrapped, PyObject *kwargs)
{
    return ((ternaryfunc)wrapped)(self, args, kwargs);
}

PyObject *rm_wrap_init(PyObject *self, PyObject *args, void *wrapped, PyObject *kwargs)
{
    return done(((initproc)wrapped)(self, args, kwargs));
}
