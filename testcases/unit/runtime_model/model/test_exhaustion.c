/* The data types while memory runs out: each scenario runs once for every allocation in it, with that
 * one failing. It must then end with MemoryError, and give back what it had. */
#include "model.h"

/* Drops op; was there one? */
static bool drop(PyObject *op)
{
    Py_XDECREF(op);
    return op != NULL;
}

static bool done(int rc)
{
    return rc == 0;
}

/* ---- numbers */

static bool int_scenario(void)
{
    PyObject *a = PyLong_FromString("123456789012345678901234567890123456789", NULL, 10);
    PyObject *b = PyLong_FromString("-98765432109876543210987654321", NULL, 10);
    const PyNumberMethods *m = PyLong_Type.tp_as_number;
    bool ok = a != NULL && b != NULL && drop(m->nb_add(a, b)) && drop(m->nb_multiply(a, b)) &&
              drop(m->nb_divmod(a, b)) && drop(m->nb_xor(a, b)) && drop(m->nb_power(a, a, b)) &&
              drop(m->nb_invert(a)) && drop(PyObject_Repr(a)) && drop(PyLong_FromDouble(1e40)) &&
              drop(m->nb_float(a));

    Py_XDECREF(a);
    Py_XDECREF(b);
    return ok;
}

static bool float_scenario(void)
{
    PyObject *s = PyUnicode_FromString(" 1_000.5 "), *f = s != NULL ? PyFloat_FromString(s) : NULL;
    const PyNumberMethods *m = PyFloat_Type.tp_as_number;
    bool ok = f != NULL && drop(m->nb_true_divide(f, f)) && drop(PyObject_Repr(f)) &&
              drop(PyComplex_FromDoubles(1.0, 2.0));

    Py_XDECREF(s);
    Py_XDECREF(f);
    return ok;
}

/* ---- text */

