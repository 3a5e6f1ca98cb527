/* Proves the rows of rules/contracts by calling the functions they are about.
 *
 *     conformance [-v] --rows FOLDER --cases FILE --fixtures FOLDER [--wrong FILE | --list] [NAME...]
 *
 * Each row is proven, proven except for some columns that no call has exercised, not drivable for a reason,
 * or contradicted, which fails; so does a row with `measured` that is not proven. With --wrong only the rows
 * of that file are tried, and one that is not contradicted fails. --list prints what was measured, for
 * refcounts.py.
 */
#include "run.h"

#include <dirent.h>
#include <sys/resource.h>

enum { LEAST_PERCENT = 90, MAX_FAMILIES = 64 };

/* ---- verdicts */

typedef enum { PROVEN, PARTLY, UNDRIVEN, CONTRADICTED, VERDICTS } verdict;

typedef struct {
    const char *name;
    int count[VERDICTS];
} tally;

typedef struct {
    bool verbose;
    bool list;           /* print what was measured instead of what was not */
    tally all, objects;  /* rows; functions that handle objects */
    tally families[MAX_FAMILIES]; /* rows of one file */
    int nfamilies;
    int unproven_measured;
    int unbuilt;         /* rows with a case whose arguments could not be built */
} report;

static bool handles_objects(const api_call *call)
{
    bool found = strstr(call->result, "Object *") != NULL;

    for (int k = 0; k < call->ntypes; k++)
        found |= strstr(call->types[k], "Object *") != NULL;
    return found && !call->is_macro && strncmp(call->name, "Py", 2) == 0;
}

static tally *family_of(report *r, const char *file)
{
    const char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
    int i = 0;

    while (i < r->nfamilies && strcmp(r->families[i].name, name) != 0)
        i++;
    if (i == r->nfamilies && i < MAX_FAMILIES - 1)
        r->families[r->nfamilies++].name = name;
    return &r->families[i];
}

static void count(report *r, const api_call *call, const contract *row, verdict v)
{
    if (handles_objects(call))
        r->objects.count[v]++;
    if (row) {
        r->all.count[v]++;
        family_of(r, row->file)->count[v]++;
    }
}

static verdict verdict_of(const evidence *e, const char *reason, const char *missing)
{
    if (reason || (e->calls == 0 && e->ncontradictions == 0))
        return UNDRIVEN;
    if (e->ncontradictions)
        return CONTRADICTED;
    return missing[0] ? PARTLY : PROVEN;
}

/* NAME, what the caller owes for the result, what becomes of the reference to each argument. */
static void list_row(const contract *row, const evidence *e)
{
    printf("%s\t%s\t", row->name, judge_result_word(row));
    for (int k = 0; k < row->nargs; k++)
        printf("%s%s", k ? "," : "", judge_argument_word(row, e, k));
    printf("\n");
}

static void print_contradictions(const contract *row, const evidence *e, bool all)
{
    for (int i = 0; i < e->ncontradictions && (i == 0 || all); i++)
        printf("%s:%d: %s: %s\n", row->file, row->line, row->name, e->contradictions[i]);
}

static void print_verdict(const report *r, const contract *row, const run_result *s, const char *reason,
                          const char *missing, verdict v)
{
    const evidence *e = &s->seen;
    const char *why = e->problem[0] ? e->problem : s->crash;

    if (v == UNDRIVEN)
        printf("%s: not drivable: %s\n", row->name, reason ? reason : why[0] ? why : "nothing ran");
    else if (v == CONTRADICTED)
        print_contradictions(row, e, r->verbose);
    else if (v == PARTLY)
        printf("%s: proven except %s%s%s\n", row->name, missing, why[0] ? "; " : "", why);
    else if (r->verbose)
        printf("%s: proven in %d calls%s\n", row->name, e->calls,
               s->checks_nothing  ? ", checks nothing"
               : s->stopped_early ? ", not every allocation failed"
                                  : "");
    if (row->measured && v != PROVEN)
        printf("%s: measured is y, but this run does not prove it\n", row->name);
}

