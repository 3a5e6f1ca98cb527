/* Fixes that were tried: each proposal is applied to the text, and the text is analysed like any other.
 *
 * A fix is kept when its finding is gone, none has come and the unit did not get worse. Proposals of a
 * file are tried together; who is to blame for a fault is told by its function, and by halves when that is not
 * enough. Findings of two texts are the same when rule, file, function and object are: no line is compared,
 * and of equals only the number. The functions of other files are taken to do what they did before.
 */
#include "session_int.h"

#include "fix.h"

#include <string.h>

enum { MOST_TRIALS = 40 };

typedef struct {
    finding *f;
    finding_fix ways[FIX_MOST_PROPOSALS];
    int nways, way; /* the one that is tried next */
    bool is_bad;    /* in the last trial */
} candidate;

typedef struct {
    candidate **items;
    int n, cap;
} candidates;

typedef struct {
    arena *a;
    const repair_job *job;
    int trials;
} repair;

/* ---- what a trial says */

static bool is_same_kind(const finding *x, const finding *y)
{
    return strcmp(x->rule, y->rule) == 0 && strcmp(x->at.file, y->at.file) == 0 &&
           strcmp(x->function, y->function) == 0 && strcmp(x->object, y->object) == 0;
}

static int count_like(const finding *list, int n, const finding *f)
{
    int count = 0;

    for (int i = 0; i < n; i++)
        count += is_same_kind(&list[i], f);
    return count;
}

static int count_places(const finding *list, int n, const finding *f)
{
    int count = 0;

    for (int i = 0; i < n; i++)
        count += is_same_kind(&list[i], f) ? 1 + list[i].nalso : 0;
    return count;
}

/* How many findings like this one are to be gone. */
static int expected_gone(const candidates *tried, const finding *f)
{
    int count = 0;

    for (int i = 0; i < tried->n; i++)
        count += is_same_kind(tried->items[i]->f, f);
    return count;
}

static bool blame(candidates *tried, const char *function)
{
    bool found = false;

    for (int i = 0; i < tried->n; i++)
        if (strcmp(tried->items[i]->f->function, function) == 0)
            found = tried->items[i]->is_bad = true;
    return found;
}

static void blame_all(candidates *tried)
{
    for (int i = 0; i < tried->n; i++)
        tried->items[i]->is_bad = true;
}

static bool got_worse(const unit_result *before, const unit_result *after)
{
    return after->status > before->status || after->partial_functions > before->partial_functions ||
           after->functions < before->functions;
}

/* Marks those that are not what they should be. */
static void judge(const repair *r, candidates *tried, const repair_result *after)
{
    const repair_job *job = r->job;

    for (int i = 0; i < tried->n; i++) {
        const finding *f = tried->items[i]->f;

        tried->items[i]->is_bad = count_like(after->findings, after->nfindings, f) >
                                  count_like(job->findings, job->nfindings, f) - expected_gone(tried, f);
    }
    for (int i = 0; i < after->nfindings; i++) {
        const finding *f = &after->findings[i];
        int before = count_like(job->findings, job->nfindings, f) - expected_gone(tried, f);
        bool is_new = count_like(after->findings, after->nfindings, f) > before ||
                      count_places(after->findings, after->nfindings, f) > count_places(job->findings, job->nfindings, f);

        if (is_new && !blame(tried, f->function))
            blame_all(tried);
    }
    if (got_worse(job->unit, after->unit) || after->errors > job->errors)
        blame_all(tried);
}

static bool try_together(repair *r, candidates *tried)
{
    arena *scratch = arena_create();
    const finding_fix **fixes = arena_alloc(r->a, (size_t)tried->n * sizeof *fixes + 1);
    repair_result after = {0};
    size_t len;
    bool is_good = true;

    for (int i = 0; i < tried->n; i++)
        fixes[i] = &tried->items[i]->ways[tried->items[i]->way];
    char *text = fix_apply(scratch, r->job->text, r->job->len, fixes, tried->n, &len);
    r->trials++;
    held_file *held = r->job->analyse(r->job->ctx, text, len, &after);
    if (after.unit)
        judge(r, tried, &after);
    else
        blame_all(tried);
    held_close(held);
    arena_destroy(scratch);
    for (int i = 0; i < tried->n; i++)
        is_good &= !tried->items[i]->is_bad;
    return is_good;
}

