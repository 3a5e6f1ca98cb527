/* refwarden check: options to a session, its result to a report and an exit status. */
#include "cli_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- words of options */

static int choose(const char *option, const char *given, const char *const *words, int standard)
{
    if (!given)
        return standard;
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], given) == 0)
            return i;
    complain("--%s: '%s' is not one of %s, %s, %s%s%s", option, given, words[0], words[1], words[2],
             words[3] ? ", " : "", words[3] ? words[3] : "");
    return -1;
}

static int fail_level(const cli_options *o)
{
    static const char *const words[] = {"note", "warning", "error", "never", NULL};

    return choose("fail-on", o->fail_on, words, SEV_WARNING);
}

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);

    return value && *value;
}

static bool terminal_has_color(const cli_options *o)
{
    const char *term = getenv("TERM");

    if (is_set("NO_COLOR"))
        return false;
    if (is_set("FORCE_COLOR"))
        return true;
    return !o->output && isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

/* 1, 0, or -1 after a complaint. */
static int wants_color(const cli_options *o)
{
    static const char *const words[] = {"auto", "always", "never", NULL};
    int when = choose("color", o->color, words, 0);

    return when == 0 ? terminal_has_color(o) : when < 0 ? -1 : when == 1;
}

static int parse_target(const char *text, int *minor)
{
    char *end = NULL;

    *minor = 0;
    if (!text)
        return 0;
    if (strncmp(text, "3.", 2) == 0)
        *minor = (int)strtol(text + 2, &end, 10);
    if (!end || *end || *minor < 6 || *minor > 99) {
        complain("--target-python: '%s' is not a version like 3.12", text);
        return -1;
    }
    return 0;
}

static int check_words(const cli_options *o)
{
    buf nothing = {0};
    status st = {0};
    report_input empty = {.tool_version = REFWARDEN_VERSION};
    int rc = o->format ? report_write(o->format, &empty, &nothing, &st) : 0;

    buf_free(&nothing);
    if (rc != 0)
        return complain_status(&st);
    if (o->words.n == 0)
        return complain("check: which files? Try: refwarden check .");
    return STATUS_CLEAN;
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

static void say_notices(const cli_options *o, const session_result *r)
{
    for (int i = 0; i < r->nnotices && !o->quiet; i++)
        say("refwarden: ", r->notices[i]);
    for (int i = 0; i < r->nerrors; i++)
        say("refwarden: error: ", r->errors[i]);
}

static void say_units(const cli_options *o, const session_result *r)
{
    for (int i = 0; i < r->nunits && o->verbose; i++) {
        const unit_result *u = &r->units[i];

        fprintf(stderr, "%s: %s, %d functions, %.2f s\n", u->file, unit_status_text(u->status),
                u->functions, u->seconds);
        for (int k = 0; k < u->nmessages; k++)
            say("    ", u->messages[k]);
    }
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

static int write_report(const cli_options *o, const report_input *in, const session_result *r)
{
    buf text = {0};
    status st = {0};
    int rc;

    if (r->dump_text)
        buf_add(&text, r->dump_text);
    else if (report_write(o->format ? o->format : "text", in, &text, &st) != 0)
        return complain_status(&st);
    rc = write_out(o->output, &text);
    buf_free(&text);
    return rc;
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

static int show(arena *a, const cli_options *o, const session_result *r, int color, int level)
{
    report_input in = {
        .tool_version = REFWARDEN_VERSION,
        .findings = r->findings,
        .nfindings = r->nfindings,
        .units = r->units,
        .nunits = r->nunits,
        .files = r->files,
        .functions = r->functions,
        .color = color == 1,
        .source_line = source_cache_line,
        .source_ctx = source_cache_create(a, r),
    };
    int rc;

    say_notices(o, r);
    say_units(o, r);
    rc = write_report(o, &in, r);
    say_summary(o, &in);
    return rc != STATUS_CLEAN ? rc : status_of(r, level);
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

int run_check(arena *a, const cli_options *o)
{
    session_options wanted;
    session_result result;
    status st = {0};
    int level = fail_level(o), color = wants_color(o), minor = 0;

    if (level < 0 || color < 0 || parse_target(o->target_python, &minor) != 0)
        return STATUS_USAGE;
    if (check_words(o) != STATUS_CLEAN)
        return STATUS_USAGE;
    wanted = session_of(o, minor);
    if (session_run(a, &wanted, &result, &st) != 0)
        return complain_status(&st);
    return show(a, o, &result, color, level);
}
