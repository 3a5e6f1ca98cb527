#include "unit.h"

#include "contract.h"

#include <stdlib.h>
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
    return 0;
}

static int teardown(void **state)
{
    arena_destroy(((fixture *)*state)->a);
    return 0;
}

static int read_text(fixture *f, const char *text)
{
    f->st = (status){0};
    return contract_table_read(f->table, "t.tsv", text, &f->st);
}

/* The row of function f, after reading it. */
static const contract *row(fixture *f, const char *text)
{
    if (read_text(f, text) < 0)
        fail_msg("%s", f->st.message);
    return contract_find(f->table, "f", 11);
}

static void rejects(fixture *f, const char *text, const char *message)
{
    int before = contract_count(f->table);

    if (read_text(f, text) == 0)
        fail_msg("accepted: %s", text);
    assert_int_equal(f->st.code, ERR_INPUT);
    if (strstr(f->st.message, message) == NULL)
        fail_msg("got '%s', want '%s'", f->st.message, message);
    assert_int_equal(contract_count(f->table), before);
}

/* ---- every word */

static void reads_every_result(void **state)
{
    static const struct { const char *word; contract_ret ret; int arg; } cases[] = {
        {"V", RET_VOID, 0}, {"S", RET_VALUE, 0}, {"I", RET_STATUS, 0}, {"tri", RET_TRI, 0},
        {"enum", RET_ENUM, 0}, {"N", RET_NEW, 0}, {"N=1", RET_NEW_ARG, 1},
        {"N|N=0", RET_NEW_OR_ARG, 0}, {"A1", RET_ARG, 1}, {"P", RET_POINTER, 0},
        {"always", RET_NULL, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        const contract *c;

        snprintf(text, sizeof text, "f\t\t%s\tnever\tb,b\n", cases[i].word);
        c = row(*state, text);
        assert_int_equal(c->ret, cases[i].ret);
        assert_int_equal(c->ret_arg, cases[i].arg);
    }
}

static void reads_every_anchor(void **state)
{
    static const struct { const char *word; contract_anchor anchor; int arg; bool named; } cases[] = {
        {"0", ANCHOR_ARG, 0, false}, {"1", ANCHOR_ARG, 1, false}, {"none", ANCHOR_NONE, 0, false},
        {"static", ANCHOR_STATIC, 0, false}, {"thread", ANCHOR_STATE, 0, true},
        {"frame", ANCHOR_STATE, 0, true}, {"sys", ANCHOR_STATE, 0, true},
        {"sys.modules", ANCHOR_STATE, 0, true}, {"interpreter", ANCHOR_STATE, 0, true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        const contract *c;

        snprintf(text, sizeof text, "f\t\t%s<%s\tnever\tb,b\n", i & 1 ? "P" : "B", cases[i].word);
        c = row(*state, text);
        assert_int_equal(c->ret, i & 1 ? RET_INTERIOR : RET_BORROWED);
        assert_int_equal(c->anchor, cases[i].anchor);
        assert_int_equal(c->anchor_arg, cases[i].arg);
        if (cases[i].named)
            assert_string_equal(c->anchor_name, cases[i].word);
        else
            assert_null(c->anchor_name);
    }
}

static void reads_every_failure(void **state)
{
    static const struct { const char *word; contract_fail fail; contract_exc exc; } cases[] = {
        {"never", FAIL_NEVER, EXC_NONE},        {"NULL!", FAIL_NULL, EXC_SET},
        {"NULL-", FAIL_NULL, EXC_NONE},         {"NULL?", FAIL_NULL, EXC_MAYBE},
        {"NULL0", FAIL_NULL, EXC_SWALLOWED},    {"-1!", FAIL_NEG, EXC_SET},
        {"-1-", FAIL_NEG, EXC_NONE},            {"-1?", FAIL_NEG, EXC_MAYBE},
        {"0!", FAIL_ZERO, EXC_SET},             {"0-", FAIL_ZERO, EXC_NONE},
        {"0?", FAIL_ZERO, EXC_MAYBE},           {"*0=NULL!", FAIL_INOUT, EXC_SET},
        {"ERROR!", FAIL_OTHER, EXC_SET},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        const contract *c;

        snprintf(text, sizeof text, "f\t\tN\t%s\n", cases[i].word);
        c = row(*state, text);
        assert_int_equal(c->fail, cases[i].fail);
        assert_int_equal(c->exc, cases[i].exc);
    }
}

static void reads_every_argument_code(void **state)
{
    static const struct { const char *word; contract_arg_code code; } cases[] = {
        {"i", ARG_VALUE},       {"fn", ARG_VALUE},          {"b", ARG_BORROW},
        {"b+", ARG_RETAIN},     {"k", ARG_KEEP},            {"k*", ARG_KEEP_MAYBE},
        {"s", ARG_STEAL},       {"s+", ARG_STEAL_OK},       {"io", ARG_INOUT},
        {"io!", ARG_INOUT_OK},  {"io0", ARG_CLEAR},         {"on", ARG_OUT_NEW},
        {"on0", ARG_OUT_NEW},   {"ob<0", ARG_OUT_BORROWED}, {"op<0", ARG_OUT_INTERIOR},
        {"om", ARG_OUT_MEMORY}, {"o&", ARG_OUT_CONVERTED}, {"o.i", ARG_OUT_VALUE},
        {"io.i", ARG_OUT_VALUE}, {"acq", ARG_ACQUIRE},      {"rel", ARG_RELEASE},
        {"c", ARG_CONSUME},     {"c0!", ARG_CONSUME_OK},    {"free", ARG_FREE},
        {"b[]", ARG_ARRAY},     {"fmt(in)", ARG_FORMAT_IN}, {"fmt(out)", ARG_FORMAT_OUT},
        {"fmt(text)", ARG_FORMAT_TEXT},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        const contract *c;

        snprintf(text, sizeof text, "f\t\tV\tnever\ti,%s,%s?\n", cases[i].word, cases[i].word);
        c = row(*state, text);
        assert_int_equal(c->nargs, 3);
        assert_false(c->variadic);
        assert_int_equal(c->args[1].code, cases[i].code);
        assert_int_equal(c->args[1].null_on_fail, strcmp(cases[i].word, "on0") == 0);
        assert_int_equal(c->args[1].anchor_arg, strchr(cases[i].word, '<') ? 0 : -1);
        assert_false(c->args[1].null_ok);
        assert_int_equal(c->args[2].code, cases[i].code);
        assert_true(c->args[2].null_ok);
    }
}

static void reads_variable_argument_lists(void **state)
{
    const contract *c = row(*state, "f\t\tN\tNULL!\ti,k...\n");

    assert_true(c->variadic);
    assert_int_equal(c->nargs, 2);
    assert_int_equal(c->args[1].code, ARG_KEEP);
    c = row(*state, "f\t\tI\t0!\tb,fmt(out)?,i,...\n");
    assert_true(c->variadic && c->args[1].null_ok);
    assert_int_equal(c->nargs, 3);
    c = row(*state, "f\t\tI\t0!\tb,ob<0?...\n");
    assert_true(c->variadic && c->args[1].null_ok);
    assert_int_equal(c->args[1].code, ARG_OUT_BORROWED);
}

static void reads_every_effect(void **state)
{
    const contract *c = row(*state,
        "f\t\tN\tNULL!\tb\tX,x,M,R,R@drop,Y,G,T,U,T+,U-,H,Z,E0,noreturn,F,W\n");

    assert_int_equal(c->effects, (1u << 17) - 1);
    c = row(*state, "f\t\tN\tNULL!\tb\tR@drop,T+\n");
    assert_int_equal(c->effects, FX_RUNS_ON_DROP | FX_TRACKS);
    assert_int_equal(row(*state, "f\t\tN\tNULL!\tb\t\n")->effects, 0);
}

static void effects_may_have_operands(void **state)
{
    const contract *c = row(*state, "f\t\tN\tNULL!\tb\tQ,C,is(list),held(sys.modules),field(ob_type)\n");

    assert_int_equal(c->effects, FX_ASKS | FX_COPIES | FX_TYPED | FX_HELD | FX_FIELD);
    assert_int_equal(c->kind.type, TYPE_LIST);
    assert_true(c->kind.exact);
    assert_string_equal(c->holder, "sys.modules");
    assert_string_equal(c->field, "ob_type");
    assert_false(row(*state, "f\t\tN\tNULL!\tb\tis(str+)\n")->kind.exact);
}

/* 1 yes, 0 no, -1 not known. */
static int answer(contract_type type, bool exact, const char *check)
{
    contract_kind asked;

    assert_true(contract_asks_type(check, &asked));
    return contract_type_answer((contract_kind){(uint8_t)type, exact}, asked);
}

static void what_is_known_of_a_type_answers_checks(void **state)
{
    contract_kind asked;

    (void)state;
    assert_int_equal(answer(TYPE_LIST, true, "PyList_Check"), 1);
    assert_int_equal(answer(TYPE_LIST, true, "PyList_CheckExact"), 1);
    assert_int_equal(answer(TYPE_LIST, true, "PyTuple_Check"), 0);
    assert_int_equal(answer(TYPE_STR, false, "PyUnicode_Check"), 1);
    assert_int_equal(answer(TYPE_STR, false, "PyUnicode_CheckExact"), -1);
    assert_int_equal(answer(TYPE_STR, false, "PyBytes_CheckExact"), 0);
    assert_int_equal(answer(TYPE_BOOL, true, "PyLong_Check"), 1);
    assert_int_equal(answer(TYPE_BOOL, true, "PyLong_CheckExact"), 0);
    assert_int_equal(answer(TYPE_INT, true, "PyBool_Check"), 0);
    assert_int_equal(answer(TYPE_INT, false, "PyBool_Check"), -1);
    assert_int_equal(answer(TYPE_UNKNOWN, false, "PyBool_Check"), -1);
    assert_false(contract_asks_type("PySequence_Check", &asked));
    assert_false(contract_asks_type("PyList_Size", &asked));
    assert_false(contract_asks_type("_Check", &asked));
}

static void reads_every_condition(void **state)
{
    const char *pre = "live(0),uniq(0),rc0(0),untracked(0),filled(0),null(slot),list(0),tuple(0),"
                      "str(0),module(0),gc(0),raw(0),nomutate(0),compare(2),private(2),err,noerr,gil";
    char text[256];

    snprintf(text, sizeof text, "f\t\tV\tnever\tb\t\t%s\n", pre);
    assert_string_equal(row(*state, text)->pre, pre);
}

static void reads_loans_and_what_runs(void **state)
{
    const contract *c = row(*state, "f\t\tB<0\tNULL!\tb,i\tR!,X,loan,strong(g),L+\tnoerr,private(1)\n");

    assert_int_equal(c->effects, FX_CALLS_BACK | FX_RUNS_CODE | FX_SETS_EXC | FX_LOAN | FX_STRONG | FX_LOCKS);
    assert_string_equal(c->strong, "g");
    assert_true(contract_has_condition(c, PRE_NO_EXCEPTION, -1));
    assert_true(contract_has_condition(c, PRE_PRIVATE, 1));
    assert_false(contract_has_condition(c, PRE_PRIVATE, 0));
}

static void reads_the_last_columns(void **state)
{
    const contract *c =
        row(*state, "# comment\r\n\r\nf\t\tV\tnever\tb\t\t\tg\tfree text, as you like\ty\r\n");

    assert_string_equal(c->pair, "g");
    assert_string_equal(c->note, "free text, as you like");
    assert_true(c->measured);
    assert_string_equal(c->file, "t.tsv");
    assert_int_equal(c->line, 3);
    c = row(*state, "f\t\tV\tnever\n");
    assert_null(c->pre);
    assert_null(c->pair);
    assert_null(c->note);
    assert_false(c->measured);
    assert_int_equal(c->nargs, 0);
}

static void the_line_that_names_the_columns_is_no_row(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_text(f, "name\tversions\tret\tfail\targs\n"), 0);
    assert_int_equal(contract_count(f->table), 0);
}

/* ---- versions */

static void reads_every_form_of_version(void **state)
{
    static const struct { const char *text; int since, until; bool deprecated; } cases[] = {
        {"", 0, 99, false}, {"-", 0, 99, true}, {"3.9-", 9, 99, false}, {"-3.12", 0, 12, false},
        {"3.9-3.12", 9, 12, false}, {"3.11", 11, 11, false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        const contract *c;

        snprintf(text, sizeof text, "f\t%s\tV\tnever\n", cases[i].text);
        c = row(*state, text);
        assert_int_equal(c->since, cases[i].since);
        assert_int_equal(c->until, cases[i].until);
        assert_int_equal(c->deprecated, cases[i].deprecated);
    }
}

static void the_row_of_the_version_is_found(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_text(f, "f\t-3.9\tV\tnever\nf\t3.11-\tN\tnever\n"), 0);
    assert_int_equal(contract_find(f->table, "f", 9)->ret, RET_VOID);
    assert_int_equal(contract_find(f->table, "f", 11)->ret, RET_NEW);
    assert_int_equal(contract_find(f->table, "f", 14)->ret, RET_NEW);
}

static void the_nearest_row_counts_outside_every_range(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_text(f, "f\t3.2-3.5\tV\tnever\nf\t3.12-\tN\tnever\n"), 0);
    assert_int_equal(contract_find(f->table, "f", 1)->ret, RET_VOID);
    assert_int_equal(contract_find(f->table, "f", 7)->ret, RET_VOID);
    assert_int_equal(contract_find(f->table, "f", 10)->ret, RET_NEW);
}

