/* What one outcome of a call does to values: the arguments it takes, the places it writes, the result. */
#include "call_int.h"

#include <string.h>

/* ---- out parameters */

static value new_symbol(state *s, uint8_t signs) { return value_sym(state_add_sym(s, SYM_PLAIN, signs)); }

static bool is_address(const state *s, value v)
{
    return v.kind == V_SYM && s->syms[v.sym].kind == SYM_ADDRESS;
}

static int anchor_object(engine *e, state *s, const ir_event *ev, int k)
{
    int obj = arg_object(e, s, ev, k);

    if (obj >= 0 && s->objs[obj].copy_of >= 0) /* a copy's items live on in the original */
        obj = s->objs[obj].copy_of;

    return obj >= 0 && s->objs[obj].origin != ORIGIN_SINGLETON ? obj : -1;
}

static rm_outside outside_of_borrowed(engine *e, state *s, const ir_event *ev, int anchor)
{
    int obj = arg_object(e, s, ev, anchor);

    return obj >= 0 && s->objs[obj].origin == ORIGIN_PARAM ? RM_SOMEBODY : RM_PERHAPS;
}

static void write_new(engine *e, state *s, value to, const char *callee, uint8_t signs)
{
    value v = new_symbol(s, signs);
    const contract *c = called_contract(e);
    rm_outside outside = c && c->effects & FX_HELD ? RM_SOMEBODY : RM_PERHAPS;

    object_make(e, s, v, ORIGIN_NEW, rm_open(1, outside), callee);
    memory_write_through(e, s, to, v);
}

/* What was not passed leaves its variable as it was: NULL as a rule, and then it holds an object or
 * NULL afterwards. Any other default is one way more (add_default). */
static uint8_t signs_of_written(engine *e, state *s, value to, const outcome_arg *a)
{
    value old;

    if (a->optional == OPT_EACH && memory_read_through(e, s, to, &old) && value_is_null(s, old))
        return S_ZERO | S_ABOVE;
    return S_ABOVE;
}

static void write_borrowed(engine *e, state *s, const ir_event *ev, value to, const outcome_arg *a, bool on_loan)
{
    int anchor = a->anchor;
    value v = new_symbol(s, signs_of_written(e, s, to, a));
    int at = anchor_object(e, s, ev, anchor);
    rm_outside outside = outside_of_borrowed(e, s, ev, anchor);
    int obj = object_make(e, s, v, ORIGIN_BORROWED, rm_open(0, outside), ev->callee);

    s->objs[obj].anchor = at;
    s->objs[obj].on_loan = on_loan && loan_is_at_risk(e, s, ev, anchor);
    memory_write_through(e, s, to, v);
}

static void retain_through(engine *e, state *s, value to)
{
    value held;

    if (memory_read_through(e, s, to, &held) && value_object(s, held) >= 0)
        object_retain(e, s, value_object(s, held));
}

static void write_interior(engine *e, state *s, const ir_event *ev, value to, int anchor)
{
    value v = new_symbol(s, S_ANY);

    s->syms[v.sym].anchor = anchor_object(e, s, ev, anchor);
    memory_write_through(e, s, to, v);
}

/* The old reference goes in, a new one comes out. */
static void replace(engine *e, state *s, const ir_event *ev, value to, int k, bool null)
{
    value old;

    if (!memory_read_through(e, s, to, &old))
        return;
    int obj = value_object(s, old);
    if (obj >= 0)
        object_consume(e, s, obj, ev->callee, k);
    if (null)
        memory_write_through(e, s, to, value_const(0));
    else
        write_new(e, s, to, ev->callee, S_ABOVE);
}

/* ---- arguments */

/* What is put into a container lives on in it when nobody else holds it. */
static void note_container(engine *e, state *s, const ir_event *ev, int obj, int k)
{
    int container = k > 0 ? arg_object(e, s, ev, 0) : -1;

    if (container >= 0 && container != obj && s->objs[obj].origin == ORIGIN_NEW)
        s->objs[obj].anchor = container;
}

