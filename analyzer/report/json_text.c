/* JSON as text: repaired strings, and whole documents. */
#include "json_int.h"

#include <stdlib.h>
#include <string.h>

json_t *json_text(const char *s)
{
    buf clean = {0};
    json_t *value;

    buf_add_utf8(&clean, s);
    value = json_string(clean.len ? clean.data : "");
    buf_free(&clean);
    return value;
}

static int dump(json_t *root, size_t flags, buf *out, status *st)
{
    char *written = root ? json_dumps(root, flags) : NULL;

    json_decref(root);
    if (!written)
        return fail(st, ERR_LIMIT, "out of memory while writing JSON");
    buf_add(out, written);
    buf_add(out, "\n");
    free(written);
    return 0;
}

int write_json(json_t *root, buf *out, status *st)
{
    return dump(root, JSON_INDENT(2), out, st);
}

int write_json_line(json_t *root, buf *out, status *st)
{
    return dump(root, JSON_COMPACT, out, st);
}
