/* Exploring one function: a worklist of states, the earliest block first, so that paths meet and
 * equal states become one before they go on.
 *
 * A block that was entered in many different states goes on only with those that differ in who
 * holds which object. Running out of steps or time is a finding (RW902), never silence.
 */
#include "engine_int.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DEFAULT_STEPS = 8000, IDLE_STEPS = 300, DEFAULT_SECONDS = 3, FINE_STATES = 24, FINE_STATES_IDLE = 6, STATES_PER_BLOCK = 120 };
static const size_t memory_limit = (size_t)128 << 20; /* of states that wait */

typedef struct {
    uint64_t *hashes;
    int n, cap;
} seen_set;

typedef struct {
    state **pending;   /* list per block */
    seen_set *fine, *coarse;
    bool *queued;
    int nqueued;
    int *heap;         /* blocks with pending states, by rpo; small: linear search is enough */
    size_t bytes;
    bool cut;
} worklist;

static bool seen_before(arena *a, seen_set *set, uint64_t h)
{
    for (int i = 0; i < set->n; i++)
        if (set->hashes[i] == h)
            return true;
    ARENA_PUSH(a, set->hashes, set->n, set->cap, h);
    return false;
}

/* While nothing is owed, few of the ways to get here will matter. */
static bool owes_anything(const state *s)
{
    for (int i = 0; i < s->nobjs; i++)
        if (s->objs[i].account.owned > 0 && s->objs[i].origin != ORIGIN_SINGLETON)
            return true;
    return false;
}

static bool is_new_here(engine *e, worklist *w, state *s, int block)
{
    if (!e->flow->is_join[block])
        return true;
    state_normalise(e->fn, e->flow, s, block);
    if (seen_before(e->scratch, &w->fine[block], state_hash(e->fn, s, false)))
        return false;
    bool looks_new = !seen_before(e->scratch, &w->coarse[block], state_hash(e->fn, s, true));
    if (w->fine[block].n <= (owes_anything(s) ? FINE_STATES : FINE_STATES_IDLE))
        return true;
    bool cut = looks_new && w->coarse[block].n > STATES_PER_BLOCK;
    w->cut |= cut && s->nobjs > 0; /* without objects there is nothing a rule could miss */
    e->overflow |= cut;
    return looks_new && w->coarse[block].n <= STATES_PER_BLOCK;
}

static void enqueue(engine *e, worklist *w, state *s, int block)
{
    if (!is_new_here(e, w, s, block)) {
        state_free(s);
        return;
    }
    s->block = block;
    w->bytes += state_size(e->fn, s);
    if (w->bytes > memory_limit)
        e->gave_up = "too much memory";
    s->next = w->pending[block];
    w->pending[block] = s;
    if (!w->queued[block]) {
        w->queued[block] = true;
        w->heap[w->nqueued++] = block;
    }
}

/* States that leave the function go first: they need not wait, and waiting states cost memory. */
static int priority(const engine *e, int block)
{
    const ir_block *b = &e->fn->blocks[block];

    return b->events[b->nevents - 1].kind == IR_RET ? -1 : e->flow->rpo[block];
}

static state *dequeue(engine *e, worklist *w)
{
    int best = -1;

    for (int i = 0; i < w->nqueued; i++)
        if (best < 0 || priority(e, w->heap[i]) < priority(e, w->heap[best]))
            best = i;
    if (best < 0)
        return NULL;
    int block = w->heap[best];
    state *s = w->pending[block];
    w->pending[block] = s->next;
    w->bytes -= state_size(e->fn, s);
    s->next = NULL;
    if (!w->pending[block]) {
        w->queued[block] = false;
        w->heap[best] = w->heap[--w->nqueued];
    }
    return s;
}

/* ---- terminators */

static void note_branch(engine *e, state *s, bool taken)
{
    trace_add(e, s, STEP_BRANCH, -1, 0, taken ? "condition holds" : "condition does not hold", NULL);
}

static void go(engine *e, worklist *w, state *s, int block)
{
    step_end_temporaries(e, s, e->event_number, NULL);
    enqueue(e, w, s, block);
}

static void run_branch(engine *e, worklist *w, state *s, const ir_event *ev)
{
    value v = value_operand(e, s, &ev->a);
    int truth = value_truth(s, v);

    if (truth >= 0) {
        go(e, w, s, ev->target[!truth]);
        return;
    }
    state *t = state_fork(e->fn, s);
    for (int side = 0; side < 2; side++) {
        state *x = side ? t : s;
        if (!value_assume(x, v, side == 0)) {
            state_free(x);
            continue;
        }
        note_branch(e, x, side == 0);
        go(e, w, x, ev->target[side]);
    }
}

