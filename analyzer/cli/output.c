/* Where text goes: stdout or a file for results, stderr for all else. */
#include "cli_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int complain(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("refwarden: error: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputs("\n", stderr);
    va_end(ap);
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

static int write_file(const char *file, const buf *text)
{
    FILE *f = fopen(file, "wb");
    int rc = f ? write_stream(f, text) : -1;

    if (f && fclose(f) != 0)
        rc = -1;
    return rc == 0 ? STATUS_CLEAN : complain("%s: %s", file, strerror(errno));
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
