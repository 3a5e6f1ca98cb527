/* Proves the rows of rules/contracts by calling the functions they are about.
 *
 *     conformance [-v] --rows FOLDER --cases FILE --fixtures FOLDER [--wrong FILE | --list] [NAME...]
 *
 * Each row runs in a process of its own, so a crash costs one trial: the parent starts another process
 * that goes on behind it. What was seen is kept in memory both share.
 */
#include "judge.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CASES = 1600, MAX_TRIALS = 200, MAX_FAILING = 400, REPEATS = 5, LEAST_PERCENT = 90 };

/* ---- cases.tsv */

typedef struct {
    char *name;    /* of a function, or a prefix that ends in '*' */
    char *words;   /* "-": not drivable */
    char *options; /* or the reason */
} test_case;

typedef struct {
    test_case cases[MAX_CASES];
    int ncases;
} case_table;

static int read_cases(case_table *table, arena *a, const char *path, status *st)
{
    char *text, *rest = NULL;
    size_t n;

    if (file_read(a, path, &text, &n, st) < 0)
        return -1;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (line[0] == '#' || table->ncases == MAX_CASES)
            continue;
        test_case *c = &table->cases[table->ncases++];
        c->name = strsep(&line, "\t");
        c->words = line ? strsep(&line, "\t") : "";
        c->options = line ? line : "";
    }
    return 0;
}

static const test_case *find_case(const case_table *table, const char *name, int n)
{
    for (int i = 0; i < table->ncases; i++)
        if (strcmp(table->cases[i].name, name) == 0 && n-- == 0)
            return &table->cases[i];
    return NULL;
}

/* The longest prefix wins. */
static const test_case *find_prefix(const case_table *table, const char *name)
{
    const test_case *best = NULL;
    size_t longest = 0;

    for (int i = 0; i < table->ncases; i++) {
        size_t n = strlen(table->cases[i].name);
        if (n > longest && table->cases[i].name[n - 1] == '*' &&
            strncmp(table->cases[i].name, name, n - 1) == 0) {
            best = &table->cases[i];
            longest = n;
        }
    }
    return best;
}

/* ---- trials of one row */

typedef struct {
    char words[512];
    bool is_base;      /* good arguments: repeated, and run with failing allocations */
    bool is_known_bad;
    const char *options;
} plan;

typedef struct {
    plan plans[MAX_TRIALS];
    int nplans;
} program;

static plan *add_plan(program *p, const char *words, bool is_base, const char *options)
{
    if (p->nplans == MAX_TRIALS)
        return NULL;
    plan *x = &p->plans[p->nplans++];
    snprintf(x->words, sizeof x->words, "%s", words);
    x->is_base = is_base;
    x->options = options;
    return x;
}

static bool is_plain_object(const char *word)
{
    return word[0] == 'o' && strcmp(word, "obj") == 0;
}

/* Words from the types; the prefix names the objects in their order. */
static void default_words(const api_call *call, const contract *row, const test_case *prefix, char *words,
                          size_t room)
{
    char objects[256] = "", *rest = objects;
    size_t n = 0;

    snprintf(objects, sizeof objects, "%s", prefix ? prefix->words : "");
    for (int k = 0; k < call->ntypes; k++) {
        contract_arg a = k < row->nargs ? row->args[k] : (contract_arg){.code = ARG_BORROW};
        const char *word = argument_default(call->types[k], (contract_arg_code)a.code);
        char *next = is_plain_object(word) || strcmp(word, "&obj") == 0 ? strsep(&rest, " ") : NULL;
        char unique[16];
        snprintf(unique, sizeof unique, "uniq(%d)", k);
        n += (size_t)snprintf(words + n, room - n, "%s%s%s%s", k ? " " : "",
                              next && *next && word[0] == '&' ? "&" : "", next && *next ? next : word,
                              row->pre && strstr(row->pre, unique) ? "!" : "");
    }
}

static int split(const char *words, char out[MAX_SLOTS][TEXT_MAX])
{
    char copy[512], *rest = NULL;
    int n = 0;

    snprintf(copy, sizeof copy, "%s", words);
    for (char *w = strtok_r(copy, " ", &rest); w && n < MAX_SLOTS; w = strtok_r(NULL, " ", &rest))
        snprintf(out[n++], TEXT_MAX, "%s", w);
    return n;
}

