/* What objects cost and when they grow: bytes as sys.getsizeof counts them, fact by fact. */
#include "model.h"

static size_t size_and_drop(PyObject *op)
{
    size_t size = _PySys_GetSizeOf(op);

    Py_DECREF(op);
    return size;
}

/* ---- headers */

static void H02_variable_headers(void **state)
{
    (void)state;
    assert_int_equal(PyTuple_Type.tp_basicsize, 24);
    assert_int_equal(PyLong_Type.tp_basicsize, 24);
    assert_int_equal(PyBytes_Type.tp_basicsize, 33);
}

static void H03_collector_header_is_added(void **state)
{
    (void)state;
    assert_int_equal(size_and_drop(PyList_New(0)) - (size_t)PyList_Type.tp_basicsize, 16);
}

static void H07_singletons_start_high(void **state)
{
    PyObject *all[] = {PyLong_FromLong(-5), PyBytes_FromString(""), PyBytes_FromString("x"),
                       PyUnicode_FromString(""), PyUnicode_FromString("a"),
                       PyUnicode_FromString("\xc3\xa9")};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(all); i++) {
        assert_true(Py_REFCNT(all[i]) > 999000000);
        Py_DECREF(all[i]);
    }
}

/* ---- int */

static void I03_an_int_counts_one_digit_at_least(void **state)
{
    (void)state;
    assert_int_equal(size_and_drop(PyLong_FromLong(0)), 28);
    assert_int_equal(size_and_drop(PyLong_FromLong(1)), 28);
    assert_int_equal(size_and_drop(PyLong_FromLong((1L << 30) - 1)), 28);
    assert_int_equal(size_and_drop(PyLong_FromLong(1L << 30)), 32);
    assert_int_equal(size_and_drop(PyLong_FromLong(1L << 60)), 36);
}

static void I06_small_ints_are_the_same_object(void **state)
{
    PyObject *a = PyLong_FromLong(5), *b = PyLong_FromLong(5);
    PyObject *c = PyLong_FromLong(257), *d = PyLong_FromLong(257);

    (void)state;
    assert_ptr_equal(a, b);
    assert_ptr_not_equal(c, d);
    Py_DECREF(a);
    Py_DECREF(b);
    Py_DECREF(c);
    Py_DECREF(d);
}

/* ---- str and bytes */

static void S09_string_sizes(void **state)
{
    (void)state;
    assert_int_equal(size_and_drop(PyUnicode_FromString("")), 49);
    assert_int_equal(size_and_drop(PyUnicode_FromString("a")), 50);
    assert_int_equal(size_and_drop(PyUnicode_FromString("\xc3\xa9")), 74);
    assert_int_equal(size_and_drop(PyUnicode_FromString("\xc4\x80")), 76);
    assert_int_equal(size_and_drop(PyUnicode_FromString("\xf0\x9f\x98\x80")), 80);
}

static size_t size_of_repeated(const char *character, Py_ssize_t n)
{
    PyObject *one = PyUnicode_FromString(character);
    size_t size = size_and_drop(PyUnicode_Type.tp_as_sequence->sq_repeat(one, n));

    Py_DECREF(one);
    return size;
}

static void S10_bytes_a_character(void **state)
{
    static const struct {
        const char *character;
        size_t bytes;
    } rows[] = {{"a", 1}, {"\xc3\xa9", 1}, {"\xc4\x80", 2}, {"\xf0\x9f\x98\x80", 4}};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++)
        assert_int_equal(size_of_repeated(rows[i].character, 10) -
                             size_of_repeated(rows[i].character, 9),
                         rows[i].bytes);
}

static PyObject *repeated(const char *character, Py_ssize_t n)
{
    PyObject *one = PyUnicode_FromString(character);
    PyObject *op = PyUnicode_Type.tp_as_sequence->sq_repeat(one, n);

    Py_DECREF(one);
    return op;
}

/* How often the string stayed where it was while 350 characters were appended: a block of the
 * allocator has room for up to 15 more. */
