/* What annotations say of a function: cpychecker's attributes and refwarden.h.
 *
 * They are believed at calls, whatever the body does, and the body is held to them: a stolen
 * argument arrives as owned, a result that is announced as borrowed is no place where a reference can
 * go, and a function that says that it sets an exception owes one.
 */
#include "engine_int.h"

#include <string.h>

enum { ANNOTATED = IR_R_RETURNS_BORROWED | IR_R_RETURNS_NEW | IR_R_SETS_EXCEPTION | IR_R_NEGATIVE_SETS };

/* ---- at calls */

static const ir_decl *decl_of_body(const engine *e, const ir_fn *fn)
{
    ir_decl *d = arena_alloc(e->scratch, sizeof *d);

    *d = (ir_decl){.name = fn->name, .roles = fn->roles, .steals = fn->steals, .ret = fn->ret};
    return d;
}

const ir_decl *intent_decl(const engine *e, const callee *c)
{
    if (!c)
        return NULL;
    return c->fn >= 0 ? decl_of_body(e, e->unit->fns[c->fn]) : ir_find_decl(e->unit, c->name);
}

bool intent_is_annotated(const ir_decl *decl)
{
    return decl && (decl->roles & ANNOTATED || decl->steals);
}

static int add_failure(outcome *out, uint8_t signs)
{
    out[1] = out[0];
    out[1].result = R_VALUE;
    out[1].signs = signs;
    out[1].failure = true;
    out[1].exc = EXC_IS_SET;
    return 2;
}

int intent_outcomes(const ir_decl *decl, outcome *out)
{
    if (decl->roles & IR_R_SETS_EXCEPTION)
        out->exc = EXC_IS_SET;
    if (decl->roles & IR_R_RETURNS_BORROWED)
        out->result = R_BORROWED;
    if (decl->roles & IR_R_RETURNS_NEW) {
        out->result = R_NEW;
        out->lasting = true; /* others may hold it */
        return add_failure(out, S_ZERO);
    }
    if (decl->roles & IR_R_NEGATIVE_SETS) {
        out->result = R_VALUE;
        out->signs = S_ZERO | S_POSITIVE;
        return add_failure(out, S_MINUS1); /* as C functions do */
    }
    return 1;
}

/* ---- in the body */

bool intent_owns(const ir_fn *fn, int param)
{
    return param >= 0 && param < 32 && fn->steals >> param & 1;
}

bool intent_owes_exception(const engine *e, const state *s, value returned)
{
    if (e->fn->roles & IR_R_SETS_EXCEPTION)
        return true;
    return e->fn->roles & IR_R_NEGATIVE_SETS && e->fn->ret == IR_INT &&
           !(value_signs(s, returned) & ~S_NEGATIVE);
}

void intent_correct(const ir_fn *fn, outcome *o)
{
    for (int k = 0; k < o->nargs; k++)
        if (intent_owns(fn, k) && o->args[k].effect != E_NONE)
            o->args[k].effect = E_STEAL;
    if (fn->roles & IR_R_RETURNS_BORROWED && (o->result == R_NEW || o->result == R_NEW_ARG))
        o->result = o->result == R_NEW ? R_BORROWED : R_ARG;
    if (fn->roles & IR_R_RETURNS_NEW && (o->result == R_BORROWED || o->result == R_ARG))
        o->result = o->result == R_BORROWED ? R_NEW : R_NEW_ARG;
    if (fn->roles & IR_R_NEGATIVE_SETS && o->exc != EXC_IS_SET && o->signs & ~S_NEGATIVE)
        o->signs &= (uint8_t)~S_NEGATIVE; /* a size: what the failures are was said by the other ways out */
    if (fn->roles & IR_R_SETS_EXCEPTION || (fn->roles & IR_R_NEGATIVE_SETS && !(o->signs & ~S_NEGATIVE)))
        o->exc = EXC_IS_SET;
}
