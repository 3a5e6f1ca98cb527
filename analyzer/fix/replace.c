/* RW205: `Py_DECREF(x->f); x->f = v;` -> `Py_SETREF(x->f, v);`, and Py_CLEAR where v is NULL. */
#include "fix_int.h"

static const char *const releases[] = {"Py_DECREF", "Py_XDECREF", NULL};
static const char *const retains[] = {"Py_INCREF", "Py_XINCREF", NULL};

/* The store behind the release, with nothing but retains in between; -1. */
static int store_behind(const fix_source *s, int release)
{
    int first = release + 2, n = s->tokens[release + 1].pair - first, t = next_statement(s, release);

    while (is_call_of(s, t, retains))
        t = next_statement(s, t);
    return t + n < s->n && same_tokens(s, first, t, n) && is_mark(s, t + n, '=') && !is_mark(s, t + n + 1, '=') ? t : -1;
}

static void one_call(draft *d, int release, int store, int equals, int end)
{
    const fix_source *s = d->s;
    const char *target = span_text(s, store, equals - 1);
    bool is_null = is_the_word(s, equals + 1, "NULL") && equals + 2 == end;
    const char *name = is_the_word(s, release, "Py_DECREF") ? "Py_SETREF" : "Py_XSETREF";

    draft_delete(d, release, s->tokens[release + 1].pair + 1);
    if (is_null) {
        draft_replace(d, s->tokens[store].start, s->tokens[end].start, arena_printf(s->a, "Py_CLEAR(%s)", target));
        return;
    }
    draft_replace(d, s->tokens[store].start, s->tokens[equals + 1].start, arena_printf(s->a, "%s(%s, ", name, target));
    draft_replace(d, s->tokens[end].start, s->tokens[end].start, ")");
    d->failed |= s->target.has_limited_api;
}

void fix_replaced(proposal *p)
{
    const fix_source *s = p->s;
    int release = token_at(s, &p->f->at), store, end;
    draft d = draft_begin(p);

    if (release < 0 || !is_call_of(s, release, releases))
        return;
    store = store_behind(s, release);
    end = store > 0 ? statement_end(s, store) : -1;
    if (end < 0)
        return;
    one_call(&d, release, store, store + s->tokens[release + 1].pair - release - 2, end);
    propose(p, &d, FIX_SAFE, "set the place first, then release what it held");
}
