/* What is known of a value: ranges, NULL-ness, remembered comparisons.
 *
 * A comparison is a symbol made from its operands, so that `failed = x == NULL; if (failed)` and
 * a condition tested twice agree. Comparisons that the ranges cannot express are kept as facts.
 */
#include "engine_int.h"

#include <stdlib.h>
#include <string.h>

uint8_t signs_of(int64_t n)
{
    return n < -1 ? S_BELOW : n == -1 ? S_MINUS1 : n == 0 ? S_ZERO : n == 1 ? S_ONE : S_ABOVE;
}

uint8_t value_signs(const state *s, value v)
{
    if (v.kind == V_CONST)
        return signs_of(v.num);
    return v.kind == V_SYM ? s->syms[v.sym].signs : S_ANY;
}

bool value_is_null(const state *s, value v) { return value_signs(s, v) == S_ZERO; }
bool value_not_null(const state *s, value v) { return !(value_signs(s, v) & S_ZERO); }

int value_object(const state *s, value v)
{
    return v.kind == V_SYM && s->syms[v.sym].signs != S_ZERO ? s->syms[v.sym].obj : -1;
}

/* ---- making values */

static int find_sym(const state *s, const sym *want)
{
    for (int i = 0; i < s->nsyms; i++) {
        const sym *y = &s->syms[i];
        if (y->kind == want->kind && y->op == want->op && y->var == want->var &&
            value_same(y->a, want->a) && value_same(y->b, want->b) &&
            (y->name == want->name || (y->name && want->name && strcmp(y->name, want->name) == 0)))
            return i;
    }
    return -1;
}

static value unique(state *s, sym want)
{
    int i = find_sym(s, &want);

    if (i < 0) {
        i = state_add_sym(s, want.kind, want.signs);
        want.obj = want.anchor = -1;
        s->syms[i] = want;
    }
    return value_sym(i);
}

value value_address(state *s, ir_place_kind kind, value base, const char *field, value index, int var)
{
    return unique(s, (sym){.kind = SYM_ADDRESS, .op = (uint8_t)kind, .signs = S_ABOVE, .a = base,
                           .b = index, .name = field, .var = var});
}

static bool is_singleton_name(const char *name)
{
    return strncmp(name, "_Py_", 4) == 0;
}

value value_global(state *s, const char *name)
{
    value v = unique(s, (sym){.kind = SYM_GLOBAL, .signs = S_ABOVE, .name = name, .var = -1});

    if (s->syms[v.sym].obj < 0) {
        rm_account account = rm_open(0, RM_SOMEBODY);
        int o = state_add_object(s, v.sym, ORIGIN_SINGLETON, account);
        s->objs[o].made_by = name;
        s->objs[o].field = is_singleton_name(name) ? name : NULL;
    }
    return v;
}

value value_operand(engine *e, state *s, const ir_operand *o)
{
    (void)e;
    switch (o->kind) {
    case IR_VAR: {
        value *v = &s->vars[o->var];
        if (v->kind == V_UNDEF)
            *v = value_sym(state_add_sym(s, SYM_PLAIN, S_ANY));
        return *v;
    }
    case IR_CONST:
        return value_const(o->num);
    case IR_SYMBOL:
        return value_global(s, o->text);
    case IR_STRING:
        return value_sym(state_add_sym(s, SYM_PLAIN, S_ABOVE));
    case IR_NONE:
    case IR_UNKNOWN:
        break;
    }
    return value_sym(state_add_sym(s, SYM_PLAIN, S_ANY));
}

/* ---- comparing */

typedef struct { ir_event_kind op, negated, swapped; } comparison;

static const comparison comparisons[] = {
    {IR_EQ, IR_NE, IR_EQ}, {IR_NE, IR_EQ, IR_NE}, {IR_LT, IR_GE, IR_GT},
    {IR_LE, IR_GT, IR_GE}, {IR_GT, IR_LE, IR_LT}, {IR_GE, IR_LT, IR_LE},
};

static const comparison *find_comparison(int op)
{
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        if ((int)comparisons[i].op == op)
            return &comparisons[i];
    return NULL;
}

