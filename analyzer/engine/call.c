/* A call on one path: fork over its outcomes, apply each to arguments, result and exception. */
#include "engine_int.h"

#include <string.h>

static value arg_value(engine *e, state *s, const ir_event *ev, int k)
{
    return value_operand(e, s, &ev->args[k]);
}

static int arg_object(engine *e, state *s, const ir_event *ev, int k)
{
    return k >= 0 && k < ev->nargs ? value_object(s, arg_value(e, s, ev, k)) : -1;
}

static const contract *called_contract(const engine *e) { return e->called ? e->called->contract : NULL; }

const summary *callee_summary(const engine *e, const callee *c)
{
    const summary *sum = !c ? NULL : c->fn >= 0 ? &e->summaries[c->fn] : c->import >= 0 ? e->imports[c->import].sum : NULL;

    return sum && sum->known ? sum : NULL;
}

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

static bool overwrites_slot(const engine *e)
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

static void apply_arg(engine *e, state *s, const ir_event *ev, int k, const outcome *o)
{
    if (o->args[k].effect == E_FREE)
        free_memory(e, s, ev, k);
    apply_to_object(e, s, ev, k, o->args[k].effect);
    apply_through_pointer(e, s, ev, k, o);
}

/* What failed and was not noticed is often handed on as NULL, and then that call fails as well. */
static bool is_given_null(engine *e, state *s, const ir_event *ev)
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
static bool is_lookup(const ir_event *ev, const outcome *o)
{
    return ev->callee && ev->nargs == 1 && !o->failure &&
           (o->result == R_INTERIOR || (o->result == R_BORROWED && o->lasting));
}

static int find_lookup(const state *s, const ir_event *ev, value of)
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

static value result_of(engine *e, state *s, const ir_event *ev, const outcome *o)
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
static void assume_no_answer(engine *e, state *s, const outcome *o, value v)
{
    const summary *sum = called_contract(e) ? NULL : callee_summary(e, e->called);

    if (!sum || value_object(s, v) < 0 || o->global || !makes_results(sum))
        return;
    for (int i = 0; i < sum->noutcomes; i++)
        if (sum->outcomes[i].global)
            value_assume_other(s, v, value_global(s, sum->outcomes[i].global));
}

/* ---- one outcome */

/* Behind a function that is not known to take signed numbers, -1 is a large one. */
static bool is_small(const engine *e, const state *s, value v)
{
    uint8_t small = called_contract(e) ? S_MINUS1 | S_ZERO | S_ONE : S_ZERO | S_ONE;

    if (v.kind == V_CONST)
        return v.num >= (called_contract(e) ? -5 : 0) && v.num <= 256;
    return !(value_signs(s, v) & ~small);
}

static bool is_possible(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    if ((o->with_exc && s->exc == EXC_IS_CLEAR) || (o->without_exc && s->exc == EXC_IS_SET && !s->exc_doubted))
        return false;
    for (int k = 0; k < o->nargs && k < ev->nargs; k++) {
        value v = arg_value(e, s, ev, k);
        if (!(value_signs(s, v) & o->args[k].signs) || (o->args[k].is_large && is_small(e, s, v)))
            return false;
    }
    return true;
}

/* A parameter that is given on: what holds for it holds for the caller's argument. */
static void assume_large(const engine *e, state *s, value v)
{
    for (int p = 0; p < e->fn->nparams && p < 64; p++)
        if (v.kind == V_SYM && value_same(s->params[p], v))
            s->large |= 1ull << p;
}

static void note_failure(engine *e, state *s, const outcome *o)
{
    const char *how = o->signs == S_ZERO ? "fails: NULL" : o->signs == S_MINUS1 ? "fails: -1" : "fails";
    trace *t = trace_add(e, s, STEP_CALL_OUTCOME, -1, 0, how, NULL);

    t->failure = true;
    t->memory = o->memory_only;
    t->failures++;
    t->memory_failures += o->memory_only;
    t->misuses += o->misuse;
    s->failures++;
}

