/* store: what earlier runs found out, in one SQLite file in the user's cache folder.
 *
 * Nothing that happens here may stop a run: a store that cannot be used finds nothing and keeps
 * nothing, and says why in store_trouble(). What store_find() gives is byte for byte what was kept.
 */
#ifndef REFWARDEN_STORE_H
#define REFWARDEN_STORE_H

#include "base.h"
#include "rule_api.h"

typedef struct store store;

typedef struct {
    const char *function, *text;
} store_summary;

typedef struct {
    hash128 key;
    const char *path;
    const char *data;
    size_t len;
    const finding *findings;
    int nfindings;
    const store_summary *summaries;
    int nsummaries;
} store_result;

typedef struct {
    const char *tool;
    int64_t started; /* seconds since 1970 */
    int files, reused, findings;
} store_run;

typedef struct {
    long runs, results, findings, summaries;
    long bytes; /* of the file */
} store_totals;

/* Never NULL; the folder is made when it is missing. It is used when nobody else can write there. */
store *store_open(const char *folder);
void store_close(store *s); /* NULL is allowed */

/* NULL: there is none. Lives in a. */
const char *store_find(store *s, arena *a, hash128 key, size_t *len);
/* All of it or nothing; replaces results with the same key, and drops what was of no use for long. */
void store_keep(store *s, const store_run *run, const store_result *results, int n);

const char *store_trouble(const store *s); /* the first that there was, NULL: none */
int store_count(store *s, store_totals *out);
/* Removes the files of a store; folders stay. 0 also when there are none. */
int store_clear(const char *folder, status *st);

#endif