static bool compare(int op, int64_t a, int64_t b)
{
    switch (op) {
    case IR_EQ: return a == b;
    case IR_NE: return a != b;
    case IR_LT: return a < b;
    case IR_LE: return a <= b;
    case IR_GT: return a > b;
    default: return a >= b;
    }
}

static const struct { uint8_t bit; int64_t low, high; } ranges[] = {
    {S_BELOW, INT64_MIN, -2}, {S_MINUS1, -1, -1}, {S_ZERO, 0, 0}, {S_ONE, 1, 1}, {S_ABOVE, 2, INT64_MAX},
};

/* The ranges in which some value satisfies `x op n`. */
static uint8_t signs_satisfying(int op, int64_t n)
{
    uint8_t out = 0;

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        bool inside = ranges[i].low <= n && n <= ranges[i].high;
        bool some = compare(op, ranges[i].low, n) || compare(op, ranges[i].high, n);
        if (op == IR_EQ ? inside : some || (inside && ranges[i].low != ranges[i].high))
            out |= ranges[i].bit;
    }
    return out;
}

static int known_fact(const state *s, int op, value a, value b)
{
    const comparison *c = find_comparison(op);

    for (int i = 0; i < s->nfacts; i++) {
        const fact *k = &s->facts[i];
        bool same = value_same(k->a, a) && value_same(k->b, b);
        bool swapped = value_same(k->a, b) && value_same(k->b, a);
        int as = swapped ? (int)c->swapped : op;
        if (!same && !swapped)
            continue;
        if (k->op == as)
            return 1;
        if (k->op == (int)find_comparison(as)->negated)
            return 0;
        if ((as == IR_LE || as == IR_GE) && k->op == IR_EQ)
            return 1;
        if (as == IR_EQ && (k->op == IR_LT || k->op == IR_GT))
            return 0;
    }
    return -1;
}

static bool is_null_pointer_like(const state *s, value v)
{
    return v.kind == V_CONST || value_signs(s, v) == S_ZERO;
}

static int64_t constant_of(value v) { return v.kind == V_CONST ? v.num : 0; }

/* Two different global objects, or two fresh ones, are never equal. */
static bool surely_different(const state *s, value a, value b)
{
    if (a.kind != V_SYM || b.kind != V_SYM || a.sym == b.sym)
        return false;
    const sym *x = &s->syms[a.sym], *y = &s->syms[b.sym];
    bool ax = x->kind == SYM_GLOBAL || (x->obj >= 0 && s->objs[x->obj].flags & O_BORN);
    bool ay = y->kind == SYM_GLOBAL || (y->obj >= 0 && s->objs[y->obj].flags & O_BORN);
    return (ax && ay) || !(x->signs & y->signs);
}

/* Marks such as (PyObject *)1 lie below every object. */
static bool is_above(const state *s, value v, int64_t n)
{
    int obj = value_object(s, v);

    return obj >= 0 && n > 0 && n < 256 && s->objs[obj].flags & O_BORN && !(value_signs(s, v) & S_ZERO);
}

static int compare_known(const state *s, int op, value a, value b)
{
    if (is_null_pointer_like(s, a) && is_null_pointer_like(s, b))
        return compare(op, constant_of(a), constant_of(b));
    if (is_null_pointer_like(s, a))
        return compare_known(s, find_comparison(op)->swapped, b, a);
    if (is_null_pointer_like(s, b) && is_above(s, a, constant_of(b)))
        return op == IR_GT || op == IR_GE || op == IR_NE;
    if (is_null_pointer_like(s, b)) {
        uint8_t yes = signs_satisfying(op, constant_of(b)) & value_signs(s, a);
        uint8_t no = signs_satisfying(find_comparison(op)->negated, constant_of(b)) & value_signs(s, a);
        if (!yes || !no)
            return yes != 0;
    }
    if (value_same(a, b))
        return op == IR_EQ || op == IR_LE || op == IR_GE;
    if (surely_different(s, a, b) && (op == IR_EQ || op == IR_NE))
        return op == IR_NE;
    return known_fact(s, op, a, b);
}

