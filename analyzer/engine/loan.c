/* Borrowed references that may die while their lender lives.
 *
 * A list or a dict keeps an item only until somebody changes it. What matters is who can: code that a
 * call runs reaches what came in as an argument, is a field or a global; it does not reach what this
 * function made and gave to nobody. A lender of which that is not known is not judged.
 */
#include "engine_int.h"

#include <string.h>

typedef enum { LENDER_PRIVATE, LENDER_UNCLEAR, LENDER_SHARED } sharing;

/* ---- who can change it */

static bool is_private_to(const slot *s, const ir_fn *fn, const ir_operand *o)
{
    return s && o->kind == IR_VAR && o->var < fn->nparams && slot_has_condition(s, PRE_PRIVATE, o->var);
}

/* The arguments of a helper that some method fills with what was made for its own call. */
static uint64_t private_args_of(const engine *e, const ir_fn *helper)
{
    uint64_t args = 0;

    for (int f = 0; f < e->unit->nfns; f++) {
        const ir_fn *fn = e->unit->fns[f];
        const slot *s = role_slot(e, fn);
        for (int b = 0; b < fn->nblocks && s; b++)
            for (int i = 0; i < fn->blocks[b].nevents; i++) {
                const ir_event *ev = &fn->blocks[b].events[i];
                if (ev->kind != IR_CALL || !ev->callee || strcmp(ev->callee, helper->name) != 0)
                    continue;
                for (int k = 0; k < ev->nargs && k < 64; k++)
                    args |= is_private_to(s, fn, &ev->args[k]) ? 1ull << k : 0;
            }
    }
    return args;
}

static bool is_private_param(engine *e, const object *o)
{
    if (o->param < 0 || o->param >= 64)
        return false;
    if (e->slot)
        return slot_has_condition(e->slot, PRE_PRIVATE, o->param);
    if (!e->knows_private) {
        e->private_args = private_args_of(e, e->fn);
        e->knows_private = true;
    }
    return e->private_args >> o->param & 1;
}

static sharing sharing_of_new(const object *o)
{
    if (o->copy_of >= 0)
        return LENDER_PRIVATE;
    if (!(o->flags & O_BORN))
        return o->flags & O_BELIEVED ? LENDER_UNCLEAR : LENDER_SHARED;
    return o->flags & (O_ESCAPED | O_PASSED) || o->account.kept > 0 ? LENDER_UNCLEAR : LENDER_PRIVATE;
}

/* What callers pass is theirs to change; what an object keeps for itself seldom changes. Who calls a
 * helper from other files is not known. */
static sharing sharing_of(engine *e, const state *s, const object *o)
{
    if (o->kind.type == TYPE_TUPLE || o->asked == TYPE_TUPLE || is_private_param(e, o))
        return LENDER_PRIVATE;
    if (o->origin == ORIGIN_NEW)
        return sharing_of_new(o);
    bool is_passed = o->origin == ORIGIN_PARAM ||
                     (o->origin == ORIGIN_BORROWED && o->anchor >= 0 && s->objs[o->anchor].origin == ORIGIN_PARAM);
    return is_passed && (e->slot || e->fn->roles & IR_R_STATIC) ? LENDER_SHARED : LENDER_UNCLEAR;
}

static sharing sharing_of_lender(engine *e, state *s, const ir_event *ev, int arg)
{
    value v = arg >= 0 && arg < ev->nargs ? value_operand(e, s, &ev->args[arg]) : value_const(0);
    int obj = value_object(s, v);

    if (arg < 0)
        return LENDER_SHARED; /* nobody keeps it: a weak reference */
    return obj >= 0 ? sharing_of(e, s, &s->objs[obj]) : LENDER_UNCLEAR;
}

bool loan_is_at_risk(engine *e, state *s, const ir_event *ev, int lender)
{
    return sharing_of_lender(e, s, ev, lender) == LENDER_SHARED;
}

