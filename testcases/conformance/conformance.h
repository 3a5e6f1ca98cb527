/* conformance: calls the real C API and compares what happens with the rows of rules/contracts.
 *
 *     calls.c (generated)  one uniform C function for each function of the API
 *     heap.c               the allocator below CPython: fails on demand, keeps freed memory readable
 *     arguments.c          words of cases.tsv -> fresh arguments
 *     trial.c              one call: what it did to every count, its result, the exception
 *     judge.c              what a row says about such a call; nothing else knows what a word means
 *     conformance.c        which trials, in which process, and the counts at the end
 */
#ifndef REFWARDEN_CONFORMANCE_H
#define REFWARDEN_CONFORMANCE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "contract.h"

/* ---- calls */

typedef union {
    void *p;
    int64_t i;
    double d;
    Py_complex c;
} slot;

enum { MAX_SLOTS = 24 };

typedef struct {
    const char *name;
    const char *result;             /* C type */
    const char *types[MAX_SLOTS];   /* C types of the parameters */
    int ntypes;
    bool variadic;
    bool is_macro;
    void (*call)(slot *result, slot *arguments);
} api_call;

extern const api_call api_calls[];  /* ends with a row of zeros */
int calls_import(void);             /* the capsule behind the macros of datetime.h */

#endif
