#include "unit.h"

#include "lsp_int.h"

#include <string.h>

#define SMILE "\xf0\x9f\x98\x80" /* two units of UTF-16, four bytes */
#define ACUTE "\xc3\xa9"         /* one unit, two bytes */

static lsp_text text_with(const char *s)
{
    lsp_text t = {0};

    text_set(&t, s, strlen(s));
    return t;
}

static void expect_offset(const char *s, int line, int unit, text_units units, size_t expected)
{
    lsp_text t = text_with(s);

    assert_int_equal(text_offset(&t, (position){line, unit}, units), expected);
    text_free(&t);
}

static void expect_position(const char *s, int line, int column, text_units units, int at_line, int at_unit)
{
    lsp_text t = text_with(s);
    position p = text_position(&t, line, column, units);

    assert_int_equal(p.line, at_line);
    assert_int_equal(p.unit, at_unit);
    text_free(&t);
}

static void units_count_characters_beyond_ascii(void **state)
{
    static const char s[] = "x\na" ACUTE SMILE "b";

    (void)state;
    expect_offset(s, 1, 2, UNITS_UTF16, 5);
    expect_offset(s, 1, 4, UNITS_UTF16, 9);
    expect_offset(s, 1, 3, UNITS_UTF8, 5);
    expect_offset(s, 1, 7, UNITS_UTF8, 9);
    expect_position(s, 2, 4, UNITS_UTF16, 1, 2);
    expect_position(s, 2, 8, UNITS_UTF16, 1, 4);
    expect_position(s, 2, 8, UNITS_UTF8, 1, 7);
}

static void inside_a_character_means_its_beginning(void **state)
{
    static const char s[] = "a" SMILE "b";

    (void)state;
    expect_offset(s, 0, 2, UNITS_UTF16, 1);
    expect_offset(s, 0, 3, UNITS_UTF8, 1);
    expect_position(s, 1, 4, UNITS_UTF16, 0, 1);
    expect_position(s, 1, 4, UNITS_UTF8, 0, 1);
}

static void bytes_that_are_no_text_are_one_unit_each(void **state)
{
    (void)state;
    expect_offset("\xff\xfe" "a\xc3", 0, 3, UNITS_UTF16, 3);
    expect_offset("\xff\xfe" "a\xc3", 0, 4, UNITS_UTF8, 4);
    expect_position("\xff\xfe" "a", 1, 3, UNITS_UTF16, 0, 2);
}

static void every_kind_of_line_end_counts(void **state)
{
    static const char s[] = "a\r\nb\rc\n\nd";

    (void)state;
    expect_offset(s, 1, 0, UNITS_UTF16, 3);
    expect_offset(s, 2, 0, UNITS_UTF16, 5);
    expect_offset(s, 4, 0, UNITS_UTF16, 8);
    expect_offset("\ta", 0, 1, UNITS_UTF16, 1);
}

static void behind_the_end_means_the_end(void **state)
{
    static const char s[] = "ab\r\ncd";

    (void)state;
    expect_offset(s, 0, 99, UNITS_UTF16, 2);
    expect_offset(s, 1, 99, UNITS_UTF16, 6);
    expect_offset(s, 7, 3, UNITS_UTF16, 6);
    expect_offset("", 0, 0, UNITS_UTF16, 0);
    expect_offset("", 3, 3, UNITS_UTF16, 0);
    expect_position(s, 1, 50, UNITS_UTF16, 0, 2);
    expect_position(s, 9, 1, UNITS_UTF16, 1, 2);
    expect_position(s, 0, 0, UNITS_UTF16, 0, 0);
    expect_position("", 1, 1, UNITS_UTF16, 0, 0);
}

static void expect_replaced(const char *s, size_t from, size_t to, const char *with, const char *expected, int nlines)
{
    lsp_text t = text_with(s);

    text_replace(&t, from, to, with, strlen(with));
    assert_string_equal(t.data, expected);
    assert_int_equal(t.len, strlen(expected));
    assert_int_equal(t.nlines, nlines);
    text_free(&t);
}

static void parts_are_replaced(void **state)
{
    (void)state;
    expect_replaced("abc", 1, 2, "XY", "aXYc", 1);
    expect_replaced("a\nb", 1, 2, "", "ab", 1);
    expect_replaced("ab", 2, 2, "\n\n", "ab\n\n", 3);
    expect_replaced("", 0, 0, "x", "x", 1);
    expect_replaced("abc", 0, 3, "", "", 1);
}

static void offsets_have_lines(void **state)
{
    lsp_text t = text_with("ab\ncd\n");

    (void)state;
    assert_int_equal(text_line_at(&t, 0), 0);
    assert_int_equal(text_line_at(&t, 2), 0);
    assert_int_equal(text_line_at(&t, 3), 1);
    assert_int_equal(text_line_at(&t, 6), 2);
    assert_int_equal(text_position_at(&t, 4, UNITS_UTF16).unit, 1);
    text_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_count_characters_beyond_ascii),
        cmocka_unit_test(inside_a_character_means_its_beginning),
        cmocka_unit_test(bytes_that_are_no_text_are_one_unit_each),
        cmocka_unit_test(every_kind_of_line_end_counts),
        cmocka_unit_test(behind_the_end_means_the_end),
        cmocka_unit_test(parts_are_replaced),
        cmocka_unit_test(offsets_have_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
