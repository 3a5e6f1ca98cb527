/* What the client says, one function a method.
 *
 * A request is always answered, a notification never. Parameters of a wrong shape are an error of that
 * request.
 */
#include "lsp_int.h"

#include <stdlib.h>
#include <string.h>

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
            analysis_want(s, d, CHANGE_DELAY);
        return;
    }
}

static void cancel_progress(server *s, const json_t *params)
{
    const char *token = json_string_at(params, "token");

    for (int i = 0; token && i < s->ndocs; i++) {
        document *d = s->docs[i];

        if (d->task && strncmp(token, "refwarden/", 10) == 0 && atoi(token + 10) == d->token)
            analysis_stop(s, d, "cancelled");
    }
}

/* ---- questions */

static json_t *answer_actions(server *s, request *r)
{
    const char *uri = json_string_at(r->params, "textDocument.uri");
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

    if (!json_string_at(r->params, "textDocument.uri") || !json_read_position(json_at(r->params, "position"), &at))
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
    const char *command = json_string_at(r->params, "command");
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
    const char *id = json_string_at(message, "id");

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
