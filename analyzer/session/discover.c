/* Which files are checked.
 *
 * What is named on the command line is checked whatever its suffix; folders are walked for C and
 * C++ sources. What an editor has not written yet need not exist. Links to folders are not followed
 * inside a walk, so there are no loops; nor are links to files elsewhere, since a report quotes what it is about.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const source_suffixes[] = {"c", "cpp", "cc", "cxx", NULL};

bool is_source_name(const char *path)
{
    return text_is_one_of(path_suffix(path), source_suffixes);
}

static const char *without_dot(const char *path)
{
    while (path[0] == '.' && path[1] == '/') {
        path += 2;
        path += strspn(path, "/");
    }
    return *path ? path : ".";
}

static void add_source(arena *a, sources *list, const char *path)
{
    struct stat info;
    source s = {.path = path, .shown = path, .absolute = path_absolute(a, path)};

    s.size = stat(path, &info) == 0 ? (long)info.st_size : 0;
    ARENA_PUSH(a, list->items, list->n, list->cap, s);
}

static void take_text(arena *a, const source_text *t, sources *list)
{
    const char *absolute = path_absolute(a, t->path);

    for (int i = 0; i < list->n; i++)
        if (strcmp(list->items[i].absolute, absolute) == 0) {
            list->items[i].text = t->text;
            list->items[i].text_len = t->len;
            list->items[i].size = (long)t->len;
        }
}

static bool has_text(arena *a, const session_options *o, const char *path)
{
    for (int i = 0; i < o->ntexts; i++)
        if (strcmp(path_absolute(a, o->texts[i].path), path_absolute(a, path)) == 0)
            return true;
    return false;
}

static bool is_real_folder(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

typedef struct {
    arena *a;
    sources *list;
    const char *top; /* the folder that was named, absolute */
    strings *notices, *errors;
} tree;

/* What cannot be followed is for whoever opens it to say. */
static bool leads_out(const tree *t, const char *path)
{
    struct stat info;
    const char *target = lstat(path, &info) == 0 && S_ISLNK(info.st_mode) ? path_absolute(t->a, path) : NULL;

    return target && stat(path, &info) == 0 && !is_under(target, t->top);
}

static void add_found(const tree *t, const char *path)
{
    if (leads_out(t, path))
        strings_add(t->a, t->notices,
                    arena_printf(t->a, "warning: %s is a link that leads out of the folder; name it to have it checked", path));
    else
        add_source(t->a, t->list, path);
}

static void walk(const tree *t, const char *folder);

static void walk_entry(const tree *t, const char *folder, const char *name)
{
    char *path = path_join(t->a, folder, name);

    if (is_real_folder(path)) {
        if (!is_skipped_folder(folder, name))
            walk(t, path);
    } else if (!is_folder(path) && is_source_name(name)) {
        add_found(t, path);
    }
}

static void walk(const tree *t, const char *folder)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, visible, alphasort);

    if (n < 0)
        strings_add(t->a, t->errors, arena_printf(t->a, "%s: %s", folder, strerror(errno)));
    for (int i = 0; i < n; i++) {
        walk_entry(t, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

static void add_folder(arena *a, sources *list, const char *folder, strings *notices, strings *errors)
{
    int before = list->n, errors_before = errors->n;
    tree t = {a, list, path_absolute(a, folder), notices, errors};

    walk(&t, folder);
    if (list->n == before && errors->n == errors_before)
        strings_add(a, errors, arena_printf(a, "%s: no C source in this folder", folder));
}

static int add_stdin(arena *a, const session_options *o, sources *list, status *st)
{
    source s = {.path = o->stdin_name ? o->stdin_name : "stdin.c"};
    char *text = NULL;

    s.shown = o->stdin_name ? o->stdin_name : "<stdin>";
    s.absolute = path_absolute(a, s.path);
    for (int i = 0; i < o->ntexts && !s.text; i++)
        if (strcmp(o->texts[i].path, s.shown) == 0) {
            s.text = o->texts[i].text;
            s.text_len = o->texts[i].len;
        }
    if (!s.text && file_read(a, "-", &text, &s.text_len, st) != 0)
        return -1;
    s.text = s.text ? s.text : text;
    s.size = (long)s.text_len;
    ARENA_PUSH(a, list->items, list->n, list->cap, s);
    return 0;
}

static int add_path(arena *a, const session_options *o, const char *path, sources *list,
                    strings *notices, strings *errors, status *st)
{
    struct stat info;

    if (strcmp(path, "-") == 0)
        return add_stdin(a, o, list, st);
    path = without_dot(path);
    if (lstat(path, &info) != 0 && !has_text(a, o, path))
        strings_add(a, errors, arena_printf(a, "%s: %s", path, strerror(errno)));
    else if (is_folder(path))
        add_folder(a, list, path, notices, errors);
    else
        add_source(a, list, path);
    return 0;
}

static int compare_sources(const void *left, const void *right)
{
    const source *a = left, *b = right;
    int order = strcmp(a->absolute, b->absolute);

    return order ? order : strcmp(a->shown, b->shown);
}

static int compare_shown(const void *left, const void *right)
{
    const source *a = left, *b = right;
    int order = strcmp(a->shown, b->shown);

    return order ? order : strcmp(a->absolute, b->absolute);
}

static void keep_each_once(sources *list)
{
    int kept = 0;

    if (list->n == 0)
        return;
    qsort(list->items, (size_t)list->n, sizeof *list->items, compare_sources);
    for (int i = 1; i < list->n; i++)
        if (strcmp(list->items[i].absolute, list->items[kept].absolute) != 0)
            list->items[++kept] = list->items[i];
    list->n = kept + 1;
    qsort(list->items, (size_t)list->n, sizeof *list->items, compare_shown);
}

int discover_sources(arena *a, const session_options *o, sources *out, strings *notices, strings *errors, status *st)
{
    for (int i = 0; i < o->npaths; i++)
        if (add_path(a, o, o->paths[i], out, notices, errors, st) != 0)
            return -1;
    keep_each_once(out);
    for (int i = 0; i < o->ntexts; i++)
        take_text(a, &o->texts[i], out);
    return 0;
}
