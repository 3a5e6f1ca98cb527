/* Slots and methods of the same meaning, classes with several bases: who holds what, and with every
 * allocation failing. What the values are, CPython says (conformance/model/families.c). */
#include "model.h"

static bool drop(PyObject *op)
{
    Py_XDECREF(op);
    return op != NULL;
}

static PyObject *say_three(PyObject *self, PyObject *args)
{
    (void)self;
    (void)args;
    return PyLong_FromLong(3);
}

static PyMethodDef three = {"three", say_three, METH_VARARGS, NULL};

static PyObject *new_method(void)
{
    PyObject *f = PyCFunction_New(&three, NULL), *m = f != NULL ? PyInstanceMethod_New(f) : NULL;

    Py_XDECREF(f);
    return m;
}

/* A class with one method; NULL: failed. */
static PyObject *class_with(const char *name)
{
    PyObject *m = new_method(), *cls = NULL;

    if (m != NULL)
        cls = PyObject_CallFunction((PyObject *)&PyType_Type, "s(){sO}", "C", name, m);
    Py_XDECREF(m);
    return cls;
}

static bool use_methods_as_slots(void)
{
    PyObject *cls = class_with("__len__"), *op = cls != NULL ? PyObject_CallNoArgs(cls) : NULL;
    PyObject *m = op != NULL ? new_method() : NULL;
    bool ok = m != NULL && PyObject_Size(op) == 3 && PyObject_SetAttrString(cls, "__add__", m) == 0 &&
              drop(PyNumber_Add(op, Py_None)) && PyObject_SetAttrString(cls, "__add__", NULL) == 0;

    Py_XDECREF(m);
    Py_XDECREF(op);
    Py_XDECREF(cls);
    return ok;
}

static bool use_slots_as_methods(void)
{
    PyObject *list = Py_BuildValue("[iii]", 1, 2, 3), *bound = list != NULL ? PyObject_GetAttrString(list, "__len__") : NULL;
    bool ok = bound != NULL && drop(PyObject_CallNoArgs(bound)) && drop(PyObject_Repr(bound)) &&
              drop(PyObject_CallMethod(list, "__mul__", "i", 2));

    Py_XDECREF(bound);
    Py_XDECREF(list);
    return ok;
}

static bool make_a_diamond(void)
{
    PyObject *a = class_with("__len__"), *b = NULL, *c = NULL, *d = NULL;
    bool ok = a != NULL && (b = PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){}", "B", a)) != NULL &&
              (c = PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){}", "C", a)) != NULL &&
              (d = PyObject_CallFunction((PyObject *)&PyType_Type, "s(OO){}", "D", b, c)) != NULL;

    Py_XDECREF(d);
    Py_XDECREF(c);
    Py_XDECREF(b);
    Py_XDECREF(a);
    return ok;
}

static void out_of_memory_leaks_nothing(void **state)
{
    (void)state;
    for_each_allocation_failure(use_methods_as_slots);
    for_each_allocation_failure(use_slots_as_methods);
    for_each_allocation_failure(make_a_diamond);
}

static void a_slot_follows_the_class_and_those_below(void **state)
{
    PyObject *cls = class_with("__call__");
    PyTypeObject *derived = (PyTypeObject *)PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){}", "D", cls);
    PyObject *m = new_method();

    (void)state;
    assert_true(derived->tp_call != NULL);
    assert_null(derived->tp_as_mapping->mp_length);
    PyObject_SetAttrString(cls, "__len__", m);
    assert_true(derived->tp_as_mapping->mp_length != NULL);
    PyObject_DelAttrString(cls, "__len__");
    assert_null(derived->tp_as_mapping->mp_length);
    PyObject_DelAttrString(cls, "__call__");
    assert_null(derived->tp_call);
    Py_DECREF(m);
    Py_DECREF(derived);
    Py_DECREF(cls);
}

/* A bound slot keeps the instance, and may be in a cycle with it. */
static void a_bound_slot_is_collected_with_its_instance(void **state)
{
    PyObject *cls = class_with("__len__"), *op = PyObject_CallNoArgs(cls);
    PyObject *bound = PyObject_GetAttrString(op, "__init__");

    (void)state;
    assert_string_equal(Py_TYPE(bound)->tp_name, "method-wrapper");
    assert_int_equal(Py_REFCNT(op), 2);
    PyObject_SetAttrString(op, "init", bound);
    Py_DECREF(bound);
    Py_DECREF(op);
    rm_gc_collect(rt, 2);
    Py_DECREF(cls);
}

static void a_finalizing_method_keeps_the_pending_exception(void **state)
{
    PyObject *cls = class_with("__del__"), *op = PyObject_CallNoArgs(cls);

    (void)state;
    PyErr_SetNone(PyExc_KeyError);
    Py_DECREF(op);
    assert_ptr_equal(PyErr_Occurred(), PyExc_KeyError);
    PyErr_Clear();
    Py_DECREF(cls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(out_of_memory_leaks_nothing),
        MODEL_TEST(a_slot_follows_the_class_and_those_below),
        MODEL_TEST(a_bound_slot_is_collected_with_its_instance),
        MODEL_TEST(a_finalizing_method_keeps_the_pending_exception),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
