/* Statements are found, and edited, in all the shapes that people write. */
#include "unit.h"

#include "fix_int.h"

#include <string.h>

typedef struct {
    arena *a;
    fix_source *s;
} text;

static text of(const char *source)
{
    fix_target target = {.minor = 11};
    text t = {.a = arena_create()};

    t.s = fix_source_create(t.a, source, strlen(source), &target);
    return t;
}

/* The n-th time that the word occurs. */
static int word(const text *t, const char *name, int n)
{
    for (int i = 0; i < t->s->n; i++)
        if (is_the_word(t->s, i, name) && n-- == 1)
            return i;
    fail_msg("no such word: %s", name);
    return -1;
}

static void finish(text *t, draft *d, const char *want)
{
    finding_fix fix = {.edits = d->edits, .nedits = d->n};
    const finding_fix *fixes[] = {&fix};
    size_t len;

    assert_false(d->failed);
    assert_string_equal(fix_apply(t->a, t->s->text, t->s->len, fixes, 1, &len), want);
    arena_destroy(t->a);
}

/* A call before the first `return`. */
static void check_before(const char *source, const char *want)
{
    text t = of(source);
    draft d = {.s = t.s, .file = "a.c"};

    draft_before(&d, word(&t, "return", 1), "f(x);");
    finish(&t, &d, want);
}

static void check_refused(const char *source)
{
    text t = of(source);
    draft d = {.s = t.s, .file = "a.c"};

    draft_before(&d, word(&t, "return", 1), "f(x);");
    assert_true(d.failed);
    arena_destroy(t.a);
}

static void check_deleted(const char *source, const char *want)
{
    text t = of(source);
    draft d = {.s = t.s, .file = "a.c"};
    int start = word(&t, "f", 1);

    draft_delete(&d, start, statement_end(t.s, start));
    finish(&t, &d, want);
}

/* ---- before a statement */

static void a_statement_gets_a_line_before_it(void **state)
{
    (void)state;
    check_before("int g(void)\n{\n    a();\n    return 0;\n}\n", "int g(void)\n{\n    a();\n    f(x);\n    return 0;\n}\n");
}

static void a_body_without_braces_gets_them(void **state)
{
    (void)state;
    check_before("{\n    if (a)\n        return 0;\n    b();\n}\n",
                 "{\n    if (a) {\n        f(x);\n        return 0;\n    }\n    b();\n}\n");
}

static void so_does_one_on_the_line_of_its_condition(void **state)
{
    (void)state;
    check_before("void g(void)\n{\n    if (a) return 0;\n}\n",
                 "void g(void)\n{\n    if (a) {\n        f(x);\n        return 0;\n    }\n}\n");
}

static void comments_stay_on_their_lines(void **state)
{
    (void)state;
    check_before("{\n    if (a) // why; \"if (\n        return 0; /* it's } */\n}\n",
                 "{\n    if (a) { // why; \"if (\n        f(x);\n        return 0; /* it's } */\n    }\n}\n");
}

static void an_else_gets_braces_of_its_own(void **state)
{
    (void)state;
    check_before("{\n    if (a)\n        b();\n    else\n        return 0;\n}\n",
                 "{\n    if (a)\n        b();\n    else {\n        f(x);\n        return 0;\n    }\n}\n");
}

static void a_branch_before_else_keeps_its_else(void **state)
{
    (void)state;
    check_before("{\n    if (a)\n        return 0;\n    else\n        b();\n}\n",
                 "{\n    if (a) {\n        f(x);\n        return 0;\n    }\n    else\n        b();\n}\n");
}

static void a_condition_may_take_several_lines(void **state)
{
    (void)state;
    check_before("{\n    if (a &&\n        b)\n        return 0;\n}\n",
                 "{\n    if (a &&\n        b) {\n        f(x);\n        return 0;\n    }\n}\n");
}

static void loops_are_conditions_too(void **state)
{
    (void)state;
    check_before("{\n    for (i = 0; i < n; i++)\n        return 0;\n}\n",
                 "{\n    for (i = 0; i < n; i++) {\n        f(x);\n        return 0;\n    }\n}\n");
    check_before("{\n    do\n        return 0;\n    while (a);\n}\n",
                 "{\n    do {\n        f(x);\n        return 0;\n    }\n    while (a);\n}\n");
}

static void the_end_of_do_while_is_no_condition(void **state)
{
    (void)state;
    check_before("{\n    do { a(); } while (b);\n    return 0;\n}\n",
                 "{\n    do { a(); } while (b);\n    f(x);\n    return 0;\n}\n");
}

