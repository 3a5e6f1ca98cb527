#include "unit.h"

#include "lsp_int.h"

#include <string.h>

/* \xc3\xa9 is one unit of UTF-16 and two bytes. */
static const char source[] = "int f(void)\n{\n    /* \xc3\xa9 */ return g();\n}\n";

static text_edit release[] = {{{"/x/a.c", 3, 14, 3, 14}, "h(); "}};
static text_edit elsewhere[] = {{{"/x/b.h", 1, 1, 1, 2}, "y"}, {{"/x/a.c", 1, 1, 1, 4}, "long"}};
static text_edit unreadable[] = {{{"/x/none.h", 1, 1, 1, 1}, "z"}};
static finding_fix fixes[] = {
    {FIX_UNSAFE, "do less", elsewhere, 2},
    {FIX_SAFE, "release it", release, 1},
    {FIX_SAFE, "release it again", release, 1},
    {FIX_SAFE, "cannot be", unreadable, 1},
};
static path_step steps[] = {{{"/x/a.c", 2, 1, 0, 0}, "new reference", STEP_OWNERSHIP, 1, 1}};
static finding found[] = {{.rule = "RW101", .name = "leak", .severity = SEV_WARNING, .at = {"/x/a.c", 3, 14, 3, 24},
                           .function = "f", .object = "o", .message = "'o' leaks", .fingerprint = "00ff",
                           .advice = "release it", .path = steps, .npath = 1, .fixes = fixes, .nfixes = 4}};

static document *add(server *s, const char *path, const char *text)
{
    arena *a = arena_create();
    document *d = document_add(s, uri_of(a, path), path);

    arena_destroy(a);
    text_set(&d->text, text, strlen(text));
    d->is_open = true;
    d->version = 7;
    d->stamp = ++s->clock;
    return d;
}

static document *set_up(server *s)
{
    document *d = add(s, "/x/a.c", source);

    add(s, "/x/b.h", "x\n");
    s->client = (client_abilities){.related = true, .literals = true, .versions_in_edits = true};
    d->result.findings = found;
    d->result.nfindings = 1;
    d->result_at = ++s->clock;
    return d;
}

static void tear_down(server *s)
{
    while (s->ndocs)
        document_remove(s, s->docs[0]);
    free(s->docs);
}

static json_t *ask(server *s, const document *d, int line, const char *only)
{
    json_t *params = json_pack("{s:{s:{s:i,s:i}, s:{s:i,s:i}}, s:{s:[], s:o*}}", "range", "start", "line", line,
                               "character", 0, "end", "line", line, "character", 99, "context", "diagnostics", "only",
                               only ? json_pack("[s]", only) : NULL);
    json_t *list = code_actions(s, d, params);

    json_decref(params);
    return list;
}

static const json_t *titled(const json_t *list, const char *title)
{
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one)
        if (strcmp(json_string_at(one, "title"), title) == 0)
            return one;
    return NULL;
}

static void a_safe_fix_is_preferred(void **state)
{
    server s = {0};
    document *d = set_up(&s);
    json_t *list = ask(&s, d, 2, NULL);
    const json_t *fix = titled(list, "release it");
    const json_t *change = json_array_get(json_at(fix, "edit.documentChanges"), 0);
    const json_t *edit = json_array_get(json_at(change, "edits"), 0);
    json_int_t n;

    (void)state;
    assert_true(json_flag(fix, "isPreferred"));
    assert_null(json_at(titled(list, "release it again"), "isPreferred"));
    assert_string_equal(json_string_at(fix, "kind"), "quickfix");
    assert_string_equal(json_string_at(change, "textDocument.uri"), "file:///x/a.c");
    assert_true(json_int(change, "textDocument.version", &n) && n == 7);
    assert_string_equal(json_string_at(edit, "newText"), "h(); ");
    assert_true(json_int(edit, "range.start.line", &n) && n == 2);
    assert_true(json_int(edit, "range.start.character", &n) && n == 12);
    assert_true(json_equal(json_at(edit, "range.start"), json_at(edit, "range.end")));
    json_decref(list);
    tear_down(&s);
}

static void a_fix_may_reach_into_other_files(void **state)
{
    server s = {0};
    document *d = set_up(&s);
    json_t *list;

    (void)state;
    s.client.versions_in_edits = false;
    list = ask(&s, d, 2, "quickfix");
    const json_t *changes = json_at(titled(list, "do less (unsafe)"), "edit.changes");
    assert_int_equal(json_object_size(changes), 2);
    assert_non_null(json_object_get(changes, "file:///x/a.c"));
    assert_non_null(json_object_get(changes, "file:///x/b.h"));
    assert_null(titled(list, "cannot be"));
    json_decref(list);
    tear_down(&s);
}

static void no_fix_for_a_text_that_has_changed(void **state)
{
    server s = {0};
    document *d = set_up(&s);
    json_t *list;

    (void)state;
    s.docs[1]->stamp = ++s.clock;
    list = ask(&s, d, 2, NULL);
    assert_null(titled(list, "do less (unsafe)"));
    assert_non_null(titled(list, "release it"));
    json_decref(list);
    d->stamp = ++s.clock;
    list = ask(&s, d, 2, NULL);
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
    tear_down(&s);
}

static void only_what_was_asked_for(void **state)
{
    server s = {0};
    document *d = set_up(&s);
    json_t *list = ask(&s, d, 0, NULL);

    (void)state;
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
    list = ask(&s, d, 2, "source.fixAll");
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
    list = ask(&s, d, 2, "");
    assert_int_equal(json_array_size(list), 6);
    json_decref(list);
    tear_down(&s);
}

/* Clients from before code action literals understand commands only. */
static void old_clients_get_commands(void **state)
{
    server s = {0};
    document *d = set_up(&s);
    json_t *list;

    (void)state;
    s.client.literals = false;
    list = ask(&s, d, 2, NULL);
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(json_string_at(json_array_get(list, 0), "command"), "refwarden.explain");
    json_decref(list);
    tear_down(&s);
}

static void a_diagnostic_can_be_read_alone(void **state)
{
    server s = {0};
    document *d = set_up(&s);
    text_cache texts = {.a = arena_create(), .s = &s};
    json_t *shown = diagnostic_json(&s, &texts, &d->result.findings[0]);
    json_int_t n;

    (void)state;
    assert_string_equal(json_string_at(shown, "message"), "'o' leaks (in f)\nfix: release it");
    assert_string_equal(json_string_at(shown, "data.fingerprint"), "00ff");
    assert_true(json_int(shown, "severity", &n) && n == 2);
    assert_true(json_int(shown, "range.end.character", &n) && n == 22);
    assert_string_equal(json_string_at(json_array_get(json_at(shown, "relatedInformation"), 0), "message"),
                        "1: new reference (+1: 1 owned)");
    json_decref(shown);
    text_cache_free(&texts);
    arena_destroy(texts.a);
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_safe_fix_is_preferred),
        cmocka_unit_test(a_fix_may_reach_into_other_files),
        cmocka_unit_test(no_fix_for_a_text_that_has_changed),
        cmocka_unit_test(only_what_was_asked_for),
        cmocka_unit_test(old_clients_get_commands),
        cmocka_unit_test(a_diagnostic_can_be_read_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
