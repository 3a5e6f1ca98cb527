#include "unit.h"

#include "report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* "é" is two bytes and one unit of UTF-16, the fish four bytes and two units. */
static const char *const lines[] = {
    "",
    "    list = PyList_New(n);",
    "    /* caf\xc3\xa9 \xf0\x9f\x90\x9f */ return NULL;   \r",
    "    call(list,",
    "    \xff\xfe broken(list);",
};

static const char *line_text(void *ctx, const char *file, int line, size_t *len)
{
    (void)ctx;
    (void)file;
    if (line < 1 || line >= (int)(sizeof lines / sizeof *lines))
        return NULL;
    *len = strlen(lines[line]);
    return lines[line];
}

static path_step steps[] = {
    {{"src/a b.c", 1, 12, 1, 25}, "new reference", STEP_OWNERSHIP, 1, 1},
    {{"src/a b.c", 3, 5, 0, 0}, "is true", STEP_BRANCH, 0, 1},
    {{"src/a b.c", 2, 22, 2, 34}, "must be 0", STEP_END, 0, 1},
};

static finding leak(void)
{
    return (finding){
        .rule = "RW101",
        .name = "leak-on-error-path",
        .severity = SEV_ERROR,
        .confidence = CONF_HIGH,
        .at = {"src/a b.c", 2, 22, 2, 34},
        .function = "f",
        .object = "list",
        .message = "'list' leaks",
        .fingerprint = "00112233445566778899aabbccddeeff",
        .path = steps,
        .npath = 3,
    };
}

static report_input input_of(const finding *f, int n)
{
    return (report_input){.tool_version = "1", .findings = f, .nfindings = n, .source_line = line_text};
}

static char *render(const char *format, const report_input *in)
{
    buf out = {0};

    assert_int_equal(report_write(format, in, &out, NULL), 0);
    return out.data;
}

static json_t *render_json(const char *format, const report_input *in)
{
    char *text = render(format, in);
    json_t *root = json_loads(text, 0, NULL);

    assert_non_null(root);
    free(text);
    return root;
}

/* at(root, "runs 0 results"): names and indexes. */
static json_t *at(json_t *o, const char *path)
{
    char part[64];

    while (*path) {
        size_t n = strcspn(path, " ");

        memcpy(part, path, n);
        part[n] = '\0';
        o = json_is_array(o) ? json_array_get(o, (size_t)atoi(part)) : json_object_get(o, part);
        path += n + (path[n] == ' ');
    }
    return o;
}

static const char *text_at(json_t *root, const char *path)
{
    return json_string_value(at(root, path));
}

static int number_at(json_t *root, const char *path)
{
    assert_true(json_is_integer(at(root, path)));
    return (int)json_integer_value(at(root, path));
}

static int count(const char *text, const char *what)
{
    int n = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        n++;
    return n;
}

#define RESULT "runs 0 results 0 "
#define PLACE RESULT "locations 0 physicalLocation "
#define FLOW RESULT "codeFlows 0 threadFlows 0 "

static void sarif_columns_are_utf16_and_rdjson_columns_bytes(void **state)
{
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root = render_json("sarif", &in);

    (void)state;
    assert_string_equal(text_at(root, "runs 0 columnKind"), "utf16CodeUnits");
    assert_int_equal(number_at(root, PLACE "region startColumn"), 19);
    assert_int_equal(number_at(root, PLACE "region endColumn"), 31);
    json_decref(root);
    root = render_json("rdjson", &in);
    assert_int_equal(number_at(root, "diagnostics 0 location range start column"), 22);
    assert_int_equal(number_at(root, "diagnostics 0 location range end column"), 34);
    assert_int_equal(json_array_size(at(root, "diagnostics 0 related_locations")), 2); /* no branch */
    assert_string_equal(text_at(root, "diagnostics 0 related_locations 0 message"), "new reference");
    assert_int_equal(number_at(root, "diagnostics 0 related_locations 1 location range start line"), 2);
    json_decref(root);
}

