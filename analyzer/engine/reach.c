/* What a function does to the object it gets, itself and through the functions it calls with it.
 *
 * No paths: what happens on some path counts, and a field may be reached through any pointer. That
 * errs on the side of "it is done", which is what rules about something missing need. A variable
 * stands for everything that was ever put into it; a temporary for the last thing, as several
 * share one.
 */
#include "types_int.h"

#include <string.h>

typedef enum {
    FROM_SELF,    /* the object */
    FROM_PARAM,   /* an argument */
    FROM_FIELD,   /* the value of a field */
    FROM_ADDRESS, /* the address of a field */
    FROM_TYPE,    /* the type of an object */
    FROM_SLOT,    /* a function of a type: name */
} origin_of;

typedef struct source {
    origin_of kind;
    field_id id;      /* FROM_FIELD, FROM_ADDRESS */
    const char *slot; /* FROM_SLOT */
    const struct source *next;
} source;

typedef struct {
    reach *r;
    const ir_fn *fn;
    const source **from; /* of each variable */
    int *set_in;         /* block of the last `set` of each temporary, from 1 */
    int block, fresh;    /* fresh: one after the last variable, for what is being made */
    bool only_sources;   /* the first of two rounds: what variables hold */
} walk;

static void add_function(reach *r, const char *function, unsigned self); /* bit set of arguments */

enum { SLOT_CLEAR = 51, SLOT_DEALLOC = 52, SLOT_TRAVERSE = 71, SLOT_FREE = 74 }; /* Py_tp_clear, ... */

/* ---- where values come from */

static bool same_source(const source *a, const source *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == FROM_SLOT)
        return strcmp(a->slot, b->slot) == 0;
    if (a->kind == FROM_FIELD || a->kind == FROM_ADDRESS)
        return strcmp(a->id.record, b->id.record) == 0 && strcmp(a->id.name, b->id.name) == 0;
    return true;
}

static void add_source(walk *w, int var, source s)
{
    source *made;

    for (const source *at = w->from[var]; at; at = at->next)
        if (same_source(at, &s))
            return;
    made = arena_alloc(w->r->e->scratch, sizeof *made);
    *made = s;
    made->next = w->from[var];
    w->from[var] = made;
}

static const source *sources_of(const walk *w, const ir_operand *o)
{
    return o->kind == IR_VAR ? w->from[o->var] : NULL;
}

static bool comes_from(const walk *w, const ir_operand *o, origin_of kind)
{
    for (const source *s = sources_of(w, o); s; s = s->next)
        if (s->kind == kind)
            return true;
    return false;
}

static void copy_sources(walk *w, int to, const ir_operand *o)
{
    for (const source *s = sources_of(w, o); s; s = s->next)
        add_source(w, to, *s);
}

static const char *slot_numbered(int64_t n)
{
    return n == SLOT_CLEAR      ? "tp_clear"
           : n == SLOT_DEALLOC  ? "tp_dealloc"
           : n == SLOT_TRAVERSE ? "tp_traverse"
           : n == SLOT_FREE     ? "tp_free"
                                : "";
}

/* An element of an array, or what a pointer points to, counts as the field it is reached through. */
static void from_inside(walk *w, const source *base, bool is_address)
{
    for (const source *s = base; s; s = s->next) {
        source inner = {is_address ? FROM_ADDRESS : FROM_FIELD, s->id, NULL, NULL};

        if (s->kind == FROM_PARAM)
            inner.id = (field_id){"", "*"};
        if (inner.id.name)
            add_source(w, w->fresh, inner);
    }
}

static void from_place(walk *w, const ir_event *ev)
{
    const ir_place *p = &ev->place;
    bool is_address = ev->kind == IR_ADDR;

    if (p->kind == IR_P_FIELD && strcmp(p->record, "PyTypeObject") == 0 && !is_address) {
        add_source(w, w->fresh, (source){.kind = FROM_SLOT, .slot = p->field});
    } else if (p->kind == IR_P_FIELD) {
        field_id id = field_canonical(w->r->e->unit, p->record, p->field);
        add_source(w, w->fresh, (source){.kind = is_address ? FROM_ADDRESS : FROM_FIELD, .id = id});
        if (strcmp(id.name, "ob_type") == 0 || strstr(id.name, ".ob_type"))
            add_source(w, w->fresh, (source){.kind = FROM_TYPE});
    } else if (p->kind == IR_P_INDEX || p->kind == IR_P_DEREF) {
        from_inside(w, sources_of(w, &p->base), is_address);
    }
}

