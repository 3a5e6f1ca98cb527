/* Calls that put an object into a module.
 *
 * They differ in whose reference it is afterwards, and one steals on success only; the object notes
 * which call it was and how it ended, so that one rule speaks for what goes wrong there.
 */
#include "engine_int.h"

#include <string.h>

static bool adds_to_module(const contract *c)
{
    return c && c->effects & FX_EDGE && c->pre && strstr(c->pre, "module(0)");
}

static add_result result_of(contract_arg_code code, bool failure)
{
    switch (code) {
    case ARG_STEAL: return ADD_STOLE;
    case ARG_STEAL_OK: return failure ? ADD_FAILED : ADD_STOLE;
    case ARG_KEEP: return failure ? ADD_NOT_TRIED : ADD_KEPT; /* nothing changed */
    default: return ADD_NOT_TRIED;
    }
}

static int added_object(engine *e, state *s, const ir_event *ev, int k)
{
    return k < ev->nargs ? value_object(s, value_operand(e, s, &ev->args[k])) : -1;
}

void module_add_note(engine *e, state *s, const ir_event *ev, bool failure)
{
    const contract *c = e->called ? e->called->contract : NULL;

    if (!adds_to_module(c))
        return;
    for (int k = 1; k < c->nargs; k++) {
        add_result how = result_of((contract_arg_code)c->args[k].code, failure);
        int obj = added_object(e, s, ev, k);

        if (obj < 0 || how == ADD_NOT_TRIED)
            continue;
        s->objs[obj].added = (int32_t)how;
        s->objs[obj].added_by = c->name;
    }
}

/* What lives on elsewhere, as True does, loses a count, which costs nothing. */
static bool would_be_lost(const state *s, int obj)
{
    const object *o = &s->objs[obj];

    return o->origin == ORIGIN_NEW && o->kind.type != TYPE_BOOL && o->account.owned > 0 && !(o->flags & O_RETAINED) && object_edges(s, obj) == 0;
}

void module_add_unchecked(engine *e, state *s, const ir_event *ev)
{
    const contract *c = e->called ? e->called->contract : NULL;

    if (!adds_to_module(c))
        return;
    for (int k = 1; k < c->nargs; k++) {
        int obj = added_object(e, s, ev, k);
        rule_moment m = {.kind = MOMENT_ADD_UNCHECKED, .call = c->name, .arg = k};

        if (c->args[k].code == ARG_STEAL_OK && obj >= 0 && would_be_lost(s, obj))
            moment_fire(e, s, &m, obj);
    }
}