bool overwrites_slot(const engine *e)
{
    const contract *c = called_contract(e);

    return c && c->pre && strstr(c->pre, "null(slot)");
}

/* An item put into somebody else's tuple may be taken out again before anyone looks. */
static void forgive_exchange(engine *e, state *s, const ir_event *ev, int obj)
{
    int container = overwrites_slot(e) ? arg_object(e, s, ev, 0) : -1;

    if (container >= 0 && s->objs[container].origin != ORIGIN_NEW && s->objs[obj].flags & O_DEBT)
        object_escape(s, obj);
}

static void apply_to_object(engine *e, state *s, const ir_event *ev, int k, int effect)
{
    int obj = arg_object(e, s, ev, k);

    if (obj < 0)
        return;
    switch (effect) {
    case E_RETAIN: object_retain(e, s, obj); break;
    case E_KEEP:
        object_keep(e, s, obj, ev->callee);
        note_container(e, s, ev, obj, k);
        break;
    case E_STEAL:
        object_steal(e, s, obj, ev->callee, k);
        forgive_exchange(e, s, ev, obj);
        note_container(e, s, ev, obj, k);
        break;
    case E_CONSUME: object_consume(e, s, obj, ev->callee, k); break;
    case E_DROP:
        object_release(e, s, obj, ev->callee, k);
        s->objs[obj].flags |= O_STOLEN;
        s->objs[obj].stolen_by = ev->callee;
        break;
    case E_FREE:
    case E_ESCAPE: object_escape(s, obj); break;
    case E_OUT_VALUE:
        if (ev->args[k].as_void) /* handed over as a plain pointer: user data */
            object_escape(s, obj);
        break;
    default: break;
    }
}

static void apply_through_pointer(engine *e, state *s, const ir_event *ev, int k, const outcome *o)
{
    const outcome_arg *a = &o->args[k];
    value to = arg_value(e, s, ev, k);

    if (value_is_null(s, to))
        return;
    switch (a->effect) {
    case E_OUT_NEW: write_new(e, s, to, ev->callee, a->null_ok ? S_ZERO | S_ABOVE : S_ABOVE); break;
    case E_OUT_BORROWED: write_borrowed(e, s, ev, to, a, o->on_loan); break;
    case E_OUT_RETAIN: retain_through(e, s, to); break;
    case E_OUT_INTERIOR: write_interior(e, s, ev, to, a->anchor); break;
    case E_OUT_NULL: memory_write_through(e, s, to, value_const(0)); break;
    case E_INOUT: replace(e, s, ev, to, k, false); break;
    case E_INOUT_NULL: replace(e, s, ev, to, k, true); break;
    case E_ACQUIRE: buffer_acquire(e, s, to, ev->callee, o, a->null_ok); break;
    case E_GIVE_BACK: buffer_give_back(e, s, to, ev->callee, k); break;
    case E_OUT_MEMORY: memory_acquire(e, s, to, ev->callee, o->pair); break;
    case E_OUT_VALUE:
    case E_ESCAPE:
    case E_BORROW:
        if (is_address(s, to))
            memory_invalidate(e, s, to);
        break;
    default: break;
    }
}

/* What was read from memory that is freed now is nobody else's any more. */
static void free_memory(engine *e, state *s, const ir_event *ev, int k)
{
    value v = arg_value(e, s, ev, k);

    for (int i = 0; i < s->ncells && v.kind == V_SYM; i++) {
        int obj = value_object(s, s->cells[i].held);
        if (s->cells[i].base == v.sym && !s->cells[i].written && obj >= 0)
            s->objs[obj].flags |= O_MOVED;
    }
}

