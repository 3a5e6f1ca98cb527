/* SARIF 2.1.0: the run, its rules, and what was not analysed.
 *
 * Rules are listed when a result names them. GitHub refuses a file with more than 25,000 results, so the
 * worst are kept and the rest is said, in the file and to the user. It also refuses a run that calls
 * itself unsuccessful and keeps its old alerts then, which is right only when nothing was analysed.
 */
#include "sarif_int.h"

#include <string.h>

enum { MOST_RESULTS = 25000, KINDS = 6 };

/* ---- rules */

/* What stands between the heading of a page and the next empty line, as one line without marks. */
static void add_first_paragraph(buf *out, const char *page)
{
    const char *text = strstr(page, "\n\n");
    const char *end = text ? strstr(text + 2, "\n\n") : NULL;

    for (text = text ? text + 2 : page; *text && text != end; text++)
        if (*text != '`')
            buf_addn(out, *text == '\n' ? " " : text, 1);
}

static void put_page(const report_input *in, const rule *r, json_t *o)
{
    const char *found = in->explain ? in->explain(r->code) : NULL, *page = found ? found : r->summary;
    buf text = {0};

    add_first_paragraph(&text, page);
    put(o, "fullDescription", json_pack("{s:o}", "text", json_text(text.data)));
    put(o, "help", json_pack("{s:o,s:o}", "text", json_text(page), "markdown", json_text(page)));
    buf_free(&text);
}

/* What the first digit of a code stands for. */
static const char *tag_of(const rule *r)
{
    static const char *const tags[] = {[1] = "leak", [2] = "over-release", [3] = "borrowed-reference",
                                       [4] = "garbage-collection", [5] = "module", [6] = "c-api",
                                       [7] = "error-handling", [9] = "analysis"};
    size_t group = (size_t)(r->code[2] - '0');

    return group < sizeof tags / sizeof *tags ? tags[group] : NULL;
}

static json_t *rule_properties(const rule *r)
{
    static const char *const problem[] = {"recommendation", "warning", "error"};
    json_t *o = json_object(), *tags = json_pack("[s]", "reference-counting");

    if (tag_of(r))
        json_array_append_new(tags, json_string(tag_of(r)));
    put(o, "tags", tags);
    put(o, "precision", json_string(r->on_by_default ? "high" : "medium"));
    put(o, "problem.severity", json_string(problem[r->severity]));
    return o;
}

static json_t *rule_json(const report_input *in, const rule *r)
{
    json_t *o = json_object();

    put(o, "id", json_text(r->code));
    put(o, "name", json_text(r->name));
    put(o, "shortDescription", json_pack("{s:o}", "text", json_text(r->summary)));
    put_page(in, r, o);
    put(o, "defaultConfiguration", json_pack("{s:s}", "level", severity_text(r->severity)));
    put(o, "properties", rule_properties(r));
    return o;
}

/* ---- which rules and results there are */

typedef struct {
    const report_input *in;
    json_t *rules, *results;
    int *indexes;        /* of in->rules: where it is in `rules`, from 1; 0: not yet */
    int room[KINDS];     /* how many results of a kind may still come */
    int left_out;
} run_state;

static int rule_index(run_state *s, const finding *f)
{
    for (int i = 0; s->in->rules && s->in->rules[i].code; i++)
        if (strcmp(s->in->rules[i].code, f->rule) == 0) {
            if (!s->indexes[i]) {
                json_array_append_new(s->rules, rule_json(s->in, &s->in->rules[i]));
                s->indexes[i] = (int)json_array_size(s->rules);
            }
            return s->indexes[i] - 1;
        }
    return -1;
}

static int *index_memory(arena *a, const report_input *in)
{
    size_t n = 1;

    for (const rule *r = in->rules; r && r->code; r++)
        n++;
    return arena_alloc(a, n * sizeof(int));
}

/* Of more use than others when not all have room: what is new, then what is grave. */
static int kind_of(const finding *f)
{
    return (int)f->severity + (f->state == STATE_NEW ? 3 : 0);
}

