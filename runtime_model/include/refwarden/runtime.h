/* runtime: a model of CPython's memory system that a C program creates, uses and destroys.
 *
 *     rm_runtime *rt = rm_runtime_create(NULL);      becomes the current one
 *     PyObject *list = PyList_New(0);                the C API works on the current one
 *     Py_DECREF(list);
 *     rm_runtime_destroy(rt);                        checked: reports what is still alive
 *
 * The C API has no argument for the runtime, so one runtime is current at a time. Objects of one
 * must not be used while another is current. One thread at a time.
 */
#ifndef REFWARDEN_RUNTIME_H
#define REFWARDEN_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "alloc.h"

typedef struct rm_runtime rm_runtime;

/* ---- what a runtime is like */

typedef enum { RM_PYTHON_3_11, RM_PYTHON_3_12, RM_PYTHON_3_13, RM_PYTHONS } rm_python;

/* Behaviour that differs between versions: one field a row of knobs.def. */
typedef struct {
#define KNOB(type, name, v311, v312, v313) type name;
#include "knobs.def"
#undef KNOB
} rm_knobs;

rm_knobs rm_knobs_of(rm_python version);

/* What the checked library found. The texts live until the callback returns. */
typedef enum {
    RM_REPORT_FAULT, /* a count was used in a way the ledger forbids */
    RM_REPORT_LEAK,  /* alive at the end, and somebody still owes a release */
    RM_REPORT_HELD,  /* alive at the end, but only because another object holds it */
} rm_report_kind;

typedef struct {
    const char *file; /* NULL: not known */
    int line;
    const char *function;
} rm_site;

typedef struct {
    const char *what; /* "retain", "release", "new", "stored", "taken out", "freed" ... */
    const char *file; /* NULL: not known */
    int line;
    long count;     /* of the object, after it */
    uint64_t owner; /* number of the object it was stored in or taken out of; 0: none */
} rm_event;

/* Who holds a reference, or sees the object without one. */
typedef enum {
    RM_OWNER_LOCAL,   /* code: whoever made the call at that place owes a release */
    RM_OWNER_OBJECT,  /* an object keeps it */
    RM_OWNER_FIELD,   /* code took it, and a field of a live object points there */
    RM_OWNER_RUNTIME, /* the runtime itself */
    RM_OWNER_PROGRAM, /* a static type or another object that the program contains */
    RM_OWNER_VIEW,    /* nobody: the result of a call that lends */
} rm_owner_kind;

typedef struct {
    rm_owner_kind kind;
    rm_site site;     /* the call that took the reference */
    const char *type; /* of the owner; NULL: it is no object */
    uint64_t serial;
    long count;      /* references of that owner */
    long offset;     /* FIELD: of the field in the owner */
    bool is_dead;    /* the owner died and kept it */
    bool is_unseen;  /* FIELD: the owner's tp_traverse does not visit it */
    bool is_atomic;    /* FIELD: the owner is of a type without HAVE_GC */
    bool is_untracked; /* FIELD: the collector was never told of the owner */
} rm_owner;

typedef struct {
    rm_report_kind kind;
    const char *what;    /* "release of an object that is dead" */
    const char *file;    /* the call that did it; NULL: not known */
    int line;
    const void *object;
    const char *type;    /* name of its type */
    uint64_t serial;     /* the how-manieth object that the program made it is; 1 is the first */
    const rm_event *history; /* oldest first */
    size_t nhistory;
    size_t nforgotten; /* events before history[0] that were not kept */
    const rm_owner *owners; /* of the references that are left */
    size_t nowners;
    const rm_site *frames; /* calls of user code into the library that were open, innermost first */
    size_t nframes;
} rm_report;

void rm_report_print(const rm_report *report, FILE *out);
void rm_report_print_json(const rm_report *report, FILE *out); /* one object, on one line */

/* Called for each event of an object's history as it happens, in the checked library. */
typedef void (*rm_watch)(void *ctx, uint64_t serial, const char *type, const rm_event *event);

typedef enum { RM_GC_START, RM_GC_STOP } rm_gc_phase;

typedef struct {
    void *ctx;
    void (*report)(void *ctx, const rm_report *report); /* NULL: print to stderr */
    /* An exception that nobody can be told about, as type name; NULL: print to stderr. */
    void (*unraisable)(void *ctx, const char *exception);
    void (*gc)(void *ctx, rm_gc_phase phase, int generation, size_t collected, size_t uncollectable);
    void (*fatal)(void *ctx, const char *message); /* must not return; NULL: print and abort */
} rm_hooks;

/* All zero is CPython 3.11 as released. */
typedef struct {
    rm_python version;
    const rm_knobs *knobs; /* NULL: those of the version */
    rm_alloc_options alloc;
    rm_hooks hooks;
    bool reuse; /* checked library: free lists and freed blocks are reused as in the unchecked one */
} rm_options;

/* ---- life */

/* NULL when out of memory. The new runtime is the current one. */
rm_runtime *rm_runtime_create(const rm_options *options);

/* Gives back all memory. The runtime that was current before stays so, when it was another one. */
void rm_runtime_destroy(rm_runtime *rt);

/* Makes rt (or nobody: NULL) the current one; returns who was. */
rm_runtime *rm_runtime_use(rm_runtime *rt);
rm_runtime *rm_runtime_current(void);

/* ---- look */

rm_alloc *rm_runtime_alloc(rm_runtime *rt);
const rm_knobs *rm_runtime_knobs(const rm_runtime *rt);
bool rm_runtime_is_checked(void); /* is this the library built with RM_CHECKED? */

typedef struct {
    size_t collections, collected, uncollectable;
} rm_gc_stats;

void rm_gc_set_threshold(rm_runtime *rt, int generation, int threshold);
int rm_gc_threshold(const rm_runtime *rt, int generation);
long rm_gc_count(const rm_runtime *rt, int generation);
size_t rm_gc_objects(const rm_runtime *rt, int generation); /* 3: the frozen ones */
void rm_gc_stats_get(const rm_runtime *rt, int generation, rm_gc_stats *out);
void rm_gc_set_debug_save_all(rm_runtime *rt, bool on); /* all trash goes to the garbage list */
long rm_gc_collect(rm_runtime *rt, int generation); /* also while disabled; trash found */
void rm_gc_freeze(rm_runtime *rt);
void rm_gc_unfreeze(rm_runtime *rt);

/* Where an interpreter would look for work: runs a collection that was put off (gc_deferred). */
void rm_runtime_safe_point(rm_runtime *rt);

/* Objects on the free list of that name ("float", "list", "tuple[3]" ...); -1: no such list. */
long rm_free_list_length(const rm_runtime *rt, const char *name);
void rm_free_lists_clear(rm_runtime *rt);

#endif
