/* The pool of workers: processes that take one task after the other: the headers that several files
 * share first, then the files, the longest first. A file that has to wait for others stays with the
 * worker that parsed it, which goes on with it when all files were seen (link.c). Should that worker be
 * gone, another one begins with the file anew and is told all at once: the result is the same.
 *
 * A worker that crashes, hangs or eats memory costs one file and nothing else: the file is then
 * reported as not analysed, never as clean. A file that failed in a worker which had others before
 * is tried again in a fresh one, so what a file gets does not depend on its company. Each worker
 * has a socket for its orders and answers and a temporary file for its last words. Results land at
 * the index of their source, so the order in which workers finish does not matter.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_JOBS = 256,
    LAST_WORDS = 4096,
    ANSWER_CHUNK = 65536,
    LARGE_WORKER_KB = 400 << 10, /* one that has grown so much is replaced */
    HOLDING_SHARE = 4, /* one that holds files is so at this part of its memory only */
};

typedef struct {
    pid_t pid;
    int fd;      /* orders out; answers in: length and bytes */
    FILE *words; /* the worker's stderr */
    int id;      /* counts from 1 */
    int task;    /* a source's index; the shared headers' are behind the sources'; IDLE */
    int before;  /* tasks it has done */
    buf answer;
    double deadline;
    bool too_slow;
} worker;

enum { IDLE = -1 };

typedef struct {
    arena *a;
    const run_context *run;
    const sources *list;
    file_result *results, *firsts; /* first: before the file knew of others */
    const kept_result **kept;
    linker *links;
    int *holder;     /* of a file that waits: the id of its worker, 0: none */
    bool is_linking; /* every file has answered once */
    int *order;      /* all tasks of the first round */
    int ntasks, next, answered; /* of these */
    int files_done;
    int *again;      /* sources to be tried once more, each in a fresh worker */
    int nagain;
    bool *is_made;   /* shared headers that can be used */
    worker *workers; /* the first nworkers are running */
    int nworkers, jobs, last_id;
    bool is_warm;
    int repeated; /* answers that were not asked of a worker */
} pool;

int limit_seconds(const session_options *o)
{
    return o->timeout > 0 ? o->timeout : SESSION_TIMEOUT;
}

long limit_megabytes(const session_options *o)
{
    return o->memory_mb > 0 ? o->memory_mb : SESSION_MEMORY_MB;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
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
        for (int i = 0; i < p->nworkers; i++)
            close(p->workers[i].fd);
        serve_run(p->a, p->run, p->list, ends[1], fileno(w->words));
    }
    close(ends[1]);
    w->fd = ends[0];
    if (w->pid > 0)
        return 0;
    close(w->fd);
    fclose(w->words);
    return -1;
}

/* That a worker died in the meantime is noticed when its answer is read. */
static void send_all(int fd, const void *data, size_t n)
{
    const char *at = data;
    ssize_t sent = 0;

    for (; n && (sent >= 0 || errno == EINTR); at += sent > 0 ? sent : 0, n -= sent > 0 ? (size_t)sent : 0)
        sent = send(fd, at, n, MSG_NOSIGNAL);
}

static void put_known(const pool *p, const worker *w, int task, buf *out)
{
    arena *a = arena_create();
    known_import *known;
    int n = link_known(p->links, task, p->holder[task] != w->id, a, &known);

    wire_write_known(known, n, out);
    arena_destroy(a);
}

static void give_order(const pool *p, worker *w, int task)
{
    int shared = task < p->list->n ? p->run->plan->files[task].shared : -1;
    buf known = {0};

    if (p->is_linking)
        put_known(p, w, task, &known);
    serve_order o = {task, shared >= 0 && p->is_made[shared], (uint32_t)known.len};

    w->task = task;
    w->answer.len = 0;
    w->deadline = now() + 2.0 * limit_seconds(p->run->options);
    send_all(w->fd, &o, sizeof o);
    send_all(w->fd, known.data, known.len);
    buf_free(&known);
}

static bool has_more(const pool *p)
{
    return p->next < p->ntasks;
}

static bool is_any_busy(const pool *p)
{
    for (int i = 0; i < p->nworkers; i++)
        if (p->workers[i].task != IDLE)
            return true;
    return false;
}

static void dismiss(pool *p, int slot);

