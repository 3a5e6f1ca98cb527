/* The collector, fact by fact (the ids are those of the measured facts about CPython 3.11). */
#include "model.h"

static node *self_cycle(PyObject *cls, long id)
{
    node *n = instance_of(cls, id);

    if (n != NULL)
        n->a = Py_NewRef(n);
    return n;
}

static void G01_thresholds_and_enabled_at_start(void **state)
{
    (void)state;
    assert_int_equal(rm_gc_threshold(rt, 0), 700);
    assert_int_equal(rm_gc_threshold(rt, 1), 10);
    assert_int_equal(rm_gc_threshold(rt, 2), 10);
    assert_true(PyGC_IsEnabled());
}

static void G01_3_13_threshold(void **state)
{
    (void)state;
    assert_int_equal(rm_gc_threshold(rt, 0), 2000);
}

static void G02_count_is_allocations_minus_deallocations_not_below_zero(void **state)
{
    node *n[10];

    (void)state;
    PyGC_Disable();
    rm_gc_collect(rt, 2);
    for (int i = 0; i < 10; i++)
        n[i] = node_new(i);
    assert_int_equal(rm_gc_count(rt, 0), 10);
    rm_gc_collect(rt, 2);
    for (int i = 0; i < 10; i++)
        Py_DECREF(n[i]);
    assert_int_equal(rm_gc_count(rt, 0), 0);
}

static void G03_free_lists_do_not_count(void **state)
{
    PyObject *lists[80];

    (void)state;
    PyGC_Disable();
    for (int i = 0; i < 80; i++)
        lists[i] = PyList_New(0);
    for (int i = 0; i < 80; i++)
        Py_DECREF(lists[i]);
    long before = rm_gc_count(rt, 0);
    for (int i = 0; i < 80; i++)
        lists[i] = PyList_New(0);
    assert_int_equal(rm_gc_count(rt, 0), before);
    for (int i = 0; i < 80; i++)
        Py_DECREF(lists[i]);
    assert_int_equal(rm_gc_count(rt, 0), before);
}

static size_t collections(int generation)
{
    rm_gc_stats stats;

    rm_gc_stats_get(rt, generation, &stats);
    return stats.collections;
}

static void make_and_drop(int n)
{
    node **all = calloc((size_t)n, sizeof *all);

    for (int i = 0; i < n; i++)
        all[i] = node_new(i);
    for (int i = 0; i < n; i++)
        Py_DECREF(all[i]);
    free(all);
}

static void G04_collection_runs_inside_the_allocation(void **state)
{
    (void)state;
    rm_gc_collect(rt, 2);
    make_and_drop(1500);
    assert_int_equal(collections(0), 2);
}

static void G04_3_12_collection_waits_for_a_safe_point(void **state)
{
    (void)state;
    rm_gc_collect(rt, 2);
    make_and_drop(1500);
    assert_int_equal(collections(0), 0);
    node *n[701];
    for (int i = 0; i < 701; i++)
        n[i] = node_new(i);
    rm_runtime_safe_point(rt);
    assert_int_equal(collections(0), 1);
    for (int i = 0; i < 701; i++)
        Py_DECREF(n[i]);
}

static void G05_threshold_zero_switches_off(void **state)
{
    (void)state;
    rm_gc_set_threshold(rt, 0, 0);
    make_and_drop(3000);
    assert_int_equal(collections(0), 0);
}

static void G06_count1_counts_collections_of_generation_0(void **state)
{
    (void)state;
    PyGC_Disable();
    rm_gc_collect(rt, 2);
    rm_gc_collect(rt, 0);
    rm_gc_collect(rt, 0);
    assert_int_equal(rm_gc_count(rt, 1), 2);
    assert_int_equal(rm_gc_count(rt, 2), 0);
    rm_gc_collect(rt, 1);
    assert_int_equal(rm_gc_count(rt, 1), 0);
    assert_int_equal(rm_gc_count(rt, 2), 1);
}

