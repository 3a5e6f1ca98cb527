/* One file, in a process of its own: parse, verify, analyse.
 *
 * libclang recurses over the source's nesting, so the work is done on a thread with a large stack
 * (measured: a 10,000-branch else-if chain needs more than 8 MB). Headers that were not found are
 * looked for, and the file is parsed again with their folders.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

enum { STACK_MB = 256, SNIFFED_BYTES = 4096, MOST_PARSES = 3 };

typedef struct {
    arena *a;
    const run_context *run;
    const source *s;
    file_result *out;
} job;

static void fail_file(const job *j, const char *reason)
{
    j->out->failure = reason;
    j->out->unit.status = UNIT_FAILED;
}

/* ---- is it C at all */

/* Why it cannot be C, or NULL. */
static const char *not_text(const char *text, size_t len)
{
    size_t n = len < SNIFFED_BYTES ? len : SNIFFED_BYTES;
    const unsigned char *bytes = (const unsigned char *)text;
    bool has_utf16_mark = n >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) ||
                                     (bytes[0] == 0xFE && bytes[1] == 0xFF));

    if (has_utf16_mark)
        return "it does not look like C source (it is UTF-16; compilers want UTF-8)";
    return memchr(text, '\0', n) ? "it does not look like C source (it is a binary file)" : NULL;
}

static bool can_be_read(const job *j)
{
    const char *text = j->s->text;
    size_t len = j->s->text_len;
    const char *reason;
    char *read = NULL;
    status st = {0};

    if (!text) {
        if (file_read(j->a, j->s->path, &read, &len, &st) != 0) {
            fail_file(j, arena_printf(j->a, "it cannot be read (%s)", st.message));
            return false;
        }
        text = read;
    }
    reason = not_text(text, len);
    if (reason)
        fail_file(j, reason);
    return !reason;
}

/* ---- parsing */

static int lower(const job *j, const source_flags *flags, ir_unit **unit, frontend_report *report,
                 status *st)
{
    frontend_request request = {
        .process_ends = true,
        .path = j->s->path,
        .shown = j->s->shown,
        .text = j->s->text,
        .text_len = j->s->text_len,
        .directory = flags->directory,
        .flags = flags->flags.items,
        .nflags = flags->flags.n,
        .resource_dir = j->run->options->resource_dir,
        .type_slots = j->run->type_slots,
        .ntype_slots = j->run->ntype_slots,
    };

    if (flags->directory)
        request.path = j->s->absolute;
    *report = (frontend_report){0};
    return frontend_lower(j->a, &request, unit, report, st);
}

/* Parses until no further header is found. */
static int lower_with_headers(const job *j, source_flags *flags, ir_unit **unit,
                              frontend_report *report, status *st)
{
    int rc = lower(j, flags, unit, report, st);

    for (int i = 1; rc == 0 && report->nmissing && i < MOST_PARSES; i++) {
        if (headers_locate(j->a, j->s, report->missing, report->nmissing, j->run->python,
                           &flags->flags) == 0)
            break;
        rc = lower(j, flags, unit, report, st);
    }
    return rc;
}

static const char *plural(int n)
{
    return n == 1 ? "" : "s";
}

static void describe_partial(const job *j, const frontend_report *report)
{
    strings messages = {0};

    for (int i = 0; i < report->nmissing; i++)
        strings_add(j->a, &messages,
                    arena_printf(j->a, "header '%s' not found", report->missing[i]));
    if (report->partial_functions)
        strings_add(j->a, &messages,
                    arena_printf(j->a, "%d of %d function%s did not parse completely",
                                 report->partial_functions, report->functions,
                                 plural(report->functions)));
    for (int i = 0; i < report->nmessages; i++)
        strings_add(j->a, &messages, report->messages[i]);
    j->out->unit.messages = messages.items;
    j->out->unit.nmessages = messages.n;
}

static void describe_unit(const job *j, const frontend_report *report)
{
    bool whole = !report->errors && !report->nmissing && !report->partial_functions;

    j->out->unit.status = whole ? UNIT_OK : UNIT_PARTIAL;
    j->out->unit.functions = report->functions;
    j->out->unit.partial_functions = report->partial_functions;
    j->out->missing = report->missing;
    j->out->nmissing = report->nmissing;
    j->out->python_h_missing = report->python_h_missing;
    describe_partial(j, report);
}

