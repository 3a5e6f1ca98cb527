/* session: one run over many files: finds sources, flags and headers, forks workers, merges.
 *
 * The only folder that starts processes. Results are sorted, so that output does not depend on
 * the number of workers.
 */
#ifndef REFWARDEN_SESSION_H
#define REFWARDEN_SESSION_H

#include "base.h"
#include "rule_api.h"

enum { SESSION_TIMEOUT = 60, SESSION_MEMORY_MB = 4096 }; /* for one file, where nothing is asked for */

typedef struct {
    const char **paths;      /* files, folders or "-" */
    int npaths;
    const char **flags;      /* after -- */
    int nflags;
    const char *stdin_name;  /* --stdin-filename */
    const source_text *texts; /* of files that an editor has not saved, or that are being repaired */
    int ntexts;
    const char *stands_in, *stands_for; /* sources below the first folder have the flags of those below the
                              * second, with names of files moved along; NULL: they have their own */
    const char *build_dir;   /* -p; NULL = look in the parents of each file */
    const char *python;      /* --python; NULL = virtual environment, then python3 */
    const char *resource_dir;/* --resource-dir */
    const char **contract_files; /* --contracts FILE, repeated */
    int ncontract_files;
    const char *select, *ignore; /* comma lists of codes, names or prefixes (RW1); NULL = default */
    int target_minor;        /* --target-python 3.N; 0 = that of the headers */
    int jobs;                /* 0 = number of processors */
    int timeout;             /* seconds a file; 0 = default */
    long memory_mb;          /* address space a worker; 0 = default */
    const char *cache_dir;   /* where results are kept between runs; NULL = nowhere */
    const char *dump;        /* "ir", "paths", "summaries" or NULL; text goes to dump_text */
    bool fixes;              /* findings get fixes that were tried: costs more parses */
    bool progress;           /* a progress line on stderr */
    bool require_reason;     /* a comment that silences must say why */
    bool quiet, verbose;
} session_options;

typedef struct {
    finding *findings;
    int nfindings;
    unit_result *units;
    int nunits;
    int files, functions, failed_files;
    int reused;              /* files whose result was in the cache */
    const char **notices;    /* for stderr: each missing header once, with what to do */
    int nnotices;
    const char **errors;     /* paths that could not be used; the others were checked */
    int nerrors;
    long peak_worker_kb;
    char *dump_text;         /* --dump, else NULL */
    const char **headers;    /* of a run over one file: the absolute paths of what it includes, among others */
    int nheaders;
    source_text *texts;      /* of sources whose text was given, under the names in findings; "-" too */
    int ntexts;
    bool is_compared;        /* findings have a state */
    finding *fixed;          /* known before and gone, of STATE_FIXED */
    int nfixed;
} session_result;

/* 0, or -1 with a usage or configuration error in st. Everything lives in a. */
int session_run(arena *a, const session_options *options, session_result *out, status *st);

/* ---- what a run would use, found out without a run */

typedef struct {
    const char *file;
    int sources; /* that it has commands for */
} session_database;

typedef struct {
    int sources;                 /* files that would be checked */
    session_database *databases; /* compile_commands.json in use */
    int ndatabases;
    const char *python;          /* the interpreter that is asked; NULL: the commands name Python's headers */
    const char **headers;        /* its folders with headers; none when it has none */
    int nheaders;
    bool substituted;            /* those are of another Python: this one has none */
    int minor;                   /* of Python 3.minor, by its headers; 0 when not known */
    const rule *rules;           /* those that are on; ends with code NULL */
    const char **errors;         /* paths that could not be used */
    int nerrors;
} session_facts;

int session_look(arena *a, const session_options *options, session_facts *out, status *st);
/* ---- a run in the background: processes of its own, so whatever goes wrong there stays there */

typedef struct session_task session_task;

/* Loads what every run needs once, for those that are started later. */
void session_warm(void);

/* What options point to is needed during the call only. */
int session_start(const session_options *options, session_task **out, status *st); /* owned by caller */

int session_task_fd(const session_task *t); /* readable when session_task_read() has something to do */
bool session_task_read(session_task *t);    /* true: the run has ended */

/* What session_run() would give; ERR_INTERNAL when its processes died. */
int session_task_take(arena *a, const session_task *t, session_result *out, status *st);

void session_task_end(session_task *t); /* and all its processes, also in the middle; NULL is allowed */

/* One result from those of several runs; a file that several of them checked counts once. */
void session_merge(arena *a, const session_result *parts, int n, session_result *out);

/* ---- only what is new */

/* Gives the findings of now that were known their state, and lists what is fixed. May be called again with
 * others that are known: new is what was in none. Options are those of the run. */
void session_compare(arena *a, const session_options *options, finding *known, int nknown, session_result *now);

/* Moves to the front what is known of files that the run did not look at; how many. */
int session_others(arena *a, const session_options *options, const session_result *now, finding *known, int n);

/* Lines that were added or changed. */
typedef struct changed_lines changed_lines;
int session_read_diff(arena *a, const char *file, changed_lines **out, status *st); /* "-": stdin */
bool session_is_changed(void *changed, const char *file, int line);
/* What neither stands on such a line nor passes one counts as unchanged. */
void session_keep_changed(changed_lines *changed, session_result *now);

/* The version of the sources that two branches have in common, in a private folder that goes when the
 * process ends, however it ends. */
typedef struct session_since session_since;
int session_since_open(arena *a, const char *ref, const session_options *options, session_since **out, status *st);
/* Analyses that version of the paths of a run and compares; options are those of the run. */
int session_since_compare(arena *a, const session_since *s, const session_options *options, session_result *now,
                          status *st);
/* The lines changed since, of files with new findings. */
changed_lines *session_since_lines(arena *a, const session_since *s, const session_result *now);
void session_since_close(session_since *s); /* NULL is allowed */

/* The findings in a baseline: rule, function, object, message, fingerprint and file are known. */
int session_baseline_read(arena *a, const char *file, finding **out, int *n, status *st);
/* What is to be in the baseline called file. */
void session_baseline_print(arena *a, const char *file, const finding *list, int n, buf *out);

typedef struct {
    long runs, results, findings, summaries, bytes;
} session_cache_totals;

/* Of a cache folder. A message in st, also without -1, is for a warning. */
int session_cache_count(const char *folder, session_cache_totals *out, status *st);
int session_cache_clear(const char *folder, status *st);

/* The user's cache folder: XDG_CACHE_HOME or ~/.cache, with our name; NULL: there is none. */
const char *session_cache_folder(arena *a);

/* Whether --select and --ignore name rules; NULL is allowed. */
int session_check_rules(arena *a, const char *select, const char *ignore, status *st);

/* The word of a NULL-terminated list that `word` is a likely misspelling of, or NULL. */
const char *session_suggest(const char *word, const char *const *words);

/* "19.1.7": the libclang in use; lives in a. */
const char *session_clang_version(arena *a);

#endif