static void G07_survivors_move_up(void **state)
{
    (void)state;
    PyGC_Disable();
    rm_gc_collect(rt, 2);
    size_t old = rm_gc_objects(rt, 2);
    node *n = node_new(1);
    assert_int_equal(rm_gc_objects(rt, 0), 1);
    rm_gc_collect(rt, 0);
    assert_int_equal(rm_gc_objects(rt, 0), 0);
    assert_int_equal(rm_gc_objects(rt, 1), 1);
    rm_gc_collect(rt, 1);
    assert_int_equal(rm_gc_objects(rt, 1), 0);
    assert_int_equal(rm_gc_objects(rt, 2), old + 1);
    Py_DECREF(n);
}

static size_t full_collections_with(int long_lived)
{
    PyObject *keep = PyList_New(0), *fresh = PyList_New(0);
    size_t before;

    PyGC_Disable();
    for (int i = 0; i < long_lived; i++) {
        PyObject *item = PyList_New(0);

        PyList_Append(keep, item);
        Py_DECREF(item);
    }
    rm_gc_collect(rt, 2);
    before = collections(2);
    rm_gc_set_threshold(rt, 0, 10);
    rm_gc_set_threshold(rt, 1, 1);
    rm_gc_set_threshold(rt, 2, 1);
    PyGC_Enable();
    for (int i = 0; i < 30000; i++) {
        PyObject *item = PyList_New(0);

        PyList_Append(fresh, item);
        Py_DECREF(item);
    }
    PyGC_Disable();
    Py_DECREF(keep);
    Py_DECREF(fresh);
    return collections(2) - before;
}

static void G08_full_collection_needs_a_quarter_of_new_objects(void **state)
{
    (void)state;
    assert_int_equal(full_collections_with(200000), 0);
    assert_true(full_collections_with(0) > 0);
}

static void G09_collect_returns_what_was_unreachable(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++)
        Py_DECREF(self_cycle((PyObject *)&Node_Type, i));
    assert_int_equal(rm_gc_collect(rt, 2), 10);
    assert_int_equal(ndied, 10);
}

static void G10_atomic_objects_are_never_tracked(void **state)
{
    PyObject *objects[] = {PyLong_FromLong(1000), PyUnicode_FromString("x y"),
                           PyFloat_FromDouble(1.5), Py_NewRef(Py_None)};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(objects); i++) {
        assert_false(PyObject_GC_IsTracked(objects[i]));
        Py_DECREF(objects[i]);
    }
}

static void G11_dict_is_untracked_until_it_holds_a_container(void **state)
{
    PyObject *dict = PyDict_New(), *list = PyList_New(0);

    (void)state;
    assert_false(PyObject_GC_IsTracked(dict));
    PyDict_SetItemString(dict, "a", Py_None);
    assert_false(PyObject_GC_IsTracked(dict));
    PyDict_SetItemString(dict, "b", list);
    assert_true(PyObject_GC_IsTracked(dict));
    Py_DECREF(list);
    Py_DECREF(dict);
}

static void G12_dict_is_untracked_by_a_full_collection_only(void **state)
{
    PyObject *dict = PyDict_New(), *list = PyList_New(0);

    (void)state;
    PyDict_SetItemString(dict, "a", list);
    PyDict_SetItemString(dict, "a", Py_None);
    Py_DECREF(list);
    assert_true(PyObject_GC_IsTracked(dict));
    rm_gc_collect(rt, 1);
    assert_true(PyObject_GC_IsTracked(dict));
    rm_gc_collect(rt, 2);
    assert_false(PyObject_GC_IsTracked(dict));
    Py_DECREF(dict);
}

static void G13_tuple_is_untracked_by_the_first_collection(void **state)
{
    PyObject *tuple = PyTuple_Pack(1, Py_None);

    (void)state;
    assert_true(PyObject_GC_IsTracked(tuple));
    rm_gc_collect(rt, 0);
    assert_false(PyObject_GC_IsTracked(tuple));
    Py_DECREF(tuple);
}

