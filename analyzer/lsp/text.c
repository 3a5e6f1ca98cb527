/* A text, its lines, and the places in it.
 *
 * A line ends with \n, \r\n or \r. A place may be asked for that is not there, since editors and
 * analyses are not always of one mind: then the nearest one counts. Bytes that are not UTF-8 count as
 * one unit each.
 */
#include "lsp_int.h"

#include <stdlib.h>
#include <string.h>

static void add_start(lsp_text *t, size_t start)
{
    if (t->nlines == t->cap)
        t->starts = list_grow(t->starts, t->nlines, &t->cap, sizeof *t->starts);
    t->starts[t->nlines++] = start;
}

static void index_lines(lsp_text *t)
{
    t->nlines = 0;
    add_start(t, 0);
    for (size_t i = 0; i < t->len; i++)
        if (t->data[i] == '\n' || (t->data[i] == '\r' && t->data[i + 1] != '\n'))
            add_start(t, i + 1);
}

void text_replace(lsp_text *t, size_t from, size_t to, const char *data, size_t len)
{
    size_t total = from + len + (t->len - to);
    char *out = must_alloc(total + 1);

    if (from)
        memcpy(out, t->data, from);
    if (len)
        memcpy(out + from, data, len);
    if (t->len > to)
        memcpy(out + from + len, t->data + to, t->len - to);
    out[total] = '\0';
    free(t->data);
    t->data = out;
    t->len = total;
    index_lines(t);
}

void text_set(lsp_text *t, const char *data, size_t len)
{
    text_replace(t, 0, t->len, data, len);
}

void text_free(lsp_text *t)
{
    free(t->data);
    free(t->starts);
    *t = (lsp_text){0};
}

const char *text_line(const lsp_text *t, int line, size_t *len)
{
    size_t start, end;

    if (line < 0 || line >= t->nlines)
        return NULL;
    start = t->starts[line];
    end = line + 1 < t->nlines ? t->starts[line + 1] : t->len;
    if (end > start && t->data[end - 1] == '\n')
        end--;
    if (end > start && t->data[end - 1] == '\r')
        end--;
    *len = end - start;
    return t->data + start;
}

int text_line_at(const lsp_text *t, size_t offset)
{
    int low = 0, high = t->nlines - 1;

    while (low < high) {
        int middle = (low + high + 1) / 2;

        if (t->starts[middle] <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Bytes of the next character, and its units. */
static size_t next_character(const char *s, size_t n, text_units units, int *width)
{
    uint32_t code = 0;
    size_t len = utf8_next(s, n, &code);

    len = len ? len : 1;
    *width = units == UNITS_UTF8 ? (int)len : code >= 0x10000 ? 2 : 1;
    return len;
}

size_t text_offset(const lsp_text *t, position p, text_units units)
{
    size_t len, at = 0;
    const char *line = text_line(t, p.line, &len);

    if (!line)
        return p.line < 0 ? 0 : t->len;
    for (int unit = 0, width; at < len; unit += width) {
        size_t n = next_character(line + at, len - at, units, &width);

        if (unit + width > p.unit)
            break;
        at += n;
    }
    return (size_t)(line - t->data) + at;
}

/* Units of the first `upto` bytes of a line. */
static int units_before(const char *line, size_t len, size_t upto, text_units units)
{
    int count = 0, width;

    for (size_t at = 0; at < len;) {
        size_t n = next_character(line + at, len - at, units, &width);

        if (at + n > upto)
            break;
        at += n;
        count += width;
    }
    return count;
}

position text_position(const lsp_text *t, int line, int column, text_units units)
{
    size_t len;
    const char *text = text_line(t, line - 1, &len);

    if (!text && line > 0)
        return text_position_at(t, t->len, units);
    if (!text)
        return (position){0, 0};
    return (position){line - 1, units_before(text, len, column > 1 ? (size_t)column - 1 : 0, units)};
}

position text_position_at(const lsp_text *t, size_t offset, text_units units)
{
    int line = text_line_at(t, offset);
    size_t len;
    const char *text = text_line(t, line, &len);

    if (!text)
        return (position){0, 0};
    return (position){line, units_before(text, len, offset - t->starts[line], units)};
}
