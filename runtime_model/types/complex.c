/* complex: kept, compared and hashed; the model does not compute with it. */
#include "core_int.h"

PyObject *PyComplex_FromCComplex(Py_complex value)
{
    PyComplexObject *op = PyObject_New(PyComplexObject, &PyComplex_Type);

    if (op != NULL)
        op->cval = value;
    return (PyObject *)op;
}

PyObject *PyComplex_FromDoubles(double real, double imag)
{
    return PyComplex_FromCComplex((Py_complex){real, imag});
}

double PyComplex_RealAsDouble(PyObject *op)
{
    return PyComplex_Check(op) ? ((PyComplexObject *)op)->cval.real : PyFloat_AsDouble(op);
}

double PyComplex_ImagAsDouble(PyObject *op)
{
    return PyComplex_Check(op) ? ((PyComplexObject *)op)->cval.imag : 0.0;
}

Py_complex PyComplex_AsCComplex(PyObject *op)
{
    if (PyComplex_Check(op))
        return ((PyComplexObject *)op)->cval;
    return (Py_complex){PyFloat_AsDouble(op), 0.0};
}

/* ---- slots */

static Py_hash_t complex_hash(PyObject *op)
{
    Py_complex value = ((PyComplexObject *)op)->cval;
    Py_uhash_t hash = (Py_uhash_t)_Py_HashDouble(op, value.real) +
                      1000003u * (Py_uhash_t)_Py_HashDouble(op, value.imag);

    return (Py_hash_t)hash == -1 ? -2 : (Py_hash_t)hash;
}

static PyObject *complex_richcompare(PyObject *a, PyObject *b, int op)
{
    Py_complex x = ((PyComplexObject *)a)->cval, y;

    if ((op != Py_EQ && op != Py_NE) || !(PyComplex_Check(b) || PyFloat_Check(b) || PyLong_Check(b)))
        Py_RETURN_NOTIMPLEMENTED;
    y = PyComplex_AsCComplex(b);
    if (y.real == -1.0 && PyErr_Occurred())
        return NULL;
    return PyBool_FromLong((x.real == y.real && x.imag == y.imag) == (op == Py_EQ));
}

static int complex_bool(PyObject *op)
{
    Py_complex value = ((PyComplexObject *)op)->cval;

    return value.real != 0.0 || value.imag != 0.0;
}

static PyNumberMethods complex_as_number = {.nb_bool = complex_bool};

PyTypeObject PyComplex_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "complex",
    .tp_basicsize = sizeof(PyComplexObject),
    .tp_as_number = &complex_as_number,
    .tp_hash = complex_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_richcompare = complex_richcompare,
    .tp_free = PyObject_Free,
};
