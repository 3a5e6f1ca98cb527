/* Text inside XML 1.0.
 *
 * Of the control characters XML has only tab and line breaks, not even escaped ones; inside an
 * attribute these must be escaped, or a reader makes blanks of them.
 */
#include "report_int.h"

#include <string.h>

static bool is_forbidden(uint32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF;
}

static const char *entity_of(uint32_t c)
{
    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : NULL;
}

static void add_one(buf *out, const char *s, size_t len, uint32_t code)
{
    if (len == 0 || is_forbidden(code))
        buf_add(out, "\xEF\xBF\xBD");
    else if (entity_of(code))
        buf_add(out, entity_of(code));
    else if (code < 0x20)
        buf_printf(out, "&#%u;", (unsigned)code);
    else
        buf_addn(out, s, len);
}

void xml_add(buf *out, const char *s)
{
    size_t n = s ? strlen(s) : 0;

    for (size_t i = 0; i < n;) {
        uint32_t code = 0;
        size_t len = utf8_next(s + i, n - i, &code);

        add_one(out, s + i, len, code);
        i += len ? len : 1;
    }
}
