/* Code actions: a finding's fixes, comments that silence it, and its explanation.
 *
 * Edits are offered for findings about the text as it is. A client that was promised versions refuses
 * them when the text has changed meanwhile.
 */
#include "lsp_int.h"

#include <string.h>

typedef struct {
    const server *s;
    text_cache texts;
    json_t *list;
} offer;

/* ---- what was asked for */

static bool comes_before(position a, position b)
{
    return a.line < b.line || (a.line == b.line && a.unit < b.unit);
}

static bool read_range(const json_t *o, position *start, position *end)
{
    return json_read_position(json_at(o, "start"), start) && json_read_position(json_at(o, "end"), end);
}

static bool touches(const json_t *range, position start, position end)
{
    position from, to;

    return read_range(range, &from, &to) && !comes_before(end, from) && !comes_before(to, start);
}

/* What the editor says it shows there, or what lies there. */
static bool is_meant(const json_t *params, const json_t *diagnostic)
{
    const json_t *shown = json_at(params, "context.diagnostics"), *one;
    const char *fingerprint = json_string_at(diagnostic, "data.fingerprint");
    position start, end;
    size_t i;

    json_array_foreach(shown, i, one) {
        const char *other = json_string_at(one, "data.fingerprint");

        if (other && strcmp(other, fingerprint) == 0 && json_equal(json_at(one, "range"), json_at(diagnostic, "range")))
            return true;
    }
    return read_range(json_at(params, "range"), &start, &end) && touches(json_at(diagnostic, "range"), start, end);
}

/* Kinds are a hierarchy: "quickfix" asks for "quickfix.x" too, and "" for everything. */
static bool wants_kind(const json_t *params, const char *kind)
{
    const json_t *only = json_at(params, "context.only"), *one;
    size_t i;

    if (!json_is_array(only))
        return true;
    json_array_foreach(only, i, one) {
        const char *text = json_string_value(one);
        size_t n = text ? strlen(text) : 0;

        if (text && strncmp(kind, text, n) == 0 && (n == 0 || kind[n] == '\0' || kind[n] == '.'))
            return true;
    }
    return false;
}

/* ---- edits */

static json_t *edit_json(const offer *o, const lsp_text *t, const comment_edit *e)
{
    return json_pack("{s:{s:o, s:o}, s:o}", "range", "start", json_position(text_position_at(t, e->from, o->s->units)),
                     "end", json_position(text_position_at(t, e->to, o->s->units)), "newText", json_clean(e->text));
}

static json_t *fix_edit_json(const offer *o, const text_edit *e)
{
    const lsp_text *t = text_cache_get((text_cache *)&o->texts, e->at.file);

    return t ? json_pack("{s:o, s:o}", "range", range_json(o->s, t, &e->at), "newText", json_clean(e->text)) : NULL;
}

static json_t *document_edits(const offer *o, const char *real, json_t *edits)
{
    const document *d = document_at(o->s, real);
    json_t *version = d && d->is_open ? json_integer(d->version) : json_null();

    return json_pack("{s:{s:o, s:o}, s:o}", "textDocument", "uri",
                     json_clean(d ? d->uri : uri_of(o->texts.a, real)), "version", version, "edits", edits);
}

/* by_file: real path to edits; taken. */
static json_t *workspace_edit(const offer *o, json_t *by_file)
{
    json_t *changes = json_array(), *plain = json_object(), *edits;
    const char *real;

    json_object_foreach(by_file, real, edits) {
        const document *d = document_at(o->s, real);

        json_array_append_new(changes, document_edits(o, real, json_incref(edits)));
        json_object_set(plain, d ? d->uri : uri_of(o->texts.a, real), edits);
    }
    json_decref(by_file);
    json_decref(o->s->client.versions_in_edits ? plain : changes);
    return o->s->client.versions_in_edits ? json_pack("{s:o}", "documentChanges", changes)
                                          : json_pack("{s:o}", "changes", plain);
}

static void add_action(offer *o, json_t *title, const json_t *diagnostic, json_t *edit, bool is_preferred)
{
    json_t *action = json_pack("{s:o, s:s, s:[O], s:o}", "title", title, "kind", "quickfix", "diagnostics",
                               diagnostic, "edit", edit);

    if (is_preferred)
        json_object_set_new(action, "isPreferred", json_true());
    json_array_append_new(o->list, action);
}

