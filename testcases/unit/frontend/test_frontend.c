/* The front end on small sources. Beside each testcases/frontend/NAME.c stands NAME.ir, what it
 * must become under every Python header found; REFWARDEN_UPDATE=1 in the environment writes them.
 * Lowering runs on a thread with a large stack, assertions on the main one. */
#define _GNU_SOURCE
#include "../unit.h"

#include "frontend.h"
#include "slot.h"

#include <dirent.h>
#include <glob.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SOURCES REFWARDEN_SOURCE_DIR "/testcases/frontend"

typedef struct {
    arena *a;
    frontend_request request;
    ir_unit *unit;
    frontend_report report;
    status st;
    int rc;
} job;

static void *run_job(void *data)
{
    job *j = data;

    j->rc = frontend_lower(j->a, &j->request, &j->unit, &j->report, &j->st);
    return NULL;
}

static void lower(job *j)
{
    contract_table *table = contract_table_create(j->a);
    pthread_attr_t attr;
    pthread_t thread;

    assert_int_equal(contract_table_read_builtin(table, &j->st), 0);
    j->request.type_slots = slot_type_names(j->a, table, &j->request.ntype_slots);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, (size_t)256 << 20);
    assert_int_equal(pthread_create(&thread, &attr, run_job, j), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
}

static void lower_text(job *j, const char *name, const char *text)
{
    j->a = arena_create();
    j->request = (frontend_request){.path = name, .shown = name, .text = text,
                                    .text_len = strlen(text)};
    lower(j);
    assert_int_equal(j->rc, 0);
}

static void assert_sound(job *j)
{
    ir_unit *again;
    buf first = {0}, second = {0};

    if (ir_verify(j->unit, &j->st) < 0)
        fail_msg("%s: %s", j->request.shown, j->st.message);
    ir_print(j->unit, &first);
    if (ir_read(j->a, j->request.shown, first.data, &again, &j->st) < 0)
        fail_msg("%s: %s", j->request.shown, j->st.message);
    ir_print(again, &second);
    assert_string_equal(first.data, second.data);
    buf_free(&first);
    buf_free(&second);
}

/* ---- golden files */

static int nshared; /* sources that were also lowered with a shared header */

static void compare(const char *golden, const char *python, const char *actual)
{
    arena *a = arena_create();
    char *expected;
    size_t len;

    if (getenv("REFWARDEN_UPDATE")) {
        FILE *f = fopen(golden, "w");

        assert_non_null(f);
        fputs(actual, f);
        fclose(f);
    }
    assert_int_equal(file_read(a, golden, &expected, &len, NULL), 0);
    if (strcmp(expected, actual) != 0) {
        fprintf(stderr, "%s under %s is now:\n%s", golden, python, actual);
        fail_msg("%s differs", golden);
    }
    arena_destroy(a);
}

static void lower_and_compare(job *j, const char *python)
{
    const char *name = j->request.path;
    buf text = {0};

    lower(j);
    assert_int_equal(j->rc, 0);
    assert_sound(j);
    ir_print(j->unit, &text);
    compare(arena_printf(j->a, SOURCES "/%.*s.ir", (int)strcspn(name, "."), name), python,
            text.data);
    buf_free(&text);
}

/* The same again with the headers it begins with made beforehand. */
static void check_shared(job *j, const char *python)
{
    char header[] = "/tmp/refwarden-test-XXXXXX", *text = NULL;
    frontend_prelude prelude;
    buf names = {0};
    size_t len;
    int fd = mkstemp(header);

    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(file_read(j->a, j->request.path, &text, &len, NULL), 0);
    j->request.prelude = &prelude;
    if (frontend_read_prelude(j->a, text, len, j->request.flags, j->request.nflags,
                              frontend_find_headers(j->a, &j->request), &prelude)) {
        assert_int_equal(frontend_share(j->a, &j->request, prelude.directives, header, &names, &j->st), 0);
        j->request.shared_header = header;
        j->request.shared_names = names.data;
        lower_and_compare(j, python);
        nshared++;
    }
    buf_free(&names);
    unlink(header);
}

static void check_source(const char *name, const char *python)
{
    const char *flags[] = {"-I", python};
    job j = {.a = arena_create()};

    j.request.path = j.request.shown = name;
    j.request.flags = flags;
    j.request.nflags = 2;
    lower_and_compare(&j, python);
    check_shared(&j, python);
    arena_destroy(j.a);
}

static int is_source(const struct dirent *e)
{
    const char *dot = strrchr(e->d_name, '.');

    return dot && (strcmp(dot, ".c") == 0 || strcmp(dot, ".cpp") == 0);
}

