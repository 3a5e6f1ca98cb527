/* A call on one path: fork over its outcomes, apply each to arguments, result and exception. */
#include "call_int.h"

#include <string.h>

const summary *callee_summary(const engine *e, const callee *c)
{
    const summary *sum = !c ? NULL : c->fn >= 0 ? &e->summaries[c->fn] : c->import >= 0 ? e->imports[c->import].sum : NULL;

    return sum && sum->known ? sum : NULL;
}

/* ---- one outcome */

/* Behind a function that is not known to take signed numbers, -1 is a large one. */
static bool is_small(const engine *e, const state *s, value v)
{
    uint8_t small = called_contract(e) ? S_MINUS1 | S_ZERO | S_ONE : S_ZERO | S_ONE;

    if (v.kind == V_CONST)
        return v.num >= (called_contract(e) ? -5 : 0) && v.num <= 256;
    return !(value_signs(s, v) & ~small);
}

bool is_possible(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    if ((o->with_exc && s->exc == EXC_IS_CLEAR) || (o->without_exc && s->exc == EXC_IS_SET && !s->exc_doubted))
        return false;
    for (int k = 0; k < o->nargs && k < ev->nargs; k++) {
        value v = arg_value(e, s, ev, k);
        if (!(value_signs(s, v) & o->args[k].signs) || (o->args[k].is_large && is_small(e, s, v)))
            return false;
    }
    return true;
}

/* A parameter that is given on: what holds for it holds for the caller's argument. */
static void assume_large(const engine *e, state *s, value v)
{
    for (int p = 0; p < e->fn->nparams && p < 64; p++)
        if (v.kind == V_SYM && value_same(s->params[p], v))
            s->large |= 1ull << p;
}

static void note_failure(engine *e, state *s, const outcome *o)
{
    const char *how = o->signs == S_ZERO ? "fails: NULL" : o->signs == S_MINUS1 ? "fails: -1" : "fails";
    trace *t = trace_add(e, s, STEP_CALL_OUTCOME, -1, 0, how, NULL);

    t->failure = true;
    t->memory = o->memory_only;
    t->failures++;
    t->memory_failures += o->memory_only;
    t->misuses += o->misuse;
    s->failures++;
}

/* PyErr_NoMemory: the code itself says what the failure was. */
static void note_memory(engine *e, state *s)
{
    trace *t = trace_add(e, s, STEP_CALL_OUTCOME, -1, 0, "out of memory", NULL);

    t->failure = t->memory = true;
    t->failures++;
    t->memory_failures++;
}

static bool is_described(const outcome *o, int k)
{
    return k < o->nargs && o->args[k].effect >= E_OUT_NEW && o->args[k].effect <= E_INOUT_NULL;
}

/* What an object holds is taken to stay: most functions that get one only read it. */
static bool is_foreign_pointer(const state *s, value v)
{
    return v.kind == V_SYM && value_object(s, v) < 0 && !is_local_address(s, v.sym);
}

static void invalidate_reachable(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    for (int k = 0; k < ev->nargs; k++)
        if (!is_described(o, k)) {
            value v = arg_value(e, s, ev, k);
            s->wrote_memory |= is_foreign_pointer(s, v);
            memory_invalidate(e, s, v);
        }
}

bool call_may_run_code(const engine *e, const callee *c)
{
    const summary *sum = callee_summary(e, c);

    if (c && c->contract)
        return c->contract->effects & FX_RUNS_CODE;
    return !sum || sum->may_run_code;
}

static void forget_absent_fields(engine *e, state *s, const ir_event *ev)
{
    for (int k = 0; k < ev->nargs && call_may_run_code(e, e->called); k++)
        if (ev->args[k].kind == IR_VAR)
            memory_forget_absent(s, arg_value(e, s, ev, k));
}

static void forget_buffers(engine *e, state *s, const ir_event *ev)
{
    s->gave_back = true;
    for (int k = 0; k < ev->nargs && s->has_buffers; k++)
        buffer_forget(s, arg_value(e, s, ev, k));
}

