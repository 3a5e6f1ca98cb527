/* What the parts of the command line share; no other folder includes this. */
#ifndef REFWARDEN_CLI_INT_H
#define REFWARDEN_CLI_INT_H

#include "report.h"
#include "session.h"

#ifndef REFWARDEN_VERSION
#define REFWARDEN_VERSION "0.1.0"
#endif

enum {
    STATUS_CLEAN = 0,      /* nothing at or above --fail-on */
    STATUS_FINDINGS = 1,
    STATUS_USAGE = 2,      /* usage or configuration error */
    STATUS_INCOMPLETE = 3, /* no findings, but some file could not be analysed */
    STATUS_INTERNAL = 4,
};

enum { /* commands, a bit set */
    IN_CHECK = 1 << 0,
    IN_EXPLAIN = 1 << 1,
    IN_RULES = 1 << 2,
    IN_CONTRACTS = 1 << 3,
    IN_HELP = 1 << 4,
    IN_CACHE = 1 << 5,
    IN_ALL = (1 << 6) - 1,
};

typedef struct {
    const char **items;
    int n, cap;
} text_list;

#define FIELD_FLAG bool
#define FIELD_TEXT const char *
#define FIELD_NUMBER int
#define FIELD_LIST text_list

typedef struct {
#define OPTION(kind, field, name, letter, argument, commands, config, help) FIELD_##kind field;
#include "options.def"
#undef OPTION
    text_list words;       /* what is not an option */
    const char **flags;    /* after -- */
    int nflags;
} cli_options;

typedef struct command {
    const char *name;
    unsigned bit;          /* IN_* */
    const char *arguments; /* for the usage line */
    const char *summary;
    int (*run)(arena *a, const cli_options *o);
} command;

extern const command commands[]; /* ends with name NULL */
const command *command_find(const char *name);

/* Parses what follows the command's name. -1 with the reason in st. */
int options_parse(arena *a, const command *c, int argc, char **argv, cli_options *out, status *st);

/* ---- options as keys of configuration files; a row is an index into options.def */
int option_key(const char *name);     /* row, -1: no such key */
const char **option_keys(arena *a);   /* NULL-terminated */
const char *option_name(int row);
bool option_is_path(int row);         /* relative to the file it stands in */
bool option_is_number(int row);
bool option_is_list(int row);
bool option_is_set(int row, const cli_options *o);
void option_copy(int row, const cli_options *from, cli_options *to);
int option_store(arena *a, int row, const char *value, cli_options *out, status *st);

/* Whether the values are among the words that are allowed. */
int options_check(arena *a, const cli_options *o, status *st);

/* What is given, and below that what the configuration nearest to path sets. *file: where it
 * stands, or NULL. */
int config_options(arena *a, const cli_options *given, const char *path, const char **file,
                   cli_options *out, status *st);

/* The folder of path, absolute; the one above. */
const char *config_start(arena *a, const char *path);
const char *config_parent(arena *a, const char *folder);

/* 3.N: the oldest that requires-python above path allows; 0: it is not said. */
int project_oldest_python(arena *a, const char *path);

void help_all(buf *out);
void help_command(const command *c, buf *out);

int run_check(arena *a, const cli_options *o);
int run_explain(arena *a, const cli_options *o);
int run_rules(arena *a, const cli_options *o);
int run_contracts(arena *a, const cli_options *o);
int run_cache(arena *a, const cli_options *o);
int run_help(arena *a, const cli_options *o);

/* Where results are kept between runs; NULL: nowhere. */
const char *cache_folder(arena *a, const cli_options *o);

/* "refwarden: error: ..." on stderr; returns STATUS_USAGE. */
int complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int complain_status(const status *st); /* the exit status that fits */

/* Writes to file, or to stdout when file is NULL. A reader that went away is no error. */
int write_out(const char *file, const buf *text);

/* "; did you mean 'x'?" or "". */
const char *hint(arena *a, const char *word, const char *const *words);

/* ---- source lines for the text format (source.c) */

typedef struct source_cache source_cache;
source_cache *source_cache_create(arena *a, const session_result *result);
const char *source_cache_line(void *cache, const char *file, int line, size_t *len);

#endif
