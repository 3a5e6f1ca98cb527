/* Headers, types, ints, free lists and growth, fact by fact. */
#include "model.h"

/* ---- header and singletons */

static void H01_header_is_16_bytes(void **state)
{
    (void)state;
    assert_int_equal(sizeof(PyObject), 16);
    assert_int_equal(offsetof(PyObject, ob_type), 8);
}

static void H02_variable_header_is_24_bytes(void **state)
{
    (void)state;
    assert_int_equal(sizeof(PyVarObject), 24);
    assert_int_equal(PyTuple_Type.tp_basicsize, 24);
}

static void H06_none_is_counted(void **state)
{
    Py_ssize_t before = Py_REFCNT(Py_None);
    PyObject *list = PyList_New(0);

    (void)state;
    for (int i = 0; i < 1000; i++)
        PyList_Append(list, Py_None);
    assert_int_equal(Py_REFCNT(Py_None), before + 1000);
    Py_DECREF(list);
    assert_int_equal(Py_REFCNT(Py_None), before);
}

static void H06_3_12_none_is_immortal(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++)
        Py_INCREF(Py_None);
    Py_DECREF(Py_None);
    assert_int_equal(Py_REFCNT(Py_None), 4294967295);
}

static void H07_small_ints_start_high_and_are_counted(void **state)
{
    PyObject *five = PyLong_FromLong(5);
    Py_ssize_t before = Py_REFCNT(five);

    (void)state;
    assert_true(before > 999999990);
    Py_INCREF(five);
    assert_int_equal(Py_REFCNT(five), before + 1);
    Py_DECREF(five);
    Py_DECREF(five);
}

static void H09_sign_is_in_the_size(void **state)
{
    PyObject *big = PyLong_FromLong(-(1L << 31));

    (void)state;
    assert_int_equal(Py_SIZE(big), -2);
    Py_DECREF(big);
}

/* ---- types */

static void T01_type_of_type_is_type(void **state)
{
    (void)state;
    assert_ptr_equal(Py_TYPE(&PyType_Type), &PyType_Type);
    assert_ptr_equal(Py_TYPE(&PyList_Type), &PyType_Type);
    assert_true(Py_REFCNT(&PyList_Type) > 0);
}

static void T02_instance_keeps_a_heap_type_only(void **state)
{
    PyObject *cls = make_class();
    Py_ssize_t heap = Py_REFCNT(cls), fixed = Py_REFCNT(&PyList_Type);
    node *n = instance_of(cls, 1);
    PyObject *list = PyList_New(0);

    (void)state;
    assert_int_equal(Py_REFCNT(cls), heap + 1);
    assert_int_equal(Py_REFCNT(&PyList_Type), fixed);
    Py_DECREF(n);
    assert_int_equal(Py_REFCNT(cls), heap);
    Py_DECREF(list);
    Py_DECREF(cls);
}

static void T03_heap_types_are_tracked(void **state)
{
    PyObject *cls = make_class();

    (void)state;
    assert_false(PyObject_GC_IsTracked((PyObject *)&PyList_Type));
    assert_false(PyObject_IS_GC((PyObject *)&PyList_Type));
    assert_true(PyObject_GC_IsTracked(cls));
    Py_DECREF(cls);
}

static void T04_class_dies_by_collection(void **state)
{
    PyObject *cls = make_class(), *ref = PyWeakref_NewRef(cls, NULL);

    (void)state;
    Py_DECREF(cls);
    assert_ptr_equal(PyWeakref_GetObject(ref), cls);
    rm_gc_collect(rt, 2);
    assert_ptr_equal(PyWeakref_GetObject(ref), Py_None);
    Py_DECREF(ref);
}

static void T05_flag_bits(void **state)
{
    PyObject *cls = make_class();

    (void)state;
    assert_int_equal(PyType_GetFlags((PyTypeObject *)cls) >> 9 & 1, 1);
    assert_int_equal(PyList_Type.tp_flags >> 10 & 1, 1);
    assert_int_equal(PyList_Type.tp_flags >> 14 & 1, 1);
    assert_int_equal(PyList_Type.tp_flags >> 8 & 1, 1);
    assert_int_equal(PyBool_Type.tp_flags >> 24 & 1, 1);
    Py_DECREF(cls);
}

static void T06_bool_and_none_are_not_bases(void **state)
{
    (void)state;
    assert_false(PyType_HasFeature(&PyBool_Type, Py_TPFLAGS_BASETYPE));
    assert_false(PyType_HasFeature(Py_TYPE(Py_None), Py_TPFLAGS_BASETYPE));
}

