/* The end of a path: what this function owed must equal the places that keep it.
 *
 *   owned = returned (0 or 1) + places that outlive the function and hold the object
 *
 * More is a leak. Less is a borrowed reference that escapes: through the result, or through an
 * owning field.
 */
#include "engine_int.h"

#include <string.h>

int object_edges(const state *s, int obj)
{
    int n = 0;

    for (int i = 0; i < s->ncells; i++) {
        const cell *c = &s->cells[i];
        if (c->written && value_object(s, c->held) == obj && cell_outlives(s, c))
            n++;
    }
    return n;
}

/* C++: what becomes of members is settled between the methods of a class: one takes over what it is
 * given, another retains for its caller, the destructor releases. */
static bool is_cxx_method(const ir_fn *fn)
{
    const char *first = fn->nparams > 0 ? fn->vars[0].shown : NULL;

    return first && strcmp(first, "this") == 0;
}

static bool belongs_to_others(const object *o)
{
    return o->origin == ORIGIN_FIELD || o->origin == ORIGIN_GLOBAL || o->origin == ORIGIN_SINGLETON;
}

/* ---- leaks */

static bool ends_in_error(const engine *e, const state *s, value returned)
{
    switch (e->fn->ret) {
    case IR_OBJ:
    case IR_PTR: return value_is_null(s, returned);
    case IR_INT: return value_signs(s, returned) == S_MINUS1;
    default: return false;
    }
}

static bool is_helper(const engine *e)
{
    unsigned outside = IR_R_METHOD | IR_R_INIT | IR_R_SLOT | IR_R_GETTER | IR_R_SETTER | IR_R_ADDRESS_TAKEN;

    return !(e->fn->roles & outside);
}

/* A reference to a static object of the program keeps nothing alive that would go otherwise. */
static bool is_no_leak(const object *o)
{
    bool of_program = o->origin == ORIGIN_SINGLETON && o->made_by && strncmp(o->made_by, "_Py_", 4) != 0;

    bool of_instance = o->field && strcmp(o->field, "ob_type") == 0; /* an object holds its type */

    return of_program || of_instance;
}

static bool is_helpers_argument(const engine *e, const object *o)
{
    return o->origin == ORIGIN_PARAM && is_helper(e) && !intent_owns(e->fn, o->param);
}

static void fire_lost(engine *e, state *s, rule_moment *m, int obj, unsigned conditions, const char *text)
{
    const trace *before = s->trace;

    trace_add(e, s, STEP_END, obj, 0, text, NULL);
    e->conditions = conditions;
    moment_fire(e, s, m, obj);
    e->conditions = 0;
    s->trace = before;
}

/* An argument that is NULL on this path. */
static bool is_absent(const state *s, const object *o)
{
    return o->param >= 0 && value_is_null(s, s->params[o->param]);
}

/* A helper may take a reference of its argument for its caller, or give the caller's up: that is its
 * summary. But its callers cannot tell one failure from another. */
static void check_argument(engine *e, state *s, rule_moment *m, int obj, int result)
{
    const object *o = &s->objs[obj];

    if (!m->returns_error || o->flags & O_ESCAPED || is_absent(s, o))
        return;
    int due = object_edges(s, obj) + (obj == result);
    if (o->account.owned > due)
        fire_lost(e, s, m, obj, IF_NOT_ALWAYS_TAKEN, "must be 0");
    else if (o->account.owned == 0 && due == 0 && !(o->flags & (O_CONSUMED | O_DEBT)))
        fire_lost(e, s, m, obj, IF_GIVEN_UP, "not given up, as on other paths");
}

/* &heap->ht_type is heap itself. */
static int returned_object(const state *s, value returned)
{
    int obj = value_object(s, returned);

    if (obj < 0 && returned.kind == V_SYM && s->syms[returned.sym].kind == SYM_ADDRESS)
        obj = value_object(s, s->syms[returned.sym].a);
    return obj;
}