static void G14_nested_tuples_may_need_more_than_one_pass(void **state)
{
    PyObject *outer = PyTuple_New(1), *inner = PyTuple_Pack(1, Py_None);

    (void)state;
    PyTuple_SET_ITEM(outer, 0, inner);
    rm_gc_collect(rt, 0);
    assert_true(PyObject_GC_IsTracked(outer));
    assert_false(PyObject_GC_IsTracked(inner));
    rm_gc_collect(rt, 1);
    assert_false(PyObject_GC_IsTracked(outer));
    Py_DECREF(outer);
}

static void G15_tuple_with_a_list_stays_tracked(void **state)
{
    PyObject *tuple = PyTuple_New(1);

    (void)state;
    PyTuple_SET_ITEM(tuple, 0, PyList_New(0));
    rm_gc_collect(rt, 2);
    assert_true(PyObject_GC_IsTracked(tuple));
    Py_DECREF(tuple);
}

static void G17_frozen_objects_are_ignored(void **state)
{
    (void)state;
    Py_DECREF(self_cycle((PyObject *)&Node_Type, 1));
    assert_int_equal(rm_gc_objects(rt, 3), 0);
    rm_gc_freeze(rt);
    assert_true(rm_gc_objects(rt, 3) > 0);
    assert_int_equal(rm_gc_collect(rt, 2), 0);
    rm_gc_unfreeze(rt);
    assert_int_equal(rm_gc_objects(rt, 3), 0);
    assert_int_equal(rm_gc_collect(rt, 2), 1);
}

static void G19_statistics(void **state)
{
    rm_gc_stats before, after;

    (void)state;
    rm_gc_stats_get(rt, 2, &before);
    Py_DECREF(self_cycle((PyObject *)&Node_Type, 1));
    rm_gc_collect(rt, 2);
    rm_gc_stats_get(rt, 2, &after);
    assert_int_equal(after.collections, before.collections + 1);
    assert_int_equal(after.collected, before.collected + 1);
    assert_int_equal(after.uncollectable, before.uncollectable);
}

static long nested_result;

static void collect_again(node *n)
{
    (void)n;
    nested_result = rm_gc_collect(rt, 2);
}

static void G20_collection_is_not_reentered(void **state)
{
    PyObject *cls = make_class();

    (void)state;
    nested_result = -1;
    on_finalize = collect_again;
    Py_DECREF(self_cycle(cls, 1));
    assert_int_equal(rm_gc_collect(rt, 2), 1);
    assert_int_equal(nested_result, 0);
    on_finalize = NULL;
    Py_DECREF(cls);
}

static void G21_save_all_keeps_trash(void **state)
{
    node *n = self_cycle((PyObject *)&Node_Type, 1);

    (void)state;
    rm_gc_set_debug_save_all(rt, true);
    Py_DECREF(n);
    assert_int_equal(rm_gc_collect(rt, 2), 1);
    assert_int_equal(ndied, 0);
    assert_int_equal(Py_REFCNT(n), 2);
    rm_gc_set_debug_save_all(rt, false);
}

static int visited_type;

static int visit_for_type(PyObject *op, void *type)
{
    visited_type += op == type;
    return 0;
}

static void G23_instance_of_heap_type_visits_its_type(void **state)
{
    PyObject *cls = make_class();
    node *n = instance_of(cls, 1);

    (void)state;
    visited_type = 0;
    Py_TYPE(n)->tp_traverse((PyObject *)n, visit_for_type, cls);
    assert_int_equal(visited_type, 1);
    Py_DECREF(n);
    Py_DECREF(cls);
}

static void G24_cycle_with_finalizer_is_collected(void **state)
{
    PyObject *cls = make_class();

    (void)state;
    Py_DECREF(self_cycle(cls, 7));
    assert_int_equal(rm_gc_collect(rt, 2), 1);
    assert_int_equal(nfinalized, 1);
    assert_int_equal(ndied, 1);
    Py_DECREF(cls);
}

