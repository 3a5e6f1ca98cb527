/* From a rule's report to a finding: the path, the tags, and one finding per lost reference.
 *
 * All returns that leak one reference are one finding, whatever rule saw them: the best path is
 * shown, the other places are listed. Statements that lose it on the way are another. A path that
 * needs no failing allocation is better than one that does, and a short one better than a long one.
 */
#include "types_int.h"

#include <string.h>

/* ---- paths */

place found_place(const engine *e, ir_loc loc)
{
    const char *file = loc.file < e->unit->nfiles ? e->unit->files[loc.file].path : e->unit->name;

    return (place){.file = file, .line = loc.line, .column = loc.col, .end_line = loc.end_line,
                   .end_column = loc.end_col};
}

static bool concerns(const trace *t, int uid)
{
    if (t->uid >= 0)
        return t->uid == uid;
    return t->kind != STEP_END || uid < 0;
}

static bool is_origin(const trace *t, int uid) { return t->uid == uid && uid >= 0; }

/* The steps that are shown: from the first that concerns the object, in the order of the path. */
static int collect_steps(const trace *last, int uid, const trace **out, int max)
{
    int n = 0, first = 0;

    for (const trace *t = last; t && n < max; t = t->parent)
        if (t == last || (concerns(t, uid) && t->kind != STEP_END))
            out[n++] = t;
    for (int i = 0; i < n / 2; i++) {
        const trace *t = out[i];
        out[i] = out[n - 1 - i];
        out[n - 1 - i] = t;
    }
    for (int i = 0; i < n && uid >= 0; i++)
        if (is_origin(out[i], uid)) {
            first = i;
            break;
        }
    memmove(out, out + first, sizeof *out * (size_t)(n - first));
    return n - first;
}

enum { MAX_STEPS = 400 };

/* Overloads of C++ are told apart by a number: f#2. People know them as f. */
static const char *without_numbers(engine *e, const char *text)
{
    char *copy = arena_strdup(e->out, text), *to = copy;

    if (!copy || !strchr(copy, '#'))
        return copy;
    for (const char *from = copy; *from; from++) {
        size_t digits = *from == '#' ? strspn(from + 1, "0123456789") : 0;

        if (digits)
            from += digits;
        else
            *to++ = *from;
    }
    *to = '\0';
    return copy;
}

static void build_path(engine *e, finding *f, const trace *last, int uid)
{
    const trace *steps[MAX_STEPS];
    int n = collect_steps(last, uid, steps, MAX_STEPS), owned = 0;

    f->path = arena_alloc(e->out, sizeof *f->path * (size_t)(n + 1));
    for (int i = 0; i < n; i++) {
        const trace *t = steps[i];
        if (t->uid == uid && uid >= 0)
            owned = t->owned;
        f->path[i] = (path_step){.at = found_place(e, t->loc), .kind = (step_kind)t->kind, .delta = t->delta, .owned = owned,
                                 .message = t->name ? arena_printf(e->out, "%s %s()", t->text, without_numbers(e, t->name))
                                                    : arena_strdup(e->out, t->text)};
    }
    f->npath = n;
}

/* No path leads there, but the line is worth showing. */
static void build_step(engine *e, finding *f, const char *text)
{
    f->path = arena_alloc(e->out, sizeof *f->path);
    f->path[0] = (path_step){.at = f->at, .kind = STEP_END, .message = text};
    f->npath = 1;
}

static bool needs_failing_allocation(const trace *t) { return t && t->memory_failures > 0; }

static unsigned tags_of(const engine *e, const trace *t)
{
    unsigned tags = needs_failing_allocation(t) ? TAG_NEEDS_ALLOCATION_FAILURE : 0;

    if (e->fn->roles & IR_R_INIT)
        tags |= TAG_INIT_ONLY;
    if (e->fn->roles & IR_R_TEST)
        tags |= TAG_TEST_CODE;
    return tags;
}

/* ---- one finding per cause */

static bool same_cause(const pending_finding *p, const rule_moment *m, const char *rule, int made_at, int where)
{
    if (m->kind == MOMENT_LOST && p->kind == m->kind)
        return p->made_at == made_at && p->at_return == (m->how == LOST_AT_RETURN);
    if (m->kind == MOMENT_ADD_UNCHECKED && p->kind == m->kind) /* a habit, not one call */
        return true;
    if (m->kind == MOMENT_REPLACED && p->kind == m->kind) /* one release, whatever comes to its place */
        return p->f.at.line == m->at.line && p->f.at.column == m->at.col;
    return strcmp(p->f.rule, rule) == 0 && p->made_at == made_at && (made_at >= 0 || p->where == where);
}

