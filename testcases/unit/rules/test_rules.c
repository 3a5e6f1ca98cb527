/* Which rules speak at which moment, and how sure they are. The moments are made up here: what the
 * engine puts into them is the engine's tests' business.
 */
#include "unit.h"

#include "rules.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    rule_ctx base;
    const rule *asked;
    char codes[64]; /* "RW101 RW204", in rules.def order */
    char text[256];
    confidence conf;
    bool has_fix;
} listener;

static void listen(rule_ctx *c, const rule_moment *m, confidence conf, const char *fix, const char *text)
{
    listener *l = (listener *)c;
    size_t n = strlen(l->codes);

    (void)m;
    snprintf(l->codes + n, sizeof l->codes - n, "%s%s", n ? " " : "", l->asked->code);
    snprintf(l->text, sizeof l->text, "%s", text);
    l->conf = conf;
    l->has_fix = fix != NULL;
}

/* Asks every rule that subscribes to the moment, as the engine does. */
static listener ask(const rule_moment *m)
{
    listener l = {.base = {.report = listen}};

    for (l.asked = rules_all; l.asked->code != NULL; l.asked++)
        if (l.asked->moments & MOMENT_BIT(m->kind))
            l.asked->check(&l.base, m);
    return l;
}

static void expect(const rule_moment *m, const char *codes)
{
    listener l = ask(m);

    assert_string_equal(l.codes, codes);
}

static void expect_text(const rule_moment *m, const char *codes, const char *text)
{
    listener l = ask(m);

    assert_string_equal(l.codes, codes);
    assert_string_equal(l.text, text);
}

static void expect_conf(const rule_moment *m, const char *codes, confidence conf)
{
    listener l = ask(m);

    assert_string_equal(l.codes, codes);
    assert_int_equal(l.conf, conf);
}

static const ir_fn method = {.name = "f", .ret = IR_OBJ, .roles = IR_R_METHOD | IR_R_STATIC};
static const ir_fn helper = {.name = "help", .ret = IR_OBJ, .roles = IR_R_STATIC};
static const ir_fn visible = {.name = "api", .ret = IR_OBJ};
static const ir_fn status_fn = {.name = "put", .ret = IR_INT, .roles = IR_R_STATIC};
static rule_moment at(moment_kind kind, origin_kind origin)
{
    return (rule_moment){.kind = kind, .fn = &method, .arg = -1,
                         .object = {.name = "x", .origin = origin, .was_named = true}};
}

static rule_moment lost(lost_how how)
{
    rule_moment m = at(MOMENT_LOST, ORIGIN_NEW);

    m.how = how;
    m.object.owned = 1;
    m.object.fresh = true;
    m.object.made_by = "PyList_New";
    return m;
}

/* ---- leaks */

static void each_way_to_lose_a_reference_has_one_rule(void **unused)
{
    rule_moment at_return = lost(LOST_AT_RETURN), overwritten = lost(LOST_BY_OVERWRITE);
    rule_moment failing = at_return, dropped = lost(LOST_UNNAMED);

    (void)unused;
    failing.returns_error = true;
    expect(&at_return, "RW102");
    expect(&failing, "RW101");
    expect(&overwritten, "RW103");
    expect(&dropped, "RW104");
    dropped.returns_error = overwritten.returns_error = true;
    expect(&overwritten, "RW103");
    expect(&dropped, "RW104");
}

static void leak_names_object_function_and_result(void **unused)
{
    rule_moment m = lost(LOST_AT_RETURN);

    (void)unused;
    m.returns_error = true;
    expect_text(&m, "RW101", "'x' leaks when f() returns NULL");
    m.fn = &status_fn;
    expect_text(&m, "RW101", "'x' leaks when put() returns -1");
}

