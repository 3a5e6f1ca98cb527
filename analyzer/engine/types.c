/* Questions about extension types, asked once when all functions of the unit are known.
 *
 * What owns a reference is known from the paths (fields.c), what tp_dealloc, tp_traverse and tp_clear
 * do from the functions they reach (reach.c). Where anything about a type is not known, nothing is
 * asked: a table in another file, slots set by helpers, an unknown function that gets the object.
 */
#include "types_int.h"

#include <string.h>

/* ---- a type with what is set outside its table */

static const char *stored_slot(const engine *e, const char *type, const char *slot)
{
    for (int i = 0; i < e->types->nstores; i++) {
        const slot_store *s = &e->types->stores[i];

        if (strcmp(s->type, type) == 0 && strcmp(s->slot, slot) == 0)
            return s->value ? s->value : "";
    }
    return NULL;
}

static const char *slot_of(const engine *e, const ir_class *c, const char *slot)
{
    const ir_slot *s = ir_find_slot(c, slot);

    if (s)
        return s->value ? s->value : "";
    return stored_slot(e, c->name, slot);
}

static const char *short_name(const ir_class *c)
{
    const char *dot = strrchr(c->shown, '.');

    if (*c->shown)
        return dot ? dot + 1 : c->shown;
    return *c->record ? c->record : c->name;
}

static const ir_class *base_of(const engine *e, const type_view *v)
{
    return v->base ? ir_find_class(e->unit, v->base) : NULL;
}

type_view type_view_of(const engine *e, const ir_class *c)
{
    bool is_module = c->flags & IR_C_MODULE;
    type_view v = {.c = c, .record = ir_find_record(e->unit, c->record), .name = short_name(c)};
    const ir_class *base;

    v.dealloc = slot_of(e, c, is_module ? "m_free" : "tp_dealloc");
    v.traverse = slot_of(e, c, is_module ? "m_traverse" : "tp_traverse");
    v.clear = slot_of(e, c, is_module ? "m_clear" : "tp_clear");
    v.base = slot_of(e, c, "tp_base");
    if (v.base && strcmp(v.base, "PyBaseObject_Type") == 0)
        v.base = NULL;
    base = base_of(e, &v);
    v.is_gc = c->flags & IR_C_GC || (base && !v.traverse && !v.clear && type_view_of(e, base).is_gc);
    v.is_open = c->flags & IR_C_OPEN || stored_slot(e, c->name, "tp_flags");
    return v;
}

const ir_fn *function_named(engine *e, const char *name)
{
    int fn = name && *name ? callee_find(e, name)->fn : -1;

    return fn >= 0 ? e->unit->fns[fn] : NULL;
}

/* ---- fields */

typedef struct {
    const ir_field *field;
    field_id id;
} member;

static int count_members(engine *e, const ir_record *r, member *out, int n)
{
    for (int i = 0; r && i < r->nfields; i++) {
        const ir_field *f = &r->fields[i];

        if (f->type == IR_AGGREGATE) {
            n = count_members(e, ir_find_record(e->unit, f->type_name), out, n);
            continue;
        }
        if (out)
            out[n] = (member){f, field_canonical(e->unit, r->name, f->name)};
        n++;
    }
    return n;
}

/* Object fields, also those of records inside. */
static int members_of(engine *e, const ir_record *r, member **out)
{
    int n = count_members(e, r, NULL, 0);

    *out = arena_alloc(e->scratch, sizeof **out * (size_t)(n + 1));
    return count_members(e, r, *out, 0);
}

static bool is_plain_struct(const char *name)
{
    static const char *const names[] = {
        "PyUnicodeObject", "PyBytesObject", "PyStringObject", "PyLongObject", "PyIntObject",
        "PyFloatObject", "PyComplexObject", "PyByteArrayObject", "PyCodeObject", NULL};

    return text_is_one_of(name, names);
}