static void broken_utf8_counts_a_unit_a_byte(void **state)
{
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root;

    (void)state;
    f.at = (place){"x.c", 4, 8, 4, 14};
    root = render_json("sarif", &in);
    assert_int_equal(number_at(root, PLACE "region startColumn"), 8);
    assert_int_equal(number_at(root, PLACE "region endColumn"), 14);
    json_decref(root);
}

static void an_end_on_another_line_becomes_the_end_of_the_text(void **state)
{
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root;

    (void)state;
    f.at = (place){"x.c", 3, 5, 4, 9};
    root = render_json("sarif", &in);
    assert_int_equal(number_at(root, PLACE "region endLine"), 3);
    assert_int_equal(number_at(root, PLACE "region endColumn"), 15);
    json_decref(root);
    f.at = (place){"x.c", 2, 22, 0, 0}; /* unknown; blanks and the carriage return are no text */
    root = render_json("rdjson", &in);
    assert_int_equal(number_at(root, "diagnostics 0 location range end column"), 34);
    json_decref(root);
}

static void paths_become_uris(void **state)
{
    finding f[2] = {leak(), leak()};
    report_input in = input_of(f, 2);
    json_t *root, *other;

    (void)state;
    f[1].at.file = "/usr/src/\xc3\xa9%.c";
    root = render_json("sarif", &in);
    other = at(root, "runs 0 results 1 locations 0 physicalLocation artifactLocation");
    assert_string_equal(text_at(root, PLACE "artifactLocation uri"), "src/a%20b.c");
    assert_string_equal(text_at(root, PLACE "artifactLocation uriBaseId"), "%SRCROOT%");
    assert_string_equal(text_at(other, "uri"), "file:///usr/src/%C3%A9%25.c");
    assert_null(at(other, "uriBaseId"));
    json_decref(root);
}

static void the_owned_count_is_the_state_of_a_step(void **state)
{
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root = render_json("sarif", &in);

    (void)state;
    assert_string_equal(text_at(root, FLOW "locations 0 state list.owned text"), "1");
    assert_string_equal(text_at(root, FLOW "locations 0 importance"), "essential");
    assert_string_equal(text_at(root, FLOW "locations 1 importance"), "unimportant");
    assert_string_equal(text_at(root, FLOW "locations 1 location message text"), "is true");
    assert_int_equal(number_at(root, FLOW "locations 2 executionOrder"), 3);
    assert_string_equal(text_at(root, RESULT "partialFingerprints refwarden/v1"), f.fingerprint);
    assert_null(at(root, RESULT "baselineState"));
    json_decref(root);
}

static void the_middle_of_a_path_without_end_is_left_out_and_said(void **state)
{
    enum { MANY = 12000 };
    path_step *many = calloc(MANY, sizeof *many);
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root;

    (void)state;
    for (int i = 0; i < MANY; i++)
        many[i] = steps[0];
    f.path = many;
    f.npath = MANY;
    root = render_json("sarif", &in);
    assert_int_equal(json_array_size(at(root, FLOW "locations")), 1000);
    assert_int_equal(number_at(root, FLOW "locations 999 executionOrder"), MANY);
    assert_string_equal(text_at(root, FLOW "message text"), "11000 steps in the middle are left out");
    json_decref(root);
    free(many);
}

static void a_message_is_no_template_and_has_no_links(void **state)
{
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root;

    (void)state;
    f.message = "'t[0](x)' of {0}\xff";
    f.object = "\xff";
    root = render_json("sarif", &in);
    assert_string_equal(text_at(root, FLOW "locations 0 state \xEF\xBF\xBD.owned text"), "1");
    assert_string_equal(text_at(root, RESULT "message text"), "'t[0] (x)' of {{0}}\xEF\xBF\xBD");
    json_decref(root);
}

/* ---- rules */