static void G25_no_automatic_collection_while_an_exception_is_set(void **state)
{
    (void)state;
    PyErr_SetString(PyExc_ValueError, "x");
    make_and_drop(1500);
    assert_int_equal(collections(0), 0);
    PyErr_Clear();
    make_and_drop(1500);
    assert_int_equal(collections(0), 2);
}

/* ---- order, with a log of letters */

static char order[16];
static PyObject *watched;

static void log_callback(PyObject *ref)
{
    (void)ref;
    strcat(order, "c");
}

static void log_finalizer(node *n)
{
    (void)n;
    strcat(order, PyWeakref_GetObject(watched) == Py_None ? "F" : "f");
}

static void watch(node *n)
{
    PyObject *callback = hook_new(log_callback);

    order[0] = '\0';
    on_finalize = log_finalizer;
    watched = PyWeakref_NewRef((PyObject *)n, callback);
    Py_DECREF(callback);
}

static void G26_order_in_one_collection(void **state)
{
    PyObject *cls = make_class();
    node *n = self_cycle(cls, 1);

    (void)state;
    watch(n);
    Py_DECREF(n);
    rm_gc_collect(rt, 2);
    assert_string_equal(order, "cF");
    Py_DECREF(watched);
    on_finalize = NULL;
    Py_DECREF(cls);
}

static void G27_order_by_counting(void **state)
{
    PyObject *cls = make_class();
    node *n = instance_of(cls, 1);

    (void)state;
    watch(n);
    Py_DECREF(n);
    assert_string_equal(order, "fc");
    Py_DECREF(watched);
    on_finalize = NULL;
    Py_DECREF(cls);
}

static void G28_callback_of_a_weakref_in_the_trash_is_not_called(void **state)
{
    node *n = self_cycle((PyObject *)&Node_Type, 1);

    (void)state;
    watch(n);
    n->b = watched; /* the weak reference dies with what it refers to */
    Py_DECREF(n);
    rm_gc_collect(rt, 2);
    assert_string_equal(order, "");
    assert_int_equal(ndied, 1);
}

static PyObject *saved;

static void resurrect(node *n)
{
    saved = Py_NewRef(n);
}

static void G29_resurrected_objects_survive_the_rest_is_cleared(void **state)
{
    PyObject *cls = make_class();
    node *n = self_cycle(cls, 1), *other = self_cycle((PyObject *)&Node_Type, 2);

    (void)state;
    on_finalize = resurrect;
    Py_DECREF(n);
    Py_DECREF(other);
    assert_int_equal(rm_gc_collect(rt, 2), 1);
    assert_int_equal(ndied, 1);
    assert_int_equal(died[0], 2);
    assert_ptr_equal(saved, n);
    Py_CLEAR(n->a);
    Py_DECREF(saved);
    Py_DECREF(cls);
}

static void G30_finalizer_runs_once_also_after_resurrection(void **state)
{
    PyObject *cls = make_class();
    node *n = self_cycle(cls, 1);

    (void)state;
    on_finalize = resurrect;
    Py_DECREF(n);
    rm_gc_collect(rt, 2);
    Py_DECREF(saved);
    rm_gc_collect(rt, 2);
    assert_int_equal(nfinalized, 1);
    assert_int_equal(ndied, 1);
    Py_DECREF(cls);
}

static void G32_unvisited_reference_keeps_a_cycle(void **state)
{
    (void)state;
    node_visits = false;
    Py_DECREF(self_cycle((PyObject *)&Node_Type, 1));
    assert_int_equal(rm_gc_collect(rt, 2), 0);
    node_visits = true;
    assert_int_equal(rm_gc_collect(rt, 2), 1);
}

static void G33_collect_works_while_disabled(void **state)
{
    (void)state;
    PyGC_Disable();
    Py_DECREF(self_cycle((PyObject *)&Node_Type, 1));
    assert_int_equal(PyGC_Collect(), 0);
    assert_int_equal(rm_gc_collect(rt, 2), 1);
}