static void lose_unused_result(engine *e, state *s, value v, const char *callee)
{
    int obj = value_object(s, v);

    if (obj >= 0 && s->objs[obj].origin == ORIGIN_NEW)
        object_check_lost(e, s, obj, LOST_UNNAMED, callee);
}

/* A macro that overwrites a slot does not release what was there: what was read from the container
 * before may be released now. */
static void free_old_items(engine *e, state *s, const ir_event *ev)
{
    int container = overwrites_slot(e) ? arg_object(e, s, ev, 0) : -1;

    for (int i = 0; i < s->nobjs && container >= 0; i++) {
        const object *o = &s->objs[i];
        if (o->anchor == container && o->origin == ORIGIN_BORROWED && !(o->flags & O_ALLOWED))
            object_allow_release(s, i);
    }
}

/* A PyTypeObject answers itself; a class of Python code may have __instancecheck__. */
static bool is_asked_of_class(const engine *e, const ir_event *ev, const contract *c)
{
    for (int k = 0; k < ev->nargs; k++) {
        const ir_operand *o = &ev->args[k];
        const char *type = o->kind == IR_VAR ? e->fn->vars[o->var].type_name : NULL;
        bool is_class = o->kind == IR_SYMBOL || (type && strcmp(type, "PyTypeObject") == 0);
        if (is_class && contract_has_condition(c, PRE_CLASS, k))
            return true;
    }
    return false;
}

/* PyUnicode_FromString("name") fails for lack of memory only, as the text is good, and PyObject_IsTrue
 * of a number does not fail. */
static bool is_remote_failure(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    const contract *c = called_contract(e);
    if (c && is_asked_of_class(e, ev, c))
        return true;
    bool of_text = c && c->effects & FX_FAILS_OTHERWISE && !(c->effects & FX_RUNS_CODE);

    if (o->memory_only || o->misuse || (c && c->effects & FX_CALLS_BACK && !loan_brings_code(e, s, ev)))
        return true;
    return of_text && ev->nargs > 0 && ev->args[0].kind == IR_STRING;
}

/* What is no number makes -1 an error: it has to be asked for. */
static bool stands_for_error(engine *e, state *s, const ir_event *ev)
{
    const contract *c = called_contract(e);
    int obj = arg_object(e, s, ev, 0);

    if (!c || c->exc != EXC_MAYBE || c->fail != FAIL_NEG || !(c->effects & FX_RUNS_CODE) || obj < 0)
        return false;
    if (ev->dst < 0 || e->fn->vars[ev->dst].type != IR_INT || !e->slot || s->objs[obj].param == 0)
        return false; /* fractions are not followed, and what self is was checked by the interpreter */
    return s->objs[obj].kind.type == TYPE_UNKNOWN && s->objs[obj].asked == TYPE_UNKNOWN;
}

/* `if (PyErr_Occurred())` at the start of a helper asks about its caller. */
static void note_found(const engine *e, state *s, const outcome *o)
{
    if (called_contract(e) && called_contract(e)->effects & FX_ASKS && !s->exc_changed)
        s->exc_found = o->signs == S_ZERO ? FOUND_NOTHING : FOUND_EXCEPTION;
}

/* A call that perhaps sets an exception is not taken to clear one, but it may. */
static void note_exception(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    if (s->exc == EXC_IS_SET)
        s->exc_doubted |= o->exc == EXC_UNKNOWN || is_given_null(e, s, ev);
    if (o->exc == EXC_KEEP || (o->exc == EXC_UNKNOWN && s->exc == EXC_IS_SET))
        return;
    s->exc_likely = o->failure && o->exc == EXC_UNKNOWN && stands_for_error(e, s, ev);
    s->exc = o->exc;
    s->exc_doubted = o->exc_doubted || (o->failure && is_remote_failure(e, s, ev, o));
    bool asks = called_contract(e) && called_contract(e)->effects & FX_ASKS;
    s->exc_by = asks ? NULL : ev->callee;
    s->exc_at = asks || o->failure ? NULL : e->event;
    s->exc_changed = true;
}

