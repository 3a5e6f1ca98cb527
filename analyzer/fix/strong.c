/* RW303, RW304: what is borrowed, and may go away while it is used, is held by a reference of its own.
 *
 * The call gives a new reference, and that is released where its block is left. For other threads only a call
 * that takes the reference itself will do (RW304); before code of our own thread runs, Py_XNewRef does (RW303).
 * Both change what the variable means, so they are unsafe.
 */
#include "fix_int.h"

#include <string.h>

enum { NEWREF_SINCE = 10 };

/* `x = value;` or `PyObject *x = value;` */
typedef struct {
    int start, equals, end;
    const char *name;
} assignment;

static bool find_assignment(const proposal *p, int at, assignment *out)
{
    const fix_source *s = p->s;

    out->start = at >= 0 ? statement_start(s, at) : -1;
    out->end = out->start >= 0 ? statement_end(s, out->start) : -1;
    out->equals = out->start;
    while (out->equals < out->end && !is_mark(s, out->equals, '='))
        out->equals = matching(s, out->equals) + 1;
    if (out->end < 0 || out->equals >= out->end - 1 || out->equals == out->start || !is_name(s, out->equals - 1))
        return false;
    out->name = token_text(s, out->equals - 1);
    return is_variable(s, out->equals - 1, out->name) && declaration_of(s, &p->fn, out->name) >= 0;
}

/* ---- the call */

static void take_strong(draft *d, const assignment *x)
{
    const fix_source *s = d->s;
    int call = x->equals + 1;

    if (is_mark(s, call, '(')) /* a cast */
        call = matching(s, call) + 1;
    const char *gives = s->target.strong && is_name(s, call) ? s->target.strong(s->target.ctx, token_text(s, call)) : NULL;
    if (gives && matching(s, call + 1) == x->end - 1)
        draft_replace(d, s->tokens[call].start, s->tokens[call].end, gives);
    else
        d->failed = true;
}

static void take_reference(draft *d, const assignment *x)
{
    const fix_source *s = d->s;

    d->failed |= s->target.minor < NEWREF_SINCE;
    draft_replace(d, s->tokens[x->equals + 1].start, s->tokens[x->equals + 1].start, "Py_XNewRef(");
    draft_replace(d, s->tokens[x->end].start, s->tokens[x->end].start, ")");
}

/* ---- the releases */

static bool is_leaving(const fix_source *s, int t)
{
    return is_one_of(s, t, leaving) || begins_with(s, t, "Py_RETURN_");
}

/* What it computes may come from what is to be released. */
static bool computes(const fix_source *s, int first, int end)
{
    for (int t = first; t < end; t++)
        if (is_mark(s, t, '('))
            return true;
    return false;
}

static bool asks_for_null(const fix_source *s, int paren, const char *name)
{
    if (!is_mark(s, paren, '('))
        return false;
    if (is_mark(s, paren + 1, '!'))
        return is_the_word(s, paren + 2, name) && is_mark(s, paren + 3, ')');
    return is_the_word(s, paren + 1, name) && is_mark(s, paren + 2, '=') && is_mark(s, paren + 3, '=') &&
           is_the_word(s, paren + 4, "NULL") && is_mark(s, paren + 5, ')');
}

/* Behind `if (x == NULL)`. */
static bool is_without_object(const fix_source *s, int start, const char *name)
{
    int before = is_bare_body(s, start) ? word_before(s, start) : word_before(s, s->tokens[start].open);

    return before > 0 && is_mark(s, before, ')') && asks_for_null(s, s->tokens[before].pair, name);
}

static const char *release_at(const proposal *p, const char *name, int place)
{
    return arena_printf(p->a, "%s(%s);", surely_object(p->s, &p->fn, name, place) ? "Py_DECREF" : "Py_XDECREF", name);
}

static void release_before_leaving(const proposal *p, draft *d, const assignment *x, int t)
{
    const fix_source *s = p->s;
    int end = statement_end(s, t);
    bool is_returned = end == t + 2 && is_the_word(s, t + 1, x->name);

    if (end < 0 || is_the_word(s, t, "goto") || (!is_returned && (uses(s, t + 1, end - 1, x->name) || computes(s, t + 1, end))))
        d->failed = true;
    else if (!is_returned && !is_without_object(s, t, x->name))
        draft_before(d, t, release_at(p, x->name, t));
}

/* As the last statement of a block, on a line of its own. */
static void add_last(draft *d, int close, const char *statement)
{
    const fix_source *s = d->s;
    size_t brace = s->tokens[close].start, line = line_start(s, brace);
    const char *indent = indent_of(s, brace);

    if (line + strlen(indent) != brace)
        draft_before(d, close, statement);
    else
        draft_replace(d, line, line,
                      arena_printf(s->a, "%s%s%s%s", indent, indent_unit(s, indent), statement, s->newline));
}

static void release_at_end(const proposal *p, draft *d, const assignment *x, int close)
{
    const fix_source *s = p->s;
    int last = is_mark(s, close - 1, ';') ? statement_start(s, close - 2) : -1;

    if (last >= 0 && !is_bare_body(s, last)) {
        if (!is_leaving(s, last))
            draft_after(d, close - 1, release_at(p, x->name, close));
    } else {
        add_last(d, close, release_at(p, x->name, close));
    }
}

static void release_everywhere(const proposal *p, draft *d, const assignment *x)
{
    const fix_source *s = p->s;
    int block = s->tokens[x->start].open, close = block >= 0 ? s->tokens[block].pair : -1;
    bool is_function = block == p->fn.body;

    d->failed |= close < 0;
    for (int t = x->end + 1; !d->failed && t < close; t++)
        if (is_leaving(s, t) && !(is_function && (is_the_word(s, t, "break") || is_the_word(s, t, "continue"))))
            release_before_leaving(p, d, x, t);
    if (!d->failed)
        release_at_end(p, d, x, close);
}

void fix_strong(proposal *p)
{
    bool is_for_threads = strcmp(p->f->rule, "RW304") == 0;
    const place *origin = is_for_threads || p->f->npath == 0 ? &p->f->at : &p->f->path[0].at;
    draft d = draft_begin(p);
    assignment x;

    if (p->fn.name < 0 || !find_assignment(p, token_at(p->s, origin), &x))
        return;
    if (is_for_threads)
        take_strong(&d, &x);
    else
        take_reference(&d, &x);
    release_everywhere(p, &d, &x);
    propose(p, &d, FIX_UNSAFE, is_for_threads ? "use the call that gives a new reference" : "hold a reference while it is used");
}
