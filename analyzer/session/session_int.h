/* What the parts of a session share; no other folder includes this. */
#ifndef REFWARDEN_SESSION_INT_H
#define REFWARDEN_SESSION_INT_H

#include "engine.h"
#include "frontend.h"
#include "session.h"
#include "slot.h"

typedef struct {
    const char **items; /* NULL-terminated once strings_end was called */
    int n, cap;
} strings;

void strings_add(arena *a, strings *list, const char *s);
bool strings_has(const strings *list, const char *s);
const char **strings_end(arena *a, strings *list);

/* ---- paths (paths.c) */

bool is_file(const char *path);
bool is_folder(const char *path);
char *path_join(arena *a, const char *folder, const char *name);
bool is_under(const char *absolute, const char *folder); /* both absolute */
char *path_folder(arena *a, const char *path); /* "." for a bare name */
char *path_absolute(arena *a, const char *path); /* links resolved where the path exists */
char *path_tidy(arena *a, const char *path); /* "a/../b.h" is "b.h", unless a is a link */
const char *path_suffix(const char *path); /* "c" of "a/b.c", "" when there is none */
bool is_skipped_folder(const char *parent, const char *name); /* hidden and build folders */

/* ---- which files (discover.c) */

typedef struct {
    const char *path;  /* to open */
    const char *shown; /* in reports */
    const char *absolute;
    const char *text;  /* stdin, else NULL */
    size_t text_len;
    long size;
} source;

typedef struct {
    source *items;
    int n, cap;
} sources;

/* Sorted by shown path, each file once. Paths that are of no use are named in errors. */
int discover_sources(arena *a, const session_options *o, sources *out, strings *notices, strings *errors,
                     status *st);

bool is_source_name(const char *path); /* .c, .cpp, .cc, .cxx */

/* ---- flags (flags.c, compdb.c) */

int shell_split(arena *a, const char *command, strings *words, status *st);

/* Keeps of a compiler command what changes the meaning of the source. Words do not include the
 * compiler itself. */
void flags_filter(arena *a, const strings *words, strings *kept);

typedef struct compdb compdb;
typedef struct {
    const char *directory;
    const char **flags;
    int nflags;
} compile_command;

/* file names compile_commands.json. */
int compdb_read(arena *a, const char *file, compdb **out, status *st);
const compile_command *compdb_find(const compdb *db, const char *absolute); /* NULL when absent */

/* The databases of a run: one given with -p, or those found above the sources. */
typedef struct compdb_set compdb_set;
int compdb_set_open(arena *a, const session_options *o, const sources *list, compdb_set **out,
                    strings *notices, status *st);
const compile_command *compdb_set_find(const compdb_set *set, const source *s);

/* ---- headers (python.c, headers.c) */

typedef struct {
    strings include;       /* folders for Python.h and pyconfig.h */
    const char *numpy;     /* numpy's include folder, or NULL */
    int minor;             /* of Python 3.minor, from patchlevel.h; 0 when not known */
    bool answered;         /* the interpreter could be asked */
    bool substituted;      /* it has no Python.h: these are of another one */
} python_headers;

void python_find_headers(arena *a, const char *python, python_headers *out);
int python_minor_of(arena *a, const char *include_dir); /* 0 when there is no patchlevel.h */

typedef struct {
    strings flags;
    const char *directory; /* of the compilation, or NULL */
    int minor;
} source_flags;

/* Of Python 3.minor, from the folder with Python.h that a command names; 0 when it names none. */
int headers_minor_of(arena *a, const compile_command *command);

/* Everything libclang is told about a source, user flags last. */
void headers_flags(arena *a, const source *s, const compile_command *command,
                   const python_headers *python, const session_options *o, source_flags *out);

/* Adds the folders in which missing headers were found; the number of folders added. */
int headers_locate(arena *a, const source *s, const char *const *missing, int nmissing,
                   const python_headers *python, strings *flags);

/* ---- rules (select.c, suppress.c) */

/* The rules that are on, ending with code NULL. */
int select_rules(arena *a, const char *select, const char *ignore, const rule **out, status *st);

typedef struct {
    finding *list;
    int n, cap;
} file_findings;

/* Asks the rules about a file or a comment, and appends what they say. */
void file_rules_ask(arena *a, const rule *rules, place at, const rule_moment *m, file_findings *out);