static void labels_and_cases_take_statements(void **state)
{
    (void)state;
    check_before("{\nfail:\n    return 0;\n}\n", "{\nfail:\n    f(x);\n    return 0;\n}\n");
    check_before("{\n    switch (a) {\n    case B: return 0;\n    }\n}\n",
                 "{\n    switch (a) {\n    case B: f(x); return 0;\n    }\n}\n");
    check_before("{\n    switch (a) {\n    default:\n        return 0;\n    }\n}\n",
                 "{\n    switch (a) {\n    default:\n        f(x);\n        return 0;\n    }\n}\n");
}

static void tabs_and_carriage_returns_are_kept(void **state)
{
    (void)state;
    check_before("{\r\n\tif (a)\r\n\t\treturn 0;\r\n}\r\n",
                 "{\r\n\tif (a) {\r\n\t\tf(x);\r\n\t\treturn 0;\r\n\t}\r\n}\r\n");
    check_before("void g(void)\r\n{\r\n\tif (a) return 0;\r\n}\r\n",
                 "void g(void)\r\n{\r\n\tif (a) {\r\n\t\tf(x);\r\n\t\treturn 0;\r\n\t}\r\n}\r\n");
}

static void the_last_line_may_lack_its_end(void **state)
{
    (void)state;
    check_before("{ return 0; }", "{ f(x); return 0; }");
}

static void strings_and_characters_hide_marks(void **state)
{
    (void)state;
    check_before("{\n    a(\"}\\\"{\", '{', '\\'');\n    return 0;\n}\n",
                 "{\n    a(\"}\\\"{\", '{', '\\'');\n    f(x);\n    return 0;\n}\n");
}

static void directives_between_statements_do_not_matter(void **state)
{
    (void)state;
    check_before("{\n    a();\n#if B\n    c();\n#endif\n    return 0;\n}\n",
                 "{\n    a();\n#if B\n    c();\n#endif\n    f(x);\n    return 0;\n}\n");
}

static void a_directive_behind_a_condition_does(void **state)
{
    (void)state;
    check_refused("{\n    if (a)\n#if B\n        return 0;\n#endif\n}\n");
}

static void code_in_a_macro_is_no_code(void **state)
{
    text t = of("#define FAIL(a) do { if (a) \\\n    return 0; \\\n} while (0)\nint g;\n");

    (void)state;
    assert_int_equal(t.s->n, 4);
    assert_int_equal(t.s->tokens[0].kind, T_DIRECTIVE);
    arena_destroy(t.a);
}

static void what_follows_an_unknown_macro_is_refused(void **state)
{
    (void)state;
    check_refused("{\n    FOR_EACH(a)\n        return 0;\n}\n");
    check_refused("{\n    ALWAYS\n    return 0;\n}\n");
}

/* ---- statements go */

static void a_statement_goes_with_its_line(void **state)
{
    (void)state;
    check_deleted("{\n    a();\n    f(x);\n    b();\n}\n", "{\n    a();\n    b();\n}\n");
    check_deleted("{\r\n    f(x);\r\n    b();\r\n}\r\n", "{\r\n    b();\r\n}\r\n");
}

static void its_comment_stays(void **state)
{
    (void)state;
    check_deleted("{\n    f(x);   // why\n}\n", "{\n    // why\n}\n");
}

/* ---- brackets */

static void each_branch_of_if_may_open_the_same_bracket(void **state)
{
    text t = of("int g(int a)\n{\n#if A\n    if (a) {\n#else\n    if (!a) {\n#endif\n        b();\n    }\n    return 0;\n}\n"
                "int h(void)\n{\n    return 1;\n}\n");
    function_tokens fn;

    (void)state;
    assert_true(function_around(t.s, word(&t, "return", 2), &fn));
    assert_string_equal(token_text(t.s, fn.name), "h");
    assert_true(function_around(t.s, word(&t, "return", 1), &fn));
    assert_string_equal(token_text(t.s, fn.name), "g");
    arena_destroy(t.a);
}

/* ---- functions and variables */

static void types_of_results_are_read(void **state)
{
    text t = of("static PyObject *\na(void)\n{\n}\nPyMODINIT_FUNC b(void)\n{\n}\nint c(int x, char *y)\n{\n}\nchar *d(void)\n{\n}\n");
    function_tokens fn;

    (void)state;
    assert_true(find_function(t.s, "a", &fn));
    assert_string_equal(result_type(t.s, &fn), "PyObject *");
    assert_true(find_function(t.s, "b", &fn));
    assert_string_equal(result_type(t.s, &fn), "PyObject *");
    assert_true(find_function(t.s, "c", &fn));
    assert_string_equal(result_type(t.s, &fn), "int ");
    assert_string_equal(token_text(t.s, parameter_name(t.s, &fn, 1)), "y");
    assert_true(find_function(t.s, "d", &fn));
    assert_null(result_type(t.s, &fn));
    arena_destroy(t.a);
}

