/* A run in the background, for programs that have other things to do meanwhile.
 *
 * It is a process group: the process that is started here and the workers of its pool. A run that
 * is not wanted any more is killed as a group, which leaves nothing behind. The answer is a pipe's
 * whole content; what is cut short or damaged reads as a run that died.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { CHUNK = 65536 };

struct session_task {
    pid_t pid;
    int fd;
    buf answer;
};

static void write_all(int fd, const buf *text)
{
    size_t done = 0;

    while (done < text->len) {
        ssize_t n = write(fd, text->data + done, text->len - done);

        if (n < 0 && errno != EINTR)
            _exit(1);
        done += n > 0 ? (size_t)n : 0;
    }
}

/* stdin and stdout are the caller's: it may be talking to somebody there. */
static void leave_streams(void)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (nothing < 0)
        _exit(1);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
}

_Noreturn static void run_and_answer(const session_options *options, int fd)
{
    arena *a = arena_create();
    session_result result = {0};
    status st = {0};
    buf text = {0};

    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    leave_streams();
    if (session_run(a, options, &result, &st) == 0)
        st = (status){0};
    wire_write_result(&result, &st, &text);
    write_all(fd, &text);
    _exit(0);
}

void session_warm(void)
{
    setenv("LIBCLANG_NOTHREADS", "1", 1);
    frontend_warm();
}

int session_start(const session_options *options, session_task **out, status *st)
{
    session_task *t = calloc(1, sizeof *t);
    int ends[2];

    if (!t || pipe2(ends, O_CLOEXEC) != 0) {
        free(t);
        return fail(st, ERR_LIMIT, "cannot start an analysis: %s", strerror(errno));
    }
    t->pid = fork();
    if (t->pid == 0)
        run_and_answer(options, ends[1]);
    close(ends[1]);
    if (t->pid < 0) {
        close(ends[0]);
        free(t);
        return fail(st, ERR_LIMIT, "cannot start an analysis: %s", strerror(errno));
    }
    setpgid(t->pid, t->pid); /* whoever comes first */
    t->fd = ends[0];
    *out = t;
    return 0;
}

int session_task_fd(const session_task *t)
{
    return t->fd;
}

bool session_task_read(session_task *t)
{
    char chunk[CHUNK];
    ssize_t n = read(t->fd, chunk, sizeof chunk);

    if (n > 0)
        buf_addn(&t->answer, chunk, (size_t)n);
    return n == 0 || (n < 0 && errno != EINTR);
}

int session_task_take(arena *a, const session_task *t, session_result *out, status *st)
{
    return wire_read_result(a, t->answer.data, t->answer.len, out, st);
}

void session_task_end(session_task *t)
{
    if (!t)
        return;
    kill(-t->pid, SIGKILL);
    while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    close(t->fd);
    buf_free(&t->answer);
    free(t);
}
