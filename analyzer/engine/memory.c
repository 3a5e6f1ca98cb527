/* Variables and memory: where references live.
 *
 * A cell is a place somebody read or wrote: a member of what a pointer points to, an element, a
 * global. What a field or a global holds belongs to it, so one release is allowed on what is read
 * from there. Elements at an unknown index are not followed: objects put there escape.
 */
#include "engine_int.h"

#include <string.h>

static const value no_index;

bool is_local_address(const state *s, int sym)
{
    while (sym >= 0 && s->syms[sym].kind == SYM_ADDRESS) {
        if (s->syms[sym].op == IR_P_VAR)
            return true;
        sym = s->syms[sym].a.kind == V_SYM ? s->syms[sym].a.sym : -1;
    }
    return false;
}

bool cell_outlives(const state *s, const cell *c)
{
    return c->base < 0 || !is_local_address(s, c->base);
}

/* ---- variables */

static void name_object(engine *e, state *s, int obj, int var)
{
    object *o = &s->objs[obj];

    if (!e->fn->vars[var].shown || o->origin == ORIGIN_SINGLETON)
        return;
    o->flags |= O_NAMED;
    if (o->name_var < 0)
        o->name_var = var;
}

void memory_assign(engine *e, state *s, int var, value v)
{
    int old = value_object(s, s->vars[var]), obj = value_object(s, v);

    s->vars[var] = v;
    if (obj >= 0)
        name_object(e, s, obj, var);
    if (old >= 0 && old != obj)
        object_check_lost(e, s, old, LOST_BY_OVERWRITE, NULL);
}

/* ---- what an unread cell holds */

static value fresh_value(state *s) { return value_sym(state_add_sym(s, SYM_PLAIN, S_ANY)); }

static bool is_exception_name(const char *name) { return name && strncmp(name, "PyExc_", 6) == 0; }

/* Only a member of an object is known to belong to it; elements, and what others wrote into a
 * local struct, may be anybody's. */
static origin_kind origin_of(const state *s, const ir_place *p, int base, bool exception)
{
    if (p->kind == IR_P_GLOBAL)
        return exception ? ORIGIN_SINGLETON : ORIGIN_GLOBAL;
    if (p->kind != IR_P_FIELD || is_local_address(s, base))
        return ORIGIN_UNKNOWN;
    return ORIGIN_FIELD;
}

static value held_object(state *s, const ir_place *p, int base, const char *name)
{
    value v = fresh_value(s);
    bool exception = p->kind == IR_P_GLOBAL && is_exception_name(name);
    rm_account account = rm_open(0, exception ? RM_SOMEBODY : RM_PERHAPS);
    origin_kind origin = origin_of(s, p, base, exception);
    int obj = state_add_object(s, v.sym, origin, account);

    s->objs[obj].field = name;
    if (exception)
        s->syms[v.sym].signs = S_ABOVE;
    else
        object_allow_release(s, obj);
    return v;
}

/* Elements of an array that the caller handed in (METH_FASTCALL) are borrowed from the caller. */
static bool is_caller_array(const state *s, const ir_place *p, int base)
{
    if (p->kind != IR_P_INDEX || base < 0)
        return false;
    int obj = s->syms[base].anchor;
    return obj >= 0;
}

static value initial(engine *e, state *s, const ir_place *p, int base, ir_type type)
{
    (void)e;
    if (type != IR_OBJ) {
        value v = fresh_value(s);
        if (p->kind == IR_P_FIELD)
            s->syms[v.sym].name = p->field; /* which slot it is, should it be called */
        return v;
    }
    value v = held_object(s, p, base, p->kind == IR_P_GLOBAL ? p->base.text : p->kind == IR_P_FIELD ? p->field : NULL);
    if (is_caller_array(s, p, base)) {
        object *o = &s->objs[s->syms[v.sym].obj];
        o->origin = ORIGIN_BORROWED;
        o->flags &= (uint16_t)~O_ALLOWED;
        o->account.kept = 0;
        o->anchor = s->syms[base].anchor;
    }
    return v;
}

/* ---- finding the cell of a place */

typedef struct {
    ir_place_kind kind;
    int base;          /* symbol, -1 for globals; -2: not a place we follow */
    const char *record, *field;
    value index;
    int var;           /* >= 0: the place is this variable */
} where;

static where through_pointer(const state *s, value p)
{
    const sym *y = p.kind == V_SYM ? &s->syms[p.sym] : NULL;

    if (!y)
        return (where){.base = -2, .var = -1};
    if (y->kind == SYM_ADDRESS && y->op == IR_P_VAR)
        return (where){.var = y->var, .base = p.sym, .kind = IR_P_INDEX, .index = value_const(0)};
    if (y->kind == SYM_ADDRESS && y->op == IR_P_GLOBAL)
        return (where){.kind = IR_P_GLOBAL, .base = -1, .field = y->name, .var = -1};
    if (y->kind == SYM_ADDRESS && y->a.kind == V_SYM)
        return (where){.kind = (ir_place_kind)y->op, .base = y->a.sym, .field = y->name, .index = y->b, .var = -1};
    return (where){.kind = IR_P_DEREF, .base = p.sym, .var = -1};
}

