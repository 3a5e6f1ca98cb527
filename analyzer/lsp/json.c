/* JSON as it comes from editors.
 *
 * Some send bytes that are not UTF-8 and halves of surrogate pairs, because their users' files hold
 * them. A message must not be lost for that, since every later change would then go to the wrong
 * place: such bytes are replaced by others that every editor counts alike.
 */
#include "lsp_int.h"

#include <string.h>

static int hex_value(const char *at)
{
    int value = 0;

    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9' ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static bool is_escape(const char *at, size_t left, int low, int high)
{
    return left >= 6 && at[0] == '\\' && at[1] == 'u' && hex_value(at + 2) >= low && hex_value(at + 2) <= high;
}

/* The length of the escape; half a pair becomes the replacement character. */
static size_t repair_escape(char *at, size_t left)
{
    if (is_escape(at, left, 0xD800, 0xDBFF) && is_escape(at + 6, left - 6, 0xDC00, 0xDFFF))
        return 12;
    if (is_escape(at, left, 0xD800, 0xDFFF))
        memcpy(at + 2, "fffd", 4);
    return left < 2 ? left : 2;
}

static void repair(char *body, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t code;
        size_t n = utf8_next(body + i, len - i, &code);

        if (n == 0)
            body[i] = '?';
        i += body[i] == '\\' ? repair_escape(body + i, len - i) : n ? n : 1;
    }
}

json_t *json_parse(char *body, size_t len)
{
    repair(body, len);
    return json_loadb(body, len, JSON_ALLOW_NUL, NULL);
}

json_t *json_at(const json_t *o, const char *path)
{
    char name[64];

    while (o) {
        size_t n = strcspn(path, ".");

        if (n >= sizeof name)
            return NULL;
        memcpy(name, path, n);
        name[n] = '\0';
        o = json_object_get(o, name);
        if (!path[n])
            return (json_t *)o;
        path += n + 1;
    }
    return NULL;
}

const char *json_string_at(const json_t *o, const char *path)
{
    return json_string_value(json_at(o, path));
}

bool json_int(const json_t *o, const char *path, json_int_t *out)
{
    const json_t *value = json_at(o, path);

    *out = json_integer_value(value);
    return json_is_integer(value);
}

bool json_flag(const json_t *o, const char *path)
{
    return json_is_true(json_at(o, path));
}

json_t *json_clean(const char *s)
{
    buf clean = {0};
    json_t *value;

    buf_add_utf8(&clean, s);
    value = json_string(clean.len ? clean.data : "");
    buf_free(&clean);
    return value;
}

json_t *json_position(position p)
{
    return json_pack("{s:i, s:i}", "line", p.line, "character", p.unit);
}

static bool read_count(const json_t *o, const char *name, int *out)
{
    json_int_t n;

    if (!json_int(o, name, &n) || n < 0)
        return false;
    *out = n > INT32_MAX - 1 ? INT32_MAX - 1 : (int)n; /* "to the end" is often said so */
    return true;
}

bool json_read_position(const json_t *o, position *out)
{
    return read_count(o, "line", &out->line) && read_count(o, "character", &out->unit);
}
