/* The pool of workers: one process a file, the longest file first.
 *
 * A worker that crashes, hangs or eats memory costs its own file and nothing else; the file is
 * then reported as not analysed, never as clean. Each worker has a pipe for its result and a
 * temporary file for its last words. Results land at the index of their source, so the order in
 * which workers finish does not matter.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <malloc.h>
#include <sys/mman.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#if defined __SANITIZE_ADDRESS__
#define ADDRESS_SANITIZER 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif
#ifndef ADDRESS_SANITIZER
#define ADDRESS_SANITIZER 0
#endif

enum {
    DEFAULT_SECONDS = 60,
    DEFAULT_MB = 4096,
    MOST_JOBS = 256,
    LAST_WORDS = 4096,
    ANSWER_CHUNK = 65536,
};

typedef struct {
    pid_t pid;
    int fd;
    FILE *words; /* the worker's stderr */
    int index;   /* of its source */
    buf answer;
    double deadline;
    bool too_slow;
} worker;

typedef struct {
    arena *a;
    const run_context *run;
    const sources *list;
    file_result *results;
    int *order;      /* indices of sources, longest first */
    int next, done;
    worker *workers; /* the first nworkers are running */
    int nworkers, jobs;
} pool;

int limit_seconds(const session_options *o)
{
    return o->timeout > 0 ? o->timeout : DEFAULT_SECONDS;
}

long limit_megabytes(const session_options *o)
{
    return o->memory_mb > 0 ? o->memory_mb : DEFAULT_MB;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- in the worker */

static void limit(int resource, rlim_t soft, rlim_t extra)
{
    struct rlimit r = {soft, soft + extra};

    setrlimit(resource, &r);
}

static void set_limits(const session_options *o)
{
    limit(RLIMIT_CPU, (rlim_t)limit_seconds(o), 1);
    limit(RLIMIT_CORE, 0, 0);
    if (!ADDRESS_SANITIZER)
        limit(RLIMIT_AS, (rlim_t)limit_megabytes(o) << 20, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

static int write_all(int fd, const char *data, size_t n)
{
    while (n) {
        ssize_t written = write(fd, data, n);

        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            data += written;
            n -= (size_t)written;
        }
    }
    return 0;
}

#ifdef __GLIBC__
enum { HEAP_AT_FIRST = 96 << 20, LARGE_PAGE = 2 << 20 };

/* What a file of ordinary size needs comes in large pages, where the system has them: the memory
 * is only spoken for, not touched. */
static void use_large_pages(void)
{
    char *p = malloc(HEAP_AT_FIRST);
    uintptr_t from = ((uintptr_t)p + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;

    if (p)
        madvise((void *)from, HEAP_AT_FIRST - 2 * LARGE_PAGE, MADV_HUGEPAGE);
    free(p);
}
#endif

/* One heap that grows in large steps and is never given back: the thread that does the work would
 * otherwise ask the system for every few pages (a fifth of the CPU time, measured). */
static void tune_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_MMAP_THRESHOLD, 256 << 20);
    use_large_pages();
#endif
}

_Noreturn static void worker_main(const pool *p, const source *s, int out, int words)
{
    file_result result = {0};
    buf answer = {0};
    arena *a = arena_create();

    dup2(words, STDERR_FILENO);
    set_limits(p->run->options);
    tune_memory();
    worker_analyse(a, p->run, s, &result);
    wire_write(&result, &answer);
    _exit(write_all(out, answer.data, answer.len) == 0 ? 0 : 1);
}

/* ---- starting */

static int start_process(const pool *p, worker *w)
{
    int ends[2];

    w->words = tmpfile();
    if (!w->words)
        return -1;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fclose(w->words);
        return -1;
    }
    w->pid = fork();
    if (w->pid == 0)
        worker_main(p, &p->list->items[w->index], ends[1], fileno(w->words));
    close(ends[1]);
    w->fd = ends[0];
    if (w->pid > 0)
        return 0;
    close(w->fd);
    fclose(w->words);
    return -1;
}

/* Starting may fail for want of processes: that is an error only when none is running. */
static int start_workers(pool *p, status *st)
{
    while (p->nworkers < p->jobs && p->next < p->list->n) {
        worker w = {.index = p->order[p->next]};

        w.deadline = now() + 2.0 * limit_seconds(p->run->options);
        if (start_process(p, &w) != 0) {
            if (p->nworkers)
                return 0;
            return fail(st, ERR_LIMIT, "cannot start a worker process: %s", strerror(errno));
        }
        p->next++;
        p->workers[p->nworkers++] = w;
    }
    return 0;
}

/* ---- ending */

static bool last_words_say(const char *words, const char *what)
{
    return strstr(words, what) != NULL;
}

static void read_last_words(worker *w, char *text, size_t size)
{
    size_t n;

    if (fseek(w->words, -(long)size + 1, SEEK_END) != 0)
        rewind(w->words);
    n = fread(text, 1, size - 1, w->words);
    text[n] = '\0';
    fclose(w->words);
}

