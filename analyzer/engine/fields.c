/* What is learned about fields while the unit's paths are walked.
 *
 * A field owns what it points to when a path ends with a reference that nothing but the field can
 * account for. What was put into it tells whether it can be part of a cycle at all.
 */
#include "types_int.h"

#include <string.h>

/* ---- names */

field_id field_canonical(const ir_unit *unit, const char *record, const char *name)
{
    const ir_record *r = ir_find_record(unit, record);

    for (int i = 0; r && i < r->nfields; i++) {
        const ir_field *f = &r->fields[i];
        size_t n = strlen(f->name);

        if (f->type == IR_AGGREGATE && strncmp(name, f->name, n) == 0 && name[n] == '.')
            return field_canonical(unit, f->type_name, name + n + 1);
    }
    return (field_id){record, name};
}

static field_fact **slot_in_table(const engine *e, field_id id)
{
    uint64_t h = hash_text(hash_text(1, id.record), id.name);

    return &e->types->table[h & 255];
}

field_fact *field_known(const engine *e, field_id id)
{
    for (field_fact *f = *slot_in_table(e, id); f; f = f->next)
        if (strcmp(f->id.name, id.name) == 0 && strcmp(f->id.record, id.record) == 0)
            return f;
    return NULL;
}

static field_fact *field_entry(engine *e, field_id id)
{
    field_fact *f = field_known(e, id);

    if (f)
        return f;
    f = arena_alloc(e->out, sizeof *f);
    f->id = id;
    f->next = *slot_in_table(e, id);
    *slot_in_table(e, id) = f;
    return f;
}

static field_fact *fact_of(engine *e, const ir_place *p)
{
    return field_entry(e, field_canonical(e->unit, p->record, p->field));
}

/* ---- at the end of a path */

