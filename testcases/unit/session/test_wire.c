#include "unit.h"

#include "session_int.h"

#include <string.h>

static text_edit edits[] = {{{"a.c", 5, 1, 5, 1}, "Py_DECREF(x);\n"}};
static finding_fix fixes[] = {{FIX_UNSAFE, "release 'x'", edits, 1}};
static place also_lost[] = {{"a.c", 9, 1, 0, 0}};
static const char *words[] = {"one", "two"};

static const int needs[] = {1, 0};
static const engine_link imports[] = {{.name = "f", .line = 4, .ret = IR_OBJ, .nargs = -1},
                                      {.name = "g", .line = 5, .ret = IR_INT, .nargs = 2}};
static const engine_link exports[] = {{.name = "h", .line = 9, .ret = IR_VOID, .is_done = true, .summary = "fn h() unknown\n"},
                                      {.name = "k", .line = 8, .is_variadic = true, .needs = needs, .nneeds = 2}};

static const read_file files[] = {{"/a.c", {1, 2}}, {"/b.pyx", {0, 0}}};
static const located_header located[] = {{"x.h", "/folder"}, {"y.h", NULL}};

static file_result sample(finding *f, path_step *steps)
{
    steps[0] = (path_step){{"a.c", 1, 2, 3, 4}, "new reference", STEP_OWNERSHIP, 1, 1};
    steps[1] = (path_step){{"a.c", 5, 6, 0, 0}, "must be 0", STEP_END, 0, 1};
    *f = (finding){.rule = "RW101", .name = "leak", .severity = SEV_ERROR, .confidence = CONF_HIGH,
                   .at = {"a.c", 5, 6, 5, 9}, .function = "f", .object = "x", .message = "m",
                   .tags = TAG_TEST_CODE, .path = steps, .npath = 2, .also = also_lost, .nalso = 1, .fixes = fixes, .nfixes = 1};
    finding_fingerprint(f, "a", "b");
    return (file_result){.unit = {.file = "a.c", .status = UNIT_PARTIAL, .functions = 7, .partial_functions = 2, .messages = words, .nmessages = 2, .seconds = 0.5}, .findings = f,
                         .nfindings = 1, .missing = words, .nmissing = 1, .headers = words, .nheaders = 2, .dump = "text",
                         .is_waiting = true, .imports = imports, .nimports = 2, .exports = exports, .nexports = 2, .is_lasting = true, .files = files, .nfiles = 2, .ninputs = 1,
                         .asked = words, .nasked = 2, .located = located, .nlocated = 2};
}

static void results_survive_the_pipe(void **state)
{
    path_step steps[2];
    finding f;
    file_result sent = sample(&f, steps), got = {0};
    arena *a = arena_create();
    buf wire = {0}, again = {0};

    (void)state;
    wire_write(&sent, &wire);
    assert_int_equal(wire_read(a, wire.data, wire.len, &got), 0);
    assert_string_equal(got.unit.messages[1], "two");
    assert_int_equal(got.unit.functions, 7);
    assert_string_equal(got.findings[0].fingerprint, f.fingerprint);
    assert_string_equal(got.findings[0].path[1].message, "must be 0");
    assert_null(got.findings[0].advice);
    assert_string_equal(got.findings[0].fixes[0].edits[0].text, edits[0].text);
    assert_null(got.failure);
    assert_int_equal(got.exports[1].needs[0], 1);
    wire_write(&got, &again);
    assert_int_equal(again.len, wire.len);
    assert_memory_equal(again.data, wire.data, wire.len);
    buf_free(&wire);
    buf_free(&again);
    arena_destroy(a);
}

static void what_is_known_survives_the_pipe(void **state)
{
    const known_import sent[] = {{"f", "fn f() unknown\n"}, {"g", NULL}}, *got;
    arena *a = arena_create();
    buf wire = {0};
    int n;

    (void)state;
    wire_write_known(sent, 2, &wire);
    assert_int_equal(wire_read_known(a, wire.data, wire.len, &got, &n), 0);
    assert_int_equal(n, 2);
    assert_string_equal(got[0].summary, sent[0].summary);
    assert_null(got[1].summary);
    for (size_t cut = 0; cut < wire.len; cut++)
        assert_int_equal(wire_read_known(a, wire.data, cut, &got, &n), -1);
    buf_free(&wire);
    arena_destroy(a);
}

static int read_run(arena *a, const buf *wire, size_t len, session_result *got, status *st)
{
    *st = (status){0};
    return wire_read_result(a, wire->data, len, got, st);
}

static void a_run_or_its_error_survives_the_pipe(void **state)
{
    path_step steps[2];
    finding f;
    file_result file = sample(&f, steps);
    session_result sent = {.findings = &f, .nfindings = 1, .units = &file.unit, .nunits = 1, .files = 1, .functions = 7,
                           .headers = words, .nheaders = 2, .notices = words, .nnotices = 1}, got;
    status none = {0}, error = {ERR_USAGE, "no such rule"}, st;
    arena *a = arena_create();
    buf wire = {0}, failed = {0};

    (void)state;
    wire_write_result(&sent, &none, &wire);
    assert_int_equal(read_run(a, &wire, wire.len, &got, &st), 0);
    assert_string_equal(got.findings[0].fixes[0].message, fixes[0].message);
    assert_string_equal(got.headers[1], "two");
    assert_int_equal(got.units[0].functions, 7);
    for (size_t cut = 0; cut < wire.len; cut++)
        assert_int_equal(read_run(a, &wire, cut, &got, &st), -1);
    assert_int_equal(st.code, ERR_INTERNAL);
    wire_write_result(&(session_result){0}, &error, &failed);
    assert_int_equal(read_run(a, &failed, failed.len, &got, &st), -1);
    assert_int_equal(st.code, ERR_USAGE);
    assert_string_equal(st.message, "no such rule");
    buf_free(&wire);
    buf_free(&failed);
    arena_destroy(a);
}

static int read_status(const buf *wire, size_t len)
{
    file_result got = {0};
    arena *a = arena_create();
    int rc = wire_read(a, wire->data, len, &got);

    arena_destroy(a);
    return rc;
}

static void every_cut_is_noticed(void **state)
{
    path_step steps[2];
    finding f;
    file_result sent = sample(&f, steps);
    buf wire = {0};

    (void)state;
    wire_write(&sent, &wire);
    for (size_t n = 0; n < wire.len; n++)
        assert_int_equal(read_status(&wire, n), -1);
    buf_free(&wire);
}

/* Run under the sanitizers: a damaged byte may change a value, but never what is read. */
static void every_damaged_byte_is_survived(void **state)
{
    path_step steps[2];
    finding f;
    file_result sent = sample(&f, steps);
    buf wire = {0};

    (void)state;
    wire_write(&sent, &wire);
    for (size_t n = 0; n < wire.len; n++) {
        wire.data[n] = (char)~wire.data[n];
        read_status(&wire, wire.len);
        wire.data[n] = (char)~wire.data[n];
    }
    buf_free(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_survive_the_pipe),
        cmocka_unit_test(what_is_known_survives_the_pipe),
        cmocka_unit_test(a_run_or_its_error_survives_the_pipe),
        cmocka_unit_test(every_cut_is_noticed),
        cmocka_unit_test(every_damaged_byte_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
