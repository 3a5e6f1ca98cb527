/* Functions whose paths cannot be counted: thirty or more objects, each of which is there or not. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define EIGHT(X, p) X(p##0) X(p##1) X(p##2) X(p##3) X(p##4) X(p##5) X(p##6) X(p##7)
#define THIRTYTWO(X) EIGHT(X, a) EIGHT(X, b) EIGHT(X, c) EIGHT(X, d)

#define DECLARE(v) PyObject *v = NULL;
#define RELEASE(v) Py_XDECREF(v);

#define NEXT_FLAG() (flags & (1UL << bit++))
#define MAKE_NUMBER(v)                                         \
    if (NEXT_FLAG() && (v = PyLong_FromUnsignedLong(flags)) == NULL) \
        goto done;
#define MAKE_ATTRIBUTE(v)                                            \
    if (NEXT_FLAG() && (v = PyObject_GetAttrString(arg, #v)) == NULL) \
        goto done;
#define MAKE_LIST(v)                                \
    if (NEXT_FLAG() && (v = PyList_New(0)) == NULL) \
        goto done;
#define BORROW(v)       \
    if (NEXT_FLAG()) {  \
        Py_INCREF(arg); \
        v = arg;        \
    }
#define CALL(v) \
    if (NEXT_FLAG()) \
        v = PyObject_CallNoArgs(arg);
#define CHOOSE(v) v = NEXT_FLAG() ? PyObject_Str(arg) : PyObject_Repr(arg);

#define BODY(MAKE)                                             \
    unsigned long bit = 0, flags = PyLong_AsUnsignedLong(arg); \
    int good = 0;                                              \
    THIRTYTWO(DECLARE)                                         \
    if (flags == (unsigned long)-1 && PyErr_Occurred())        \
        return NULL;                                           \
    THIRTYTWO(MAKE)                                            \
    good = !PyErr_Occurred();                                  \
done:                                                          \
    THIRTYTWO(RELEASE)                                         \
    if (!good)                                                 \
        return PyErr_Format(PyExc_ValueError, "not good");     \
    Py_RETURN_NONE;

PyObject *numbers(PyObject *self, PyObject *arg) // expect: RW902
{
    BODY(MAKE_NUMBER)
}

PyObject *attributes(PyObject *self, PyObject *arg) // expect: RW902
{
    BODY(MAKE_ATTRIBUTE)
}

PyObject *lists(PyObject *self, PyObject *arg) // expect: RW902
{
    BODY(MAKE_LIST)
}

PyObject *borrowed(PyObject *self, PyObject *arg) // expect: RW902
{
    BODY(BORROW)
}

PyObject *calls(PyObject *self, PyObject *arg) // expect: RW902
{
    BODY(CALL) // expect: RW703
}

PyObject *choices(PyObject *self, PyObject *arg) // expect: RW902
{
    BODY(CHOOSE)
}
