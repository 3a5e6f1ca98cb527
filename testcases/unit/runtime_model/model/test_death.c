/* Deallocation, finalizers, weak references and the pending exception, fact by fact. */
#include "model.h"

/* ---- deallocation */

static PyObject *nest(int depth, PyObject *(*wrap)(PyObject *))
{
    PyObject *op = PyList_New(0);

    for (int i = 0; i < depth; i++)
        op = wrap(op);
    return op;
}

static PyObject *in_list(PyObject *op)
{
    PyObject *list = PyList_New(1);

    PyList_SET_ITEM(list, 0, op);
    return list;
}

static PyObject *in_tuple(PyObject *op)
{
    PyObject *tuple = PyTuple_New(1);

    PyTuple_SET_ITEM(tuple, 0, op);
    return tuple;
}

static PyObject *in_dict(PyObject *op)
{
    PyObject *dict = PyDict_New();

    PyDict_SetItem(dict, Py_None, op);
    Py_DECREF(op);
    return dict;
}

static PyObject *a_class;

static PyObject *in_instance(PyObject *op)
{
    node *n = instance_of(a_class, 0);

    n->a = op;
    return (PyObject *)n;
}

static void D01_D02_deep_structures_die_without_deep_recursion(void **state)
{
    (void)state;
    a_class = make_class();
    PyGC_Disable();
    Py_DECREF(nest(200000, in_list));
    Py_DECREF(nest(200000, in_tuple));
    Py_DECREF(nest(200000, in_dict));
    Py_DECREF(nest(200000, in_instance));
    Py_DECREF(a_class);
}

/* A chain where each object also has a leaf: the leaf of object i has number 1000 + i. */
static void drop_chain(int depth)
{
    node *last = NULL;

    for (int i = depth; i-- > 0;) {
        node *n = node_new(i);

        n->a = (PyObject *)last;
        n->b = (PyObject *)node_new(1000 + i);
        last = n;
    }
    ndied = 0;
    Py_DECREF(last);
}

static void D03_order_changes_beyond_50_levels(void **state)
{
    (void)state;
    drop_chain(10);
    for (int i = 0; i < 10; i++)
        assert_int_equal(died[i], i);
    assert_int_equal(died[10], 1009); /* innermost leaf first */
    drop_chain(60);
    assert_int_equal(died[49], 49);
    assert_int_not_equal(died[50], 50);
}

static void fail_in_finalizer(node *n)
{
    (void)n;
    PyErr_SetString(PyExc_ZeroDivisionError, "x");
    PyErr_WriteUnraisable(NULL);
}

static void D04_error_in_a_finalizer_goes_to_the_hook(void **state)
{
    PyObject *cls = make_class();

    (void)state;
    on_finalize = fail_in_finalizer;
    Py_DECREF(instance_of(cls, 1));
    assert_int_equal(nunraisable, 1);
    assert_null(PyErr_Occurred());
    Py_DECREF(cls);
}

static void raising_callback(PyObject *ref)
{
    (void)ref;
    assert_null(PyErr_Occurred());
    PyErr_SetString(PyExc_ValueError, "in callback");
}

static void D05_pending_exception_survives_a_callback(void **state)
{
    node *n = node_new(1);
    PyObject *callback = hook_new(raising_callback);
    PyObject *ref = PyWeakref_NewRef((PyObject *)n, callback);

    (void)state;
    PyErr_SetString(PyExc_KeyError, "k");
    Py_DECREF(n);
    assert_ptr_equal(PyErr_Occurred(), PyExc_KeyError);
    assert_int_equal(nunraisable, 1);
    PyErr_Clear();
    Py_DECREF(ref);
    Py_DECREF(callback);
}

static void put_nodes(PyObject *container, int (*set)(PyObject *, Py_ssize_t, PyObject *))
{
    for (int i = 0; i < 3; i++)
        set(container, i, (PyObject *)node_new(i + 1));
}

