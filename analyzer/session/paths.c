/* Names of files and folders, and which folders hold no source of the user. */
#define _GNU_SOURCE
#include "session_int.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const skipped_folders[] = {
    "build",  "_build",     "builddir",     "build-*",     "cmake-build-*", "CMakeFiles",
    "dist",   "__pycache__", "node_modules", "*.egg-info", "venv",          "_skbuild",
};

void strings_add(arena *a, strings *list, const char *s)
{
    ARENA_PUSH(a, list->items, list->n, list->cap, s);
}

bool strings_has(const strings *list, const char *s)
{
    for (int i = 0; i < list->n; i++)
        if (strcmp(list->items[i], s) == 0)
            return true;
    return false;
}

const char **strings_end(arena *a, strings *list)
{
    strings_add(a, list, NULL);
    list->n--;
    return list->items;
}

bool is_file(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool is_under(const char *absolute, const char *folder)
{
    size_t n = strlen(folder);

    return strcmp(folder, "/") == 0 || (strncmp(absolute, folder, n) == 0 && absolute[n] == '/');
}

char *path_join(arena *a, const char *folder, const char *name)
{
    size_t n = strlen(folder);

    if (*name == '/' || n == 0 || strcmp(folder, ".") == 0)
        return arena_strdup(a, name);
    return arena_printf(a, "%s%s%s", folder, folder[n - 1] == '/' ? "" : "/", name);
}

char *path_folder(arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return arena_strdup(a, ".");
    return slash == path ? arena_strdup(a, "/") : arena_strndup(a, path, (size_t)(slash - path));
}

static char *real_path(arena *a, const char *path)
{
    char *real = realpath(path, NULL);
    char *copy = arena_strdup(a, real);

    free(real);
    return copy;
}

static char *in_current_folder(arena *a, const char *path)
{
    char *here = real_path(a, ".");

    return path_join(a, here ? here : "", path);
}

char *path_absolute(arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *whole = real_path(a, path);
    char *folder = whole ? NULL : real_path(a, path_folder(a, path));

    if (whole)
        return whole;
    return folder ? path_join(a, folder, slash ? slash + 1 : path) : in_current_folder(a, path);
}

static char *join_names(arena *a, const char *start, const strings *names)
{
    char *path = arena_strdup(a, start);

    for (int i = 0; i < names->n; i++)
        path = arena_printf(a, "%s%s%s", path, i ? "/" : "", names->items[i]);
    return path;
}

static bool is_link(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

/* ".." takes back the name before it, unless that is another ".." or leads elsewhere. */
static bool is_taken_back(arena *a, const char *start, const strings *names)
{
    return names->n > 0 && strcmp(names->items[names->n - 1], "..") != 0 &&
           !is_link(join_names(a, start, names));
}

char *path_tidy(arena *a, const char *path)
{
    const char *start = *path == '/' ? "/" : "";
    strings names = {0};

    while (*path) {
        size_t n = strcspn(path, "/");
        char *name = arena_strndup(a, path, n);

        if (strcmp(name, "..") == 0 && is_taken_back(a, start, &names))
            names.n--;
        else if (n && strcmp(name, ".") != 0)
            strings_add(a, &names, name);
        path += n + (path[n] == '/');
    }
    return join_names(a, start, &names);
}

const char *path_suffix(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');

    return dot ? dot + 1 : "";
}

bool is_skipped_folder(const char *parent, const char *name)
{
    char marker[PATH_MAX];

    if (name[0] == '.')
        return true;
    for (size_t i = 0; i < sizeof skipped_folders / sizeof *skipped_folders; i++)
        if (fnmatch(skipped_folders[i], name, 0) == 0)
            return true;
    snprintf(marker, sizeof marker, "%s/%s/pyvenv.cfg", parent, name);
    return is_file(marker);
}
