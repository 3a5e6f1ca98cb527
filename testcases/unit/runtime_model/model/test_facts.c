/* Measured facts of several areas that no other test shows, each under its id, and what the fuzzers
 * have found. */
#include "model.h"

#include <structmember.h>
#include <sys/wait.h>
#include <unistd.h>

#include "profile.h"

/* ---- H08 */

static void exit_with(void *ctx, const char *message)
{
    (void)ctx;
    _exit(strcmp(message, "deallocating None") == 0 ? 7 : 1);
}

/* In a process of its own: its runtime is not one to go on with. */
static void drop_every_none(void)
{
    rm_options options = {.hooks = {.fatal = exit_with}, .reuse = true};

    if (rm_runtime_create(&options) == NULL)
        _exit(2);
    for (Py_ssize_t n = Py_REFCNT(Py_None); n >= 0; n--)
        Py_DECREF(Py_None);
    _exit(0);
}

static void H08_none_must_not_die(void **state)
{
    pid_t child = fork();
    int status = 0;

    (void)state;
    if (child == 0)
        drop_every_none();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 7);
}

/* ---- T07 */

static void T07_called_types_make_collected_classes(void **state)
{
    PyObject *cls = PyObject_CallFunction((PyObject *)&PyType_Type, "s(O){}", "A", &PyLong_Type);

    (void)state;
    assert_non_null(cls);
    assert_true(PyType_HasFeature((PyTypeObject *)cls, Py_TPFLAGS_HAVE_GC));
    Py_DECREF(cls);
}

/* ---- G18 */

static char told[256];

static PyObject *tell(PyObject *self, PyObject *args)
{
    const char *phase;
    PyObject *info, *generation;

    (void)self;
    if (!PyArg_ParseTuple(args, "sO", &phase, &info))
        return NULL;
    generation = PyDict_GetItemString(info, "generation");
    snprintf(told + strlen(told), sizeof told - strlen(told), "%s %ld %d %d %zd; ", phase,
             PyLong_AsLong(generation), PyDict_GetItemString(info, "collected") != NULL,
             PyDict_GetItemString(info, "uncollectable") != NULL, PyDict_Size(info));
    Py_RETURN_NONE;
}

static void G18_callbacks_are_told_phase_and_counts(void **state)
{
    static PyMethodDef def = {"tell", tell, METH_VARARGS, NULL};
    PyObject *gc = PyImport_ImportModule("gc"), *callbacks = PyObject_GetAttrString(gc, "callbacks");
    PyObject *callback = PyCFunction_New(&def, NULL);

    (void)state;
    told[0] = '\0';
    PyList_Append(callbacks, callback);
    rm_gc_collect(rt, 1);
    PyList_SetSlice(callbacks, 0, 1, NULL);
    assert_string_equal(told, "start 1 1 1 3; stop 1 1 1 3; ");
    Py_DECREF(callback);
    Py_DECREF(callbacks);
    Py_DECREF(gc);
}

/* ---- G22 */

static bool is_referrer(PyObject *op, PyObject *of)
{
    rm_objects all;
    bool found = false;

    assert_int_equal(rm_get_referrers(rt, of, &all), 0);
    for (size_t i = 0; i < all.n; i++)
        found |= all.objects[i] == op;
    rm_objects_free(&all);
    return found;
}

static void G22_untracked_dicts_are_no_referrers(void **state)
{
    PyObject *v = PyUnicode_FromString("a value"), *dict = PyDict_New(), *list = PyList_New(0);

    (void)state;
    PyDict_SetItemString(dict, "k", v);
    assert_false(is_referrer(dict, v));
    PyDict_SetItemString(dict, "l", list);
    assert_true(is_referrer(dict, v));
    Py_DECREF(dict);
    Py_DECREF(list);
    Py_DECREF(v);
}

/* ---- G31 */

static PyObject *saved;
static int nsaved;

static void save(PyObject *op)
{
    nsaved++;
    if (nsaved < 3)
        saved = Py_NewRef(op);
}

static void plain_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    if (PyObject_CallFinalizerFromDealloc(op) < 0)
        return;
    type->tp_free(op);
    Py_DECREF(type);
}

