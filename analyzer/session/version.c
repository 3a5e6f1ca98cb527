/* An older version of a repository's sources, written from git's objects into a private folder.
 *
 * Only what a C front end reads is written: sources, headers, Cython's input, and the files by which a project's
 * top is known. Nothing of it is executed, no filter runs, links that lead out of the folder are removed. Headers
 * that git does not know (a configure script made them) are copied from the working tree: the older version
 * needs them as well. What a submodule holds is taken to be the same in both versions.
 *
 * The folder is made and removed by a process of its own, which waits until the other end of a socket is closed:
 * by us, or by the system when we are killed.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGEST = 64 << 20, OPEN_FOLDERS = 32 };

static const char *const suffixes[] = {
    "c", "cc", "cpp", "cxx", "C", "h", "hh", "hpp", "hxx", "H", "inc", "inl", "ipp", "tcc", "tpp", "def", "tab", "i",
    "ci", "src", "in", "pyx", "pxi", "pxd", NULL,
};
static const char *const marks[] = {
    "setup.py", "setup.cfg", "pyproject.toml", "meson.build", "CMakeLists.txt", "configure.ac", NULL,
};

/* ---- the folder and who removes it */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    remove(path);
    return 0;
}

/* It makes the folder, too: no moment is left in which nobody would remove it. */
static void keep_folder(char *folder, int line)
{
    int nothing = open("/dev/null", O_RDWR);
    char c;

    setsid(); /* what the terminal sends to us is not for it */
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    for (int fd = 0; fd < 3 && nothing >= 0; fd++)
        dup2(nothing, fd);
    if (!mkdtemp(folder))
        _exit(1);
    if (write(line, folder, strlen(folder)) > 0)
        while (read(line, &c, 1) < 0 && errno == EINTR)
            ;
    nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    _exit(0);
}

static int make_folder(version *v, status *st)
{
    const char *where = getenv("TMPDIR");
    char *folder = arena_printf(v->a, "%s/refwarden-XXXXXX", path_absolute(v->a, where && *where ? where : "/tmp"));
    size_t n = strlen(folder);
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(st, ERR_IO, "--since: %s", strerror(errno));
    v->remover = fork();
    if (v->remover == 0) {
        close(ends[0]);
        keep_folder(folder, ends[1]);
    }
    close(ends[1]);
    v->lifeline = ends[0];
    if (v->remover < 0 || recv(ends[0], folder, n, MSG_WAITALL) != (ssize_t)n)
        return fail(st, ERR_IO, "--since: no folder can be made in %s", path_folder(v->a, folder));
    v->folder = folder;
    v->tree = path_join(v->a, folder, "tree");
    mkdir(v->tree, 0700);
    mkdir(path_join(v->a, v->tree, ".git"), 0700); /* where a project ends */
    return 0;
}

/* ---- names */

/* A tree can be made by hand: no name may lead out of the folder. */
static bool is_harmless(const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "/");

        if (n == 0 || (n == 1 && path[0] == '.') || (n == 2 && strncmp(path, "..", 2) == 0) ||
            (n == 4 && strncasecmp(path, ".git", 4) == 0))
            return false;
        path += n + (path[n] == '/');
        if (path[-1] == '/' && !*path)
            return false;
    }
    return true;
}

static bool is_read_by_us(const char *path)
{
    const char *slash = strrchr(path, '/');

    return text_is_one_of(path_suffix(path), suffixes) || text_is_one_of(slash ? slash + 1 : path, marks);
}

static void make_folders(arena *a, const char *root, const char *name)
{
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/'))
        mkdir(path_join(a, root, arena_strndup(a, name, (size_t)(slash - name))), 0700);
}