static where resolve(engine *e, state *s, const ir_place *p)
{
    if (p->kind == IR_P_VAR)
        return (where){.var = p->base.var, .base = -2};
    if (p->kind == IR_P_GLOBAL)
        return (where){.kind = IR_P_GLOBAL, .base = -1, .field = p->base.text, .var = -1};
    value base = value_operand(e, s, &p->base);
    if (value_is_null(s, base)) {
        null_use(e, s, base, NULL, -1);
        return (where){.base = -2, .var = -1};
    }
    pointer_use(e, s, base, NULL, -1);
    if (p->kind == IR_P_DEREF) {
        where w = through_pointer(s, base);
        if (w.var >= 0 && e->fn->vars[w.var].type == IR_AGGREGATE)
            w.var = -1;
        return w;
    }
    if (base.kind != V_SYM)
        return (where){.base = -2, .var = -1};
    if (p->kind == IR_P_FIELD)
        return (where){.kind = IR_P_FIELD, .base = base.sym, .record = p->record, .field = p->field, .var = -1};
    value index = value_operand(e, s, &p->index);
    if (index.kind == V_CONST && index.num == 0)  {
        where w = through_pointer(s, base);
        if (w.var >= 0 && e->fn->vars[w.var].type == IR_AGGREGATE)
            w.var = -1;
        if (w.kind == IR_P_DEREF)
            w.kind = IR_P_INDEX, w.index = index;
        return w;
    }
    return (where){.kind = IR_P_INDEX, .base = base.sym, .index = index, .var = -1};
}

static bool is_unknown_index(const where *w)
{
    return w->kind == IR_P_INDEX && w->index.kind != V_CONST;
}

/* Of the elements at unknown indices only the one used last is known. */
static void forget_elements(state *s, const where *w)
{
    for (int i = s->ncells - 1; i >= 0; i--) {
        const cell *c = &s->cells[i];
        if (c->base != w->base || c->kind != IR_P_INDEX || value_same(c->index, w->index))
            continue;
        if (c->written)
            object_escape(s, value_object(s, c->held));
        if (c->index.kind != V_CONST)
            state_drop_cell(s, i);
    }
}

static value read_at(engine *e, state *s, const where *w, const ir_place *p, ir_type type)
{
    if (w->var >= 0) {
        ir_operand o = {.kind = IR_VAR, .var = w->var};
        return value_operand(e, s, &o);
    }
    if (w->base == -2)
        return fresh_value(s);
    if (is_unknown_index(w))
        forget_elements(s, w);
    cell *c = state_find_cell(s, w->kind, w->base, w->field, w->index);
    if (!c) {
        value v = initial(e, s, p, w->base, type);
        c = state_add_cell(s, w->kind, w->base, w->record, w->field, w->index, v);
    }
    return c->held;
}

static bool takes_first_param(const ir_event *ev)
{
    for (int k = 0; k < ev->nargs; k++)
        if (ev->args[k].kind == IR_VAR && ev->args[k].var == 0)
            return true;
    return false;
}

/* A number in the object may say that it was done once already. */
static bool reads(const ir_fn *fn, const ir_event *ev, const cell *c)
{
    if (ev->kind != IR_LOAD || ev->place.kind != IR_P_FIELD)
        return false;
    if (strcmp(ev->place.field, c->field) == 0)
        return true;
    return strcmp(ev->place.record, c->record) == 0 && ev->dst >= 0 && fn->vars[ev->dst].type == IR_INT;
}

/* Whether the code above the line looks at the field, itself or through what it gives the object to. */
static bool looks_at(const ir_fn *fn, const cell *c, int line)
{
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++) {
            const ir_event *ev = &fn->blocks[b].events[i];
            if (ev->loc.line >= line)
                continue;
            if (ev->kind == IR_CALL && takes_first_param(ev))
                return true;
            if (reads(fn, ev, c))
                return true;
        }
    return false;
}

/* `self->f = new` in a slot that may run twice for one object: what it put there the first time is lost. */
static void check_repeated(engine *e, state *s, const cell *c)
{
    bool repeats = e->slot && e->slot->duties & DUTY_BEARS_REPEATING && e->fn->nparams > 0;

    if (!repeats || c->base < 0 || s->params[0].kind != V_SYM || s->params[0].sym != c->base)
        return;
    if (!place_is_owning(e->unit, c) || looks_at(e->fn, c, e->event->loc.line))
        return;
    rule_moment m = {.kind = MOMENT_LOST, .how = LOST_WHEN_REPEATED, .arg = -1, .object.name = c->field};
    trace_add(e, s, STEP_END, -1, 0, "set without a look at what it holds", NULL);
    moment_fire(e, s, &m, -1);
}

