#define _GNU_SOURCE
#include "unit.h"

#include "lsp_int.h"

#include <stdlib.h>
#include <string.h>

/* What comes out of bytes that arrive `portion` at a time: bodies, and "!" for garbage. */
static char *messages(const char *bytes, size_t n, size_t portion)
{
    frame_reader r = {0};
    buf out = {0};
    frame_kind kind;
    char *body;
    size_t len;

    for (size_t at = 0; at < n; at += portion) {
        frame_feed(&r, bytes + at, n - at < portion ? n - at : portion);
        while ((kind = frame_next(&r, &body, &len)) != FRAME_NONE) {
            if (kind == FRAME_GARBAGE)
                buf_add(&out, "!");
            else
                buf_printf(&out, "<%.*s>", (int)len, body);
        }
    }
    frame_free(&r);
    return out.data;
}

static void expect(const char *bytes, size_t n, const char *expected)
{
    for (size_t portion = 1; portion <= n; portion += portion < 8 ? 1 : 97) {
        char *got = messages(bytes, n, portion);

        assert_string_equal(got ? got : "", expected);
        free(got);
    }
}

#define EXPECT(bytes, expected) expect(bytes, sizeof bytes - 1, expected)

static void messages_come_in_any_portions(void **state)
{
    (void)state;
    EXPECT("Content-Length: 2\r\n\r\n{}", "<{}>");
    EXPECT("content-length:3  \r\nContent-Type: x; charset=utf-8\r\n\r\nabcContent-Length: 1\r\n\r\nd", "<abc><d>");
    EXPECT("Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\na", "<><a>");
    EXPECT("Content-Length: 5\r\n\r\nab", "");
}

static void garbage_is_skipped_up_to_the_next_header(void **state)
{
    (void)state;
    EXPECT("garbageContent-Length: 1\r\n\r\na", "!<a>");
    EXPECT("\0\xff\r\n\r\n\r\n\r\nContent-Length: 1\r\n\r\naContent-Length: 1\r\n\r\nb", "!<a><b>");
    EXPECT("Content-Length: x\r\n\r\nContent-Length: 1\r\n\r\na", "!<a>");
    EXPECT("Content-Length: -1\r\n\r\nContent-Length: 1\r\n\r\na", "!<a>");
    EXPECT("Content-Length: 1\r\nContent-Length: 2\r\n\r\nabcContent-Length: 1\r\n\r\na", "!<ab>!<a>");
    EXPECT("No-Length: 1\r\n\r\naContent-Length: 1\r\n\r\na", "!<a>");
}

static void lengths_beyond_the_limit_are_garbage(void **state)
{
    (void)state;
    EXPECT("Content-Length: 268435457\r\n\r\nContent-Length: 1\r\n\r\na", "!<a>");
    EXPECT("Content-Length: 99999999999999999999999\r\n\r\nContent-Length: 1\r\n\r\na", "!<a>");
}

static void long_garbage_is_not_kept(void **state)
{
    buf bytes = {0};

    (void)state;
    for (int i = 0; i < 5000; i++)
        buf_add(&bytes, "rubbish ");
    buf_add(&bytes, "Content-Length: 1\r\n\r\na");
    expect(bytes.data, bytes.len, "!<a>");
    buf_free(&bytes);
}

/* ---- what is inside */

static void expect_json(const char *body, const char *expected)
{
    char *copy = strdup(body);
    json_t *value = json_parse(copy, strlen(copy));
    char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;

    assert_string_equal(text ? text : "none", expected);
    free(text);
    json_decref(value);
    free(copy);
}

static void halves_of_characters_are_replaced(void **state)
{
    (void)state;
    expect_json("[\"\\ud83d\\ude00\"]", "[\"\xf0\x9f\x98\x80\"]");
    expect_json("[\"\\ud83d\"]", "[\"\xef\xbf\xbd\"]");
    expect_json("[\"\\ude00x\\uD83D\\u0041\"]", "[\"\xef\xbf\xbdx\xef\xbf\xbd\x41\"]");
    expect_json("[\"\\\\ud83d\"]", "[\"\\\\ud83d\"]");
    expect_json("[\"a\xff\xc3\"]", "[\"a??\"]");
    expect_json("[\"\\", "none");
    expect_json("[\"\\u", "none");
    expect_json("", "none");
}

static void deep_nesting_is_refused(void **state)
{
    buf deep = {0};

    (void)state;
    for (int i = 0; i < 100000; i++)
        buf_add(&deep, "[");
    assert_null(json_parse(deep.data, deep.len));
    buf_free(&deep);
}

static void members_are_found_by_path(void **state)
{
    json_t *o = json_pack("{s:{s:{s:s}}, s:i}", "a", "b", "c", "deep", "n", 5);
    json_int_t n;

    (void)state;
    assert_string_equal(json_string_at(o, "a.b.c"), "deep");
    assert_null(json_string_at(o, "a.b"));
    assert_null(json_at(o, "n.b"));
    assert_null(json_at(NULL, "n"));
    assert_true(json_int(o, "n", &n));
    assert_int_equal(n, 5);
    assert_false(json_int(o, "a", &n));
    json_decref(o);
}

/* ---- names of files */

static void uris_and_paths(void **state)
{
    arena *a = arena_create();

    (void)state;
    assert_string_equal(uri_path(a, "file:///a%20b/c%2b.c"), "/a b/c+.c");
    assert_string_equal(uri_path(a, "FILE://localhost/a"), "/a");
    assert_string_equal(uri_path(a, "file:///100%/%zz"), "/100%/%zz");
    assert_null(uri_path(a, "untitled:1"));
    assert_null(uri_path(a, "file://host/a"));
    assert_null(uri_path(a, "file:///a%00b"));
    assert_string_equal(uri_of(a, "/a b/\xc3\xa9+[1].c"), "file:///a%20b/%C3%A9+%5B1%5D.c");
    assert_string_equal(uri_path(a, uri_of(a, "/\xff%41 #?.c")), "/\xff%41 #?.c");
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_in_any_portions),
        cmocka_unit_test(garbage_is_skipped_up_to_the_next_header),
        cmocka_unit_test(lengths_beyond_the_limit_are_garbage),
        cmocka_unit_test(long_garbage_is_not_kept),
        cmocka_unit_test(halves_of_characters_are_replaced),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(members_are_found_by_path),
        cmocka_unit_test(uris_and_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
