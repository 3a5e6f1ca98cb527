/* What a run would use (check --show-settings): for people, and as JSON. */
#include "json_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- text */

static void row(const char *name, const char *value, const char *source, buf *out)
{
    buf_printf(out, "  %-15s ", name);
    plain_text(out, value);
    if (source) {
        buf_add(out, "  (");
        plain_text(out, source);
        buf_add(out, ")");
    }
    buf_add(out, "\n");
}

static void setting_row(const report_setting *s, buf *out)
{
    buf value = {0};

    buf_add(&value, s->nitems ? "" : "-");
    for (int i = 0; i < s->nitems; i++)
        buf_printf(&value, "%s%s", i ? ", " : "", s->items[i]);
    row(s->name, value.data, s->source, out);
    buf_free(&value);
}

static void target_row(const report_settings_group *g, buf *out)
{
    buf value = {0};

    buf_printf(&value, "%s%s", g->target ? "Python " : "not known", g->target ? g->target : "");
    row("target", value.data, g->target_source, out);
    buf_free(&value);
}

static void files_row(const report_settings_group *g, buf *out)
{
    char count[32];

    snprintf(count, sizeof count, "%d", g->files);
    row("files", count, NULL, out);
}

static void header_rows(const report_settings_group *g, buf *out)
{
    row("Python", g->python ? g->python : "not asked", g->python ? NULL : "its headers are in the commands", out);
    if (g->python && g->nheaders == 0)
        row("headers", "none found", NULL, out);
    for (int i = 0; g->python && i < g->nheaders; i++)
        row(i ? "" : "headers", g->headers[i], g->substituted ? "that Python has none" : NULL, out);
}

static void database_rows(const report_settings_group *g, buf *out)
{
    char count[64];

    for (int i = 0; i < g->ndatabases; i++) {
        snprintf(count, sizeof count, "%d of %d files", g->database_files[i], g->files);
        row("commands", g->databases[i], count, out);
    }
    if (g->ndatabases == 0)
        row("commands", "no compile_commands.json", NULL, out);
}

static void rule_rows(const rule *rules, buf *out)
{
    enum { IN_A_LINE = 9 };

    buf_add(out, "  rules           ");
    for (int i = 0; rules[i].code; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : i % IN_A_LINE ? " " : "\n                  ", rules[i].code);
    buf_add(out, "\n");
}

static void group_text(const report_settings_group *g, buf *out)
{
    buf_add(out, out->len ? "\n" : "");
    for (int i = 0; i < g->npaths; i++) {
        buf_add(out, i ? " " : "");
        plain_text(out, g->paths[i]);
    }
    buf_add(out, g->file ? ": settings from " : ": no settings file");
    plain_text(out, g->file);
    buf_add(out, "\n");
    for (int i = 0; i < g->nsettings; i++)
        setting_row(&g->settings[i], out);
    files_row(g, out);
    target_row(g, out);
    header_rows(g, out);
    database_rows(g, out);
    rule_rows(g->rules, out);
}

/* ---- JSON */

static json_t *text_or_null(const char *s)
{
    return s ? json_text(s) : json_null();
}

static json_t *texts(const char *const *items, int n)
{
    json_t *list = json_array();

    for (int i = 0; i < n; i++)
        json_array_append_new(list, json_text(items[i]));
    return list;
}

static json_t *value_json(const report_setting *s)
{
    if (s->kind == SETTING_LIST)
        return texts(s->items, s->nitems);
    if (s->nitems == 0)
        return json_null();
    if (s->kind == SETTING_NUMBER)
        return json_integer(atoi(s->items[0]));
    if (s->kind == SETTING_FLAG)
        return json_boolean(strcmp(s->items[0], "true") == 0);
    return json_text(s->items[0]);
}

static json_t *settings_json(const report_settings_group *g)
{
    static const char *const kinds[] = {"text", "number", "list", "flag"};
    json_t *list = json_array();

    for (int i = 0; i < g->nsettings; i++) {
        const report_setting *s = &g->settings[i];

        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}", "name", s->name, "kind", kinds[s->kind],
                                              "value", value_json(s), "source", json_text(s->source)));
    }
    return list;
}

static json_t *databases_json(const report_settings_group *g)
{
    json_t *list = json_array();

    for (int i = 0; i < g->ndatabases; i++)
        json_array_append_new(list, json_pack("{s:o, s:i}", "file", json_text(g->databases[i]),
                                              "sources", g->database_files[i]));
    return list;
}

static json_t *rules_json(const rule *rules)
{
    json_t *list = json_array();

    for (; rules->code; rules++)
        json_array_append_new(list, json_string(rules->code));
    return list;
}

static json_t *group_json(const report_settings_group *g)
{
    return json_pack("{s:o, s:o, s:o, s:{s:o, s:o}, s:{s:o, s:o, s:o, s:b}, s:o, s:i, s:o}",
                     "paths", texts(g->paths, g->npaths), "file", text_or_null(g->file),
                     "settings", settings_json(g),
                     "target", "python", text_or_null(g->target), "source", json_text(g->target_source),
                     "python", "program", text_or_null(g->python), "version", text_or_null(g->headers_version),
                     "headers", texts(g->headers, g->nheaders), "substituted", g->substituted,
                     "databases", databases_json(g), "files", g->files, "rules", rules_json(g->rules));
}

int report_settings(const char *format, const report_settings_group *groups, int n, buf *out, status *st)
{
    json_t *list;

    if (strcmp(format, "text") == 0) {
        for (int i = 0; i < n; i++)
            group_text(&groups[i], out);
        return 0;
    }
    if (strcmp(format, "json") != 0)
        return fail(st, ERR_USAGE, "--show-settings: there is no format '%s': use text or json", format);
    list = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(list, group_json(&groups[i]));
    return write_json(json_pack("{s:i, s:o}", "version", 1, "groups", list), out, st);
}
