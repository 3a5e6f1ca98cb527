/* JUnit's XML: a suite for each file, a failure for each finding, an error for what was not analysed.
 *
 * A file without findings is a test that passes, so that a service sees what was checked. What failed
 * is told as the text format tells it.
 */
#include "report_int.h"

#include <string.h>

typedef struct {
    int tests, failures, errors;
} counts;

static bool is_error(const finding *f)
{
    return strcmp(f->rule, "RW901") == 0;
}

static void open_case(const char *file, buf *out)
{
    buf_add(out, "    <testcase classname=\"");
    xml_add(out, file);
    buf_add(out, "\" file=\"");
    xml_add(out, file);
    buf_add(out, "\" name=\"");
}

static void add_name(const finding *f, buf *out)
{
    buf_printf(out, "%s %s at %d:%d", f->rule, f->name, at_least_one(f->at.line), at_least_one(f->at.column));
    if (*f->function) {
        buf_add(out, " in ");
        xml_add(out, f->function);
        buf_add(out, "()");
    }
}

/* The story is plain text of several lines; only the lines' own breaks may stay as they are. */
static void add_story(const report_input *in, const finding *f, buf *out)
{
    buf story = {0};

    story_add(in, f, &story, NULL);
    for (char *line = story.data, *end; line && *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!end)
            break;
        *end = '\0';
        xml_add(out, line);
        buf_add(out, "\n");
    }
    buf_free(&story);
}

static void add_case(const report_input *in, const finding *f, buf *out, counts *n)
{
    const char *kind = is_error(f) ? "error" : "failure";

    n->tests++;
    *(is_error(f) ? &n->errors : &n->failures) += 1;
    open_case(f->at.file, out);
    add_name(f, out);
    buf_printf(out, "\" line=\"%d\">\n      <%s type=\"%s\" message=\"", at_least_one(f->at.line), kind, f->rule);
    xml_add(out, f->message);
    buf_add(out, "\">");
    add_story(in, f, out);
    buf_printf(out, "</%s>\n    </testcase>\n", kind);
}

/* A file of which no finding says that it was not analysed, perhaps because nobody wants to hear it. */
static void add_failed_unit(const unit_result *u, buf *out, counts *n)
{
    n->tests++;
    n->errors++;
    open_case(u->file, out);
    buf_add(out, "analysed\">\n      <error type=\"not-analysed\" message=\"");
    xml_add(out, u->nmessages ? u->messages[0] : "not analysed");
    buf_add(out, "\"/>\n    </testcase>\n");
}

static void add_suite(const char *file, const buf *cases, const counts *n, buf *out)
{
    buf_add(out, "  <testsuite name=\"");
    xml_add(out, file);
    buf_printf(out, "\" tests=\"%d\" failures=\"%d\" errors=\"%d\">\n%s  </testsuite>\n", n->tests, n->failures,
               n->errors, cases->data);
}

/* The findings of one file from *next on, and its unit or NULL. */
static void file_suite(const report_input *in, const char *file, const unit_result *u, int *next, counts *all,
                       buf *out)
{
    counts n = {0};
    buf cases = {0};

    for (; *next < in->nfindings && strcmp(in->findings[*next].at.file, file) == 0; ++*next)
        if (is_shown(&in->findings[*next]))
            add_case(in, &in->findings[*next], &cases, &n);
    if (u && u->status == UNIT_FAILED && n.errors == 0)
        add_failed_unit(u, &cases, &n);
    if (u && n.tests == 0) {
        n.tests++;
        open_case(file, &cases);
        buf_add(&cases, "analysed\"/>\n");
    }
    if (n.tests)
        add_suite(file, &cases, &n, out);
    *all = (counts){all->tests + n.tests, all->failures + n.failures, all->errors + n.errors};
    buf_free(&cases);
}

/* Units and findings are both sorted by file; headers have findings and no unit. */
int report_junit(const report_input *in, buf *out, status *st)
{
    counts all = {0};
    buf suites = {0};
    int k = 0;

    (void)st;
    for (int i = 0; i < in->nunits || k < in->nfindings;) {
        const unit_result *u = i < in->nunits ? &in->units[i] : NULL;
        const char *found = k < in->nfindings ? in->findings[k].at.file : NULL;
        bool is_unit = u && (!found || strcmp(u->file, found) <= 0);

        file_suite(in, is_unit ? u->file : found, is_unit ? u : NULL, &k, &all, &suites);
        i += is_unit;
    }
    buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"refwarden\" tests=\"%d\" "
                    "failures=\"%d\" errors=\"%d\">\n", all.tests, all.failures, all.errors);
    if (suites.len)
        buf_addn(out, suites.data, suites.len);
    buf_add(out, "</testsuites>\n");
    buf_free(&suites);
    return 0;
}
