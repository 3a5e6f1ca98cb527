/* Text that grows. The buffer always has room for the NUL after its text. */
#include "base.h"
#include "base_int.h"

#include <stdlib.h>
#include <string.h>

static void reserve(buf *b, size_t more)
{
    size_t cap = b->cap ? b->cap : 64;
    char *data;

    if (more >= SIZE_MAX / 4 - b->len)
        base_out_of_memory(more);
    if (b->len + more < b->cap)
        return;
    while (cap <= b->len + more)
        cap *= 2;
    data = realloc(b->data, cap);
    if (!data)
        base_out_of_memory(cap);
    b->data = data;
    b->cap = cap;
}

void buf_addn(buf *b, const char *s, size_t n)
{
    reserve(b, n);
    if (n)
        memcpy(b->data + b->len, s, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_add(buf *b, const char *s)
{
    buf_addn(b, s, strlen(s));
}

void buf_vprintf(buf *b, const char *fmt, va_list ap)
{
    va_list again;
    int n;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    if (n >= 0) {
        reserve(b, (size_t)n);
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_printf(buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

void buf_add_utf8(buf *b, const char *s)
{
    size_t n = s ? strlen(s) : 0;

    for (size_t i = 0; i < n;) {
        uint32_t code;
        size_t len = utf8_next(s + i, n - i, &code);

        buf_addn(b, len ? s + i : "\xEF\xBF\xBD", len ? len : 3);
        i += len ? len : 1;
    }
}

void buf_free(buf *b)
{
    free(b->data);
    *b = (buf){0};
}
