/* What one function does for its callers, read off its paths: the outcomes a call can have.
 *
 * Each way a path ends becomes one outcome: what the result is, what happened to each argument's
 * reference, and what an argument must have been for this path. Equal outcomes are one. A function
 * with more outcomes than fit, or whose paths were cut, stays unknown.
 */
#include "engine_int.h"

#include <string.h>

/* ---- fields */

static void add_field(summary *sum, const char *record, const char *field, unsigned uses)
{
    for (int i = 0; i < sum->nfields; i++)
        if (strcmp(sum->fields[i].field, field) == 0 && strcmp(sum->fields[i].record, record) == 0) {
            sum->fields[i].uses |= (uint8_t)uses;
            return;
        }
    if (sum->nfields == SUMMARY_FIELDS)
        sum->uses_more = true;
    else
        sum->fields[sum->nfields++] = (used_field){record, field, (uint8_t)uses};
}

static void add_fields_of(summary *sum, const summary *callee)
{
    for (int i = 0; callee && i < callee->nfields; i++)
        add_field(sum, callee->fields[i].record, callee->fields[i].field, callee->fields[i].uses);
    sum->uses_more |= callee && callee->uses_more;
}

static void note_event(engine *e, const ir_event *ev)
{
    unsigned uses = ev->kind == IR_LOAD ? FIELD_READ : ev->kind == IR_STORE ? FIELD_WRITTEN : FIELD_READ | FIELD_WRITTEN;
    bool has_place = ev->kind == IR_LOAD || ev->kind == IR_STORE || ev->kind == IR_ADDR;

    if (has_place && ev->place.kind == IR_P_FIELD && *ev->place.record)
        add_field(e->sum, ev->place.record, ev->place.field, uses);
    if (ev->kind == IR_CALL && ev->callee)
        add_fields_of(e->sum, callee_summary(e, callee_find(e, ev->callee)));
    if (ev->kind == IR_CALL)
        e->sum->may_run_code |= call_may_run_code(e, ev->callee ? callee_find(e, ev->callee) : NULL);
}

void summary_open(engine *e)
{
    for (int b = 0; b < e->fn->nblocks; b++)
        for (int i = 0; i < e->fn->blocks[b].nevents; i++)
            note_event(e, &e->fn->blocks[b].events[i]);
}

/* Of the field that keeps the object: its number from 1 on. */
static uint8_t keeper_of(const summary *sum, const state *s, int obj)
{
    for (int i = 0; i < s->ncells; i++) {
        const cell *c = &s->cells[i];
        if (!c->written || value_object(s, c->held) != obj || !cell_outlives(s, c) || c->kind != IR_P_FIELD || !c->record)
            continue;
        for (int k = 0; k < sum->nfields; k++)
            if (strcmp(sum->fields[k].field, c->field) == 0 && strcmp(sum->fields[k].record, c->record) == 0)
                return (uint8_t)(k + 1);
    }
    return 0;
}

/* ---- result */

static int returned_param(const ir_fn *fn, const state *s, value v)
{
    for (int p = 0; p < fn->nparams; p++)
        if (v.kind == V_SYM && value_same(s->params[p], v))
            return p;
    return -1;
}

static bool is_failure(const ir_fn *fn, uint8_t signs)
{
    return fn->ret == IR_INT ? signs == S_MINUS1 : (fn->ret == IR_OBJ || fn->ret == IR_PTR) && signs == S_ZERO;
}

/* Names live as long as the summaries; one pointer a name, so that outcomes compare as bytes. */
static const char *interned(engine *e, const char *name)
{
    for (int i = 0; i < e->nnames; i++)
        if (strcmp(e->names[i], name) == 0)
            return e->names[i];
    const char *copy = arena_strdup(e->out, name);
    ARENA_PUSH(e->out, e->names, e->nnames, e->name_cap, copy);
    return copy;
}

static int global_edges(const state *s, int obj)
{
    int n = 0;

    for (int i = 0; i < s->ncells; i++)
        n += s->cells[i].written && s->cells[i].kind == IR_P_GLOBAL && value_object(s, s->cells[i].held) == obj;
    return n;
}

