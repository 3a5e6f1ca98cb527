/* heap: the allocator below CPython. */
#ifndef REFWARDEN_CONFORMANCE_HEAP_H
#define REFWARDEN_CONFORMANCE_HEAP_H

#include "conformance.h"

typedef struct heap heap;

heap *heap_install(void);              /* once in a process, after Py_Initialize; lives for ever */
void heap_fail_at(heap *h, long n);    /* the n-th allocation from now on fails; 0: none does */
bool heap_has_failed(const heap *h);
long heap_allocations(const heap *h);  /* since heap_fail_at */
long heap_live(const heap *h);         /* blocks, relative to the installation */
void heap_keep_freed(heap *h);         /* freed memory stays readable until heap_let_go */
bool heap_let_go(heap *h);             /* false: something was freed twice */
/* Its memory is free although its count may say otherwise: resized to another place, or freed by hand.
 * An object that has died in the usual way has the count 0 and is not asked for. */
bool heap_has_freed(const heap *h, PyObject *o);

#endif
