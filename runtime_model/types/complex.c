/* complex: kept, compared and hashed; the model does not compute with it. */
#include "core_int.h"

#include "text.h"

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

/* As a float, without the ".0" of a whole number. */
static int put_part(rm_text *text, double value, bool sign)
{
    PyObject *f = PyFloat_FromDouble(value), *s = f != NULL ? PyObject_Repr(f) : NULL;
    Py_ssize_t length = s != NULL ? PyUnicode_GET_LENGTH(s) : 0;

    Py_XDECREF(f);
    if (s == NULL) {
        text->failed = true;
        return -1;
    }
    if (PyUnicode_READ_CHAR(s, 0) != '-' && sign)
        rm_text_char(text, '+');
    if (length > 2 && PyUnicode_READ_CHAR(s, length - 1) == '0' && PyUnicode_READ_CHAR(s, length - 2) == '.')
        length -= 2;
    rm_text_part(text, s, 0, length);
    Py_DECREF(s);
    return 0;
}

static PyObject *complex_repr(PyObject *op)
{
    Py_complex value = ((PyComplexObject *)op)->cval;
    bool both = value.real != 0.0 || signbit(value.real);
    rm_text text = RM_TEXT_START;

    if (both) {
        rm_text_char(&text, '(');
        put_part(&text, value.real, false);
    }
    put_part(&text, value.imag, both);
    rm_text_ascii(&text, both ? "j)" : "j");
    return rm_text_finish(&text);
}

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
    .tp_repr = complex_repr,
    .tp_as_number = &complex_as_number,
    .tp_hash = complex_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_richcompare = complex_richcompare,
    .tp_free = PyObject_Free,
};
