/* session: one run over many files: finds sources, flags and headers, forks workers, merges.
 *
 * The only folder that starts processes. Results are sorted, so that output does not depend on
 * the number of workers.
 */
#ifndef REFWARDEN_SESSION_H
#define REFWARDEN_SESSION_H

#include "base.h"
#include "rule_api.h"

/* What a file holds, whatever there is on disk. */
typedef struct {
    const char *path;
    const char *text; /* NUL-terminated */
    size_t len;
} source_text;

typedef struct {
    const char **paths;      /* files, folders or "-" */
    int npaths;
    const char **flags;      /* after -- */
    int nflags;
    const char *stdin_name;  /* --stdin-filename */
    const source_text *texts; /* of files that an editor has not saved, or that are being repaired */
    int ntexts;
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
    bool progress;           /* a progress line on stderr */
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
    source_text *texts;      /* of sources whose text was given, under the names in findings; "-" too */
    int ntexts;
} session_result;

/* 0, or -1 with a usage or configuration error in st. Everything lives in a. */
int session_run(arena *a, const session_options *options, session_result *out, status *st);

/* One result from those of several runs; a file that several of them checked counts once. */
void session_merge(arena *a, const session_result *parts, int n, session_result *out);

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
