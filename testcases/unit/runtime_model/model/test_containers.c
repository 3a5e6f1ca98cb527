/* dict, set, slice and the attributes of instances: order, mutation under the search, tracking. */
#include "model.h"

static PyObject *text(const char *s)
{
    return PyUnicode_FromString(s);
}

/* op as Python shows it; drops op. */
static void assert_shown(PyObject *op, const char *expected)
{
    PyObject *shown = PyObject_Repr(op);

    assert_string_equal(PyUnicode_AsUTF8(shown), expected);
    Py_DECREF(shown);
    Py_DECREF(op);
}

static void set_int(PyObject *dict, const char *key, long value)
{
    PyObject *v = PyLong_FromLong(value);

    assert_int_equal(PyDict_SetItemString(dict, key, v), 0);
    Py_DECREF(v);
}

static PyObject *abc(void)
{
    PyObject *dict = PyDict_New();

    set_int(dict, "a", 1);
    set_int(dict, "b", 2);
    set_int(dict, "c", 3);
    return dict;
}

/* ---- keys that compare by calling into a test */

typedef struct {
    PyObject_HEAD
    Py_hash_t hash;
    int (*compare)(void); /* is it equal? -1: an exception is set */
} key_object;

static Py_hash_t key_hash(PyObject *op)
{
    return ((key_object *)op)->hash;
}

static PyObject *key_compare(PyObject *a, PyObject *b, int op)
{
    key_object *key = (key_object *)(((key_object *)a)->compare != NULL ? a : b);
    int equal = key->compare != NULL ? key->compare() : a == b;

    return equal < 0 ? NULL : PyBool_FromLong(equal == (op == Py_EQ));
}

static PyTypeObject Key_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "test.key",
    .tp_basicsize = sizeof(key_object),
    .tp_hash = key_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_richcompare = key_compare,
};

static PyObject *new_key(Py_hash_t hash, int (*compare)(void))
{
    key_object *key;

    assert_int_equal(PyType_Ready(&Key_Type), 0);
    key = PyObject_New(key_object, &Key_Type);
    key->hash = hash;
    key->compare = compare;
    return (PyObject *)key;
}

static PyObject *watched;
static int compared;

/* Empties the dict the first time. */
static int clear_and_differ(void)
{
    if (compared++ == 0)
        PyDict_Clear(watched);
    return 0;
}

static int clear_set_and_differ(void)
{
    if (compared++ == 0)
        PySet_Clear(watched);
    return 0;
}

static int fail(void)
{
    PyErr_SetString(PyExc_ValueError, "no answer");
    return -1;
}

static void a_search_survives_clearing(void **state)
{
    PyObject *old = new_key(8, NULL), *asking = new_key(8, clear_and_differ);

    (void)state;
    watched = PyDict_New();
    compared = 0;
    assert_int_equal(PyDict_SetItem(watched, old, old), 0);
    Py_DECREF(old);
    assert_int_equal(PyDict_SetItem(watched, asking, Py_None), 0);
    assert_int_equal(PyDict_Size(watched), 1);
    assert_ptr_equal(PyDict_GetItemWithError(watched, asking), Py_None);
    Py_DECREF(asking);
    Py_DECREF(watched);
}

static void a_set_search_survives_clearing(void **state)
{
    PyObject *old = new_key(8, NULL), *asking = new_key(8, clear_set_and_differ);

    (void)state;
    watched = PySet_New(NULL);
    compared = 0;
    assert_int_equal(PySet_Add(watched, old), 0);
    Py_DECREF(old);
    assert_int_equal(PySet_Add(watched, asking), 0);
    assert_int_equal(PySet_Size(watched), 1);
    assert_int_equal(PySet_Contains(watched, asking), 1);
    Py_DECREF(asking);
    Py_DECREF(watched);
}

static void a_failing_comparison_is_passed_on(void **state)
{
    PyObject *dict = PyDict_New(), *set = PySet_New(NULL);
    PyObject *old = new_key(8, NULL), *bad = new_key(8, fail);

    (void)state;
    PyDict_SetItem(dict, old, Py_None);
    PySet_Add(set, old);
    assert_int_equal(PyDict_SetItem(dict, bad, Py_None), -1);
    assert_true(PyErr_ExceptionMatches(PyExc_ValueError));
    PyErr_Clear();
    assert_int_equal(PyDict_Contains(dict, bad), -1);
    PyErr_Clear();
    assert_null(PyDict_GetItem(dict, bad)); /* and the error is lost */
    assert_null(PyErr_Occurred());
    assert_int_equal(PySet_Add(set, bad), -1);
    PyErr_Clear();
    Py_DECREF(dict);
    Py_DECREF(set);
    Py_DECREF(old);
    Py_DECREF(bad);
}

