/* Live objects, counted by type, by the call that made them, or both; and what changed in between. */
#include "profile_int.h"

static int compare_keys(const rm_census_row *x, const rm_census_row *y)
{
    int order = 0;

    if (x->type != NULL && y->type != NULL)
        order = strcmp(x->type, y->type);
    if (order == 0 && x->site.file != NULL && y->site.file != NULL)
        order = strcmp(x->site.file, y->site.file);
    if (order == 0)
        order = (x->site.file != NULL) - (y->site.file != NULL);
    return order != 0 ? order : (x->site.line > y->site.line) - (x->site.line < y->site.line);
}

static int by_key(const void *a, const void *b)
{
    return compare_keys(a, b);
}

static int by_bytes(const void *a, const void *b)
{
    const rm_census_row *x = a, *y = b;

    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return compare_keys(x, y);
}

/* One row for each key; the rows come in any order. */
void rm_census_sum_up(rm_census *census)
{
    size_t n = 0;

    if (census->n > 1)
        qsort(census->rows, census->n, sizeof *census->rows, by_key);
    for (size_t i = 0; i < census->n; i++) {
        rm_census_row row = census->rows[i];

        if (n > 0 && compare_keys(&census->rows[n - 1], &row) == 0) {
            census->rows[n - 1].count += row.count;
            census->rows[n - 1].bytes += row.bytes;
        } else {
            census->rows[n++] = row;
        }
    }
    census->n = n;
    if (n > 1)
        qsort(census->rows, n, sizeof *census->rows, by_bytes);
}

int rm_census_take(rm_runtime *rt, rm_census_by by, rm_census *out)
{
    PyObject **live;
    size_t n = rm_live_objects(rt, &live);

    *out = (rm_census){NULL, 0};
    if (n == SIZE_MAX)
        return -1;
    out->rows = calloc(n + 1, sizeof *out->rows);
    for (size_t i = 0; out->rows != NULL && i < n; i++) {
        rm_census_row *row = &out->rows[out->n];
        uint64_t serial;

        if (rm_runtime_is_checked() && rm_object_is_own(rt, live[i]))
            continue;
        *row = (rm_census_row){NULL, {0}, 1, rm_get_size(live[i])};
        if (by & RM_BY_SITE)
            rm_object_about(live[i], &serial, &row->site);
        if (by & RM_BY_TYPE)
            row->type = rm_object_type(live[i]);
        out->n++;
    }
    free(live);
    if (out->rows != NULL)
        rm_census_sum_up(out);
    return out->rows != NULL ? 0 : -1;
}

void rm_census_free(rm_census *census)
{
    free(census->rows);
    *census = (rm_census){NULL, 0};
}

/* ---- writing */

static void put_what(const rm_census_row *row, FILE *out)
{
    if (row->type != NULL)
        fputs(row->type, out);
    if (row->type != NULL && row->site.file != NULL)
        fputs("  ", out);
    if (row->site.file != NULL)
        rm_put_site(row->site, out);
    fputc('\n', out);
}

static void put_json_what(const rm_census_row *row, FILE *out)
{
    fputs("{\"type\":", out);
    rm_put_json(row->type, out);
    fputc(',', out);
    rm_put_json_site(row->site, out);
}

void rm_census_print(const rm_census *census, rm_format format, FILE *out)
{
    if (format == RM_AS_JSON)
        fputc('[', out);
    for (size_t i = 0; i < census->n; i++) {
        const rm_census_row *row = &census->rows[i];

        if (format == RM_AS_JSON) {
            fputs(i > 0 ? ",\n " : "", out);
            put_json_what(row, out);
            fprintf(out, ",\"count\":%zu,\"bytes\":%zu}", row->count, row->bytes);
        } else {
            fprintf(out, "%8zu objects %10zu bytes  ", row->count, row->bytes);
            put_what(row, out);
        }
    }
    if (format == RM_AS_JSON)
        fputs("]\n", out);
}

/* ---- difference */

typedef struct {
    rm_census_row row;
    long count, bytes;
} change;

static const rm_census_row *find_row(const rm_census *census, const rm_census_row *wanted)
{
    for (size_t i = 0; i < census->n; i++)
        if (compare_keys(&census->rows[i], wanted) == 0)
            return &census->rows[i];
    return NULL;
}

static int by_growth(const void *a, const void *b)
{
    const change *x = a, *y = b;

    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return compare_keys(&x->row, &y->row);
}

