/* What the client says, one function a method.
 *
 * A request is always answered, a notification never. Parameters of a wrong shape are an error of that
 * request; a notification with such is left alone and the log says so.
 */
#define _GNU_SOURCE
#include "lsp_int.h"

#include <stdlib.h>
#include <string.h>

static const double change_delay = 0.3; /* seconds without a change */

typedef struct {
    const json_t *id, *params;
    int error;         /* 0: result is the answer */
    const char *why;
    bool is_later;     /* somebody else answers */
} request;

static json_t *refuse(request *r, int error, const char *why)
{
    r->error = error;
    r->why = why;
    return NULL;
}

static json_t *wrong_params(request *r, const char *why)
{
    return refuse(r, ERROR_PARAMS, why);
}

/* ---- the beginning and the end */

static bool list_has(const json_t *list, const char *word)
{
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one)
        if (json_is_string(one) && strcmp(json_string_value(one), word) == 0)
            return true;
    return false;
}

static void read_client(server *s, const json_t *params)
{
    const json_t *c = json_at(params, "capabilities");
    json_int_t parent;

    s->units = list_has(json_at(c, "general.positionEncodings"), "utf-8") ? UNITS_UTF8 : UNITS_UTF16;
    s->client = (client_abilities){
        .related = json_flag(c, "textDocument.publishDiagnostics.relatedInformation"),
        .versions_in_edits = json_flag(c, "workspace.workspaceEdit.documentChanges"),
        .literals = json_at(c, "textDocument.codeAction.codeActionLiteralSupport") != NULL,
        .progress = json_flag(c, "window.workDoneProgress"),
        .watches = json_flag(c, "workspace.didChangeWatchedFiles.dynamicRegistration"),
    };
    s->parent = json_int(params, "processId", &parent) ? (long)parent : 0;
}

static json_t *initialize(server *s, request *r)
{
    if (s->state != STATE_BEFORE)
        return refuse(r, ERROR_REQUEST, "initialize was said before");
    if (!json_is_object(r->params))
        return wrong_params(r, "initialize needs parameters");
    read_client(s, r->params);
    s->state = STATE_RUNNING;
    return json_pack("{s:{s:s, s:{s:b, s:i, s:{s:b}}, s:{s:[s]}, s:b, s:{s:[s,s]}}, s:{s:s, s:s}}", "capabilities",
                     "positionEncoding", s->units == UNITS_UTF8 ? "utf-8" : "utf-16", "textDocumentSync",
                     "openClose", 1, "change", 2, "save", "includeText", 0, "codeActionProvider",
                     "codeActionKinds", "quickfix", "hoverProvider", 1, "executeCommandProvider", "commands",
                     "refwarden.explain", "refwarden.check", "serverInfo", "name", "refwarden", "version",
                     s->options->version);
}

static void initialized(server *s, const json_t *params)
{
    static const char *const globs[] = {"**/refwarden.toml", "**/pyproject.toml", "**/compile_commands.json",
                                        "**/*.{h,hh,hpp,hxx}", "**/*.tsv"};
    json_t *watchers = json_array();

    (void)params;
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++)
        json_array_append_new(watchers, json_pack("{s:s}", "globPattern", globs[i]));
    if (s->client.watches)
        send_request(s, "watch", "client/registerCapability",
                     json_pack("{s:[{s:s, s:s, s:{s:O}}]}", "registrations", "id", "files", "method",
                               "workspace/didChangeWatchedFiles", "registerOptions", "watchers", watchers));
    json_decref(watchers);
}

static json_t *shut_down(server *s, request *r)
{
    (void)r;
    for (int i = 0; i < s->ndocs; i++)
        analysis_stop(s, s->docs[i], "the server is shutting down");
    s->state = STATE_SHUT_DOWN;
    s->was_shut_down = true;
    return json_null();
}

static void leave(server *s, const json_t *params)
{
    (void)params;
    s->state = STATE_EXITED;
}

/* ---- documents */

static void note_change(server *s, document *d)
{
    d->stamp = ++s->clock;
    d->changed = clock_now();
}