/* ---- dict */

static void deleted_keys_come_back_at_the_end(void **state)
{
    PyObject *dict = abc();

    (void)state;
    assert_int_equal(PyDict_DelItemString(dict, "a"), 0);
    assert_int_equal(PyDict_DelItemString(dict, "a"), -1);
    assert_true(PyErr_ExceptionMatches(PyExc_KeyError));
    PyErr_Clear();
    set_int(dict, "a", 4);
    set_int(dict, "b", 5);
    assert_shown(PyDict_Items(dict), "[('b', 5), ('c', 3), ('a', 4)]");
    assert_shown(dict, "{'b': 5, 'c': 3, 'a': 4}");
}

static void set_default_keeps_what_is_there(void **state)
{
    PyObject *dict = abc(), *a = text("a"), *d = text("d"), *one = PyLong_FromLong(1);

    (void)state;
    assert_ptr_equal(PyDict_SetDefault(dict, a, Py_None), one);
    assert_ptr_equal(PyDict_SetDefault(dict, d, Py_None), Py_None);
    assert_int_equal(PyDict_Size(dict), 4);
    Py_DECREF(a);
    Py_DECREF(d);
    Py_DECREF(one);
    Py_DECREF(dict);
}

static void merging_overrides_if_asked(void **state)
{
    PyObject *a = abc(), *b = PyDict_New();

    (void)state;
    set_int(b, "c", 30);
    set_int(b, "d", 40);
    assert_int_equal(PyDict_Merge(a, b, 0), 0);
    assert_shown(PyDict_Copy(a), "{'a': 1, 'b': 2, 'c': 3, 'd': 40}");
    assert_int_equal(PyDict_Update(a, b), 0);
    assert_shown(a, "{'a': 1, 'b': 2, 'c': 30, 'd': 40}");
    Py_DECREF(b);
}

static void pairs_make_a_dict(void **state)
{
    PyObject *dict = PyDict_New(), *other = abc(), *pairs = PyDict_Items(other), *bad = PyList_New(0);

    (void)state;
    assert_int_equal(PyDict_MergeFromSeq2(dict, pairs, 1), 0);
    assert_int_equal(PyObject_RichCompareBool(dict, other, Py_EQ), 1);
    PyList_Append(bad, pairs);
    assert_int_equal(PyDict_MergeFromSeq2(dict, bad, 1), -1);
    assert_true(PyErr_ExceptionMatches(PyExc_ValueError));
    PyErr_Clear();
    Py_DECREF(dict);
    Py_DECREF(other);
    Py_DECREF(pairs);
    Py_DECREF(bad);
}

static void views_show_what_the_dict_is(void **state)
{
    PyObject *dict = abc(), *items = _PyDictView_New(dict, &PyDictItems_Type);
    PyObject *it = PyObject_GetIter(items), *pair;
    void *where;

    (void)state;
    pair = PyIter_Next(it);
    where = pair;
    assert_shown(pair, "('a', 1)");
    pair = PyIter_Next(it); /* nobody kept the first one */
    assert_ptr_equal(pair, where);
    set_int(dict, "d", 4);
    assert_null(PyIter_Next(it));
    assert_true(PyErr_ExceptionMatches(PyExc_RuntimeError));
    PyErr_Clear();
    assert_int_equal(PyDict_Size(dict), Py_TYPE(items)->tp_as_sequence->sq_length(items));
    assert_shown(pair, "('b', 2)");
    Py_DECREF(it);
    Py_DECREF(items);
    Py_DECREF(dict);
}

static void a_dict_shows_itself_once(void **state)
{
    PyObject *dict = PyDict_New();

    (void)state;
    PyDict_SetItemString(dict, "me", dict);
    assert_shown(Py_NewRef(dict), "{'me': {...}}");
    PyDict_Clear(dict);
    Py_DECREF(dict);
}

static void G11_tracked_when_it_may_be_in_a_cycle(void **state)
{
    PyObject *dict = PyDict_New(), *list = PyList_New(0);

    (void)state;
    assert_false(PyObject_GC_IsTracked(dict));
    set_int(dict, "a", 1);
    assert_false(PyObject_GC_IsTracked(dict));
    PyDict_SetItemString(dict, "l", list);
    assert_true(PyObject_GC_IsTracked(dict));
    Py_DECREF(dict);
    Py_DECREF(list);
}

