/* What the disk holds: contents of files and names in folders. Each is asked once and remembered, for many
 * sources ask the same.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_ENTRIES = 1024 };

typedef struct {
    uint64_t hash;
    const char *name; /* NULL: the place is empty */
    disk_question of;
    const void *value;
} entry;

struct disk {
    arena *a;
    struct timespec created;
    entry *entries;
    size_t n, cap;
};

/* ---- what was asked before */

static entry *entry_of(entry *entries, size_t cap, disk_question of, const char *name, uint64_t hash)
{
    size_t at = hash & (cap - 1);

    while (entries[at].name &&
           !(entries[at].hash == hash && entries[at].of == of && strcmp(entries[at].name, name) == 0))
        at = (at + 1) & (cap - 1);
    return &entries[at];
}

static void grow(disk *d)
{
    size_t cap = d->cap ? d->cap * 2 : FIRST_ENTRIES;
    entry *entries = arena_alloc(d->a, cap * sizeof *entries);

    for (size_t i = 0; i < d->cap; i++)
        if (d->entries[i].name)
            *entry_of(entries, cap, d->entries[i].of, d->entries[i].name, d->entries[i].hash) = d->entries[i];
    d->entries = entries;
    d->cap = cap;
}

const void **disk_answer(disk *d, disk_question of, const char *name)
{
    uint64_t hash = hash_text((uint64_t)of, name);
    entry *e;

    if (d->n * 2 >= d->cap)
        grow(d);
    e = entry_of(d->entries, d->cap, of, name, hash);
    if (!e->name) {
        *e = (entry){hash, arena_strdup(d->a, name), of, NULL};
        d->n++;
    }
    return &e->value;
}

disk *disk_create(arena *a)
{
    disk *d = arena_alloc(a, sizeof *d);

    d->a = a;
    clock_gettime(CLOCK_REALTIME_COARSE, &d->created); /* what the times of files are taken from */
    return d;
}

arena *disk_arena(const disk *d)
{
    return d->a;
}

disk *disk_look_again(arena *a, const disk *before)
{
    disk *d = arena_alloc(a, sizeof *d);

    d->a = a;
    d->created = before->created;
    return d;
}

/* ---- contents */

/* Not mapped: a file that shrinks in the meantime would end the process. */
static hash128 content_of(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat info;
    hash128 content = {0};

    if (fd < 0)
        return content;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || hash_file(fd, &content) != 0)
        content = (hash128){0};
    close(fd);
    return content;
}

hash128 disk_content(disk *d, const char *path)
{
    const void **known = disk_answer(d, DISK_CONTENT, path);

    if (!*known) {
        hash128 *content = arena_alloc(d->a, sizeof *content);
        *content = content_of(path);
        *known = content;
    }
    return *(const hash128 *)*known;
}

/* ---- folders */

typedef struct {
    uint64_t *names;
    int n, cap;
} name_list;

static uint64_t name_hash(const char *name, bool is_folder)
{
    return hash_text(is_folder ? 2 : 1, name);
}

/* A link to nothing is not there. */
static void add_name(arena *a, int folder, const struct dirent *e, name_list *out)
{
    bool is_dir = e->d_type == DT_DIR;
    struct stat info;

    if (e->d_type == DT_LNK || e->d_type == DT_UNKNOWN) {
        if (fstatat(folder, e->d_name, &info, 0) != 0)
            return;
        is_dir = S_ISDIR(info.st_mode);
    }
    ARENA_PUSH(a, out->names, out->n, out->cap, name_hash(e->d_name, is_dir));
}

static int compare_hashes(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static bool is_since(const struct timespec *t, const struct timespec *start)
{
    return t->tv_sec != start->tv_sec ? t->tv_sec > start->tv_sec : t->tv_nsec >= start->tv_nsec;
}

bool disk_is_new(const disk *d, const char *path)
{
    struct stat info;

    return lstat(path, &info) != 0 || is_since(&info.st_ctim, &d->created);
}

static void list_names(disk *d, DIR *dir, disk_folder *out)
{
    const struct dirent *e;
    name_list names = {0};
    struct stat info;

    while ((e = readdir(dir)) != NULL)
        add_name(d->a, dirfd(dir), e, &names);
    if (names.n)
        qsort(names.names, (size_t)names.n, sizeof *names.names, compare_hashes);
    out->is_there = true;
    out->is_fresh = fstat(dirfd(dir), &info) != 0 || is_since(&info.st_ctim, &d->created);
    out->names = names.names;
    out->nnames = names.n;
    out->listing = hash_bytes(1, names.names ? (const void *)names.names : "", (size_t)names.n * sizeof *names.names);
}

const disk_folder *disk_list(disk *d, const char *path)
{
    const void **known = disk_answer(d, DISK_FOLDER, path);

    if (!*known) {
        disk_folder *folder = arena_alloc(d->a, sizeof *folder);
        DIR *dir = opendir(path);

        *known = folder;
        folder->is_hidden = !dir && errno != ENOENT && errno != ENOTDIR;
        if (dir)
            list_names(d, dir, folder);
        if (dir)
            closedir(dir);
    }
    return *known;
}

static bool holds(const disk_folder *f, uint64_t name)
{
    return f->nnames && bsearch(&name, f->names, (size_t)f->nnames, sizeof name, compare_hashes);
}

bool disk_has(const disk_folder *f, const char *name)
{
    return holds(f, name_hash(name, false)) || holds(f, name_hash(name, true));
}