static const char *page_of(const char *code)
{
    return strcmp(code, "RW102") == 0 ? "# RW102 leak\n\nNobody releases `list`,\nor {x}.\n\n## Bad\n" : NULL;
}

static void rules_come_with_their_pages_when_a_result_names_them(void **state)
{
    static const rule rules[] = {
        {.code = "RW101", .name = "one", .severity = SEV_ERROR, .on_by_default = true, .summary = "first"},
        {.code = "RW102", .name = "two", .severity = SEV_NOTE, .summary = "second"},
        {.code = "RW103", .name = "three", .severity = SEV_ERROR, .summary = "third"},
        {0},
    };
    finding f[3] = {leak(), leak(), leak()};
    report_input in = input_of(f, 3);
    json_t *root;

    (void)state;
    f[0].rule = "RW102";
    in.rules = rules;
    in.explain = page_of;
    root = render_json("sarif", &in);
    assert_int_equal(json_array_size(at(root, "runs 0 tool driver rules")), 2);
    assert_string_equal(text_at(root, "runs 0 tool driver rules 0 id"), "RW102");
    assert_string_equal(text_at(root, "runs 0 tool driver rules 0 fullDescription text"),
                        "Nobody releases list, or {x}.");
    assert_string_equal(text_at(root, "runs 0 tool driver rules 0 help markdown"), page_of("RW102"));
    assert_string_equal(text_at(root, "runs 0 tool driver rules 0 defaultConfiguration level"), "note");
    assert_string_equal(text_at(root, "runs 0 tool driver rules 0 properties problem.severity"), "recommendation");
    assert_string_equal(text_at(root, "runs 0 tool driver rules 1 fullDescription text"), "first");
    assert_int_equal(number_at(root, "runs 0 results 0 ruleIndex"), 0);
    assert_int_equal(number_at(root, "runs 0 results 2 ruleIndex"), 1);
    json_decref(root);
}

/* ---- many */

static void remember(void *ctx, const char *text)
{
    snprintf(ctx, 200, "%s", text);
}

static void sarif_keeps_the_worst_of_too_many_and_says_so(void **state)
{
    enum { MANY = 25003 };
    finding *f = calloc(MANY, sizeof *f);
    report_input in = input_of(f, MANY);
    char said[200] = "";
    json_t *root, *results;
    int errors = 0;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        f[i] = leak();
        f[i].npath = 0;
        f[i].severity = i < 10 ? SEV_NOTE : i < 20 ? SEV_WARNING : SEV_ERROR;
    }
    in.notice = remember;
    in.notice_ctx = said;
    root = render_json("sarif", &in);
    results = at(root, "runs 0 results");
    assert_int_equal(json_array_size(results), 25000);
    for (size_t i = 0; i < 25000; i++)
        errors += strcmp(text_at(json_array_get(results, i), "level"), "error") == 0;
    assert_int_equal(errors, MANY - 20);
    assert_non_null(strstr(said, "SARIF: 3 findings are left out"));
    assert_string_equal(text_at(root, "runs 0 invocations 0 toolExecutionNotifications 0 message text"), said);
    json_decref(root);
    free(f);
}

static void github_has_ten_of_a_kind_the_worst_first(void **state)
{
    finding f[40];
    report_input in = input_of(f, 40);
    char *text;

    (void)state;
    for (int i = 0; i < 40; i++) {
        f[i] = leak();
        f[i].severity = i % 3 == 0 ? SEV_NOTE : i % 3 == 1 ? SEV_WARNING : SEV_ERROR;
        f[i].confidence = i == 38 ? CONF_HIGH : CONF_LOW;
        f[i].at.line = i + 100;
    }
    text = render("github", &in);
    assert_int_equal(count(text, "::error "), 10);
    assert_int_equal(count(text, "::warning "), 10);
    assert_int_equal(count(text, "::notice "), 10);
    assert_int_equal(strncmp(text, "::error file=src/a b.c,line=138,", 32), 0);
    assert_non_null(strstr(text, "\n::notice title=refwarden::40 findings, 11 of them without an annotation"));
    free(text);
    in.nfindings = 30;
    text = render("github", &in);
    assert_int_equal(count(text, "\n"), 30);
    assert_null(strstr(text, "title=refwarden::"));
    free(text);
}