/* ---- finding */

static void names_that_headers_substitute_are_found(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_text(f, "PyArg_ParseTuple\t\tI\t0!\n"), 0);
    assert_non_null(contract_find(f->table, "_PyArg_ParseTuple_SizeT", 11));
    assert_null(contract_find(f->table, "_PyArg_ParseTuple", 11));
    assert_null(contract_find(f->table, "PyArg_ParseTuple_SizeT", 11));
    assert_null(contract_find(f->table, "_SizeT", 11));
    assert_null(contract_find(f->table, "", 11));
    assert_null(contract_find(f->table, "PyArg_ParseTupl", 11));
}

static void a_later_row_replaces_an_earlier_one(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_text(f, "f\t\tV\tnever\ng\t\tV\tnever\nf\t\tS\tnever\n"), 0);
    assert_int_equal(contract_count(f->table), 2);
    assert_int_equal(contract_find(f->table, "f", 11)->ret, RET_VALUE);
    assert_int_equal(read_text(f, "f\t\tN\tNULL!\n"), 0);
    assert_int_equal(contract_count(f->table), 2);
    assert_int_equal(contract_find(f->table, "f", 11)->ret, RET_NEW);
}

static void of_overlapping_ranges_the_later_row_counts(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_text(f, "f\t3.9-\tV\tnever\n"), 0);
    assert_int_equal(read_text(f, "f\t\tN\tNULL!\n"), 0);
    assert_int_equal(contract_find(f->table, "f", 11)->ret, RET_NEW);
    assert_int_equal(read_text(f, "f\t3.9-\tS\tnever\n"), 0);
    assert_int_equal(contract_find(f->table, "f", 11)->ret, RET_VALUE);
    assert_int_equal(contract_find(f->table, "f", 8)->ret, RET_NEW);
}

