/* Frames. A slot gets its new value before the old one is dropped, and the frame is the current one
 * until its last local is dead: what a finalizer sees is a frame that is being left.
 */
#include "core_int.h"

rm_frame *rm_frame_current(void)
{
    return rm_now->frame;
}

void rm_frame_enter(rm_frame *f, PyObject **slots, int nslots)
{
    *f = (rm_frame){rm_now->frame, slots, nslots};
    for (int i = 0; i < nslots; i++)
        slots[i] = NULL;
    rm_now->frame = f;
}

void rm_frame_store(rm_frame *f, int i, PyObject *v)
{
    PyObject *old = f->slots[i];

    f->slots[i] = v;
    if (v != NULL)
        RM_STORED(f, v);
    rm_xdrop_from(f, old);
}

void rm_frame_argument(rm_frame *f, int i, PyObject *arg)
{
    rm_frame_store(f, i, Py_NewRef(arg));
}

PyObject *rm_frame_load(const rm_frame *f, int i)
{
    if (f->slots[i] == NULL)
        PyErr_Format(PyExc_UnboundLocalError, "local variable %d has no value", i);
    return Py_XNewRef(f->slots[i]);
}

PyObject *rm_frame_leave(rm_frame *f, PyObject *result)
{
    for (int i = 0; i < f->nslots; i++)
        RM_CLEAR_IN(f, f->slots[i]);
    rm_now->frame = f->back;
    return result;
}
