/* Slots of tuples and lists that hold an item: a macro that sets one does not release it.
 *
 * A slot is known to be filled where this path filled it, where the call that made the container did
 * (its row does not say `slots`), and in what the interpreter's caller handed in. Whoever reads an item
 * of the container first may be about to release it, and is left alone.
 *
 * What is known stands in cells of the container that no code can name: ITEM at an index, or without
 * one for all of them.
 */
#include "engine_int.h"

#include <string.h>

static const char ITEM[] = "[item]", EMPTY[] = "[empty]";
static const value every_index;

static cell *find_mark(state *s, int container, const char *mark, value index)
{
    return state_find_cell(s, IR_P_INDEX, container, mark, index);
}

static void set_mark(state *s, int container, const char *mark, value index)
{
    s->has_marks = true;
    if (!find_mark(s, container, mark, index))
        state_add_cell(s, IR_P_INDEX, container, NULL, mark, index, value_const(1));
}

static void drop_marks(state *s, int container)
{
    for (int i = s->ncells - 1; i >= 0; i--)
        if (s->cells[i].base == container && s->cells[i].kind == IR_P_INDEX &&
            (s->cells[i].field == ITEM || s->cells[i].field == EMPTY))
            state_drop_cell(s, i);
}

/* ---- containers that somebody else filled */

static bool is_made_full(const engine *e, const object *o)
{
    const contract *c = o->made_by ? contract_find(e->config->contracts, o->made_by, e->config->target_minor) : NULL;

    return o->origin == ORIGIN_NEW && c && !(c->effects & FX_SLOTS) &&
           (o->kind.type == TYPE_LIST || o->kind.type == TYPE_TUPLE);
}

static bool is_from_caller(const engine *e, const state *s, const object *o)
{
    bool is_method = e->fn->roles & IR_R_METHOD;

    if (o->origin == ORIGIN_BORROWED && o->anchor >= 0)
        return is_from_caller(e, s, &s->objs[o->anchor]);
    return o->origin == ORIGIN_PARAM && o->param > 0 && is_method;
}

static bool was_read(const state *s, int obj)
{
    for (int i = 0; i < s->nobjs; i++)
        if (s->objs[i].anchor == obj && s->objs[i].origin == ORIGIN_BORROWED)
            return true;
    for (int i = 0; i < s->nsyms; i++)
        if (s->syms[i].anchor == obj)
            return true;
    return false;
}

/* What something keeps already may be the item that is there. */
static bool is_kept(const state *s, value item)
{
    int obj = value_object(s, item);

    return obj >= 0 && s->objs[obj].account.kept > 0;
}

static bool is_filled(engine *e, state *s, int container, value index, value item)
{
    const object *o = &s->objs[s->syms[container].obj];

    if (find_mark(s, container, ITEM, every_index) || find_mark(s, container, ITEM, index))
        return true;
    return (is_made_full(e, o) && !is_kept(s, item)) || is_from_caller(e, s, o);
}

/* ---- calls */

static bool overwrites(const contract *c) { return c->pre && strstr(c->pre, "null(slot)"); }

static bool sets_one_slot(const contract *c)
{
    return c->nargs == 3 && c->effects & FX_EDGE && c->args[1].code == ARG_VALUE && c->args[2].code == ARG_STEAL;
}

static bool adds_one_slot(const contract *c)
{
    return c->nargs == 2 && c->effects & FX_EDGE && c->args[1].code == ARG_KEEP;
}

static void set_slot(engine *e, state *s, const ir_event *ev, const contract *c, int container)
{
    value index = value_operand(e, s, &ev->args[1]), item = value_operand(e, s, &ev->args[2]);
    int obj = s->syms[container].obj;
    rule_moment m = {.kind = MOMENT_SLOT, .call = c->name, .arg = 2};

    if (value_is_null(s, item) || exit_takes_back(e, c->name)) {
        drop_marks(s, container);
        return;
    }
    if (overwrites(c) && is_filled(e, s, container, index, item) && !was_read(s, obj)) {
        trace_add(e, s, STEP_END, obj, 0, "the item that was there is not released", NULL);
        moment_fire(e, s, &m, obj);
    }
    if (!find_mark(s, container, ITEM, every_index))
        set_mark(s, container, ITEM, index);
}

static bool leaves_slots(const contract *c)
{
    return c && !(c->effects & (FX_RUNS_CODE | FX_RUNS_ON_DROP));
}

/* Nobody changes a tuple that is lent to him. */
static bool stays_filled(const state *s, value v, const contract *c)
{
    int obj = value_object(s, v);

    return c && obj >= 0 && s->objs[obj].kind.type == TYPE_TUPLE;
}

static void forget_slots(engine *e, state *s, const ir_event *ev, const contract *c)
{
    for (int k = 0; k < ev->nargs && s->has_marks; k++) {
        value v = ev->args[k].kind == IR_VAR ? value_operand(e, s, &ev->args[k]) : (value){0};
        if (v.kind == V_SYM && !stays_filled(s, v, c))
            drop_marks(s, v.sym);
    }
}

void slots_note_made(state *s, value made, value size)
{
    if (size.kind == V_CONST && size.num == 0)
        set_mark(s, made.sym, EMPTY, every_index);
}

/* Who put it there and releases it now has taken it out. */
void slots_note_release(state *s, int obj)
{
    int container = s->has_marks && s->objs[obj].flags & O_STOLEN ? s->objs[obj].anchor : -1;

    for (int i = s->ncells - 1; i >= 0 && container >= 0; i--)
        if (s->cells[i].field == ITEM && s->syms[s->cells[i].base].obj == container)
            state_drop_cell(s, i);
}

void slots_step(engine *e, state *s, const ir_event *ev)
{
    const contract *c = e->called ? e->called->contract : NULL;
    value first = ev->nargs > 0 && ev->args[0].kind == IR_VAR ? value_operand(e, s, &ev->args[0]) : (value){0};
    int container = first.kind == V_SYM && s->syms[first.sym].obj >= 0 ? first.sym : -1;

    if (c && container >= 0 && ev->nargs == 3 && sets_one_slot(c))
        set_slot(e, s, ev, c, container);
    else if (c && container >= 0 && adds_one_slot(c) && find_mark(s, container, EMPTY, every_index))
        set_mark(s, container, ITEM, every_index);
    else if (!leaves_slots(c))
        forget_slots(e, s, ev, c);
}