/* ---- which are kept */

static void keep(repair *r, candidate *c)
{
    c->f->fixes = arena_alloc(r->a, sizeof *c->f->fixes);
    c->f->fixes[0] = c->ways[c->way];
    c->f->nfixes = 1;
    c->way = c->nways;
}

static candidates those(repair *r, const candidates *all, bool bad)
{
    candidates some = {0};

    for (int i = 0; i < all->n; i++)
        if (all->items[i]->is_bad == bad)
            ARENA_PUSH(r->a, some.items, some.n, some.cap, all->items[i]);
    return some;
}

static void sort_out(repair *r, candidates *tried);

static void sort_out_halves(repair *r, const candidates *tried)
{
    candidates first = {tried->items, tried->n / 2, tried->n / 2};
    candidates second = {tried->items + first.n, tried->n - first.n, tried->n - first.n};

    sort_out(r, &first);
    sort_out(r, &second);
}

static void sort_out(repair *r, candidates *tried)
{
    if (tried->n == 0 || r->trials >= MOST_TRIALS || r->job->is_late(r->job->ctx))
        return;
    if (try_together(r, tried)) {
        for (int i = 0; i < tried->n; i++)
            keep(r, tried->items[i]);
        return;
    }
    if (tried->n == 1) {
        tried->items[0]->way++;
        return;
    }
    candidates good = those(r, tried, false), bad = those(r, tried, true);
    sort_out(r, &good);
    if (good.n)
        sort_out(r, &bad);
    else
        sort_out_halves(r, &bad);
}

/* ---- a file */

static bool fits_in(const candidates *set, const candidate *c)
{
    for (int i = 0; i < set->n; i++)
        if (fix_conflicts(&set->items[i]->ways[set->items[i]->way], &c->ways[c->way]))
            return false;
    return true;
}

/* Those that have not been tried with their present way, as many as go together. */
static candidates next_set(repair *r, candidate *all, int n, bool *is_tried)
{
    candidates set = {0};

    for (int i = 0; i < n; i++)
        if (!is_tried[i] && all[i].way < all[i].nways && fits_in(&set, &all[i])) {
            ARENA_PUSH(r->a, set.items, set.n, set.cap, &all[i]);
            is_tried[i] = true;
        }
    return set;
}

static void try_ways(repair *r, candidate *all, int n)
{
    bool *is_tried = arena_alloc(r->a, (size_t)n * sizeof *is_tried + 1);
    candidates set;

    while ((set = next_set(r, all, n, is_tried)).n)
        sort_out(r, &set);
}

static int gather(repair *r, const fix_source *source, candidate *all)
{
    int n = 0;

    for (int i = 0; i < r->job->nfindings; i++) {
        candidate c = {.f = &r->job->findings[i]};

        if (strcmp(c.f->at.file, r->job->file) != 0 || c.f->generated.file || !is_rule_on(r->job->shown, c.f->rule))
            continue;
        c.nways = fix_propose(r->a, source, c.f, c.ways);
        if (c.nways)
            all[n++] = c;
    }
    return n;
}

void repair_findings(arena *a, const repair_job *job)
{
    repair r = {.a = a, .job = job};
    fix_target target = {job->minor, job->has_limited_api, job->strong, job->ctx};
    candidate *all = arena_alloc(a, (size_t)job->nfindings * sizeof *all + 1);
    int n = job->nfindings ? gather(&r, fix_source_create(a, job->text, job->len, &target), all) : 0;

    for (int way = 0; way < FIX_MOST_PROPOSALS && n; way++)
        try_ways(&r, all, n);
}