static uint8_t case_signs(const ir_case *c)
{
    uint8_t signs = 0;

    for (int64_t n = c->low; n <= c->high && n <= c->low + 4; n++)
        signs |= signs_of(n);
    return c->high > c->low + 4 ? signs | signs_of(c->high) : signs;
}

static void run_case(engine *e, worklist *w, const state *s, value v, const ir_case *c)
{
    if (v.kind == V_CONST ? v.num < c->low || v.num > c->high : !(value_signs(s, v) & case_signs(c)))
        return;
    state *t = state_fork(e->fn, s);
    value is = c->low == c->high ? value_expr(t, IR_EQ, v, value_const(c->low)) : value_const(1);
    if (!value_assume(t, is, true) || !value_assume_signs(t, v, case_signs(c))) {
        state_free(t);
        return;
    }
    note_branch(e, t, true);
    go(e, w, t, c->block);
}

static bool is_operator(const engine *e, ir_operand a)
{
    return e->slot && a.kind == IR_VAR && a.var < e->fn->nparams &&
           slot_has_condition(e->slot, PRE_COMPARE, a.var);
}

/* tp_richcompare is called with one of six operators; a switch over all of them has no default. */
static bool covers_all_operators(const engine *e, const ir_event *ev)
{
    unsigned seen = 0;

    if (!is_operator(e, ev->a))
        return false;
    for (int i = 0; i < ev->ncases; i++)
        if (ev->cases[i].low == ev->cases[i].high && ev->cases[i].low >= 0 && ev->cases[i].low <= 5)
            seen |= 1u << ev->cases[i].low;
    return seen == 0x3f;
}

static void run_switch(engine *e, worklist *w, state *s, const ir_event *ev)
{
    value v = value_operand(e, s, &ev->a);
    bool matched = false;

    for (int i = 0; i < ev->ncases; i++) {
        run_case(e, w, s, v, &ev->cases[i]);
        matched |= v.kind == V_CONST && v.num >= ev->cases[i].low && v.num <= ev->cases[i].high;
        if (!matched && ev->cases[i].low == ev->cases[i].high &&
            !value_assume(s, value_expr(s, IR_NE, v, value_const(ev->cases[i].low)), true))
            matched = true;
    }
    if (matched || covers_all_operators(e, ev))
        state_free(s);
    else
        go(e, w, s, ev->target[0]);
}

/* `return x != NULL` leaves in two ways that callers can tell apart. */
static state *split_result(engine *e, state *s, const ir_event *ev)
{
    value v = ev->a.kind == IR_VAR ? value_operand(e, s, &ev->a) : value_const(0);

    if (v.kind != V_SYM || s->syms[v.sym].kind != SYM_EXPR || value_truth(s, v) >= 0)
        return NULL;
    state *t = state_fork(e->fn, s);
    if (value_assume(t, v, false) && value_assume(s, v, true))
        return t;
    state_free(t);
    return NULL;
}

static void run_return(engine *e, state *s, const ir_event *ev)
{
    state *t = split_result(e, s, ev);

    exit_check(e, s, ev);
    if (t)
        exit_check(e, t, ev);
    state_free(s);
    state_free(t);
}

static void run_terminator(engine *e, worklist *w, state *s, const ir_event *ev)
{
    switch (ev->kind) {
    case IR_JUMP: go(e, w, s, ev->target[0]); break;
    case IR_BR: run_branch(e, w, s, ev); break;
    case IR_SWITCH: run_switch(e, w, s, ev); break;
    case IR_RET: run_return(e, s, ev); break;
    default: state_free(s); break;
    }
}

/* ---- blocks */

static double cpu_seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

static bool out_of_time(engine *e)
{
    if (++e->ticks % 512 == 0 && cpu_seconds() > e->deadline) {
        e->gave_up = "too much time";
        e->result.is_out_of_time = true;
    }
    return e->gave_up != NULL;
}

static void set_event(engine *e, int block, int i)
{
    e->event = &e->fn->blocks[block].events[i];
    e->event_number = e->flow->first_event[block] + i;
}

