/* compile_commands.json: how the build compiles each file.
 *
 * A database given with -p must be right; one that was found by looking around only gives a
 * warning when it is not. The first entry of a file wins.
 */
#include "session_int.h"

#include <jansson.h>
#include <string.h>

typedef struct {
    const char *absolute;
    compile_command command;
} entry;

struct compdb {
    const char *file;
    entry *entries;
    int n, cap;
};

typedef struct {
    const char *folder;
    const compdb *db; /* NULL: there is none, or it is broken */
} found_db;

struct compdb_set {
    arena *a;
    const char *stands_in, *stands_for;
    const compdb *given;
    found_db *found; /* one for every folder that was looked at */
    int n, cap;
};

/* ---- reading */

static const char *text_of(const json_t *item, const char *key)
{
    return json_string_value(json_object_get(item, key));
}

static int words_of(arena *a, const json_t *item, strings *words, status *st)
{
    json_t *arguments = json_object_get(item, "arguments");
    const char *command = text_of(item, "command");

    if (json_is_array(arguments)) {
        for (size_t i = 0; i < json_array_size(arguments); i++) {
            const char *word = json_string_value(json_array_get(arguments, i));

            if (!word)
                return fail(st, ERR_INPUT, "\"arguments\" holds something that is not a string");
            strings_add(a, words, arena_strdup(a, word));
        }
        return 0;
    }
    if (!command)
        return fail(st, ERR_INPUT, "neither \"arguments\" nor \"command\"");
    return shell_split(a, command, words, st);
}

/* A path may be relative to the compile directory, which may be relative to the database. */
static const char *absolute_in(arena *a, const char *directory, const char *path)
{
    return path_absolute(a, path_join(a, directory, path));
}

static int read_entry(arena *a, compdb *db, const json_t *item, status *st)
{
    const char *file = text_of(item, "file"), *directory = text_of(item, "directory");
    strings words = {0}, flags = {0};
    entry e = {0};

    if (!file || !directory)
        return fail(st, ERR_INPUT, "\"file\" or \"directory\" is missing or not a string");
    if (words_of(a, item, &words, st) != 0)
        return -1;
    if (words.n) {
        words.items++;
        words.n--;
    }
    flags_filter(a, &words, &flags);
    directory = path_absolute(a, path_join(a, path_folder(a, db->file), directory));
    e.absolute = absolute_in(a, directory, file);
    e.command = (compile_command){db->file, directory, strings_end(a, &flags), flags.n};
    ARENA_PUSH(a, db->entries, db->n, db->cap, e);
    return 0;
}

static int read_entries(arena *a, compdb *db, const json_t *root, status *st)
{
    status cause = {0};

    if (!json_is_array(root))
        return fail(st, ERR_INPUT, "%s:1:1: a list of commands was expected", db->file);
    for (size_t i = 0; i < json_array_size(root); i++)
        if (read_entry(a, db, json_array_get(root, i), &cause) != 0)
            return fail(st, ERR_INPUT, "%s: entry %zu: %s", db->file, i + 1, cause.message);
    return 0;
}

/* "... near 'word'": a project may name any file as its database, so words of it are not for the log. */
static const char *without_quote(char *text)
{
    char *near = strstr(text, " near '");

    if (near)
        *near = '\0';
    return text;
}

int compdb_read(arena *a, const char *file, compdb **out, status *st)
{
    compdb *db = arena_alloc(a, sizeof *db);
    json_error_t where;
    json_t *root = NULL;
    char *text;
    size_t len;
    int rc = file_read(a, file, &text, &len, st);

    db->file = file;
    if (rc == 0 && !(root = json_loadb(text, len, 0, &where)))
        rc = fail(st, ERR_INPUT, "%s:%d:%d: not valid JSON: %s", file, where.line,
                  where.column > 0 ? where.column : 1, without_quote(where.text));
    if (rc == 0)
        rc = read_entries(a, db, root, st);
    json_decref(root);
    *out = db;
    return rc;
}

const compile_command *compdb_find(const compdb *db, const char *absolute)
{
    for (int i = 0; i < db->n; i++)
        if (strcmp(db->entries[i].absolute, absolute) == 0)
            return &db->entries[i].command;
    return NULL;
}

/* ---- finding the databases of a run */

static const char *database_in(arena *a, const char *folder)
{
    static const char *const names[] = {"compile_commands.json", "build/compile_commands.json",
                                        "builddir/compile_commands.json"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = path_join(a, folder, names[i]);

        if (is_file(path))
            return path;
    }
    return NULL;
}

static const found_db *already_seen(const compdb_set *set, const char *folder)
{
    for (int i = 0; i < set->n; i++)
        if (strcmp(set->found[i].folder, folder) == 0)
            return &set->found[i];
    return NULL;
}

/* ---- commands for another version of the same files */

