#include "unit.h"

#include "rule_api.h"

#include <stdlib.h>
#include <string.h>

static finding sample(void)
{
    finding f = {
        .rule = "RW101",
        .at = {"src/point.c", 47, 9, 0, 0},
        .function = "point_dump",
        .object = "list",
        .message = "m",
    };

    finding_fingerprint(&f, "list = PyList_New ( n )", "return NULL");
    return f;
}

static void fingerprints_are_32_hex_digits(void **state)
{
    finding f = sample();

    (void)state;
    assert_int_equal(strlen(f.fingerprint), 32);
    assert_int_equal(strspn(f.fingerprint, "0123456789abcdef"), 32);
}

static void fingerprints_ignore_places_and_messages(void **state)
{
    finding f = sample(), g = sample();

    (void)state;
    g.at = (place){"elsewhere/line.c", 300, 1, 300, 2};
    g.message = "other words";
    finding_fingerprint(&g, "list = PyList_New ( n )", "return NULL");
    assert_string_equal(f.fingerprint, g.fingerprint);
}

static void fingerprints_tell_everything_else_apart(void **state)
{
    finding f = sample(), g[7];

    (void)state;
    for (int i = 0; i < 7; i++)
        g[i] = sample();
    g[0].rule = "RW102";
    g[1].function = "point_init";
    g[2].object = "item";
    g[3].function = "point_dumpl";
    g[3].object = "ist";
    for (int i = 0; i < 4; i++)
        finding_fingerprint(&g[i], "list = PyList_New ( n )", "return NULL");
    finding_fingerprint(&g[4], "list = PyList_New ( 2 )", "return NULL");
    finding_fingerprint(&g[5], "list = PyList_New ( n )", "return 0");
    finding_number(&g[6], 1);
    for (int i = 0; i < 7; i++)
        assert_string_not_equal(f.fingerprint, g[i].fingerprint);
}

static void the_first_of_equals_keeps_its_fingerprint(void **state)
{
    finding f = sample(), first = sample(), third = sample();

    (void)state;
    finding_number(&first, 0);
    finding_number(&third, 2);
    assert_string_equal(first.fingerprint, f.fingerprint);
    assert_string_not_equal(third.fingerprint, f.fingerprint);
}

static void order_is_path_line_column_rule_fingerprint(void **state)
{
    finding sorted[5] = {sample(), sample(), sample(), sample(), sample()};

    (void)state;
    sorted[0].at.file = "a.c";
    sorted[1].at.line = 5;
    sorted[2].at.column = 1;
    sorted[3].rule = "RW001";
    for (int i = 0; i < 4; i++) {
        assert_true(finding_compare(&sorted[i], &sorted[i + 1]) < 0);
        assert_true(finding_compare(&sorted[i + 1], &sorted[i]) > 0);
    }
    assert_int_equal(finding_compare(&sorted[4], &sorted[4]), 0);
}

static void words_are_those_of_the_json_contract(void **state)
{
    (void)state;
    assert_string_equal(severity_text(SEV_WARNING), "warning");
    assert_string_equal(confidence_text(CONF_LOW), "low");
    assert_string_equal(unit_status_text(UNIT_PARTIAL), "partial");
    assert_string_equal(tag_text(TAG_INIT_ONLY), "init-only");
    assert_null(tag_text(1u << 30));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fingerprints_are_32_hex_digits),
        cmocka_unit_test(fingerprints_ignore_places_and_messages),
        cmocka_unit_test(fingerprints_tell_everything_else_apart),
        cmocka_unit_test(the_first_of_equals_keeps_its_fingerprint),
        cmocka_unit_test(order_is_path_line_column_rule_fingerprint),
        cmocka_unit_test(words_are_those_of_the_json_contract),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
