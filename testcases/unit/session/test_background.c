#include "unit.h"

#include "session.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char leaking[] = "#define PY_SSIZE_T_CLEAN\n"
                              "#include <Python.h>\n"
                              "#include \"helpers.h\"\n"
                              "PyObject *make(PyObject *self)\n"
                              "{\n"
                              "    return helper() ? PyLong_FromLong(1) : NULL;\n"
                              "}\n";
static const char header[] = "static int helper(void)\n"
                             "{\n"
                             "    PyObject *list = PyList_New(0);\n"
                             "    return list != NULL;\n"
                             "}\n";

static session_task *start(const session_options *o)
{
    session_task *t = NULL;
    status st = {0};

    assert_int_equal(session_start(o, &t, &st), 0);
    return t;
}

static void wait_for(session_task *t)
{
    struct pollfd p = {.fd = session_task_fd(t), .events = POLLIN};

    do
        assert_true(poll(&p, 1, 120000) > 0);
    while (!session_task_read(t));
}

static bool names_header(const session_result *r, const char *path)
{
    for (int i = 0; i < r->nheaders; i++)
        if (strcmp(r->headers[i], path) == 0)
            return true;
    return false;
}

/* Neither file is on disk. */
static void unsaved_texts_are_analysed_in_the_background(void **state)
{
    const char *path = REFWARDEN_SOURCE_DIR "/unsaved.c";
    source_text texts[] = {{path, leaking, sizeof leaking - 1},
                           {REFWARDEN_SOURCE_DIR "/helpers.h", header, sizeof header - 1}};
    session_options o = {.paths = &path, .npaths = 1, .texts = texts, .ntexts = 2, .jobs = 1};
    session_task *t = start(&o);
    arena *a = arena_create();
    session_result r;
    status st = {0};

    (void)state;
    wait_for(t);
    assert_int_equal(session_task_take(a, t, &r, &st), 0);
    session_task_end(t);
    assert_int_equal(r.nfindings, 1);
    assert_string_equal(r.findings[0].object, "list");
    assert_non_null(strstr(r.findings[0].at.file, "helpers.h")); /* shorter where the test runs there */
    assert_true(names_header(&r, REFWARDEN_SOURCE_DIR "/helpers.h"));
    arena_destroy(a);
}

static void errors_come_through(void **state)
{
    const char *path = REFWARDEN_SOURCE_DIR "/unsaved.c";
    session_options o = {.paths = &path, .npaths = 1, .select = "RW999"};
    session_task *t = start(&o);
    arena *a = arena_create();
    session_result r;
    status st = {0};

    (void)state;
    wait_for(t);
    assert_int_equal(session_task_take(a, t, &r, &st), -1);
    assert_int_equal(st.code, ERR_USAGE);
    assert_non_null(strstr(st.message, "RW999"));
    session_task_end(t);
    arena_destroy(a);
}

static void a_run_that_was_ended_gave_nothing(void **state)
{
    const char *path = REFWARDEN_SOURCE_DIR "/unsaved.c";
    source_text text = {path, leaking, sizeof leaking - 1};
    session_options o = {.paths = &path, .npaths = 1, .texts = &text, .ntexts = 1};
    session_task *t = start(&o);
    arena *a = arena_create();
    session_result r;
    status st = {0};

    (void)state;
    assert_int_equal(session_task_take(a, t, &r, &st), -1);
    assert_int_equal(st.code, ERR_INTERNAL);
    session_task_end(t);
    session_task_end(NULL);
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsaved_texts_are_analysed_in_the_background),
        cmocka_unit_test(errors_come_through),
        cmocka_unit_test(a_run_that_was_ended_gave_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
