#include "unit.h"

#include "report.h"

#include <stdlib.h>
#include <string.h>

enum { NLINES = 1000 };

/* A file in which point_dump begins at line 20, and again what looks like it at line 300. */
static const char *line_text(void *ctx, const char *file, int line, size_t *len)
{
    const char *const *hostile = ctx;
    const char *s = line == 20 ? "point_dump(PyObject *self)" : line == 46 ? "    my_point_dump(self);" : "    x = 1;";

    (void)file;
    if (line > NLINES)
        return NULL;
    if (line == 47 && hostile)
        s = *hostile;
    *len = strlen(s);
    return s;
}

static finding leak_at(int line)
{
    return (finding){
        .rule = "RW101",
        .name = "leak-on-error-path",
        .severity = SEV_ERROR,
        .at = {"src/point.c", line, 9, 0, 0},
        .function = "point_dump",
        .object = "list",
        .message = "'list' leaks",
        .fingerprint = "0123456789abcdef0123456789abcdef",
    };
}

static const char *explain(const char *code)
{
    return strcmp(code, "RW101") == 0 ? "# the page </script> of RW101" : NULL;
}

/* The block of data alone. */
static buf data_of(const finding *f, int n, const char *const *hostile)
{
    report_input in = {.tool_version = "1", .findings = f, .nfindings = n, .source_line = line_text,
                       .source_ctx = (void *)hostile, .explain = explain};
    buf out = {0}, data = {0};
    const char *from, *to;

    assert_int_equal(report_write("html", &in, &out, NULL), 0);
    from = strstr(out.data, "id=\"data\">");
    assert_non_null(from);
    from += strlen("id=\"data\">");
    to = strstr(from, "</script>");
    assert_non_null(to);
    buf_addn(&data, from, (size_t)(to - from));
    buf_free(&out);
    return data;
}

static int count(const char *text, const char *what)
{
    int n = 0;

    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        n++;
    return n;
}

static void nothing_can_end_the_block_of_data(void **state)
{
    const char *line = "</script><!-- \xff \xe2\x80\xa8 \xe2\x80\xae";
    finding f = leak_at(47);
    buf data;

    (void)state;
    f.message = "</SCRIPT><img src=x>";
    f.at.file = "a</script>.c";
    data = data_of(&f, 1, &line);
    assert_null(strchr(data.data, '<'));
    assert_int_equal(data.data[data.len - 1], '}');
    assert_non_null(strstr(data.data, "\"message\":\"\\u003c/SCRIPT>\\u003cimg src=x>\""));
    assert_non_null(strstr(data.data, "\"\\u003c/script>\\u003c!-- \\uFFFD \\u2028 \\u202E\""));
    assert_non_null(strstr(data.data, "\"RW101\":\"# the page \\u003c/script> of RW101\""));
    buf_free(&data);
}

static void lines_that_findings_share_are_stored_once(void **state)
{
    finding f[] = {leak_at(47), leak_at(47), leak_at(50)};
    const char *line = "    return NULL;";
    buf data;

    (void)state;
    data = data_of(f, 3, &line);
    assert_int_equal(count(data.data, "\"    return NULL;\""), 1);
    assert_int_equal(count(data.data, "\"begins\":20"), 3);
    assert_int_equal(count(data.data, "[19,["), 1); /* the one run: from above the head of the function on */
    assert_int_equal(count(data.data, "\"    x = 1;\""), 58 - 19 + 1 - 3);
    buf_free(&data);
}

static void of_a_long_function_the_lines_around_steps_are_stored(void **state)
{
    path_step path[] = {{.at = {"src/point.c", 100, 1, 0, 0}, .message = "new reference"},
                        {.at = {"src/point.c", 900, 1, 0, 0}, .message = "must be 0", .kind = STEP_END}};
    finding f = leak_at(900);
    buf data;

    (void)state;
    f.path = path;
    f.npath = 2;
    data = data_of(&f, 1, NULL);
    assert_non_null(strstr(data.data, "[92,["));
    assert_non_null(strstr(data.data, "[892,["));
    assert_int_equal(count(data.data, "\"    x = 1;\""), 2 + 17 + 17);
    assert_int_equal(count(data.data, "\"kind\":\"end\""), 1);
    buf_free(&data);
}

static void a_run_ends_with_the_file(void **state)
{
    finding f = leak_at(NLINES);
    buf data;

    (void)state;
    data = data_of(&f, 1, NULL);
    assert_non_null(strstr(data.data, "[992,["));
    assert_int_equal(count(data.data, "\"    x = 1;\""), 9);
    assert_non_null(strstr(data.data, "\"begins\":0"));
    buf_free(&data);
}

static void what_is_gone_is_listed_with_its_state(void **state)
{
    finding gone = leak_at(0);
    report_input in = {.tool_version = "1", .is_compared = true, .fixed = &gone, .nfixed = 1};
    buf out = {0};

    (void)state;
    gone.state = STATE_FIXED;
    assert_int_equal(report_write("html", &in, &out, NULL), 0);
    assert_non_null(strstr(out.data, "\"line\":0,"));
    assert_non_null(strstr(out.data, "\"state\":\"fixed\""));
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_can_end_the_block_of_data),
        cmocka_unit_test(lines_that_findings_share_are_stored_once),
        cmocka_unit_test(of_a_long_function_the_lines_around_steps_are_stored),
        cmocka_unit_test(a_run_ends_with_the_file),
        cmocka_unit_test(what_is_gone_is_listed_with_its_state),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
