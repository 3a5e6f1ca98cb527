/* What a type's own functions leave out: one statement beside its neighbours, in their words. */
#include "fix_int.h"

#include <string.h>

static const char *const visits[] = {"Py_VISIT", NULL};
static const char *const clears[] = {"Py_CLEAR", NULL};
static const char *const releases[] = {"Py_XDECREF", "Py_DECREF", "Py_CLEAR", NULL};
static const char *const frees[] = {"PyObject_GC_Del", "PyObject_Del", "PyObject_Free", "PyObject_FREE", "PyMem_Free", NULL};

/* ---- places in the function */

static int first_statement(const fix_source *s, const function_tokens *fn)
{
    int t = fn->body + 1;

    while (t < fn->end && (s->tokens[t].kind == T_DIRECTIVE || is_declaration(s, t)))
        t = s->tokens[t].kind == T_DIRECTIVE ? t + 1 : next_statement(s, t);
    return t;
}

/* The last of these calls that stands in the function's own block, about a member if `members`. */
static int last_call(const fix_source *s, const function_tokens *fn, const char *const *names, bool members)
{
    int found = -1;

    for (int t = fn->body; t < fn->end; t++)
        if (s->tokens[t].open == fn->body && is_call_of(s, t, names) && is_plain_place(s, t) &&
            (!members || is_mark(s, s->tokens[t + 1].pair - 2, '>') || is_mark(s, s->tokens[t + 1].pair - 2, '.')))
            found = t;
    return found;
}

/* `self` of NAME(self->member). */
static const char *owner_of(const fix_source *s, int call)
{
    int close = s->tokens[call + 1].pair;

    for (int t = call + 2; t < close - 1; t++)
        if (s->tokens[t].open == call + 1 && is_mark(s, t, '-') && is_mark(s, t + 1, '>'))
            return span_text(s, call + 2, t - 1);
    return NULL;
}

/* A variable of the function that points to the record: its first parameter, or what it is cast to. */
static const char *owner_in(const fix_source *s, const function_tokens *fn)
{
    int self = parameter_name(s, fn, 0);

    if (self < 0)
        return NULL;
    bool is_typed = is_mark(s, self - 1, '*') && !is_the_word(s, self - 2, "PyObject") && !is_the_word(s, self - 2, "void");
    if (is_typed)
        return token_text(s, self);
    for (int t = fn->body + 1; t < fn->end && is_declaration(s, t); t = next_statement(s, t)) {
        int end = statement_end(s, t), name = t + 1;

        while (is_mark(s, name, '*') || is_the_word(s, name, "const"))
            name++;
        if (end > 0 && is_mark(s, name, '=') == false && is_mark(s, name + 1, '=') && is_mark(s, name - 1, '*') &&
            !is_the_word(s, t, "PyTypeObject") && uses(s, name + 2, end, token_text(s, self)))
            return token_text(s, name);
    }
    return NULL;
}

static int return_of(const fix_source *s, const function_tokens *fn)
{
    int found = -1;

    for (int t = fn->body; t < fn->end; t++)
        if (is_the_word(s, t, "return") && s->tokens[t].open == fn->body && is_plain_place(s, t))
            found = t;
    return found;
}

/* The call that gives the memory back: `type->tp_free(self);` or by name. */
static int free_of(const fix_source *s, const function_tokens *fn)
{
    int found = -1;

    for (int t = fn->body + 1; t < fn->end; t++) {
        if (s->tokens[t].open != fn->body || !is_plain_place(s, t))
            continue;
        int end = statement_end(s, t), self = parameter_name(s, fn, 0);
        bool by_slot = false;

        for (int k = t; k < end; k++)
            by_slot |= is_the_word(s, k, "tp_free");
        if (end > 0 && self >= 0 && !is_declaration(s, t) && uses(s, t, end, token_text(s, self)) &&
            (by_slot || is_call_of(s, t, frees)))
            found = t;
    }
    return found;
}

/* ---- one statement more */

