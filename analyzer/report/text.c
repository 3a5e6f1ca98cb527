/* The text format: one finding as a short story with a count column.
 *
 *   src/point.c:47:9: error: 'list' leaks when point_dump() returns NULL  [RW101]
 *
 *     in point_dump()                                             owned refs: list
 *       1  38 |     list = PyList_New(n);                 +1  ->  1   new reference
 *       2  44 |         item = PyLong_FromLong(v[i]);          .  1   fails: NULL
 *       3  47 |             return NULL;                       .  1 ! must be 0
 *
 * Widths are decided once a finding: source and messages get what they need; when that is too
 * much, the source loses its indentation first, then long messages wrap. Steps
 * keep their number when others are folded away.
 */
#include "report_int.h"

#include <string.h>

enum {
    DEFAULT_WIDTH = 80,
    FEW_BRANCHES = 6,   /* branch steps are shown when there are no more */
    MANY_STEPS = 24,    /* beyond this the middle of the path is folded */
    KEPT_AT_EACH_END = 10,
    COUNT_WIDTH = 9,    /* "+1  ->  1" */
    MARK_WIDTH = 3,     /* " ! " */
    LEAST_SOURCE = 24,
    LEAST_MESSAGE = 14,
    FAIR_MESSAGE = 23,  /* what long messages get beside long lines of source */
    MOST_MESSAGE = 40,
    KEPT_INDENT = 4,
    SHOWN_ALSO = 8,
};

#define BOLD "1"
#define RED "1;31"
#define YELLOW "1;33"
#define CYAN "1;36"
#define DIM "2"

typedef struct {
    const report_input *in;
    const finding *f;
    buf *out;
    bool fold_branches;
    int kept;          /* steps that are not folded as branches */
    int line_width, source_width, message_width, dedent;
} story;

static const char *const severity_colors[] = {CYAN, YELLOW, RED};

static int screen_width(const report_input *in)
{
    return in->width > 0 ? in->width : DEFAULT_WIDTH;
}

static void paint_on(const report_input *in, buf *out, const char *color)
{
    if (in->color)
        buf_printf(out, "\033[%sm", color);
}

static void paint_off(const report_input *in, buf *out)
{
    if (in->color)
        buf_add(out, "\033[0m");
}

static void pad(buf *out, int columns)
{
    if (columns > 0)
        buf_printf(out, "%*s", columns, "");
}

/* ---- which steps are shown */

static bool is_folded(const story *s, int i, int rank)
{
    if (i == s->f->npath - 1)
        return false;
    if (s->fold_branches && s->f->path[i].kind == STEP_BRANCH)
        return true;
    return s->kept > MANY_STEPS && rank >= KEPT_AT_EACH_END && rank < s->kept - KEPT_AT_EACH_END;
}

static void choose_steps(story *s)
{
    int branches = 0;

    for (int i = 0; i < s->f->npath; i++)
        branches += s->f->path[i].kind == STEP_BRANCH;
    s->fold_branches = branches > FEW_BRANCHES;
    s->kept = s->f->npath - (s->fold_branches ? branches : 0);
}

static void fold_line(const story *s, int folded)
{
    if (folded == 0)
        return;
    paint_on(s->in, s->out, DIM);
    buf_printf(s->out, "    ... %d step%s folded", folded, folded == 1 ? "" : "s");
    paint_off(s->in, s->out);
    buf_add(s->out, "\n");
}

/* ---- source lines */

static const char *source_of(const story *s, const place *at, size_t *len)
{
    if (!s->in->source_line || !at->file || at->line <= 0)
        return NULL;
    return s->in->source_line(s->in->source_ctx, at->file, at->line, len);
}

static size_t trimmed(const char *line, size_t len)
{
    while (len && strchr(" \t\r\n\v\f", line[len - 1]))
        len--;
    return len;
}

/* The line as it is shown: tabs expanded, unsafe bytes escaped. */
static void clean_source(const story *s, const place *at, buf *line)
{
    size_t len = 0;
    const char *source = source_of(s, at, &len);

    if (source)
        plain_add(line, source, trimmed(source, len));
}

static int indent_of(const buf *line)
{
    return line->len ? (int)strspn(line->data, " ") : 0;
}

/* The least indentation of the shown lines and the width of the longest. */
static int measure_source(const story *s, int *longest)
{
    int least = -1;

    *longest = 0;
    for (int i = 0; i < s->f->npath; i++) {
        buf line = {0};
        int width;

        clean_source(s, &s->f->path[i].at, &line);
        width = plain_width(line.data, line.len);
        if (line.len && (least < 0 || indent_of(&line) < least))
            least = indent_of(&line);
        *longest = width > *longest ? width : *longest;
        buf_free(&line);
    }
    return least > 0 ? least : 0;
}

