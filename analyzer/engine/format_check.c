/* Does a format string fit what is passed behind it: how many, of which C types, with which keyword list?
 *
 * No path is needed: every call is looked at once. Of a call only the first fault is told, because
 * what follows it is shifted. Sizes are those of the front end's target; two types of the same size
 * are taken to be the same.
 */
#include "engine_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- C types, as ir_passed writes them and as the rows do */

typedef struct {
    char what; /* a letter of ir_passed */
    int size, stars;
} c_type;

static c_type type_passed(const char *text)
{
    c_type t = {.what = *text};

    t.size = atoi(text + 1);
    t.stars = (int)strspn(text + 1 + strspn(text + 1, "0123456789"), "*");
    return t;
}

static const struct {
    const char *name;
    char what;
    int size;
} names[] = {
    {"char", 'i', 1}, {"short", 'i', 2}, {"int", 'i', 4}, {"long", 'i', 8}, {"long long", 'i', 8},
    {"Py_ssize_t", 'i', 8}, {"size_t", 'i', 8}, {"intmax_t", 'i', 8}, {"uintmax_t", 'i', 8}, {"ptrdiff_t", 'i', 8},
    {"wchar_t", 'i', 4}, {"Py_UNICODE", 'i', 4}, {"float", 'f', 4}, {"double", 'f', 8}, {"void", 'v', 0},
    {"Py_buffer", 's', 0}, {"Py_complex", 's', 0}, {"PyObject", 'o', 0}, {"PyTypeObject", 'o', 0},
    {"PyBytesObject", 'o', 0}, {"PyByteArrayObject", 'o', 0}, {"converter", 'F', 0}, {"PyObject *(*)(void *)", 'F', 0},
};

static const char *without_qualifiers(const char *text)
{
    static const char *const words[] = {"const ", "unsigned "};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(text, words[i], strlen(words[i])) == 0)
            text += strlen(words[i]);
    return text;
}

static c_type type_wanted(const char *text)
{
    const char *base = without_qualifiers(text);
    size_t n = strcspn(base, "*");
    int stars = (int)strspn(base + n, "*");

    if (strchr(base, '('))
        n = strlen(base), stars = 0;
    while (n > 0 && base[n - 1] == ' ')
        n--;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == n && strncmp(names[i].name, base, n) == 0)
            return (c_type){names[i].what, names[i].size, stars};
    return (c_type){'?', 0, stars};
}

/* ---- fitting */

typedef enum { FITS, FITS_BUT_FOR_WIDTH, FITS_NOT } fit;

/* Small integers are passed as int. A constant that is not negative arrives in any width. */
static fit fit_of_numbers(c_type wanted, c_type is, const ir_operand *value)
{
    bool is_constant = value->kind == IR_CONST && value->num >= 0;

    if (wanted.what != is.what)
        return FITS_NOT;
    if (wanted.what == 'f' || is_constant)
        return FITS;
    bool same = wanted.size > 4 ? is.size == wanted.size : is.size <= 4;
    return same ? FITS : FITS_BUT_FOR_WIDTH;
}

/* An address as a number is meant so. */
static fit fit_of_address(c_type wanted) { return wanted.what == 'i' && wanted.size == 8 ? FITS : FITS_NOT; }

static fit fit_of_pointers(c_type wanted, c_type is)
{
    if (is.what == 'v' || (wanted.what == 'v' && wanted.stars == 1))
        return FITS;
    if (wanted.stars != is.stars)
        return FITS_NOT;
    if (wanted.what == 'i' || wanted.what == 'f')
        return wanted.what == is.what && wanted.size == is.size ? FITS : FITS_NOT;
    if (wanted.what == 'o')
        return is.what == 'o' || is.what == 's' ? FITS : FITS_NOT;
    return wanted.what == is.what ? FITS : FITS_NOT;
}

static fit fit_of(c_type wanted, c_type is, const ir_operand *value)
{
    bool is_null = value->kind == IR_CONST && value->num == 0;

    if (wanted.what == '?' || is.what == '?')
        return FITS;
    if (wanted.what == 'F')
        return is_null || is.what == 'F' || (is.what == 'v' && is.stars > 0) ? FITS : FITS_NOT;
    if (wanted.stars > 0)
        return is.stars > 0 ? fit_of_pointers(wanted, is) : is_null ? FITS : FITS_NOT;
    return is.stars > 0 ? fit_of_address(wanted) : fit_of_numbers(wanted, is, value);
}

/* ---- one call */

typedef struct {
    engine *e;
    const ir_event *call;
    const contract *row;
    format_reader f;
    int first, next; /* arguments behind "...": the first, the one that is due */
    int items, depth;/* of the format, where a tuple in parentheses counts once */
    bool is_over;    /* a fault was told */
} check;

static void tell(check *c, bool is_grave, const char *text)
{
    rule_moment m = {.kind = MOMENT_FORMAT, .at = c->call->loc, .call = c->row->name, .arg = -1,
                     .is_certain = is_grave, .text = text};

    c->is_over = true;
    moment_fire(c->e, NULL, &m, -1);
}

enum { LENGTHS_REFUSED_SINCE = 10, LENGTHS_LONG_SINCE = 13 };

/* The lengths of "s#" are int where PY_SSIZE_T_CLEAN is not defined; later versions refuse the unit,
 * and still later ones do not ask. */
