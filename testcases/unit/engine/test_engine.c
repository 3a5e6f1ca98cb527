/* The engine on functions written as text: each file of testcases/engine names what must be found,
 * as "; expect FUNCTION RULE OBJECT", and nothing else may be.
 */
#include "contract.h" /* before cmocka.h, which makes fail() a macro */
#include "engine.h"
#include "rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *joined(arena *a, char **lines, int n)
{
    char *out = arena_strdup(a, "");

    qsort(lines, (size_t)n, sizeof *lines, compare_lines);
    for (int i = 0; i < n; i++)
        out = arena_printf(a, "%s%s\n", out, lines[i]);
    return out;
}

static char *expected_findings(arena *a, const char *text)
{
    static const char mark[] = "; expect ";
    char *lines[64];
    int n = 0;

    for (const char *p = strstr(text, mark); p && n < 64; p = strstr(p, mark)) {
        p += sizeof mark - 1;
        lines[n++] = arena_strndup(a, p, strcspn(p, "\n"));
    }
    return joined(a, lines, n);
}

static char *actual_findings(arena *a, const ir_unit *unit)
{
    contract_table *contracts = contract_table_create(a);
    engine_config config = {.rules = rules_all, .contracts = contracts, .target_minor = 11};
    engine_result result;
    status st = {0};
    char *lines[64];
    int n = 0;

    assert_int_equal(contract_table_read_builtin(contracts, &st), 0);
    engine_run(a, unit, &config, &result);
    for (; n < result.nfindings && n < 64; n++) {
        const finding *f = &result.findings[n];
        lines[n] = arena_printf(a, "%s %s %s", f->function, f->rule, f->object);
    }
    return joined(a, lines, n);
}

static void check_file(const char *name)
{
    arena *a = arena_create();
    char *text, *path = arena_printf(a, "%s/testcases/engine/%s", REFWARDEN_SOURCE_DIR, name);
    size_t len;
    ir_unit *unit;
    status st = {0};

    if (file_read(a, path, &text, &len, &st) < 0 || ir_read(a, path, text, &unit, &st) < 0 ||
        ir_verify(unit, &st) < 0)
        fail_msg("%s", st.message);
    assert_string_equal(actual_findings(a, unit), expected_findings(a, text));
    arena_destroy(a);
}

static void calls_fork_into_their_outcomes(void **unused) { (void)unused; check_file("outcomes.ir"); }
static void loops_settle(void **unused) { (void)unused; check_file("loops.ir"); }
static void helpers_are_known_to_callers(void **unused) { (void)unused; check_file("summaries.ir"); }
static void places_keep_references(void **unused) { (void)unused; check_file("places.ir"); }
static void joins_keep_what_differs(void **unused) { (void)unused; check_file("joins.ir"); }
static void tests_of_numbers_are_remembered(void **unused) { (void)unused; check_file("ranges.ir"); }
static void helpers_hand_references_through(void **unused) { (void)unused; check_file("handed_through.ir"); }
static void types_account_for_their_fields(void **unused) { (void)unused; check_file("types.ir"); }
static void answers_about_exceptions_are_known(void **unused) { (void)unused; check_file("asks.ir"); }
static void failure_needs_an_exception(void **unused) { (void)unused; check_file("exceptions.ir"); }
static void traps_of_single_functions_are_known(void **unused) { (void)unused; check_file("traps.ir"); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_fork_into_their_outcomes),
        cmocka_unit_test(loops_settle),
        cmocka_unit_test(helpers_are_known_to_callers),
        cmocka_unit_test(places_keep_references),
        cmocka_unit_test(joins_keep_what_differs),
        cmocka_unit_test(tests_of_numbers_are_remembered),
        cmocka_unit_test(helpers_hand_references_through),
        cmocka_unit_test(types_account_for_their_fields),
        cmocka_unit_test(failure_needs_an_exception),
        cmocka_unit_test(answers_about_exceptions_are_known),
        cmocka_unit_test(traps_of_single_functions_are_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
