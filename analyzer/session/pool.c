/* The pool of workers: processes that take one task after the other: the headers that several files
 * share first, then the files, the longest first.
 *
 * A worker that crashes, hangs or eats memory costs one file and nothing else: the file is then
 * reported as not analysed, never as clean. A file that failed in a worker which had others before
 * is tried again in a fresh one, so what a file gets does not depend on its company. Each worker
 * has a socket for its orders and answers and a temporary file for its last words. Results land at
 * the index of their source, so the order in which workers finish does not matter.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
    STACK_MB = 256,
    DEFAULT_SECONDS = 60,
    DEFAULT_MB = 4096,
    MOST_JOBS = 256,
    LAST_WORDS = 4096,
    ANSWER_CHUNK = 65536,
    LARGE_WORKER_KB = 400 << 10, /* one that has grown so much is replaced */
};

typedef struct {
    pid_t pid;
    int fd;      /* orders out; answers in: length and bytes */
    FILE *words; /* the worker's stderr */
    int task;    /* a source's index; the shared headers' are behind the sources' */
    int before;  /* tasks it has done */
    buf answer;
    double deadline;
    bool too_slow;
} worker;

typedef struct {
    arena *a;
    const run_context *run;
    const sources *list;
    file_result *results;
    int *order;      /* all tasks */
    int ntasks, next, done;
    int files_done;
    int *again;      /* sources to be tried once more, each in a fresh worker */
    int nagain;
    bool *is_made;   /* shared headers that can be used */
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

static void limit(int resource, rlim_t soft)
{
    struct rlimit r;

    if (getrlimit(resource, &r) != 0)
        return;
    r.rlim_cur = soft < r.rlim_max ? soft : r.rlim_max;
    setrlimit(resource, &r);
}

/* For the next file, in addition to what the ones before it took. */
static void limit_cpu(const session_options *o)
{
    struct timespec used = {0};

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    limit(RLIMIT_CPU, (rlim_t)(used.tv_sec + limit_seconds(o)));
}

static void set_limits(const session_options *o)
{
    limit(RLIMIT_CORE, 0);
    if (!ADDRESS_SANITIZER)
        limit(RLIMIT_AS, (rlim_t)limit_megabytes(o) << 20);
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

typedef struct {
    int task;
    bool shares; /* the file's shared header can be used */
} order;

/* False when there are no more. */
static bool next_order(int fd, order *o)
{
    return recv(fd, o, sizeof *o, MSG_WAITALL) == sizeof *o;
}

static int answer(int fd, const file_result *result)
{
    buf text = {0};
    uint32_t length;
    int rc;

    wire_write(result, &text);
    length = (uint32_t)text.len;
    rc = write_all(fd, (const char *)&length, sizeof length);
    if (rc == 0)
        rc = write_all(fd, text.data, text.len);
    buf_free(&text);
    return rc;
}

typedef struct {
    const pool *p;
    int fd;
} worker_job;

/* What is left over from making a header is not worth a look: no answer means it cannot be used. */
static void do_task(arena *a, const pool *p, order o, file_result *result)
{
    const run_plan *plan = p->run->plan;
    int n = p->list->n;

    if (o.task < n) {
        worker_analyse(a, p->run, &p->list->items[o.task], &plan->files[o.task], o.shares, result);
        return;
    }
    const shared_header *h = &plan->shared[o.task - n];
    if (worker_share(a, p->run, &p->list->items[h->first], &plan->files[h->first], h) != 0)
        result->failure = "the headers cannot be shared";
    result->unit.file = "";
}

static void *serve(void *argument)
{
    const worker_job *j = argument;
    order o;
    int rc = 0;

    while (rc == 0 && next_order(j->fd, &o)) {
        file_result result = {0};
        arena *a = arena_create();

        limit_cpu(j->p->run->options);
        do_task(a, j->p, o, &result);
        rc = answer(j->fd, &result);
        arena_destroy(a);
    }
    _exit(rc == 0 ? 0 : 1);
}

/* libclang recurses over the source's nesting: a 10,000-branch else-if chain needs more than 8 MB
 * of stack (measured), so the work is done on a thread with a large one. */
_Noreturn static void worker_main(const pool *p, int fd, int words)
{
    worker_job j = {p, fd};
    pthread_attr_t attributes;
    pthread_t thread;

    for (int i = 0; i < p->nworkers; i++)
        close(p->workers[i].fd);
    dup2(words, STDERR_FILENO);
    set_limits(p->run->options);
    tune_memory();
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)STACK_MB << 20);
    if (pthread_create(&thread, &attributes, serve, &j) == 0)
        pthread_join(thread, NULL);
    fputs("out of memory for the worker's stack\n", stderr);
    _exit(1);
}

