/* Summaries as text: what is printed reads back, byte for byte, and nothing else is read. */
#include "engine_int.h" /* before cmocka.h, which makes fail() a macro */
#include "rules.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static engine_config configure(arena *a)
{
    contract_table *contracts = contract_table_create(a);
    status st = {0};

    assert_int_equal(contract_table_read_builtin(contracts, &st), 0);
    return (engine_config){.rules = rules_all, .contracts = contracts, .target_minor = 11};
}

static ir_unit *read_unit(arena *a, const char *name, const char *text)
{
    ir_unit *unit;
    status st = {0};

    if (ir_read(a, name, text, &unit, &st) < 0 || ir_verify(unit, &st) < 0)
        fail_msg("%s", st.message);
    return unit;
}

/* Names are other pointers after reading. */
static void assert_same_outcome(outcome sent, outcome got)
{
    if (sent.global || got.global)
        assert_string_equal(sent.global, got.global);
    sent.global = got.global = NULL;
    assert_memory_equal(&sent, &got, sizeof sent);
}

static void assert_reads_back(arena *a, const ir_fn *fn, const summary *sum, bool with_names)
{
    buf first = {0}, second = {0};
    summary got;
    status st = {0};

    summary_print(fn, sum, with_names, &first);
    if (summary_read(a, first.data, &got, &st) != 0)
        fail_msg("%s\n%s", st.message, first.data);
    summary_print(fn, &got, with_names, &second);
    assert_string_equal(first.data, second.data);
    assert_int_equal(got.known, sum->known);
    assert_int_equal(got.nfields, sum->known ? sum->nfields : 0);
    assert_int_equal(got.noutcomes, sum->known ? sum->noutcomes : 0);
    for (int i = 0; i < got.noutcomes; i++)
        assert_same_outcome(sum->outcomes[i], got.outcomes[i]);
    buf_free(&first);
    buf_free(&second);
}

static int read_back_file(const char *path)
{
    arena *a = arena_create();
    engine_config config = configure(a);
    char *text;
    size_t len;
    int known = 0;

    assert_int_equal(file_read(a, path, &text, &len, NULL), 0);
    ir_unit *unit = read_unit(a, path, text);
    config.is_alone = true;
    engine *e = engine_open(a, unit, &config);
    engine_advance(e);
    for (int i = 0; i < unit->nfns; i++) {
        assert_reads_back(a, unit->fns[i], &e->summaries[i], true);
        assert_reads_back(a, unit->fns[i], &e->summaries[i], false);
        known += e->summaries[i].known;
    }
    engine_result result;
    engine_close(e, &result);
    arena_destroy(a);
    return known;
}

static void what_is_printed_reads_back(void **unused)
{
    static const char folder[] = REFWARDEN_SOURCE_DIR "/testcases/engine";
    DIR *dir = opendir(folder);
    char path[512];
    int known = 0;

    (void)unused;
    assert_non_null(dir);
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        if (strstr(d->d_name, ".ir")) {
            snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
            known += read_back_file(path);
        }
    closedir(dir);
    assert_true(known > 50);
}

static void every_word_reads_back(void **unused)
{
    static const char *const texts[] = {
        "fn f(0, 1)\n  returns argument 1 {<-1,1}, lasting; 0 {0} large -; 1 keeps; exception cleared\n",
        "fn f(0)\n  returns new to argument 0 {>1}, fresh, born, copy, believed, writes, is exactly list; 0 gives away\n",
        "fn f(0)\n  returns global _Py_NoneStruct {>1}, is dict; 0 may keep; exception perhaps\n",
        "fn f(0)\n  returns new to global X; 0 out NULL; exception set\n  returns value {-1}, fails, for memory, misuse; 0 out new\n",
        "fn f(0)\n  returns interior 0; 0 out borrowed\n  returns unknown object; 0 replaces\n  returns borrowed; 0 clears\n",
        "fn f(0)\n  returns value; 0 frees\n  returns value; 0 out value\n  returns value; 0 steals\n  returns value; 0 retains\n  returns value; 0 releases\n",
        "fn f(0)\n  uses Point.x, read; Point.base.name, read, written; more\n  returns value, writes; 0 keeps in Point.base.name\n",
        "fn f()\n  uses A.b, written\n  returns value\n",
        "fn f()\n  never returns\n", "fn f() unknown\n",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        arena *a = arena_create();
        ir_fn fn = {.name = "f", .nparams = strstr(texts[i], "(0, 1)") ? 2 : strstr(texts[i], "(0)") ? 1 : 0};
        buf again = {0};
        summary sum;
        status st = {0};

        if (summary_read(a, texts[i], &sum, &st) != 0)
            fail_msg("%s", st.message);
        summary_print(&fn, &sum, false, &again);
        assert_string_equal(again.data, texts[i]);
        buf_free(&again);
        arena_destroy(a);
    }
}

