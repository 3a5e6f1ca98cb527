/* Settings of a project: refwarden.toml, or [tool.refwarden] in pyproject.toml.
 *
 * The nearest file above a path counts, alone. Every value is checked, also where the command line
 * overrides it. Paths in a file are relative to it.
 */
#define _GNU_SOURCE
#include "cli_int.h"

#include "toml_read.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const in_pyproject[] = {"tool", "refwarden", NULL};
static const char *const in_own_file[] = {NULL};

/* ---- finding */

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static const char *folder_of(arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    return slash == path ? "/" : arena_strndup(a, path, (size_t)(slash - path));
}

const char *config_shown(arena *a, const char *path)
{
    char *here = getcwd(NULL, 0);
    size_t n = here ? strlen(here) : 0;
    bool below = n > 1 && strncmp(path, here, n) == 0 && path[n] == '/';

    free(here);
    return arena_strdup(a, below ? path + n + 1 : path);
}

static int read_table(arena *a, const char *file, toml_table *out, status *st)
{
    bool pyproject = strcmp(strrchr(file, '/') ? strrchr(file, '/') + 1 : file, "pyproject.toml") == 0;
    char *text;
    size_t len;

    *out = (toml_table){0};
    if (file_read(a, file, &text, &len, st) != 0)
        return -1;
    if (pyproject && !strstr(text, "refwarden")) /* nothing of ours: what else it holds is not our business */
        return 0;
    return toml_read(a, file, text, pyproject ? in_pyproject : in_own_file, out, st);
}

static int find_in_folder(arena *a, const char *folder, const char **file, toml_table *table, status *st)
{
    static const char *const names[] = {"refwarden.toml", "pyproject.toml", NULL};

    for (int i = 0; names[i]; i++) {
        const char *path = arena_printf(a, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, names[i]);

        if (access(path, F_OK) != 0)
            continue;
        *file = config_shown(a, path);
        if (read_table(a, *file, table, st) != 0)
            return -1;
        if (table->found)
            return 0;
    }
    *file = NULL;
    return 0;
}

const char *config_parent(arena *a, const char *folder) { return folder_of(a, folder); }

const char *config_start(arena *a, const char *path)
{
    char *absolute = realpath(is_folder(path) ? path : folder_of(a, path), NULL);
    const char *folder = arena_strdup(a, absolute ? absolute : "/");

    free(absolute);
    return folder;
}

/* *file is NULL when no folder above has one. */
static int find_above(arena *a, const char *path, const char **file, toml_table *table, status *st)
{
    const char *folder = config_start(a, path);

    for (;;) {
        if (find_in_folder(a, folder, file, table, st) != 0)
            return -1;
        if (*file || strcmp(folder, "/") == 0)
            return 0;
        folder = folder_of(a, folder);
    }
}

/* ---- values */

static int refuse_key(arena *a, const char *file, const toml_entry *e, status *st)
{
    return fail(st, ERR_USAGE, "%s:%d: unknown key '%s'%s", file, e->line, e->key,
                hint(a, e->key, option_keys(a)));
}

/* The value as the command line would give it; NULL when it is of a wrong kind. */
static const char *text_of(arena *a, int row, const toml_entry *e)
{
    const char *text = "";

    if (option_is_flag(row))
        return e->kind != TOML_FLAG ? NULL : e->flag ? "true" : "false";
    if (e->kind == TOML_TEXT && !option_is_number(row))
        return e->text;
    if (e->kind == TOML_NUMBER && option_is_number(row))
        return arena_printf(a, "%lld", (long long)e->number);
    if (e->kind != TOML_LIST || option_is_number(row) || option_is_path(row))
        return NULL;
    for (int i = 0; i < e->nitems; i++)
        text = arena_printf(a, "%s%s%s", text, i ? "," : "", e->items[i]);
    return text;
}

/* A bare word is a program, to be found as usual. */
static const char *relative_to(arena *a, const char *file, int row, const char *value)
{
    bool is_word = strcmp(option_name(row), "python") == 0 && !strchr(value, '/');
    const char *folder = folder_of(a, file);

    if (!option_is_path(row) || is_word || value[0] == '/' || strcmp(folder, ".") == 0)
        return value;
    return arena_printf(a, "%s/%s", folder, value);
}

static const char *kind_wanted(int row)
{
    if (option_is_flag(row))
        return "true or false";
    if (option_is_number(row))
        return "a number";
    return option_is_list(row) ? "a list of texts" : "a text, in quotes";
}

static int store_values(arena *a, const char *file, int row, const toml_entry *e, cli_options *out, status *st)
{
    bool is_list = option_is_list(row) && e->kind == TOML_LIST;
    const char *text = is_list ? NULL : text_of(a, row, e);

    for (int i = 0; is_list && i < e->nitems; i++)
        if (option_store(a, row, relative_to(a, file, row, e->items[i]), out, st) != 0)
            return -1;
    if (is_list)
        return 0;
    if (!text)
        return fail(st, ERR_USAGE, "%s must be %s", e->key, kind_wanted(row));
    return option_store(a, row, relative_to(a, file, row, text), out, st);
}

static int take_entry(arena *a, const char *file, const toml_entry *e, const cli_options *given,
                      cli_options *out, status *st)
{
    int row = option_key(e->key);
    cli_options alone = {0};
    status why = {0};

    if (row < 0)
        return refuse_key(a, file, e, st);
    if (store_values(a, file, row, e, &alone, &why) != 0 || options_check(a, &alone, &why) != 0)
        return fail(st, ERR_USAGE, "%s:%d: %s", file, e->line,
                    why.message + (strncmp(why.message, "--", 2) == 0 ? 2 : 0));
    if (!option_is_set(row, given))
        option_copy(row, &alone, out);
    return 0;
}

static int take_table(arena *a, const char *file, const toml_table *table, cli_options *out, status *st)
{
    cli_options given = *out;

    for (int i = 0; i < table->n; i++)
        if (take_entry(a, file, &table->entries[i], &given, out, st) != 0)
            return -1;
    return 0;
}

static int read_given(arena *a, const char *file, toml_table *table, status *st)
{
    if (read_table(a, file, table, st) != 0)
        return -1;
    return table->found ? 0 : fail(st, ERR_USAGE, "%s: there is no [tool.refwarden]", file);
}

int config_options(arena *a, const cli_options *given, const char *path, const char **file,
                   cli_options *out, status *st)
{
    toml_table table = {0};

    *out = *given;
    *file = given->config;
    if (given->no_config)
        return given->config ? fail(st, ERR_USAGE, "--config and --no-config exclude each other") : 0;
    if ((*file ? read_given(a, *file, &table, st) : find_above(a, path, file, &table, st)) != 0)
        return -1;
    return *file ? take_table(a, *file, &table, out, st) : 0;
}

const char *config_place(arena *a, const char *file, const char *key)
{
    toml_table table = {0};
    status ignored = {0};

    if (!file || read_table(a, file, &table, &ignored) != 0)
        return NULL;
    for (int i = 0; i < table.n; i++)
        if (strcmp(table.entries[i].key, key) == 0)
            return arena_printf(a, "%s:%d", file, table.entries[i].line);
    return NULL;
}