/* PyErr_NoMemory: the code itself says what the failure was. */
static void note_memory(engine *e, state *s)
{
    trace *t = trace_add(e, s, STEP_CALL_OUTCOME, -1, 0, "out of memory", NULL);

    t->failure = t->memory = true;
    t->failures++;
    t->memory_failures++;
}

static bool is_described(const outcome *o, int k)
{
    return k < o->nargs && o->args[k].effect >= E_OUT_NEW && o->args[k].effect <= E_INOUT_NULL;
}

/* What an object holds is taken to stay: most functions that get one only read it. */
static bool is_foreign_pointer(const state *s, value v)
{
    return v.kind == V_SYM && value_object(s, v) < 0 && !is_local_address(s, v.sym);
}

static void invalidate_reachable(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    for (int k = 0; k < ev->nargs; k++)
        if (!is_described(o, k)) {
            value v = arg_value(e, s, ev, k);
            s->wrote_memory |= is_foreign_pointer(s, v);
            memory_invalidate(e, s, v);
        }
}

bool call_may_run_code(const engine *e, const callee *c)
{
    const summary *sum = callee_summary(e, c);

    if (c && c->contract)
        return c->contract->effects & FX_RUNS_CODE;
    return !sum || sum->may_run_code;
}

static void forget_absent_fields(engine *e, state *s, const ir_event *ev)
{
    for (int k = 0; k < ev->nargs && call_may_run_code(e, e->called); k++)
        if (ev->args[k].kind == IR_VAR)
            memory_forget_absent(s, arg_value(e, s, ev, k));
}

static void forget_buffers(engine *e, state *s, const ir_event *ev)
{
    s->gave_back = true;
    for (int k = 0; k < ev->nargs && s->has_buffers; k++)
        buffer_forget(s, arg_value(e, s, ev, k));
}

static void lose_unused_result(engine *e, state *s, value v, const char *callee)
{
    int obj = value_object(s, v);

    if (obj >= 0 && s->objs[obj].origin == ORIGIN_NEW)
        object_check_lost(e, s, obj, LOST_UNNAMED, callee);
}

/* A macro that overwrites a slot does not release what was there: what was read from the container
 * before may be released now. */
static void free_old_items(engine *e, state *s, const ir_event *ev)
{
    int container = overwrites_slot(e) ? arg_object(e, s, ev, 0) : -1;

    for (int i = 0; i < s->nobjs && container >= 0; i++) {
        const object *o = &s->objs[i];
        if (o->anchor == container && o->origin == ORIGIN_BORROWED && !(o->flags & O_ALLOWED))
            object_allow_release(s, i);
    }
}

/* A PyTypeObject answers itself; a class of Python code may have __instancecheck__. */
static bool is_asked_of_class(const engine *e, const ir_event *ev, const contract *c)
{
    for (int k = 0; k < ev->nargs; k++) {
        const ir_operand *o = &ev->args[k];
        const char *type = o->kind == IR_VAR ? e->fn->vars[o->var].type_name : NULL;
        bool is_class = o->kind == IR_SYMBOL || (type && strcmp(type, "PyTypeObject") == 0);
        if (is_class && contract_has_condition(c, PRE_CLASS, k))
            return true;
    }
    return false;
}

/* PyUnicode_FromString("name") fails for lack of memory only, as the text is good, and PyObject_IsTrue
 * of a number does not fail. */
static bool is_remote_failure(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    const contract *c = called_contract(e);
    if (c && is_asked_of_class(e, ev, c))
        return true;
    bool of_text = c && c->effects & FX_FAILS_OTHERWISE && !(c->effects & FX_RUNS_CODE);

    if (o->memory_only || o->misuse || (c && c->effects & FX_CALLS_BACK && !loan_brings_code(e, s, ev)))
        return true;
    return of_text && ev->nargs > 0 && ev->args[0].kind == IR_STRING;
}