static void from_call(walk *w, const ir_event *ev)
{
    const char *f = ev->callee;

    if (!f || ev->dst < 0)
        return;
    if (strcmp(f, "Py_TYPE") == 0 || strcmp(f, "PyObject_Type") == 0)
        add_source(w, w->fresh, (source){.kind = FROM_TYPE});
    else if (strcmp(f, "PyType_GetSlot") == 0 && ev->nargs == 2 && ev->args[1].kind == IR_CONST)
        add_source(w, w->fresh, (source){.kind = FROM_SLOT, .slot = slot_numbered(ev->args[1].num)});
    else if (ev->nargs > 0 && (strcmp(f, "Py_NewRef") == 0 || strcmp(f, "_PyObject_CAST") == 0))
        copy_sources(w, w->fresh, &ev->args[0]);
}

/* The two arms of a condition set one temporary in two blocks. */
static bool joins_arms(walk *w, const ir_event *ev)
{
    bool joins = ev->kind == IR_SET && w->set_in[ev->dst] && w->set_in[ev->dst] != w->block + 1;

    w->set_in[ev->dst] = ev->kind == IR_SET ? w->block + 1 : 0;
    return joins;
}

static void find_sources(walk *w, const ir_event *ev)
{
    if (ev->dst < 0)
        return;

    bool keeps = w->fn->vars[ev->dst].shown || joins_arms(w, ev);

    w->from[w->fresh] = NULL;
    if (ev->kind == IR_SET || ev->kind == IR_ADD)
        copy_sources(w, w->fresh, &ev->a);
    else if (ev->kind == IR_LOAD || ev->kind == IR_ADDR)
        from_place(w, ev);
    else if (ev->kind == IR_CALL)
        from_call(w, ev);
    for (const source *s = keeps ? w->from[ev->dst] : NULL; s; s = s->next)
        add_source(w, w->fresh, *s);
    w->from[ev->dst] = w->from[w->fresh];
}

/* ---- what is done */

static void add_deed(reach *r, field_id id, unsigned deeds)
{
    for (int i = 0; i < r->nfields; i++)
        if (strcmp(r->fields[i].id.name, id.name) == 0 && strcmp(r->fields[i].id.record, id.record) == 0) {
            r->fields[i].deeds |= deeds;
            return;
        }
    ARENA_PUSH(r->e->scratch, r->fields, r->nfields, r->cap, ((field_deed){id, deeds}));
}

static void do_to(walk *w, const ir_operand *o, unsigned deeds)
{
    for (const source *s = sources_of(w, o); s; s = s->next)
        if (s->kind == FROM_FIELD || s->kind == FROM_ADDRESS)
            add_deed(w->r, s->id, deeds);
}

static bool is_type_field(const ir_unit *unit, field_id id)
{
    const ir_record *r = ir_find_record(unit, id.record);
    const ir_field *f = r ? ir_find_field(r, id.name) : NULL;

    return f && strcmp(f->type_name, "PyTypeObject") == 0;
}

static bool is_type(const walk *w, const ir_operand *o)
{
    if (o->kind == IR_SYMBOL)
        return strncmp(o->text, "_Py_", 4) != 0;
    if (o->kind == IR_VAR && w->fn->vars[o->var].shown &&
        strcmp(w->fn->vars[o->var].type_name, "PyTypeObject") == 0)
        return true;
    for (const source *s = sources_of(w, o); s; s = s->next)
        if (s->kind == FROM_TYPE || (s->kind == FROM_FIELD && is_type_field(w->r->e->unit, s->id)))
            return true;
    return false;
}

static void release(walk *w, const ir_operand *o)
{
    do_to(w, o, DOES_RELEASE | DOES_EMPTY);
    w->r->releases_type |= is_type(w, o);
}

static void visit(walk *w, const ir_operand *o)
{
    do_to(w, o, DOES_VISIT);
    w->r->visits_type |= is_type(w, o);
}