/* `Py_INCREF(*op)`: the reference is taken for the caller, whose variable holds the object. */
static bool is_in_callers_variable(const engine *e, const state *s, int obj)
{
    for (int i = 0; i < s->ncells; i++) {
        const cell *c = &s->cells[i];
        if (c->written || c->kind != IR_P_DEREF || value_object(s, c->held) != obj)
            continue;
        for (int k = 0; k < e->fn->nparams; k++)
            if (s->params[k].kind == V_SYM && s->params[k].sym == c->base)
                return true;
    }
    return false;
}

static void check_leaks(engine *e, state *s, value returned)
{
    rule_moment m = {.kind = MOMENT_LOST, .how = LOST_AT_RETURN, .arg = -1};
    int result = returned_object(s, returned);

    m.returns_error = ends_in_error(e, s, returned);
    for (int i = 0; i < s->nobjs; i++) {
        const object *o = &s->objs[i];
        bool lent = e->fn->roles & IR_R_RETURNS_BORROWED && i == result;
        if (o->account.life != RM_LIVE || is_no_leak(o) || (o->pair && buffer_is_absent(s, i)) ||
            (is_cxx_method(e->fn) && belongs_to_others(o)))
            continue;
        if (is_helper(e) && is_in_callers_variable(e, s, i))
            continue;
        if (is_helpers_argument(e, o) && !lent)
            check_argument(e, s, &m, i, result);
        else if (o->account.owned > object_edges(s, i) + (i == result && !lent) && !is_absent(s, o))
            fire_lost(e, s, &m, i, 0, lent ? "returned as borrowed, says its annotation" : "must be 0");
    }
}

/* ---- what happens to parameters */

bool exit_is_debt(const engine *e, const object *o)
{
    return o->flags & O_DEBT && !(o->stolen_by && exit_takes_back(e, o->stolen_by));
}

static void note_param(engine *e, const state *s, int obj, bool fails, bool is_result)
{
    const object *o = &s->objs[obj];
    param_ways *w = &e->ways;
    uint64_t bit = 1ull << o->param;

    if (o->flags & O_CONSUMED || exit_is_debt(e, o)) {
        w->given_up |= bit;
        w->given_up_failing |= fails ? bit : 0;
    } else if (!fails) {
        w->kept_succeeding |= bit;
    }
    if (o->account.owned <= 0 || o->account.owned <= object_edges(s, obj) + is_result)
        w->not_taken |= bit;
}

static void note_params(engine *e, const state *s, value returned)
{
    bool fails = ends_in_error(e, s, returned);
    int result = value_object(s, returned);

    for (int i = 0; i < s->nobjs; i++)
        if (s->objs[i].param >= 0 && s->objs[i].param < 64 && !value_is_null(s, s->params[s->objs[i].param]))
            note_param(e, s, i, fails, i == result);
}

/* ---- results */

/* One reference comes for free when the object was read from a field that does not hold it now,
 * or when nobody knows whose it is. */
int object_moved_out(const state *s, int obj)
{
    const object *o = &s->objs[obj];

    if (o->origin == ORIGIN_UNKNOWN || (o->origin == ORIGIN_BORROWED && o->flags & O_ALLOWED))
        return 1;
    return o->flags & O_MOVED && (o->origin == ORIGIN_FIELD || o->origin == ORIGIN_GLOBAL);
}

/* Its callers are seen: they may know what they get. */
static bool is_static_helper(const engine *e)
{
    return is_helper(e) && e->fn->roles & IR_R_STATIC;
}

/* The rule sees what is left when the references that other places hold are taken off. */
static void fire_without(engine *e, state *s, rule_moment *m, int obj, int promised)
{
    s->objs[obj].account.owned -= promised;
    moment_fire(e, s, m, obj);
    s->objs[obj].account.owned += promised;
}

