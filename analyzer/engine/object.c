/* References of one object on one path: every change goes through the ledger, leaves a step in
 * the trace, and asks the rules when the ledger calls it a fault.
 */
#include "engine_int.h"

#include <string.h>

/* ---- trace */

trace *trace_add(engine *e, state *s, step_kind kind, int obj, int delta, const char *text,
                 const char *name)
{
    trace *t = arena_alloc(e->scratch, sizeof *t);

    *t = (trace){.parent = s->trace, .loc = e->event ? e->event->loc : e->fn->loc, .kind = (uint8_t)kind, .uid = -1,
                 .delta = (int16_t)delta, .length = 1, .text = text, .name = name};
    if (s->trace) {
        t->length += s->trace->length;
        t->failures = s->trace->failures;
        t->memory_failures = s->trace->memory_failures;
        t->misuses = s->trace->misuses;
    }
    if (obj >= 0) {
        t->uid = s->objs[obj].uid;
        t->owned = (int16_t)s->objs[obj].account.owned;
    }
    s->trace = t;
    return t;
}

const trace *trace_last_loss(const trace *t, int uid)
{
    while (t && !(t->uid == uid && t->delta < 0))
        t = t->parent;
    return t;
}

/* ---- moments */

static object_life life_of(const rm_account *a)
{
    if (a->life == RM_GONE)
        return OBJ_PERHAPS_DEAD;
    return a->life == RM_LIVE ? OBJ_LIVE : OBJ_DEAD;
}

/* The struct behind Py_None is _Py_NoneStruct; sources say Py_None. */
static const char *shown_name(const engine *e, const char *name)
{
    size_t n = strlen(name), tail = strlen("Struct");

    if (strncmp(name, "_Py_", 4) != 0 || n <= 4 + tail || strcmp(name + n - tail, "Struct") != 0)
        return name;
    return arena_printf(e->scratch, "%.*s", (int)(n - tail - 1), name + 1);
}

static const char *object_name(const engine *e, const object *o)
{
    if (o->name_var >= 0)
        return e->fn->vars[o->name_var].shown;
    if (o->field)
        return shown_name(e, o->field);
    if (o->origin == ORIGIN_SINGLETON && o->made_by)
        return shown_name(e, o->made_by);
    return o->made_by ? arena_printf(e->scratch, "%s()", o->made_by) : "object";
}

static rule_object view(const engine *e, const state *s, int obj)
{
    const object *o = &s->objs[obj];

    return (rule_object){
        .name = object_name(e, o),
        .origin = (origin_kind)o->origin,
        .made_by = o->made_by,
        .anchor = o->anchor >= 0 ? object_name(e, &s->objs[o->anchor]) : NULL,
        .owned = o->account.owned,
        .was_named = o->flags & O_NAMED,
        .retained_here = o->flags & O_RETAINED,
        .fresh = o->flags & O_FRESH,
        .stolen = o->flags & O_STOLEN,
        .stolen_by = o->stolen_by,
        .released = o->flags & O_RELEASED,
        .life = life_of(&o->account),
        .immortal = o->origin == ORIGIN_SINGLETON,
        .passed_to_unknown = o->flags & O_PASSED,
        .believed = o->flags & O_BELIEVED,
        .pair = o->pair,
        .added_by = o->added_by,
        .added = (add_result)o->added,
    };
}

/* Perhaps it never was ours, and perhaps it was given away. */
static bool is_twice_doubtful(const object *o)
{
    return o->flags & O_BELIEVED && o->flags & O_PASSED;
}

void moment_fire(engine *e, state *s, rule_moment *m, int obj)
{
    m->fn = e->fn;
    m->target_minor = e->config->target_minor;
    if (e->event && m->at.line == 0)
        m->at = e->event->loc;
    if (obj >= 0) {
        if (s->objs[obj].flags & (O_REPORTED | O_ESCAPED) || is_twice_doubtful(&s->objs[obj]))
            return;
        m->object = view(e, s, obj);
        if (m->object.immortal && m->target_minor >= IMMORTAL_SINCE)
            return;
    }
    e->current = s;
    e->subject = obj;
    for (const rule *r = e->config->rules; r->code; r++)
        if (r->moments & MOMENT_BIT(m->kind) && r->on_by_default) {
            e->reporting = r;
            r->check(&e->rule, m);
        }
}

void pending_fire(engine *e, state *s, rule_moment *m, const char *text)
{
    if (s->exc_at)
        trace_add(e, s, STEP_CALL_OUTCOME, -1, 0, "sets an exception", NULL)->loc = s->exc_at->loc;
    trace_add(e, s, STEP_END, -1, 0, text, NULL);
    m->kind = MOMENT_PENDING;
    m->arg = -1;
    m->ran = s->exc_by;
    m->object.name = "";
    moment_fire(e, s, m, -1);
}

static void fire_call(engine *e, state *s, moment_kind kind, int obj, const char *call, int arg)
{
    rule_moment m = {.kind = kind, .call = call, .arg = arg};

    moment_fire(e, s, &m, obj);
}

/* ---- making */

