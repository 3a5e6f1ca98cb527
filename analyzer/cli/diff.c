/* Two texts as a unified diff, for people and for patch.
 *
 * Myers' algorithm over lines, between the first and the last that differ. It keeps a row of furthest
 * points a change, so it is meant for texts that are alike; others become one change.
 */
#include "cli_int.h"

#include <stdlib.h>
#include <string.h>

enum { CONTEXT = 3, MOST_CHANGES = 2000 };

typedef struct {
    const char *text;
    size_t len;
} line;

typedef struct {
    line *v;
    int n, cap;
} lines;

/* Lines that are equal: x of the old, y of the new text. */
typedef struct {
    arena *a;
    lines old, new;
    int *match; /* of each old line: its new one, -1: it is gone */
} comparison;

static lines split(arena *a, const source_text *t)
{
    lines out = {0};
    const char *at = t->text, *end = t->text + t->len;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        line l = {at, newline ? (size_t)(newline - at) + 1 : (size_t)(end - at)};

        ARENA_PUSH(a, out.v, out.n, out.cap, l);
        at += l.len;
    }
    return out;
}

static bool is_equal(const comparison *c, int x, int y)
{
    const line *a = &c->old.v[x], *b = &c->new.v[y];

    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* ---- what is common */

/* Back along the rows: reach[d][d + k] is how far on diagonal k one gets with d changes. */
static void trace_back(comparison *c, int *const *reach, int d, int x, int y, int first)
{
    while (d > 0) {
        int k = x - y;
        const int *row = reach[d - 1] + d - 1;
        bool down = k == -d || (k != d && row[k - 1] < row[k + 1]);
        int from_k = down ? k + 1 : k - 1, from_x = row[from_k], from_y = from_x - from_k;

        for (; x > from_x && y > from_y; x--, y--)
            c->match[first + x - 1] = first + y - 1;
        x = from_x;
        y = from_y;
        d--;
    }
    for (; x > 0 && y > 0; x--, y--)
        c->match[first + x - 1] = first + y - 1;
}

static int furthest(const int *before, int d, int k)
{
    if (d == 0)
        return 0;
    before += d - 1;
    if (k == -d || (k != d && before[k - 1] < before[k + 1]))
        return before[k + 1];
    return before[k - 1] + 1;
}

static void match_middle(comparison *c, int first, int old_n, int new_n)
{
    int most = old_n + new_n < MOST_CHANGES ? old_n + new_n : MOST_CHANGES;
    int **reach = arena_alloc(c->a, ((size_t)most + 1) * sizeof *reach);

    for (int d = 0; d <= most; d++) {
        reach[d] = arena_alloc(c->a, (2 * (size_t)d + 1) * sizeof **reach);
        for (int k = -d; k <= d; k += 2) {
            int x = furthest(d ? reach[d - 1] : NULL, d, k), y = x - k;

            while (x < old_n && y >= 0 && y < new_n && is_equal(c, first + x, first + y)) {
                x++;
                y++;
            }
            reach[d][d + k] = x;
            if (x >= old_n && y >= new_n) {
                trace_back(c, reach, d, old_n, new_n, first);
                return;
            }
        }
    }
}

static void match_lines(comparison *c)
{
    int first = 0, old_n = c->old.n, new_n = c->new.n;

    c->match = arena_alloc(c->a, (size_t)old_n * sizeof *c->match + 1);
    for (int i = 0; i < old_n; i++)
        c->match[i] = -1;
    for (; first < old_n && first < new_n && is_equal(c, first, first); first++)
        c->match[first] = first;
    for (; old_n > first && new_n > first && is_equal(c, old_n - 1, new_n - 1); old_n--, new_n--)
        c->match[old_n - 1] = new_n - 1;
    match_middle(c, first, old_n - first, new_n - first);
}

/* ---- hunks */

static void add_line(buf *out, char mark, const line *l)
{
    buf_printf(out, "%c", mark);
    buf_addn(out, l->text, l->len);
    if (l->len == 0 || l->text[l->len - 1] != '\n')
        buf_add(out, "\n\\ No newline at end of file\n");
}

/* The next old and new line that are the same one, from there on. */
static void skip_change(const comparison *c, int *x, int *y)
{
    while (*x < c->old.n && c->match[*x] < 0)
        (*x)++;
    *y = *x < c->old.n ? c->match[*x] : c->new.n;
}

static bool is_common(const comparison *c, int x, int y)
{
    return x < c->old.n && y < c->new.n && c->match[x] == y;
}

static int common_run(const comparison *c, int x, int y)
{
    int n = 0;

    while (is_common(c, x + n, y + n))
        n++;
    return n;
}

static void add_change(const comparison *c, int x, int x_end, int y, int y_end, buf *out)
{
    for (; x < x_end; x++)
        add_line(out, '-', &c->old.v[x]);
    for (; y < y_end; y++)
        add_line(out, '+', &c->new.v[y]);
}

static void add_hunk(const comparison *c, int *x, int *y, buf *out)
{
    int lead = *x < CONTEXT ? *x : CONTEXT, from_x = *x - lead, from_y = *y - lead;
    buf body = {0};

    for (int i = from_x; i < *x; i++)
        add_line(&body, ' ', &c->old.v[i]);
    for (;;) {
        int x_end = *x, y_end = *y, run;

        skip_change(c, &x_end, &y_end);
        add_change(c, *x, x_end, *y, y_end, &body);
        run = common_run(c, x_end, y_end);
        bool is_last = run > 2 * CONTEXT || (x_end + run == c->old.n && y_end + run == c->new.n);
        int shown = is_last && run > CONTEXT ? CONTEXT : run;

        for (int i = 0; i < shown; i++)
            add_line(&body, ' ', &c->old.v[x_end + i]);
        *x = x_end + shown;
        *y = y_end + shown;
        if (is_last)
            break;
    }
    buf_printf(out, "@@ -%d,%d +%d,%d @@\n", *x > from_x ? from_x + 1 : from_x, *x - from_x,
               *y > from_y ? from_y + 1 : from_y, *y - from_y);
    buf_add(out, body.data ? body.data : "");
    buf_free(&body);
}

void diff_add(arena *a, buf *out, const source_text *before, const source_text *after)
{
    comparison c = {a, split(a, before), split(a, after), NULL};
    bool is_absolute = before->path[0] == '/';

    match_lines(&c);
    buf_printf(out, "--- %s%s\n+++ %s%s\n", is_absolute ? "" : "a/", before->path, is_absolute ? "" : "b/", after->path);
    for (int x = 0, y = 0; x < c.old.n || y < c.new.n;)
        if (is_common(&c, x, y)) {
            x++;
            y++;
        } else {
            add_hunk(&c, &x, &y, out);
        }
}