static void T08_generic_alloc_zeroes_and_tracks(void **state)
{
    PyObject *cls = make_class();
    node *n = (node *)PyType_GenericAlloc((PyTypeObject *)cls, 0);

    (void)state;
    assert_null(n->a);
    assert_int_equal(n->id, 0);
    assert_true(PyObject_GC_IsTracked((PyObject *)n));
    Py_DECREF(n);
    Py_DECREF(cls);
}

static void T09_dead_class_leaves_the_list_of_subclasses(void **state)
{
    Py_ssize_t before = PyDict_Size(PyBaseObject_Type.tp_subclasses);
    PyObject *cls = make_class();

    (void)state;
    assert_int_equal(PyDict_Size(PyBaseObject_Type.tp_subclasses), before + 1);
    Py_DECREF(cls);
    rm_gc_collect(rt, 2);
    assert_int_equal(PyDict_Size(PyBaseObject_Type.tp_subclasses), before);
}

static void slots_come_from_the_base(void **state)
{
    PyType_Slot slots[] = {{Py_tp_base, &Node_Type}, {0, NULL}};
    PyType_Spec spec = {"test.Derived", 0, 0, Py_TPFLAGS_DEFAULT, slots};
    PyTypeObject *cls = (PyTypeObject *)PyType_FromSpec(&spec);
    node *n = instance_of((PyObject *)cls, 3);

    (void)state;
    assert_int_equal(cls->tp_basicsize, sizeof(node));
    assert_true(PyType_IS_GC(cls));
    assert_ptr_equal(cls->tp_clear, Node_Type.tp_clear);
    assert_ptr_equal(cls->tp_free, PyObject_GC_Del);
    assert_int_equal(cls->tp_weaklistoffset, offsetof(node, weaklist));
    assert_true(PyType_IsSubtype(cls, &Node_Type));
    assert_true(PyType_IsSubtype(cls, &PyBaseObject_Type));
    Py_DECREF(n);
    assert_int_equal(ndied, 1);
    Py_DECREF(cls);
}

static void two_runtimes_have_types_of_their_own(void **state)
{
    Py_ssize_t before = Py_REFCNT(Py_None), users = Py_REFCNT(&Node_Type);
    rm_runtime *first = rt, *second = rm_runtime_create(NULL);

    (void)state;
    assert_int_equal(PyType_Ready(&Node_Type), 0);
    Py_INCREF(&Node_Type);
    Py_DECREF(node_new(1));
    Py_INCREF(Py_None);
    assert_ptr_equal(rm_runtime_use(first), second);
    assert_int_equal(Py_REFCNT(Py_None), before);
    assert_int_equal(Py_REFCNT(&Node_Type), users);
    Py_DECREF(node_new(2));
    rm_runtime_destroy(second);
    assert_ptr_equal(rm_runtime_current(), first);
    Py_DECREF(node_new(3));
}

/* ---- ints */

static void I01_small_ints_are_cached(void **state)
{
    int shared = 0;

    (void)state;
    for (long i = -10; i < 300; i++) {
        PyObject *a = PyLong_FromLong(i), *b = PyLong_FromLong(i);

        shared += a == b;
        assert_int_equal(a == b, i >= -5 && i <= 256);
        assert_int_equal(PyLong_AsLong(a), i);
        Py_DECREF(a);
        Py_DECREF(b);
    }
    assert_int_equal(shared, 262);
}

static void I02_results_in_range_are_cached(void **state)
{
    PyObject *a = PyLong_FromLong(1000), *b = PyLong_FromLong(-990), *ten = PyLong_FromLong(10);
    PyObject *sum = PyLong_Type.tp_as_number->nb_add(a, b);

    (void)state;
    assert_ptr_equal(sum, ten);
    Py_DECREF(a);
    Py_DECREF(b);
    Py_DECREF(ten);
    Py_DECREF(sum);
}

static void I04_int_blocks_are_reused_last_first(void **state)
{
    PyObject *a = PyLong_FromLong(1L << 40);
    void *where = a;

    (void)state;
    Py_DECREF(a);
    a = PyLong_FromLong(1L << 41);
    assert_ptr_equal(a, where);
    Py_DECREF(a);
}

