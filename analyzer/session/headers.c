/* What libclang is told about a source: its build's flags, or what can be found by looking around.
 *
 * Folders of the project come before everything, Python's headers come last and count as system
 * headers. A guessed folder that holds a header of the C library's name serves only #include "x",
 * else it would hide <string.h> from the whole program.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <dirent.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_FOLDERS_SEARCHED = 4000, DEEPEST = 12, MOST_UNMARKED = 3 };

static const char *const cpp_suffixes[] = {"cpp", "cc", "cxx", "hpp", "hh", "hxx", "C", NULL};

static void add(arena *a, strings *flags, const char *option, const char *value)
{
    strings_add(a, flags, option);
    strings_add(a, flags, value);
}

/* ---- the project around a file */

static bool has_any(arena *a, const char *folder, const char *const *names)
{
    for (; *names; names++)
        if (access(path_join(a, folder, *names), F_OK) == 0)
            return true;
    return false;
}

/* The topmost folder with a build file: meson and CMake have one in every folder, and bindings
 * have a setup.py of their own below that of the library. Ends at a repository's top. */
static const char *project_root(arena *a, const char *folder)
{
    static const char *const marks[] = {"setup.py", "pyproject.toml", "meson.build", "setup.cfg",
                                        "CMakeLists.txt", "configure.ac", ".git", NULL};
    static const char *const tops[] = {".git", ".hg", NULL};
    const char *root = folder, *at = folder;

    for (int gap = 0; gap <= MOST_UNMARKED && *at == '/' && at[1]; gap++) {
        if (has_any(a, at, marks)) {
            root = at;
            gap = 0;
        }
        if (has_any(a, at, tops))
            break;
        at = path_folder(a, at);
    }
    return root;
}

/* The folder above that is CPython's own source, or NULL. */
static const char *cpython_root(arena *a, const char *folder)
{
    for (const char *at = folder; *at == '/' && at[1]; at = path_folder(a, at))
        if (is_file(path_join(a, at, "Include/Python.h")))
            return at;
    return NULL;
}

static bool hides_libc(arena *a, const char *folder)
{
    static const char *const names[] = {
        "string.h", "strings.h", "stdio.h",  "stdlib.h", "stddef.h", "stdint.h", "stdarg.h",
        "time.h",   "errno.h",   "math.h",   "memory.h", "limits.h", "assert.h", "signal.h",
        "types.h",  "unistd.h",  "locale.h", "ctype.h",  "float.h",  NULL};

    return has_any(a, folder, names);
}

static void add_folder(arena *a, strings *flags, strings *seen, const char *folder)
{
    if (!is_folder(folder) || strings_has(seen, folder))
        return;
    strings_add(a, seen, folder);
    add(a, flags, hides_libc(a, folder) ? "-iquote" : "-I", folder);
}

static void add_around(arena *a, strings *flags, strings *seen, const char *folder)
{
    add_folder(a, flags, seen, folder);
    add_folder(a, flags, seen, path_join(a, folder, "include"));
    add_folder(a, flags, seen, path_join(a, folder, "src"));
}

static void add_project(arena *a, const char *own, strings *flags)
{
    const char *root = project_root(a, own);
    strings seen = {0};

    add_around(a, flags, &seen, own);
    if (strcmp(own, root) != 0)
        add_around(a, flags, &seen, path_folder(a, own));
    add_around(a, flags, &seen, root);
}

/* ---- Python */

static void add_python(arena *a, const python_headers *python, strings *flags)
{
    for (int i = 0; i < python->include.n; i++)
        add(a, flags, "-idirafter", python->include.items[i]);
}

static bool wants_limited_api(arena *a, const source *s)
{
    char *text = NULL;
    size_t len;

    if (s->text)
        return strstr(s->text, "define Py_LIMITED_API") != NULL;
    return file_read(a, s->path, &text, &len, NULL) == 0 && strstr(text, "define Py_LIMITED_API");
}

/* CPython's own modules see its private headers; pyconfig.h may have to be the installed one. */
static void add_cpython(arena *a, const char *folder, const char *root, strings *flags)
{
    add(a, flags, "-I", path_join(a, root, "Include"));
    add(a, flags, "-I", path_join(a, root, "Include/internal"));
    add(a, flags, "-I", path_join(a, root, "Include/internal/mimalloc"));
    add(a, flags, "-I", folder);
    add(a, flags, "-I", root);
}

static bool is_cpp(const source *s)
{
    return text_is_one_of(path_suffix(s->shown), cpp_suffixes);
}