/* A lookup, or what was put somewhere: whoever holds it is not seen by the caller. */
static bool has_other_owner(const state *s, int obj)
{
    const object *o = &s->objs[obj];

    return o->origin != ORIGIN_NEW || o->account.kept > 0 || o->account.outside == RM_SOMEBODY || object_edges(s, obj) > 0;
}

/* `pop(queue)` moves the item out of a struct in a way of its own: by a count, by a mark. */
static bool takes_out(const engine *e, const object *o)
{
    static const char *const words[] = {"remove", "pop", "take", "steal", "detach", "extract", "unlink", "dequeue"};

    for (size_t i = 0; i < sizeof words / sizeof *words && o->origin == ORIGIN_FIELD; i++)
        if (strstr(e->fn->name, words[i]))
            return true;
    return false;
}

static void record_result(engine *e, const state *s, value v, outcome *o)
{
    const ir_fn *fn = e->fn;
    int obj = value_object(s, v);

    o->signs = fn->ret == IR_VOID ? S_ANY : value_signs(s, v);
    o->arg = -1;
    o->result = R_VALUE;
    if (obj < 0) {
        o->failure = is_failure(fn, o->signs);
        return;
    }
    const object *b = &s->objs[obj];
    int p = returned_param(fn, s, v);
    if (p >= 0) {
        o->result = b->account.owned > 0 ? R_NEW_ARG : R_ARG;
        o->arg = (int8_t)p;
    } else if (s->syms[v.sym].kind == SYM_GLOBAL) {
        o->result = b->account.owned > 0 ? R_NEW_GLOBAL : R_GLOBAL;
        o->global = interned(e, s->syms[v.sym].name);
    } else if (b->flags & O_ESCAPED || b->origin == ORIGIN_UNKNOWN) {
        o->result = R_UNKNOWN_OBJECT;
    } else if (b->account.owned + object_moved_out(s, obj) - object_promised(e, s, obj) - global_edges(s, obj) > 0) {
        o->result = R_NEW;
        o->fresh = b->flags & O_FRESH && object_edges(s, obj) == 0;
        o->born = b->flags & O_BORN;
        o->kind = b->kind;
        o->believed = b->flags & O_BELIEVED;
        o->lasting = !o->fresh && has_other_owner(s, obj);
    } else if (takes_out(e, b)) {
        o->result = R_UNKNOWN_OBJECT;
    } else {
        o->result = R_BORROWED;
        o->lasting = b->account.outside == RM_SOMEBODY;
    }
}

/* ---- arguments */

static arg_effect object_effect(const engine *e, const state *s, int obj, bool returned)
{
    const object *b = &s->objs[obj];
    int edges = object_edges(s, obj), surplus = b->account.owned - edges - returned;

    if (b->flags & O_ESCAPED)
        return E_ESCAPE;
    if (b->flags & O_DEBT)
        return exit_is_debt(e, b) ? E_STEAL : E_BORROW;
    if (b->flags & O_CONSUMED)
        return b->flags & O_STOLEN ? E_CONSUME : E_DROP;
    if (edges > 0)
        return surplus >= 0 ? E_KEEP : E_ESCAPE; /* stored without its own reference: may be a gift */
    return surplus > 0 ? E_RETAIN : E_BORROW;
}

/* *param after the path: an out-parameter. */
static arg_effect out_effect(const state *s, value param, value returned)
{
    for (int i = 0; i < s->ncells; i++) {
        const cell *c = &s->cells[i];
        int obj = value_object(s, c->held);
        if (c->base != param.sym || (c->kind != IR_P_DEREF && c->kind != IR_P_INDEX))
            continue;
        if (!c->written && obj >= 0 && s->objs[obj].account.owned > (obj == value_object(s, returned)))
            return E_OUT_RETAIN;
        if (!c->written)
            continue;
        if (c->was_read && !s->let_go) /* what became of the old one depends on what it was */
            return E_OUT_VALUE;
        if (value_is_null(s, c->held))
            return c->was_read ? E_INOUT_NULL : E_OUT_NULL;
        if (obj < 0)
            return E_OUT_VALUE;
        const object *b = &s->objs[obj];
        if (b->flags & O_ESCAPED || b->origin == ORIGIN_UNKNOWN)
            return E_OUT_VALUE;
        if (b->account.owned + object_moved_out(s, obj) > 0)
            return c->was_read ? E_INOUT : E_OUT_NEW;
        return E_OUT_BORROWED;
    }
    return E_NONE;
}

