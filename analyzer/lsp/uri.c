/* file: URIs and paths. Editors differ in what they escape, so files are compared by their path. */
#define _GNU_SOURCE
#include "lsp_int.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL when a NUL would come out. */
static char *unescape(arena *a, const char *s)
{
    char *out = arena_strdup(a, s), *to = out;

    for (; *s; s++) {
        int high = s[0] == '%' ? hex_digit(s[1]) : -1;
        int low = high >= 0 ? hex_digit(s[2]) : -1;

        *to++ = low >= 0 ? (char)(high * 16 + low) : *s;
        if (!to[-1])
            return NULL;
        s += low >= 0 ? 2 : 0;
    }
    *to = '\0';
    return out;
}

char *uri_path(arena *a, const char *uri)
{
    static const char scheme[] = "file://";
    const char *path;

    if (strncasecmp(uri, scheme, sizeof scheme - 1) != 0)
        return NULL;
    path = uri + sizeof scheme - 1;
    if (strncasecmp(path, "localhost/", 10) == 0)
        path += 9;
    return *path == '/' ? unescape(a, path) : NULL;
}

char *uri_of(arena *a, const char *path)
{
    buf out = {0};
    char *copy;

    buf_add(&out, "file://");
    for (; *path; path++)
        if (isalnum((unsigned char)*path) || strchr("/-._~+", *path))
            buf_addn(&out, path, 1);
        else
            buf_printf(&out, "%%%02X", (unsigned char)*path);
    copy = arena_strdup(a, out.data);
    buf_free(&out);
    return copy;
}

char *path_real(arena *a, const char *path)
{
    char *real = realpath(path, NULL);
    char *here = real || path[0] == '/' ? NULL : getcwd(NULL, 0);
    char *out = here ? arena_printf(a, "%s/%s", here, path) : arena_strdup(a, real ? real : path);

    free(here);
    free(real);
    return out;
}
