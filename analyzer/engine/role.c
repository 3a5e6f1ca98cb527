/* What the interpreter expects of a function: the row of the slot that it stands in.
 *
 * The front end says how a function is reached; the table says what that means.
 */
#include "engine_int.h"

#include <string.h>

static const char *name_of_init(const ir_fn *fn)
{
    if (fn->ret == IR_INT)
        return "Py_mod_exec";
    return fn->nparams > 0 ? "Py_mod_create" : "PyInit";
}

enum { M_VARARGS = 1, M_KEYWORDS = 2, M_NOARGS = 4, M_O = 8, M_CALL = 0x28f };

static const char *name_of_flags(int flags)
{
    switch (flags & M_CALL) {
    case M_VARARGS: return "METH_VARARGS";
    case M_VARARGS | M_KEYWORDS: return "METH_KEYWORDS";
    case M_NOARGS: return "METH_NOARGS";
    case M_O: return "METH_O";
    default: return "PyCFunction";
    }
}

/* What its rows say it is called with, when they all say the same. */
static const char *name_of_method(const engine *e, const ir_fn *fn)
{
    const char *name = NULL;

    for (int t = 0; t < e->unit->nmethods; t++)
        for (int i = 0; i < e->unit->methods[t].nrows; i++) {
            const ir_method *row = &e->unit->methods[t].rows[i];

            if (!row->function || strcmp(row->function, fn->name) != 0)
                continue;
            const char *said = row->flags < 0 ? "PyCFunction" : name_of_flags(row->flags);
            name = !name || strcmp(name, said) == 0 ? said : "PyCFunction";
        }
    return name ? name : "PyCFunction";
}

static const char *name_of_slot(const engine *e, const ir_fn *fn)
{
    if (fn->roles & IR_R_SLOT)
        return fn->slot;
    if (fn->roles & IR_R_METHOD)
        return name_of_method(e, fn);
    if (fn->roles & (IR_R_GETTER | IR_R_SETTER))
        return fn->roles & IR_R_GETTER ? "getter" : "setter";
    return fn->roles & IR_R_INIT ? name_of_init(fn) : NULL;
}

const slot *role_slot(const engine *e, const ir_fn *fn)
{
    const char *name = name_of_slot(e, fn);

    return name ? slot_find(e->config->contracts, name, e->config->target_minor) : NULL;
}

bool role_passes_object(const engine *e, int param)
{
    const contract *c = e->slot ? &e->slot->row : NULL;

    return c && param < c->nargs && c->args[param].code == ARG_BORROW && !c->args[param].null_ok;
}

bool role_is_called_so(const engine *e, const state *s)
{
    for (int p = 0; e->slot && p < e->fn->nparams; p++)
        if (slot_has_condition(e->slot, PRE_ABSENT, p) && value_not_null(s, s->params[p]))
            return false;
    return true;
}

bool role_owes_new(const engine *e)
{
    contract_ret ret = e->slot ? e->slot->row.ret : RET_VOID;

    if (e->fn->roles & IR_R_RETURNS_NEW)
        return true;
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
    if (e->fn->roles & (IR_R_SETS_EXCEPTION | IR_R_NEGATIVE_SETS))
        return false;
    return !e->slot || e->fn->ret == IR_VOID || e->slot->duties & DUTY_KEEPS_EXC;
}
