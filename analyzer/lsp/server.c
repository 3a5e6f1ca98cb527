/* The loop: what the client says, what analyses answer, and what is due.
 *
 * Nothing in it waits. Messages to the client are kept until it reads them, a pipe's atomic portion at
 * a time, so that a slow client cannot stop the loop. The server ends with its client: at `exit`, when
 * stdin ends, when nobody reads stdout, and when the process named at initialize is gone.
 */
#define _GNU_SOURCE
#include "lsp_int.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 65536, PORTION = 4096, MOST_UNREAD = 512 << 20, PARENT_CHECK_MS = 3000 };

double clock_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void say(server *s, const char *fmt, ...)
{
    va_list ap;

    if (!s->log)
        return;
    fprintf(s->log, "%9.3f ", clock_now() - s->start);
    va_start(ap, fmt);
    vfprintf(s->log, fmt, ap);
    va_end(ap);
    fputs("\n", s->log);
    fflush(s->log);
}

static void trace(server *s, const char *way, const char *text, size_t len)
{
    if (s->options->verbose)
        say(s, "%s %.*s", way, (int)(len < INT32_MAX ? len : 0), text);
}

/* ---- out */

void send_message(server *s, json_t *message)
{
    char *text;

    json_object_set_new(message, "jsonrpc", json_string("2.0"));
    text = json_dumps(message, JSON_COMPACT);
    if (text) {
        buf_printf(&s->out, "Content-Length: %zu\r\n\r\n", strlen(text));
        buf_add(&s->out, text);
        trace(s, "->", text, strlen(text));
    }
    free(text);
    json_decref(message);
}

void send_notification(server *s, const char *method, json_t *params)
{
    send_message(s, json_pack("{s:s, s:o}", "method", method, "params", params));
}

void send_request(server *s, const char *id, const char *method, json_t *params)
{
    send_message(s, json_pack("{s:s, s:s, s:o}", "id", id, "method", method, "params", params));
}

void send_result(server *s, const json_t *id, json_t *result)
{
    send_message(s, json_pack("{s:O, s:o}", "id", id, "result", result));
}

void send_error(server *s, const json_t *id, int code, const char *text)
{
    json_t *to = id ? json_incref((json_t *)id) : json_null();

    send_message(s, json_pack("{s:o, s:{s:i, s:o}}", "id", to, "error", "code", code, "message", json_clean(text)));
}

/* False: nobody reads any more. */
static bool write_portion(server *s)
{
    size_t left = s->out.len - s->sent;
    ssize_t n = write(STDOUT_FILENO, s->out.data + s->sent, left < PORTION ? left : PORTION);

    if (n < 0 && errno != EINTR && errno != EAGAIN)
        return false;
    s->sent += n > 0 ? (size_t)n : 0;
    if (s->sent == s->out.len)
        s->sent = s->out.len = 0;
    return s->out.len - s->sent < MOST_UNREAD;
}

static void write_rest(server *s)
{
    while (s->out.len > s->sent && write_portion(s))
        continue;
}

/* ---- in */

static void take_body(server *s, char *body, size_t len)
{
    json_t *message = json_parse(body, len);

    trace(s, "<-", body, len);
    if (message)
        dispatch(s, message);
    else
        send_error(s, NULL, ERROR_PARSE, "this is not JSON");
    json_decref(message);
}

static void take_frames(server *s)
{
    frame_kind kind;
    char *body;
    size_t len;

    while (s->state != STATE_EXITED && (kind = frame_next(&s->in, &body, &len)) != FRAME_NONE)
        if (kind == FRAME_MESSAGE)
            take_body(s, body, len);
        else
            send_error(s, NULL, ERROR_PARSE, "bytes that are no message were skipped");
}

static void read_client(server *s)
{
    char chunk[CHUNK];
    ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);

    if (n > 0) {
        frame_feed(&s->in, chunk, (size_t)n);
        take_frames(s);
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        say(s, "stdin has ended");
        s->state = STATE_EXITED;
    }
}

/* ---- the loop */

static bool is_orphan(const server *s)
{
    return s->parent > 0 && kill((pid_t)s->parent, 0) != 0 && errno == ESRCH;
}

static int wait_ms(const server *s)
{
    double due = analyses_next(s), left = due ? (due - clock_now()) * 1000 + 1 : -1;
    int most = s->parent ? PARENT_CHECK_MS : -1;

    if (due == 0)
        return most;
    left = left < 0 ? 0 : left;
    return most >= 0 && left > most ? most : (int)left;
}

static int collect_fds(const server *s, struct pollfd *fds)
{
    int n = 2;

    fds[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    fds[1] = (struct pollfd){.fd = s->out.len > s->sent ? STDOUT_FILENO : -1, .events = POLLOUT};
    for (int i = 0; i < s->ndocs; i++)
        if (s->docs[i]->task)
            fds[n++] = (struct pollfd){.fd = session_task_fd(s->docs[i]->task), .events = POLLIN};
    return n;
}

/* By descriptor: what came before may have ended some of them. */
static void read_tasks(server *s, const struct pollfd *fds, int n)
{
    for (int k = 2; k < n; k++)
        for (int i = 0; fds[k].revents && i < s->ndocs; i++) {
            document *d = s->docs[i];

            if (!d->task || session_task_fd(d->task) != fds[k].fd)
                continue;
            if (session_task_read(d->task))
                analysis_finish(s, d);
            break;
        }
}

static void turn(server *s)
{
    struct pollfd *fds = must_alloc(((size_t)s->ndocs + 2) * sizeof *fds);
    int n = collect_fds(s, fds), ready = poll(fds, (nfds_t)n, wait_ms(s));

    if (ready > 0) {
        read_tasks(s, fds, n);
        if (fds[1].revents && !write_portion(s))
            s->state = STATE_EXITED;
        if (fds[0].revents && s->state != STATE_EXITED)
            read_client(s);
    }
    if (ready == 0 && is_orphan(s))
        s->state = STATE_EXITED;
    if (s->state == STATE_RUNNING)
        analyses_start(s);
    free(fds);
}

static void clean_up(server *s)
{
    while (s->ndocs)
        document_remove(s, s->docs[s->ndocs - 1]);
    for (int i = 0; i < s->npublished; i++)
        free(s->published[i]);
    free(s->docs);
    free(s->published);
    free(s->last_error);
    frame_free(&s->in);
    buf_free(&s->out);
    if (s->log)
        fclose(s->log);
}

int lsp_run(const lsp_options *options, status *st)
{
    server s = {.options = options, .start = clock_now()};

    if (options->log && !(s.log = fopen(options->log, "ae")))
        return fail(st, ERR_IO, "--log %s: %s", options->log, strerror(errno));
    session_warm();
    say(&s, "refwarden %s", options->version);
    while (s.state != STATE_EXITED)
        turn(&s);
    write_rest(&s);
    clean_up(&s);
    return s.was_shut_down ? 0 : 1;
}
