/* Where text goes: stdout or a file for results, stderr for all else.
 *
 * A file is written beside its place and then put there, so nobody reads half of a report.
 */
#define _GNU_SOURCE
#include "cli_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Names of files, and what stands in them, may hold anything. */
int complain(const char *fmt, ...)
{
    buf text = {0}, line = {0};
    va_list ap;

    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    buf_add(&line, "refwarden: error: ");
    report_plain(text.data, &line);
    fprintf(stderr, "%s\n", line.data);
    buf_free(&text);
    buf_free(&line);
    return STATUS_USAGE;
}

int complain_status(const status *st)
{
    bool is_ours = st->code == ERR_INTERNAL || st->code == ERR_LIMIT;

    complain("%s", st->message);
    return is_ours ? STATUS_INTERNAL : STATUS_USAGE;
}

static int write_stream(FILE *f, const buf *text)
{
    size_t written = text->len ? fwrite(text->data, 1, text->len, f) : 0;

    return written == text->len && fflush(f) == 0 ? 0 : -1;
}

/* A file that is there keeps its permissions, and its owner where we may give files away. */
static int create_beside(const char *file, char *temporary, size_t size)
{
    struct stat old;
    int fd;

    if (snprintf(temporary, size, "%s.%ld.tmp", file, (long)getpid()) >= (int)size) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 && stat(file, &old) == 0) {
        if (old.st_uid != geteuid() || old.st_gid != getegid())
            (void)!fchown(fd, old.st_uid, old.st_gid);
        (void)!fchmod(fd, old.st_mode & 07777);
    }
    return fd;
}

/* The descriptor's now. */
static int write_descriptor(int fd, const buf *text)
{
    FILE *f = fdopen(fd, "wb");
    int rc = f ? write_stream(f, text) : -1;

    (void)!fsync(fd); /* a pipe has nothing to settle */
    if (!f)
        close(fd);
    else if (fclose(f) != 0)
        rc = -1;
    return rc;
}

int replace_file(const char *file, const buf *text)
{
    char temporary[PATH_MAX];
    int fd = create_beside(file, temporary, sizeof temporary), rc, why;

    if (fd < 0)
        return -1;
    rc = write_descriptor(fd, text);
    if (rc == 0)
        rc = rename(temporary, file);
    why = errno;
    if (rc != 0)
        unlink(temporary);
    errno = why;
    return rc;
}

static int write_into(const char *device, const buf *text)
{
    int fd = open(device, O_WRONLY | O_CLOEXEC);

    return fd < 0 ? -1 : write_descriptor(fd, text);
}

/* Devices and pipes are written to; behind a link stands what is replaced. */
static int write_to(const char *file, const buf *text)
{
    struct stat info;
    char *real;
    int rc;

    if (stat(file, &info) == 0 && !S_ISREG(info.st_mode))
        return write_into(file, text);
    real = realpath(file, NULL);
    rc = replace_file(real ? real : file, text);
    free(real);
    return rc;
}

static int write_file(const char *file, const buf *text)
{
    return write_to(file, text) == 0 ? STATUS_CLEAN : complain("cannot write %s: %s", file, strerror(errno));
}

int write_out(const char *file, const buf *text)
{
    if (file)
        return write_file(file, text);
    if (write_stream(stdout, text) == 0 || errno == EPIPE)
        return STATUS_CLEAN;
    complain("cannot write to stdout: %s", strerror(errno));
    return STATUS_INTERNAL;
}

const char *hint(arena *a, const char *word, const char *const *words)
{
    const char *near = session_suggest(word, words);

    return near ? arena_printf(a, "; did you mean '%s'?", near) : "";
}
