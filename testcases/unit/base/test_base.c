#define _POSIX_C_SOURCE 200809L
#include "unit.h"

#include "base.h"
#include "embedded.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fail_sets_code_and_message(void **state)
{
    status st = {0};

    (void)state;
    assert_int_equal(fail(&st, ERR_IO, "%s: %d", "x", 7), -1);
    assert_int_equal(st.code, ERR_IO);
    assert_string_equal(st.message, "x: 7");
    assert_int_equal(fail(NULL, ERR_IO, "nobody listens"), -1);
}

static void fail_cuts_long_messages(void **state)
{
    status st = {0};
    char text[2000];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    fail(&st, ERR_INPUT, "%s", text);
    assert_int_equal(strlen(st.message), sizeof st.message - 1);
}

static void arena_memory_is_zeroed_and_aligned(void **state)
{
    arena *a = arena_create();

    (void)state;
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(a, n);

        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, n);
    }
    arena_destroy(a);
}

static void arena_serves_requests_larger_than_a_chunk(void **state)
{
    arena *a = arena_create();
    char *big = arena_alloc(a, 5 * 1024 * 1024);

    (void)state;
    big[5 * 1024 * 1024 - 1] = 'x';
    assert_true(arena_used(a) >= 5 * 1024 * 1024);
    assert_non_null(arena_alloc(a, 1));
    arena_destroy(a);
}

static void arena_reset_keeps_the_arena(void **state)
{
    arena *a = arena_create();

    (void)state;
    arena_alloc(a, 100);
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    assert_string_equal(arena_strdup(a, "again"), "again");
    arena_destroy(a);
    arena_destroy(NULL);
}

static void arena_copies_text(void **state)
{
    arena *a = arena_create();

    (void)state;
    assert_null(arena_strdup(a, NULL));
    assert_null(arena_strndup(a, NULL, 3));
    assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
    assert_string_equal(arena_printf(a, "%d-%s", 5, "x"), "5-x");
    assert_string_equal(arena_printf(a, "%s", ""), "");
    arena_destroy(a);
}

static void arena_push_keeps_every_item(void **state)
{
    arena *a = arena_create();
    int *v = NULL, n = 0, cap = 0;

    (void)state;
    for (int i = 0; i < 1000; i++)
        ARENA_PUSH(a, v, n, cap, i * 3);
    assert_int_equal(n, 1000);
    for (int i = 0; i < n; i++)
        assert_int_equal(v[i], i * 3);
    arena_destroy(a);
}

static void buffer_grows_and_stays_terminated(void **state)
{
    buf b = {0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        buf_add(&b, "ab");
        buf_printf(&b, "%d", i % 10);
        assert_int_equal(b.data[b.len], '\0');
    }
    assert_int_equal(b.len, 3000);
    assert_memory_equal(b.data + 2994, "ab8ab9", 6);
    buf_free(&b);
    assert_null(b.data);
    buf_addn(&b, "", 0);
    assert_string_equal(b.data, "");
    buf_free(&b);
}

static void file_is_read_with_its_zero_bytes(void **state)
{
    arena *a = arena_create();
    char path[] = "test_base_XXXXXX";
    int fd = mkstemp(path);
    status st = {0};
    char *text;
    size_t len;

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a\0b\n", 4), 4);
    close(fd);
    assert_int_equal(file_read(a, path, &text, &len, &st), 0);
    assert_int_equal(len, 4);
    assert_memory_equal(text, "a\0b\n", 5);
    unlink(path);
    arena_destroy(a);
}

static void file_that_cannot_be_read_is_named(void **state)
{
    arena *a = arena_create();
    status st = {0};
    char *text;
    size_t len;

    (void)state;
    assert_int_equal(file_read(a, "no/such/file", &text, &len, &st), -1);
    assert_int_equal(st.code, ERR_IO);
    assert_string_equal(st.message, "no/such/file: No such file or directory");
    assert_int_equal(file_read(a, ".", &text, &len, &st), -1);
    assert_string_equal(st.message, ".: Is a directory");
    arena_destroy(a);
}

static void hashes_depend_on_seed_and_every_byte(void **state)
{
    (void)state;
    assert_true(hash_text(0, "abc") == hash_bytes(0, "abc", 3));
    assert_true(hash_text(0, "abc") != hash_text(1, "abc"));
    assert_true(hash_text(0, "abc") != hash_text(0, "abd"));
    assert_true(hash_text(0, NULL) == hash_text(0, ""));
}

static void text_is_found_in_a_list(void **state)
{
    static const char *const list[] = {"one", "two", NULL};

    (void)state;
    assert_true(text_is_one_of("two", list));
    assert_false(text_is_one_of("three", list));
    assert_false(text_is_one_of("one", list + 2));
}

static void check_table(const embedded_file *f)
{
    for (; f->name; f++) {
        assert_null(strchr(f->name, '/'));
        assert_non_null(f->text);
        assert_true(!f[1].name || strcmp(f->name, f[1].name) < 0);
    }
}

static void embedded_tables_are_sorted_and_end(void **state)
{
    (void)state;
    check_table(embedded_contracts);
    check_table(embedded_explain);
    check_table(embedded_overlay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail_sets_code_and_message),
        cmocka_unit_test(fail_cuts_long_messages),
        cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
        cmocka_unit_test(arena_serves_requests_larger_than_a_chunk),
        cmocka_unit_test(arena_reset_keeps_the_arena),
        cmocka_unit_test(arena_copies_text),
        cmocka_unit_test(arena_push_keeps_every_item),
        cmocka_unit_test(buffer_grows_and_stays_terminated),
        cmocka_unit_test(file_is_read_with_its_zero_bytes),
        cmocka_unit_test(file_that_cannot_be_read_is_named),
        cmocka_unit_test(hashes_depend_on_seed_and_every_byte),
        cmocka_unit_test(text_is_found_in_a_list),
        cmocka_unit_test(embedded_tables_are_sorted_and_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