static void D07_D08_list_and_tuple_die_from_the_end(void **state)
{
    PyObject *list = PyList_New(3), *tuple = PyTuple_New(3);

    (void)state;
    put_nodes(list, PyList_SetItem);
    put_nodes(tuple, PyTuple_SetItem);
    Py_DECREF(list);
    Py_DECREF(tuple);
    for (int i = 0; i < 6; i++)
        assert_int_equal(died[i], 3 - i % 3);
}

static void D09_dict_dies_in_insertion_order(void **state)
{
    PyObject *dict = PyDict_New();

    (void)state;
    for (long i = 1; i <= 3; i++) {
        PyObject *key = PyLong_FromLong(-i), *value = (PyObject *)node_new(i);

        PyDict_SetItem(dict, key, value);
        Py_DECREF(key);
        Py_DECREF(value);
    }
    Py_DECREF(dict);
    for (int i = 0; i < 3; i++)
        assert_int_equal(died[i], i + 1);
}

static PyObject *a_dict, *seen;

static void look_up(node *n)
{
    (void)n;
    seen = PyDict_GetItemString(a_dict, "k");
}

static void D10_slot_is_replaced_before_the_old_value_dies(void **state)
{
    PyObject *cls = make_class(), *old = (PyObject *)instance_of(cls, 1);

    (void)state;
    a_dict = PyDict_New();
    PyDict_SetItemString(a_dict, "k", old);
    Py_DECREF(old);
    on_finalize = look_up;
    PyDict_SetItemString(a_dict, "k", Py_True);
    assert_ptr_equal(seen, Py_True);
    Py_DECREF(a_dict);
    Py_DECREF(cls);
}

static PyObject *saved;

static void resurrect(node *n)
{
    saved = Py_NewRef(n);
}

static void resurrection_by_counting_runs_the_finalizer_once(void **state)
{
    PyObject *cls = make_class();

    (void)state;
    on_finalize = resurrect;
    Py_DECREF(instance_of(cls, 1));
    assert_int_equal(ndied, 0);
    assert_int_equal(Py_REFCNT(saved), 1);
    Py_DECREF(saved);
    assert_int_equal(ndied, 1);
    assert_int_equal(nfinalized, 1);
    Py_DECREF(cls);
}

/* ---- weak references */

static char order[16];
static PyObject *refs[3];

static void log_ref(PyObject *ref)
{
    for (int i = 0; i < 3; i++) {
        if (refs[i] == ref)
            order[strlen(order)] = (char)('0' + i);
        assert_ptr_equal(PyWeakref_GetObject(refs[i]), Py_None);
    }
}

static void W01_only_references_without_callback_are_shared(void **state)
{
    node *n = node_new(1);
    PyObject *callback = hook_new(log_ref);
    PyObject *a = PyWeakref_NewRef((PyObject *)n, NULL), *b = PyWeakref_NewRef((PyObject *)n, NULL);
    PyObject *c = PyWeakref_NewRef((PyObject *)n, callback);
    PyObject *d = PyWeakref_NewRef((PyObject *)n, callback);

    (void)state;
    assert_ptr_equal(a, b);
    assert_ptr_not_equal(c, d);
    assert_int_equal(Py_REFCNT(callback), 3);
    Py_DECREF(a), Py_DECREF(b), Py_DECREF(c), Py_DECREF(d), Py_DECREF(callback), Py_DECREF(n);
}

static void W02_W03_callbacks_newest_first_after_all_are_cleared(void **state)
{
    node *n = node_new(1);
    PyObject *callback = hook_new(log_ref);

    (void)state;
    memset(order, 0, sizeof order);
    for (int i = 0; i < 3; i++)
        refs[i] = PyWeakref_NewRef((PyObject *)n, callback);
    Py_DECREF(n);
    assert_string_equal(order, "210");
    for (int i = 0; i < 3; i++)
        Py_DECREF(refs[i]);
    assert_int_equal(Py_REFCNT(callback), 1); /* W04: given back after the call */
    Py_DECREF(callback);
}

static void W04_referent_is_not_kept(void **state)
{
    node *n = node_new(1);
    PyObject *ref = PyWeakref_NewRef((PyObject *)n, NULL);

    (void)state;
    assert_int_equal(Py_REFCNT(n), 1);
    Py_DECREF(n);
    assert_ptr_equal(PyWeakref_GetObject(ref), Py_None);
    Py_DECREF(ref);
}

