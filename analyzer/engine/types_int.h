/* What is asked of extension types: facts about fields, about what functions reach, and the
 * questions put together from them. Used by fields.c, reach.c, types.c, creation.c and methods.c. */
#ifndef REFWARDEN_ENGINE_TYPES_INT_H
#define REFWARDEN_ENGINE_TYPES_INT_H

#include "engine_int.h"

/* A field under the record that declares it: Sub."base.name" is Base.name. */
typedef struct {
    const char *record, *name;
} field_id;

/* ---- fields.c: what the unit does to a field anywhere */

typedef struct field_fact {
    field_id id;
    bool is_owned;        /* some path stores it with a reference that it pays for */
    bool is_borrowed;     /* some path stores an object without one */
    bool holds_containers;/* something was stored that is no text, number or the like */
    bool is_reassigned;   /* by a method, setter or tp_init: at any time of the object's life */
    bool is_left_to_callback; /* released by a function that is called from outside Python */
    bool is_nulled, is_filled; /* NULL is stored; something else may be */
    bool is_used_as_text; /* given to PyUnicode_AsUTF8 and the like */
    ir_loc stored_at;     /* where it is first owned */
    const char *stored_in;
    struct field_fact *next;
} field_fact;

struct type_facts {
    field_fact *table[256];
    struct slot_store *stores;
    int nstores, store_cap;
    const char **plain_specs; /* PyType_Spec that a type is made of without bases */
    int nplain_specs, plain_spec_cap;
    struct held_back *held;
    int nheld, held_cap;
};

/* A finding that is none when the field only ever holds objects that run no code. */
typedef struct held_back {
    finding f;
    field_id id;
} held_back;


/* type.tp_new = function, outside the table */
typedef struct slot_store {
    const char *type, *slot, *value; /* value NULL: no name */
} slot_store;

field_id field_canonical(const ir_unit *unit, const char *record, const char *name);
field_fact *field_known(const engine *e, field_id id); /* NULL: nothing */
void fields_scan(engine *e);  /* what needs no paths: uses as text, slots set at run time */

/* ---- reach.c: what a function does to its object, through the functions it calls with it */

enum { DOES_RELEASE = 1, DOES_VISIT = 2, DOES_EMPTY = 4, DOES_ALL = 7 };
enum { /* slots that it calls on the object, of its own or a base type */
    CALLS_DEALLOC = 1, CALLS_FREE = 2, CALLS_CLEAR = 4, CALLS_TRAVERSE = 8,
    CALLS_UNKNOWN = 16,   /* through a pointer of another kind */
};

typedef struct {
    field_id id;
    unsigned deeds;
} field_deed;

typedef struct {
    engine *e;
    bool *seen;           /* functions of the unit */
    field_deed *fields;
    int nfields, cap;
    unsigned calls;       /* CALLS_* */
    bool tracks, untracks, releases_type, visits_type;
    bool keeps_object;    /* stores it somewhere: a free list */
    bool is_opaque;       /* a function that nobody knows got the object */
    const char *freed_by; /* API that frees the object's memory */
    ir_loc freed_at;
} reach;

reach reach_create(engine *e);
void reach_add(reach *r, const char *function); /* and what it calls; unknown names do nothing */
unsigned reach_deeds(const reach *r, field_id id); /* to it, or to one that may be the same */
bool reach_releases(const reach *r, field_id id);  /* to exactly this one */

/* ---- types.c */

/* A type with what is set outside its table. */
typedef struct {
    const ir_class *c;
    const ir_record *record; /* NULL: not known, or without objects */
    const char *name;        /* for messages */
    const char *dealloc, *traverse, *clear, *base; /* names; NULL: none, "": of no known name */
    bool is_gc, is_open;
} type_view;

type_view type_view_of(const engine *e, const ir_class *c);
const ir_fn *function_named(engine *e, const char *name); /* with a body here; NULL */

typedef struct {
    const ir_fn *fn;    /* where it is shown, NULL: at `at` */
    ir_loc at;
    ir_loc cause;       /* first step; line 0: none */
    const char *cause_text;
    int owned;          /* references that the object owes from the cause on */
    const char *end_text;
} type_evidence;

void types_hold_back(engine *e, const pending_finding *p);
void types_fire(engine *e, rule_moment *m, const type_evidence *why, engine_result *out);

/* ---- creation.c, methods.c: the other questions */
void creation_check(engine *e, engine_result *out);
void methods_check(engine *e, engine_result *out);

#endif
