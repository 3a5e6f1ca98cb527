/* The profiling tools, against both libraries. The plain one knows tracked objects only and no places;
 * what that leaves out is said in each test. */
#include "model.h"

#include "profile.h"

static char text[1 << 16];

/* What has been written to f, as text; f is closed. */
static const char *text_of(FILE *f)
{
    size_t n;

    rewind(f);
    n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    return text;
}

static size_t find_row(const rm_census *census, const char *type)
{
    for (size_t i = 0; i < census->n; i++)
        if (strcmp(census->rows[i].type, type) == 0)
            return i;
    return SIZE_MAX;
}

/* ---- one object */

static void R10_size_of_a_list_is_shallow(void **state)
{
    PyObject *list = PyList_New(1);

    (void)state;
    PyList_SET_ITEM(list, 0, PyUnicode_New(1000000, 127));
    assert_int_equal(rm_get_size(list), 64);
    assert_int_equal(rm_get_size(PyList_GET_ITEM(list, 0)),
                     (model_version == RM_PYTHON_3_11 ? 48 : 40) + 1000001);
    assert_int_equal(rm_get_refcount(list), 1);
    assert_true(rm_is_tracked(list));
    Py_DECREF(list);
}

static void referrers_and_referents_mirror_each_other(void **state)
{
    PyObject *list = PyList_New(0), *inner = PyList_New(0);
    rm_objects found;

    (void)state;
    PyList_Append(list, inner);
    assert_int_equal(rm_get_referrers(rt, inner, &found), 0);
    assert_int_equal(found.n, 1);
    assert_ptr_equal(found.objects[0], list);
    rm_objects_free(&found);
    assert_int_equal(rm_get_referents(list, &found), 0);
    assert_int_equal(found.n, 1);
    assert_ptr_equal(found.objects[0], inner);
    rm_objects_free(&found);
    Py_DECREF(inner);
    Py_DECREF(list);
}

static void objects_are_found_in_their_generation(void **state)
{
    PyObject *list;
    rm_objects found;
    bool is_there = false;

    (void)state;
    rm_gc_collect(rt, 2);
    list = PyList_New(0);
    assert_int_equal(rm_get_objects(rt, 0, &found), 0);
    for (size_t i = 0; i < found.n; i++)
        is_there |= found.objects[i] == list;
    assert_true(is_there);
    rm_objects_free(&found);
    rm_gc_collect(rt, 2);
    assert_int_equal(rm_get_objects(rt, 0, &found), 0);
    assert_int_equal(found.n, 0);
    rm_objects_free(&found);
    assert_int_equal(rm_object_generation(rt, list), 2);
    Py_DECREF(list);
}

/* ---- censuses */

static void difference_of_snapshots_names_what_grew(void **state)
{
    rm_census before, after;
    PyObject *list;
    FILE *f = tmpfile();

    (void)state;
    rm_census_take(rt, RM_BY_TYPE, &before);
    list = PyList_New(0);
    rm_census_take(rt, RM_BY_TYPE, &after);
    assert_int_equal(after.rows[find_row(&after, "list")].bytes -
                         (find_row(&before, "list") != SIZE_MAX
                              ? before.rows[find_row(&before, "list")].bytes
                              : 0),
                     rm_get_size(list));
    assert_int_equal(rm_census_print_difference(&before, &after, RM_AS_TEXT, f), 0);
    assert_string_equal(text_of(f), "      +1 objects        +56 bytes  list\n");
    rm_census_free(&before);
    rm_census_free(&after);
    Py_DECREF(list);
}

static void census_as_json_is_a_list_of_rows(void **state)
{
    PyObject *list = PyList_New(0);
    rm_census census;
    FILE *f = tmpfile();

    (void)state;
    rm_census_take(rt, RM_BY_TYPE, &census);
    rm_census_print(&census, RM_AS_JSON, f);
    assert_non_null(strstr(text_of(f), "{\"type\":\"list\",\"file\":null,\"line\":0,\"count\":"));
    rm_census_free(&census);
    Py_DECREF(list);
}

static void put_in(void *list)
{
    PyObject *item = PyList_New(0);

    PyList_Append(list, item);
    Py_DECREF(item);
}

static void make_and_drop(void *ctx)
{
    (void)ctx;
    Py_DECREF(PyList_New(0));
}

static void leak_hunt_finds_what_grows_each_time(void **state)
{
    PyObject *list = PyList_New(0);
    size_t growing = 0;
    FILE *f = tmpfile();

    (void)state;
    assert_int_equal(rm_leak_hunt(rt, put_in, list, 4, RM_AS_TEXT, f, &growing), 0);
    assert_int_equal(growing, 1);
    assert_non_null(strstr(text_of(f), "       4 objects "));
    f = tmpfile();
    assert_int_equal(rm_leak_hunt(rt, make_and_drop, NULL, 4, RM_AS_TEXT, f, &growing), 0);
    assert_int_equal(growing, 0);
    assert_string_equal(text_of(f), "");
    Py_DECREF(list);
}

