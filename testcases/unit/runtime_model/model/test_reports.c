/* What the checked library reports, each fault at the call that did it. The plain library reports
 * nothing, so there the tests only say that they were left out. */
#include "model.h"

#ifdef RM_CHECKED

enum { MOST_OWNERS = 4 };

static char reported[8][256];
static int lines[8], nreports;
static rm_owner owners[8][MOST_OWNERS];
static size_t nowners[8], nframes[8];
static char json[4096]; /* of the last report */

static void keep_json(const rm_report *r)
{
    FILE *f = tmpfile();
    size_t n;

    rm_report_print_json(r, f);
    rewind(f);
    n = fread(json, 1, sizeof json - 1, f);
    json[n] = '\0';
    fclose(f);
}

static void keep_report(void *ctx, const rm_report *r)
{
    (void)ctx;
    if (nreports < 8) {
        snprintf(reported[nreports], sizeof reported[0], "%s", r->what);
        lines[nreports] = r->file != NULL && strcmp(r->file, __FILE__) == 0 ? r->line : -1;
        nowners[nreports] = Py_MIN(r->nowners, MOST_OWNERS);
        for (size_t i = 0; i < nowners[nreports]; i++)
            owners[nreports][i] = r->owners[i];
        nframes[nreports] = r->nframes;
        keep_json(r);
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

static void R09_release_after_death_is_reported_there(void **state)
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

static void R08_freed_while_tracked_is_reported(void **state)
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

/* ---- who holds what */

static void report_names_who_holds_each_reference(void **state)
{
    PyObject *list = PyList_New(0), *f = PyFloat_FromDouble(1.5); int made = __LINE__;

    (void)state;
    PyList_Append(list, f); int kept = __LINE__;
    Py_DECREF(f);
    Py_DECREF(f);
    assert_string_equal(reported[0], "release: not owned");
    assert_int_equal(nowners[0], 1);
    assert_int_equal(owners[0][0].kind, RM_OWNER_OBJECT);
    assert_string_equal(owners[0][0].type, "list");
    assert_int_equal(owners[0][0].site.line, kept);
    finish();
    assert_int_equal(lines[1], made);
}

static PyObject *take(PyObject *op)
{
    return Py_NewRef(op);
}

static void reference_of_the_releasing_function_ends_first(void **state)
{
    PyObject *f = PyFloat_FromDouble(1.5), *same;

    (void)state;
    same = take(f); /* and the function that made it releases its own */
    Py_DECREF(f);
    assert_ptr_equal(same, f);
    finish();
    assert_int_equal(nowners[0], 1);
    assert_int_equal(owners[0][0].kind, RM_OWNER_LOCAL);
    assert_string_equal(owners[0][0].site.function, "take");
}

static void what_is_lent_names_its_lender_after_death(void **state)
{
    PyObject *list = PyList_New(1), *f;

    (void)state;
    PyList_SET_ITEM(list, 0, PyFloat_FromDouble(1.5));
    f = PyList_GetItem(list, 0); int lent = __LINE__;
    PyList_SetSlice(list, 0, 1, NULL);
    PyFloat_AsDouble(f); int used = __LINE__;
    assert_string_equal(reported[0], "PyFloat_AsDouble: dead");
    assert_int_equal(lines[0], used);
    assert_int_equal(owners[0][0].kind, RM_OWNER_VIEW);
    assert_int_equal(owners[0][0].site.line, lent);
    PyErr_Clear();
    Py_DECREF(list);
}

static void field_that_is_not_visited_explains_a_cycle(void **state)
{
    node *a = node_new(1), *b = node_new(2);

    (void)state;
    a->a = Py_NewRef(b);
    b->a = Py_NewRef(a);
    node_visits = false;
    Py_DECREF(a);
    Py_DECREF(b);
    finish();
    assert_int_equal(nreports, 2);
    assert_string_equal(reported[0], "held by another object");
    assert_int_equal(owners[0][0].kind, RM_OWNER_FIELD);
    assert_int_equal(owners[0][0].offset, offsetof(node, a));
    assert_true(owners[0][0].is_unseen);
}

/* ---- collected objects */

static int visit_nothing(PyObject *op, visitproc visit, void *arg)
{
    (void)op;
    (void)visit;
    (void)arg;
    return 0;
}

static void dealloc_without_type(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    PyObject_GC_Del(op);
}

static void dealloc_with_type(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    dealloc_without_type(op);
    Py_DECREF(type);
}

static PyObject *type_of(destructor dealloc)
{
    PyType_Slot slots[] = {{Py_tp_traverse, visit_nothing}, {Py_tp_dealloc, dealloc}, {0, NULL}};
    PyType_Spec spec = {"test.Blind", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                        slots};

    return PyType_FromSpec(&spec);
}

static void visit_that_misses_the_type_is_reported_by_the_collection(void **state)
{
    PyObject *type = type_of(dealloc_with_type), *op;

    (void)state;
    op = PyType_GenericAlloc((PyTypeObject *)type, 0);
    PyGC_Collect(); int line = __LINE__;
    PyGC_Collect(); /* once is enough */
    assert_int_equal(nreports, 1);
    assert_non_null(strstr(reported[0], "tp_traverse of test.Blind number"));
    assert_int_equal(lines[0], line);
    Py_DECREF(op);
    Py_DECREF(type);
}

static void death_with_a_reference_is_reported_there(void **state)
{
    PyObject *type = type_of(dealloc_without_type), *op;

    (void)state;
    op = PyType_GenericAlloc((PyTypeObject *)type, 0);
    Py_DECREF(op); int line = __LINE__;
    assert_int_equal(nreports, 1);
    assert_non_null(strstr(reported[0], "died and did not release it"));
    assert_int_equal(lines[0], line);
    Py_DECREF(type);
    Py_DECREF(type); /* the one that was forgotten */
}

static void storing_an_untracked_container_is_reported(void **state)
{
    PyObject *list = PyList_New(0), *inner = PyList_New(0);
    node *n = PyObject_GC_New(node, &Node_Type);

    (void)state;
    n->a = inner;
    n->b = n->weaklist = NULL;
    PyList_Append(list, (PyObject *)n); int line = __LINE__;
    assert_int_equal(nreports, 1);
    assert_non_null(strstr(reported[0], "never tracked"));
    assert_int_equal(lines[0], line);
    Py_DECREF(n);
    Py_DECREF(list);
}

static void untracked_container_without_objects_is_silent(void **state)
{
    PyObject *list = PyList_New(0);
    node *n = PyObject_GC_New(node, &Node_Type);

    (void)state;
    n->a = n->b = n->weaklist = NULL;
    PyList_Append(list, (PyObject *)n);
    Py_DECREF(n);
    Py_DECREF(list);
    finish();
    assert_int_equal(nreports, 0);
}

/* ---- memory */

static void free_in_the_wrong_domain_is_reported(void **state)
{
    void *block = PyMem_Malloc(10);

    (void)state;
    PyMem_RawFree(block); int line = __LINE__;
    assert_int_equal(nreports, 1);
    assert_string_equal(reported[0], "freed in domain 'r', allocated in 'm'");
    assert_int_equal(lines[0], line);
    PyMem_Free(block);
}

static void write_to_a_dead_object_is_reported_at_the_end(void **state)
{
    PyObject *f = PyFloat_FromDouble(1.5); int made = __LINE__;

    (void)state;
    Py_DECREF(f);
    ((PyFloatObject *)f)->ob_fval = 2.5;
    finish();
    assert_int_equal(nreports, 1);
    assert_string_equal(reported[0], "written: dead");
    assert_int_equal(lines[0], made);
}

static void memory_that_is_never_freed_is_reported(void **state)
{
    void *lost = PyMem_Malloc(10), *kept, *moved = PyMem_Malloc(10); int line = __LINE__;
    PyObject *op = PyObject_Init(PyObject_Malloc(sizeof(PyFloatObject)), &PyFloat_Type);

    (void)state;
    kept = PyMem_RawMalloc(1000);
    moved = PyMem_Realloc(moved, 5000);
    PyMem_Free(moved);
    PyMem_RawFree(kept);
    Py_DECREF(op);
    assert_non_null(lost);
    finish();
    assert_int_equal(nreports, 1);
    assert_string_equal(reported[0], "memory never freed");
    assert_int_equal(lines[0], line);
}

static void write_past_the_end_is_reported(void **state)
{
    char *block = PyMem_Malloc(10);

    (void)state;
    block[10] = 1;
    PyMem_Free(block);
    assert_string_equal(reported[0], "written past its end");
}

/* ---- where */

static void release_in(PyObject *op)
{
    Py_DECREF(op);
    Py_DECREF(op);
}

static void calls_that_are_open_are_named(void **state)
{
    PyObject *hook = hook_new(release_in), *f = PyFloat_FromDouble(1.5);

    (void)state;
    Py_XDECREF(PyObject_CallOneArg(hook, f));
    assert_string_equal(reported[0], "release: not owned");
    assert_int_equal(nframes[0], 1);
    Py_DECREF(hook);
}

static void report_as_json_has_history_and_owners(void **state)
{
    PyObject *f = PyFloat_FromDouble(1.5);

    (void)state;
    assert_non_null(f);
    finish();
    assert_non_null(strstr(json, "{\"kind\":\"leak\",\"what\":\"never released\",\"file\":\""));
    assert_non_null(strstr(json, "\"owners\":[{\"kind\":\"local\","));
    assert_non_null(strstr(json, "\"history\":[{\"what\":\"new\","));
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
        cmocka_unit_test_setup_teardown(R09_release_after_death_is_reported_there, start, stop),
        cmocka_unit_test_setup_teardown(retain_after_death_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(release_of_what_a_list_holds_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(giving_away_twice_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(R08_freed_while_tracked_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(tracked_twice_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(leak_is_reported_at_the_end, start, stop),
        cmocka_unit_test_setup_teardown(what_a_leaked_list_holds_is_told_apart, start, stop),
        cmocka_unit_test_setup_teardown(report_names_who_holds_each_reference, start, stop),
        cmocka_unit_test_setup_teardown(reference_of_the_releasing_function_ends_first, start, stop),
        cmocka_unit_test_setup_teardown(what_is_lent_names_its_lender_after_death, start, stop),
        cmocka_unit_test_setup_teardown(field_that_is_not_visited_explains_a_cycle, start, stop),
        cmocka_unit_test_setup_teardown(visit_that_misses_the_type_is_reported_by_the_collection, start, stop),
        cmocka_unit_test_setup_teardown(death_with_a_reference_is_reported_there, start, stop),
        cmocka_unit_test_setup_teardown(storing_an_untracked_container_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(untracked_container_without_objects_is_silent, start, stop),
        cmocka_unit_test_setup_teardown(free_in_the_wrong_domain_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(write_to_a_dead_object_is_reported_at_the_end, start, stop),
        cmocka_unit_test_setup_teardown(memory_that_is_never_freed_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(write_past_the_end_is_reported, start, stop),
        cmocka_unit_test_setup_teardown(calls_that_are_open_are_named, start, stop),
        cmocka_unit_test_setup_teardown(report_as_json_has_history_and_owners, start, stop),
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
