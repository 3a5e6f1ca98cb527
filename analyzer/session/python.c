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

/* Two folders of headers, that of numpy or an empty line, then where modules are looked for. */
static const char question[] =
    "import importlib.util as u, os, sys, sysconfig as s\n"
    "print(s.get_path('include')); print(s.get_path('platinclude'))\n"
    "spec = u.find_spec('numpy')\n"
    "n = [os.path.join(d, p, 'include') for d in (spec.submodule_search_locations or () if spec else ())\n"
    "     for p in ('_core', 'core')]\n"
    "print(*[i for i in n if os.path.isdir(i)][:1])\n"
    "print(*sys.path, sep='\\n')\n";

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

/* ---- remembering the answer */

static bool is_program(const char *path)
{
    char head[4] = "";
    FILE *f = is_file(path) && access(path, X_OK) == 0 ? fopen(path, "rb") : NULL;
    size_t n = f ? fread(head, 1, sizeof head, f) : 0;

    if (f)
        fclose(f);
    return n == sizeof head && memcmp(head, "\x7F" "ELF", sizeof head) == 0;
}

/* As execlp finds it; NULL also when it is a script, whose answer may depend on anything. */
static const char *program_of(arena *a, const char *python)
{
    const char *at = getenv("PATH"), *path = NULL;

    if (strchr(python, '/'))
        return is_program(python) ? python : NULL;
    for (; at && *at && (!path || access(path, X_OK) != 0 || !is_file(path)); at += strcspn(at, ":") + (at[strcspn(at, ":")] == ':'))
        path = path_join(a, arena_strndup(a, at, strcspn(at, ":")), python);
    return path && is_program(path) ? path : NULL;
}

/* The program, and the file that makes it one of a virtual environment. */
static hash128 key_of(arena *a, disk *d, const char *program)
{
    const char *folder = path_folder(a, program), *real = path_absolute(a, program);
    hash128 parts[] = {hash_content(question, sizeof question), hash_content(program, strlen(program)),
                       hash_content(real, strlen(real)), disk_content(d, program),
                       disk_content(d, path_join(a, folder, "pyvenv.cfg")),
                       disk_content(d, path_join(a, folder, "../pyvenv.cfg"))};

    return hash_content(parts, sizeof parts);
}

static void add_content(arena *a, disk *d, const char *folder, const char *name, uint64_t *state)
{
    hash128 content = disk_content(d, path_join(a, folder, name));

    *state = hash_bytes(*state, &content, sizeof content);
}

/* What stands in the folders where modules are looked for, with the files that add folders to them. */
static uint64_t state_of(arena *a, disk *d, const char *answer)
{
    uint64_t state = 0;

    for (int number = 0; *answer; number++) {
        size_t n = strcspn(answer, "\n");
        const char *folder = arena_strndup(a, answer, n);
        glob_t found;

        if (number > 2) {
            state = hash_bytes(state, &disk_list(d, folder)->listing, sizeof(uint64_t));
            if (glob(path_join(a, folder, "*.pth"), 0, NULL, &found) == 0)
                for (size_t i = 0; i < found.gl_pathc; i++)
                    add_content(a, d, "", found.gl_pathv[i], &state);
            globfree(&found);
        }
        answer += n + (answer[n] != '\0');
    }
    return state;
}

static bool recall(arena *a, cache *c, disk *d, hash128 key, buf *answer)
{
    const char *text = cache_find_text(c, a, key);
    char *end;
    uint64_t state = text ? strtoull(text, &end, 16) : 0;

    if (!text || *end != '\n' || state_of(a, d, end + 1) != state)
        return false;
    buf_add(answer, end + 1);
    return true;
}

static bool ask_once(arena *a, const char *python, cache *c, buf *answer)
{
    const char *program = c ? program_of(a, python) : NULL;
    disk *d = disk_create(a);
    hash128 key = program ? key_of(a, d, program) : (hash128){0};

    if (program && recall(a, c, d, key, answer))
        return true;
    if (!ask(python, answer))
        return false;
    if (program)
        cache_keep_text(c, key, program,
                        arena_printf(a, "%llx\n%s", (unsigned long long)state_of(a, d, answer->data), answer->data));
    return true;
}

void python_find_headers(arena *a, const char *python, cache *c, python_headers *out)
{
    buf answer = {0};

    out->program = python ? python : default_python(a);
    out->answered = ask_once(a, out->program, c, &answer);
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