/* What is no number makes -1 an error: it has to be asked for. */
static bool stands_for_error(engine *e, state *s, const ir_event *ev)
{
    const contract *c = called_contract(e);
    int obj = arg_object(e, s, ev, 0);

    if (!c || c->exc != EXC_MAYBE || c->fail != FAIL_NEG || !(c->effects & FX_RUNS_CODE) || obj < 0)
        return false;
    if (ev->dst < 0 || e->fn->vars[ev->dst].type != IR_INT || !e->slot || s->objs[obj].param == 0)
        return false; /* fractions are not followed, and what self is was checked by the interpreter */
    return s->objs[obj].kind.type == TYPE_UNKNOWN && s->objs[obj].asked == TYPE_UNKNOWN;
}

/* `if (PyErr_Occurred())` at the start of a helper asks about its caller. */
static void note_found(const engine *e, state *s, const outcome *o)
{
    if (called_contract(e) && called_contract(e)->effects & FX_ASKS && !s->exc_changed)
        s->exc_found = o->signs == S_ZERO ? FOUND_NOTHING : FOUND_EXCEPTION;
}

/* A call that perhaps sets an exception is not taken to clear one, but it may. */
static void note_exception(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    if (s->exc == EXC_IS_SET)
        s->exc_doubted |= o->exc == EXC_UNKNOWN || is_given_null(e, s, ev);
    if (o->exc == EXC_KEEP || (o->exc == EXC_UNKNOWN && s->exc == EXC_IS_SET))
        return;
    s->exc_likely = o->failure && o->exc == EXC_UNKNOWN && stands_for_error(e, s, ev);
    s->exc = o->exc;
    s->exc_doubted = o->exc_doubted || (o->failure && is_remote_failure(e, s, ev, o));
    bool asks = called_contract(e) && called_contract(e)->effects & FX_ASKS;
    s->exc_by = asks ? NULL : ev->callee;
    s->exc_at = asks || o->failure ? NULL : e->event;
    s->exc_changed = true;
}

static void note_lock(const engine *e, state *s)
{
    const contract *c = called_contract(e);

    if (c && c->effects & FX_LOCKS)
        s->locks++;
    else if (c && c->effects & FX_UNLOCKS && s->locks > 0)
        s->locks--;
}

static void apply_outcome(engine *e, state *s, const ir_event *ev, const outcome *o)
{
    if (o->failure)
        note_failure(e, s, o);
    else if (o->memory_only)
        note_memory(e, s);
    if (o->writes) {
        invalidate_reachable(e, s, ev, o);
        s->wrote_memory = true;
    }
    if (o->gives_back)
        forget_buffers(e, s, ev);
    forget_absent_fields(e, s, ev);
    free_old_items(e, s, ev);
    slots_step(e, s, ev);
    module_add_note(e, s, ev, o->failure);
    for (int k = 0; k < o->nargs && k < ev->nargs; k++) {
        if (o->args[k].signs != S_ANY)
            value_assume_signs(s, arg_value(e, s, ev, k), o->args[k].signs);
        if (o->args[k].is_large)
            assume_large(e, s, arg_value(e, s, ev, k));
        apply_arg(e, s, ev, k, o);
    }
    value v = result_of(e, s, ev, o);
    assume_no_answer(e, s, o, v);
    note_found(e, s, o);
    note_exception(e, s, ev, o);
    note_lock(e, s);
    loan_note_code(e, s, ev);
    if (ev->dst >= 0)
        memory_assign(e, s, ev->dst, v);
    else
        lose_unused_result(e, s, v, ev->callee);
    loan_check_call(e, s, ev, v);
    s->stopped |= !o->returns;
}

/* ---- before the call */

static bool needs_object(int effect)
{
    return effect == E_BORROW || effect == E_RETAIN || effect == E_KEEP || effect == E_STEAL ||
           effect == E_DROP;
}

/* What comes after has seen an object: the caller of this function must not have passed NULL. */
static void assume_object(engine *e, state *s, value v)
{
    for (int k = 0; k < e->fn->nparams && k < 64; k++)
        if (value_same(s->params[k], v) && value_signs(s, v) & S_ZERO)
            e->ways.unchecked |= 1ull << k;
    value_assume_signs(s, v, S_NONZERO);
}

