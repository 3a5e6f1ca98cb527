/* PyMem_ and PyObject_: the three domains of the current runtime's allocator. */
#include "core_int.h"

#define DOMAIN(prefix, domain)                                             \
    void *prefix##Malloc(size_t size)                                      \
    {                                                                      \
        return rm_malloc(rm_now->alloc, domain, size);                     \
    }                                                                      \
    void *prefix##Calloc(size_t count, size_t size)                        \
    {                                                                      \
        return rm_calloc(rm_now->alloc, domain, count, size);              \
    }                                                                      \
    void *prefix##Realloc(void *block, size_t size)                        \
    {                                                                      \
        return rm_realloc(rm_now->alloc, domain, block, size);             \
    }

DOMAIN(PyMem_Raw, RM_DOMAIN_RAW)
DOMAIN(PyMem_, RM_DOMAIN_MEM)
DOMAIN(PyObject_, RM_DOMAIN_OBJ)

void PyMem_RawFree(void *block)
{
    rm_free(rm_now->alloc, RM_DOMAIN_RAW, block);
}

void PyMem_Free(void *block)
{
    rm_free(rm_now->alloc, RM_DOMAIN_MEM, block);
}

void PyObject_Free(void *block)
{
#ifdef RM_CHECKED
    if (block != NULL)
        rm_checked_freed(block, block);
#else
    rm_free(rm_now->alloc, RM_DOMAIN_OBJ, block);
#endif
}

void PyMem_GetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    rm_allocator a;

    rm_allocator_get(rm_now->alloc, (rm_domain)domain, &a);
    *allocator = (PyMemAllocatorEx){a.ctx, a.malloc, a.calloc, a.realloc, a.free};
}

void PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator)
{
    rm_allocator a = {allocator->ctx, allocator->malloc, allocator->calloc, allocator->realloc,
                      allocator->free};

    rm_allocator_set(rm_now->alloc, (rm_domain)domain, &a);
}

/* ---- tracemalloc: the profiler of the model is another one (profile.h) */

enum { NOT_TRACING = -2 };

int PyTraceMalloc_Track(unsigned int domain, uintptr_t block, size_t size)
{
    (void)domain;
    (void)block;
    (void)size;
    return NOT_TRACING;
}

int PyTraceMalloc_Untrack(unsigned int domain, uintptr_t block)
{
    (void)domain;
    (void)block;
    return NOT_TRACING;
}

PyObject *_PyTraceMalloc_GetTraceback(unsigned int domain, uintptr_t block)
{
    (void)domain;
    (void)block;
    Py_RETURN_NONE;
}
