/* Whether headers mention a name, without parsing them: the texts of all that could be included, in
 * whatever branch, are searched for the word. So "no" is certain, and "yes" only costs time.
 */
#define _GNU_SOURCE
#include "embedded.h"
#include "frontend_int.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *path, *text;
    size_t len;
} header;

typedef struct {
    const char *name;
    bool is_mentioned;
} answered;

struct frontend_headers {
    arena *a;
    const char **folders;
    int nfolders, folder_cap;
    header *files;
    int n, cap, nscanned;
    answered *answers;
    int nanswers, answer_cap;
    uint64_t *asked; /* hashes of paths and of names that were looked for; 0: free */
    size_t nasked, asked_cap;
    bool is_complete; /* every include was a name */
};

static const char *const system_folders[] = {"/usr/local/include", "/usr/include/x86_64-linux-gnu",
                                             "/usr/include/aarch64-linux-gnu", "/usr/include", NULL};

static void add_folder(frontend_headers *h, const char *directory, const char *folder)
{
    if (*folder != '/' && directory)
        folder = arena_printf(h->a, "%s/%s", directory, folder);
    ARENA_PUSH(h->a, h->folders, h->nfolders, h->folder_cap, folder);
}

static void add_flag_folders(frontend_headers *h, const char *directory, const char *const *flags, int n)
{
    static const char *const words[] = {"-I", "-isystem", "-idirafter", "-iquote", NULL};

    for (int i = 0; i < n; i++)
        for (int k = 0; words[k]; k++) {
            size_t len = strlen(words[k]);
            if (strncmp(flags[i], words[k], len) != 0)
                continue;
            if (flags[i][len])
                add_folder(h, directory, flags[i] + len);
            else if (i + 1 < n)
                add_folder(h, directory, flags[i + 1]);
        }
}

/* Flags that look for headers elsewhere are not understood. */
static bool are_folders_known(const char *const *flags, int n)
{
    static const char *const words[] = {"-isysroot", "--sysroot", "-iprefix", "-iwithprefix", "-include",
                                        "-imacros", "-I-", "-nostdinc", "-F", "-iframework", "-cxx-isystem",
                                        "-internal-isystem", "-ivfsoverlay", "-Xclang", "-B", "--gcc", "-target",
                                        "--target", "-m32", "-mx32", NULL};

    for (int i = 0; i < n; i++)
        for (int k = 0; words[k]; k++)
            if (strncmp(flags[i], words[k], strlen(words[k])) == 0)
                return false;
    return true;
}

static void add_text(frontend_headers *h, const char *path, const char *text, size_t len)
{
    header file = {path, text, len};

    ARENA_PUSH(h->a, h->files, h->n, h->cap, file);
}

/* Puts the hash where it belongs; false when it is there. */
static bool put_asked(uint64_t *table, size_t cap, uint64_t key)
{
    size_t i = key & (cap - 1);

    while (table[i] && table[i] != key)
        i = (i + 1) & (cap - 1);
    if (table[i])
        return false;
    table[i] = key;
    return true;
}

static void grow_asked(frontend_headers *h)
{
    size_t cap = h->asked_cap ? h->asked_cap * 4 : 4096;
    uint64_t *bigger = arena_alloc(h->a, cap * sizeof *bigger);

    for (size_t i = 0; i < h->asked_cap; i++)
        if (h->asked[i])
            put_asked(bigger, cap, h->asked[i]);
    h->asked = bigger;
    h->asked_cap = cap;
}

/* Whether nobody has looked for it yet. */
static bool is_new(frontend_headers *h, const char *folder, size_t nfolder, const char *name)
{
    uint64_t key = hash_text(hash_bytes(1, folder, nfolder), name) | 1;

    if (h->nasked * 2 >= h->asked_cap)
        grow_asked(h);
    bool added = put_asked(h->asked, h->asked_cap, key);
    h->nasked += added;
    return added;
}

