/* refwarden check: options to a session, its result to a report and an exit status. */
#include "cli_int.h"

#include "rules.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- words of options */

enum { LEVEL_NEVER = SEV_ERROR + 1 };

static int fail_level(const cli_options *o, int *level, status *st)
{
    *level = SEV_WARNING;
    if (argument_choose("fail-on", "LEVEL", o->fail_on, level, st) != 0)
        return -1;
    *level = o->exit_zero ? LEVEL_NEVER : *level;
    return 0;
}

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);

    return value && *value;
}

static bool terminal_has_color(const char *file)
{
    const char *term = getenv("TERM");

    if (is_set("NO_COLOR"))
        return false;
    if (is_set("FORCE_COLOR"))
        return true;
    return !file && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

static int wants_color(const cli_options *o, const char *file, bool *color, status *st)
{
    int when = 0;

    if (argument_choose("color", "WHEN", o->color, &when, st) != 0)
        return -1;
    *color = when == 0 ? terminal_has_color(file) : when == 1;
    return 0;
}

static int parse_target(const char *text, int *minor, status *st)
{
    char *end = NULL;

    *minor = 0;
    if (!text)
        return 0;
    if (strncmp(text, "3.", 2) == 0)
        *minor = (int)strtol(text + 2, &end, 10);
    if (!end || *end || *minor < 6 || *minor > 99)
        return fail(st, ERR_USAGE, "--target-python: '%s' is not a version like 3.12", text);
    return 0;
}

static int check_statistics(const output *outputs, int n, status *st)
{
    static const char *const formats[] = {"text", "json", NULL};

    for (int i = 0; i < n; i++)
        if (!text_is_one_of(outputs[i].format, formats))
            return fail(st, ERR_USAGE, "--statistics: there is no format '%s': use text or json", outputs[i].format);
    return 0;
}

int options_check(arena *a, const cli_options *o, status *st)
{
    bool color;
    int number;
    output *outputs;

    if (o->cache_dir && o->no_cache)
        return fail(st, ERR_USAGE, "--cache-dir and --no-cache exclude each other");
    if (fail_level(o, &number, st) != 0 || wants_color(o, NULL, &color, st) != 0 ||
        parse_target(o->target_python, &number, st) != 0 || outputs_of(a, o, &outputs, &number, st) != 0 ||
        (o->statistics && check_statistics(outputs, number, st) != 0))
        return -1;
    return session_check_rules(a, o->select, o->ignore, st);
}

/* ---- after the run */

/* These texts quote files, so they may hold anything. */
static void say(const char *before, const char *text)
{
    buf line = {0};

    buf_add(&line, before);
    report_plain(text, &line);
    fprintf(stderr, "%s\n", line.data);
    buf_free(&line);
}

__attribute__((format(printf, 1, 2))) static void sayf(const char *fmt, ...)
{
    buf text = {0};
    va_list ap;

    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    say("", text.data);
    buf_free(&text);
}

static void say_notices(const cli_options *o, const session_result *r)
{
    for (int i = 0; i < r->nnotices && !o->quiet; i++)
        say("refwarden: ", r->notices[i]);
    for (int i = 0; i < r->nerrors; i++)
        say("refwarden: error: ", r->errors[i]);
}

static void say_slowest(const session_result *r)
{
    function_costs all = {0};

    for (int i = 0; i < r->nunits; i++)
        for (int k = 0; k < r->units[i].slowest.n; k++)
            costs_add(&all, r->units[i].slowest.v[k]);
    for (int i = 0; i < all.n; i++) {
        const function_cost *c = &all.v[i];
        sayf("%s:%d: %s() took %.3f s", c->at.file, c->at.line, c->function, c->seconds);
    }
}

static void say_units(const cli_options *o, const session_result *r)
{
    for (int i = 0; i < r->nunits && o->verbose; i++) {
        const unit_result *u = &r->units[i];

        sayf("%s: %s, %d functions, %.2f s", u->file, unit_status_text(u->status), u->functions, u->seconds);
        for (int k = 0; k < u->nmessages; k++)
            say("    ", u->messages[k]);
    }
    say_fixed(o, r);
    if (o->verbose)
        say_slowest(r);
    if (o->verbose && !o->no_cache)
        fprintf(stderr, "%d of %d files from the cache\n", r->reused, r->files);
    if (o->verbose)
        fprintf(stderr, "largest worker: %ld MB\n", r->peak_worker_kb / 1024);
}

/* RW901 says that there may be more to find; it is no finding in the code. */
static bool counts(const finding *f, int level)
{
    return f->state == STATE_NEW && (int)f->severity >= level && strcmp(f->rule, "RW901") != 0;
}

static int status_of(const session_result *r, int level)
{
    bool found = false;

    for (int i = 0; i < r->nfindings; i++)
        found |= counts(&r->findings[i], level);
    if (r->nerrors)
        return STATUS_USAGE;
    if (found)
        return STATUS_FINDINGS;
    return r->failed_files ? STATUS_INCOMPLETE : STATUS_CLEAN;
}

static int write_one(const output *to, const cli_options *o, report_input *in)
{
    buf text = {0};
    status st = {0};
    int rc;

    if (wants_color(o, to->file, &in->color, &st) != 0 ||
        (o->statistics ? report_statistics : report_write)(to->format, in, &text, &st) != 0)
        rc = complain_status(&st);
    else
        rc = write_out(to->file, &text);
    buf_free(&text);
    return rc;
}

static int write_dump(const cli_options *o, const char *dump)
{
    buf text = {0};
    int rc;

    buf_add(&text, dump);
    rc = write_out(o->output, &text);
    buf_free(&text);
    return rc;
}

/* One that cannot be written does not keep the others from being written. */
static int write_report(arena *a, const cli_options *o, report_input *in, const session_result *r)
{
    output *outputs;
    status st = {0};
    int n, worst = STATUS_CLEAN;

    if (r->dump_text)
        return write_dump(o, r->dump_text);
    if (outputs_of(a, o, &outputs, &n, &st) != 0)
        return complain_status(&st);
    for (int i = 0; i < n; i++) {
        int rc = write_one(&outputs[i], o, in);

        worst = rc > worst ? rc : worst;
    }
    return worst;
}

static void say_notice(void *ctx, const char *text)
{
    (void)ctx;
    say("refwarden: ", text);
}

static void say_summary(const cli_options *o, const report_input *in)
{
    buf text = {0};

    if (o->quiet)
        return;
    report_summary(in, &text);
    fputs(text.data, stderr);
    buf_free(&text);
}

/* ---- the run */

static const char *place_of(const cli_options *o, const char *path)
{
    if (strcmp(path, "-") != 0)
        return path;
    return o->stdin_filename ? o->stdin_filename : ".";
}

static bool is_same_file(const char *x, const char *y)
{
    return x == y || (x && y && strcmp(x, y) == 0);
}

/* The settings of a group that path belongs to. */
static int find_settings(arena *a, const cli_options *o, const char *path, check_group *found, status *st)
{
    if (config_options(a, o, place_of(o, path), &found->file, &found->options, st) != 0)
        return -1;
    if (parse_target(found->options.target_python, &found->minor, st) != 0)
        return -1;
    if (!found->minor && !o->no_config)
        found->minor = project_oldest_python(a, place_of(o, path));
    return 0;
}

static int add_path(arena *a, const cli_options *o, const char *path, check_groups *all, status *st)
{
    check_group found = {0};
    int i = 0;

    if (find_settings(a, o, path, &found, st) != 0)
        return -1;
    while (i < all->n && !(is_same_file(all->v[i].file, found.file) && all->v[i].minor == found.minor))
        i++;
    if (i == all->n) {
        found.options.words = (text_list){0};
        ARENA_PUSH(a, all->v, all->n, all->cap, found);
    }
    text_list *words = &all->v[i].options.words;
    ARENA_PUSH(a, words->items, words->n, words->cap, path);
    return 0;
}

session_options check_options(arena *a, const cli_options *o, int minor)
{
    return (session_options){
        .paths = o->words.items,
        .npaths = o->words.n,
        .flags = o->flags,
        .nflags = o->nflags,
        .stdin_name = o->stdin_filename,
        .build_dir = o->build_dir,
        .python = o->python,
        .resource_dir = o->resource_dir,
        .contract_files = o->contracts.items,
        .ncontract_files = o->contracts.n,
        .select = o->select,
        .ignore = o->ignore,
        .target_minor = minor,
        .jobs = o->jobs,
        .timeout = o->timeout,
        .memory_mb = o->memory,
        .cache_dir = cache_folder(a, o),
        .dump = o->dump,
        .require_reason = o->require_reason,
        .fixes = o->show_fixes || o->fix || o->fix_diff,
        .progress = !o->quiet && !o->verbose && isatty(STDERR_FILENO),
        .quiet = o->quiet,
        .verbose = o->verbose,
    };
}

int settings_for(arena *a, const cli_options *given, const char *path, session_options *out, status *st)
{
    check_group found = {0};

    if (find_settings(a, given, path, &found, st) != 0)
        return -1;
    found.options.words = (text_list){0};
    *out = check_options(a, &found.options, found.minor);
    return 0;
}

static bool fixes(const cli_options *o)
{
    return o->fix || o->fix_diff;
}

static int run_group(arena *a, check_group *g, status *st)
{
    session_options wanted;

    if (fail_level(&g->options, &g->level, st) != 0)
        return -1;
    if (g->options.verbose && g->file)
        say("refwarden: settings from ", g->file);
    if (g->options.verbose && g->minor)
        fprintf(stderr, "refwarden: target is Python 3.%d\n", g->minor);
    wanted = check_options(a, &g->options, g->minor);
    return fixes(&g->options) ? fix_findings(a, g, &wanted, st) : session_run(a, &wanted, &g->result, st);
}

static int compare_found(arena *a, check_group *g, status *st)
{
    return fixes(&g->options) ? 0 : compare_group(a, g, st); /* every round did */
}

/* A diff changes nothing, so what was found first is what there is. */
static int finish_fixes(arena *a, const cli_options *o, check_groups *all)
{
    int rc = STATUS_CLEAN;

    for (int i = 0; i < all->n && fixes(o); i++) {
        check_group *g = &all->v[i];
        int written = fix_finish(a, &g->options, &g->repaired, &g->result);

        rc = rc == STATUS_CLEAN ? written : rc;
        if (o->fix_diff)
            g->result = g->repaired.first;
    }
    return rc;
}

static int show_groups(arena *a, const cli_options *o, const check_groups *all)
{
    settings_view *views = arena_alloc(a, (size_t)all->n * sizeof *views);

    for (int i = 0; i < all->n; i++) {
        const check_group *g = &all->v[i];
        session_options *session = arena_alloc(a, sizeof *session);

        *session = check_options(a, &g->options, g->minor);
        views[i] = (settings_view){g->file, place_of(o, g->options.words.items[0]), &g->options, session};
    }
    return show_settings(a, o, views, all->n);
}

/* Each group has a level of its own. */
static int status_of_all(const check_groups *all)
{
    static const int worst_first[] = {STATUS_USAGE, STATUS_FINDINGS, STATUS_INCOMPLETE};

    for (size_t k = 0; k < sizeof worst_first / sizeof *worst_first; k++)
        for (int i = 0; i < all->n; i++)
            if (status_of(&all->v[i].result, all->v[i].level) == worst_first[k])
                return worst_first[k];
    return STATUS_CLEAN;
}

static const session_result *merge(arena *a, const check_groups *all)
{
    session_result *parts = arena_alloc(a, (size_t)all->n * sizeof *parts);
    session_result *out = arena_alloc(a, sizeof *out);

    for (int i = 0; i < all->n; i++)
        parts[i] = all->v[i].result;
    session_merge(a, parts, all->n, out);
    return out;
}

static int show(arena *a, const cli_options *o, const session_result *r, changed_lines *changed)
{
    bool is_shown = o->output || !fix_wants_stdout(o);
    report_input in = {
        .tool_version = REFWARDEN_VERSION,
        .findings = r->findings,
        .nfindings = r->nfindings,
        .is_compared = r->is_compared,
        .fixed = r->fixed,
        .nfixed = r->nfixed,
        .is_changed = changed ? session_is_changed : NULL,
        .changed_ctx = changed,
        .units = r->units,
        .nunits = r->nunits,
        .files = r->files,
        .functions = r->functions,
        .source_line = source_cache_line,
        .source_ctx = source_cache_create(a, r),
        .rules = rules_all,
        .explain = rule_explain,
        .notice = say_notice,
    };
    int rc;

    say_notices(o, r);
    say_units(o, r);
    rc = is_shown ? write_report(a, o, &in, r) : STATUS_CLEAN;
    say_summary(o, &in);
    return rc;
}

static int settle(arena *a, const cli_options *o, check_groups *out, status *st)
{
    for (int i = 0; i < o->words.n; i++)
        if (add_path(a, o, o->words.items[i], out, st) != 0)
            return -1;
    return 0;
}

typedef int group_fn(arena *a, check_group *g, status *st);

static int each_group(arena *a, check_groups *all, group_fn *run, status *st)
{
    for (int i = 0; i < all->n; i++)
        if (run(a, &all->v[i], st) != 0)
            return -1;
    return 0;
}

int check_run(arena *a, const cli_options *o, check_groups *out, status *st)
{
    return options_check(a, o, st) == 0 && settle(a, o, out, st) == 0 ? each_group(a, out, run_group, st) : -1;
}

static int report_all(arena *a, const cli_options *o, const check_groups *all)
{
    const session_result *r = all->n == 1 ? &all->v[0].result : merge(a, all);
    changed_lines *changed = all->v[0].changed;
    int rc;

    if (all->v[0].since && !changed)
        changed = session_since_lines(a, all->v[0].since, r);
    rc = show(a, o, r, changed);
    return rc != STATUS_CLEAN ? rc : status_of_all(all);
}

int run_check(arena *a, const cli_options *o)
{
    check_groups all = {0};
    status st = {0};
    int rc = options_check(a, o, &st);

    if (rc == 0 && o->words.n == 0)
        return complain("check: which files? Try: refwarden check .");
    if (rc == 0)
        rc = settle(a, o, &all, &st);
    if (rc == 0 && o->show_settings)
        return show_groups(a, o, &all);
    if (rc == 0)
        rc = compare_open(a, o, &all, &st);
    if (rc == 0)
        rc = each_group(a, &all, run_group, &st);
    if (rc == 0)
        rc = each_group(a, &all, compare_found, &st);
    rc = rc != 0 ? complain_status(&st) : finish_fixes(a, o, &all);
    if (rc == STATUS_CLEAN)
        rc = report_all(a, o, &all);
    session_since_close(all.n ? all.v[0].since : NULL);
    return rc;
}