static int appends_in_place(bool hash_each_time)
{
    PyObject *s = repeated("x", 100), *y = PyUnicode_FromString("y");
    int in_place = 0;

    for (int i = 0; i < 350; i++) {
        const void *where = s;

        if (hash_each_time)
            PyObject_Hash(s);
        PyUnicode_Append(&s, y);
        in_place += where == (void *)s;
    }
    assert_int_equal(PyUnicode_GET_LENGTH(s), 450);
    Py_DECREF(s);
    Py_DECREF(y);
    return in_place;
}

static void S11_S12_append_in_place_unless_hashed(void **state)
{
    (void)state;
    assert_true(appends_in_place(false) >= 350 * 15 / 16);
    assert_int_equal(appends_in_place(true), 0);
}

static void shared_strings_are_not_appended_to(void **state)
{
    PyObject *s = repeated("x", 20), *other = Py_NewRef(s), *y = PyUnicode_FromString("y");

    (void)state;
    PyUnicode_Append(&s, y);
    assert_ptr_not_equal(s, other);
    assert_int_equal(PyUnicode_GET_LENGTH(other), 20);
    Py_DECREF(other);
    other = Py_NewRef(y); /* a shared one-character string */
    PyUnicode_Append(&other, y);
    assert_ptr_not_equal(other, y);
    assert_int_equal(PyUnicode_GET_LENGTH(y), 1);
    Py_DECREF(s);
    Py_DECREF(y);
    Py_DECREF(other);
}

static void S14_short_bytes_are_shared(void **state)
{
    PyObject *a = PyBytes_FromStringAndSize("A", 1), *b = PyBytes_FromString("A");
    PyObject *c = PyBytes_FromString(""), *d = PyBytes_FromStringAndSize(NULL, 0);

    (void)state;
    assert_ptr_equal(a, b);
    assert_ptr_equal(c, d);
    assert_int_equal(_PySys_GetSizeOf(c), 33);
    Py_DECREF(a);
    Py_DECREF(b);
    Py_DECREF(c);
    Py_DECREF(d);
}

static void S15_utf8_stays_with_the_string(void **state)
{
    PyObject *s = repeated("\xc3\xa9", 100);
    size_t before = _PySys_GetSizeOf(s);

    (void)state;
    assert_int_equal(strlen(PyUnicode_AsUTF8(s)), 200);
    assert_int_equal(_PySys_GetSizeOf(s) - before, 201);
    assert_ptr_equal(PyUnicode_AsUTF8(s), PyUnicode_AsUTF8(s));
    Py_DECREF(s);
}

static void S06_interning_changes_no_count(void **state)
{
    PyObject *a = PyUnicode_FromString("qqww1");

    (void)state;
    PyUnicode_InternInPlace(&a);
    assert_int_equal(Py_REFCNT(a), 1);
    Py_DECREF(a);
}

static void S06_3_12_interned_strings_are_immortal(void **state)
{
    PyObject *a = PyUnicode_FromString("qqww1"), *where = a;

    (void)state;
    PyUnicode_InternInPlace(&a);
    Py_DECREF(a);
    Py_DECREF(a);
    a = PyUnicode_InternFromString("qqww1");
    assert_ptr_equal(a, where);
}

static void S07_a_dead_string_leaves_the_table(void **state)
{
    PyObject *a = PyUnicode_InternFromString("qqww2"), *b;

    (void)state;
    Py_DECREF(a);
    b = a = PyUnicode_FromString("qqww2");
    PyUnicode_InternInPlace(&b);
    assert_ptr_equal(a, b);
    Py_DECREF(b);
}

/* ---- free lists */

static PyObject *dict_of_five(bool text)
{
    PyObject *dict = PyDict_New();

    for (int i = 0; i < 5; i++) {
        PyObject *key = text ? PyUnicode_FromFormat("key %d", i) : PyLong_FromLong(i);

        PyDict_SetItem(dict, key, Py_None);
        Py_DECREF(key);
    }
    return dict;
}

