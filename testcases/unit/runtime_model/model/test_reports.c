/* What the checked library reports, each fault at the call that did it. The plain library reports
 * nothing, so there the tests only say that they were left out. */
#include "model.h"

#ifdef RM_CHECKED

static char reported[8][256];
static int lines[8], nreports;

static void keep_report(void *ctx, const rm_report *r)
{
    (void)ctx;
    if (nreports < 8) {
        snprintf(reported[nreports], sizeof reported[0], "%s", r->what);
        lines[nreports] = r->file != NULL && strcmp(r->file, __FILE__) == 0 ? r->line : -1;
        nreports++;
    }
}

static int start(void **state)
{
    rm_options options = {.version = RM_PYTHON_3_11};

    (void)state;
    options.hooks.report = keep_report;
    nreports = 0;
    node_visits = true;
    rt = rm_runtime_create(&options);
    return rt != NULL && PyType_Ready(&Node_Type) == 0 ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    if (rt != NULL)
        rm_runtime_destroy(rt);
    return 0;
}

static void finish(void)
{
    rm_runtime_destroy(rt);
    rt = NULL;
}

static void release_after_death_is_reported_there(void **state)
{
    PyObject *f = PyFloat_FromDouble(1.5);

    (void)state;
    Py_DECREF(f);
    Py_DECREF(f); int line = __LINE__;
    assert_int_equal(nreports, 1);
    assert_string_equal(reported[0], "release: dead");
    assert_int_equal(lines[0], line);
}

static void retain_after_death_is_reported(void **state)
{
    PyObject *list = PyList_New(0);

    (void)state;
    Py_DECREF(list);
    Py_INCREF(list);
    assert_string_equal(reported[0], "retain: dead");
}

static void release_of_what_a_list_holds_is_reported(void **state)
{
    PyObject *list = PyList_New(1), *f = PyFloat_FromDouble(1.5);

    (void)state;
    PyList_SET_ITEM(list, 0, f);
    Py_DECREF(f); int line = __LINE__;
    assert_string_equal(reported[0], "release: not owned");
    assert_int_equal(lines[0], line);
}

static void giving_away_twice_is_reported(void **state)
{
    PyObject *list = PyList_New(2), *f = PyFloat_FromDouble(1.5);

    (void)state;
    PyList_SET_ITEM(list, 0, f);
    PyList_SET_ITEM(list, 1, f);
    assert_string_equal(reported[0], "stored: not owned");
}

static void freed_while_tracked_is_reported(void **state)
{
    node *n = node_new(1);

    (void)state;
    Py_SET_REFCNT(n, 0);
    PyObject_GC_Del(n);
    assert_string_equal(reported[0], "freed: tracked");
}

static void tracked_twice_is_reported(void **state)
{
    node *n = node_new(1);

    (void)state;
    PyObject_GC_Track(n);
    assert_string_equal(reported[0], "track: tracked");
    Py_DECREF(n);
}

static void leak_is_reported_at_the_end(void **state)
{
    PyObject *f = PyFloat_FromDouble(1.5);

    (void)state;
    Py_INCREF(f);
    Py_DECREF(f);
    finish();
    assert_int_equal(nreports, 1);
    assert_string_equal(reported[0], "never released");
}

static void what_a_leaked_list_holds_is_told_apart(void **state)
{
    PyObject *list = PyList_New(1);

    (void)state;
    PyList_SET_ITEM(list, 0, PyFloat_FromDouble(1.5));
    finish();
    assert_int_equal(nreports, 2);
    assert_string_equal(reported[0], "never released");
    assert_string_equal(reported[1], "held by another object");
}

static void correct_program_is_silent(void **state)
{
    PyObject *list = PyList_New(0), *dict = PyDict_New();

    (void)state;
    PyList_Append(list, dict);
    PyDict_SetItemString(dict, "self", list);
    Py_DECREF(dict);
    Py_DECREF(list);
    finish();
    assert_int_equal(nreports, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(release_after_death_is_reported_there, start, stop),
        cmocka_unit_test_setup_teardown(retain_after_death_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(release_of_what_a_list_holds_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(giving_away_twice_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(freed_while_tracked_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(tracked_twice_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(leak_is_reported_at_the_end, start, stop),
        cmocka_unit_test_setup_teardown(what_a_leaked_list_holds_is_told_apart, start, stop),
        cmocka_unit_test_setup_teardown(correct_program_is_silent, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void plain_library_says_so(void **state)
{
    (void)state;
    assert_false(rm_runtime_is_checked());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plain_library_says_so)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