static void G34_new_object_is_untracked_until_tracked(void **state)
{
    node *n = PyObject_GC_New(node, &Node_Type);
    PyObject *list = PyList_New(0), *tuple = PyTuple_New(1);

    (void)state;
    n->a = n->b = n->weaklist = NULL;
    assert_false(PyObject_GC_IsTracked((PyObject *)n));
    PyObject_GC_Track(n);
    assert_true(PyObject_GC_IsTracked((PyObject *)n));
    assert_true(PyObject_GC_IsTracked(list));
    assert_true(PyObject_GC_IsTracked(tuple));
    Py_DECREF(n);
    Py_DECREF(list);
    Py_DECREF(tuple);
}

static bool cycle_scenario(void)
{
    PyObject *cls = make_class(), *list = PyList_New(0), *ref = NULL;
    node *n = cls != NULL ? self_cycle(cls, 1) : NULL;
    bool ok;

    if (n != NULL)
        ref = PyWeakref_NewRef((PyObject *)n, NULL);
    ok = list != NULL && ref != NULL && PyList_Append(list, (PyObject *)n) == 0 &&
         PyList_Append(list, list) == 0;
    Py_XDECREF(n);
    Py_XDECREF(ref);
    Py_XDECREF(list);
    Py_XDECREF(cls);
    return ok;
}

static void cycles_under_allocation_failure(void **state)
{
    (void)state;
    for_each_allocation_failure(cycle_scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(G01_thresholds_and_enabled_at_start),
        cmocka_unit_test_setup_teardown(G01_3_13_threshold, model_setup_3_13, model_teardown),
        MODEL_TEST(G02_count_is_allocations_minus_deallocations_not_below_zero),
        MODEL_TEST(G03_free_lists_do_not_count),
        MODEL_TEST(G04_collection_runs_inside_the_allocation),
        cmocka_unit_test_setup_teardown(G04_3_12_collection_waits_for_a_safe_point,
                                        model_setup_3_12, model_teardown),
        MODEL_TEST(G05_threshold_zero_switches_off),
        MODEL_TEST(G06_count1_counts_collections_of_generation_0),
        MODEL_TEST(G07_survivors_move_up),
        MODEL_TEST(G08_full_collection_needs_a_quarter_of_new_objects),
        MODEL_TEST(G09_collect_returns_what_was_unreachable),
        MODEL_TEST(G10_atomic_objects_are_never_tracked),
        MODEL_TEST(G11_dict_is_untracked_until_it_holds_a_container),
        MODEL_TEST(G12_dict_is_untracked_by_a_full_collection_only),
        MODEL_TEST(G13_tuple_is_untracked_by_the_first_collection),
        MODEL_TEST(G14_nested_tuples_may_need_more_than_one_pass),
        MODEL_TEST(G15_tuple_with_a_list_stays_tracked),
        MODEL_TEST(G17_frozen_objects_are_ignored),
        MODEL_TEST(G19_statistics),
        MODEL_TEST(G20_collection_is_not_reentered),
        MODEL_TEST(G21_save_all_keeps_trash),
        MODEL_TEST(G23_instance_of_heap_type_visits_its_type),
        MODEL_TEST(G24_cycle_with_finalizer_is_collected),
        MODEL_TEST(G25_no_automatic_collection_while_an_exception_is_set),
        MODEL_TEST(G26_order_in_one_collection),
        MODEL_TEST(G27_order_by_counting),
        MODEL_TEST(G28_callback_of_a_weakref_in_the_trash_is_not_called),
        MODEL_TEST(G29_resurrected_objects_survive_the_rest_is_cleared),
        MODEL_TEST(G30_finalizer_runs_once_also_after_resurrection),
        MODEL_TEST(G32_unvisited_reference_keeps_a_cycle),
        MODEL_TEST(G33_collect_works_while_disabled),
        MODEL_TEST(G34_new_object_is_untracked_until_tracked),
        MODEL_TEST(cycles_under_allocation_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
