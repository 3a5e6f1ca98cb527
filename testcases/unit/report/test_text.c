#include "unit.h"

#include "report.h"

#include <string.h>

static const char *line_text(void *ctx, const char *file, int line, size_t *len)
{
    const char *const *lines = ctx;

    (void)file;
    *len = strlen(lines[line]);
    return lines[line];
}

static const char *const point_lines[] = {
    "",
    "    list = PyList_New(n);",
    "        item = PyLong_FromLong(v[i]);",
    "            return NULL;",
    "\tx = \"\033[31m\xff\";   \t",
    "    a_very_long_function_name_that_goes_on(with_arguments, and_more, and_more);",
};

static path_step step(step_kind kind, int line, const char *message, int delta, int owned)
{
    return (path_step){{"src/point.c", line, 5, 0, 0}, message, kind, delta, owned};
}

static finding leak_of_list(path_step *path, int npath)
{
    return (finding){
        .rule = "RW101",
        .name = "leak-on-error-path",
        .severity = SEV_ERROR,
        .confidence = CONF_HIGH,
        .at = {"src/point.c", 47, 9, 0, 0},
        .function = "point_dump",
        .object = "list",
        .message = "'list' leaks when point_dump() returns NULL",
        .tags = TAG_NEEDS_ALLOCATION_FAILURE,
        .path = path,
        .npath = npath,
    };
}

static void render(const finding *f, int width, buf *out)
{
    report_input in = {
        .tool_version = "1",
        .findings = f,
        .nfindings = 1,
        .width = width,
        .source_line = line_text,
        .source_ctx = (void *)point_lines,
    };

    assert_int_equal(report_write("text", &in, out, NULL), 0);
}

static void a_finding_is_laid_out_in_columns(void **state)
{
    path_step path[] = {
        step(STEP_OWNERSHIP, 1, "new reference", 1, 1),
        step(STEP_CALL_OUTCOME, 2, "fails: NULL", 0, 1),
        step(STEP_END, 3, "must be 0", 0, 1),
    };
    finding f = leak_of_list(path, 3);
    buf out = {0};

    (void)state;
    render(&f, 0, &out);
    assert_string_equal(
        out.data,
        "src/point.c:47:9: error: 'list' leaks when point_dump() returns NULL  [RW101]\n"
        "\n"
        "  in point_dump()                                             owned refs: list\n"
        "    1   1 |     list = PyList_New(n);                 +1  ->  1   new reference\n"
        "    2   2 |         item = PyLong_FromLong(v[i]);          .  1   fails: NULL\n"
        "    3   3 |             return NULL;                       .  1 ! must be 0\n"
        "\n"
        "  only when an allocation fails    confidence: high\n"
        "  explain: refwarden explain RW101     ignore: // refwarden: ignore[RW101] why\n"
        "\n");
    buf_free(&out);
}

static int count(const char *text, const char *what)
{
    int n = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        n++;
    return n;
}

static void many_branches_are_folded_few_are_not(void **state)
{
    path_step path[9];
    finding f = leak_of_list(path, 9);
    buf out = {0};

    (void)state;
    for (int i = 0; i < 8; i++)
        path[i] = step(i == 0 ? STEP_OWNERSHIP : STEP_BRANCH, 1, i ? "taken" : "new", !i, 1);
    path[8] = step(STEP_END, 3, "must be 0", 0, 1);
    render(&f, 80, &out);
    assert_int_equal(count(out.data, "taken"), 0);
    assert_non_null(strstr(out.data, "    ... 7 steps folded\n    9   3 |"));
    buf_free(&out);

    path[7].kind = STEP_CALL_OUTCOME;
    render(&f, 80, &out);
    assert_int_equal(count(out.data, "taken"), 7);
    assert_null(strstr(out.data, "folded"));
    buf_free(&out);
}

static void the_middle_of_a_very_long_path_is_folded(void **state)
{
    path_step path[163];
    finding f = leak_of_list(path, 163);
    buf out = {0};

    (void)state;
    for (int i = 0; i < 163; i++)
        path[i] = step(STEP_OWNERSHIP, 1, "again", 1, i + 1);
    render(&f, 80, &out);
    assert_int_equal(count(out.data, "again"), 20);
    assert_non_null(strstr(out.data, "... 143 steps folded"));
    buf_free(&out);
}