static void check_result(engine *e, state *s, value returned)
{
    int obj = value_object(s, returned);
    rule_moment m = {.kind = MOMENT_RETURN, .arg = -1};

    if (e->fn->ret != IR_OBJ || obj < 0 || e->fn->roles & IR_R_RETURNS_BORROWED)
        return;
    const object *o = &s->objs[obj];
    e->returns_new |= o->account.owned > object_promised(e, s, obj);
    m.must_return_new = role_owes_new(e);
    m.returns_new_elsewhere = true; /* decided when all paths are known: found_flush */
    /* Py_RETURN_NONE brings its own reference: what is missing is missing elsewhere */
    int promised = o->origin == ORIGIN_SINGLETON ? 0 : object_promised(e, s, obj);
    bool missing = o->account.owned + object_moved_out(s, obj) <= promised && !(o->origin == ORIGIN_UNKNOWN && o->flags & O_ALLOWED);
    if (!role_is_called_so(e, s)) /* C called it, and knows what it asked for */
        return;
    if (o->account.life == RM_LIVE && (!missing || (!m.must_return_new && is_equal_to_global(s, obj))))
        return; /* who lends Py_True does so on purpose */
    trace_add(e, s, STEP_END, obj, 0, "returned without a reference of its own", NULL);
    e->conditions = m.must_return_new ? 0 : IF_RETURNS_NEW | IF_NEVER_GIVEN_UP;
    if (o->origin == ORIGIN_SINGLETON && is_static_helper(e))
        e->conditions |= IF_CALLERS_FAIL;
    fire_without(e, s, &m, obj, promised);
    e->conditions = 0;
}

static void check_exception(engine *e, state *s, value returned)
{
    rule_moment m = {.kind = MOMENT_RETURN_NULL, .arg = -1, .returns_error = true};

    bool due = intent_owes_exception(e, s, returned) || (ends_in_error(e, s, returned) && role_owes_exception(e));
    if (!due || s->exc != EXC_IS_CLEAR)
        return;
    m.exit_is_failure = true;
    m.object.name = "NULL";
    m.object.made_by = returned.kind == V_SYM ? s->syms[returned.sym].failed : NULL;
    trace_add(e, s, STEP_END, -1, 0, "no exception is set", NULL);
    moment_fire(e, s, &m, -1);
}

/* Success, as far as the result tells it. */
static bool is_success(const engine *e, const state *s, value returned)
{
    if (e->fn->ret == IR_OBJ)
        return value_not_null(s, returned);
    return e->fn->ret == IR_INT && !(value_signs(s, returned) & S_NEGATIVE);
}

static void check_pending(engine *e, state *s, value returned)
{
    rule_moment m = {0};

    e->fails_with_exception |= s->exc == EXC_IS_SET && ends_in_error(e, s, returned);
    bool pending = s->exc == EXC_IS_SET ? !s->exc_doubted : s->exc == EXC_UNKNOWN && s->exc_likely;
    if (!pending || !is_success(e, s, returned))
        return;
    if (e->slot ? !role_tells_failure(e) : e->fn->ret != IR_OBJ || !s->exc_by)
        return;
    e->conditions = e->slot ? 0 : IF_FAILS_WITH_EXCEPTION;
    pending_fire(e, s, &m, "the exception is still set");
    e->conditions = 0;
}

/* ---- owning fields */

bool place_is_owning(const ir_unit *unit, const cell *c)
{
    if (c->kind != IR_P_FIELD || !c->record)
        return false;
    for (int i = 0; i < unit->nowned; i++)
        if (strcmp(unit->owned[i].record, c->record) == 0 && strcmp(unit->owned[i].field, c->field) == 0)
            return true;
    return false;
}

/* References that owning places hold and that must be paid from what is owned here. */
int object_promised(const engine *e, const state *s, int obj)
{
    int n = 0;

    for (int i = 0; i < s->ncells; i++) {
        const cell *c = &s->cells[i];
        if (c->written && value_object(s, c->held) == obj && cell_outlives(s, c) && place_is_owning(e->unit, c))
            n++;
    }
    return n;
}

