/* One file, in a worker process: parse, verify, analyse. Headers that were not found are looked
 * for, and the file is parsed again with their folders. A file whose functions call those of other
 * files is held until these are known.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SNIFFED_BYTES = 4096, MOST_PARSES = 3, LARGEST_LINKED = 2 << 20, REPAIR_SHARE = 2 };

/* What does not change any more, once it was parsed, but for the engine and what is said of it. */
struct held_file {
    arena *a;
    const run_context *run;
    const source *s;
    const file_plan *plan;
    bool shares;
    file_result result;
    frontend_report report;
    ir_unit *unit;
    engine_config config;
    engine *engine; /* NULL: there is nothing to analyse */
    known_import *known; /* what it was told, when fixes are to be tried */
    int nknown, known_cap;
    double started;
    buf dump;
    located_header *located;
    int nlocated, located_cap;
    disk *disk; /* where headers are looked for; NULL: none was missing yet */
};
typedef struct held_file job;

static double cpu_seconds(void)
{
    struct timespec used = {0};

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void fail_file(job *j, const char *reason)
{
    j->result.failure = reason;
    j->result.unit.status = UNIT_FAILED;
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

static bool can_be_read(job *j)
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
        .texts = run->texts,
        .ntexts = run->options->ntexts,
        .directory = flags->directory,
        .flags = flags->flags.items,
        .nflags = flags->flags.n,
        .resource_dir = run->options->resource_dir,
        .tells_reads = run->cache != NULL,
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
    request->prelude = &j->plan->prelude;
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

static int add_located(job *j, const frontend_report *report, strings *flags)
{
    int before = j->nlocated;

    if (!j->disk)
        j->disk = disk_create(j->a);
    for (int i = 0; i < report->nmissing; i++) {
        const char *name = report->missing[i];
        located_header h = {name, headers_find(j->disk, j->s, name, j->run->python)};
        ARENA_PUSH(j->a, j->located, j->nlocated, j->located_cap, h);
    }
    return headers_add(j->a, j->s, j->located + before, j->nlocated - before, flags);
}

/* Parses until no further header is found. */
static int lower_with_headers(job *j, source_flags *flags, ir_unit **unit,
                              frontend_report *report, status *st)
{
    int rc = lower(j, flags, j->shares, unit, report, st);

    for (int i = 1; rc == 0 && report->nmissing && i < MOST_PARSES; i++) {
        if (add_located(j, report, &flags->flags) == 0)
            break;
        rc = lower(j, flags, false, unit, report, st);
    }
    return rc;
}

static const char *plural(int n)
{
    return n == 1 ? "" : "s";
}

static void describe_partial(job *j, const frontend_report *report)
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
    j->result.unit.messages = messages.items;
    j->result.unit.nmessages = messages.n;
}

/* Those of the system do not change while somebody watches. */
static void keep_headers(job *j, const frontend_report *report)
{
    const char *folder = j->plan->flags.directory;
    strings headers = {0};

    for (int i = 0; i < report->nincludes; i++) {
        const char *path = report->includes[i];

        if (path[0] != '/' && folder)
            path = path_join(j->a, folder, path);
        if (strncmp(path, "/usr/", 5) != 0)
            strings_add(j->a, &headers, path_absolute(j->a, path));
    }
    j->result.headers = headers.items;
    j->result.nheaders = headers.n;
}

static void describe_unit(job *j, const frontend_report *report)
{
    bool whole = !report->errors && !report->nmissing && !report->partial_functions;

    j->result.unit.status = whole ? UNIT_OK : UNIT_PARTIAL;
    j->result.unit.functions = report->functions;
    j->result.unit.partial_functions = report->partial_functions;
    j->result.missing = report->missing;
    j->result.nmissing = report->nmissing;
    j->result.python_h_missing = report->python_h_missing;
    describe_partial(j, report);
    if (j->run->is_alone) /* for who checks one file, and again when its headers change */
        keep_headers(j, report);
}

/* What the result depends on from here on. */
static void describe_needs(job *j, const frontend_report *report)
{
    j->result.is_lasting = true;
    j->result.files = report->files;
    j->result.nfiles = report->nfiles;
    j->result.asked = report->asked;
    j->result.nasked = report->nasked;
    j->result.located = j->located;
    j->result.nlocated = j->nlocated;
}

static hash128 content_of(arena *a, const char *path)
{
    char *text;
    size_t len;

    return is_file(path) && file_read(a, path, &text, &len, NULL) == 0 ? hash_content(text, len) : (hash128){0};
}

static void add_inputs(job *j, const strings *inputs)
{
    int n = j->result.nfiles;
    read_file *files = arena_alloc(j->a, sizeof *files * (size_t)(n + inputs->n) + 1);

    for (int i = 0; i < n; i++)
        files[i] = j->result.files[i];
    for (int i = 0; i < inputs->n; i++)
        files[n + i] = (read_file){inputs->items[i], content_of(j->a, inputs->items[i])};
    j->result.files = files;
    j->result.nfiles += inputs->n;
    j->result.ninputs = inputs->n;
}

/* Nothing but errors came out of it. */
static bool nothing_parsed(job *j, const frontend_report *report)
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

/* Functions of C++ have other names to the linker than to their readers, and what is very large is
 * generated: it would have to be kept in memory for little. */
static bool is_linked(const job *j)
{
    return !j->run->is_alone && strcmp(path_suffix(j->s->shown), "c") == 0 && j->s->size <= LARGEST_LINKED;
}

static void start_engine(job *j, int minor)
{
    const session_options *o = j->run->options;
    bool dumps_ir = o->dump && strcmp(o->dump, "ir") == 0;

    j->config = (engine_config){
        .rules = j->run->rules,
        .contracts = contracts_for(j, &j->report),
        .target_minor = o->target_minor ? o->target_minor : minor,
        .is_alone = !is_linked(j),
        .dump = dumps_ir ? NULL : o->dump,
        .dump_out = &j->dump,
    };
    tidy_names(j->a, j->unit);
    if (dumps_ir)
        ir_print(j->unit, &j->dump);
    ir_share_temporaries(j->a, j->unit);
    j->engine = engine_open(j->a, j->unit, &j->config);
}

static void finish(job *j)
{
    engine_result result = {0};
    strings inputs = {0};

    engine_close(j->engine, &result);
    j->engine = NULL;
    j->result.is_lasting &= !result.is_out_of_time;
    report_partial(j, &j->report, &result);
    generated_findings(j->a, j->run, j->s, j->unit, j->config.target_minor, &inputs, &result);
    add_inputs(j, &inputs);
    suppress_findings(j->a, j->run, j->s, j->unit, j->result.unit.status == UNIT_OK, &result);
    fingerprint_findings(j->s, result.findings, result.nfindings);
    j->result.findings = result.findings;
    j->result.nfindings = result.nfindings;
    j->result.unit.slowest = result.slowest;
    if (j->run->options->dump)
        j->result.dump = arena_strndup(j->a, j->dump.len ? j->dump.data : "", j->dump.len);
}

static void open_file(job *j)
{
    source_flags flags = j->plan->flags;
    status st = {0};

    if (!can_be_read(j))
        return;
    if (lower_with_headers(j, &flags, &j->unit, &j->report, &st) != 0) {
        fail_file(j, arena_strdup(j->a, st.message));
        return;
    }
    describe_unit(j, &j->report);
    describe_needs(j, &j->report);
    if (nothing_parsed(j, &j->report))
        return;
    j->result.is_lasting &= ir_verify(j->unit, &st) == 0;
    if (!j->result.is_lasting)
        fail_file(j, arena_printf(j->a, "internal error, please report it: %s", st.message));
    else
        start_engine(j, flags.minor);
}

held_file *held_open(const run_context *run, const source *s, const file_plan *plan, bool shares)
{
    double start = cpu_seconds();
    arena *a = arena_create();
    job *j = arena_alloc(a, sizeof *j);

    *j = (job){.a = a, .run = run, .s = s, .plan = plan, .shares = shares};
    j->result.unit.file = s->shown;
    open_file(j);
    j->result.unit.seconds = cpu_seconds() - start;
    return j;
}

/* ---- trying fixes */

static bool is_told(const known_import *known, int nknown, const char *name)
{
    for (int i = 0; i < nknown; i++)
        if (strcmp(known[i].name, name) == 0)
            return true;
    return false;
}

/* What is not known of other files by now stays unknown. */
static void advance_alone(job *j, const known_import *known, int nknown)
{
    const engine_link *imports;
    int n = engine_imports(j->engine, &imports);

    for (int i = 0; i < nknown; i++)
        engine_learn(j->engine, known[i].name, known[i].summary);
    for (int i = 0; i < n; i++)
        if (!is_told(known, nknown, imports[i].name))
            engine_learn(j->engine, imports[i].name, NULL);
    engine_advance(j->engine);
}

static held_file *analyse_text(void *ctx, const char *text, size_t len, repair_result *out)
{
    const job *j = ctx;
    arena *a = arena_create();
    job *trial = arena_alloc(a, sizeof *trial);
    source *s = arena_alloc(a, sizeof *s);
    run_context *run = arena_alloc(a, sizeof *run);
    session_options *options = arena_alloc(a, sizeof *options);

    *options = *j->run->options;
    options->fixes = false;
    options->dump = NULL;
    *run = *j->run;
    run->options = options;
    *s = *j->s;
    s->text = text;
    s->text_len = len;
    *trial = (job){.a = a, .run = run, .s = s, .plan = j->plan};
    trial->shares = j->shares && len >= j->plan->prelude.bytes && memcmp(text, j->s->text, j->plan->prelude.bytes) == 0;
    trial->result.unit.file = s->shown;
    open_file(trial);
    if (!trial->engine)
        return trial;
    advance_alone(trial, j->known, j->nknown);
    if (engine_is_done(trial->engine)) {
        finish(trial);
        *out = (repair_result){trial->result.findings, trial->result.nfindings, &trial->result.unit,
                               trial->report.errors};
    }
    return trial;
}

/* A worker that runs out of time loses its file: trying ends long before. */
static bool is_late(void *ctx)
{
    const job *j = ctx;
    double used = cpu_seconds() - j->started;

    return used > (double)limit_seconds(j->run->options) / REPAIR_SHARE;
}

static bool has_limited_api(const source_flags *flags)
{
    for (int i = 0; i < flags->flags.n; i++)
        if (strstr(flags->flags.items[i], "Py_LIMITED_API"))
            return true;
    return false;
}

/* What the contract names, where it takes the place of the call as it stands. */
static const char *strong_of(void *ctx, const char *lends)
{
    const job *j = ctx;
    const contract *c = contract_find(j->config.contracts, lends, j->config.target_minor);
    const contract *strong = c && c->strong ? contract_find(j->config.contracts, c->strong, j->config.target_minor) : NULL;
    bool fits = strong && strong->ret == RET_NEW && strong->nargs == c->nargs && strong->since <= j->config.target_minor;

    return fits ? strong->name : NULL;
}

static void repair(job *j)
{
    source with_text = *j->s;
    job reader = *j;
    repair_job wanted = {
        .file = j->unit->files[0].path, .findings = j->result.findings, .nfindings = j->result.nfindings,
        .unit = &j->result.unit, .errors = j->report.errors, .minor = j->config.target_minor,
        .has_limited_api = has_limited_api(&j->plan->flags), .analyse = analyse_text, .is_late = is_late,
        .ctx = &reader, .shown = j->run->shown, .strong = strong_of,
    };
    char *text = (char *)with_text.text;

    if (is_from_generator(j->s) || (!text && file_read(j->a, j->s->path, &text, &with_text.text_len, NULL) != 0))
        return;
    wanted.text = with_text.text = text;
    wanted.len = with_text.text_len;
    reader.s = &with_text;
    repair_findings(j->a, &wanted);
}

static void keep_shown(job *j)
{
    int kept = 0;

    for (int i = 0; i < j->result.nfindings; i++)
        if (is_rule_on(j->run->shown, j->result.findings[i].rule))
            j->result.findings[kept++] = j->result.findings[i];
    j->result.nfindings = kept;
}

static void remember(job *j, const known_import *known, int nknown)
{
    for (int i = 0; i < nknown; i++) {
        known_import k = {arena_strdup(j->a, known[i].name), arena_strdup(j->a, known[i].summary)};

        ARENA_PUSH(j->a, j->known, j->nknown, j->known_cap, k);
    }
}

static void explore(job *j, const known_import *known, int nknown)
{
    engine_link *exports;

    for (int i = 0; i < nknown; i++)
        engine_learn(j->engine, known[i].name, known[i].summary);
    if (j->run->options->fixes)
        remember(j, known, nknown);
    engine_advance(j->engine);
    if (!j->config.is_alone) {
        j->result.nimports = engine_imports(j->engine, &j->result.imports);
        j->result.nexports = engine_exports(j->engine, &exports);
        j->result.exports = exports;
    }
    j->result.is_waiting = !engine_is_done(j->engine);
    if (j->result.is_waiting)
        return;
    finish(j);
    if (!j->run->options->fixes)
        return;
    repair(j);
    keep_shown(j);
}

void held_advance(held_file *j, const known_import *known, int nknown, file_result *out)
{
    double start = j->started = cpu_seconds();
    struct rusage usage = {0};

    if (j->engine)
        explore(j, known, nknown);
    j->result.unit.seconds += cpu_seconds() - start;
    getrusage(RUSAGE_SELF, &usage);
    j->result.peak_kb = usage.ru_maxrss;
    *out = j->result;
}

void held_close(held_file *j)
{
    if (!j)
        return;
    buf_free(&j->dump);
    arena_destroy(j->a);
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
    mode_t usual = umask(077); /* libclang puts a file of its own in place of ours */
    buf names = {0};

    if (made >= 0)
        close(made);
    if (made >= 0 && frontend_share(a, &like, h->directives, path, &names, NULL) == 0 &&
        write(h->names_fd, names.data, names.len) == (ssize_t)names.len)
        rc = copy_into(path, h->fd);
    umask(usual);
    if (made >= 0)
        unlink(path);
    buf_free(&names);
    return rc;
}
