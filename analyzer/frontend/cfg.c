/* Tidies a function's blocks: jumps to jumps go straight, code that cannot be reached goes away,
 * a block whose only predecessor jumps to it is appended there, and the rest is numbered anew. */
#include "frontend_int.h"

#include <string.h>

typedef struct {
    arena *a;
    ir_fn *fn;
    int *preds;
    bool *live;
    int *stack;
} graph;

static ir_event *terminator(const ir_fn *fn, int b)
{
    ir_block *block = &fn->blocks[b];

    return &block->events[block->nevents - 1];
}

static int *successor(ir_event *e, int i)
{
    if (e->kind == IR_JUMP)
        return i == 0 ? &e->target[0] : NULL;
    if (e->kind == IR_BR)
        return i < 2 ? &e->target[i] : NULL;
    if (e->kind != IR_SWITCH || i > e->ncases)
        return NULL;
    return i == 0 ? &e->target[0] : &e->cases[i - 1].block;
}

static void close_open_blocks(graph *g)
{
    for (int b = 0; b < g->fn->nblocks; b++) {
        ir_block *block = &g->fn->blocks[b];

        if (block->nevents == 0 || !ir_is_terminator(terminator(g->fn, b)->kind))
            ir_append(g->a, g->fn, b, IR_UNREACHABLE, (ir_loc){0});
    }
}

static bool only_jumps(const ir_fn *fn, int b)
{
    return fn->blocks[b].nevents == 1 && fn->blocks[b].events[0].kind == IR_JUMP;
}

static int destination(const ir_fn *fn, int b)
{
    for (int hops = 0; hops < 64 && only_jumps(fn, b); hops++)
        b = fn->blocks[b].events[0].target[0];
    return b;
}

static void thread_jumps(graph *g)
{
    for (int b = 0; b < g->fn->nblocks; b++) {
        ir_event *e = terminator(g->fn, b);
        int *to;

        for (int i = 0; (to = successor(e, i)); i++)
            *to = destination(g->fn, *to);
        if (e->kind == IR_BR && e->target[0] == e->target[1]) {
            e->kind = IR_JUMP;
            e->a = (ir_operand){0};
            e->target[1] = -1;
        }
    }
}

static void mark_live(graph *g)
{
    int n = 0;

    memset(g->live, 0, (size_t)g->fn->nblocks * sizeof *g->live);
    memset(g->preds, 0, (size_t)g->fn->nblocks * sizeof *g->preds);
    g->live[0] = true;
    g->preds[0] = 1;
    g->stack[n++] = 0;
    while (n > 0) {
        ir_event *e = terminator(g->fn, g->stack[--n]);
        int *to;

        for (int i = 0; (to = successor(e, i)); i++) {
            g->preds[*to]++;
            if (!g->live[*to]) {
                g->live[*to] = true;
                g->stack[n++] = *to;
            }
        }
    }
}

static void append_block(graph *g, int to, int from)
{
    ir_block *a = &g->fn->blocks[to], *b = &g->fn->blocks[from];

    a->nevents--;
    for (int i = 0; i < b->nevents; i++)
        ARENA_PUSH(g->a, a->events, a->nevents, a->cap, b->events[i]);
    g->live[from] = false;
}

static void merge_chains(graph *g)
{
    for (int b = 0; b < g->fn->nblocks; b++) {
        ir_event *e;

        if (!g->live[b])
            continue;
        while ((e = terminator(g->fn, b))->kind == IR_JUMP && e->target[0] != b &&
               g->preds[e->target[0]] == 1 && e->target[0] != 0)
            append_block(g, b, e->target[0]);
    }
}

static void renumber(graph *g)
{
    int n = 0, *number = g->preds, *to;

    for (int b = 0; b < g->fn->nblocks; b++)
        if (g->live[b]) {
            number[b] = n;
            g->fn->blocks[n++] = g->fn->blocks[b];
        }
    g->fn->nblocks = n;
    for (int b = 0; b < n; b++)
        for (int i = 0; (to = successor(terminator(g->fn, b), i)); i++)
            *to = number[*to];
}

void cfg_simplify(arena *a, ir_fn *fn)
{
    size_t n = (size_t)fn->nblocks;
    graph g = {.a = a, .fn = fn};

    g.preds = arena_alloc(a, n * sizeof *g.preds);
    g.live = arena_alloc(a, n * sizeof *g.live);
    g.stack = arena_alloc(a, n * sizeof *g.stack);
    close_open_blocks(&g);
    thread_jumps(&g);
    mark_live(&g);
    merge_chains(&g);
    renumber(&g);
}
