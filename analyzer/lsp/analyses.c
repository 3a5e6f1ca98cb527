/* Which documents are analysed, and when.
 *
 * A change ends the analysis of the old text at once, and the next one starts when nothing was changed
 * for a moment. What an analysis takes down with it is its own processes: it is tried once more, and then
 * with the next change.
 */
#include "lsp_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_RUNNING = 4 };
static const double again_after = 0.5; /* seconds */
static const double spare_time = 30;   /* beyond what a run allows its worker: a folder may not answer */

/* ---- progress */

static const char *file_name(const document *d)
{
    const char *slash = strrchr(d->path, '/');

    return slash ? slash + 1 : d->path;
}

static json_t *token_json(int token)
{
    return json_sprintf("refwarden/%d", token);
}

/* The client says whether it may be shown. */
static void progress_ask(server *s, document *d)
{
    char id[32];

    d->token = ++s->last_token;
    d->progress = PROGRESS_NONE;
    if (!s->client.progress)
        return;
    d->progress = PROGRESS_ASKED;
    snprintf(id, sizeof id, "progress/%d", d->token);
    send_request(s, id, "window/workDoneProgress/create", json_pack("{s:o}", "token", token_json(d->token)));
}

static void send_progress(server *s, const document *d, json_t *value)
{
    send_notification(s, "$/progress", json_pack("{s:o, s:o}", "token", token_json(d->token), "value", value));
}

void progress_answered(server *s, int token, bool is_allowed)
{
    for (int i = 0; i < s->ndocs; i++) {
        document *d = s->docs[i];

        if (!d->task || d->token != token || d->progress != PROGRESS_ASKED)
            continue;
        d->progress = is_allowed ? PROGRESS_SHOWN : PROGRESS_NONE;
        if (is_allowed)
            send_progress(s, d, json_pack("{s:s, s:s, s:o, s:b}", "kind", "begin", "title", "refwarden",
                                          "message", json_clean(file_name(d)), "cancellable", 1));
    }
}

static void progress_end(server *s, document *d)
{
    if (d->progress == PROGRESS_SHOWN)
        send_progress(s, d, json_pack("{s:s}", "kind", "end"));
    d->progress = PROGRESS_NONE;
}

/* ---- who waits */

static void answer_all(server *s, document *d, json_t *result, int code, const char *why)
{
    json_t *ids = d->waiting;

    d->waiting = NULL;
    for (size_t i = 0; i < json_array_size(ids); i++)
        if (result)
            send_result(s, json_array_get(ids, i), json_incref(result));
        else
            send_error(s, json_array_get(ids, i), code, why);
    json_decref(ids);
    json_decref(result);
}

/* Each once: the same text would come with every change. */
static void show_error(server *s, const char *text)
{
    say(s, "error: %s", text);
    if (s->last_error && strcmp(s->last_error, text) == 0)
        return;
    free(s->last_error);
    s->last_error = strcpy(must_alloc(strlen(text) + 1), text);
    send_notification(s, "window/showMessage", json_pack("{s:i, s:o}", "type", 1, "message", json_clean(text)));
}

/* ---- wanting */

static void drop_task(server *s, document *d)
{
    progress_end(s, d);
    session_task_end(d->task);
    d->task = NULL;
}

void analysis_want(server *s, document *d, double delay)
{
    if (d->task)
        say(s, "%s: the analysis is ended, for a newer one", d->path);
    drop_task(s, d);
    d->is_repairing = false;
    d->due = clock_now() + delay;
}

static bool includes(const document *d, const char *header)
{
    for (int i = 0; i < d->result.nheaders; i++)
        if (strcmp(d->result.headers[i], header) == 0)
            return true;
    return d->task || !d->result_at; /* nobody knows yet */
}

void analysis_want_users(server *s, const char *header, double delay)
{
    for (int i = 0; i < s->ndocs; i++) {
        document *d = s->docs[i];

        if (d->is_open && d->is_source && (!header || includes(d, header)))
            analysis_want(s, d, delay);
    }
}

void analysis_stop(server *s, document *d, const char *why)
{
    if (d->task)
        say(s, "%s: %s", d->path, why);
    drop_task(s, d);
    d->due = 0;
    answer_all(s, d, NULL, ERROR_CANCELLED, why);
}

/* ---- running */

static source_text *open_texts(const server *s, arena *a, int *n)
{
    source_text *texts = NULL;
    int cap = 0;

    *n = 0;
    for (int i = 0; i < s->ndocs; i++) {
        const document *d = s->docs[i];
        source_text t = {d->path, d->text.data, d->text.len};

        if (d->is_open)
            ARENA_PUSH(a, texts, *n, cap, t);
    }
    return texts;
}

