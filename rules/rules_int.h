/* What several rules ask about a moment, answered in one place.
 *
 * RW201, RW202, RW203 and RW204 all start from "this reference is not ours to give up"; claim_of
 * says why, so that exactly one of them speaks.
 */
#ifndef REFWARDEN_RULES_INT_H
#define REFWARDEN_RULES_INT_H

#include "rules.h"

typedef enum {
    CLAIM_OWNED,    /* this function owes a release: nothing is wrong */
    CLAIM_STOLEN,   /* a stealing call took it */
    CLAIM_RELEASED, /* this path gave it up already */
    CLAIM_BORROWED, /* it never was ours */
    CLAIM_MODULE,   /* the same, and a call that adds to a module is what took it */
    CLAIM_UNCLEAR,  /* perhaps it was handed to us: silence */
} claim;

claim claim_of(const rule_moment *m);

/* A leak has other words where what is lost is no object, and where a call that was to put it into a
 * module is the reason. */
typedef enum { LEAK_OF_OBJECT, LEAK_OF_BUFFER, LEAK_BY_MODULE } leak_claim;

leak_claim leak_of(const rule_moment *m);

/* The interpreter calls the function and keeps the references it passes. */
bool called_by_interpreter(const ir_fn *fn);

confidence at_most(confidence c, confidence limit);

/* Of a claim that a reference of this function is lost. */
confidence confidence_in_leak(const rule_moment *m);

/* Of a claim that an object is gone or not ours: weaker for what others may keep alive. */
confidence confidence_in_object(const rule_object *o);

const char *failure_value(const ir_fn *fn);        /* "NULL" or "-1" */
const char *immortal_note(const rule_object *o);   /* " (harmless from Python 3.12 on)" or "" */
bool has_new_ref(const rule_moment *m);            /* Py_NewRef is there in every version that counts */
const char *fix_unless_immortal(const rule_object *o, const char *fix);

/* One function per row of rules.def. */
#define RULE(code, name, sev, on, moments, function, summary) \
    void function(rule_ctx *c, const rule_moment *m);
#include "rules.def"
#undef RULE

#endif
