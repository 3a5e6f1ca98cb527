/* Which findings were known before, and which of those are gone.
 *
 * Each known one stands for one of now, at most: first in the same file, then, for what is left, in any other,
 * so that a renamed file and a function that moved keep theirs. What is known of a file that was not looked at
 * says nothing: it is neither fixed nor moved, unless the file is gone. RW901 is about the run and always new.
 */
#include "session_int.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    finding *f;
    const char *file; /* one name, however it was written */
    bool is_matched;
    bool may_move;    /* a known one that is not in its file any more */
} item;

typedef int compare_fn(const void *, const void *);

static const char *file_key(arena *a, const char *file)
{
    const char *path = path_absolute(a, file);

    return path_tidy(a, path);
}

static item *items_of(arena *a, finding *list, int n)
{
    item *items = arena_alloc(a, (size_t)n * sizeof *items + 1);
    const char *last = NULL, *key = NULL;

    for (int i = 0; i < n; i++) {
        if (!last || strcmp(last, list[i].at.file) != 0)
            key = file_key(a, list[i].at.file);
        last = list[i].at.file;
        items[i] = (item){.f = &list[i], .file = key, .is_matched = is_about_run(&list[i])};
    }
    return items;
}

/* ---- what was looked at */

static bool is_below(const char *file, const char *folder)
{
    size_t n = strlen(folder);

    if (strcmp(folder, "/") == 0 || strcmp(file, folder) == 0)
        return true;
    return strncmp(file, folder, n) == 0 && file[n] == '/';
}

const char *path_given(const session_options *o, int i)
{
    bool is_stdin = strcmp(o->paths[i], "-") == 0;

    return is_stdin && o->stdin_name ? o->stdin_name : o->paths[i];
}

typedef struct {
    strings given, failed; /* what the run was asked for, and of that what could not be analysed */
} coverage;

static coverage coverage_of(arena *a, const session_options *o, const session_result *now)
{
    coverage c = {0};

    for (int i = 0; i < o->npaths; i++)
        strings_add(a, &c.given, file_key(a, path_given(o, i)));
    for (int i = 0; i < now->nunits; i++)
        if (now->units[i].status == UNIT_FAILED)
            strings_add(a, &c.failed, file_key(a, now->units[i].file));
    return c;
}

static bool is_covered(const coverage *c, const char *file)
{
    for (int i = 0; i < c->given.n; i++)
        if (is_below(file, c->given.items[i]))
            return !strings_has(&c->failed, file);
    return false;
}

int session_others(arena *a, const session_options *o, const session_result *now, finding *known, int n)
{
    coverage c = coverage_of(a, o, now);
    int kept = 0;

    for (int i = 0; i < n; i++)
        if (!is_covered(&c, file_key(a, known[i].at.file)))
            known[kept++] = known[i];
    return kept;
}

/* ---- pairs */

static int by_fingerprint(const void *left, const void *right)
{
    const item *a = left, *b = right;

    return strcmp(a->f->fingerprint, b->f->fingerprint);
}

static int by_file_too(const void *left, const void *right)
{
    const item *a = left, *b = right;
    int order = by_fingerprint(a, b);

    return order ? order : strcmp(a->file, b->file);
}

/* Both are sorted. Equals pair off one by one. */
static void pair(item *now, int n, item *known, int nknown, compare_fn *compare, bool only_moved)
{
    for (int i = 0, k = 0; i < n && k < nknown;) {
        int order = compare(&now[i], &known[k]);

        if (now[i].is_matched)
            i++;
        else if (known[k].is_matched || (only_moved && !known[k].may_move))
            k++;
        else if (order != 0)
            order < 0 ? i++ : k++;
        else
            now[i++].is_matched = known[k++].is_matched = true;
    }
}

static void sort(item *items, int n)
{
    if (n)
        qsort(items, (size_t)n, sizeof *items, by_file_too);
}

/* ---- what came of it */

/* Another comparison may have found it fixed before. */
static bool is_listed(const session_result *now, int n, const finding *f)
{
    for (int i = 0; i < n; i++)
        if (strcmp(now->fixed[i].fingerprint, f->fingerprint) == 0 && strcmp(now->fixed[i].at.file, f->at.file) == 0)
            return true;
    return false;
}

static void list_fixed(arena *a, const coverage *c, const item *known, int n, session_result *now)
{
    int cap = now->nfixed, before = now->nfixed;

    for (int i = 0; i < n; i++) {
        finding f = *known[i].f;

        if (known[i].is_matched || !is_covered(c, known[i].file) || is_listed(now, before, &f))
            continue;
        f.state = STATE_FIXED;
        ARENA_PUSH(a, now->fixed, now->nfixed, cap, f);
    }
    if (now->nfixed)
        qsort(now->fixed, (size_t)now->nfixed, sizeof *now->fixed, finding_compare);
}

void session_compare(arena *a, const session_options *o, finding *known, int nknown, session_result *now)
{
    item *present = items_of(a, now->findings, now->nfindings), *before = items_of(a, known, nknown);
    coverage c = coverage_of(a, o, now);

    sort(present, now->nfindings);
    sort(before, nknown);
    pair(present, now->nfindings, before, nknown, by_file_too, false);
    for (int i = 0; i < nknown; i++)
        before[i].may_move = !before[i].is_matched && (is_covered(&c, before[i].file) || !is_file(before[i].file));
    pair(present, now->nfindings, before, nknown, by_fingerprint, true);
    for (int i = 0; i < now->nfindings; i++)
        if (present[i].is_matched && !is_about_run(present[i].f))
            present[i].f->state = STATE_UNCHANGED;
    list_fixed(a, &c, before, nknown, now);
    now->is_compared = true;
}
