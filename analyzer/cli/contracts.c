/* refwarden contracts: what the tool believes about functions, slots and format units.
 *
 * Rows are chosen first, by name and by filter, and then written as lines, as sentences or as JSON.
 * Filters are about functions; with one there are no slots.
 */
#include "cli_int.h"

#include "contract.h"
#include "format.h"
#include "slot.h"

#include <stdlib.h>
#include <string.h>

enum { NEWEST_MINOR = 14 };

static const struct { const char *word, *text; } results[] = { /* by contract_ret */
    [RET_VOID] = {"nothing", "returns nothing"},
    [RET_VALUE] = {"value", "returns a plain value"},
    [RET_STATUS] = {"status", "returns a status"},
    [RET_TRI] = {"status", "returns 1, 0 or -1"},
    [RET_ENUM] = {"value", "returns a plain value"},
    [RET_NEW] = {"new", "returns a new reference"},
    [RET_NEW_ARG] = {"new", "returns a new reference to an argument"},
    [RET_NEW_OR_ARG] = {"new", "returns a new reference"},
    [RET_BORROWED] = {"borrowed", "returns a borrowed reference"},
    [RET_ARG] = {"argument", "returns its argument"},
    [RET_INTERIOR] = {"pointer", "returns a pointer into an object"},
    [RET_POINTER] = {"pointer", "returns a plain pointer"},
    [RET_NULL] = {"null", "always returns NULL"},
};

/* What was asked for: rows of the three tables. */
typedef struct {
    struct { const contract **v; int n, cap; } functions;
    struct { const slot **v; int n, cap; } slots;
    struct { const format_unit **v; int n, cap; } units;
} selection;

/* ---- filters */

static bool steals(const contract *c)
{
    for (int i = 0; i < c->nargs; i++)
        if (c->args[i].code == ARG_STEAL || c->args[i].code == ARG_STEAL_OK)
            return true;
    return false;
}

static bool runs_code(const contract *c) { return c->effects & (FX_RUNS_CODE | FX_RUNS_ON_DROP); }

static bool passes(const cli_options *o, const contract *c)
{
    if (o->returns && strcmp(results[c->ret].word, o->returns) != 0)
        return false;
    return (!o->steals || steals(c)) && (!o->runs_code || runs_code(c));
}

static bool filters(const cli_options *o) { return o->returns || o->steals || o->runs_code; }

/* ---- choosing */

static bool is_of_version(const contract *c, int minor)
{
    return minor == 0 || (c->since <= minor && minor <= c->until);
}

static bool has_format(const contract *c, contract_arg_code format)
{
    for (int k = 0; k < c->nargs; k++)
        if (c->args[k].code == format)
            return true;
    return false;
}

static bool uses_format(const selection *s, contract_arg_code format)
{
    for (int i = 0; i < s->functions.n; i++)
        if (has_format(s->functions.v[i], format))
            return true;
    return false;
}

/* Without --target-python every version's row is chosen. */
static void choose_functions(arena *a, const cli_options *o, const contract_table *t, const char *name,
                             int minor, selection *s)
{
    const contract *found = name ? contract_find(t, name, minor ? minor : NEWEST_MINOR) : NULL;
    bool any = false;

    for (int i = 0; i < contract_count(t); i++) {
        const contract *c = contract_at(t, i);
        bool wanted = name ? strcmp(c->name, name) == 0 && (minor == 0 || c == found) : is_of_version(c, minor);

        any |= wanted;
        if (wanted && passes(o, c))
            ARENA_PUSH(a, s->functions.v, s->functions.n, s->functions.cap, c);
    }
    if (!any && found && passes(o, found)) /* by the name that headers substitute */
        ARENA_PUSH(a, s->functions.v, s->functions.n, s->functions.cap, found);
}

static void choose_slots(arena *a, const contract_table *t, const char *name, int minor, selection *s)
{
    for (int i = 0; i < slot_count(t); i++) {
        const slot *row = slot_at(t, i);

        if (name ? strcmp(row->row.name, name) == 0 : is_of_version(&row->row, minor))
            ARENA_PUSH(a, s->slots.v, s->slots.n, s->slots.cap, row);
    }
}

/* Those of the formats that the chosen functions have; all when everything is chosen. */
static void choose_units(arena *a, const contract_table *t, bool all, int minor, selection *s)
{
    for (int i = 0; i < format_count(t); i++) {
        const format_unit *u = format_at(t, i);

        if ((all || uses_format(s, u->format)) && is_of_version(&u->row, minor))
            ARENA_PUSH(a, s->units.v, s->units.n, s->units.cap, u);
    }
}

static int unknown_name(arena *a, const contract_table *t, const char *word)
{
    text_list known = {0};

    for (int i = 0; i < contract_count(t); i++)
        ARENA_PUSH(a, known.items, known.n, known.cap, contract_at(t, i)->name);
    for (int i = 0; i < slot_count(t); i++)
        ARENA_PUSH(a, known.items, known.n, known.cap, slot_at(t, i)->row.name);
    ARENA_PUSH(a, known.items, known.n, known.cap, NULL);
    return complain("contracts: nothing is known about '%s'%s", word, hint(a, word, known.items));
}

