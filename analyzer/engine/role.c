/* What the interpreter expects of a function: the row of the slot that it stands in.
 *
 * The front end says how a function is reached; the table says what that means.
 */
#include "engine_int.h"

static const char *name_of_init(const ir_fn *fn)
{
    if (fn->ret == IR_INT)
        return "Py_mod_exec";
    return fn->nparams > 0 ? "Py_mod_create" : "PyInit";
}

static const char *name_of_slot(const ir_fn *fn)
{
    if (fn->roles & IR_R_SLOT)
        return fn->slot;
    if (fn->roles & IR_R_METHOD)
        return "PyCFunction";
    if (fn->roles & (IR_R_GETTER | IR_R_SETTER))
        return fn->roles & IR_R_GETTER ? "getter" : "setter";
    return fn->roles & IR_R_INIT ? name_of_init(fn) : NULL;
}

const slot *role_slot(const engine *e, const ir_fn *fn)
{
    const char *name = name_of_slot(fn);

    return name ? slot_find(e->config->contracts, name, e->config->target_minor) : NULL;
}

bool role_owes_new(const engine *e)
{
    contract_ret ret = e->slot ? e->slot->row.ret : RET_VOID;

    return e->fn->ret == IR_OBJ && (ret == RET_NEW || ret == RET_NEW_OR_ARG);
}

bool role_owes_exception(const engine *e)
{
    const contract *c = e->slot ? &e->slot->row : NULL;

    if (!c || c->exc != EXC_SET)
        return false;
    return c->fail == FAIL_NULL ? e->fn->ret == IR_OBJ : c->fail == FAIL_NEG && e->fn->ret == IR_INT;
}

bool role_tells_failure(const engine *e)
{
    const contract *c = e->slot ? &e->slot->row : NULL;

    if (!c || (c->exc != EXC_SET && c->exc != EXC_MAYBE) || role_may_have_exception(e))
        return false;
    return c->fail == FAIL_NULL ? e->fn->ret == IR_OBJ : c->fail == FAIL_NEG && e->fn->ret == IR_INT;
}

bool role_may_have_exception(const engine *e)
{
    return !e->slot || e->fn->ret == IR_VOID || e->slot->duties & DUTY_KEEPS_EXC;
}