/* The document, and every source that includes it. */
static void want(server *s, document *d, double delay)
{
    if (d->is_source)
        analysis_want(s, d, delay);
    else
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

static void did_open(server *s, const json_t *params)
{
    const json_t *item = json_at(params, "textDocument"), *text = json_at(item, "text");
    const char *uri = json_text(item, "uri");
    arena *a = arena_create();
    const char *path = uri ? uri_path(a, uri) : NULL;

    if (path && json_is_string(text)) {
        document *d = open_document(s, uri, path, json_text(item, "languageId"));

        json_int(item, "version", &d->version);
        text_set(&d->text, json_string_value(text), json_string_length(text));
        note_change(s, d);
        want(s, d, 0);
    } else {
        say(s, "didOpen: not a file with a text: %s", uri ? uri : "no uri");
    }
    arena_destroy(a);
}

static document *open_one(server *s, const json_t *params)
{
    const char *uri = json_text(params, "textDocument.uri");
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

static void did_change(server *s, const json_t *params)
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
    want(s, d, change_delay);
}

/* Headers that are not open may have been written too. */
static void did_save(server *s, const json_t *params)
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

static void did_close(server *s, const json_t *params)
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
    if (!d->is_source)
        analysis_want_users(s, d->real, change_delay);
    forget(s, d);
}

/* ---- what changes around them */

static void configuration_changed(server *s, const json_t *params)
{
    (void)params;
    analysis_want_users(s, NULL, change_delay);
}

static bool is_header_name(const char *path)
{
    static const char *const suffixes[] = {"h", "hh", "hpp", "hxx", NULL};
    const char *dot = strrchr(path, '.');

    return dot && text_is_one_of(dot + 1, suffixes);
}

static void file_changed(server *s, arena *a, const char *uri)
{
    const char *path = uri ? uri_path(a, uri) : NULL;
    const document *d = path ? document_with(s, uri) : NULL;

    if (path && !(d && d->is_open)) /* what the editor holds counts */
        analysis_want_users(s, is_header_name(path) ? path_real(a, path) : NULL, change_delay);
}

static void files_changed(server *s, const json_t *params)
{
    const json_t *changes = json_at(params, "changes"), *one;
    arena *a = arena_create();
    size_t i;

    json_array_foreach(changes, i, one)
        file_changed(s, a, json_text(one, "uri"));
    arena_destroy(a);
}

/* ---- cancelling */

static bool stop_waiting(document *d, const json_t *id)
{
    json_t *one;
    size_t i;

    json_array_foreach(d->waiting, i, one)
        if (json_equal(one, id))
            return json_array_remove(d->waiting, i) == 0;
    return false;
}

/* What changed since the last result is still to be analysed, a little later. */
static void cancel(server *s, const json_t *params)
{
    const json_t *id = json_at(params, "id");

    for (int i = 0; id && i < s->ndocs; i++) {
        document *d = s->docs[i];

        if (!stop_waiting(d, id))
            continue;
        send_error(s, id, ERROR_CANCELLED, "cancelled");
        if (json_array_size(d->waiting) == 0)
            analysis_stop(s, d, "cancelled");
        if (d->is_open && !document_is_current(d))
            analysis_want(s, d, change_delay);
        return;
    }
}

static void cancel_progress(server *s, const json_t *params)
{
    const char *token = json_text(params, "token");

    for (int i = 0; token && i < s->ndocs; i++) {
        document *d = s->docs[i];

        if (d->task && strncmp(token, "refwarden/", 10) == 0 && atoi(token + 10) == d->token)
            analysis_stop(s, d, "cancelled");
    }
}

/* ---- questions */

static json_t *answer_actions(server *s, request *r)
{
    const char *uri = json_text(r->params, "textDocument.uri");
    const document *d = open_one(s, r->params);
    position start, end;

    if (!uri || !json_read_position(json_at(r->params, "range.start"), &start) ||
        !json_read_position(json_at(r->params, "range.end"), &end) ||
        !json_is_object(json_at(r->params, "context")))
        return wrong_params(r, "codeAction needs textDocument, range and context");
    return d ? code_actions(s, d, r->params) : json_array();
}

static json_t *answer_hover(server *s, request *r)
{
    const document *d = open_one(s, r->params);
    position at;

    if (!json_text(r->params, "textDocument.uri") || !json_read_position(json_at(r->params, "position"), &at))
        return wrong_params(r, "hover needs textDocument and position");
    return d ? hover(s, d, at) : json_null();
}

/* ---- commands */