int value_truth(const state *s, value v)
{
    uint8_t signs = value_signs(s, v);

    if (!(signs & S_ZERO))
        return 1;
    if (signs == S_ZERO)
        return 0;
    if (v.kind != V_SYM || s->syms[v.sym].kind != SYM_EXPR)
        return -1;
    const sym *y = &s->syms[v.sym];
    if (y->op == IR_NOT) {
        int t = value_truth(s, y->a);
        return t < 0 ? t : !t;
    }
    return find_comparison(y->op) ? compare_known(s, y->op, y->a, y->b) : -1;
}

/* ---- one object under two names */

static bool is_worth(const state *s, value v)
{
    int obj = value_object(s, v);

    return obj >= 0 && s->objs[obj].origin != ORIGIN_SINGLETON &&
           (s->objs[obj].account.owned > 0 || s->objs[obj].flags & O_ALLOWED || s->objs[obj].origin == ORIGIN_PARAM);
}

/* `if (x == Py_None) Py_DECREF(Py_None);` gives up the reference that x is. */
value value_meant(const state *s, value v)
{
    int obj = value_object(s, v);

    if (obj < 0 || s->objs[obj].origin != ORIGIN_SINGLETON || s->objs[obj].account.owned > 0)
        return v;
    for (int i = 0; i < s->nfacts; i++) {
        const fact *k = &s->facts[i];
        if (k->op == IR_EQ && value_same(k->b, v) && is_worth(s, k->a))
            return k->a;
        if (k->op == IR_EQ && value_same(k->a, v) && is_worth(s, k->b))
            return k->b;
    }
    return v;
}

/* ---- assuming */

enum { FACTS_MAX = 24 };

/* Which one is forgotten: the oldest about a number, such as a character of a text, else the oldest. */
static int least_fact(const state *s)
{
    for (int i = 0; i < s->nfacts; i++)
        if (s->facts[i].b.kind == V_CONST)
            return i;
    return 0;
}

static void add_fact(state *s, int op, value a, value b)
{
    if (known_fact(s, op, a, b) == 1)
        return;
    if (s->nfacts == FACTS_MAX) {
        int i = least_fact(s);
        memmove(s->facts + i, s->facts + i + 1, sizeof *s->facts * (size_t)(FACTS_MAX - 1 - i));
        s->nfacts--;
    }
    if (s->nfacts == s->fact_cap) {
        int cap = s->fact_cap * 2 + 8;
        fact *f = realloc(s->facts, sizeof *f * (size_t)cap);
        if (!f)
            abort();
        s->facts = f;
        s->fact_cap = cap;
    }
    s->facts[s->nfacts++] = (fact){.op = op, .a = a, .b = b};
}

bool value_assume_signs(state *s, value v, uint8_t signs)
{
    uint8_t left = value_signs(s, v) & signs;

    if (!left)
        return false;
    if (v.kind != V_SYM)
        return true;
    s->syms[v.sym].signs = left;
    if (left == S_ZERO && s->syms[v.sym].obj >= 0)
        s->objs[s->syms[v.sym].obj].account.owned = 0; /* there is no object */
    return true;
}

/* What is equal to Py_None or another global object does not die here. */
static void same_as_global(state *s, value a, value b)
{
    value other = s->syms[a.sym].kind == SYM_GLOBAL ? b : a;
    int obj = value_object(s, other);

    if ((s->syms[a.sym].kind == SYM_GLOBAL || (b.kind == V_SYM && s->syms[b.sym].kind == SYM_GLOBAL)) && obj >= 0)
        s->objs[obj].account.outside = RM_SOMEBODY;
}

static bool assume_comparison(state *s, int op, value a, value b)
{
    int known = compare_known(s, op, a, b);

    if (known >= 0)
        return known;
    if (is_null_pointer_like(s, a)) {
        value t = a;
        a = b, b = t;
        op = (int)find_comparison(op)->swapped;
    }
    if (!is_null_pointer_like(s, b)) {
        if (op == IR_EQ)
            same_as_global(s, a, b);
        add_fact(s, op, a, b);
        return op != IR_EQ || value_assume_signs(s, a, value_signs(s, b));
    }
    int64_t n = constant_of(b);
    if (!value_assume_signs(s, a, signs_satisfying(op, n)))
        return false;
    if (n < -1 || n > 1)
        add_fact(s, op, a, b);
    return true;
}