/* ---- starting */

static int start_process(const pool *p, worker *w)
{
    int ends[2];

    w->words = tmpfile();
    if (!w->words)
        return -1;
    fcntl(fileno(w->words), F_SETFL, O_RDWR | O_APPEND);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        fclose(w->words);
        return -1;
    }
    w->pid = fork();
    if (w->pid == 0) {
        close(ends[0]);
        worker_main(p, ends[1], fileno(w->words));
    }
    close(ends[1]);
    w->fd = ends[0];
    if (w->pid > 0)
        return 0;
    close(w->fd);
    fclose(w->words);
    return -1;
}

/* A worker that died in the meantime is noticed when its answer is read. */
static void give_order(const pool *p, worker *w, int task)
{
    int shared = task < p->list->n ? p->run->plan->files[task].shared : -1;
    order o = {task, shared >= 0 && p->is_made[shared]};

    w->task = task;
    w->answer.len = 0;
    w->deadline = now() + 2.0 * limit_seconds(p->run->options);
    send(w->fd, &o, sizeof o, MSG_NOSIGNAL);
}

static bool has_more(const pool *p)
{
    return p->nagain || p->next < p->ntasks;
}

static int next_task(pool *p)
{
    return p->nagain ? p->again[--p->nagain] : p->order[p->next++];
}

/* Starting may fail for want of processes: that is an error only when none is running. */
static int start_workers(pool *p, status *st)
{
    while (p->nworkers < p->jobs && has_more(p)) {
        worker w = {0};

        if (start_process(p, &w) != 0) {
            if (p->nworkers)
                return 0;
            return fail(st, ERR_LIMIT, "cannot start a worker process: %s", strerror(errno));
        }
        give_order(p, &w, next_task(p));
        p->workers[p->nworkers++] = w;
    }
    return 0;
}

/* ---- ending */

static bool last_words_say(const char *words, const char *what)
{
    return strstr(words, what) != NULL;
}

/* The end of what it said about its file; the next file starts from nothing. */
static void take_last_words(const worker *w, char *text, size_t size)
{
    int fd = fileno(w->words);
    off_t end = lseek(fd, 0, SEEK_END);
    off_t from = end > (off_t)size - 1 ? end - (off_t)size + 1 : 0;
    ssize_t n = pread(fd, text, size - 1, from);

    text[n > 0 ? n : 0] = '\0';
    if (ftruncate(fd, 0) != 0)
        text[0] = '\0';
}

static bool ran_out_of_time(const worker *w, int code)
{
    return w->too_slow || (WIFSIGNALED(code) && WTERMSIG(code) == SIGXCPU);
}

/* Why a worker did not answer, in words for its user. */
static const char *cause_of_death(const pool *p, const worker *w, int code, long peak_kb,
                                  const char *words)
{
    const session_options *o = p->run->options;
    bool was_large = peak_kb / 1024 > limit_megabytes(o) * 3 / 4;

    if (ran_out_of_time(w, code))
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
    fprintf(stderr, "\r\033[K[%d/%d] %s", p->files_done, p->list->n, name);
}

static void echo_last_words(const pool *p, const worker *w, const char *words)
{
    if (p->run->options->verbose && *words && w->task < p->list->n)
        fprintf(stderr, "%s: %s\n", p->list->items[w->task].shown, words);
}

static void finish_file(pool *p, int index)
{
    p->done++;
    p->files_done++;
    show_progress(p, index);
}

static void finish_header(pool *p, int task, bool made)
{
    p->done++;
    p->is_made[task - p->list->n] = made;
}

