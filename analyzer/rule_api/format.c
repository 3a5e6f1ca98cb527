/* Format units: reading their rows, taking format strings apart. */
#define _GNU_SOURCE
#include "contract_int.h"

#include <assert.h>
#include <string.h>

/* ---- rows */

static format_unit *unit_of(contract *c) { return (format_unit *)c; }

static int read_format(reader *r, piece p, contract *c)
{
    const contract_word *w = contract_find_word(format_kinds, p);

    if (w == NULL)
        return row_complain_word(r, p, format_kinds);
    unit_of(c)->format = (contract_arg_code)w->code;
    return 0;
}

/* Rows are told apart by format and unit. */
static int read_unit(reader *r, piece p, contract *c)
{
    if (p.len == 0)
        return row_complain(r, p, "is no unit", "");
    c->name = arena_printf(r->a, "%s %.*s", format_word(unit_of(c)->format), (int)p.len, p.text);
    unit_of(c)->unit = strchr(c->name, ' ') + 1;
    return 0;
}

static int read_types(reader *r, piece column, contract *c)
{
    piece rest = column, p;

    for (int k = 0; column.len > 0 && piece_next(&rest, ',', &p); k++) {
        if (k == FORMAT_MAX_ARGS)
            return row_complain(r, p, "is one type too many", "");
        unit_of(c)->types[k] = arena_strndup(r->a, p.text, p.len);
    }
    return 0;
}

static int check_types(reader *r, contract *c)
{
    int n = 0;

    while (n < FORMAT_MAX_ARGS && unit_of(c)->types[n])
        n++;
    if (n == c->nargs && !c->variadic)
        return 0;
    return row_complain(r, row_column(r, "types"), "is not one type for each argument", "");
}

static const column unit_columns[] = {
    {"format", read_format}, {"unit", read_unit}, {"versions", column_versions},
    {"types", read_types},   {"args", column_args}, {"effects", column_effects},
    {"pair", column_pair},     {"note", column_note}, {"measured", column_measured},
};

const row_layout unit_layout = {unit_columns, 9, 5, sizeof(format_unit), check_types};

/* ---- format strings */

enum { LONGEST_UNIT = 4 };

static const format_unit *find_unit(const format_reader *f, const char *text, size_t n)
{
    char name[LONGEST_UNIT + sizeof "text "];

    snprintf(name, sizeof name, "%s %.*s", format_word(f->format), (int)n, text);
    return (const format_unit *)row_find(f->table, ROW_UNIT, name, f->minor);
}

/* The longest unit that stands at f->at. */
static format_step take_unit(format_reader *f, const format_unit **out)
{
    size_t room = strnlen(f->at, LONGEST_UNIT);

    for (size_t n = room; n > 0; n--) {
        *out = find_unit(f, f->at, n);
        if (*out) {
            f->at += n;
            return FORMAT_UNIT;
        }
    }
    return FORMAT_UNKNOWN;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* PyArg_* has ":name" or ";message" at the end. */
static format_step next_of_values(format_reader *f, const format_unit **out)
{
    const char *ends = f->format == ARG_FORMAT_OUT ? ":;" : "";

    while (*f->at && !strchr(ends, *f->at) && !is_letter(*f->at))
        f->optional |= *f->at++ == '|';
    return *f->at == '\0' || strchr(ends, *f->at) ? FORMAT_END : take_unit(f, out);
}

/* The conversion "ld" of "%-5ld" is the unit "%ld". */
static format_step take_conversion(format_reader *f, const format_unit **out)
{
    char unit[LONGEST_UNIT + 1] = "%";
    size_t room = strnlen(f->at, LONGEST_UNIT - 1);

    memcpy(unit + 1, f->at, room);
    for (size_t n = room; n > 0; n--) {
        *out = find_unit(f, unit, n + 1);
        if (*out) {
            f->at += n;
            return FORMAT_UNIT;
        }
    }
    return FORMAT_UNKNOWN;
}

static format_step next_of_text(format_reader *f, const format_unit **out)
{
    while (!f->inside && *f->at) {
        f->inside = *f->at++ == '%';
        if (f->inside && *f->at == '%')
            f->inside = false, f->at++;
    }
    f->at += strspn(f->at, f->inside ? "-+ #0123456789." : "");
    if (*f->at == '\0')
        return f->inside ? FORMAT_UNKNOWN : FORMAT_END;
    if (*f->at == '*')
        return take_unit(f, out);
    f->inside = false;
    return take_conversion(f, out);
}

format_step format_next(format_reader *f, const format_unit **out)
{
    return f->format == ARG_FORMAT_TEXT ? next_of_text(f, out) : next_of_values(f, out);
}

const char *format_word(contract_arg_code format)
{
    return contract_word_of(format_kinds, format)->word;
}

int format_count(const contract_table *t) { return t->lists[ROW_UNIT].n; }

const format_unit *format_at(const contract_table *t, int i)
{
    assert(i >= 0 && i < format_count(t));
    return (const format_unit *)t->lists[ROW_UNIT].v[i].row;
}
