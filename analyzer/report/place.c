/* Where a finding is shown.
 *
 * Services show a finding in a change only when all of its lines belong to the change. So the place is on
 * one line, and on a changed one if there is any. Columns are bytes from 1 on, as everywhere in the
 * analyzer; an editor's are UTF-16 code units.
 */
#include "report_int.h"

#include <string.h>

static bool is_on_changed_line(const report_input *in, const place *p)
{
    return p->file && p->line > 0 && in->is_changed(in->changed_ctx, p->file, p->line);
}

const place *primary_place(const report_input *in, const finding *f)
{
    if (!in->is_changed || is_on_changed_line(in, &f->at))
        return &f->at;
    for (int i = f->npath - 1; i >= 0; i--)
        if (is_on_changed_line(in, &f->path[i].at))
            return &f->path[i].at;
    for (int i = 0; i < f->nalso; i++)
        if (is_on_changed_line(in, &f->also[i]))
            return &f->also[i];
    return &f->at;
}

static const char *source_of(const report_input *in, const char *file, int line, size_t *len)
{
    *len = 0;
    if (!in->source_line || !file || line <= 0)
        return NULL;
    return in->source_line(in->source_ctx, file, line, len);
}

/* The column behind the last visible byte; 0 when the source is not there. */
static int end_of_text(const report_input *in, const place *p)
{
    size_t len;
    const char *line = source_of(in, p->file, p->line, &len);

    if (!line)
        return 0;
    while (len && strchr(" \t\r\n\v\f", line[len - 1]))
        len--;
    return (int)len + 1;
}

place one_line(const report_input *in, const place *p)
{
    bool is_known = p->end_line == p->line && p->end_column > 0;
    int end = is_known ? p->end_column : end_of_text(in, p);
    place out = {.file = p->file ? p->file : "", .line = at_least_one(p->line), .column = at_least_one(p->column)};

    out.end_line = out.line;
    out.end_column = end > out.column ? end : out.column;
    return out;
}

int utf16_column(const report_input *in, const char *file, int line, int column)
{
    size_t len, wanted = (size_t)at_least_one(column) - 1;
    const char *source = source_of(in, file, line, &len);
    size_t units = 0, i = 0;

    if (!source)
        return at_least_one(column);
    while (i < len && i < wanted) {
        uint32_t code = 0;
        size_t n = utf8_next(source + i, len - i, &code);

        units += n == 4 ? 2 : 1;
        i += n ? n : 1;
    }
    return (int)(units + (wanted > i ? wanted - i : 0)) + 1;
}

shown_finding *shown_findings(arena *a, const report_input *in, int *n)
{
    shown_finding *shown = arena_alloc(a, ((size_t)in->nfindings + 1) * sizeof *shown);

    *n = 0;
    for (int i = 0; i < in->nfindings; i++) {
        const finding *f = &in->findings[i];

        if (is_shown(f))
            shown[(*n)++] = (shown_finding){f, one_line(in, primary_place(in, f)), i};
    }
    return shown;
}

void message_add(buf *out, const shown_finding *s)
{
    const place *own = &s->f->at;

    buf_add(out, s->f->message);
    if (at_least_one(own->line) != s->at.line || strcmp(own->file, s->at.file) != 0)
        buf_printf(out, " (at %s:%d)", own->file, at_least_one(own->line));
}

int story_add(const report_input *in, const finding *f, buf *out, status *st)
{
    report_input one = *in;

    one.findings = f;
    one.nfindings = 1;
    one.color = false;
    return report_text(&one, out, st);
}