static bool begins_with(const char *s, const char *const *starts)
{
    for (int i = 0; starts[i]; i++)
        if (strncmp(s, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/* Of a type whose instances refer to no other object, or do not own it. A class that one call makes
 * whole (an exception) refers to nothing that the program puts there. */
static bool is_atomic(uint8_t type)
{
    switch (type) {
    case TYPE_BOOL:
    case TYPE_BYTEARRAY:
    case TYPE_BYTES:
    case TYPE_COMPLEX:
    case TYPE_FLOAT:
    case TYPE_INT:
    case TYPE_STR:
    case TYPE_TYPE:
    case TYPE_WEAKREF:
        return true;
    default:
        return false;
    }
}

static bool is_plain(const object *o)
{
    return o->origin == ORIGIN_SINGLETON || is_atomic(o->kind.type);
}

/* Anyone may call these on a finished object. */
static bool is_called_later(const ir_fn *fn)
{
    if (fn->roles & (IR_R_METHOD | IR_R_SETTER))
        return true;
    return fn->roles & IR_R_SLOT && fn->slot && strcmp(fn->slot, "tp_new") != 0 &&
           strcmp(fn->slot, "tp_dealloc") != 0 && strcmp(fn->slot, "tp_iter") != 0;
}

static bool is_of_self(const state *s, const cell *c)
{
    int obj = c->base >= 0 ? s->syms[c->base].obj : -1;

    return obj >= 0 && s->objs[obj].origin == ORIGIN_PARAM;
}

static void note_store(engine *e, const state *s, const cell *c, int obj, int result)
{
    const object *o = &s->objs[obj];
    int others = object_edges(s, obj) + (obj == result);
    field_fact *f = field_entry(e, field_canonical(e->unit, c->record, c->field));

    if (o->account.owned <= 0 || o->account.owned < others) {
        f->is_borrowed |= o->origin != ORIGIN_UNKNOWN && !(o->flags & O_ESCAPED);
        return;
    }
    if (!f->is_owned && c->by) {
        f->stored_at = c->by->loc;
        f->stored_in = e->fn->name;
    }
    f->is_owned = true;
    f->holds_containers |= !is_plain(o);
    f->is_reassigned |= is_called_later(e->fn) && is_of_self(s, c) && !is_plain(o);
}

void fields_note_exit(engine *e, const state *s, value returned)
{
    int result = value_object(s, returned);

    if (e->unit->nrecords == 0)
        return;
    for (int i = 0; i < s->ncells; i++) {
        const cell *c = &s->cells[i];
        int obj = value_object(s, c->held);

        if (obj >= 0 && c->written && c->kind == IR_P_FIELD && c->record && cell_outlives(s, c) &&
            ir_find_record(e->unit, c->record))
            note_store(e, s, c, obj, result);
    }
}

/* ---- what needs no paths */

static bool takes_text(const char *f)
{
    static const char *const starts[] = {
        "PyUnicode_AsUTF8", "PyUnicode_GET_", "PyUnicode_GetLength", "PyUnicode_DATA", "PyUnicode_READ",
        "PyUnicode_KIND", "PyUnicode_AsEncoded", "PyUnicode_AS", "PyUnicode_As", "PyBytes_AS_STRING",
        "PyBytes_AsString", "PyBytes_GET_SIZE", "PyBytes_Size", "PyString_A", "PyString_GET",
        "PyLong_As", "PyLong_AS", "PyInt_As", "PyInt_AS", "PyFloat_As", "PyFloat_AS", NULL};

    return begins_with(f, starts);
}

static void note_text(engine *e, const ir_place **loaded, const ir_event *ev)
{
    const ir_place *p;

    if (ev->nargs == 0 || ev->args[0].kind != IR_VAR || !takes_text(ev->callee))
        return;
    p = loaded[ev->args[0].var];
    if (p)
        fact_of(e, p)->is_used_as_text = true;
}

/* A type made from its spec alone has no other base than object. */
static void note_spec(engine *e, const ir_event *ev)
{
    int at = strcmp(ev->callee, "PyType_FromModuleAndSpec") == 0;
    bool is_maker = at || strcmp(ev->callee, "PyType_FromSpec") == 0 ||
                    strcmp(ev->callee, "PyType_FromSpecWithBases") == 0;
    bool has_bases = ev->nargs > at + 1 && !(ev->args[at + 1].kind == IR_CONST && ev->args[at + 1].num == 0);

    if (is_maker && ev->nargs > at && ev->args[at].kind == IR_SYMBOL && !has_bases)
        ARENA_PUSH(e->out, e->types->plain_specs, e->types->nplain_specs, e->types->plain_spec_cap,
                   ev->args[at].text);
}

static void note_call(engine *e, const ir_place **loaded, const ir_event *ev)
{
    if (!ev->callee)
        return;
    note_text(e, loaded, ev);
    note_spec(e, ev);
}

static void note_slot_store(engine *e, const ir_event *ev)
{
    slot_store s = {ev->place.base.text, ev->place.field,
                    ev->a.kind == IR_SYMBOL ? ev->a.text : NULL};

    ARENA_PUSH(e->out, e->types->stores, e->types->nstores, e->types->store_cap, s);
}

/* g_free_group(group) may well call it: who knows what it was registered for. */
static void note_release(engine *e, const ir_fn *fn, const ir_place **loaded, const ir_event *ev)
{
    const ir_place *p = ev->a.kind == IR_VAR ? loaded[ev->a.var] : NULL;

    if (p && fn->roles & IR_R_ADDRESS_TAKEN)
        fact_of(e, p)->is_left_to_callback = true;
}

/* `tmp = self->f; self->f = NULL;`: there was something. */
static bool was_loaded(const ir_fn *fn, const ir_place **loaded, const ir_place *p)
{
    for (int v = 0; v < fn->nvars; v++)
        if (loaded[v] && strcmp(loaded[v]->field, p->field) == 0 && strcmp(loaded[v]->record, p->record) == 0)
            return true;
    return false;
}

static void note_stored(engine *e, const ir_fn *fn, const ir_place **loaded, const ir_event *ev)
{
    bool is_null = ev->a.kind == IR_CONST && ev->a.num == 0;
    field_fact *f = fact_of(e, &ev->place);

    f->is_nulled |= is_null && !was_loaded(fn, loaded, &ev->place);
    f->is_filled |= !is_null;
}

/* Whoever gets the address of a field fills it, unless it is there to be cleared. */
static void note_address_use(engine *e, const ir_place **addressed, const ir_event *ev)
{
    const callee *c = ev->callee ? callee_find(e, ev->callee) : NULL;

    for (int k = 0; k < ev->nargs; k++) {
        const ir_place *p = ev->args[k].kind == IR_VAR ? addressed[ev->args[k].var] : NULL;
        bool clears = c && c->contract && k < c->contract->nargs && c->contract->args[k].code == ARG_CLEAR;
        if (p)
            fact_of(e, p)->is_filled |= !clears;
    }
}

static bool is_slot_store(const ir_event *ev)
{
    return ev->kind == IR_STORE && ev->place.kind == IR_P_FIELD && ev->place.base.kind == IR_SYMBOL &&
           strcmp(ev->place.record, "PyTypeObject") == 0;
}

static void scan_function(engine *e, const ir_fn *fn)
{
    const ir_place **loaded = arena_alloc(e->scratch, sizeof *loaded * (size_t)(fn->nvars + 1));
    const ir_place **addressed = arena_alloc(e->scratch, sizeof *addressed * (size_t)(fn->nvars + 1));

    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++) {
            const ir_event *ev = &fn->blocks[b].events[i];

            if (ev->kind == IR_CALL)
                note_call(e, loaded, ev);
            else if (ev->kind == IR_RELEASE || ev->kind == IR_XRELEASE)
                note_release(e, fn, loaded, ev);
            else if (is_slot_store(ev))
                note_slot_store(e, ev);
            if (ev->kind == IR_STORE && ev->place.kind == IR_P_FIELD)
                note_stored(e, fn, loaded, ev);
            if (ev->kind == IR_CALL)
                note_address_use(e, addressed, ev);
            if (ev->dst >= 0)
                addressed[ev->dst] = ev->kind == IR_ADDR && ev->place.kind == IR_P_FIELD ? &ev->place : NULL;
            if (ev->dst >= 0)
                loaded[ev->dst] = ev->kind == IR_LOAD && ev->place.kind == IR_P_FIELD ? &ev->place : NULL;
        }
    arena_reset(e->scratch);
}

void fields_scan(engine *e)
{
    for (int i = 0; i < e->unit->nfns; i++)
        scan_function(e, e->unit->fns[i]);
}