static void G12_untracked_by_a_full_collection(void **state)
{
    PyObject *dict = PyDict_New(), *list = PyList_New(0), *copy;

    (void)state;
    PyDict_SetItemString(dict, "l", list);
    copy = PyDict_Copy(dict);
    assert_true(PyObject_GC_IsTracked(copy));
    set_int(dict, "l", 1);
    rm_gc_collect(rt, 1);
    assert_true(PyObject_GC_IsTracked(dict));
    rm_gc_collect(rt, 2);
    assert_false(PyObject_GC_IsTracked(dict));
    assert_true(PyObject_GC_IsTracked(copy));
    Py_DECREF(copy);
    Py_DECREF(dict);
    Py_DECREF(list);
}

static PyObject *seen;

static void look_at_k(node *n)
{
    (void)n;
    seen = PyDict_GetItemString(watched, "k");
}

static void D10_a_finalizer_sees_the_new_value(void **state)
{
    PyObject *cls = make_class(), *n = (PyObject *)instance_of(cls, 1);

    (void)state;
    watched = PyDict_New();
    seen = NULL;
    PyDict_SetItemString(watched, "k", n);
    Py_DECREF(n);
    on_finalize = look_at_k;
    PyDict_SetItemString(watched, "k", Py_None);
    assert_ptr_equal(seen, Py_None);
    Py_DECREF(watched);
    Py_DECREF(cls);
}

static void D09_entries_die_in_their_order(void **state)
{
    PyObject *cls = make_class(), *dict = PyDict_New();

    (void)state;
    for (long i = 1; i <= 3; i++) {
        PyObject *key = PyLong_FromLong(100 - i), *n = (PyObject *)instance_of(cls, i);

        PyDict_SetItem(dict, key, n);
        Py_DECREF(key);
        Py_DECREF(n);
    }
    Py_DECREF(dict);
    assert_int_equal(nfinalized, 3);
    for (long i = 0; i < 3; i++)
        assert_int_equal(finalized[i], i + 1);
    Py_DECREF(cls);
}

/* ---- set */

static PyObject *set_of(long first, long last)
{
    PyObject *set = PySet_New(NULL);

    for (long i = first; i <= last; i++) {
        PyObject *key = PyLong_FromLong(i);

        PySet_Add(set, key);
        Py_DECREF(key);
    }
    return set;
}

static void sets_combine(void **state)
{
    PyObject *a = set_of(1, 4), *b = set_of(3, 6);
    const PyNumberMethods *m = PySet_Type.tp_as_number;

    (void)state;
    assert_shown(m->nb_or(a, b), "{1, 2, 3, 4, 5, 6}");
    assert_shown(m->nb_and(a, b), "{3, 4}");
    assert_shown(m->nb_subtract(a, b), "{1, 2}");
    assert_shown(m->nb_xor(a, b), "{1, 2, 5, 6}");
    assert_int_equal(PyObject_RichCompareBool(a, b, Py_EQ), 0);
    assert_shown(PyFrozenSet_New(a), "frozenset({1, 2, 3, 4})");
    Py_DECREF(a);
    Py_DECREF(b);
}

static void a_frozenset_is_filled_by_its_maker_only(void **state)
{
    PyObject *frozen = PyFrozenSet_New(NULL), *one = PyLong_FromLong(1), *other;

    (void)state;
    assert_int_equal(PySet_Add(frozen, one), 0);
    other = Py_NewRef(frozen);
    assert_int_equal(PySet_Add(frozen, Py_None), -1);
    assert_true(PyErr_ExceptionMatches(PyExc_SystemError));
    PyErr_Clear();
    Py_DECREF(other);
    Py_DECREF(frozen);
    Py_DECREF(one);
}

static void a_set_is_found_as_a_frozenset(void **state)
{
    PyObject *inner = set_of(1, 3), *frozen = PyFrozenSet_New(inner), *set = PySet_New(NULL);

    (void)state;
    PySet_Add(set, frozen);
    assert_int_equal(PySet_Type.tp_as_sequence->sq_contains(set, inner), 1);
    assert_int_equal(PySet_Contains(set, inner), -1);
    PyErr_Clear();
    Py_DECREF(set);
    Py_DECREF(inner);
    Py_DECREF(frozen);
}

