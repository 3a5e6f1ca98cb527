/* Objects of the collector where they are made: allocated by the function of their kind, tracked,
 * and tracked only when what tp_traverse reads is there.
 *
 * Looks at the events of one function: what may come after what, not which paths are possible.
 */
#include "types_int.h"

#include <string.h>

typedef struct {
    engine *e;
    engine_result *out;
    const ir_fn *fn;
    bool *holds; /* variable -> it is given the new object at some time */
} maker;

typedef struct {
    int block, event;
} position;

static const ir_event *event_at(const maker *m, position p)
{
    return &m->fn->blocks[p.block].events[p.event];
}

/* The position after p in the order of the function; false at the end. */
static bool next_position(const maker *m, position *p)
{
    if (++p->event < m->fn->blocks[p->block].nevents)
        return true;
    p->event = 0;
    return ++p->block < m->fn->nblocks;
}

static const contract *contract_of(const maker *m, const ir_event *ev)
{
    return ev->kind == IR_CALL && ev->callee ? callee_find(m->e, ev->callee)->contract : NULL;
}

static bool makes_untracked(const maker *m, const ir_event *ev)
{
    const contract *c = contract_of(m, ev);

    return c && c->effects & FX_RESULT_UNTRACKED && c->effects & FX_TYPE_REF;
}

static bool makes_plain(const ir_event *ev)
{
    static const char *const names[] = {"PyObject_New", "PyObject_NewVar", "_PyObject_New",
                                        "_PyObject_NewVar", "PyObject_NEW", "PyObject_NEW_VAR", NULL};

    return ev->kind == IR_CALL && ev->callee && text_is_one_of(ev->callee, names);
}

static const ir_class *class_made(const maker *m, const ir_event *ev)
{
    return ev->nargs > 0 && ev->args[0].kind == IR_SYMBOL ? ir_find_class(m->e->unit, ev->args[0].text) : NULL;
}

/* ---- the right function for the kind */

static void ask_allocator(const maker *m, const ir_event *ev, bool for_collector)
{
    const ir_class *c = class_made(m, ev);
    rule_moment moment = {.kind = MOMENT_ALLOCATOR, .is_certain = true, .call = ev->callee, .at = ev->loc};
    type_evidence why = {.fn = m->fn, .cause_text = "the type"};
    type_view v;

    if (!c)
        return;
    v = type_view_of(m->e, c);
    if (v.is_open || v.is_gc == for_collector || (!v.is_gc && v.base))
        return;
    moment.record = v.name;
    moment.text = v.is_gc ? "PyObject_GC_New" : "PyObject_New";
    why.cause = c->loc;
    types_fire(m->e, &moment, &why, m->out);
}

/* ---- tracked at all */

/* Variables of the user that hold the object; a temporary holds it up to the next event. */
static void find_holders(maker *m)
{
    position p = {0, 0};
    int temporary = -1;

    do {
        const ir_event *ev = event_at(m, p);
        bool is_copy = ev->kind == IR_SET && ev->a.kind == IR_VAR &&
                       (ev->a.var == temporary || (m->holds[ev->a.var] && m->fn->vars[ev->a.var].shown));

        if (ev->dst >= 0 && (is_copy || makes_untracked(m, ev))) {
            m->holds[ev->dst] |= m->fn->vars[ev->dst].shown != NULL;
            temporary = m->fn->vars[ev->dst].shown ? temporary : ev->dst;
        } else if (ev->dst == temporary) {
            temporary = -1;
        }
    } while (next_position(m, &p));
}

static bool is_held(const maker *m, const ir_operand *o)
{
    return o->kind == IR_VAR && m->holds[o->var];
}

static bool is_given_away(const maker *m)
{
    position p = {0, 0};

    do {
        const ir_event *ev = event_at(m, p);
        callee c;

        if (ev->kind != IR_CALL)
            continue;
        c = ev->callee ? *callee_find(m->e, ev->callee) : (callee){.fn = -1};
        for (int i = 0; i < ev->nargs; i++)
            if (is_held(m, &ev->args[i]) && c.fn < 0 && !c.contract)
                return true;
    } while (next_position(m, &p));
    return false;
}

static bool is_returned(const maker *m)
{
    position p = {0, 0};

    do {
        const ir_event *ev = event_at(m, p);

        if (ev->kind == IR_RET && is_held(m, &ev->a))
            return true;
    } while (next_position(m, &p));
    return false;
}

