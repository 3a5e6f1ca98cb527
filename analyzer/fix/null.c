/* RW701: a result is tested for NULL behind the statement that got it.
 *
 * What the engine does not count (memory, locks, half of a change) may have to be undone first. So to leave is
 * safe only where nothing was begun.
 */
#include "fix_int.h"

#include <string.h>

/* The statement of the call that fails: `x = call(...);`, alone on its line or a declaration; -1. */
static int failing_statement(const proposal *p)
{
    const fix_source *s = p->s;

    for (int i = p->f->npath - 1; i >= 0; i--) {
        int t = strncmp(p->f->path[i].message, "fails", 5) == 0 ? token_at(s, &p->f->path[i].at) : -1;

        if (t < 0)
            continue;
        t = statement_start(s, t);
        return statement_end(s, t) > 0 && !is_bare_body(s, t) ? t : -1;
    }
    return -1;
}

static bool assigns(const fix_source *s, int start, int end, const char *name)
{
    for (int t = start; t < end; t++)
        if (is_mark(s, t, '='))
            return is_variable(s, t - 1, name);
    return false;
}

/* How functions with this result say that they failed. */
static const char *failure_of(const proposal *p)
{
    const char *type = result_type(p->s, &p->fn);

    if (!type)
        return NULL;
    return strcmp(type, "PyObject *") == 0 ? "return NULL;" : strcmp(type, "int ") == 0 ? "return -1;" : NULL;
}

/* Where others go from here on. */
static const char *next_jump(const proposal *p, int from)
{
    for (int t = from; t < p->fn.end; t++)
        if (is_the_word(p->s, t, "goto"))
            return arena_printf(p->a, "goto %s;", token_text(p->s, t + 1));
    return NULL;
}

static void test_after(proposal *p, int start, int end, const char *leave, bool is_safe)
{
    const fix_source *s = p->s;
    const char *indent = indent_of(s, s->tokens[start].start);
    draft d = draft_begin(p);

    if (!leave || is_declaration(s, next_statement(s, start)))
        return;
    draft_after(&d, end, arena_printf(s->a, "if (%s == NULL)%s%s%s%s", p->f->object, s->newline, indent,
                                      indent_unit(s, indent), leave));
    propose(p, &d, is_safe ? FIX_SAFE : FIX_UNSAFE, "leave when it is NULL");
}

void fix_unchecked(proposal *p)
{
    int start, end;

    if (p->fn.name < 0 || declaration_of(p->s, &p->fn, p->f->object) < 0)
        return;
    start = failing_statement(p);
    end = start >= 0 ? statement_end(p->s, start) : -1;
    if (end < 0 || start < p->fn.body || end > p->fn.end || !assigns(p->s, start, end, p->f->object))
        return;
    test_after(p, start, end, failure_of(p), has_begun_nothing(p->s, &p->fn, start));
    test_after(p, start, end, next_jump(p, end), false);
}