static void look_around(arena *a, const char *folder, folder_flags *out)
{
    *out = (folder_flags){.folder = folder, .cpython = cpython_root(a, folder)};
    if (!out->cpython) {
        add_project(a, folder, &out->flags);
        return;
    }
    add_cpython(a, folder, out->cpython, &out->flags);
    out->minor = python_minor_of(a, path_join(a, out->cpython, "Include"));
}

static void guess_flags(arena *a, const source *s, folder_flags *around, source_flags *out)
{
    const char *own = path_folder(a, s->absolute);

    if (!around->folder || strcmp(around->folder, own) != 0)
        look_around(a, own, around);
    add(a, &out->flags, "-x", is_cpp(s) ? "c++" : "c");
    strings_add(a, &out->flags, "-DNDEBUG");
    for (int i = 0; i < around->flags.n; i++)
        strings_add(a, &out->flags, around->flags.items[i]);
    if (around->cpython && !wants_limited_api(a, s))
        strings_add(a, &out->flags, "-DPy_BUILD_CORE_MODULE=1");
    out->minor = around->minor;
}

static const char *included_folder(const compile_command *c, int i)
{
    static const char *const words[] = {"-I", "-isystem", "-idirafter", NULL};

    if (i > 0 && text_is_one_of(c->flags[i - 1], words))
        return c->flags[i];
    return strncmp(c->flags[i], "-I", 2) == 0 && c->flags[i][2] ? c->flags[i] + 2 : NULL;
}

int headers_minor_of(arena *a, const compile_command *command)
{
    for (int i = 0; i < command->nflags; i++) {
        const char *folder = included_folder(command, i);
        if (!folder)
            continue;
        if (folder[0] != '/')
            folder = path_join(a, command->directory ? command->directory : ".", folder);
        int minor = python_minor_of(a, folder);
        if (minor > 0)
            return minor;
    }
    return 0;
}

bool headers_are_in_commands(arena *a, const compdb_set *databases, const sources *list)
{
    for (int i = 0; i < list->n; i++) {
        const compile_command *c = compdb_set_find(databases, &list->items[i]);
        if (!c || headers_minor_of(a, c) == 0)
            return false;
    }
    return true;
}

void headers_flags(arena *a, const source *s, const compile_command *command,
                   const python_headers *python, const session_options *o, folder_flags *around, source_flags *out)
{
    out->minor = 0;
    if (command)
        for (int i = 0; i < command->nflags; i++)
            strings_add(a, &out->flags, command->flags[i]);
    else
        guess_flags(a, s, around, out);
    out->directory = command ? command->directory : NULL;
    if (command)
        out->minor = headers_minor_of(a, command);
    add_python(a, python, &out->flags);
    for (int i = 0; i < o->nflags; i++)
        strings_add(a, &out->flags, o->flags[i]);
    if (out->minor == 0)
        out->minor = python->minor;
    strings_end(a, &out->flags);
}

/* ---- headers that were missing */

/* Every project has its own of these: another one is worse than none. */
static bool is_generated(const char *header)
{
    static const char *const names[] = {"version.h", "Python.h", "common.h", "util.h",
                                        "utils.h", "types.h", NULL};
    size_t n = strlen(header), tail = strlen("config.h");

    return text_is_one_of(header, names) || (n >= tail && !strcmp(header + n - tail, "config.h"));
}

