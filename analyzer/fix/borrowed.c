/* Borrowed references that are passed on as if they were owned: one is taken before. */
#include "fix_int.h"

#include <string.h>

enum { NEWREF_SINCE = 10 };

static const char *retain_of(const proposal *p, const char *name, int place)
{
    bool sure = surely_object(p->s, &p->fn, name, place);

    return arena_printf(p->a, "%s(%s);", sure ? "Py_INCREF" : "Py_XINCREF", name);
}

static bool is_local(const proposal *p, const char *name)
{
    return p->fn.name >= 0 && *name && declaration_of(p->s, &p->fn, name) >= 0;
}

/* ---- RW301 */

/* Of PyObject *: what Py_NewRef returns. */
static bool returns_object(const proposal *p)
{
    const char *type = result_type(p->s, &p->fn);

    return type && strcmp(type, "PyObject *") == 0;
}

static bool is_singleton(const fix_source *s, int t)
{
    return is_the_word(s, t, "Py_None") || is_the_word(s, t, "Py_True") || is_the_word(s, t, "Py_False");
}

static void return_singleton(draft *d, int start, int end)
{
    static const char *const calls[] = {"Py_RETURN_NONE", "Py_RETURN_TRUE", "Py_RETURN_FALSE"};
    const fix_source *s = d->s;
    int which = is_the_word(s, start + 1, "Py_None") ? 0 : is_the_word(s, start + 1, "Py_True") ? 1 : 2;

    draft_replace(d, s->tokens[start].start, s->tokens[end].start, calls[which]);
}

static void return_new(draft *d, const proposal *p, int start, int end)
{
    const fix_source *s = d->s;
    bool is_plain = end == start + 2 && is_name(s, start + 1);
    bool sure = is_plain && surely_object(s, &p->fn, token_text(s, start + 1), start);

    if (s->target.minor < NEWREF_SINCE) {
        d->failed |= !is_plain || !is_local(p, token_text(s, start + 1));
        if (!d->failed)
            draft_before(d, start, retain_of(p, token_text(s, start + 1), start));
        return;
    }
    draft_replace(d, s->tokens[start + 1].start, s->tokens[start + 1].start, sure ? "Py_NewRef(" : "Py_XNewRef(");
    draft_replace(d, s->tokens[end].start, s->tokens[end].start, ")");
}

void fix_borrowed_returned(proposal *p)
{
    const fix_source *s = p->s;
    int start = token_at(s, &p->f->at), end = start >= 0 ? statement_end(s, start) : -1;
    draft d = draft_begin(p);

    if (end < 0 || !is_the_word(s, start, "return") || p->fn.name < 0 || !returns_object(p) || p->f->nalso)
        return;
    if (strncmp(p->f->object, "Py_", 3) == 0) /* the rule doubts that it matters, not that it is so */
        p->least = CONF_LOW;
    if (end == start + 2 && is_singleton(s, start + 1))
        return_singleton(&d, start, end);
    else
        return_new(&d, p, start, end);
    propose(p, &d, FIX_SAFE, "return a new reference");
}

/* ---- RW302, RW203, RW204 */

static void take_before(proposal *p, int at, fix_safety safety, const char *message)
{
    const fix_source *s = p->s;
    int start = statement_start(s, at);
    draft d = draft_begin(p);

    d.failed |= is_declaration(s, start) || is_the_word(s, start, "while") || is_the_word(s, start, "for") ||
                is_the_word(s, start, "return");
    if (is_bare_body(s, start) && statement_end(s, start) < 0)
        d.failed = true;
    if (!d.failed)
        draft_before(&d, start, retain_of(p, p->f->object, start));
    propose(p, &d, safety, message);
}

void fix_borrowed_stored(proposal *p)
{
    int at = token_at(p->s, &p->f->at);

    if (at >= 0 && is_local(p, p->f->object) && p->f->nalso == 0)
        take_before(p, at, FIX_SAFE, "take a reference before it is stored");
}

static const char *const releases[] = {"Py_DECREF", "Py_XDECREF", NULL};

static void drop_release(proposal *p, int start)
{
    draft d = draft_begin(p);

    draft_delete(&d, start, statement_end(p->s, start));
    propose(p, &d, FIX_UNSAFE, "do not release what is not owned");
}

/* The token where the path gave the reference away. */
static int given_at(const proposal *p)
{
    for (int i = p->f->npath - 1; i >= 0; i--)
        if (p->f->path[i].delta < 0)
            return token_at(p->s, &p->f->path[i].at);
    return -1;
}

/* A release of what a call stole is one too many; a second owner needs a reference of its own. Which of the
 * two the author meant, only the author knows.
 */
void fix_not_owned(proposal *p)
{
    const fix_source *s = p->s;
    int at = token_at(s, &p->f->at);
    bool is_stolen = strcmp(p->f->rule, "RW203") == 0;

    if (at < 0 || !is_local(p, p->f->object) || p->f->nalso)
        return;
    if (is_call_of(s, at, releases)) {
        if (is_mark(s, at + 3, ')') && is_the_word(s, at + 2, p->f->object))
            drop_release(p, at);
    } else if (!is_stolen || given_at(p) >= 0) {
        take_before(p, is_stolen ? given_at(p) : at, FIX_UNSAFE, "take a reference before it is given away");
    }
}