static void note_lock(const engine *e, state *s)
{
    const contract *c = called_contract(e);

    if (c && c->effects & FX_LOCKS)
        s->locks++;
    else if (c && c->effects & FX_UNLOCKS && s->locks > 0)
        s->locks--;
}

static void apply_outcome(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    if (o->failure)
        note_failure(e, s, o);
    else if (o->memory_only)
        note_memory(e, s);
    if (o->writes) {
        invalidate_reachable(e, s, ev, o);
        s->wrote_memory = true;
    }
    if (o->gives_back)
        forget_buffers(e, s, ev);
    forget_absent_fields(e, s, ev);
    free_old_items(e, s, ev);
    slots_step(e, s, ev);
    module_add_note(e, s, ev, o->failure);
    for (int k = 0; k < o->nargs && k < ev->nargs; k++) {
        if (o->args[k].signs != S_ANY)
            value_assume_signs(s, arg_value(e, s, ev, k), o->args[k].signs);
        if (o->args[k].is_large)
            assume_large(e, s, arg_value(e, s, ev, k));
        apply_arg(e, s, ev, k, o);
    }
    value v = result_of_call(e, s, ev, o);
    assume_no_answer(e, s, o, v);
    note_found(e, s, o);
    note_exception(e, s, ev, o);
    note_lock(e, s);
    loan_note_code(e, s, ev);
    if (ev->dst >= 0)
        memory_assign(e, s, ev->dst, v);
    else
        lose_unused_result(e, s, v, ev->callee);
    loan_check_call(e, s, ev, v);
    s->stopped |= !o->returns;
}

/* ---- before the call */

static bool needs_object(int effect)
{
    return effect == E_BORROW || effect == E_RETAIN || effect == E_KEEP || effect == E_STEAL ||
           effect == E_DROP;
}

/* What comes after has seen an object: the caller of this function must not have passed NULL. */
static void assume_object(engine *e, state *s, value v)
{
    for (int k = 0; k < e->fn->nparams && k < 64; k++)
        if (value_same(s->params[k], v) && value_signs(s, v) & S_ZERO)
            e->ways.unchecked |= 1ull << k;
    value_assume_signs(s, v, S_NONZERO);
}

/* Objects handed over must be alive, and not NULL where that is not allowed. */
static void check_args(engine *e, state *s, const ir_event *ev, const outcome *o, bool described)
{
    for (int k = 0; k < ev->nargs && k < o->nargs && !s->stopped; k++) {
        value v = arg_value(e, s, ev, k);
        const outcome_arg *a = &o->args[k];
        if (described && needs_object(a->effect) && !a->null_ok && value_is_null(s, v) && a->signs == S_ANY)
            null_use(e, s, v, ev->callee, k);
        else if (a->effect != E_STEAL && a->effect != E_DROP && a->effect != E_CONSUME)
            pointer_use(e, s, v, ev->callee, k);
        if (described && needs_object(a->effect) && !a->null_ok && v.kind == V_SYM)
            assume_object(e, s, v);
    }
}

/* The callee uses what it gets there without a look, whichever way it goes. */
static void refuse_null(engine *e, state *s, const ir_event *ev)
{
    const summary *sum = callee_summary(e, e->called);

    for (int k = 0; sum && k < ev->nargs && k < OUTCOME_ARGS && !s->stopped; k++) {
        bool allowed = !value_is_null(s, arg_value(e, s, ev, k));
        for (int i = 0; i < sum->noutcomes; i++)
            allowed |= k >= sum->outcomes[i].nargs || sum->outcomes[i].args[k].null_ok;
        if (!allowed)
            null_use(e, s, arg_value(e, s, ev, k), ev->callee, k);
    }
}

