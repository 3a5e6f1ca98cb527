/* Questions to git, which only reads objects for us.
 *
 * A repository can name programs in its settings. None of the commands asked here runs a hook, a filter, a file
 * system monitor or a pager; what could (fetching objects that a partial clone lacks) is switched off as well.
 * Nothing is checked out and no lock is taken.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORDS = 32 };

static const char *const safe_words[] = {
    "git", "--no-pager", "--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never", NULL,
};

static void set_environment(bool is_outside)
{
    /* of a hook that we run in: they are about another folder */
    static const char *const removed[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX",
                                          "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", NULL};

    for (int i = 0; removed[i]; i++)
        unsetenv(removed[i]);
    setenv("LC_ALL", "C", 1);
    setenv("GIT_TERMINAL_PROMPT", "0", 1);
    if (!is_outside)
        return;
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    setenv("GIT_ATTR_NOSYSTEM", "1", 1);
}

static void become_git(const git_question *q, int in, int out, int err)
{
    const char *words[MOST_WORDS];
    int n = 0;

    for (int i = 0; safe_words[i]; i++)
        words[n++] = safe_words[i];
    for (int i = 0; q->words[i] && n + 1 < MOST_WORDS; i++)
        words[n++] = q->words[i];
    words[n] = NULL;
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    set_environment(q->is_outside);
    if (chdir(q->folder) == 0)
        execvp("git", (char *const *)words);
    _exit(127);
}

/* A file without a name, so that neither side waits for the other. */
static int spool(const char *text, size_t n)
{
    int fd = memfd_create("git", MFD_CLOEXEC);

    for (size_t done = 0; fd >= 0 && done < n;) {
        ssize_t written = write(fd, text + done, n - done);

        if (written <= 0) {
            close(fd);
            return -1;
        }
        done += (size_t)written;
    }
    if (fd >= 0)
        lseek(fd, 0, SEEK_SET);
    return fd;
}

static char *take_all(arena *a, int fd, size_t *len)
{
    off_t size = lseek(fd, 0, SEEK_END);
    char *text = arena_alloc(a, (size_t)(size > 0 ? size : 0) + 1);

    *len = 0;
    while ((off_t)*len < size) {
        ssize_t n = pread(fd, text + *len, (size_t)size - *len, (off_t)*len);

        if (n <= 0)
            break;
        *len += (size_t)n;
    }
    return text;
}

static int run(const git_question *q, int in, int out, int err)
{
    pid_t child = fork();
    int code = 0;

    if (child == 0)
        become_git(q, in, out, err);
    while (child > 0 && waitpid(child, &code, 0) < 0 && errno == EINTR)
        ;
    return child > 0 && WIFEXITED(code) ? WEXITSTATUS(code) : 127;
}

int git_ask(arena *a, const git_question *q, git_answer *answer)
{
    int in = spool(q->input ? q->input : "", q->input_len), out = spool("", 0), err = spool("", 0);
    size_t len;

    *answer = (git_answer){.text = "", .complaint = ""};
    answer->code = in >= 0 && out >= 0 && err >= 0 ? run(q, in, out, err) : 127;
    if (out >= 0)
        answer->text = take_all(a, out, &answer->len);
    if (err >= 0)
        answer->complaint = take_all(a, err, &len);
    answer->complaint = arena_strndup(a, answer->complaint, strcspn(answer->complaint, "\n"));
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    if (err >= 0)
        close(err);
    return answer->code == 0 ? 0 : -1;
}