static const char *moved(arena *a, const char *path, const char *from, const char *to)
{
    bool is_inside = strcmp(path, from) == 0 || is_under(path, from);

    return is_inside ? arena_printf(a, "%s%s", to, path + strlen(from)) : path;
}

/* Where the build looks in the version that stands in; what is only here, it finds here. */
static const char *moved_value(arena *a, const compdb_set *set, const char *directory, const char *value)
{
    const char *absolute = absolute_in(a, directory, value), *there = moved(a, absolute, set->stands_for, set->stands_in);

    if (is_file(there) || is_folder(there))
        return there;
    return is_file(absolute) || is_folder(absolute) ? absolute : value;
}

static void move_flags(arena *a, const compdb_set *set, compile_command *c)
{
    static const char *const takers[] = {"-I", "-isystem", "-iquote", "-idirafter", "-include", "-imacros", NULL};
    const char **flags = arena_alloc(a, ((size_t)c->nflags + 1) * sizeof *flags);

    for (int i = 0; i < c->nflags; i++) {
        flags[i] = c->flags[i];
        if (i > 0 && text_is_one_of(c->flags[i - 1], takers))
            flags[i] = moved_value(a, set, c->directory, c->flags[i]);
        for (int k = 0; k < 4; k++) /* with the value in the same word */
            if (strncmp(c->flags[i], takers[k], strlen(takers[k])) == 0 && c->flags[i][strlen(takers[k])])
                flags[i] = arena_printf(a, "%s%s", takers[k],
                                        moved_value(a, set, c->directory, c->flags[i] + strlen(takers[k])));
    }
    c->flags = flags;
}

static void move_entries(arena *a, const compdb_set *set, compdb *db)
{
    for (int i = 0; set->stands_in && i < db->n; i++) {
        db->entries[i].absolute = moved(a, db->entries[i].absolute, set->stands_for, set->stands_in);
        move_flags(a, set, &db->entries[i].command);
    }
}

static const char *home_of(arena *a, const compdb_set *set, const char *absolute)
{
    return set->stands_in ? moved(a, absolute, set->stands_in, set->stands_for) : absolute;
}

static const compdb *read_found(arena *a, const compdb_set *set, const char *file, strings *notices)
{
    compdb *db = NULL;
    status st = {0};

    if (compdb_read(a, file, &db, &st) == 0) {
        move_entries(a, set, db);
        return db;
    }
    strings_add(a, notices, arena_printf(a, "warning: %s; it is not used", st.message));
    return NULL;
}

static void look_in(arena *a, compdb_set *set, const char *folder, strings *notices)
{
    const char *file = database_in(a, folder);
    found_db f = {folder, file ? read_found(a, set, file, notices) : NULL};

    ARENA_PUSH(a, set->found, set->n, set->cap, f);
}

/* Stops at a folder that was looked at before: its parents were, too. */
static void look_above(arena *a, compdb_set *set, const char *absolute, strings *notices)
{
    char *folder = path_folder(a, absolute);

    while (!already_seen(set, folder)) {
        look_in(a, set, folder, notices);
        folder = path_folder(a, folder);
    }
}

static int open_given(arena *a, const char *build_dir, compdb_set *set, status *st)
{
    const char *file = build_dir;
    compdb *db = NULL;

    if (is_folder(build_dir))
        file = path_join(a, build_dir, "compile_commands.json");
    if (!is_file(file))
        return fail(st, ERR_USAGE, "-p %s: there is no compile_commands.json", build_dir);
    if (compdb_read(a, file, &db, st) != 0)
        return -1;
    move_entries(a, set, db);
    set->given = db;
    return 0;
}

int compdb_set_open(arena *a, const session_options *o, const sources *list, compdb_set **out,
                    strings *notices, status *st)
{
    compdb_set *set = *out = arena_alloc(a, sizeof *set);

    set->a = a;
    set->stands_in = o->stands_in;
    set->stands_for = o->stands_for;

    if (o->build_dir)
        return open_given(a, o->build_dir, set, st);
    for (int i = 0; i < list->n; i++)
        if (*list->items[i].absolute == '/')
            look_above(a, set, home_of(a, set, list->items[i].absolute), notices);
    return 0;
}

/* The nearest database above the file that knows it: the one with the longest folder name. */
const compile_command *compdb_set_find(const compdb_set *set, const source *s)
{
    const compile_command *best = NULL;
    const char *home = home_of(set->a, set, s->absolute);
    size_t longest = 0;

    if (set->given)
        return compdb_find(set->given, s->absolute);
    for (int i = 0; i < set->n; i++) {
        const found_db *f = &set->found[i];
        const compile_command *c = NULL;

        if (f->db && strlen(f->folder) >= longest && is_under(home, f->folder))
            c = compdb_find(f->db, s->absolute);
        if (c) {
            best = c;
            longest = strlen(f->folder);
        }
    }
    return best;
}
