/* UTF-8, strictly: no long forms, no surrogates. */
#include "base.h"

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static size_t sequence_length(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead < 0xE0)
        return 2;
    if (lead >= 0xE0 && lead < 0xF0)
        return 3;
    return lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
}

static bool is_shortest_form(uint32_t code, size_t len)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

    return code >= least[len] && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
}

size_t utf8_next(const char *s, size_t n, uint32_t *code)
{
    static const unsigned char mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t len = n ? sequence_length((unsigned char)*s) : 0;

    if (len == 0 || len > n)
        return 0;
    *code = (unsigned char)*s & mask[len];
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(s[i]))
            return 0;
        *code = *code << 6 | ((unsigned char)s[i] & 0x3F);
    }
    return is_shortest_form(*code, len) ? len : 0;
}
