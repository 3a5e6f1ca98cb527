/* The store keeps what it was given, and no fault of its file gets past it. */
#define _GNU_SOURCE
#include "unit.h"

#include "store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    arena *a;
    const char *folder, *file;
} fixture;

static int set_up(void **state)
{
    arena *a = arena_create();
    char name[] = "/tmp/refwarden-store-XXXXXX";
    fixture *f = arena_alloc(a, sizeof *f);

    assert_non_null(mkdtemp(name));
    f->a = a;
    f->folder = arena_printf(a, "%s/cache", name);
    f->file = arena_printf(a, "%s/cache.db", f->folder);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;

    chmod(f->folder, 0700);
    store_clear(f->folder, NULL);
    rmdir(f->folder);
    rmdir(arena_strndup(f->a, f->folder, strlen(f->folder) - strlen("/cache")));
    arena_destroy(f->a);
    return 0;
}

static const hash128 key = {1, 2}, other_key = {3, 4};

static void keep(store *s, const char *data)
{
    finding f = {.rule = "RW101", .at = {.file = "a.c", .line = 3}, .function = "f", .object = "o", .fingerprint = "ab"};
    store_summary summary = {"f", "returns new"};
    store_result r = {.key = key, .path = "a.c", .data = data, .len = strlen(data), .findings = &f, .nfindings = 1,
                      .summaries = &summary, .nsummaries = 1};
    store_run run = {.tool = "t", .files = 1, .findings = 1};

    store_keep(s, &run, &r, 1);
}

/* A store that has one result is opened, the result looked for, and the store closed. */
static const char *found(const fixture *f, const char **trouble)
{
    store *s = store_open(f->folder);
    size_t len = 0;
    const char *data = store_find(s, f->a, key, &len);

    *trouble = arena_strdup(f->a, store_trouble(s));
    store_close(s);
    return data;
}

static void fill(const fixture *f, const char *data)
{
    store *s = store_open(f->folder);

    keep(s, data);
    assert_null(store_trouble(s));
    store_close(s);
}