static void source_column(const story *s, const place *at)
{
    buf line = {0};
    size_t skip, fits;
    int room = s->source_width - 2;

    buf_add(&line, "");
    clean_source(s, at, &line);
    skip = line.len < (size_t)s->dedent ? line.len : (size_t)s->dedent;
    fits = plain_fit(line.data + skip, line.len - skip, room);
    if (skip + fits < line.len)
        fits = plain_fit(line.data + skip, line.len - skip, room - 3);
    buf_add(s->out, " ");
    if (fits)
        buf_addn(s->out, line.data + skip, fits);
    room -= plain_width(line.data + skip, fits);
    if (skip + fits < line.len) {
        buf_add(s->out, "...");
        room -= 3;
    }
    pad(s->out, room + 1);
    buf_free(&line);
}

/* ---- widths */

static int digits(int n)
{
    int count = 1;

    while (n >= 10) {
        n /= 10;
        count++;
    }
    return count;
}

static int clamp(int n, int low, int high)
{
    return n < low ? low : n > high ? high : n;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int longest_message(const story *s, int *line_width)
{
    int longest = 0;

    *line_width = 3;
    for (int i = 0; i < s->f->npath; i++) {
        const char *message = s->f->path[i].message;

        longest = larger(longest, message ? (int)strlen(message) : 0);
        *line_width = larger(*line_width, digits(s->f->path[i].at.line));
    }
    return longest;
}

static void measure(story *s)
{
    int message = clamp(longest_message(s, &s->line_width), LEAST_MESSAGE, MOST_MESSAGE), source;
    int indent = measure_source(s, &source);
    int room = screen_width(s->in) - 8 - s->line_width - COUNT_WIDTH - MARK_WIDTH;
    int kept = indent < KEPT_INDENT ? indent : KEPT_INDENT;

    if (source - indent + kept + 2 + message > room)
        kept = 0;
    source = larger(source - indent + kept + 2, LEAST_SOURCE);
    if (source + message > room)
        message = clamp(room - source, message < FAIR_MESSAGE ? message : FAIR_MESSAGE, message);
    s->dedent = indent - kept;
    s->message_width = message;
    s->source_width = larger(room - message, LEAST_SOURCE);
}

/* ---- text that wraps */

/* Adds text from the current column on; later lines start at `indent`. */
static void wrapped(buf *out, const char *text, int indent, int width)
{
    int room = clamp(width - indent, 16, width);
    size_t len = text ? strlen(text) : 0;

    while (len) {
        size_t fits = plain_fit(text, len, room), cut = fits;

        if (fits < len)
            while (cut > 0 && text[cut] != ' ')
                cut--;
        cut = cut ? cut : fits;
        buf_addn(out, text, cut);
        while (cut < len && text[cut] == ' ')
            cut++;
        text += cut;
        len -= cut;
        if (len)
            buf_printf(out, "\n%*s", indent, "");
    }
}

static void wrapped_plain(buf *out, const char *text, int indent, int width)
{
    buf clean = {0};

    plain_text(&clean, text);
    wrapped(out, clean.len ? clean.data : "", indent, width);
    buf_free(&clean);
}

/* ---- one step */

static void count_column(const story *s, const path_step *step)
{
    char text[32] = "";

    if (*s->f->object && step->delta)
        snprintf(text, sizeof text, "%+d  ->  %d", step->delta, step->owned);
    else if (*s->f->object)
        snprintf(text, sizeof text, ".  %d", step->owned);
    paint_on(s->in, s->out, BOLD);
    buf_printf(s->out, "%*s", COUNT_WIDTH, text);
    paint_off(s->in, s->out);
}

static void mark_column(const story *s, bool is_last)
{
    if (!is_last) {
        pad(s->out, MARK_WIDTH);
        return;
    }
    paint_on(s->in, s->out, RED);
    buf_add(s->out, " ! ");
    paint_off(s->in, s->out);
}

static void step_line(const story *s, int i)
{
    const path_step *step = &s->f->path[i];
    int message_column = 8 + s->line_width + s->source_width + COUNT_WIDTH + MARK_WIDTH;

    buf_printf(s->out, "%5d %*d |", i + 1, s->line_width, step->at.line);
    source_column(s, &step->at);
    count_column(s, step);
    mark_column(s, i == s->f->npath - 1);
    wrapped_plain(s->out, step->message, message_column, message_column + s->message_width);
    buf_add(s->out, "\n");
}

static bool same_file(const place *a, const place *b)
{
    return !a->file || !b->file || strcmp(a->file, b->file) == 0;
}

static void file_line(const story *s, const place *before, const place *at)
{
    if (same_file(before, at))
        return;
    pad(s->out, 8 + s->line_width);
    buf_add(s->out, "in ");
    plain_text(s->out, at->file);
    buf_add(s->out, ":\n");
}

static void steps(const story *s)
{
    const place *before = &s->f->at;
    int folded = 0, rank = 0;

    for (int i = 0; i < s->f->npath; i++) {
        if (is_folded(s, i, rank)) {
            folded++;
        } else {
            fold_line(s, folded);
            folded = 0;
            file_line(s, before, &s->f->path[i].at);
            before = &s->f->path[i].at;
            step_line(s, i);
        }
        rank += !(s->fold_branches && s->f->path[i].kind == STEP_BRANCH);
    }
}

/* ---- the parts of a finding */

static void header(const story *s)
{
    const finding *f = s->f;

    paint_on(s->in, s->out, BOLD);
    plain_text(s->out, f->at.file);
    buf_printf(s->out, ":%d:%d: ", f->at.line, f->at.column);
    paint_off(s->in, s->out);
    paint_on(s->in, s->out, severity_colors[f->severity]);
    buf_printf(s->out, "%s: ", severity_text(f->severity));
    paint_off(s->in, s->out);
    plain_text(s->out, f->message);
    buf_printf(s->out, "  [%s]\n\n", f->rule);
}

static void function_line(const story *s)
{
    buf left = {0}, right = {0};
    int gap;

    if (!*s->f->function)
        return;
    buf_add(&left, "  in ");
    plain_text(&left, s->f->function);
    buf_add(&left, "()");
    if (*s->f->object && s->f->npath) {
        buf_add(&right, "owned refs: ");
        plain_text(&right, s->f->object);
    }
    gap = screen_width(s->in) - 2 - plain_width(left.data, left.len);
    gap -= plain_width(right.data, right.len);
    buf_add(s->out, left.data);
    if (right.len)
        buf_printf(s->out, "%*s%s", gap > 2 ? gap : 2, "", right.data);
    buf_add(s->out, "\n");
    buf_free(&left);
    buf_free(&right);
}

static void path_part(story *s)
{
    if (!*s->f->function && s->f->npath == 0)
        return;
    function_line(s);
    choose_steps(s);
    measure(s);
    steps(s);
    buf_add(s->out, "\n");
}

static void fix_part(const story *s)
{
    if (s->f->nfixes)
        text_fix(s->in, &s->f->fixes[0], s->out);
    if (!s->f->advice || s->f->nfixes)
        return;
    buf_add(s->out, "  fix: ");
    wrapped_plain(s->out, s->f->advice, 7, screen_width(s->in));
    buf_add(s->out, "\n\n");
}

static void also_part(const story *s)
{
    for (int i = 0; i < s->f->nalso && i < SHOWN_ALSO; i++) {
        const place *p = &s->f->also[i];

        buf_add(s->out, "  also lost at: ");
        plain_text(s->out, p->file);
        buf_printf(s->out, ":%d:%d\n", p->line, p->column);
    }
    if (s->f->nalso > SHOWN_ALSO)
        buf_printf(s->out, "  also lost at: %d more places\n", s->f->nalso - SHOWN_ALSO);
    if (s->f->nalso)
        buf_add(s->out, "\n");
}

static void generated_part(const story *s)
{
    const place *p = &s->f->generated;

    if (!p->file)
        return;
    buf_add(s->out, "  in C: ");
    plain_text(s->out, p->file);
    buf_printf(s->out, ":%d:%d\n\n", p->line, p->column);
}

static void when_line(const story *s)
{
    static const struct {
        unsigned bit;
        const char *text;
    } words[] = {
        {TAG_NEEDS_ALLOCATION_FAILURE, "only when an allocation fails"},
        {TAG_INIT_ONLY, "only at module initialisation"},
        {TAG_TEST_CODE, "test code"},
    };
    const char *separator = "  ";

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (s->f->tags & words[i].bit) {
            buf_printf(s->out, "%s%s", separator, words[i].text);
            separator = ", ";
        }
    buf_printf(s->out, "%sconfidence: %s\n", s->f->tags ? "    " : "  ",
               confidence_text(s->f->confidence));
}

static void explain_line(const story *s)
{
    paint_on(s->in, s->out, DIM);
    buf_printf(s->out, "  explain: refwarden explain %s", s->f->rule);
    if (*s->f->function)
        buf_printf(s->out, "     ignore: %s refwarden: ignore[%s] why", s->f->generated.file ? "#" : "//", s->f->rule);
    paint_off(s->in, s->out);
    buf_add(s->out, "\n\n");
}

int report_text(const report_input *in, buf *out, status *st)
{
    (void)st;
    for (int i = 0; i < in->nfindings; i++) {
        story s = {.in = in, .f = &in->findings[i], .out = out};

        if (s.f->state != STATE_NEW)
            continue;
        header(&s);
        path_part(&s);
        fix_part(&s);
        also_part(&s);
        generated_part(&s);
        when_line(&s);
        explain_line(&s);
    }
    return 0;
}
