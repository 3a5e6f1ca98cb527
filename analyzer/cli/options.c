/* The parser that options.def describes. Everything after the first "--" is for the compiler. */
#include "cli_int.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef enum { FLAG, TEXT, NUMBER, LIST } option_kind;
enum { NO, YES, PATH }; /* whether a configuration file may set it */

static const struct {
    option_kind kind;
    size_t offset;
    const char *name;
    int letter;
    const char *argument;
    unsigned commands;
    int config;
} rows[] = {
#define OPTION(kind, field, name, letter, argument, commands, config, help) \
    {kind, offsetof(cli_options, field), name, letter, argument, commands, config},
#include "options.def"
#undef OPTION
};

const option_info option_infos[] = {
#define OPTION(kind, field, name, letter, argument, commands, config, help) \
    {letter, name, argument, commands, help, kind == LIST},
#include "options.def"
#undef OPTION
    {0},
};

enum { NROWS = sizeof rows / sizeof *rows, FIRST_LONG = 256 };

static int parse_number(const char *name, const char *text, int *out, status *st)
{
    char *end;
    long n;

    errno = 0;
    n = strtol(text, &end, 10);
    if (errno || *end || end == text || n < 1 || n > INT_MAX)
        return fail(st, ERR_USAGE, "--%s: '%s' is not a number above 0", name, text);
    *out = (int)n;
    return 0;
}

int option_store(arena *a, int row, const char *value, cli_options *out, status *st)
{
    void *field = (char *)out + rows[row].offset;
    text_list *list = field;

    switch (rows[row].kind) {
    case FLAG:
        *(bool *)field = !value || strcmp(value, "false") != 0;
        return 0;
    case TEXT:
        *(const char **)field = value;
        return 0;
    case NUMBER:
        return parse_number(rows[row].name, value, field, st);
    case LIST:
        ARENA_PUSH(a, list->items, list->n, list->cap, value);
        return 0;
    }
    return 0;
}

static int row_of(int found)
{
    if (found >= FIRST_LONG)
        return found - FIRST_LONG;
    for (int i = 0; i < NROWS; i++)
        if (rows[i].letter && rows[i].letter == found)
            return i;
    return -1;
}

/* ---- what getopt wants */

static void add_letter(char *letters, int row)
{
    size_t n = strlen(letters);

    if (!rows[row].letter)
        return;
    letters[n] = (char)rows[row].letter;
    letters[n + 1] = rows[row].argument ? ':' : '\0';
    letters[n + 2] = '\0';
}

static void describe_options(struct option *longs, char *letters)
{
    strcpy(letters, ":");
    for (int i = 0; i < NROWS; i++) {
        longs[i] = (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument,
                                   NULL, FIRST_LONG + i};
        add_letter(letters, i);
    }
    longs[NROWS] = (struct option){0};
}

/* ---- errors */

static int refuse_unknown(arena *a, const command *c, const char *word, status *st)
{
    const char *names[NROWS + 1];
    int n = 0;
    char *bare = arena_strdup(a, word);

    bare[strcspn(bare, "=")] = '\0';
    for (int i = 0; i < NROWS; i++)
        if (rows[i].commands & c->bit)
            names[n++] = arena_printf(a, "--%s", rows[i].name);
    names[n] = NULL;
    return fail(st, ERR_USAGE, "%s: unknown option '%s'%s", c->name, word, hint(a, bare, names));
}

static int refuse(arena *a, const command *c, int found, char *const *argv, status *st)
{
    int row = optopt ? row_of(optopt) : -1;
    const char *word = argv[optind - 1];

    if (found == ':' && row >= 0)
        return fail(st, ERR_USAGE, "%s: --%s needs %s", c->name, rows[row].name,
                    rows[row].argument);
    if (row >= 0)
        return fail(st, ERR_USAGE, "%s: --%s takes no value", c->name, rows[row].name);
    if (optopt)
        word = arena_printf(a, "-%c", optopt);
    return refuse_unknown(a, c, word, st);
}

static int take(arena *a, const command *c, int found, char *const *argv, cli_options *out,
                status *st)
{
    int row = found == '?' || found == ':' ? -1 : row_of(found);

    if (row < 0)
        return refuse(a, c, found, argv, st);
    if (!(rows[row].commands & c->bit))
        return fail(st, ERR_USAGE, "%s: --%s does not belong to this command", c->name,
                    rows[row].name);
    return option_store(a, row, optarg, out, st);
}

