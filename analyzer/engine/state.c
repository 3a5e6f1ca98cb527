/* Path states: copying, forgetting, comparing.
 *
 * Normalising is what makes joins merge: variables that are dead and hold nothing owed are
 * forgotten, then symbols and objects are renumbered in the order they are reached, so that two
 * states that differ in nothing a rule can see hash alike.
 */
#include "engine_int.h"

#include <stdlib.h>
#include <string.h>

static void *copy_array(const void *from, int n, size_t item, int *cap)
{
    int room = n + 8;
    char *to = malloc((size_t)room * item);

    if (!to)
        abort();
    if (n > 0)
        memcpy(to, from, (size_t)n * item);
    *cap = room;
    return to;
}

static void *grown(void *p, int n, size_t item, int *cap)
{
    if (n < *cap)
        return p;
    *cap = *cap * 2 + 8;
    p = realloc(p, (size_t)*cap * item);
    if (!p)
        abort();
    return p;
}

state *state_create(const ir_fn *fn)
{
    state *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->vars = calloc((size_t)fn->nvars + 1, sizeof *s->vars);
    s->params = calloc((size_t)fn->nparams + 1, sizeof *s->params);
    if (!s->vars || !s->params)
        abort();
    return s;
}

state *state_fork(const ir_fn *fn, const state *s)
{
    state *t = malloc(sizeof *t);
    int unused;

    if (!t)
        abort();
    *t = *s;
    t->next = NULL;
    t->vars = copy_array(s->vars, fn->nvars, sizeof *s->vars, &unused);
    t->params = copy_array(s->params, fn->nparams, sizeof *s->params, &unused);
    t->syms = copy_array(s->syms, s->nsyms, sizeof *s->syms, &t->sym_cap);
    t->objs = copy_array(s->objs, s->nobjs, sizeof *s->objs, &t->obj_cap);
    t->cells = copy_array(s->cells, s->ncells, sizeof *s->cells, &t->cell_cap);
    t->facts = copy_array(s->facts, s->nfacts, sizeof *s->facts, &t->fact_cap);
    return t;
}

size_t state_size(const ir_fn *fn, const state *s)
{
    return sizeof *s + (size_t)(fn->nvars + fn->nparams) * sizeof *s->vars +
           (size_t)s->sym_cap * sizeof *s->syms + (size_t)s->obj_cap * sizeof *s->objs +
           (size_t)s->cell_cap * sizeof *s->cells + (size_t)s->fact_cap * sizeof *s->facts;
}

void state_free(state *s)
{
    if (!s)
        return;
    free(s->vars);
    free(s->params);
    free(s->syms);
    free(s->objs);
    free(s->cells);
    free(s->facts);
    free(s);
}

value value_const(int64_t n) { return (value){.kind = V_CONST, .num = n}; }
value value_sym(int s) { return (value){.kind = V_SYM, .sym = s}; }

bool value_same(value a, value b)
{
    return a.kind == b.kind && a.sym == b.sym && a.num == b.num;
}

int state_add_sym(state *s, sym_kind kind, uint8_t signs)
{
    s->syms = grown(s->syms, s->nsyms, sizeof *s->syms, &s->sym_cap);
    s->syms[s->nsyms] = (sym){.kind = (uint8_t)kind, .signs = signs, .obj = -1, .anchor = -1, .var = -1};
    return s->nsyms++;
}

