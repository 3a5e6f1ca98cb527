/* Settings of a project: any table of the TOML reads back when it is written again, and no file can set
 * what is for the caller to say.
 */
#define _GNU_SOURCE
#include "fuzz.h"

/* The command line is a program, not a library: this part of it is taken in whole. */
#include "../../../analyzer/cli/config.c"

const command commands[] = {{"check", IN_CHECK, "", "", run_check}, {0}};

const command *command_find(const char *name)
{
    (void)name;
    return NULL;
}

const char *const *fuzz_words(void)
{
    static const char *const words[] = {
        "[tool.refwarden]\n", "[tool]\n", "[[tool]]\n", "\n", " = ", "\"", "'''", "\"\"\"", "[", "]", "{", "}", ",", ".",
        "true", "1", "-1", "0x7fffffffffffffff", "1e999", "nan", "1979-05-27T07:32:00Z", "#", "\\u0000", "\\n",
        "select", "ignore", "fail-on", "build-dir", "python", "target-python", "contracts", "resource-dir", "timeout",
        "memory", "format", "output", "config", "jobs", "\"RW101\"", "\"3.12\"", "\"warning\"", "[\"a\", \"b\"]", NULL};

    return words;
}

static void write_text(const char *text, buf *out)
{
    buf_add(out, "\"");
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == '"' || *text == '\\' || *text == 0x7F)
            buf_printf(out, "\\u%04X", (unsigned)*text);
        else
            buf_addn(out, text, 1);
    buf_add(out, "\"");
}

static void write_value(const toml_entry *e, buf *out)
{
    switch (e->kind) {
    case TOML_TEXT:
        write_text(e->text, out);
        break;
    case TOML_NUMBER:
        buf_printf(out, "%lld", (long long)e->number);
        break;
    case TOML_FLAG:
        buf_add(out, e->flag ? "true" : "false");
        break;
    case TOML_LIST:
        buf_add(out, "[");
        for (int i = 0; i < e->nitems; i++) {
            write_text(e->items[i], out);
            buf_add(out, ", ");
        }
        buf_add(out, "]");
        break;
    default:
        buf_add(out, "1.5");
    }
}

static void write_table(const toml_table *t, buf *out)
{
    buf_add(out, "");
    for (int i = 0; i < t->n; i++) {
        write_text(t->entries[i].key, out);
        buf_add(out, " = ");
        write_value(&t->entries[i], out);
        buf_add(out, "\n");
    }
}

static void reread(arena *a, const toml_table *t)
{
    buf first = {0}, second = {0};
    toml_table again = {0};
    status st = {0};

    write_table(t, &first);
    MUST(toml_read(a, "again.toml", first.data, in_own_file, &again, &st) == 0);
    write_table(&again, &second);
    MUST(strcmp(first.data, second.data) == 0);
    buf_free(&first);
    buf_free(&second);
}

static void look_at_options(const cli_options *o)
{
    static const char *const callers[] = {"format", "output", "python", "config", "color", "dump", "jobs", NULL};

    for (int row = 0; option_name(row) && strcmp(option_name(row), "version") != 0; row++)
        if (text_is_one_of(option_name(row), callers))
            MUST(!option_is_set(row, o));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();
    char *text = fuzz_text(a, data, size);
    toml_table table = {0};
    cli_options o = {0};
    status st = {0};

    if (toml_read(a, "input.toml", text, in_own_file, &table, &st) == 0) {
        reread(a, &table);
        if (take_table(a, "input.toml", &table, &o, &st) != 0)
            MUST(strncmp(st.message, "input.toml:", 11) == 0);
        look_at_options(&o);
    } else {
        MUST(strncmp(st.message, "input.toml", 10) == 0);
    }
    table = (toml_table){0};
    (void)toml_read(a, "pyproject.toml", text, in_pyproject, &table, &st);
    arena_destroy(a);
    return 0;
}