static size_t find_changes(const rm_census *before, const rm_census *after, change *out)
{
    size_t n = 0;

    for (size_t i = 0; i < after->n; i++) {
        const rm_census_row *row = &after->rows[i], *old = find_row(before, row);
        change c = {*row, (long)row->count - (old != NULL ? (long)old->count : 0),
                    (long)row->bytes - (old != NULL ? (long)old->bytes : 0)};

        if (c.count != 0 || c.bytes != 0)
            out[n++] = c;
    }
    for (size_t i = 0; i < before->n; i++)
        if (find_row(after, &before->rows[i]) == NULL)
            out[n++] = (change){before->rows[i], -(long)before->rows[i].count,
                                -(long)before->rows[i].bytes};
    if (n > 1)
        qsort(out, n, sizeof *out, by_growth);
    return n;
}

static void print_changes(const change *changes, size_t n, rm_format format, FILE *out)
{
    if (format == RM_AS_JSON)
        fputc('[', out);
    for (size_t i = 0; i < n; i++) {
        const change *c = &changes[i];

        if (format == RM_AS_JSON) {
            fputs(i > 0 ? ",\n " : "", out);
            put_json_what(&c->row, out);
            fprintf(out, ",\"count\":%ld,\"bytes\":%ld}", c->count, c->bytes);
        } else {
            fprintf(out, "%+8ld objects %+10ld bytes  ", c->count, c->bytes);
            put_what(&c->row, out);
        }
    }
    if (format == RM_AS_JSON)
        fputs("]\n", out);
}

int rm_census_print_difference(const rm_census *before, const rm_census *after, rm_format format,
                               FILE *out)
{
    change *changes = calloc(before->n + after->n + 1, sizeof *changes);

    if (changes == NULL)
        return -1;
    print_changes(changes, find_changes(before, after, changes), format, out);
    free(changes);
    return 0;
}

/* ---- leak hunt */

/* Keeps the rows of `growing` that are larger in `now` than in `last`. */
static void keep_growing(rm_census *growing, const rm_census *last, const rm_census *now)
{
    size_t n = 0;

    for (size_t i = 0; i < growing->n; i++) {
        const rm_census_row *old = find_row(last, &growing->rows[i]);
        const rm_census_row *new = find_row(now, &growing->rows[i]);

        if (new != NULL &&new->count > (old != NULL ? old->count : 0))
            growing->rows[n++] = *new;
    }
    growing->n = n;
}

static int run_round(rm_runtime *rt, rm_scenario scenario, void *ctx, rm_census *out)
{
    scenario(ctx);
    rm_gc_collect(rt, 2);
    return rm_census_take(rt, RM_BY_BOTH, out);
}

static int copy_census(const rm_census *from, rm_census *to)
{
    to->rows = calloc(from->n + 1, sizeof *to->rows);
    to->n = to->rows != NULL ? from->n : 0;
    if (to->rows != NULL)
        memcpy(to->rows, from->rows, from->n * sizeof *to->rows);
    return to->rows != NULL ? 0 : -1;
}

int rm_leak_hunt(rm_runtime *rt, rm_scenario scenario, void *ctx, int rounds, rm_format format,
                 FILE *out, size_t *growing)
{
    rm_census first = {0}, last = {0}, now = {0}, left = {0};
    int rc;

    scenario(ctx);
    rc = run_round(rt, scenario, ctx, &last);
    for (int i = 0; rc == 0 && i < rounds; i++) {
        rc = run_round(rt, scenario, ctx, &now);
        if (rc == 0 && i == 0)
            rc = copy_census(&now, &left);
        if (rc == 0)
            keep_growing(&left, &last, &now);
        if (i == 0)
            first = last;
        else
            rm_census_free(&last);
        last = now;
        now = (rm_census){0};
    }
    if (rc == 0) {
        *growing = left.n;
        for (size_t i = 0; i < left.n; i++) {
            const rm_census_row *old = find_row(&first, &left.rows[i]);

            left.rows[i].count -= old != NULL ? old->count : 0;
            left.rows[i].bytes -= old != NULL ? old->bytes : 0;
        }
        rm_census_print(&left, format, out);
    }
    if (rounds > 0)
        rm_census_free(&first);
    rm_census_free(&last);
    rm_census_free(&left);
    return rc;
}