int state_add_object(state *s, int sym, origin_kind origin, rm_account account)
{
    s->objs = grown(s->objs, s->nobjs, sizeof *s->objs, &s->obj_cap);
    s->objs[s->nobjs] = (object){.account = account, .origin = (uint16_t)origin, .uid = s->next_uid++,
                                 .made_at = -1, .name_var = -1, .param = -1, .anchor = -1,
                                 .copy_of = -1};
    s->syms[sym].obj = s->nobjs;
    return s->nobjs++;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

cell *state_find_cell(state *s, ir_place_kind kind, int base, const char *field, value index)
{
    for (int i = 0; i < s->ncells; i++) {
        cell *c = &s->cells[i];
        if (c->kind == kind && c->base == base && same_text(c->field, field) &&
            value_same(c->index, index))
            return c;
    }
    return NULL;
}

cell *state_add_cell(state *s, ir_place_kind kind, int base, const char *record, const char *field,
                     value index, value held)
{
    s->cells = grown(s->cells, s->ncells, sizeof *s->cells, &s->cell_cap);
    s->cells[s->ncells] = (cell){.kind = kind, .base = base, .record = record, .field = field,
                                 .index = index, .held = held};
    return &s->cells[s->ncells++];
}

void state_drop_cell(state *s, int i)
{
    memmove(&s->cells[i], &s->cells[i + 1], sizeof *s->cells * (size_t)(s->ncells - i - 1));
    s->ncells--;
}

static bool holds(const state *s, value v, int obj)
{
    return v.kind == V_SYM && s->syms[v.sym].obj == obj;
}

int state_holders(const ir_fn *fn, const state *s, int obj)
{
    int n = 0;

    for (int i = 0; i < fn->nvars; i++)
        n += holds(s, s->vars[i], obj);
    for (int i = 0; i < s->ncells; i++)
        n += holds(s, s->cells[i].held, obj);
    return n;
}

/* ---- normalising */

typedef struct {
    state *s;
    int *syms, *objs;    /* old number -> new number, -1 */
    int *order, *oorder; /* new number -> old number */
    bool *loaded;        /* old number: in a member of what a variable points to */
    int n, on;
} renumber;

static void reach_one_object(renumber *r, int obj)
{
    if (obj < 0 || r->objs[obj] >= 0)
        return;
    r->objs[obj] = r->on;
    r->oorder[r->on++] = obj;
}

/* An object and what it lives in; not further, or walks along lists would never settle. */
static void reach_object(renumber *r, int obj)
{
    reach_one_object(r, obj);
    if (obj >= 0) {
        reach_one_object(r, r->s->objs[obj].anchor);
        reach_one_object(r, r->s->objs[obj].copy_of);
    }
}

static void reach_sym(renumber *r, int sym)
{
    if (sym < 0 || r->syms[sym] >= 0)
        return;
    r->syms[sym] = r->n;
    r->order[r->n++] = sym;
    reach_object(r, r->s->syms[sym].obj);
    reach_object(r, r->s->syms[sym].anchor);
}

static void reach(renumber *r, value v)
{
    if (v.kind == V_SYM)
        reach_sym(r, v.sym);
}

static void reach_operands(renumber *r, int from)
{
    for (int i = from; i < r->n; i++) {
        const sym *y = &r->s->syms[r->order[i]];
        reach(r, y->a);
        reach(r, y->b);
    }
}

static bool owes(const state *s, value v)
{
    return v.kind == V_SYM && s->syms[v.sym].obj >= 0 && s->objs[s->syms[v.sym].obj].account.owned > 0;
}

/* An object that is still in a variable; functions and types are always at hand. */
static bool holds_reached(const renumber *r, const cell *c, int nroots)
{
    const sym *y = c->held.kind == V_SYM ? &r->s->syms[c->held.sym] : NULL;

    return y && y->obj >= 0 && y->kind != SYM_GLOBAL && r->syms[c->held.sym] >= 0 &&
           r->syms[c->held.sym] < nroots;
}

/* Whether code can name the symbol again: it is in a variable, or made from such symbols. A place
 * indexed by a value that no variable holds any more is one that nothing reads back. */
static bool nameable(const renumber *r, value v, int nroots)
{
    if (v.kind != V_SYM)
        return true;
    const sym *y = &r->s->syms[v.sym];
    if (y->kind == SYM_GLOBAL || r->loaded[v.sym] || (r->syms[v.sym] >= 0 && r->syms[v.sym] < nroots))
        return true;
    return y->kind != SYM_PLAIN && nameable(r, y->a, nroots) && nameable(r, y->b, nroots);
}

/* What the members of variables hold can be named too; not further, or list walks never settle. */
static void mark_loaded(renumber *r, int nroots)
{
    for (int i = 0; i < r->s->ncells; i++) {
        const cell *c = &r->s->cells[i];
        bool root = c->base < 0 || r->s->syms[c->base].kind == SYM_GLOBAL ||
                    (r->syms[c->base] >= 0 && r->syms[c->base] < nroots);
        if (root && c->held.kind == V_SYM && (c->index.kind != V_SYM || r->syms[c->index.sym] >= 0))
            r->loaded[c->held.sym] = true;
    }
}

/* What a dead object held went with it. */
static bool in_dead_object(const renumber *r, int base)
{
    const sym *y = &r->s->syms[base];

    while (y->kind == SYM_ADDRESS && y->obj < 0 && y->a.kind == V_SYM)
        y = &r->s->syms[y->a.sym];
    return y->obj >= 0 && r->s->objs[y->obj].account.life == RM_DEAD;
}

static bool is_nameable_place(const renumber *r, const cell *c, int nroots)
{
    if (!nameable(r, c->index, nroots))
        return false;
    if (c->base < 0 || r->s->syms[c->base].kind == SYM_ADDRESS)
        return c->base < 0 || nameable(r, value_sym(c->base), nroots);
    return r->s->syms[c->base].kind == SYM_GLOBAL || (r->syms[c->base] >= 0 && r->syms[c->base] < nroots);
}

static int made_at(const renumber *r, const cell *c)
{
    return r->s->objs[r->s->syms[c->held.sym].obj].made_at;
}

/* A loop that fills an array: the last of what it stored under indices that are gone stands for all. */
static bool is_last_of_its_kind(const renumber *r, const cell *c, int nroots)
{
    for (const cell *d = c + 1; d < r->s->cells + r->s->ncells; d++)
        if (d->written && d->kind == c->kind && d->field == c->field && owes(r->s, d->held) &&
            made_at(r, d) == made_at(r, c) && !is_nameable_place(r, d, nroots))
            return false;
    return true;
}

/* Kept: members of what variables point to, globals, parts of locals, and places that hold what is
 * owed or still in a variable. What is only reached through another cell, or under an index that is
 * gone, is forgotten, so that list walks and loops over arrays settle. */
static bool cell_stays(const renumber *r, const cell *c, int nroots)
{
    if (is_nameable_place(r, c, nroots))
        return true;
    if (!c->written)
        return false;
    return holds_reached(r, c, nroots) || (owes(r->s, c->held) && (c->base < 0 || !in_dead_object(r, c->base)) &&
                                           is_last_of_its_kind(r, c, nroots));
}

static void reach_cells(renumber *r)
{
    int nroots = r->n, n = 0;

    mark_loaded(r, nroots);
    for (int i = 0; i < r->s->ncells; i++) {
        cell c = r->s->cells[i];
        if (!cell_stays(r, &r->s->cells[i], nroots))
            continue;
        reach_sym(r, c.base);
        reach(r, c.index);
        reach(r, c.held);
        r->s->cells[n++] = c;
    }
    r->s->ncells = n;
    reach_operands(r, 0);
}

/* What was given away unowned is still to be judged when no code can name it; of those that a loop
 * gave away, one stands for all. */
static bool is_first_debt(const renumber *r, int obj)
{
    const object *o = &r->s->objs[obj];

    for (int i = 0; i < r->on; i++) {
        const object *d = &r->s->objs[r->oorder[i]];
        if (d->flags & O_DEBT && d->made_at == o->made_at && d->stolen_by == o->stolen_by && d->origin == o->origin)
            return false;
    }
    return true;
}

static void reach_debts(renumber *r)
{
    for (int i = 0; i < r->s->nsyms; i++)
        if (r->s->syms[i].kind == SYM_GLOBAL && r->s->syms[i].obj >= 0 && r->s->objs[r->s->syms[i].obj].flags & O_DEBT)
            reach_sym(r, i);
    for (int i = 0; i < r->s->nobjs; i++)
        if (r->objs[i] < 0 && r->s->objs[i].flags & O_DEBT && is_first_debt(r, i))
            reach_object(r, i);
}

static void reach_global(renumber *r, value known, value global)
{
    bool is_known = known.kind == V_SYM && r->syms[known.sym] >= 0;

    if (is_known && global.kind == V_SYM && r->s->syms[global.sym].kind == SYM_GLOBAL)
        reach_sym(r, global.sym);
}

static bool reached(const renumber *r, value v) { return v.kind != V_SYM || r->syms[v.sym] >= 0; }

/* `x == Py_None` and `x & 1` stay known of an x that can be asked again. */
static void reach_facts(renumber *r)
{
    for (int i = 0; i < r->s->nsyms; i++) {
        const sym *y = &r->s->syms[i];
        bool is_part = y->kind == SYM_EXPR && (y->op == IR_AND || y->op == IR_REM);
        if (is_part && y->signs != S_ANY && reached(r, y->a) && reached(r, y->b))
            reach_sym(r, i);
    }
    for (int i = 0; i < r->s->nfacts; i++) {
        reach_global(r, r->s->facts[i].a, r->s->facts[i].b);
        reach_global(r, r->s->facts[i].b, r->s->facts[i].a);
    }
}

static bool has_other_holder(const ir_fn *fn, const flow *f, const state *s, int var, int block)
{
    int obj = s->syms[s->vars[var].sym].obj;

    for (int v = 0; v < fn->nvars; v++)
        if (v != var && holds(s, s->vars[v], obj) && (v < var || flow_is_live(f, block, v)))
            return true;
    return false;
}

static bool stays(const ir_fn *fn, const flow *f, const state *s, int var, int block)
{
    if (flow_is_live(f, block, var) || fn->vars[var].address_taken)
        return true;
    return owes(s, s->vars[var]) && !has_other_holder(fn, f, s, var, block);
}

static void forget_dead(const ir_fn *fn, const flow *f, state *s, int block)
{
    for (int v = 0; v < fn->nvars; v++)
        if (s->vars[v].kind != V_UNDEF && !stays(fn, f, s, v, block))
            s->vars[v] = (value){0};
}

static void renamed(const renumber *r, value *v)
{
    if (v->kind == V_SYM)
        v->sym = r->syms[v->sym];
}

static void rebuild_syms(const renumber *r)
{
    state *s = r->s;
    sym *syms = malloc(sizeof *syms * (size_t)(r->n + 8));
    object *objs = malloc(sizeof *objs * (size_t)(r->on + 8));

    if (!syms || !objs)
        abort();
    for (int i = 0; i < r->n; i++) {
        syms[i] = s->syms[r->order[i]];
        syms[i].obj = syms[i].obj >= 0 ? r->objs[syms[i].obj] : -1;
        syms[i].anchor = syms[i].anchor >= 0 ? r->objs[syms[i].anchor] : -1;
        renamed(r, &syms[i].a);
        renamed(r, &syms[i].b);
    }
    for (int i = 0; i < r->on; i++) {
        objs[i] = s->objs[r->oorder[i]];
        objs[i].anchor = objs[i].anchor >= 0 ? r->objs[objs[i].anchor] : -1;
        objs[i].copy_of = objs[i].copy_of >= 0 ? r->objs[objs[i].copy_of] : -1;
    }
    free(s->syms);
    free(s->objs);
    s->syms = syms, s->nsyms = r->n, s->sym_cap = r->n + 8;
    s->objs = objs, s->nobjs = r->on, s->obj_cap = r->on + 8;
}

static void rebuild_cells(const renumber *r)
{
    for (int i = 0; i < r->s->ncells; i++) {
        cell *c = &r->s->cells[i];
        c->base = c->base >= 0 ? r->syms[c->base] : -1;
        renamed(r, &c->index);
        renamed(r, &c->held);
    }
}

static void rebuild_facts(const renumber *r)
{
    int n = 0;

    for (int i = 0; i < r->s->nfacts; i++) {
        fact k = r->s->facts[i];
        if (!reached(r, k.a) || !reached(r, k.b))
            continue;
        renamed(r, &k.a);
        renamed(r, &k.b);
        r->s->facts[n++] = k;
    }
    r->s->nfacts = n;
}

void state_normalise(const ir_fn *fn, const flow *f, state *s, int block)
{
    size_t ns = (size_t)s->nsyms + 1, no = (size_t)s->nobjs + 1;
    int *memory = malloc(sizeof(int) * 2 * (ns + no));
    renumber r = {.s = s, .syms = memory, .order = memory + ns, .objs = memory + 2 * ns,
                  .oorder = memory + 2 * ns + no, .loaded = calloc(ns, sizeof(bool))};

    if (!memory || !r.loaded)
        abort();
    memset(memory, -1, sizeof(int) * 2 * (ns + no));
    forget_dead(fn, f, s, block);
    for (int v = 0; v < fn->nvars; v++)
        reach(&r, s->vars[v]);
    for (int p = 0; p < fn->nparams; p++)
        reach(&r, s->params[p]);
    reach_operands(&r, 0);
    reach_cells(&r);
    reach_debts(&r);
    reach_facts(&r);
    for (int v = 0; v < fn->nvars; v++)
        renamed(&r, &s->vars[v]);
    for (int p = 0; p < fn->nparams; p++)
        renamed(&r, &s->params[p]);
    rebuild_cells(&r);
    rebuild_facts(&r);
    rebuild_syms(&r);
    free(r.loaded);
    free(memory);
}

/* ---- hashing */

static uint64_t mix(uint64_t h, const void *p, size_t n) { return hash_bytes(h, p, n); }

/* More references than these to one object differ in nothing a rule sees: a loop takes them. */
enum { OWNED_MANY = 4, KEPT_MANY = 2 };

static int32_t at_most(int32_t n, int32_t most) { return n > most ? most : n; }

static uint64_t hash_object(uint64_t h, const object *o)
{
    int32_t words[] = {at_most(o->account.owned, OWNED_MANY), at_most(o->account.kept, KEPT_MANY), o->account.outside, o->account.life,
                       o->origin, o->flags & ~(O_PASSED | O_NAMED), o->made_at, o->param, o->anchor, o->ran != NULL};

    return mix(h, words, sizeof words);
}

static uint64_t hash_sym(uint64_t h, const sym *y)
{
    int32_t words[] = {y->kind, y->signs, y->op, y->obj, y->anchor, y->var};

    h = mix(h, words, sizeof words);
    h = mix(h, &y->a, sizeof y->a);
    h = mix(h, &y->b, sizeof y->b);
    return hash_text(h, y->name);
}

static uint64_t hash_fine(const ir_fn *fn, const state *s)
{
    uint32_t about = s->exc | (uint32_t)s->exc_doubted << 8 | (uint32_t)s->exc_likely << 9 |
                     (uint32_t)s->exc_found << 4 | (uint32_t)s->ran_code << 10 | (uint32_t)s->wrote_memory << 11 | (uint32_t)s->let_go << 12 | (uint32_t)s->locks << 16;
    uint64_t h = mix(about, s->vars, sizeof *s->vars * (size_t)fn->nvars);

    for (int i = 0; i < s->nsyms; i++)
        h = hash_sym(h, &s->syms[i]);
    for (int i = 0; i < s->ncells; i++) {
        const cell *c = &s->cells[i];
        h = mix(hash_text(h, c->field), &c->held, sizeof c->held);
        h = mix(h, &c->index, sizeof c->index);
        h = mix(h, &c->base, sizeof c->base) + c->kind + c->written;
    }
    for (int i = 0; i < s->nfacts; i++)
        h = mix(h, &s->facts[i], sizeof s->facts[i]);
    return h;
}

/* Only what rules look at directly: who holds which object, and what is NULL. */
static uint64_t hash_coarse_value(uint64_t h, const state *s, value v)
{
    int obj = value_object(s, v);

    if (obj >= 0)
        return mix(h, &obj, sizeof obj);
    return hash_bytes(h, value_is_null(s, v) ? "0" : "?", 1);
}

static uint64_t hash_coarse(const ir_fn *fn, const state *s)
{
    uint64_t h = 1;

    for (int v = 0; v < fn->nvars; v++)
        if (s->vars[v].kind != V_UNDEF && fn->vars[v].type != IR_INT)
            h = hash_coarse_value(h + (uint64_t)v, s, s->vars[v]);
    for (int i = 0; i < s->ncells; i++)
        if (s->cells[i].written)
            h = hash_coarse_value(hash_text(h, s->cells[i].field), s, s->cells[i].held);
    return h;
}

uint64_t state_hash(const ir_fn *fn, const state *s, bool coarse)
{
    uint64_t h = coarse ? hash_coarse(fn, s) : hash_fine(fn, s);

    for (int i = 0; i < s->nobjs; i++)
        if (!coarse || (s->objs[i].account.owned > 0 && s->objs[i].origin != ORIGIN_SINGLETON))
            h = hash_object(h, &s->objs[i]);
    return h;
}