/* A path need not be UTF-8; it is not written anywhere. */
static void add_edit(json_t *by_file, const char *real, json_t *edit)
{
    json_t *list = json_object_get(by_file, real);

    if (!list)
        json_object_set_new_nocheck(by_file, real, list = json_array());
    json_array_append_new(list, edit);
}

/* NULL: a file of it cannot be read, or is not what it was. */
static json_t *fix_edits(const offer *o, const shown_finding *f, const finding_fix *fix)
{
    json_t *by_file = json_object();

    for (int i = 0; i < fix->nedits; i++) {
        const char *real = fix->edits[i].at.file;
        const document *d = document_at(o->s, real);
        json_t *edit = fix_edit_json(o, &fix->edits[i]);

        if (!edit || (d && d->is_open && d->stamp > f->of->result_at)) {
            json_decref(edit);
            json_decref(by_file);
            return NULL;
        }
        add_edit(by_file, real, edit);
    }
    return by_file;
}

static void offer_fixes(offer *o, const shown_finding *f, const json_t *diagnostic)
{
    bool has_preferred = false;

    for (int i = 0; i < f->f->nfixes; i++) {
        const finding_fix *fix = &f->f->fixes[i];
        json_t *edits = fix_edits(o, f, fix);
        bool is_preferred = fix->safety == FIX_SAFE && !has_preferred;

        if (!edits)
            continue;
        has_preferred |= is_preferred;
        add_action(o, json_clean(arena_printf(o->texts.a, "%s%s", fix->message, fix->safety == FIX_SAFE ? "" : " (unsafe)")),
                   diagnostic, workspace_edit(o, edits), is_preferred);
    }
}

static void offer_comment(offer *o, const char *title, const finding *f, const comment_edit *edit,
                          const lsp_text *t, const json_t *diagnostic)
{
    json_t *by_file = json_object();

    add_edit(by_file, f->at.file, edit_json(o, t, edit));
    add_action(o, json_clean(title), diagnostic, workspace_edit(o, by_file), false);
}

/* What is said about the run itself is not silenced by a comment. */
static bool is_about_run(const finding *f)
{
    return strncmp(f->rule, "RW9", 3) == 0;
}

static void offer_comments(offer *o, const finding *f, const json_t *diagnostic)
{
    arena *a = o->texts.a;
    const lsp_text *t = text_cache_get(&o->texts, f->at.file);
    comment_edit edit;

    if (t && ignore_line_edit(a, t, f, &edit))
        offer_comment(o, arena_printf(a, "Ignore %s here", f->rule), f, &edit, t, diagnostic);
    if (t && ignore_function_edit(a, t, f, &edit))
        offer_comment(o, arena_printf(a, "Ignore %s in %s()", f->rule, f->function), f, &edit, t, diagnostic);
}

static void offer_explanation(offer *o, const finding *f, const json_t *diagnostic)
{
    json_t *title = json_clean(arena_printf(o->texts.a, "Explain %s", f->rule));
    json_t *command = json_pack("{s:O, s:s, s:[o]}", "title", title, "command", "refwarden.explain", "arguments",
                                json_clean(f->rule));

    json_array_append_new(o->list, o->s->client.literals
                                       ? json_pack("{s:O, s:s, s:[O], s:O}", "title", title, "kind", "quickfix",
                                                   "diagnostics", diagnostic, "command", command)
                                       : json_incref(command));
    json_decref(title);
    json_decref(command);
}

static void offer_all(offer *o, const shown_finding *f, const json_t *diagnostic)
{
    if (o->s->client.literals) {
        offer_fixes(o, f, diagnostic);
        if (!is_about_run(f->f))
            offer_comments(o, f->f, diagnostic);
    }
    offer_explanation(o, f->f, diagnostic);
}

json_t *code_actions(server *s, const document *d, const json_t *params)
{
    offer o = {.s = s, .texts = {.a = arena_create(), .s = s}, .list = json_array()};
    bool is_old;
    int n;
    shown_finding *found = findings_in(s, o.texts.a, d->real, &n, &is_old);

    for (int i = 0; i < n && wants_kind(params, "quickfix"); i++) {
        json_t *diagnostic = diagnostic_json(s, &o.texts, found[i].f);

        if (is_meant(params, diagnostic))
            offer_all(&o, &found[i], diagnostic);
        json_decref(diagnostic);
    }
    text_cache_free(&o.texts);
    arena_destroy(o.texts.a);
    return o.list;
}
