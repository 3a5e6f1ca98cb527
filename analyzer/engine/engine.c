/* A unit: callees before callers, one function at a time, summaries kept for the rest.
 *
 * A function waits as long as it calls an import that is open, itself or through functions of the
 * unit. So each is explored once, and what is found does not depend on when imports became known.
 */
#include "engine_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- calls */

static const callee *callee_of(engine *e, const ir_event *ev)
{
    return ev->kind == IR_CALL && ev->callee ? callee_find(e, ev->callee) : NULL;
}

/* The next function or import that fn calls, from event *at of block *block on. */
static const callee *next_callee(engine *e, const ir_fn *fn, int *block, int *at)
{
    for (; *block < fn->nblocks; (*block)++, *at = 0)
        while (*at < fn->blocks[*block].nevents) {
            const callee *c = callee_of(e, &fn->blocks[*block].events[(*at)++]);
            if (c && (c->fn >= 0 || c->import >= 0))
                return c;
        }
    return NULL;
}

/* Depth first: a cycle is entered somewhere, and the call that closes it sees no summary. */
static void visit(engine *e, int fn, int *n, bool *seen)
{
    const callee *c;
    int block = 0, at = 0;

    if (seen[fn])
        return;
    seen[fn] = true;
    while ((c = next_callee(e, e->unit->fns[fn], &block, &at)) != NULL)
        if (c->fn >= 0)
            visit(e, c->fn, n, seen);
    e->rank[fn] = *n;
    e->order[(*n)++] = fn;
}

static void order_functions(engine *e)
{
    size_t n = (size_t)e->unit->nfns + 1;
    bool *seen = arena_alloc(e->scratch, n);
    int placed = 0;

    e->order = arena_alloc(e->out, sizeof *e->order * n);
    e->rank = arena_alloc(e->out, sizeof *e->rank * n);
    for (int i = 0; i < e->unit->nfns; i++)
        visit(e, i, &placed, seen);
    arena_reset(e->scratch);
}

static void note_call(engine_link *l, const ir_event *ev)
{
    if (l->line && l->nargs != ev->nargs)
        l->nargs = -1;
    else if (!l->line)
        l->nargs = ev->nargs;
    if (!l->line)
        l->line = ev->loc.line ? ev->loc.line : 1;
}

static void note_calls(engine *e, const ir_fn *fn)
{
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++) {
            const callee *c = callee_of(e, &fn->blocks[b].events[i]);
            if (c && c->import >= 0)
                note_call(&e->links[c->import], &fn->blocks[b].events[i]);
        }
}

/* ---- one function */

static void dump_summary(const engine *e)
{
    const engine_config *c = e->config;

    if (c->dump && c->dump_out && strcmp(c->dump, "summaries") == 0)
        summary_print(e->fn, e->sum, true, c->dump_out);
}

static void run_function(engine *e, int index)
{
    e->fn = e->unit->fns[index];
    e->fn_index = index;
    e->slot = role_slot(e, e->fn);
    e->sum = &e->summaries[index];
    e->found = NULL;
    e->current = NULL;
    e->forks = NULL;
    e->event = NULL;
    e->event_number = -1;
    e->overflow = e->fn->roles & IR_R_PARTIAL;
    e->returns_new = e->fails_with_exception = e->faulted = false;
    e->conditions = 0;
    e->knows_private = false;
    e->ways = (param_ways){0};
    e->gave_up = NULL;
    e->ticks = 0;
    formats_check(e);
    summary_open(e);
    explore_function(e, e->fn, &e->result);
    summary_close(e);
    dump_summary(e);
    found_flush(e, &e->result);
    arena_reset(e->scratch);
}

static bool waits_for(const engine *e, const callee *c, int caller)
{
    return c->fn >= 0 ? e->rank[c->fn] < e->rank[caller] && !e->is_done[c->fn] : e->imports[c->import].is_open;
}

static bool is_ready(engine *e, int fn)
{
    const callee *c;
    int block = 0, at = 0;

    while ((c = next_callee(e, e->unit->fns[fn], &block, &at)) != NULL)
        if (waits_for(e, c, fn))
            return false;
    return true;
}

/* ---- what other units see */

static bool is_export(const ir_fn *fn)
{
    return !(fn->roles & (IR_R_STATIC | IR_R_INIT));
}

typedef struct {
    bool *seen, *is_needed; /* functions; imports */
    int *needs, n;
} needs;

static void add_needs(engine *e, int fn, needs *out)
{
    const callee *c;
    int block = 0, at = 0;

    if (out->seen[fn])
        return;
    out->seen[fn] = true;
    while ((c = next_callee(e, e->unit->fns[fn], &block, &at)) != NULL) {
        if (!waits_for(e, c, fn))
            continue;
        if (c->fn >= 0) {
            add_needs(e, c->fn, out);
        } else if (!out->is_needed[c->import]) {
            out->is_needed[c->import] = true;
            out->needs[out->n++] = c->import;
        }
    }
}