/* Objects handed over must be alive, and not NULL where that is not allowed. */
static void check_args(engine *e, state *s, const ir_event *ev, const outcome *o, bool described)
{
    for (int k = 0; k < ev->nargs && k < o->nargs && !s->stopped; k++) {
        value v = arg_value(e, s, ev, k);
        const outcome_arg *a = &o->args[k];
        if (described && needs_object(a->effect) && !a->null_ok && value_is_null(s, v) && a->signs == S_ANY)
            null_use(e, s, v, ev->callee, k);
        else if (a->effect != E_STEAL && a->effect != E_DROP && a->effect != E_CONSUME)
            pointer_use(e, s, v, ev->callee, k);
        if (described && needs_object(a->effect) && !a->null_ok && v.kind == V_SYM)
            assume_object(e, s, v);
    }
}

/* The callee uses what it gets there without a look, whichever way it goes. */
static void refuse_null(engine *e, state *s, const ir_event *ev)
{
    const summary *sum = callee_summary(e, e->called);

    for (int k = 0; sum && k < ev->nargs && k < OUTCOME_ARGS && !s->stopped; k++) {
        bool allowed = !value_is_null(s, arg_value(e, s, ev, k));
        for (int i = 0; i < sum->noutcomes; i++)
            allowed |= k >= sum->outcomes[i].nargs || sum->outcomes[i].args[k].null_ok;
        if (!allowed)
            null_use(e, s, arg_value(e, s, ev, k), ev->callee, k);
    }
}

/* Some calls check at their end that the exception is theirs. */
static void check_pending(engine *e, state *s, const ir_event *ev)
{
    const contract *c = called_contract(e);
    rule_moment m = {.call = ev->callee};

    if (s->exc != EXC_IS_SET || s->exc_doubted || !c || !contract_has_condition(c, PRE_NO_EXCEPTION, -1) ||
        is_given_null(e, s, ev))
        return;
    pending_fire(e, s, &m, "called with an exception set");
    s->exc_doubted = true; /* once is enough */
}

static void mark_passed(engine *e, state *s, const ir_event *ev)
{
    for (int k = 0; k < ev->nargs; k++) {
        int obj = arg_object(e, s, ev, k);
        if (obj >= 0)
            s->objs[obj].flags |= O_PASSED;
    }
}

/* ---- choosing outcomes */

static bool result_is_used(const engine *e, const ir_event *ev)
{
    if (ev->dst < 0)
        return false;
    for (const int *v = e->flow->dying[e->event_number]; v && *v >= 0; v++)
        if (*v == ev->dst)
            return false;
    return true;
}

/* Small numbers and the empty tuple exist already: making one cannot fail, nor can handing an object on. */
static void narrow_failure(const engine *e, const contract *c, const ir_event *ev, outcome *out, int n)
{
    if (n < 2)
        return;
    if (c->pre && strstr(c->pre, "zero(0)"))
        out[n - 1].args[0].signs = S_POSITIVE;
    out[n - 1].args[0].is_large = c->pre && strstr(c->pre, "small(0)");
    if (format_hands_on(e, c, ev))
        out[n - 1].args[1].signs = S_ZERO;
}

/* What a lookup found once it finds again: a str keeps its UTF-8 form. */
static int drop_second_failure(engine *e, state *s, const ir_event *ev, const outcome *out, int n)
{
    bool again = n == 2 && out[1].failure && is_lookup(ev, &out[0]) && find_lookup(s, ev, arg_value(e, s, ev, 0)) >= 0;

    return again ? 1 : n;
}

enum { FAILURES_IN_A_ROW = 2 };

/* Failure is left out where nobody looks at the result, and where so many calls in a row failed
 * untested already that one more shows nothing new (it would double the paths each time). */
static int keep_visible(const engine *e, const state *s, const ir_event *ev, const outcome *out, int n)
{
    if (n < 2 || !out[n - 1].failure)
        return n;
    return result_is_used(e, ev) && s->failures < FAILURES_IN_A_ROW ? n : n - 1;
}