static void control_bytes_and_broken_text_are_escaped(void **state)
{
    path_step path[] = {step(STEP_END, 4, "a\nb\033c", 0, 1)};
    finding f = leak_of_list(path, 1);
    buf out = {0};

    (void)state;
    f.message = "\xe2\x80\xae reversed \xc2\x9b";
    render(&f, 80, &out);
    assert_null(strchr(out.data, '\033'));
    assert_non_null(strstr(out.data, "|     x = \"\\x1b[31m\\xff\";  "));
    assert_non_null(strstr(out.data, "a\\x0ab\\x1bc"));
    assert_non_null(strstr(out.data, "\\u{202e} reversed \\x9b"));
    buf_free(&out);
}

static void lines_keep_within_the_width(void **state)
{
    path_step path[] = {
        step(STEP_OWNERSHIP, 5, "PyList_Append() takes a reference of its own, one is left", 1, 1),
        step(STEP_END, 3, "must be 0", 0, 1),
    };
    finding f = leak_of_list(path, 2);
    buf out = {0};

    (void)state;
    f.advice = "give the new reference a name, check it for NULL, append it, and release it after the "
            "call whatever the outcome is";
    render(&f, 80, &out);
    for (char *line = strtok(out.data, "\n"); line; line = strtok(NULL, "\n"))
        assert_true(strlen(line) <= 80);
    buf_free(&out);
}

static void steps_in_another_file_say_so(void **state)
{
    path_step path[] = {
        step(STEP_OWNERSHIP, 1, "new reference", 1, 1),
        step(STEP_END, 3, "must be 0", 0, 1),
    };
    finding f = leak_of_list(path, 2);
    buf out = {0};

    (void)state;
    path[0].at.file = "src/helper.h";
    render(&f, 80, &out);
    assert_non_null(strstr(out.data, "           in src/helper.h:\n    1   1 |"));
    assert_non_null(strstr(out.data, "           in src/point.c:\n    2   3 |"));
    buf_free(&out);
}

static void other_places_are_listed(void **state)
{
    place also[] = {{"src/point.c", 52, 9, 0, 0}, {"src/point.c", 60, 5, 0, 0}};
    finding f = leak_of_list(NULL, 0);
    buf out = {0};

    (void)state;
    f.also = also;
    f.nalso = 2;
    f.tags = 0;
    render(&f, 80, &out);
    assert_non_null(strstr(out.data, "  also lost at: src/point.c:52:9\n"
                                     "  also lost at: src/point.c:60:5\n\n  confidence: high\n"));
    buf_free(&out);
}

static void an_unknown_format_is_refused_with_the_known_ones(void **state)
{
    report_input in = {.tool_version = "1"};
    status st = {0};
    buf out = {0};

    (void)state;
    assert_int_equal(report_write("xml", &in, &out, &st), -1);
    assert_non_null(strstr(st.message, report_formats()));
    assert_int_equal(strncmp(report_formats(), "text, concise, json, ", 21), 0);
}

static void the_summary_counts_files_apart_from_findings(void **state)
{
    finding findings[3] = {leak_of_list(NULL, 0), leak_of_list(NULL, 0), leak_of_list(NULL, 0)};
    unit_result units[] = {{.file = "a", .status = UNIT_PARTIAL}, {.file = "b"}};
    report_input in = {.tool_version = "1", .findings = findings, .nfindings = 3, .units = units, .nunits = 2,
                       .files = 4, .functions = 31};
    buf out = {0};

    (void)state;
    findings[2].rule = "RW901";
    report_summary(&in, &out);
    assert_string_equal(out.data, "2 findings in 1 file (31 functions, 4 files checked; "
                                  "1 file partly analysed)\n");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_is_laid_out_in_columns),
        cmocka_unit_test(many_branches_are_folded_few_are_not),
        cmocka_unit_test(the_middle_of_a_very_long_path_is_folded),
        cmocka_unit_test(control_bytes_and_broken_text_are_escaped),
        cmocka_unit_test(lines_keep_within_the_width),
        cmocka_unit_test(steps_in_another_file_say_so),
        cmocka_unit_test(other_places_are_listed),
        cmocka_unit_test(an_unknown_format_is_refused_with_the_known_ones),
        cmocka_unit_test(the_summary_counts_files_apart_from_findings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