static void I05_bool_is_an_int_of_its_own(void **state)
{
    PyObject *one = PyLong_FromLong(1);

    (void)state;
    assert_true(PyType_IsSubtype(&PyBool_Type, &PyLong_Type));
    assert_ptr_not_equal(one, Py_True);
    assert_int_equal(PyLong_AsLong(Py_True), 1);
    assert_int_equal(PyObject_RichCompareBool(one, Py_True, Py_EQ), 1);
    Py_DECREF(one);
}

/* ---- free lists */

static void L01_last_freed_float_is_next(void **state)
{
    PyObject *a = PyFloat_FromDouble(1.5), *b = PyFloat_FromDouble(2.5);
    void *where = a;

    (void)state;
    Py_DECREF(b);
    Py_DECREF(a);
    a = PyFloat_FromDouble(3.5);
    assert_ptr_equal(a, where);
    Py_DECREF(a);
}

static void fill_and_drop(PyObject *(*make)(void), int n)
{
    PyObject *all[2100];

    for (int i = 0; i < n; i++)
        all[i] = make();
    for (int i = 0; i < n; i++)
        Py_DECREF(all[i]);
}

static PyObject *make_float(void) { return PyFloat_FromDouble(0.5); }
static PyObject *make_list(void) { return PyList_New(0); }
static PyObject *make_pair(void) { return PyTuple_Pack(2, Py_None, Py_None); }
static PyObject *make_twenty(void) { return PyTuple_New(20); }

static void L02_L03_L04_L05_caps(void **state)
{
    (void)state;
    PyGC_Disable();
    fill_and_drop(make_float, 1000);
    assert_int_equal(rm_free_list_length(rt, "float"), 100);
    fill_and_drop(make_list, 1000);
    assert_int_equal(rm_free_list_length(rt, "list"), 80);
    fill_and_drop(PyDict_New, 1000);
    assert_int_equal(rm_free_list_length(rt, "dict"), 80);
    fill_and_drop(make_pair, 2100);
    assert_int_equal(rm_free_list_length(rt, "tuple[2]"), 2000);
}

static void L06_twenty_tuples_are_kept_and_never_reused(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        fill_and_drop(make_twenty, 1);
    assert_int_equal(rm_free_list_length(rt, "tuple[20]"), 5);
}

static void L07_nineteen_tuples_are_reused(void **state)
{
    PyObject *a = PyTuple_New(19);
    void *where = a;

    (void)state;
    Py_DECREF(a);
    a = PyTuple_New(19);
    assert_ptr_equal(a, where);
    Py_DECREF(a);
}

static void L08_empty_tuple_is_one_untracked_object(void **state)
{
    PyObject *a = PyTuple_New(0), *b = PyTuple_New(0);

    (void)state;
    assert_ptr_equal(a, b);
    assert_false(PyObject_GC_IsTracked(a));
    Py_DECREF(a);
    Py_DECREF(b);
}

static void L11_full_collection_empties_free_lists(void **state)
{
    (void)state;
    fill_and_drop(make_float, 5);
    fill_and_drop(make_list, 5);
    rm_gc_collect(rt, 1);
    assert_int_equal(rm_free_list_length(rt, "float"), 5);
    rm_gc_collect(rt, 2);
    assert_int_equal(rm_free_list_length(rt, "float"), 0);
    assert_int_equal(rm_free_list_length(rt, "list"), 0);
}

static void L12_free_lists_keep_their_blocks(void **state)
{
    PyObject *a = PyFloat_FromDouble(1.5);
    size_t before = rm_alloc_blocks(rm_runtime_alloc(rt));

    (void)state;
    Py_DECREF(a);
    assert_int_equal(rm_alloc_blocks(rm_runtime_alloc(rt)), before);
}

static void L13_subclass_instances_are_not_kept(void **state)
{
    PyType_Slot slots[] = {{Py_tp_base, &PyFloat_Type}, {0, NULL}};
    PyType_Spec spec = {"test.Float", 0, 0, Py_TPFLAGS_DEFAULT, slots};
    PyObject *cls = PyType_FromSpec(&spec);
    PyObject *f = PyType_GenericAlloc((PyTypeObject *)cls, 0);
    long before = rm_free_list_length(rt, "float");

    (void)state;
    Py_DECREF(f);
    assert_int_equal(rm_free_list_length(rt, "float"), before);
    Py_DECREF(cls);
}