/* PyList_Check of what PyTuple_New made. */
static int answer_type_check(engine *e, state *s, const ir_event *ev, outcome *out, int n)
{
    int obj = e->called->asks_type && n == 1 ? arg_object(e, s, ev, 0) : -1;
    if (obj >= 0)
        s->objs[obj].asked = e->called->asked.type;
    int answer = obj >= 0 ? contract_type_answer(s->objs[obj].kind, e->called->asked) : -1;

    if (answer >= 0)
        out[0].signs = answer ? S_POSITIVE : S_ZERO;
    return n;
}

/* The call succeeded and nothing behind "|" was passed. */
static bool without_optional(engine *e, state *s, const ir_event *ev, const outcome *given, outcome *out)
{
    bool differs = false;

    *out = *given;
    for (int k = 0; k < out->nargs && k < ev->nargs; k++) {
        outcome_arg *a = &out->args[k];
        value old;
        if (!a->optional || !memory_read_through(e, s, arg_value(e, s, ev, k), &old))
            continue;
        differs |= a->effect == E_OUT_BORROWED && (a->optional == OPT_TOGETHER || value_object(s, old) >= 0);
        a->effect = E_NONE;
    }
    return differs;
}

static int add_default(engine *e, state *s, const ir_event *ev, outcome *out, int n)
{
    outcome unset;

    if (n < 1 || n >= OUTCOMES_MAX || out[0].failure || !without_optional(e, s, ev, &out[0], &unset))
        return n;
    out[n] = out[n - 1]; /* the failure stays the last one */
    out[n > 1 ? n - 1 : n] = unset;
    return n + 1;
}

static int contract_outcomes(engine *e, state *s, const ir_event *ev, const contract *c, outcome *out)
{
    if (c->effects & FX_ASKS)
        return outcomes_of_query(e, c, ev, (exc_state)s->exc, out);
    if (contract_fetches_exception(c))
        return outcomes_of_fetch(e, c, ev, (exc_state)s->exc, out);
    int n = answer_type_check(e, s, ev, out, outcomes_of_contract(e, c, ev, out));
    narrow_failure(e, c, ev, out, n);
    n = drop_second_failure(e, s, ev, out, n);
    n = keep_visible(e, s, ev, out, n);
    return add_default(e, s, ev, out, n);
}

static int choose_outcomes(engine *e, state *s, const ir_event *ev, outcome *out, bool *described)
{
    const contract *c = called_contract(e);
    const summary *sum = callee_summary(e, e->called);

    *described = true;
    if (c)
        return contract_outcomes(e, s, ev, c, out);
    if (sum) {
        memcpy(out, sum->outcomes, sizeof *out * (size_t)sum->noutcomes);
        return sum->noutcomes;
    }
    const ir_decl *decl = ev->callee ? intent_decl(e, e->called) : NULL;
    *described = intent_is_annotated(decl);
    return keep_visible(e, s, ev, out, outcomes_of_unknown(e, ev, decl, out));
}

static int drop_impossible(engine *e, state *s, const ir_event *ev, outcome *out, int n)
{
    int kept = 0;

    for (int i = 0; i < n; i++)
        if (is_possible(e, s, ev, &out[i]))
            out[kept++] = out[i];
    return kept;
}

/* What an argument may have been is the same question for ways that do the same to it. */
static void widen_args(outcome *a, outcome *b)
{
    for (int i = 0; i < a->nargs && i < b->nargs; i++) {
        outcome_arg *p = &a->args[i], *q = &b->args[i];
        if (p->effect != q->effect)
            continue;
        p->signs = q->signs |= p->signs;
        p->null_ok = q->null_ok |= p->null_ok;
        p->is_large = q->is_large &= p->is_large;
    }
}

/* What failed unseen did so in the eyes of the callee only: its author knows better. */
static void doubt_unseen(const engine *e, const ir_event *ev, outcome *out, int n)
{
    bool unseen = n > 1 && !result_is_used(e, ev);

    for (int i = 0; i < n && unseen; i++)
        out[i].exc_doubted |= out[i].exc == EXC_IS_SET;
}

