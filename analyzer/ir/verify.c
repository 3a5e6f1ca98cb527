/* What every consumer of the IR may rely on. Names the first fault with function, block, event. */
#include "ir_int.h"

#include <string.h>

typedef struct {
    const ir_unit *unit;
    const ir_fn *fn;
    int block, event; /* where we are; -1 = not inside */
    status *st;
} checker;

static int wrong(const checker *c, const char *what)
{
    const ir_event *e;

    if (c->block < 0)
        return fail(c->st, ERR_INTERNAL, "%s: %s", c->fn->name, what);
    if (c->event < 0)
        return fail(c->st, ERR_INTERNAL, "%s: b%d: %s", c->fn->name, c->block, what);
    e = &c->fn->blocks[c->block].events[c->event];
    return fail(c->st, ERR_INTERNAL, "%s: b%d: event %d (%s): %s", c->fn->name, c->block, c->event,
                (unsigned)e->kind < IR_EVENT_COUNT ? ir_event_rows[e->kind].text : "?", what);
}

static bool is_var(const checker *c, int var)
{
    return var >= 0 && var < c->fn->nvars;
}

static bool is_block(const checker *c, int block)
{
    return block >= 0 && block < c->fn->nblocks;
}

static bool is_type(ir_type t)
{
    return (unsigned)t <= IR_OTHER;
}

static int check_loc(const checker *c, ir_loc loc)
{
    if (loc.line == 0 || loc.file == 0 || loc.file < c->unit->nfiles)
        return 0;
    return wrong(c, "the location is in a file that the unit does not list");
}

static int check_operand(const checker *c, const ir_operand *o)
{
    switch (o->kind) {
    case IR_NONE: return wrong(c, "an operand is missing");
    case IR_VAR: return is_var(c, o->var) ? 0 : wrong(c, "an operand's variable does not exist");
    case IR_STRING:
    case IR_SYMBOL: return o->text ? 0 : wrong(c, "an operand has no text");
    case IR_CONST:
    case IR_UNKNOWN: return 0;
    }
    return wrong(c, "an operand of no known kind");
}

static int check_place(const checker *c, const ir_place *p)
{
    if (check_operand(c, &p->base) < 0)
        return -1;
    switch (p->kind) {
    case IR_P_VAR:
        return p->base.kind == IR_VAR ? 0 : wrong(c, "the place is no variable");
    case IR_P_GLOBAL:
        return p->base.kind == IR_SYMBOL ? 0 : wrong(c, "the place is no global");
    case IR_P_FIELD:
        return p->record && p->field && *p->field ? 0 : wrong(c, "the place has no field name");
    case IR_P_INDEX: return check_operand(c, &p->index);
    case IR_P_DEREF: return 0;
    }
    return wrong(c, "a place of no known kind");
}

static int check_call(const checker *c, const ir_event *e)
{
    if (!e->callee && check_operand(c, &e->a) < 0)
        return -1;
    if (e->callee && e->a.kind != IR_NONE)
        return wrong(c, "called by name and through a value");
    for (int i = 0; i < e->nargs; i++)
        if (check_operand(c, &e->args[i]) < 0)
            return -1;
    if (e->passed && (e->passed->ntypes > e->nargs || e->passed->list >= e->nargs))
        return wrong(c, "more types than arguments");
    return 0;
}

static int check_cases(const checker *c, const ir_event *e)
{
    for (int i = 0; i < e->ncases; i++) {
        if (e->cases[i].low > e->cases[i].high)
            return wrong(c, "a case ends before it starts");
        if (!is_block(c, e->cases[i].block))
            return wrong(c, "a case goes to a block that does not exist");
    }
    return 0;
}

static int check_targets(const checker *c, const ir_event *e)
{
    int n = e->kind == IR_BR ? 2 : e->kind == IR_JUMP || e->kind == IR_SWITCH ? 1 : 0;

    for (int i = 0; i < n; i++)
        if (!is_block(c, e->target[i]))
            return wrong(c, "goes to a block that does not exist");
    return 0;
}

static int check_dst(const checker *c, const ir_event *e, ir_shape shape)
{
    if (e->dst >= 0 && !is_var(c, e->dst))
        return wrong(c, "the result's variable does not exist");
    if (ir_shape_has_dst(shape) && e->dst < 0)
        return wrong(c, "the result goes nowhere");
    if (e->dst >= 0 && !ir_shape_has_dst(shape) && shape != SHAPE_CALL)
        return wrong(c, "has a result although it makes none");
    return 0;
}

static int check_a(const checker *c, const ir_event *e, ir_shape shape)
{
    if (shape == SHAPE_CALL)
        return check_call(c, e);
    if (ir_shape_has_a(shape) || (shape == SHAPE_RET && e->a.kind != IR_NONE))
        return check_operand(c, &e->a);
    return e->a.kind == IR_NONE ? 0 : wrong(c, "has an operand although it takes none");
}

static int check_b(const checker *c, const ir_event *e, ir_shape shape)
{
    if (shape == SHAPE_D_AB)
        return check_operand(c, &e->b);
    return e->b.kind == IR_NONE ? 0 : wrong(c, "has a second operand although it takes none");
}