/* Objects of a type of the unit that does not take part in collections, and has no subtypes. */
static bool is_outside_collector(const engine *e, const char *record)
{
    bool found = false;

    for (int i = 0; i < e->unit->nclasses; i++) {
        type_view v = type_view_of(e, &e->unit->classes[i]);

        if (strcmp(v.c->record, record) != 0)
            continue;
        if (v.is_gc || v.is_open || v.base || v.c->flags & IR_C_BASETYPE)
            return false;
        found = true;
    }
    return found;
}

/* Never part of a cycle. */
static bool field_is_harmless(const engine *e, const ir_field *f, field_id id)
{
    const field_fact *fact = field_known(e, id);

    if (f && (is_plain_struct(f->type_name) || is_outside_collector(e, f->type_name)))
        return true;
    if (!fact)
        return false;
    return fact->is_used_as_text || (fact->is_owned && !fact->holds_containers && !(f && f->is_settable));
}

/* ---- reporting */

typedef struct {
    rule_ctx base; /* first: rules see only this */
    engine *e;
    const rule *rule;
    const type_evidence *why;
    engine_result *out;
} type_reporter;

static place place_at(const engine *e, ir_loc loc)
{
    const char *file = loc.file < e->unit->nfiles ? e->unit->files[loc.file].path : e->unit->name;

    return (place){.file = file, .line = loc.line, .column = loc.col};
}

static void add_step(type_reporter *r, finding *f, ir_loc loc, const char *text, int delta)
{
    if (text && loc.line > 0)
        f->path[f->npath++] = (path_step){.at = place_at(r->e, loc), .message = arena_strdup(r->e->out, text),
                                          .kind = STEP_END, .delta = delta, .owned = r->why->owned};
}

static void report(rule_ctx *c, const rule_moment *m, confidence conf, const char *fix, const char *text)
{
    type_reporter *r = (type_reporter *)c;
    arena *a = r->e->out;
    const type_evidence *why = r->why;
    finding f = {
        .rule = r->rule->code,
        .name = r->rule->name,
        .severity = r->rule->severity,
        .confidence = conf,
        .at = place_at(r->e, m->at),
        .function = arena_strdup(a, why->fn ? why->fn->name : ""),
        .object = arena_strdup(a, m->field ? m->field : m->record ? m->record : ""),
        .message = arena_strdup(a, text),
        .advice = arena_strdup(a, fix),
        .path = arena_alloc(a, 2 * sizeof *f.path),
    };

    if (why->fn && why->fn->roles & IR_R_TEST)
        f.tags |= TAG_TEST_CODE;
    add_step(r, &f, why->cause, why->cause_text, why->owned);
    add_step(r, &f, m->at, why->end_text, 0);
    ARENA_PUSH(a, r->out->findings, r->out->nfindings, r->out->cap, f);
}

void types_fire(engine *e, rule_moment *m, const type_evidence *why, engine_result *out)
{
    type_reporter r = {.base = {.report = report}, .e = e, .why = why, .out = out};

    m->fn = why->fn;
    m->arg = -1;
    if (m->at.line == 0)
        m->at = why->at.line ? why->at : why->fn ? why->fn->loc : why->at;
    if (why->fn && why->fn->roles & IR_R_PARTIAL)
        return;
    for (r.rule = e->config->rules; r.rule->code; r.rule++)
        if (r.rule->moments & MOMENT_BIT(m->kind) && r.rule->on_by_default)
            r.rule->check(&r.base, m);
}

/* ---- findings that wait for what is known of a field */

void types_hold_back(engine *e, const pending_finding *p)
{
    held_back h = {p->f, field_canonical(e->unit, p->record, p->field)};

    ARENA_PUSH(e->out, e->types->held, e->types->nheld, e->types->held_cap, h);
}

static void decide_held_back(engine *e, engine_result *out)
{
    for (int i = 0; i < e->types->nheld; i++) {
        const held_back *h = &e->types->held[i];
        const ir_record *r = ir_find_record(e->unit, h->id.record);

        if (!field_is_harmless(e, r ? ir_find_field(r, h->id.name) : NULL, h->id))
            ARENA_PUSH(e->out, out->findings, out->nfindings, out->cap, h->f);
    }
}