static void note_free(walk *w, const char *call, ir_loc at)
{
    if (!w->r->freed_by) {
        w->r->freed_by = call;
        w->r->freed_at = at;
    }
}

/* ---- calls */

static unsigned slot_bit(const char *slot)
{
    return strcmp(slot, "tp_dealloc") == 0    ? CALLS_DEALLOC
           : strcmp(slot, "tp_free") == 0     ? CALLS_FREE
           : strcmp(slot, "tp_clear") == 0    ? CALLS_CLEAR
           : strcmp(slot, "tp_traverse") == 0 ? CALLS_TRAVERSE
                                              : 0;
}

static void call_value(walk *w, const ir_event *ev)
{
    unsigned slots = 0;

    for (const source *s = sources_of(w, &ev->a); s; s = s->next)
        if (s->kind == FROM_SLOT)
            slots |= slot_bit(s->slot);
    w->r->calls |= slots;
    if (slots)
        return;
    w->r->calls |= CALLS_UNKNOWN;
    if (comes_from(w, &ev->a, FROM_PARAM) && ev->nargs > 0) { /* visit(self->field, arg) */
        visit(w, &ev->args[0]);
        return;
    }
    for (int i = 0; i < ev->nargs; i++) {
        do_to(w, &ev->args[i], DOES_ALL);
        w->r->is_opaque |= comes_from(w, &ev->args[i], FROM_SELF);
    }
}

static bool is_about_object(const walk *w, const ir_operand *o)
{
    return comes_from(w, o, FROM_PARAM) || comes_from(w, o, FROM_FIELD) || comes_from(w, o, FROM_ADDRESS) ||
           comes_from(w, o, FROM_TYPE);
}

static void call_inside(walk *w, const ir_event *ev)
{
    bool concerned = ev->nargs == 0;
    unsigned self = 0;

    for (int i = 0; i < ev->nargs; i++) {
        concerned |= is_about_object(w, &ev->args[i]);
        self |= i < 32 && comes_from(w, &ev->args[i], FROM_SELF) ? 1u << i : 0;
        do_to(w, &ev->args[i], DOES_ALL);
    }
    if (concerned)
        add_function(w->r, ev->callee, self);
}

static void call_described(walk *w, const ir_event *ev, const contract *c)
{
    w->r->tracks |= (c->effects & FX_TRACKS) != 0;
    w->r->untracks |= (c->effects & FX_UNTRACKS) != 0;
    for (int i = 0; i < ev->nargs && i < c->nargs; i++) {
        contract_arg_code code = (contract_arg_code)c->args[i].code;

        if (code == ARG_FREE && comes_from(w, &ev->args[i], FROM_SELF))
            note_free(w, ev->callee, ev->loc);
        else if (code == ARG_STEAL || code == ARG_STEAL_OK || code == ARG_CLEAR || code == ARG_INOUT ||
                 code == ARG_INOUT_OK || code == ARG_CONSUME || code == ARG_FREE)
            do_to(w, &ev->args[i], DOES_RELEASE | DOES_EMPTY);
    }
}

static bool is_tracking(const char *f)
{
    return strcmp(f, "_PyObject_GC_TRACK") == 0 || strcmp(f, "PyObject_GC_TRACK") == 0;
}

static bool is_untracking(const char *f)
{
    return strcmp(f, "_PyObject_GC_UNTRACK") == 0 || strcmp(f, "PyObject_GC_UNTRACK") == 0;
}

/* Printing an address is no use of the object. */
static bool only_looks(const walk *w, const ir_event *ev)
{
    const ir_decl *d = ir_find_decl(w->r->e->unit, ev->callee);

    return d && (d->in_system_header || (d->roles & IR_R_VARIADIC && ev->nargs > 0));
}

static void call_outside(walk *w, const ir_event *ev)
{
    for (int i = 0; i < ev->nargs; i++) {
        do_to(w, &ev->args[i], DOES_ALL);
        w->r->is_opaque |= comes_from(w, &ev->args[i], FROM_SELF) && !only_looks(w, ev);
    }
}

static void call_named(walk *w, const ir_event *ev)
{
    callee c = *callee_find(w->r->e, ev->callee);

    if (strcmp(ev->callee, "Py_VISIT") == 0 && ev->nargs > 0)
        visit(w, &ev->args[0]);
    else if (is_tracking(ev->callee))
        w->r->tracks = true;
    else if (is_untracking(ev->callee))
        w->r->untracks = true;
    else if (c.fn >= 0)
        call_inside(w, ev);
    else if (c.contract)
        call_described(w, ev, c.contract);
    else
        call_outside(w, ev);
}