bool value_assume(state *s, value v, bool truth)
{
    int known = value_truth(s, v);

    if (known >= 0)
        return known == truth;
    if (!value_assume_signs(s, v, truth ? S_NONZERO : S_ZERO))
        return false;
    if (s->syms[v.sym].kind != SYM_EXPR)
        return true;
    sym y = s->syms[v.sym];
    if (y.op == IR_NOT)
        return value_assume(s, y.a, !truth);
    if (y.op == IR_AND && truth) /* some bit is set in both operands */
        return value_assume_signs(s, y.a, S_NONZERO) && value_assume_signs(s, y.b, S_NONZERO);
    const comparison *c = find_comparison(y.op);
    return !c || assume_comparison(s, truth ? y.op : (int)c->negated, y.a, y.b);
}

void value_assume_other(state *s, value v, value other)
{
    if (compare_known(s, IR_NE, v, other) < 0)
        add_fact(s, IR_NE, v, other);
}

/* ---- computing */

static value fresh(state *s, uint8_t signs) { return value_sym(state_add_sym(s, SYM_PLAIN, signs)); }

/* x + n and x - n keep only the range, so that loop counters settle after a few turns. */
static value shifted(state *s, value a, int64_t n)
{
    uint8_t signs = value_signs(s, a);

    if (a.kind == V_CONST && a.num + n >= -1 && a.num + n <= 1)
        return value_const(a.num + n);
    if (a.kind == V_CONST)
        return fresh(s, signs_of(a.num + n));
    if (n > 0 && !(signs & S_NEGATIVE))
        return fresh(s, signs & S_ZERO && n == 1 ? S_POSITIVE : S_ABOVE);
    return fresh(s, S_ANY);
}

static value arithmetic(state *s, ir_event_kind op, value a, value b)
{
    if (b.kind == V_CONST && b.num > -1000000 && b.num < 1000000)
        return shifted(s, a, op == IR_ADD ? b.num : -b.num);
    if (op == IR_ADD && a.kind == V_CONST && a.num > -1000000 && a.num < 1000000)
        return shifted(s, b, a.num);
    return fresh(s, S_ANY);
}

static value negated(state *s, value a)
{
    static const uint8_t mirror[][2] = {
        {S_MINUS1, S_ONE}, {S_ZERO, S_ZERO}, {S_ONE, S_MINUS1}, {S_ABOVE, S_BELOW}, {S_BELOW, S_ABOVE},
    };
    uint8_t out = 0;

    if (a.kind == V_CONST && a.num > INT64_MIN)
        return value_const(-a.num);
    for (size_t i = 0; i < sizeof mirror / sizeof *mirror; i++)
        if (value_signs(s, a) & mirror[i][0])
            out |= mirror[i][1];
    return fresh(s, out);
}

/* `x & ~1`: objects lie at addresses that have these bits 0, whatever else a pointer keeps there. */
static bool clears_tag(value mask)
{
    return mask.kind == V_CONST && (mask.num == -2 || mask.num == -4 || mask.num == -8);
}

value value_expr(state *s, ir_event_kind op, value a, value b)
{
    if (op == IR_ADD || op == IR_SUB)
        return arithmetic(s, op, a, b);
    if (op == IR_NEG)
        return negated(s, a);
    if (op == IR_OP)
        return fresh(s, S_ANY);
    if (op == IR_AND && a.kind == V_CONST && b.kind == V_CONST)
        return value_const(a.num & b.num);
    if (op == IR_AND && clears_tag(b) && value_object(s, a) >= 0)
        return a;
    bool is_truth = op != IR_AND && op != IR_REM;
    value v = unique(s, (sym){.kind = SYM_EXPR, .op = (uint8_t)op, .a = a, .b = b, .var = -1,
                              .signs = is_truth ? S_ZERO | S_ONE : S_ANY});
    int known = !is_truth ? -1 : value_truth(s, v);
    return known >= 0 ? value_const(known) : v;
}
