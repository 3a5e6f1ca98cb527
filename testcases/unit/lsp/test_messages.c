#include "unit.h"

#include "lsp_int.h"

#include <stdlib.h>
#include <string.h>

static int no_settings(void *ctx, arena *a, const char *path, session_options *out, status *st)
{
    (void)ctx;
    (void)a;
    (void)path;
    *out = (session_options){0};
    return fail(st, ERR_USAGE, "none here");
}

static const char *no_page(const char *rule)
{
    (void)rule;
    return NULL;
}

static const lsp_options options = {.version = "0", .settings = no_settings, .explain = no_page};

static server running(void)
{
    return (server){.options = &options, .state = STATE_RUNNING};
}

static void end(server *s)
{
    while (s->ndocs)
        document_remove(s, s->docs[0]);
    for (int i = 0; i < s->npublished; i++)
        free(s->published[i]);
    free(s->published);
    free(s->docs);
    buf_free(&s->out);
}

/* Quotes are written as ' here. */
static void tell(server *s, const char *text)
{
    buf body = {0};
    json_t *message;

    buf_add(&body, text);
    for (size_t i = 0; i < body.len; i++)
        if (body.data[i] == '\'')
            body.data[i] = '"';
    message = json_parse(body.data, body.len);
    assert_non_null(message);
    dispatch(s, message);
    json_decref(message);
    buf_free(&body);
}

static document *open_file(server *s, const char *uri, const char *text)
{
    arena *a = arena_create();

    tell(s, arena_printf(a, "{'method':'textDocument/didOpen','params':{'textDocument':"
                            "{'uri':'%s','languageId':'c','version':1,'text':'%s'}}}", uri, text));
    arena_destroy(a);
    return s->docs[s->ndocs - 1];
}

static void change(server *s, int version, const char *changes)
{
    arena *a = arena_create();

    tell(s, arena_printf(a, "{'method':'textDocument/didChange','params':{'textDocument':"
                            "{'uri':'file:///n/a.c','version':%d},'contentChanges':%s}}", version, changes));
    arena_destroy(a);
}

#define RANGE(l1, c1, l2, c2) \
    "'range':{'start':{'line':" #l1 ",'character':" #c1 "},'end':{'line':" #l2 ",'character':" #c2 "}}"

static void changes_apply_one_after_the_other(void **state)
{
    server s = running();
    document *d = open_file(&s, "file:///n/a.c", "ab\\ncd\\n");

    (void)state;
    change(&s, 2, "[{" RANGE(0, 1, 1, 1) ",'text':'X\\nY'},{" RANGE(1, 0, 1, 1) ",'text':''}]");
    assert_string_equal(d->text.data, "aX\nd\n");
    assert_int_equal(d->version, 2);
    change(&s, 3, "[{" RANGE(1, 1, 0, 0) ",'text':'-'}]"); /* the wrong way round */
    assert_string_equal(d->text.data, "-\n");
    change(&s, 4, "[{'text':'whole'},{'range':null,'text':'all'}]");
    assert_string_equal(d->text.data, "all");
    change(&s, 5, "[{" RANGE(9, 9, 99, 99) ",'text':'!'}]");
    assert_string_equal(d->text.data, "all!");
    end(&s);
}

static void changes_that_make_no_sense_change_nothing(void **state)
{
    server s = running();
    document *d = open_file(&s, "file:///n/a.c", "abc");

    (void)state;
    change(&s, 2, "[{" RANGE(-1, 0, 0, 0) ",'text':'x'},{" RANGE(0, 0, 0, 0) "},{'range':5,'text':'x'},7]");
    change(&s, 3, "{}");
    change(&s, 4, "'x'");
    assert_string_equal(d->text.data, "abc");
    assert_int_equal(s.out.len, 0);
    end(&s);
}

static void a_change_is_analysed_after_a_moment(void **state)
{
    server s = running();
    document *d = open_file(&s, "file:///n/a.c", "abc");

    (void)state;
    assert_true(d->due > 0 && d->due <= clock_now());
    change(&s, 2, "[{'text':'x'}]");
    assert_true(d->due > clock_now() && d->due < clock_now() + 1);
    tell(&s, "{'method':'textDocument/didSave','params':{'textDocument':{'uri':'file:///n/a.c'}}}");
    assert_true(d->due <= clock_now());
    end(&s);
}

static void a_header_concerns_who_includes_it(void **state)
{
    const char *headers[] = {"/n/a.h"};
    server s = running();
    document *with = open_file(&s, "file:///n/a.c", ""), *without = open_file(&s, "file:///n/b.c", "");
    document *fresh = open_file(&s, "file:///n/c.c", "");

    (void)state;
    with->result_at = without->result_at = ++s.clock;
    with->result.headers = headers;
    with->result.nheaders = 1;
    with->due = without->due = fresh->due = 0;
    document *header = open_file(&s, "file:///n/a.h", "");
    assert_false(header->is_source);
    assert_true(header->due == 0);
    assert_true(with->due > 0);
    assert_true(without->due == 0);
    assert_true(fresh->due > 0);
    with->due = 0;
    tell(&s, "{'method':'workspace/didChangeWatchedFiles','params':{'changes':[{'uri':'file:///n/a.h','type':2}]}}");
    assert_true(with->due == 0); /* the editor has it open */
    tell(&s, "{'method':'workspace/didChangeWatchedFiles','params':{'changes':[{'uri':'file:///n/pyproject.toml','type':2}]}}");
    assert_true(with->due > 0 && without->due > 0);
    end(&s);
}