/* Nothing but errors came out of it. */
static bool nothing_parsed(const job *j, const frontend_report *report)
{
    if (report->functions || !report->errors)
        return false;
    if (report->python_h_missing)
        fail_file(j, "Python.h was not found");
    else if (report->nmissing)
        fail_file(j, arena_printf(j->a, "'%s' was not found", report->missing[0]));
    else
        fail_file(j, arena_printf(j->a, "%s (%s)",
                                  is_source_name(j->s->shown) ? "nothing in it could be parsed"
                                                              : "it does not look like C source",
                                  report->nmessages ? report->messages[0] : "only errors"));
    return true;
}

/* ---- analysis */

static void report_partial(const job *j, const frontend_report *report, engine_result *result)
{
    file_findings found = {result->findings, result->nfindings, result->nfindings};
    place at = {.file = report->first_error_file, .line = report->first_error_line,
                .column = report->first_error_column};

    if (!report->first_error)
        return;
    file_rules_ask(j->a, j->run->rules, at, true, report->first_error, &found);
    result->findings = found.list;
    result->nfindings = found.n;
}

/* A header has one name, whatever way its includers went to it. */
static void tidy_names(arena *a, ir_unit *unit)
{
    for (int i = 0; i < unit->nfiles; i++)
        unit->files[i].path = path_tidy(a, unit->files[i].path);
}

/* A header that was not found is included all the same. */
static const contract_table *contracts_for(const job *j, const frontend_report *report)
{
    int n = report->nincludes + report->nmissing;
    const char **includes = arena_alloc(j->a, (size_t)n * sizeof *includes + 1);
    contract_unit unit = {includes, n, report->macros, report->nmacros};

    for (int i = 0; i < n; i++)
        includes[i] = i < report->nincludes ? report->includes[i] : report->missing[i - report->nincludes];
    return contract_table_select(j->a, j->run->contracts, &unit);
}

static void analyse(const job *j, ir_unit *unit, const frontend_report *report, int minor)
{
    const session_options *o = j->run->options;
    buf dump = {0};
    bool dumps_ir = o->dump && strcmp(o->dump, "ir") == 0;
    engine_config config = {
        .rules = j->run->rules,
        .contracts = contracts_for(j, report),
        .target_minor = o->target_minor ? o->target_minor : minor,
        .dump = dumps_ir ? NULL : o->dump,
        .dump_out = &dump,
    };
    engine_result result = {0};

    tidy_names(j->a, unit);
    if (dumps_ir)
        ir_print(unit, &dump);
    ir_share_temporaries(j->a, unit);
    engine_run(j->a, unit, &config, &result);
    report_partial(j, report, &result);
    suppress_findings(j->a, j->s, unit, &result);
    j->out->findings = result.findings;
    j->out->nfindings = result.nfindings;
    if (o->dump)
        j->out->dump = arena_strndup(j->a, dump.len ? dump.data : "", dump.len);
    buf_free(&dump);
}

static void check_file(const job *j)
{
    source_flags flags = {0};
    frontend_report report = {0};
    ir_unit *unit = NULL;
    status st = {0};

    if (!can_be_read(j))
        return;
    headers_flags(j->a, j->s, compdb_set_find(j->run->databases, j->s), j->run->python,
                  j->run->options, &flags);
    if (lower_with_headers(j, &flags, &unit, &report, &st) != 0) {
        fail_file(j, arena_strdup(j->a, st.message));
        return;
    }
    describe_unit(j, &report);
    if (nothing_parsed(j, &report))
        return;
    if (ir_verify(unit, &st) != 0)
        fail_file(j, arena_printf(j->a, "internal error, please report it: %s", st.message));
    else
        analyse(j, unit, &report, flags.minor);
}

static void *thread_main(void *argument)
{
    job *j = argument;
    struct timespec used;

    check_file(j);
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
        j->out->unit.seconds = (double)used.tv_sec + (double)used.tv_nsec / 1e9;
    return NULL;
}

void worker_analyse(arena *a, const run_context *run, const source *s, file_result *out)
{
    job j = {a, run, s, out};
    pthread_attr_t attributes;
    pthread_t thread;

    out->unit.file = s->shown;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)STACK_MB << 20);
    if (pthread_create(&thread, &attributes, thread_main, &j) != 0)
        fail_file(&j, "no memory for the worker's stack");
    else
        pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
}
