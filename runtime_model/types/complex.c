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

/* ---- arithmetic on the C struct */

Py_complex _Py_c_sum(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real + b.real, a.imag + b.imag};
}

Py_complex _Py_c_diff(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real - b.real, a.imag - b.imag};
}

Py_complex _Py_c_neg(Py_complex a)
{
    return (Py_complex){-a.real, -a.imag};
}

Py_complex _Py_c_prod(Py_complex a, Py_complex b)
{
    return (Py_complex){a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

/* By the larger part of the divisor, so that its square does not overflow. */
Py_complex _Py_c_quot(Py_complex a, Py_complex b)
{
    double ratio, by;

    if (b.real == 0.0 && b.imag == 0.0) {
        errno = EDOM;
        return (Py_complex){0.0, 0.0};
    }
    if (fabs(b.real) >= fabs(b.imag)) {
        ratio = b.imag / b.real;
        by = b.real + b.imag * ratio;
        return (Py_complex){(a.real + a.imag * ratio) / by, (a.imag - a.real * ratio) / by};
    }
    ratio = b.real / b.imag;
    by = b.real * ratio + b.imag;
    return (Py_complex){(a.real * ratio + a.imag) / by, (a.imag * ratio - a.real) / by};
}

Py_complex _Py_c_pow(Py_complex a, Py_complex b)
{
    double length, angle, turn;

    if (b.real == 0.0 && b.imag == 0.0)
        return (Py_complex){1.0, 0.0};
    if (a.real == 0.0 && a.imag == 0.0) {
        if (b.imag != 0.0 || b.real < 0.0)
            errno = EDOM;
        return (Py_complex){0.0, 0.0};
    }
    angle = atan2(a.imag, a.real);
    length = pow(hypot(a.real, a.imag), b.real);
    turn = angle * b.real;
    if (b.imag != 0.0) {
        length /= exp(angle * b.imag);
        turn += b.imag * log(hypot(a.real, a.imag));
    }
    return (Py_complex){length * cos(turn), length * sin(turn)};
}

double _Py_c_abs(Py_complex a)
{
    return hypot(a.real, a.imag);
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
    if (length > 2 && PyUnicode_READ_CHAR(s, length - 1) == '0' &&
        PyUnicode_READ_CHAR(s, length - 2) == '.')
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