static void write_at(engine *e, state *s, const where *w, value v)
{
    if (w->var >= 0) {
        memory_assign(e, s, w->var, v);
        return;
    }
    if (w->base == -2) {
        object_escape(s, value_object(s, v));
        return;
    }
    if (is_unknown_index(w)) {
        object_escape(s, value_object(s, v));
        forget_elements(s, w);
    }
    if (w->field && strstr(w->field, "ob_refcnt")) /* counting by hand is not followed */
        object_escape(s, s->syms[w->base].obj);
    cell *c = state_find_cell(s, w->kind, w->base, w->field, w->index);
    int old = c ? value_object(s, c->held) : -1;
    bool was_written = c && c->written, known = c != NULL;
    if (!c)
        c = state_add_cell(s, w->kind, w->base, w->record, w->field, w->index, v);
    else if (!was_written && old != value_object(s, v))
        replace_check(e, s, c, v);
    if (!was_written && old >= 0)
        s->objs[old].flags |= O_MOVED;
    c->was_read |= known && !was_written;
    c->held = v;
    c->written = true;
    c->by = e->event;
    if (w->record)
        c->record = w->record;
    if (!known && value_object(s, v) >= 0)
        check_repeated(e, s, c);
    s->wrote_memory |= cell_outlives(s, c);
    if (was_written && old >= 0 && old != value_object(s, v))
        object_check_lost(e, s, old, LOST_BY_OVERWRITE, NULL);
}

/* ---- the public face */

value memory_load(engine *e, state *s, const ir_place *p, ir_type type)
{
    where w = resolve(e, s, p);

    return read_at(e, s, &w, p, type);
}

void memory_store(engine *e, state *s, const ir_place *p, value v)
{
    where w = resolve(e, s, p);

    if (!s->stopped)
        write_at(e, s, &w, v);
}

value memory_address(engine *e, state *s, const ir_place *p)
{
    value base, index = no_index;

    switch (p->kind) {
    case IR_P_VAR:
        return value_address(s, IR_P_VAR, no_index, NULL, no_index, p->base.var);
    case IR_P_GLOBAL:
        return value_address(s, IR_P_GLOBAL, no_index, p->base.text, no_index, -1);
    case IR_P_DEREF:
        return value_operand(e, s, &p->base);
    case IR_P_FIELD:
        base = value_operand(e, s, &p->base);
        return value_address(s, IR_P_FIELD, base, p->field, index, -1);
    case IR_P_INDEX:
        break;
    }
    base = value_operand(e, s, &p->base);
    index = value_operand(e, s, &p->index);
    return value_same(index, value_const(0)) ? base : value_address(s, IR_P_INDEX, base, NULL, index, -1);
}

bool memory_read_through(engine *e, state *s, value pointer, value *out)
{
    where w = through_pointer(s, pointer);
    ir_place p = {.kind = IR_P_DEREF};

    if (w.base == -2 && w.var < 0)
        return false;
    *out = read_at(e, s, &w, &p, IR_OBJ);
    return true;
}

void memory_write_through(engine *e, state *s, value pointer, value v)
{
    where w = through_pointer(s, pointer);

    if (w.var >= 0 && e->fn->vars[w.var].type == IR_AGGREGATE)
        w.var = -1;
    write_at(e, s, &w, v);
}

static bool is_absent_object(const state *s, const cell *c)
{
    return c->kind == IR_P_FIELD && c->held.kind == V_SYM && s->syms[c->held.sym].obj >= 0 && value_is_null(s, c->held);
}

/* Code that runs with an object may set a field of it that was NULL. */
void memory_forget_absent(state *s, value base)
{
    for (int i = s->ncells - 1; i >= 0 && base.kind == V_SYM; i--)
        if (s->cells[i].base == base.sym && !s->cells[i].written && is_absent_object(s, &s->cells[i]))
            state_drop_cell(s, i);
}

void memory_invalidate(engine *e, state *s, value base)
{
    if (base.kind != V_SYM)
        return;
    const sym y = s->syms[base.sym];
    if (y.kind == SYM_ADDRESS && y.op == IR_P_VAR && e->fn->vars[y.var].type != IR_AGGREGATE) {
        object_escape(s, value_object(s, s->vars[y.var]));
        s->vars[y.var] = fresh_value(s);
        return;
    }
    where w = through_pointer(s, base);
    for (int i = s->ncells - 1; i >= 0; i--) {
        const cell *c = &s->cells[i];
        bool itself = y.kind == SYM_ADDRESS && c->kind == w.kind && c->base == w.base &&
                      c->field && w.field && strcmp(c->field, w.field) == 0;
        if (c->base != base.sym && !itself)
            continue;
        if (y.kind != SYM_ADDRESS && value_object(s, c->held) < 0 && !c->written && !is_absent_object(s, c))
            continue; /* a number or flag of an object: taken to stay as it was read */
        object_escape(s, value_object(s, c->held));
        state_drop_cell(s, i);
    }
}