void apply_arg(engine *e, state *s, const ir_event *ev, int k, const outcome *o)
{
    if (o->args[k].effect == E_FREE)
        free_memory(e, s, ev, k);
    apply_to_object(e, s, ev, k, o->args[k].effect);
    apply_through_pointer(e, s, ev, k, o);
}

/* What failed and was not noticed is often handed on as NULL, and then that call fails as well. */
bool is_given_null(engine *e, state *s, const ir_event *ev)
{
    for (int k = 0; k < ev->nargs; k++)
        if (ev->args[k].kind == IR_VAR && e->fn->vars[ev->args[k].var].type != IR_INT &&
            value_is_null(s, arg_value(e, s, ev, k)))
            return true;
    return false;
}

/* ---- results */

static uint8_t pointer_signs(const outcome *o)
{
    return o->signs == S_ANY ? S_ABOVE : o->signs;
}

/* A deallocator gives up what its object holds, items of a tuple subclass among it. */
static bool is_own_storage(const engine *e, const state *s, int anchor)
{
    return e->slot && e->slot->duties & DUTY_DROPS && s->objs[anchor].param == 0;
}

static value borrowed_result(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    value v = new_symbol(s, pointer_signs(o));
    rm_outside outside = o->lasting ? RM_SOMEBODY : outside_of_borrowed(e, s, ev, o->arg);
    int anchor = anchor_object(e, s, ev, o->arg);
    int obj = object_make(e, s, v, ORIGIN_BORROWED, rm_open(0, outside), ev->callee);

    s->objs[obj].anchor = anchor;
    s->objs[obj].on_loan = o->on_loan && loan_is_at_risk(e, s, ev, o->arg);
    if (anchor >= 0 && is_own_storage(e, s, anchor))
        object_allow_release(s, obj);
    return v;
}

static rm_outside outside_of_new(const outcome *o)
{
    if (o->lasting)
        return RM_SOMEBODY;
    return o->fresh ? RM_NOBODY : RM_PERHAPS;
}

static bool is_small_number(engine *e, state *s, const ir_event *ev, const contract *c)
{
    if (!c->pre || !strstr(c->pre, "small(0)") || ev->nargs < 1)
        return false;
    value v = arg_value(e, s, ev, 0);
    return v.kind == V_CONST && v.num >= -5 && v.num <= 256;
}

/* The result is a number that exists already, True or False: nothing can go wrong with its count. */
static bool is_immortal_result(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    const contract *c = called_contract(e);

    if (e->config->target_minor < IMMORTAL_SINCE || !c)
        return false;
    return o->kind.type == TYPE_BOOL || is_small_number(e, s, ev, c);
}

static value new_result(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    value v = new_symbol(s, pointer_signs(o));
    origin_kind origin = is_immortal_result(e, s, ev, o) ? ORIGIN_SINGLETON : ORIGIN_NEW;
    int obj = object_make(e, s, v, origin, rm_open(1, outside_of_new(o)), ev->callee);

    if (o->fresh)
        s->objs[obj].flags |= O_FRESH;
    if (o->fresh || o->born)
        s->objs[obj].flags |= O_BORN;
    if (o->believed)
        s->objs[obj].flags |= O_BELIEVED;
    s->objs[obj].kind = o->kind;
    if (called_contract(e) && called_contract(e)->effects & FX_SLOTS)
        slots_note_made(s, v, arg_value(e, s, ev, 0));
    if (o->copies)
        s->objs[obj].copy_of = arg_object(e, s, ev, 0);
    return v;
}

static value unknown_result(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    value v = new_symbol(s, o->signs);

    if (ev->dst < 0 || e->fn->vars[ev->dst].type != IR_OBJ)
        return v;
    if (e->called && e->called->belief == BELIEF_NEW && !callee_summary(e, e->called)) {
        int obj = object_make(e, s, v, ORIGIN_NEW, rm_open(1, RM_PERHAPS), ev->callee);
        s->objs[obj].flags |= O_BELIEVED;
    } else {
        int obj = object_make(e, s, v, ORIGIN_UNKNOWN, rm_open(0, RM_PERHAPS), ev->callee);
        object_allow_release(s, obj);
    }
    return v;
}