static void add_replaced(program *p, char words[MAX_SLOTS][TEXT_MAX], int n, int k, const char *with,
                         const char *options)
{
    char text[512] = "";
    size_t len = 0;

    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i ? " " : "",
                                i == k ? with : words[i]);
    add_plan(p, text, false, options);
}

static bool is_object_word(const char *word)
{
    return strchr("#'&[.", word[0]) == NULL && strcmp(word, "NULL") != 0 && strncmp(word, "file", 4) != 0;
}

/* Macros and their like check nothing. */
static bool checks_arguments(const contract *row)
{
    const char *stem = strchr(row->name, '_');
    bool is_macro = stem && isupper((unsigned char)stem[1]) && isupper((unsigned char)stem[2]);

    return row->fail != FAIL_NEVER || !is_macro;
}

/* A row that never fails may name the type it is about. */
static bool takes_any_object(const contract *row)
{
    const char *pre = row->pre ? row->pre : "";

    return row->fail != FAIL_NEVER || !(strstr(pre, "module(") || strstr(pre, "str(") || strstr(pre, "rc0("));
}

/* Wrong types, NULL where the row allows it, numbers out of range, text that is not UTF-8. */
static void add_variants(program *p, const api_call *call, const contract *row, const char *base,
                         const char *options)
{
    static const char *const objects[] = {"obj", "raiser", "empty_list", "str", "everything"};
    static const char *const numbers[] = {"#4096", "#-1", "#0", "#max"};
    static const char *const texts[] = {"'absent'", "'\\xff\\xfe'"};
    char words[MAX_SLOTS][TEXT_MAX];
    int n = split(base, words);

    for (int k = 0; k < n; k++) {
        bool null_ok = k < row->nargs && row->args[k].null_ok && row->args[k].code != ARG_VALUE;
        if (null_ok)
            add_replaced(p, words, n, k, words[k][0] == '&' ? "&NULL" : "NULL", options);
        if (!checks_arguments(row) || strstr(options, "no-variants"))
            continue;
        if (takes_any_object(row) && is_object_word(words[k]) &&
            (k >= call->ntypes || strcmp(call->types[k], "PyObject *") == 0))
            for (int i = 0; i < 5; i++)
                add_replaced(p, words, n, k, objects[i], options);
        if (words[k][0] == '#')
            for (int i = 0; i < 4; i++)
                add_replaced(p, words, n, k, numbers[i], options);
        if (words[k][0] == '\'')
            for (int i = 0; i < 2; i++)
                add_replaced(p, words, n, k, texts[i], options);
    }
}

static void make_program(program *p, const case_table *table, const api_call *call, const contract *row)
{
    char words[512] = "";
    const test_case *c = find_case(table, row->name, 0);
    const test_case *prefix = find_prefix(table, row->name);

    p->nplans = 0;
    if (c == NULL) {
        default_words(call, row, prefix, words, sizeof words);
        add_plan(p, words, true, prefix ? prefix->options : "");
        add_variants(p, call, row, words, prefix ? prefix->options : "");
        return;
    }
    for (int i = 0; (c = find_case(table, row->name, i)); i++)
        add_plan(p, c->words, true, c->options);
    for (int i = 0; (c = find_case(table, row->name, i)); i++)
        if (!strstr(c->options, "no-variants"))
            add_variants(p, call, row, c->words, c->options);
}

/* ---- running them, in a child */

typedef struct {
    evidence seen;
    int next;            /* plan to run */
    int phase;           /* 0 plain, 1 failing allocations */
    long fail_at;
    double seconds;
    bool base_fails;     /* also when every allocation succeeds */
    int crashes;
    char crash[200];     /* where the first one was */
} shared;

static bool counts_code(const contract *row)
{
    return !(row->effects & (FX_RUNS_CODE | FX_RUNS_ON_DROP)) && strncmp(row->name, "PyEval_", 7) != 0;
}

