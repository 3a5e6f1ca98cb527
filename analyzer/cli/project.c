/* The oldest Python that a project supports: requires-python of the nearest pyproject.toml that has it.
 *
 * Only what bounds it from below counts, and only where a minor version is named: ">=3" says nothing
 * about the C API. A file that is no TOML is not our business.
 */
#include "cli_int.h"

#include "toml_read.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const in_project[] = {"project", NULL};

/* "3.9.1" and "3.9.*" are 9; -1: not a version of Python 3 with a minor one. */
static int minor_of(const char *version)
{
    if (strncmp(version, "3.", 2) != 0 || !isdigit((unsigned char)version[2]))
        return -1;
    return atoi(version + 2);
}

/* One of ">=3.9", "~=3.9", "==3.9.*", ">3.8", "<4". */
static int lower_bound(const char *clause)
{
    static const char *const bounds[] = {">=", "~=", "===", "==", ">"};

    clause += strspn(clause, " \t");
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        size_t n = strlen(bounds[i]);

        if (strncmp(clause, bounds[i], n) == 0)
            return minor_of(clause + n + strspn(clause + n, " \t"));
    }
    return -1;
}

static int oldest_of(const char *specifiers)
{
    int oldest = -1;

    while (*specifiers) {
        int minor = lower_bound(specifiers);

        oldest = minor > oldest ? minor : oldest;
        specifiers += strcspn(specifiers, ",");
        specifiers += *specifiers == ',';
    }
    return oldest < 0 ? 0 : oldest;
}

/* What requires-python is there, or NULL. */
static const toml_entry *required_by(arena *a, const char *file)
{
    toml_table table = {0};
    status ignored = {0};
    char *text = NULL;
    size_t len;

    if (file_read(a, file, &text, &len, &ignored) != 0 || !strstr(text, "requires-python") ||
        toml_read(a, file, text, in_project, &table, &ignored) != 0)
        return NULL;
    for (int i = 0; i < table.n; i++)
        if (strcmp(table.entries[i].key, "requires-python") == 0 && table.entries[i].kind == TOML_TEXT)
            return &table.entries[i];
    return NULL;
}

/* NULL: no file above path says it. */
static const toml_entry *required_above(arena *a, const char *path, const char **file)
{
    for (const char *folder = config_start(a, path);; folder = config_parent(a, folder)) {
        bool is_root = strcmp(folder, "/") == 0;
        const toml_entry *required;

        *file = arena_printf(a, "%s/pyproject.toml", is_root ? "" : folder);
        required = required_by(a, *file);
        if (required || is_root)
            return required;
    }
}

int project_oldest_python(arena *a, const char *path)
{
    const char *file;
    const toml_entry *required = required_above(a, path, &file);

    return required ? oldest_of(required->text) : 0;
}

const char *project_python_place(arena *a, const char *path)
{
    const char *file;
    const toml_entry *required = required_above(a, path, &file);

    return required ? arena_printf(a, "%s:%d", config_shown(a, file), required->line) : NULL;
}