/* ---- what the functions of a type reach */

typedef struct {
    engine *e;
    engine_result *out;
    type_view v;
    reach dealloc, traverse, clear;
} type_case;

static const char *slot_by_bit(const type_view *v, unsigned bit)
{
    return bit == CALLS_DEALLOC ? v->dealloc : bit == CALLS_CLEAR ? v->clear : v->traverse;
}

/* A function that calls its slot again calls that of a base. */
static void add_bases(const type_case *t, reach *r, unsigned bit)
{
    type_view v = t->v;

    for (int depth = 0; depth < 8 && r->calls & bit && base_of(t->e, &v); depth++) {
        v = type_view_of(t->e, base_of(t->e, &v));
        reach_add(r, slot_by_bit(&v, bit));
    }
}

static reach reach_of_slot(const type_case *t, unsigned bit)
{
    reach r = reach_create(t->e);

    reach_add(&r, slot_by_bit(&t->v, bit));
    if (bit == CALLS_DEALLOC) {
        reach_add(&r, slot_of(t->e, t->v.c, "tp_finalize"));
        reach_add(&r, slot_of(t->e, t->v.c, "tp_del"));
    }
    add_bases(t, &r, bit);
    if (bit == CALLS_DEALLOC && r.calls & CALLS_CLEAR) {
        reach_add(&r, t->v.clear);
        add_bases(t, &r, CALLS_CLEAR);
    }
    return r;
}

/* ---- who holds what */

typedef enum { HOLDS_NOTHING, HOLDS_PERHAPS, HOLDS_SURELY } holding;

static bool others_release(const type_case *t, field_id id)
{
    for (int i = 0; i < t->e->unit->nclasses; i++) {
        type_view v = type_view_of(t->e, &t->e->unit->classes[i]);
        type_case other = {.e = t->e, .v = v};

        if (v.c == t->v.c || v.c->flags & IR_C_MODULE || strcmp(v.c->record, t->v.c->record) != 0)
            continue;
        other.dealloc = reach_of_slot(&other, CALLS_DEALLOC);
        if (reach_deeds(&other.dealloc, id) & DOES_RELEASE)
            return true;
    }
    return false;
}

/* A field that Python code may read keeps its object alive somehow: likely by a reference, when
 * tp_dealloc releases others. */
static bool is_shown_to_python(const type_case *t, const member *m)
{
    bool releases_some = false;

    for (int i = 0; i < t->dealloc.nfields; i++)
        releases_some |= (t->dealloc.fields[i].deeds & DOES_RELEASE) != 0;
    return m->field->is_exposed && releases_some;
}

static holding holding_of(const type_case *t, const member *m)
{
    const field_fact *fact = field_known(t->e, m->id);

    if (m->field->in_union || (fact && fact->is_nulled && !fact->is_filled && !m->field->is_settable))
        return HOLDS_NOTHING;
    if (m->field->is_settable || (fact && fact->is_owned && !fact->is_borrowed))
        return HOLDS_SURELY;
    if (reach_releases(&t->clear, m->id) || reach_releases(&t->dealloc, m->id))
        return HOLDS_SURELY;
    if (fact && fact->is_borrowed)
        return HOLDS_NOTHING;
    return is_shown_to_python(t, m) ? HOLDS_PERHAPS : HOLDS_NOTHING;
}

static void fire_field(const type_case *t, moment_kind kind, const member *m, const ir_fn *fn, bool is_certain,
                       const char *end_text)
{
    const field_fact *fact = field_known(t->e, m->id);
    rule_moment moment = {.kind = kind, .record = t->v.name, .field = m->id.name, .is_certain = is_certain};
    type_evidence why = {.fn = fn, .end_text = end_text};

    if (!fn)
        why.at = t->v.c->loc;
    if (fact && fact->is_owned) {
        why.cause = fact->stored_at;
        why.cause_text = "kept in the field";
        why.owned = 1;
    }
    types_fire(t->e, &moment, &why, t->out);
}