static void add_also(engine *e, finding *f, place at)
{
    if (f->at.line == at.line && f->at.column == at.column)
        return;
    for (int i = 0; i < f->nalso; i++)
        if (f->also[i].line == at.line)
            return;
    place *more = arena_alloc(e->out, sizeof *more * (size_t)(f->nalso + 1));
    if (f->nalso > 0)
        memcpy(more, f->also, sizeof *more * (size_t)f->nalso);
    more[f->nalso++] = at;
    f->also = more;
}

static void merge_also(engine *e, finding *keep, const finding *other)
{
    add_also(e, keep, other->at);
    for (int i = 0; i < other->nalso; i++)
        add_also(e, keep, other->also[i]);
}

/* Smaller is better. A leak that also happens when all goes well is shown that way. */
static int rank_of(const rule_moment *m, const trace *t)
{
    int rank = t ? t->length + 10 * t->failures : 0;

    if (rank > 90000)
        rank = 90000;
    if (needs_failing_allocation(t))
        rank += 1000000;
    if (m->kind == MOMENT_LOST && m->returns_error)
        rank += 100000;
    return rank;
}

static void fill(engine *e, pending_finding *p, const rule_moment *m, confidence conf, const char *fix,
                 const char *text)
{
    const rule *r = e->reporting;
    const trace *t = e->current ? e->current->trace : NULL;
    int uid = e->subject >= 0 ? e->current->objs[e->subject].uid : -1;
    finding *f = &p->f;

    f->rule = r->code;
    f->name = r->name;
    f->severity = e->rule.is_less ? e->rule.as : r->severity;
    f->confidence = conf;
    f->at = found_place(e, m->at);
    f->function = without_numbers(e, e->fn->name);
    f->object = arena_strdup(e->out, m->object.name ? m->object.name : "");
    f->message = without_numbers(e, text);
    f->advice = arena_strdup(e->out, fix);
    f->tags = tags_of(e, t);
    if (t)
        build_path(e, f, t, uid);
    else if (m->kind == MOMENT_FORMAT)
        build_step(e, f, "does not fit");
}

static pending_finding *find_pending(engine *e, const rule_moment *m, const char *rule, int made_at, int where)
{
    for (pending_finding *p = e->found; p; p = p->next)
        if (same_cause(p, m, rule, made_at, where))
            return p;
    return NULL;
}

/* Parameters are made by nobody: below -1, one number each. */
static int made_at_of(const object *o)
{
    return o->made_at < 0 && o->param >= 0 ? -2 - o->param : o->made_at;
}

/* Where something did not parse, a condition or an exception may have been lost with it; references
 * that it could have touched have escaped. */
static bool is_doubtful_in_part(moment_kind kind)
{
    return kind == MOMENT_NULL || kind == MOMENT_FORMAT || kind == MOMENT_RETURN_NULL || kind == MOMENT_STORED ||
           kind == MOMENT_PENDING;
}

void found_report(rule_ctx *c, const rule_moment *m, confidence conf, const char *fix, const char *text)
{
    engine *e = (engine *)c;

    const trace *t = e->current ? e->current->trace : NULL;
    if (e->fn->roles & IR_R_PARTIAL && is_doubtful_in_part(m->kind))
        return;
    if (e->fn->roles & IR_R_PARTIAL && conf > CONF_MEDIUM)
        conf = CONF_MEDIUM;
    if (m->kind == MOMENT_LOST && t && t->misuses > 0)
        return; /* only when a call is made wrongly, which this code may well rule out */
    int made_at = e->subject >= 0 ? made_at_of(&e->current->objs[e->subject]) : -1;
    int rank = rank_of(m, t);
    pending_finding *p = find_pending(e, m, e->reporting->code, made_at, e->event_number);

    if (!p) {
        p = arena_alloc(e->scratch, sizeof *p);
        p->next = e->found;
        e->found = p;
    } else if (p->rank <= rank) {
        add_also(e, &p->f, found_place(e, m->at));
        return;
    }
    finding old = p->f;
    memset(&p->f, 0, sizeof p->f);
    fill(e, p, m, conf, fix, text);
    if (old.rule)
        merge_also(e, &p->f, &old);
    p->kind = m->kind;
    p->made_at = made_at;
    p->where = e->event_number;
    p->rank = rank;
    p->at_return = m->kind == MOMENT_LOST && m->how == LOST_AT_RETURN;
    p->conditions = e->conditions;
    p->helper = e->subject >= 0 && m->kind != MOMENT_LOST ? e->current->objs[e->subject].lent_by : NULL;
    p->record = m->kind == MOMENT_REPLACED ? m->record : NULL;
    p->field = m->field;
    p->param = e->subject >= 0 ? e->current->objs[e->subject].param : -1;
}

