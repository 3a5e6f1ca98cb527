/* Slots: reading their rows, finding them. */
#include "contract_int.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static slot *slot_of(contract *c) { return (slot *)c; }

static int read_where(reader *r, piece p, contract *c)
{
    const contract_word *w = contract_find_word(slot_structs, p);

    if (w == NULL)
        return row_complain_word(r, p, slot_structs);
    slot_of(c)->where = (slot_struct)w->code;
    return 0;
}

static int read_id(reader *r, piece p, contract *c)
{
    for (size_t i = 0; i < p.len; i++)
        if (p.text[i] < '0' || p.text[i] > '9' || i > 4)
            return row_complain(r, p, "is not the number of a slot", "");
    slot_of(c)->id = p.len ? atoi(p.text) : 0;
    return 0;
}

static int read_slot_type(reader *r, piece p, contract *c)
{
    slot_of(c)->is_data = piece_is(p, "data");
    slot_of(c)->type = arena_strndup(r->a, p.text, p.len);
    return p.len ? 0 : row_complain(r, p, "is no C type", "that of the function, data");
}

/* What is no function has no result. */
static int read_slot_ret(reader *r, piece p, contract *c)
{
    if (slot_of(c)->is_data)
        return p.len ? row_complain(r, p, "stands in a row about data", "") : 0;
    return column_ret(r, p, c);
}

static int read_slot_fail(reader *r, piece p, contract *c)
{
    if (slot_of(c)->is_data)
        return p.len ? row_complain(r, p, "stands in a row about data", "") : 0;
    return column_fail(r, p, c);
}

static int read_duties(reader *r, piece column, contract *c)
{
    piece rest = column, p;

    while (column.len > 0 && piece_next(&rest, ',', &p)) {
        const contract_word *w = contract_find_word(slot_duties, p);

        if (w == NULL)
            return row_complain_word(r, p, slot_duties);
        slot_of(c)->duties |= (unsigned)w->code;
    }
    return 0;
}

static int check_slot(reader *r, contract *c)
{
    if (!slot_of(c)->is_data && row_column(r, "fail").text == NULL)
        return row_complain(r, row_column(r, "slot"), "has no ret and fail", "");
    return row_check_operands(r, c);
}

static const column slot_columns[] = {
    {"slot", column_identifier}, {"where", read_where},       {"id", read_id},
    {"type", read_slot_type},  {"versions", column_versions}, {"ret", read_slot_ret},
    {"fail", read_slot_fail},  {"args", column_args},         {"effects", column_effects},
    {"pre", column_pre},         {"duties", read_duties},     {"note", column_note},
    {"measured", column_measured},
};

const row_layout slot_layout = {slot_columns, 13, 4, sizeof(slot), check_slot};

/* ---- finding */

const slot *slot_find(const contract_table *t, const char *name, int minor)
{
    return (const slot *)row_find(t, ROW_SLOT, name, minor);
}

const slot *slot_find_member(const contract_table *t, const char *name, int minor)
{
    const slot *s = slot_find(t, name, minor);

    return s && s->where <= SLOT_OF_MODULE && !s->is_data ? s : NULL;
}

bool slot_has_condition(const slot *s, int pre, int arg) { return contract_has_condition(&s->row, pre, arg); }

int slot_count(const contract_table *t) { return t->lists[ROW_SLOT].n; }

const slot *slot_at(const contract_table *t, int i)
{
    assert(i >= 0 && i < slot_count(t));
    return (const slot *)t->lists[ROW_SLOT].v[i].row;
}

static bool has_type_number(const slot *s)
{
    return s->id > 0 && (s->where < SLOT_OF_MODULE || s->where == SLOT_OF_SPEC);
}

const char *const *slot_type_names(arena *a, const contract_table *t, int *n)
{
    const char **names;

    *n = 0;
    for (int i = 0; i < slot_count(t); i++)
        if (has_type_number(slot_at(t, i)) && slot_at(t, i)->id >= *n)
            *n = slot_at(t, i)->id + 1;
    names = arena_alloc(a, (size_t)*n * sizeof *names + 1);
    for (int i = 0; i < slot_count(t); i++)
        if (has_type_number(slot_at(t, i)))
            names[slot_at(t, i)->id] = slot_at(t, i)->row.name;
    return names;
}