static void rows_come_sorted(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_text(f, "b\t3.9-\tV\tnever\nc\t\tV\tnever\na\t\tV\tnever\n"), 0);
    assert_int_equal(read_text(f, "b\t-3.8\tV\tnever\n"), 0);
    assert_int_equal(contract_count(f->table), 4);
    assert_string_equal(contract_at(f->table, 0)->name, "a");
    assert_int_equal(contract_at(f->table, 1)->until, 8);
    assert_int_equal(contract_at(f->table, 2)->since, 9);
    assert_string_equal(contract_at(f->table, 3)->name, "c");
}

/* ---- packs */

static const contract *found_in(fixture *f, const char *include, const char *macro)
{
    contract_unit unit = {&include, include != NULL, &macro, macro != NULL};

    return contract_find(contract_table_select(f->a, f->table, &unit), "f", 11);
}

static void a_pack_counts_where_its_header_is_included(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_text(f, "# text\n#header: a/b.h  c.h\n#defines: M\nf\t\tN\tNULL!\n"), 0);
    assert_non_null(contract_find(f->table, "f", 11));
    assert_non_null(found_in(f, "/usr/include/a/b.h", NULL));
    assert_non_null(found_in(f, "c.h", NULL));
    assert_non_null(found_in(f, NULL, "M"));
    assert_null(found_in(f, NULL, NULL));
    assert_null(found_in(f, "/usr/include/xc.h", "MM"));
    assert_null(found_in(f, "b.h", NULL));
}

