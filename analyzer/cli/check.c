/* refwarden check: options to a session, its result to a report and an exit status. */
#include "cli_int.h"

#include "rules.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- words of options */

static int choose(const char *option, const char *given, const char *const *words, int standard,
                  int *out, status *st)
{
    *out = standard;
    for (int i = 0; given && words[i]; i++)
        if (strcmp(words[i], given) == 0) {
            *out = i;
            return 0;
        }
    if (!given)
        return 0;
    return fail(st, ERR_USAGE, "--%s: '%s' is not one of %s, %s, %s%s%s", option, given, words[0],
                words[1], words[2], words[3] ? ", " : "", words[3] ? words[3] : "");
}

enum { LEVEL_NEVER = SEV_ERROR + 1 };

static int fail_level(const cli_options *o, int *level, status *st)
{
    static const char *const words[] = {"note", "warning", "error", "never", NULL};
    int rc = choose("fail-on", o->fail_on, words, SEV_WARNING, level, st);

    *level = o->exit_zero ? LEVEL_NEVER : *level;
    return rc;
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
    static const char *const words[] = {"auto", "always", "never", NULL};
    int when;

    if (choose("color", o->color, words, 0, &when, st) != 0)
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

int options_check(arena *a, const cli_options *o, status *st)
{
    bool color;
    int number;
    output *outputs;

    if (fail_level(o, &number, st) != 0 || wants_color(o, NULL, &color, st) != 0 ||
        parse_target(o->target_python, &number, st) != 0 || outputs_of(a, o, &outputs, &number, st) != 0)
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
    if (o->verbose)
        say_slowest(r);
    if (o->verbose)
        fprintf(stderr, "largest worker: %ld MB\n", r->peak_worker_kb / 1024);
}

/* RW901 says that there may be more to find; it is no finding in the code. */
static bool counts(const finding *f, int level)
{
    return (int)f->severity >= level && strcmp(f->rule, "RW901") != 0;
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

    if (wants_color(o, to->file, &in->color, &st) != 0 || report_write(to->format, in, &text, &st) != 0)
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

/* The paths for which the same settings and the same target hold. */
typedef struct {
    const char *file; /* that sets them, or NULL */
    cli_options options;
    session_result result;
    int level, minor;
} group;

typedef struct {
    group *v;
    int n, cap;
} groups;

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

static int add_path(arena *a, const cli_options *o, const char *path, groups *all, status *st)
{
    group found = {0};
    int i = 0;

    if (config_options(a, o, place_of(o, path), &found.file, &found.options, st) != 0)
        return -1;
    if (parse_target(found.options.target_python, &found.minor, st) != 0)
        return -1;
    if (!found.minor && !o->no_config)
        found.minor = project_oldest_python(a, place_of(o, path));
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

static session_options session_of(const cli_options *o, int minor)
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
        .dump = o->dump,
        .progress = !o->quiet && !o->verbose && isatty(STDERR_FILENO),
        .quiet = o->quiet,
        .verbose = o->verbose,
    };
}

static int run_group(arena *a, group *g, status *st)
{
    session_options wanted;

    if (fail_level(&g->options, &g->level, st) != 0)
        return -1;
    if (g->options.verbose && g->file)
        say("refwarden: settings from ", g->file);
    if (g->options.verbose && g->minor)
        fprintf(stderr, "refwarden: target is Python 3.%d\n", g->minor);
    wanted = session_of(&g->options, g->minor);
    return session_run(a, &wanted, &g->result, st);
}

/* Each group has a level of its own. */
static int status_of_all(const groups *all)
{
    static const int worst_first[] = {STATUS_USAGE, STATUS_FINDINGS, STATUS_INCOMPLETE};

    for (size_t k = 0; k < sizeof worst_first / sizeof *worst_first; k++)
        for (int i = 0; i < all->n; i++)
            if (status_of(&all->v[i].result, all->v[i].level) == worst_first[k])
                return worst_first[k];
    return STATUS_CLEAN;
}

static const session_result *merge(arena *a, const groups *all)
{
    session_result *parts = arena_alloc(a, (size_t)all->n * sizeof *parts);
    session_result *out = arena_alloc(a, sizeof *out);

    for (int i = 0; i < all->n; i++)
        parts[i] = all->v[i].result;
    session_merge(a, parts, all->n, out);
    return out;
}

static int show(arena *a, const cli_options *o, const session_result *r)
{
    report_input in = {
        .tool_version = REFWARDEN_VERSION,
        .findings = r->findings,
        .nfindings = r->nfindings,
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
    rc = write_report(a, o, &in, r);
    say_summary(o, &in);
    return rc;
}

int run_check(arena *a, const cli_options *o)
{
    groups all = {0};
    status st = {0};
    int rc = options_check(a, o, &st);

    if (rc == 0 && o->words.n == 0)
        return complain("check: which files? Try: refwarden check .");
    for (int i = 0; i < o->words.n && rc == 0; i++)
        rc = add_path(a, o, o->words.items[i], &all, &st);
    for (int i = 0; i < all.n && rc == 0; i++)
        rc = run_group(a, &all.v[i], &st);
    if (rc != 0)
        return complain_status(&st);
    rc = show(a, o, all.n == 1 ? &all.v[0].result : merge(a, &all));
    return rc != STATUS_CLEAN ? rc : status_of_all(&all);
}