static void other_languages_are_left_alone(void **state)
{
    server s = running();

    (void)state;
    tell(&s, "{'method':'textDocument/didOpen','params':{'textDocument':"
             "{'uri':'file:///n/a.py','languageId':'python','version':1,'text':''}}}");
    assert_true(s.docs[0]->due == 0);
    document *fresh = open_file(&s, "file:///n/a.c", "");
    fresh->due = 0;
    tell(&s, "{'method':'textDocument/didChange','params':{'textDocument':{'uri':'file:///n/a.py','version':2},"
             "'contentChanges':[{'text':'x'}]}}");
    assert_true(fresh->due == 0);
    end(&s);
}

static void one_file_under_two_names_is_one(void **state)
{
    server s = running();

    (void)state;
    open_file(&s, "file:///n/a.c", "x");
    open_file(&s, "file:///n/%61.c", "y");
    assert_int_equal(s.ndocs, 1);
    assert_string_equal(s.docs[0]->text.data, "y");
    tell(&s, "{'method':'textDocument/didClose','params':{'textDocument':{'uri':'file:///n/a.c'}}}");
    assert_int_equal(s.ndocs, 0);
    end(&s);
}

static void only_requests_are_answered(void **state)
{
    server s = running();

    (void)state;
    tell(&s, "{'method':'whatever','params':5}");
    tell(&s, "{'id':'unknown','result':1}");
    assert_int_equal(s.out.len, 0);
    tell(&s, "{'id':'x','method':'whatever'}");
    assert_non_null(strstr(s.out.data, "\"id\":\"x\""));
    assert_non_null(strstr(s.out.data, "-32601"));
    s.out.len = 0;
    tell(&s, "{'id':1.5,'method':'shutdown'}");
    assert_non_null(strstr(s.out.data, "-32600"));
    s.out.len = 0;
    tell(&s, "[{'id':1,'method':'shutdown'}]");
    assert_non_null(strstr(s.out.data, "-32600"));
    assert_int_equal(s.state, STATE_RUNNING);
    end(&s);
}

/* ---- whatever comes */

static const char *const seeds[] = {
    "{\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"file:///n/a.c\",\"languageId\":\"c\","
    "\"version\":1,\"text\":\"PyList_New RW101\\n\\ud83d\\ude00\"}}}",
    "{\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"uri\":\"file:///n/a.c\",\"version\":2},"
    "\"contentChanges\":[{\"range\":{\"start\":{\"line\":0,\"character\":3},\"end\":{\"line\":1,\"character\":1}},"
    "\"text\":\"a\\nb\"}]}}",
    "{\"id\":1,\"method\":\"textDocument/hover\",\"params\":{\"textDocument\":{\"uri\":\"file:///n/a.c\"},"
    "\"position\":{\"line\":0,\"character\":13}}}",
    "{\"id\":2,\"method\":\"textDocument/codeAction\",\"params\":{\"textDocument\":{\"uri\":\"file:///n/a.c\"},"
    "\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":9,\"character\":0}},"
    "\"context\":{\"diagnostics\":[],\"only\":[\"quickfix\"]}}}",
    "{\"id\":3,\"method\":\"workspace/executeCommand\",\"params\":{\"command\":\"refwarden.check\",\"arguments\":"
    "[\"file:///n/a.c\"]}}",
    "{\"method\":\"$/cancelRequest\",\"params\":{\"id\":3}}",
    "{\"method\":\"textDocument/didClose\",\"params\":{\"textDocument\":{\"uri\":\"file:///n/a.c\"}}}",
    "{\"id\":4,\"method\":\"initialize\",\"params\":{\"processId\":1,\"capabilities\":{\"general\":"
    "{\"positionEncodings\":[\"utf-8\"]}}}}",
};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void feed_mutated(server *s, frame_reader *r, const char *body, uint32_t *seed)
{
    static const char *const parts[] = {"[", "]", "{", "}", "\"", "null", "-1", "1e99", "99999999999999999999", "\\u0000", ",", "\xff"};
    buf frame = {0}, text = {0};

    buf_add(&text, body);
    for (uint32_t n = next_random(seed) % 4; n > 0; n--) {
        const char *part = parts[next_random(seed) % (sizeof parts / sizeof *parts)];
        size_t at = next_random(seed) % text.len, len = strlen(part) < text.len - at ? strlen(part) : text.len - at;
        memcpy(text.data + at, part, len);
    }
    buf_printf(&frame, "Content-Length: %zu\r\n\r\n", text.len + (next_random(seed) % 16 == 0));
    buf_addn(&frame, text.data, text.len);
    frame_feed(r, frame.data, frame.len);
    buf_free(&frame);
    buf_free(&text);
    s->out.len = 0;
}

static void damaged_messages_do_no_harm(void **state)
{
    server s = running();
    frame_reader r = {0};
    uint32_t seed = 7;
    char *body;
    size_t len;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        frame_kind kind;

        feed_mutated(&s, &r, seeds[next_random(&seed) % (sizeof seeds / sizeof *seeds)], &seed);
        while ((kind = frame_next(&r, &body, &len)) != FRAME_NONE) {
            json_t *message = kind == FRAME_MESSAGE ? json_parse(body, len) : NULL;
            if (message)
                dispatch(&s, message);
            json_decref(message);
        }
    }
    tell(&s, "{'id':'alive','method':'shutdown'}");
    assert_non_null(strstr(s.out.data, "\"id\":\"alive\""));
    frame_free(&r);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_apply_one_after_the_other),
        cmocka_unit_test(changes_that_make_no_sense_change_nothing),
        cmocka_unit_test(a_change_is_analysed_after_a_moment),
        cmocka_unit_test(a_header_concerns_who_includes_it),
        cmocka_unit_test(other_languages_are_left_alone),
        cmocka_unit_test(one_file_under_two_names_is_one),
        cmocka_unit_test(only_requests_are_answered),
        cmocka_unit_test(damaged_messages_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
