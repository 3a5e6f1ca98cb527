#define _GNU_SOURCE
#include "unit.h"

#include "session_int.h"

#include <string.h>
#include <unistd.h>

static changed_lines *read_diff(arena *a, const char *text)
{
    changed_lines *c = changed_create(a);
    status st = {0};

    assert_int_equal(changed_add_diff(c, "diff", NULL, text, strlen(text), &st), 0);
    return c;
}

/* "3 5": the lines up to 9 that are changed. */
static const char *lines(changed_lines *c, const char *file)
{
    static char out[32];
    size_t n = 0;

    for (int line = 1; line < 10; line++)
        if (session_is_changed(c, file, line))
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%d", n ? " " : "", line);
    out[n] = '\0';
    return out;
}

static void added_lines_are_changed(void **state)
{
    arena *a = arena_create();
    changed_lines *c = read_diff(a, "diff --git a/x.c b/x.c\nindex 1..2 100644\n--- a/x.c\n+++ b/x.c\n"
                                    "@@ -1,4 +1,5 @@ int f(void)\n one\n+two\n three\n-gone\n+four\n \n"
                                    "@@ -20,0 +8 @@\n+eight\n\\ No newline at end of file\n");

    (void)state;
    assert_string_equal(lines(c, "x.c"), "2 4 8");
    assert_string_equal(lines(c, "./x.c"), "2 4 8");
    assert_string_equal(lines(c, "y.c"), "");
    arena_destroy(a);
}

static void lines_that_look_like_heads_are_lines(void **state)
{
    arena *a = arena_create();
    changed_lines *c = read_diff(a, "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n--- a/y.c\n+++ b/y.c\n @@ -1 +1 @@\n"
                                    "--- a/z.c\n+++ b/z.c\n@@ -0,0 +3 @@\n++\n");

    (void)state;
    assert_string_equal(lines(c, "x.c"), "1");
    assert_string_equal(lines(c, "y.c"), "");
    assert_string_equal(lines(c, "z.c"), "3");
    arena_destroy(a);
}

static void names_are_unquoted(void **state)
{
    arena *a = arena_create();
    changed_lines *c = read_diff(a, "diff --git x y\n--- /dev/null\n+++ \"b/gr\\303\\274n\\t\\\"\\\\.c\"\n@@ -0,0 +1 @@\n+1\n"
                                    "--- a/b c.c\t\n+++ b/b c.c\t2024-01-01\n@@ -0,0 +2 @@\n+1\n");

    (void)state;
    assert_string_equal(lines(c, "gr\xC3\xBCn\t\"\\.c"), "1");
    assert_string_equal(lines(c, "b c.c"), "2");
    arena_destroy(a);
}

static void removed_and_renamed_files_have_no_lines(void **state)
{
    arena *a = arena_create();
    changed_lines *c = read_diff(a, "diff --git a/x.c b/x.c\ndeleted file mode 100644\n--- a/x.c\n+++ /dev/null\n"
                                    "@@ -1 +0,0 @@\n-one\n"
                                    "diff --git a/y.c b/z.c\nsimilarity index 100%\nrename from y.c\nrename to z.c\n");

    (void)state;
    assert_string_equal(lines(c, "x.c"), "");
    assert_string_equal(lines(c, "z.c"), "");
    arena_destroy(a);
}

static void a_finding_counts_with_any_of_its_steps(void **state)
{
    arena *a = arena_create();
    changed_lines *c = read_diff(a, "diff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -0,0 +3 @@\n+1\n");
    path_step step = {.at = {"x.c", 3, 1, 0, 0}};
    place also = {"x.c", 3, 1, 0, 0};
    finding f[] = {
        {.rule = "RW101", .at = {"x.c", 3, 1, 0, 0}},
        {.rule = "RW101", .at = {"x.c", 4, 1, 0, 0}, .path = &step, .npath = 1},
        {.rule = "RW101", .at = {"x.c", 4, 1, 0, 0}, .also = &also, .nalso = 1},
        {.rule = "RW101", .at = {"x.c", 4, 1, 0, 0}},
        {.rule = "RW901", .at = {"x.c", 4, 1, 0, 0}},
    };
    session_result now = {.findings = f, .nfindings = 5};

    (void)state;
    session_keep_changed(c, &now);
    assert_true(now.is_compared);
    for (int i = 0; i < 5; i++)
        assert_int_equal(f[i].state, i == 3 ? STATE_UNCHANGED : STATE_NEW);
    arena_destroy(a);
}

/* However it is cut off: an answer, and no line beyond the end is read. */
static void cut_diffs_are_refused_or_read(void **state)
{
    static const char whole[] = "diff --git a/x.c b/x.c\n--- a/x.c\n+++ \"b/\\303x.c\"\n@@ -1,2 +1,2 @@\n one\n-a\n+b\n";
    arena *a = arena_create();

    (void)state;
    for (size_t n = 0; n < sizeof whole; n++) {
        char *text = arena_strndup(a, whole, n);
        status st = {0};
        int rc = changed_add_diff(changed_create(a), "d", NULL, text, n, &st);

        assert_true(rc == 0 || (st.code == ERR_USAGE && strncmp(st.message, "d:", 2) == 0));
    }
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(added_lines_are_changed),
        cmocka_unit_test(lines_that_look_like_heads_are_lines),
        cmocka_unit_test(names_are_unquoted),
        cmocka_unit_test(removed_and_renamed_files_have_no_lines),
        cmocka_unit_test(a_finding_counts_with_any_of_its_steps),
        cmocka_unit_test(cut_diffs_are_refused_or_read),
    };

    if (chdir("/") != 0) /* where no repository is, names are those from here */
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
