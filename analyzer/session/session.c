/* One run: sources, rules, contracts and headers are settled here, then the pool does the work. */
#define _GNU_SOURCE
#include "session_int.h"

#include <stdlib.h>
#include <string.h>

static int check_dump(const char *dump, status *st)
{
    static const char *const kinds[] = {"ir", "paths", "summaries", NULL};

    if (!dump || text_is_one_of(dump, kinds))
        return 0;
    return fail(st, ERR_USAGE, "--dump=%s: use ir, paths or summaries", dump);
}

static int read_contracts(arena *a, const session_options *o, const contract_table **out,
                          status *st)
{
    contract_table *table = contract_table_create(a);
    int rc = contract_table_read_builtin(table, st);

    for (int i = 0; rc == 0 && i < o->ncontract_files; i++) {
        char *text = NULL;
        size_t len;

        rc = file_read(a, o->contract_files[i], &text, &len, st);
        if (rc == 0)
            rc = contract_table_read(table, o->contract_files[i], text, st);
    }
    *out = table;
    return rc;
}

static void keep_texts(arena *a, const sources *list, session_result *out)
{
    int cap = 0;

    for (int i = 0; i < list->n; i++)
        if (list->items[i].text) {
            source_text t = {list->items[i].shown, list->items[i].text, list->items[i].text_len};
            ARENA_PUSH(a, out->texts, out->ntexts, cap, t);
        }
}

/* A Python that was asked for by name must be of use; the default one need not. */
static int find_python(arena *a, const session_options *o, cache *c, python_headers *python,
                       strings *notices, status *st)
{
    python_find_headers(a, o->python, c, python);
    if (o->python && !python->answered)
        return fail(st, ERR_USAGE, "--python %s: it cannot be asked where its headers are",
                    o->python);
    if (o->python && python->substituted)
        strings_add(a, notices,
                    arena_printf(a, "warning: %s has no Python.h; using %s", o->python,
                                 python->include.n ? python->include.items[0] : "none"));
    return 0;
}

/* Which files need not be parsed; those that have to be share headers. */
static const kept_result **find_kept(arena *a, const run_context *run, const sources *list, run_plan *plan)
{
    const kept_result **kept = arena_alloc(a, sizeof *kept * (size_t)list->n + 1);
    bool *is_parsed = arena_alloc(a, (size_t)list->n + 1);

    if (run->cache)
        cache_describe_run(run->cache, run, list);
    for (int i = 0; i < list->n; i++) {
        kept[i] = run->cache ? cache_find(run->cache, i) : NULL;
        is_parsed[i] = !kept[i];
    }
    plan_sharing(a, run, list, is_parsed, plan);
    return kept;
}

static int count_kept(const kept_result *const *kept, int n)
{
    int found = 0;

    for (int i = 0; i < n; i++)
        found += kept[i] != NULL;
    return found;
}

/* The environment and libclang's shared state are inherited by every worker. */
static int analyse_all(arena *a, run_context *run, const sources *list, file_result *results, int *reused,
                       strings *notices, status *st)
{
    python_headers *python = arena_alloc(a, sizeof *python);
    const kept_result **kept;
    run_plan plan;
    int rc;

    if (list->n == 0)
        return 0;
    bool known = !run->options->python && headers_are_in_commands(a, run->databases, list);
    if (!known && find_python(a, run->options, run->cache, python, notices, st) != 0)
        return -1;
    run->python = python;
    setenv("LIBCLANG_NOTHREADS", "1", 1);
    plan_flags(a, run, list, &plan);
    run->plan = &plan;
    run->is_alone = list->n == 1;
    kept = find_kept(a, run, list, &plan);
    rc = pool_run(a, run, list, kept, results, notices, st);
    *reused = count_kept(kept, list->n);
    plan_end(&plan);
    return rc;
}

static int prepare(arena *a, run_context *run, sources *list, strings *notices, strings *errors,
                   status *st)
{
    const session_options *o = run->options;
    compdb_set *databases = NULL;

    if (check_dump(o->dump, st) != 0 ||
        select_rules(a, o->select, o->ignore, &run->rules, st) != 0 ||
        read_contracts(a, o, &run->contracts, st) != 0 ||
        discover_sources(a, o, list, notices, errors, st) != 0 ||
        compdb_set_open(a, o, list, &databases, notices, st) != 0)
        return -1;
    run->databases = databases;
    run->shown = run->rules;
    if (o->fixes) /* what a fix breaks shows whatever was selected */
        run->rules = select_all_and(a, run->rules);
    run->type_slots = slot_type_names(a, run->contracts, &run->ntype_slots);
    return 0;
}

static const source_text *absolute_texts(arena *a, const session_options *o)
{
    source_text *texts = arena_alloc(a, (size_t)o->ntexts * sizeof *texts + 1);

    for (int i = 0; i < o->ntexts; i++) {
        texts[i] = o->texts[i];
        texts[i].path = path_absolute(a, texts[i].path);
    }
    return texts;
}

static void hand_over(arena *a, strings *notices, strings *errors, session_result *out)
{
    out->notices = strings_end(a, notices);
    out->nnotices = notices->n;
    out->errors = strings_end(a, errors);
    out->nerrors = errors->n;
}

static int check_all(arena *a, run_context *run, session_result *out, status *st)
{
    sources list = {0};
    strings notices = {0}, errors = {0};
    file_result *results;

    *out = (session_result){0};
    if (prepare(a, run, &list, &notices, &errors, st) != 0)
        return -1;
    results = arena_alloc(a, (size_t)list.n * sizeof *results + 1);
    if (analyse_all(a, run, &list, results, &out->reused, &notices, st) != 0)
        return -1;
    merge_results(a, run, &list, results, out);
    merge_missing_headers(a, &list, results, &notices);
    keep_texts(a, &list, out);
    cache_close(run->cache, out, &notices);
    hand_over(a, &notices, &errors, out);
    return 0;
}

int session_run(arena *a, const session_options *options, session_result *out, status *st)
{
    run_context run = {.options = options, .texts = absolute_texts(a, options), .cache = cache_open(a, options)};
    int rc = check_all(a, &run, out, st);

    if (rc != 0)
        cache_close(run.cache, NULL, NULL);
    return rc;
}

const char *session_clang_version(arena *a)
{
    return frontend_clang_version(a);
}