static void check_stored(engine *e, state *s, value returned)
{
    int result = value_object(s, returned);

    for (int i = s->ncells - 1; i >= 0; i--) {
        cell c = s->cells[i];
        int obj = value_object(s, c.held);
        if (!c.written || obj < 0 || !cell_outlives(s, &c) || !place_is_owning(e->unit, &c))
            continue;
        const object *o = &s->objs[obj];
        int owned = o->account.owned + object_moved_out(s, obj) - (obj == result && o->origin == ORIGIN_SINGLETON);
        if (owned >= object_promised(e, s, obj) || o->flags & O_CONSUMED)
            continue;
        bool is_gift = o->origin == ORIGIN_PARAM && is_static_helper(e); /* its callers give it away */
        if (is_gift || (is_cxx_method(e->fn) && (o->origin == ORIGIN_PARAM || o->origin == ORIGIN_FIELD)))
            continue;
        rule_moment m = {.kind = MOMENT_STORED, .arg = -1, .record = c.record, .field = c.field, .at = c.by->loc};
        trace *t = trace_add(e, s, STEP_END, obj, 0, "the field keeps a reference that is not its own", NULL);
        t->loc = c.by->loc;
        e->conditions = IF_NEVER_GIVEN_UP;
        fire_without(e, s, &m, obj, o->account.owned);
        e->conditions = 0;
    }
}

/* ---- giving away what a field still holds */

static bool is_still_held(const state *s, int obj)
{
    for (int i = 0; i < s->ncells; i++)
        if (!s->cells[i].written && value_object(s, s->cells[i].held) == obj)
            return true;
    return false;
}

bool exit_takes_back(const engine *e, const char *macro)
{
    for (int b = 0; b < e->fn->nblocks; b++)
        for (int i = 0; i < e->fn->blocks[b].nevents; i++) {
            const ir_event *ev = &e->fn->blocks[b].events[i];
            const ir_operand *last = ev->nargs > 1 ? &ev->args[ev->nargs - 1] : NULL;
            if (ev->kind == IR_CALL && ev->callee && strcmp(ev->callee, macro) == 0 && last &&
                last->kind == IR_CONST && last->num == 0)
                return true;
        }
    return false;
}

static void report_given(engine *e, state *s, int obj)
{
    const trace *t = trace_last_loss(s->trace, s->objs[obj].uid);
    rule_moment m = {.kind = MOMENT_GIVE, .arg = -1, .call = s->objs[obj].stolen_by};

    if (!t || (m.call && exit_takes_back(e, m.call)))
        return;
    m.at = t->loc;
    s->objs[obj].flags &= (uint16_t)~O_STOLEN; /* the rule is asked about that very call */
    moment_fire(e, s, &m, obj);
}

static void check_given(engine *e, state *s)
{
    for (int i = 0; i < s->nobjs; i++) {
        const object *o = &s->objs[i];
        if (o->origin == ORIGIN_FIELD && is_cxx_method(e->fn))
            continue;
        if (o->flags & O_DEBT || (o->flags & O_TAKEN && o->account.owned == 0 && is_still_held(s, i)))
            report_given(e, s, i);
    }
}

/* ---- --dump=paths */

static void dump_step(const trace *t, buf *out)
{
    if (!t)
        return;
    dump_step(t->parent, out);
    buf_printf(out, "    %d:%d %s", t->loc.line, t->loc.col, t->text);
    if (t->name)
        buf_printf(out, " %s()", t->name);
    if (t->uid >= 0)
        buf_printf(out, "  #%d owned %d", t->uid, t->owned);
    buf_add(out, "\n");
}

static void dump_path(const engine *e, const state *s)
{
    const engine_config *c = e->config;

    if (!c->dump || !c->dump_out || strcmp(c->dump, "paths") != 0)
        return;
    buf_printf(c->dump_out, "%s() to %d:%d\n", e->fn->name, e->event->loc.line, e->event->loc.col);
    dump_step(s->trace, c->dump_out);
}

void exit_check(engine *e, state *s, const ir_event *ret)
{
    dump_path(e, s);
    value returned = ret->a.kind == IR_NONE ? (value){0} : value_meant(s, value_operand(e, s, &ret->a));

    note_params(e, s, returned);
    check_result(e, s, returned);
    check_exception(e, s, returned);
    check_pending(e, s, returned);
    check_stored(e, s, returned);
    check_given(e, s);
    check_leaks(e, s, returned);
    fields_note_exit(e, s, returned);
    summary_record(e, s, returned);
}
