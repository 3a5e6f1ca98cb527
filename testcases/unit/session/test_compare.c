#define _GNU_SOURCE
#include "unit.h"

#include "session_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static finding known(const char *file, const char *function)
{
    finding f = {.rule = "RW101", .at = {file, 0, 0, 0, 0}, .function = function, .object = "x", .message = "m"};

    finding_fingerprint(&f, "a", "b");
    return f;
}

/* A run over the folder src, which holds no file on disk. */
static const char *paths[] = {"src"};
static const session_options options = {.paths = paths, .npaths = 1};

static void compare(arena *a, finding *now, int n, finding *before, int nbefore, session_result *out)
{
    *out = (session_result){.findings = now, .nfindings = n};
    session_compare(a, &options, before, nbefore, out);
}

static void what_is_in_its_file_is_unchanged(void **state)
{
    arena *a = arena_create();
    finding now[] = {known("src/a.c", "f"), known("src/a.c", "g")}, before[] = {known("src/a.c", "f")};
    session_result out;

    (void)state;
    compare(a, now, 2, before, 1, &out);
    assert_int_equal(now[0].state, STATE_UNCHANGED);
    assert_int_equal(now[1].state, STATE_NEW);
    assert_int_equal(out.nfixed, 0);
    arena_destroy(a);
}

static void another_file_is_taken_when_its_own_has_it_no_more(void **state)
{
    arena *a = arena_create();
    finding now[] = {known("src/sub/b.c", "f")}, before[] = {known("src/a.c", "f")};
    session_result out;

    (void)state;
    compare(a, now, 1, before, 1, &out);
    assert_int_equal(now[0].state, STATE_UNCHANGED);
    assert_int_equal(out.nfixed, 0);
    arena_destroy(a);
}

static void a_copy_is_new(void **state)
{
    arena *a = arena_create();
    finding now[] = {known("src/a.c", "f"), known("src/b.c", "f")}, before[] = {known("src/b.c", "f")};
    session_result out;

    (void)state;
    compare(a, now, 2, before, 1, &out);
    assert_int_equal(now[0].state, STATE_NEW);
    assert_int_equal(now[1].state, STATE_UNCHANGED);
    arena_destroy(a);
}

static void what_is_gone_is_fixed_where_the_run_looked(void **state)
{
    arena *a = arena_create();
    finding before[] = {known("src/a.c", "f"), known("lib/b.c", "g"), known("srcs/c.c", "h")};
    session_result out;

    (void)state;
    compare(a, NULL, 0, before, 3, &out);
    assert_int_equal(out.nfixed, 1);
    assert_string_equal(out.fixed[0].function, "f");
    assert_int_equal(out.fixed[0].state, STATE_FIXED);
    arena_destroy(a);
}

static void a_file_that_failed_says_nothing(void **state)
{
    arena *a = arena_create();
    unit_result unit = {.file = "src/a.c", .status = UNIT_FAILED};
    finding before[] = {known("src/a.c", "f")};
    session_result out = {.units = &unit, .nunits = 1};

    (void)state;
    session_compare(a, &options, before, 1, &out);
    assert_int_equal(out.nfixed, 0);
    arena_destroy(a);
}

static void the_run_itself_is_always_new(void **state)
{
    arena *a = arena_create();
    finding now[] = {known("src/a.c", "")}, before[] = {known("src/a.c", "")};
    session_result out;

    (void)state;
    now[0].rule = before[0].rule = "RW901";
    compare(a, now, 1, before, 1, &out);
    assert_int_equal(now[0].state, STATE_NEW);
    assert_int_equal(out.nfixed, 0);
    arena_destroy(a);
}

/* ---- the file */

static int read_text(arena *a, const char *text, finding **out, int *n, status *st)
{
    char name[] = "/tmp/refwarden-test-XXXXXX";
    int fd = mkstemp(name), rc;

    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    rc = session_baseline_read(a, name, out, n, st);
    unlink(name);
    return rc;
}

#define PRINT "124bb37babb2261b370df3a56a1a2411"
#define ENTRY "a.c\tRW101\t" PRINT "\tf\tx\tm\n"
#define HEAD "# refwarden baseline, version 1\n"

static void what_is_written_is_read(void **state)
{
    arena *a = arena_create();
    finding list[] = {known("b\t1.c", "f"), known("#a.c", "g\\t"), known("=======", "h"), known("b\t1.c", "f")}, *got;
    status st = {0};
    buf text = {0};
    int n;

    (void)state;
    list[1].message = "two\nlines\r";
    session_baseline_print(a, "refwarden-baseline.tsv", list, 4, &text);
    assert_int_equal(read_text(a, text.data, &got, &n, &st), 0);
    assert_int_equal(n, 3);
    assert_string_equal(strrchr(got[0].at.file, '/'), "/#a.c");
    assert_string_equal(got[0].function, "g\\t");
    assert_string_equal(got[0].message, "two\nlines\r");
    assert_string_equal(strrchr(got[1].at.file, '/'), "/=======");
    assert_string_equal(got[2].fingerprint, list[0].fingerprint);
    assert_string_equal(got[2].name, "leak-on-error-path");
    buf_free(&text);
    arena_destroy(a);
}

static void order_doubles_and_line_ends_do_not_matter(void **state)
{
    arena *a = arena_create();
    status st = {0};
    finding *got;
    int n;

    (void)state;
    assert_int_equal(read_text(a, HEAD "z" ENTRY ENTRY "\n# note\r\na.c\tRW101\t" PRINT "\tf\tx\tm\r\n", &got, &n, &st), 0);
    assert_int_equal(n, 2);
    assert_string_equal(strrchr(got[1].at.file, '/'), "/za.c");
    arena_destroy(a);
}

static void damage_is_named_with_its_line(void **state)
{
    static const struct {
        const char *text, *expect;
    } cases[] = {
        {"", ":1: this is no baseline"},
        {"{}\n", ":1: this is no baseline"},
        {"# refwarden baseline, version 2\n", ":1: the baseline has version 2"},
        {HEAD "\n<<<<<<< HEAD\n" ENTRY, ":3: a merge was not finished"},
        {HEAD ENTRY "=======\n", ":3: a merge was not finished"},
        {HEAD ENTRY ">>>>>>> x\n", ":3: a merge was not finished"},
        {HEAD "a.c\tRW101\n", ":2: this is no finding"},
        {HEAD "a.c\tRW101\t123\tf\tx\tm\n", ":2: this is no finding"},
        {HEAD "a.c\tRW101\t" PRINT "\tf\tx\tm\tmore\n", ":2: this is no finding"},
    };
    arena *a = arena_create();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        status st = {0};
        finding *got;
        int n;

        assert_int_equal(read_text(a, cases[i].text, &got, &n, &st), -1);
        assert_int_equal(st.code, ERR_USAGE);
        assert_non_null(strstr(st.message, cases[i].expect));
    }
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_its_file_is_unchanged),
        cmocka_unit_test(another_file_is_taken_when_its_own_has_it_no_more),
        cmocka_unit_test(a_copy_is_new),
        cmocka_unit_test(what_is_gone_is_fixed_where_the_run_looked),
        cmocka_unit_test(a_file_that_failed_says_nothing),
        cmocka_unit_test(the_run_itself_is_always_new),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(order_doubles_and_line_ends_do_not_matter),
        cmocka_unit_test(damage_is_named_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