/* Ways to end that nobody can tell apart, because the result is not looked at, are one way. */
static int merge_unseen(const engine *e, const ir_event *ev, outcome *out, int n)
{
    int kept = 0;

    if (n < 2 || result_is_used(e, ev))
        return n;
    for (int i = 0; i < n; i++) {
        outcome o = out[i];
        bool merged = false;
        if (o.result == R_VALUE)
            o.signs = S_ANY, o.failure = o.memory_only = false;
        for (int k = 0; k < kept && !merged; k++) {
            uint8_t exc = out[k].exc == o.exc ? o.exc : EXC_UNKNOWN;
            outcome a = out[k];
            outcome b = o;
            a.exc = o.exc;
            a.exc_doubted = b.exc_doubted |= a.exc_doubted;
            widen_args(&a, &b);
            merged = memcmp(&a, &b, sizeof b) == 0;
            if (merged) {
                out[k] = a;
                out[k].exc = exc;
            }
        }
        if (!merged)
            out[kept++] = o;
    }
    return kept;
}

/* Py_TYPE(x) reads a field of x: an instance of a heap type holds a reference to its type. */
static bool step_field_of(engine *e, state *s, const ir_event *ev)
{
    const contract *c = called_contract(e);

    if (!c || !(c->effects & FX_FIELD) || ev->dst < 0 || ev->nargs != 1)
        return false;
    ir_place p = {.kind = IR_P_FIELD, .base = ev->args[0], .record = "PyObject", .field = c->field};
    value v = memory_load(e, s, &p, IR_OBJ);
    value_assume_signs(s, v, S_ABOVE);
    memory_assign(e, s, ev->dst, v);
    return true;
}

/* The struct whose member `field` holds v, NULL when that is not known. */
static const char *record_that_holds(const state *s, value v, const char *field)
{
    for (int i = 0; i < s->ncells; i++)
        if (s->cells[i].kind == IR_P_FIELD && value_same(s->cells[i].held, v) && strcmp(s->cells[i].field, field) == 0)
            return s->cells[i].record;
    return NULL;
}

/* A call through a member does what a row says: that of a slot, p->tp_iter(x), or that of a function
 * in a table, PyDateTimeAPI->Date_FromDate(...). */
static const callee *called_member(engine *e, state *s, const ir_event *ev)
{
    value v = value_operand(e, s, &ev->a);
    const char *field = v.kind == V_SYM && s->syms[v.sym].kind == SYM_PLAIN ? s->syms[v.sym].name : NULL;
    const callee *slot = field ? callee_find_slot(e, field) : NULL;
    const char *record = field && !slot ? record_that_holds(s, v, field) : NULL;

    return record ? callee_find_member(e, record, field) : slot;
}

/* Headers substitute names: _PyArg_ParseTuple_SizeT is shown as PyArg_ParseTuple. */
static ir_event with_known_name(engine *e, state *s, const ir_event *ev)
{
    ir_event named = *ev;

    e->called = ev->callee ? callee_find(e, ev->callee) : called_member(e, s, ev);
    if (called_contract(e))
        named.callee = called_contract(e)->name;
    return named;
}

void step_call(engine *e, state *s, const ir_event *written)
{
    ir_event named = with_known_name(e, s, written);
    const ir_event *ev = &named;
    outcome out[OUTCOMES_MAX];
    bool described;

    if (step_field_of(e, s, ev))
        return;
    int n = choose_outcomes(e, s, ev, out, &described);
    n = merge_unseen(e, ev, out, drop_impossible(e, s, ev, out, n));
    if (n == 0) {
        refuse_null(e, s, ev);
        s->stopped = true;
        return;
    }
    doubt_unseen(e, ev, out, n);
    check_args(e, s, ev, &out[0], described);
    check_pending(e, s, ev);
    if (s->stopped)
        return;
    if (!described)
        mark_passed(e, s, ev);
    if (!result_is_used(e, ev))
        module_add_unchecked(e, s, ev);
    for (int i = 1; i < n; i++) {
        state *t = state_fork(e->fn, s);
        apply_outcome(e, t, ev, &out[i]);
        t->next = e->forks;
        e->forks = t;
    }
    apply_outcome(e, s, ev, &out[0]);
}
