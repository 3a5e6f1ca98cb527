/* refwarden contracts: what the tool believes about functions of the C API. */
#include "cli_int.h"

#include "contract.h"

#include <stdlib.h>
#include <string.h>

enum { NEWEST_MINOR = 14 };

static const char *const result_words[] = {
    [RET_VOID] = "returns nothing",
    [RET_VALUE] = "returns a plain value",
    [RET_STATUS] = "returns a status",
    [RET_TRI] = "returns 1, 0 or -1",
    [RET_ENUM] = "returns a plain value",
    [RET_NEW] = "returns a new reference",
    [RET_NEW_ARG] = "returns a new reference to an argument",
    [RET_NEW_OR_ARG] = "returns a new reference",
    [RET_BORROWED] = "returns a borrowed reference",
    [RET_ARG] = "returns its argument",
    [RET_INTERIOR] = "returns a pointer into an object",
    [RET_POINTER] = "returns a plain pointer",
    [RET_NULL] = "always returns NULL",
};

static bool steals(const contract *c)
{
    for (int i = 0; i < c->nargs; i++)
        if (c->args[i].code == ARG_STEAL || c->args[i].code == ARG_STEAL_OK)
            return true;
    return false;
}

static void one_line(const contract *c, buf *out)
{
    buf_printf(out, "%-36s %s%s\n", c->name, result_words[c->ret],
               steals(c) ? ", steals an argument" : "");
}

static void list_all(const contract_table *t, buf *out)
{
    for (int i = 0; i < contract_count(t); i++)
        one_line(contract_at(t, i), out);
}

static int unknown_function(arena *a, const contract_table *t, const char *word)
{
    text_list known = {0};

    for (int i = 0; i < contract_count(t); i++)
        ARENA_PUSH(a, known.items, known.n, known.cap, contract_at(t, i)->name);
    ARENA_PUSH(a, known.items, known.n, known.cap, NULL);
    return complain("contracts: nothing is known about '%s'%s", word, hint(a, word, known.items));
}

static void separated(const contract *c, buf *out)
{
    if (out->len)
        buf_add(out, "\n");
    contract_describe(c, out);
}

/* Without --target-python every version's row is shown. */
static int describe(arena *a, const contract_table *t, const char *name, int minor, buf *out)
{
    const contract *found = contract_find(t, name, minor ? minor : NEWEST_MINOR);
    bool any = false;

    for (int i = 0; i < contract_count(t); i++) {
        const contract *c = contract_at(t, i);

        if (strcmp(c->name, name) == 0 && (minor == 0 || c == found)) {
            separated(c, out);
            any = true;
        }
    }
    if (!any && found)
        separated(found, out);
    return any || found ? STATUS_CLEAN : unknown_function(a, t, name);
}

static int read_files(arena *a, const cli_options *o, contract_table *t)
{
    status st = {0};

    if (contract_table_read_builtin(t, &st) != 0)
        return complain_status(&st);
    for (int i = 0; i < o->contracts.n; i++) {
        char *text;
        size_t len;

        if (file_read(a, o->contracts.items[i], &text, &len, &st) != 0 ||
            contract_table_read(t, o->contracts.items[i], text, &st) != 0)
            return complain_status(&st);
    }
    return STATUS_CLEAN;
}

static int minor_of(const char *version)
{
    return version && strncmp(version, "3.", 2) == 0 ? atoi(version + 2) : 0;
}

int run_contracts(arena *a, const cli_options *o)
{
    contract_table *t = contract_table_create(a);
    buf text = {0};
    int rc = read_files(a, o, t);

    if (rc == STATUS_CLEAN && o->words.n == 0)
        list_all(t, &text);
    for (int i = 0; i < o->words.n && rc == STATUS_CLEAN; i++)
        rc = describe(a, t, o->words.items[i], minor_of(o->target_python), &text);
    if (rc == STATUS_CLEAN)
        rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}
