/* Where the store is, and whether it may be trusted: what somebody else can write to could hide findings. */
#define _GNU_SOURCE
#include "store_int.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const endings[] = {"", "-wal", "-shm", "-journal", NULL};

static int make_folders(arena *a, const char *folder)
{
    char *path = arena_strdup(a, folder);

    for (char *at = path + 1; *at; at++)
        if (*at == '/') {
            *at = '\0';
            mkdir(path, 0700);
            *at = '/';
        }
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : -1;
}

static const char *distrust(arena *a, const char *path, const struct stat *info)
{
    if (info->st_uid != geteuid())
        return arena_printf(a, "%s belongs to another user", path);
    return info->st_mode & (S_IWGRP | S_IWOTH) ? arena_printf(a, "%s can be written by others", path) : NULL;
}

const char *place_prepare(arena *a, const char *folder, const char **file)
{
    struct stat info;
    const char *reason;

    *file = arena_printf(a, "%s/" STORE_FILE, folder);
    if (make_folders(a, folder) != 0 || stat(folder, &info) != 0)
        return arena_printf(a, "%s: %s", folder, strerror(errno));
    if (!S_ISDIR(info.st_mode))
        return arena_printf(a, "%s is no folder", folder);
    reason = distrust(a, folder, &info);
    if (reason || lstat(*file, &info) != 0)
        return reason;
    return S_ISREG(info.st_mode) ? distrust(a, *file, &info) : arena_printf(a, "%s is no file", *file);
}

int place_remove(const char *file)
{
    arena *a = arena_create();
    int rc = 0;

    for (int i = 0; endings[i] && rc == 0; i++)
        if (unlink(arena_printf(a, "%s%s", file, endings[i])) != 0 && errno != ENOENT)
            rc = -1;
    arena_destroy(a);
    return rc;
}

int store_clear(const char *folder, status *st)
{
    arena *a = arena_create();
    const char *file = arena_printf(a, "%s/" STORE_FILE, folder);
    int rc = place_remove(file) == 0 ? 0 : fail(st, ERR_IO, "%s: %s", file, strerror(errno));

    arena_destroy(a);
    return rc;
}