/* Removes the findings that comments in the source ask to be quiet about, and adds what the rules
 * say about comments without effect; whole: all of the file was analysed. */
void suppress_findings(arena *a, const source *s, const rule *rules, const ir_unit *unit, bool whole,
                       engine_result *result);

/* ---- plan (plan.c) */

/* Headers that several files begin with, parsed once. Made by one worker, used by all: the files
 * behind the descriptors have no name, so nothing is left behind whatever happens. */
typedef struct {
    const char *directives;
    int first;        /* a file that begins with them */
    int fd, names_fd; /* what frontend_share() gives */
} shared_header;

typedef struct {
    source_flags flags;
    frontend_prelude prelude; /* what the shared header stands for */
    int shared;     /* index of the shared header, -1: none */
} file_plan;

typedef struct {
    file_plan *files;      /* one a source */
    shared_header *shared;
    int nshared, cap;
} run_plan;

typedef struct {
    const session_options *options;
    const rule *rules;
    const contract_table *contracts;
    const char *const *type_slots; /* for the front end */
    int ntype_slots;
    const compdb_set *databases;
    const python_headers *python;
    const run_plan *plan;
    bool is_alone;       /* there is one file: none knows the functions it imports */
} run_context;

void plan_run(arena *a, const run_context *run, const sources *list, run_plan *plan);
void plan_end(run_plan *plan);

/* ---- generated sources (generated.c) */

/* Removes what is not for people from the findings in a file that a program wrote, and moves the rest
 * to where its input is. */
void generated_findings(arena *a, const run_context *run, const source *s, const ir_unit *unit, int minor,
                        engine_result *result);

/* ---- workers (worker.c, wire.c, pool.c) */

/* What a worker found out about one file: all, or how far it came without other files. */
typedef struct {
    bool is_waiting;     /* for what other files do: no findings yet */
    const engine_link *imports, *exports;
    int nimports, nexports;
    unit_result unit;
    finding *findings;
    int nfindings;
    const char **missing;
    int nmissing;
    bool python_h_missing;
    const char *failure; /* the file was not analysed: why; else NULL */
    const char *dump;    /* or NULL */
    long peak_kb;        /* of the worker, up to the end of this file */
} file_result;

/* What became of one of the functions that a file imports; summary NULL: nobody knows it. */
typedef struct {
    const char *name, *summary;
} known_import;

/* A file in a worker. Both run there, on a large stack. */
typedef struct held_file held_file;
held_file *held_open(const run_context *run, const source *s, const file_plan *plan,
                     bool shares); /* shares: its shared header is there */
/* Goes on with it; what is in out lives as long as the file is held. */
void held_advance(held_file *h, const known_import *known, int nknown, file_result *out);
void held_close(held_file *h); /* NULL is allowed */
int worker_share(arena *a, const run_context *run, const source *s, const file_plan *plan,
                 const shared_header *h);

void wire_write(const file_result *r, buf *out);
int wire_read(arena *a, const char *data, size_t len, file_result *out); /* -1: damaged */
void wire_write_known(const known_import *list, int n, buf *out);
int wire_read_known(arena *a, const char *data, size_t len, const known_import **list, int *n);

/* results[i] belongs to list->items[i]. */
int pool_run(arena *a, const run_context *run, const sources *list, file_result *results,
             strings *notices, status *st);

/* Seconds a worker may use; megabytes of address space. */
int limit_seconds(const session_options *o);
long limit_megabytes(const session_options *o);

/* ---- between files (link.c) */

typedef struct linker linker;
linker *link_create(arena *a, const sources *list); /* lives in a */
void link_note(linker *l, int file, const file_result *r); /* an answer about it */
void link_names(linker *l); /* once every file has answered */
/* From this index on, a file that can go on with what it was not told yet; -1: none. */
int link_next(const linker *l, int from);
/* What it is to be told, all that is known or what is new; it is busy until its answer is noted. */
int link_known(linker *l, int file, bool all, arena *a, known_import **out); /* how many */
/* Calls and definitions that do not fit together: into the messages of units, and for stderr. */
void link_say(const linker *l, file_result *results, strings *notices);

/* ---- merging (merge.c) */

/* Fills out from the results of all files, in order. */
void merge_results(arena *a, const run_context *run, const sources *list, file_result *results,
                   session_result *out);
void merge_missing_headers(arena *a, const sources *list, const file_result *results,
                           strings *notices);

#endif
