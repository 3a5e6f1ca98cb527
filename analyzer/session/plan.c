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

static uint64_t flags_key(const source_flags *flags)
{
    uint64_t key = hash_text(0, flags->directory);

    for (int i = 0; i < flags->flags.n; i++)
        key = hash_text(key, flags->flags.items[i]);
    return key;
}

/* Python.h in quotes is looked for there first. */
static bool has_other_python(arena *a, const source *s, const source_flags *flags)
{
    for (int i = 0; i + 1 < flags->flags.n; i++)
        if (strcmp(flags->flags.items[i], "-iquote") == 0 &&
            is_file(path_join(a, flags->flags.items[i + 1], "Python.h")))
            return true;
    return is_file(path_join(a, path_folder(a, s->path), "Python.h"));
}

/* What headers of files with the same flags mention is read once. */
typedef struct {
    uint64_t key;
    frontend_headers *headers;
} known_headers;

typedef struct {
    arena *a; /* lives as long as the planning */
    known_headers *v;
    int n, cap;
} header_sets;

static frontend_headers *headers_of(header_sets *sets, const run_context *run, const source *s,
                                    const source_flags *flags)
{
    frontend_request like = {.directory = flags->directory, .flags = flags->flags.items,
                             .nflags = flags->flags.n, .resource_dir = run->options->resource_dir};
    known_headers k = {.key = flags_key(flags)};

    if (strcmp(path_suffix(s->path), "c") != 0)
        return NULL;
    for (int i = 0; i < sets->n; i++)
        if (sets->v[i].key == k.key)
            return sets->v[i].headers;
    k.headers = frontend_find_headers(sets->a, &like);
    ARENA_PUSH(sets->a, sets->v, sets->n, sets->cap, k);
    return k.headers;
}

static bool read_prelude(arena *a, const source *s, file_plan *p, frontend_headers *headers)
{
    char text[MOST_PRELUDE];
    size_t n = file_begin(s->path, text, sizeof text);

    return n && frontend_read_prelude(a, text, n, p->flags.flags.items, p->flags.flags.n, headers, &p->prelude);
}

static uint64_t key_of(const source *s, const source_flags *flags, const char *directives)
{
    return hash_text(hash_text(flags_key(flags), path_suffix(s->path)), directives);
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

void plan_sharing(arena *a, const run_context *run, const sources *list, const bool *is_parsed, run_plan *plan)
{
    int *candidate_of = arena_alloc(a, (size_t)list->n * sizeof *candidate_of + 1);
    header_sets sets = {.a = arena_create()};
    candidates all = {0};

    for (int i = 0; i < list->n; i++) {
        const source *s = &list->items[i];
        file_plan *p = &plan->files[i];

        candidate_of[i] = -1;
        if (is_parsed[i] && list->n >= LEAST_FILES && !s->text && !has_other_python(sets.a, s, &p->flags) &&
            read_prelude(a, s, p, headers_of(&sets, run, s, &p->flags)))
            candidate_of[i] = candidate_for(a, &all, key_of(s, &p->flags, p->prelude.directives),
                                            p->prelude.directives, i);
    }
    make_groups(a, plan, list, &all, candidate_of);
    arena_destroy(sets.a);
}

void plan_end(run_plan *plan)
{
    for (int i = 0; i < plan->nshared; i++) {
        close(plan->shared[i].fd);
        close(plan->shared[i].names_fd);
    }
}
