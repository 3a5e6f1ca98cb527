/* Which function of which file a call means, on answers written by hand. */
#include "unit.h"

#include "session_int.h"

#include <string.h>

static const char gives[] = "fn give()\n  returns new {>1}, fresh\n";
static const char lends[] = "fn give()\n  returns borrowed {>1}\n";
static const int first_import[] = {0};

typedef struct {
    arena *a;
    source items[3];
    sources list;
    linker *l;
} run;

static run start(int files)
{
    static const char *const names[] = {"a.c", "b.c", "c.c"};
    run r = {.a = arena_create()};

    for (int i = 0; i < 3; i++)
        r.items[i].shown = names[i];
    r.list = (sources){.n = files};
    return r;
}

static void begin(run *r)
{
    r->list.items = r->items;
    r->l = link_create(r->a, &r->list);
}

static engine_link import_of(const char *name, int nargs)
{
    return (engine_link){.name = name, .line = 7, .ret = IR_OBJ, .nargs = nargs};
}

static engine_link defined(const char *name, const char *summary)
{
    return (engine_link){.name = name, .line = 3, .ret = IR_OBJ, .is_done = true, .summary = summary};
}

static engine_link waiting(const char *name)
{
    return (engine_link){.name = name, .line = 3, .ret = IR_OBJ, .needs = first_import, .nneeds = 1};
}

static void answer(const run *r, int file, bool is_waiting, const engine_link *import, const engine_link *export)
{
    file_result f = {.is_waiting = is_waiting, .imports = import, .nimports = import != NULL,
                     .exports = export, .nexports = export != NULL};

    link_note(r->l, file, &f);
}

/* What `file` is told of its only import; the test fails when it is told nothing. */
static const char *told(const run *r, int file)
{
    known_import *known;

    assert_int_equal(link_next(r->l, file), file);
    assert_int_equal(link_known(r->l, file, false, r->a, &known), 1);
    return known[0].summary;
}

static void a_call_means_the_definition_of_another_file(void **state)
{
    run r = start(2);
    engine_link import = import_of("give", 0), export = defined("give", gives);

    (void)state;
    begin(&r);
    answer(&r, 0, true, &import, NULL);
    answer(&r, 1, false, NULL, &export);
    link_names(r.l);
    assert_string_equal(told(&r, 0), gives);
    assert_int_equal(link_next(r.l, 0), -1);
    arena_destroy(r.a);
}

static void nobody_knows_what_no_file_defines(void **state)
{
    run r = start(2);
    engine_link import = import_of("give", 0), export = defined("take", gives);

    (void)state;
    begin(&r);
    answer(&r, 0, true, &import, NULL);
    answer(&r, 1, false, NULL, &export);
    link_names(r.l);
    assert_null(told(&r, 0));
    arena_destroy(r.a);
}

static void definitions_count_when_they_agree(void **state)
{
    for (int agree = 0; agree < 2; agree++) {
        run r = start(3);
        engine_link import = import_of("give", 0), one = defined("give", gives);
        engine_link two = defined("give", agree ? gives : lends);

        (void)state;
        begin(&r);
        answer(&r, 0, true, &import, NULL);
        answer(&r, 1, false, NULL, &one);
        answer(&r, 2, false, NULL, &two);
        link_names(r.l);
        const char *summary = told(&r, 0);
        assert_true(agree ? summary && strcmp(summary, gives) == 0 : !summary);
        arena_destroy(r.a);
    }
}

static void a_file_waits_until_its_import_is_explored(void **state)
{
    run r = start(3);
    engine_link of_a = import_of("middle", 0), of_b = import_of("give", 0);
    engine_link middle = waiting("middle"), give = defined("give", gives);

    (void)state;
    begin(&r);
    answer(&r, 0, true, &of_a, NULL);
    answer(&r, 1, true, &of_b, &middle);
    answer(&r, 2, false, NULL, &give);
    link_names(r.l);
    assert_int_equal(link_next(r.l, 0), 1);
    assert_string_equal(told(&r, 1), gives);
    assert_int_equal(link_next(r.l, 0), -1);
    middle = defined("middle", lends);
    answer(&r, 1, false, &of_b, &middle);
    assert_string_equal(told(&r, 0), lends);
    arena_destroy(r.a);
}

