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
static int find_python(arena *a, const session_options *o, python_headers *python,
                       strings *notices, status *st)
{
    python_find_headers(a, o->python, python);
    if (o->python && !python->answered)
        return fail(st, ERR_USAGE, "--python %s: it cannot be asked where its headers are",
                    o->python);
    if (o->python && python->substituted)
        strings_add(a, notices,
                    arena_printf(a, "warning: %s has no Python.h; using %s", o->python,
                                 python->include.n ? python->include.items[0] : "none"));
    return 0;
}

/* Whether the build's own commands say where Python.h is, for every source: nobody need be asked. */
static bool commands_know_python(arena *a, const run_context *run, const sources *list)
{
    for (int i = 0; i < list->n; i++) {
        const compile_command *c = compdb_set_find(run->databases, &list->items[i]);
        if (!c || headers_minor_of(a, c) == 0)
            return false;
    }
    return true;
}

/* The environment and libclang's shared state are inherited by every worker. */
static int analyse_all(arena *a, run_context *run, const sources *list, file_result *results,
                       strings *notices, status *st)
{
    python_headers *python = arena_alloc(a, sizeof *python);
    run_plan plan;
    int rc;

    if (list->n == 0)
        return 0;
    bool known = !run->options->python && commands_know_python(a, run, list);
    if (!known && find_python(a, run->options, python, notices, st) != 0)
        return -1;
    run->python = python;
    setenv("LIBCLANG_NOTHREADS", "1", 1);
    frontend_warm();
    plan_run(a, run, list, &plan);
    run->plan = &plan;
    run->is_alone = list->n == 1;
    rc = pool_run(a, run, list, results, notices, st);
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
    run->type_slots = slot_type_names(a, run->contracts, &run->ntype_slots);
    return 0;
}

static void hand_over(arena *a, strings *notices, strings *errors, session_result *out)
{
    out->notices = strings_end(a, notices);
    out->nnotices = notices->n;
    out->errors = strings_end(a, errors);
    out->nerrors = errors->n;
}

int session_run(arena *a, const session_options *options, session_result *out, status *st)
{
    run_context run = {.options = options};
    sources list = {0};
    strings notices = {0}, errors = {0};
    file_result *results;

    *out = (session_result){0};
    if (prepare(a, &run, &list, &notices, &errors, st) != 0)
        return -1;
    results = arena_alloc(a, (size_t)list.n * sizeof *results + 1);
    if (analyse_all(a, &run, &list, results, &notices, st) != 0)
        return -1;
    merge_results(a, &run, &list, results, out);
    merge_missing_headers(a, &list, results, &notices);
    keep_texts(a, &list, out);
    hand_over(a, &notices, &errors, out);
    return 0;
}

const char *session_clang_version(arena *a)
{
    return frontend_clang_version(a);
}