/* A fresh worker for the task, if there may be one more. Starting may fail for want of processes: that
 * is an error only when none is left. */
static int start_worker(pool *p, int task, status *st)
{
    worker w = {.id = p->last_id + 1};

    if (!p->is_warm)
        frontend_warm();
    p->is_warm = true;
    if (start_process(p, &w) == 0) {
        p->last_id++;
        give_order(p, &w, task);
        p->workers[p->nworkers++] = w;
        return 1;
    }
    if (p->nworkers == 0)
        return fail(st, ERR_LIMIT, "cannot start a worker process: %s", strerror(errno));
    while (!is_any_busy(p) && p->nworkers)
        dismiss(p, p->nworkers - 1);
    return 0;
}

static int start_workers(pool *p, status *st)
{
    int rc = 1;

    while (rc > 0 && p->nworkers < p->jobs && (p->nagain || has_more(p))) {
        bool is_again = p->nagain > 0;

        rc = start_worker(p, is_again ? p->again[p->nagain - 1] : p->order[p->next], st);
        if (rc > 0)
            *(is_again ? &p->nagain : &p->next) += is_again ? -1 : 1;
    }
    return rc < 0 ? -1 : 0;
}

/* ---- files that waited */

static worker *worker_with(const pool *p, int id)
{
    for (int i = 0; id && i < p->nworkers; i++)
        if (p->workers[i].id == id)
            return &p->workers[i];
    return NULL;
}

static worker *idle_worker(const pool *p)
{
    for (int i = 0; i < p->nworkers; i++)
        if (p->workers[i].task == IDLE)
            return &p->workers[i];
    return NULL;
}

static void note_answer(pool *p, int index);

/* What it was told before it is told again, as far as that is known. */
static bool is_told_the_same(const kept_result *k, const known_import *known, int n, bool *all)
{
    *all = true;
    for (int i = 0; i < k->ntold; i++) {
        const char *name = k->told[i].name, *before = k->told[i].summary;
        int at = 0;

        while (at < n && strcmp(known[at].name, name) != 0)
            at++;
        *all &= at < n;
        if (at < n && (!before != !known[at].summary || (before && strcmp(before, known[at].summary) != 0)))
            return false;
    }
    return true;
}

static bool is_known(const char *name, const known_import *known, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(known[i].name, name) == 0)
            return true;
    return false;
}

/* As they were when it knew that much. */
static const engine_link *exports_knowing(const pool *p, const kept_result *k, const known_import *known, int n)
{
    engine_link *list = arena_alloc(p->a, sizeof *list * (size_t)k->first.nexports + 1);

    for (int i = 0; i < k->first.nexports; i++) {
        const engine_link *at_first = &k->first.exports[i];
        bool is_done = true;

        for (int d = 0; d < at_first->nneeds && is_done; d++)
            is_done = is_known(k->first.imports[at_first->needs[d]].name, known, n);
        list[i] = is_done ? k->last.exports[i] : *at_first;
    }
    return list;
}

/* A file that was not parsed goes on as it did before; false: it was told otherwise then. */
static bool go_on_as_before(pool *p, int file)
{
    const kept_result *k = p->kept[file];
    known_import *known, *news;
    bool is_done;
    int n = link_settled(p->links, file, p->a, &known);

    if (!is_told_the_same(k, known, n, &is_done)) {
        p->kept[file] = NULL;
        return false;
    }
    link_known(p->links, file, true, p->a, &news);
    p->results[file] = k->last;
    p->results[file].exports = exports_knowing(p, k, known, n);
    p->results[file].is_waiting = !is_done;
    p->repeated++;
    note_answer(p, file);
    return true;
}

/* To the worker that holds it; one that nobody holds goes to anyone. */
static int resume(pool *p, int file, status *st)
{
    if (p->kept[file] && go_on_as_before(p, file))
        return 0;
    worker *holder = worker_with(p, p->holder[file]), *w = holder ? holder : idle_worker(p);

    if (w && w->task == IDLE) {
        give_order(p, w, file);
        return 0;
    }
    if (!holder && p->nworkers < p->jobs)
        return start_worker(p, file, st) < 0 ? -1 : 0;
    return 0;
}