static void dropped_reference_names_maker_and_receiver(void **unused)
{
    rule_moment m = lost(LOST_UNNAMED);

    (void)unused;
    m.call = "PyList_Append";
    m.arg = 1;
    expect_text(&m, "RW104",
                "the new reference from PyList_New() is dropped: PyList_Append() does not steal it");
    m.call = NULL;
    expect_text(&m, "RW104",
                "the new reference from PyList_New() is dropped: nothing keeps the result");
}

static void leak_is_less_sure_when_a_stranger_saw_the_object(void **unused)
{
    rule_moment m = lost(LOST_AT_RETURN);

    (void)unused;
    expect_conf(&m, "RW102", CONF_HIGH);
    m.object.passed_to_unknown = true;
    expect_conf(&m, "RW102", CONF_MEDIUM);
    m.object.fresh = false;
    expect_conf(&m, "RW102", CONF_LOW);
}

static void leak_of_none_is_low(void **unused)
{
    rule_moment m = lost(LOST_AT_RETURN);

    (void)unused;
    m.object.origin = ORIGIN_SINGLETON;
    m.object.immortal = m.object.retained_here = true;
    expect_conf(&m, "RW102", CONF_LOW);
}

/* ---- releases */

static void release_after_release_is_201(void **unused)
{
    rule_moment m = at(MOMENT_RELEASE, ORIGIN_NEW);

    (void)unused;
    m.object.released = true;
    m.object.life = OBJ_DEAD;
    expect_conf(&m, "RW201", CONF_HIGH);
    m.object.life = OBJ_PERHAPS_DEAD;
    expect_conf(&m, "RW201", CONF_MEDIUM);
    m.object.origin = ORIGIN_FIELD;
    expect(&m, "RW201");
}

static void release_after_steal_is_203(void **unused)
{
    rule_moment m = at(MOMENT_RELEASE, ORIGIN_NEW);

    (void)unused;
    m.object.stolen = true;
    m.object.stolen_by = "PyTuple_SetItem";
    expect_text(&m, "RW203", "'x' is released after PyTuple_SetItem() stole it");
}

static void release_of_borrowed_is_204(void **unused)
{
    rule_moment m = at(MOMENT_RELEASE, ORIGIN_BORROWED);

    (void)unused;
    m.object.made_by = "PyList_GetItem";
    expect_text(&m, "RW204", "'x' is released but PyList_GetItem() only lent it");
    m.object.retained_here = m.object.released = true;
    expect(&m, "RW201");
}

static void release_of_an_argument_depends_on_the_caller(void **unused)
{
    rule_moment m = at(MOMENT_RELEASE, ORIGIN_PARAM);

    (void)unused;
    expect(&m, "RW204");
    m.fn = &helper;
    expect(&m, "");
    m.fn = &visible;
    expect(&m, "");
    m.object.released = true;
    expect(&m, "RW201");
}

static void release_of_what_a_field_holds_is_normal(void **unused)
{
    rule_moment field = at(MOMENT_RELEASE, ORIGIN_FIELD);
    rule_moment global = at(MOMENT_RELEASE, ORIGIN_GLOBAL);
    rule_moment unknown = at(MOMENT_RELEASE, ORIGIN_UNKNOWN);

    (void)unused;
    expect(&field, "");
    expect(&global, "");
    expect(&unknown, "");
}

static void owned_references_may_be_released_and_given(void **unused)
{
    rule_moment released = at(MOMENT_RELEASE, ORIGIN_NEW), given = at(MOMENT_GIVE, ORIGIN_NEW);

    (void)unused;
    released.object.owned = given.object.owned = 1;
    expect(&released, "");
    expect(&given, "");
}

/* ---- gifts */

static void gift_says_why_the_reference_is_not_ours(void **unused)
{
    rule_moment m = at(MOMENT_GIVE, ORIGIN_PARAM);

    (void)unused;
    m.call = "PyTuple_SetItem";
    expect_text(&m, "RW204", "'x' is given away but not owned: PyTuple_SetItem() steals it");
    m.object.origin = ORIGIN_NEW;
    m.object.released = true;
    expect(&m, "RW202");
    m.object.stolen = true;
    expect(&m, "RW203");
}

