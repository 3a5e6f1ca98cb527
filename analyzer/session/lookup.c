/* Where a file's headers were looked for, and whether they would be found in the same places again.
 *
 * A header that appears in a folder that is searched earlier changes the file's result, though nothing that was
 * read has changed. So for every folder of the search, and every folder that a header was found in (of which
 * quoted names are looked for beside the file that includes them), the names that are there are remembered. When
 * these are others now, it is asked of each wanted name alone whether it is there as it was before.
 *
 * Wanted are the names of all headers that were read, as seen from each folder of the search, those that
 * were not found, and those behind __has_include: more than were asked for, never fewer. A name with
 * folders in it ("sys/types.h") is taken apart: each folder on the way counts as one that is searched.
 */
#include "session_int.h"

#include <stdlib.h>
#include <string.h>

/* A part of names: all that is looked for behind it. */
typedef struct {
    const char *prefix; /* "" or "sys" */
    strings names;
} group;

typedef struct {
    group *items;
    int n, cap;
} groups;

/* ---- names, by the folder that leads to them */

static group *group_of(arena *a, groups *all, const char *prefix, size_t n)
{
    for (int i = 0; i < all->n; i++)
        if (strncmp(all->items[i].prefix, prefix, n) == 0 && !all->items[i].prefix[n])
            return &all->items[i];
    ARENA_PUSH(a, all->items, all->n, all->cap, ((group){.prefix = arena_strndup(a, prefix, n)}));
    return &all->items[all->n - 1];
}

static void add_once(arena *a, strings *list, const char *s, size_t n)
{
    for (int i = list->n; i-- > 0;)
        if (strncmp(list->items[i], s, n) == 0 && !list->items[i][n])
            return;
    strings_add(a, list, arena_strndup(a, s, n));
}

static void take_apart(arena *a, groups *all, const char *name)
{
    const char *at = name;

    for (;;) {
        size_t n = strcspn(at, "/");
        group *g = group_of(a, all, name, at > name ? (size_t)(at - name) - 1 : 0);

        add_once(a, &g->names, at, n);
        if (!at[n])
            return;
        at += n + 1;
    }
}

static groups groups_of(arena *a, const lookups *l)
{
    groups all = {0};

    group_of(a, &all, "", 0);
    for (int i = 0; i < l->nnames; i++)
        take_apart(a, &all, l->names[i]);
    return all;
}

/* ---- folders of the search */

static const char *const options[] = {"-I", "-isystem", "-iquote", "-idirafter", "-isysroot", "--sysroot=",
                                      "-cxx-isystem", NULL};