/* ---- escapes */

static void github_escapes_what_ends_a_command(void **state)
{
    finding f = leak();
    report_input in = input_of(&f, 1);
    char *text;

    (void)state;
    f.at.file = "a,b:c%.c";
    f.message = "100%: a\r\nb";
    text = render("github", &in);
    assert_string_equal(text, "::error file=a%2Cb%3Ac%25.c,line=2,endLine=2,col=19,endColumn=31,"
                              "title=RW101 leak-on-error-path::100%25: a%0D%0Ab\n");
    free(text);
}

static void xml_holds_no_control_bytes(void **state)
{
    finding f = leak();
    report_input in = input_of(&f, 1);
    char *text;

    (void)state;
    f.message = "<a> & \"b\" \x1b\xff\xef\xbf\xbe \xc4\xa6\n";
    text = render("checkstyle", &in);
    assert_non_null(strstr(text, "message=\"&lt;a&gt; &amp; &quot;b&quot; \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xc4\xa6&#10;\""));
    free(text);
    text = render("junit", &in);
    assert_null(strchr(text, '\x1b'));
    free(text);
}

/* ---- changes and baselines */

static bool third_line_changed(void *ctx, const char *file, int line)
{
    (void)ctx;
    (void)file;
    return line == 3;
}

static void the_place_moves_into_the_change(void **state)
{
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root;
    char *text;

    (void)state;
    in.is_changed = third_line_changed;
    root = render_json("sarif", &in);
    assert_int_equal(number_at(root, PLACE "region startLine"), 3);
    assert_string_equal(text_at(root, RESULT "message text"), "'list' leaks (at src/a b.c:2)");
    assert_int_equal(number_at(root, RESULT "relatedLocations 0 physicalLocation region startLine"), 2);
    json_decref(root);
    root = render_json("gitlab", &in);
    assert_int_equal(number_at(root, "0 location lines begin"), 3);
    json_decref(root);
    text = render("checkstyle", &in);
    assert_non_null(strstr(text, "<error line=\"3\" column=\"5\""));
    free(text);
    f.npath = 0; /* nothing else is on a changed line */
    root = render_json("sarif", &in);
    assert_int_equal(number_at(root, PLACE "region startLine"), 2);
    assert_null(at(root, RESULT "relatedLocations"));
    json_decref(root);
}

static void another_place_that_changed_will_do(void **state)
{
    place also[] = {{"x.c", 9, 1, 0, 0}, {"x.c", 3, 1, 0, 0}};
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root;

    (void)state;
    f.npath = 0;
    f.also = also;
    f.nalso = 2;
    in.is_changed = third_line_changed;
    root = render_json("rdjson", &in);
    assert_string_equal(text_at(root, "diagnostics 0 location path"), "x.c");
    assert_int_equal(number_at(root, "diagnostics 0 location range start line"), 3);
    json_decref(root);
}