static value interior_result(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    value v = new_symbol(s, pointer_signs(o));

    s->syms[v.sym].anchor = anchor_object(e, s, ev, o->arg);
    return v;
}

static value plain_result(state *s, const ir_event *ev, const outcome *o)
{
    if (o->signs == S_MINUS1 && !o->failure)
        return value_const(-1);
    if (o->signs == S_ZERO && !o->failure)
        return value_const(0);
    value v = new_symbol(s, o->signs);
    if (o->failure && !o->misuse)
        s->syms[v.sym].failed = ev->callee;
    return v;
}

static value global_result(engine *e, state *s, const outcome *o)
{
    value v = value_global(s, o->global);

    if (o->result == R_NEW_GLOBAL)
        object_retain(e, s, value_object(s, v));
    else
        s->objs[value_object(s, v)].lent_by = e->event->callee;
    return v;
}

/* The same lookup gives the same pointer each time on a path. */
bool is_lookup(const ir_event *ev, const outcome *o)
{
    return ev->callee && ev->nargs == 1 && !o->failure &&
           (o->result == R_INTERIOR || (o->result == R_BORROWED && o->lasting));
}

int find_lookup(const state *s, const ir_event *ev, value of)
{
    for (int i = 0; i < s->nsyms; i++) {
        const sym *y = &s->syms[i];
        if (y->kind == SYM_EXPR && y->op == IR_CALL && value_same(y->a, of) && strcmp(y->name, ev->callee) == 0)
            return i;
    }
    return -1;
}

static value lookup_result(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    value of = arg_value(e, s, ev, 0);
    int known = find_lookup(s, ev, of);

    if (known >= 0)
        return value_sym(known);
    value v = o->result == R_INTERIOR ? interior_result(e, s, ev, o) : borrowed_result(e, s, ev, o);
    sym *y = &s->syms[v.sym];
    y->kind = SYM_EXPR;
    y->op = IR_CALL;
    y->a = of;
    y->name = ev->callee;
    return v;
}

value result_of_call(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    int obj;

    if (is_lookup(ev, o))
        return lookup_result(e, s, ev, o);
    switch (o->result) {
    case R_GLOBAL:
    case R_NEW_GLOBAL: return global_result(e, s, o);
    case R_NEW: return new_result(e, s, ev, o);
    case R_BORROWED: return borrowed_result(e, s, ev, o);
    case R_INTERIOR: return interior_result(e, s, ev, o);
    case R_UNKNOWN_OBJECT: return unknown_result(e, s, ev, o);
    case R_NEW_ARG:
        obj = arg_object(e, s, ev, o->arg);
        if (obj >= 0)
            object_retain(e, s, obj);
        /* fall through */
    case R_ARG: return o->arg < ev->nargs ? arg_value(e, s, ev, o->arg) : new_symbol(s, S_ANY);
    default: return plain_result(s, ev, o);
    }
}

static bool makes_results(const summary *sum)
{
    for (int i = 0; i < sum->noutcomes; i++)
        if (sum->outcomes[i].result == R_NEW && !sum->outcomes[i].lasting)
            return true;
    return false;
}

/* A function that returns Py_None on some paths and makes its results on others means something by it: they
 * are taken to be something else, as its callers do. A mere lookup may find None too. */
void assume_no_answer(engine *e, state *s, const outcome *o, value v)
{
    const summary *sum = called_contract(e) ? NULL : callee_summary(e, e->called);

    if (!sum || value_object(s, v) < 0 || o->global || !makes_results(sum))
        return;
    for (int i = 0; i < sum->noutcomes; i++)
        if (sum->outcomes[i].global)
            value_assume_other(s, v, value_global(s, sum->outcomes[i].global));
}
