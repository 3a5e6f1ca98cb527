/* Fewer temporaries: those that live inside one block share variables.
 *
 * The front end makes a temporary for every value; most are used once, an event later. Whoever
 * walks paths copies all variables at every fork, so a function with a thousand of them is slow
 * for no reason. Only the numbering changes: a temporary has no name that anyone sees.
 */
#include "ir_int.h"

#include <string.h>

enum { TYPES = IR_OTHER + 1, NOWHERE = -1, EVERYWHERE = -2 };

typedef struct {
    arena *a;
    ir_fn *fn;
    int *home;  /* block of a variable: NOWHERE, EVERYWHERE when it is seen in several */
    int *last;  /* number of the last event in its block that mentions it */
    int *to;    /* new number, -1 */
    ir_var *vars;
    int nvars;
    int *free[TYPES], nfree[TYPES], free_cap[TYPES];
} sharing;

typedef void (*visitor)(sharing *s, int *var, int block, int event);

static void visit_operand(sharing *s, ir_operand *o, visitor f, int block, int event)
{
    if (o->kind == IR_VAR)
        f(s, &o->var, block, event);
}

static void visit_uses(sharing *s, ir_event *ev, visitor f, int block, int event)
{
    visit_operand(s, &ev->a, f, block, event);
    visit_operand(s, &ev->b, f, block, event);
    visit_operand(s, &ev->place.base, f, block, event);
    visit_operand(s, &ev->place.index, f, block, event);
    for (int i = 0; i < ev->nargs; i++)
        visit_operand(s, &ev->args[i], f, block, event);
}

static void visit_dst(sharing *s, ir_event *ev, visitor f, int block, int event)
{
    if (ev->dst >= 0)
        f(s, &ev->dst, block, event);
}

/* ---- where each variable is seen */

static void see(sharing *s, int *var, int block, int event)
{
    s->home[*var] = s->home[*var] == NOWHERE || s->home[*var] == block ? block : EVERYWHERE;
    s->last[*var] = event;
}

/* A value that was there before its block began is not local to it. */
static void see_use(sharing *s, int *var, int block, int event)
{
    if (s->home[*var] == NOWHERE)
        s->home[*var] = EVERYWHERE;
    see(s, var, block, event);
}

static void look_around(sharing *s)
{
    for (int b = 0; b < s->fn->nblocks; b++)
        for (int i = 0; i < s->fn->blocks[b].nevents; i++) {
            visit_uses(s, &s->fn->blocks[b].events[i], see_use, b, i);
            visit_dst(s, &s->fn->blocks[b].events[i], see, b, i);
        }
}

static bool is_temporary(const ir_var *v)
{
    return !v->shown && !v->is_param && !v->address_taken && !v->is_static && v->type != IR_AGGREGATE;
}

static bool is_local(const sharing *s, int var)
{
    return is_temporary(&s->fn->vars[var]) && s->home[var] >= 0;
}

/* ---- new numbers */

static int add_var(sharing *s, const ir_var *v)
{
    s->vars[s->nvars] = *v;
    return s->nvars++;
}

static void keep_others(sharing *s)
{
    for (int v = 0; v < s->fn->nvars; v++) {
        bool unseen = is_temporary(&s->fn->vars[v]) && s->home[v] == NOWHERE;
        s->to[v] = unseen || is_local(s, v) ? -1 : add_var(s, &s->fn->vars[v]);
    }
}

static void renumber(sharing *s, int *var, int block, int event)
{
    const ir_var *v = &s->fn->vars[*var];

    (void)block;
    (void)event;
    if (s->to[*var] < 0)
        s->to[*var] = s->nfree[v->type] > 0 ? s->free[v->type][--s->nfree[v->type]] : add_var(s, v);
    *var = s->to[*var];
}

static void end_one(sharing *s, int *var, int block, int event)
{
    int type = s->fn->vars[*var].type;

    if (!is_local(s, *var) || s->home[*var] != block || s->last[*var] != event || s->to[*var] < 0)
        return;
    ARENA_PUSH(s->a, s->free[type], s->nfree[type], s->free_cap[type], s->to[*var]);
    s->last[*var] = -1; /* once, however often the event mentions it */
}

static void rename_event(sharing *s, ir_event *ev, int block, int event)
{
    ir_event old = *ev;
    ir_operand *args = ev->args;

    if (ev->nargs > 0) {
        old.args = arena_alloc(s->a, sizeof *args * (size_t)ev->nargs);
        memcpy(old.args, args, sizeof *args * (size_t)ev->nargs);
    }
    visit_dst(s, ev, renumber, block, event);
    visit_uses(s, ev, renumber, block, event);
    visit_uses(s, &old, end_one, block, event);
    visit_dst(s, &old, end_one, block, event);
}

static void share_in(arena *a, ir_fn *fn)
{
    size_t n = (size_t)fn->nvars + 1;
    sharing s = {.a = a, .fn = fn, .home = arena_alloc(a, n * sizeof(int)), .last = arena_alloc(a, n * sizeof(int)),
                 .to = arena_alloc(a, n * sizeof(int)), .vars = arena_alloc(a, n * sizeof(ir_var))};

    for (int v = 0; v < fn->nvars; v++)
        s.home[v] = NOWHERE;
    look_around(&s);
    keep_others(&s);
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++)
            rename_event(&s, &fn->blocks[b].events[i], b, i);
    fn->vars = s.vars;
    fn->nvars = s.nvars;
    fn->var_cap = (int)n;
}

void ir_share_temporaries(arena *a, ir_unit *unit)
{
    for (int i = 0; i < unit->nfns; i++)
        share_in(a, unit->fns[i]);
}