static void check_all(const char *python)
{
    struct dirent **names;
    int n = scandir(SOURCES, &names, is_source, alphasort);

    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        check_source(names[i]->d_name, python);
        free(names[i]);
    }
    free(names);
}

/* Folders that hold Python.h: those of the system, and REFWARDEN_TEST_INCLUDES (a:b:c). */
static void every_source_lowers_as_written_down(void **state)
{
    const char *more = getenv("REFWARDEN_TEST_INCLUDES");
    char *list = more && *more ? strdup(more) : NULL, *rest = list, *dir;
    glob_t found;
    int checked = 0;

    (void)state;
    if (glob("/usr/include/python3.*/Python.h", 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++, checked++) {
            *strrchr(found.gl_pathv[i], '/') = '\0';
            check_all(found.gl_pathv[i]);
        }
    globfree(&found);
    for (; list && (dir = strsep(&rest, ":")); checked++)
        check_all(dir);
    free(list);
    if (!checked)
        skip();
    assert_true(nshared > 0);
}

/* ---- preludes */

static void expect_prelude(const char *text, const char *directives, const char *covered)
{
    arena *a = arena_create();
    frontend_prelude found;
    bool is_found = frontend_read_prelude(a, text, strlen(text), NULL, 0, NULL, &found);

    assert_int_equal(is_found, directives != NULL);
    if (directives)
        assert_string_equal(found.directives, directives);
    assert_int_equal(found.bytes, covered ? strlen(covered) : 0);
    arena_destroy(a);
}

static void a_prelude_ends_with_python(void **state)
{
    (void)state;
    expect_prelude("#include <Python.h>\nint x;\n", "#include <Python.h>\n",
                   "#include <Python.h>");
    expect_prelude("/* a\n# */ // b\n#  define A /* x */ 1 // y\n#include <stdio.h>\n"
                   "#ifndef B\n#define B \"/*\"\n#endif\n# include \"Python.h\" // z\nint y;",
                   "#  define A   1 \n#include <stdio.h>\n#ifndef B\n#define B \"/*\"\n#endif\n"
                   "#include <Python.h>\n",
                   "/* a\n# */ // b\n#  define A /* x */ 1 // y\n#include <stdio.h>\n"
                   "#ifndef B\n#define B \"/*\"\n#endif\n# include \"Python.h\" // z");
}

static void what_every_file_is_parsed_with_is_no_difference(void **state)
{
    (void)state;
    expect_prelude("#define PY_SSIZE_T_CLEAN\n#include <Python.h>", "#include <Python.h>\n",
                   "#define PY_SSIZE_T_CLEAN\n#include <Python.h>");
    expect_prelude("#define PY_SSIZE_T_CLEAN 2\n#include <Python.h>",
                   "#define PY_SSIZE_T_CLEAN 2\n#include <Python.h>\n",
                   "#define PY_SSIZE_T_CLEAN 2\n#include <Python.h>");
}

static void expect_reduced(const char *const *flags, int nflags, const char *text, const char *directives,
                           const char *left)
{
    arena *a = arena_create();
    frontend_request r = {.flags = flags, .nflags = nflags};
    frontend_prelude found;
    bool is_found = frontend_read_prelude(a, text, strlen(text), flags, nflags, frontend_find_headers(a, &r), &found);

    assert_int_equal(is_found, directives != NULL);
    if (directives) {
        assert_string_equal(found.directives, directives);
        buf kept = {0};
        for (int i = 0; i < found.nkept; i++)
            buf_printf(&kept, "%.*s\n", (int)(found.kept[i].to - found.kept[i].from), text + found.kept[i].from);
        assert_string_equal(kept.len ? kept.data : "", left);
        buf_free(&kept);
    }
    arena_destroy(a);
}

/* The folder has a Python.h that asks for WANTED and includes limits.h. */
static void only_what_headers_ask_for_makes_a_difference(void **state)
{
    const char *flags[] = {"-I", SOURCES "/headers", "-DGIVEN", "-UTAKEN"};

    (void)state;
    expect_reduced(flags, 4, "#define NOBODYS 1\n#include <Python.h>\nint x;", "#include <Python.h>\n",
                   "#define NOBODYS 1\n");
    expect_reduced(flags, 4, "#define WANTED\n#undef NOBODYS\n#include <Python.h>\n",
                   "#define WANTED\n#include <Python.h>\n", "#undef NOBODYS\n");
    expect_reduced(flags, 4, "#define WANTED_BY_NONE\n#include <Python.h>\n", "#include <Python.h>\n",
                   "#define WANTED_BY_NONE\n");
}

static void branches_that_flags_decide_make_no_difference(void **state)
{
    const char *flags[] = {"-I", SOURCES "/headers", "-DGIVEN", "-UTAKEN"};

    (void)state;
    expect_reduced(flags, 4, "#ifndef GIVEN\n#define WANTED 1\nint x;\n#else\n#define WANTED 2\n#endif\n#include <Python.h>\n",
                   "#define WANTED 2\n#include <Python.h>\n", "");
    expect_reduced(flags, 4, "#if defined(GIVEN) && !defined TAKEN\n#define WANTED\n#endif\n#include <Python.h>\n",
                   "#define WANTED\n#include <Python.h>\n", "");
    /* what the compiler may define, and what a header may have defined, is not decided */
    expect_reduced(flags, 4, "#ifdef _REENTRANT\n#define WANTED\n#endif\n#include <Python.h>\n",
                   "#ifdef _REENTRANT\n#define WANTED\n#endif\n#include <Python.h>\n", "");
    expect_reduced(flags, 4, "#include <limits.h>\n#ifdef X\n#define WANTED\n#endif\n#include <Python.h>\n",
                   "#include <limits.h>\n#ifdef X\n#define WANTED\n#endif\n#include <Python.h>\n", "");
    expect_reduced(flags, 4, "#if GIVEN > 1\n#include \"a.h\"\n#endif\n#include <Python.h>\n", NULL, NULL);
    expect_reduced(flags, 4, "#ifdef GIVEN\n#include <Python.h>\n#endif\n", NULL, NULL);
    expect_reduced(flags, 4, "#ifdef TAKEN\n#elif WANTED\n#endif\n#include <Python.h>\n", NULL, NULL);
}

static void what_may_mean_something_else_is_not_shared(void **state)
{
    (void)state;
    expect_prelude("int x;\n#include <Python.h>\n", NULL, NULL);
    expect_prelude("#include \"config.h\"\n#include <Python.h>\n", NULL, NULL);
    expect_prelude("#ifdef A\n#include <Python.h>\n#endif\n", NULL, NULL);
    expect_prelude("#endif\n#include <Python.h>\n", NULL, NULL);
    expect_prelude("#pragma pack(1)\n#include <Python.h>\n", NULL, NULL);
    expect_prelude("#define A \\\n 1\n#include <Python.h>\n", NULL, NULL);
    expect_prelude("#include <stdio.h>\n", NULL, NULL);
    expect_prelude("/* open\n#include <Python.h>\n", NULL, NULL);
    expect_prelude("", NULL, NULL);
}

/* ---- the report */

static void missing_python_is_said(void **state)
{
    job j = {0};

    (void)state;
    lower_text(&j, "m.c", "#include <Python.h>\n#include \"gone.h\"\nint f(void) { return 1; }\n");
    assert_true(j.report.python_h_missing);
    assert_int_equal(j.report.nmissing, 2);
    assert_string_equal(j.report.missing[1], "gone.h");
    assert_string_equal(j.report.messages[0], "m.c:2:10: 'gone.h' file not found");
    assert_int_equal(j.report.functions, 1);
    assert_int_equal(j.report.partial_functions, 0);
    arena_destroy(j.a);
}

static void what_is_included_and_defined_is_said(void **state)
{
    job j = {0};

    (void)state;
    lower_text(&j, "m.c", "#include \"project_header.h\"\n  # define ONE 1\n#define TWO(x) x\n"
                          "#if 0\n # include <gone/a.h> // why\n#include NAME\n#include \"open.h\n#endif\n"
                          "#undef THREE\n//#define FOUR\n#defineFIVE\n#if 0\n#\tdefine SIX\n#endif\n#define");
    assert_int_equal(j.report.nincludes, 3);
    assert_string_equal(j.report.includes[0], "project_header.h");
    assert_string_equal(j.report.includes[1], "gone/a.h");
    assert_non_null(strstr(j.report.includes[2], "project_header.h"));
    assert_int_equal(j.report.nmacros, 3);
    assert_string_equal(j.report.macros[0], "ONE");
    assert_string_equal(j.report.macros[1], "TWO");
    assert_string_equal(j.report.macros[2], "SIX");
    arena_destroy(j.a);
}

static void an_unreadable_file_is_an_error(void **state)
{
    job j = {.a = arena_create()};

    (void)state;
    j.request.path = j.request.shown = "/nonexistent/x.c";
    lower(&j);
    assert_int_equal(j.rc, -1);
    assert_int_equal(j.st.code, ERR_IO);
    arena_destroy(j.a);
}

static void an_unknown_option_costs_no_function(void **state)
{
    const char *flags[] = {"-fanalyzer", "-fno-such-thing", "-c", "-o", "x.o", "-MD"};
    const char *text = "int f(void) { return 1; }";
    job j = {.a = arena_create(), .request = {.path = "o.c", .shown = "o.c", .text = text,
                                              .flags = flags, .nflags = 6}};

    (void)state;
    j.request.text_len = strlen(text);
    lower(&j);
    assert_int_equal(j.rc, 0);
    assert_int_equal(j.report.functions, 1);
    assert_int_equal(j.report.partial_functions, 0);
    arena_destroy(j.a);
}

static void a_lost_brace_marks_the_function_that_swallows_the_rest(void **state)
{
    job j = {0};

    (void)state;
    lower_text(&j, "b.c", "int f(int a) { if (a) { return 1;\nint g(void) { return 2; }\n");
    assert_true(j.unit->fns[0]->roles & IR_R_PARTIAL);
    arena_destroy(j.a);
}

static void files_of_a_test_folder_are_tests(void **state)
{
    job j = {0};

    (void)state;
    lower_text(&j, "src/tests/x.c", "int f(void) { return 1; }");
    assert_true(j.unit->fns[0]->roles & IR_R_TEST);
    arena_destroy(j.a);
}

static void clang_is_named_and_found(void **state)
{
    arena *a = arena_create();

    (void)state;
    assert_memory_equal(frontend_clang_version(a), "19.", 3);
    assert_non_null(frontend_resource_dir(a, NULL));
    assert_string_equal(frontend_resource_dir(a, "/wanted"), "/wanted");
    arena_destroy(a);
}

/* ---- hostile sources */

enum { DEEP = 10000 };

typedef struct {
    const char *head, *unit, *tail;
    int times;
} shape;

static const shape shapes[] = {
    {"int f(int);int g(int a){if(a==0)f(0);", "else if(a==3)f(a);", "return 0;}", DEEP},
    {"int g(int a){return ", "!", "a;}", DEEP},
    {"int g(int a){return a", "+a", ";}", DEEP},
    {"int g(int a){return ", "a==3?4:", "0;}", DEEP},
    {"int g(int a){if(a", "&&a", ")return 1;return 0;}", DEEP},
    {"int g(int a){return a", ",a", ";}", DEEP},
    {"int g(int a){", "a=", "3;return a;}", DEEP},
    {"int g(int a){switch(a){default:", "a=2;break;default:", "return 1;}}", 100},
    {"struct s{struct s*n;};struct s*g(struct s*p){return p", "->n", ";}", DEEP},
    {"int f(int);int g(int a){return ", "f(", "a", 3000},
    {"int f(int);int g(int a){", "if(a){", "f(a);", 3000},
    {"int g(int a){return ", "(", "a", 3000},
};

static char *build(const shape *s)
{
    buf b = {0};

    buf_add(&b, s->head);
    for (int i = 0; i < s->times; i++)
        buf_add(&b, s->unit);
    buf_add(&b, s->tail);
    return b.data;
}

static void deep_nesting_is_survived(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        job j = {0};
        char *text = build(&shapes[i]);

        lower_text(&j, "deep.c", text);
        assert_sound(&j);
        free(text);
        arena_destroy(j.a);
    }
}

