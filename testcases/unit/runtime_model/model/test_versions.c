/* The facts whose value differs between 3.11, 3.12 and 3.13. Each test prints what the check of its
 * fact prints in Python, and compares that with what was measured on the three versions. The other
 * tests show one value for all of them.
 */
#define _POSIX_C_SOURCE 200809L

#include "model.h"

#include <sys/wait.h>
#include <unistd.h>

static char shown[256];

static void print(const char *format, ...)
{
    size_t used = strlen(shown);
    va_list va;

    va_start(va, format);
    vsnprintf(shown + used, sizeof shown - used, format, va);
    va_end(va);
}

static const char *truth(bool value)
{
    return value ? "True" : "False";
}

static void expect(const char *v311, const char *v312, const char *v313)
{
    const char *const expected[RM_PYTHONS] = {v311, v312, v313};
    char text[sizeof shown];

    memcpy(text, shown, sizeof text);
    shown[0] = '\0';
    assert_string_equal(text, expected[model_version]);
}

/* The count while op is an argument of the function that reads it. */
static Py_ssize_t getrefcount(PyObject *op)
{
    Py_ssize_t count;

    Py_INCREF(op);
    count = Py_REFCNT(op);
    Py_DECREF(op);
    return count;
}

/* ---- None */

static void H06_references_to_none(void **state)
{
    Py_ssize_t before = getrefcount(Py_None);
    PyObject *list = PyList_New(0);

    (void)state;
    for (int i = 0; i < 1000; i++)
        PyList_Append(list, Py_None);
    print("%zd", getrefcount(Py_None) - before);
    expect("1000", "0", "0");
    Py_DECREF(list);
}

/* Drops more references to None than there are; what that says goes to a pipe. */
static void drop_none(int out)
{
    dup2(out, STDERR_FILENO);
    for (int i = 0; i < 300000; i++)
        Py_DECREF(Py_None);
    _exit(0);
}

static void H08_none_dropped_to_zero(void **state)
{
    char said[512] = "";
    int ends[2], status;
    ssize_t n;
    pid_t child;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0)
        drop_none(ends[1]);
    close(ends[1]);
    for (size_t used = 0; (n = read(ends[0], said + used, sizeof said - 1 - used)) > 0;)
        used += (size_t)n;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    print("%s %s", truth(status != 0), truth(strstr(said, "deallocating None") != NULL));
    expect("True True", "False False", "False False");
}

/* ---- interning */

static void S06_interning_and_the_count(void **state)
{
    PyObject *s = PyUnicode_FromString("qqww1"), *t;
    Py_ssize_t before = getrefcount(s);

    (void)state;
    t = Py_NewRef(s);
    PyUnicode_InternInPlace(&t);
    print("%s %zd", truth(t == s), getrefcount(s) - before);
    expect("True 1", "True 4294967293", "True 1");
    Py_DECREF(s);
    Py_DECREF(t);
}

static void S07_interned_string_after_its_last_reference(void **state)
{
    PyObject *s = PyUnicode_FromString("qqww2"), *t;

    (void)state;
    PyUnicode_InternInPlace(&s);
    Py_DECREF(s);
    s = t = PyUnicode_FromString("qqww2");
    PyUnicode_InternInPlace(&t);
    print("%s", truth(t == s));
    expect("True", "False", "True");
    Py_DECREF(t);
}

/* ---- layouts */

static void print_sizes(const char *const *texts, int n)
{
    for (int i = 0; i < n; i++) {
        PyObject *s = PyUnicode_FromString(texts[i]);

        print(i == 0 ? "%zu" : " %zu", _PySys_GetSizeOf(s));
        Py_DECREF(s);
    }
}

static void S09_string_sizes(void **state)
{
    static const char *const texts[] = {"", "a", "\xc3\xa9", "\xc4\x80", "\xf0\x9f\x98\x80"};

    (void)state;
    print_sizes(texts, 5);
    expect("49 50 74 76 80", "41 42 61 60 64", "41 42 61 60 64");
}

/* The word behind the header, as an extension that reads Py_SIZE would see it. */
static void H09_sign_of_an_int(void **state)
{
    PyObject *n = PyLong_FromLong(-(1L << 30)), *below = PyLong_FromLong(-5);

    (void)state;
    print("%zd", Py_SIZE(n));
    expect("-2", "18", "18");
    Py_DECREF(n);
    print("%zd %zd %zd", Py_SIZE(Py_False), Py_SIZE(Py_True), Py_SIZE(below));
    expect("0 1 -1", "1 8 10", "1 8 10");
    Py_DECREF(below);
}