static size_t common_prefix(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

static int visible(const struct dirent *entry)
{
    bool may_be_folder = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;

    return may_be_folder && entry->d_name[0] != '.';
}

static bool is_of_other_system(const char *name)
{
    static const char *const names[] = {"win32", "windows", "win", "msvc", "PC",
                                        "macos", "darwin", "osx", NULL};

    return text_is_one_of(name, names);
}

static void walk(arena *a, strings *folders, const char *folder, int depth)
{
    struct dirent **entries = NULL;
    int n;

    if (depth > DEEPEST || folders->n >= MOST_FOLDERS_SEARCHED)
        return;
    strings_add(a, folders, folder);
    n = scandir(folder, &entries, visible, alphasort);
    for (int i = 0; i < n; i++) {
        const char *path = path_join(a, folder, entries[i]->d_name);

        if (is_folder(path) && !is_skipped_folder(folder, entries[i]->d_name) &&
            !is_of_other_system(entries[i]->d_name))
            walk(a, folders, path, depth + 1);
        free(entries[i]);
    }
    free(entries);
}

static const strings *tree_below(disk *d, const char *root)
{
    const void **known = disk_answer(d, DISK_TREE, root);

    if (!*known) {
        strings *folders = arena_alloc(disk_arena(d), sizeof *folders);
        walk(disk_arena(d), folders, arena_strdup(disk_arena(d), root), 0);
        *known = folders;
    }
    return *known;
}

/* Nearer to the source is better; then the first in sorted order. */
static const char *search(disk *d, const char *own, const char *header)
{
    arena *scratch = arena_create();
    const strings *folders = tree_below(d, project_root(scratch, own));
    const char *first = arena_strndup(scratch, header, strcspn(header, "/")), *best = NULL;
    size_t best_common = 0;

    for (int i = 0; i < folders->n; i++) {
        const char *folder = folders->items[i];
        size_t common = common_prefix(folder, own);
        bool may_be = strcmp(first, "..") == 0 || disk_has(disk_list(d, folder), first);

        if (!may_be || (best && common <= best_common) || !is_file(path_join(scratch, folder, header)))
            continue;
        best = folder;
        best_common = common;
    }
    arena_destroy(scratch);
    return best;
}

/* "" stands for none: what was asked is not asked again. */
static const char *in_project(disk *d, const source *s, const char *header)
{
    arena *scratch = arena_create();
    const char *own = path_folder(scratch, s->absolute);
    const void **known = disk_answer(d, DISK_IN_PROJECT, arena_printf(scratch, "%s\n%s", own, header));

    if (!*known) {
        const char *found = search(d, own, header);
        known = disk_answer(d, DISK_IN_PROJECT, arena_printf(scratch, "%s\n%s", own, header));
        *known = found ? found : "";
    }
    arena_destroy(scratch);
    return *(const char *)*known ? *known : NULL;
}

/* The folders that a pattern means. */
static const strings *folders_like(disk *d, const char *pattern)
{
    const void **known = disk_answer(d, DISK_TREE, pattern);

    if (!*known) {
        strings *folders = arena_alloc(disk_arena(d), sizeof *folders);
        glob_t found;

        if (glob(pattern, GLOB_ONLYDIR, NULL, &found) == 0)
            for (size_t i = 0; i < found.gl_pathc; i++)
                strings_add(disk_arena(d), folders, arena_strdup(disk_arena(d), found.gl_pathv[i]));
        globfree(&found);
        *known = folders;
    }
    return *known;
}

/* The folder of those with the first header in the order of whole names, or NULL. */
static const char *first_match(disk *d, arena *scratch, const char *pattern, const char *header)
{
    const strings *folders = folders_like(d, pattern);
    const char *first = arena_strndup(scratch, header, strcspn(header, "/")), *best = NULL, *folder = NULL;

    for (int i = 0; i < folders->n; i++) {
        const char *path;

        if (!disk_has(disk_list(d, folders->items[i]), first))
            continue;
        path = path_join(scratch, folders->items[i], header);
        if (access(path, F_OK) != 0 || (best && strcmp(best, path) <= 0))
            continue;
        best = path;
        folder = folders->items[i];
    }
    return folder;
}

static const char *search_system(disk *d, const char *header)
{
    static const char *const patterns[] = {
        "/usr/include/*-linux-gnu*", "/usr/include/*",       "/usr/include/*-linux-gnu*/*",
        "/usr/include/*/*",          "/usr/lib/*/*/include", "/usr/local/include",
        "/usr/local/include/*",
    };
    arena *scratch = arena_create();
    const char *folder = NULL;

    if (!strpbrk(header, "*?[\\") && !strstr(header, ".."))
        for (size_t i = 0; i < sizeof patterns / sizeof *patterns && !folder; i++)
            folder = first_match(d, scratch, patterns[i], header);
    arena_destroy(scratch);
    return folder;
}

static const char *in_system(disk *d, const char *header)
{
    const void **known = disk_answer(d, DISK_IN_SYSTEM, header);

    if (!*known) {
        const char *found = search_system(d, header);
        known = disk_answer(d, DISK_IN_SYSTEM, header);
        *known = found ? found : "";
    }
    return *(const char *)*known ? *known : NULL;
}

const char *headers_find(disk *d, const source *s, const char *header, const python_headers *python)
{
    const char *folder = is_generated(header) ? NULL : in_project(d, s, header);

    if (!folder && python->numpy && is_file(path_join(disk_arena(d), python->numpy, header)))
        folder = python->numpy;
    if (!folder && !is_generated(header))
        folder = in_system(d, header);
    return folder;
}

int headers_add(arena *a, const source *s, const located_header *list, int n, strings *flags)
{
    const char *own = path_folder(a, s->absolute), *root = project_root(a, own);
    int added = 0;

    for (int i = 0; i < n; i++) {
        const char *folder = list[i].folder;

        if (!folder || strings_has(flags, folder))
            continue;
        add(a, flags, strncmp(folder, root, strlen(root)) == 0 ? "-I" : "-idirafter", folder);
        added++;
    }
    strings_end(a, flags);
    return added;
}
