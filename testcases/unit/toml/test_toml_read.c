#include "unit.h"

#include "toml_read.h"

#include <string.h>

static const char *const path[] = {"tool", "refwarden", NULL};
static const char *const whole_file[] = {NULL};

static void a_table_is_read_in_the_order_of_the_file(void **state)
{
    arena *a = arena_create();
    status st = {0};
    toml_table t;

    (void)state;
    assert_int_equal(toml_read(a, "p.toml",
                               "[tool.other]\nx = 1\n[tool.refwarden]\nz = \"text\"\ny = 7\n"
                               "list = [\"a\",\n \"b\"]\nf = true\nd = 1.5\nm = [1, 2]\ne = []\n",
                               path, &t, &st), 0);
    assert_true(t.found);
    assert_int_equal(t.n, 7);
    assert_string_equal(t.entries[0].key, "z");
    assert_string_equal(t.entries[0].text, "text");
    assert_int_equal(t.entries[0].line, 4);
    assert_int_equal(t.entries[1].kind, TOML_NUMBER);
    assert_int_equal(t.entries[1].number, 7);
    assert_int_equal(t.entries[2].kind, TOML_LIST);
    assert_int_equal(t.entries[2].nitems, 2);
    assert_string_equal(t.entries[2].items[1], "b");
    assert_true(t.entries[3].kind == TOML_FLAG && t.entries[3].flag);
    assert_int_equal(t.entries[4].kind, TOML_OTHER);
    assert_int_equal(t.entries[5].kind, TOML_OTHER);
    assert_int_equal(t.entries[6].kind, TOML_LIST);
    assert_int_equal(t.entries[6].nitems, 0);
    arena_destroy(a);
}

static void a_table_that_is_not_there_is_not_found(void **state)
{
    arena *a = arena_create();
    status st = {0};
    toml_table t;

    (void)state;
    assert_int_equal(toml_read(a, "p.toml", "[tool]\nx = 1\n", path, &t, &st), 0);
    assert_false(t.found);
    assert_int_equal(toml_read(a, "p.toml", "tool = 1\n", path, &t, &st), 0);
    assert_false(t.found);
    assert_int_equal(toml_read(a, "p.toml", "", whole_file, &t, &st), 0);
    assert_true(t.found && t.n == 0);
    arena_destroy(a);
}

static void what_is_not_toml_is_an_error_with_a_line(void **state)
{
    static const struct { const char *text, *message; } cases[] = {
        {"a = 1\nb = \n", "p.toml:2: missing value after key-value separator '='"},
        {"a = 1\na = 2\n", "p.toml:2: value (\"a\") already exists."},
        {"\n[tool\n", "p.toml:2: an invalid key appeared."},
        {"\n'py\xff\xff' = 1\n", "p.toml:2: it is not UTF-8"},
        {"a = \"\xed\xa0\x80\"\n", "p.toml:1: it is not UTF-8"},
        {"a = nope\n", "p.toml:1: the next token is not a float"},
        {"a = \"\xff\"\n", "p.toml:1: it is not UTF-8"},
    };
    arena *a = arena_create();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        status st = {0};
        toml_table t;

        assert_int_equal(toml_read(a, "p.toml", cases[i].text, whole_file, &t, &st), -1);
        assert_int_equal(st.code, ERR_USAGE);
        if (strncmp(st.message, cases[i].message, strlen(cases[i].message)) != 0)
            fail_msg("got '%s', want '%s'", st.message, cases[i].message);
    }
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read_in_the_order_of_the_file),
        cmocka_unit_test(a_table_that_is_not_there_is_not_found),
        cmocka_unit_test(what_is_not_toml_is_an_error_with_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
