/* Messages among bytes: headers with a Content-Length, an empty line, the body.
 *
 * What is no header is skipped up to the next thing that looks like one, so a client that wrote
 * garbage is understood again with its next message. Lengths above the limit are garbage too.
 */
#include "lsp_int.h"

#include <string.h>
#include <strings.h>

enum { MOST_HEADER = 4096, MOST_BODY = 256 << 20 };

static const char length_name[] = "content-length:";
enum { NAME_LENGTH = sizeof length_name - 1 };

void frame_feed(frame_reader *r, const char *bytes, size_t n)
{
    if (r->at) {
        memmove(r->in.data, r->in.data + r->at, r->in.len - r->at);
        r->in.len -= r->at;
        r->at = 0;
    }
    buf_addn(&r->in, bytes, n);
}

/* Where the empty line begins; n: it is not there. */
static size_t header_end(const char *text, size_t n)
{
    for (size_t i = 0; i + 3 < n; i++)
        if (memcmp(text + i, "\r\n\r\n", 4) == 0)
            return i;
    return n;
}

/* Where a header may begin, behind the first byte; n: nowhere. */
static size_t next_header(const char *text, size_t n)
{
    for (size_t i = 1; i + NAME_LENGTH <= n; i++)
        if (strncasecmp(text + i, length_name, NAME_LENGTH) == 0)
            return i;
    return n;
}

static bool read_length(const char *at, const char *end, size_t *length)
{
    *length = 0;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    if (at == end)
        return false;
    for (; at < end && *at >= '0' && *at <= '9' && *length <= MOST_BODY; at++)
        *length = *length * 10 + (size_t)(*at - '0');
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at == end && *length <= MOST_BODY;
}

static bool is_field(const char *line, size_t n)
{
    const char *colon = memchr(line, ':', n);

    for (const char *c = line; colon && c < colon; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return colon && colon > line;
}

static bool read_header(const char *text, size_t n, size_t *length)
{
    bool found = false;

    for (size_t at = 0; at < n;) {
        const char *line = text + at, *end = memchr(line, '\r', n - at);
        size_t len = end ? (size_t)(end - line) : n - at;

        if (!is_field(line, len))
            return false;
        if (len >= NAME_LENGTH && strncasecmp(line, length_name, NAME_LENGTH) == 0) {
            if (found || !read_length(line + NAME_LENGTH, line + len, length))
                return false;
            found = true;
        }
        at += len + 2;
    }
    return found;
}

static void skip(frame_reader *r, size_t n)
{
    r->at += n;
    r->is_lost = true;
}

/* No empty line in sight: too much for a header means garbage; its end may be half a header's name. */
static bool wait_for_end(frame_reader *r, const char *text, size_t n)
{
    size_t next = n > MOST_HEADER ? next_header(text, n) : 0;

    if (next == 0)
        return true;
    skip(r, next < n ? next : n - NAME_LENGTH);
    return next == n;
}

frame_kind frame_next(frame_reader *r, char **body, size_t *len)
{
    for (;;) {
        size_t n = r->in.len - r->at, seen = n < MOST_HEADER ? n : MOST_HEADER;

        if (n == 0)
            return FRAME_NONE;
        char *text = r->in.data + r->at;
        size_t end = header_end(text, seen);
        if (end == seen) {
            if (wait_for_end(r, text, n))
                return FRAME_NONE;
            continue;
        }
        if (!read_header(text, end, len)) {
            size_t next = next_header(text, end);
            skip(r, next < end ? next : end + 4);
            continue;
        }
        if (r->is_lost) {
            r->is_lost = false;
            return FRAME_GARBAGE;
        }
        if (n - end - 4 < *len)
            return FRAME_NONE;
        *body = text + end + 4;
        r->at += end + 4 + *len;
        return FRAME_MESSAGE;
    }
}

void frame_free(frame_reader *r)
{
    buf_free(&r->in);
}