static void L15_memory_errors_are_made_in_advance(void **state)
{
    size_t before = rm_alloc_blocks(rm_runtime_alloc(rt));

    (void)state;
    assert_int_equal(rm_free_list_length(rt, "memory_error"), 16);
    PyErr_NoMemory();
    assert_int_equal(rm_free_list_length(rt, "memory_error"), 15);
    assert_int_equal(rm_alloc_blocks(rm_runtime_alloc(rt)), before);
    PyErr_Clear();
    assert_int_equal(rm_free_list_length(rt, "memory_error"), 16);
}

/* ---- growth */

static void C01_list_grows_by_an_eighth(void **state)
{
    static const Py_ssize_t expected[] = {4, 8, 16, 24, 32, 40, 52, 64, 76, 92};
    PyObject *list = PyList_New(0);
    Py_ssize_t last = 0;
    size_t n = 0;

    (void)state;
    while (n < Py_ARRAY_LENGTH(expected)) {
        PyList_Append(list, Py_None);
        if (((PyListObject *)list)->allocated != last) {
            last = ((PyListObject *)list)->allocated;
            assert_int_equal(last, expected[n++]);
        }
    }
    Py_DECREF(list);
}

static void C02_sized_lists_have_no_slack(void **state)
{
    PyObject *list = PyList_New(3);

    (void)state;
    assert_int_equal(((PyListObject *)list)->allocated, 3);
    Py_DECREF(list);
}

static void C03_sizes_of_empty_containers(void **state)
{
    (void)state;
    assert_int_equal(PyList_Type.tp_basicsize + 16, 56);
    assert_int_equal(PyTuple_Type.tp_basicsize + 16, 40);
    assert_int_equal(PyDict_Type.tp_basicsize + 16, 64);
}

static void C11_list_shrinks_below_half(void **state)
{
    PyObject *list = PyList_New(0);

    (void)state;
    for (int i = 0; i < 100; i++)
        PyList_Append(list, Py_None);
    Py_ssize_t full = ((PyListObject *)list)->allocated;
    PyList_SetSlice(list, full / 2, 100, NULL);
    assert_int_equal(((PyListObject *)list)->allocated, full);
    PyList_SetSlice(list, full / 2 - 1, 100, NULL);
    assert_true(((PyListObject *)list)->allocated < full);
    PyList_SetSlice(list, 0, 100, NULL);
    assert_null(((PyListObject *)list)->ob_item);
    Py_DECREF(list);
}

static PyObject *watched_list;
static Py_ssize_t seen_size;

static void look_at_list(node *n)
{
    (void)n;
    seen_size = PyList_GET_SIZE(watched_list);
}

static void C12_clear_detaches_the_items_first(void **state)
{
    PyObject *cls = make_class();

    (void)state;
    watched_list = PyList_New(1);
    PyList_SET_ITEM(watched_list, 0, (PyObject *)instance_of(cls, 1));
    seen_size = -1;
    on_finalize = look_at_list;
    PyList_SetSlice(watched_list, 0, 1, NULL);
    assert_int_equal(seen_size, 0);
    Py_DECREF(watched_list);
    on_finalize = NULL;
    Py_DECREF(cls);
}

/* ---- strings */

static void S01_S02_shared_strings(void **state)
{
    PyObject *a = PyUnicode_FromString(""), *b = PyUnicode_FromString("");
    PyObject *c = PyUnicode_FromString("\xc3\xbf"), *d = PyUnicode_FromString("\xc3\xbf");
    PyObject *e = PyUnicode_FromString("\xc4\x80"), *f = PyUnicode_FromString("\xc4\x80");

    (void)state;
    assert_ptr_equal(a, b);
    assert_ptr_equal(c, d);
    assert_ptr_not_equal(e, f);
    Py_DECREF(a), Py_DECREF(b), Py_DECREF(c), Py_DECREF(d), Py_DECREF(e), Py_DECREF(f);
}

static void S05_S07_interning_is_mortal(void **state)
{
    PyObject *a = PyUnicode_FromString("run_time"), *b = PyUnicode_InternFromString("run_time");
    PyObject *c = PyUnicode_InternFromString("run_time");

    (void)state;
    assert_ptr_not_equal(a, b);
    assert_ptr_equal(b, c);
    assert_int_equal(Py_REFCNT(b), 2);
    Py_DECREF(b);
    Py_DECREF(c);
    PyUnicode_InternInPlace(&a);
    assert_true(PyUnicode_CHECK_INTERNED(a));
    assert_int_equal(Py_REFCNT(a), 1);
    Py_DECREF(a);
}