static bool set_at_return(const char *body, bool *object, bool *released)
{
    arena *a = arena_create();
    text t = of(arena_printf(a, "int g(void)\n{\n%s\n}\n", body));
    function_tokens fn;
    int place = word(&t, "return", 1);

    assert_true(function_around(t.s, place, &fn));
    bool set = surely_set(t.s, &fn, "x", word(&t, "make", 1), place);
    if (object)
        *object = surely_object(t.s, &fn, "x", place);
    if (released)
        *released = may_be_released(t.s, &fn, "x", place);
    arena_destroy(t.a);
    arena_destroy(a);
    return set;
}

static void a_jump_over_the_assignment_leaves_it_unset(void **state)
{
    (void)state;
    assert_true(set_at_return("P *x;\nx = make();\nif (a) goto out;\nout:\nreturn 0;", NULL, NULL));
    assert_false(set_at_return("P *x;\nif (a) goto out;\nx = make();\nout:\nreturn 0;", NULL, NULL));
    assert_true(set_at_return("P *x = 0;\nif (a) goto out;\nx = make();\nout:\nreturn 0;", NULL, NULL));
}

static void so_does_a_condition_around_it(void **state)
{
    (void)state;
    assert_false(set_at_return("P *x;\nif (a)\n    x = make();\nreturn 0;", NULL, NULL));
    assert_false(set_at_return("P *x;\nif (a && (x = make()))\n    b();\nreturn 0;", NULL, NULL));
    assert_true(set_at_return("P *x;\nif ((x = make()) == NULL)\n    b();\nreturn 0;", NULL, NULL));
    assert_false(set_at_return("P *x;\nswitch (a) {\ncase 1:\n    x = make();\ncase 2:\n    return 0;\n}", NULL, NULL));
}

static void a_test_that_leaves_proves_an_object(void **state)
{
    bool object;

    (void)state;
    set_at_return("P *x = make();\nif (x == NULL)\n    goto no;\nreturn 0;\nno: b();", &object, NULL);
    assert_true(object);
    set_at_return("P *x = make();\nif (!x || a)\n    b();\nreturn 0;", &object, NULL);
    assert_false(object);
    set_at_return("P *x = make();\nif (x == NULL || a)\n    return 0;\nreturn 1;", &object, NULL);
    assert_false(object);
    set_at_return("P *x = make();\nif (x == NULL || a)\n    goto no;\nreturn 0;\nno: b();", &object, NULL);
    assert_true(object);
    set_at_return("P *x = make();\nif (x != NULL) {\n    b();\n    return 0;\n}", &object, NULL);
    assert_true(object);
    set_at_return("P *x = make();\nif (x == NULL)\n    goto no;\nx = other();\nreturn 0;\nno: b();", &object, NULL);
    assert_false(object);
}

static int lock_at_return(const char *body, const char *word_there)
{
    arena *a = arena_create();
    text t = of(arena_printf(a, "int g(void)\n{\n%s\n}\n", body));
    function_tokens fn;
    int place = word(&t, "return", 1);

    assert_true(function_around(t.s, place, &fn));
    int found = place_with_lock(t.s, &fn, place), want = word_there ? word(&t, word_there, 1) : -1;
    arena_destroy(t.a);
    arena_destroy(a);
    return found == want;
}

static void a_release_goes_before_the_lock_does(void **state)
{
    (void)state;
    assert_true(lock_at_return("a();\nPyGILState_Release(s);\nreturn 0;", "PyGILState_Release"));
    assert_true(lock_at_return("if (a) {\n    PyGILState_Release(s);\n    goto no;\n}\nreturn 0;\nno: b();", "return"));
    assert_true(lock_at_return("PyGILState_Release(s);\nif (a)\n    return 0;", NULL));
}

static bool is_fresh(const char *body)
{
    arena *a = arena_create();
    text t = of(arena_printf(a, "int g(void)\n{\n%s\n    return 0;\n}\n", body));
    function_tokens fn;
    int place = word(&t, "return", 1);

    assert_true(function_around(t.s, place, &fn));
    bool fresh = has_begun_nothing(t.s, &fn, place);
    arena_destroy(t.a);
    arena_destroy(a);
    return fresh;
}

