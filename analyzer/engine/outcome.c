/* The ways a call can end: from a contract row, or from what is known of a function without one.
 *
 * A contract gives one outcome for success and, when the call can fail, one for failure. A
 * function nobody described ends in one way and neither frees nor keeps what it is given, unless
 * its name says so or it takes the object as a plain void pointer.
 */
#include "engine_int.h"

#include <string.h>

static outcome blank(int nargs)
{
    outcome o = {.result = R_VALUE, .signs = S_ANY, .arg = -1, .returns = true, .exc = EXC_KEEP};

    o.nargs = nargs < OUTCOME_ARGS ? nargs : OUTCOME_ARGS;
    for (int k = 0; k < OUTCOME_ARGS; k++)
        o.args[k] = (outcome_arg){.effect = E_NONE, .signs = S_ANY, .null_ok = true, .anchor = -1};
    return o;
}

/* ---- results */

static uint8_t success_signs(const contract *c)
{
    switch (c->ret) {
    case RET_STATUS:
        if (c->fail == FAIL_ZERO)
            return S_POSITIVE;
        return c->fail == FAIL_NEG ? S_ZERO : S_ANY;
    case RET_TRI:
        return S_ZERO | S_ONE;
    case RET_VALUE:
        if (c->effects & FX_SIZE)
            return S_ZERO | S_POSITIVE;
        if (c->fail == FAIL_NEG) /* callers take an ambiguous -1 for the error */
            return c->exc == EXC_SET ? S_ZERO | S_POSITIVE : S_ANY & ~S_MINUS1;
        return c->fail == FAIL_ZERO && c->exc == EXC_SET ? S_NONZERO : S_ANY;
    case RET_POINTER:
    case RET_INTERIOR:
        return c->fail == FAIL_NULL || c->fail == FAIL_NEVER ? S_ABOVE : S_ANY;
    default:
        return S_ANY;
    }
}

static void success_result(const contract *c, outcome *o)
{
    o->signs = success_signs(c);
    switch (c->ret) {
    case RET_NEW:
    case RET_NEW_OR_ARG:
        o->result = R_NEW;
        o->fresh = c->ret == RET_NEW && contract_fails_only_for_memory(c);
        o->copies = c->effects & FX_COPIES;
        o->kind = c->kind;
        o->born = c->kind.type != TYPE_UNKNOWN && c->kind.type != TYPE_BOOL; /* True and False are global */
        o->lasting = c->effects & FX_HELD;
        break;
    case RET_NEW_ARG:
        o->result = R_NEW_ARG;
        o->arg = (int8_t)c->ret_arg;
        break;
    case RET_BORROWED:
        o->result = R_BORROWED;
        o->arg = (int8_t)(c->anchor == ANCHOR_ARG ? c->anchor_arg : -1);
        o->lasting = c->anchor == ANCHOR_STATIC || c->anchor == ANCHOR_STATE;
        break;
    case RET_ARG:
        o->result = R_ARG;
        o->arg = (int8_t)c->ret_arg;
        break;
    case RET_INTERIOR:
        o->result = R_INTERIOR;
        o->arg = (int8_t)(c->anchor == ANCHOR_ARG ? c->anchor_arg : -1);
        break;
    default:
        break;
    }
}

static uint8_t failure_signs(const contract *c)
{
    switch (c->fail) {
    case FAIL_NULL:
    case FAIL_ZERO: return S_ZERO;
    case FAIL_NEG: return S_MINUS1;
    default: return S_ANY;
    }
}

/* ---- the exception indicator */

static bool takes_references(const contract *c)
{
    for (int k = 0; k < c->nargs; k++)
        if (c->args[k].code == ARG_STEAL || c->args[k].code == ARG_BORROW)
            return true;
    return false;
}

static uint8_t exception_after_success(const contract *c)
{
    if (c->effects & FX_CLEARS_EXC)
        return takes_references(c) ? EXC_UNKNOWN : EXC_IS_CLEAR;
    if (c->effects & FX_SETS_EXC && c->fail == FAIL_NEVER)
        return EXC_IS_SET;
    return EXC_KEEP;
}

/* PyTuple_GetItem of a tuple at an index that exists: nobody has to test that. */
static bool fails_only_on_misuse(const contract *c)
{
    unsigned other = FX_ALLOCATES | FX_RUNS_CODE | FX_FAILS_OTHERWISE;

    return c->effects & FX_FAILS_ON_MISUSE && !(c->effects & other);
}

static uint8_t exception_after_failure(const contract *c)
{
    if (c->exc == EXC_SET)
        return EXC_IS_SET;
    return c->exc == EXC_MAYBE ? EXC_UNKNOWN : EXC_KEEP;
}

/* ---- arguments */

