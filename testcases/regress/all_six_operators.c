/* tp_richcompare gets one of six operators, and no other number. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long value;
} Number;

static int order_of(PyObject *a, PyObject *b)
{
    long x = ((Number *)a)->value, y = ((Number *)b)->value;
    return (x > y) - (x < y);
}

static PyObject *plain_compare(PyObject *a, PyObject *b, int op)
{
    int order = order_of(a, b), result;
    switch (op) {
    case Py_LT: result = order < 0; break;
    case Py_LE: result = order <= 0; break;
    case Py_EQ: result = order == 0; break;
    case Py_NE: result = order != 0; break;
    case Py_GT: result = order > 0; break;
    case Py_GE: result = order >= 0; break;
    default: return NULL;
    }
    return PyBool_FromLong(result);
}

static PyObject *text_compare(PyObject *a, PyObject *b, int op)
{
    PyObject *left = PyObject_Str(a);
    if (left == NULL)
        return NULL;
    int result;
    switch (op) {
    case Py_EQ: result = order_of(a, b) == 0; break;
    case Py_NE: result = order_of(a, b) != 0; break;
    case Py_LT:
    case Py_LE:
    case Py_GT:
    case Py_GE:
        Py_DECREF(left);
        Py_RETURN_NOTIMPLEMENTED;
    default:
        Py_UNREACHABLE();
    }
    Py_DECREF(left);
    return PyBool_FromLong(result);
}

static PyObject *kept_compare(PyObject *a, PyObject *b, int op)
{
    PyObject *result = NULL;
    switch (op) {
    case Py_LT: result = order_of(a, b) < 0 ? Py_True : Py_False; break;
    case Py_LE: result = order_of(a, b) <= 0 ? Py_True : Py_False; break;
    case Py_EQ: result = order_of(a, b) == 0 ? Py_True : Py_False; break;
    case Py_NE: result = order_of(a, b) != 0 ? Py_True : Py_False; break;
    case Py_GT: result = order_of(a, b) > 0 ? Py_True : Py_False; break;
    case Py_GE: result = order_of(a, b) >= 0 ? Py_True : Py_False; break;
    }
    Py_INCREF(result);
    return result;
}

/* ---- an operator is missing, or something is left over */

static PyObject *five_compare(PyObject *a, PyObject *b, int op)
{
    int order = order_of(a, b), result;
    switch (op) {
    case Py_LT: result = order < 0; break;
    case Py_LE: result = order <= 0; break;
    case Py_EQ: result = order == 0; break;
    case Py_NE: result = order != 0; break;
    case Py_GT: result = order > 0; break;
    default: return NULL;                    // expect: RW702
    }
    return PyBool_FromLong(result);
}

static PyObject *text_compare_leaking(PyObject *a, PyObject *b, int op)
{
    PyObject *left = PyObject_Str(a);
    if (left == NULL)
        return NULL;
    switch (op) {
    case Py_EQ:
    case Py_NE:
        break;
    default:
        Py_RETURN_NOTIMPLEMENTED;            // expect: RW102 'left'
    }
    PyObject *result = PyObject_RichCompare(left, b, op);
    Py_DECREF(left);
    return result;
}

static PyObject *unowned_compare(PyObject *a, PyObject *b, int op)
{
    switch (op) {
    case Py_EQ: return order_of(a, b) == 0 ? Py_True : Py_False; // expect: RW301
    case Py_NE: return PyBool_FromLong(order_of(a, b));
    default: Py_RETURN_NOTIMPLEMENTED;
    }
}

#define COMPARED(id, slot) \
    static PyTypeObject id = { \
        PyVarObject_HEAD_INIT(NULL, 0) \
        .tp_name = "operators.Number", \
        .tp_basicsize = sizeof(Number), \
        .tp_richcompare = slot, \
    }

COMPARED(Plain_Type, plain_compare);
COMPARED(Text_Type, text_compare);
COMPARED(Kept_Type, kept_compare);
COMPARED(Five_Type, five_compare);
COMPARED(Leaking_Type, text_compare_leaking);
COMPARED(Unowned_Type, unowned_compare);