/* Runs one state to the end of its block; forks made on the way are run to the end as well. */
static void run_block(engine *e, worklist *w, state *s, int block, int from)
{
    const ir_block *b = &e->fn->blocks[block];

    for (int i = from; i < b->nevents - 1; i++) {
        set_event(e, block, i);
        step_event(e, s, e->event);
        state *forks = e->forks;
        e->forks = NULL;
        const char *call = e->event->kind == IR_CALL ? e->event->callee : NULL;
        step_end_temporaries(e, s, e->event_number, call);
        while (forks) {
            state *t = forks;
            forks = t->next;
            t->next = NULL;
            set_event(e, block, i);
            step_end_temporaries(e, t, e->event_number, call);
            run_block(e, w, t, block, i + 1);
        }
        s->stopped |= out_of_time(e);
        if (s->stopped)
            break;
    }
    if (s->stopped) {
        state_free(s);
        return;
    }
    set_event(e, block, b->nevents - 1);
    run_terminator(e, w, s, e->event);
}

/* ---- the function */

static bool is_object_param(const ir_var *v) { return v->type == IR_OBJ; }

static state *entry_state(engine *e)
{
    state *s = state_create(e->fn);

    s->exc = role_may_have_exception(e) ? EXC_UNKNOWN : EXC_IS_CLEAR;

    for (int p = 0; p < e->fn->nparams; p++) {
        bool object = is_object_param(&e->fn->vars[p]);
        int y = state_add_sym(s, SYM_PLAIN, object && role_passes_object(e, p) ? S_NONZERO : S_ANY);
        s->vars[p] = s->params[p] = value_sym(y);
        if (!object)
            continue;
        bool owns = intent_owns(e->fn, p);
        int o = state_add_object(s, y, ORIGIN_PARAM, rm_open(owns, owns ? RM_PERHAPS : RM_SOMEBODY));
        s->objs[o].param = p;
        s->objs[o].name_var = p;
        s->objs[o].flags = O_NAMED;
        if (owns)
            trace_add(e, s, STEP_OWNERSHIP, o, 1, "given to the function, says its annotation", NULL);
    }
    return s;
}

static void report_budget(engine *e, engine_result *result, const char *why)
{
    rule_moment m = {.kind = MOMENT_BUDGET, .at = e->fn->loc, .text = why, .arg = -1};

    e->event = NULL;
    e->event_number = -1;
    m.object.name = "";
    moment_fire(e, NULL, &m, -1);
    result->over_budget++;
}

/* Without an object there is nothing a rule could report: only the summary is at stake. */
static bool handles_objects(const ir_fn *fn)
{
    for (int v = 0; v < fn->nvars; v++)
        if (fn->vars[v].type == IR_OBJ)
            return true;
    return false;
}

static int step_limit(const engine *e)
{
    int steps = e->config->max_steps ? e->config->max_steps : DEFAULT_STEPS;

    return handles_objects(e->fn) || steps < IDLE_STEPS ? steps : IDLE_STEPS;
}

static const char *run(engine *e, worklist *w)
{
    int steps = step_limit(e);
    state *s;

    e->deadline = cpu_seconds() + (e->config->max_seconds > 0 ? e->config->max_seconds : DEFAULT_SECONDS);
    for (int n = 0; (s = dequeue(e, w)) != NULL; n++) {
        if (n >= steps)
            e->gave_up = "too many paths";
        s->failures = 0;
        if (e->gave_up)
            state_free(s);
        else
            run_block(e, w, s, s->block, 0);
    }
    if (e->gave_up)
        return e->gave_up;
    return w->cut ? "too many different states meet in one place" : NULL;
}

void explore_function(engine *e, const ir_fn *fn, engine_result *result)
{
    arena *a = e->scratch;
    size_t n = (size_t)fn->nblocks;
    worklist w = {.pending = arena_alloc(a, n * sizeof(state *)), .fine = arena_alloc(a, n * sizeof(seen_set)),
                  .coarse = arena_alloc(a, n * sizeof(seen_set)), .queued = arena_alloc(a, n),
                  .heap = arena_alloc(a, n * sizeof(int))};

    double start = cpu_seconds();
    e->flow = flow_compute(a, fn);
    enqueue(e, &w, entry_state(e), 0);
    const char *why = run(e, &w);
    costs_add(&result->slowest, (function_cost){found_place(e, fn->loc), fn->name, cpu_seconds() - start});
    e->overflow |= why != NULL;
    if (why && handles_objects(fn))
        report_budget(e, result, why);
    result->functions++;
}
