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
bool heap_has_moved(const heap *h, const PyObject *object); /* its old memory is really gone */

#endif
