/* What helpers.c lends, gives, takes and keeps; the declarations do not say which. */
#ifndef HELPERS_H
#define HELPERS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    PyObject *table, *last;
} Registry;

PyObject *registry_names(Registry *r);           /* a new list */
PyObject *registry_table(Registry *r);           /* the dict it has */
PyObject *registry_find(Registry *r, PyObject *key); /* NULL without an exception: not there */
int registry_put(PyObject *table, PyObject *item);   /* takes the item over, also when it fails */
int registry_add(PyObject *table, PyObject *item);   /* keeps a reference of its own */
int registry_take(Registry *r, PyObject **item);     /* 1: *item is a new reference; 0: there is none */
void registry_drop(PyObject *item);                  /* releases it */
PyObject *registry_fail(const char *why);            /* NULL, with an exception */
void registry_die(const char *why);                  /* does not return */
PyObject *registry_number(long n);
PyObject *registry_check(PyObject *o, PyObject *mode); /* lends with Py_True, gives otherwise */
int registry_status(PyObject *o);                    /* -1 with an exception */
void registry_need(PyObject *o);                     /* does not return when it is NULL */
PyObject *registry_new_view(Registry *r);            /* named like a maker, but lends */

#endif