static void what_is_no_summary_is_refused(void **unused)
{
    static const char *const texts[] = {
        "", "f()\n", "fn f(\n", "fn f() known\n", "fn f()", "fn f()\n  returns\n", "fn f()\n  returns old\n",
        "fn f()\n  returns value {2}\n", "fn f()\n  returns value {0\n", "fn f()\n  returns value, often\n",
        "fn f()\n  returns argument\n", "fn f()\n  returns argument 99\n", "fn f()\n  returns new to global\n",
        "fn f()\n  returns new, is sausage\n", "fn f(0)\n  returns value\n", "fn f(0)\n  returns value; 0 eats\n",
        "fn f()\n  returns value; exception sometimes\n", "fn f()\n  never returns; 0 -\n",
        "fn f()\n  uses\n", "fn f()\n  uses x, read\n", "fn f()\n  uses A.b, seen\n", "fn f(0)\n  returns value; 0 keeps in A.b\n",
        "fn f()\n  returns value\nfn g()\n", "fn f() unknown\n  returns value\n",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        arena *a = arena_create();
        summary sum;
        status st = {0};

        if (summary_read(a, texts[i], &sum, &st) != -1)
            fail_msg("read: %s", texts[i]);
        assert_false(sum.known);
        assert_non_null(strstr(st.message, "summary, line "));
        arena_destroy(a);
    }
}

static void every_cut_of_a_summary_is_survived(void **unused)
{
    static const char text[] = "fn f(0, 1)\n  returns new {>1}, fresh, is exactly list; 0 {0} large -; 1 keeps; exception set\n";

    (void)unused;
    for (size_t n = 0; n < sizeof text - 1; n++) {
        arena *a = arena_create();
        summary sum;
        int rc = summary_read(a, arena_strndup(a, text, n), &sum, NULL);

        assert_int_equal(rc, n == strlen("fn f(0, 1)\n") ? 0 : -1);
        arena_destroy(a);
    }
}

/* ---- units that wait */

static const char caller_text[] =
    "unit \"caller.c\"\nfile 0 \"caller.c\"\ndecl give -> obj\n"
    "fn forgets(%self: obj \"PyObject\", %no: obj \"PyObject\") -> obj \"PyObject\" method @1:1 {\n"
    "  var %x: obj \"PyObject\" @2:1\nb0:\n  %1 = call give() @3:1\n  %x = set %1 @3:1\n"
    "  %2 = not %x @4:1\n  br %2, b1, b2 @4:1\nb1:\n  ret 0 @5:1\nb2:\n  retain @_Py_NoneStruct @6:1\n"
    "  ret @_Py_NoneStruct @6:1\n}\n"
    "fn passes(%self: obj \"PyObject\") -> obj \"PyObject\" @8:1 {\nb0:\n  %1 = call give() @9:1\n  ret %1 @9:1\n}\n"
    "fn busy() -> int \"int\" @12:1 {\nb0:\n  ret 3 @13:1\n}\n";

static int findings_when_told(const char *summary)
{
    arena *a = arena_create();
    engine_config config = configure(a);
    engine *e = engine_open(a, read_unit(a, "caller.c", caller_text), &config);
    engine_result result;
    int n;

    engine_advance(e);
    assert_false(engine_is_done(e));
    engine_learn(e, "give", summary);
    engine_advance(e);
    assert_true(engine_is_done(e));
    engine_close(e, &result);
    n = result.nfindings;
    arena_destroy(a);
    return n;
}

static void callers_believe_what_another_unit_says(void **unused)
{
    (void)unused;
    assert_int_equal(findings_when_told("fn give()\n  returns value {0}, fails; exception set\n  returns new {>1}\n"), 1);
    assert_int_equal(findings_when_told("fn give()\n  returns value {0}, fails; exception set\n  returns borrowed {>1}\n"), 0);
    assert_int_equal(findings_when_told(NULL), 0);
    assert_int_equal(findings_when_told("nonsense"), 0);
}

static void exports_say_what_they_wait_for(void **unused)
{
    arena *a = arena_create();
    engine_config config = configure(a);
    engine *e = engine_open(a, read_unit(a, "caller.c", caller_text), &config);
    engine_link *exports;
    const engine_link *imports;
    engine_result result;

    (void)unused;
    engine_advance(e);
    assert_int_equal(engine_imports(e, &imports), 1);
    assert_string_equal(imports[0].name, "give");
    assert_int_equal(imports[0].nargs, 0);
    assert_int_equal(engine_exports(e, &exports), 3);
    assert_false(exports[1].is_done);
    assert_int_equal(exports[1].nneeds, 1);
    assert_true(exports[2].is_done);
    assert_string_equal(exports[2].summary, "fn busy()\n  returns value {>1}\n");
    engine_close(e, &result);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_reads_back),
        cmocka_unit_test(every_word_reads_back),
        cmocka_unit_test(what_is_no_summary_is_refused),
        cmocka_unit_test(every_cut_of_a_summary_is_survived),
        cmocka_unit_test(callers_believe_what_another_unit_says),
        cmocka_unit_test(exports_say_what_they_wait_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