int object_make(engine *e, state *s, value v, origin_kind origin, rm_account account,
                const char *made_by)
{
    int obj = state_add_object(s, v.sym, origin, account);

    s->objs[obj].made_by = made_by;
    s->objs[obj].made_at = e->event_number;
    if (account.owned > 0)
        trace_add(e, s, STEP_OWNERSHIP, obj, account.owned, "new reference", NULL);
    else if (origin == ORIGIN_BORROWED)
        trace_add(e, s, STEP_OWNERSHIP, obj, 0, "borrowed reference", NULL);
    return obj;
}

void object_allow_release(state *s, int obj)
{
    s->objs[obj].flags |= O_ALLOWED;
    s->objs[obj].account.kept++;
}

void object_escape(state *s, int obj)
{
    if (obj >= 0)
        s->objs[obj].flags |= O_ESCAPED;
}

/* ---- transitions */

static bool is_unfollowed(const object *o) { return o->flags & (O_ESCAPED | O_REPORTED); }

/* A finished finalizer: nothing here models resurrection, so dying is death. */
static void settle(object *o, rm_verdict v)
{
    if (v == RM_DIES)
        rm_die(&o->account);
}

static bool is_borrowed_from_dead(const state *s, const object *o)
{
    int by_anchor = o->origin == ORIGIN_NEW ? 1 : 0; /* put there by us, or found there */

    if (o->account.owned > 0 || o->account.kept > by_anchor || o->anchor < 0)
        return false;
    const object *a = &s->objs[o->anchor];
    return (a->account.life == RM_DEAD || a->account.life == RM_GONE) && a->origin == ORIGIN_NEW &&
           !is_unfollowed(a);
}

static bool anyone_uses_it_still(const object *o)
{
    return o->origin == ORIGIN_PARAM || o->origin == ORIGIN_SINGLETON;
}

void object_use(engine *e, state *s, int obj, const char *call, int arg)
{
    object *o = &s->objs[obj];

    if (is_unfollowed(o))
        return;
    loan_check_use(e, s, obj, call, arg);
    o = &s->objs[obj];
    if (is_borrowed_from_dead(s, o))
        o->account = (rm_account){.outside = RM_PERHAPS, .life = RM_GONE};
    if (rm_is_fault(rm_borrow(&o->account)) && !anyone_uses_it_still(o)) {
        trace_add(e, s, STEP_END, obj, 0, "used after the last reference is gone", NULL);
        fire_call(e, s, MOMENT_USE, obj, call, arg);
        s->objs[obj].flags |= O_REPORTED;
    }
}

void pointer_use(engine *e, state *s, value v, const char *call, int arg)
{
    if (v.kind != V_SYM)
        return;
    if (s->syms[v.sym].obj >= 0 && s->syms[v.sym].signs != S_ZERO)
        object_use(e, s, s->syms[v.sym].obj, call, arg);
    else if (s->syms[v.sym].anchor >= 0)
        object_use(e, s, s->syms[v.sym].anchor, call, arg);
}

void object_retain(engine *e, state *s, int obj)
{
    object_use(e, s, obj, "Py_INCREF", 0);
    object *o = &s->objs[obj];
    if (o->flags & O_DEBT) {
        o->flags &= (uint16_t)~O_DEBT;
        trace_add(e, s, STEP_OWNERSHIP, obj, 1, "the reference that was given away is taken", NULL);
        return;
    }
    if (o->flags & O_TAKEN && o->account.owned == 0) { /* pays for what was given away unowned */
        o->flags &= (uint16_t)~O_TAKEN;
        return;
    }
    rm_retain(&o->account);
    o->flags |= O_RETAINED;
    if (o->account.owned == 1)
        o->made_at = e->event_number;
    trace_add(e, s, STEP_OWNERSHIP, obj, 1, "a reference is taken", NULL);
}

static bool use_allowance(object *o)
{
    if (o->account.owned > 0 || !(o->flags & O_ALLOWED) || o->account.life != RM_LIVE)
        return false;
    o->flags &= (uint16_t)~O_ALLOWED;
    o->account.owned++; /* the field's reference is ours to give up */
    o->account.kept--;
    return true;
}

typedef rm_verdict (*transition)(rm_account *a);

/* `SET_ITEM(t, 0, Py_None); Py_INCREF(Py_None);` is the wrong way round but no fault. */
static bool can_be_paid_later(const object *o)
{
    return o->account.life == RM_LIVE && !(o->flags & (O_DEBT | O_STOLEN | O_RELEASED)) && o->origin != ORIGIN_NEW;
}

