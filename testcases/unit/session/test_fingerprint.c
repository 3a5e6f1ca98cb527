#include "unit.h"

#include "session_int.h"

#include <string.h>

/* The place of the n-th `what` in text. */
static place place_of(const char *text, const char *what, int n)
{
    const char *at = strstr(text, what);
    place p = {.file = "m.c", .line = 1, .column = 1};

    while (n-- > 0)
        at = strstr(at + 1, what);
    for (const char *c = text; c < at; c++) {
        p.column = *c == '\n' ? 1 : p.column + 1;
        p.line += *c == '\n';
    }
    return p;
}

/* Of a finding that begins at "Make" and stands at the n-th "Stop". */
static const char *fingerprint(const char *file, const char *text, int n)
{
    static char all[8][33];
    static int next;
    source s = {.shown = file, .text = text, .text_len = strlen(text)};
    path_step step = {.at = place_of(text, "Make", 0), .kind = STEP_OWNERSHIP};
    finding f = {.rule = "RW101", .function = "f", .object = "x", .message = "m", .path = &step, .npath = 1};

    f.at = place_of(text, "Stop", n);
    f.at.file = step.at.file = file;
    fingerprint_findings(&s, &f, 1);
    return strcpy(all[next = (next + 1) % 8], f.fingerprint);
}

static const char plain[] = "int f(int y)\n{\n    x = Make(1);\n    if (y) return Stop(x);\n    return 0;\n}\n";

static void is_same(const char *text)
{
    assert_string_equal(fingerprint("m.c", text, 0), fingerprint("m.c", plain, 0));
}

static void is_other(const char *text)
{
    assert_string_not_equal(fingerprint("m.c", text, 0), fingerprint("m.c", plain, 0));
}

static void blanks_and_lines_do_not_count(void **state)
{
    (void)state;
    is_same("\n\nint f(int y)\n{\n\tx=Make( 1 );\n if (y)\n   return\n Stop (x);\n return 0; }");
}

static void comments_and_directives_do_not_count(void **state)
{
    (void)state;
    is_same("/* f; */ int f(int y) {\n x = Make(/* ; } */ 1); // one; {\n if (y) return Stop(x);\n return 0; }");
    is_same("#define A(x) { \\\n  (((\nint f(int y) {\n x = Make(\n#if B /* ;\n */\n 1\n#endif\n );\n return Stop(x); }");
}

static void what_leads_to_a_statement_does_not_count(void **state)
{
    (void)state;
    is_same("int f(int z) { x = Make(1); if (z == 2) { return Stop(x); } return 0; }");
    is_same("int f(int y) { x = Make(1); while (y) if (!y) ; else return Stop(x); }");
    is_same("int f(int y) { x = Make(1); switch (y) { case A: case 2: return Stop(x); } }");
    is_same("int f(int y) { again: x = Make(1); fail: return Stop(x); }");
}

static void the_statements_themselves_count(void **state)
{
    (void)state;
    is_other("int f(int y) { x = Make(2); if (y) return Stop(x); }");
    is_other("int f(int y) { x = Make(1); if (y) return Stop(y); }");
    is_other("int f(int y) { x = Make(1); if (y) return Stop(x) + 1; }");
    is_other("int f(int y) { x = Make(1); if (Stop(x)) return 0; }");
}

static void a_condition_is_told_from_what_it_leads_to(void **state)
{
    static const char before[] = "f() { x = Make(1); if (Stop(x) < 0) return 0; }";
    static const char after[] = "f() { x = Make(1); if (Stop(x) < 0) { y = 3; return 1; } }";

    (void)state;
    assert_string_equal(fingerprint("m.c", before, 0), fingerprint("m.c", after, 0));
}

static void the_file_does_not_count(void **state)
{
    (void)state;
    assert_string_equal(fingerprint("m.c", plain, 0), fingerprint("other/n.c", plain, 0));
}

static void strings_are_kept_as_they_are(void **state)
{
    static const char one[] = "f() { x = Make(\"a; /* b\"); return Stop(x); }";
    static const char two[] = "f() { x = Make(\"a;  /* b\"); return Stop(x); }";

    (void)state;
    assert_string_not_equal(fingerprint("m.c", one, 0), fingerprint("m.c", two, 0));
}

static void parts_of_an_initializer_stand_alone(void **state)
{
    static const char one[] = "T t[] = { {\"a\", 1}, {\"b\", Make}, {\"c\", Stop, 4}, {0} };";
    static const char two[] = "T t[] = { {\"b\", Make}, {\"new\", 1}, {\"c\", Stop, 5}, };";

    (void)state;
    assert_string_equal(fingerprint("m.c", one, 0), fingerprint("m.c", two, 0));
}

static void macros_in_a_row_stand_alone(void **state)
{
    static const char one[] = "A(Make)\nA(b)\nA(Stop)\n";
    static const char two[] = "A(Make)\nA(Stop)\nA(c)\nint g(void) { }\n";

    (void)state;
    assert_string_equal(fingerprint("m.c", one, 0), fingerprint("m.c", two, 0));
}

static void of_cython_input_the_line_counts(void **state)
{
    static const char one[] = "def f():\n    x = Make()  # it's new\n    return Stop(\"#\")\n";
    static const char two[] = "class A:\n    def f():\n\n        x = Make()\n        return Stop( \"#\" ) # done\n";
    static const char three[] = "def f():\n    x = Make()\n    return Stop(\"# \")\n";

    (void)state;
    assert_string_equal(fingerprint("m.pyx", one, 0), fingerprint("m.pyx", two, 0));
    assert_string_not_equal(fingerprint("m.pyx", one, 0), fingerprint("m.pyx", three, 0));
}

/* Whatever the text, each place in it gets an answer. */
static void broken_text_is_no_trouble(void **state)
{
    static const char *const texts[] = {
        "Make Stop", "Make } } ) ; { { ( Stop", "Make \"Stop", "Make(Stop", "Make; if", "/* Make Stop", "Make\n#Stop \\",
        "case Make: Stop", "Make; if (Stop", "Make = { Stop {", "Make '\\", "do Make else Stop",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        source s = {.shown = "m.c", .text = texts[i], .text_len = strlen(texts[i])};

        for (int column = 1; column < 30; column++) {
            finding f = {.rule = "RW101", .function = "", .object = "", .at = {"m.c", 1 + column % 2, column, 0, 0}};

            fingerprint_findings(&s, &f, 1);
            assert_int_equal(strlen(f.fingerprint), 32);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_and_lines_do_not_count),
        cmocka_unit_test(comments_and_directives_do_not_count),
        cmocka_unit_test(what_leads_to_a_statement_does_not_count),
        cmocka_unit_test(the_statements_themselves_count),
        cmocka_unit_test(a_condition_is_told_from_what_it_leads_to),
        cmocka_unit_test(the_file_does_not_count),
        cmocka_unit_test(strings_are_kept_as_they_are),
        cmocka_unit_test(parts_of_an_initializer_stand_alone),
        cmocka_unit_test(macros_in_a_row_stand_alone),
        cmocka_unit_test(of_cython_input_the_line_counts),
        cmocka_unit_test(broken_text_is_no_trouble),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