static bool text_scenario(void)
{
    PyObject *a = PyUnicode_FromString("some t\xc3\xa9xt with words");
    PyObject *b = PyUnicode_FromString(" with \xc4\x80");
    PyObject *t = PyUnicode_FromString("t"), *parts = NULL;
    bool ok = a != NULL && b != NULL && t != NULL && PyUnicode_AsUTF8(a) != NULL;

    ok = ok && drop(PyUnicode_Concat(a, b)) && drop(PyUnicode_Replace(a, t, b, -1)) &&
         (parts = PyUnicode_Split(a, NULL, -1)) != NULL && drop(PyUnicode_Join(b, parts)) &&
         drop(PyUnicode_Substring(a, 2, 9)) && drop(PyUnicode_FromFormat("%R and %A, %5d", a, b, 7)) &&
         drop(PyUnicode_AsUTF8String(b)) && drop(PyUnicode_AsEncodedString(b, "ascii", "replace"));
    if (ok) {
        PyUnicode_Append(&a, b);
        ok = a != NULL;
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    Py_XDECREF(t);
    Py_XDECREF(parts);
    return ok;
}

static bool intern_scenario(void)
{
    PyObject *all[40];
    bool ok = true;
    int n = 0;

    while (ok && n < 40) {
        char name[24];

        snprintf(name, sizeof name, "name %d", n);
        all[n] = PyUnicode_InternFromString(name);
        ok = all[n] != NULL;
        n += ok;
    }
    while (n-- > 0)
        Py_DECREF(all[n]);
    return ok;
}

static bool bytes_scenario(void)
{
    PyObject *a = PyBytes_FromString("some bytes"), *b = PyBytes_FromFormat("%d of %s", 7, "them");
    PyObject *array = a != NULL ? PyByteArray_FromObject(a) : NULL;
    bool ok = a != NULL && b != NULL && array != NULL && done(PyByteArray_Resize(array, 500)) &&
              drop(PyByteArray_Concat(a, b)) && drop(PyObject_Repr(array));

    if (ok) {
        PyBytes_Concat(&a, b);
        ok = a != NULL && _PyBytes_Resize(&a, 100) == 0;
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    Py_XDECREF(array);
    return ok;
}

/* ---- containers */

static bool put_keys(PyObject *dict, long n, bool texts)
{
    bool ok = true;

    for (long i = 0; ok && i < n; i++) {
        PyObject *key = texts ? PyUnicode_FromFormat("key %ld", i) : PyLong_FromLong(1000 + i);

        ok = key != NULL && PyDict_SetItem(dict, key, key) == 0;
        Py_XDECREF(key);
    }
    return ok;
}

static bool dict_scenario(void)
{
    PyObject *a = PyDict_New(), *b = PyDict_New(), *it = NULL, *view = NULL, *pairs = NULL;
    bool ok = a != NULL && b != NULL && put_keys(a, 12, true) && put_keys(b, 3, false);

    ok = ok && done(PyDict_Update(b, a)) && drop(PyDict_Copy(a)) && drop(PyDict_Keys(a)) &&
         (pairs = PyDict_Items(b)) != NULL && done(PyDict_MergeFromSeq2(a, pairs, 1)) &&
         (view = _PyDictView_New(a, &PyDictItems_Type)) != NULL &&
         (it = PyObject_GetIter(view)) != NULL && drop(PyIter_Next(it)) && drop(PyObject_Repr(a));
    Py_XDECREF(it);
    Py_XDECREF(view);
    Py_XDECREF(pairs);
    Py_XDECREF(a);
    Py_XDECREF(b);
    return ok;
}

static bool set_scenario(void)
{
    PyObject *dict = PyDict_New(), *a = NULL, *b = NULL, *it = NULL;
    const PyNumberMethods *m = PySet_Type.tp_as_number;
    bool ok = dict != NULL && put_keys(dict, 20, false) && (a = PySet_New(dict)) != NULL &&
              (b = PyFrozenSet_New(a)) != NULL && drop(PySet_Pop(a)) && drop(m->nb_or(a, b)) &&
              drop(m->nb_subtract(b, a)) && drop(m->nb_xor(a, b)) &&
              (it = PyObject_GetIter(a)) != NULL && drop(PyIter_Next(it)) && drop(PyObject_Repr(b));

    Py_XDECREF(it);
    Py_XDECREF(a);
    Py_XDECREF(b);
    Py_XDECREF(dict);
    return ok;
}

static bool slice_scenario(void)
{
    PyObject *a = PySlice_New(NULL, Py_True, NULL), *b = PySlice_New(NULL, NULL, NULL);
    bool ok = a != NULL && b != NULL && drop(PyObject_Repr(a)) &&
              PyObject_RichCompareBool(a, a, Py_EQ) == 1;

    Py_XDECREF(a);
    Py_XDECREF(b);
    return ok;
}

static bool instance_scenario(void)
{
    PyType_Slot slots[] = {{0, NULL}};
    PyType_Spec spec = {"test.C", 24, 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT, slots};
    PyTypeObject *cls = (PyTypeObject *)PyType_FromSpec(&spec);
    PyObject *c = cls != NULL ? PyBaseObject_Type.tp_new(cls, NULL, NULL) : NULL;
    bool ok = c != NULL && done(PyObject_SetAttrString(c, "a", Py_None)) &&
              drop(PyObject_GenericGetDict(c, NULL)) && done(PyObject_SetAttrString(c, "b", c)) &&
              drop(PyObject_GetAttrString(c, "b"));

    Py_XDECREF(c);
    Py_XDECREF(cls);
    return ok;
}

#define EXHAUSTION(name)                                        \
    static void name##_without_memory(void **state)             \
    {                                                           \
        (void)state;                                            \
        for_each_allocation_failure(name##_scenario);           \
    }
EXHAUSTION(int)
EXHAUSTION(float)
EXHAUSTION(text)
EXHAUSTION(intern)
EXHAUSTION(bytes)
EXHAUSTION(dict)
EXHAUSTION(set)
EXHAUSTION(slice)
EXHAUSTION(instance)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(int_without_memory),   MODEL_TEST(float_without_memory),
        MODEL_TEST(text_without_memory),  MODEL_TEST(intern_without_memory),
        MODEL_TEST(bytes_without_memory), MODEL_TEST(dict_without_memory),
        MODEL_TEST(set_without_memory),   MODEL_TEST(slice_without_memory),
        MODEL_TEST(instance_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
