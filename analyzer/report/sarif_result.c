/* A finding as a result of SARIF 2.1.0. Its levels have the names of our severities.
 *
 * The path is a code flow: the owned count is the state at each step. Columns are UTF-16 code units.
 * GitHub takes 10,000 steps of a path and shows 1,000, and as many related locations with 100 shown;
 * what is cut is said.
 */
#include "sarif_int.h"

#include <ctype.h>
#include <string.h>

enum { MOST_STEPS = 1000, MOST_RELATED = 100 };

/* ---- locations */

json_t *sarif_message(const char *text)
{
    buf escaped = {0};
    json_t *o = json_object();

    buf_add(&escaped, "");
    for (const char *s = text; *s; s++) {
        if (*s == '{' || *s == '}')
            buf_addn(&escaped, s, 1);
        buf_addn(&escaped, s, 1);
        if (s[0] == ']' && s[1] == '(')
            buf_add(&escaped, " ");
    }
    put(o, "text", json_text(escaped.data));
    buf_free(&escaped);
    return o;
}

static void add_uri(buf *out, const char *path)
{
    for (; *path; path++)
        if (isalnum((unsigned char)*path) || strchr("/-._~", *path))
            buf_addn(out, path, 1);
        else
            buf_printf(out, "%%%02X", (unsigned char)*path);
}

static json_t *artifact_json(const char *file)
{
    bool is_absolute = file[0] == '/';
    json_t *o = json_object();
    buf uri = {0};

    buf_add(&uri, is_absolute ? "file://" : "");
    add_uri(&uri, file);
    put(o, "uri", json_text(uri.data));
    if (!is_absolute)
        put(o, "uriBaseId", json_text("%SRCROOT%"));
    buf_free(&uri);
    return o;
}

static json_t *region_json(const report_input *in, const place *at)
{
    json_t *o = json_object();

    put(o, "startLine", json_integer(at_least_one(at->line)));
    put(o, "startColumn", json_integer(utf16_column(in, at->file, at->line, at->column)));
    put(o, "endLine", json_integer(at_least_one(at->end_line)));
    put(o, "endColumn", json_integer(utf16_column(in, at->file, at->end_line, at->end_column)));
    return o;
}

json_t *sarif_physical(const report_input *in, const char *file, const place *at)
{
    json_t *o = json_object();

    put(o, "artifactLocation", artifact_json(file));
    if (at)
        put(o, "region", region_json(in, at));
    return o;
}

static json_t *location_json(const report_input *in, const place *p, const char *message)
{
    json_t *o = json_object();
    place at = one_line(in, p);

    put(o, "physicalLocation", sarif_physical(in, at.file, &at));
    if (message && *message)
        put(o, "message", sarif_message(message));
    return o;
}

/* ---- the path */

static json_t *state_json(const finding *f, const path_step *s)
{
    json_t *o = json_object(), *count = json_object(), *name;
    buf text = {0};

    buf_printf(&text, "%d", s->owned);
    put(count, "text", json_text(text.data));
    text.len = 0;
    buf_printf(&text, "%s.owned", f->object);
    name = json_text(text.data);
    put(o, json_string_value(name), count);
    json_decref(name);
    buf_free(&text);
    return o;
}

static const char *importance_of(step_kind kind)
{
    if (kind == STEP_BRANCH)
        return "unimportant";
    return kind == STEP_CALL_OUTCOME ? "important" : "essential";
}

static json_t *step_json(const report_input *in, const finding *f, int i)
{
    const path_step *s = &f->path[i];
    json_t *o = json_object();

    put(o, "location", location_json(in, &s->at, s->message));
    if (f->object && *f->object)
        put(o, "state", state_json(f, s));
    put(o, "executionOrder", json_integer(i + 1));
    put(o, "importance", json_text(importance_of(s->kind)));
    return o;
}

static json_t *flows_json(const report_input *in, const finding *f)
{
    json_t *thread = json_object(), *steps = json_array();
    int left_out = f->npath > MOST_STEPS ? f->npath - MOST_STEPS : 0;
    buf text = {0};

    for (int i = 0; i < f->npath; i++)
        if (i < MOST_STEPS / 2 || i >= MOST_STEPS / 2 + left_out)
            json_array_append_new(steps, step_json(in, f, i));
    if (left_out) {
        buf_printf(&text, "%d steps in the middle are left out", left_out);
        put(thread, "message", sarif_message(text.data));
    }
    put(thread, "locations", steps);
    buf_free(&text);
    return json_pack("[{s:[o]}]", "threadFlows", thread);
}

/* ---- other places */

