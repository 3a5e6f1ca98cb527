/* A place that is set only after what it held was released.
 *
 * Between the two the place points to an object that may be dead, and the object's own destructor can
 * run code that looks there. That needs somebody who can look: functions that are only reached while
 * the owner is made or dies are left alone, and so are objects that nobody else has seen yet. Whether
 * the field ever holds anything but numbers and text is known at the end of the unit (types.c).
 */
#include "types_int.h"

#include <string.h>

/* ---- functions that run while their object is in use */

static bool is_at_birth_or_death(const slot *s)
{
    return s->duties & (DUTY_FREES | DUTY_MAY_REVIVE | DUTY_NULL_STATE) || s->row.effects & FX_ZEROED;
}

/* The table that names the function knows best; one written for Python 2 begins with one member more. */
static const slot *slot_in_table(const engine *e, const ir_fn *fn)
{
    for (int i = 0; i < e->unit->nclasses; i++) {
        const ir_class *c = &e->unit->classes[i];
        for (int k = 0; k < c->nslots; k++)
            if (c->slots[k].value && strcmp(c->slots[k].value, fn->name) == 0)
                return slot_find(e->config->contracts, c->slots[k].name, e->config->target_minor);
    }
    return NULL;
}

static bool is_entry(const engine *e, const ir_fn *fn)
{
    const slot *role = role_slot(e, fn), *s = role && fn->roles & IR_R_SLOT ? slot_in_table(e, fn) : NULL;

    return role && !(fn->roles & IR_R_INIT) && !is_at_birth_or_death(s ? s : role);
}

static void mark_in_use(engine *e, int index)
{
    const ir_fn *fn = e->unit->fns[index];

    if (e->in_use[index])
        return;
    e->in_use[index] = true;
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++) {
            const ir_event *ev = &fn->blocks[b].events[i];
            int callee = ev->kind == IR_CALL && ev->callee ? callee_find(e, ev->callee)->fn : -1;

            if (callee >= 0)
                mark_in_use(e, callee);
        }
}

static bool runs_in_use(engine *e)
{
    if (!e->in_use) {
        e->in_use = arena_alloc(e->out, (size_t)e->unit->nfns + 1);
        for (int i = 0; i < e->unit->nfns; i++)
            if (is_entry(e, e->unit->fns[i]))
                mark_in_use(e, i);
    }
    return e->in_use[e->fn_index];
}

/* ---- the place */

static bool is_of_class(const ir_unit *unit, const char *record)
{
    for (int i = 0; i < unit->nclasses; i++)
        if (strcmp(unit->classes[i].record, record) == 0)
            return true;
    return false;
}

static bool is_in_sight(const engine *e, const state *s, const cell *c)
{
    int owner = c->base >= 0 ? s->syms[c->base].obj : -1;

    if (c->kind == IR_P_GLOBAL)
        return true;
    if (c->kind != IR_P_FIELD || !c->record || !is_of_class(e->unit, c->record))
        return false;
    return owner < 0 || s->objs[owner].origin != ORIGIN_NEW;
}

static bool was_let_go_of(const object *o)
{
    unsigned other = O_RETAINED | O_STOLEN | O_ESCAPED | O_REPORTED | O_ALLOWED;

    return (o->origin == ORIGIN_FIELD || o->origin == ORIGIN_GLOBAL) && o->flags & O_RELEASED &&
           !(o->flags & other) && o->account.owned == 0 && o->account.outside != RM_SOMEBODY;
}

void replace_check(engine *e, state *s, const cell *c, value new)
{
    int obj = value_object(s, c->held);
    const trace *t = obj >= 0 && was_let_go_of(&s->objs[obj]) ? trace_last_loss(s->trace, s->objs[obj].uid) : NULL;
    rule_moment m = {.kind = MOMENT_REPLACED, .arg = -1, .field = c->field, .is_cleared = value_is_null(s, new)};

    if (!t || !is_in_sight(e, s, c) || !runs_in_use(e))
        return;
    m.at = t->loc;
    m.record = c->kind == IR_P_FIELD ? c->record : NULL;
    trace_add(e, s, STEP_END, obj, 0, "only now the place holds something else", NULL);
    moment_fire(e, s, &m, obj);
}
