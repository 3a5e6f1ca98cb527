/* One file, in a worker process: parse, verify, analyse. Headers that were not found are looked
 * for, and the file is parsed again with their folders.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <time.h>
#include <unistd.h>

enum { SNIFFED_BYTES = 4096, MOST_PARSES = 3 };

typedef struct {
    arena *a;
    const run_context *run;
    const source *s;
    const file_plan *plan;
    bool shares;
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

static frontend_request request_for(const run_context *run, const source *s,
                                    const source_flags *flags)
{
    return (frontend_request){
        .path = flags->directory ? s->absolute : s->path,
        .shown = s->shown,
        .text = s->text,
        .text_len = s->text_len,
        .directory = flags->directory,
        .flags = flags->flags.items,
        .nflags = flags->flags.n,
        .resource_dir = run->options->resource_dir,
        .type_slots = run->type_slots,
        .ntype_slots = run->ntype_slots,
    };
}

static const char *read_names(arena *a, int fd)
{
    off_t n = lseek(fd, 0, SEEK_END);
    char *names = arena_alloc(a, (size_t)n + 1);

    return pread(fd, names, (size_t)n, 0) == n ? names : NULL;
}

static void add_shared(const job *j, frontend_request *request)
{
    const shared_header *h = &j->run->plan->shared[j->plan->shared];

    request->shared_names = read_names(j->a, h->names_fd);
    if (!request->shared_names)
        return;
    request->shared_header = arena_printf(j->a, "/proc/self/fd/%d", h->fd);
    request->prelude = j->plan->prelude;
}

/* A shared header that cannot be used costs a second parse, not the file. */
static int lower(const job *j, const source_flags *flags, bool shares, ir_unit **unit,
                 frontend_report *report, status *st)
{
    frontend_request request = request_for(j->run, j->s, flags);

    if (shares)
        add_shared(j, &request);
    if (request.shared_header && frontend_lower(j->a, &request, unit, report, st) == 0)
        return 0;
    request.shared_header = request.shared_names = NULL;
    return frontend_lower(j->a, &request, unit, report, st);
}

/* Parses until no further header is found. */
static int lower_with_headers(const job *j, source_flags *flags, ir_unit **unit,
                              frontend_report *report, status *st)
{
    int rc = lower(j, flags, j->shares, unit, report, st);

    for (int i = 1; rc == 0 && report->nmissing && i < MOST_PARSES; i++) {
        if (headers_locate(j->a, j->s, report->missing, report->nmissing, j->run->python,
                           &flags->flags) == 0)
            break;
        rc = lower(j, flags, false, unit, report, st);
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
    rule_moment m = {.kind = MOMENT_FILE, .arg = -1, .text = report->first_error, .in_part = true};

    if (!report->first_error)
        return;
    file_rules_ask(j->a, j->run->rules, at, &m, &found);
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
    generated_findings(j->a, j->run, j->s, unit, config.target_minor, &result);
    suppress_findings(j->a, j->s, j->run->rules, unit, j->out->unit.status == UNIT_OK, &result);
    j->out->findings = result.findings;
    j->out->nfindings = result.nfindings;
    if (o->dump)
        j->out->dump = arena_strndup(j->a, dump.len ? dump.data : "", dump.len);
    buf_free(&dump);
}

static void check_file(const job *j)
{
    source_flags flags = j->plan->flags;
    frontend_report report = {0};
    ir_unit *unit = NULL;
    status st = {0};

    if (!can_be_read(j))
        return;
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

static double cpu_seconds(void)
{
    struct timespec used = {0};

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

void worker_analyse(arena *a, const run_context *run, const source *s, const file_plan *plan,
                    bool shares, file_result *out)
{
    job j = {a, run, s, plan, shares, out};
    double start = cpu_seconds();
    struct rusage usage = {0};

    out->unit.file = s->shown;
    check_file(&j);
    out->unit.seconds = cpu_seconds() - start;
    getrusage(RUSAGE_SELF, &usage);
    out->peak_kb = usage.ru_maxrss;
}

/* ---- shared headers */

/* libclang writes to a name of its own choice first: it needs a real folder. */
static int copy_into(const char *path, int fd)
{
    int from = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = 1;

    while (from >= 0 && n > 0)
        n = sendfile(fd, from, NULL, 1 << 30);
    if (from >= 0)
        close(from);
    return from >= 0 && n == 0 ? 0 : -1;
}

int worker_share(arena *a, const run_context *run, const source *s, const file_plan *plan,
                 const shared_header *h)
{
    const char *folder = getenv("TMPDIR");
    char *path = arena_printf(a, "%s/refwarden-XXXXXX", folder && *folder ? folder : "/tmp");
    frontend_request like = request_for(run, s, &plan->flags);
    int made = mkstemp(path), rc = -1;
    buf names = {0};

    if (made < 0)
        return -1;
    close(made);
    if (frontend_share(a, &like, h->directives, path, &names, NULL) == 0 &&
        write(h->names_fd, names.data, names.len) == (ssize_t)names.len)
        rc = copy_into(path, h->fd);
    unlink(path);
    buf_free(&names);
    return rc;
}
