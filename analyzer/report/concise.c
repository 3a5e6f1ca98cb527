/* The concise format: file:line:col: RW101 error: message. */
#include "report_int.h"

int report_concise(const report_input *in, buf *out, status *st)
{
    (void)st;
    for (int i = 0; i < in->nfindings; i++) {
        const finding *f = &in->findings[i];

        if (f->state != STATE_NEW)
            continue;
        plain_text(out, f->at.file);
        buf_printf(out, ":%d:%d: %s %s: ", f->at.line, f->at.column, f->rule,
                   severity_text(f->severity));
        plain_text(out, f->message);
        buf_add(out, "\n");
    }
    return 0;
}
