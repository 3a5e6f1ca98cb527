/* Checkstyle's XML: what Jenkins, reviewdog and many editors read. Columns are UTF-16 code units. */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

static int by_place(const void *left, const void *right)
{
    const shown_finding *a = left, *b = right;
    int order = strcmp(a->at.file, b->at.file);

    if (order == 0)
        order = (a->at.line > b->at.line) - (a->at.line < b->at.line);
    return order ? order : a->index - b->index;
}

static void add_error(const report_input *in, const shown_finding *s, buf *out)
{
    static const char *const severities[] = {"info", "warning", "error"};
    buf text = {0};

    buf_printf(out, "    <error line=\"%d\" column=\"%d\" severity=\"%s\" message=\"", s->at.line,
               utf16_column(in, s->at.file, s->at.line, s->at.column), severities[s->f->severity]);
    message_add(&text, s);
    xml_add(out, text.data);
    buf_printf(out, "\" source=\"refwarden.%s\"/>\n", s->f->rule);
    buf_free(&text);
}

static void open_file(const char *file, buf *out)
{
    buf_add(out, "  <file name=\"");
    xml_add(out, file);
    buf_add(out, "\">\n");
}

int report_checkstyle(const report_input *in, buf *out, status *st)
{
    arena *a = arena_create();
    int n;
    shown_finding *shown = shown_findings(a, in, &n);

    (void)st;
    qsort(shown, (size_t)n, sizeof *shown, by_place);
    buf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
    for (int i = 0; i < n; i++) {
        if (i == 0 || strcmp(shown[i].at.file, shown[i - 1].at.file) != 0)
            open_file(shown[i].at.file, out);
        add_error(in, &shown[i], out);
        if (i + 1 == n || strcmp(shown[i].at.file, shown[i + 1].at.file) != 0)
            buf_add(out, "  </file>\n");
    }
    buf_add(out, "</checkstyle>\n");
    arena_destroy(a);
    return 0;
}
