/* Workflow commands of GitHub: lines that a job prints and that become annotations.
 *
 * A step has ten errors, ten warnings and ten notices; what is more is dropped without a word. So the
 * worst come first, and when they are not all, the last notice says how many there are.
 */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_OF_A_KIND = 10 };

static const char *const commands[] = {"notice", "warning", "error"};

/* What ends a line, and in properties also what ends a property, is escaped. */
static void add_escaped(buf *out, const char *s, const char *special)
{
    for (; *s; s++)
        if (strchr(special, *s))
            buf_printf(out, "%%%02X", (unsigned char)*s);
        else
            buf_addn(out, s, 1);
}

static void add_data(buf *out, const char *s)
{
    add_escaped(out, s, "%\r\n");
}

static void add_property(buf *out, const char *s)
{
    add_escaped(out, s, "%\r\n:,");
}

static int worst_first(const void *left, const void *right)
{
    const shown_finding *a = left, *b = right;

    if (a->f->severity != b->f->severity)
        return (int)b->f->severity - (int)a->f->severity;
    if (a->f->confidence != b->f->confidence)
        return (int)b->f->confidence - (int)a->f->confidence;
    return a->index - b->index;
}

static void add_command(const report_input *in, const shown_finding *s, buf *out)
{
    const finding *f = s->f;
    buf text = {0};

    buf_printf(out, "::%s file=", commands[f->severity]);
    add_property(out, s->at.file);
    buf_printf(out, ",line=%d,endLine=%d,col=%d,endColumn=%d,title=%s %s::", s->at.line, s->at.end_line,
               utf16_column(in, s->at.file, s->at.line, s->at.column),
               utf16_column(in, s->at.file, s->at.line, s->at.end_column), f->rule, f->name);
    message_add(&text, s);
    if (f->advice)
        buf_printf(&text, "\nfix: %s", f->advice);
    add_data(out, text.data);
    buf_add(out, "\n");
    buf_free(&text);
}

/* How many of each severity are printed; the notice about the rest takes the place of one. */
static int plan(const shown_finding *shown, int n, int printed[3])
{
    int total[3] = {0}, rest = 0;

    for (int i = 0; i < n; i++)
        total[shown[i].f->severity]++;
    for (int pass = 0; pass < 2; pass++) {
        int most_notes = rest ? MOST_OF_A_KIND - 1 : MOST_OF_A_KIND;

        rest = 0;
        for (int k = 0; k < 3; k++) {
            int most = k == SEV_NOTE ? most_notes : MOST_OF_A_KIND;

            printed[k] = total[k] < most ? total[k] : most;
            rest += total[k] - printed[k];
        }
    }
    return rest;
}

int report_github(const report_input *in, buf *out, status *st)
{
    arena *a = arena_create();
    int n, printed[3];
    shown_finding *shown = shown_findings(a, in, &n);
    int rest = plan(shown, n, printed);

    (void)st;
    qsort(shown, (size_t)n, sizeof *shown, worst_first);
    for (int i = 0; i < n; i++)
        if (printed[shown[i].f->severity]-- > 0)
            add_command(in, &shown[i], out);
    if (rest)
        buf_printf(out, "::notice title=refwarden::%d findings, %d of them without an annotation: "
                        "a step has at most ten of a kind\n", n, rest);
    arena_destroy(a);
    return 0;
}
