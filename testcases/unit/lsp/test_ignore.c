#include "unit.h"

#include "lsp_int.h"

#include <string.h>

static void expect_text(const char *s, bool is_offered, const comment_edit *e, const char *expected)
{
    buf out = {0};

    if (!expected) {
        assert_false(is_offered);
        return;
    }
    assert_true(is_offered);
    buf_addn(&out, s, e->from);
    buf_add(&out, e->text);
    buf_add(&out, s + e->to);
    assert_string_equal(out.data, expected);
    buf_free(&out);
}

static void expect_line(const char *file, const char *s, int line, const char *expected)
{
    arena *a = arena_create();
    lsp_text t = {0};
    finding f = {.rule = "RW101", .at = {.file = file, .line = line, .column = 1}};
    comment_edit e = {0};

    text_set(&t, s, strlen(s));
    expect_text(s, ignore_line_edit(a, &t, &f, &e), &e, expected);
    text_free(&t);
    arena_destroy(a);
}

static void expect_function_in(const char *file, const char *s, int line, int column, const char *name, const char *expected)
{
    arena *a = arena_create();
    lsp_text t = {0};
    finding f = {.rule = "RW101", .function = name, .at = {.file = file, .line = line, .column = column}};
    comment_edit e = {0};

    text_set(&t, s, strlen(s));
    expect_text(s, ignore_function_edit(a, &t, &f, &e), &e, expected);
    text_free(&t);
    arena_destroy(a);
}

static void expect_function(const char *s, int line, int column, const char *name, const char *expected)
{
    expect_function_in("a.c", s, line, column, name, expected);
}

#define HERE "/* refwarden: ignore[RW101] reason: */"
#define WHOLE "/* refwarden: ignore-function[RW101] reason: */"

static void the_comment_stands_at_the_end_of_the_line(void **state)
{
    (void)state;
    expect_line("a.c", "a;\nb;\n", 2, "a;\nb;  " HERE "\n");
    expect_line("a.c", "a;\r\nb;\r\n", 1, "a;  " HERE "\r\nb;\r\n");
    expect_line("a.c", "a; // why\n", 1, "a; // why  " HERE "\n");
    expect_line("a.c", "a(\"/*\");", 1, "a(\"/*\");  " HERE);
    expect_line("a.c", "a;\n", 7, NULL);
}

static void the_comment_stands_above_where_the_line_goes_on(void **state)
{
    (void)state;
    expect_line("a.c", "#define A \\\n  b; \\\n  c;\n", 2, "#define A \\\n  " HERE " \\\n  b; \\\n  c;\n");
    expect_line("a.c", "x;\n\tb \\\n;\n", 2, "x;\n\t" HERE "\n\tb \\\n;\n");
    expect_line("a.c", "x;\nb; /* long\n*/\n", 2, "x;\n" HERE "\nb; /* long\n*/\n");
    expect_line("a.c", "x; /*\n*/ b; /* long\n*/\n", 2, NULL);
}

static void a_list_that_is_there_gets_longer(void **state)
{
    (void)state;
    expect_line("a.c", "a; /* refwarden: ignore[RW203] why */\n", 1, "a; /* refwarden: ignore[RW203, RW101] why */\n");
    expect_line("a.c", "/* refwarden: ignore[RW203] */\na;\n", 2, "/* refwarden: ignore[RW203, RW101] */\na;\n");
    expect_line("a.c", "b; /* refwarden: ignore[RW203] */\na;\n", 2, "b; /* refwarden: ignore[RW203] */\na;  " HERE "\n");
}

static void cython_has_comments_of_its_own(void **state)
{
    (void)state;
    expect_line("a.pyx", "a = 1\n", 1, "a = 1  # refwarden: ignore[RW101] reason:\n");
    expect_line("a.pyx", "a = 1 + \\\n 2\n", 1, NULL);
    expect_function_in("a.pyx", "def f(x):\n    return {\n  1}\n", 3, 3, "f", NULL);
}

static void a_functions_comment_stands_behind_its_brace(void **state)
{
    (void)state;
    expect_function("int g(void) { return f(); }\nint f(void)\n{\n    a;\n}\n", 4, 5, "f",
                    "int g(void) { return f(); }\nint f(void)\n{\n    " WHOLE "\n    a;\n}\n");
    expect_function("int f(void) { a; }\n", 1, 15, "f", "int f(void) { " WHOLE " a; }\n");
    expect_function("extern \"C\" {\nint f(int a) /* ( { */\n{ \r\nif (a) { b; }\r\nc;\n}\n}\n", 5, 1, "N::f",
                    "extern \"C\" {\nint f(int a) /* ( { */\n{ \r\n    " WHOLE "\r\nif (a) { b; }\r\nc;\n}\n}\n");
}

static void nothing_is_offered_where_the_brace_is_not_certain(void **state)
{
    (void)state;
    expect_function("int f(a) int a;\n{\n    b;\n}\n", 3, 5, "f", NULL);
    expect_function("int f(void);\nint g(void)\n{\n    f();\n}\n", 4, 5, "f", NULL);
    expect_function("int f(void) {\n}\nint x;\n", 3, 1, "f", NULL);
    expect_function("int f(void) { \\\n a; }\n", 2, 2, "f", NULL);
    expect_function("int f(void) {\n a;\n}\n", 2, 2, "", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_comment_stands_at_the_end_of_the_line),
        cmocka_unit_test(the_comment_stands_above_where_the_line_goes_on),
        cmocka_unit_test(a_list_that_is_there_gets_longer),
        cmocka_unit_test(cython_has_comments_of_its_own),
        cmocka_unit_test(a_functions_comment_stands_behind_its_brace),
        cmocka_unit_test(nothing_is_offered_where_the_brace_is_not_certain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
