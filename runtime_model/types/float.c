/* float: the plainest type; its free list is a hundred long. */
#include "core_int.h"

#include "freelist.h"

PyObject *PyFloat_FromDouble(double value)
{
    rm_runtime *rt = rm_now;
    PyFloatObject *op = (PyFloatObject *)rm_free_list_take(&rt->free_lists[RM_FREE_FLOAT]);

    if (RM_UNLIKELY(op == NULL)) {
        op = rm_malloc(rt->alloc, RM_DOMAIN_OBJ, sizeof *op);
        if (op == NULL)
            return PyErr_NoMemory();
        rm_object_start((PyObject *)op, &PyFloat_Type);
    }
    op->ob_fval = value;
    return (PyObject *)op;
}

static void float_dealloc(PyObject *op)
{
    if (!PyFloat_CheckExact(op))
        Py_TYPE(op)->tp_free(op);
    else if (!rm_free_list_give(&rm_now->free_lists[RM_FREE_FLOAT], op))
        PyObject_Free(op);
}

double PyFloat_AsDouble(PyObject *op)
{
    if (op != NULL && PyFloat_Check(op))
        return PyFloat_AS_DOUBLE(op);
    if (op != NULL && PyLong_Check(op)) {
        long value = PyLong_AsLong(op);

        return (double)value;
    }
    if (op == NULL)
        PyErr_BadArgument();
    else
        PyErr_Format(PyExc_TypeError, "must be real number, not %.50s", Py_TYPE(op)->tp_name);
    return -1.0;
}

/* A whole number hashes as the int it equals. */
Py_hash_t _Py_HashDouble(PyObject *op, double value)
{
    const uint64_t modulus = ((uint64_t)1 << 61) - 1;
    double mantissa;
    uint64_t x = 0;
    int exponent;

    if (isnan(value))
        return _Py_HashPointer(op);
    if (isinf(value))
        return value > 0 ? 314159 : -314159;
    mantissa = frexp(fabs(value), &exponent);
    while (mantissa != 0) {
        uint64_t digits;

        x = (x << 28 & modulus) | x >> 33;
        mantissa *= 268435456.0;
        exponent -= 28;
        digits = (uint64_t)mantissa;
        mantissa -= (double)digits;
        x += digits;
        if (x >= modulus)
            x -= modulus;
    }
    exponent = exponent >= 0 ? exponent % 61 : 60 - (-1 - exponent) % 61;
    x = (x << exponent & modulus) | x >> (61 - exponent);
    if (value < 0)
        x = (uint64_t)-(int64_t)x;
    return (Py_hash_t)x == -1 ? -2 : (Py_hash_t)x;
}

static Py_hash_t float_hash(PyObject *op)
{
    return _Py_HashDouble(op, PyFloat_AS_DOUBLE(op));
}

static PyObject *float_richcompare(PyObject *a, PyObject *b, int op)
{
    double x = PyFloat_AS_DOUBLE(a), y;

    if (!PyFloat_Check(b) && !PyLong_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    y = PyFloat_AsDouble(b);
    if (y == -1.0 && PyErr_Occurred())
        return NULL;
    Py_RETURN_RICHCOMPARE(x, y, op);
}

static int float_bool(PyObject *op)
{
    return PyFloat_AS_DOUBLE(op) != 0.0;
}

static PyNumberMethods float_as_number = {.nb_bool = float_bool};

PyTypeObject PyFloat_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "float",
    .tp_basicsize = sizeof(PyFloatObject),
    .tp_dealloc = float_dealloc,
    .tp_as_number = &float_as_number,
    .tp_hash = float_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_richcompare = float_richcompare,
};