/* Behind the last neighbour, or before `otherwise`. */
static void add_for_field(proposal *p, const char *const *names, const char *call, int otherwise, const char *message)
{
    const fix_source *s = p->s;
    int neighbour = last_call(s, &p->fn, names, true);
    const char *owner = neighbour > 0 ? owner_of(s, neighbour) : owner_in(s, &p->fn);
    draft d = draft_begin(p);
    const char *statement;

    if (!owner || !*p->f->object)
        return;
    if (neighbour > 0 && strcmp(call, "Py_XDECREF") == 0 && is_the_word(s, neighbour, "Py_CLEAR"))
        call = "Py_CLEAR";
    statement = arena_printf(p->a, "%s(%s->%s);", call, owner, p->f->object);
    if (neighbour > 0)
        draft_after(&d, statement_end(s, neighbour), statement);
    else if (otherwise > 0)
        draft_before(&d, otherwise, statement);
    propose(p, &d, FIX_SAFE, message);
}

void fix_not_visited(proposal *p)
{
    if (p->fn.name >= 0)
        add_for_field(p, visits, "Py_VISIT", return_of(p->s, &p->fn), "visit it");
}

void fix_not_cleared(proposal *p)
{
    if (p->fn.name >= 0)
        add_for_field(p, clears, "Py_CLEAR", return_of(p->s, &p->fn), "clear it");
}

void fix_not_released(proposal *p)
{
    if (p->fn.name >= 0)
        add_for_field(p, releases, "Py_XDECREF", free_of(p->s, &p->fn), "release it");
}

/* The statement is about the function's first argument. */
static void before_first(proposal *p, const char *before, const char *after, const char *message)
{
    int self = p->fn.name >= 0 ? parameter_name(p->s, &p->fn, 0) : -1, first;
    draft d = draft_begin(p);

    if (self < 0)
        return;
    first = first_statement(p->s, &p->fn);
    if (first < p->fn.end)
        draft_before(&d, first, arena_printf(p->a, "%s%s%s", before, token_text(p->s, self), after));
    propose(p, &d, FIX_SAFE, message);
}

void fix_type_not_visited(proposal *p)
{
    before_first(p, "Py_VISIT(Py_TYPE(", "));", "visit the type");
}

void fix_not_untracked(proposal *p)
{
    before_first(p, "PyObject_GC_UnTrack(", ");", "untrack the object first");
}

/* ---- RW107 */

static const char *const type_names[] = {"type", "tp", "own_type", NULL};

/* `PyTypeObject *type = Py_TYPE(self);` of the function, or NULL. */
static const char *type_variable(const fix_source *s, const function_tokens *fn)
{
    for (int t = fn->body; t < fn->end; t++)
        if (is_the_word(s, t, "PyTypeObject") && is_mark(s, t + 1, '*') && is_name(s, t + 2) && is_mark(s, t + 3, '=') &&
            is_the_word(s, t + 4, "Py_TYPE") && s->tokens[t].open == fn->body)
            return token_text(s, t + 2);
    return NULL;
}

static bool has_return(const fix_source *s, const function_tokens *fn)
{
    for (int t = fn->body; t < fn->end; t++)
        if (is_the_word(s, t, "return"))
            return true;
    return false;
}

static void keep_type(draft *d, const proposal *p, const char *name)
{
    const fix_source *s = d->s;
    const char *self = token_text(s, parameter_name(s, &p->fn, 0));

    draft_before(d, p->fn.body + 1, arena_printf(s->a, "PyTypeObject *%s = Py_TYPE(%s);", name, self));
}

void fix_type_not_released(proposal *p)
{
    const fix_source *s = p->s;
    int freed = p->fn.name >= 0 ? free_of(s, &p->fn) : -1;
    draft d = draft_begin(p);

    if (freed < 0 || next_statement(s, freed) != p->fn.end || has_return(s, &p->fn))
        return;
    const char *known = type_variable(s, &p->fn), *name = known ? known : unused_name(s, &p->fn, type_names);
    d.failed |= !name;
    if (name && !known)
        keep_type(&d, p, name);
    if (name)
        draft_after(&d, statement_end(s, freed), arena_printf(s->a, "Py_DECREF(%s);", name));
    propose(p, &d, FIX_SAFE, "release the type when the instance is freed");
}
