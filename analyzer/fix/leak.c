/* References that a function owes: released where they are lost, or where they are replaced.
 *
 * A release before a return runs code, so an expression that is returned is evaluated first unless it
 * is a constant or another variable. A variable that is replaced before it surely had a value is set to
 * NULL in its declaration.
 */
#include "fix_int.h"

#include <stdlib.h>
#include <string.h>

static const char *const result_names[] = {"result", "rc", "ret", "res", NULL};

/* What is to be done with which variable. */
typedef struct {
    proposal *p;
    const char *name;
    const char *exact, *careful; /* "Py_DECREF", "Py_XDECREF" */
    int made; /* the token where the path got the reference, -1 */
} release;

/* Its memory was not cleared: tp_dealloc may find anything in its fields. */
static bool is_raw(const release *r)
{
    const fix_source *s = r->p->s;
    int end = r->made >= 0 ? next_statement(s, statement_start(s, r->made)) : -1;

    for (int t = r->made; t < end; t++)
        if (begins_with(s, t, "PyObject_New") || begins_with(s, t, "PyObject_GC_New") ||
            begins_with(s, t, "_PyObject_New") || begins_with(s, t, "_PyObject_GC_New"))
            return true;
    return false;
}

/* Other configurations were not analysed. */
static fix_safety safety_of(const release *r)
{
    const fix_source *s = r->p->s;
    int place = token_at(s, &r->p->f->at);

    if (place >= 0 && depends_on_macros(s, r->name, r->made, place))
        return FIX_UNSAFE;
    return is_raw(r) ? FIX_UNSAFE : FIX_SAFE;
}

static const char *call_of(const release *r, int place)
{
    const fix_source *s = r->p->s;
    bool sure = surely_object(s, &r->p->fn, r->name, place);

    return arena_printf(s->a, "%s(%s);", sure ? r->exact : r->careful, r->name);
}

/* On every way there the variable has a value, and none released it before. */
static bool holds_one(const release *r, int place)
{
    const fix_source *s = r->p->s;
    const char *name = r->p->f->object;

    return surely_set(s, &r->p->fn, name, r->made, place) && !may_be_released(s, &r->p->fn, name, place);
}

/* ---- before a return */

static bool is_simple_value(const fix_source *s, int first, int last, const char *name)
{
    if (first > last)
        return true;
    if (is_mark(s, first, '-') || is_mark(s, first, '+'))
        first++;
    return first == last && s->tokens[first].kind == T_WORD && !is_the_word(s, first, name);
}

/* It may point into the object. */
static bool returns_inner_pointer(const fix_source *s, const function_tokens *fn)
{
    return is_mark(s, fn->name - 1, '*') && !result_type(s, fn);
}

static void with_result(const release *r, draft *d, int start, int end)
{
    const fix_source *s = r->p->s;
    const char *type = result_type(s, &r->p->fn), *name = unused_name(s, &r->p->fn, result_names);
    const char *lines[4] = {0};

    d->failed |= !type || !name || returns_inner_pointer(s, &r->p->fn);
    if (d->failed)
        return;
    lines[0] = arena_printf(s->a, "%s%s = %s;", type, name, span_text(s, start + 1, end - 1));
    lines[1] = call_of(r, start);
    lines[2] = arena_printf(s->a, "return %s;", name);
    draft_statement(d, start, end, lines, follows_label(s, start));
}

static void before_return(const release *r, draft *d, int start)
{
    const fix_source *s = r->p->s;
    int end = statement_end(s, start), at = place_with_lock(s, &r->p->fn, start);

    if (end < 0 || at < 0 || (is_variable(s, start + 1, r->name) && end == start + 2)) {
        d->failed = true;
        return;
    }
    if (is_the_word(s, start, "return") && !is_simple_value(s, start + 1, end - 1, r->name)) {
        d->failed |= at != start;
        with_result(r, d, start, end);
    } else {
        d->failed |= returns_inner_pointer(s, &r->p->fn) && !is_the_word(s, start + 1, "NULL");
        if (!d->failed)
            draft_before(d, at, call_of(r, start));
    }
}

/* The end of a function without a return. */
static void before_end(const release *r, draft *d, int brace)
{
    const fix_source *s = r->p->s;
    size_t line = line_start(s, s->tokens[brace].start);

    d->failed |= brace != r->p->fn.end || place_with_lock(s, &r->p->fn, brace) != brace ||
                 line + strspn(s->text + line, " \t") != s->tokens[brace].start;
    if (d->failed)
        return;
    draft_replace(d, line, line, arena_printf(s->a, "%s%s%s", indent_unit(s, ""), call_of(r, brace), s->newline));
}

