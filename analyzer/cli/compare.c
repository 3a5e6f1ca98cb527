/* What the findings of a run are compared with: a baseline, an older version, a diff. */
#include "cli_int.h"

#include <string.h>

static int read_baselines(arena *a, check_groups *all, status *st)
{
    for (int i = 0; i < all->n; i++) {
        check_group *g = &all->v[i];

        if (g->options.baseline && session_baseline_read(a, g->options.baseline, &g->known, &g->nknown, st) != 0)
            return -1;
    }
    return 0;
}

static bool needs_stdin_twice(const cli_options *o)
{
    bool takes = o->diff && strcmp(o->diff, "-") == 0;

    for (int i = 0; i < o->words.n && takes; i++)
        if (strcmp(o->words.items[i], "-") == 0)
            return true;
    return false;
}

int compare_open(arena *a, const cli_options *o, check_groups *all, status *st)
{
    session_options wanted = check_options(a, o, 0);
    session_since *since = NULL;
    changed_lines *changed = NULL;
    int rc = read_baselines(a, all, st);

    if (rc == 0 && needs_stdin_twice(o))
        rc = fail(st, ERR_USAGE, "standard input cannot be both the source and the diff");
    if (rc == 0 && (o->fix || o->fix_diff) && (o->diff || o->since))
        rc = fail(st, ERR_USAGE, "--fix goes with --baseline, but not with --since or a diff to read");
    if (rc == 0 && o->diff)
        rc = session_read_diff(a, o->diff, &changed, st);
    if (rc == 0 && o->since)
        rc = session_since_open(a, o->since, &wanted, &since, st);
    for (int i = 0; i < all->n; i++) {
        all->v[i].since = since;
        all->v[i].changed = changed;
    }
    return rc;
}

int compare_group(arena *a, check_group *g, status *st)
{
    session_options o = check_options(a, &g->options, g->minor);

    if (g->options.dump)
        return 0;
    if (g->options.baseline)
        session_compare(a, &o, g->known, g->nknown, &g->result);
    if (g->changed)
        session_keep_changed(g->changed, &g->result);
    return g->since ? session_since_compare(a, g->since, &o, &g->result, st) : 0;
}

void known_line(const finding *f, buf *out)
{
    report_plain(f->at.file, out);
    buf_printf(out, ": %s", f->rule);
    if (*f->function) {
        buf_add(out, " in ");
        report_plain(f->function, out);
        buf_add(out, "()");
    }
    buf_add(out, ": ");
    report_plain(f->message, out);
    buf_add(out, "\n");
}

void say_fixed(const cli_options *o, const session_result *r)
{
    buf lines = {0};

    for (int i = 0; i < r->nfixed && o->verbose; i++) {
        buf_add(&lines, "fixed: ");
        known_line(&r->fixed[i], &lines);
    }
    fputs(lines.data ? lines.data : "", stderr);
    buf_free(&lines);
}
