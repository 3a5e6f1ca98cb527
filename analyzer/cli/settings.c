/* check --show-settings: every value that a run would use, and who says so. Nothing is checked. */
#include "cli_int.h"

#include <string.h>

/* ---- values */

static setting_kind kind_of(int row)
{
    if (option_is_flag(row))
        return SETTING_FLAG;
    if (option_is_number(row))
        return SETTING_NUMBER;
    return option_is_list(row) ? SETTING_LIST : SETTING_TEXT;
}

/* What holds when nobody says anything; NULL when that depends on the place. */
static const char *standard(arena *a, int row)
{
    const char *name = option_name(row);

    if (option_is_flag(row))
        return "false";
    if (strcmp(name, "fail-on") == 0)
        return severity_text(SEV_WARNING);
    if (strcmp(name, "timeout") == 0)
        return arena_printf(a, "%d", SESSION_TIMEOUT);
    return strcmp(name, "memory") == 0 ? arena_printf(a, "%d", SESSION_MEMORY_MB) : NULL;
}

static void take_standard(arena *a, int row, report_setting *s)
{
    const char **one = arena_alloc(a, sizeof *one);

    *one = standard(a, row);
    s->items = one;
    s->nitems = *one != NULL;
}

static report_setting setting_of(arena *a, const cli_options *given, const settings_view *v, int row)
{
    report_setting s = {.name = option_name(row), .kind = kind_of(row), .source = "command line"};

    s.nitems = option_texts(a, row, v->options, &s.items);
    if (!option_is_set(row, given))
        s.source = config_place(a, v->file, s.name);
    if (!s.source)
        s.source = "default";
    if (s.nitems == 0)
        take_standard(a, row, &s);
    return s;
}

static void add_settings(arena *a, const cli_options *given, const settings_view *v,
                         report_settings_group *g)
{
    report_setting *list = arena_alloc(a, (size_t)option_rows() * sizeof *list);

    for (int row = 0; row < option_rows(); row++)
        if (option_is_setting(row))
            list[g->nsettings++] = setting_of(a, given, v, row);
    g->settings = list;
}

/* ---- what they lead to */

static const char *version_text(arena *a, int minor)
{
    return minor ? arena_printf(a, "3.%d", minor) : NULL;
}

static void add_target(arena *a, const settings_view *v, const session_facts *facts,
                       report_settings_group *g)
{
    int wanted = v->session->target_minor;
    const char *place = NULL;

    g->target = version_text(a, wanted ? wanted : facts->minor);
    if (v->options->target_python)
        g->target_source = "target-python";
    else if (wanted && (place = project_python_place(a, v->place)) != NULL)
        g->target_source = arena_printf(a, "requires-python, %s", place);
    else
        g->target_source = "Python's headers";
}

static void add_databases(arena *a, const session_facts *facts, report_settings_group *g)
{
    int *counts = arena_alloc(a, (size_t)facts->ndatabases * sizeof *counts + 1);

    g->databases = arena_alloc(a, (size_t)facts->ndatabases * sizeof *g->databases + 1);
    g->database_files = counts;
    g->ndatabases = facts->ndatabases;
    for (int i = 0; i < facts->ndatabases; i++) {
        g->databases[i] = config_shown(a, facts->databases[i].file);
        counts[i] = facts->databases[i].sources;
    }
}

static int look(arena *a, const cli_options *given, const settings_view *v, report_settings_group *g,
                int *errors, status *st)
{
    session_facts facts;

    if (session_look(a, v->session, &facts, st) != 0)
        return -1;
    for (int i = 0; i < facts.nerrors; i++)
        complain("%s", facts.errors[i]);
    *errors += facts.nerrors;
    *g = (report_settings_group){
        .paths = v->options->words.items, .npaths = v->options->words.n, .file = v->file,
        .python = facts.python, .headers = facts.headers, .nheaders = facts.nheaders, .substituted = facts.substituted,
        .headers_version = version_text(a, facts.minor), .files = facts.sources, .rules = facts.rules,
    };
    add_settings(a, given, v, g);
    add_target(a, v, &facts, g);
    add_databases(a, &facts, g);
    return 0;
}

int show_settings(arena *a, const cli_options *given, const settings_view *views, int n)
{
    report_settings_group *groups = arena_alloc(a, (size_t)n * sizeof *groups);
    buf text = {0};
    status st = {0};
    int rc = 0, errors = 0;

    for (int i = 0; i < n && rc == 0; i++)
        rc = look(a, given, &views[i], &groups[i], &errors, &st);
    if (rc == 0)
        rc = report_settings(only_format(given), groups, n, &text, &st);
    rc = rc == 0 ? write_out(given->output, &text) : complain_status(&st);
    buf_free(&text);
    return rc == STATUS_CLEAN && errors ? STATUS_USAGE : rc;
}