static void find_deeds(walk *w, const ir_event *ev)
{
    if (ev->kind == IR_RELEASE || ev->kind == IR_XRELEASE)
        release(w, &ev->a);
    else if (ev->kind == IR_CALL && ev->callee)
        call_named(w, ev);
    else if (ev->kind == IR_CALL)
        call_value(w, ev);
    if (ev->kind == IR_STORE)
        w->r->keeps_object |= comes_from(w, &ev->a, FROM_SELF);
    if (ev->kind == IR_STORE && ev->place.kind == IR_P_FIELD && ev->a.kind == IR_CONST && ev->a.num == 0)
        add_deed(w->r, field_canonical(w->r->e->unit, ev->place.record, ev->place.field), DOES_EMPTY);
}

reach reach_create(engine *e)
{
    return (reach){.e = e, .seen = arena_alloc(e->scratch, (size_t)e->unit->nfns + 1)};
}

static void walk_events(walk *w)
{
    for (w->block = 0; w->block < w->fn->nblocks; w->block++)
        for (int i = 0; i < w->fn->blocks[w->block].nevents; i++) {
            const ir_event *ev = &w->fn->blocks[w->block].events[i];

            if (!w->only_sources)
                find_deeds(w, ev);
            find_sources(w, ev);
        }
}

static void add_function(reach *r, const char *function, unsigned self)
{
    int index = function && *function ? callee_find(r->e, function)->fn : -1;
    walk w = {.r = r, .only_sources = true};

    if (index < 0 || r->seen[index])
        return;
    r->seen[index] = true;
    w.fn = r->e->unit->fns[index];
    w.fresh = w.fn->nvars;
    w.from = arena_alloc(r->e->scratch, sizeof *w.from * (size_t)(w.fn->nvars + 1));
    w.set_in = arena_alloc(r->e->scratch, sizeof *w.set_in * (size_t)(w.fn->nvars + 1));
    r->is_opaque |= (w.fn->roles & IR_R_PARTIAL) != 0;
    for (int v = 0; v < w.fn->nparams; v++) {
        add_source(&w, v, (source){.kind = FROM_PARAM});
        if (v < 32 && self >> v & 1)
            add_source(&w, v, (source){.kind = FROM_SELF});
    }
    walk_events(&w);
    w.only_sources = false;
    walk_events(&w);
}

void reach_add(reach *r, const char *function)
{
    add_function(r, function, 1);
}

static const char *last_part(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot ? dot + 1 : name;
}

static bool is_of_instances(const ir_unit *unit, const char *record)
{
    for (int i = 0; i < unit->nclasses; i++)
        if (strcmp(unit->classes[i].record, record) == 0)
            return true;
    return false;
}

static int position_of(const ir_unit *unit, field_id id)
{
    const ir_record *r = is_of_instances(unit, id.record) ? ir_find_record(unit, id.record) : NULL;
    const ir_field *f = r ? ir_find_field(r, id.name) : NULL;

    return f ? (int)(f - r->fields) : -1;
}

/* Structs that begin alike are cast to each other: the third object is the third object. */
static bool may_be_same(const reach *r, field_id a, field_id b)
{
    int at = position_of(r->e->unit, a);

    if (strcmp(last_part(a.name), last_part(b.name)) == 0)
        return true;
    return strcmp(a.record, b.record) != 0 && at >= 0 && at == position_of(r->e->unit, b);
}

unsigned reach_deeds(const reach *r, field_id id)
{
    unsigned deeds = 0;

    for (int i = 0; i < r->nfields; i++)
        if (may_be_same(r, r->fields[i].id, id))
            deeds |= r->fields[i].deeds;
    return deeds;
}

bool reach_releases(const reach *r, field_id id)
{
    for (int i = 0; i < r->nfields; i++)
        if (strcmp(r->fields[i].id.name, id.name) == 0 && strcmp(r->fields[i].id.record, id.record) == 0)
            return r->fields[i].deeds & DOES_RELEASE;
    return false;
}