static trial_mode mode_of(const plan *x, const contract *row)
{
    bool err = row->pre && strstr(row->pre, "err") && !strstr(row->pre, "noerr") && !x->options[0];

    return (trial_mode){.options = err ? "pending" : x->options, .is_base = x->is_base};
}

/* The same call again and again: blocks that stay, or results that something keeps, add up. */
static void run_repeats(bench *b, trial *t, const plan *x, shared *s)
{
    trial_mode mode = mode_of(x, t->row);
    long live[REPEATS];
    int unexplained = 0;
    evidence warm_up = {0};
    int failures = s->seen.failures;

    if (trial_run(b, t, x->words, &mode, x->is_base ? &warm_up : &s->seen) < 0) {
        snprintf(s->seen.problem, sizeof s->seen.problem, "%s",
                 warm_up.problem[0] ? warm_up.problem : s->seen.problem);
        return;
    }
    mode.count_code = counts_code(t->row) && !strstr(x->options, "in-frame");
    for (int i = 0; i < (x->is_base ? REPEATS : 1); i++) {
        trial_run(b, t, x->words, &mode, &s->seen);
        PyGC_Collect();
        live[i] = heap_live(b->heap);
        unexplained += i > 0 && b->unexplained > 0;
    }
    s->base_fails = s->seen.failures > failures;
    if (!x->is_base)
        return;
    if (unexplained == REPEATS - 1)
        judge_contradict(t, &s->seen, "ret", "something else still holds the result: %s",
                         t->row->ret == RET_BORROWED ? "it is a new reference, not borrowed"
                                                     : "it is not released with the caller's reference");
    bool grows = true;
    for (int i = 2; i < REPEATS; i++)
        grows &= live[i] > live[i - 1];
    if (grows && !strstr(x->options, "grows") && unexplained < REPEATS - 1)
        judge_contradict(t, &s->seen, "ret", "each call leaves %ld blocks behind",
                         live[REPEATS - 1] - live[REPEATS - 2]);
}

static void run_failing(bench *b, trial *t, const plan *x, shared *s)
{
    trial_mode mode = mode_of(x, t->row);

    mode.only_memory = !s->base_fails;
    for (; s->fail_at < MAX_FAILING; s->fail_at++) {
        mode.fail_at = s->fail_at;
        if (trial_run(b, t, x->words, &mode, &s->seen) != 1)
            break;
    }
}

static void run_child(bench *b, const api_call *call, const contract *row, program *p, shared *s)
{
    static const struct rlimit memory = {2ul << 30, 2ul << 30}, no_core = {0, 0};
    trial *t = calloc(1, sizeof *t);

    if (t == NULL || setrlimit(RLIMIT_AS, &memory) < 0 || setrlimit(RLIMIT_CORE, &no_core) < 0)
        _exit(3);
    t->call = call;
    t->row = row;
    for (; s->next < p->nplans; s->next++, s->phase = 0) {
        const plan *x = &p->plans[s->next];
        alarm(5);
        if (strstr(x->options, "failing-first") && s->phase == 0) {
            s->fail_at = 1;
            run_failing(b, t, x, s);
        }
        if (s->phase == 0)
            run_repeats(b, t, x, s);
        if (s->phase == 0)
            s->fail_at = 1;
        s->phase = 1;
        if (x->is_base && !strstr(x->options, "no-failing"))
            run_failing(b, t, x, s);
    }
    fflush(NULL);
    _exit(0);
}

/* Goes on behind the trial that has killed the child. */
static void step_over(shared *s, const program *p, int how)
{
    if (s->crashes++ == 0)
        snprintf(s->crash, sizeof s->crash, "%s in (%.120s)%s",
                 how == SIGALRM ? "hangs" : strsignal(how), p->plans[s->next].words,
                 s->phase ? " when an allocation fails" : "");
    if (s->phase == 0) {
        s->next++;
    } else {
        s->fail_at++;
    }
}

static void silence(void)
{
    int null = open("/dev/null", O_RDWR);

    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
}