/* Why a worker did not answer, in words for its user. */
static const char *cause_of_death(const pool *p, const worker *w, int code, long peak_kb,
                                  const char *words)
{
    const session_options *o = p->run->options;
    bool was_large = peak_kb / 1024 > limit_megabytes(o) * 3 / 4;

    if (w->too_slow || (WIFSIGNALED(code) && WTERMSIG(code) == SIGXCPU))
        return arena_printf(p->a, "it took longer than %d s (--timeout)", limit_seconds(o));
    if (was_large || last_words_say(words, "out of memory") || last_words_say(words, "bad_alloc"))
        return arena_printf(p->a, "it needed more than %ld MB of memory (--memory)",
                            limit_megabytes(o));
    if (WIFSIGNALED(code))
        return arena_printf(p->a, "the analysis crashed (%s)", strsignal(WTERMSIG(code)));
    return arena_printf(p->a, "its worker process stopped early (exit status %d)",
                        WIFEXITED(code) ? WEXITSTATUS(code) : -1);
}

static void give_up(const pool *p, int index, const char *reason)
{
    file_result *r = &p->results[index];

    *r = (file_result){.failure = reason};
    r->unit.file = p->list->items[index].shown;
    r->unit.status = UNIT_FAILED;
}

static void show_progress(const pool *p, int index)
{
    char name[60];
    char *end = name;

    if (!p->run->options->progress)
        return;
    for (const char *c = p->list->items[index].shown; *c && end < name + sizeof name - 1; c++)
        *end++ = (unsigned char)*c < ' ' || *c == 0x7F ? '?' : *c;
    *end = '\0';
    fprintf(stderr, "\r\033[K[%d/%d] %s", p->done, p->list->n, name);
}

static void echo_last_words(const pool *p, const worker *w, const char *words)
{
    if (p->run->options->verbose && *words)
        fprintf(stderr, "%s: %s\n", p->list->items[w->index].shown, words);
}

static void end_worker(pool *p, int slot)
{
    worker w = p->workers[slot];
    struct rusage usage = {0};
    char words[LAST_WORDS];
    int code = 0;

    close(w.fd);
    while (wait4(w.pid, &code, 0, &usage) < 0 && errno == EINTR)
        ;
    read_last_words(&w, words, sizeof words);
    echo_last_words(p, &w, words);
    if (w.too_slow || !WIFEXITED(code) || WEXITSTATUS(code) != 0)
        give_up(p, w.index, cause_of_death(p, &w, code, usage.ru_maxrss, words));
    else if (wire_read(p->a, w.answer.data, w.answer.len, &p->results[w.index]) != 0)
        give_up(p, w.index, "the answer of its worker process was damaged");
    p->results[w.index].peak_kb = usage.ru_maxrss;
    buf_free(&w.answer);
    p->workers[slot] = p->workers[--p->nworkers];
    p->done++;
    show_progress(p, w.index);
}

/* True when the pipe is at its end. */
static bool read_some(worker *w)
{
    char chunk[ANSWER_CHUNK];
    ssize_t n = read(w->fd, chunk, sizeof chunk);

    if (n > 0)
        buf_addn(&w->answer, chunk, (size_t)n);
    return n == 0 || (n < 0 && errno != EINTR);
}

static void kill_slow(pool *p)
{
    double t = now();

    for (int i = 0; i < p->nworkers; i++)
        if (!p->workers[i].too_slow && t > p->workers[i].deadline) {
            p->workers[i].too_slow = true;
            kill(p->workers[i].pid, SIGKILL);
        }
}

static void wait_for_some(pool *p)
{
    struct pollfd fds[MOST_JOBS];

    for (int i = 0; i < p->nworkers; i++)
        fds[i] = (struct pollfd){.fd = p->workers[i].fd, .events = POLLIN};
    if (poll(fds, (nfds_t)p->nworkers, 200) < 0)
        return;
    for (int i = p->nworkers - 1; i >= 0; i--)
        if (fds[i].revents && read_some(&p->workers[i]))
            end_worker(p, i);
}

static void kill_all(pool *p)
{
    while (p->nworkers) {
        kill(p->workers[0].pid, SIGKILL);
        end_worker(p, 0);
    }
}

/* ---- the run */

/* Insertion keeps equal sizes in source order; a few thousand files at most arrive here. */
static int *longest_first(arena *a, const sources *list)
{
    int *order = arena_alloc(a, (size_t)list->n * sizeof *order + 1);

    for (int i = 0; i < list->n; i++) {
        int at = i;

        while (at > 0 && list->items[order[at - 1]].size < list->items[i].size) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    return order;
}

static int number_of_jobs(const session_options *o, int files)
{
    long jobs = o->jobs > 0 ? o->jobs : sysconf(_SC_NPROCESSORS_ONLN);

    if (jobs > files)
        jobs = files;
    return jobs < 1 ? 1 : jobs > MOST_JOBS ? MOST_JOBS : (int)jobs;
}

int pool_run(arena *a, const run_context *run, const sources *list, file_result *results,
             status *st)
{
    pool p = {.a = a, .run = run, .list = list, .results = results};
    int rc = 0;

    p.jobs = number_of_jobs(run->options, list->n);
    p.order = longest_first(a, list);
    p.workers = arena_alloc(a, (size_t)p.jobs * sizeof *p.workers);
    while (rc == 0 && p.done < list->n) {
        rc = start_workers(&p, st);
        if (rc == 0) {
            wait_for_some(&p);
            kill_slow(&p);
        }
    }
    kill_all(&p);
    if (run->options->progress)
        fputs("\r\033[K", stderr);
    return rc;
}