/* ---- the whole line */

static int up_to_dashes(int argc, char **argv)
{
    int n = 1;

    while (n < argc && strcmp(argv[n], "--") != 0)
        n++;
    return n < argc ? n : argc;
}

/* `--fix --diff` without a diff behind it asks for one; with a file or - it is an option of its own. */
static void find_fix_diff(int own, char **argv)
{
    static const char *const sources[] = {"c", "cc", "cpp", "cxx", "h", NULL};
    bool has_fix = false;

    for (int i = 1; i < own; i++)
        has_fix |= strcmp(argv[i], "--fix") == 0;
    for (int i = 1; i < own && has_fix; i++) {
        const char *next = i + 1 < own ? argv[i + 1] : "--", *dot = strrchr(next, '.');
        struct stat info;
        bool is_path = stat(next, &info) == 0 && (S_ISDIR(info.st_mode) || (dot && text_is_one_of(dot + 1, sources)));

        if (strcmp(argv[i], "--diff") == 0 && (is_path || (next[0] == '-' && next[1])))
            argv[i] = "--fix-diff";
    }
}

/* argv[0] is the name of the command, as getopt expects a program's name there. */
int options_parse(arena *a, const command *c, int argc, char **argv, cli_options *out, status *st)
{
    struct option longs[NROWS + 1];
    char letters[3 * NROWS + 2];
    int own = up_to_dashes(argc, argv), found, rc = 0;

    find_fix_diff(own, argv);
    describe_options(longs, letters);
    opterr = 0;
    optind = 0; /* glibc: start afresh */
    while (rc == 0 && (found = getopt_long(own, argv, letters, longs, NULL)) != -1)
        rc = take(a, c, found, argv, out, st);
    for (int i = optind; rc == 0 && i < own; i++)
        ARENA_PUSH(a, out->words.items, out->words.n, out->words.cap, argv[i]);
    out->flags = (const char **)(argv + own + (own < argc));
    out->nflags = own < argc ? argc - own - 1 : 0;
    return rc;
}

/* ---- options as keys of a configuration file */

int option_key(const char *name)
{
    for (int i = 0; i < NROWS; i++)
        if (rows[i].config != NO && strcmp(rows[i].name, name) == 0)
            return i;
    return -1;
}

const char **option_keys(arena *a)
{
    const char **names = arena_alloc(a, (NROWS + 1) * sizeof *names);
    int n = 0;

    for (int i = 0; i < NROWS; i++)
        if (rows[i].config != NO)
            names[n++] = rows[i].name;
    return names;
}

const char *option_name(int row) { return rows[row].name; }
int option_rows(void) { return NROWS; }
bool option_is_setting(int row) { return rows[row].config != NO; }
bool option_is_path(int row) { return rows[row].config == PATH; }
bool option_is_number(int row) { return rows[row].kind == NUMBER; }
bool option_is_list(int row) { return rows[row].kind == LIST; }
bool option_is_flag(int row) { return rows[row].kind == FLAG; }

static size_t field_size(int row)
{
    static const size_t sizes[] = {sizeof(bool), sizeof(char *), sizeof(int), sizeof(text_list)};

    return sizes[rows[row].kind];
}

bool option_is_set(int row, const cli_options *o)
{
    static const cli_options none = {0};

    return memcmp((const char *)o + rows[row].offset, (const char *)&none + rows[row].offset,
                  field_size(row)) != 0;
}

void option_copy(int row, const cli_options *from, cli_options *to)
{
    memcpy((char *)to + rows[row].offset, (const char *)from + rows[row].offset, field_size(row));
}

int option_texts(arena *a, int row, const cli_options *o, const char *const **items)
{
    const void *field = (const char *)o + rows[row].offset;
    const text_list *list = field;
    const char **one = arena_alloc(a, sizeof *one);

    *items = one;
    if (!option_is_set(row, o))
        return 0;
    if (rows[row].kind == LIST) {
        *items = list->items;
        return list->n;
    }
    *one = rows[row].kind == FLAG     ? "true"
           : rows[row].kind == NUMBER ? arena_printf(a, "%d", *(const int *)field)
                                      : *(const char *const *)field;
    return 1;
}