/* ---- code that runs */

static bool is_atomic(uint8_t type)
{
    switch (type) {
    case TYPE_BOOL:
    case TYPE_BYTEARRAY:
    case TYPE_BYTES:
    case TYPE_COMPLEX:
    case TYPE_FLOAT:
    case TYPE_INT:
    case TYPE_STR: return true;
    default: return false;
    }
}

/* Numbers and texts bring no code along. */
bool loan_brings_code(engine *e, state *s, const ir_event *ev)
{
    for (int k = 0; k < ev->nargs && k < 2; k++) {
        int obj = value_object(s, value_operand(e, s, &ev->args[k]));
        const object *o = obj >= 0 ? &s->objs[obj] : NULL;

        if (o && o->origin != ORIGIN_SINGLETON && !is_atomic(o->kind.type) && !is_atomic(o->asked))
            return true;
    }
    return false;
}

static bool runs_code(engine *e, state *s, const ir_event *ev)
{
    const contract *c = e->called ? e->called->contract : NULL;

    if (c)
        return c->effects & FX_CALLS_BACK && loan_brings_code(e, s, ev);
    const summary *sum = callee_summary(e, e->called);

    return sum && sum->runs_code;
}

bool is_equal_to_global(const state *s, int obj)
{
    for (int i = 0; i < s->nfacts; i++) {
        const fact *k = &s->facts[i];
        if (k->op != IR_EQ || k->a.kind != V_SYM || k->b.kind != V_SYM)
            continue;
        const sym *a = &s->syms[k->a.sym], *b = &s->syms[k->b.sym];
        if ((a->obj == obj && b->kind == SYM_GLOBAL) || (b->obj == obj && a->kind == SYM_GLOBAL))
            return true;
    }
    return false;
}

static bool is_kept_by_nobody_else(const state *s, int obj)
{
    const object *o = &s->objs[obj];

    return o->account.owned == 0 && o->account.kept == 0 && o->account.life == RM_LIVE &&
           !(o->flags & (O_ESCAPED | O_REPORTED)) && !is_equal_to_global(s, obj);
}

void loan_note_code(engine *e, state *s, const ir_event *ev)
{
    if (!runs_code(e, s, ev))
        return;
    s->ran_code = true;
    for (int i = 0; i < s->nobjs; i++)
        if (s->objs[i].on_loan && !s->objs[i].ran && is_kept_by_nobody_else(s, i)) {
            s->objs[i].ran = ev->callee;
            trace_add(e, s, STEP_OWNERSHIP, i, 0, "runs code that can drop it", NULL);
        }
}

void loan_check_use(engine *e, state *s, int obj, const char *call, int arg)
{
    object *o = &s->objs[obj];
    rule_moment m = {.kind = MOMENT_AT_RISK, .call = call, .arg = arg, .ran = o->ran};

    if (!o->ran)
        return;
    if (o->account.owned == 0) {
        trace_add(e, s, STEP_END, obj, 0, "used, and perhaps gone", NULL);
        moment_fire(e, s, &m, obj);
        o = &s->objs[obj];
    }
    o->ran = NULL;
    o->on_loan = false;
}

/* ---- other threads */

void loan_check_call(engine *e, state *s, const ir_event *ev, value result)
{
    const contract *c = e->called ? e->called->contract : NULL;
    int obj = value_object(s, result), lender = c && c->anchor == ANCHOR_ARG ? c->anchor_arg : -1;

    if (!c || !c->strong || obj < 0 || s->locks > 0 || sharing_of_lender(e, s, ev, lender) == LENDER_PRIVATE)
        return;
    const contract *strong = callee_find(e, c->strong)->contract;
    rule_moment m = {.kind = MOMENT_LENT, .call = c->name, .arg = lender, .strong = c->strong,
                     .strong_since = strong ? strong->since : 0};
    moment_fire(e, s, &m, obj);
}
