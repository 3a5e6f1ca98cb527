/* Which outcomes a call has on this path: those of its contract or summary that can be, told apart only where
 * something can see the difference.
 */
#include "call_int.h"

#include <string.h>

bool result_is_used(const engine *e, const ir_event *ev)
{
    if (ev->dst < 0)
        return false;
    for (const int *v = e->flow->dying[e->event_number]; v && *v >= 0; v++)
        if (*v == ev->dst)
            return false;
    return true;
}

/* Small numbers and the empty tuple exist already: making one cannot fail, nor can handing an object on. */
static void narrow_failure(const engine *e, const contract *c, const ir_event *ev, outcome *out, int n)
{
    if (n < 2)
        return;
    if (c->pre && strstr(c->pre, "zero(0)"))
        out[n - 1].args[0].signs = S_POSITIVE;
    out[n - 1].args[0].is_large = c->pre && strstr(c->pre, "small(0)");
    if (format_hands_on(e, c, ev))
        out[n - 1].args[1].signs = S_ZERO;
}

/* What a lookup found once it finds again: a str keeps its UTF-8 form. */
static int drop_second_failure(engine *e, state *s, const ir_event *ev, const outcome *out, int n)
{
    bool again = n == 2 && out[1].failure && is_lookup(ev, &out[0]) && find_lookup(s, ev, arg_value(e, s, ev, 0)) >= 0;

    return again ? 1 : n;
}

enum { FAILURES_IN_A_ROW = 2 };

/* Failure is left out where nobody looks at the result, and where so many calls in a row failed
 * untested already that one more shows nothing new (it would double the paths each time). */
static int keep_visible(const engine *e, const state *s, const ir_event *ev, const outcome *out, int n)
{
    if (n < 2 || !out[n - 1].failure)
        return n;
    return result_is_used(e, ev) && s->failures < FAILURES_IN_A_ROW ? n : n - 1;
}

/* PyList_Check of what PyTuple_New made. */
static int answer_type_check(engine *e, state *s, const ir_event *ev, outcome *out, int n)
{
    int obj = e->called->asks_type && n == 1 ? arg_object(e, s, ev, 0) : -1;
    if (obj >= 0)
        s->objs[obj].asked = e->called->asked.type;
    int answer = obj >= 0 ? contract_type_answer(s->objs[obj].kind, e->called->asked) : -1;

    if (answer >= 0)
        out[0].signs = answer ? S_POSITIVE : S_ZERO;
    return n;
}

/* The call succeeded and nothing behind "|" was passed. */
static bool without_optional(engine *e, state *s, const ir_event *ev, const outcome *given, outcome *out)
{
    bool differs = false;

    *out = *given;
    for (int k = 0; k < out->nargs && k < ev->nargs; k++) {
        outcome_arg *a = &out->args[k];
        value old;
        if (!a->optional || !memory_read_through(e, s, arg_value(e, s, ev, k), &old))
            continue;
        differs |= a->effect == E_OUT_BORROWED && (a->optional == OPT_TOGETHER || value_object(s, old) >= 0);
        a->effect = E_NONE;
    }
    return differs;
}

static int add_default(engine *e, state *s, const ir_event *ev, outcome *out, int n)
{
    outcome unset;

    if (n < 1 || n >= OUTCOMES_MAX || out[0].failure || !without_optional(e, s, ev, &out[0], &unset))
        return n;
    out[n] = out[n - 1]; /* the failure stays the last one */
    out[n > 1 ? n - 1 : n] = unset;
    return n + 1;
}

static int contract_outcomes(engine *e, state *s, const ir_event *ev, const contract *c, outcome *out)
{
    if (c->effects & FX_ASKS)
        return outcomes_of_query(e, c, ev, (exc_state)s->exc, out);
    if (contract_fetches_exception(c))
        return outcomes_of_fetch(e, c, ev, (exc_state)s->exc, out);
    int n = answer_type_check(e, s, ev, out, outcomes_of_contract(e, c, ev, out));
    narrow_failure(e, c, ev, out, n);
    n = drop_second_failure(e, s, ev, out, n);
    n = keep_visible(e, s, ev, out, n);
    return add_default(e, s, ev, out, n);
}

int choose_outcomes(engine *e, state *s, const ir_event *ev, outcome *out, bool *described)
{
    const contract *c = called_contract(e);
    const summary *sum = callee_summary(e, e->called);

    *described = true;
    if (c)
        return contract_outcomes(e, s, ev, c, out);
    if (sum) {
        memcpy(out, sum->outcomes, sizeof *out * (size_t)sum->noutcomes);
        return sum->noutcomes;
    }
    const ir_decl *decl = ev->callee ? intent_decl(e, e->called) : NULL;
    *described = intent_is_annotated(decl);
    return keep_visible(e, s, ev, out, outcomes_of_unknown(e, ev, decl, out));
}

int drop_impossible(engine *e, state *s, const ir_event *ev, outcome *out, int n)
{
    int kept = 0;

    for (int i = 0; i < n; i++)
        if (is_possible(e, s, ev, &out[i]))
            out[kept++] = out[i];
    return kept;
}

/* What an argument may have been is the same question for ways that do the same to it. */
static void widen_args(outcome *a, outcome *b)
{
    for (int i = 0; i < a->nargs && i < b->nargs; i++) {
        outcome_arg *p = &a->args[i], *q = &b->args[i];
        if (p->effect != q->effect)
            continue;
        p->signs = q->signs |= p->signs;
        p->null_ok = q->null_ok |= p->null_ok;
        p->is_large = q->is_large &= p->is_large;
    }
}

/* What failed unseen did so in the eyes of the callee only: its author knows better. */
void doubt_unseen(const engine *e, const ir_event *ev, outcome *out, int n)
{
    bool unseen = n > 1 && !result_is_used(e, ev);

    for (int i = 0; i < n && unseen; i++)
        out[i].exc_doubted |= out[i].exc == EXC_IS_SET;
}

/* Ways to end that nobody can tell apart, because the result is not looked at, are one way. */
int merge_unseen(const engine *e, const ir_event *ev, outcome *out, int n)
{
    int kept = 0;

    if (n < 2 || result_is_used(e, ev))
        return n;
    for (int i = 0; i < n; i++) {
        outcome o = out[i];
        bool merged = false;
        if (o.result == R_VALUE)
            o.signs = S_ANY, o.failure = o.memory_only = false;
        for (int k = 0; k < kept && !merged; k++) {
            uint8_t exc = out[k].exc == o.exc ? o.exc : EXC_UNKNOWN;
            outcome a = out[k];
            outcome b = o;
            a.exc = o.exc;
            a.exc_doubted = b.exc_doubted |= a.exc_doubted;
            widen_args(&a, &b);
            merged = memcmp(&a, &b, sizeof b) == 0;
            if (merged) {
                out[k] = a;
                out[k].exc = exc;
            }
        }
        if (!merged)
            out[kept++] = o;
    }
    return kept;
}
