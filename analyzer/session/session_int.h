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

/* ---- what the disk holds, each asked once (disk.c) */

typedef struct disk disk;
typedef enum { DISK_CONTENT, DISK_FOLDER, DISK_TREE, DISK_IN_PROJECT, DISK_IN_SYSTEM } disk_question;
typedef struct {
    bool is_there, is_hidden; /* is_hidden: it is there and cannot be read */
    bool is_fresh;            /* it changed since the disk was created, or at the same time */
    uint64_t listing;         /* hash of its names, and which of them are folders */
    const uint64_t *names;    /* sorted hashes of each */
    int nnames;
} disk_folder;

disk *disk_create(arena *a); /* lives in a */
arena *disk_arena(const disk *d);
disk *disk_look_again(arena *a, const disk *before); /* that remembers nothing but when the other was created */
hash128 disk_content(disk *d, const char *path); /* 0: there is no such file */
const disk_folder *disk_list(disk *d, const char *path);
bool disk_has(const disk_folder *f, const char *name);
bool disk_is_new(const disk *d, const char *path); /* it came, or changed, since the disk was created */
/* Where an answer that lives as long as the disk is remembered; NULL: it was not asked for yet. */
const void **disk_answer(disk *d, disk_question of, const char *name);

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
    const char *database; /* the file it stands in */
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
    const char *program;   /* that was asked */
    strings include;       /* folders for Python.h and pyconfig.h */
    const char *numpy;     /* numpy's include folder, or NULL */
    int minor;             /* of Python 3.minor, from patchlevel.h; 0 when not known */
    bool answered;         /* the interpreter could be asked */
    bool substituted;      /* it has no Python.h: these are of another one */
} python_headers;

typedef struct cache cache;
void python_find_headers(arena *a, const char *python, cache *c, python_headers *out); /* c: or NULL */
int python_minor_of(arena *a, const char *include_dir); /* 0 when there is no patchlevel.h */

typedef struct {
    strings flags;
    const char *directory; /* of the compilation, or NULL */
    int minor;
} source_flags;

/* Of Python 3.minor, from the folder with Python.h that a command names; 0 when it names none. */
int headers_minor_of(arena *a, const compile_command *command);

/* Whether the build's own commands say where Python.h is, for every source: nobody need be asked. */
bool headers_are_in_commands(arena *a, const compdb_set *databases, const sources *list);

/* What was found around the sources of a folder; zero before the first. */
typedef struct {
    const char *folder, *cpython; /* cpython: the checkout that it is part of, or NULL */
    strings flags;
    int minor;
} folder_flags;

/* Everything libclang is told about a source, user flags last. around: of the source before. */
void headers_flags(arena *a, const source *s, const compile_command *command,
                   const python_headers *python, const session_options *o, folder_flags *around, source_flags *out);

/* A missing header, and the folder in which it was found; NULL: nowhere. */
typedef struct {
    const char *name, *folder;
} located_header;

/* The folder in which a missing header is, or NULL; lives as long as the disk. */
const char *headers_find(disk *d, const source *s, const char *header, const python_headers *python);
/* Adds such folders to the flags; the number of those added. */
int headers_add(arena *a, const source *s, const located_header *list, int n, strings *flags);

/* ---- rules (select.c, file_rules.c) */

/* The rules that are on, ending with code NULL. */
int select_rules(arena *a, const char *select, const char *ignore, const rule **out, status *st);
const rule *select_all_and(arena *a, const rule *more); /* those that are on by default, and more */
bool is_rule_on(const rule *rules, const char *code);

typedef struct {
    finding *list;
    int n, cap;
} file_findings;

/* Asks the rules about a file or a comment, and appends what they say. */
void file_rules_ask(arena *a, const rule *rules, place at, const rule_moment *m, file_findings *out);

/* ---- identity (fingerprint.c) */

/* From the text of the statements. Equal ones of a file still have the same. */
void fingerprint_findings(const source *s, finding *findings, int n);

/* ---- git (git.c), diffs (diff.c) */