static int write_text(arena *a, const char *root, const char *name, const char *text, size_t n)
{
    int fd, rc = 0;

    make_folders(a, root, name);
    fd = open(path_join(a, root, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    while (fd >= 0 && n) {
        ssize_t written = write(fd, text, n);

        if (written <= 0) {
            rc = -1;
            break;
        }
        text += written;
        n -= (size_t)written;
    }
    if (fd >= 0)
        close(fd);
    return rc;
}

/* ---- the files of a tree */

typedef struct {
    const char *oid, *path;
    bool is_link;
} entry;

typedef struct {
    entry *v;
    int n, cap;
} entries;

static bool holds(const strings *folders, const char *path)
{
    for (int i = 0; i < folders->n; i++) {
        size_t n = strlen(folders->items[i]);

        if (strncmp(path, folders->items[i], n) == 0 && path[n] == '/')
            return true;
    }
    return false;
}

/* "100644 blob <oid>    1234\tpath" */
static void take_entry(version *v, const char *line, entries *out)
{
    const char *tab = strchr(line, '\t');
    char mode[8], kind[8], oid[72], size[24];
    entry e = {0};

    if (!tab || sscanf(line, "%7s %7s %71s %23s", mode, kind, oid, size) != 4 || !is_harmless(tab + 1))
        return;
    e = (entry){arena_strdup(v->a, oid), tab + 1, strcmp(mode, "120000") == 0};
    if (strcmp(kind, "commit") == 0)
        strings_add(v->a, &v->submodules, e.path);
    else if (strcmp(kind, "blob") == 0 && (e.is_link || is_read_by_us(e.path)) && atol(size) <= LARGEST)
        ARENA_PUSH(v->a, out->v, out->n, out->cap, e);
}

static int list_tree(version *v, entries *out, status *st)
{
    const char *const words[] = {"ls-tree", "-r", "-z", "-l", "--full-tree", v->commit, NULL};
    git_question q = {.folder = v->top, .words = words};
    git_answer answer;

    if (git_ask(v->a, &q, &answer) != 0)
        return fail(st, ERR_USAGE, "--since: git cannot list %s (%s)", v->commit, answer.complaint);
    for (const char *line = answer.text; line < answer.text + answer.len; line += strlen(line) + 1)
        take_entry(v, line, out);
    return 0;
}

static bool is_different(version *v, const char *name, const char *text, size_t n)
{
    arena *a = arena_create();
    const char *path = path_join(a, v->top, name);
    char *here = NULL;
    size_t len;
    bool is_same = is_file(path) && file_read(a, path, &here, &len, NULL) == 0 && len == n && memcmp(here, text, n) == 0;

    arena_destroy(a);
    return !is_same;
}

static void write_entry(version *v, const entry *e, const char *text, size_t n)
{
    if (e->is_link) {
        make_folders(v->a, v->tree, e->path);
        if (symlink(arena_strndup(v->a, text, n), path_join(v->a, v->tree, e->path)) != 0)
            return;
        strings_add(v->a, &v->links, e->path);
    } else if (write_text(v->a, v->tree, e->path, text, n) == 0) {
        v->is_changed |= is_different(v, e->path, text, n);
    }
}

static bool read_head(const char *line, size_t n, unsigned long *size)
{
    char head[128] = "", kind[12];

    memcpy(head, line, n < sizeof head ? n : sizeof head - 1);
    return sscanf(head, "%*s %11s %lu", kind, size) == 2 && strcmp(kind, "blob") == 0;
}

/* git cat-file answers each name with "<oid> blob <size>\n<bytes>\n". */
static int write_blobs(version *v, const entries *list, bool links, const git_answer *answer, status *st)
{
    const char *at = answer->text, *end = at + answer->len;

    for (int i = 0; i < list->n; i++) {
        const char *line = at ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        unsigned long size = 0;

        if (list->v[i].is_link != links)
            continue;
        if (!line || !read_head(at, (size_t)(line - at), &size) || size + 1 >= (unsigned long)(end - line))
            return fail(st, ERR_USAGE, "--since: git has no content of %s (a partial clone? fetch it first)",
                        list->v[i].path);
        write_entry(v, &list->v[i], line + 1, size);
        at = line + 1 + size + 1;
    }
    return 0;
}

static int write_kind(version *v, const entries *list, bool links, status *st)
{
    static const char *const words[] = {"cat-file", "--batch", NULL};
    git_question q = {.folder = v->top, .words = words};
    git_answer answer;
    buf names = {0};
    int rc = 0;

    for (int i = 0; i < list->n; i++)
        if (list->v[i].is_link == links)
            buf_printf(&names, "%s\n", list->v[i].oid);
    q.input = names.data;
    q.input_len = names.len;
    if (names.len && git_ask(v->a, &q, &answer) != 0)
        rc = fail(st, ERR_USAGE, "--since: git cannot read its objects (%s)", answer.complaint);
    else if (names.len)
        rc = write_blobs(v, list, links, &answer, st);
    buf_free(&names);
    return rc;
}

/* One may lead out by way of another, so where each ends is looked at when all are there. */
static void remove_stray_links(version *v)
{
    size_t n = strlen(v->tree);

    for (int i = 0; i < v->links.n; i++) {
        const char *path = path_join(v->a, v->tree, v->links.items[i]);
        char *real = realpath(path, NULL);

        if (!real || strncmp(real, v->tree, n) != 0 || real[n] != '/')
            unlink(path);
        free(real);
    }
}

/* ---- what git does not know */

static void copy_file(version *v, const char *name)
{
    char *text;
    size_t len;

    if (file_read(v->a, path_join(v->a, v->top, name), &text, &len, NULL) == 0 && len <= LARGEST)
        write_text(v->a, v->tree, name, text, len);
}

static void consider_file(version *v, const char *name)
{
    struct stat info;

    if (!is_read_by_us(name) || lstat(path_join(v->a, v->tree, name), &info) == 0)
        return;
    if (lstat(path_join(v->a, v->top, name), &info) != 0 || !S_ISREG(info.st_mode))
        return;
    if (!is_source_name(name) || holds(&v->submodules, name))
        copy_file(v, name);
    else
        v->is_changed = true;
}

static void walk_working_tree(version *v, const char *name)
{
    const char *folder = *name ? path_join(v->a, v->top, name) : v->top;
    DIR *dir = opendir(folder);
    struct dirent *e;

    while (dir && (e = readdir(dir)) != NULL) {
        const char *inside = path_join(v->a, name, e->d_name);
        struct stat info;

        if (is_skipped_folder(folder, e->d_name) || lstat(path_join(v->a, folder, e->d_name), &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode) && strcmp(path_join(v->a, folder, e->d_name), v->folder) == 0)
            continue; /* TMPDIR may be in the repository */
        if (S_ISDIR(info.st_mode))
            walk_working_tree(v, inside);
        else
            consider_file(v, inside);
    }
    if (dir)
        closedir(dir);
}

int version_open(version *v, status *st)
{
    entries list = {0};

    if (make_folder(v, st) != 0 || list_tree(v, &list, st) != 0 || write_kind(v, &list, false, st) != 0 ||
        write_kind(v, &list, true, st) != 0)
        return -1;
    remove_stray_links(v);
    walk_working_tree(v, "");
    return 0;
}

void version_close(version *v)
{
    if (v->remover <= 0)
        return;
    close(v->lifeline);
    while (waitpid(v->remover, NULL, 0) < 0 && errno == EINTR)
        ;
    v->remover = 0;
}