static void a_pack_hides_other_rows_only_where_it_counts(void **state)
{
    fixture *f = *state;

    assert_int_equal(read_text(f, "f\t\tV\tnever\n"), 0);
    assert_int_equal(read_text(f, "#header: c.h\nf\t\tN\tNULL!\n"), 0);
    assert_int_equal(found_in(f, "c.h", NULL)->ret, RET_NEW);
    assert_int_equal(found_in(f, "d.h", NULL)->ret, RET_VOID);
}

/* ---- faults */

static void malformed_rows_name_their_place_and_the_words(void **state)
{
    static const struct { const char *text, *message; } cases[] = {
        {"f\t\tN\n", "t.tsv:1:1: 'f\t\tN' is a row without the columns"},
        {"g\t\tV\tnever\n1f\t\tN\tNULL!\n", "t.tsv:2:1: '1f' is not a name"},
        {"#headers: x.h\n", "t.tsv:1:1: '#headers:' says nothing about a file; allowed: #header: #defines:"},
        {"#header: \n", "names nothing"},
        {"f\t3\tN\tNULL!\n", "t.tsv:1:3: '3' is not a range of versions; allowed: nothing - 3.9-"},
        {"f\t3.12-3.9\tN\tNULL!\n", "'3.12-3.9' is not a range of versions"},
        {"f\t3.9-x\tN\tNULL!\n", "'3.9-x' is not a range of versions"},
        {"f\t\tM\tNULL!\n", "t.tsv:1:4: 'M' is not a word of the column ret; allowed: "
                            "V S I tri enum N|N=0 N=0 N B<0 A0 P<0 P always"},
        {"f\t\tN=\tNULL!\tb\n", "'N=' is not a word of the column ret"},
        {"f\t\tB<heap\tNULL!\tb\n", "'B<heap' is not a word of the column ret"},
        {"f\t\tN0\tNULL!\tb\n", "'N0' is not a word of the column ret"},
        {"f\t\tN\tNULL\n", "'NULL' is not a word of the column fail; allowed: never NULL! NULL-"},
        {"f\t\tN\tNULL!\tb,z\n", "t.tsv:1:14: 'z' is not a word of the column args; allowed: i fn b"},
        {"f\t\tN\tNULL!\tb,\n", "'' is not a word of the column args"},
        {"f\t\tN\tNULL!\tb,ob<\n", "'ob<' is not a word of the column args"},
        {"f\t\tN\tNULL!\tb,ob<x\n", "'ob<x' is not a word of the column args"},
        {"f\t\tN\tNULL!\tb??\n", "'b?\?' is not a word of the column args"},
        {"f\t\tN\tNULL!\t...\n", "'...' is not a word of the column args"},
        {"f\t\tN\tNULL!\tb...,b\n", "'b' stands after '...'"},
        {"f\t\tN\tNULL!\ti,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i,i\n", "'i' is one argument too many"},
        {"f\t\tN\tNULL!\tb\tM,J\n", "'J' is not a word of the column effects; allowed: X x M"},
        {"f\t\tN\tNULL!\tb\tis\n", "'is' is not a word of the column effects"},
        {"f\t\tN\tNULL!\tb\tM(list)\n", "'M(list)' is not a word of the column effects"},
        {"f\t\tN\tNULL!\tb\tis(lst)\n", "t.tsv:1:17: 'lst' is not the word of a type; allowed: bool "},
        {"f\t\tN\tNULL!\tb\theld(none)\n", "'none' is not a word of the column effects"},
        {"f\t\tN\tNULL!\tb\tfield(1)\n", "'1' is not the name of a field"},
        {"f\t\tN\tNULL!\tb\t\tlive\n", "'live' is not a word of the column pre; allowed: live(0)"},
        {"f\t\tN\tNULL!\tb\t\tlive()\n", "'live()' is not a word of the column pre"},
        {"f\t\tN\tNULL!\tb\t\tlive(0\n", "'live(0' is not a word of the column pre"},
        {"f\t\tN\tNULL!\tb\t\terr(0)\n", "'err(0)' is not a word of the column pre"},
        {"f\t\tN\tNULL!\tb\t\t\tper unit\n", "'per unit' is not the name of a function"},
        {"f\t\tN\tNULL!\tb\t\t\t\t\tyes\n", "'yes' is not a word of the column measured; allowed: y"},
        {"f\t\tN\tNULL!\tb\t\t\t\t\ty\tmore\n", "t.tsv:1:20: 'more' is one column too many"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        rejects(*state, cases[i].text, cases[i].message);
}

static void rows_that_name_arguments_must_have_them(void **state)
{
    fixture *f = *state;

    rejects(f, "f\t\tN=1\tnever\tb\n", "'N=1' names an argument that the function does not have");
    rejects(f, "f\t\tB<0\tnever\n", "'B<0' names an argument that the function does not have");
    rejects(f, "f\t\tV\tnever\tob<4\n", "'ob<4' names an argument that the function does not have");
    assert_int_equal(row(f, "f\t\tB<3\tnever\tb...\n")->anchor_arg, 3);
}

static void a_text_is_added_whole_or_not_at_all(void **state)
{
    fixture *f = *state;

    rejects(f, "f\t\tV\tnever\ng\t\tV\tnever\nh\t\t?\tnever\n", "t.tsv:3:4: '?'");
    assert_null(contract_find(f->table, "f", 11));
}

/* ---- questions about a row */

static void memory_is_the_only_cause_without_code_and_other_faults(void **state)
{
    assert_true(contract_fails_only_for_memory(row(*state, "f\t\tN\tNULL!\ti\tM,X,R@drop\n")));
    assert_false(contract_fails_only_for_memory(row(*state, "f\t\tN\tNULL!\ti\tM,X,R\n")));
    assert_false(contract_fails_only_for_memory(row(*state, "f\t\tN\tNULL!\ti\tM,X,F\n")));
    assert_false(contract_fails_only_for_memory(row(*state, "f\t\tN\tNULL!\ti\tX\n")));
}

static void functions_that_cannot_fail_but_set_an_exception_always_do(void **state)
{
    assert_true(contract_always_sets_exception(row(*state, "f\t\tV\tnever\ti\tX\n")));
    assert_true(contract_always_sets_exception(row(*state, "f\t\talways\tNULL!\ti\tX\n")));
    assert_false(contract_always_sets_exception(row(*state, "f\t\tN\tNULL!\ti\tX\n")));
    assert_false(contract_always_sets_exception(row(*state, "f\t\tV\tnever\ti\tx\n")));
}

/* ---- in words */

static void describes(fixture *f, const char *text, const char *expected)
{
    buf out = {0};

    contract_describe(row(f, text), &out);
    assert_string_equal(out.data, expected);
    buf_free(&out);
}

static void a_stealing_call_in_words(void **state)
{
    describes(*state, "f\t\tI\t-1!\tb,i,s?\tR@drop,X\tlist(0),uniq(0)\t\tsteals\ty\n",
              "f\n"
              "  returns      a status: 0 on success\n"
              "  on failure   -1 with an exception set\n"
              "  argument 1   a list, borrowed\n"
              "  argument 2   not an object\n"
              "  argument 3   stolen, also on failure; NULL is allowed\n"
              "  effects      may set an exception; "
              "may run arbitrary code when an object it lets go of dies\n"
              "  before       argument 1 must have no other owner\n"
              "  note         steals\n"
              "  source       t.tsv; measured on CPython\n");
}

static void a_borrowing_call_in_words(void **state)
{
    describes(*state, "f\t-\tB<0\tNULL?\tb,ob<0\n",
              "f  (deprecated)\n"
              "  returns      a reference borrowed from argument 1\n"
              "  on failure   NULL, with an exception or without: ask PyErr_Occurred\n"
              "  argument 1   borrowed\n"
              "  argument 2   receives a reference borrowed from argument 1\n"
              "  source       t.tsv\n");
}

static void an_anchor_in_words(void **state)
{
    describes(*state, "f\t\tB<sys.modules\tNULL!\ti\tM,X\n",
              "f\n"
              "  returns      a reference borrowed from sys.modules\n"
              "  on failure   NULL with an exception set; only for lack of memory\n"
              "  argument 1   not an object\n"
              "  effects      may set an exception; allocates memory\n"
              "  source       t.tsv\n");
}

static void a_raising_call_in_words(void **state)
{
    describes(*state, "f\t3.9-3.12\talways\tNULL!\tb,fmt(text),...\tX\t\tg\n",
              "f  (Python 3.9 to 3.12)\n"
              "  returns      NULL, always\n"
              "  on failure   the same, with an exception set\n"
              "  argument 1   borrowed\n"
              "  argument 2   a format of text: see the units\n"
              "  and more     as the format says\n"
              "  effects      sets an exception, always\n"
              "  then call    g\n"
              "  source       t.tsv\n");
}

static void a_call_that_makes_an_object_in_words(void **state)
{
    describes(*state, "f\t\tN|N=1\tNULL!\ti,k...\tG,T\tnull(slot),err\n",
              "f\n"
              "  returns      a new reference, perhaps to argument 2 itself\n"
              "  on failure   NULL with an exception set\n"
              "  argument 1   not an object\n"
              "  argument 2   kept: the callee takes a reference of its own\n"
              "  and more     the same as the last\n"
              "  effects      may start a garbage collection; "
              "the result is tracked by the collector\n"
              "  before       the slot must be empty\n"
              "  before       an exception must be set\n"
              "  source       t.tsv\n");
}

/* ---- the table that is built in */

static void the_built_in_table_is_well_formed(void **state)
{
    fixture *f = *state;

    if (contract_table_read_builtin(f->table, &f->st) < 0)
        fail_msg("%s", f->st.message);
    assert_true(contract_count(f->table) > 1000);
    for (int i = 0; i < contract_count(f->table); i++) {
        buf out = {0};

        contract_describe(contract_at(f->table, i), &out);
        assert_true(out.len > 40);
        buf_free(&out);
    }
}

static void the_built_in_table_knows_who_steals_and_who_keeps(void **state)
{
    fixture *f = *state;
    const contract *c;

    assert_int_equal(contract_table_read_builtin(f->table, &f->st), 0);
    assert_int_equal(contract_find(f->table, "PyList_SetItem", 11)->args[2].code, ARG_STEAL);
    assert_int_equal(contract_find(f->table, "PyModule_AddObject", 11)->args[2].code, ARG_STEAL_OK);
    assert_int_equal(contract_find(f->table, "PyList_Append", 11)->args[1].code, ARG_KEEP);
    c = contract_find(f->table, "_PyArg_ParseTupleAndKeywords_SizeT", 11);
    assert_int_equal(c->args[2].code, ARG_FORMAT_OUT);
    assert_true(contract_fails_only_for_memory(contract_find(f->table, "PyList_New", 11)));
    assert_false(contract_fails_only_for_memory(contract_find(f->table, "PyUnicode_FromString", 11)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(reads_every_result),
        TEST(reads_every_anchor),
        TEST(reads_every_failure),
        TEST(reads_every_argument_code),
        TEST(reads_variable_argument_lists),
        TEST(reads_every_effect),
        TEST(effects_may_have_operands),
        TEST(what_is_known_of_a_type_answers_checks),
        TEST(reads_every_condition),
        TEST(reads_loans_and_what_runs),
        TEST(reads_the_last_columns),
        TEST(the_line_that_names_the_columns_is_no_row),
        TEST(reads_every_form_of_version),
        TEST(the_row_of_the_version_is_found),
        TEST(the_nearest_row_counts_outside_every_range),
        TEST(names_that_headers_substitute_are_found),
        TEST(a_later_row_replaces_an_earlier_one),
        TEST(of_overlapping_ranges_the_later_row_counts),
        TEST(rows_come_sorted),
        TEST(a_pack_counts_where_its_header_is_included),
        TEST(a_pack_hides_other_rows_only_where_it_counts),
        TEST(malformed_rows_name_their_place_and_the_words),
        TEST(rows_that_name_arguments_must_have_them),
        TEST(a_text_is_added_whole_or_not_at_all),
        TEST(memory_is_the_only_cause_without_code_and_other_faults),
        TEST(functions_that_cannot_fail_but_set_an_exception_always_do),
        TEST(a_stealing_call_in_words),
        TEST(a_borrowing_call_in_words),
        TEST(an_anchor_in_words),
        TEST(a_raising_call_in_words),
        TEST(a_call_that_makes_an_object_in_words),
        TEST(the_built_in_table_is_well_formed),
        TEST(the_built_in_table_knows_who_steals_and_who_keeps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
