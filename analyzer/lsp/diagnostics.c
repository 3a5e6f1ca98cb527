/* Findings as the editor shows them.
 *
 * What a file shows is what all results have found there: a header's findings come from the sources that
 * include it. A file whose findings are about an older text is not published: the analysis that
 * replaces them is on its way.
 */
#include "lsp_int.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_BRANCHES = 6, MOST_STEPS = 50 };

/* ---- which */

static bool is_listed(const shown_finding *list, int n, const finding *f)
{
    for (int i = 0; i < n; i++)
        if (list[i].f->at.line == f->at.line && list[i].f->at.column == f->at.column &&
            strcmp(list[i].f->rule, f->rule) == 0 && strcmp(list[i].f->object, f->object) == 0)
            return true;
    return false;
}

/* A document that is not open has the text that is on disk. */
static bool is_about_text(const document *shown_in, const document *of)
{
    return !shown_in || !shown_in->is_open || shown_in->stamp <= of->result_at;
}

shown_finding *findings_in(const server *s, arena *a, const char *real, int *n, bool *is_old)
{
    const document *shown_in = document_at(s, real);
    shown_finding *list = NULL;
    int cap = 0;

    *n = 0;
    *is_old = false;
    for (int i = 0; i < s->ndocs; i++) {
        const document *of = s->docs[i];

        for (int k = 0; k < of->result.nfindings; k++) {
            const finding *f = &of->result.findings[k];

            if (strcmp(f->at.file, real) != 0 || is_listed(list, *n, f))
                continue;
            if (is_about_text(shown_in, of))
                ARENA_PUSH(a, list, *n, cap, ((shown_finding){f, of}));
            else
                *is_old = true;
        }
    }
    return list;
}

/* ---- how */

json_t *range_json(const server *s, const lsp_text *t, const place *p)
{
    bool has_end = p->end_line > 0 && p->end_column > 0;
    position start, end;

    if (!t)
        start = end = (position){p->line > 0 ? p->line - 1 : 0, 0};
    else {
        start = text_position(t, p->line, p->column, s->units);
        end = text_position(t, has_end ? p->end_line : p->line, has_end ? p->end_column : INT32_MAX, s->units);
    }
    return json_pack("{s:o, s:o}", "start", json_position(start), "end", json_position(end));
}

static json_t *uri_json(const server *s, arena *a, const char *real)
{
    const document *d = document_at(s, real);

    return json_clean(d ? d->uri : uri_of(a, real));
}

static int severity_number(severity s)
{
    return s == SEV_ERROR ? 1 : s == SEV_WARNING ? 2 : 3;
}

/* One that can be read alone: in which function, when, and what to do. */
static json_t *message_json(const finding *f)
{
    buf text = {0};
    json_t *value;

    buf_add(&text, f->message);
    if (*f->function && !strstr(f->message, f->function))
        buf_printf(&text, " (in %s)", f->function);
    if (f->tags & TAG_NEEDS_ALLOCATION_FAILURE)
        buf_add(&text, ", only when an allocation fails");
    if (f->advice)
        buf_printf(&text, "\nfix: %s", f->advice);
    value = json_clean(text.data);
    buf_free(&text);
    return value;
}

static json_t *step_message(const path_step *step, int number)
{
    buf text = {0};
    json_t *value;

    buf_printf(&text, "%d: %s", number, step->message);
    if (step->delta)
        buf_printf(&text, " (%+d: %d owned)", step->delta, step->owned);
    else if (step->kind != STEP_BRANCH)
        buf_printf(&text, " (%d owned)", step->owned);
    value = json_clean(text.data);
    buf_free(&text);
    return value;
}

static json_t *related_json(const server *s, text_cache *texts, const place *at, json_t *message)
{
    return json_pack("{s:{s:o, s:o}, s:o}", "location", "uri", uri_json(s, texts->a, at->file), "range",
                     range_json(s, text_cache_get(texts, at->file), at), "message", message);
}

static bool is_shown(const finding *f, int step)
{
    int branches = 0;

    if (f->path[step].kind == STEP_BRANCH)
        for (int i = 0; i < f->npath; i++)
            branches += f->path[i].kind == STEP_BRANCH;
    return branches <= MOST_BRANCHES;
}

