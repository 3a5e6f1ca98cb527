/* rule_api: what a rule sees and what a finding is.
 *
 * The engine walks paths and keeps the accounts; at certain moments it asks the rules that a row in
 * rules.def subscribes to that moment. A rule is one function: it looks at the moment and reports,
 * or does not. It keeps no state and cannot change the path.
 */
#ifndef REFWARDEN_RULE_API_H
#define REFWARDEN_RULE_API_H

#include "base.h"
#include "ir.h"

/* ---- findings */

typedef enum { SEV_NOTE, SEV_WARNING, SEV_ERROR } severity;
typedef enum { CONF_LOW, CONF_MEDIUM, CONF_HIGH } confidence;

enum { /* finding.tags, a bit set; printed in this order */
    TAG_NEEDS_ALLOCATION_FAILURE = 1 << 0,
    TAG_INIT_ONLY = 1 << 1,
    TAG_TEST_CODE = 1 << 2,
};

typedef struct {
    const char *file;
    int line, column, end_line, end_column; /* 1-based bytes; end 0 when not known */
} place;

typedef enum { STEP_OWNERSHIP, STEP_CALL_OUTCOME, STEP_BRANCH, STEP_END } step_kind;

typedef struct {
    place at;
    const char *message; /* "new reference", "fails: NULL", "must be 0" */
    step_kind kind;
    int delta;  /* change of the owned count of the finding's object, 0 for none */
    int owned;  /* owned count after the step */
} path_step;

typedef struct {
    place at;         /* what is replaced: from its start up to, not including, its end; equal: nothing */
    const char *text; /* what stands there then */
} text_edit;

/* safe: the meaning of the program changes in nothing but the fault. */
typedef enum { FIX_SAFE, FIX_UNSAFE } fix_safety;

typedef struct {
    fix_safety safety;
    const char *message; /* "release 'list' on this path" */
    text_edit *edits;    /* sorted, none overlaps another; all or none are to be applied */
    int nedits;
} finding_fix;

/* Against what was known before: a baseline, or another version of the source. */
typedef enum { STATE_NEW, STATE_UNCHANGED, STATE_FIXED } finding_state;

typedef struct {
    const char *rule;     /* "RW101" */
    const char *name;     /* "leak-on-error-path" */
    severity severity;
    confidence confidence;
    place at;
    const char *function; /* "" for findings about a file */
    const char *object;   /* "" when there is none */
    const char *message;
    unsigned tags;
    char fingerprint[33]; /* 32 hex digits, different within a file; no lines, files or messages go into it */
    path_step *path;
    int npath;
    const char *advice;   /* how to repair it, in one sentence, or NULL */
    finding_fix *fixes;   /* edits that were tried: the finding is gone then, and no other has come */
    int nfixes;
    finding_state state;  /* STATE_NEW where nothing was compared */
    place generated;      /* where it is in the file that Cython made, of which `at` is the source; file NULL: nowhere */
    place *also;          /* other places where the same reference is lost */
    int nalso;
} finding;

enum { MOST_COSTS = 10 };

/* What exploring a function cost; the dearest ones are kept. */
typedef struct {
    place at;
    const char *function;
    double seconds; /* CPU */
} function_cost;

typedef struct {
    function_cost v[MOST_COSTS]; /* dearest first */
    int n;
} function_costs;

void costs_add(function_costs *list, function_cost c);

typedef enum { UNIT_OK, UNIT_PARTIAL, UNIT_FAILED } unit_status;

typedef struct {
    const char *file;
    unit_status status;
    int functions, partial_functions;
    const char **messages;
    int nmessages;
    double seconds; /* CPU; not printed in machine formats, so that output stays identical */
    function_costs slowest; /* nor are these */
} unit_result;

/* Order of all output: path, line, column, rule, fingerprint. For qsort. */
int finding_compare(const void *a, const void *b);
const char *severity_text(severity s);
const char *confidence_text(confidence c);
const char *unit_status_text(unit_status s);
const char *fix_safety_text(fix_safety s);
const char *finding_state_text(finding_state s); /* "new", "unchanged", "fixed" */
const char *tag_text(unsigned one_bit); /* "needs-allocation-failure" */
/* Fills fingerprint from rule, function, object and the words of the statements where the reference begins
 * (NULL: nowhere) and where the finding stands. Version 1: other inputs need another version. */
