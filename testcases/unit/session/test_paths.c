#include "unit.h"

#include "session_int.h"

static void assert_tidy(const char *path, const char *expected)
{
    arena *a = arena_create();

    assert_string_equal(path_tidy(a, path), expected);
    arena_destroy(a);
}

static void steps_back_are_taken_out(void **state)
{
    (void)state;
    assert_tidy("a/../b.h", "b.h");
    assert_tidy("a/b/../../c.h", "c.h");
    assert_tidy("a/./b//c.h", "a/b/c.h");
    assert_tidy("./a.h", "a.h");
    assert_tidy("/a/../b.h", "/b.h");
    assert_tidy("/a/b/../c.h", "/a/c.h");
}

static void steps_above_the_start_are_kept(void **state)
{
    (void)state;
    assert_tidy("../a.h", "../a.h");
    assert_tidy("../../a/../b.h", "../../b.h");
    assert_tidy("a/../../b.h", "../b.h");
    assert_tidy("plain.c", "plain.c");
    assert_tidy("<stdin>", "<stdin>");
}

static void a_suffix_belongs_to_the_last_name(void **state)
{
    (void)state;
    assert_string_equal(path_suffix("a.d/b.c"), "c");
    assert_string_equal(path_suffix("a.d/b"), "");
}

static void build_folders_are_skipped(void **state)
{
    (void)state;
    assert_true(is_skipped_folder(".", "build"));
    assert_true(is_skipped_folder(".", "build-release"));
    assert_true(is_skipped_folder(".", ".git"));
    assert_true(is_skipped_folder(".", "point.egg-info"));
    assert_false(is_skipped_folder(".", "builders"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_back_are_taken_out),
        cmocka_unit_test(steps_above_the_start_are_kept),
        cmocka_unit_test(a_suffix_belongs_to_the_last_name),
        cmocka_unit_test(build_folders_are_skipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
