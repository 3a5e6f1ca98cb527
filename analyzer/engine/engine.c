/* A unit: callees before callers, one function at a time, summaries kept for the rest. */
#include "engine_int.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    engine *e;
    int *order, n;
    uint8_t *mark;
} call_order;

static void visit(call_order *o, int fn);

static void visit_callees(call_order *o, const ir_fn *fn)
{
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++) {
            const ir_event *ev = &fn->blocks[b].events[i];
            int callee = ev->kind == IR_CALL && ev->callee ? callee_find(o->e, ev->callee)->fn : -1;
            if (callee >= 0)
                visit(o, callee);
        }
}

/* Depth first: a cycle is entered somewhere, and the call that closes it sees no summary. */
static void visit(call_order *o, int fn)
{
    if (o->mark[fn])
        return;
    o->mark[fn] = 1;
    visit_callees(o, o->e->unit->fns[fn]);
    o->order[o->n++] = fn;
}

static void dump_summary(const engine *e)
{
    const engine_config *c = e->config;

    if (c->dump && c->dump_out && strcmp(c->dump, "summaries") == 0)
        summary_print(e->fn, e->sum, c->dump_out);
}

static void run_function(engine *e, int index, engine_result *result)
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
    explore_function(e, e->fn, result);
    summary_close(e);
    dump_summary(e);
    found_flush(e, result);
    arena_reset(e->scratch);
}

void engine_run(arena *a, const ir_unit *unit, const engine_config *config, engine_result *out)
{
    engine e = {.rule = {.report = found_report}, .config = config, .unit = unit, .out = a,
                .scratch = arena_create(), .subject = -1};
    call_order o = {.e = &e};

    memset(out, 0, sizeof *out);
    e.summaries = arena_alloc(a, sizeof *e.summaries * (size_t)(unit->nfns + 1));
    o.order = arena_alloc(a, sizeof(int) * (size_t)(unit->nfns + 1));
    o.mark = arena_alloc(a, (size_t)unit->nfns + 1);
    callee_prepare(&e);
    types_prepare(&e);
    beliefs_learn(&e);
    for (int i = 0; i < unit->nfns; i++)
        visit(&o, i);
    for (int i = 0; i < o.n; i++)
        run_function(&e, o.order[i], out);
    types_check(&e, out);
    arena_destroy(e.scratch);
    if (out->nfindings > 0)
        qsort(out->findings, (size_t)out->nfindings, sizeof *out->findings, finding_compare);
}