void finding_fingerprint(finding *f, const char *origin, const char *end);
/* Tells the n-th of several equal ones in a file apart; the first, 0, stays as it is. */
void finding_number(finding *f, int n);

/* ---- moments */

typedef enum {
    MOMENT_LOST,        /* an owned reference has no holder any more */
    MOMENT_RELEASE,     /* a release that is not ours to do, or comes too late */
    MOMENT_GIVE,        /* a reference given to a stealing call that is not ours, or is gone */
    MOMENT_USE,         /* an object is used after it is dead or may be */
    MOMENT_RETURN,      /* an object is returned from a function that must return a new reference */
    MOMENT_STORED,      /* at the end: an owning field or container slot holds a borrowed reference */
    MOMENT_SLOT,        /* a slot that holds an item is overwritten by a call that does not release it */
    MOMENT_ADD_UNCHECKED, /* a call that steals on success only: nobody looks at how it ended */
    MOMENT_FORMAT,      /* a format string does not fit the arguments behind it */
    MOMENT_NULL,        /* NULL is used where an object must be */
    MOMENT_RETURN_NULL, /* NULL or -1 is returned where callers expect an exception with it */
    MOMENT_AT_RISK,     /* a borrowed object is used after code ran that may have let go of it */
    MOMENT_LENT,        /* an object is borrowed from what other threads can change */
    MOMENT_REPLACED,    /* a place is set that still held what was released before */
    MOMENT_PENDING,     /* success is returned, or a call made, with an exception set */
    /* a type, module or table as a whole; asked once, when the unit is known */
    MOMENT_FIELD_KEPT,  /* tp_dealloc releases no field that holds a reference */
    MOMENT_TYPE_KEPT,   /* tp_dealloc of a heap type does not release the type */
    MOMENT_NO_TRAVERSE, /* a type of the collector has no tp_traverse */
    MOMENT_NOT_VISITED, /* tp_traverse leaves out a field */
    MOMENT_NOT_CLEARED, /* tp_clear leaves out a field */
    MOMENT_NOT_UNTRACKED, /* tp_dealloc releases fields of an object that is still tracked */
    MOMENT_NOT_TRACKED, /* an object of the collector is returned and was never tracked */
    MOMENT_TRACKED_EARLY, /* a field is set after the object was tracked */
    MOMENT_NO_GC,       /* a type without the collector can be part of a cycle */
    MOMENT_TYPE_NOT_VISITED, /* tp_traverse of a heap type does not visit the type */
    MOMENT_ALLOCATOR,   /* memory is allocated or freed by a function for the other kind of objects */
    MOMENT_STATE_NOT_VISITED, /* m_traverse leaves out what the module's state holds */
    MOMENT_METHOD_TABLE, /* a row does not fit its function, or the last row is missing */
    MOMENT_FILE,        /* a file could not be analysed */
    MOMENT_BUDGET,      /* a function was not explored to the end */
    MOMENT_SUPPRESSION, /* a comment names a rule and silences nothing */
    MOMENT_COUNT
} moment_kind;

typedef enum { LOST_AT_RETURN, LOST_BY_OVERWRITE, LOST_UNNAMED, LOST_WHEN_REPEATED } lost_how;

typedef enum {
    ORIGIN_NEW,       /* result of a call that returns a new reference */
    ORIGIN_BORROWED,  /* borrowed from a container or state */
    ORIGIN_PARAM,     /* argument of the function */
    ORIGIN_FIELD,     /* read from a struct field */
    ORIGIN_GLOBAL,    /* read from a global variable */
    ORIGIN_SINGLETON, /* None, True, a static type, an exception type */
    ORIGIN_UNKNOWN,   /* result of a function nobody described */
} origin_kind;

typedef enum { OBJ_LIVE, OBJ_DEAD, OBJ_PERHAPS_DEAD } object_life;

/* What became of an object that a call was to put into a module. */
typedef enum { ADD_NOT_TRIED, ADD_FAILED, ADD_STOLE, ADD_KEPT } add_result;