static void L14_tables_of_str_keys_are_kept(void **state)
{
    PyObject *all[200];

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 200; i++)
            all[i] = dict_of_five(round == 1);
        for (int i = 0; i < 200; i++)
            Py_DECREF(all[i]);
        assert_int_equal(rm_free_list_length(rt, "dict_keys"), round == 1 ? 80 : 0);
    }
    rm_gc_collect(rt, 2);
    assert_int_equal(rm_free_list_length(rt, "dict_keys"), 0);
}

static void L09_empty_frozensets_differ(void **state)
{
    PyObject *a = PyFrozenSet_New(NULL), *b = PyFrozenSet_New(NULL);

    (void)state;
    assert_ptr_not_equal(a, b);
    Py_DECREF(a);
    Py_DECREF(b);
}

static void L10_one_dead_slice_is_kept(void **state)
{
    PyObject *a = PySlice_New(NULL, NULL, NULL), *where = a;

    (void)state;
    Py_DECREF(a);
    a = PySlice_New(Py_None, Py_True, NULL);
    assert_ptr_equal(a, where);
    Py_DECREF(a);
}

/* ---- containers */

static void C03_empty_containers(void **state)
{
    (void)state;
    assert_int_equal(size_and_drop(PyList_New(0)), 56);
    assert_int_equal(size_and_drop(PyTuple_New(0)), 40);
    assert_int_equal(size_and_drop(PyDict_New()), 64);
    assert_int_equal(size_and_drop(PySet_New(NULL)), 216);
}

static void R10_sizes_are_shallow(void **state)
{
    PyObject *list = PyList_New(1);

    (void)state;
    PyList_SET_ITEM(list, 0, PyBytes_FromStringAndSize(NULL, 1000000));
    assert_int_equal(size_and_drop(list), 64);
}

static void W07_a_weak_reference_has_80_bytes(void **state)
{
    PyObject *set = PySet_New(NULL);

    (void)state;
    assert_int_equal(size_and_drop(PyWeakref_NewRef(set, NULL)), 80);
    Py_DECREF(set);
}

static void C04_str_keys_need_no_hash(void **state)
{
    PyObject *text = PyDict_New(), *number = PyDict_New(), *one = PyLong_FromLong(1);

    (void)state;
    PyDict_SetItemString(text, "a", one);
    PyDict_SetItem(number, one, one);
    assert_int_equal(size_and_drop(text), 184);
    assert_int_equal(size_and_drop(number), 224);
    Py_DECREF(one);
}

/* The sizes that op has while add puts 0, 1, 2 ... into it: key number and size, where it changes. */
static void assert_growth(PyObject *op, int (*add)(PyObject *op, long i), long n,
                          const size_t (*expected)[2], size_t rows)
{
    size_t last = 0, row = 0;

    for (long i = 0; i < n; i++) {
        assert_int_equal(add(op, i), 0);
        if (_PySys_GetSizeOf(op) == last)
            continue;
        last = _PySys_GetSizeOf(op);
        assert_true(row < rows);
        assert_int_equal(i + 1, expected[row][0]);
        assert_int_equal(last, expected[row++][1]);
    }
    assert_int_equal(row, rows);
    Py_DECREF(op);
}

static int add_text_key(PyObject *op, long i)
{
    PyObject *key = PyUnicode_FromFormat("%ld", i);
    int rc = PyDict_SetItem(op, key, Py_None);

    Py_DECREF(key);
    return rc;
}

static int add_int(PyObject *op, long i)
{
    PyObject *key = PyLong_FromLong(i);
    int rc = PySet_Add(op, key);

    Py_DECREF(key);
    return rc;
}

static void C05_a_dict_grows_to_three_times_its_use(void **state)
{
    static const size_t expected[][2] = {{1, 184}, {6, 272}, {11, 464}, {22, 832}, {43, 1584}};

    (void)state;
    assert_growth(PyDict_New(), add_text_key, 50, expected, 5);
}

static void C07_a_set_grows_four_times(void **state)
{
    static const size_t expected[][2] = {{1, 216}, {5, 728}, {19, 2264}, {77, 8408}};

    (void)state;
    assert_growth(PySet_New(NULL), add_int, 100, expected, 4);
}

