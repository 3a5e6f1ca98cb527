/* Which rule is repaired by which function, and how sure of a fault it must be for a safe fix. To visit or
 * clear a field that another function of the type releases is right however the rule came to it.
 */
#include "fix_int.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *rule;
    void (*propose)(proposal *p);
    confidence least;
} fixers[] = {
    {"RW101", fix_leak, CONF_HIGH},
    {"RW102", fix_leak, CONF_HIGH},
    {"RW103", fix_overwrite, CONF_HIGH},
    {"RW106", fix_not_released, CONF_HIGH},
    {"RW107", fix_type_not_released, CONF_HIGH},
    {"RW108", fix_buffer, CONF_HIGH},
    {"RW203", fix_not_owned, CONF_HIGH},
    {"RW204", fix_not_owned, CONF_HIGH},
    {"RW205", fix_replaced, CONF_HIGH},
    {"RW301", fix_borrowed_returned, CONF_HIGH},
    {"RW302", fix_borrowed_stored, CONF_HIGH},
    {"RW303", fix_strong, CONF_HIGH},
    {"RW304", fix_strong, CONF_HIGH},
    {"RW402", fix_not_visited, CONF_MEDIUM},
    {"RW403", fix_not_cleared, CONF_MEDIUM},
    {"RW404", fix_not_untracked, CONF_HIGH},
    {"RW408", fix_type_not_visited, CONF_HIGH},
    {"RW501", fix_module_add, CONF_HIGH},
    {"RW502", fix_not_visited, CONF_MEDIUM},
    {"RW701", fix_unchecked, CONF_HIGH},
    {"RW903", fix_comment, CONF_HIGH},
};

draft draft_begin(const proposal *p)
{
    return (draft){.s = p->s, .file = p->f->at.file};
}

static int compare_edits(const void *left, const void *right)
{
    const place *a = &((const text_edit *)left)->at, *b = &((const text_edit *)right)->at;

    return a->line != b->line ? a->line - b->line : a->column - b->column;
}

/* What is not sure to be a fault is not repaired without being asked for. */
void propose(proposal *p, draft *d, fix_safety safety, const char *message)
{
    finding_fix *fix = &p->out[p->n];

    if (d->failed || d->n == 0 || p->n == FIX_MOST_PROPOSALS)
        return;
    qsort(d->edits, (size_t)d->n, sizeof *d->edits, compare_edits);
    *fix = (finding_fix){.message = message, .edits = d->edits, .nedits = d->n};
    fix->safety = p->f->confidence >= p->least ? safety : FIX_UNSAFE;
    p->n++;
}

int fix_propose(arena *a, const fix_source *s, const finding *f, finding_fix out[FIX_MOST_PROPOSALS])
{
    proposal p = {.a = a, .s = s, .f = f, .out = out, .fn = {.name = -1}};
    int t = token_at(s, &f->at);

    if (t >= 0 && !function_around(s, t, &p.fn))
        p.fn.name = -1;
    if (p.fn.name < 0 && *f->function && !find_function(s, f->function, &p.fn))
        p.fn.name = -1;
    for (size_t i = 0; i < sizeof fixers / sizeof *fixers; i++)
        if (strcmp(fixers[i].rule, f->rule) == 0) {
            p.least = fixers[i].least;
            fixers[i].propose(&p);
        }
    return p.n;
}