static void what_was_known_is_told_only_where_it_can_be_told(void **state)
{
    static const char *const silent[] = {"github", "gitlab", "rdjson", "checkstyle", "junit"};
    finding f[2] = {leak(), leak()}, fixed = leak();
    report_input in = input_of(f, 2);
    json_t *root;
    char *text;

    (void)state;
    f[0].state = STATE_UNCHANGED;
    f[0].message = "known";
    fixed.state = STATE_FIXED;
    fixed.message = "gone";
    fixed.at = (place){"src/a b.c", 0, 0, 0, 0};
    fixed.npath = 0;
    in.is_compared = true;
    in.fixed = &fixed;
    in.nfixed = 1;
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        text = render(silent[i], &in);
        assert_non_null(strstr(text, "'list' leaks"));
        assert_null(strstr(text, "known"));
        assert_null(strstr(text, "gone"));
        free(text);
    }
    root = render_json("sarif", &in);
    assert_string_equal(text_at(root, "runs 0 results 0 baselineState"), "unchanged");
    assert_string_equal(text_at(root, "runs 0 results 1 baselineState"), "new");
    assert_string_equal(text_at(root, "runs 0 results 2 baselineState"), "absent");
    assert_null(at(root, "runs 0 results 2 locations 0 physicalLocation region"));
    json_decref(root);
    text = render("jsonl", &in);
    assert_int_equal(count(text, "\n"), 3);
    assert_int_equal(count(text, "\"state\":\"unchanged\""), 1);
    assert_int_equal(count(text, "\"state\":\"fixed\""), 1);
    free(text);
}

static void gitlab_fingerprints_are_unique(void **state)
{
    finding f[3] = {leak(), leak(), leak()};
    report_input in = input_of(f, 3);
    json_t *root;

    (void)state;
    f[1].severity = SEV_NOTE;
    snprintf(f[1].fingerprint, sizeof f[1].fingerprint, "%s", "ff");
    root = render_json("gitlab", &in);
    assert_string_equal(text_at(root, "0 fingerprint"), "00112233445566778899aabbccddeeff");
    assert_string_equal(text_at(root, "1 fingerprint"), "ff");
    assert_string_equal(text_at(root, "2 fingerprint"), "00112233445566778899aabbccddeeff-2");
    assert_string_equal(text_at(root, "1 severity"), "info");
    json_decref(root);
}

/* ---- fixes */

static void a_fix_of_two_edits_is_one_suggestion_and_two_replacements(void **state)
{
    text_edit edits[] = {
        {{"src/a b.c", 1, 5, 1, 9}, "tuple"},
        {{"src/a b.c", 3, 5, 3, 5}, "Py_DECREF(list);\n    "},
    };
    finding_fix fix = {FIX_SAFE, "release {list}", edits, 2};
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root;

    (void)state;
    f.fixes = &fix;
    f.nfixes = 1;
    root = render_json("sarif", &in);
    assert_string_equal(text_at(root, RESULT "fixes 0 description text"), "release {{list}}");
    assert_int_equal(json_array_size(at(root, RESULT "fixes 0 artifactChanges 0 replacements")), 2);
    assert_int_equal(
        number_at(root, RESULT "fixes 0 artifactChanges 0 replacements 1 deletedRegion endColumn"), 5);
    json_decref(root);
    root = render_json("rdjson", &in);
    assert_int_equal(number_at(root, "diagnostics 0 suggestions 0 range start column"), 5);
    assert_int_equal(number_at(root, "diagnostics 0 suggestions 0 range end line"), 3);
    assert_string_equal(text_at(root, "diagnostics 0 suggestions 0 text"),
                        "tuple = PyList_New(n);\n    /* caf\xc3\xa9 \xf0\x9f\x90\x9f */ return NULL;   \r\n"
                        "    Py_DECREF(list);\n    ");
    json_decref(root);
    edits[1].at.file = "other.c";
    root = render_json("rdjson", &in);
    assert_null(at(root, "diagnostics 0 suggestions"));
    json_decref(root);
    root = render_json("sarif", &in);
    assert_int_equal(json_array_size(at(root, RESULT "fixes 0 artifactChanges")), 2);
    json_decref(root);
}

/* ---- what was not analysed */

