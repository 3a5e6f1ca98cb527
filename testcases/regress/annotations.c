/* Annotations are believed at calls, and the body is held to them. */
#include <Python.h>
#include "../../analyzer/include/refwarden.h"

#ifdef WITH_CPYCHECKER_RETURNS_BORROWED_REF_ATTRIBUTE
#define LENT __attribute__((cpychecker_returns_borrowed_ref))
#else
#define LENT
#endif
#ifdef WITH_CPYCHECKER_STEALS_REFERENCE_TO_ARG_ATTRIBUTE
#define TAKES(n) __attribute__((cpychecker_steals_reference_to_arg(n)))
#else
#define TAKES(n)
#endif
#ifdef WITH_CPYCHECKER_NEGATIVE_RESULT_SETS_EXCEPTION_ATTRIBUTE
#define NEGATIVE_RAISES __attribute__((cpychecker_negative_result_sets_exception))
#else
#define NEGATIVE_RAISES
#endif
#ifdef WITH_CPYCHECKER_SETS_EXCEPTION_ATTRIBUTE
#define RAISES __attribute__((cpychecker_sets_exception))
#else
#define RAISES
#endif
#if defined(__has_attribute)
#if __has_attribute(cpychecker_returns_borrowed_ref)
#define LENT_TOO __attribute__((cpychecker_returns_borrowed_ref))
#endif
#endif

/* ---- at calls */

extern PyObject *lent(const char *name) LENT;
REFWARDEN_RETURNS_NEW extern PyObject *made(const char *name);
extern int push(PyObject *queue, PyObject *item) TAKES(2);
REFWARDEN_STEALS(1) REFWARDEN_STEALS(2) extern int join(PyObject *a, PyObject *b);
extern int checks(int n) NEGATIVE_RAISES;
extern void raises(const char *why) RAISES;

PyObject *releases_lent(PyObject *self, PyObject *noargs)
{
    PyObject *o = lent("a");
    if (o == NULL)
        return NULL;
    Py_DECREF(o); // expect: RW204 'o'
    return PyLong_FromLong(1);
}

PyObject *keeps_lent(PyObject *self, PyObject *noargs)
{
    PyObject *o = lent("a");
    Py_XINCREF(o);
    return o;
}

PyObject *loses_made(PyObject *self, PyObject *noargs)
{
    PyObject *o = made("a");
    if (o == NULL)
        return NULL;
    return PyLong_FromLong(1); // expect: RW102 'o'
}

PyObject *ignores_failure(PyObject *self, PyObject *noargs)
{
    PyObject *o = made("a");
    PyObject *type = (PyObject *)Py_TYPE(o); // expect: RW701 'o'
    Py_INCREF(type);
    Py_DECREF(o);
    return type;
}

PyObject *pushes(PyObject *self, PyObject *queue)
{
    PyObject *item = PyList_New(0);
    if (item == NULL)
        return NULL;
    if (push(queue, item) < 0)
        return NULL;
    return PyLong_FromLong(1);
}

PyObject *pushes_and_releases(PyObject *self, PyObject *queue)
{
    PyObject *item = PyList_New(0);
    if (item == NULL)
        return NULL;
    if (push(queue, item) < 0) {
        Py_DECREF(item); // expect: RW203 'item'
        return NULL;
    }
    return PyLong_FromLong(1);
}

PyObject *joins(PyObject *self, PyObject *noargs)
{
    PyObject *a = PyList_New(0), *b = PyList_New(0);
    if (a == NULL || b == NULL) {
        Py_XDECREF(a);
        Py_XDECREF(b);
        return NULL;
    }
    if (join(a, b) < 0)
        return NULL;
    return PyLong_FromLong(1);
}

static PyObject *believes_checks(PyObject *self, PyObject *noargs)
{
    if (checks(1) < 0)
        return NULL;
    return PyLong_FromLong(1);
}

static PyObject *believes_raises(PyObject *self, PyObject *noargs)
{
    raises("no");
    return NULL;
}

/* ---- the body */

static PyObject *registry;

REFWARDEN_RETURNS_BORROWED PyObject *looks_up(PyObject *name)
{
    return PyDict_GetItemWithError(registry, name);
}

REFWARDEN_RETURNS_BORROWED PyObject *fills_cache(void)
{
    if (registry == NULL)
        registry = PyDict_New();
    return registry;
}

LENT PyObject *not_lent(PyObject *name)
{
    PyObject *found = PyObject_GetItem(registry, name);
    return found; // expect: RW102 'found'
}

REFWARDEN_RETURNS_NEW PyObject *not_new(PyObject *list)
{
    PyObject *first = PyList_GetItem(list, 0);
    return first; // expect: RW301 'first'
}

TAKES(1) int takes_it(PyObject *item)
{
    int n = PyList_Append(registry, item);
    Py_XDECREF(item);
    return n;
}

TAKES(1) int takes_it_sometimes(PyObject *item)
{
    if (registry == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "closed");
        return -1; // expect: RW101 'item'
    }
    PyList_SET_ITEM(registry, 0, item);
    return 0;
}

TAKES(1) int takes_nothing(PyObject *item)
{
    return PyList_Append(registry, item); // expect: RW102 'item'
}

TAKES(1) int takes_null(PyObject *item)
{
    if (item == NULL)
        return -1;
    Py_DECREF(item);
    return 0;
}

NEGATIVE_RAISES int says_why(long n)
{
    if (n < 0) {
        PyErr_SetString(PyExc_ValueError, "negative");
        return -2;
    }
    return 0;
}

NEGATIVE_RAISES int says_nothing(long n)
{
    if (n < 0)
        return -2; // expect: RW702 says_nothing
    return 0;
}

RAISES PyObject *always_raises(const char *why)
{
    return PyErr_Format(PyExc_ValueError, "bad: %s", why);
}

REFWARDEN_SETS_EXCEPTION void raises_sometimes(int n)
{
    if (n > 3)
        PyErr_SetString(PyExc_ValueError, "too many");
} // expect: RW702 raises_sometimes

/* Failures of a size are -1, as of any function of C. */
extern Py_ssize_t fill(char *buffer, Py_ssize_t room) NEGATIVE_RAISES;

static PyObject *filled(PyObject *self, PyObject *unused)
{
    char buffer[8];
    Py_ssize_t size = fill(buffer, sizeof buffer);
    if (size == -1)
        return NULL;
    return PyBytes_FromStringAndSize(buffer, size);
}

static PyObject *filled_unseen(PyObject *self, PyObject *unused)
{
    char buffer[8];
    Py_ssize_t size = fill(buffer, sizeof buffer);
    return PyBytes_FromStringAndSize(buffer, size > 0 ? size : 0); // expect: RW703
}

static PyMethodDef methods[] = {
    {"filled", filled, METH_NOARGS, NULL},
    {"filled_unseen", filled_unseen, METH_NOARGS, NULL},
    {"believes_checks", believes_checks, METH_NOARGS, NULL},
    {"believes_raises", believes_raises, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyMethodDef *table(void) { return methods; }
