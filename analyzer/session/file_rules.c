/* Findings about a file and its comments, which no path leads to. */
#include "session_int.h"

typedef struct {
    rule_ctx base; /* first: rules see only this */
    arena *a;
    const rule *rule;
    place at;
    file_findings *out;
} file_reporter;

static void report(rule_ctx *c, const rule_moment *m, confidence conf, const char *fix,
                   const char *text)
{
    file_reporter *r = (file_reporter *)c;
    finding f = {
        .rule = r->rule->code,
        .name = r->rule->name,
        .severity = r->rule->severity,
        .confidence = conf,
        .at = r->at,
        .function = m->fn ? m->fn->name : "",
        .object = "",
        .message = arena_strdup(r->a, text),
        .advice = arena_strdup(r->a, fix),
    };

    ARENA_PUSH(r->a, r->out->list, r->out->n, r->out->cap, f);
}

void file_rules_ask(arena *a, const rule *rules, place at, const rule_moment *m, file_findings *out)
{
    file_reporter r = {.base = {.report = report}, .a = a, .at = at, .out = out};

    for (r.rule = rules; r.rule->code; r.rule++)
        if (r.rule->moments & MOMENT_BIT(m->kind))
            r.rule->check(&r.base, m);
}
