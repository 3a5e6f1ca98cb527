/* What is settled about every file before workers start: its flags, and with whom it shares the
 * headers it begins with.
 *
 * Files share when their preludes, flags, folder of compilation and language are the same, word
 * for word. Making a shared header costs as much as two files save, so it takes three.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LEAST_FILES = 3, MOST_PRELUDE = 64 << 10 };

/* ---- one file's prelude */

/* Python.h in quotes is looked for there first. */
static bool has_other_python(arena *a, const source *s, const source_flags *flags)
{
    for (int i = 0; i + 1 < flags->flags.n; i++)
        if (strcmp(flags->flags.items[i], "-iquote") == 0 &&
            is_file(path_join(a, flags->flags.items[i + 1], "Python.h")))
            return true;
    return is_file(path_join(a, path_folder(a, s->path), "Python.h"));
}

/* NULL when it has none. */
static const char *prelude_of(arena *a, const source *s, const source_flags *flags, size_t *bytes)
{
    const char *directives = NULL;
    char *text;
    size_t n;
    FILE *f;

    if (s->text || has_other_python(a, s, flags))
        return NULL;
    f = fopen(s->path, "rb");
    if (!f)
        return NULL;
    text = arena_alloc(a, MOST_PRELUDE);
    n = fread(text, 1, MOST_PRELUDE, f);
    fclose(f);
    *bytes = frontend_prelude(a, text, n, &directives);
    return directives;
}

static uint64_t key_of(const source *s, const source_flags *flags, const char *directives)
{
    uint64_t key = hash_text(0, directives);

    key = hash_text(key, flags->directory);
    key = hash_text(key, path_suffix(s->path));
    for (int i = 0; i < flags->flags.n; i++)
        key = hash_text(key, flags->flags.items[i]);
    return key;
}

/* ---- groups */

typedef struct {
    const char *directives;
    uint64_t key;
    int first, files; /* members: the first one, and how many */
} candidate;

typedef struct {
    candidate *items;
    int n, cap;
} candidates;

static int candidate_for(arena *a, candidates *all, uint64_t key, const char *directives, int file)
{
    candidate c = {directives, key, file, 0};
    int i = 0;

    while (i < all->n && all->items[i].key != key)
        i++;
    if (i == all->n)
        ARENA_PUSH(a, all->items, all->n, all->cap, c);
    all->items[i].files++;
    return i;
}

static bool open_files(shared_header *h)
{
    h->fd = memfd_create("refwarden-headers", MFD_CLOEXEC);
    h->names_fd = h->fd < 0 ? -1 : memfd_create("refwarden-names", MFD_CLOEXEC);
    if (h->fd >= 0 && h->names_fd < 0)
        close(h->fd);
    return h->names_fd >= 0;
}

/* The group of candidate c, or -1 when it is too small. */
static int group_for(arena *a, run_plan *plan, const candidate *c, int *group)
{
    shared_header h = {.directives = c->directives, .first = c->first};

    if (*group == 0) {
        *group = -1;
        if (c->files >= LEAST_FILES && open_files(&h)) {
            ARENA_PUSH(a, plan->shared, plan->nshared, plan->cap, h);
            *group = plan->nshared;
        }
    }
    return *group - (*group > 0);
}

static void make_groups(arena *a, run_plan *plan, const sources *list, const candidates *all,
                        const int *candidate_of)
{
    int *groups = arena_alloc(a, (size_t)all->n * sizeof *groups + 1); /* 0: not asked yet */

    for (int i = 0; i < list->n; i++)
        plan->files[i].shared = candidate_of[i] < 0 ? -1
                                : group_for(a, plan, &all->items[candidate_of[i]],
                                            &groups[candidate_of[i]]);
}

void plan_flags(arena *a, const run_context *run, const sources *list, run_plan *plan)
{
    folder_flags around = {0};

    *plan = (run_plan){0};
    plan->files = arena_alloc(a, (size_t)list->n * sizeof *plan->files + 1);
    for (int i = 0; i < list->n; i++)
        headers_flags(a, &list->items[i], compdb_set_find(run->databases, &list->items[i]), run->python,
                      run->options, &around, &plan->files[i].flags);
}

void plan_sharing(arena *a, const sources *list, const bool *is_parsed, run_plan *plan)
{
    int *candidate_of = arena_alloc(a, (size_t)list->n * sizeof *candidate_of + 1);
    arena *scratch = arena_create();
    candidates all = {0};

    for (int i = 0; i < list->n; i++) {
        const source *s = &list->items[i];
        file_plan *p = &plan->files[i];
        const char *directives = is_parsed[i] ? prelude_of(scratch, s, &p->flags, &p->prelude) : NULL;

        candidate_of[i] = -1;
        if (directives)
            candidate_of[i] = candidate_for(a, &all, key_of(s, &p->flags, directives),
                                            arena_strdup(a, directives), i);
        arena_reset(scratch);
    }
    make_groups(a, plan, list, &all, candidate_of);
    arena_destroy(scratch);
}

void plan_end(run_plan *plan)
{
    for (int i = 0; i < plan->nshared; i++) {
        close(plan->shared[i].fd);
        close(plan->shared[i].names_fd);
    }
}