static bool reaches_tracking(engine *e, const ir_fn *fn)
{
    reach r = reach_create(e);

    reach_add(&r, fn->name);
    return r.tracks;
}

static bool calls(const ir_fn *fn, const char *callee)
{
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++) {
            const ir_event *ev = &fn->blocks[b].events[i];

            if (ev->kind == IR_CALL && ev->callee && strcmp(ev->callee, callee) == 0)
                return true;
        }
    return false;
}

static bool has_tracking_caller(const maker *m)
{
    for (int i = 0; i < m->e->unit->nfns; i++)
        if (calls(m->e->unit->fns[i], m->fn->name) && reaches_tracking(m->e, m->e->unit->fns[i]))
            return true;
    return false;
}

static bool calls_tracking(const maker *m)
{
    position p = {0, 0};

    do {
        const ir_event *ev = event_at(m, p);
        const contract *c = contract_of(m, ev);

        if ((c && c->effects & FX_TRACKS) || (ev->kind == IR_CALL && ev->callee && strstr(ev->callee, "GC_TRACK")))
            return true;
        const ir_fn *inner = ev->kind == IR_CALL ? function_named(m->e, ev->callee) : NULL;
        if (inner && reaches_tracking(m->e, inner))
            return true;
    } while (next_position(m, &p));
    return false;
}

static void ask_tracked(const maker *m, const ir_event *made)
{
    const ir_class *c = class_made(m, made);
    rule_moment moment = {.kind = MOMENT_NOT_TRACKED, .call = made->callee, .at = made->loc,
                          .record = c ? type_view_of(m->e, c).name : "",
                          .is_certain = c && (m->fn->roles & ~(unsigned)IR_R_VARIADIC)};
    type_evidence why = {.fn = m->fn, .cause = made->loc, .cause_text = "made untracked",
                         .end_text = "never tracked"};

    if (is_returned(m) && !is_given_away(m) && !calls_tracking(m) && !has_tracking_caller(m) &&
        (!c || *c->record == '\0' || ir_find_record(m->e->unit, c->record)))
        types_fire(m->e, &moment, &why, m->out);
}

/* ---- tracked too early */

static void mark_after(const maker *m, int block, bool *after)
{
    const ir_block *b = &m->fn->blocks[block];
    int next[64], n = ir_successors(&b->events[b->nevents - 1], next, 64);

    for (int i = 0; i < n && i < 64; i++)
        if (!after[next[i]]) {
            after[next[i]] = true;
            mark_after(m, next[i], after);
        }
}

static bool may_follow(const maker *m, position first, position second)
{
    bool *after;

    if (first.block == second.block && first.event < second.event)
        return true;
    after = arena_alloc(m->e->scratch, (size_t)m->fn->nblocks);
    mark_after(m, first.block, after);
    return after[second.block];
}

static bool is_store_to(const ir_event *ev, int var, const char *field)
{
    return ev->kind == IR_STORE && ev->place.kind == IR_P_FIELD && ev->place.base.kind == IR_VAR &&
           ev->place.base.var == var && (!field || strcmp(ev->place.field, field) == 0);
}

/* memset(o, ...), fill(o), but no function of Python's that is known. */
static bool may_fill(const maker *m, const ir_event *ev)
{
    const contract *c = contract_of(m, ev);

    return !c || strncmp(c->name, "mem", 3) == 0;
}

static bool has_argument(const ir_event *ev, int var)
{
    for (int i = 0; ev->kind == IR_CALL && i < ev->nargs; i++)
        if (ev->args[i].kind == IR_VAR && ev->args[i].var == var)
            return true;
    return false;
}

/* memset(&o->field, ...), memset((char *)o + 16, ...): an address inside it is handed on. */
static bool hands_inside_on(const maker *m, position p, int var)
{
    const ir_event *ev = event_at(m, p);
    bool is_inside = (ev->kind == IR_ADDR && ev->place.base.kind == IR_VAR && ev->place.base.var == var) ||
                     (ev->kind == IR_ADD && ev->a.kind == IR_VAR && ev->a.var == var);
    int inside = ev->dst, block = p.block;

    while (is_inside && next_position(m, &p) && p.block == block && event_at(m, p)->dst != inside)
        if (has_argument(event_at(m, p), inside) && may_fill(m, event_at(m, p)))
            return true;
    return false;
}