static bool is_known(const contract_table *t, const char *name)
{
    return contract_find(t, name, NEWEST_MINOR) || slot_find(t, name, NEWEST_MINOR);
}

static int choose(arena *a, const cli_options *o, const contract_table *t, int minor, selection *s)
{
    bool everything = o->words.n == 0;

    for (int i = 0; i < o->words.n; i++) {
        const char *name = o->words.items[i];

        if (!is_known(t, name))
            return unknown_name(a, t, name);
        choose_functions(a, o, t, name, minor, s);
        if (!filters(o))
            choose_slots(a, t, name, minor, s);
    }
    if (everything) {
        choose_functions(a, o, t, NULL, minor, s);
        if (!filters(o))
            choose_slots(a, t, NULL, minor, s);
    }
    choose_units(a, t, everything && !filters(o), minor, s);
    return STATUS_CLEAN;
}

/* ---- writing */

static void function_line(const contract *c, buf *out)
{
    buf_printf(out, "%-36s %s%s%s\n", c->name, results[c->ret].text,
               steals(c) ? ", steals an argument" : "", runs_code(c) ? ", runs code" : "");
}

static void slot_line(const slot *s, buf *out)
{
    buf_printf(out, "%-36s %s%s\n", s->row.name, s->is_data ? "data" : "slot, ",
               s->is_data ? "" : results[s->row.ret].text);
}

static void write_lines(const selection *s, buf *out)
{
    for (int i = 0; i < s->functions.n; i++)
        function_line(s->functions.v[i], out);
    for (int i = 0; i < s->slots.n; i++)
        slot_line(s->slots.v[i], out);
}

static void separate(buf *out)
{
    if (out->len)
        buf_add(out, "\n");
}

static void write_units(const selection *s, buf *out)
{
    for (int i = 0; i < s->units.n; i++) {
        const format_unit *u = s->units.v[i];

        if (i == 0 || s->units.v[i - 1]->format != u->format) {
            separate(out);
            buf_printf(out, "units of fmt(%s)\n", format_word(u->format));
        }
        format_describe(u, out);
    }
}

static void write_words(const selection *s, buf *out)
{
    for (int i = 0; i < s->functions.n; i++) {
        separate(out);
        contract_describe(s->functions.v[i], out);
    }
    for (int i = 0; i < s->slots.n; i++) {
        separate(out);
        slot_describe(s->slots.v[i], out);
    }
    write_units(s, out);
}

static int write_json(const selection *s, buf *out)
{
    status st = {0};
    report_contracts_input in = {
        .tool_version = REFWARDEN_VERSION,
        .functions = s->functions.v, .nfunctions = s->functions.n,
        .units = s->units.v, .nunits = s->units.n,
        .slots = s->slots.v, .nslots = s->slots.n,
    };

    return report_contracts_json(&in, out, &st) == 0 ? STATUS_CLEAN : complain_status(&st);
}

/* ---- the command */

static int read_files(arena *a, const cli_options *o, contract_table *t, status *st)
{
    if (contract_table_read_builtin(t, st) != 0)
        return -1;
    for (int i = 0; i < o->contracts.n; i++) {
        char *text;
        size_t len;

        if (file_read(a, o->contracts.items[i], &text, &len, st) != 0 ||
            contract_table_read(t, o->contracts.items[i], text, st) != 0)
            return -1;
    }
    return 0;
}

static int check_words(const cli_options *o)
{
    status st = {0};
    int ignored;

    if (strcmp(only_format(o), "text") != 0 && strcmp(only_format(o), "json") != 0)
        return complain("contracts: there is no format '%s': use text or json", only_format(o));
    if (argument_choose("returns", "RESULT", o->returns, &ignored, &st) != 0)
        return complain("%s", st.message);
    return STATUS_CLEAN;
}

static int run_with(arena *a, const cli_options *o)
{
    contract_table *t = contract_table_create(a);
    int minor = o->target_python ? atoi(o->target_python + 2) : 0;
    selection chosen = {0};
    buf text = {0};
    status st = {0};

    if (read_files(a, o, t, &st) != 0)
        return complain_status(&st);
    int rc = choose(a, o, t, minor, &chosen);
    if (rc == STATUS_CLEAN && strcmp(only_format(o), "json") == 0)
        rc = write_json(&chosen, &text);
    else if (rc == STATUS_CLEAN && o->words.n == 0)
        write_lines(&chosen, &text);
    else if (rc == STATUS_CLEAN)
        write_words(&chosen, &text);
    if (rc == STATUS_CLEAN)
        rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}

int run_contracts(arena *a, const cli_options *given)
{
    cli_options o;
    const char *file;
    status st = {0};

    if (check_words(given) != STATUS_CLEAN)
        return STATUS_USAGE;
    if (options_check(a, given, &st) != 0 || config_options(a, given, ".", &file, &o, &st) != 0)
        return complain_status(&st);
    return run_with(a, &o);
}