static void set_needs(engine *e, int fn, engine_link *l)
{
    needs n = {.seen = arena_alloc(e->scratch, (size_t)e->unit->nfns),
               .is_needed = arena_alloc(e->scratch, (size_t)e->nimports + 1),
               .needs = arena_alloc(e->scratch, sizeof *n.needs * (size_t)e->nimports + 1)};
    int *kept;

    add_needs(e, fn, &n);
    kept = arena_alloc(e->out, sizeof *kept * (size_t)n.n + 1);
    memcpy(kept, n.needs, sizeof *kept * (size_t)n.n);
    l->needs = kept;
    l->nneeds = n.n;
    arena_reset(e->scratch);
}

static const char *text_of(engine *e, int fn)
{
    buf text = {0};

    if (!e->texts[fn] && e->summaries[fn].known) {
        summary_print(e->unit->fns[fn], &e->summaries[fn], false, &text);
        e->texts[fn] = arena_strdup(e->out, text.data);
        buf_free(&text);
    }
    return e->texts[fn];
}

int engine_exports(engine *e, engine_link **out)
{
    int n = 0;

    *out = arena_alloc(e->out, sizeof **out * (size_t)(e->unit->nfns + 1));
    for (int i = 0; i < e->unit->nfns; i++) {
        const ir_fn *fn = e->unit->fns[i];
        engine_link l = {.name = fn->name, .line = fn->loc.line, .ret = fn->ret, .nargs = fn->nparams,
                         .is_variadic = fn->roles & IR_R_VARIADIC, .is_done = e->is_done[i]};

        if (!is_export(fn))
            continue;
        if (l.is_done)
            l.summary = text_of(e, i);
        else
            set_needs(e, i, &l);
        (*out)[n++] = l;
    }
    return n;
}

int engine_imports(const engine *e, const engine_link **out)
{
    *out = e->links;
    return e->nimports;
}

void engine_learn(engine *e, const char *name, const char *text)
{
    const callee *c = callee_find(e, name);
    summary *sum = text && c->import >= 0 ? arena_alloc(e->out, sizeof *sum) : NULL;

    if (c->import < 0)
        return;
    e->imports[c->import].is_open = false;
    if (sum && summary_read(e->out, text, sum, NULL) == 0)
        e->imports[c->import].sum = sum;
}

/* ---- the unit */

engine *engine_open(arena *a, const ir_unit *unit, const engine_config *config)
{
    engine *e = arena_alloc(a, sizeof *e);
    size_t n = (size_t)unit->nfns + 1;

    *e = (engine){.rule = {.report = found_report}, .config = config, .unit = unit, .out = a,
                  .scratch = arena_create(), .subject = -1};
    e->summaries = arena_alloc(a, sizeof *e->summaries * n);
    e->texts = arena_alloc(a, sizeof *e->texts * n);
    e->is_done = arena_alloc(a, n);
    callee_prepare(e);
    order_functions(e);
    for (int i = 0; i < unit->nfns && e->nimports; i++)
        note_calls(e, unit->fns[i]);
    types_prepare(e);
    beliefs_learn(e);
    return e;
}

/* Many units may wait at a time: none of them keeps its working memory. */
static void give_scratch_back(engine *e)
{
    arena_destroy(e->scratch);
    e->scratch = arena_create();
}

void engine_advance(engine *e)
{
    for (int i = 0; i < e->unit->nfns; i++) {
        int fn = e->order[i];
        if (e->is_done[fn] || (e->nimports && !is_ready(e, fn)))
            continue;
        run_function(e, fn);
        e->is_done[fn] = true;
    }
    if (!engine_is_done(e))
        give_scratch_back(e);
}

bool engine_is_done(const engine *e)
{
    for (int i = 0; i < e->unit->nfns; i++)
        if (!e->is_done[i])
            return false;
    return true;
}

void engine_close(engine *e, engine_result *out)
{
    found_close(e, &e->result);
    types_check(e, &e->result);
    arena_destroy(e->scratch);
    *out = e->result;
    if (out->nfindings > 0)
        qsort(out->findings, (size_t)out->nfindings, sizeof *out->findings, finding_compare);
}

void engine_run(arena *a, const ir_unit *unit, const engine_config *config, engine_result *out)
{
    engine_config alone = *config;

    alone.is_alone = true;
    engine *e = engine_open(a, unit, &alone);
    engine_advance(e);
    engine_close(e, out);
}