static void units_that_failed_are_errors(void **state)
{
    const char *why[] = {"libclang crashed"};
    unit_result units[] = {
        {.file = "a.c", .status = UNIT_FAILED, .messages = why, .nmessages = 1},
        {.file = "b.c", .status = UNIT_PARTIAL, .messages = why, .nmessages = 1},
        {.file = "src/a b.c", .status = UNIT_OK},
        {.file = "z.c", .status = UNIT_OK},
    };
    finding f = leak();
    report_input in = input_of(&f, 1);
    json_t *root;
    char *text;

    (void)state;
    in.units = units;
    in.nunits = 4;
    root = render_json("sarif", &in);
    assert_true(json_is_true(at(root, "runs 0 invocations 0 executionSuccessful")));
    assert_string_equal(text_at(root, "runs 0 invocations 0 toolExecutionNotifications 0 level"), "error");
    assert_string_equal(text_at(root, "runs 0 invocations 0 toolExecutionNotifications 0 message text"),
                        "not analysed: libclang crashed");
    assert_string_equal(text_at(root, "runs 0 invocations 0 toolExecutionNotifications 1 level"), "warning");
    json_decref(root);
    text = render("junit", &in);
    assert_non_null(strstr(text, "<testsuites name=\"refwarden\" tests=\"4\" failures=\"1\" errors=\"1\">"));
    assert_non_null(strstr(text, "<error type=\"not-analysed\" message=\"libclang crashed\"/>"));
    assert_int_equal(count(text, "name=\"analysed\"/>"), 2);
    free(text);
    in.nunits = 1;
    root = render_json("sarif", &in);
    assert_true(json_is_false(at(root, "runs 0 invocations 0 executionSuccessful")));
    json_decref(root);
}

static void junit_counts_not_analysed_once(void **state)
{
    unit_result unit = {.file = "src/a b.c", .status = UNIT_FAILED};
    finding f = leak();
    report_input in = input_of(&f, 1);
    char *text;

    (void)state;
    f.rule = "RW901";
    f.function = "";
    in.units = &unit;
    in.nunits = 1;
    text = render("junit", &in);
    assert_non_null(strstr(text, "tests=\"1\" failures=\"0\" errors=\"1\""));
    assert_int_equal(count(text, "<error "), 1);
    free(text);
}

static void an_empty_run_is_a_document_too(void **state)
{
    report_input in = input_of(NULL, 0);
    json_t *root = render_json("sarif", &in);
    char *text = render("gitlab", &in);

    (void)state;
    assert_int_equal(json_array_size(at(root, "runs 0 results")), 0);
    assert_true(json_is_true(at(root, "runs 0 invocations 0 executionSuccessful")));
    assert_string_equal(text, "[]\n");
    json_decref(root);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sarif_columns_are_utf16_and_rdjson_columns_bytes),
        cmocka_unit_test(broken_utf8_counts_a_unit_a_byte),
        cmocka_unit_test(an_end_on_another_line_becomes_the_end_of_the_text),
        cmocka_unit_test(paths_become_uris),
        cmocka_unit_test(the_owned_count_is_the_state_of_a_step),
        cmocka_unit_test(the_middle_of_a_path_without_end_is_left_out_and_said),
        cmocka_unit_test(a_message_is_no_template_and_has_no_links),
        cmocka_unit_test(rules_come_with_their_pages_when_a_result_names_them),
        cmocka_unit_test(sarif_keeps_the_worst_of_too_many_and_says_so),
        cmocka_unit_test(github_has_ten_of_a_kind_the_worst_first),
        cmocka_unit_test(github_escapes_what_ends_a_command),
        cmocka_unit_test(xml_holds_no_control_bytes),
        cmocka_unit_test(the_place_moves_into_the_change),
        cmocka_unit_test(another_place_that_changed_will_do),
        cmocka_unit_test(what_was_known_is_told_only_where_it_can_be_told),
        cmocka_unit_test(gitlab_fingerprints_are_unique),
        cmocka_unit_test(a_fix_of_two_edits_is_one_suggestion_and_two_replacements),
        cmocka_unit_test(units_that_failed_are_errors),
        cmocka_unit_test(junit_counts_not_analysed_once),
        cmocka_unit_test(an_empty_run_is_a_document_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