static void static_helper_may_hand_its_argument_on(void **unused)
{
    rule_moment m = at(MOMENT_GIVE, ORIGIN_PARAM);

    (void)unused;
    m.fn = &helper;
    expect(&m, "");
    m.fn = &visible;
    expect_conf(&m, "RW204", CONF_MEDIUM);
}

static void gift_of_none_is_harmless_later(void **unused)
{
    rule_moment m = at(MOMENT_GIVE, ORIGIN_SINGLETON);
    listener l;

    (void)unused;
    m.object.immortal = true;
    l = ask(&m);
    assert_string_equal(l.codes, "RW204");
    assert_int_equal(l.conf, CONF_MEDIUM);
    assert_non_null(strstr(l.text, "harmless from Python 3.12 on"));
}

/* ---- uses */

static void use_of_a_dead_object_is_202(void **unused)
{
    rule_moment m = at(MOMENT_USE, ORIGIN_NEW);

    (void)unused;
    m.object.released = true;
    m.object.life = OBJ_DEAD;
    expect_conf(&m, "RW202", CONF_HIGH);
    m.object.life = OBJ_PERHAPS_DEAD;
    expect_conf(&m, "RW202", CONF_MEDIUM);
    m.object.life = OBJ_LIVE;
    expect(&m, "");
}

static void use_of_what_died_in_its_new_owner_is_203(void **unused)
{
    rule_moment m = at(MOMENT_USE, ORIGIN_NEW);

    (void)unused;
    m.object.stolen = true;
    expect(&m, "");
    m.object.life = OBJ_DEAD;
    expect(&m, "RW203");
}

static void use_of_an_item_names_the_owner_that_is_gone(void **unused)
{
    rule_moment m = at(MOMENT_USE, ORIGIN_BORROWED);

    (void)unused;
    m.object.anchor = "list";
    m.object.life = OBJ_DEAD;
    expect_text(&m, "RW202", "'x' is used after 'list', which kept it alive, is released");
}

/* ---- returns and stores */

static void borrowed_may_be_returned_by_those_who_lend(void **unused)
{
    rule_moment m = at(MOMENT_RETURN, ORIGIN_BORROWED);

    (void)unused;
    m.fn = &helper;
    expect(&m, "");
    m.returns_new_elsewhere = true;
    expect_conf(&m, "RW301", CONF_MEDIUM);
    m.fn = &method;
    m.must_return_new = true;
    expect_conf(&m, "RW301", CONF_HIGH);
}

static void returned_objects_that_are_gone_are_202_or_203(void **unused)
{
    rule_moment m = at(MOMENT_RETURN, ORIGIN_NEW);

    (void)unused;
    m.must_return_new = true;
    m.object.released = true;
    m.object.life = OBJ_DEAD;
    expect(&m, "RW202");
    m.object.stolen = true;
    expect(&m, "RW203");
    m.object.life = OBJ_LIVE;
    expect(&m, "RW301");
}

static void returned_none_is_not_certain(void **unused)
{
    rule_moment m = at(MOMENT_RETURN, ORIGIN_SINGLETON);

    (void)unused;
    m.object.immortal = m.must_return_new = true;
    expect_conf(&m, "RW301", CONF_MEDIUM);
    m.must_return_new = false;
    m.returns_new_elsewhere = true;
    expect_conf(&m, "RW301", CONF_LOW);
}

static void results_of_strangers_are_not_judged(void **unused)
{
    rule_moment returned = at(MOMENT_RETURN, ORIGIN_UNKNOWN);
    rule_moment stored = at(MOMENT_STORED, ORIGIN_UNKNOWN);
    rule_moment given = at(MOMENT_GIVE, ORIGIN_UNKNOWN);

    (void)unused;
    returned.must_return_new = true;
    expect(&returned, "");
    expect(&stored, "");
    expect(&given, "");
}

