/* Where Python's headers are.
 *
 * The interpreter is asked once, isolated (-I: nothing of the current folder is imported), without
 * a shell and with a time limit. numpy is located, not imported. When that Python has no Python.h,
 * the newest one under /usr/include is taken.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_SECONDS = 10, ANSWER_BYTES = 16384 };

static const char question[] =
    "import importlib.util as u, os, sysconfig as s\n"
    "print(s.get_path('include')); print(s.get_path('platinclude'))\n"
    "spec = u.find_spec('numpy')\n"
    "for d in (spec.submodule_search_locations if spec else ()):\n"
    "  for p in ('_core', 'core'):\n"
    "    i = os.path.join(d, p, 'include')\n"
    "    if os.path.isdir(i): print(i); raise SystemExit\n";

static void become_python(const char *python, int out)
{
    int nothing = open("/dev/null", O_RDWR);

    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDERR_FILENO);
    }
    dup2(out, STDOUT_FILENO);
    execlp(python, python, "-I", "-c", question, (char *)NULL);
    _exit(127);
}

static int milliseconds_left(time_t deadline)
{
    time_t left = deadline - time(NULL);

    return left > 0 ? (int)left * 1000 : 0;
}

/* False when the time is up or the answer is too long. */
static bool read_answer(int fd, buf *answer)
{
    time_t deadline = time(NULL) + ANSWER_SECONDS;
    char chunk[1024];

    buf_add(answer, "");
    while (answer->len < ANSWER_BYTES) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        ssize_t n;

        if (poll(&p, 1, milliseconds_left(deadline)) <= 0)
            return false;
        n = read(fd, chunk, sizeof chunk);
        if (n <= 0)
            return n == 0;
        buf_addn(answer, chunk, (size_t)n);
    }
    return false;
}

static bool ask(const char *python, buf *answer)
{
    int ends[2], code = 0;
    bool complete;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    child = fork();
    if (child == 0)
        become_python(python, ends[1]);
    close(ends[1]);
    complete = child > 0 && read_answer(ends[0], answer);
    close(ends[0]);
    if (child > 0 && !complete)
        kill(child, SIGKILL);
    while (child > 0 && waitpid(child, &code, 0) < 0 && errno == EINTR)
        ;
    return complete && WIFEXITED(code) && WEXITSTATUS(code) == 0;
}

static bool holds_file(arena *a, const char *folder, const char *name)
{
    return is_file(path_join(a, folder, name));
}

static void take_line(arena *a, const char *line, int number, python_headers *out)
{
    if (number < 2 && is_folder(line) && !strings_has(&out->include, line))
        strings_add(a, &out->include, line);
    if (number == 2 && is_folder(line))
        out->numpy = line;
}

static void take_answer(arena *a, const buf *answer, python_headers *out)
{
    const char *at = answer->data;

    for (int number = 0; *at; number++) {
        size_t n = strcspn(at, "\n");

        take_line(a, arena_strndup(a, at, n), number, out);
        at += n + (at[n] != '\0');
    }
}

static const char *default_python(arena *a)
{
    const char *environment = getenv("VIRTUAL_ENV");
    const char *python = environment ? path_join(a, environment, "bin/python") : NULL;

    return python && is_file(python) ? python : "python3";
}

static bool has_python_h(arena *a, const python_headers *headers)
{
    for (int i = 0; i < headers->include.n; i++)
        if (holds_file(a, headers->include.items[i], "Python.h"))
            return true;
    return false;
}

int python_minor_of(arena *a, const char *include_dir)
{
    const char *path = path_join(a, include_dir, "patchlevel.h"), *at;
    char *text = NULL;
    size_t len = 0;

    if (!is_file(path) || file_read(a, path, &text, &len, NULL) != 0)
        return 0;
    at = strstr(text, "PY_MINOR_VERSION");
    return at ? atoi(at + strlen("PY_MINOR_VERSION")) : 0;
}

static void take_newest_installed(arena *a, python_headers *out)
{
    glob_t found;

    if (glob("/usr/include/python3.*", 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++) {
            const char *folder = found.gl_pathv[i];
            int minor = python_minor_of(a, folder);

            if (minor > out->minor && holds_file(a, folder, "Python.h")) {
                out->include = (strings){0};
                strings_add(a, &out->include, arena_strdup(a, folder));
                out->minor = minor;
            }
        }
    globfree(&found);
}

void python_find_headers(arena *a, const char *python, cache *c, python_headers *out)
{
    (void)c;
    buf answer = {0};

    out->answered = ask(python ? python : default_python(a), &answer);
    if (out->answered)
        take_answer(a, &answer, out);
    buf_free(&answer);
    if (!has_python_h(a, out)) {
        out->include = (strings){0};
        out->substituted = true;
        take_newest_installed(a, out);
    }
    for (int i = 0; i < out->include.n && out->minor == 0; i++)
        out->minor = python_minor_of(a, out->include.items[i]);
}