/* What is asked of the allocator while something is made: the first request. */
typedef struct {
    PyMemAllocatorEx below;
    size_t first;
} requests;

static void *note_request(void *ctx, size_t size)
{
    requests *r = ctx;

    if (r->first == 0)
        r->first = size;
    return r->below.malloc(r->below.ctx, size);
}

static void start_noting(requests *r)
{
    PyMemAllocatorEx noting;

    r->first = 0;
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &r->below);
    noting = r->below;
    noting.ctx = r;
    noting.malloc = note_request;
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &noting);
}

static void stop_noting(requests *r)
{
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &r->below);
}

/* class C: pass */
static PyObject *make_python_class(void)
{
    PyObject *cls = PyObject_CallFunction((PyObject *)&PyType_Type, "s(){}", "C");

    assert_non_null(cls);
    return cls;
}

static void H04_instance_of_a_class(void **state)
{
    PyObject *cls = make_python_class(), *c;
    requests r;

    (void)state;
    start_noting(&r);
    c = PyObject_CallNoArgs(cls);
    stop_noting(&r);
    assert_int_equal(_PySys_GetSizeOf(c), r.first);
    print("%zd %zu", ((PyTypeObject *)cls)->tp_basicsize, _PySys_GetSizeOf(c));
    expect("24 56", "16 48", "16 48");
    Py_DECREF(c);
    Py_DECREF(cls);
}

static void C08_values_and_dict_of_an_instance(void **state)
{
    PyObject *cls = make_python_class(), *c = PyObject_CallNoArgs(cls), *dict;

    (void)state;
    assert_int_equal(PyObject_SetAttrString(c, "a", Py_None), 0);
    print("%zu", _PySys_GetSizeOf(c));
    dict = PyObject_GetAttrString(c, "__dict__");
    print(" %zu", _PySys_GetSizeOf(dict));
    expect("56 296", "48 296", "48 296");
    Py_DECREF(dict);
    Py_DECREF(c);
    Py_DECREF(cls);
}

/* Weak references and attributes share the words in front; class D(C) and class E(Exception) too. */
static void instances_keep_weak_references_and_attributes(void **state)
{
    PyObject *c = make_python_class();
    PyObject *classes[] = {c, PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){}", "D", c),
                           PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){}", "E",
                                                 PyExc_ValueError)};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(classes); i++) {
        PyObject *op = PyObject_CallNoArgs(classes[i]), *ref = PyWeakref_NewRef(op, NULL), *dict;

        assert_int_equal(PyObject_SetAttrString(op, "first", op), 0); /* a cycle */
        assert_ptr_equal(PyWeakref_GetObject(ref), op);
        dict = PyObject_GetAttrString(op, "__dict__");
        assert_int_equal(PyObject_SetAttrString(op, "second", Py_None), 0);
        assert_int_equal(PyDict_Size(dict), 2);
        assert_ptr_equal(PyWeakref_GetObject(ref), op);
        Py_DECREF(dict);
        Py_DECREF(op);
        assert_ptr_equal(PyWeakref_GetObject(ref), op);
        assert_int_equal(rm_gc_collect(rt, 2), 2); /* it and its dict */
        assert_ptr_equal(PyWeakref_GetObject(ref), Py_None);
        Py_DECREF(ref);
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(classes); i++)
        Py_DECREF(classes[i]);
}

/* The text follows the header, and the memory asked for is what is counted. */
static void a_string_is_as_large_as_it_says(void **state)
{
    static const char *const texts[] = {"ab", "\xc3\xa9\xc3\xa9", "\xc4\x80 and more"};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(texts); i++) {
        size_t header = model_version == RM_PYTHON_3_11 ? (i == 0 ? 48 : 72) : i == 0 ? 40 : 56;
        requests r;
        PyObject *s;

        start_noting(&r);
        s = PyUnicode_FromString(texts[i]);
        stop_noting(&r);
        assert_int_equal((char *)PyUnicode_DATA(s) - (char *)s, header);
        assert_int_equal(_PySys_GetSizeOf(s), r.first);
        assert_string_equal(PyUnicode_AsUTF8(s), texts[i]);
        assert_int_equal(_PySys_GetSizeOf(s), r.first + (i == 0 ? 0 : strlen(texts[i]) + 1));
        Py_DECREF(s);
    }
}

/* ---- free lists */