static void stored_names_the_field(void **unused)
{
    rule_moment m = at(MOMENT_STORED, ORIGIN_PARAM);

    (void)unused;
    m.record = "Point";
    m.field = "name";
    expect_text(&m, "RW302", "'x' is stored in Point.name without a new reference");
    m.record = NULL;
    expect_text(&m, "RW302", "'x' is stored without a new reference");
}

/* ---- NULL */

static void null_names_the_call_that_failed(void **unused)
{
    rule_moment m = at(MOMENT_NULL, ORIGIN_NEW);

    (void)unused;
    m.object.made_by = "PyDict_New";
    expect_text(&m, "RW701", "'x' is NULL here when PyDict_New() fails");
    m.object.made_by = NULL;
    m.call = "Py_DECREF";
    expect_text(&m, "RW701", "Py_DECREF gets NULL here");
}

static void null_of_a_nested_call_is_left_to_104(void **unused)
{
    rule_moment m = at(MOMENT_NULL, ORIGIN_NEW);

    (void)unused;
    m.object.was_named = false;
    m.object.made_by = "PyDict_New";
    m.call = "Py_DECREF";
    expect_text(&m, "RW701", "the result of PyDict_New() is NULL here when it fails");
    m.call = "PyList_Append";
    expect(&m, "");
}

static void failure_without_exception_is_for_those_who_owe_one(void **unused)
{
    rule_moment m = at(MOMENT_RETURN_NULL, ORIGIN_UNKNOWN);

    (void)unused;
    expect(&m, "");
    m.exit_is_failure = true;
    expect_text(&m, "RW702", "f() returns NULL without setting an exception");
    expect_conf(&m, "RW702", CONF_HIGH);
}

/* ---- borrowed for too long, released too early, exceptions */

static void item_at_risk_names_its_lender_and_the_call(void **unused)
{
    rule_moment m = at(MOMENT_AT_RISK, ORIGIN_BORROWED);

    (void)unused;
    m.ran = "PyObject_Str";
    expect_text(&m, "RW303", "'x', a borrowed reference, is used after PyObject_Str(), which can run code that drops the object");
    m.object.anchor = "list";
    expect_text(&m, "RW303", "'x', borrowed from 'list', is used after PyObject_Str(), which can run code that removes it");
    expect_conf(&m, "RW303", CONF_HIGH);
    m.fn = &helper;
    expect_conf(&m, "RW303", CONF_MEDIUM);
}

static void loan_to_another_thread_names_lender(void **unused)
{
    rule_moment m = at(MOMENT_LENT, ORIGIN_BORROWED);

    (void)unused;
    m.call = "PyList_GetItem";
    m.strong = "PyList_GetItemRef";
    m.strong_since = 13;
    expect_text(&m, "RW304", "PyList_GetItem() borrows an object that another thread can let go of");
    m.object.anchor = "list";
    expect_text(&m, "RW304", "PyList_GetItem() borrows from 'list', which another thread can change");
}

static void replaced_place_is_a_field_or_a_global(void **unused)
{
    rule_moment m = at(MOMENT_REPLACED, ORIGIN_FIELD);

    (void)unused;
    m.field = "hook";
    expect_text(&m, "RW205", "'x' is released before hook is set: code that its destructor runs still finds it there");
    expect_conf(&m, "RW205", CONF_MEDIUM);
    m.record = "Node";
    m.is_cleared = true;
    expect_text(&m, "RW205", "'x' is released before Node.hook is cleared: code that its destructor runs still finds it there");
    expect_conf(&m, "RW205", CONF_HIGH);
}