/* Gives one reference up through the ledger; a fault becomes a moment. */
static void give_up(engine *e, state *s, int obj, transition how, moment_kind on_fault,
                    const char *call, int arg)
{
    object *o = &s->objs[obj];

    if (is_unfollowed(o)) {
        if (o->account.owned > 0)
            o->account.owned--;
        return;
    }
    if (use_allowance(o) && how != rm_release)
        o->flags |= O_TAKEN;
    rm_account before = o->account;
    rm_verdict v = how(&o->account);
    settle(o, v);
    if (v == RM_F_NOT_OWNED && on_fault == MOMENT_GIVE && can_be_paid_later(o)) {
        o->account = before;
        o->flags |= O_DEBT;
        trace_add(e, s, STEP_OWNERSHIP, obj, -1, "given away to", call);
        return;
    }
    if (rm_is_fault(v) && on_fault == MOMENT_GIVE && o->flags & O_DEBT && o->origin != ORIGIN_PARAM) {
        o->account = before; /* the first time is judged, not each */
        return;
    }
    if (!rm_is_fault(v)) {
        trace_add(e, s, STEP_OWNERSHIP, obj, -1, how == rm_release ? "released" : "given away to", how == rm_release ? NULL : call);
        return;
    }
    rm_account after = o->account;
    o->account = before; /* the rule sees what was there */
    trace_add(e, s, STEP_END, obj, 0, rm_verdict_text(v), NULL);
    fire_call(e, s, on_fault, obj, call, arg);
    o = &s->objs[obj];
    o->account = after;
    if (o->origin == ORIGIN_PARAM && !(o->flags & O_CONSUMED))
        o->flags |= O_CONSUMED;
    else
        o->flags |= O_REPORTED;
}

void object_release(engine *e, state *s, int obj, const char *call, int arg)
{
    slots_note_release(s, obj);
    s->let_go |= s->objs[obj].origin == ORIGIN_UNKNOWN;
    give_up(e, s, obj, rm_release, MOMENT_RELEASE, call, arg);
    s->objs[obj].flags |= O_RELEASED;
    s->objs[obj].flags &= (uint16_t)~O_STOLEN;
}

static void mark_stolen(state *s, int obj, const char *call)
{
    s->objs[obj].flags |= O_STOLEN;
    s->objs[obj].stolen_by = call;
}

void object_steal(engine *e, state *s, int obj, const char *call, int arg)
{
    give_up(e, s, obj, rm_steal, MOMENT_GIVE, call, arg);
    mark_stolen(s, obj, call);
}

void object_consume(engine *e, state *s, int obj, const char *call, int arg)
{
    give_up(e, s, obj, rm_consume, MOMENT_GIVE, call, arg);
    mark_stolen(s, obj, call);
}

void object_keep(engine *e, state *s, int obj, const char *call)
{
    object *o = &s->objs[obj];

    (void)e;
    (void)call;
    if (o->account.life == RM_LIVE)
        rm_keep(&o->account);
    o->flags &= (uint16_t)~O_FRESH;
}

/* ---- losing */

void object_check_lost(engine *e, state *s, int obj, lost_how how, const char *call)
{
    const object *o = &s->objs[obj];

    if (o->account.owned <= 0 || is_unfollowed(o) || state_holders(e->fn, s, obj) > 0)
        return;
    if (how == LOST_BY_OVERWRITE && !(o->flags & O_NAMED))
        how = LOST_UNNAMED;
    rule_moment m = {.kind = MOMENT_LOST, .how = how, .call = call, .arg = -1};
    trace_add(e, s, STEP_END, obj, 0,
              how == LOST_BY_OVERWRITE ? "overwritten, nothing holds it now" : "nothing holds it now", NULL);
    moment_fire(e, s, &m, obj);
    s->objs[obj].account.owned = 0;
    s->objs[obj].flags |= O_REPORTED;
}

static const char *variable_holding(const engine *e, const state *s, value v)
{
    for (int i = 0; i < e->fn->nvars; i++)
        if (e->fn->vars[i].shown && v.kind == V_SYM && value_same(s->vars[i], v))
            return e->fn->vars[i].shown;
    return NULL;
}

/* What the NULL would have been, had the call not failed. */
static rule_object absent_object(const engine *e, const state *s, value v, const char *failed)
{
    const contract *c = failed ? contract_find(e->config->contracts, failed, e->config->target_minor) : NULL;
    const char *name = variable_holding(e, s, v);

    return (rule_object){.name = name ? name : "NULL", .was_named = name != NULL, .made_by = failed,
                         .origin = c && c->ret == RET_BORROWED ? ORIGIN_BORROWED : ORIGIN_NEW};
}

/* NULL from a call that fails only when made wrongly: what this code may well rule out. */
static bool is_excused(const state *s, value v)
{
    return v.kind == V_SYM && s->trace && s->trace->misuses > 0;
}

void null_use(engine *e, state *s, value v, const char *call, int arg)
{
    const char *failed = v.kind == V_SYM ? s->syms[v.sym].failed : NULL;
    bool counts = call && (strcmp(call, "Py_DECREF") == 0 || strcmp(call, "Py_INCREF") == 0);
    bool certain = counts && !is_excused(s, v);
    rule_moment m = {.kind = MOMENT_NULL, .call = call, .arg = arg};

    s->stopped = true;
    e->faulted = true;
    if (!failed && !certain)
        return;
    m.object = absent_object(e, s, v, failed);
    trace_add(e, s, STEP_END, -1, 0, "NULL here", NULL);
    moment_fire(e, s, &m, -1);
}
