/* frame: the local variables of one call, as an interpreter keeps them.
 *
 *     rm_frame f;
 *     PyObject *slots[2];
 *     rm_frame_enter(&f, slots, 2);
 *     rm_frame_argument(&f, 0, arg);           the caller's stays its own, the frame takes another
 *     rm_frame_store(&f, 1, PyList_New(0));    the frame owns it from here on
 *     return rm_frame_leave(&f, result);       locals die, slot 0 first; result is the caller's
 */
#ifndef REFWARDEN_FRAME_H
#define REFWARDEN_FRAME_H

#include "Python.h"

typedef struct rm_frame {
    struct rm_frame *back; /* the frame of the caller */
    PyObject **slots;      /* owned references; NULL: not bound */
    int nslots;
} rm_frame;

void rm_frame_enter(rm_frame *f, PyObject **slots, int nslots); /* all slots become unbound */
void rm_frame_argument(rm_frame *f, int i, PyObject *arg);      /* arg is borrowed */
void rm_frame_store(rm_frame *f, int i, PyObject *v);           /* steals v; NULL unbinds */
PyObject *rm_frame_load(const rm_frame *f, int i);              /* new reference; NULL: UnboundLocalError */

/* The way out of every frame. A pending exception stays. */
PyObject *rm_frame_leave(rm_frame *f, PyObject *result);

rm_frame *rm_frame_current(void);

#endif