static bool has(uint64_t params, int param)
{
    return param >= 0 && param < 64 && params >> param & 1;
}

/* A loop that forgets what it made is seen at its next turn, and once more after the last. */
static bool is_seen_at_return(const engine *e, const pending_finding *p)
{
    if (p->at_return || p->kind != MOMENT_LOST || p->f.npath < 1 || p->f.path[0].at.line != p->f.at.line)
        return false;
    for (const pending_finding *q = e->found; q; q = q->next)
        if (q->at_return && q->made_at == p->made_at)
            return true;
    return false;
}

/* Some reports depend on what the other paths of the function do. */
static bool stands(const engine *e, const pending_finding *p)
{
    const param_ways *w = &e->ways;

    if (is_seen_at_return(e, p))
        return false;
    if (p->conditions & IF_RETURNS_NEW && !e->returns_new)
        return false;
    if (p->conditions & IF_FAILS_WITH_EXCEPTION && !e->fails_with_exception)
        return false;
    if (p->conditions & IF_NEVER_GIVEN_UP && has(w->given_up, p->param))
        return false;
    if (p->conditions & IF_GIVEN_UP && (!has(w->given_up_failing, p->param) || has(w->kept_succeeding, p->param)))
        return false;
    return !(p->conditions & IF_NOT_ALWAYS_TAKEN) || has(w->not_taken, p->param);
}

static void defer(engine *e, const pending_finding *p)
{
    bool own = p->conditions & IF_CALLERS_FAIL;
    deferred_finding d = {.f = p->f, .of_helper = own, .helper = own ? p->f.function : p->helper};

    ARENA_PUSH(e->out, e->deferred, e->ndeferred, e->deferred_cap, d);
}

void found_flush(engine *e, engine_result *result)
{
    for (pending_finding *p = e->found; p; p = p->next)
        if (stands(e, p) && (p->helper || p->conditions & IF_CALLERS_FAIL))
            defer(e, p);
        else if (stands(e, p) && p->record)
            types_hold_back(e, p);
        else if (stands(e, p))
            ARENA_PUSH(e->out, result->findings, result->nfindings, result->cap, p->f);
    e->found = NULL;
}

/* ---- a helper, or its callers */

static bool calls(const ir_fn *fn, const char *name)
{
    for (int b = 0; b < fn->nblocks; b++)
        for (int k = 0; k < fn->blocks[b].nevents; k++) {
            const char *callee = fn->blocks[b].events[k].callee;
            if (callee && strcmp(callee, name) == 0)
                return true;
        }
    return false;
}

static bool is_blamed(const engine *e, const char *helper, const char *caller)
{
    for (int i = 0; i < e->ndeferred; i++)
        if (!e->deferred[i].of_helper && strcmp(e->deferred[i].helper, helper) == 0 &&
            strcmp(e->deferred[i].f.function, caller) == 0)
            return true;
    return false;
}

/* One caller that looks at what it got shows that the helper means it. */
static bool is_helpers_fault(const engine *e, const char *helper)
{
    bool reported = false;

    for (int i = 0; i < e->ndeferred; i++)
        reported |= e->deferred[i].of_helper && strcmp(e->deferred[i].helper, helper) == 0;
    for (int i = 0; reported && i < e->unit->nfns; i++)
        if (calls(e->unit->fns[i], helper) && !is_blamed(e, helper, e->unit->fns[i]->name))
            return false;
    return reported;
}

void found_close(engine *e, engine_result *result)
{
    for (int i = 0; i < e->ndeferred; i++) {
        const deferred_finding *d = &e->deferred[i];
        if (d->of_helper == is_helpers_fault(e, d->helper))
            ARENA_PUSH(e->out, result->findings, result->nfindings, result->cap, d->f);
    }
}