static void run_row(bench *b, const api_call *call, const contract *row, program *p, shared *s, bool loud)
{
    enum { MAX_CRASHES = 60 };
    int how;

    struct timespec began, ended;
    memset(s, 0, sizeof *s);
    clock_gettime(CLOCK_MONOTONIC, &began);
    while (s->next < p->nplans && s->crashes < MAX_CRASHES) {
        pid_t child = fork();
        if (child == 0) {
            if (!loud)
                silence();
            run_child(b, call, row, p, s);
        }
        if (child < 0 || waitpid(child, &how, 0) < 0)
            break;
        if (WIFEXITED(how) && WEXITSTATUS(how) == 0)
            break;
        step_over(s, p, WIFSIGNALED(how) ? WTERMSIG(how) : SIGABRT);
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    s->seconds = (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
}

/* ---- verdicts */

typedef struct {
    int proven, partly, undriven, contradicted;
} tally;

typedef struct {
    bool verbose;
    tally all, objects;  /* rows; functions that handle objects */
    int unproven_measured;
    bool list;           /* print what was measured instead of what was not */
} report;

static bool handles_objects(const api_call *call)
{
    bool found = strstr(call->result, "Object *") != NULL;

    for (int k = 0; k < call->ntypes; k++)
        found |= strstr(call->types[k], "Object *") != NULL;
    return found && !call->is_macro && strncmp(call->name, "Py", 2) == 0;
}

static void count(report *r, const api_call *call, int tally_offset)
{
    ++*(int *)((char *)&r->all + tally_offset);
    if (handles_objects(call))
        ++*(int *)((char *)&r->objects + tally_offset);
}

/* NAME, what the caller owes for the result, what it still owns of each argument. */
static void list_row(const contract *row)
{
    printf("%s\t%s\t", row->name, judge_result_word(row));
    for (int k = 0; k < row->nargs; k++)
        printf("%s%s", k ? "," : "", judge_argument_word(row, k));
    printf("\n");
}

static void report_row(report *r, const api_call *call, const contract *row, const shared *s,
                       const char *reason)
{
    char missing[64] = "";
    const evidence *e = &s->seen;

    judge_missing(row, e, missing, sizeof missing);
    if (r->list) {
        if (!reason && e->calls && !e->ncontradictions && !strstr(missing, "ret") && !strstr(missing, "args"))
            list_row(row);
        return;
    }
    if (r->verbose && s->seconds > 0.3)
        printf("%s: %.1f s\n", row->name, s->seconds);
    if (reason || (e->calls == 0 && e->ncontradictions == 0)) {
        printf("%s: not drivable: %s\n", row->name,
               reason ? reason : e->problem[0] ? e->problem : s->crash[0] ? s->crash : "nothing ran");
        count(r, call, offsetof(tally, undriven));
    } else if (e->ncontradictions) {
        for (int i = 0; i < e->ncontradictions && (i == 0 || r->verbose); i++)
            printf("%s:%d: %s: %s\n", row->file, row->line, row->name, e->contradictions[i]);
        count(r, call, offsetof(tally, contradicted));
    } else if (missing[0]) {
        printf("%s: proven except %s%s%s%s%s\n", row->name, missing, s->crash[0] ? "; " : "", s->crash,
               e->problem[0] ? "; " : "", e->problem);
        count(r, call, offsetof(tally, partly));
    } else {
        if (r->verbose)
            printf("%s: proven in %d calls\n", row->name, e->calls);
        count(r, call, offsetof(tally, proven));
        return;
    }
    r->unproven_measured += row->measured;
    if (row->measured)
        printf("%s: measured is y, but this run does not prove it\n", row->name);
}

/* ---- the program */

typedef struct {
    const char *rows, *cases, *fixtures;
    const char *wrong;   /* rows that are wrong on purpose: each must be contradicted */
    bool verbose, list;
    char **names;
    int nnames;
} options;

static int usage(void)
{
    fputs("usage: conformance [-v] --rows FOLDER --cases FILE --fixtures FOLDER [--wrong FILE | --list] [NAME...]\n",
          stderr);
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
    int n = scandir(o->rows, &files, is_table, by_name), rc = n > 0 ? 0 : fail(st, ERR_IO, "no rows in %s", o->rows);

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

static int start_python(bench *b, const char *fixtures)
{
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.write_bytecode = 0;
    config.install_signal_handlers = 0;
    PyStatus started = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(started))
        return -1;
    b->heap = heap_install();
    PyObject *path = PySys_GetObject("path");
    PyObject *folder = PyUnicode_FromString(fixtures);
    if (folder == NULL || PyList_Insert(path, 0, folder) < 0 || calls_import() < 0)
        return -1;
    Py_DECREF(folder);
    b->fixtures = PyImport_ImportModule("fixtures");
    return b->fixtures ? arguments_install(b->fixtures) : -1;
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

static void run_all(bench *b, const options *o, const contract_table *table, const case_table *cases,
                    report *r)
{
    program *p = calloc(1, sizeof *p);
    shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    for (const api_call *call = api_calls; call->name; call++) {
        const contract *row = contract_find(table, call->name, PY_MINOR_VERSION);
        if (!is_wanted(o, call->name) || (o->wrong && !(row && strcmp(row->file, o->wrong) == 0)))
            continue;
        const test_case *c = find_case(cases, call->name, 0);
        if (row == NULL) {
            if (handles_objects(call) && !o->list) {
                printf("%s: not drivable: no row\n", call->name);
                r->objects.undriven++;
            }
            continue;
        }
        memset(s, 0, sizeof *s);
        bool undriven = c && strcmp(c->words, "-") == 0;
        if (!undriven) {
            make_program(p, cases, call, row);
            fflush(stdout);
            run_row(b, call, row, p, s, o->nnames > 0);
        }
        report_row(r, call, row, s, undriven ? c->options : NULL);
    }
    munmap(s, sizeof *s);
    free(p);
}

/* Rows that are wrong on purpose: all of them must have been caught. */
static int print_caught(const report *r)
{
    int escaped = r->all.proven + r->all.partly + r->all.undriven;

    printf("%d wrong rows caught, %d not\n", r->all.contradicted, escaped);
    return escaped || r->all.contradicted == 0 ? 1 : 0;
}

static double cpu_seconds(void)
{
    struct rusage own, children;

    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    return (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec + children.ru_utime.tv_sec +
                    children.ru_stime.tv_sec) +
           (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec + children.ru_utime.tv_usec +
                    children.ru_stime.tv_usec) / 1e6;
}

static int print_summary(const report *r)
{
    const tally *x = &r->objects;
    int total = x->proven + x->partly + x->undriven + x->contradicted;

    printf("rows: %d proven, %d proven except a column, %d not drivable, %d contradicted\n", r->all.proven,
           r->all.partly, r->all.undriven, r->all.contradicted);
    printf("public functions that handle objects: %d of %d proven (%.1f %%), %d except a column, "
           "%d not drivable, %d contradicted; %.1f s of CPU\n",
           x->proven, total, total ? 100.0 * x->proven / total : 0.0, x->partly, x->undriven,
           x->contradicted, cpu_seconds());
    bool enough = total < 600 || 100 * x->proven >= LEAST_PERCENT * total;
    if (!enough)
        printf("less than %d %% are proven\n", LEAST_PERCENT);
    return r->all.contradicted || r->unproven_measured || !enough ? 1 : 0;
}

int main(int argc, char **argv)
{
    options o = {0};
    status st = {0};
    bench b = {0};
    case_table *cases = calloc(1, sizeof *cases);
    arena *a = arena_create();
    contract_table *table = contract_table_create(a);
    report r = {0};

    if (read_options(&o, argc, argv) < 0)
        return usage();
    if (cases == NULL || read_rows(table, a, &o, &st) < 0 || read_cases(cases, a, o.cases, &st) < 0) {
        fprintf(stderr, "conformance: %s\n", st.message);
        return 2;
    }
    if (start_python(&b, o.fixtures) < 0) {
        PyErr_Print();
        return 2;
    }
    add_singletons(&b);
    PyRun_SimpleString("import gc; gc.collect(); gc.freeze(); gc.set_threshold(0)");
    r.verbose = o.verbose;
    r.list = o.list;
    run_all(&b, &o, table, cases, &r);
    arena_destroy(a);
    free(cases);
    return o.list ? 0 : o.wrong ? print_caught(&r) : print_summary(&r);
}
