/* A collected object with one field, whose mistakes can be switched on. */
#ifndef RM_DEMO_BOX_H
#define RM_DEMO_BOX_H

#include "demo.h"

typedef struct {
    PyObject_HEAD
    PyObject *item; /* owned */
    PyObject *weaklist;
} box;

/* The type with its tp_traverse that visits, and one with a tp_traverse that visits nothing. */
PyTypeObject *box_type(bool is_visiting);

box *box_new(PyTypeObject *type); /* empty, not tracked yet */

#endif
