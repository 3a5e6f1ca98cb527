/* What the unit believes of functions that nobody described: whether their result is a new reference.
 *
 * Code that releases a result, gives it to a call that steals it, or returns it to the interpreter
 * believes that it is new; code that retains it does not. One belief without a contrary one is
 * taken up, a name like widget_new() counts as one. Such a result is never more than probably new.
 */
#include "engine_int.h"

#include <ctype.h>
#include <string.h>

typedef struct {
    engine *e;
    const ir_fn *fn;
    callee **maker;    /* by variable: whose result it holds */
    bool *is_mixed;    /* named variables that hold results of several */
    bool votes;        /* second round: every maker of a named variable is known */
    bool to_interpreter;
} reader;

/* ---- names */

static bool is_name_part(const char *name, const char *at, size_t n)
{
    bool starts = at == name || at[-1] == '_' || (isupper((unsigned char)*at) && !isupper((unsigned char)at[-1]));
    bool ends = !at[n] || at[n] == '_' || isupper((unsigned char)at[n]);

    return starts && ends;
}

static bool name_makes(const char *name)
{
    static const char *const words[] = {"new", "New", "NEW", "create", "Create", NULL};

    for (int i = 0; words[i]; i++) {
        const char *at = strstr(name, words[i]);
        if (at && is_name_part(name, at, strlen(words[i])))
            return true;
    }
    return false;
}

/* ---- one event */

static callee *maker_of(const reader *r, const ir_operand *o)
{
    return o->kind == IR_VAR && !r->is_mixed[o->var] ? r->maker[o->var] : NULL;
}

static void defines(reader *r, int var, callee *maker)
{
    bool is_named = r->fn->vars[var].shown != NULL;

    if (is_named && r->votes)
        return;
    if (is_named && r->maker[var] && r->maker[var] != maker)
        r->is_mixed[var] = true;
    r->maker[var] = maker;
}

static void defines_named_otherwise(reader *r, int var)
{
    if (r->fn->vars[var].shown && !r->votes)
        r->is_mixed[var] = true;
    if (!r->fn->vars[var].shown)
        r->maker[var] = NULL;
}

static void vote(const reader *r, const ir_operand *o, bool is_new)
{
    callee *c = maker_of(r, o);

    if (c && r->votes)
        c->belief |= is_new ? BELIEF_NEW : BELIEF_BORROWED;
}

static void read_call(reader *r, const ir_event *ev)
{
    callee *c = ev->callee ? callee_find(r->e, ev->callee) : NULL;
    const ir_decl *decl = c && !c->contract && c->fn < 0 ? ir_find_decl(r->e->unit, ev->callee) : NULL;

    for (int k = 0; c && c->contract && k < ev->nargs && k < c->contract->nargs; k++)
        if (c->contract->args[k].code == ARG_STEAL)
            vote(r, &ev->args[k], true);
    if (ev->dst < 0)
        return;
    if (!decl || decl->ret != IR_OBJ) {
        defines_named_otherwise(r, ev->dst);
        return;
    }
    if (name_makes(ev->callee))
        c->belief |= BELIEF_NEW;
    defines(r, ev->dst, c);
}

static void read_event(reader *r, const ir_event *ev)
{
    switch (ev->kind) {
    case IR_CALL: read_call(r, ev); return;
    case IR_RELEASE:
    case IR_XRELEASE: vote(r, &ev->a, true); return;
    case IR_RETAIN:
    case IR_XRETAIN: vote(r, &ev->a, false); return;
    case IR_RET:
        if (r->to_interpreter)
            vote(r, &ev->a, true);
        return;
    case IR_SET:
        if (maker_of(r, &ev->a))
            defines(r, ev->dst, maker_of(r, &ev->a));
        else if (ev->a.kind != IR_CONST) /* NULL until it is made */
            defines_named_otherwise(r, ev->dst);
        return;
    default:
        if (ev->dst >= 0)
            defines_named_otherwise(r, ev->dst);
    }
}

/* ---- the unit */

static void read_function(reader *r)
{
    for (int b = 0; b < r->fn->nblocks; b++)
        for (int i = 0; i < r->fn->blocks[b].nevents; i++)
            read_event(r, &r->fn->blocks[b].events[i]);
}

void beliefs_learn(engine *e)
{
    reader r = {.e = e};

    for (int i = 0; i < e->unit->nfns; i++) {
        e->fn = r.fn = e->unit->fns[i];
        e->slot = role_slot(e, e->fn);
        r.to_interpreter = role_owes_new(e);
        r.maker = arena_alloc(e->scratch, sizeof *r.maker * (size_t)r.fn->nvars + 1);
        r.is_mixed = arena_alloc(e->scratch, (size_t)r.fn->nvars + 1);
        for (int k = 0; k < r.fn->nparams; k++)
            r.is_mixed[k] = true;
        r.votes = false;
        read_function(&r);
        r.votes = true;
        read_function(&r);
        arena_reset(e->scratch);
    }
}