static void pending_exception_at_return_or_at_a_call(void **unused)
{
    rule_moment m = at(MOMENT_PENDING, ORIGIN_UNKNOWN);

    (void)unused;
    expect_text(&m, "RW703", "f() returns success with an exception set");
    expect_conf(&m, "RW703", CONF_MEDIUM);
    m.ran = "PyErr_SetString";
    expect_text(&m, "RW703", "f() returns success with the exception of PyErr_SetString() set");
    m.call = "PyObject_CallNoArgs";
    expect_text(&m, "RW703", "PyObject_CallNoArgs() is called with the exception of PyErr_SetString() set");
}

/* ---- the run, the table */

static void limits_of_the_run_are_told(void **unused)
{
    rule_moment file = {.kind = MOMENT_FILE, .text = "a.c: no such header", .object = {.name = ""}};
    rule_moment budget = at(MOMENT_BUDGET, ORIGIN_UNKNOWN);

    (void)unused;
    expect_text(&file, "RW901", "not analysed: a.c: no such header");
    expect_text(&budget, "RW902", "f() is not explored to the end: too many paths");
}

static void comments_without_effect_are_told(void **unused)
{
    rule_moment m = {.kind = MOMENT_SUPPRESSION, .text = "RW101", .is_known = true, .object = {.name = ""}};

    (void)unused;
    expect_text(&m, "RW903", "'RW101' silences nothing here");
    m.is_known = false;
    expect_text(&m, "RW903", "there is no rule 'RW101'");
    m = (rule_moment){.kind = MOMENT_SUPPRESSION, .is_known = true, .object = {.name = ""}};
    expect_text(&m, "RW903", "the comment silences nothing");
    m.lacks_reason = true;
    expect_text(&m, "RW903", "the comment does not say why");
}

static rule_moment of_type(moment_kind kind, const ir_fn *fn, bool is_certain)
{
    return (rule_moment){.kind = kind, .fn = fn, .arg = -1, .record = "Point", .field = "name",
                         .call = "PyObject_GC_New", .text = "PyObject_New", .is_certain = is_certain};
}

static const ir_fn dealloc = {.name = "point_dealloc", .ret = IR_VOID, .roles = IR_R_SLOT, .slot = "tp_dealloc"};

static void each_question_about_types_has_one_rule(void **unused)
{
    static const struct {
        moment_kind kind;
        const char *code;
    } rows[] = {
        {MOMENT_FIELD_KEPT, "RW106"},      {MOMENT_TYPE_KEPT, "RW107"},
        {MOMENT_NO_TRAVERSE, "RW401"},     {MOMENT_NOT_VISITED, "RW402"},
        {MOMENT_NOT_CLEARED, "RW403"},     {MOMENT_NOT_UNTRACKED, "RW404"},
        {MOMENT_NOT_TRACKED, "RW405"},     {MOMENT_TRACKED_EARLY, "RW406"},
        {MOMENT_NO_GC, "RW407"},           {MOMENT_TYPE_NOT_VISITED, "RW408"},
        {MOMENT_ALLOCATOR, "RW409"},       {MOMENT_STATE_NOT_VISITED, "RW502"},
        {MOMENT_METHOD_TABLE, "RW602"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rule_moment m = of_type(rows[i].kind, &dealloc, true);

        expect(&m, rows[i].code);
        assert_true(ask(&m).has_fix);
    }
}

static void what_is_concluded_is_less_sure_than_what_is_seen(void **unused)
{
    static const moment_kind kinds[] = {MOMENT_FIELD_KEPT, MOMENT_NOT_VISITED, MOMENT_NOT_UNTRACKED,
                                        MOMENT_NOT_TRACKED, MOMENT_TRACKED_EARLY, MOMENT_METHOD_TABLE};

    (void)unused;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        rule_moment seen = of_type(kinds[i], &dealloc, true), likely = of_type(kinds[i], &dealloc, false);

        assert_int_equal(ask(&seen).conf, CONF_HIGH);
        assert_int_equal(ask(&likely).conf, CONF_MEDIUM);
    }
}