/* Some calls check at their end that the exception is theirs. */
static void check_pending(engine *e, state *s, const ir_event *ev)
{
    const contract *c = called_contract(e);
    rule_moment m = {.call = ev->callee};

    if (s->exc != EXC_IS_SET || s->exc_doubted || !c || !contract_has_condition(c, PRE_NO_EXCEPTION, -1) ||
        is_given_null(e, s, ev))
        return;
    pending_fire(e, s, &m, "called with an exception set");
    s->exc_doubted = true; /* once is enough */
}

static void mark_passed(engine *e, state *s, const ir_event *ev)
{
    for (int k = 0; k < ev->nargs; k++) {
        int obj = arg_object(e, s, ev, k);
        if (obj >= 0)
            s->objs[obj].flags |= O_PASSED;
    }
}

/* ---- the call */

/* Py_TYPE(x) reads a field of x: an instance of a heap type holds a reference to its type. */
static bool step_field_of(engine *e, state *s, const ir_event *ev)
{
    const contract *c = called_contract(e);

    if (!c || !(c->effects & FX_FIELD) || ev->dst < 0 || ev->nargs != 1)
        return false;
    ir_place p = {.kind = IR_P_FIELD, .base = ev->args[0], .record = "PyObject", .field = c->field};
    value v = memory_load(e, s, &p, IR_OBJ);
    value_assume_signs(s, v, S_ABOVE);
    memory_assign(e, s, ev->dst, v);
    return true;
}

/* The struct whose member `field` holds v, NULL when that is not known. */
static const char *record_that_holds(const state *s, value v, const char *field)
{
    for (int i = 0; i < s->ncells; i++)
        if (s->cells[i].kind == IR_P_FIELD && value_same(s->cells[i].held, v) && strcmp(s->cells[i].field, field) == 0)
            return s->cells[i].record;
    return NULL;
}

/* A call through a member does what a row says: that of a slot, p->tp_iter(x), or that of a function
 * in a table, PyDateTimeAPI->Date_FromDate(...). */
static const callee *called_member(engine *e, state *s, const ir_event *ev)
{
    value v = value_operand(e, s, &ev->a);
    const char *field = v.kind == V_SYM && s->syms[v.sym].kind == SYM_PLAIN ? s->syms[v.sym].name : NULL;
    const callee *slot = field ? callee_find_slot(e, field) : NULL;
    const char *record = field && !slot ? record_that_holds(s, v, field) : NULL;

    return record ? callee_find_member(e, record, field) : slot;
}

/* Headers substitute names: _PyArg_ParseTuple_SizeT is shown as PyArg_ParseTuple. */
static ir_event with_known_name(engine *e, state *s, const ir_event *ev)
{
    ir_event named = *ev;

    e->called = ev->callee ? callee_find(e, ev->callee) : called_member(e, s, ev);
    if (called_contract(e))
        named.callee = called_contract(e)->name;
    return named;
}

void step_call(engine *e, state *s, const ir_event *written)
{
    ir_event named = with_known_name(e, s, written);
    const ir_event *ev = &named;
    outcome out[OUTCOMES_MAX];
    bool described;

    if (step_field_of(e, s, ev))
        return;
    int n = choose_outcomes(e, s, ev, out, &described);
    n = merge_unseen(e, ev, out, drop_impossible(e, s, ev, out, n));
    if (n == 0) {
        refuse_null(e, s, ev);
        s->stopped = true;
        return;
    }
    doubt_unseen(e, ev, out, n);
    check_args(e, s, ev, &out[0], described);
    check_pending(e, s, ev);
    if (s->stopped)
        return;
    if (!described)
        mark_passed(e, s, ev);
    if (!result_is_used(e, ev))
        module_add_unchecked(e, s, ev);
    for (int i = 1; i < n; i++) {
        state *t = state_fork(e->fn, s);
        apply_outcome(e, t, ev, &out[i]);
        t->next = e->forks;
        e->forks = t;
    }
    apply_outcome(e, s, ev, &out[0]);
}