static json_t *steps_json(const server *s, text_cache *texts, const finding *f)
{
    json_t *list = json_array();

    for (int i = 0; i < f->npath && json_array_size(list) < MOST_STEPS; i++)
        if (is_shown(f, i))
            json_array_append_new(list, related_json(s, texts, &f->path[i].at, step_message(&f->path[i], i + 1)));
    for (int i = 0; i < f->nalso && i < MOST_STEPS; i++)
        json_array_append_new(list, related_json(s, texts, &f->also[i], json_string("lost here, too")));
    return list;
}

json_t *diagnostic_json(const server *s, text_cache *texts, const finding *f)
{
    json_t *d = json_pack("{s:o, s:i, s:o, s:s, s:o, s:{s:s}}", "range",
                          range_json(s, text_cache_get(texts, f->at.file), &f->at), "severity",
                          severity_number(f->severity), "code", json_clean(f->rule), "source", "refwarden",
                          "message", message_json(f), "data", "fingerprint", f->fingerprint);

    if (s->client.related && f->npath)
        json_object_set_new(d, "relatedInformation", steps_json(s, texts, f));
    return d;
}

/* ---- publishing */

static int published_at(const server *s, const char *uri)
{
    for (int i = 0; i < s->npublished; i++)
        if (strcmp(s->published[i], uri) == 0)
            return i;
    return -1;
}

static void note_published(server *s, const char *uri, bool has_some)
{
    int at = published_at(s, uri);

    if (at < 0 && has_some) {
        if (s->npublished == s->published_cap)
            s->published = list_grow(s->published, s->npublished, &s->published_cap, sizeof *s->published);
        s->published[s->npublished++] = strcpy(must_alloc(strlen(uri) + 1), uri);
    } else if (at >= 0 && !has_some) {
        free(s->published[at]);
        s->published[at] = s->published[--s->npublished];
    }
}

static void send_diagnostics(server *s, const char *uri, const document *d, json_t *list)
{
    json_t *params = json_pack("{s:o, s:o}", "uri", json_clean(uri), "diagnostics", list);

    if (d && d->is_open)
        json_object_set_new(params, "version", json_integer(d->version));
    note_published(s, uri, json_array_size(list) > 0);
    send_notification(s, "textDocument/publishDiagnostics", params);
}

static bool is_waiting(const document *d)
{
    return d && d->is_source && d->result_at && !document_is_current(d);
}

void publish(server *s, const char *real)
{
    text_cache texts = {.a = arena_create(), .s = s};
    const document *d = document_at(s, real);
    const char *uri = d ? d->uri : uri_of(texts.a, real);
    bool is_old, is_asked = d && d->is_source && document_is_current(d);
    int n;
    shown_finding *found = findings_in(s, texts.a, real, &n, &is_old);
    bool will_come = is_waiting(d) || (is_old && n == 0);

    if (!will_come && (n > 0 || is_asked || published_at(s, uri) >= 0)) {
        json_t *list = json_array();

        for (int i = 0; i < n; i++)
            json_array_append_new(list, diagnostic_json(s, &texts, found[i].f));
        send_diagnostics(s, uri, d, list);
    }
    text_cache_free(&texts);
    arena_destroy(texts.a);
}

void publish_nothing(server *s, const char *uri)
{
    if (published_at(s, uri) >= 0)
        send_diagnostics(s, uri, NULL, json_array());
}

static bool names_file(const session_result *r, int upto, const char *real)
{
    for (int i = 0; i < upto; i++)
        if (strcmp(r->findings[i].at.file, real) == 0)
            return true;
    return false;
}

void publish_result(server *s, const document *d, const session_result *before)
{
    const session_result *now = &d->result;

    publish(s, d->real);
    for (int k = 0; k < now->nfindings; k++)
        if (strcmp(now->findings[k].at.file, d->real) != 0 && !names_file(now, k, now->findings[k].at.file))
            publish(s, now->findings[k].at.file);
    for (int k = 0; k < before->nfindings; k++) {
        const char *real = before->findings[k].at.file;

        if (strcmp(real, d->real) != 0 && !names_file(before, k, real) && !names_file(now, now->nfindings, real))
            publish(s, real);
    }
}