typedef struct {
    const char *folder;
    const char *const *words; /* what comes after git; ends with NULL */
    const char *input;
    size_t input_len;
    bool is_outside;          /* of any repository: no settings count */
} git_question;

typedef struct {
    int code;              /* 127: there is no git */
    char *text;            /* NUL-terminated */
    size_t len;
    const char *complaint; /* the first line that it printed on stderr */
} git_answer;

int git_ask(arena *a, const git_question *q, git_answer *answer); /* -1: the code is not 0 */

/* ---- an older version (version.c) */

typedef struct {
    arena *a;
    const char *top;     /* of the working tree */
    const char *commit;
    const char *folder;  /* private */
    const char *tree;    /* in it: what stands for top */
    bool is_changed;     /* some source or header of then or now differs */
    strings submodules, links;
    int remover, lifeline;
} version;

int version_open(version *v, status *st); /* top and commit are given */
void version_close(version *v);

changed_lines *changed_create(arena *a);
void changed_add_whole(changed_lines *c, const char *key); /* key: absolute, tidy */
/* only: the file that the diff is about, whatever name it gives; NULL: by name. */
int changed_add_diff(changed_lines *c, const char *shown, const char *only, const char *text, size_t len, status *st);

const char *path_given(const session_options *o, int i); /* that of stdin is its name (compare.c) */
bool is_about_run(const finding *f); /* RW901: in no baseline (baseline.c) */

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
    const rule *shown;   /* of these; the others only judge fixes */
    const contract_table *contracts;
    const char *const *type_slots; /* for the front end */
    int ntype_slots;
    const compdb_set *databases;
    const python_headers *python;
    const run_plan *plan;
    const source_text *texts; /* those of the options, with absolute paths */
    cache *cache;        /* or NULL */
    bool is_alone;       /* there is one file: none knows the functions it imports */
} run_context;

void plan_flags(arena *a, const run_context *run, const sources *list, run_plan *plan);
/* Of the files that are to be parsed. */
void plan_sharing(arena *a, const run_context *run, const sources *list, const bool *is_parsed, run_plan *plan);
void plan_end(run_plan *plan);

/* ---- comments (suppress.c) */

/* Removes the findings that comments in the source ask to be quiet about, and adds what the rules
 * say about comments without effect; whole: all of the file was analysed. */
void suppress_findings(arena *a, const run_context *run, const source *s, const ir_unit *unit, bool whole,
                       engine_result *result);

/* ---- generated sources (generated.c) */

/* Removes what is not for people from the findings in a file that a program wrote, and moves the rest
 * to where its input is. */
bool is_from_generator(const source *s);
void generated_findings(arena *a, const run_context *run, const source *s, const ir_unit *unit, int minor,
                        strings *inputs, engine_result *result); /* inputs: paths where its input was looked for */

/* ---- workers (worker.c, wire.c, pool.c) */

/* What a result depends on, beside the flags: a file that was read, or looked for in vain (content 0). */
typedef frontend_file read_file;

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
    const char **headers; /* absolute paths of what it includes, without the system's; names as written, too */
    int nheaders;
    const char *failure; /* the file was not analysed: why; else NULL */
    const char *dump;    /* or NULL */
    long peak_kb;        /* of the worker, up to the end of this file */
    bool is_lasting;     /* the same comes out again while the following is the same */
    const read_file *files;
    int nfiles, ninputs; /* ninputs: the last of these, that libclang did not read */
    const char **asked;  /* headers behind __has_include */
    int nasked;
    const located_header *located;
    int nlocated;
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

/* ---- fixes (repair.c) */

typedef struct {
    const finding *findings;
    int nfindings;
    const unit_result *unit; /* NULL: the text could not be analysed */
    int errors;              /* of the compiler */
} repair_result;

