/* Taking from and giving to a free list. In the checked library lists keep nothing unless the option
 * `reuse` is set, so that a dead object stays recognisable. */
#ifndef RM_FREELIST_H
#define RM_FREELIST_H

#include "core_int.h"

/* An object whose type and size are as they were when it died; NULL: none. */
static inline PyObject *rm_free_list_take(rm_free_list *list)
{
    PyObject *op = list->head;

    if (RM_LIKELY(op != NULL)) {
        list->head = (PyObject *)op->ob_refcnt;
        list->length--;
#ifdef RM_CHECKED
        _Py_NewReference(op);
#else
        op->ob_refcnt = 1;
#endif
    }
    return op;
}

/* False: the list is full, the caller frees op. */
static inline bool rm_free_list_give(rm_free_list *list, PyObject *op)
{
    if (list->length >= list->limit)
        return false;
#ifdef RM_CHECKED
    rm_checked_unlisted(op);
#endif
    op->ob_refcnt = (Py_ssize_t)list->head;
    list->head = op;
    list->length++;
    return true;
}

#endif