static int finalizers_run(unsigned flags)
{
    PyType_Slot slots[] = {{Py_tp_finalize, save}, {Py_tp_dealloc, plain_dealloc}, {0, NULL}};
    PyType_Spec spec = {"test.saved", sizeof(PyObject), 0, flags, slots};
    PyObject *type = PyType_FromSpec(&spec), *op = PyType_GenericAlloc((PyTypeObject *)type, 0);

    nsaved = 0;
    Py_DECREF(op);
    while (saved != NULL)
        Py_CLEAR(saved);
    Py_DECREF(type);
    return nsaved;
}

static void G31_only_collected_objects_know_that_they_were_finalized(void **state)
{
    node *n;
    PyObject *cls = make_class();

    (void)state;
    assert_int_equal(finalizers_run(Py_TPFLAGS_DEFAULT), 3);
    n = instance_of(cls, 1);
    Py_DECREF(n);
    assert_int_equal(nfinalized, 1);
    Py_DECREF(cls);
}

/* ---- found by fuzzing */

static void interned_strings_of_3_12_go_with_the_runtime(void **state)
{
    rm_runtime *before = rm_runtime_current();
    rm_options options = {.version = RM_PYTHON_3_12, .alloc = {.no_pymalloc = true}, .reuse = true};

    (void)state;
    rm_runtime_destroy(rm_runtime_create(&options)); /* a sanitizer sees what is lost */
    rm_runtime_use(before);
    assert_ptr_equal(rm_runtime_current(), before);
}

static void a_name_becomes_immortal_while_it_is_kept(void **state)
{
    PyObject *name = PyUnicode_FromString("kept_name"), *tuple = PyTuple_Pack(1, name);

    (void)state;
    PyUnicode_InternInPlace(&name);
    Py_DECREF(tuple);
    Py_DECREF(name);
}

typedef struct {
    PyObject_HEAD
    PyObject *field;
} holder;

static int holder_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((holder *)op)->field);
    return 0;
}

static int holder_clear(PyObject *op)
{
    Py_CLEAR(((holder *)op)->field);
    return 0;
}

static void holder_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    PyObject_GC_UnTrack(op);
    holder_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static void a_reference_set_through_a_member_is_released_by_tp_clear(void **state)
{
    static PyMemberDef members[] = {{"field", T_OBJECT, offsetof(holder, field), 0, NULL},
                                    {NULL, 0, 0, 0, NULL}};
    PyType_Slot slots[] = {{Py_tp_traverse, holder_traverse}, {Py_tp_clear, holder_clear},
                           {Py_tp_dealloc, holder_dealloc}, {Py_tp_members, members}, {0, NULL}};
    PyType_Spec spec = {"test.holder", sizeof(holder), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
    PyObject *type = PyType_FromSpec(&spec), *op = PyType_GenericAlloc((PyTypeObject *)type, 0);

    (void)state;
    assert_int_equal(PyObject_SetAttrString(op, "field", op), 0);
    Py_DECREF(op);
    assert_int_equal(rm_gc_collect(rt, 2), 1);
    Py_DECREF(type);
}

static void comparing_what_holds_itself_ends(void **state)
{
    PyObject *a = PyCell_New(NULL), *b = PyCell_New(a);

    (void)state;
    PyCell_Set(a, b);
    assert_null(PyObject_RichCompare(a, b, Py_EQ));
    assert_ptr_equal(PyErr_Occurred(), PyExc_RecursionError);
    PyErr_Clear();
    PyCell_Set(a, NULL);
    Py_DECREF(a);
    Py_DECREF(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        MODEL_TEST(H08_none_must_not_die),
        MODEL_TEST(T07_called_types_make_collected_classes),
        MODEL_TEST(G18_callbacks_are_told_phase_and_counts),
        MODEL_TEST(G22_untracked_dicts_are_no_referrers),
        MODEL_TEST(G31_only_collected_objects_know_that_they_were_finalized),
        MODEL_TEST(interned_strings_of_3_12_go_with_the_runtime),
        cmocka_unit_test_setup_teardown(a_name_becomes_immortal_while_it_is_kept, model_setup_3_12,
                                        model_teardown),
        MODEL_TEST(comparing_what_holds_itself_ends),
        MODEL_TEST(a_reference_set_through_a_member_is_released_by_tp_clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