/* ---- paths and pictures */

static void path_leads_from_outside_to_the_object(void **state)
{
    PyObject *outer = PyList_New(0), *middle = PyDict_New(), *inner = PyList_New(0);
    bool found;
    FILE *f = tmpfile();
    const char *out, *first, *second, *third;

    (void)state;
    PyDict_SetItemString(middle, "inner", inner);
    PyList_Append(outer, middle);
    Py_DECREF(inner);
    Py_DECREF(middle);
    assert_int_equal(rm_print_path(rt, inner, RM_AS_TEXT, f, &found), 0);
    assert_true(found);
    out = text_of(f);
    first = strstr(out, "-> list");
    second = strstr(out, "-> dict");
    assert_non_null(first);
    assert_non_null(second);
    third = strstr(second, "-> list");
    assert_non_null(third);
    assert_true(first < second && second < third);
    Py_DECREF(outer);
}

static void cycle_has_no_path_from_outside(void **state)
{
    PyObject *list = PyList_New(0);
    bool found;
    FILE *f = tmpfile();

    (void)state;
    PyList_Append(list, list);
    Py_DECREF(list);
    assert_int_equal(rm_print_path(rt, list, RM_AS_TEXT, f, &found), 0);
    assert_false(found);
    assert_string_equal(text_of(f), "only itself: a cycle\n");
    rm_gc_collect(rt, 2);
}

static void graph_shows_objects_and_references(void **state)
{
    PyObject *outer = PyList_New(0), *inner = PyList_New(0);
    FILE *f = tmpfile();

    (void)state;
    PyList_Append(outer, inner);
    rm_print_graph(rt, outer, 100, RM_AS_TEXT, f);
    assert_non_null(strstr(text_of(f), "    -> list"));
    f = tmpfile();
    rm_print_graph(rt, outer, 100, RM_AS_SVG, f);
    assert_non_null(strstr(text_of(f), "<path class=\"ref\""));
    assert_non_null(strstr(text, "</svg>"));
    f = tmpfile();
    rm_print_graph(rt, outer, 100, RM_AS_JSON, f);
    assert_non_null(strstr(text_of(f), "\"references\":[["));
    Py_DECREF(inner);
    Py_DECREF(outer);
}

static void graph_shows_fields_that_are_not_visited(void **state)
{
    node *n = node_new(1);
    PyObject *inner = PyList_New(0);
    FILE *f = tmpfile();

    (void)state;
    n->a = inner;
    node_visits = false;
    rm_print_graph(rt, (PyObject *)n, 100, RM_AS_TEXT, f);
    assert_true((strstr(text_of(f), "(not visited)") != NULL) == rm_runtime_is_checked());
    node_visits = true;
    Py_DECREF(n);
}

static void map_shows_each_pool(void **state)
{
    rm_arena_view arena;
    const char *at;
    unsigned pools = 0;
    FILE *f = tmpfile();

    (void)state;
    rm_alloc_arena(rm_runtime_alloc(rt), 0, &arena);
    rm_print_map(rt, RM_AS_JSON, f);
    for (at = text_of(f); (at = strstr(at, "{\"arena\":0,")) != NULL; at++)
        pools++;
    assert_int_equal(pools, arena.pools);
    f = tmpfile();
    rm_print_map(rt, RM_AS_SVG, f);
    assert_non_null(strstr(text_of(f), "blocks of 64 bytes"));
}

/* ---- memory */

static void R01_trace_keeps_one_frame_and_what_comes_after_its_start(void **state)
{
    void *before = PyMem_Malloc(50000), *after;
    rm_trace *trace = rm_trace_start(rt, 1);
    size_t current, peak;
    rm_site frames[RM_TRACE_FRAMES];
    PyObject *list;

    (void)state;
    after = PyMem_Malloc(100000);
    rm_trace_get(trace, &current, &peak);
    assert_in_range(current, 100000, 110000 - 1);
    list = PyList_New(0);
    assert_true(rm_trace_of(trace, list, frames, RM_TRACE_FRAMES) <= 1);
    PyMem_Free(before);
    PyMem_Free(after);
    Py_DECREF(list);
    rm_trace_stop(trace);
}

static void R02_trace_sees_each_domain_with_its_sizes(void **state)
{
    rm_trace *trace = rm_trace_start(rt, 1);
    void *raw = PyMem_RawMalloc(1000), *mem = PyMem_Malloc(100), *obj = PyObject_Malloc(2000);
    size_t current, peak;
    rm_census census;

    (void)state;
    rm_trace_get(trace, &current, &peak);
    assert_int_equal(current, 3100);
    assert_int_equal(rm_trace_census(trace, &census), 0);
    assert_int_equal(census.rows[0].bytes, 3100);
    rm_census_free(&census);
    PyMem_RawFree(raw);
    obj = PyObject_Realloc(obj, 4000);
    PyMem_Free(mem);
    PyObject_Free(obj);
    rm_trace_get(trace, &current, &peak);
    assert_int_equal(current, 0);
    assert_true(peak >= 4100);
    rm_trace_reset_peak(trace);
    rm_trace_get(trace, &current, &peak);
    assert_int_equal(peak, 0);
    rm_trace_stop(trace);
}