static void calls_and_stores_begin_something(void **state)
{
    (void)state;
    assert_true(is_fresh("P *x = PyList_New(0);\nint n = 1;\nif (a == b)\n    n = 2;"));
    assert_false(is_fresh("char *p = malloc(1);"));
    assert_false(is_fresh("char *p = PyMem_Malloc(1);"));
    assert_false(is_fresh("self->n = 1;"));
    assert_false(is_fresh("*out = 1;"));
    assert_false(is_fresh("s = PyGILState_Ensure();"));
}

static void a_release_on_the_way_is_seen(void **state)
{
    bool released;

    (void)state;
    set_at_return("P *x = make();\nif (a)\n    Py_DECREF(x);\nreturn 0;", NULL, &released);
    assert_true(released);
    set_at_return("P *x = make();\nif (a) {\n    Py_DECREF(x);\n    x = 0;\n}\nreturn 0;", NULL, &released);
    assert_false(released);
    set_at_return("P *x = make();\nif (a) {\n    Py_DECREF(x);\n    goto no;\n}\nreturn 0;\nno: b();", NULL, &released);
    assert_false(released);
    set_at_return("P *x = make();\nif (a) {\n    Py_DECREF(x);\n    goto out;\n}\nb();\nout:\nreturn 0;", NULL, &released);
    assert_true(released);
}

/* ---- several fixes */

static void statements_at_one_place_go_together_and_braces_do_not(void **state)
{
    text t = of("{\n    a();\n    return 0;\n}\n"), u = of("{\n    if (a)\n        return 0;\n}\n");
    draft d = {.s = t.s, .file = "a.c"}, e = {.s = t.s, .file = "a.c"}, b = {.s = u.s, .file = "a.c"};

    (void)state;
    draft_before(&d, word(&t, "return", 1), "f(x);");
    draft_before(&e, word(&t, "return", 1), "f(y);");
    draft_before(&b, word(&u, "return", 1), "f(x);");
    finding_fix x = {.edits = d.edits, .nedits = d.n}, y = {.edits = e.edits, .nedits = e.n};
    finding_fix braces = {.edits = b.edits, .nedits = b.n};
    const finding_fix *both[] = {&x, &y};
    size_t len;

    assert_false(fix_conflicts(&x, &y));
    assert_true(fix_conflicts(&x, &x));
    assert_true(fix_conflicts(&braces, &braces));
    assert_string_equal(fix_apply(t.a, t.s->text, t.s->len, both, 2, &len),
                        "{\n    a();\n    f(x);\n    f(y);\n    return 0;\n}\n");
    arena_destroy(t.a);
    arena_destroy(u.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_gets_a_line_before_it),
        cmocka_unit_test(a_body_without_braces_gets_them),
        cmocka_unit_test(so_does_one_on_the_line_of_its_condition),
        cmocka_unit_test(comments_stay_on_their_lines),
        cmocka_unit_test(an_else_gets_braces_of_its_own),
        cmocka_unit_test(a_branch_before_else_keeps_its_else),
        cmocka_unit_test(a_condition_may_take_several_lines),
        cmocka_unit_test(loops_are_conditions_too),
        cmocka_unit_test(the_end_of_do_while_is_no_condition),
        cmocka_unit_test(labels_and_cases_take_statements),
        cmocka_unit_test(tabs_and_carriage_returns_are_kept),
        cmocka_unit_test(the_last_line_may_lack_its_end),
        cmocka_unit_test(strings_and_characters_hide_marks),
        cmocka_unit_test(directives_between_statements_do_not_matter),
        cmocka_unit_test(a_directive_behind_a_condition_does),
        cmocka_unit_test(code_in_a_macro_is_no_code),
        cmocka_unit_test(what_follows_an_unknown_macro_is_refused),
        cmocka_unit_test(a_statement_goes_with_its_line),
        cmocka_unit_test(its_comment_stays),
        cmocka_unit_test(each_branch_of_if_may_open_the_same_bracket),
        cmocka_unit_test(types_of_results_are_read),
        cmocka_unit_test(a_jump_over_the_assignment_leaves_it_unset),
        cmocka_unit_test(so_does_a_condition_around_it),
        cmocka_unit_test(a_test_that_leaves_proves_an_object),
        cmocka_unit_test(a_release_on_the_way_is_seen),
        cmocka_unit_test(a_release_goes_before_the_lock_does),
        cmocka_unit_test(calls_and_stores_begin_something),
        cmocka_unit_test(statements_at_one_place_go_together_and_braces_do_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
