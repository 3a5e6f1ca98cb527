/* Whole files as text. Reads to the end instead of asking for the size: pipes have none.
 *
 * A tree that somebody else made may hold pipes, devices and files of any size under any name, and links to
 * those of the system. Opening never waits, nothing but regular files is read, and none that is larger
 * than any text.
 */
#define _GNU_SOURCE
#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_FILE = 256 << 20 };

static int read_stream(FILE *f, buf *b)
{
    char chunk[65536];
    size_t n;

    buf_add(b, "");
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_addn(b, chunk, n);
    return ferror(f) ? -1 : 0;
}

static void keep(arena *a, const buf *b, char **text, size_t *len)
{
    *text = arena_strndup(a, b->data, b->len);
    *len = b->len;
}

static bool is_from_caller(const char *path)
{
    return strcmp(path, "/dev/stdin") == 0 || strncmp(path, "/dev/fd/", 8) == 0;
}

/* Why a file that is open is not read, or NULL. */
static const char *why_not(int fd)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return strerror(errno);
    if (S_ISDIR(info.st_mode))
        return strerror(EISDIR);
    if (!S_ISREG(info.st_mode))
        return "it is not a regular file";
    return info.st_size > LARGEST_FILE ? "it is larger than 256 MB" : NULL;
}

static FILE *open_file(const char *path, status *st)
{
    bool is_given = is_from_caller(path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (is_given ? 0 : O_NONBLOCK));
    const char *reason = fd < 0 ? strerror(errno) : is_given ? NULL : why_not(fd);
    FILE *f = reason ? NULL : fdopen(fd, "rb");

    if (!f)
        fail(st, ERR_IO, "%s: %s", path, reason ? reason : strerror(errno));
    if (!f && fd >= 0)
        close(fd);
    return f;
}

size_t file_begin(const char *path, char *text, size_t most)
{
    FILE *f = open_file(path, NULL);
    size_t n = f ? fread(text, 1, most, f) : 0;

    if (f)
        fclose(f);
    return n;
}

int file_read(arena *a, const char *path, char **text, size_t *len, status *st)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *f = is_stdin ? stdin : open_file(path, st);
    buf b = {0};
    int rc = 0;

    if (!f)
        return -1;
    if (read_stream(f, &b) < 0)
        rc = fail(st, ERR_IO, "%s: %s", path, strerror(errno));
    else
        keep(a, &b, text, len);
    buf_free(&b);
    if (!is_stdin)
        fclose(f);
    return rc;
}