/* Fields of a base are the base's business, in this file or another. */
static bool is_own_member(const type_case *t, const member *m)
{
    bool is_base_known = !t->v.base || base_of(t->e, &t->v);

    if (strcmp(m->id.record, t->v.c->record) == 0)
        return true;
    for (int i = 0; i < t->e->unit->nclasses; i++)
        if (strcmp(t->e->unit->classes[i].record, m->id.record) == 0)
            return false;
    return is_base_known;
}

/* A heap type may have any base: what the base's function does is not known. */
static bool leaves_to_base(const type_case *t, const reach *r, unsigned bit)
{
    return r->calls & bit && t->v.c->flags & IR_C_HEAP && !base_of(t->e, &t->v);
}

/* ---- tp_dealloc */

static bool is_made_plainly(const type_case *t)
{
    const type_facts *f = t->e->types;

    if (!(t->v.c->flags & IR_C_HEAP))
        return !t->v.base;
    for (int i = 0; i < f->nplain_specs; i++)
        if (strcmp(f->plain_specs[i], t->v.c->name) == 0)
            return true;
    return false;
}

/* An instance that is meant to live for ever, or a body that this configuration leaves out. */
static bool does_nothing(const ir_fn *fn)
{
    return fn && fn->nblocks == 1 && fn->blocks[0].nevents == 1;
}

static void ask_released(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.dealloc);
    member *m;
    int n = members_of(t->e, t->v.record, &m);

    if (t->dealloc.is_opaque || leaves_to_base(t, &t->dealloc, CALLS_DEALLOC) || does_nothing(fn) || (t->v.dealloc ? !fn : !is_made_plainly(t) || t->v.is_open))
        return;
    for (int i = 0; i < n; i++) {
        const field_fact *fact = field_known(t->e, m[i].id);
        holding h = holding_of(t, &m[i]);

        if (h == HOLDS_NOTHING || (fact && fact->is_left_to_callback) || reach_deeds(&t->dealloc, m[i].id) & DOES_RELEASE || !is_own_member(t, &m[i]) ||
            others_release(t, m[i].id))
            continue;
        fire_field(t, MOMENT_FIELD_KEPT, &m[i], fn, h == HOLDS_SURELY, "not released here");
    }
}

static bool is_shared_with_static(const type_case *t)
{
    for (int i = 0; i < t->e->unit->nclasses; i++) {
        const ir_class *c = &t->e->unit->classes[i];
        const char *dealloc = slot_of(t->e, c, "tp_dealloc");

        if (!(c->flags & (IR_C_HEAP | IR_C_MODULE)) && dealloc && strcmp(dealloc, t->v.dealloc) == 0)
            return true;
    }
    return false;
}

static void fire_type(const type_case *t, moment_kind kind, const ir_fn *fn, const char *end_text)
{
    rule_moment m = {.kind = kind, .record = t->v.name, .is_certain = true};
    type_evidence why = {.fn = fn, .end_text = end_text, .cause = t->v.c->loc, .cause_text = "the type"};

    if (!fn)
        why.at = t->v.c->loc;
    types_fire(t->e, &m, &why, t->out);
}

static void ask_type_released(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.dealloc);
    const reach *r = &t->dealloc;
    bool frees = r->calls & CALLS_FREE || r->freed_by;

    if (t->e->config->target_minor < TYPE_HELD_SINCE)
        return;
    if (fn && t->v.c->flags & IR_C_HEAP && frees && !r->releases_type && !(r->calls & CALLS_DEALLOC) &&
        !r->is_opaque && !is_shared_with_static(t))
        fire_type(t, MOMENT_TYPE_KEPT, fn, "frees the instance and keeps its type");
}

