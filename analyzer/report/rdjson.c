/* reviewdog's diagnostics. Its columns are bytes of UTF-8, as ours.
 *
 * The path is there twice: as places that a comment links to, and as the text format's story.
 * A suggestion replaces one range, and each can be taken alone. A fix of several edits is therefore one
 * suggestion from its first edit to its last; one that changes another file is none.
 */
#include "json_int.h"

#include <string.h>

static json_t *position_json(int line, int column)
{
    json_t *o = json_object();

    put(o, "line", json_integer(at_least_one(line)));
    put(o, "column", json_integer(at_least_one(column)));
    return o;
}

static json_t *range_json(int line, int column, int end_line, int end_column)
{
    json_t *o = json_object();

    put(o, "start", position_json(line, column));
    put(o, "end", position_json(end_line, end_column));
    return o;
}

static json_t *location_json(const place *at)
{
    json_t *o = json_object();

    put(o, "path", json_text(at->file));
    put(o, "range", range_json(at->line, at->column, at->end_line, at->end_column));
    return o;
}

/* The source from the end of one edit to the start of the next; false when it is not there. */
static bool add_between(const report_input *in, const place *before, const place *after, buf *out)
{
    for (int line = before->end_line; line <= after->line; line++) {
        size_t len = 0, from = line == before->end_line ? (size_t)before->end_column - 1 : 0;
        const char *source = in->source_line ? in->source_line(in->source_ctx, before->file, line, &len) : NULL;
        size_t to = line == after->line ? (size_t)after->column - 1 : len;

        if (!source || from > to || to > len)
            return false;
        buf_addn(out, source + from, to - from);
        if (line < after->line)
            buf_add(out, "\n");
    }
    return true;
}

static bool add_replacement(const report_input *in, const finding_fix *fix, const char *file, buf *out)
{
    buf_add(out, "");
    for (int i = 0; i < fix->nedits; i++) {
        if (strcmp(fix->edits[i].at.file, file) != 0)
            return false;
        if (i && !add_between(in, &fix->edits[i - 1].at, &fix->edits[i].at, out))
            return false;
        buf_add(out, fix->edits[i].text);
    }
    return fix->nedits > 0;
}

static json_t *suggestions_json(const report_input *in, const shown_finding *s)
{
    json_t *list = json_array();

    for (int i = 0; i < s->f->nfixes; i++) {
        const finding_fix *fix = &s->f->fixes[i];
        buf text = {0};

        if (add_replacement(in, fix, s->at.file, &text)) {
            const place *first = &fix->edits[0].at, *last = &fix->edits[fix->nedits - 1].at;
            json_t *o = json_object();

            put(o, "range", range_json(first->line, first->column, last->end_line, last->end_column));
            put(o, "text", json_text(text.data));
            json_array_append_new(list, o);
        }
        buf_free(&text);
    }
    return list;
}

static void add_related(const report_input *in, const place *p, const char *message, json_t *list)
{
    json_t *o = json_object();
    place at = one_line(in, p);

    put(o, "message", json_text(message));
    put(o, "location", location_json(&at));
    json_array_append_new(list, o);
}

/* Which way a branch went is in the story. */
static json_t *related_json(const report_input *in, const finding *f)
{
    json_t *list = json_array();

    for (int i = 0; i < f->npath; i++)
        if (f->path[i].kind != STEP_BRANCH)
            add_related(in, &f->path[i].at, f->path[i].message, list);
    for (int i = 0; i < f->nalso; i++)
        add_related(in, &f->also[i], "also lost here", list);
    return list;
}

static json_t *code_json(const finding *f)
{
    json_t *o = json_object();

    put(o, "value", json_text(f->rule));
    return o;
}

static json_t *diagnostic_json(const report_input *in, const shown_finding *s)
{
    static const char *const severities[] = {"INFO", "WARNING", "ERROR"};
    json_t *o = json_object();
    buf message = {0}, story = {0};

    message_add(&message, s);
    story_add(in, s->f, &story, NULL);
    put(o, "message", json_text(message.data));
    put(o, "location", location_json(&s->at));
    put(o, "severity", json_text(severities[s->f->severity]));
    put(o, "code", code_json(s->f));
    put_list(o, "suggestions", suggestions_json(in, s));
    put_list(o, "related_locations", related_json(in, s->f));
    put(o, "original_output", json_text(story.data));
    buf_free(&message);
    buf_free(&story);
    return o;
}

int report_rdjson(const report_input *in, buf *out, status *st)
{
    arena *a = arena_create();
    int n;
    const shown_finding *shown = shown_findings(a, in, &n);
    json_t *root = json_object(), *source = json_object(), *diagnostics = json_array();

    for (int i = 0; i < n; i++)
        json_array_append_new(diagnostics, diagnostic_json(in, &shown[i]));
    arena_destroy(a);
    put(source, "name", json_text("refwarden"));
    put(root, "source", source);
    put(root, "diagnostics", diagnostics);
    return write_json(root, out, st);
}
