/* What is known of a file from an earlier run, and whether it still holds.
 *
 * A result is kept under a hash of all that is known before the file is parsed: the program and libclang,
 * the options, rules and contracts that change results, the environment that libclang reads, the file's
 * names, its flags and its text. It holds when every file that was read holds the same text now, when
 * headers would be looked for and found in the same places (lookup.c), and when those that were missing
 * are still missing, or found in the same folder. What a file was told of the functions in other files is no part
 * of that: it answers with what it did alone, and pool.c goes on with it as long as it is told the same.
 *
 * What comes from libclang is a hash of what it read, so a file that changes in the middle of a run is not mixed up
 * with what it held before; all is compared with the disk once more before it is kept. Times are looked
 * at for one thing only: whether a header may have come after the file was parsed.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include "rules.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FORMAT = 1 }; /* of what is kept */

struct cache {
    arena *a;
    store *store;
    disk *disk, *later; /* what was there before files were parsed, and after */
    hash128 run;        /* of what all results depend on */
    const char *tool;
    int64_t started;
    const sources *list;
    const run_context *context;
    bool is_off;        /* for files: too much is unknown */
    store_result *kept;
    int nkept, kept_cap;
};

/* ---- place */

const char *session_cache_folder(arena *a)
{
    const char *caches = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

    if (caches && *caches == '/')
        return arena_printf(a, "%s/refwarden", caches);
    return home && *home == '/' ? arena_printf(a, "%s/.cache/refwarden", home) : NULL;
}

cache *cache_open(arena *a, const session_options *o)
{
    cache *c;

    if (!o->cache_dir || o->dump || o->fixes || o->ntexts || o->stands_in)
        return NULL;
    c = arena_alloc(a, sizeof *c);
    c->a = a;
    c->started = (int64_t)time(NULL);
    c->disk = disk_create(a);
    c->store = store_open(o->cache_dir);
    return c;
}

/* ---- keys */

static void add_word(buf *out, const char *word)
{
    uint32_t n = word ? (uint32_t)strlen(word) : UINT32_MAX;

    buf_addn(out, (const char *)&n, sizeof n);
    if (word)
        buf_add(out, word);
}

static void add_number(buf *out, long n)
{
    buf_addn(out, (const char *)&n, sizeof n);
}

static void add_hash(buf *out, hash128 h)
{
    buf_addn(out, (const char *)&h, sizeof h);
}

static hash128 take_hash(buf *b)
{
    hash128 h = hash_content(b->data, b->len);

    buf_free(b);
    return h;
}

