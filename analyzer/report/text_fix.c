/* A fix in the text format: the lines that it touches, with + and - as in a diff.
 *
 *   fix (safe): release it on this path
 *       46 -         if (item == NULL)
 *          +         if (item == NULL) {
 *          +             Py_DECREF(list);
 *       47               return NULL;
 *          +         }
 *
 * Numbers are those of the file as it is. Edits whose lines touch are shown as one piece.
 */
#include "report_int.h"

#include <string.h>

enum { MOST_LINES = 24, NUMBER_WIDTH = 8, DEFAULT_WIDTH = 80 };

typedef struct {
    const char *text;
    size_t len;
} line;

typedef struct {
    const report_input *in;
    buf *out;
    line old[MOST_LINES], new[MOST_LINES];
    int nold, nnew, first; /* first: number of old[0] */
    int common[MOST_LINES + 1][MOST_LINES + 1]; /* of the lines from there on */
} piece;

/* ---- the lines before and after */

static bool read_old(piece *p, const char *file, int last)
{
    for (int n = p->first; n <= last; n++) {
        line *l = &p->old[p->nold];

        if (p->nold == MOST_LINES)
            return false;
        l->text = p->in->source_line(p->in->source_ctx, file, n, &l->len);
        if (!l->text)
            return n == last && p->nold > 0; /* an edit may end at the start of no line */
        p->nold++;
    }
    return true;
}

/* Up to the place; columns behind the end of the line mean its end. */
static void copy_up_to(const piece *p, buf *text, int *line_at, size_t *at, int number, int column)
{
    for (; *line_at < number - p->first && *line_at < p->nold; (*line_at)++, *at = 0) {
        const line *l = &p->old[*line_at];

        buf_addn(text, l->text + *at, l->len - *at);
        buf_add(text, "\n");
    }
    if (*line_at < p->nold && (size_t)column - 1 > *at) {
        const line *l = &p->old[*line_at];
        size_t end = (size_t)column - 1 < l->len ? (size_t)column - 1 : l->len;

        buf_addn(text, l->text + *at, end - *at);
        *at = end;
    }
}

static void make_new(const piece *p, const text_edit *edits, int n, buf *text)
{
    int line_at = 0;
    size_t at = 0;

    for (int i = 0; i < n; i++) {
        const place *e = &edits[i].at;

        copy_up_to(p, text, &line_at, &at, e->line, e->column);
        buf_add(text, edits[i].text);
        line_at = e->end_line - p->first;
        at = (size_t)e->end_column - 1;
    }
    copy_up_to(p, text, &line_at, &at, p->first + p->nold, 1);
}

static bool split_new(piece *p, const buf *text)
{
    for (const char *at = text->data; at && *at;) {
        size_t n = strcspn(at, "\n");

        if (p->nnew == MOST_LINES)
            return false;
        p->new[p->nnew++] = (line){at, n};
        at += n + (at[n] == '\n');
    }
    return true;
}

/* ---- showing them */

static bool is_equal(const line *a, const line *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static void compare(piece *p)
{
    memset(p->common, 0, sizeof p->common);
    for (int i = p->nold - 1; i >= 0; i--)
        for (int k = p->nnew - 1; k >= 0; k--) {
            int down = p->common[i + 1][k], right = p->common[i][k + 1];

            p->common[i][k] = down > right ? down : right;
            if (is_equal(&p->old[i], &p->new[k]))
                p->common[i][k] = p->common[i + 1][k + 1] + 1;
        }
}

static void show_line(const piece *p, int number, char mark, const line *l)
{
    int width = (p->in->width > 0 ? p->in->width : DEFAULT_WIDTH) - NUMBER_WIDTH - 3;
    size_t len = l->len;
    buf text = {0};

    while (len && strchr(" \t\r", l->text[len - 1]))
        len--;
    plain_add(&text, l->text, len);
    if (number)
        buf_printf(p->out, "%*d %c ", NUMBER_WIDTH, number, mark);
    else
        buf_printf(p->out, "%*s %c ", NUMBER_WIDTH, "", mark);
    size_t fits = plain_fit(text.data ? text.data : "", text.len, width);
    buf_addn(p->out, text.data ? text.data : "", fits);
    buf_add(p->out, fits < text.len ? "...\n" : "\n");
    buf_free(&text);
}

static void show_lines(piece *p)
{
    int i = 0, k = 0;

    compare(p);
    while (i < p->nold || k < p->nnew)
        if (i < p->nold && k < p->nnew && is_equal(&p->old[i], &p->new[k])) {
            show_line(p, p->first + i, ' ', &p->old[i]);
            i++;
            k++;
        } else if (i < p->nold && (k == p->nnew || p->common[i + 1][k] >= p->common[i][k + 1])) {
            show_line(p, p->first + i, '-', &p->old[i]);
            i++;
        } else {
            show_line(p, 0, '+', &p->new[k++]);
        }
}

static void show_piece(const report_input *in, const text_edit *edits, int n, buf *out)
{
    piece p = {.in = in, .out = out, .first = edits[0].at.line};
    buf text = {0};

    if (read_old(&p, edits[0].at.file, edits[n - 1].at.end_line)) {
        make_new(&p, edits, n, &text);
        if (split_new(&p, &text))
            show_lines(&p);
    }
    buf_free(&text);
}

void text_fix(const report_input *in, const finding_fix *fix, buf *out)
{
    buf_printf(out, "  fix (%s): ", fix_safety_text(fix->safety));
    plain_text(out, fix->message);
    buf_add(out, "\n");
    for (int i = 0, n; i < fix->nedits && in->source_line; i += n) {
        for (n = 1; i + n < fix->nedits && fix->edits[i + n].at.line <= fix->edits[i + n - 1].at.end_line + 1; n++)
            ;
        show_piece(in, &fix->edits[i], n, out);
    }
    buf_add(out, "\n");
}
