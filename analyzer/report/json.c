/* The JSON format, version 1 (refwarden-1.schema.json).
 *
 * Keys come in the order they are added. Unknown places become line 1, column 1.
 */
#include "json_int.h"

static void put_start(json_t *object, const place *p)
{
    put(object, "file", json_text(p->file));
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
            json_array_append_new(list, json_text(tag_text(bit)));
    return list;
}

static json_t *path_json(const finding *f)
{
    json_t *list = json_array();

    for (int i = 0; i < f->npath; i++) {
        json_t *step = json_object();

        put_start(step, &f->path[i].at);
        put(step, "message", json_text(f->path[i].message));
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

    put(o, "file", json_text(e->at.file));
    put(o, "start", point_json(e->at.line, e->at.column));
    put(o, "end", point_json(e->at.end_line, e->at.end_column));
    put(o, "text", json_text(e->text));
    return o;
}

static json_t *fix_json(const finding_fix *fix)
{
    json_t *o = json_object(), *edits = json_array();

    for (int i = 0; i < fix->nedits; i++)
        json_array_append_new(edits, edit_json(&fix->edits[i]));
    put(o, "safety", json_text(fix_safety_text(fix->safety)));
    put(o, "message", json_text(fix->message));
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

json_t *finding_json(const report_input *in, const finding *f)
{
    json_t *o = json_object();

    put(o, "rule", json_text(f->rule));
    put(o, "name", json_text(f->name));
    put(o, "severity", json_text(severity_text(f->severity)));
    put(o, "confidence", json_text(confidence_text(f->confidence)));
    put_start(o, &f->at);
    put_end(o, &f->at);
    put(o, "function", json_text(f->function));
    put(o, "object", json_text(f->object));
    put(o, "message", json_text(f->message));
    put(o, "tags", tags_json(f->tags));
    put(o, "fingerprint", json_text(f->fingerprint));
    put(o, "path", path_json(f));
    put(o, "also", also_json(f));
    put(o, "fixes", fixes_json(f));
    if (f->generated.file)
        put(o, "generated", generated_json(f));
    if (f->advice)
        put(o, "advice", json_text(f->advice));
    if (in->is_compared)
        put(o, "state", json_text(finding_state_text(f->state)));
    return o;
}

static json_t *unit_json(const unit_result *u)
{
    json_t *o = json_object(), *messages = json_array();

    for (int i = 0; i < u->nmessages; i++)
        json_array_append_new(messages, json_text(u->messages[i]));
    put(o, "file", json_text(u->file));
    put(o, "status", json_text(unit_status_text(u->status)));
    put(o, "functions", json_integer(u->functions));
    put(o, "partial_functions", json_integer(u->partial_functions));
    put(o, "messages", messages);
    return o;
}

static json_t *tool_json(const report_input *in)
{
    json_t *o = json_object();

    put(o, "name", json_text("refwarden"));
    put(o, "version", json_text(in->tool_version));
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

        put(o, "rule", json_text(f->rule));
        put(o, "name", json_text(f->name));
        put(o, "file", json_text(f->at.file));
        put(o, "function", json_text(f->function));
        put(o, "object", json_text(f->object));
        put(o, "message", json_text(f->message));
        put(o, "fingerprint", json_text(f->fingerprint));
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

json_t *json_document(const report_input *in)
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

static json_t *rule_json(const rule *r)
{
    json_t *o = json_object();

    put(o, "code", json_text(r->code));
    put(o, "name", json_text(r->name));
    put(o, "severity", json_text(severity_text(r->severity)));
    put(o, "on_by_default", json_boolean(r->on_by_default));
    put(o, "summary", json_text(r->summary));
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
    return write_json(json_document(in), out, st);
}