static void S09_S10_headers(void **state)
{
    PyObject *emoji = PyUnicode_FromString("\xf0\x9f\x98\x80"), *e = PyUnicode_FromString("e\xc3\xa9");

    (void)state;
    assert_int_equal(sizeof(PyASCIIObject), 48);
    assert_int_equal(sizeof(PyCompactUnicodeObject), 72);
    assert_int_equal(PyUnicode_KIND(emoji), 4);
    assert_int_equal(PyUnicode_KIND(e), 1);
    assert_false(PyUnicode_IS_ASCII(e));
    assert_string_equal(PyUnicode_AsUTF8(emoji), "\xf0\x9f\x98\x80");
    Py_DECREF(emoji);
    Py_DECREF(e);
}

/* ---- failing allocations */

static bool containers_scenario(void)
{
    PyObject *list = PyList_New(0), *tuple = PyTuple_New(3), *dict = PyDict_New();
    bool ok = list != NULL && tuple != NULL && dict != NULL;

    for (long i = 1000; ok && i < 1030; i++) {
        PyObject *n = PyLong_FromLong(i);

        ok = n != NULL && PyList_Append(list, n) == 0 && PyDict_SetItem(dict, n, list) == 0;
        Py_XDECREF(n);
    }
    ok = ok && PyList_SetSlice(list, 3, 20, list) == 0 && _PyTuple_Resize(&tuple, 40) == 0 &&
         PyDict_SetItemString(dict, "some name", tuple) == 0;
    Py_XDECREF(list);
    Py_XDECREF(tuple);
    Py_XDECREF(dict);
    return ok;
}

static void containers_under_allocation_failure(void **state)
{
    (void)state;
    for_each_allocation_failure(containers_scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(H01_header_is_16_bytes),
        MODEL_TEST(H02_variable_header_is_24_bytes),
        MODEL_TEST_OF(3_11, H06_none_is_counted),
        MODEL_TEST_OF(3_12, H06_3_12_none_is_immortal),
        MODEL_TEST_OF(3_13, H06_3_12_none_is_immortal),
        MODEL_TEST_OF(3_11, H07_small_ints_start_high_and_are_counted),
        MODEL_TEST_OF(3_11, H09_sign_is_in_the_size),
        MODEL_TEST(T01_type_of_type_is_type),
        MODEL_TEST(T02_instance_keeps_a_heap_type_only),
        MODEL_TEST(T03_heap_types_are_tracked),
        MODEL_TEST(T04_class_dies_by_collection),
        MODEL_TEST(T05_flag_bits),
        MODEL_TEST(T06_bool_and_none_are_not_bases),
        MODEL_TEST(T08_generic_alloc_zeroes_and_tracks),
        MODEL_TEST(T09_dead_class_leaves_the_list_of_subclasses),
        MODEL_TEST(slots_come_from_the_base),
        MODEL_TEST(two_runtimes_have_types_of_their_own),
        MODEL_TEST(I01_small_ints_are_cached),
        MODEL_TEST(I02_results_in_range_are_cached),
        MODEL_TEST(I04_int_blocks_are_reused_last_first),
        MODEL_TEST(I05_bool_is_an_int_of_its_own),
        MODEL_TEST(L01_last_freed_float_is_next),
        MODEL_TEST(L02_L03_L04_L05_caps),
        MODEL_TEST_OF(3_11, L06_twenty_tuples_are_kept_and_never_reused),
        MODEL_TEST_OF(3_12, L06_twenty_tuples_are_kept_and_never_reused),
        MODEL_TEST(L07_nineteen_tuples_are_reused),
        MODEL_TEST(L08_empty_tuple_is_one_untracked_object),
        MODEL_TEST(L11_full_collection_empties_free_lists),
        MODEL_TEST(L12_free_lists_keep_their_blocks),
        MODEL_TEST(L13_subclass_instances_are_not_kept),
        MODEL_TEST(L15_memory_errors_are_made_in_advance),
        MODEL_TEST(C01_list_grows_by_an_eighth),
        MODEL_TEST(C02_sized_lists_have_no_slack),
        MODEL_TEST(C03_sizes_of_empty_containers),
        MODEL_TEST(C11_list_shrinks_below_half),
        MODEL_TEST(C12_clear_detaches_the_items_first),
        MODEL_TEST(S01_S02_shared_strings),
        MODEL_TEST_OF(3_11, S05_S07_interning_is_mortal),
        MODEL_TEST_OF(3_13, S05_S07_interning_is_mortal),
        MODEL_TEST(S09_S10_headers),
        MODEL_TEST(containers_under_allocation_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