static void field_is_named_with_its_type_and_function(void **unused)
{
    rule_moment kept = of_type(MOMENT_FIELD_KEPT, &dealloc, true), table = of_type(MOMENT_FIELD_KEPT, NULL, true);
    rule_moment state = of_type(MOMENT_STATE_NOT_VISITED, NULL, true);

    (void)unused;
    expect_text(&kept, "RW106", "'name' of Point is not released by point_dealloc()");
    expect_text(&table, "RW106", "'name' of Point is never released: the type has no tp_dealloc");
    expect_text(&state, "RW502", "'name' in the state of Point is never visited: there is no m_traverse");
}

static void memory_is_freed_by_the_wrong_function_or_by_none(void **unused)
{
    rule_moment wrong = of_type(MOMENT_ALLOCATOR, &dealloc, true), none = wrong;

    (void)unused;
    none.call = none.text = NULL;
    expect_text(&wrong, "RW409", "PyObject_GC_New() is used for Point, which needs PyObject_New()");
    expect_text(&none, "RW409", "point_dealloc() never frees the memory of Point");
}

/* ---- traps of single functions */

static void lost_buffer_is_108_however_it_is_lost(void **unused)
{
    rule_moment m = lost(LOST_AT_RETURN);

    (void)unused;
    m.object.pair = "PyBuffer_Release";
    expect_text(&m, "RW108", "'x' is not given back when f() returns: PyBuffer_Release() is due");
    m.returns_error = true;
    expect_text(&m, "RW108", "'x' is not given back when f() returns NULL: PyBuffer_Release() is due");
    m.how = LOST_BY_OVERWRITE;
    expect_text(&m, "RW108", "'x' is filled again before PyBuffer_Release() gave back what it holds");
}

static rule_moment added(rule_moment m, add_result how)
{
    m.object.added = how;
    m.object.added_by = "PyModule_AddObject";
    return m;
}

static void leak_after_a_failed_add_is_501(void **unused)
{
    rule_moment failed = added(lost(LOST_AT_RETURN), ADD_FAILED), kept = added(lost(LOST_AT_RETURN), ADD_KEPT);

    (void)unused;
    expect(&failed, "RW501");
    expect(&kept, "RW501");
    kept.returns_error = true; /* another failure, later */
    expect(&kept, "RW101");
}

static void release_of_what_the_module_stole_is_501(void **unused)
{
    rule_moment m = added(at(MOMENT_RELEASE, ORIGIN_NEW), ADD_STOLE);

    (void)unused;
    m.object.stolen = true;
    m.object.stolen_by = "PyModule_AddObject";
    expect_text(&m, "RW501", "'x' is released, but PyModule_AddObject() stole it");
    m.object.stolen_by = "PyTuple_SetItem";
    expect(&m, "RW203");
}

static void gift_to_the_module_is_501(void **unused)
{
    rule_moment m = added(at(MOMENT_GIVE, ORIGIN_BORROWED), ADD_STOLE);

    (void)unused;
    m.call = "PyModule_AddObject";
    expect_text(&m, "RW501", "'x' is not owned, and PyModule_AddObject() steals it");
    m.call = "PyTuple_SetItem";
    expect(&m, "RW204");
}

static void each_of_these_moments_has_one_rule(void **unused)
{
    rule_moment unchecked = at(MOMENT_ADD_UNCHECKED, ORIGIN_NEW), slot = at(MOMENT_SLOT, ORIGIN_NEW);
    rule_moment format = at(MOMENT_FORMAT, ORIGIN_NEW);

    (void)unused;
    unchecked.call = "PyModule_AddObject";
    slot.call = "PyList_SET_ITEM";
    format.call = "Py_BuildValue";
    format.text = "argument 2 is 'int'";
    expect(&unchecked, "RW501");
    expect_text(&slot, "RW105", "a slot of 'x' is overwritten: PyList_SET_ITEM() does not release the item that it holds");
    expect_text(&format, "RW601", "Py_BuildValue(): argument 2 is 'int'");
}

