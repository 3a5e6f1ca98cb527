/* Flow facts of one function: block order, joins, liveness, and where temporaries end.
 *
 * A variable whose address was taken is live everywhere. Temporaries end at their last use; that
 * is where a reference that only a temporary held is lost.
 */
#include "engine_int.h"

#include <string.h>

static void bit_set(uint64_t *set, int i) { set[i / 64] |= 1ull << (i % 64); }
static void bit_clear(uint64_t *set, int i) { set[i / 64] &= ~(1ull << (i % 64)); }
static bool bit_test(const uint64_t *set, int i) { return set[i / 64] >> (i % 64) & 1; }

static void use_operand(uint64_t *set, const ir_operand *o)
{
    if (o->kind == IR_VAR)
        bit_set(set, o->var);
}

static bool defines_place_var(const ir_event *ev)
{
    return ev->kind == IR_STORE && ev->place.kind == IR_P_VAR;
}

static void use_place(uint64_t *set, const ir_event *ev)
{
    bool is_place = ev->kind == IR_LOAD || ev->kind == IR_STORE || ev->kind == IR_ADDR;

    if (!is_place || defines_place_var(ev))
        return;
    use_operand(set, &ev->place.base);
    if (ev->place.kind == IR_P_INDEX)
        use_operand(set, &ev->place.index);
}

/* set becomes what is live before ev, given what is live after it */
static void before_event(uint64_t *set, const ir_event *ev)
{
    if (ev->dst >= 0)
        bit_clear(set, ev->dst);
    if (defines_place_var(ev))
        bit_clear(set, ev->place.base.var);
    use_operand(set, &ev->a);
    use_operand(set, &ev->b);
    use_place(set, ev);
    for (int i = 0; i < ev->nargs; i++)
        use_operand(set, &ev->args[i]);
}

static const ir_event *terminator(const ir_block *b) { return &b->events[b->nevents - 1]; }

static int *successors(arena *a, const ir_block *b, int *n)
{
    *n = ir_successors(terminator(b), NULL, 0);
    int *out = arena_alloc(a, sizeof(int) * (size_t)(*n + 1));
    ir_successors(terminator(b), out, *n);
    return out;
}

static void live_out(const ir_fn *fn, const flow *f, arena *a, int block, uint64_t *set)
{
    int n, *next = successors(a, &fn->blocks[block], &n);

    memset(set, 0, (size_t)f->words * 8);
    for (int i = 0; i < n; i++)
        for (int w = 0; w < f->words; w++)
            set[w] |= f->live_in[next[i] * f->words + w];
}

static void compute_liveness(arena *a, const ir_fn *fn, flow *f, const int *order)
{
    uint64_t *set = arena_alloc(a, (size_t)f->words * 8);

    for (bool changed = true; changed;) {
        changed = false;
        for (int k = fn->nblocks - 1; k >= 0; k--) {
            int b = order[k];
            live_out(fn, f, a, b, set);
            for (int i = fn->blocks[b].nevents - 1; i >= 0; i--)
                before_event(set, &fn->blocks[b].events[i]);
            uint64_t *in = f->live_in + b * f->words;
            if (memcmp(in, set, (size_t)f->words * 8) != 0) {
                memcpy(in, set, (size_t)f->words * 8);
                changed = true;
            }
        }
    }
}

enum { EVENT_VARS = 48 };

static void collect(const ir_operand *o, int *out, int *n)
{
    if (o->kind == IR_VAR && *n < EVENT_VARS)
        out[(*n)++] = o->var;
}

/* The variables an event mentions; a call with very many arguments is cut short. */
static int event_vars(const ir_event *ev, int *out)
{
    int n = 0;

    if (ev->dst >= 0)
        out[n++] = ev->dst;
    collect(&ev->a, out, &n);
    collect(&ev->b, out, &n);
    collect(&ev->place.base, out, &n);
    collect(&ev->place.index, out, &n);
    for (int i = 0; i < ev->nargs; i++)
        collect(&ev->args[i], out, &n);
    return n;
}