static void sql(const fixture *f, const char *text)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(f->file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_result_is_found_again(void **state)
{
    fixture *f = *state;
    const char *trouble;

    assert_null(found(f, &trouble));
    assert_null(trouble);
    fill(f, "what was found");
    assert_string_equal(found(f, &trouble), "what was found");
    assert_null(trouble);
}

static void a_result_is_replaced_with_all_that_belongs_to_it(void **state)
{
    fixture *f = *state;
    const char *trouble;
    store_totals totals;
    store *s;

    fill(f, "old");
    fill(f, "new");
    assert_string_equal(found(f, &trouble), "new");
    s = store_open(f->folder);
    assert_int_equal(store_count(s, &totals), 0);
    store_close(s);
    assert_int_equal(totals.results, 1);
    assert_int_equal(totals.findings, 1);
    assert_int_equal(totals.summaries, 1);
    assert_int_equal(totals.runs, 2);
}

static void another_key_finds_nothing(void **state)
{
    fixture *f = *state;
    size_t len;
    store *s;

    fill(f, "x");
    s = store_open(f->folder);
    assert_null(store_find(s, f->a, other_key, &len));
    store_close(s);
}

static void what_is_no_database_is_begun_anew(void **state)
{
    fixture *f = *state;
    const char *trouble;
    FILE *out;

    fill(f, "x");
    store_clear(f->folder, NULL);
    out = fopen(f->file, "wb");
    for (int i = 0; i < 10000; i++)
        fputs("this is no database", out);
    fclose(out);
    assert_null(found(f, &trouble));
    assert_non_null(strstr(trouble, "damaged; it is begun anew"));
    fill(f, "y");
    assert_string_equal(found(f, &trouble), "y");
    assert_null(trouble);
}

static void a_changed_value_is_not_believed(void **state)
{
    fixture *f = *state;
    const char *trouble;

    fill(f, "x");
    sql(f, "UPDATE result SET data = CAST(SUBSTR(data, 1, 16) || 'y' AS BLOB)");
    assert_null(found(f, &trouble));
    assert_non_null(strstr(trouble, "damaged entries"));
    sql(f, "UPDATE result SET data = x'00'");
    assert_null(found(f, &trouble));
    assert_non_null(strstr(trouble, "damaged entries"));
}

static void a_result_under_the_wrong_key_is_not_believed(void **state)
{
    fixture *f = *state;
    size_t len;
    store *s;

    fill(f, "x");
    sql(f, "UPDATE result SET key = x'03000000000000000400000000000000'");
    s = store_open(f->folder);
    assert_null(store_find(s, f->a, other_key, &len));
    assert_non_null(store_trouble(s));
    store_close(s);
}

static void a_missing_table_is_damage(void **state)
{
    fixture *f = *state;
    const char *trouble;

    fill(f, "x");
    sql(f, "DROP TABLE result");
    assert_null(found(f, &trouble));
    assert_non_null(strstr(trouble, "begun anew"));
}

static void a_newer_version_is_left_alone(void **state)
{
    fixture *f = *state;
    const char *trouble;

    fill(f, "x");
    sql(f, "PRAGMA user_version = 99");
    assert_null(found(f, &trouble));
    assert_non_null(strstr(trouble, "newer refwarden"));
    sql(f, "PRAGMA user_version = 1");
    assert_string_equal(found(f, &trouble), "x");
}

static void the_database_of_another_program_is_left_alone(void **state)
{
    fixture *f = *state;
    const char *trouble;

    assert_int_equal(mkdir(f->folder, 0700), 0);
    sql(f, "CREATE TABLE theirs (x); PRAGMA user_version = 1");
    assert_null(found(f, &trouble));
    assert_non_null(strstr(trouble, "another program"));
    sql(f, "DROP TABLE theirs");
}

static void a_locked_store_is_read_and_not_written(void **state)
{
    fixture *f = *state;
    sqlite3 *db;
    store *s;
    size_t len;

    fill(f, "x");
    assert_int_equal(sqlite3_open(f->file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    s = store_open(f->folder);
    assert_string_equal(store_find(s, f->a, key, &len), "x");
    keep(s, "y");
    assert_non_null(strstr(store_trouble(s), "in use by another run"));
    store_close(s);
    sqlite3_close(db);
}

static void what_others_can_write_is_not_trusted(void **state)
{
    fixture *f = *state;
    const char *trouble;

    fill(f, "x");
    chmod(f->folder, 0777);
    assert_null(found(f, &trouble));
    assert_non_null(strstr(trouble, "can be written by others"));
    chmod(f->folder, 0700);
    chmod(f->file, 0666);
    assert_null(found(f, &trouble));
    assert_non_null(strstr(trouble, "can be written by others"));
}

static void a_folder_that_cannot_be_made_is_a_warning(void **state)
{
    store *s = store_open("/dev/null/cache");
    size_t len;

    assert_non_null(strstr(store_trouble(s), "nothing is cached"));
    assert_null(store_find(s, ((fixture *)*state)->a, key, &len));
    keep(s, "x");
    store_close(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_result_is_found_again),
        TEST(a_result_is_replaced_with_all_that_belongs_to_it),
        TEST(another_key_finds_nothing),
        TEST(what_is_no_database_is_begun_anew),
        TEST(a_changed_value_is_not_believed),
        TEST(a_result_under_the_wrong_key_is_not_believed),
        TEST(a_missing_table_is_damage),
        TEST(a_newer_version_is_left_alone),
        TEST(the_database_of_another_program_is_left_alone),
        TEST(a_locked_store_is_read_and_not_written),
        TEST(what_others_can_write_is_not_trusted),
        TEST(a_folder_that_cannot_be_made_is_a_warning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