static void C06_deleting_does_not_shrink(void **state)
{
    PyObject *dict = PyDict_New(), *keys;
    size_t full;

    (void)state;
    for (long i = 0; i < 1000; i++)
        add_text_key(dict, i);
    full = _PySys_GetSizeOf(dict);
    keys = PyDict_Keys(dict);
    for (Py_ssize_t i = 0; i < 990; i++)
        assert_int_equal(PyDict_DelItem(dict, PyList_GET_ITEM(keys, i)), 0);
    assert_int_equal(_PySys_GetSizeOf(dict), full);
    assert_int_equal(PyDict_Size(dict), 10);
    Py_DECREF(keys);
    Py_DECREF(dict);
}

static void wide_indexes(void **state)
{
    PyObject *dict = PyDict_New();

    (void)state;
    for (long i = 0; i < 60000; i++)
        add_text_key(dict, i);
    for (long i = 0; i < 60000; i += 997) {
        PyObject *key = PyUnicode_FromFormat("%ld", i);

        assert_int_equal(PyDict_Contains(dict, key), 1);
        Py_DECREF(key);
    }
    /* header, an index of 4 bytes for each of 131072 places, two thirds as many entries */
    assert_int_equal(_PySys_GetSizeOf(dict), 64 + 32 + 4 * 131072 + 16 * (131072 * 2 / 3));
    Py_DECREF(dict);
}

static void a_bytearray_grows_by_an_eighth(void **state)
{
    PyObject *array = PyByteArray_FromStringAndSize("abc", 3);
    PyByteArrayObject *a = (PyByteArrayObject *)array;

    (void)state;
    assert_int_equal(a->ob_alloc, 4);
    PyByteArray_Resize(array, 4);
    assert_int_equal(a->ob_alloc, 7);
    PyByteArray_Resize(array, 1000);
    assert_int_equal(a->ob_alloc, 1001);
    PyByteArray_Resize(array, 1001);
    assert_int_equal(a->ob_alloc, 1001 + 125 + 6);
    PyByteArray_Resize(array, 600);
    assert_int_equal(a->ob_alloc, 1001 + 125 + 6);
    PyByteArray_Resize(array, 10);
    assert_int_equal(a->ob_alloc, 11);
    Py_DECREF(array);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(H02_variable_headers),
        MODEL_TEST(H03_collector_header_is_added),
        MODEL_TEST(H07_singletons_start_high),
        MODEL_TEST(I03_an_int_counts_one_digit_at_least),
        MODEL_TEST(I06_small_ints_are_the_same_object),
        MODEL_TEST_OF(3_11, S06_interning_changes_no_count),
        MODEL_TEST_OF(3_13, S06_interning_changes_no_count),
        MODEL_TEST_OF(3_12, S06_3_12_interned_strings_are_immortal),
        MODEL_TEST_OF(3_11, S07_a_dead_string_leaves_the_table),
        MODEL_TEST_OF(3_13, S07_a_dead_string_leaves_the_table),
        MODEL_TEST_OF(3_11, S09_string_sizes),
        MODEL_TEST(S10_bytes_a_character),
        MODEL_TEST(S11_S12_append_in_place_unless_hashed),
        MODEL_TEST(shared_strings_are_not_appended_to),
        MODEL_TEST(S14_short_bytes_are_shared),
        MODEL_TEST(S15_utf8_stays_with_the_string),
        MODEL_TEST(L09_empty_frozensets_differ),
        MODEL_TEST(L10_one_dead_slice_is_kept),
        MODEL_TEST(L14_tables_of_str_keys_are_kept),
        MODEL_TEST(C03_empty_containers),
        MODEL_TEST(C04_str_keys_need_no_hash),
        MODEL_TEST(C05_a_dict_grows_to_three_times_its_use),
        MODEL_TEST(C06_deleting_does_not_shrink),
        MODEL_TEST(C07_a_set_grows_four_times),
        MODEL_TEST(W07_a_weak_reference_has_80_bytes),
        MODEL_TEST(R10_sizes_are_shallow),
        MODEL_TEST(wide_indexes),
        MODEL_TEST(a_bytearray_grows_by_an_eighth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