static void W05_sets_can_be_seen_weakly(void **state)
{
    PyObject *set = PySet_New(NULL), *ref = PyWeakref_NewRef(set, NULL);
    PyObject *not_these[] = {Py_None, PyList_New(0), PyDict_New(), PyLong_FromLong(1), text("a"),
                             PyTuple_New(0)};

    (void)state;
    assert_ptr_equal(PyWeakref_GetObject(ref), set);
    Py_DECREF(set);
    assert_ptr_equal(PyWeakref_GetObject(ref), Py_None);
    Py_DECREF(ref);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(not_these); i++) {
        assert_null(PyWeakref_NewRef(not_these[i], NULL));
        assert_true(PyErr_ExceptionMatches(PyExc_TypeError));
        PyErr_Clear();
        if (i > 0)
            Py_DECREF(not_these[i]);
    }
}

static void G34_sets_are_tracked_when_made(void **state)
{
    PyObject *set = PySet_New(NULL), *it = PyObject_GetIter(set);

    (void)state;
    assert_true(PyObject_GC_IsTracked(set));
    assert_true(PyObject_GC_IsTracked(it));
    Py_DECREF(it);
    Py_DECREF(set);
}

static void G10_atoms_are_never_tracked(void **state)
{
    PyObject *atoms[] = {PyLong_FromLong(7), text("a"), PyBytes_FromString("ab"),
                         PyFloat_FromDouble(0.5), PyByteArray_FromStringAndSize("a", 1),
                         PyComplex_FromDoubles(1.0, 2.0)};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(atoms); i++) {
        assert_false(PyObject_GC_IsTracked(atoms[i]));
        Py_DECREF(atoms[i]);
    }
}

static void a_set_in_a_cycle_is_collected(void **state)
{
    PyObject *set = PySet_New(NULL), *ref = PyWeakref_NewRef(set, NULL);
    node *n = node_new(1);

    (void)state;
    n->a = Py_NewRef(set);
    assert_int_equal(PySet_Add(set, (PyObject *)n), 0);
    Py_DECREF(n);
    Py_DECREF(set);
    assert_int_equal(rm_gc_collect(rt, 2), 2);
    assert_ptr_equal(PyWeakref_GetObject(ref), Py_None);
    Py_DECREF(ref);
}

/* ---- instances */

static PyTypeObject *plain_class(void)
{
    PyType_Slot slots[] = {{0, NULL}};
    PyType_Spec spec = {"test.C", sizeof(PyObject) + sizeof(PyObject *), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT |
                            Py_TPFLAGS_BASETYPE,
                        slots};

    return (PyTypeObject *)PyType_FromSpec(&spec);
}

static PyObject *new_instance(PyTypeObject *cls)
{
    return PyBaseObject_Type.tp_new(cls, NULL, NULL);
}

static void H04_an_instance_has_32_bytes_in_front(void **state)
{
    PyTypeObject *cls = plain_class();
    PyObject *c = new_instance(cls);

    (void)state;
    assert_int_equal(cls->tp_basicsize, 24);
    assert_int_equal(_PySys_GetSizeOf(c), 56);
    Py_DECREF(c);
    Py_DECREF(cls);
}

static void G16_instances_are_tracked(void **state)
{
    PyTypeObject *cls = plain_class();
    PyObject *c = new_instance(cls);

    (void)state;
    assert_true(PyObject_GC_IsTracked(c));
    Py_DECREF(c);
    Py_DECREF(cls);
}

static void C08_values_become_a_split_dict(void **state)
{
    PyTypeObject *cls = plain_class();
    PyObject *c = new_instance(cls), *d = new_instance(cls), *dict, *one = PyLong_FromLong(1);

    (void)state;
    assert_int_equal(PyObject_SetAttrString(c, "a", one), 0);
    assert_int_equal(_PySys_GetSizeOf(c), 56);
    dict = PyObject_GenericGetDict(c, NULL);
    assert_int_equal(_PySys_GetSizeOf(dict), 288); /* each instance has cost the class a place */
    assert_shown(Py_NewRef(dict), "{'a': 1}");
    assert_int_equal(PyObject_SetAttrString(d, "b", one), 0);
    assert_shown(PyObject_GenericGetDict(d, NULL), "{'b': 1}");
    assert_int_equal(PyObject_SetAttrString(c, "b", one), 0);
    assert_int_equal(PyObject_SetAttrString(c, "a", NULL), 0);
    assert_int_equal(PyObject_SetAttrString(c, "a", one), 0);
    assert_shown(dict, "{'b': 1, 'a': 1}");
    Py_DECREF(c);
    Py_DECREF(d);
    Py_DECREF(one);
    Py_DECREF(cls);
}

