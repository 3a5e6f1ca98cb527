/* Statistics: findings by rule, the most frequent first. What was known before is not counted again. */
#include "json_int.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *rule, *name;
    int count, certain; /* certain: of high confidence */
} tally;

typedef struct {
    tally *rows; /* owned; at most one a finding */
    int n;
} tallies;

static tally *row_of(tallies *t, const finding *f)
{
    for (int i = 0; i < t->n; i++)
        if (strcmp(t->rows[i].rule, f->rule) == 0)
            return &t->rows[i];
    t->rows[t->n] = (tally){.rule = f->rule, .name = f->name};
    return &t->rows[t->n++];
}

static int by_count(const void *x, const void *y)
{
    const tally *a = x, *b = y;

    return a->count != b->count ? b->count - a->count : strcmp(a->rule, b->rule);
}

static int count(const report_input *in, tallies *t, status *st)
{
    t->rows = calloc((size_t)in->nfindings + 1, sizeof *t->rows);
    if (!t->rows)
        return fail(st, ERR_LIMIT, "out of memory while counting");
    for (int i = 0; i < in->nfindings; i++) {
        const finding *f = &in->findings[i];

        if (!is_shown(f))
            continue;
        tally *row = row_of(t, f);
        row->count++;
        row->certain += f->confidence == CONF_HIGH;
    }
    qsort(t->rows, (size_t)t->n, sizeof *t->rows, by_count);
    return 0;
}

static int write_text(const tallies *t, buf *out)
{
    for (int i = 0; i < t->n; i++) {
        const tally *row = &t->rows[i];

        buf_printf(out, "%6d  %s  %-26s  %d of high confidence\n", row->count, row->rule, row->name,
                   row->certain);
    }
    return 0;
}

static int write_list(const tallies *t, buf *out, status *st)
{
    json_t *list = json_array();

    for (int i = 0; i < t->n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:i}", "rule", t->rows[i].rule, "name",
                                              t->rows[i].name, "count", t->rows[i].count,
                                              "high_confidence", t->rows[i].certain));
    return write_json(list, out, st);
}

int report_statistics(const char *format, const report_input *in, buf *out, status *st)
{
    tallies t = {0};
    int rc = count(in, &t, st);

    if (rc == 0)
        rc = strcmp(format, "json") == 0 ? write_list(&t, out, st) : write_text(&t, out);
    free(t.rows);
    return rc;
}
