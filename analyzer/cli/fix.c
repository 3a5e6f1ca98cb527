/* check --fix: applies fixes round by round, in memory; files are written when no round adds one.
 *
 * Fixes that overlap wait for the next round, whose analysis sees the text of the last. Should a file have
 * more findings after a round than it must, the round is taken back and the file left alone. What is
 * written is what was read: a file that changed in the meantime is refused, and so is a link.
 */
#define _GNU_SOURCE
#include "cli_int.h"

#include "fix.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_ROUNDS = 10 };

struct fixed_file {
    const char *name;
    source_text original, before, now; /* before: the last round */
    int applied, allowed; /* in the last round; findings that may be left after it */
    bool is_stopped;
    const finding_fix **chosen;
    int nchosen, chosen_cap;
};

/* ---- one round */

static fixed_file *file_named(fixed_files *all, const char *name)
{
    for (int i = 0; i < all->n; i++)
        if (strcmp(all->v[i].name, name) == 0)
            return &all->v[i];
    return NULL;
}

static bool read_source(arena *a, const session_result *r, const char *name, source_text *out)
{
    char *text = NULL;

    for (int i = 0; i < r->ntexts; i++)
        if (strcmp(r->texts[i].path, name) == 0) {
            *out = r->texts[i];
            return true;
        }
    out->path = name;
    if (file_read(a, name, &text, &out->len, NULL) != 0)
        return false;
    out->text = text;
    return true;
}

static fixed_file *file_for(arena *a, fixed_files *all, const session_result *r, const char *name)
{
    fixed_file added = {.name = name};

    if (file_named(all, name))
        return file_named(all, name);
    if (!read_source(a, r, name, &added.original))
        return NULL;
    added.now = added.original;
    ARENA_PUSH(a, all->v, all->n, all->cap, added);
    return &all->v[all->n - 1];
}

static const finding_fix *wanted_fix(const cli_options *o, const finding *f)
{
    for (int i = 0; i < f->nfixes && f->state == STATE_NEW; i++)
        if (f->fixes[i].safety == FIX_SAFE || o->unsafe_fixes)
            return &f->fixes[i];
    return NULL;
}

static bool fits_in(const fixed_file *file, const finding_fix *fix)
{
    for (int i = 0; i < file->nchosen; i++)
        if (fix_conflicts(file->chosen[i], fix))
            return false;
    return true;
}

static int findings_in(const session_result *r, const char *file)
{
    int n = 0;

    for (int i = 0; i < r->nfindings; i++)
        n += strcmp(r->findings[i].at.file, file) == 0;
    return n;
}

static void choose(arena *a, const cli_options *o, const session_result *r, fixed_files *all)
{
    for (int i = 0; i < all->n; i++)
        all->v[i].nchosen = 0;
    for (int i = 0; i < r->nfindings; i++) {
        const finding_fix *fix = wanted_fix(o, &r->findings[i]);
        fixed_file *file = fix ? file_for(a, all, r, r->findings[i].at.file) : NULL;

        if (file && !file->is_stopped && fits_in(file, fix))
            ARENA_PUSH(a, file->chosen, file->nchosen, file->chosen_cap, fix);
    }
}

/* Whether anything was applied. */
static bool apply(arena *a, const session_result *r, fixed_files *all)
{
    bool changed = false;

    for (int i = 0; i < all->n; i++) {
        fixed_file *f = &all->v[i];

        f->before = f->now;
        f->applied = f->nchosen;
        f->allowed = findings_in(r, f->name) - f->nchosen;
        all->fixed += f->nchosen;
        changed |= f->nchosen > 0;
        if (f->nchosen)
            f->now.text = fix_apply(a, f->before.text, f->before.len, f->chosen, f->nchosen, &f->now.len);
    }
    return changed;
}

static bool take_back(const session_result *r, fixed_files *all)
{
    bool any = false;

    for (int i = 0; i < all->n; i++) {
        fixed_file *f = &all->v[i];

        if (!f->applied || findings_in(r, f->name) <= f->allowed)
            continue;
        all->fixed -= f->applied;
        f->now = f->before;
        f->applied = 0;
        f->is_stopped = any = true;
    }
    return any;
}

/* ---- rounds */

static int analyse(arena *a, const session_options *wanted, const fixed_files *all, session_result *out, status *st)
{
    session_options o = *wanted;
    source_text *texts = arena_alloc(a, sizeof *texts * (size_t)(all->n + wanted->ntexts) + 1);

    o.ntexts = 0;
    for (int i = 0; i < wanted->ntexts; i++)
        if (!file_named((fixed_files *)all, wanted->texts[i].path))
            texts[o.ntexts++] = wanted->texts[i];
    for (int i = 0; i < all->n; i++)
        texts[o.ntexts++] = all->v[i].now;
    o.texts = texts;
    return session_run(a, &o, out, st);
}

