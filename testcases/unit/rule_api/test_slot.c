#include "unit.h"

#include "slot.h"

#include <string.h>

typedef struct {
    arena *a;
    contract_table *table;
    status st;
} fixture;

static int setup(void **state)
{
    static fixture f;

    f = (fixture){.a = arena_create()};
    f.table = contract_table_create(f.a);
    *state = &f;
    return contract_table_read_builtin(f.table, &f.st);
}

static int teardown(void **state)
{
    arena_destroy(((fixture *)*state)->a);
    return 0;
}

static void a_slot_says_what_is_owed(void **state)
{
    const slot *s = slot_find(((fixture *)*state)->table, "tp_iternext", 11);

    assert_int_equal(s->where, SLOT_OF_TYPE);
    assert_int_equal(s->id, 63);
    assert_string_equal(s->type, "iternextfunc");
    assert_int_equal(s->row.ret, RET_NEW);
    assert_int_equal(s->row.fail, FAIL_NULL);
    assert_int_equal(s->row.exc, EXC_MAYBE);
    assert_int_equal(s->row.nargs, 1);
}

static void a_slot_says_what_its_function_has_to_do(void **state)
{
    const contract_table *t = ((fixture *)*state)->table;
    const slot *dealloc = slot_find(t, "tp_dealloc", 11), *traverse = slot_find(t, "tp_traverse", 11);

    assert_int_equal(dealloc->duties, DUTY_UNTRACKS | DUTY_DROPS | DUTY_FREES | DUTY_DROPS_TYPE |
                                          DUTY_KEEPS_EXC);
    assert_int_equal(traverse->duties,
                     DUTY_VISITS | DUTY_VISITS_TYPE | DUTY_QUIET | DUTY_KEEPS_EXC);
    assert_true(slot_has_condition(slot_find(t, "tp_richcompare", 11), PRE_COMPARE, 2));
    assert_false(slot_has_condition(slot_find(t, "tp_richcompare", 11), PRE_COMPARE, 1));
    assert_false(slot_has_condition(dealloc, PRE_COMPARE, 0));
}

static void every_convention_of_methods_returns_the_same(void **state)
{
    const contract_table *t = ((fixture *)*state)->table;
    const slot *any = slot_find(t, "PyCFunction", 11);
    int n = 0;

    for (int i = 0; i < slot_count(t); i++) {
        const slot *s = slot_at(t, i);

        if (s->where != SLOT_OF_METHOD || s->is_data)
            continue;
        assert_int_equal(s->row.ret, any->row.ret);
        assert_int_equal(s->row.fail, any->row.fail);
        assert_int_equal(s->row.exc, any->row.exc);
        n++;
    }
    assert_true(n > 5);
}

static void only_functions_in_structs_are_called_through_members(void **state)
{
    const contract_table *t = ((fixture *)*state)->table;

    assert_non_null(slot_find_member(t, "nb_add", 11));
    assert_non_null(slot_find_member(t, "m_free", 11));
    assert_null(slot_find_member(t, "tp_name", 11));
    assert_null(slot_find_member(t, "getter", 11));
    assert_null(slot_find_member(t, "tp_nothing", 11));
}

static void types_name_slots_by_number(void **state)
{
    fixture *f = *state;
    int n;
    const char *const *names = slot_type_names(f->a, f->table, &n);

    assert_int_equal(n, 84);
    assert_null(names[0]);
    assert_string_equal(names[1], "bf_getbuffer");
    assert_string_equal(names[52], "tp_dealloc");
    assert_string_equal(names[83], "tp_token");
}

static void a_slot_in_words(void **state)
{
    buf out = {0};

    slot_describe(slot_find(((fixture *)*state)->table, "tp_setattro", 11), &out);
    assert_string_equal(out.data,
                        "tp_setattro\n"
                        "  what         a member of PyTypeObject, setattrofunc\n"
                        "  returns      a status: 0 on success\n"
                        "  on failure   -1 with an exception set\n"
                        "  argument 1   borrowed\n"
                        "  argument 2   borrowed\n"
                        "  argument 3   kept: the callee takes a reference of its own; NULL is allowed\n"
                        "  effects      may set an exception; allocates memory; may run arbitrary code\n"
                        "  duty         deletes when the value is NULL\n"
                        "  source       slots.tsv\n");
    buf_free(&out);
}

static void malformed_slots_are_named(void **state)
{
    static const char head[] = "slot\twhere\tid\ttype\tversions\tret\tfail\targs\teffects\tpre\tduties\n";
    static const struct { const char *row, *message; } cases[] = {
        {"tp_x\tPyType\t\tdata\n", "t.tsv:2:6: 'PyType' is not a word of the column where; allowed: PyTypeObject "},
        {"tp_x\tPyTypeObject\tone\tdata\n", "'one' is not the number of a slot"},
        {"tp_x\tPyTypeObject\t1\t\n", "'' is no C type"},
        {"tp_x\tPyTypeObject\t1\tdata\t\tN\n", "'N' stands in a row about data"},
        {"tp_x\tPyTypeObject\t1\tunaryfunc\n", "'tp_x' has no ret and fail"},
        {"tp_x\tPyTypeObject\t1\tunaryfunc\t\tN\tNULL!\tb\t\t\tquite\n",
         "'quite' is not a word of the column duties; allowed: untracks drops "},
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = arena_printf(f->a, "%s%s", head, cases[i].row);

        f->st = (status){0};
        if (contract_table_read(f->table, "t.tsv", text, &f->st) == 0)
            fail_msg("accepted: %s", cases[i].row);
        if (!strstr(f->st.message, cases[i].message))
            fail_msg("got '%s', want '%s'", f->st.message, cases[i].message);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_slot_says_what_is_owed),
        TEST(a_slot_says_what_its_function_has_to_do),
        TEST(every_convention_of_methods_returns_the_same),
        TEST(only_functions_in_structs_are_called_through_members),
        TEST(types_name_slots_by_number),
        TEST(a_slot_in_words),
        TEST(malformed_slots_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
