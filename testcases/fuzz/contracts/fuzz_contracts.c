/* Tables of contracts: functions, format units, slots. A row that was read can be found, described, and
 * read again as it was written.
 */
#include "fuzz.h"

const char *const *fuzz_words(void)
{
    static const char *const words[] = {
        "\t", "\n", ",", "new", "borrowed", "status", "void", "steals", "ob", "op", "on0", "acq0", "fn", "?", "in", "out",
        "ob<0", "N=0", "B<0", "B<sys", "3.9-", "-3.9", "3.9-3.12", "-", "code", "alloc", "gc", "live(0)", "null(1)",
        "is(list)", "NULL", "neg", "int", "obj", "...", "#", "name\tsince\tret\tfail\targs\teffects\tpre\tpair\tmeasured\tnote\n",
        "header: x.h\n", "macro: X\n", "PyList_New", "tp_dealloc", "nb_add", "O!", "99999999999", NULL};

    return words;
}

/* Only the place may differ, and only tables of functions are looked at here. */
static void reread(arena *a, const contract *c)
{
    contract_table *alone = contract_table_create(a);
    buf first = {0}, second = {0};
    status st = {0};

    MUST(contract_table_read(alone, c->file, c->text, &st) == 0);
    MUST(contract_count(alone) == 1);
    contract_describe(c, &first);
    contract_describe(contract_at(alone, 0), &second);
    MUST(strcmp(first.data, second.data) == 0);
    buf_free(&first);
    buf_free(&second);
}

static void look_at(arena *a, const contract_table *table)
{
    const char *name, *text;
    size_t len;

    for (int i = 0; i < contract_count(table); i++) {
        const contract *c = contract_at(table, i);

        MUST(contract_find(table, c->name, c->since));
        for (int k = 0; contract_column(c, k, &name, &text, &len); k++)
            MUST(text >= c->text && text + len <= c->text + strlen(c->text));
        reread(a, c);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();
    contract_table *table = contract_table_create(a);
    status st = {0};

    if (contract_table_read(table, "input.tsv", fuzz_text(a, data, size), &st) == 0)
        look_at(a, table);
    else
        MUST(strncmp(st.message, "input.tsv:", 10) == 0);
    arena_destroy(a);
    return 0;
}