static void give_room(run_state *s)
{
    int total[KINDS] = {0}, rest = MOST_RESULTS;

    for (int i = 0; i < s->in->nfindings; i++)
        total[kind_of(&s->in->findings[i])]++;
    for (int i = 0; i < s->in->nfixed && s->in->is_compared; i++)
        total[kind_of(&s->in->fixed[i])]++;
    for (int k = KINDS - 1; k >= 0; k--) {
        s->room[k] = total[k] < rest ? total[k] : rest;
        rest -= s->room[k];
    }
}

static void add_results(run_state *s, const finding *f, int n)
{
    for (int i = 0; i < n; i++)
        if (s->room[kind_of(&f[i])]-- > 0)
            json_array_append_new(s->results, sarif_result(s->in, &f[i], rule_index(s, &f[i])));
        else
            s->left_out++;
}

/* ---- what was not analysed */

static json_t *unit_notice(const report_input *in, const unit_result *u)
{
    json_t *location = json_pack("[{s:o}]", "physicalLocation", sarif_physical(in, u->file, NULL)), *o;
    bool failed = u->status == UNIT_FAILED;
    buf text = {0};

    buf_add(&text, failed ? "not analysed" : "partly analysed");
    for (int i = 0; i < u->nmessages; i++)
        buf_printf(&text, "%s%s", i ? "; " : ": ", u->messages[i]);
    o = json_pack("{s:s,s:o,s:o}", "level", failed ? "error" : "warning", "message", sarif_message(text.data),
                  "locations", location);
    buf_free(&text);
    return o;
}

static json_t *cut_notice(const run_state *s)
{
    buf text = {0};
    json_t *o;

    buf_printf(&text, "SARIF: %d findings are left out, the least severe ones: GitHub takes %d", s->left_out,
               MOST_RESULTS);
    if (s->in->notice)
        s->in->notice(s->in->notice_ctx, text.data);
    o = json_pack("{s:s,s:o}", "level", "warning", "message", sarif_message(text.data));
    buf_free(&text);
    return o;
}

static json_t *invocation_json(const run_state *s)
{
    json_t *notices = json_array();
    int failed = 0;

    for (int i = 0; i < s->in->nunits; i++) {
        failed += s->in->units[i].status == UNIT_FAILED;
        if (s->in->units[i].status != UNIT_OK)
            json_array_append_new(notices, unit_notice(s->in, &s->in->units[i]));
    }
    if (s->left_out)
        json_array_append_new(notices, cut_notice(s));
    return json_pack("{s:b,s:o}", "executionSuccessful", failed == 0 || failed < s->in->nunits,
                     "toolExecutionNotifications", notices);
}

/* ---- the document */

static json_t *tool_json(const run_state *s)
{
    return json_pack("{s:{s:s,s:o,s:o,s:o}}", "driver", "name", "refwarden", "version",
                     json_text(s->in->tool_version), "semanticVersion", json_text(s->in->tool_version), "rules",
                     s->rules);
}

static json_t *run_json(const run_state *s)
{
    json_t *o = json_object();

    put(o, "tool", tool_json(s));
    put(o, "invocations", json_pack("[o]", invocation_json(s)));
    put(o, "originalUriBaseIds", json_pack("{s:{s:{s:s}}}", "%SRCROOT%", "description", "text",
                                           "The folder that refwarden was started in."));
    put(o, "columnKind", json_string("utf16CodeUnits"));
    put(o, "results", s->results);
    return o;
}

int report_sarif(const report_input *in, buf *out, status *st)
{
    arena *a = arena_create();
    run_state s = {.in = in, .rules = json_array(), .results = json_array(), .indexes = index_memory(a, in)};
    json_t *run;

    give_room(&s);
    add_results(&s, in->findings, in->nfindings);
    if (in->is_compared)
        add_results(&s, in->fixed, in->nfixed);
    run = run_json(&s);
    arena_destroy(a);
    return write_json(json_pack("{s:s,s:s,s:[o]}", "$schema", "https://json.schemastore.org/sarif-2.1.0.json",
                                "version", "2.1.0", "runs", run),
                      out, st);
}