static const char *length_type(const check *c, const format_unit *u, const char *type)
{
    bool is_length = strchr(u->unit, '#') && strncmp(type, "Py_ssize_t", 10) == 0;
    bool is_long = c->e->unit->has_long_lengths || c->e->config->target_minor >= LENGTHS_LONG_SINCE;

    if (!is_length || is_long)
        return type;
    return strchr(type, '*') ? "int *" : "int";
}

static bool is_refused(const check *c, const format_unit *u)
{
    int minor = c->e->config->target_minor;

    return strchr(u->unit, '#') && !c->e->unit->has_long_lengths && minor >= LENGTHS_REFUSED_SINCE &&
           minor < LENGTHS_LONG_SINCE;
}

/* A length in bytes goes with any array of numbers. */
static bool is_raw_memory(const format_unit *u, c_type wanted, c_type is)
{
    return strchr(u->unit, '#') && u->format == ARG_FORMAT_IN && wanted.stars == 1 && is.stars == 1 && is.what == 'i';
}

static void check_argument(check *c, const format_unit *u, const char *type)
{
    const ir_passed *p = c->call->passed;
    const char *is = p->types[c->next - c->first], *wanted = length_type(c, u, type);
    c_type takes = type_wanted(wanted), gets = type_passed(is);
    fit how = fit_of(takes, gets, &c->call->args[c->next]);

    if (how != FITS && !is_raw_memory(u, takes, gets))
        tell(c, how == FITS_NOT,
             arena_printf(c->e->scratch, "argument %d is '%s', '%s' takes '%s'", c->next + 1, strchr(is, ' ') + 1, u->unit,
                          wanted));
}

static void check_unit(check *c, const format_unit *u)
{
    if (is_refused(c, u)) {
        tell(c, true, arena_printf(c->e->scratch, "'%s' raises SystemError: PY_SSIZE_T_CLEAN is not defined", u->unit));
        return;
    }
    for (int i = 0; i < u->row.nargs && !c->is_over; i++, c->next++) {
        if (c->next < c->call->nargs)
            check_argument(c, u, u->types[i]);
        else
            tell(c, true, arena_printf(c->e->scratch, "nothing is passed for '%s'", u->unit));
    }
}

/* Counts what stands between two units. */
static void count_items(check *c, const char *from, const char *to, bool is_unit)
{
    for (; from < to; from++) {
        c->items += *from == '(' && c->depth == 0;
        c->depth += (*from == '(') - (*from == ')');
    }
    c->items += is_unit && c->depth == 0;
}

static void check_surplus(check *c)
{
    for (int k = c->next; k < c->call->nargs; k++)
        if (c->call->args[k].kind != IR_CONST || c->call->args[k].num != 0) { /* NULL: a habit */
            tell(c, false, arena_printf(c->e->scratch, "argument %d is passed, the format has no unit for it", k + 1));
            return;
        }
}

static void check_list(check *c)
{
    const ir_passed *p = c->call->passed;

    if (c->is_over || p->list < 0 || c->f.format != ARG_FORMAT_OUT)
        return;
    if (p->is_open)
        tell(c, true, "the list of keyword names has no NULL at its end");
    else if (p->nstrings != c->items)
        tell(c, true, arena_printf(c->e->scratch, "the format has %d units, the list of keyword names %d", c->items, p->nstrings));
}

static void check_unknown(check *c)
{
    bool is_text = c->f.format == ARG_FORMAT_TEXT;

    tell(c, !is_text, arena_printf(c->e->scratch, "'%s%.*s' is no unit of this format", is_text ? "%" : "", is_text ? 2 : 1,
                                   c->f.at));
}

static void check_call(engine *e, const ir_event *call, const contract *row, int at)
{
    const ir_passed *p = call->passed;
    check c = {.e = e, .call = call, .row = row, .first = row->nargs, .next = row->nargs,
               .f = {.table = e->config->contracts, .format = (contract_arg_code)row->args[at].code,
                     .minor = e->config->target_minor, .at = call->args[at].text}};
    format_step step = FORMAT_END;
    const format_unit *u;

    if (call->nargs - p->ntypes != c.first) /* declared in another way than the row says */
        return;
    while (!c.is_over) {
        const char *from = c.f.at;

        step = format_next(&c.f, &u);
        count_items(&c, from, c.f.at, step == FORMAT_UNIT);
        if (step != FORMAT_UNIT)
            break;
        check_unit(&c, u);
    }
    if (step == FORMAT_UNKNOWN && !c.is_over)
        check_unknown(&c);
    if (!c.is_over)
        check_surplus(&c);
    check_list(&c);
}

static bool is_format(const contract_arg *a)
{
    return a->code == ARG_FORMAT_IN || a->code == ARG_FORMAT_OUT || a->code == ARG_FORMAT_TEXT;
}

static void check_event(engine *e, const ir_event *ev)
{
    const contract *row = ev->kind == IR_CALL && ev->callee && ev->passed ? callee_find(e, ev->callee)->contract : NULL;

    for (int k = 0; row && row->variadic && k < row->nargs && k < ev->nargs; k++)
        if (is_format(&row->args[k]) && ev->args[k].kind == IR_STRING)
            check_call(e, ev, row, k);
}

void formats_check(engine *e)
{
    int number = 0;

    for (int b = 0; b < e->fn->nblocks; b++)
        for (int i = 0; i < e->fn->blocks[b].nevents; i++) {
            e->event_number = number++;
            check_event(e, &e->fn->blocks[b].events[i]);
        }
}