static bool fills(const maker *m, position p, int var, const char *field)
{
    const ir_event *ev = event_at(m, p);

    return is_store_to(ev, var, field) || (has_argument(ev, var) && may_fill(m, ev)) ||
           hands_inside_on(m, p, var);
}

static bool is_filled_before(const maker *m, position track, int var, const char *field)
{
    position p = {0, 0};

    do {
        if (fills(m, p, var, field) && may_follow(m, p, track))
            return true;
    } while (next_position(m, &p));
    return false;
}

static bool may_collect(const maker *m, const ir_event *ev)
{
    const contract *c = contract_of(m, ev);

    if (ev->kind == IR_RELEASE || ev->kind == IR_XRELEASE)
        return true;
    return ev->kind == IR_CALL && (!c || c->effects & (FX_GC_ALLOC | FX_RUNS_CODE));
}

static bool may_collect_between(const maker *m, position from, position to)
{
    position p = {0, 0};

    do {
        if (may_collect(m, event_at(m, p)) && may_follow(m, from, p) && may_follow(m, p, to))
            return true;
    } while (next_position(m, &p));
    return false;
}

static bool is_visited(const maker *m, const ir_class *c, const ir_place *p)
{
    type_view v = type_view_of(m->e, c);
    reach r = reach_create(m->e);

    reach_add(&r, v.traverse);
    return reach_deeds(&r, field_canonical(m->e->unit, p->record, p->field)) & DOES_VISIT;
}

static void ask_track_place(const maker *m, const ir_class *c, position track)
{
    const ir_event *tracks = event_at(m, track);
    int var = tracks->args[0].var;
    position p = {0, 0};

    do {
        const ir_event *ev = event_at(m, p);
        rule_moment moment = {.kind = MOMENT_TRACKED_EARLY, .at = tracks->loc};
        type_evidence why = {.fn = m->fn, .cause = ev->loc, .cause_text = "set only here"};

        if (!is_store_to(ev, var, NULL) || !may_follow(m, track, p) ||
            is_filled_before(m, track, var, ev->place.field) || !is_visited(m, c, &ev->place))
            continue;
        moment.record = type_view_of(m->e, c).name;
        moment.field = ev->place.field;
        moment.is_certain = may_collect_between(m, track, p);
        types_fire(m->e, &moment, &why, m->out);
        return;
    } while (next_position(m, &p));
}

static void ask_order(const maker *m, const ir_class *c)
{
    position p = {0, 0};

    do {
        const ir_event *ev = event_at(m, p);
        const contract *row = contract_of(m, ev);
        bool tracks = row ? (row->effects & FX_TRACKS) != 0
                          : ev->kind == IR_CALL && ev->callee && strstr(ev->callee, "GC_TRACK");

        if (tracks && ev->nargs > 0 && is_held(m, &ev->args[0]))
            ask_track_place(m, c, p);
    } while (next_position(m, &p));
}

/* ---- all functions */

static void ask_maker(maker *m, const ir_event *made)
{
    const ir_class *c = class_made(m, made);

    m->holds = arena_alloc(m->e->scratch, (size_t)m->fn->nvars + 1);
    find_holders(m);
    ask_tracked(m, made);
    if (c)
        ask_order(m, c);
}

static void look_at(engine *e, engine_result *out, const ir_fn *fn)
{
    maker m = {.e = e, .out = out, .fn = fn};
    const ir_event *made = NULL;
    position p = {0, 0};

    do {
        const ir_event *ev = event_at(&m, p);

        if (makes_plain(ev))
            ask_allocator(&m, ev, false);
        if (!makes_untracked(&m, ev))
            continue;
        ask_allocator(&m, ev, true);
        made = made ? made : ev;
    } while (next_position(&m, &p));
    if (made)
        ask_maker(&m, made);
    arena_reset(e->scratch);
}

static bool makes_objects(const ir_unit *unit)
{
    for (int i = 0; i < unit->ndecls; i++)
        if (strstr(unit->decls[i].name, "PyObject_GC_New") || strstr(unit->decls[i].name, "PyObject_N"))
            return true;
    return false;
}

void creation_check(engine *e, engine_result *out)
{
    if (!makes_objects(e->unit))
        return;
    for (int i = 0; i < e->unit->nfns; i++)
        look_at(e, out, e->unit->fns[i]);
}
