/* refwarden baseline write|show|prune: the file of findings that are accepted.
 *
 * What the file says of sources that were not checked in this run stays in it.
 */
#include "cli_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char standard_name[] = "refwarden-baseline.tsv";

static const char *file_of(const cli_options *o)
{
    return o->baseline ? o->baseline : standard_name;
}

static session_options covered_by(const check_group *g)
{
    return (session_options){
        .paths = g->options.words.items,
        .npaths = g->options.words.n,
        .stdin_name = g->options.stdin_filename,
    };
}

typedef struct {
    finding *v;
    int n, cap;
} entries;

/* Of what is accepted so far: what this run says nothing about. */
static int keep_others(arena *a, const check_group *g, entries *out, status *st)
{
    const char *file = file_of(&g->options);
    session_options covered = covered_by(g);
    finding *known;
    int n;

    if (access(file, F_OK) != 0)
        return 0;
    if (session_baseline_read(a, file, &known, &n, st) != 0)
        return -1;
    *out = (entries){known, session_others(a, &covered, &g->result, known, n), n};
    return 0;
}

static int write_entries(arena *a, const char *file, const entries *list)
{
    buf text = {0};
    int rc;

    session_baseline_print(a, file, list->v, list->n, &text);
    rc = write_out(file, &text);
    buf_free(&text);
    return rc;
}

static bool is_in_code(const finding *f)
{
    return strcmp(f->rule, "RW901") != 0;
}

static int accept(arena *a, check_group *g, bool quiet, status *st)
{
    const session_result *r = &g->result;
    const char *file = file_of(&g->options);
    entries list = {0};
    int rc, others;

    if (keep_others(a, g, &list, st) != 0)
        return complain_status(st);
    others = list.n;
    for (int i = 0; i < r->nfindings; i++)
        if (is_in_code(&r->findings[i]))
            ARENA_PUSH(a, list.v, list.n, list.cap, r->findings[i]);
    rc = write_entries(a, file, &list);
    if (rc == 0 && !quiet)
        fprintf(stderr, "%s: %d accepted%s\n", file, list.n - others,
                others ? arena_printf(a, ", %d of other files kept", others) : "");
    return rc;
}

/* ---- prune */

static bool is_fixed(const session_result *r, const finding *f)
{
    for (int i = 0; i < r->nfixed; i++)
        if (strcmp(r->fixed[i].fingerprint, f->fingerprint) == 0 && strcmp(r->fixed[i].at.file, f->at.file) == 0)
            return true;
    return false;
}

static int drop_fixed(arena *a, check_group *g, bool quiet, status *st)
{
    session_options covered = covered_by(g);
    const char *file = file_of(&g->options);
    entries list = {0};
    finding *known;
    int n, rc;

    if (session_baseline_read(a, file, &known, &n, st) != 0)
        return complain_status(st);
    session_compare(a, &covered, known, n, &g->result);
    for (int i = 0; i < n; i++)
        if (!is_fixed(&g->result, &known[i]))
            ARENA_PUSH(a, list.v, list.n, list.cap, known[i]);
    rc = list.n < n ? write_entries(a, file, &list) : STATUS_CLEAN;
    if (rc == 0 && !quiet)
        fprintf(stderr, "%s: %d dropped, %d kept\n", file, n - list.n, list.n);
    return rc;
}

/* ---- the commands */

/* A baseline of findings that were not all found would hide that. */
static int say_errors(const session_result *r)
{
    for (int i = 0; i < r->nerrors; i++)
        complain("%s", r->errors[i]);
    return r->nerrors ? STATUS_USAGE : STATUS_CLEAN;
}

static bool say_failed(const session_result *r)
{
    for (int i = 0; i < r->nunits; i++)
        if (r->units[i].status == UNIT_FAILED)
            complain("%s was not analysed: what the baseline says of it stays", r->units[i].file);
    return r->failed_files > 0;
}

typedef int change_fn(arena *a, check_group *g, bool quiet, status *st);

static int change(arena *a, const cli_options *o, change_fn *to)
{
    check_groups all = {0};
    status st = {0};
    bool failed = false;
    int rc = STATUS_CLEAN;

    if (check_run(a, o, &all, &st) != 0)
        return complain_status(&st);
    for (int i = 0; i < all.n && rc == 0; i++)
        rc = say_errors(&all.v[i].result);
    for (int i = 0; i < all.n && rc == 0; i++)
        rc = to(a, &all.v[i], o->quiet, &st);
    for (int i = 0; i < all.n && rc == 0; i++)
        failed |= say_failed(&all.v[i].result);
    return rc == 0 && failed ? STATUS_INCOMPLETE : rc;
}

static int show(arena *a, const cli_options *o)
{
    cli_options settled;
    const char *config;
    buf text = {0};
    status st = {0};
    finding *known;
    int n, rc;

    if (config_options(a, o, ".", &config, &settled, &st) != 0 ||
        session_baseline_read(a, file_of(&settled), &known, &n, &st) != 0)
        return complain_status(&st);
    buf_add(&text, "");
    for (int i = 0; i < n; i++)
        known_line(&known[i], &text);
    rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}

int run_baseline(arena *a, const cli_options *o)
{
    static const char *const names[] = {"write", "show", "prune", NULL};
    static const char *here[] = {"."};
    const char *name = o->words.n ? o->words.items[0] : "";
    cli_options rest = *o;

    if (!text_is_one_of(name, names))
        return complain("baseline: %s%s%s: use write, show or prune%s", *name ? "'" : "", *name ? name : "what",
                        *name ? "'" : "", hint(a, name, names));
    rest.words = (text_list){o->words.items + 1, o->words.n - 1, o->words.n - 1};
    if (rest.words.n == 0)
        rest.words = (text_list){here, 1, 1};
    if (strcmp(name, "show") == 0)
        return show(a, o);
    return change(a, &rest, strcmp(name, "write") == 0 ? accept : drop_fixed);
}