/* What goes on without a worker may let files before it go on. */
static int resume_files(pool *p, status *st)
{
    int rc = 0, before;

    do {
        before = p->repeated;
        for (int f = link_next(p->links, 0); f >= 0 && rc == 0; f = link_next(p->links, f + 1))
            rc = resume(p, f, st);
    } while (rc == 0 && p->repeated > before);
    return rc;
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

/* What a terminal would act on is '?': control characters, those of C1 in UTF-8 as well. */
static void say_plain(const char *text, size_t most)
{
    unsigned char before = 0;

    for (; *text && most; text++, most--) {
        unsigned char c = (unsigned char)*text;
        bool is_control = (c < ' ' && c != '\n') || c == 0x7F || (before == 0xC2 && c < 0xA0);

        fputc(is_control ? '?' : c, stderr);
        before = c;
    }
}

static void show_progress(const pool *p, int index)
{
    if (!p->run->options->progress)
        return;
    fprintf(stderr, "\r\033[K[%d/%d] ", p->files_done, p->list->n);
    say_plain(p->list->items[index].shown, 59);
}

static void echo_last_words(const pool *p, const worker *w, const char *words)
{
    if (!p->run->options->verbose || !*words || w->task == IDLE || w->task >= p->list->n)
        return;
    say_plain(p->list->items[w->task].shown, SIZE_MAX);
    fputs(": ", stderr);
    say_plain(words, SIZE_MAX);
    fputs("\n", stderr);
}

static void note_answer(pool *p, int index)
{
    const file_result *r = &p->results[index];

    if (!p->is_linking)
        p->firsts[index] = *r;
    link_note(p->links, index, r);
    if (r->is_waiting)
        return;
    p->files_done++;
    show_progress(p, index);
}

static void note_worker_answer(pool *p, int index)
{
    p->answered += !p->is_linking;
    note_answer(p, index);
}

static void finish_header(pool *p, int task, bool made)
{
    p->answered++;
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
    if (w.task == IDLE)
        return;
    if (w.task >= p->list->n) {
        finish_header(p, w.task, false);
    } else if (w.before && !ran_out_of_time(&w, code)) {
        p->again[p->nagain++] = w.task;
    } else {
        give_up(p, w.task, cause_of_death(p, &w, code, peak_kb, words));
        p->results[w.task].peak_kb = peak_kb;
        note_worker_answer(p, w.task);
    }
}

static void dismiss(pool *p, int slot)
{
    char words[LAST_WORDS];
    long peak_kb;

    bury(p, slot, &peak_kb, words, sizeof words);
}

static void file_done(pool *p, const worker *w, const char *answer, size_t len)
{
    file_result r = {0};

    if (wire_read(p->a, answer, len, &r) == 0)
        p->results[w->task] = r;
    else
        give_up(p, w->task, "the answer of its worker process was damaged");
    p->holder[w->task] = p->results[w->task].is_waiting ? w->id : 0;
    note_worker_answer(p, w->task);
}

static void header_done(pool *p, const worker *w, const char *answer, size_t len)
{
    file_result r = {0};

    finish_header(p, w->task, wire_read(p->a, answer, len, &r) == 0 && !r.failure);
}

static bool holds_files(const pool *p, const worker *w)
{
    for (int i = 0; i < p->list->n; i++)
        if (p->holder[i] == w->id)
            return true;
    return false;
}

static bool is_too_large(const pool *p, const worker *w, long peak_kb)
{
    if (peak_kb <= LARGE_WORKER_KB)
        return false;
    return !holds_files(p, w) || peak_kb > limit_megabytes(p->run->options) * 1024 / HOLDING_SHARE;
}

static void task_answered(pool *p, int slot)
{
    worker *w = &p->workers[slot];
    const size_t head = sizeof(uint32_t);
    bool is_file = w->task < p->list->n;
    int task = w->task;
    char words[LAST_WORDS];

    take_last_words(w, words, sizeof words);
    echo_last_words(p, w, words);
    (is_file ? file_done : header_done)(p, w, w->answer.data + head, w->answer.len - head);
    w->before++;
    w->task = IDLE;
    if (is_file && is_too_large(p, w, p->results[task].peak_kb))
        dismiss(p, slot);
    else if (has_more(p))
        give_order(p, w, p->order[p->next++]);
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
        if (p->workers[i].task != IDLE && !p->workers[i].too_slow && t > p->workers[i].deadline) {
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

/* Equal sizes stay in source order. */
static int compare_sizes(const void *left, const void *right, void *items)
{
    int a = *(const int *)left, b = *(const int *)right;
    long first = ((const source *)items)[a].size, second = ((const source *)items)[b].size;

    return first != second ? (first < second) - (first > second) : a - b;
}

static void longest_first(const sources *list, int *order)
{
    for (int i = 0; i < list->n; i++)
        order[i] = i;
    if (list->n)
        qsort_r(order, (size_t)list->n, sizeof *order, compare_sizes, list->items);
}

static void order_tasks(pool *p)
{
    int shared = p->run->plan->nshared, *by_size = arena_alloc(p->a, (size_t)p->list->n * sizeof *by_size + 1);

    p->order = arena_alloc(p->a, (size_t)(shared + p->list->n) * sizeof *p->order + 1);
    p->is_made = arena_alloc(p->a, (size_t)shared * sizeof *p->is_made + 1);
    for (int i = 0; i < shared; i++)
        p->order[p->ntasks++] = p->list->n + i;
    longest_first(p->list, by_size);
    for (int i = 0; i < p->list->n; i++)
        if (!p->kept[by_size[i]])
            p->order[p->ntasks++] = by_size[i];
}

static int number_of_jobs(const session_options *o, int files)
{
    long jobs = o->jobs > 0 ? o->jobs : sysconf(_SC_NPROCESSORS_ONLN);

    if (jobs > files)
        jobs = files;
    return jobs < 1 ? 1 : jobs > MOST_JOBS ? MOST_JOBS : (int)jobs;
}

static void prepare(pool *p)
{
    p->jobs = number_of_jobs(p->run->options, p->list->n);
    p->links = link_create(p->a, p->list);
    p->holder = arena_alloc(p->a, (size_t)p->list->n * sizeof *p->holder + 1);
    p->workers = arena_alloc(p->a, (size_t)p->jobs * sizeof *p->workers);
    p->again = arena_alloc(p->a, (size_t)p->list->n * sizeof *p->again + 1);
    p->firsts = arena_alloc(p->a, (size_t)p->list->n * sizeof *p->firsts + 1);
    order_tasks(p);
}

/* Files that are not parsed answer with what they did alone. */
static void answer_from_cache(pool *p)
{
    for (int i = 0; i < p->list->n; i++)
        if (p->kept[i]) {
            p->results[i] = p->kept[i]->first.is_waiting ? p->kept[i]->first : p->kept[i]->last;
            note_answer(p, i);
        }
}

/* Before anything is added to them that is not theirs alone. */
static void keep_results(const pool *p)
{
    for (int i = 0; i < p->list->n; i++) {
        kept_result k = {.first = p->firsts[i], .last = p->results[i]};
        known_import *told;

        if (p->kept[i] || !k.last.is_lasting)
            continue;
        k.ntold = link_told(p->links, i, p->a, &told);
        k.told = told;
        cache_keep(p->run->cache, i, &k);
    }
}

/* Gives everybody something to do. */
static int give_orders(pool *p, status *st)
{
    int rc = start_workers(p, st);

    if (rc == 0 && !p->is_linking && p->answered == p->ntasks) {
        link_names(p->links);
        p->is_linking = true;
    }
    if (rc == 0 && p->is_linking)
        rc = resume_files(p, st);
    assert(rc != 0 || is_any_busy(p) || p->nagain || p->nworkers == 0 || p->files_done == p->list->n);
    return rc;
}

int pool_run(arena *a, const run_context *run, const sources *list, const kept_result **kept, file_result *results,
             strings *notices, status *st)
{
    pool p = {.a = a, .run = run, .list = list, .kept = kept, .results = results};
    int rc = 0;

    prepare(&p);
    answer_from_cache(&p);
    while (rc == 0 && p.files_done < list->n) {
        rc = give_orders(&p, st);
        if (rc == 0 && p.files_done < list->n) {
            wait_for_some(&p);
            kill_slow(&p);
        }
    }
    kill_all(&p);
    if (rc == 0 && run->cache)
        keep_results(&p);
    link_say(p.links, results, notices);
    if (run->options->progress)
        fputs("\r\033[K", stderr);
    return rc;
}