static int start(server *s, document *d, arena *a, status *st)
{
    const char *path = d->path;
    session_options o = {0};

    if (s->options->settings(s->options->ctx, a, d->path, &o, st) != 0)
        return -1;
    o.paths = &path;
    o.npaths = 1;
    o.texts = open_texts(s, a, &o.ntexts);
    o.jobs = 1;
    o.fixes = d->is_repairing;
    o.progress = o.verbose = false;
    d->deadline = clock_now() + spare_time + 2 * (o.timeout ? o.timeout : 60);
    return session_start(&o, &d->task, st);
}

static void give_up(server *s, document *d, const char *why)
{
    show_error(s, why);
    answer_all(s, d, NULL, ERROR_FAILED, why);
}

static void start_one(server *s, document *d)
{
    arena *a = arena_create();
    status st = {0};

    d->due = 0;
    d->started_at = ++s->clock;
    d->started = clock_now();
    int rc = start(s, d, a, &st);
    if (rc == 0 && !d->is_repairing)
        progress_ask(s, d);
    else if (rc != 0)
        give_up(s, d, st.message);
    arena_destroy(a);
}

static int most_running(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > MOST_RUNNING ? MOST_RUNNING : (int)n;
}

static int running(const server *s)
{
    int n = 0;

    for (int i = 0; i < s->ndocs; i++)
        n += s->docs[i]->task != NULL;
    return n;
}

static document *first_due(const server *s)
{
    document *first = NULL;

    for (int i = 0; i < s->ndocs; i++)
        if (s->docs[i]->due > 0 && (!first || s->docs[i]->due < first->due))
            first = s->docs[i];
    return first;
}

static void end_overdue(server *s)
{
    for (int i = 0; i < s->ndocs; i++) {
        document *d = s->docs[i];

        if (!d->task || d->deadline > clock_now())
            continue;
        drop_task(s, d);
        give_up(s, d, "an analysis did not end and was stopped");
    }
}

void analyses_start(server *s)
{
    int most = most_running();
    document *d;

    end_overdue(s);
    while (running(s) < most && (d = first_due(s)) && d->due <= clock_now())
        start_one(s, d);
}

double analyses_next(const server *s)
{
    document *d = running(s) < most_running() ? first_due(s) : NULL;
    double next = d ? d->due : 0;

    for (int i = 0; i < s->ndocs; i++)
        if (s->docs[i]->task && (next == 0 || s->docs[i]->deadline < next))
            next = s->docs[i]->deadline;
    return next;
}

/* ---- ending */

static const char *resolved(arena *a, const char *file, const place *before)
{
    static const char none[] = "";

    if (!*file)
        return none;
    return before && before->file && strcmp(before->file, file) == 0 ? before->file : path_real(a, file);
}

static void resolve_paths(arena *a, finding *f)
{
    f->at.file = resolved(a, f->at.file, NULL);
    for (int i = 0; i < f->npath; i++)
        f->path[i].at.file = resolved(a, f->path[i].at.file, &f->at);
    for (int i = 0; i < f->nalso; i++)
        f->also[i].file = resolved(a, f->also[i].file, &f->at);
    for (int i = 0; i < f->nfixes; i++)
        for (int k = 0; k < f->fixes[i].nedits; k++)
            f->fixes[i].edits[k].at.file = resolved(a, f->fixes[i].edits[k].at.file, &f->at);
}

static void take_result(server *s, document *d, arena *a, const session_result *r)
{
    session_result before = d->result;
    arena *memory = d->memory;

    d->memory = a;
    d->result = *r;
    d->result_at = d->started_at;
    d->deaths = 0;
    for (int i = 0; i < r->nfindings; i++)
        resolve_paths(a, &d->result.findings[i]);
    publish_result(s, d, &before);
    arena_destroy(memory);
    say(s, "%s: version %d, %d findings, %.3f s after the change, %.3f s of analysis", d->path, (int)d->version,
        r->nfindings, clock_now() - d->changed, clock_now() - d->started);
    for (int i = 0; i < r->nnotices; i++)
        say(s, "%s", r->notices[i]);
    if (r->nerrors)
        show_error(s, r->errors[0]);
    answer_all(s, d, json_pack("{s:i}", "findings", r->nfindings), 0, NULL);
    d->is_repairing = !d->is_repairing && r->nfindings > 0;
    if (d->is_repairing)
        d->due = clock_now();
}

static void take_failure(server *s, document *d, const status *st)
{
    if (d->is_repairing) {
        say(s, "%s: no fixes: %s", d->path, st->message);
        return;
    }
    if (st->code == ERR_INTERNAL && d->deaths++ == 0) {
        say(s, "%s: %s; it is tried again", d->path, st->message);
        d->due = clock_now() + again_after;
        return;
    }
    d->deaths = 0;
    give_up(s, d, st->message);
}

void analysis_finish(server *s, document *d)
{
    arena *a = arena_create();
    session_result r;
    status st = {0};
    int rc = session_task_take(a, d->task, &r, &st);

    drop_task(s, d);
    if (rc == 0)
        take_result(s, d, a, &r);
    else
        take_failure(s, d, &st);
    if (rc != 0)
        arena_destroy(a);
}