/* Flags that make libclang read files of which nobody tells us, or none at all. */
static bool reads_more(const char *flag)
{
    static const char *const starts[] = {"-include-pch", "-fmodule", "-fpch", "-fplugin", "-ivfsoverlay", "-vfsoverlay",
                                         "--config", "@", "-X", "-Wp,", "-load", "-fprofile", "-fsanitize", "-iwith",
                                         "-iprefix", "-F", "-iframework", "--gcc", "-B", "-target", "--target",
                                         "-isystem-after", "-cxx", "-internal", "-stdlib", NULL};

    for (int i = 0; starts[i]; i++)
        if (strncmp(flag, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

static void add_environment(buf *out)
{
    static const char *const names[] = {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "CCC_OVERRIDE_OPTIONS",
                                        "COMPILER_PATH", "GCC_EXEC_PREFIX", "SOURCE_DATE_EPOCH", "LANG", "LC_ALL",
                                        "LC_MESSAGES", "LC_CTYPE", NULL};

    for (int i = 0; names[i]; i++)
        add_word(out, getenv(names[i]));
}

static void add_options(buf *out, const session_options *o)
{
    add_number(out, o->target_minor);
    add_number(out, limit_seconds(o));
    add_number(out, limit_megabytes(o));
    add_word(out, o->resource_dir);
    add_number(out, o->require_reason);
}

static void add_contracts(buf *out, disk *d, const session_options *o)
{
    add_number(out, o->ncontract_files);
    for (int i = 0; i < o->ncontract_files; i++)
        add_hash(out, disk_content(d, o->contract_files[i]));
}

static hash128 key_of_run(cache *c, const run_context *run)
{
    char *here = getcwd(NULL, 0);
    buf all = {0};

    add_number(&all, FORMAT);
    add_word(&all, c->tool);
    add_word(&all, frontend_resource_dir(c->a, run->options->resource_dir));
    add_word(&all, here);
    free(here);
    add_environment(&all);
    add_options(&all, run->options);
    add_contracts(&all, c->disk, run->options);
    add_number(&all, run->is_alone);
    for (const rule *r = run->rules; r->code; r++)
        add_word(&all, r->code);
    return take_hash(&all);
}

static hash128 key_of_file(cache *c, int file)
{
    const source *s = &c->list->items[file];
    const source_flags *flags = &c->context->plan->files[file].flags;
    buf all = {0};

    add_hash(&all, c->run);
    add_word(&all, s->path);
    add_word(&all, s->shown);
    add_word(&all, s->absolute);
    add_hash(&all, disk_content(c->disk, s->path));
    add_word(&all, flags->directory);
    add_number(&all, flags->minor);
    add_number(&all, flags->flags.n);
    for (int i = 0; i < flags->flags.n; i++)
        add_word(&all, flags->flags.items[i]);
    return take_hash(&all);
}

/* A program is its text and the text of libclang; the first is read whole, the second is too large for that. */
static void describe_tool(cache *c)
{
    hash128 program = disk_content(c->disk, "/proc/self/exe");

    c->is_off |= hash_equal(program, (hash128){0});
    c->tool = arena_printf(c->a, "%016llx%016llx %s", (unsigned long long)program.high,
                           (unsigned long long)program.low, frontend_identity(c->a));
}

void cache_describe_run(cache *c, const run_context *run, const sources *list)
{
    c->list = list;
    c->context = run;
    for (int i = 0; i < run->options->nflags; i++)
        c->is_off |= reads_more(run->options->flags[i]);
    describe_tool(c);
    c->run = key_of_run(c, run);
}

/* What comes from an editor or a pipe is not on disk. */
static bool is_of_interest(const cache *c, int file)
{
    return !c->is_off && !c->list->items[file].text;
}

/* ---- finding */

static bool files_are_the_same(disk *d, const file_result *r)
{
    for (int i = 0; i < r->nfiles; i++)
        if (!hash_equal(disk_content(d, r->files[i].path), r->files[i].content))
            return false;
    return true;
}

static bool are_same_texts(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool headers_are_where_they_were(cache *c, const source *s, const file_result *r)
{
    for (int i = 0; i < r->nlocated; i++)
        if (!are_same_texts(headers_find(c->disk, s, r->located[i].name, c->context->python), r->located[i].folder))
            return false;
    return true;
}

static bool holds(cache *c, int file, const kept_result *k, const lookups *l)
{
    arena *scratch = arena_create();
    bool is_same = files_are_the_same(c->disk, &k->last) && lookups_hold(scratch, c->disk, l) &&
                   headers_are_where_they_were(c, &c->list->items[file], &k->last);

    arena_destroy(scratch);
    return is_same;
}

const kept_result *cache_find(cache *c, int file)
{
    kept_result *k;
    lookups l = {0};
    const char *data;
    size_t len = 0;

    if (!is_of_interest(c, file))
        return NULL;
    data = store_find(c->store, c->a, key_of_file(c, file), &len);
    if (!data)
        return NULL;
    k = arena_alloc(c->a, sizeof *k);
    if (wire_read_kept(c->a, data, len, k, &l) != 0 || !holds(c, file, k, &l))
        return NULL;
    k->last.unit.seconds = 0;
    k->last.peak_kb = 0;
    return k;
}

const char *cache_find_text(cache *c, arena *a, hash128 key)
{
    size_t len;

    return store_find(c->store, a, key, &len);
}

/* ---- keeping */

static void add_kept(cache *c, const store_result *r)
{
    ARENA_PUSH(c->a, c->kept, c->nkept, c->kept_cap, *r);
}

void cache_keep_text(cache *c, hash128 key, const char *about, const char *text)
{
    add_kept(c, &(store_result){.key = key, .path = about, .data = text, .len = strlen(text)});
}

static const store_summary *summaries_of(arena *a, const file_result *r, int *n)
{
    store_summary *list = arena_alloc(a, sizeof *list * (size_t)r->nexports + 1);

    *n = 0;
    for (int i = 0; i < r->nexports; i++)
        if (r->exports[i].summary)
            list[(*n)++] = (store_summary){r->exports[i].name, r->exports[i].summary};
    return list;
}

static void keep_result(cache *c, int file, const kept_result *k, const lookups *l)
{
    store_result r = {.key = key_of_file(c, file), .path = c->list->items[file].absolute,
                      .findings = k->last.findings, .nfindings = k->last.nfindings};
    buf data = {0};

    wire_write_kept(k, l, &data);
    r.data = arena_strndup(c->a, data.data, data.len);
    r.len = data.len;
    r.summaries = summaries_of(c->a, &k->last, &r.nsummaries);
    buf_free(&data);
    add_kept(c, &r);
}

/* Of what it did alone only its links are of use. */
static file_result links_of(const file_result *r)
{
    return (file_result){.is_waiting = r->is_waiting, .imports = r->imports, .nimports = r->nimports,
                         .exports = r->exports, .nexports = r->nexports, .unit.file = r->unit.file};
}

static bool main_file_is_the_same(cache *c, int file)
{
    const char *path = c->list->items[file].path;

    return hash_equal(disk_content(c->disk, path), disk_content(c->later, path));
}

void cache_keep(cache *c, int file, const kept_result *r)
{
    kept_result k = *r;
    arena *scratch = arena_create();
    lookups l = {0};

    k.first = links_of(&r->first);
    if (!c->later)
        c->later = disk_look_again(c->a, c->disk);
    if (is_of_interest(c, file) && main_file_is_the_same(c, file) && files_are_the_same(c->later, &k.last) &&
        lookups_record(scratch, c->later, &c->context->plan->files[file].flags, &k.last, &l))
        keep_result(c, file, &k, &l);
    arena_destroy(scratch);
}

/* ---- the end */

void cache_close(cache *c, const session_result *out, strings *notices)
{
    if (!c)
        return;
    if (!out) {
        store_close(c->store);
        return;
    }
    store_keep(c->store, &(store_run){c->tool, c->started, out->files, out->reused, out->nfindings}, c->kept, c->nkept);
    if (store_trouble(c->store))
        strings_add(c->a, notices, arena_printf(c->a, "warning: %s", store_trouble(c->store)));
    store_close(c->store);
}

/* ---- from outside of a run */

int session_cache_count(const char *folder, session_cache_totals *out, status *st)
{
    store *s = store_open(folder);
    store_totals t;
    int rc = store_count(s, &t);

    *out = (session_cache_totals){t.runs, t.results, t.findings, t.summaries, t.bytes};
    if (store_trouble(s))
        fail(st, ERR_IO, "%s", store_trouble(s));
    store_close(s);
    return rc;
}

int session_cache_clear(const char *folder, status *st)
{
    return store_clear(folder, st);
}
