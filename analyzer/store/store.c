/* The database: opening, migrations, faults, and what is written at the end of a run.
 *
 * All that a run keeps is written in one transaction at its end, so one that is killed leaves what there was.
 * A database that is damaged is removed and begun anew; one of a newer version, or of somebody else, is left
 * alone. Every result carries a checksum of its own, because SQLite does not notice a changed bit in a value.
 */
#define _GNU_SOURCE
#include "embedded.h"
#include "store_int.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    APPLICATION = 0x52574443, /* "RWDC" */
    BUSY_MILLISECONDS = 500,
    MOST_DAYS = 30,           /* without being of use */
    MOST_RUNS = 1000,
    MOST_MEGABYTES = 500,     /* of results */
    CHECKSUM = sizeof(hash128),
};

struct store {
    arena *a;
    const char *file;
    sqlite3 *db;          /* NULL: of no use */
    sqlite3_stmt *find;
    const char *trouble;
    bool is_read_only, was_renewed;
    sqlite3_int64 *used;  /* results that were of use for the first time on this day */
    int nused, used_cap;
};

static void note_trouble(store *s, const char *what)
{
    if (!s->trouble)
        s->trouble = arena_printf(s->a, "cache: %s", what);
}

static void close_database(store *s)
{
    sqlite3_finalize(s->find);
    sqlite3_close(s->db);
    s->find = NULL;
    s->db = NULL;
    s->nused = 0;
}

static int64_t today(void)
{
    return (int64_t)time(NULL) / 86400;
}

/* ---- statements */

static int execute(store *s, const char *sql)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL);
}