/* The processes' end; its file is not done, unless it had none. */
static int bury(pool *p, int slot, long *peak_kb, char *words, size_t size)
{
    worker *w = &p->workers[slot];
    struct rusage usage = {0};
    int code = 0;

    close(w->fd);
    while (wait4(w->pid, &code, 0, &usage) < 0 && errno == EINTR)
        ;
    take_last_words(w, words, size);
    fclose(w->words);
    buf_free(&w->answer);
    *peak_kb = usage.ru_maxrss;
    p->workers[slot] = p->workers[--p->nworkers];
    return code;
}

static void worker_died(pool *p, int slot)
{
    worker w = p->workers[slot];
    char words[LAST_WORDS];
    long peak_kb;
    int code = bury(p, slot, &peak_kb, words, sizeof words);

    echo_last_words(p, &w, words);
    if (w.task >= p->list->n) {
        finish_header(p, w.task, false);
    } else if (w.before && !ran_out_of_time(&w, code)) {
        p->again[p->nagain++] = w.task;
    } else {
        give_up(p, w.task, cause_of_death(p, &w, code, peak_kb, words));
        p->results[w.task].peak_kb = peak_kb;
        finish_file(p, w.task);
    }
}

static void dismiss(pool *p, int slot)
{
    char words[LAST_WORDS];
    long peak_kb;

    bury(p, slot, &peak_kb, words, sizeof words);
}

static void file_done(pool *p, int index, const char *answer, size_t len)
{
    if (wire_read(p->a, answer, len, &p->results[index]) != 0)
        give_up(p, index, "the answer of its worker process was damaged");
    finish_file(p, index);
}

static void header_done(pool *p, int task, const char *answer, size_t len)
{
    file_result r = {0};

    finish_header(p, task, wire_read(p->a, answer, len, &r) == 0 && !r.failure);
}

static void task_answered(pool *p, int slot)
{
    worker *w = &p->workers[slot];
    const size_t head = sizeof(uint32_t);
    bool is_file = w->task < p->list->n;
    char words[LAST_WORDS];

    take_last_words(w, words, sizeof words);
    echo_last_words(p, w, words);
    (is_file ? file_done : header_done)(p, w->task, w->answer.data + head, w->answer.len - head);
    w->before++;
    if (!has_more(p) || p->nagain || (is_file && p->results[w->task].peak_kb > LARGE_WORKER_KB))
        dismiss(p, slot);
    else
        give_order(p, w, next_task(p));
}

static bool is_whole(const buf *answer)
{
    uint32_t length;

    if (answer->len < sizeof length)
        return false;
    memcpy(&length, answer->data, sizeof length);
    return answer->len >= sizeof length + length;
}

static void read_some(pool *p, int slot)
{
    worker *w = &p->workers[slot];
    char chunk[ANSWER_CHUNK];
    ssize_t n = read(w->fd, chunk, sizeof chunk);

    if (n > 0)
        buf_addn(&w->answer, chunk, (size_t)n);
    if (n > 0 && is_whole(&w->answer))
        task_answered(p, slot);
    else if (n == 0 || (n < 0 && errno != EINTR))
        worker_died(p, slot);
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
        if (fds[i].revents)
            read_some(p, i);
}

static void kill_all(pool *p)
{
    while (p->nworkers) {
        kill(p->workers[0].pid, SIGKILL);
        dismiss(p, 0);
    }
}

/* ---- the run */

/* Insertion keeps equal sizes in source order; a few thousand files at most arrive here. */
static void longest_first(const sources *list, int *order)
{
    for (int i = 0; i < list->n; i++) {
        int at = i;

        while (at > 0 && list->items[order[at - 1]].size < list->items[i].size) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

static void order_tasks(pool *p)
{
    int shared = p->run->plan->nshared;

    p->ntasks = shared + p->list->n;
    p->order = arena_alloc(p->a, (size_t)p->ntasks * sizeof *p->order + 1);
    p->is_made = arena_alloc(p->a, (size_t)shared * sizeof *p->is_made + 1);
    for (int i = 0; i < shared; i++)
        p->order[i] = p->list->n + i;
    longest_first(p->list, p->order + shared);
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
    order_tasks(&p);
    p.workers = arena_alloc(a, (size_t)p.jobs * sizeof *p.workers);
    p.again = arena_alloc(a, (size_t)p.jobs * sizeof *p.again);
    while (rc == 0 && p.done < p.ntasks) {
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