static void R03_object_from_a_free_list_stays_untraced(void **state)
{
    rm_trace *trace;
    rm_site frame;
    PyObject *f = PyFloat_FromDouble(1.5), *g, *h;

    (void)state;
    rm_free_lists_clear(rt);
    Py_DECREF(f);
    trace = rm_trace_start(rt, 1);
    g = PyFloat_FromDouble(2.5);
    h = PyList_New(0);
    assert_ptr_equal(g, f);
    assert_int_equal(rm_trace_of(trace, g, &frame, 1), 0);
    if (rm_runtime_is_checked()) {
        rm_free_lists_clear(rt);
        assert_int_equal(rm_trace_of(trace, h, &frame, 1), 1);
    }
    Py_DECREF(g);
    Py_DECREF(h);
    rm_trace_stop(trace);
}

/* ---- totals */

static void R04_total_counts_every_reference(void **state)
{
    PyObject *list, *item;
    long before = rm_total_references(rt);

    (void)state;
    if (!rm_runtime_is_checked()) {
        assert_int_equal(before, -1);
        return;
    }
    list = PyList_New(1000);
    item = PyFloat_FromDouble(1.5);
    for (int i = 0; i < 1000; i++)
        PyList_SET_ITEM(list, i, Py_NewRef(item));
    assert_int_equal(rm_total_references(rt) - before, 1002);
    Py_DECREF(item);
    Py_DECREF(list);
    assert_int_equal(rm_total_references(rt), before);
}

static void R05_totals_name_references_and_blocks(void **state)
{
    FILE *f = tmpfile();
    long refs;
    size_t blocks;

    (void)state;
    rm_print_totals(rt, f);
    assert_int_equal(sscanf(text_of(f), "[%ld refs, %zu blocks]", &refs, &blocks), 2);
    assert_int_equal(blocks, rm_alloc_blocks(rm_runtime_alloc(rt)));
    assert_in_range(refs + 1, 0, 100000);
}

static void R06_chosen_allocations_fail_in_every_domain(void **state)
{
    (void)state;
    rm_alloc_fail(rm_runtime_alloc(rt), 0, 0);
    assert_null(PyMem_RawMalloc(1));
    assert_null(PyMem_Malloc(1));
    assert_null(PyObject_Malloc(1));
    assert_null(PyDict_New());
    assert_ptr_equal(PyErr_Occurred(), PyExc_MemoryError);
    rm_alloc_fail(rm_runtime_alloc(rt), -1, 0);
    PyErr_Clear();
}

/* ---- recorder */

static void recorder_keeps_the_steps_it_has_room_for(void **state)
{
    rm_recorder *recorder = rm_recorder_start(rt, 5);
    FILE *f = tmpfile();

    (void)state;
    if (!rm_runtime_is_checked()) {
        assert_null(recorder);
        fclose(f);
        return;
    }
    Py_DECREF(PyList_New(0));
    assert_in_range(rm_recorder_steps(recorder), 4, 5);
    for (int i = 0; i < 5; i++)
        Py_DECREF(PyList_New(0));
    assert_int_equal(rm_recorder_steps(recorder), 5);
    assert_int_equal(rm_recorder_write_html(recorder, "title </script>", f), 0);
    assert_non_null(strstr(text_of(f), "const run = {\"title\":\"title \\u003c/script>\",\"missed\":"));
    assert_null(strstr(text, "/*RUN*/null"));
    rm_recorder_stop(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(R10_size_of_a_list_is_shallow),
        MODEL_TEST(referrers_and_referents_mirror_each_other),
        MODEL_TEST(objects_are_found_in_their_generation),
        MODEL_TEST(difference_of_snapshots_names_what_grew),
        MODEL_TEST(census_as_json_is_a_list_of_rows),
        MODEL_TEST(leak_hunt_finds_what_grows_each_time),
        MODEL_TEST(path_leads_from_outside_to_the_object),
        MODEL_TEST(cycle_has_no_path_from_outside),
        MODEL_TEST(graph_shows_objects_and_references),
        MODEL_TEST(graph_shows_fields_that_are_not_visited),
        MODEL_TEST(map_shows_each_pool),
        MODEL_TEST(R01_trace_keeps_one_frame_and_what_comes_after_its_start),
        MODEL_TEST(R02_trace_sees_each_domain_with_its_sizes),
        MODEL_TEST(R03_object_from_a_free_list_stays_untraced),
        MODEL_TEST(R04_total_counts_every_reference),
        MODEL_TEST(R05_totals_name_references_and_blocks),
        MODEL_TEST(R06_chosen_allocations_fail_in_every_domain),
        MODEL_TEST(recorder_keeps_the_steps_it_has_room_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