static void at_exit(const release *r, draft *d, const place *at)
{
    const fix_source *s = r->p->s;
    int t = token_at(s, at);

    if (t < 0 || d->failed || strcmp(at->file, r->p->f->at.file) != 0)
        d->failed = true;
    else if (is_the_word(s, t, "return") || begins_with(s, t, "Py_RETURN_"))
        before_return(r, d, t);
    else if (is_mark(s, t, '}'))
        before_end(r, d, t);
    else
        d->failed = true;
    if (!d->failed)
        d->failed = !holds_one(r, t);
}

static draft at_every_exit(const release *r)
{
    draft d = draft_begin(r->p);

    at_exit(r, &d, &r->p->f->at);
    for (int i = 0; i < r->p->f->nalso; i++)
        at_exit(r, &d, &r->p->f->also[i]);
    return d;
}

/* ---- before a jump to the label where it is lost */

static int jump_after(const fix_source *s, const function_tokens *fn, int t)
{
    int start = statement_start(s, t), limit = next_statement(s, start);

    if (is_the_word(s, start, "goto"))
        return start;
    for (; t < limit && t < fn->end; t++)
        if (is_the_word(s, t, "goto"))
            return t;
    return -1;
}

/* The last step of the path that stands before the exit and is followed by a jump. */
static int last_jump(const release *r)
{
    const finding *f = r->p->f;

    for (int i = f->npath - 2; i >= 0; i--) {
        int t = token_at(r->p->s, &f->path[i].at);

        if (t > r->p->fn.body && t < r->p->fn.end)
            return jump_after(r->p->s, &r->p->fn, t);
    }
    return -1;
}

static draft at_jump(const release *r)
{
    draft d = draft_begin(r->p);
    int jump = last_jump(r);

    if (jump < 0 || r->p->f->nalso || place_with_lock(r->p->s, &r->p->fn, jump) != jump) {
        d.failed = true;
        return d;
    }
    draft_before(&d, jump, call_of(r, jump));
    d.failed |= !holds_one(r, jump);
    return d;
}

/* ---- the rules */

static int made_at(const proposal *p)
{
    for (int i = 0; i < p->f->npath; i++)
        if (p->f->path[i].delta > 0)
            return token_at(p->s, &p->f->path[i].at);
    return -1;
}

static bool is_local_object(const proposal *p)
{
    return p->fn.name >= 0 && *p->f->object && declaration_of(p->s, &p->fn, p->f->object) >= 0;
}

static void release_on_path(proposal *p, const char *exact, const char *careful, const char *message)
{
    release r = {p, p->f->object, exact, careful, made_at(p)};
    draft d;

    if (!is_local_object(p))
        return;
    d = at_every_exit(&r);
    propose(p, &d, safety_of(&r), message);
    d = at_jump(&r);
    propose(p, &d, safety_of(&r), message);
}

void fix_leak(proposal *p)
{
    release_on_path(p, "Py_DECREF", "Py_XDECREF", p->f->nalso ? "release it on these paths" : "release it on this path");
}

/* A view that was never filled must not be given back: only where it surely was. */
void fix_buffer(proposal *p)
{
    release r = {p, NULL, "PyBuffer_Release", "PyBuffer_Release", made_at(p)};
    draft d;
    int t;

    if (!is_local_object(p) || !strstr(p->f->message, "PyBuffer_Release"))
        return;
    t = declaration_of(p->s, &p->fn, p->f->object);
    r.name = arena_printf(p->a, is_mark(p->s, t - 1, '*') ? "%s" : "&%s", p->f->object);
    if (r.made < 0 || !is_the_word(p->s, t - 1, "Py_buffer"))
        return;
    d = draft_begin(p);
    t = token_at(p->s, &p->f->at);
    if (t > r.made && is_the_word(p->s, t, "return") && p->f->nalso == 0 && holds_one(&r, t))
        before_return(&r, &d, t);
    propose(p, &d, FIX_SAFE, "give it back on this path");
}

enum { ADD_REF_SINCE = 10 };