static void every_rule_is_found_by_code_and_name_and_explained(void **unused)
{
    (void)unused;
    for (const rule *r = rules_all; r->code != NULL; r++) {
        assert_ptr_equal(rule_find(r->code), r);
        assert_ptr_equal(rule_find(r->name), r);
        assert_int_not_equal(r->moments, 0);
        const char *page = rule_explain(r->code);
        assert_non_null(page);
        assert_non_null(strstr(page, r->name));
    }
    assert_null(rule_find("RW000"));
    assert_null(rule_explain("RW000"));
}

static void codes_are_in_order(void **unused)
{
    (void)unused;
    for (const rule *r = rules_all; r->code != NULL && r[1].code != NULL; r++)
        assert_true(strcmp(r->code, r[1].code) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_to_lose_a_reference_has_one_rule),
        cmocka_unit_test(leak_names_object_function_and_result),
        cmocka_unit_test(dropped_reference_names_maker_and_receiver),
        cmocka_unit_test(leak_is_less_sure_when_a_stranger_saw_the_object),
        cmocka_unit_test(leak_of_none_is_low),
        cmocka_unit_test(release_after_release_is_201),
        cmocka_unit_test(release_after_steal_is_203),
        cmocka_unit_test(release_of_borrowed_is_204),
        cmocka_unit_test(release_of_an_argument_depends_on_the_caller),
        cmocka_unit_test(release_of_what_a_field_holds_is_normal),
        cmocka_unit_test(owned_references_may_be_released_and_given),
        cmocka_unit_test(gift_says_why_the_reference_is_not_ours),
        cmocka_unit_test(static_helper_may_hand_its_argument_on),
        cmocka_unit_test(gift_of_none_is_harmless_later),
        cmocka_unit_test(use_of_a_dead_object_is_202),
        cmocka_unit_test(use_of_what_died_in_its_new_owner_is_203),
        cmocka_unit_test(use_of_an_item_names_the_owner_that_is_gone),
        cmocka_unit_test(borrowed_may_be_returned_by_those_who_lend),
        cmocka_unit_test(returned_objects_that_are_gone_are_202_or_203),
        cmocka_unit_test(returned_none_is_not_certain),
        cmocka_unit_test(results_of_strangers_are_not_judged),
        cmocka_unit_test(stored_names_the_field),
        cmocka_unit_test(null_names_the_call_that_failed),
        cmocka_unit_test(null_of_a_nested_call_is_left_to_104),
        cmocka_unit_test(failure_without_exception_is_for_those_who_owe_one),
        cmocka_unit_test(item_at_risk_names_its_lender_and_the_call),
        cmocka_unit_test(loan_to_another_thread_names_lender),
        cmocka_unit_test(replaced_place_is_a_field_or_a_global),
        cmocka_unit_test(pending_exception_at_return_or_at_a_call),
        cmocka_unit_test(limits_of_the_run_are_told),
        cmocka_unit_test(comments_without_effect_are_told),
        cmocka_unit_test(each_question_about_types_has_one_rule),
        cmocka_unit_test(what_is_concluded_is_less_sure_than_what_is_seen),
        cmocka_unit_test(field_is_named_with_its_type_and_function),
        cmocka_unit_test(memory_is_freed_by_the_wrong_function_or_by_none),
        cmocka_unit_test(lost_buffer_is_108_however_it_is_lost),
        cmocka_unit_test(leak_after_a_failed_add_is_501),
        cmocka_unit_test(release_of_what_the_module_stole_is_501),
        cmocka_unit_test(gift_to_the_module_is_501),
        cmocka_unit_test(each_of_these_moments_has_one_rule),
        cmocka_unit_test(every_rule_is_found_by_code_and_name_and_explained),
        cmocka_unit_test(codes_are_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