static json_t *related_json(const report_input *in, const finding *f, const place *shown)
{
    json_t *list = json_array();
    buf text = {0};

    if (shown != &f->at)
        json_array_append_new(list, location_json(in, &f->at, "what the message is about"));
    if (f->generated.file)
        json_array_append_new(list, location_json(in, &f->generated, "the C code that was made of it"));
    for (int i = 0; i < f->nalso && i < MOST_RELATED; i++) {
        text.len = 0;
        buf_add(&text, "also lost here");
        if (i + 1 == MOST_RELATED && f->nalso > MOST_RELATED)
            buf_printf(&text, ", and at %d more places", f->nalso - MOST_RELATED);
        json_array_append_new(list, location_json(in, &f->also[i], text.data));
    }
    buf_free(&text);
    return list;
}

/* ---- fixes */

static json_t *edit_json(const report_input *in, const text_edit *e)
{
    return json_pack("{s:o,s:{s:o}}", "deletedRegion", region_json(in, &e->at), "insertedContent", "text",
                     json_text(e->text));
}

/* Edits are sorted, so those of one file stand together. */
static json_t *changes_json(const report_input *in, const finding_fix *fix)
{
    json_t *changes = json_array(), *edits = NULL;

    for (int i = 0; i < fix->nedits; i++) {
        const char *file = fix->edits[i].at.file;

        if (i == 0 || strcmp(file, fix->edits[i - 1].at.file) != 0) {
            edits = json_array();
            json_array_append_new(changes, json_pack("{s:o,s:o}", "artifactLocation", artifact_json(file),
                                                     "replacements", edits));
        }
        json_array_append_new(edits, edit_json(in, &fix->edits[i]));
    }
    return changes;
}

static json_t *fixes_json(const report_input *in, const finding *f)
{
    json_t *list = json_array();

    for (int i = 0; i < f->nfixes; i++)
        if (f->fixes[i].nedits)
            json_array_append_new(list, json_pack("{s:o,s:o,s:{s:s}}", "description",
                                                  sarif_message(f->fixes[i].message), "artifactChanges",
                                                  changes_json(in, &f->fixes[i]), "properties", "safety",
                                                  fix_safety_text(f->fixes[i].safety)));
    return list;
}

/* ---- the result */

static json_t *locations_json(const report_input *in, const finding *f, const place *shown)
{
    json_t *o = f->at.line > 0 || f->state != STATE_FIXED
                    ? location_json(in, shown, NULL)
                    : json_pack("{s:o}", "physicalLocation", sarif_physical(in, f->at.file, NULL));

    if (*f->function)
        put(o, "logicalLocations", json_pack("[{s:o,s:s}]", "name", json_text(f->function), "kind", "function"));
    return json_pack("[o]", o);
}

static json_t *properties_json(const finding *f)
{
    json_t *o = json_object(), *tags = json_array();

    put(o, "confidence", json_text(confidence_text(f->confidence)));
    for (unsigned bit = 1; bit && bit <= f->tags; bit <<= 1)
        if ((f->tags & bit) && tag_text(bit))
            json_array_append_new(tags, json_text(tag_text(bit)));
    put(o, "tags", tags);
    if (f->advice)
        put(o, "advice", json_text(f->advice));
    return o;
}

static json_t *message_json(const report_input *in, const finding *f, const place *shown)
{
    shown_finding s = {.f = f, .at = one_line(in, shown)};
    json_t *message;
    buf text = {0};

    message_add(&text, &s);
    message = sarif_message(text.data);
    buf_free(&text);
    return message;
}

static const char *baseline_state(finding_state s)
{
    static const char *const words[] = {"new", "unchanged", "absent"};

    return words[s];
}

json_t *sarif_result(const report_input *in, const finding *f, int rule_index)
{
    const place *shown = primary_place(in, f);
    json_t *o = json_object();

    put(o, "ruleId", json_text(f->rule));
    if (rule_index >= 0)
        put(o, "ruleIndex", json_integer(rule_index));
    put(o, "level", json_text(severity_text(f->severity)));
    put(o, "message", message_json(in, f, shown));
    put(o, "locations", locations_json(in, f, shown));
    put(o, "partialFingerprints", json_pack("{s:o}", "refwarden/v1", json_text(f->fingerprint)));
    if (f->npath)
        put(o, "codeFlows", flows_json(in, f));
    put_list(o, "relatedLocations", related_json(in, f, shown));
    put_list(o, "fixes", fixes_json(in, f));
    if (in->is_compared)
        put(o, "baselineState", json_text(baseline_state(f->state)));
    put(o, "properties", properties_json(f));
    return o;
}
