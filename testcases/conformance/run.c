/* All trials of one row.
 *
 * A call may crash, hang or end the process: it runs in a child, and the parent starts another child that
 * goes on behind it. Each plan runs plain first, good arguments several times, because what a call leaves
 * behind adds up; then with the first, the second, ... allocation failing, until the call does not get that
 * far any more.
 */
#include "run.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPEATS = 5, MOST_FAILING = 5000, MOST_CRASHES = 60, SECONDS = 5 };

static bool counts_code(const contract *row, const plan *x)
{
    bool counts = row->effects & FX_CALLS_BACK || !(row->effects & (FX_RUNS_CODE | FX_RUNS_ON_DROP));

    return counts && strncmp(row->name, "PyEval_", 7) != 0 && !strstr(x->options, "in-frame");
}

static trial_mode mode_of(const plan *x, const contract *row)
{
    bool err = row->pre && strstr(row->pre, "err") && !strstr(row->pre, "noerr") && !x->options[0];

    return (trial_mode){.options = err ? "pending" : x->options, .is_base = x->is_base};
}

/* ---- the same call again and again */

typedef struct {
    long live[REPEATS];  /* blocks after each call */
    int unexplained;     /* calls whose result something else held afterwards */
} growth;

static void judge_growth(const growth *g, const plan *x, const trial *t, evidence *e)
{
    bool grows = !strstr(x->options, "grows");

    for (int i = 2; i < REPEATS; i++)
        grows &= g->live[i] > g->live[i - 1];
    if (g->unexplained == REPEATS - 1)
        judge_contradict(t, e, "ret", "something else still holds the result: %s",
                         t->row->ret == RET_BORROWED ? "it is a new reference, not borrowed"
                                                     : "it is not released with the caller's reference");
    else if (grows)
        judge_contradict(t, e, "ret", "each call leaves %ld blocks behind",
                         g->live[REPEATS - 1] - g->live[REPEATS - 2]);
}

static int warm_up(bench *b, trial *t, const plan *x, run_result *r)
{
    trial_mode mode = mode_of(x, t->row);
    evidence ignored = {0};

    int rc = trial_run(b, t, x->words, &mode, &ignored);
    if (rc < 0 && x->is_base)
        snprintf(r->seen.problem, sizeof r->seen.problem, "%s", ignored.problem);
    return rc;
}

static void run_plain(bench *b, trial *t, const plan *x, run_result *r)
{
    trial_mode mode = mode_of(x, t->row);
    int failures = r->seen.failures;
    growth g = {0};

    if (warm_up(b, t, x, r) < 0)
        return;
    mode.count_code = counts_code(t->row, x);
    for (int i = 0; i < (x->is_base ? REPEATS : 1); i++) {
        trial_run(b, t, x->words, &mode, &r->seen);
        PyGC_Collect();
        g.live[i] = heap_live(b->heap);
        g.unexplained += i > 0 && b->unexplained > 0;
    }
    r->base_fails = r->seen.failures > failures;
    if (x->is_base)
        judge_growth(&g, x, t, &r->seen);
}

/* ---- failing allocations */

static void run_failing(bench *b, trial *t, const plan *x, run_result *r)
{
    trial_mode mode = mode_of(x, t->row);

    mode.only_memory = !r->base_fails;
    for (r->fail_at = r->fail_at ? r->fail_at : 1; r->fail_at < MOST_FAILING; r->fail_at++) {
        mode.fail_at = r->fail_at;
        if (trial_run(b, t, x->words, &mode, &r->seen) != 1)
            return;
    }
    r->stopped_early = true;
}

/* ---- an exception that is set already */

static void run_pending(bench *b, trial *t, const plan *x, run_result *r)
{
    trial_mode mode = {.options = "pending", .is_base = true};
    evidence ignored = {0};

    bool is_plain = x->options[0] == '\0' || strcmp(x->options, "no-variants") == 0;

    if (!is_plain || !contract_has_condition(t->row, PRE_NO_EXCEPTION, -1))
        return;
    if (trial_run(b, t, x->words, &mode, &ignored) >= 0 && !t->failed)
        judge_contradict(t, &r->seen, "pre", "noerr, and it succeeds with an exception set");
}

/* ---- processes */

static void run_plan(bench *b, trial *t, const plan *x, run_result *r)
{
    if (!r->is_failing && strstr(x->options, "failing-first"))
        run_failing(b, t, x, r);
    if (!r->is_failing) {
        run_plain(b, t, x, r);
        if (x->is_base)
            run_pending(b, t, x, r);
        r->fail_at = 0;
    }
    r->is_failing = true;
    if (x->is_base)
        run_failing(b, t, x, r);
    r->is_failing = false;
    r->fail_at = 0;
}

/* Good arguments come first. */
static int plans_to_run(const program *p, const run_result *r)
{
    int n = 0;

    while (n < p->nplans && (p->plans[n].is_base || !r->checks_nothing))
        n++;
    return n;
}

static void run_child(bench *b, const api_call *call, const contract *row, const program *p, run_result *r)
{
    static const struct rlimit memory = {2ul << 30, 2ul << 30}, no_core = {0, 0};
    trial *t = calloc(1, sizeof *t);

    if (t == NULL || setrlimit(RLIMIT_AS, &memory) < 0 || setrlimit(RLIMIT_CORE, &no_core) < 0)
        abort();
    t->call = call;
    t->row = row;
    for (; r->next < plans_to_run(p, r); r->next++) {
        alarm(SECONDS);
        run_plan(b, t, &p->plans[r->next], r);
    }
    fflush(NULL);
    _exit(0);
}

static void silence(void)
{
    int null = open("/dev/null", O_RDWR);

    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
}

/* What wrong arguments do to such a function depends on what lies in memory. */
static void start_again_with_good_ones(run_result *r)
{
    memset(r, 0, sizeof *r);
    r->checks_nothing = true;
}

/* Goes on behind the trial that has ended the child. */
static void step_over(run_result *r, const program *p, int how)
{
    const plan *x = &p->plans[r->next];

    if (x->null_argument >= 0) {
        judge_crash_on_null(x->null_argument, x->words, &r->seen);
        r->next++;
        return;
    }
    if (!x->is_base) {
        start_again_with_good_ones(r);
        return;
    }
    const char *what = !WIFSIGNALED(how)            ? "ends the process"
                       : WTERMSIG(how) == SIGALRM ? "hangs"
                                                    : strsignal(WTERMSIG(how));

    if (r->crashes++ == 0)
        snprintf(r->crash, sizeof r->crash, "%s in (%.120s)%s", what, p->plans[r->next].words,
                 r->is_failing ? " when an allocation fails" : "");
    if (r->is_failing)
        r->fail_at++;
    else
        r->next++;
}

run_result *run_result_create(void)
{
    run_result *r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (r == MAP_FAILED)
        abort();
    return r;
}

void run_row(bench *b, const api_call *call, const contract *row, const program *p, run_result *r,
             bool loud)
{
    int how;

    memset(r, 0, sizeof *r);
    fflush(NULL);
    while (r->next < plans_to_run(p, r) && r->crashes < MOST_CRASHES) {
        pid_t child = fork();
        if (child == 0) {
            if (!loud)
                silence();
            run_child(b, call, row, p, r);
        }
        if (child < 0 || waitpid(child, &how, 0) < 0 || (WIFEXITED(how) && WEXITSTATUS(how) == 0))
            break;
        step_over(r, p, how);
    }
}