typedef struct {
    const char *name;     /* variable, or the expression that made it; never NULL */
    origin_kind origin;
    const char *made_by;  /* API or function that returned it, or NULL */
    const char *anchor;   /* what a borrowed reference lives in, or NULL */
    int owned;            /* references this function owes */
    bool was_named;       /* some variable ever held it */
    bool retained_here;   /* this function took a reference with Py_INCREF or the like */
    bool fresh;           /* created by this path: nobody else holds it unless given */
    bool stolen;          /* a stealing call took the reference last */
    const char *stolen_by;/* its name, or NULL */
    bool released;        /* this path gave a reference up by release */
    object_life life;
    bool believed;        /* that it was new is what other code of the unit takes for granted */
    bool immortal;        /* None and the like: harmless from 3.12 on, and not shown when that is the oldest */
    bool passed_to_unknown; /* an undescribed function got it as an argument */
    const char *pair;     /* no object but a buffer or memory: the call that gives it back; NULL */
    const char *added_by; /* the last call that was to put it into a module, or NULL */
    add_result added;     /* how that ended */
} rule_object;

typedef struct {
    moment_kind kind;
    const ir_fn *fn;        /* NULL for MOMENT_FILE, and for a comment outside of functions */
    ir_loc at;
    rule_object object;
    lost_how how;           /* MOMENT_LOST */
    bool returns_error;     /* the path ends by returning NULL or -1 from a function that can fail */
    bool exit_is_failure;   /* the same, and the failure value means an exception is due */
    const char *call;       /* the API involved: "PyTuple_SetItem"; NULL */
    int arg;                /* its argument, from 0; -1 */
    const char *record, *field; /* MOMENT_STORED: "Point", "name"; moments of types: the type's name */
    bool is_certain;        /* moments of types, MOMENT_FORMAT: seen, not only likely */
    bool returns_new_elsewhere; /* MOMENT_RETURN: other paths of the function return a new reference */
    bool must_return_new;   /* MOMENT_RETURN: a method, slot or getter */
    const char *ran;        /* MOMENT_AT_RISK: the call that ran code */
    const char *strong;     /* MOMENT_LENT: what gives a new reference instead */
    int strong_since;       /* from Python 3.minor; 0: always */
    bool is_cleared;        /* MOMENT_REPLACED: the new value is NULL */
    const char *text;       /* MOMENT_FILE, MOMENT_BUDGET, MOMENT_FORMAT: the reason; MOMENT_SUPPRESSION: the
                             * rule that the comment names, NULL: every rule */
    int target_minor;       /* the oldest Python that counts is 3.this; 0: not known */
    bool in_part;           /* MOMENT_FILE: the rest of the file was analysed */
    bool is_known;          /* MOMENT_SUPPRESSION: there is such a rule */
    bool lacks_reason;      /* MOMENT_SUPPRESSION: whatever it silences, it does not say why */
} rule_moment;

/* ---- rules */

/* Where reports go. The engine (or a test) embeds this as the first member of its own struct. */
typedef struct rule_ctx rule_ctx;
struct rule_ctx {
    /* text and fix live for the duration of the call */
    void (*report)(rule_ctx *c, const rule_moment *m, confidence conf, const char *fix, const char *text);
    bool is_less; /* what is being reported has severity `as` instead of the rule's own */
    severity as;
};

_Static_assert(MOMENT_COUNT <= 32, "a bit each");
#define MOMENT_BIT(kind) (1u << (kind))

typedef struct rule {
    const char *code, *name;
    severity severity;
    bool on_by_default;
    const char *summary; /* one line */
    unsigned moments;    /* bit set of MOMENT_BIT(kind): when to ask */
    void (*check)(rule_ctx *c, const rule_moment *m);
} rule;

/* Reports the moment. fix may be NULL. The engine adds function, path, tags and fingerprint, and
 * keeps one finding per rule and lost reference. */
void rule_report(rule_ctx *c, const rule_moment *m, confidence conf, const char *fix,
                 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The same for a case that is less grave than the rule's others. */
void rule_report_as(rule_ctx *c, const rule_moment *m, severity as, confidence conf, const char *fix,
                    const char *fmt, ...) __attribute__((format(printf, 6, 7)));

#endif