int fix_findings(arena *a, check_group *g, const session_options *wanted, status *st)
{
    fixed_files *all = &g->repaired;
    session_result *result = &g->result;
    session_options again = *wanted;
    int rc = session_run(a, wanted, result, st) == 0 ? compare_group(a, g, st) : -1;
    bool changed = true;

    all->first = *result;
    again.texts = result->texts; /* stdin can be read once */
    again.ntexts = result->ntexts;
    for (int round = 0; rc == 0 && changed; round++) {
        again.fixes = round + 1 < MOST_ROUNDS;
        changed = take_back(result, all);
        if (!changed) {
            choose(a, &g->options, result, all);
            changed = apply(a, result, all);
        }
        if (changed)
            rc = analyse(a, &again, all, result, st) == 0 ? compare_group(a, g, st) : -1;
    }
    return rc;
}

/* ---- writing */

static bool is_changed(const fixed_file *f)
{
    return f->now.len != f->original.len || memcmp(f->now.text, f->original.text, f->now.len) != 0;
}

static bool is_stdin(const cli_options *o, const fixed_file *f)
{
    for (int i = 0; i < o->words.n; i++)
        if (strcmp(o->words.items[i], "-") == 0)
            return strcmp(f->name, o->stdin_filename ? o->stdin_filename : "<stdin>") == 0;
    return false;
}

static const char *refusal(arena *a, const fixed_file *f)
{
    source_text now = {0};
    struct stat info;
    char *text = NULL;

    if (lstat(f->name, &info) != 0)
        return strerror(errno);
    if (!S_ISREG(info.st_mode))
        return "it is not a regular file";
    if (file_read(a, f->name, &text, &now.len, NULL) != 0)
        return "it cannot be read";
    if (now.len != f->original.len || memcmp(text, f->original.text, now.len) != 0)
        return "it changed since it was analysed";
    return NULL;
}

static int write_one(arena *a, const fixed_file *f)
{
    const char *reason = refusal(a, f);
    buf text = {0};

    buf_addn(&text, f->now.text, f->now.len);
    if (!reason && replace_file(f->name, &text) != 0)
        reason = strerror(errno);
    buf_free(&text);
    return reason ? complain("--fix: %s was not written: %s", f->name, reason) : STATUS_CLEAN;
}

static int write_fixed(arena *a, const cli_options *o, const fixed_files *all)
{
    int rc = STATUS_CLEAN;

    for (int i = 0; i < all->n; i++) {
        const fixed_file *f = &all->v[i];

        if (is_changed(f) && !is_stdin(o, f) && write_one(a, f) != STATUS_CLEAN)
            rc = STATUS_USAGE;
    }
    return rc;
}

/* ---- what is shown */

static int unsafe_left(const session_result *r)
{
    int n = 0;

    for (int i = 0; i < r->nfindings; i++)
        n += r->findings[i].nfixes > 0 && r->findings[i].fixes[0].safety == FIX_UNSAFE;
    return n;
}

/* That a file could not be analysed is nothing to be fixed. */
static int findings_in_code(const session_result *r)
{
    int n = 0;

    for (int i = 0; i < r->nfindings; i++)
        n += strcmp(r->findings[i].rule, "RW901") != 0;
    return n;
}

static void say(const cli_options *o, const fixed_files *all, const session_result *r)
{
    int n = unsafe_left(r), first = findings_in_code(&all->first);

    if (o->quiet)
        return;
    fprintf(stderr, "refwarden: %s %d of %d finding%s", o->fix_diff ? "would fix" : "fixed", all->fixed,
            first, first == 1 ? "" : "s");
    if (n && !o->unsafe_fixes)
        fprintf(stderr, " (%d more with --unsafe-fixes)", n);
    fputs("\n", stderr);
}

/* The source that came from stdin goes to stdout, changed or not. */
static void add_stdin(const cli_options *o, const fixed_files *all, const session_result *r, buf *out)
{
    const char *name = o->stdin_filename ? o->stdin_filename : "<stdin>";
    const fixed_file *f = file_named((fixed_files *)all, name);

    for (int i = 0; i < r->ntexts && !f; i++)
        if (strcmp(r->texts[i].path, name) == 0)
            buf_addn(out, r->texts[i].text, r->texts[i].len);
    if (f)
        buf_addn(out, f->now.text, f->now.len);
}

bool fix_wants_stdout(const cli_options *o)
{
    bool reads_stdin = false;

    for (int i = 0; i < o->words.n; i++)
        reads_stdin |= strcmp(o->words.items[i], "-") == 0;
    return o->fix_diff || (o->fix && reads_stdin);
}

int fix_finish(arena *a, const cli_options *o, const fixed_files *all, const session_result *r)
{
    int rc = o->fix_diff ? STATUS_CLEAN : write_fixed(a, o, all);
    buf out = {0};

    say(o, all, r);
    for (int i = 0; i < all->n && o->fix_diff; i++)
        if (is_changed(&all->v[i]))
            diff_add(a, &out, &all->v[i].original, &all->v[i].now);
    if (!o->fix_diff && fix_wants_stdout(o))
        add_stdin(o, all, r, &out);
    if (out.len && rc == STATUS_CLEAN)
        rc = write_out(NULL, &out);
    buf_free(&out);
    return rc;
}
