/* Chooses the format, and writes what all formats leave to the terminal: the summary line. */
#include "report_int.h"

#include <string.h>

static const struct {
    const char *name, *doc;
    int (*write)(const report_input *in, buf *out, status *st);
} reporters[] = {
#define REPORTER(name, function, doc) {name, doc, function},
#include "reporters.def"
#undef REPORTER
};

enum { NREPORTERS = sizeof reporters / sizeof *reporters };

const char *report_formats(void)
{
#define REPORTER(name, function, doc) ", " name
    static const char names[] =
#include "reporters.def"
        ;
#undef REPORTER
    return names + 2;
}

static int find_format(const char *format, status *st)
{
    for (int i = 0; i < NREPORTERS; i++)
        if (strcmp(reporters[i].name, format) == 0)
            return i;
    return fail(st, ERR_USAGE, "there is no format '%s': use one of %s", format, report_formats());
}

int report_check_format(const char *format, status *st)
{
    return find_format(format, st) < 0 ? -1 : 0;
}

bool report_format_at(int i, const char **name, const char **doc)
{
    if (i >= NREPORTERS)
        return false;
    *name = reporters[i].name;
    *doc = reporters[i].doc;
    return true;
}

int report_write(const char *format, const report_input *in, buf *out, status *st)
{
    int i = find_format(format, st);

    return i < 0 ? -1 : reporters[i].write(in, out, st);
}

static void rule_line(const rule *r, buf *out)
{
    buf_printf(out, "%s  %-26s %-8s %s%s\n", r->code, r->name, severity_text(r->severity),
               r->summary, r->on_by_default ? "" : " (only when selected)");
}

int report_rules(const char *format, const rule *rules, buf *out, status *st)
{
    if (strcmp(format, "json") == 0)
        return report_rules_json(rules, out, st);
    if (strcmp(format, "text") != 0)
        return fail(st, ERR_USAGE, "there is no format '%s' for rules: use text or json", format);
    for (; rules->code; rules++)
        rule_line(rules, out);
    return 0;
}

static const char *plural(int n)
{
    return n == 1 ? "" : "s";
}

/* "Not analysed" is counted with the files, not with what was found in the code. */
static bool is_in_code(const finding *f)
{
    return strcmp(f->rule, "RW901") != 0;
}

static int findings_in_code(const report_input *in, finding_state state, int *files)
{
    const char *last = "";
    int n = 0;

    *files = 0;
    for (int i = 0; i < in->nfindings; i++)
        if (in->findings[i].state == state && is_in_code(&in->findings[i])) {
            n++;
            *files += strcmp(in->findings[i].at.file, last) != 0;
            last = in->findings[i].at.file;
        }
    return n;
}

static int units_with(const report_input *in, unit_status wanted)
{
    int n = 0;

    for (int i = 0; i < in->nunits; i++)
        n += in->units[i].status == wanted;
    return n;
}

static void add_count(buf *out, int n, const char *what)
{
    if (n > 0)
        buf_printf(out, "; %d file%s %s", n, plural(n), what);
}

static void add_findings_count(const report_input *in, buf *out)
{
    int files, n = findings_in_code(in, STATE_NEW, &files);

    if (in->is_compared)
        buf_printf(out, "%d new, %d fixed, %d unchanged", n, in->nfixed, findings_in_code(in, STATE_UNCHANGED, &files));
    else if (n == 0)
        buf_add(out, "no findings");
    else
        buf_printf(out, "%d finding%s in %d file%s", n, plural(n), files, plural(files));
}

void report_summary(const report_input *in, buf *out)
{
    if (in->files == 0) {
        buf_add(out, "nothing was checked\n");
        return;
    }
    add_findings_count(in, out);
    buf_printf(out, " (%d function%s, %d file%s checked", in->functions, plural(in->functions),
               in->files, plural(in->files));
    add_count(out, units_with(in, UNIT_PARTIAL), "partly analysed");
    add_count(out, units_with(in, UNIT_FAILED), "not analysed");
    buf_add(out, ")\n");
}
