/* The JSON format, version 1 (refwarden-1.schema.json).
 *
 * Keys come in the order they are added. JSON text must be UTF-8 and C source need not be, so every
 * string passes text(), which replaces what is not UTF-8. Unknown places become line 1, column 1.
 */
#include "report_int.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *text(const char *s)
{
    buf clean = {0};
    size_t n = s ? strlen(s) : 0;
    json_t *value;

    for (size_t i = 0; i < n;) {
        uint32_t code;
        size_t len = utf8_next(s + i, n - i, &code);

        buf_addn(&clean, len ? s + i : "\xEF\xBF\xBD", len ? len : 3);
        i += len ? len : 1;
    }
    value = json_string(clean.len ? clean.data : "");
    buf_free(&clean);
    return value;
}

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static int at_least_one(int n)
{
    return n > 0 ? n : 1;
}

static void put_start(json_t *object, const place *p)
{
    put(object, "file", text(p->file));
    put(object, "line", json_integer(at_least_one(p->line)));
    put(object, "column", json_integer(at_least_one(p->column)));
}

static void put_end(json_t *object, const place *p)
{
    bool known = p->end_line > 0 && p->end_column > 0;

    put(object, "end_line", json_integer(at_least_one(known ? p->end_line : p->line)));
    put(object, "end_column", json_integer(at_least_one(known ? p->end_column : p->column)));
}

static json_t *tags_json(unsigned tags)
{
    json_t *list = json_array();

    for (unsigned bit = 1; bit && bit <= tags; bit <<= 1)
        if ((tags & bit) && tag_text(bit))
            json_array_append_new(list, text(tag_text(bit)));
    return list;
}

static json_t *path_json(const finding *f)
{
    json_t *list = json_array();

    for (int i = 0; i < f->npath; i++) {
        json_t *step = json_object();

        put_start(step, &f->path[i].at);
        put(step, "message", text(f->path[i].message));
        put(step, "delta", json_integer(f->path[i].delta));
        put(step, "owned", json_integer(f->path[i].owned));
        json_array_append_new(list, step);
    }
    return list;
}

static json_t *also_json(const finding *f)
{
    json_t *list = json_array();

    for (int i = 0; i < f->nalso; i++) {
        json_t *where = json_object();

        put_start(where, &f->also[i]);
        json_array_append_new(list, where);
    }
    return list;
}

static json_t *generated_json(const finding *f)
{
    json_t *where = json_object();

    put_start(where, &f->generated);
    return where;
}

static json_t *point_json(int line, int column)
{
    json_t *o = json_object();

    put(o, "line", json_integer(at_least_one(line)));
    put(o, "column", json_integer(at_least_one(column)));
    return o;
}

static json_t *edit_json(const text_edit *e)
{
    json_t *o = json_object();

    put(o, "file", text(e->at.file));
    put(o, "start", point_json(e->at.line, e->at.column));
    put(o, "end", point_json(e->at.end_line, e->at.end_column));
    put(o, "text", text(e->text));
    return o;
}

static json_t *fix_json(const finding_fix *fix)
{
    json_t *o = json_object(), *edits = json_array();

    for (int i = 0; i < fix->nedits; i++)
        json_array_append_new(edits, edit_json(&fix->edits[i]));
    put(o, "safety", text(fix_safety_text(fix->safety)));
    put(o, "message", text(fix->message));
    put(o, "edits", edits);
    return o;
}

static json_t *fixes_json(const finding *f)
{
    json_t *list = json_array();

    for (int i = 0; i < f->nfixes; i++)
        json_array_append_new(list, fix_json(&f->fixes[i]));
    return list;
}