static void report_row(report *r, const api_call *call, const contract *row, const run_result *s,
                       const char *reason)
{
    char missing[64];

    judge_missing(row, &s->seen, missing, sizeof missing);
    verdict v = verdict_of(&s->seen, reason, missing);
    if (r->list) {
        if (v == PROVEN || (v == PARTLY && !strstr(missing, "ret") && !strstr(missing, "args")))
            list_row(row, &s->seen);
        return;
    }
    print_verdict(r, row, s, reason, missing, v);
    count(r, call, row, v);
    r->unproven_measured += row->measured && v != PROVEN;
    if (s->seen.problem[0]) {
        printf("%s: no such arguments: %s\n", row->name, s->seen.problem);
        r->unbuilt++;
    }
}

static void report_missing_row(report *r, const api_call *call)
{
    if (!handles_objects(call) || r->list)
        return;
    printf("%s: not drivable: no row\n", call->name);
    count(r, call, NULL, UNDRIVEN);
}

/* ---- the end */

static double cpu_seconds(void)
{
    double seconds = 0;

    for (int i = 0; i < 2; i++) {
        struct rusage u;
        getrusage(i ? RUSAGE_CHILDREN : RUSAGE_SELF, &u);
        seconds += (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec);
        seconds += (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
    }
    return seconds;
}

static void print_tally(const tally *x)
{
    printf("%-16s %4d proven %4d except a column %4d not drivable %4d contradicted\n", x->name,
           x->count[PROVEN], x->count[PARTLY], x->count[UNDRIVEN], x->count[CONTRADICTED]);
}

static int total(const tally *x)
{
    return x->count[PROVEN] + x->count[PARTLY] + x->count[UNDRIVEN] + x->count[CONTRADICTED];
}

/* Rows that are wrong on purpose: all of them must have been caught. */
static int finish_wrong(const report *r)
{
    int caught = r->all.count[CONTRADICTED], escaped = total(&r->all) - caught;

    printf("%d wrong rows caught, %d not\n", caught, escaped);
    return escaped || caught == 0 ? 1 : 0;
}

static int finish(const report *r, bool is_whole)
{
    const tally *x = &r->objects;
    double percent = total(x) ? 100.0 * x->count[PROVEN] / total(x) : 100;
    bool enough = !is_whole || percent >= LEAST_PERCENT;

    for (int i = 0; i < r->nfamilies; i++)
        print_tally(&r->families[i]);
    print_tally(&r->all);
    printf("public functions that handle objects: %d of %d proven (%.1f %%%s), %d except a column, "
           "%d not drivable, %d contradicted; %.1f s of CPU\n",
           x->count[PROVEN], total(x), percent, enough ? "" : ": too few", x->count[PARTLY],
           x->count[UNDRIVEN], x->count[CONTRADICTED], cpu_seconds());
    return r->all.count[CONTRADICTED] || r->unproven_measured || r->unbuilt || !enough ? 1 : 0;
}

/* ---- options and rows */

typedef struct {
    const char *rows, *cases, *fixtures;
    const char *wrong;   /* rows that are wrong on purpose: each must be contradicted */
    bool verbose, list;
    char **names;
    int nnames;
} options;

static int usage(void)
{
    fputs("usage: conformance [-v] --rows FOLDER --cases FILE --fixtures FOLDER\n"
          "                   [--wrong FILE | --list] [NAME...]\n", stderr);
    return 2;
}

static int read_options(options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char **value = strcmp(argv[i], "--rows") == 0       ? &o->rows
                             : strcmp(argv[i], "--cases") == 0    ? &o->cases
                             : strcmp(argv[i], "--fixtures") == 0 ? &o->fixtures
                             : strcmp(argv[i], "--wrong") == 0    ? &o->wrong
                                                                  : NULL;
        if (value && ++i < argc)
            *value = argv[i];
        else if (strcmp(argv[i], "-v") == 0)
            o->verbose = true;
        else if (strcmp(argv[i], "--list") == 0)
            o->list = true;
        else if (argv[i][0] != '-') {
            o->names = argv + i;
            o->nnames = argc - i;
            break;
        } else
            return -1;
    }
    return o->rows && o->cases && o->fixtures ? 0 : -1;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_table(const struct dirent *d)
{
    size_t n = strlen(d->d_name);

    return n > 4 && strcmp(d->d_name + n - 4, ".tsv") == 0;
}

static int read_one(contract_table *table, arena *a, const char *path, status *st)
{
    char *text;
    size_t n;

    return file_read(a, path, &text, &n, st) < 0 ? -1 : contract_table_read(table, path, text, st);
}

static int read_rows(contract_table *table, arena *a, const options *o, status *st)
{
    struct dirent **files;
    int n = scandir(o->rows, &files, is_table, by_name);
    int rc = n > 0 ? 0 : fail(st, ERR_IO, "no rows in %s", o->rows);

    for (int i = 0; i < n; i++) {
        char *path = arena_printf(a, "%s/%s", o->rows, files[i]->d_name);
        if (rc == 0)
            rc = read_one(table, a, path, st);
        free(files[i]);
    }
    if (n > 0)
        free(files);
    return rc == 0 && o->wrong ? read_one(table, a, o->wrong, st) : rc;
}

static bool is_wanted(const options *o, const char *name)
{
    for (int i = 0; i < o->nnames; i++)
        if (strcmp(o->names[i], name) == 0)
            return true;
    return o->nnames == 0;
}

/* ---- the interpreter */

static int initialize(void)
{
    PyConfig config;

    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.write_bytecode = 0;
    config.install_signal_handlers = 0;
    config.use_hash_seed = 1; /* the same order in each run */
    config.hash_seed = 1;
    PyStatus started = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return PyStatus_Exception(started) ? -1 : 0;
}

/* Objects that exist once: what a call does to them is seen in their count. */
static void add_singletons(bench *b)
{
    PyObject *once[] = {Py_None, Py_True, Py_False, Py_NotImplemented, Py_Ellipsis, PyTuple_New(0),
                        PyUnicode_FromString(""), PyBytes_FromString(""), PyLong_FromLong(0),
                        PyLong_FromLong(1), PyLong_FromLong(-1), PyLong_FromLong(2), PyLong_FromLong(3)};

    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        b->residents[b->nresidents++] = Py_NewRef(once[i]);
    b->nsingletons = b->nresidents;
}

/* What exists now is of no interest to the collector any more, and it runs only when asked. */
static int start_python(bench *b, const char *fixtures)
{
    if (initialize() < 0)
        return -1;
    b->heap = heap_install();
    PyObject *folder = PyUnicode_FromString(fixtures);
    if (folder == NULL || PyList_Insert(PySys_GetObject("path"), 0, folder) < 0 || calls_import() < 0)
        return -1;
    Py_DECREF(folder);
    b->fixtures = PyImport_ImportModule("fixtures");
    if (b->fixtures == NULL || arguments_install(b->fixtures) < 0)
        return -1;
    add_singletons(b);
    return PyRun_SimpleString("import gc; gc.collect(); gc.freeze(); gc.set_threshold(0)");
}

/* ---- the program */

static bool is_wanted_row(const options *o, const api_call *call, const contract *row)
{
    bool is_wrong = row && o->wrong && strcmp(row->file, o->wrong) == 0;

    return is_wanted(o, call->name) && (o->wrong == NULL || is_wrong);
}

static void run_all(bench *b, const options *o, const contract_table *table, const case_table *cases,
                    report *r)
{
    run_result *s = run_result_create();
    program p;

    for (const api_call *call = api_calls; call->name; call++) {
        const contract *row = contract_find(table, call->name, PY_MINOR_VERSION);
        const char *reason = case_reason(cases, call->name);
        if (!is_wanted_row(o, call, row))
            continue;
        if (row == NULL) {
            report_missing_row(r, call);
            continue;
        }
        memset(s, 0, sizeof *s);
        if (reason == NULL) {
            program_make(&p, cases, call, row);
            run_row(b, call, row, &p, s, o->nnames > 0);
        }
        report_row(r, call, row, s, reason);
    }
}

int main(int argc, char **argv)
{
    options o = {0};
    status st = {0};
    bench b = {0};
    arena *a = arena_create();
    case_table *cases = NULL;
    contract_table *table = contract_table_create(a);
    report r = {.all.name = "rows", .objects.name = "functions"};

    if (read_options(&o, argc, argv) < 0)
        return usage();
    if (read_rows(table, a, &o, &st) < 0 || case_table_read(&cases, a, o.cases, &st) < 0) {
        fprintf(stderr, "conformance: %s\n", st.message);
        return 2;
    }
    if (start_python(&b, o.fixtures) < 0) {
        PyErr_Print();
        return 2;
    }
    r.verbose = o.verbose;
    r.list = o.list;
    run_all(&b, &o, table, cases, &r);
    int rc = o.list ? 0 : o.wrong ? finish_wrong(&r) : finish(&r, o.nnames == 0);
    arena_destroy(a);
    return rc;
}