static bool is_temporary(const ir_fn *fn, int var)
{
    return !fn->vars[var].shown && !fn->vars[var].is_param && !fn->vars[var].address_taken;
}

static void add_dying(arena *a, const ir_fn *fn, const uint64_t *live, const ir_event *ev, int **out)
{
    int vars[EVENT_VARS + 1], n = event_vars(ev, vars), k = 0;

    for (int i = 0; i < n; i++)
        if (is_temporary(fn, vars[i]) && !bit_test(live, vars[i]))
            vars[k++] = vars[i];
    if (k == 0)
        return;
    *out = arena_alloc(a, sizeof(int) * (size_t)(k + 1));
    memcpy(*out, vars, sizeof(int) * (size_t)k);
    (*out)[k] = -1;
}

static void compute_dying(arena *a, const ir_fn *fn, flow *f)
{
    uint64_t *set = arena_alloc(a, (size_t)f->words * 8);

    for (int b = 0; b < fn->nblocks; b++) {
        live_out(fn, f, a, b, set);
        for (int i = fn->blocks[b].nevents - 1; i >= 0; i--) {
            const ir_event *ev = &fn->blocks[b].events[i];
            add_dying(a, fn, set, ev, &f->dying[f->first_event[b] + i]);
            before_event(set, ev);
        }
    }
}

/* Depth first without recursion; order[] gets blocks in reverse postorder. */
static int compute_order(arena *a, const ir_fn *fn, flow *f, int *order)
{
    int *stack = arena_alloc(a, sizeof(int) * (size_t)(fn->nblocks + 1));
    int *at = arena_alloc(a, sizeof(int) * (size_t)fn->nblocks);
    int **next = arena_alloc(a, sizeof(int *) * (size_t)fn->nblocks);
    int *nnext = arena_alloc(a, sizeof(int) * (size_t)fn->nblocks);
    bool *seen = arena_alloc(a, (size_t)fn->nblocks);
    int *preds = arena_alloc(a, sizeof(int) * (size_t)fn->nblocks);
    int top = 0, slot = fn->nblocks;

    stack[top++] = 0;
    seen[0] = true;
    next[0] = successors(a, &fn->blocks[0], &nnext[0]);
    while (top > 0) {
        int b = stack[top - 1];
        if (at[b] == nnext[b]) {
            order[--slot] = b;
            top--;
            continue;
        }
        int to = next[b][at[b]++];
        preds[to]++;
        if (!seen[to]) {
            seen[to] = true;
            next[to] = successors(a, &fn->blocks[to], &nnext[to]);
            stack[top++] = to;
        }
    }
    int n = fn->nblocks - slot;
    memmove(order, order + slot, sizeof(int) * (size_t)n);
    for (int i = 0, k = n; i < fn->nblocks; i++) {
        f->is_join[i] = preds[i] > 1;
        if (!seen[i])
            order[k++] = i;
    }
    for (int i = 0; i < fn->nblocks; i++)
        f->rpo[order[i]] = i;
    return n;
}

flow *flow_compute(arena *a, const ir_fn *fn)
{
    flow *f = arena_alloc(a, sizeof *f);
    int *order = arena_alloc(a, sizeof(int) * (size_t)fn->nblocks);

    f->words = fn->nvars / 64 + 1;
    f->live_in = arena_alloc(a, (size_t)f->words * 8 * (size_t)fn->nblocks);
    f->first_event = arena_alloc(a, sizeof(int) * (size_t)fn->nblocks);
    f->rpo = arena_alloc(a, sizeof(int) * (size_t)fn->nblocks);
    f->is_join = arena_alloc(a, (size_t)fn->nblocks);
    for (int b = 0; b < fn->nblocks; b++) {
        f->first_event[b] = f->nevents;
        f->nevents += fn->blocks[b].nevents;
    }
    f->dying = arena_alloc(a, sizeof(int *) * (size_t)(f->nevents + 1));
    compute_order(a, fn, f, order);
    compute_liveness(a, fn, f, order);
    compute_dying(a, fn, f);
    return f;
}

bool flow_is_live(const flow *f, int block, int var)
{
    return bit_test(f->live_in + block * f->words, var);
}