/* `PyModule_AddObject(m, "x", v);` without a look at the result, by a call that always leaves v to us. */
static void add_ref(proposal *p, int call)
{
    static const char *const names[] = {"PyModule_AddObject", NULL};
    const fix_source *s = p->s;
    draft d = draft_begin(p);
    int value;

    if (!is_call_of(s, call, names) || s->target.minor < ADD_REF_SINCE)
        return;
    value = s->tokens[call + 1].pair - 1;
    if (!is_name(s, value) || !is_mark(s, value - 1, ',') || is_bare_body(s, call))
        return;
    draft_replace(&d, s->tokens[call].end, s->tokens[call].end, "Ref");
    draft_after(&d, statement_end(s, call), arena_printf(p->a, "Py_XDECREF(%s);", token_text(s, value)));
    propose(p, &d, FIX_UNSAFE, "add it by a call that does not steal, and release it");
}

void fix_module_add(proposal *p)
{
    int call = token_at(p->s, &p->f->at);

    if (call >= 0)
        add_ref(p, call);
    release_on_path(p, "Py_DECREF", "Py_XDECREF", "release it where the module did not take it");
}

/* ---- RW103 */

static bool initialise(const release *r, draft *d)
{
    const fix_source *s = r->p->s;
    int t = declaration_of(s, &r->p->fn, r->name);

    if (t < 0 || !(is_mark(s, t + 1, ';') || is_mark(s, t + 1, ',')) || !is_mark(s, t - 1, '*'))
        return false;
    draft_replace(d, s->tokens[t].end, s->tokens[t].end, " = NULL");
    return true;
}

/* The first edit of a draft, if one is needed. */
static void need_value(const release *r, draft *d, int place)
{
    if (!surely_set(r->p->s, &r->p->fn, r->name, r->made, place))
        d->failed |= !initialise(r, d);
}

static const char *const old_names[] = {"old", "previous", "replaced", NULL};

static void set_by_hand(draft *d, const proposal *p, int start, int end, const char *target)
{
    const fix_source *s = p->s;
    const char *old = unused_name(s, &p->fn, old_names), *lines[4] = {0};

    d->failed |= !old;
    if (d->failed)
        return;
    lines[0] = arena_printf(s->a, "PyObject *%s = (PyObject *)%s;", old, target);
    lines[1] = span_text(s, start, end);
    lines[2] = arena_printf(s->a, "Py_XDECREF(%s);", old);
    draft_statement(d, start, end, lines, true);
}

/* `x = value;` -> `Py_XSETREF(x, value);` */
static void set_and_release(draft *d, const proposal *p, int start, int equals, int end)
{
    const fix_source *s = p->s;
    const char *target = span_text(s, start, equals - 1);

    if (s->target.has_limited_api) {
        set_by_hand(d, p, start, end, target);
        return;
    }
    if (is_the_word(s, equals + 1, "NULL") && equals + 2 == end) {
        draft_replace(d, s->tokens[start].start, s->tokens[end].start, arena_printf(s->a, "Py_CLEAR(%s)", target));
        return;
    }
    draft_replace(d, s->tokens[start].start, s->tokens[equals + 1].start, arena_printf(s->a, "Py_XSETREF(%s, ", target));
    draft_replace(d, s->tokens[end].start, s->tokens[end].start, ")");
}

static int equals_of(const fix_source *s, int start, int end)
{
    for (int t = start; t < end; t++)
        if (is_mark(s, t, '(') || is_mark(s, t, '['))
            return -1;
        else if (is_mark(s, t, '='))
            return is_mark(s, t + 1, '=') || is_declaration(s, start) ? -1 : t;
    return -1;
}

static bool has_braces(const fix_source *s, int first, int last)
{
    for (int t = first; t <= last; t++)
        if (is_mark(s, t, '{') || s->tokens[t].kind == T_DIRECTIVE)
            return true;
    return false;
}

void fix_overwrite(proposal *p)
{
    const fix_source *s = p->s;
    release r = {p, p->f->object, "", "", made_at(p)};
    draft d = draft_begin(p);
    int start = token_at(s, &p->f->at), end, equals;

    if (start < 0 || p->fn.name < 0 || p->f->nalso || statement_start(s, start) != start)
        return;
    end = statement_end(s, start);
    equals = end > 0 ? equals_of(s, start, end) : -1;
    if (equals < 0 || has_braces(s, start, end))
        return;
    if (equals == start + 1 && is_the_word(s, start, r.name)) {
        r.made = r.made < start ? r.made : -1;
        need_value(&r, &d, start);
    }
    set_and_release(&d, p, start, equals, end);
    propose(p, &d, safety_of(&r), "release the old value when it is replaced");
}