static void L06_twenty_tuples(void **state)
{
    (void)state;
    for (int i = 0; i < 3000; i++)
        Py_DECREF(PyTuple_New(20));
    print("%ld", rm_free_list_length(rt, "tuple[20]"));
    expect("2000", "2000", "1");
}

/* ---- the collector */

static void G01_thresholds_at_start(void **state)
{
    (void)state;
    print("(%d, %d, %d) %s", rm_gc_threshold(rt, 0), rm_gc_threshold(rt, 1), rm_gc_threshold(rt, 2),
          truth(PyGC_IsEnabled()));
    expect("(700, 10, 10) True", "(700, 10, 10) True", "(2000, 10, 10) True");
}

static void G17_frozen_objects(void **state)
{
    PyObject *keep = PyList_New(0);

    (void)state;
    for (int i = 0; i < 1001; i++) {
        PyObject *list = PyList_New(0);

        PyList_Append(keep, list);
        Py_DECREF(list);
    }
    rm_gc_collect(rt, 2);
    print("%zu", rm_gc_objects(rt, 3));
    rm_gc_freeze(rt);
    print(" %s", truth(rm_gc_objects(rt, 3) > 1000));
    print(" %s", truth(rm_gc_objects(rt, 2) < 50));
    rm_gc_unfreeze(rt);
    print(" %zu", rm_gc_objects(rt, 3));
    /* An interpreter of 3.12 shows 375 first: what is there after its own start. */
    expect("0 True True 0", "0 True True 0", "0 True True 0");
    Py_DECREF(keep);
}

/* Without being asked for: a collection freezes the immortal objects that it meets. */
static void G17_immortal_objects_are_frozen(void **state)
{
    PyObject *tuple = PyTuple_Pack(1, Py_None), *list = PyList_New(0);

    (void)state;
    PyList_Append(list, list);
    PyList_Append(list, tuple);
    Py_DECREF(tuple);
    Py_SET_REFCNT(tuple, RM_IMMORTAL_COUNT);
    Py_SET_REFCNT(list, RM_IMMORTAL_COUNT);
    rm_gc_collect(rt, 0);
    assert_int_equal(rm_gc_objects(rt, 3), 2);
    rm_gc_collect(rt, 2);
    assert_int_equal(rm_gc_objects(rt, 3), 2);
}

/* Below each other, every tuple keeps an object with a finalizer. */
static long next_id;
static bool in_order;

static void note_order(node *n)
{
    in_order &= n->id == next_id++;
}

static bool dies_in_order(PyObject *cls, int depth)
{
    PyObject *chain = PyTuple_New(0);

    for (int i = 0; i < depth; i++) {
        PyObject *pair = PyTuple_New(2);

        PyTuple_SET_ITEM(pair, 0, (PyObject *)instance_of(cls, i));
        PyTuple_SET_ITEM(pair, 1, chain);
        chain = pair;
    }
    in_order = true;
    next_id = 0;
    Py_DECREF(chain);
    assert_int_equal(next_id, depth);
    return in_order;
}

static void D03_order_of_deep_destruction(void **state)
{
    PyObject *cls = make_class();

    (void)state;
    PyGC_Disable();
    on_finalize = note_order;
    print("%s", truth(dies_in_order(cls, 10)));
    print(" %s", truth(dies_in_order(cls, 40)));
    print(" %s", truth(dies_in_order(cls, 200)));
    expect("True True False", "True True False", "True True True");
    Py_DECREF(cls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(H06_references_to_none),
        MODEL_TEST(H08_none_dropped_to_zero),
        MODEL_TEST(S06_interning_and_the_count),
        MODEL_TEST(S07_interned_string_after_its_last_reference),
        MODEL_TEST(S09_string_sizes),
        MODEL_TEST(H09_sign_of_an_int),
        MODEL_TEST(H04_instance_of_a_class),
        MODEL_TEST(C08_values_and_dict_of_an_instance),
        MODEL_TEST(instances_keep_weak_references_and_attributes),
        MODEL_TEST(a_string_is_as_large_as_it_says),
        MODEL_TEST(L06_twenty_tuples),
        MODEL_TEST(G01_thresholds_at_start),
        MODEL_TEST(G17_frozen_objects),
        MODEL_TEST_OF(3_12, G17_immortal_objects_are_frozen),
        MODEL_TEST_OF(3_13, G17_immortal_objects_are_frozen),
        MODEL_TEST(D03_order_of_deep_destruction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