static void W05_some_types_cannot_be_referenced(void **state)
{
    PyTypeObject *without[] = {&PyLong_Type, &PyUnicode_Type, &PyTuple_Type, &PyList_Type,
                               &PyDict_Type};
    PyObject *list = PyList_New(0);

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(without); i++)
        assert_int_equal(without[i]->tp_weaklistoffset, 0);
    assert_null(PyWeakref_NewRef(list, NULL));
    assert_ptr_equal(PyErr_Occurred(), PyExc_TypeError);
    PyErr_Clear();
    Py_DECREF(list);
}

static void W06_hash_is_kept_if_asked_in_time(void **state)
{
    node *a = node_new(1), *b = node_new(2);
    PyObject *x = PyWeakref_NewRef((PyObject *)a, NULL), *y = PyWeakref_NewRef((PyObject *)b, NULL);
    Py_hash_t hash = PyObject_Hash(x);

    (void)state;
    assert_int_equal(hash, PyObject_Hash((PyObject *)a));
    Py_DECREF(a);
    Py_DECREF(b);
    assert_int_equal(PyObject_Hash(x), hash);
    assert_int_equal(PyObject_Hash(y), -1);
    PyErr_Clear();
    Py_DECREF(x);
    Py_DECREF(y);
}

static void W07_size_is_80_with_the_collector(void **state)
{
    (void)state;
    assert_int_equal(sizeof(PyWeakReference) + 16, 80);
}

/* ---- the pending exception */

static void setting_replaces_and_fetching_takes(void **state)
{
    PyObject *type, *value, *traceback;

    (void)state;
    PyErr_SetString(PyExc_KeyError, "first");
    PyErr_SetString(PyExc_IndexError, "second");
    assert_true(PyErr_ExceptionMatches(PyExc_LookupError));
    assert_false(PyErr_ExceptionMatches(PyExc_KeyError));
    PyErr_Fetch(&type, &value, &traceback);
    assert_null(PyErr_Occurred());
    assert_true(PyUnicode_CheckExact(value)); /* not made into an instance yet */
    assert_int_equal(Py_REFCNT(value), 1);
    Py_DECREF(type);
    Py_DECREF(value);
}

static bool weakref_scenario(void)
{
    node *n = node_new(1);
    PyObject *callback = hook_new(log_ref), *ref = NULL;

    if (n != NULL && callback != NULL)
        ref = PyWeakref_NewRef((PyObject *)n, callback);
    Py_XDECREF(callback);
    Py_XDECREF(ref);
    Py_XDECREF(n);
    return ref != NULL;
}

static void weak_references_under_allocation_failure(void **state)
{
    (void)state;
    for_each_allocation_failure(weakref_scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(D01_D02_deep_structures_die_without_deep_recursion),
        MODEL_TEST_OF(3_11, D03_order_changes_beyond_50_levels),
        MODEL_TEST_OF(3_12, D03_order_changes_beyond_50_levels),
        MODEL_TEST(D04_error_in_a_finalizer_goes_to_the_hook),
        MODEL_TEST(D05_pending_exception_survives_a_callback),
        MODEL_TEST(D07_D08_list_and_tuple_die_from_the_end),
        MODEL_TEST(D09_dict_dies_in_insertion_order),
        MODEL_TEST(D10_slot_is_replaced_before_the_old_value_dies),
        MODEL_TEST(resurrection_by_counting_runs_the_finalizer_once),
        MODEL_TEST(W01_only_references_without_callback_are_shared),
        MODEL_TEST(W02_W03_callbacks_newest_first_after_all_are_cleared),
        MODEL_TEST(W04_referent_is_not_kept),
        MODEL_TEST(W05_some_types_cannot_be_referenced),
        MODEL_TEST(W06_hash_is_kept_if_asked_in_time),
        MODEL_TEST(W07_size_is_80_with_the_collector),
        MODEL_TEST(setting_replaces_and_fetching_takes),
        MODEL_TEST(weak_references_under_allocation_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