static const char *const standard[] = {"/usr/local/include", "/usr/include", NULL};
static const char *const variables[] = {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", NULL};

static void add_folder(arena *a, strings *out, const char *directory, const char *folder)
{
    char *path = *folder == '/' || !directory ? arena_strdup(a, folder) : path_join(a, directory, folder);
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        path[--n] = '\0';
    if (*path && !strings_has(out, path))
        strings_add(a, out, path);
}

static void add_sysroot(arena *a, strings *out, const char *root)
{
    for (int i = 0; standard[i]; i++)
        add_folder(a, out, NULL, arena_printf(a, "%s%s", root, standard[i]));
}

static void add_flag(arena *a, strings *out, const source_flags *flags, int *i)
{
    const char *flag = flags->flags.items[*i], *folder;

    for (int k = 0; options[k]; k++) {
        size_t n = strlen(options[k]);

        if (strncmp(flag, options[k], n) != 0)
            continue;
        folder = flag[n] || *i + 1 >= flags->flags.n ? flag + n : flags->flags.items[++*i];
        if (strstr(options[k], "sysroot"))
            add_sysroot(a, out, folder);
        add_folder(a, out, flags->directory, folder);
        return;
    }
}

static void add_variable(arena *a, strings *out, const char *value)
{
    while (value && *value) {
        size_t n = strcspn(value, ":");

        add_folder(a, out, NULL, n ? arena_strndup(a, value, n) : ".");
        value += n + (value[n] == ':');
    }
}

static strings searched(arena *a, const source_flags *flags, const file_result *r)
{
    strings out = {0};

    for (int i = 0; i < flags->flags.n; i++)
        add_flag(a, &out, flags, &i);
    for (int i = 0; i < r->nlocated; i++)
        if (r->located[i].folder)
            add_folder(a, &out, NULL, r->located[i].folder);
    add_folder(a, &out, NULL, flags->directory ? flags->directory : "."); /* -include */
    for (int i = 0; variables[i]; i++)
        add_variable(a, &out, getenv(variables[i]));
    for (int i = 0; standard[i]; i++)
        add_folder(a, &out, NULL, standard[i]);
    return out;
}

/* ---- recording */

static void add_name(arena *a, strings *names, const char *name)
{
    if (*name && *name != '/' && !strings_has(names, name))
        strings_add(a, names, name);
}

/* Folders may lie in each other: a header has a name from each. */
static void add_names_of(arena *a, strings *names, const strings *folders, const char *path)
{
    bool is_below_any = false;

    for (int i = 0; i < folders->n; i++) {
        size_t n = strlen(folders->items[i]);

        if (strncmp(path, folders->items[i], n) == 0 && path[n] == '/') {
            add_name(a, names, path + n + 1);
            is_below_any = true;
        }
    }
    if (!is_below_any)
        add_name(a, names, strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
}

static strings wanted(arena *a, const strings *folders, const file_result *r)
{
    strings names = {0};

    for (int i = 0; i < r->nfiles - r->ninputs; i++)
        add_names_of(a, &names, folders, r->files[i].path);
    for (int i = 0; i < r->nasked; i++)
        add_name(a, &names, r->asked[i]);
    for (int i = 0; i < r->nmissing; i++)
        add_name(a, &names, r->missing[i]);
    for (int i = 0; i < r->nlocated; i++)
        add_name(a, &names, r->located[i].name);
    return names;
}

static uint64_t answers(const disk_folder *folder, const group *g)
{
    uint64_t hash = 0;

    for (int i = 0; i < g->names.n; i++) {
        bool is_there = disk_has(folder, g->names.items[i]);
        hash = hash_bytes(hash, &is_there, sizeof is_there);
    }
    return hash;
}

typedef struct {
    searched_folder *items;
    int n, cap;
} searched_list;

/* In a folder that changed during the run only what is older than the run was surely seen. */
static bool is_certain(arena *a, const disk *d, const char *path, const disk_folder *folder, const group *g)
{
    bool is_old = true;

    for (int i = 0; i < g->names.n && folder->is_fresh && is_old; i++)
        is_old = !disk_has(folder, g->names.items[i]) || !disk_is_new(d, arena_printf(a, "%s/%s", path, g->names.items[i]));
    return is_old && !folder->is_hidden;
}

/* A folder that is not there shows in the names of the one above it. */
static bool add_searched(arena *a, disk *d, const char *folder, const group *g, searched_list *out)
{
    const char *path = *g->prefix ? arena_printf(a, "%s/%s", folder, g->prefix) : folder;
    const disk_folder *found = disk_list(d, path);
    searched_folder s = {path, g->prefix, found->listing, answers(found, g)};

    if (found->is_there || !*g->prefix)
        ARENA_PUSH(a, out->items, out->n, out->cap, s);
    return is_certain(a, d, path, found, g);
}

bool lookups_record(arena *a, disk *d, const source_flags *flags, const file_result *r, lookups *out)
{
    strings folders = searched(a, flags, r), names = wanted(a, &folders, r);
    searched_list list = {0};
    bool all_certain = true;
    groups all;

    for (int i = 0; i < r->nfiles - r->ninputs; i++)
        add_folder(a, &folders, NULL, path_folder(a, r->files[i].path));
    out->names = names.items;
    out->nnames = names.n;
    all = groups_of(a, out);
    for (int i = 0; i < folders.n; i++)
        for (int k = 0; k < all.n; k++)
            all_certain &= add_searched(a, d, folders.items[i], &all.items[k], &list);
    out->folders = list.items;
    out->nfolders = list.n;
    return all_certain;
}

/* ---- asking again */

bool lookups_hold(arena *a, disk *d, const lookups *l)
{
    groups all = {0};

    for (int i = 0; i < l->nfolders; i++) {
        const searched_folder *s = &l->folders[i];
        const disk_folder *now = disk_list(d, s->path);

        if (now->is_hidden)
            return false;
        if (now->listing == s->listing)
            continue;
        if (!all.n)
            all = groups_of(a, l);
        if (answers(now, group_of(a, &all, s->prefix, strlen(s->prefix))) != s->answers)
            return false;
    }
    return true;
}