static json_t *finding_json(const report_input *in, const finding *f)
{
    json_t *o = json_object();

    put(o, "rule", text(f->rule));
    put(o, "name", text(f->name));
    put(o, "severity", text(severity_text(f->severity)));
    put(o, "confidence", text(confidence_text(f->confidence)));
    put_start(o, &f->at);
    put_end(o, &f->at);
    put(o, "function", text(f->function));
    put(o, "object", text(f->object));
    put(o, "message", text(f->message));
    put(o, "tags", tags_json(f->tags));
    put(o, "fingerprint", text(f->fingerprint));
    put(o, "path", path_json(f));
    put(o, "also", also_json(f));
    put(o, "fixes", fixes_json(f));
    if (f->generated.file)
        put(o, "generated", generated_json(f));
    if (f->advice)
        put(o, "advice", text(f->advice));
    if (in->is_compared)
        put(o, "state", text(finding_state_text(f->state)));
    return o;
}

static json_t *unit_json(const unit_result *u)
{
    json_t *o = json_object(), *messages = json_array();

    for (int i = 0; i < u->nmessages; i++)
        json_array_append_new(messages, text(u->messages[i]));
    put(o, "file", text(u->file));
    put(o, "status", text(unit_status_text(u->status)));
    put(o, "functions", json_integer(u->functions));
    put(o, "partial_functions", json_integer(u->partial_functions));
    put(o, "messages", messages);
    return o;
}

static json_t *tool_json(const report_input *in)
{
    json_t *o = json_object();

    put(o, "name", text("refwarden"));
    put(o, "version", text(in->tool_version));
    return o;
}

static int count_state(const report_input *in, finding_state state)
{
    int n = 0;

    for (int i = 0; i < in->nfindings; i++)
        n += in->findings[i].state == state;
    return n;
}

static json_t *fixed_json(const report_input *in)
{
    json_t *list = json_array();

    for (int i = 0; i < in->nfixed; i++) {
        const finding *f = &in->fixed[i];
        json_t *o = json_object();

        put(o, "rule", text(f->rule));
        put(o, "name", text(f->name));
        put(o, "file", text(f->at.file));
        put(o, "function", text(f->function));
        put(o, "object", text(f->object));
        put(o, "message", text(f->message));
        put(o, "fingerprint", text(f->fingerprint));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *summary_json(const report_input *in)
{
    json_t *o = json_object();

    put(o, "files", json_integer(in->files));
    put(o, "functions", json_integer(in->functions));
    put(o, "findings", json_integer(in->nfindings));
    put(o, "new", json_integer(count_state(in, STATE_NEW)));
    put(o, "baseline", json_integer(count_state(in, STATE_UNCHANGED)));
    return o;
}

static json_t *document(const report_input *in)
{
    json_t *o = json_object(), *findings = json_array(), *units = json_array();

    for (int i = 0; i < in->nfindings; i++)
        json_array_append_new(findings, finding_json(in, &in->findings[i]));
    for (int i = 0; i < in->nunits; i++)
        json_array_append_new(units, unit_json(&in->units[i]));
    put(o, "version", json_integer(1));
    put(o, "tool", tool_json(in));
    put(o, "findings", findings);
    if (in->is_compared)
        put(o, "fixed", fixed_json(in));
    put(o, "units", units);
    put(o, "summary", summary_json(in));
    return o;
}

/* Consumes root. */
int write_json(json_t *root, buf *out, status *st)
{
    char *written = root ? json_dumps(root, JSON_INDENT(2)) : NULL;

    json_decref(root);
    if (!written)
        return fail(st, ERR_LIMIT, "out of memory while writing JSON");
    buf_add(out, written);
    buf_add(out, "\n");
    free(written);
    return 0;
}

static json_t *rule_json(const rule *r)
{
    json_t *o = json_object();

    put(o, "code", text(r->code));
    put(o, "name", text(r->name));
    put(o, "severity", text(severity_text(r->severity)));
    put(o, "on_by_default", json_boolean(r->on_by_default));
    put(o, "summary", text(r->summary));
    return o;
}

int report_rules_json(const rule *rules, buf *out, status *st)
{
    json_t *list = json_array();

    for (; rules->code; rules++)
        json_array_append_new(list, rule_json(rules));
    return write_json(list, out, st);
}

int report_json(const report_input *in, buf *out, status *st)
{
    return write_json(document(in), out, st);
}