static int check_event(const checker *c, const ir_event *e)
{
    ir_shape shape;

    if ((unsigned)e->kind >= IR_EVENT_COUNT)
        return wrong(c, "an event of no known kind");
    shape = ir_event_rows[e->kind].shape;
    if (check_dst(c, e, shape) < 0 || check_a(c, e, shape) < 0 || check_b(c, e, shape) < 0)
        return -1;
    if (ir_shape_has_place(shape) && check_place(c, &e->place) < 0)
        return -1;
    if (check_targets(c, e) < 0 || check_cases(c, e) < 0)
        return -1;
    return check_loc(c, e->loc);
}

static int check_block(checker *c, const ir_block *b)
{
    c->event = -1;
    if (b->nevents == 0)
        return wrong(c, "the block is empty");
    for (c->event = 0; c->event < b->nevents; c->event++) {
        const ir_event *e = &b->events[c->event];
        bool is_last = c->event == b->nevents - 1;

        if (check_event(c, e) < 0)
            return -1;
        if (ir_is_terminator(e->kind) && !is_last)
            return wrong(c, "stands in the middle of a block");
        if (!ir_is_terminator(e->kind) && is_last)
            return wrong(c, "the block does not end in a terminator");
    }
    return 0;
}

static bool is_var_name(const char *s)
{
    if (!s || !*s)
        return false;
    while (ir_is_var_part((unsigned char)*s))
        s++;
    return *s == '\0';
}

static int check_vars(const checker *c)
{
    if (c->fn->nparams < 0 || c->fn->nparams > c->fn->nvars)
        return wrong(c, "more parameters than variables");
    for (int i = 0; i < c->fn->nvars; i++) {
        const ir_var *v = &c->fn->vars[i];

        if (!is_var_name(v->name))
            return wrong(c, "a variable has no usable name");
        if (!is_type(v->type))
            return wrong(c, "a variable has no known type");
        if (v->is_param != (i < c->fn->nparams))
            return wrong(c, "parameters do not stand first");
        if (check_loc(c, v->loc) < 0)
            return -1;
    }
    return 0;
}

static int check_fn(checker *c)
{
    c->block = c->event = -1;
    if (!is_type(c->fn->ret))
        return wrong(c, "returns no known type");
    if (c->fn->nblocks == 0)
        return wrong(c, "there is no entry block");
    if (check_loc(c, c->fn->loc) < 0 || check_vars(c) < 0)
        return -1;
    for (c->block = 0; c->block < c->fn->nblocks; c->block++)
        if (check_block(c, &c->fn->blocks[c->block]) < 0)
            return -1;
    return 0;
}

/* ---- types, modules and their tables */

static int table_fault(status *st, const char *table, const char *what)
{
    return fail(st, ERR_INTERNAL, "%s: %s", table, what);
}

static bool is_place_of(const ir_unit *unit, ir_loc loc)
{
    return loc.line == 0 || loc.file == 0 || loc.file < unit->nfiles;
}

static int check_record(const ir_record *r, status *st)
{
    if (!r->name || !*r->name)
        return table_fault(st, "record", "has no name");
    for (int i = 0; i < r->nfields; i++) {
        const ir_field *f = &r->fields[i];

        if (!f->name || !*f->name || ir_find_field(r, f->name) != f)
            return table_fault(st, r->name, "a field has no name of its own");
        if (f->type != IR_OBJ && f->type != IR_AGGREGATE)
            return table_fault(st, r->name, "a field that is neither object nor record");
    }
    return 0;
}

static int check_class(const ir_unit *unit, const ir_class *c, status *st)
{
    if (!c->name || !*c->name || ir_find_class(unit, c->name) != c)
        return table_fault(st, c->name ? c->name : "type", "a type has no name of its own");
    if (c->flags & IR_C_HEAP && c->flags & IR_C_MODULE)
        return table_fault(st, c->name, "is both a type and a module");
    for (int i = 0; i < c->nslots; i++)
        if (ir_find_slot(c, c->slots[i].name) != &c->slots[i])
            return table_fault(st, c->name, "a slot is filled twice");
    return is_place_of(unit, c->loc) ? 0 : table_fault(st, c->name, "is in a file not listed");
}

static int check_methods(const ir_unit *unit, const ir_methods *t, status *st)
{
    if (!t->name || !*t->name)
        return table_fault(st, "methods", "a table has no name");
    for (int i = 0; i < t->nrows; i++)
        if (!is_place_of(unit, t->rows[i].loc))
            return table_fault(st, t->name, "is in a file not listed");
    return 0;
}

static int check_tables(const ir_unit *unit, status *st)
{
    int rc = 0;

    for (int i = 0; i < unit->nrecords && rc == 0; i++)
        rc = check_record(&unit->records[i], st);
    for (int i = 0; i < unit->nclasses && rc == 0; i++)
        rc = check_class(unit, &unit->classes[i], st);
    for (int i = 0; i < unit->nmethods && rc == 0; i++)
        rc = check_methods(unit, &unit->methods[i], st);
    return rc;
}

int ir_verify(const ir_unit *unit, status *st)
{
    checker c = {.unit = unit, .st = st};

    if (check_tables(unit, st) < 0)
        return -1;

    for (int i = 0; i < unit->nfns; i++) {
        c.fn = unit->fns[i];
        if (!c.fn->name)
            return fail(st, ERR_INTERNAL, "%s: a function without a name", unit->name);
        if (check_fn(&c) < 0)
            return -1;
    }
    return 0;
}