/* The page up to its first example is what fits into a message. */
static json_t *explain(server *s, request *r, const char *rule)
{
    const char *page = s->options->explain(rule), *end;

    if (!page)
        return wrong_params(r, "there is no such rule");
    end = strstr(page, "\n## ");
    arena *a = arena_create();
    const char *shown = arena_strndup(a, page, end ? (size_t)(end - page) : strlen(page));
    send_notification(s, "window/showMessage", json_pack("{s:i, s:o}", "type", 3, "message", json_clean(shown)));
    arena_destroy(a);
    return json_clean(page);
}

static json_t *check(server *s, request *r, const char *uri)
{
    arena *a = arena_create();
    const char *path = uri_path(a, uri);
    document *d = path ? document_with(s, uri) : NULL;

    if (path && !d)
        d = document_add(s, uri, path);
    arena_destroy(a);
    if (!path)
        return wrong_params(r, "not the URI of a file");
    if (!d->waiting)
        d->waiting = json_array();
    json_array_append(d->waiting, (json_t *)r->id);
    d->changed = clock_now();
    analysis_want(s, d, 0);
    r->is_later = true;
    return NULL;
}

static json_t *execute(server *s, request *r)
{
    const char *command = json_text(r->params, "command");
    const char *argument = json_string_value(json_array_get(json_at(r->params, "arguments"), 0));

    if (!command || !argument)
        return wrong_params(r, "executeCommand needs a command with an argument");
    if (strcmp(command, "refwarden.explain") == 0)
        return explain(s, r, argument);
    if (strcmp(command, "refwarden.check") == 0)
        return check(s, r, argument);
    return wrong_params(r, "there is no such command");
}

/* ---- tables */

static const struct {
    const char *method;
    json_t *(*answer)(server *s, request *r);
} requests[] = {
    {"initialize", initialize},
    {"shutdown", shut_down},
    {"textDocument/codeAction", answer_actions},
    {"textDocument/hover", answer_hover},
    {"workspace/executeCommand", execute},
};

static const struct {
    const char *method;
    void (*take)(server *s, const json_t *params);
} notifications[] = {
    {"initialized", initialized},
    {"exit", leave},
    {"textDocument/didOpen", did_open},
    {"textDocument/didChange", did_change},
    {"textDocument/didSave", did_save},
    {"textDocument/didClose", did_close},
    {"workspace/didChangeConfiguration", configuration_changed},
    {"workspace/didChangeWatchedFiles", files_changed},
    {"$/cancelRequest", cancel},
    {"window/workDoneProgress/cancel", cancel_progress},
};

static json_t *answer(server *s, const char *method, request *r)
{
    if (s->state == STATE_BEFORE && strcmp(method, "initialize") != 0)
        return refuse(r, ERROR_NOT_INITIALIZED, "initialize comes first");
    if (s->state == STATE_SHUT_DOWN)
        return refuse(r, ERROR_REQUEST, "the server was shut down");
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (strcmp(requests[i].method, method) == 0)
            return requests[i].answer(s, r);
    return refuse(r, ERROR_METHOD, "this server has no such method");
}

static void take_request(server *s, const char *method, const json_t *id, const json_t *params)
{
    request r = {.id = id, .params = params};
    json_t *result = answer(s, method, &r);

    if (r.error)
        send_error(s, id, r.error, r.why);
    else if (!r.is_later)
        send_result(s, id, result);
}

static void take_notification(server *s, const char *method, const json_t *params)
{
    bool is_exit = strcmp(method, "exit") == 0;

    for (size_t i = 0; i < sizeof notifications / sizeof *notifications; i++)
        if (strcmp(notifications[i].method, method) == 0 && (s->state == STATE_RUNNING || is_exit))
            notifications[i].take(s, params);
}

/* Of our own requests only those about progress matter. */
static void take_response(server *s, const json_t *message)
{
    const char *id = json_text(message, "id");

    if (id && strncmp(id, "progress/", 9) == 0)
        progress_answered(s, atoi(id + 9), !json_at(message, "error"));
}

void dispatch(server *s, const json_t *message)
{
    const json_t *id = json_at(message, "id"), *params = json_at(message, "params");
    const json_t *method = json_object_get(message, "method");
    bool has_id = json_is_string(id) || json_is_integer(id);

    if (json_is_string(method) && has_id)
        take_request(s, json_string_value(method), id, params);
    else if (json_is_string(method) && !id)
        take_notification(s, json_string_value(method), params);
    else if (!method && has_id)
        take_response(s, message);
    else
        send_error(s, has_id ? id : NULL, ERROR_REQUEST, "this is neither a request nor a notification");
}
