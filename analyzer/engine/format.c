/* Format strings: what the units of PyArg_Parse* or Py_BuildValue do to the arguments.
 *
 * The units are rows of the contract tables. Both families look at NULL themselves only where the
 * unit says so.
 */
#include "engine_int.h"

#include <string.h>

static void set_arg(outcome *out, int k, outcome_arg arg)
{
    if (k >= OUTCOME_ARGS)
        return;
    out->args[k] = arg;
    if (k >= out->nargs)
        out->nargs = k + 1;
}

static void set_rest(const ir_event *ev, int from, arg_effect effect, outcome *out)
{
    for (int k = from; k < ev->nargs; k++)
        set_arg(out, k, (outcome_arg){.effect = (uint8_t)effect, .signs = S_ANY, .null_ok = true, .anchor = -1});
}

/* O&: the row of the converter says what it writes. */
static contract_arg converted(const engine *e, const ir_event *ev, int k)
{
    const ir_operand *converter = k > 0 && k <= ev->nargs ? &ev->args[k - 1] : NULL;
    bool named = converter && converter->kind == IR_SYMBOL;
    const contract *c = named ? contract_find(e->config->contracts, converter->text, e->config->target_minor) : NULL;

    return c && c->nargs >= 2 ? c->args[1] : (contract_arg){.code = ARG_OUT_VALUE, .anchor_arg = -1};
}

/* Argument k of the call is argument i of the unit. A plain value is never written to: units say
 * `o.i` for that. */
static outcome_arg arg_of_unit(const engine *e, const format_unit *u, int i, const ir_event *ev, int k, bool failure)
{
    contract_arg a = u->row.args[i];

    if (a.code == ARG_OUT_CONVERTED)
        a = converted(e, ev, k);
    outcome_arg out = outcome_arg_of(&a, failure);
    if (a.code == ARG_STEAL) /* it goes into a tuple that may be gone when the call returns */
        out.effect = E_CONSUME;
    if (u->row.args[i].code == ARG_VALUE || (failure && u->format == ARG_FORMAT_OUT))
        out.effect = E_NONE;
    return out;
}

/* What a format that is not known gives away or fills escapes; text is only looked at. */
static arg_effect effect_of_unknown(contract_arg_code format)
{
    return format == ARG_FORMAT_TEXT ? E_BORROW : E_ESCAPE;
}

enum { OPTIONAL_ONE_BY_ONE = 3 };

/* Of many, all are passed or none is: else the ways multiply. */
static void tie_optional(outcome *out)
{
    int n = 0;

    for (int k = 0; k < out->nargs; k++)
        n += out->args[k].optional && out->args[k].effect == E_OUT_BORROWED;
    for (int k = 0; k < out->nargs && n > OPTIONAL_ONE_BY_ONE; k++)
        out->args[k].optional *= OPT_TOGETHER;
}

void format_effects(const engine *e, const contract *c, const ir_event *ev, int at, bool failure, outcome *out)
{
    contract_arg_code format = (contract_arg_code)c->args[at].code;
    bool known = at < ev->nargs && ev->args[at].kind == IR_STRING;
    format_reader f = {.table = e->config->contracts, .format = format, .minor = e->config->target_minor,
                       .at = known ? ev->args[at].text : ""};
    const format_unit *u;
    format_step step = FORMAT_UNKNOWN;
    int k = c->nargs;

    while (known && (step = format_next(&f, &u)) == FORMAT_UNIT) {
        out->pair = u->row.pair ? u->row.pair : out->pair;
        for (int i = 0; i < u->row.nargs; i++, k++) {
            outcome_arg arg = arg_of_unit(e, u, i, ev, k, failure);
            arg.null_ok |= arg.effect == E_ACQUIRE && f.optional;
            arg.optional = f.optional ? OPT_EACH : OPT_NO;
            set_arg(out, k, arg);
        }
    }
    tie_optional(out);
    if (step == FORMAT_UNKNOWN)
        set_rest(ev, k, effect_of_unknown(format), out);
}

bool format_hands_on(const engine *e, const contract *c, const ir_event *ev)
{
    bool builds = c->ret == RET_NEW && c->args[0].code == ARG_FORMAT_IN && c->nargs == 1;
    bool known = builds && ev->nargs == 2 && ev->args[0].kind == IR_STRING;
    format_reader f = {.table = e->config->contracts, .format = ARG_FORMAT_IN, .minor = e->config->target_minor,
                       .at = known ? ev->args[0].text : ""};
    const format_unit *u;

    if (!known || strpbrk(f.at, "([{") || format_next(&f, &u) != FORMAT_UNIT || u->row.nargs != 1)
        return false;
    bool is_object = u->row.args[0].code == ARG_KEEP || u->row.args[0].code == ARG_STEAL;
    return is_object && format_next(&f, &u) == FORMAT_END;
}