static const struct { uint8_t success, failure; } arg_effects[] = {
    [ARG_VALUE] = {E_OUT_VALUE, E_OUT_VALUE}, /* only if it is the address of something */
    [ARG_BORROW] = {E_BORROW, E_BORROW},
    [ARG_RETAIN] = {E_RETAIN, E_RETAIN},
    [ARG_KEEP] = {E_KEEP, E_BORROW},
    [ARG_KEEP_MAYBE] = {E_KEEP, E_BORROW},
    [ARG_STEAL] = {E_STEAL, E_DROP},
    [ARG_STEAL_OK] = {E_STEAL, E_BORROW},
    [ARG_INOUT] = {E_INOUT, E_INOUT_NULL},
    [ARG_INOUT_OK] = {E_INOUT, E_NONE},
    [ARG_CLEAR] = {E_INOUT_NULL, E_INOUT_NULL},
    [ARG_OUT_NEW] = {E_OUT_NEW, E_NONE},
    [ARG_OUT_BORROWED] = {E_OUT_BORROWED, E_NONE},
    [ARG_OUT_INTERIOR] = {E_OUT_INTERIOR, E_OUT_VALUE},
    [ARG_OUT_MEMORY] = {E_OUT_MEMORY, E_OUT_VALUE},
    [ARG_OUT_CONVERTED] = {E_OUT_VALUE, E_OUT_VALUE},
    [ARG_OUT_VALUE] = {E_OUT_VALUE, E_OUT_VALUE},
    [ARG_ACQUIRE] = {E_ACQUIRE, E_OUT_VALUE},
    [ARG_RELEASE] = {E_GIVE_BACK, E_GIVE_BACK},
    [ARG_CONSUME] = {E_ESCAPE, E_ESCAPE}, /* what becomes of it is not followed */
    [ARG_CONSUME_OK] = {E_ESCAPE, E_BORROW},
    [ARG_FREE] = {E_FREE, E_FREE},
    [ARG_ARRAY] = {E_NONE, E_NONE},
    [ARG_FORMAT_IN] = {E_NONE, E_NONE},
    [ARG_FORMAT_OUT] = {E_NONE, E_NONE},
    [ARG_FORMAT_TEXT] = {E_NONE, E_NONE},
};

static bool is_format(uint8_t code)
{
    return code == ARG_FORMAT_IN || code == ARG_FORMAT_OUT || code == ARG_FORMAT_TEXT;
}

/* "Absent" and "nothing to fetch" are successes that leave NULL in the out-parameter. */
static bool success_may_leave_null(const contract *c, const contract_arg *a)
{
    return a->null_on_fail && (c->fail == FAIL_NEVER || c->ret == RET_TRI);
}

outcome_arg outcome_arg_of(const contract_arg *a, bool failure)
{
    uint8_t effect = failure ? arg_effects[a->code].failure : arg_effects[a->code].success;
    bool null_ok = a->null_ok && a->code != ARG_OUT_NEW;

    if (a->code == ARG_ACQUIRE)
        null_ok = a->null_on_fail;
    else if (failure && a->null_on_fail)
        effect = E_OUT_NULL;
    return (outcome_arg){.effect = effect, .signs = S_ANY, .null_ok = null_ok, .anchor = a->anchor_arg};
}

static void fill_args(const engine *e, const contract *c, const ir_event *ev, bool failure, outcome *o)
{
    o->pair = c->pair;
    for (int k = 0; k < o->nargs; k++) {
        int row = k < c->nargs ? k : c->variadic ? c->nargs - 1 : -1;
        if (row < 0)
            continue;
        o->args[k] = outcome_arg_of(&c->args[row], failure);
        o->args[k].null_ok |= c->args[row].code == ARG_OUT_NEW && success_may_leave_null(c, &c->args[row]);
        if (k >= c->nargs)
            o->args[k].null_ok = true; /* the list ends with NULL */
    }
    for (int k = 0; k < c->nargs && c->variadic; k++) /* else the arguments are a va_list */
        if (is_format(c->args[k].code))
            format_effects(e, c, ev, k, failure, o);
}

/* ---- outcomes of a contract */

static outcome success(const engine *e, const contract *c, const ir_event *ev)
{
    outcome o = blank(ev->nargs);

    success_result(c, &o);
    o.on_loan = c->effects & FX_LOAN;
    o.exc = exception_after_success(c);
    o.returns = !(c->effects & FX_NORETURN);
    fill_args(e, c, ev, false, &o);
    return o;
}

static outcome failure(const engine *e, const contract *c, const ir_event *ev)
{
    outcome o = blank(ev->nargs);

    o.failure = true;
    o.memory_only = contract_fails_only_for_memory(c);
    o.misuse = fails_only_on_misuse(c);
    o.signs = c->ret == RET_NULL ? S_ZERO : failure_signs(c);
    o.exc = exception_after_failure(c);
    fill_args(e, c, ev, true, &o);
    return o;
}

static bool has_out_reference(const contract *c)
{
    for (int k = 0; k < c->nargs; k++)
        if (c->args[k].code == ARG_OUT_NEW)
            return true;
    return false;
}