static void a_circle_is_cut_where_it_closes(void **state)
{
    run r = start(2);
    engine_link of_a = import_of("g", 0), of_b = import_of("f", 0);
    engine_link f = waiting("f"), g = waiting("g");

    (void)state;
    begin(&r);
    answer(&r, 0, true, &of_a, &f);
    answer(&r, 1, true, &of_b, &g);
    link_names(r.l);
    assert_int_equal(link_next(r.l, 0), 1);
    assert_null(told(&r, 1));
    g = defined("g", gives);
    answer(&r, 1, false, &of_b, &g);
    assert_string_equal(told(&r, 0), gives);
    arena_destroy(r.a);
}

static void a_lost_file_leaves_its_functions_unknown(void **state)
{
    run r = start(2);
    engine_link of_a = import_of("g", 0), of_b = import_of("nowhere", 0), g = waiting("g");
    file_result lost = {.failure = "the analysis crashed"};

    (void)state;
    begin(&r);
    answer(&r, 0, true, &of_a, NULL);
    answer(&r, 1, true, &of_b, &g);
    link_names(r.l);
    assert_int_equal(link_next(r.l, 0), 1);
    assert_null(told(&r, 1));
    link_note(r.l, 1, &lost);
    assert_null(told(&r, 0));
    arena_destroy(r.a);
}

static void a_new_worker_is_told_everything_again(void **state)
{
    run r = start(2);
    engine_link import = import_of("give", 0), export = defined("give", gives);
    known_import *known;

    (void)state;
    begin(&r);
    answer(&r, 0, true, &import, NULL);
    answer(&r, 1, false, NULL, &export);
    link_names(r.l);
    told(&r, 0);
    assert_int_equal(link_known(r.l, 0, false, r.a, &known), 0);
    assert_int_equal(link_known(r.l, 0, true, r.a, &known), 1);
    arena_destroy(r.a);
}

static void a_call_that_does_not_fit_is_said_and_means_nobody(void **state)
{
    run r = start(2);
    engine_link import = import_of("give", 2), export = defined("give", gives);
    file_result results[2] = {0};
    strings notices = {0};

    (void)state;
    begin(&r);
    answer(&r, 0, true, &import, NULL);
    answer(&r, 1, false, NULL, &export);
    link_names(r.l);
    assert_null(told(&r, 0));
    link_say(r.l, results, &notices);
    assert_string_equal(results[0].unit.messages[0],
                        "a.c:7: give() is called with 2 arguments, but b.c:3 defines it with 0");
    assert_int_equal(notices.n, 1);
    arena_destroy(r.a);
}

static void a_result_that_is_no_pointer_does_not_fit_one(void **state)
{
    run r = start(2);
    engine_link import = import_of("give", 0), export = defined("give", gives);
    file_result results[2] = {0};
    strings notices = {0};

    (void)state;
    begin(&r);
    import.ret = IR_INT;
    answer(&r, 0, true, &import, NULL);
    answer(&r, 1, false, NULL, &export);
    link_names(r.l);
    assert_null(told(&r, 0));
    link_say(r.l, results, &notices);
    assert_string_equal(results[0].unit.messages[0],
                        "a.c:7: give() is declared to return no pointer, but b.c:3 defines it with one");
    arena_destroy(r.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_means_the_definition_of_another_file),
        cmocka_unit_test(nobody_knows_what_no_file_defines),
        cmocka_unit_test(definitions_count_when_they_agree),
        cmocka_unit_test(a_file_waits_until_its_import_is_explored),
        cmocka_unit_test(a_circle_is_cut_where_it_closes),
        cmocka_unit_test(a_lost_file_leaves_its_functions_unknown),
        cmocka_unit_test(a_new_worker_is_told_everything_again),
        cmocka_unit_test(a_call_that_does_not_fit_is_said_and_means_nobody),
        cmocka_unit_test(a_result_that_is_no_pointer_does_not_fit_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