static const field_deed *harmful_release(const type_case *t)
{
    member *m;
    int n = members_of(t->e, t->v.record, &m);

    for (int i = 0; i < t->dealloc.nfields; i++) {
        const field_deed *d = &t->dealloc.fields[i];
        const ir_field *f = NULL;

        for (int k = 0; k < n; k++)
            if (strcmp(m[k].id.name, d->id.name) == 0)
                f = m[k].field;
        if (f && d->deeds & DOES_RELEASE && !field_is_harmless(t->e, f, d->id))
            return d;
    }
    return NULL;
}

static void ask_untracked(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.dealloc);
    const field_deed *d = harmful_release(t);
    rule_moment m = {.kind = MOMENT_NOT_UNTRACKED, .record = t->v.name, .is_certain = !t->dealloc.is_opaque};
    type_evidence why = {.fn = fn, .cause = t->v.c->loc, .cause_text = "the type takes part in collections",
                         .end_text = "releases fields while the object is tracked"};

    if (!fn || !t->v.is_gc || !d || t->dealloc.untracks || t->dealloc.calls & CALLS_DEALLOC)
        return;
    m.field = d->id.name;
    types_fire(t->e, &m, &why, t->out);
}

/* A deallocator that ends without giving the memory back, or to anyone who would. */
static void ask_freed_at_all(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.dealloc);
    const reach *r = &t->dealloc;
    rule_moment m = {.kind = MOMENT_ALLOCATOR, .record = t->v.name, .is_certain = true};
    type_evidence why = {.fn = fn, .cause = t->v.c->loc, .cause_text = "the type",
                         .end_text = "ends without freeing the object"};

    if (fn && !r->calls && !r->freed_by && !r->keeps_object && !r->is_opaque && r->nfields > 0)
        types_fire(t->e, &m, &why, t->out);
}

static bool is_for_collector(const char *freed_by)
{
    return strstr(freed_by, "_GC_") != NULL;
}

static void ask_freed(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.dealloc);
    const char *free_slot = slot_of(t->e, t->v.c, "tp_free"), *by = t->dealloc.freed_by;
    rule_moment m = {.kind = MOMENT_ALLOCATOR, .record = t->v.name, .is_certain = true, .call = by};
    type_evidence why = {.fn = fn, .at = t->dealloc.freed_at, .cause = t->v.c->loc, .cause_text = "the type"};

    if (!by && free_slot && strncmp(free_slot, "Py", 2) == 0) {
        m.call = by = free_slot;
        why.fn = NULL;
        why.at = t->v.c->loc;
    }
    if (!by || t->v.is_open || (!t->v.is_gc && t->v.base) || is_for_collector(by) == t->v.is_gc)
        return;
    m.text = t->v.is_gc ? "PyObject_GC_Del" : "PyObject_Free";
    types_fire(t->e, &m, &why, t->out);
}

/* ---- tp_traverse and tp_clear */

static void ask_traverse(const type_case *t)
{
    if (t->v.is_gc && t->v.c->flags & IR_C_GC && !t->v.traverse && !t->v.is_open)
        fire_type(t, MOMENT_NO_TRAVERSE, NULL, "in the collector, without tp_traverse");
}

static void ask_visited(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.traverse);
    member *m;
    int n = members_of(t->e, t->v.record, &m);

    if (!fn || !t->v.is_gc || t->traverse.is_opaque || leaves_to_base(t, &t->traverse, CALLS_TRAVERSE))
        return;
    for (int i = 0; i < n; i++)
        if (holding_of(t, &m[i]) == HOLDS_SURELY && !field_is_harmless(t->e, m[i].field, m[i].id) &&
            !(reach_deeds(&t->traverse, m[i].id) & DOES_VISIT) && is_own_member(t, &m[i]))
            fire_field(t, MOMENT_NOT_VISITED, &m[i], fn,
                       field_known(t->e, m[i].id) && field_known(t->e, m[i].id)->holds_containers, "not visited here");
}

static bool is_reassigned(const engine *e, const member *m)
{
    const field_fact *fact = field_known(e, m->id);

    return m->field->is_settable || (fact && fact->is_reassigned);
}

