/* What a worker is from the inside: limits, a large stack, orders in and answers out (pool.c has the other end).
 *
 * It keeps the files that wait for others, parsed, until they are done or it is told to end.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
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

enum { STACK_MB = 256 };

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

/* False when there are no more. */
static bool next_order(int fd, serve_order *o, buf *known)
{
    char chunk[4096];

    known->len = 0;
    if (recv(fd, o, sizeof *o, MSG_WAITALL) != sizeof *o)
        return false;
    for (size_t left = o->bytes; left;) {
        ssize_t n = recv(fd, chunk, left < sizeof chunk ? left : sizeof chunk, MSG_WAITALL);
        if (n <= 0)
            return false;
        buf_addn(known, chunk, (size_t)n);
        left -= (size_t)n;
    }
    return true;
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
    const run_context *run;
    const sources *list;
    int fd;
    held_file **held; /* by task */
} worker_job;

/* What is left over from making a header is not worth a look: no answer means it cannot be used. */
static void make_header(const worker_job *j, int task, file_result *result)
{
    const run_plan *plan = j->run->plan;
    const shared_header *h = &plan->shared[task - j->list->n];
    arena *a = arena_create();

    if (worker_share(a, j->run, &j->list->items[h->first], &plan->files[h->first], h) != 0)
        result->failure = "the headers cannot be shared";
    result->unit.file = "";
    arena_destroy(a);
}

static void go_on(const worker_job *j, const serve_order *o, const buf *known, file_result *result)
{
    held_file **held = &j->held[o->task];
    const known_import *list = NULL;
    arena *a = arena_create();
    int n = 0;

    if (!*held)
        *held = held_open(j->run, &j->list->items[o->task], &j->run->plan->files[o->task], o->shares);
    if (known->len && wire_read_known(a, known->data, known->len, &list, &n) != 0)
        _exit(1);
    held_advance(*held, list, n, result);
    arena_destroy(a);
}

static void let_go(const worker_job *j, int task, const file_result *result)
{
    if (task >= j->list->n || result->is_waiting)
        return;
    held_close(j->held[task]);
    j->held[task] = NULL;
}

static void *serve(void *argument)
{
    const worker_job *j = argument;
    buf known = {0};
    serve_order o;
    int rc = 0;

    while (rc == 0 && next_order(j->fd, &o, &known)) {
        file_result result = {0};

        limit_cpu(j->run->options);
        if (o.task >= j->list->n)
            make_header(j, o.task, &result);
        else
            go_on(j, &o, &known, &result);
        rc = answer(j->fd, &result);
        let_go(j, o.task, &result);
    }
    _exit(rc == 0 ? 0 : 1);
}

/* libclang recurses over the source's nesting: a 10,000-branch else-if chain needs more than 8 MB
 * of stack (measured), so the work is done on a thread with a large one. */
_Noreturn void serve_run(arena *a, const run_context *run, const sources *list, int fd, int words)
{
    worker_job j = {run, list, fd, arena_alloc(a, sizeof *j.held * (size_t)list->n + 1)};
    pthread_attr_t attributes;
    pthread_t thread;

    dup2(words, STDERR_FILENO);
    set_limits(run->options);
    tune_memory();
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)STACK_MB << 20);
    if (pthread_create(&thread, &attributes, serve, &j) == 0)
        pthread_join(thread, NULL);
    fputs("out of memory for the worker's stack\n", stderr);
    _exit(1);
}
