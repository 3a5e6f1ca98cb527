/* Whole files as text. Reads to the end instead of asking for the size: pipes have none. */
#include "base.h"

#include <errno.h>
#include <string.h>

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

int file_read(arena *a, const char *path, char **text, size_t *len, status *st)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *f = is_stdin ? stdin : fopen(path, "rb");
    buf b = {0};
    int rc = 0;

    if (!f)
        return fail(st, ERR_IO, "%s: %s", path, strerror(errno));
    if (read_stream(f, &b) < 0)
        rc = fail(st, ERR_IO, "%s: %s", path, strerror(errno));
    else
        keep(a, &b, text, len);
    buf_free(&b);
    if (!is_stdin)
        fclose(f);
    return rc;
}
