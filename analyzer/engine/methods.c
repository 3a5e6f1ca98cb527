/* Method tables: does each row's flag fit the function it names, and does the table end?
 *
 * A function with fewer parameters than it is called with works wherever Python runs on common
 * machines, and is everywhere; only what reads what nobody passed, or loses what was passed, counts.
 */
#include "types_int.h"

#include <string.h>

enum { M_VARARGS = 1, M_KEYWORDS = 2, M_NOARGS = 4, M_O = 8, M_FASTCALL = 0x80, M_METHOD = 0x200 };
enum { M_CALL = M_VARARGS | M_KEYWORDS | M_NOARGS | M_O | M_FASTCALL | M_METHOD };

static const struct {
    int flags, params;
    const char *text;
} conventions[] = {
    {M_VARARGS, 2, "METH_VARARGS"},
    {M_VARARGS | M_KEYWORDS, 3, "METH_VARARGS | METH_KEYWORDS"},
    {M_NOARGS, 2, "METH_NOARGS"},
    {M_O, 2, "METH_O"},
    {M_FASTCALL, 3, "METH_FASTCALL"},
    {M_FASTCALL | M_KEYWORDS, 4, "METH_FASTCALL | METH_KEYWORDS"},
    {M_METHOD | M_FASTCALL | M_KEYWORDS, 5, "METH_METHOD | METH_FASTCALL | METH_KEYWORDS"},
};
enum { NCONVENTIONS = sizeof conventions / sizeof conventions[0] };

/* -1: no calling convention. */
static int convention_of(int flags)
{
    for (int i = 0; i < NCONVENTIONS; i++)
        if (conventions[i].flags == (flags & M_CALL))
            return i;
    return -1;
}

static void fire(engine *e, engine_result *out, const ir_methods *t, const ir_method *row, bool is_certain,
                 const char *text)
{
    rule_moment m = {.kind = MOMENT_METHOD_TABLE, .record = t->name, .text = text, .is_certain = is_certain,
                     .field = row ? row->name ? row->name : row->function : t->name};
    type_evidence why = {.at = row ? row->loc : t->loc};

    types_fire(e, &m, &why, out);
}

static bool uses_param(const ir_event *ev, int param)
{
    for (int i = 0; i < ev->nargs; i++)
        if (ev->args[i].kind == IR_VAR && ev->args[i].var == param)
            return true;
    return (ev->a.kind == IR_VAR && ev->a.var == param) || (ev->b.kind == IR_VAR && ev->b.var == param) ||
           (ev->place.base.kind == IR_VAR && ev->place.base.var == param);
}

/* Does it read what nobody passed? */
static bool uses_params_from(const ir_fn *fn, int first)
{
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++)
            for (int p = first; p < fn->nparams; p++)
                if (uses_param(&fn->blocks[b].events[i], p))
                    return true;
    return false;
}

static bool parses_second(const ir_fn *fn)
{
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++) {
            const ir_event *ev = &fn->blocks[b].events[i];

            if (ev->kind == IR_CALL && ev->callee && strncmp(ev->callee, "PyArg_Parse", 11) == 0 &&
                ev->nargs > 0 && ev->args[0].kind == IR_VAR && ev->args[0].var == 1)
                return true;
        }
    return false;
}

/* Vector calls pass an array and a count where the others pass objects. */
static bool has_wrong_kinds(const ir_fn *fn, int flags)
{
    if (fn->nparams != 3)
        return false;
    return flags & M_FASTCALL ? fn->vars[2].type == IR_OBJ : fn->vars[2].type == IR_INT;
}

static void check_row(engine *e, engine_result *out, const ir_methods *t, const ir_method *row)
{
    const ir_fn *fn = function_named(e, row->function);
    int k;

    if (!fn || fn->nparams == 0 || fn->roles & IR_R_VARIADIC || row->flags < 0)
        return;
    k = convention_of(row->flags);
    if (k < 0 && (row->flags & M_CALL) == 0)
        return; /* METH_OLDARGS of Python 2 */
    if (k < 0)
        fire(e, out, t, row, true, "the flags are no calling convention");
    else if (fn->nparams > conventions[k].params || has_wrong_kinds(fn, row->flags))
        fire(e, out, t, row, uses_params_from(fn, fn->nparams > conventions[k].params ? conventions[k].params : 1),
             arena_printf(e->scratch, "%s() takes %d parameters, %s passes %s", fn->name, fn->nparams,
                          conventions[k].text, fn->nparams == conventions[k].params ? "others" : "fewer"));
    else if (row->flags & M_KEYWORDS && fn->nparams < conventions[k].params)
        fire(e, out, t, row, false,
             arena_printf(e->scratch, "%s() ignores the keyword arguments that %s accepts", fn->name,
                          conventions[k].text));
    else if (row->flags & M_NOARGS && fn->nparams == 2 && parses_second(fn))
        fire(e, out, t, row, true,
             arena_printf(e->scratch, "%s() parses arguments, METH_NOARGS passes NULL", fn->name));
}

static bool is_used_whole(const engine *e, const char *table)
{
    for (int i = 0; i < e->unit->nclasses; i++)
        for (int k = 0; k < e->unit->classes[i].nslots; k++) {
            const char *value = e->unit->classes[i].slots[k].value;

            if (value && strcmp(value, table) == 0)
                return true;
        }
    for (int i = 0; i < e->types->nstores; i++)
        if (e->types->stores[i].value && strcmp(e->types->stores[i].value, table) == 0)
            return true;
    return false;
}

void methods_check(engine *e, engine_result *out)
{
    for (int i = 0; i < e->unit->nmethods; i++) {
        const ir_methods *t = &e->unit->methods[i];

        for (int k = 0; k < t->nrows; k++)
            check_row(e, out, t, &t->rows[k]);
        if (t->is_open && is_used_whole(e, t->name))
            fire(e, out, t, NULL, true, "the row of zeros that ends the table is missing");
    }
    arena_reset(e->scratch);
}
