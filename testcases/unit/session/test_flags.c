#include "unit.h"

#include "session_int.h"

#include <string.h>

static char *joined(arena *a, const strings *list)
{
    char *text = arena_strdup(a, "");

    for (int i = 0; i < list->n; i++)
        text = arena_printf(a, "%s%s<%s>", text, i ? " " : "", list->items[i]);
    return text;
}

static void assert_split(const char *command, const char *expected)
{
    arena *a = arena_create();
    strings words = {0};

    assert_int_equal(shell_split(a, command, &words, NULL), 0);
    assert_string_equal(joined(a, &words), expected);
    arena_destroy(a);
}

static void commands_are_split_like_a_shell_does(void **state)
{
    (void)state;
    assert_split("cc  -c\ta.c\n", "<cc> <-c> <a.c>");
    assert_split("", "");
    assert_split("-DX='a b' \"-DY=\\\"s\\\"\"", "<-DX=a b> <-DY=\"s\">");
    assert_split("a\\ b '' \"\"", "<a b> <> <>");
    assert_split("\"a\\nb\" 'a\\nb' x\\", "<a\\nb> <a\\nb> <x\\>");
}

static void open_quotes_are_errors(void **state)
{
    arena *a = arena_create();
    strings words = {0};
    status st = {0};

    (void)state;
    assert_int_equal(shell_split(a, "cc 'a", &words, &st), -1);
    assert_non_null(strstr(st.message, "single quote"));
    assert_int_equal(shell_split(a, "cc \"a", &words, &st), -1);
    assert_non_null(strstr(st.message, "double quote"));
    arena_destroy(a);
}

static void assert_kept(const char *flags, const char *expected)
{
    arena *a = arena_create();
    strings words = {0}, kept = {0};

    assert_int_equal(shell_split(a, flags, &words, NULL), 0);
    flags_filter(a, &words, &kept);
    assert_string_equal(joined(a, &kept), expected);
    arena_destroy(a);
}

static void what_changes_the_meaning_is_kept(void **state)
{
    (void)state;
    assert_kept("-Ia -I b -DX=1 -D Y -UZ -std=c99 -isystem s -include h.h -x c++ -pthread",
                "<-Ia> <-I> <b> <-DX=1> <-D> <Y> <-UZ> <-std=c99> <-isystem> <s> <-include> <h.h> "
                "<-x> <c++> <-pthread>");
}

static void outputs_warnings_and_inputs_are_dropped(void **state)
{
    (void)state;
    assert_kept("-c a.c -o a.o -MD -MF a.d -MT a.o -O2 -g -Wall -Werror -Wl,-z,now -Wp,-MD,x", "");
}

static void dangerous_and_foreign_flags_are_dropped(void **state)
{
    (void)state;
    assert_kept("-Xclang -load -Xclang evil.so -fplugin=evil.so @rsp -fpass-plugin=x -B/x "
                "-specs=x -fanalyzer -mindirect-branch=thunk -flto=auto -ffat-lto-objects", "");
    assert_kept("-Xclang -Ievil -o -Ievil", "");
    assert_kept("-x ast a.ast -x ir -xpcm --config -Ievil -ivfsoverlay -Ievil -include-pch -Ievil", "");
}

/* clang reads -isystem-after as one flag, whose value is then "-D". */
static void values_that_look_like_flags_make_other_flags(void **state)
{
    (void)state;
    assert_kept("-isystem-after -D -fplugin=evil.so -I-", "<-D> <-fplugin=evil.so>");
    assert_kept("-D -Xclang -I -load", "<-D> <-Xclang> <-I> <-load>");
}

static void a_flag_without_its_value_is_dropped(void **state)
{
    (void)state;
    assert_kept("-DX -I", "<-DX>");
}

static void words_are_suggested_when_they_are_near(void **state)
{
    static const char *const words[] = {"check", "explain", "rules", NULL};

    (void)state;
    assert_string_equal(session_suggest("chek", words), "check");
    assert_string_equal(session_suggest("rule", words), "rules");
    assert_null(session_suggest("frobnicate", words));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_split_like_a_shell_does),
        cmocka_unit_test(open_quotes_are_errors),
        cmocka_unit_test(what_changes_the_meaning_is_kept),
        cmocka_unit_test(outputs_warnings_and_inputs_are_dropped),
        cmocka_unit_test(dangerous_and_foreign_flags_are_dropped),
        cmocka_unit_test(values_that_look_like_flags_make_other_flags),
        cmocka_unit_test(a_flag_without_its_value_is_dropped),
        cmocka_unit_test(words_are_suggested_when_they_are_near),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