/* 1 found, 0 absent: with 0 the out-parameter is NULL. */
static int found_or_absent(outcome *out)
{
    out[1] = out[0];
    out[0].signs = S_ONE;
    out[1].signs = S_ZERO;
    for (int k = 0; k < out[0].nargs; k++)
        if (out[0].args[k].effect == E_OUT_NEW) {
            out[0].args[k].null_ok = false;
            out[1].args[k].effect = E_OUT_NULL;
        }
    return 2;
}

int outcomes_of_contract(const engine *e, const contract *c, const ir_event *ev, outcome *out)
{
    int n = 0;

    if (c->ret != RET_NULL)
        out[n++] = success(e, c, ev);
    if (c->ret == RET_TRI && has_out_reference(c))
        n = found_or_absent(out);
    if (c->ret == RET_NULL || (c->fail != FAIL_NEVER && c->fail != FAIL_OTHER))
        out[n++] = failure(e, c, ev);
    if (c->ret == RET_NULL)
        out[0].failure = false; /* it is what the call is for: not a step worth a line */
    return n;
}

bool contract_fetches_exception(const contract *c)
{
    return c->effects & FX_CLEARS_EXC && c->fail == FAIL_NEVER && has_out_reference(c);
}

int outcomes_of_fetch(const engine *e, const contract *c, const ir_event *ev, exc_state exc, outcome *out)
{
    outcome fetched = success(e, c, ev), nothing = fetched;
    int n = 0;

    fetched.args[0].null_ok = false; /* there always is a type */
    for (int k = 0; k < nothing.nargs; k++)
        if (nothing.args[k].effect == E_OUT_NEW)
            nothing.args[k].effect = E_OUT_NULL;
    if (exc != EXC_IS_CLEAR)
        out[n++] = fetched;
    if (exc != EXC_IS_SET)
        out[n++] = nothing;
    return n;
}

int outcomes_of_query(const engine *e, const contract *c, const ir_event *ev, exc_state exc, outcome *out)
{
    outcome set = success(e, c, ev), clear = failure(e, c, ev);
    int n = 0;

    set.exc = c->effects & FX_CLEARS_EXC ? EXC_IS_CLEAR : EXC_IS_SET;
    clear.exc = EXC_IS_CLEAR;
    clear.failure = false; /* it is an answer */
    if (exc != EXC_IS_CLEAR)
        out[n++] = set;
    if (exc != EXC_IS_SET)
        out[n++] = clear;
    return n;
}

/* ---- functions nobody described */

static const char *const taking_words[] = {
    "steal", "take", "consume", "free", "release", "decref", "unref", "dispose", "destroy",
    "dealloc", "delete", "drop", "cleanup", "transfer", "give", "adopt", "own", "atomic", NULL,
};

static bool name_takes(const char *name)
{
    char lower[128];
    size_t n = 0;

    for (; name && name[n] && n < sizeof lower - 1; n++)
        lower[n] = (char)(name[n] >= 'A' && name[n] <= 'Z' ? name[n] + 32 : name[n]);
    lower[n] = '\0';
    for (int i = 0; taking_words[i]; i++)
        if (strstr(lower, taking_words[i]))
            return true;
    return false;
}

static arg_effect unknown_arg(const ir_event *ev, const ir_decl *decl, int k, bool takes)
{
    if (decl && k < 32 && decl->steals >> k & 1)
        return E_STEAL;
    return takes || ev->args[k].as_void ? E_ESCAPE : E_BORROW;
}

static bool takes_callback(const ir_unit *unit, const ir_event *ev)
{
    for (int k = 0; k < ev->nargs; k++)
        if (ev->args[k].kind == IR_SYMBOL && ir_find_fn(unit, ev->args[k].text))
            return true;
    return false;
}

/* A function of a C library that sees no object knows nothing of exceptions, unless it calls back. */
static bool may_raise(const ir_unit *unit, const ir_event *ev, const ir_decl *decl)
{
    return !decl || takes_callback(unit, ev) || !decl->in_system_header || decl->ret == IR_OBJ ||
           strncmp(decl->name, "Py", 2) == 0 || strncmp(decl->name, "_Py", 3) == 0;
}

int outcomes_of_unknown(const engine *e, const ir_event *ev, const ir_decl *decl, outcome *out)
{
    bool annotated = intent_is_annotated(decl), takes = !annotated && name_takes(ev->callee);

    *out = blank(ev->nargs);
    out->result = R_UNKNOWN_OBJECT;
    out->returns = !(decl && decl->roles & IR_R_NORETURN);
    out->exc = may_raise(e->unit, ev, decl) ? EXC_UNKNOWN : EXC_KEEP;
    out->writes = out->gives_back = true;
    for (int k = 0; k < out->nargs; k++)
        out->args[k].effect = (uint8_t)unknown_arg(ev, decl, k, takes);
    return annotated ? intent_outcomes(decl, out) : 1;
}
