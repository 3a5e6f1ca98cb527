/* The contract tables as JSON: columns under their own names, lists as lists, and the row in words. */
#include "report_int.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* "a,b": an array of two texts. */
static json_t *list_of(const char *text, size_t len)
{
    json_t *list = json_array();
    const char *end = text + len;

    while (len > 0 && text <= end) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        const char *stop = comma ? comma : end;

        json_array_append_new(list, json_stringn(text, (size_t)(stop - text)));
        text = stop + 1;
    }
    return list;
}

static json_t *value_of(const char *column, const char *text, size_t len)
{
    static const char *const lists[] = {"args", "effects", "pre", "duties", NULL};

    if (text_is_one_of(column, lists))
        return list_of(text, len);
    if (strcmp(column, "measured") == 0)
        return json_boolean(len > 0);
    if (strcmp(column, "id") == 0 && len > 0)
        return json_integer(strtol(text, NULL, 10));
    return len > 0 || strcmp(column, "versions") == 0 ? json_stringn(text, len) : json_null();
}

static json_t *row_of(const contract *c, const buf *words)
{
    json_t *o = json_object();
    const char *name, *text;
    size_t len;

    for (int k = 0; contract_column(c, k, &name, &text, &len); k++)
        json_object_set_new(o, name, value_of(name, text, len));
    json_object_set_new(o, "file", json_string(c->file));
    json_object_set_new(o, "line", json_integer(c->line));
    json_object_set_new(o, "words", json_stringn(words->data, words->len));
    return o;
}

static json_t *function_of(const contract *c)
{
    buf words = {0};
    json_t *o;

    contract_describe(c, &words);
    o = row_of(c, &words);
    buf_free(&words);
    return o;
}

static json_t *unit_of(const format_unit *u)
{
    buf words = {0};
    json_t *o, *types = json_array();

    format_describe(u, &words);
    o = row_of(&u->row, &words);
    for (int k = 0; k < u->row.nargs; k++)
        json_array_append_new(types, json_string(u->types[k]));
    json_object_set_new(o, "types", types);
    buf_free(&words);
    return o;
}

static json_t *slot_of(const slot *s)
{
    buf words = {0};
    json_t *o;

    slot_describe(s, &words);
    o = row_of(&s->row, &words);
    buf_free(&words);
    return o;
}

int report_contracts_json(const report_contracts_input *in, buf *out, status *st)
{
    json_t *functions = json_array(), *units = json_array(), *slots = json_array();

    for (int i = 0; i < in->nfunctions; i++)
        json_array_append_new(functions, function_of(in->functions[i]));
    for (int i = 0; i < in->nunits; i++)
        json_array_append_new(units, unit_of(in->units[i]));
    for (int i = 0; i < in->nslots; i++)
        json_array_append_new(slots, slot_of(in->slots[i]));
    return write_json(json_pack("{s:i,s:{s:s,s:s},s:o,s:o,s:o}", "version", 1, "tool", "name",
                                "refwarden", "version", in->tool_version, "functions", functions,
                                "units", units, "slots", slots),
                      out, st);
}
