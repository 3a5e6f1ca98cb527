/* Text of strangers made safe for a terminal.
 *
 * Source lines and messages may hold escape sequences, bidirectional overrides or bytes that are
 * no text at all. Whatever leaves here is one line of valid UTF-8 without control characters.
 */
#include "report_int.h"

#include <string.h>

enum { TAB_STOP = 4 };

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Control characters, and the invisible ones that reorder or break lines. */
static bool is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || c == 0xFEFF ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static int column_of(const buf *out, size_t start)
{
    return out->len > start ? plain_width(out->data + start, out->len - start) : 0;
}

static void add_one(buf *out, size_t start, const char *s, size_t len, uint32_t code)
{
    if (len == 0)
        buf_printf(out, "\\x%02x", (unsigned char)*s);
    else if (code == '\t')
        buf_printf(out, "%*s", TAB_STOP - column_of(out, start) % TAB_STOP, "");
    else if (is_unsafe(code))
        buf_printf(out, code < 0x100 ? "\\x%02x" : "\\u{%04x}", (unsigned)code);
    else
        buf_addn(out, s, len);
}

void plain_add(buf *out, const char *s, size_t n)
{
    size_t start = out->len;

    for (size_t i = 0; i < n;) {
        uint32_t code = 0;
        size_t len = utf8_next(s + i, n - i, &code);

        add_one(out, start, s + i, len, code);
        i += len ? len : 1;
    }
}

void plain_text(buf *out, const char *s)
{
    if (s)
        plain_add(out, s, strlen(s));
}

void report_plain(const char *s, buf *out)
{
    plain_text(out, s);
}

int plain_width(const char *s, size_t n)
{
    int columns = 0;

    for (size_t i = 0; i < n; i++)
        columns += !is_continuation(s[i]);
    return columns;
}

size_t plain_fit(const char *s, size_t n, int columns)
{
    size_t i = 0;

    while (i < n && (columns > 0 || is_continuation(s[i])))
        columns -= !is_continuation(s[i++]);
    return i;
}
