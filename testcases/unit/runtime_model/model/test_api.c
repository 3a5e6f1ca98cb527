/* The C API that extensions call: frames, calls, attributes, modules, formats, each also with every
 * allocation failing. What the values are, CPython says (conformance/model). */
#include "model.h"

#include "refwarden/frame.h"

/* ---- frames */

static void D06_locals_die_first_to_last(void **state)
{
    PyObject *cls = make_class(), *slots[3];
    rm_frame f;

    (void)state;
    rm_frame_enter(&f, slots, 3);
    for (int i = 0; i < 3; i++)
        rm_frame_store(&f, i, (PyObject *)instance_of(cls, i + 1));
    assert_null(rm_frame_leave(&f, NULL));
    assert_int_equal(ndied, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(died[i], i + 1);
    Py_DECREF(cls);
}

static void a_frame_owns_its_arguments_and_gives_its_result(void **state)
{
    PyObject *list = PyList_New(0), *slots[2], *result;
    rm_frame f;

    (void)state;
    rm_frame_enter(&f, slots, 2);
    assert_ptr_equal(rm_frame_current(), &f);
    rm_frame_argument(&f, 0, list);
    assert_int_equal(Py_REFCNT(list), 2);
    assert_null(rm_frame_load(&f, 1));
    assert_true(PyErr_ExceptionMatches(PyExc_UnboundLocalError));
    result = rm_frame_leave(&f, rm_frame_load(&f, 0));
    assert_ptr_equal(result, list);
    assert_int_equal(Py_REFCNT(list), 2);
    assert_true(PyErr_Occurred() != NULL);
    PyErr_Clear();
    assert_null(rm_frame_current());
    Py_DECREF(result);
    Py_DECREF(list);
}

/* ---- with every allocation failing */

static PyObject *twice(PyObject *self, PyObject *args)
{
    PyObject *op;

    (void)self;
    return PyArg_ParseTuple(args, "O:twice", &op) ? PyTuple_Pack(2, op, op) : NULL;
}

static int execute(PyObject *m)
{
    return PyModule_AddObjectRef(m, "list", (PyObject *)&PyList_Type);
}

static PyMethodDef functions[] = {{"twice", twice, METH_VARARGS, "doc"}, {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};
static PyModuleDef def = {PyModuleDef_HEAD_INIT, "ext", "doc", 8, functions, slots, NULL, NULL, NULL};

static bool drop(PyObject *op)
{
    Py_XDECREF(op);
    return op != NULL;
}

static bool use_a_module(void)
{
    PyObject *spec = PyModule_New("spec"), *m = NULL;
    bool ok = spec != NULL && PyModule_AddStringConstant(spec, "name", "ext") == 0;

    if (ok)
        m = PyModule_FromDefAndSpec(&def, spec);
    ok = ok && m != NULL && PyModule_ExecDef(m, &def) == 0 &&
         drop(PyObject_CallMethod(m, "twice", "i", 1000));
    Py_XDECREF(m);
    Py_XDECREF(spec);
    return ok;
}

static bool build_and_parse(void)
{
    PyObject *o = PyList_New(0), *x, *y, *args;
    int i;
    bool ok = false;

    if (o == NULL)
        return false;
    args = Py_BuildValue("(O{s:N}[id])", o, "k", PyLong_FromLong(1000), 70000, 1.5);
    if (args != NULL)
        ok = PyArg_ParseTuple(args, "OO(iO)", &x, &y, &i, &x) && i == 70000;
    Py_XDECREF(args);
    Py_DECREF(o);
    return ok;
}

static bool raise_an_exception(void)
{
    PyObject *E = PyErr_NewException("m.E", NULL, NULL), *op = NULL;
    bool ok = false;

    if (E != NULL)
        op = PyObject_CallFunction(E, "s", "text of it");
    if (op != NULL && PyObject_SetAttrString(op, "extra", E) == 0)
        ok = drop(PyObject_GetAttrString(op, "extra")) && drop(PyObject_GetAttrString(op, "args"));
    Py_XDECREF(op);
    Py_XDECREF(E);
    return ok;
}

static void out_of_memory_leaks_nothing(void **state)
{
    (void)state;
    for_each_allocation_failure(use_a_module);
    for_each_allocation_failure(build_and_parse);
    for_each_allocation_failure(raise_an_exception);
}

/* ---- R07: the ways to call, and what becomes of NULL without an exception and of both */

static PyObject *nothing(PyObject *self, PyObject *arg)
{
    (void)self;
    (void)arg;
    return NULL;
}

static PyObject *both(PyObject *self, PyObject *arg)
{
    (void)self;
    PyErr_SetString(PyExc_ValueError, "x");
    return Py_NewRef(arg);
}

static PyObject *call_one(PyObject *f) { return PyObject_CallOneArg(f, Py_None); }
static PyObject *call_format(PyObject *f) { return PyObject_CallFunction(f, "O", Py_None); }
static PyObject *call_objects(PyObject *f) { return PyObject_CallFunctionObjArgs(f, Py_None, NULL); }

static PyObject *call_tuple(PyObject *f)
{
    PyObject *args = PyTuple_Pack(1, Py_None), *result = PyObject_Call(f, args, NULL);

    Py_DECREF(args);
    return result;
}

/* The text of the pending exception and the type of its cause; clears it. */
static void assert_system_error(const char *text, PyObject *cause_type)
{
    PyObject *type, *value, *traceback, *shown, *cause;

    assert_true(PyErr_ExceptionMatches(PyExc_SystemError));
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    shown = PyObject_Str(value);
    cause = PyException_GetCause(value);
    assert_string_equal(PyUnicode_AsUTF8(shown), text);
    assert_ptr_equal(cause != NULL ? (PyObject *)Py_TYPE(cause) : NULL, cause_type);
    Py_XDECREF(cause);
    Py_DECREF(shown);
    Py_DECREF(type);
    Py_DECREF(value);
    Py_XDECREF(traceback);
}

static void R07_result_and_exception_exclude_each_other(void **state)
{
    static PyObject *(*const calls[])(PyObject *) = {call_one, call_format, call_objects, call_tuple};
    /* METH_O is a vectorcall function, METH_VARARGS is called with a tuple */
    static PyMethodDef wrong[] = {{"nothing", nothing, METH_VARARGS, NULL},
                                  {"both", both, METH_VARARGS, NULL},
                                  {"nothing", nothing, METH_O, NULL},
                                  {"both", both, METH_O, NULL}};

    (void)state;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(wrong); i++) {
        PyObject *f = PyCFunction_New(&wrong[i], NULL);

        for (size_t k = 0; k < Py_ARRAY_LENGTH(calls) - (wrong[i].ml_flags == METH_O); k++) {
            assert_null(calls[k](f));
            if (i % 2 == 0)
                assert_system_error("<built-in function nothing> returned NULL without setting an exception",
                                    NULL);
            else
                assert_system_error("<built-in function both> returned a result with an exception set",
                                    PyExc_ValueError);
        }
        Py_DECREF(f);
    }
}

static void R07_a_tuple_call_of_a_vectorcall_function_is_not_looked_at(void **state)
{
    static PyMethodDef wrong = {"nothing", nothing, METH_O, NULL};
    PyObject *f = PyCFunction_New(&wrong, NULL);

    (void)state;
    assert_null(call_tuple(f));
    assert_null(PyErr_Occurred());
    Py_DECREF(f);
}

static PyObject *new_nothing(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    (void)args;
    (void)kwargs;
    return nothing((PyObject *)type, NULL);
}

static void R07_a_class_that_makes_nothing(void **state)
{
    PyType_Slot slots[] = {{Py_tp_new, new_nothing}, {0, NULL}};
    PyType_Spec spec = {"test.T", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, slots};
    PyObject *cls = PyType_FromSpec(&spec);

    (void)state;
    assert_null(PyObject_CallNoArgs(cls));
    assert_system_error("<class 'test.T'> returned NULL without setting an exception", NULL);
    Py_DECREF(cls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(D06_locals_die_first_to_last),
        MODEL_TEST(a_frame_owns_its_arguments_and_gives_its_result),
        MODEL_TEST(out_of_memory_leaks_nothing),
        MODEL_TEST(R07_result_and_exception_exclude_each_other),
        MODEL_TEST(R07_a_tuple_call_of_a_vectorcall_function_is_not_looked_at),
        MODEL_TEST(R07_a_class_that_makes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
