/* trial: one call and what it did.
 *
 * The harness is the caller: it owns one reference to each object it passes, and holds more so that a
 * call which releases too much kills nothing. Counts are read three times: before the call, after it, and
 * when everything else is gone that the call had to do with.
 */
#ifndef REFWARDEN_CONFORMANCE_TRIAL_H
#define REFWARDEN_CONFORMANCE_TRIAL_H

#include "heap.h"

enum { MAX_THINGS = 96, MAX_HANDOUTS = 12, MAX_RESIDENTS = 64, TEXT_MAX = 160, SCRATCH = 8192 };

typedef enum {
    VALUE_PLAIN,    /* number, text, pointer to something that is no object */
    VALUE_OBJECT,   /* PyObject *, or NULL */
    VALUE_VARIABLE, /* PyObject **: `object` is what it holds before, `cell` the variable */
    VALUE_ARRAY,    /* PyObject *const *: `items` */
    VALUE_STORAGE,  /* address of a plain value: `scratch` */
    VALUE_RAW,      /* PyObject * that is plain memory yet */
    VALUE_VIEW,     /* Py_buffer *: `object` is the exporter of a view that is filled before the call */
} value_kind;

typedef struct {
    value_kind kind;
    char word[TEXT_MAX];
    slot given;          /* what the function gets */
    PyObject *object;
    PyObject *cell;
    PyObject *items[9];
    int nitems;
    char *scratch;       /* SCRATCH bytes, malloc */
    char initial[8];     /* what a plain variable starts with */
    Py_buffer view;
    bool is_unique;      /* nobody but the caller holds it */
} value;

/* An object whose count is watched: an argument, or what an argument holds. */
typedef struct {
    PyObject *object;
    bool is_argument;
    int held;            /* references of the harness, the caller's own among them */
    long before, after;
    long pending;        /* while the exception that the call has set holds on to it */
    long views;          /* references of a view that was filled for the call */
    long edges_before;   /* how often the arguments hold it */
    long edges_after;
    long edges_out;      /* how often new objects of the caller hold it */
    bool is_gone;        /* released by the harness */
} thing;

/* An object that the call gave to its caller. */
typedef struct {
    PyObject *object;
    const char *where;   /* "result" or "argument 2", for messages */
    bool is_owned;       /* says the row */
    int anchor;          /* argument that keeps it alive, says the row; -1 */
    bool is_known;       /* its count before the call is known: */
    long before, after;
    bool is_watched;     /* it is a thing */
    long at_end;         /* its count before the arguments are let go of */
    bool was_held;       /* by the anchor: its count fell when that died */
    bool is_gone;        /* released, and nothing else held it */
} handout;

typedef struct {
    const api_call *call;
    const contract *row;
    char words[512];     /* the arguments, for messages */
    value values[MAX_SLOTS];
    int nvalues;
    thing things[MAX_THINGS];
    int nthings;
    handout handouts[MAX_HANDOUTS];
    int nhandouts;
    slot result;
    bool has_exception;
    char exception[80];
    bool allocation_failed;
    long allocations;
    int code_runs;       /* Python functions entered during the call */
    bool failed;         /* what the row calls a failure */
    bool only_memory;    /* the same call succeeds when no allocation fails */
    bool is_base;        /* good arguments */
    bool is_quirk;       /* memory-without-exception in cases.tsv */
    bool leaks_memory;   /* memory-leak */
    bool may_leave;      /* leaves-exception */
    bool lasts;          /* the reference that a keeper takes lasts for ever */
    bool is_guarded;     /* a guard on the result was taken inside the call */
} trial;

typedef struct {
    heap *heap;
    PyObject *fixtures;  /* module */
    PyObject *residents[MAX_RESIDENTS]; /* singletons and objects that outlive a trial; held */
    int nresidents, nsingletons;
    int unexplained;     /* results of this trial that something else still holds */
} bench;

#define POISON ((PyObject *)0x5a5a5a5a5a5a5a50)

/* ---- arguments.c */

/* Builds the arguments from words separated by blanks; returns -1 and leaves a message. */
int arguments_build(bench *b, trial *t, const char *words, char *message, size_t room);
void arguments_destroy(trial *t);                     /* memory only; references are the trial's */
int arguments_install(PyObject *fixtures);            /* builders that need C */
const char *argument_default(const char *type, contract_arg_code code);

/* ---- trial.c */

typedef struct evidence evidence;

typedef struct {
    long fail_at;          /* the n-th allocation fails; 0: none */
    bool count_code;
    bool only_memory, is_base;
    const char *options;   /* words of README.md */
} trial_mode;

/* Runs one call and judges it into e. Returns 1 when an allocation was made to fail, 0 when not, -1 when
 * the arguments could not be built (message in e). */
int trial_run(bench *b, trial *t, const char *words, const trial_mode *mode, evidence *e);

PyObject *value_object(const value *v);               /* the argument itself, or NULL */
long count_of(const bench *b, PyObject *o);           /* dead: 0, or less when released once more */

#endif