static void ask_cleared(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.clear);
    member *m;
    int n = members_of(t->e, t->v.record, &m);

    if (!fn || !t->v.is_gc || t->clear.is_opaque || leaves_to_base(t, &t->clear, CALLS_CLEAR))
        return;
    for (int i = 0; i < n; i++)
        if (is_reassigned(t->e, &m[i]) && !m[i].field->in_union && !field_is_harmless(t->e, m[i].field, m[i].id) &&
            reach_deeds(&t->traverse, m[i].id) & DOES_VISIT &&
            !(reach_deeds(&t->clear, m[i].id) & (DOES_RELEASE | DOES_EMPTY)) && is_own_member(t, &m[i]))
            fire_field(t, MOMENT_NOT_CLEARED, &m[i], fn, true, "not cleared here");
}

static void ask_type_visited(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.traverse);

    if (fn && t->v.c->flags & IR_C_HEAP && t->v.is_gc && t->e->config->target_minor >= TYPE_VISITED_SINCE &&
        !t->traverse.visits_type && !(t->traverse.calls & CALLS_TRAVERSE) && !t->traverse.is_opaque)
        fire_type(t, MOMENT_TYPE_NOT_VISITED, fn, "the type is not visited here");
}

static void ask_gc(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.dealloc);
    member *m;
    int n = members_of(t->e, t->v.record, &m);

    if (t->v.is_gc || t->v.is_open || t->v.base || t->v.traverse || (t->v.dealloc && !fn))
        return;
    for (int i = 0; i < n; i++)
        if (strcmp(m[i].field->type_name, "PyObject") == 0 && is_reassigned(t->e, &m[i]) &&
            holding_of(t, &m[i]) == HOLDS_SURELY && !field_is_harmless(t->e, m[i].field, m[i].id)) {
            fire_field(t, MOMENT_NO_GC, &m[i], fn, true, "no collector sees the field");
            return;
        }
}

/* ---- modules */

static void ask_state(const type_case *t)
{
    const ir_fn *fn = function_named(t->e, t->v.traverse);
    member *m;
    int n = members_of(t->e, t->v.record, &m);

    if (t->v.traverse && (!fn || t->traverse.is_opaque))
        return;
    for (int i = 0; i < n; i++) {
        const field_fact *fact = field_known(t->e, m[i].id);

        if (!fact || !fact->is_owned || fact->is_borrowed || m[i].field->in_union ||
            field_is_harmless(t->e, m[i].field, m[i].id) || reach_deeds(&t->traverse, m[i].id) & DOES_VISIT)
            continue;
        fire_field(t, MOMENT_STATE_NOT_VISITED, &m[i], fn, true, "not visited");
        if (!fn)
            return; /* once is enough when nothing is visited */
    }
}

/* ---- all of them */

static void ask_all(type_case *t)
{
    t->dealloc = reach_of_slot(t, CALLS_DEALLOC);
    t->traverse = reach_of_slot(t, CALLS_TRAVERSE);
    t->clear = reach_of_slot(t, CALLS_CLEAR);
    if (t->v.c->flags & IR_C_MODULE) {
        ask_state(t);
        return;
    }
    ask_released(t);
    ask_type_released(t);
    ask_untracked(t);
    ask_freed(t);
    ask_freed_at_all(t);
    ask_traverse(t);
    ask_visited(t);
    ask_cleared(t);
    ask_type_visited(t);
    ask_gc(t);
}

void types_prepare(engine *e)
{
    e->types = arena_alloc(e->out, sizeof *e->types);
    fields_scan(e);
}

void types_check(engine *e, engine_result *out)
{
    decide_held_back(e, out);
    for (int i = 0; i < e->unit->nclasses; i++) {
        type_case t = {.e = e, .out = out, .v = type_view_of(e, &e->unit->classes[i])};

        ask_all(&t);
        arena_reset(e->scratch);
    }
    creation_check(e, out);
    methods_check(e, out);
}