static void noise_is_survived(void **state)
{
    char noise[4096];
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 20; round++) {
        job j = {0};

        for (size_t i = 0; i + 1 < sizeof noise; i++) {
            seed = hash_bytes(seed, &i, sizeof i);
            noise[i] = "{}()[];,*&=<>\"'#\\ \nifelsewhilereturnstructint012"[seed % 48];
        }
        noise[sizeof noise - 1] = '\0';
        lower_text(&j, "noise.c", noise);
        assert_int_equal(ir_verify(j.unit, &j.st), 0);
        arena_destroy(j.a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_source_lowers_as_written_down),
        cmocka_unit_test(a_prelude_ends_with_python),
        cmocka_unit_test(what_every_file_is_parsed_with_is_no_difference),
        cmocka_unit_test(what_may_mean_something_else_is_not_shared),
        cmocka_unit_test(only_what_headers_ask_for_makes_a_difference),
        cmocka_unit_test(branches_that_flags_decide_make_no_difference),
        cmocka_unit_test(missing_python_is_said),
        cmocka_unit_test(what_is_included_and_defined_is_said),
        cmocka_unit_test(an_unreadable_file_is_an_error),
        cmocka_unit_test(an_unknown_option_costs_no_function),
        cmocka_unit_test(a_lost_brace_marks_the_function_that_swallows_the_rest),
        cmocka_unit_test(files_of_a_test_folder_are_tests),
        cmocka_unit_test(clang_is_named_and_found),
        cmocka_unit_test(deep_nesting_is_survived),
        cmocka_unit_test(noise_is_survived),
    };

    if (chdir(SOURCES) != 0)
        return 1;
    frontend_warm();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