/* A file whose findings are to be repaired. */
typedef struct {
    const char *file; /* as findings name it */
    const char *text;
    size_t len;
    finding *findings; /* get fixes */
    int nfindings;
    const unit_result *unit;
    int errors;
    int minor;            /* the oldest Python that counts */
    bool has_limited_api; /* by a flag */
    /* Analyses the text as the file was; out lives until the file that is returned is closed. */
    held_file *(*analyse)(void *ctx, const char *text, size_t len, repair_result *out);
    bool (*is_late)(void *ctx); /* no time is left for another */
    void *ctx;
    const rule *shown; /* whose findings are to be repaired */
    const char *(*strong)(void *ctx, const char *lends); /* as in fix_target */
} repair_job;

void repair_findings(arena *a, const repair_job *job);

int worker_share(arena *a, const run_context *run, const source *s, const file_plan *plan,
                 const shared_header *h);

void wire_write(const file_result *r, buf *out);
int wire_read(arena *a, const char *data, size_t len, file_result *out); /* -1: damaged */
/* The same for a whole run, or the reason why there is none. */
void wire_write_result(const session_result *r, const status *st, buf *out);
int wire_read_result(arena *a, const char *data, size_t len, session_result *out, status *st);

void wire_write_known(const known_import *list, int n, buf *out);
int wire_read_known(arena *a, const char *data, size_t len, const known_import **list, int *n);

/* All that is to be known of a file so as not to parse it again. */
typedef struct {
    file_result first; /* what it did alone: its links */
    file_result last;
    const known_import *told; /* between the two */
    int ntold;
} kept_result;

/* One task for a worker. */
typedef struct {
    int task;
    bool shares;    /* the file's shared header can be used */
    uint32_t bytes; /* that follow: what is known of the file's imports */
} serve_order;

/* What a process that was forked for it does until the orders on fd end; words: its stderr (serve.c). */
_Noreturn void serve_run(arena *a, const run_context *run, const sources *list, int fd, int words);

/* results[i] belongs to list->items[i]; kept[i] is what was known of it, or NULL, and becomes NULL where
 * that did not hold. */
int pool_run(arena *a, const run_context *run, const sources *list, const kept_result **kept, file_result *results,
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
/* All that is known of what it imports, told or not; and what it was told. */
int link_settled(const linker *l, int file, arena *a, known_import **out);
int link_told(const linker *l, int file, arena *a, known_import **out);
/* Calls and definitions that do not fit together: into the messages of units, and for stderr. */
void link_say(const linker *l, file_result *results, strings *notices);

/* ---- what was known before (cache.c, lookup.c) */

/* NULL when the options do not want one. */
cache *cache_open(arena *a, const session_options *o);
/* To be called once, before files are looked for: what all their results depend on. */
void cache_describe_run(cache *c, const run_context *run, const sources *list);
const kept_result *cache_find(cache *c, int file); /* NULL: it has to be parsed */
void cache_keep(cache *c, int file, const kept_result *r);
const char *cache_find_text(cache *c, arena *a, hash128 key);
void cache_keep_text(cache *c, hash128 key, const char *about, const char *text);
/* out NULL: the run failed, nothing is kept. */
void cache_close(cache *c, const session_result *out, strings *notices); /* NULL is allowed */

/* Where headers were looked for: a folder, and the part of the names that leads into it. */
typedef struct {
    const char *path, *prefix;
    uint64_t listing, answers; /* all its names; which of the wanted ones are there */
} searched_folder;

typedef struct {
    const searched_folder *folders;
    int nfolders;
    const char **names; /* of headers, as they are written in #include */
    int nnames;
} lookups;

/* False: nothing certain can be said, so nothing is to be kept. */
bool lookups_record(arena *a, disk *d, const source_flags *flags, const file_result *r, lookups *out);
bool lookups_hold(arena *a, disk *d, const lookups *l);

void wire_write_kept(const kept_result *r, const lookups *l, buf *out);
/* What is read points into data. */
int wire_read_kept(arena *a, const char *data, size_t len, kept_result *r, lookups *l);

/* ---- merging (merge.c) */

/* Fills out from the results of all files, in order. */
void merge_results(arena *a, const run_context *run, const sources *list, file_result *results,
                   session_result *out);
void merge_missing_headers(arena *a, const sources *list, const file_result *results,
                           strings *notices);

#endif
