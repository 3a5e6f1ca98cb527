/* What the client tells about texts and files, and whose analysis follows from it.
 *
 * A notification cannot be refused: what makes no sense in one changes nothing, and the log says so.
 */
#include "lsp_int.h"

#include <string.h>

static void note_change(server *s, document *d)
{
    d->stamp = ++s->clock;
    d->changed = clock_now();
}

/* The document, or every source that includes it. */
static void want(server *s, document *d, double delay)
{
    if (d->is_source)
        analysis_want(s, d, delay);
    else if (is_header(d->path))
        analysis_want_users(s, d->real, delay);
}

static bool is_c(const char *language, const char *path)
{
    static const char *const languages[] = {"c", "cpp", "c++", "cuda", NULL};
    static const char *const suffixes[] = {"c", "cpp", "cc", "cxx", NULL};
    const char *dot = strrchr(path, '.');

    return language && *language ? text_is_one_of(language, languages)
                                 : dot && text_is_one_of(dot + 1, suffixes);
}

static document *open_document(server *s, const char *uri, const char *path, const char *language)
{
    document *d = document_with(s, uri);
    arena *a = arena_create();

    if (d && strcmp(d->uri, uri) != 0) { /* spelled in another way now */
        publish_nothing(s, d->uri);
        document_remove(s, d);
        d = NULL;
    }
    if (!d) {
        publish_nothing(s, uri_of(a, path_real(a, path)));
        d = document_add(s, uri, path);
    }
    d->is_open = true;
    d->is_source &= is_c(language, path);
    arena_destroy(a);
    return d;
}

void did_open(server *s, const json_t *params)
{
    const json_t *item = json_at(params, "textDocument"), *text = json_at(item, "text");
    const char *uri = json_string_at(item, "uri");
    arena *a = arena_create();
    const char *path = uri ? uri_path(a, uri) : NULL;

    if (path && json_is_string(text)) {
        document *d = open_document(s, uri, path, json_string_at(item, "languageId"));

        json_int(item, "version", &d->version);
        text_set(&d->text, json_string_value(text), json_string_length(text));
        note_change(s, d);
        want(s, d, 0);
    } else {
        say(s, "didOpen: not a file with a text: %s", uri ? uri : "no uri");
    }
    arena_destroy(a);
}

document *open_one(server *s, const json_t *params)
{
    const char *uri = json_string_at(params, "textDocument.uri");
    document *d = uri ? document_with(s, uri) : NULL;

    return d && d->is_open ? d : NULL;
}

static bool change_part(server *s, document *d, const json_t *range, const json_t *text)
{
    position start, end;
    size_t from, to;

    if (!json_read_position(json_at(range, "start"), &start) || !json_read_position(json_at(range, "end"), &end))
        return false;
    from = text_offset(&d->text, start, s->units);
    to = text_offset(&d->text, end, s->units);
    text_replace(&d->text, from < to ? from : to, from < to ? to : from, json_string_value(text),
                 json_string_length(text));
    return true;
}

static bool change_text(server *s, document *d, const json_t *change)
{
    const json_t *text = json_at(change, "text"), *range = json_at(change, "range");

    if (!json_is_string(text))
        return false;
    if (range && !json_is_null(range))
        return change_part(s, d, range, text);
    text_set(&d->text, json_string_value(text), json_string_length(text));
    return true;
}

void did_change(server *s, const json_t *params)
{
    const json_t *changes = json_at(params, "contentChanges"), *change;
    document *d = open_one(s, params);
    size_t i;

    if (!d) {
        say(s, "didChange: the document is not open");
        return;
    }
    json_array_foreach(changes, i, change)
        if (!change_text(s, d, change))
            say(s, "%s: a change has no text or a wrong range", d->path);
    json_int(params, "textDocument.version", &d->version);
    note_change(s, d);
    want(s, d, CHANGE_DELAY);
}

/* Headers that are not open may have been written too. */
void did_save(server *s, const json_t *params)
{
    document *d = open_one(s, params);
    bool is_running = d && d->task && d->started_at >= d->stamp;

    if (d && !is_running) {
        d->changed = clock_now();
        want(s, d, 0);
    }
}

/* What sources still say about a closed header is told about the file on disk. */
static void forget(server *s, document *d)
{
    arena *a = arena_create();
    const char *real = arena_strdup(a, d->real);

    publish_nothing(s, d->uri);
    document_remove(s, d);
    publish(s, real);
    arena_destroy(a);
}

void did_close(server *s, const json_t *params)
{
    document *d = open_one(s, params);
    session_result before;

    if (!d)
        return;
    analysis_stop(s, d, "the document was closed");
    before = d->result;
    d->result = (session_result){0};
    d->result_at = 0;
    d->is_open = false;
    publish_result(s, d, &before);
    if (is_header(d->path))
        analysis_want_users(s, d->real, CHANGE_DELAY);
    forget(s, d);
}

/* ---- what changes around them */

void configuration_changed(server *s, const json_t *params)
{
    (void)params;
    analysis_want_users(s, NULL, CHANGE_DELAY);
}

static void file_changed(server *s, arena *a, const char *uri)
{
    const char *path = uri ? uri_path(a, uri) : NULL;
    const document *d = path ? document_with(s, uri) : NULL;

    if (path && !(d && d->is_open)) /* what the editor holds counts */
        analysis_want_users(s, is_header(path) ? path_real(a, path) : NULL, CHANGE_DELAY);
}

void files_changed(server *s, const json_t *params)
{
    const json_t *changes = json_at(params, "changes"), *one;
    arena *a = arena_create();
    size_t i;

    json_array_foreach(changes, i, one)
        file_changed(s, a, json_string_at(one, "uri"));
    arena_destroy(a);
}
