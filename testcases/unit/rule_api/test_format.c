#include "unit.h"

#include "format.h"

#include <string.h>

typedef struct {
    arena *a;
    contract_table *table;
    status st;
} fixture;

static int setup(void **state)
{
    static fixture f;

    f = (fixture){.a = arena_create()};
    f.table = contract_table_create(f.a);
    *state = &f;
    return contract_table_read_builtin(f.table, &f.st);
}

static int teardown(void **state)
{
    arena_destroy(((fixture *)*state)->a);
    return 0;
}

/* "O! s# ?": the units of a format string, "?" for one that is not known. */
static const char *units(fixture *f, contract_arg_code format, const char *text)
{
    format_reader r = {.table = f->table, .format = format, .minor = 11, .at = text};
    const format_unit *u;
    char *out = arena_strdup(f->a, "");
    format_step step;

    while ((step = format_next(&r, &u)) == FORMAT_UNIT)
        out = arena_printf(f->a, "%s%s%s", out, *out ? " " : "", u->unit);
    return step == FORMAT_END ? out : arena_printf(f->a, "%s ?", out);
}

static void formats_of_results_end_at_the_name(void **state)
{
    assert_string_equal(units(*state, ARG_FORMAT_OUT, "O!s#|$(ii)es#:O"), "O! s# i i es#");
    assert_string_equal(units(*state, ARG_FORMAT_OUT, "O;S"), "O");
    assert_string_equal(units(*state, ARG_FORMAT_OUT, ""), "");
    assert_string_equal(units(*state, ARG_FORMAT_OUT, "Oj"), "O ?");
}

static void formats_of_values_may_have_brackets_and_colons(void **state)
{
    assert_string_equal(units(*state, ARG_FORMAT_IN, "{s:O, s:(NO&)}"), "s O s N O&");
    assert_string_equal(units(*state, ARG_FORMAT_IN, "O!"), "O");
}

static void formats_of_text_have_widths_and_lengths(void **state)
{
    assert_string_equal(units(*state, ARG_FORMAT_TEXT, "100%% %R: %-5.3lld%.200s"), "%R %lld %s");
    assert_string_equal(units(*state, ARG_FORMAT_TEXT, "%*.*zd %V"), "* * %zd %V");
    assert_string_equal(units(*state, ARG_FORMAT_TEXT, "%s %f %s"), "%s ?");
    assert_string_equal(units(*state, ARG_FORMAT_TEXT, "%"), " ?");
}

static void a_unit_says_what_is_due(void **state)
{
    fixture *f = *state;
    format_reader r = {.table = f->table, .format = ARG_FORMAT_OUT, .minor = 11, .at = "es#y*"};
    const format_unit *u;

    assert_int_equal(format_next(&r, &u), FORMAT_UNIT);
    assert_int_equal(u->row.nargs, 3);
    assert_int_equal(u->row.args[1].code, ARG_OUT_MEMORY);
    assert_string_equal(u->types[1], "char **");
    assert_string_equal(u->row.pair, "PyMem_Free");
    assert_int_equal(format_next(&r, &u), FORMAT_UNIT);
    assert_int_equal(u->row.args[0].code, ARG_ACQUIRE);
    assert_string_equal(u->row.pair, "PyBuffer_Release");
}

static void a_unit_in_words(void **state)
{
    fixture *f = *state;
    format_reader r = {.table = f->table, .format = ARG_FORMAT_OUT, .minor = 11, .at = "O!"};
    const format_unit *u;
    buf out = {0};

    assert_int_equal(format_next(&r, &u), FORMAT_UNIT);
    format_describe(u, &out);
    assert_string_equal(out.data, "  O!    PyTypeObject *: borrowed; PyObject **: receives a reference "
                                  "borrowed from the argument that is parsed\n");
    buf_free(&out);
}

static void malformed_units_are_named(void **state)
{
    static const char head[] = "format\tunit\tversions\ttypes\targs\n";
    static const struct { const char *row, *message; } cases[] = {
        {"up\tO\t\tPyObject *\tk\n", "t.tsv:2:1: 'up' is not a word of the column format; allowed: in out text"},
        {"in\t\t\tPyObject *\tk\n", "t.tsv:2:4: '' is no unit"},
        {"in\tO\t\tPyObject *\tk,k\n", "t.tsv:2:7: 'PyObject *' is not one type for each argument"},
        {"in\tO\t\tPyObject *\tq\n", "t.tsv:2:18: 'q' is not a word of the column args"},
        {"in\tO\n", "is a row without the columns format, unit, versions, types and args"},
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = arena_printf(f->a, "%s%s", head, cases[i].row);

        f->st = (status){0};
        assert_int_equal(contract_table_read(f->table, "t.tsv", text, &f->st), -1);
        if (!strstr(f->st.message, cases[i].message))
            fail_msg("got '%s', want '%s'", f->st.message, cases[i].message);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(formats_of_results_end_at_the_name),
        TEST(formats_of_values_may_have_brackets_and_colons),
        TEST(formats_of_text_have_widths_and_lengths),
        TEST(a_unit_says_what_is_due),
        TEST(a_unit_in_words),
        TEST(malformed_units_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
