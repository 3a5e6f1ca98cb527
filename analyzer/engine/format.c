/* Format strings: what one unit of PyArg_Parse* or Py_BuildValue does to its arguments.
 *
 * Units of PyArg_* hand out borrowed references that live as long as the arguments do; O& calls a
 * converter, whose result is not followed. In Py_BuildValue N gives its reference away, also when
 * the call fails; O keeps a reference of its own.
 */
#include "engine_int.h"

#include <string.h>

typedef struct {
    const char *unit;      /* longest match first */
    arg_effect effects[3]; /* one a C argument, E_NONE ends after `count` */
    int count;
} format_unit;

static const format_unit parse_units[] = {
    {"O!", {E_NONE, E_OUT_BORROWED}, 2},   {"O&", {E_NONE, E_OUT_VALUE}, 2},
    {"O", {E_OUT_BORROWED}, 1},            {"S", {E_OUT_BORROWED}, 1},
    {"U", {E_OUT_BORROWED}, 1},            {"Y", {E_OUT_BORROWED}, 1},
    {"s#", {E_OUT_VALUE, E_OUT_VALUE}, 2}, {"z#", {E_OUT_VALUE, E_OUT_VALUE}, 2},
    {"y#", {E_OUT_VALUE, E_OUT_VALUE}, 2}, {"u#", {E_OUT_VALUE, E_OUT_VALUE}, 2},
    {"t#", {E_OUT_VALUE, E_OUT_VALUE}, 2}, {"w#", {E_OUT_VALUE, E_OUT_VALUE}, 2},
    {"es#", {E_NONE, E_OUT_VALUE, E_OUT_VALUE}, 3}, {"et#", {E_NONE, E_OUT_VALUE, E_OUT_VALUE}, 3},
    {"es", {E_NONE, E_OUT_VALUE}, 2},      {"et", {E_NONE, E_OUT_VALUE}, 2},
    {"s*", {E_OUT_VALUE}, 1}, {"z*", {E_OUT_VALUE}, 1}, {"y*", {E_OUT_VALUE}, 1}, {"w*", {E_OUT_VALUE}, 1},
    {NULL, {E_OUT_VALUE}, 1},
};

static const format_unit build_units[] = {
    {"O&", {E_NONE, E_NONE}, 2}, {"O", {E_KEEP}, 1}, {"S", {E_KEEP}, 1}, {"U", {E_NONE}, 1},
    {"N", {E_CONSUME}, 1},       {"s#", {E_NONE, E_NONE}, 2},  {"z#", {E_NONE, E_NONE}, 2},
    {"y#", {E_NONE, E_NONE}, 2}, {"u#", {E_NONE, E_NONE}, 2},  {"U#", {E_NONE, E_NONE}, 2},
    {NULL, {E_NONE}, 1},
};

static const format_unit *find_unit(const format_unit *table, const char *p)
{
    const format_unit *u = table;

    while (u->unit && strncmp(p, u->unit, strlen(u->unit)) != 0)
        u++;
    return u;
}

static bool is_unit_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Where a format ends: PyArg_* has ":name" and ";message" behind it. */
static bool is_end(char c, bool parse) { return c == '\0' || (parse && (c == ':' || c == ';')); }

static arg_effect effect_of(arg_effect effect, bool parse, bool failure)
{
    if (parse)
        return failure ? E_NONE : effect;
    return failure && effect == E_KEEP ? E_BORROW : effect;
}

static void set_arg(outcome *out, int k, arg_effect effect, int anchor)
{
    if (k >= OUTCOME_ARGS)
        return;
    out->args[k].effect = (uint8_t)effect;
    out->args[k].null_ok = true; /* both families check for NULL themselves */
    out->args[k].anchor = (int8_t)anchor;
    if (k >= out->nargs)
        out->nargs = k + 1;
}

static void escape_rest(const ir_event *ev, int from, outcome *out)
{
    for (int k = from; k < ev->nargs; k++)
        set_arg(out, k, E_ESCAPE, -1);
}

/* PyArg_ParseTupleAndKeywords has the keyword list between the format and the outputs. */
static int first_output(const ir_event *ev, int at)
{
    return at + 1 + (ev->callee && strstr(ev->callee, "Keywords") != NULL);
}

static void text_format(const ir_event *ev, int at, outcome *out)
{
    for (int k = at + 1; k < ev->nargs; k++)
        set_arg(out, k, E_BORROW, -1);
}

/* "(...)" around one unit of PyArg_Parse nests; Py_BuildValue with one unit hands the object out. */
void format_effects(contract_arg_code kind, const ir_event *ev, int at, bool failure, outcome *out)
{
    bool parse = kind == ARG_FORMAT_OUT;
    int k = first_output(ev, at);

    if (kind == ARG_FORMAT_TEXT) {
        text_format(ev, at, out);
        return;
    }
    if (at >= ev->nargs || ev->args[at].kind != IR_STRING) {
        escape_rest(ev, k, out);
        return;
    }
    for (const char *p = ev->args[at].text; !is_end(*p, parse);) {
        if (!is_unit_letter(*p)) {
            p++;
            continue;
        }
        const format_unit *u = find_unit(parse ? parse_units : build_units, p);
        for (int i = 0; i < u->count; i++, k++)
            set_arg(out, k, effect_of(u->effects[i], parse, failure), 0);
        p += u->unit ? (int)strlen(u->unit) : 1;
    }
}
