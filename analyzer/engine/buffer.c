/* What a call hands out that is no reference and must be given back by a certain call: a Py_buffer,
 * memory of PyArg_Parse*.
 *
 * A buffer is an object of its own that the view's member `obj` holds, which is what the buffer
 * protocol does with its exporter. So a view that outlives the function keeps it, giving it back twice
 * is harmless, and `if (view.obj)` is answered. Views in arrays are not followed.
 */
#include "engine_int.h"

#include <string.h>

static bool is_array(const engine *e, int var)
{
    const char *type = e->fn->vars[var].type_name;

    return !type || strstr(type, "[]");
}

typedef struct {
    int base;          /* symbol, -1: not followed */
    const char *field; /* path to the view in what base points to, "" for the view itself */
    int var;           /* local variable that is or holds it, -1 */
} view_place;

static int local_of(const state *s, int at)
{
    const sym *y = &s->syms[at];

    return y->kind == SYM_ADDRESS && y->op == IR_P_VAR ? y->var : -1;
}

static view_place find_view(const engine *e, const state *s, value v)
{
    const sym *y = v.kind == V_SYM ? &s->syms[v.sym] : NULL;
    view_place p = {.base = -1, .field = "", .var = -1};

    if (!y)
        return p;
    if (y->kind == SYM_ADDRESS && y->op == IR_P_FIELD && y->a.kind == V_SYM)
        p = (view_place){.base = y->a.sym, .field = y->name};
    else
        p = (view_place){.base = v.sym, .field = ""};
    p.var = local_of(s, p.base);
    if (p.var >= 0 && is_array(e, p.var))
        p.base = -1;
    return p;
}

static const char *member(engine *e, const view_place *p, const char *name)
{
    return *p->field ? arena_printf(e->scratch, "%s.%s", p->field, name) : name;
}

static cell *find_member(engine *e, state *s, const view_place *p, const char *name)
{
    return state_find_cell(s, IR_P_FIELD, p->base, member(e, p, name), (value){0});
}

static void set_member(engine *e, state *s, const view_place *p, const char *name, value v)
{
    cell *c = find_member(e, s, p, name);

    if (!c)
        c = state_add_cell(s, IR_P_FIELD, p->base, "Py_buffer", member(e, p, name), (value){0}, v);
    c->held = v;
    c->written = true;
    c->by = e->event;
}

static int make(engine *e, state *s, value v, const char *callee, const char *pair, const char *text)
{
    int obj = state_add_object(s, v.sym, ORIGIN_NEW, rm_open(1, RM_PERHAPS));
    object *o = &s->objs[obj];

    o->made_by = callee;
    o->made_at = e->event_number;
    o->pair = pair;
    o->flags |= O_NAMED;
    s->has_buffers = true;
    trace_add(e, s, STEP_OWNERSHIP, obj, 1, text, NULL);
    return obj;
}

static void name_view(state *s, int obj, const view_place *p)
{
    if (*p->field)
        s->objs[obj].field = p->field;
    else
        s->objs[obj].name_var = p->var;
}

/* What the view held before is lost when it was not given back. */
static void lose_old(engine *e, state *s, const view_place *p)
{
    cell *c = find_member(e, s, p, "obj");
    int old = c ? value_object(s, c->held) : -1;

    if (old < 0)
        return;
    c->held = (value){0};
    if (s->objs[old].pair)
        object_check_lost(e, s, old, LOST_BY_OVERWRITE, NULL);
}

void buffer_acquire(engine *e, state *s, value view, const char *callee, const outcome *o, bool null_ok)
{
    view_place p = find_view(e, s, view);

    if (p.base < 0 || p.var < 0 || !o->pair) {
        memory_invalidate(e, s, view);
        return;
    }
    lose_old(e, s, &p);
    memory_invalidate(e, s, view);
    value v = value_sym(state_add_sym(s, SYM_PLAIN, null_ok ? S_ZERO | S_ABOVE : S_ABOVE));
    int obj = make(e, s, v, callee, o->pair, "the buffer is acquired");
    name_view(s, obj, &p);
    set_member(e, s, &p, "obj", v);
    if (!null_ok)
        set_member(e, s, &p, "buf", value_sym(state_add_sym(s, SYM_PLAIN, S_ABOVE)));
}

void buffer_give_back(engine *e, state *s, value view, const char *callee, int arg)
{
    view_place p = find_view(e, s, view);
    cell *c = p.base >= 0 ? find_member(e, s, &p, "obj") : NULL;
    int obj = c ? value_object(s, c->held) : -1;

    s->gave_back |= p.var < 0;
    if (c)
        c->held = value_const(0);
    if (obj >= 0)
        object_release(e, s, obj, callee, arg);
}

void buffer_forget(state *s, value pointer)
{
    for (int i = s->ncells - 1; i >= 0 && pointer.kind == V_SYM; i--) {
        const cell *c = &s->cells[i];
        int obj = value_object(s, c->held);
        bool leads_there = c->base == pointer.sym || (c->base >= 0 && s->syms[pointer.sym].kind == SYM_ADDRESS &&
                                                      value_same(s->syms[pointer.sym].a, value_sym(c->base)));
        if (obj >= 0 && s->objs[obj].pair && leads_there)
            object_escape(s, obj);
    }
}

/* `es#` fills memory that the variable points to already. */
static bool points_nowhere(const state *s, int var)
{
    return s->vars[var].kind == V_UNDEF || value_is_null(s, s->vars[var]);
}

void memory_acquire(engine *e, state *s, value to, const char *callee, const char *pair)
{
    int var = to.kind == V_SYM ? local_of(s, to.sym) : -1;

    if (var < 0 || !pair || !points_nowhere(s, var)) {
        memory_invalidate(e, s, to);
        return;
    }
    value v = value_sym(state_add_sym(s, SYM_PLAIN, S_ABOVE));
    make(e, s, v, callee, pair, "memory is allocated");
    memory_write_through(e, s, to, v);
}

/* `z*` of None, or an argument that was left out, fills in nothing: the members that the path found to be
 * zero say so. */
bool buffer_is_absent(const state *s, int obj)
{
    int base = -1;

    for (int i = 0; i < s->ncells; i++)
        if (value_object(s, s->cells[i].held) == obj && !(s->syms[s->cells[i].held.sym].signs & S_ZERO))
            return false;
        else if (value_object(s, s->cells[i].held) == obj)
            base = s->cells[i].base;
    for (int i = 0; i < s->ncells; i++)
        if (s->cells[i].base == base && base >= 0 && !s->cells[i].written && value_is_null(s, s->cells[i].held))
            return true;
    return false;
}