static void record_args(const engine *e, const state *s, value returned, outcome *o)
{
    const ir_fn *fn = e->fn;

    o->nargs = fn->nparams < OUTCOME_ARGS ? fn->nparams : OUTCOME_ARGS;
    for (int p = 0; p < o->nargs; p++) {
        value v = s->params[p];
        outcome_arg *a = &o->args[p];
        *a = (outcome_arg){.effect = E_NONE, .signs = value_signs(s, v), .null_ok = true, .anchor = -1,
                           .is_large = s->large >> p & 1};
        int obj = v.kind == V_SYM ? s->syms[v.sym].obj : -1;
        if (obj >= 0)
            a->effect = (uint8_t)object_effect(e, s, obj, value_same(v, returned));
        else if (v.kind == V_SYM)
            a->effect = (uint8_t)out_effect(s, v, returned);
        if (a->effect == E_KEEP)
            a->kept_in = keeper_of(e->sum, s, obj);
    }
}

/* ---- collecting */

static bool same_outcome(const outcome *a, const outcome *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static bool differs_only_in_ranges(outcome a, const outcome *b, outcome *merged)
{
    for (int k = 0; k < a.nargs; k++) {
        if (a.args[k].signs != b->args[k].signs && b->args[k].effect != a.args[k].effect)
            return false;
        a.args[k].signs |= b->args[k].signs;
    }
    *merged = a;
    outcome c = *b;
    for (int k = 0; k < c.nargs; k++)
        c.args[k].signs = a.args[k].signs;
    c.memory_only = a.memory_only = false;
    return same_outcome(&a, &c);
}

static void add_outcome(engine *e, const outcome *o)
{
    summary *sum = e->sum;

    for (int i = 0; i < sum->noutcomes; i++) {
        outcome merged;
        if (same_outcome(&sum->outcomes[i], o))
            return;
        if (!differs_only_in_ranges(sum->outcomes[i], o, &merged))
            continue;
        merged.memory_only = sum->outcomes[i].memory_only && o->memory_only;
        sum->outcomes[i] = merged;
        return;
    }
    if (sum->noutcomes == OUTCOMES_MAX)
        e->overflow = true;
    else
        sum->outcomes[sum->noutcomes++] = *o;
}

static bool failed_for_memory_only(const trace *t)
{
    return t && t->failures > 0 && t->failures == t->memory_failures;
}

/* The callee's argument was no list, or too short: its callers may well know that it is. */
static bool failed_by_misuse_only(const trace *t)
{
    return t && t->failures > 0 && t->failures == t->misuses;
}

/* Callers may tell a number that is not followed exactly from others. */
static bool is_exact(const ir_fn *fn, uint8_t signs)
{
    if (fn->ret == IR_INT)
        return !(signs & (S_BELOW | S_ABOVE));
    return fn->ret == IR_OBJ || fn->ret == IR_PTR || fn->ret == IR_VOID;
}

void summary_record(engine *e, state *s, value returned)
{
    outcome o;

    memset(&o, 0, sizeof o);
    o.returns = true;
    o.exc = s->exc_changed ? s->exc : EXC_KEEP;
    o.with_exc = s->exc_found == FOUND_EXCEPTION;
    o.without_exc = s->exc_found == FOUND_NOTHING;
    o.writes = s->wrote_memory;
    o.gives_back = s->gave_back;
    record_result(e, s, returned, &o);
    if (o.exc == EXC_IS_SET && o.signs == S_NEGATIVE) { /* what a C function returned, which is -1 */
        o.signs = S_MINUS1;
        o.failure = is_failure(e->fn, o.signs);
    }
    o.exc_doubted = o.exc == EXC_IS_SET && (s->exc_doubted || !is_exact(e->fn, o.signs));
    record_args(e, s, returned, &o);
    intent_correct(e->fn, &o);
    o.memory_only = o.failure && failed_for_memory_only(s->trace);
    o.misuse = o.failure && failed_by_misuse_only(s->trace);
    add_outcome(e, &o);
    if (!o.failure) {
        e->sum->runs_code = s->ran_code && (e->sum->runs_code || !e->sum->succeeds);
        e->sum->succeeds = true;
    }
}

/* A function that returns NULL on some paths means something by it: its other results are taken
 * to be no NULL, as its callers do. */
static void expect_non_null(const ir_fn *fn, summary *sum)
{
    bool fails = false;

    if (fn->ret != IR_OBJ && fn->ret != IR_PTR)
        return;
    for (int i = 0; i < sum->noutcomes; i++)
        fails |= sum->outcomes[i].signs == S_ZERO;
    for (int i = 0; fails && i < sum->noutcomes; i++)
        if (sum->outcomes[i].signs != S_ZERO)
            sum->outcomes[i].signs &= S_NONZERO;
}

/* Where some ways to end set an exception, one that seems not to may only be one whose condition
 * was not understood. */
static void doubt_exceptions(summary *sum)
{
    bool raises = false;

    for (int i = 0; i < sum->noutcomes; i++)
        raises |= sum->outcomes[i].exc == EXC_IS_SET || sum->outcomes[i].exc == EXC_UNKNOWN;
    for (int i = 0; raises && i < sum->noutcomes; i++)
        if (sum->outcomes[i].exc != EXC_IS_SET)
            sum->outcomes[i].exc = EXC_UNKNOWN;
}

/* Where failures set an exception, a success that leaves one is the function's fault: it was reported
 * there (exit.c). */
static void doubt_successes(summary *sum)
{
    bool fails = false;

    for (int i = 0; i < sum->noutcomes; i++)
        fails |= sum->outcomes[i].failure && sum->outcomes[i].exc == EXC_IS_SET;
    for (int i = 0; fails && i < sum->noutcomes; i++)
        sum->outcomes[i].exc_doubted |= !sum->outcomes[i].failure && sum->outcomes[i].exc == EXC_IS_SET;
}

/* A reference taken for the caller on some paths only is more likely a leak of the function
 * itself; callers are not blamed for it. */
static void doubt_retains(const ir_fn *fn, summary *sum)
{
    for (int k = 0; k < fn->nparams && k < OUTCOME_ARGS; k++) {
        int n = 0;
        for (int i = 0; i < sum->noutcomes; i++)
            n += sum->outcomes[i].args[k].effect == E_RETAIN;
        for (int i = 0; n < sum->noutcomes && i < sum->noutcomes; i++)
            if (sum->outcomes[i].args[k].effect == E_RETAIN)
                sum->outcomes[i].args[k].effect = E_ESCAPE;
    }
}

/* The failure that keeps what every other way out gives up is the function's fault: it was reported
 * there (exit.c). */
static void doubt_kept(const engine *e, summary *sum)
{
    uint64_t odd = e->ways.given_up_failing & ~e->ways.kept_succeeding;

    for (int i = 0; i < sum->noutcomes; i++)
        for (int k = 0; k < sum->outcomes[i].nargs; k++) {
            outcome_arg *a = &sum->outcomes[i].args[k];
            if (odd >> k & 1 && sum->outcomes[i].failure && a->effect == E_BORROW && a->signs != S_ZERO)
                a->effect = E_ESCAPE;
        }
}

/* NULL without an exception is an answer: there is no such thing, and callers may know that there is. What
 * looks so may be a failure whose condition was not understood, where other failures set an exception. */
static void tell_answers(summary *sum)
{
    bool raises = false;

    for (int i = 0; i < sum->noutcomes; i++)
        raises |= sum->outcomes[i].failure && sum->outcomes[i].exc != EXC_KEEP && sum->outcomes[i].exc != EXC_IS_CLEAR;
    for (int i = 0; i < sum->noutcomes && !raises; i++) {
        outcome *o = &sum->outcomes[i];
        o->misuse |= o->failure && !o->memory_only && o->signs == S_ZERO && o->exc == EXC_KEEP;
    }
}

/* The same case for all that a caller can see before and after the call. */
static bool look_alike(const outcome *a, const outcome *b)
{
    for (int k = 0; k < a->nargs; k++)
        if (!(a->args[k].signs & b->args[k].signs))
            return false;
    return (a->signs & b->signs) != 0;
}

/* A reference of its own on one way and none on another that looks the same: what tells them apart was
 * not understood (f(x, Py_True) lends, f(x, NULL) gives), and callers are not blamed for it. */
static void doubt_results(summary *sum)
{
    bool doubted[OUTCOMES_MAX] = {false};

    for (int i = 0; i < sum->noutcomes; i++)
        for (int k = 0; k < sum->noutcomes; k++) {
            const outcome *a = &sum->outcomes[i], *b = &sum->outcomes[k];
            bool differ = (a->result == R_NEW && b->result == R_BORROWED) ||
                          (a->result == R_NEW_GLOBAL && b->result == R_GLOBAL && a->global == b->global);
            if (differ && look_alike(a, b))
                doubted[i] = doubted[k] = true;
        }
    for (int i = 0; i < sum->noutcomes; i++) {
        outcome *o = &sum->outcomes[i];
        if (!doubted[i])
            continue;
        o->result = R_UNKNOWN_OBJECT;
        o->global = NULL;
        o->kind = (contract_kind){0};
        o->lasting = o->fresh = o->born = o->believed = false;
    }
}

/* b is a special case of a. */
static bool covers(const outcome *a, const outcome *b)
{
    outcome wide = *b;

    if (b->signs & ~a->signs)
        return false;
    wide.signs = a->signs;
    wide.writes |= a->writes;
    for (int k = 0; k < b->nargs; k++) {
        if (b->args[k].signs & ~a->args[k].signs || (a->args[k].is_large && !b->args[k].is_large))
            return false;
        wide.args[k].signs = a->args[k].signs;
        wide.args[k].is_large = a->args[k].is_large;
    }
    return same_outcome(a, &wide);
}

/* Callers fork into every outcome. */
static void drop_covered(summary *sum)
{
    int n = 0;

    for (int i = 0; i < sum->noutcomes; i++) {
        bool covered = false;
        for (int k = 0; k < sum->noutcomes && !covered; k++)
            covered = k != i && covers(&sum->outcomes[k], &sum->outcomes[i]) &&
                      (k < i || !covers(&sum->outcomes[i], &sum->outcomes[k]));
        if (!covered)
            sum->outcomes[n++] = sum->outcomes[i];
    }
    sum->noutcomes = n;
}

const outcome outcome_never_returns = {.result = R_VALUE, .signs = S_ANY, .exc = EXC_KEEP};

/* NULL would have been followed into a crash; where a path tests for it first, that is an answer. */
static void tell_unchecked(const engine *e, summary *sum)
{
    for (int k = 0; k < e->fn->nparams && k < OUTCOME_ARGS; k++) {
        bool needed = e->ways.unchecked >> k & 1;
        for (int i = 0; i < sum->noutcomes; i++)
            needed &= !(sum->outcomes[i].args[k].signs & S_ZERO);
        for (int i = 0; i < sum->noutcomes && needed; i++)
            sum->outcomes[i].args[k].null_ok = false;
    }
}

void summary_close(engine *e)
{
    summary *sum = e->sum;

    if (sum->noutcomes == 0 && !e->overflow && !e->faulted) { /* no path comes back */
        sum->outcomes[0] = outcome_never_returns;
        sum->noutcomes = 1;
    }
    expect_non_null(e->fn, sum);
    tell_answers(sum);
    doubt_exceptions(sum);
    doubt_successes(sum);
    doubt_retains(e->fn, sum);
    doubt_kept(e, sum);
    doubt_results(sum);
    drop_covered(sum);
    tell_unchecked(e, sum);
    sum->known = !e->overflow && sum->noutcomes > 0;
}