static void add_file(frontend_headers *h, const char *folder, size_t nfolder, const char *name)
{
    char path[4096], *text = NULL;
    size_t len;

    if (!is_new(h, folder, nfolder, name) || nfolder + strlen(name) + 2 > sizeof path)
        return;
    sprintf(path, "%.*s/%s", (int)nfolder, folder, name);
    if (access(path, R_OK) == 0 && file_read(h->a, path, &text, &len, NULL) == 0)
        add_text(h, arena_strdup(h->a, path), text, len);
}

/* Wherever it could be: which one is meant depends on who asks. */
static void add_named(frontend_headers *h, const char *from, const char *name)
{
    const char *slash = from ? strrchr(from, '/') : NULL;

    if (slash)
        add_file(h, from, (size_t)(slash - from), name);
    if (!is_new(h, "", 0, name))
        return;
    for (const embedded_file *e = embedded_overlay; e->name; e++)
        if (strcmp(e->name, name) == 0)
            add_text(h, e->name, e->text, strlen(e->text));
    for (int i = 0; i < h->nfolders; i++)
        add_file(h, h->folders[i], strlen(h->folders[i]), name);
}

/* #include and its kin; at is behind the '#'. */
static void scan_directive(frontend_headers *h, const char *from, const char *at)
{
    const char *p = at + strspn(at, " \t");
    char close;

    if (strncmp(p, "include", 7) != 0)
        return;
    p += 7;
    p += strncmp(p, "_next", 5) == 0 ? 5 : 0;
    if (*p != ' ' && *p != '\t' && *p != '<' && *p != '"')
        return; /* a sentence in a comment, perhaps */
    p += strspn(p, " \t");
    close = *p == '<' ? '>' : *p == '"' ? '"' : 0;
    size_t n = close ? strcspn(p + 1, close == '>' ? ">\n" : "\"\n") : 0;
    if (close && p[n + 1] == close)
        add_named(h, from, arena_strndup(h->a, p + 1, n));
    else
        h->is_complete = false;
}

static void scan_file(frontend_headers *h, int i)
{
    const char *path = h->files[i].path, *at = h->files[i].text;

    for (; at; at = strchr(at, '\n')) {
        at += *at == '\n';
        at += strspn(at, " \t");
        if (*at == '#')
            scan_directive(h, path, at + 1);
    }
}

static void scan_all(frontend_headers *h)
{
    while (h->nscanned < h->n)
        scan_file(h, h->nscanned++);
}

frontend_headers *frontend_find_headers(arena *a, const frontend_request *r)
{
    frontend_headers *h = arena_alloc(a, sizeof *h);
    const char *resources = frontend_resource_dir(a, r->resource_dir);

    h->a = a;
    h->is_complete = are_folders_known(r->flags, r->nflags);
    add_flag_folders(h, r->directory, r->flags, r->nflags);
    if (resources)
        add_folder(h, NULL, arena_printf(a, "%s/include", resources));
    for (int i = 0; system_folders[i]; i++)
        add_folder(h, NULL, system_folders[i]);
    add_named(h, NULL, "Python.h");
    return h;
}

void headers_include(frontend_headers *h, const char *name)
{
    int before = h->n;

    add_named(h, NULL, name);
    if (h->n != before)
        h->nanswers = 0;
}

static bool has_word(const header *file, const char *name, size_t n)
{
    const char *at = file->text, *end = at + file->len;

    while ((at = memmem(at, (size_t)(end - at), name, n))) {
        bool begins = at == file->text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
        bool ends = at + n == end || !(isalnum((unsigned char)at[n]) || at[n] == '_');
        if (begins && ends)
            return true;
        at++;
    }
    return false;
}

static bool find_word(frontend_headers *h, const char *name)
{
    size_t n = strlen(name);

    if (h->is_complete)
        scan_all(h);
    for (int i = 0; h->is_complete && i < h->n; i++)
        if (has_word(&h->files[i], name, n))
            return true;
    return !h->is_complete;
}

bool headers_mention(frontend_headers *h, const char *name)
{
    for (int i = 0; i < h->nanswers; i++)
        if (strcmp(h->answers[i].name, name) == 0)
            return h->answers[i].is_mentioned;
    answered one = {arena_strdup(h->a, name), find_word(h, name)};
    ARENA_PUSH(h->a, h->answers, h->nanswers, h->answer_cap, one);
    return one.is_mentioned;
}
