#define _GNU_SOURCE
#include "unit.h"

/* The command line is a program, not a library: its parser is taken in whole. */
#include "../../../analyzer/cli/options.c"

const char *hint(arena *a, const char *word, const char *const *words)
{
    (void)words;
    return arena_printf(a, " <%s>", word);
}

static const command check = {"check", IN_CHECK, "", "", NULL};
static const command rules = {"rules", IN_RULES, "", "", NULL};

static int parse(arena *a, const command *c, const char *const *words, cli_options *o, status *st)
{
    char *argv[16] = {(char *)c->name};
    int argc = 1;

    *o = (cli_options){0};
    for (; words[argc - 1]; argc++)
        argv[argc] = arena_strdup(a, words[argc - 1]);
    return options_parse(a, c, argc, memcpy(arena_alloc(a, sizeof argv), argv, sizeof argv), o, st);
}

#define PARSE(c, ...) parse(a, c, (const char *const[]){__VA_ARGS__, NULL}, &o, &st)

static void options_and_paths_may_be_mixed(void **state)
{
    arena *a = arena_create();
    cli_options o;
    status st = {0};

    (void)state;
    assert_int_equal(PARSE(&check, "a.c", "-j4", "--format=json", "b.c", "-q"), 0);
    assert_int_equal(o.jobs, 4);
    assert_string_equal(o.formats.items[0], "json");
    assert_true(o.quiet);
    assert_int_equal(o.words.n, 2);
    assert_string_equal(o.words.items[1], "b.c");
    arena_destroy(a);
}

static void everything_after_two_dashes_is_for_the_compiler(void **state)
{
    arena *a = arena_create();
    cli_options o;
    status st = {0};

    (void)state;
    assert_int_equal(PARSE(&check, "a.c", "--", "-j", "--", "-DX"), 0);
    assert_int_equal(o.jobs, 0);
    assert_int_equal(o.nflags, 3);
    assert_string_equal(o.flags[2], "-DX");
    assert_int_equal(o.words.n, 1);
    arena_destroy(a);
}

static void lists_collect_every_value(void **state)
{
    arena *a = arena_create();
    cli_options o;
    status st = {0};

    (void)state;
    assert_int_equal(PARSE(&check, "--contracts", "a", "--contracts=b"), 0);
    assert_int_equal(o.contracts.n, 2);
    assert_string_equal(o.contracts.items[1], "b");
    arena_destroy(a);
}

static void mistakes_are_named(void **state)
{
    arena *a = arena_create();
    cli_options o;
    status st = {0};

    (void)state;
    assert_int_equal(PARSE(&check, "--formt=json"), -1);
    assert_string_equal(st.message, "check: unknown option '--formt=json' <--formt>");
    assert_int_equal(PARSE(&check, "-qZ"), -1);
    assert_string_equal(st.message, "check: unknown option '-Z' <-Z>");
    assert_int_equal(PARSE(&check, "a.c", "--jobs"), -1);
    assert_string_equal(st.message, "check: --jobs needs N");
    assert_int_equal(PARSE(&check, "-j", "many"), -1);
    assert_string_equal(st.message, "--jobs: 'many' is not a number above 0");
    assert_int_equal(PARSE(&check, "--quiet=yes"), -1);
    assert_string_equal(st.message, "check: --quiet takes no value");
    assert_int_equal(PARSE(&rules, "--jobs=3"), -1);
    assert_string_equal(st.message, "rules: --jobs does not belong to this command");
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_paths_may_be_mixed),
        cmocka_unit_test(everything_after_two_dashes_is_for_the_compiler),
        cmocka_unit_test(lists_collect_every_value),
        cmocka_unit_test(mistakes_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
