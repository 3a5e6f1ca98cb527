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
    IN_COMPLETIONS = 1 << 5,
    IN_BASELINE = 1 << 6,
    IN_LSP = 1 << 7,
    IN_CACHE = 1 << 8,
    IN_RUNS = IN_CHECK | IN_BASELINE | IN_LSP, /* what analyses */
    IN_ALL = (1 << 16) - 1,
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

/* ---- what the words for arguments stand for (arguments.def) */

typedef enum {
    VALUE_ANY, VALUE_CHOICE, VALUE_RULES, VALUE_RULE, VALUE_FORMAT, VALUE_NAME, VALUE_COMMAND,
    VALUE_FILE, VALUE_FOLDER,
} value_kind;

value_kind argument_kind(const char *word);       /* VALUE_ANY for a word without a row */
const char *argument_choices(const char *word);   /* "auto always never", "" when it is no choice */
/* Which of its choices is given; *out stays when nothing is. */
int argument_choose(const char *option, const char *word, const char *given, int *out, status *st);

/* Parses what follows the command's name. -1 with the reason in st. */
int options_parse(arena *a, const command *c, int argc, char **argv, cli_options *out, status *st);

typedef struct {
    int letter;           /* or 0 */
    const char *name, *argument; /* argument: NULL for a flag */
    unsigned commands;    /* IN_* */
    const char *help;
    bool repeats;
} option_info;

extern const option_info option_infos[]; /* options.def; ends with name NULL */

/* ---- options as keys of configuration files; a row is an index into options.def */
int option_key(const char *name);     /* row, -1: no such key */
const char **option_keys(arena *a);   /* NULL-terminated */
const char *option_name(int row);
int option_rows(void);
bool option_is_setting(int row);      /* a configuration file may set it */
bool option_is_path(int row);         /* relative to the file it stands in */
bool option_is_number(int row);
bool option_is_list(int row);
bool option_is_flag(int row);
/* Its value as words, and how many there are: 0 when it is not set. */
int option_texts(arena *a, int row, const cli_options *o, const char *const **items);
bool option_is_set(int row, const cli_options *o);
void option_copy(int row, const cli_options *from, cli_options *to);
int option_store(arena *a, int row, const char *value, cli_options *out, status *st);

/* Whether the values are among the words that are allowed. */
int options_check(arena *a, const cli_options *o, status *st);

/* What is given, and below that what the configuration nearest to path sets. *file: where it
 * stands, or NULL. */
int config_options(arena *a, const cli_options *given, const char *path, const char **file,
                   cli_options *out, status *st);

/* "refwarden.toml:3": where that file sets the key; NULL: it does not. */
const char *config_place(arena *a, const char *file, const char *key);

/* The folder of path, absolute; the one above. As short as a file can be named from here. */
const char *config_start(arena *a, const char *path);
const char *config_parent(arena *a, const char *folder);
const char *config_shown(arena *a, const char *file);

/* 3.N: the oldest that requires-python above path allows; 0: it is not said. */
int project_oldest_python(arena *a, const char *path);
const char *project_python_place(arena *a, const char *path); /* where it is said, or NULL */

void help_all(buf *out);
void help_command(const command *c, buf *out);

/* ---- settings (settings.c) */

/* The paths for which the same settings and the same target hold. */
typedef struct {
    const char *file;            /* that sets them, or NULL */
    const char *place;           /* one of the paths; for stdin what it stands for */
    const cli_options *options;  /* words: the paths */
    const session_options *session;
} settings_view;

int show_settings(arena *a, const cli_options *given, const settings_view *views, int n);

/* ---- fixes (fix.c, diff.c) */

typedef struct fixed_file fixed_file;

typedef struct {
    fixed_file *v;
    int n, cap;
    int fixed;            /* findings */
    session_result first; /* before the first fix */
} fixed_files;

/* The paths for which the same settings and the same target hold, and what came of them. */
typedef struct {
    const char *file; /* that sets them, or NULL */
    cli_options options;
    session_result result;
    int level, minor;
    finding *known;   /* in its baseline */
    int nknown;
    session_since *since;    /* --since, or NULL */
    changed_lines *changed;  /* --diff, or NULL */
    fixed_files repaired;    /* --fix */
} check_group;

typedef struct {
    check_group *v;
    int n, cap;
} check_groups;

/* Analyses the words of o; nothing is compared or written. */
int check_run(arena *a, const cli_options *o, check_groups *out, status *st);

session_options check_options(arena *a, const cli_options *o, int minor); /* minor: of the target */

/* A run that applies what it finds and is new, in memory: the group's result is about the fixed texts. */
int fix_findings(arena *a, check_group *g, const session_options *wanted, status *st);
/* Writes the files, or the diff, or the source that came from stdin; the exit status. */
int fix_finish(arena *a, const cli_options *o, const fixed_files *all, const session_result *r);
bool fix_wants_stdout(const cli_options *o); /* what fix_finish writes takes the place of the report */

/* ---- compare.c */

/* Before the analysis, so that a mistake shows at once. The groups have one older version and one diff. */
int compare_open(arena *a, const cli_options *o, check_groups *all, status *st);
int compare_group(arena *a, check_group *g, status *st);
void known_line(const finding *f, buf *out); /* one of a baseline */
void say_fixed(const cli_options *o, const session_result *r);

int run_baseline(arena *a, const cli_options *o);
/* What `check path` would be given; the path itself is not in it. */
int settings_for(arena *a, const cli_options *given, const char *path, session_options *out, status *st);

int run_check(arena *a, const cli_options *o);
int run_explain(arena *a, const cli_options *o);
int run_rules(arena *a, const cli_options *o);
int run_contracts(arena *a, const cli_options *o);
int run_completions(arena *a, const cli_options *o);
int run_lsp(arena *a, const cli_options *o);
int run_cache(arena *a, const cli_options *o);
int run_help(arena *a, const cli_options *o);

/* Where results are kept between runs; NULL: nowhere. */
const char *cache_folder(arena *a, const cli_options *o);

/* "refwarden: error: ..." on stderr; returns STATUS_USAGE. */
int complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int complain_status(const status *st); /* the exit status that fits */

/* The file is whole at every moment: the text goes to another one, which takes its name. -1: errno says why. */
int replace_file(const char *file, const buf *text);

/* Writes to file, or to stdout when file is NULL; a file has all of the text in the end, or is what it
 * was. A reader that went away is no error. */
int write_out(const char *file, const buf *text);

/* ---- where the results go (formats.c) */

typedef struct {
    const char *format;
    const char *file; /* NULL: stdout */
} output;

/* What --format and --output ask for, at least one. */
int outputs_of(arena *a, const cli_options *o, output **out, int *n, status *st);

/* The one format of a command that has only one result. */
const char *only_format(const cli_options *o);

/* "; did you mean 'x'?" or "". */
const char *hint(arena *a, const char *word, const char *const *words);


void diff_add(arena *a, buf *out, const source_text *before, const source_text *after);

/* ---- source lines for the text format (source.c) */

typedef struct source_cache source_cache;
source_cache *source_cache_create(arena *a, const session_result *result);
const char *source_cache_line(void *cache, const char *file, int line, size_t *len);

#endif