static int number(store *s, const char *sql, int64_t *out)
{
    sqlite3_stmt *query = NULL;
    int rc = sqlite3_prepare_v2(s->db, sql, -1, &query, NULL);

    *out = 0;
    if (rc == SQLITE_OK)
        rc = sqlite3_step(query);
    if (rc == SQLITE_ROW)
        *out = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* ---- opening */

/* The part of the schema that leads to a version, or NULL. */
static char *migration_to(arena *a, int version)
{
    const char *text = embedded_schema[0].text;
    const char *start = strstr(text, arena_printf(a, "\n-- version %d\n", version)), *end;

    if (!start)
        return NULL;
    end = strstr(start + 1, "\n-- version ");
    return end ? arena_strndup(a, start, (size_t)(end - start)) : arena_strdup(a, start);
}

static int newest_version(arena *a)
{
    int version = 0;

    while (migration_to(a, version + 1))
        version++;
    return version;
}

/* Another run may have done it in the meantime, so the version is read again. */
static int migrate(store *s, int newest)
{
    int64_t version = 0;
    int rc = execute(s, "BEGIN IMMEDIATE");

    if (rc == SQLITE_OK)
        rc = number(s, "PRAGMA user_version", &version);
    for (int v = (int)version + 1; v <= newest && rc == SQLITE_OK; v++)
        rc = execute(s, migration_to(s->a, v));
    if (rc == SQLITE_OK)
        rc = execute(s, arena_printf(s->a, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                                     APPLICATION, newest));
    if (rc != SQLITE_OK)
        execute(s, "ROLLBACK");
    return rc;
}

/* SQLITE_MISUSE: it is not for us. */
static int check_version(store *s)
{
    int newest = newest_version(s->a);
    int64_t version = 0, application = 0, tables = 0;
    int rc = number(s, "PRAGMA user_version", &version);

    if (rc == SQLITE_OK)
        rc = number(s, "PRAGMA application_id", &application);
    if (rc == SQLITE_OK)
        rc = number(s, "SELECT COUNT(*) FROM sqlite_master", &tables);
    if (rc != SQLITE_OK)
        return rc;
    if (application != APPLICATION && (tables || version || application)) {
        note_trouble(s, arena_printf(s->a, "%s is of another program; it is not used", s->file));
        return SQLITE_MISUSE;
    }
    if (version > newest) {
        note_trouble(s, arena_printf(s->a, "%s is of a newer refwarden; it is not used", s->file));
        return SQLITE_MISUSE;
    }
    return version < newest ? (s->is_read_only ? SQLITE_READONLY : migrate(s, newest)) : SQLITE_OK;
}

/* In a folder that cannot be written SQLite reads a file only when it is told that nobody changes it. */
static int open_file(store *s)
{
    const char *slash = strrchr(s->file, '/');
    const char *folder = arena_strndup(s->a, s->file, (size_t)(slash - s->file));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const char *name = s->file;

    s->is_read_only = access(folder, W_OK) != 0 || (access(s->file, F_OK) == 0 && access(s->file, W_OK) != 0);
    if (s->is_read_only) {
        flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
        name = sqlite3_mprintf("file:%s?immutable=1", s->file);
    }
    if (!s->is_read_only) /* SQLite gives its other files the mode of this one */
        close(open(s->file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    int rc = sqlite3_open_v2(name, &s->db, flags, NULL);
    if (name != s->file)
        sqlite3_free((char *)name);
    return rc;
}

static int set_up(store *s)
{
    int rc = open_file(s);

    if (rc != SQLITE_OK)
        return rc;
    sqlite3_busy_timeout(s->db, BUSY_MILLISECONDS);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    rc = execute(s, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;"
                    "PRAGMA synchronous = NORMAL");
    if (rc == SQLITE_OK)
        rc = check_version(s);
    if (rc == SQLITE_OK && !s->is_read_only)
        rc = execute(s, "PRAGMA journal_mode = WAL");
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(s->db, "SELECT id, used, data FROM result WHERE key = ?1", -1, &s->find, NULL);
    return rc;
}

/* ---- faults */

static bool is_damage(int rc)
{
    rc &= 0xFF;
    return rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB || rc == SQLITE_ERROR || rc == SQLITE_CONSTRAINT ||
           rc == SQLITE_MISMATCH || rc == SQLITE_SCHEMA || rc == SQLITE_FORMAT;
}

static const char *cause(store *s, int rc)
{
    switch (rc & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "it is in use by another run";
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_READONLY: return "it cannot be written";
    default: return arena_strdup(s->a, sqlite3_errstr(rc));
    }
}

/* Goes on with an empty one, once; else without. */
static void give_up(store *s, int rc, const char *consequence)
{
    bool renew = is_damage(rc) && !s->is_read_only && !s->was_renewed;

    if (is_damage(rc))
        note_trouble(s, arena_printf(s->a, "%s is damaged; %s", s->file, renew ? "it is begun anew" : "it is not used"));
    else
        note_trouble(s, arena_printf(s->a, "%s: %s; %s", s->file, cause(s, rc), consequence));
    close_database(s);
    s->was_renewed = true;
    if (!renew || place_remove(s->file) != 0)
        return;
    rc = set_up(s);
    if (rc != SQLITE_OK)
        close_database(s);
}

store *store_open(const char *folder)
{
    arena *a = arena_create();
    store *s = arena_alloc(a, sizeof *s);
    const char *reason;
    int rc;

    s->a = a;
    reason = place_prepare(a, folder, &s->file);
    if (reason) {
        note_trouble(s, arena_printf(a, "%s; nothing is cached", reason));
        return s;
    }
    rc = set_up(s);
    if (rc != SQLITE_OK)
        give_up(s, rc, "nothing is cached");
    return s;
}

void store_close(store *s)
{
    if (!s)
        return;
    close_database(s);
    arena_destroy(s->a);
}

const char *store_trouble(const store *s)
{
    return s->trouble;
}

/* ---- reading */

static hash128 checksum(hash128 key, const char *data, size_t len)
{
    hash128 parts[2] = {key, hash_content(data, len)};

    return hash_content(parts, sizeof parts);
}

/* NULL: it is not what was written. */
static const char *checked(arena *a, hash128 key, const char *data, size_t n, size_t *len)
{
    hash128 written;

    if (n < CHECKSUM)
        return NULL;
    memcpy(&written, data, CHECKSUM);
    *len = n - CHECKSUM;
    return hash_equal(written, checksum(key, data + CHECKSUM, *len)) ? arena_strndup(a, data + CHECKSUM, *len) : NULL;
}

static const char *take_row(store *s, arena *a, hash128 key, size_t *len)
{
    const char *data = sqlite3_column_blob(s->find, 2);
    int n = sqlite3_column_bytes(s->find, 2);
    const char *found = data ? checked(a, key, data, (size_t)n, len) : NULL;

    if (!found)
        note_trouble(s, arena_printf(s->a, "%s has damaged entries; they are not used", s->file));
    else if (sqlite3_column_int64(s->find, 1) != today())
        ARENA_PUSH(s->a, s->used, s->nused, s->used_cap, sqlite3_column_int64(s->find, 0));
    return found;
}

const char *store_find(store *s, arena *a, hash128 key, size_t *len)
{
    const char *found = NULL;
    int rc;

    if (!s->db)
        return NULL;
    sqlite3_bind_blob(s->find, 1, &key, sizeof key, SQLITE_STATIC);
    rc = sqlite3_step(s->find);
    if (rc == SQLITE_ROW)
        found = take_row(s, a, key, len);
    sqlite3_reset(s->find);
    sqlite3_clear_bindings(s->find);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        give_up(s, rc, "nothing is cached");
    return found;
}

/* ---- writing */

typedef struct {
    store *s;
    sqlite3_stmt *remove, *result, *finding, *summary;
} writer;

static int step(sqlite3_stmt *statement)
{
    int rc = sqlite3_step(statement);

    sqlite3_reset(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

static int write_findings(writer *w, const store_result *r, sqlite3_int64 id)
{
    int rc = SQLITE_OK;

    for (int i = 0; i < r->nfindings && rc == SQLITE_OK; i++) {
        const finding *f = &r->findings[i];

        sqlite3_bind_int64(w->finding, 1, id);
        bind_text(w->finding, 2, f->fingerprint);
        bind_text(w->finding, 3, f->rule);
        bind_text(w->finding, 4, f->at.file);
        sqlite3_bind_int(w->finding, 5, f->at.line);
        bind_text(w->finding, 6, f->function);
        bind_text(w->finding, 7, f->object);
        rc = step(w->finding);
    }
    return rc;
}

static int write_summaries(writer *w, const store_result *r, sqlite3_int64 id)
{
    int rc = SQLITE_OK;

    for (int i = 0; i < r->nsummaries && rc == SQLITE_OK; i++) {
        sqlite3_bind_int64(w->summary, 1, id);
        bind_text(w->summary, 2, r->summaries[i].function);
        bind_text(w->summary, 3, r->summaries[i].text);
        rc = step(w->summary);
    }
    return rc;
}

static int write_data(writer *w, const store_result *r)
{
    hash128 sum = checksum(r->key, r->data, r->len);
    buf data = {0};
    int rc;

    buf_addn(&data, (const char *)&sum, sizeof sum);
    buf_addn(&data, r->data, r->len);
    sqlite3_bind_blob(w->result, 1, &r->key, sizeof r->key, SQLITE_STATIC);
    bind_text(w->result, 2, r->path);
    sqlite3_bind_int64(w->result, 3, today());
    sqlite3_bind_blob(w->result, 4, data.data, (int)data.len, SQLITE_STATIC);
    rc = step(w->result);
    sqlite3_clear_bindings(w->result);
    buf_free(&data);
    return rc;
}

/* REPLACE would not remove what refers to the old row. */
static int write_result(writer *w, const store_result *r)
{
    int rc;

    sqlite3_bind_blob(w->remove, 1, &r->key, sizeof r->key, SQLITE_STATIC);
    rc = step(w->remove);
    if (rc == SQLITE_OK)
        rc = write_data(w, r);
    sqlite3_int64 id = sqlite3_last_insert_rowid(w->s->db);
    if (rc == SQLITE_OK)
        rc = write_findings(w, r, id);
    return rc == SQLITE_OK ? write_summaries(w, r, id) : rc;
}

static int prepare_writer(writer *w)
{
    const struct {
        sqlite3_stmt **to;
        const char *sql;
    } all[] = {
        {&w->remove, "DELETE FROM result WHERE key = ?1"},
        {&w->result, "INSERT INTO result (key, path, used, data) VALUES (?1, ?2, ?3, ?4)"},
        {&w->finding, "INSERT INTO finding VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
        {&w->summary, "INSERT INTO summary VALUES (?1, ?2, ?3)"},
    };
    int rc = SQLITE_OK;

    for (size_t i = 0; i < sizeof all / sizeof *all && rc == SQLITE_OK; i++)
        rc = sqlite3_prepare_v2(w->s->db, all[i].sql, -1, all[i].to, NULL);
    return rc;
}

static int write_results(store *s, const store_result *results, int n)
{
    writer w = {.s = s};
    int rc = prepare_writer(&w);

    for (int i = 0; i < n && rc == SQLITE_OK; i++)
        rc = write_result(&w, &results[i]);
    sqlite3_finalize(w.remove);
    sqlite3_finalize(w.result);
    sqlite3_finalize(w.finding);
    sqlite3_finalize(w.summary);
    return rc;
}

static int write_run(store *s, const store_run *run)
{
    sqlite3_stmt *insert = NULL;
    int rc = sqlite3_prepare_v2(s->db,
                                "INSERT INTO run (started, finished, tool, files, reused, findings) "
                                "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                                -1, &insert, NULL);

    if (rc == SQLITE_OK) {
        sqlite3_bind_int64(insert, 1, run->started);
        sqlite3_bind_int64(insert, 2, (sqlite3_int64)time(NULL));
        bind_text(insert, 3, run->tool);
        sqlite3_bind_int(insert, 4, run->files);
        sqlite3_bind_int(insert, 5, run->reused);
        sqlite3_bind_int(insert, 6, run->findings);
        rc = step(insert);
    }
    sqlite3_finalize(insert);
    return rc;
}

static int note_use(store *s)
{
    sqlite3_stmt *update = NULL;
    int rc = s->nused ? sqlite3_prepare_v2(s->db, "UPDATE result SET used = ?1 WHERE id = ?2", -1, &update, NULL)
                      : SQLITE_OK;

    for (int i = 0; i < s->nused && rc == SQLITE_OK; i++) {
        sqlite3_bind_int64(update, 1, today());
        sqlite3_bind_int64(update, 2, s->used[i]);
        rc = step(update);
    }
    sqlite3_finalize(update);
    s->nused = 0;
    return rc;
}

static int prune(store *s)
{
    return execute(
        s, arena_printf(s->a,
                        "DELETE FROM result WHERE used < %lld;"
                        "DELETE FROM result WHERE id IN (SELECT id FROM (SELECT id, SUM(LENGTH(data)) OVER "
                        "(ORDER BY used DESC, id DESC) AS total FROM result) WHERE total > %lld);"
                        "DELETE FROM run WHERE id <= (SELECT MAX(id) FROM run) - %d",
                        (long long)today() - MOST_DAYS, (long long)MOST_MEGABYTES << 20, MOST_RUNS));
}

/* Looking for what is old takes longer than a run in which nothing was new. */
static int write_all(store *s, const store_run *run, const store_result *results, int n)
{
    int rc = execute(s, "BEGIN IMMEDIATE");

    if (rc != SQLITE_OK)
        return rc;
    rc = write_results(s, results, n);
    if (rc == SQLITE_OK)
        rc = note_use(s);
    if (rc == SQLITE_OK)
        rc = write_run(s, run);
    if (rc == SQLITE_OK && n)
        rc = prune(s);
    if (rc == SQLITE_OK)
        rc = execute(s, "COMMIT");
    if (rc != SQLITE_OK)
        execute(s, "ROLLBACK");
    return rc;
}

/* A store that cannot be written is no surprise each time that nothing is new. */
void store_keep(store *s, const store_run *run, const store_result *results, int n)
{
    int rc;

    if (!s->db || (s->is_read_only && n == 0))
        return;
    rc = s->is_read_only ? SQLITE_READONLY : write_all(s, run, results, n);
    if (rc == SQLITE_OK && n)
        sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (rc != SQLITE_OK)
        give_up(s, rc, "the results of this run are not kept");
}

/* ---- what there is */

int store_count(store *s, store_totals *out)
{
    const struct {
        const char *sql;
        long *to;
    } all[] = {
        {"SELECT COUNT(*) FROM run", &out->runs},
        {"SELECT COUNT(*) FROM result", &out->results},
        {"SELECT COUNT(*) FROM finding", &out->findings},
        {"SELECT COUNT(*) FROM summary", &out->summaries},
    };
    struct stat info;
    int64_t n;

    *out = (store_totals){0};
    if (!s->db)
        return -1;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int rc = number(s, all[i].sql, &n);
        if (rc != SQLITE_OK) {
            give_up(s, rc, "it cannot be counted");
            return -1;
        }
        *all[i].to = (long)n;
    }
    out->bytes = stat(s->file, &info) == 0 ? (long)info.st_size : 0;
    return 0;
}