static void C08_the_first_instance_has_29_places(void **state)
{
    PyTypeObject *cls = plain_class();
    PyObject *c = new_instance(cls), *dict;

    (void)state;
    assert_int_equal(PyObject_SetAttrString(c, "a", Py_None), 0);
    dict = PyObject_GenericGetDict(c, NULL);
    assert_int_equal(_PySys_GetSizeOf(dict), 296);
    Py_DECREF(dict);
    Py_DECREF(c);
    Py_DECREF(cls);
}

static void too_many_attributes_make_a_dict(void **state)
{
    PyTypeObject *cls = plain_class();
    PyObject *c = new_instance(cls), *dict;
    char name[8];

    (void)state;
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(PyObject_SetAttrString(c, name, Py_None), 0);
    }
    dict = PyObject_GenericGetDict(c, NULL);
    assert_int_equal(PyDict_Size(dict), 50);
    for (int i = 0; i < 50; i++) {
        PyObject *value;

        snprintf(name, sizeof name, "n%d", i);
        value = PyObject_GetAttrString(c, name);
        assert_ptr_equal(value, Py_None);
        Py_DECREF(value);
    }
    Py_DECREF(dict);
    Py_DECREF(c);
    Py_DECREF(cls);
}

static void S08_attribute_names_are_interned(void **state)
{
    PyTypeObject *cls = plain_class();
    PyObject *c = new_instance(cls), *name = text("attr9"), *other = PyUnicode_InternFromString("attr9");
    PyObject *dict, *keys;

    (void)state;
    assert_int_equal(PyObject_SetAttr(c, name, Py_None), 0);
    dict = PyObject_GenericGetDict(c, NULL);
    keys = PyDict_Keys(dict);
    assert_ptr_equal(PyList_GET_ITEM(keys, 0), other);
    Py_DECREF(keys);
    Py_DECREF(dict);
    Py_DECREF(c);
    Py_DECREF(name);
    Py_DECREF(other);
    Py_DECREF(cls);
}

static void an_instance_in_a_cycle_is_collected(void **state)
{
    PyTypeObject *cls = plain_class();
    PyObject *c = new_instance(cls), *d = new_instance(cls);

    (void)state;
    PyObject_SetAttrString(c, "other", d);
    PyObject_SetAttrString(d, "other", c);
    Py_DECREF(PyObject_GenericGetDict(d, NULL));
    Py_DECREF(c);
    Py_DECREF(d);
    assert_int_equal(rm_gc_collect(rt, 2), 3); /* two instances, one dict */
    Py_DECREF(cls);
}

static void T10_a_class_is_large(void **state)
{
    PyTypeObject *cls = plain_class();

    (void)state;
    Py_DECREF(new_instance(cls));
    assert_true(_PySys_GetSizeOf((PyObject *)cls) >= 1000);
    assert_true(_PySys_GetSizeOf((PyObject *)&PyLong_Type) >= 400);
    Py_DECREF(cls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(a_search_survives_clearing),
        MODEL_TEST(a_set_search_survives_clearing),
        MODEL_TEST(a_failing_comparison_is_passed_on),
        MODEL_TEST(deleted_keys_come_back_at_the_end),
        MODEL_TEST(set_default_keeps_what_is_there),
        MODEL_TEST(merging_overrides_if_asked),
        MODEL_TEST(pairs_make_a_dict),
        MODEL_TEST(views_show_what_the_dict_is),
        MODEL_TEST(a_dict_shows_itself_once),
        MODEL_TEST(G10_atoms_are_never_tracked),
        MODEL_TEST(G11_tracked_when_it_may_be_in_a_cycle),
        MODEL_TEST(G12_untracked_by_a_full_collection),
        MODEL_TEST(G16_instances_are_tracked),
        MODEL_TEST(G34_sets_are_tracked_when_made),
        MODEL_TEST(D09_entries_die_in_their_order),
        MODEL_TEST(D10_a_finalizer_sees_the_new_value),
        MODEL_TEST(sets_combine),
        MODEL_TEST(a_frozenset_is_filled_by_its_maker_only),
        MODEL_TEST(a_set_is_found_as_a_frozenset),
        MODEL_TEST(a_set_in_a_cycle_is_collected),
        MODEL_TEST(W05_sets_can_be_seen_weakly),
        MODEL_TEST(H04_an_instance_has_32_bytes_in_front),
        MODEL_TEST(C08_values_become_a_split_dict),
        MODEL_TEST(C08_the_first_instance_has_29_places),
        MODEL_TEST(too_many_attributes_make_a_dict),
        MODEL_TEST(S08_attribute_names_are_interned),
        MODEL_TEST(an_instance_in_a_cycle_is_collected),
        MODEL_TEST(T10_a_class_is_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
