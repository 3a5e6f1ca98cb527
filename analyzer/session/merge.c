/* From the results of all files to the result of the run.
 *
 * A function in a header is analysed once for every file that includes it; its findings are kept
 * once, from the first file. Sorting pointers makes the order of equals that of the files.
 */
#include "session_int.h"

#include "rules.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN_MISSING = 20 };

/* ---- files that could not be analysed */

static void ask_file_rules(arena *a, const run_context *run, file_result *result)
{
    place at = {.file = result->unit.file, .line = 1, .column = 1};
    rule_moment m = {.kind = MOMENT_FILE, .arg = -1, .text = result->failure};
    file_findings found = {0};

    file_rules_ask(a, run->shown, at, &m, &found);
    for (int i = 0; i < found.n; i++)
        finding_fingerprint(&found.list[i], NULL, NULL);
    result->findings = found.list;
    result->nfindings = found.n;
}

static void complete_failed(arena *a, const run_context *run, file_result *result)
{
    strings messages = {0};

    if (!result->failure)
        return;
    strings_add(a, &messages, result->failure);
    for (int i = 0; i < result->unit.nmessages; i++)
        strings_add(a, &messages, result->unit.messages[i]);
    result->unit.messages = messages.items;
    result->unit.nmessages = messages.n;
    result->unit.status = UNIT_FAILED;
    ask_file_rules(a, run, result);
}

/* ---- findings of all files */

static int compare_pointers(const void *left, const void *right)
{
    const finding *const *a = left, *const *b = right;
    int order = finding_compare(*a, *b);

    return order ? order : (*a > *b) - (*a < *b);
}

static bool is_same(const finding *a, const finding *b)
{
    return a->at.line == b->at.line && a->at.column == b->at.column &&
           strcmp(a->rule, b->rule) == 0 && strcmp(a->at.file, b->at.file) == 0 &&
           strcmp(a->function, b->function) == 0 && strcmp(a->object, b->object) == 0;
}

static int compare_findings(const void *a, const void *b)
{
    return finding_compare(a, b);
}

static int equals_before(const finding *list, int i)
{
    int n = 0;

    for (int k = i - 1; k >= 0 && strcmp(list[k].at.file, list[i].at.file) == 0; k--)
        n += strcmp(list[k].fingerprint, list[i].fingerprint) == 0;
    return n;
}

/* In the order of lines; from the end, so that those before still have what they are compared by. */
static void number_equals(session_result *out)
{
    for (int i = out->nfindings - 1; i > 0; i--)
        finding_number(&out->findings[i], equals_before(out->findings, i));
    if (out->nfindings)
        qsort(out->findings, (size_t)out->nfindings, sizeof *out->findings, compare_findings);
}

static void merge_findings(arena *a, finding *all, int n, session_result *out)
{
    const finding **sorted = arena_alloc(a, (size_t)n * sizeof *sorted + 1);

    for (int i = 0; i < n; i++)
        sorted[i] = &all[i];
    if (n)
        qsort(sorted, (size_t)n, sizeof *sorted, compare_pointers);
    out->findings = arena_alloc(a, (size_t)n * sizeof *out->findings + 1);
    for (int i = 0; i < n; i++)
        if (i == 0 || !is_same(sorted[i], sorted[i - 1]))
            out->findings[out->nfindings++] = *sorted[i];
    number_equals(out);
}

static finding *collect(arena *a, const file_result *results, int n, int *total)
{
    finding *all;

    for (int i = 0; i < n; i++)
        *total += results[i].nfindings;
    all = arena_alloc(a, (size_t)*total * sizeof *all + 1);
    *total = 0;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < results[i].nfindings; k++)
            all[(*total)++] = results[i].findings[k];
    return all;
}

/* ---- units and totals */

static void merge_units(arena *a, const file_result *results, int n, session_result *out)
{
    out->units = arena_alloc(a, (size_t)n * sizeof *out->units + 1);
    for (int i = 0; i < n; i++) {
        const file_result *r = &results[i];

        out->units[out->nunits++] = r->unit;
        out->functions += r->unit.functions;
        out->failed_files += r->unit.status == UNIT_FAILED;
        if (r->peak_kb > out->peak_worker_kb)
            out->peak_worker_kb = r->peak_kb;
    }
    out->files = n;
}

static void merge_dumps(arena *a, const file_result *results, int n, session_result *out)
{
    buf text = {0};

    for (int i = 0; i < n; i++)
        if (results[i].dump)
            buf_add(&text, results[i].dump);
    out->dump_text = arena_strndup(a, text.len ? text.data : "", text.len);
    buf_free(&text);
}

void merge_results(arena *a, const run_context *run, const sources *list, file_result *results,
                   session_result *out)
{
    int total = 0;
    finding *all;

    for (int i = 0; i < list->n; i++)
        complete_failed(a, run, &results[i]);
    all = collect(a, results, list->n, &total);
    merge_findings(a, all, total, out);
    merge_units(a, results, list->n, out);
    if (list->n == 1) {
        out->headers = results[0].headers;
        out->nheaders = results[0].nheaders;
    }
    if (run->options->dump)
        merge_dumps(a, results, list->n, out);
}

/* ---- missing headers, each once */

static bool misses(const file_result *r, const char *header)
{
    for (int i = 0; i < r->nmissing; i++)
        if (strcmp(r->missing[i], header) == 0)
            return true;
    return false;
}

static const char *needed_by(arena *a, const sources *list, const file_result *results,
                             const char *header)
{
    const char *first = NULL;
    int more = -1;

    for (int i = 0; i < list->n; i++)
        if (misses(&results[i], header)) {
            first = first ? first : list->items[i].shown;
            more++;
        }
    return more > 0 ? arena_printf(a, "%s and %d more", first, more) : first;
}

static const char *what_to_do(const char *header)
{
    if (strcmp(header, "Python.h") == 0)
        return "install python3-dev (Debian) or python3-devel (Fedora), or name a Python with "
               "--python PATH";
    return "install its package or pass -- -I DIR";
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void merge_missing_headers(arena *a, const sources *list, const file_result *results,
                           strings *notices)
{
    strings headers = {0};

    for (int i = 0; i < list->n; i++)
        for (int k = 0; k < results[i].nmissing; k++)
            if (!strings_has(&headers, results[i].missing[k]))
                strings_add(a, &headers, results[i].missing[k]);
    if (headers.n)
        qsort(headers.items, (size_t)headers.n, sizeof *headers.items, compare_words);
    for (int i = 0; i < headers.n && i < SHOWN_MISSING; i++)
        strings_add(a, notices,
                    arena_printf(a, "warning: '%s' not found (needed by %s): %s", headers.items[i],
                                 needed_by(a, list, results, headers.items[i]),
                                 what_to_do(headers.items[i])));
    if (headers.n > SHOWN_MISSING)
        strings_add(a, notices, arena_printf(a, "warning: %d more headers were not found",
                                             headers.n - SHOWN_MISSING));
}

/* ---- several runs */

static int compare_units(const void *a, const void *b)
{
    return strcmp(((const unit_result *)a)->file, ((const unit_result *)b)->file);
}

static void combine_units(arena *a, const session_result *parts, int n, session_result *out)
{
    int cap = 0, total = 0;

    for (int i = 0; i < n; i++)
        for (int k = 0; k < parts[i].nunits; k++)
            ARENA_PUSH(a, out->units, total, cap, parts[i].units[k]);
    if (total)
        qsort(out->units, (size_t)total, sizeof *out->units, compare_units);
    for (int i = 0; i < total; i++) {
        if (out->nunits && compare_units(&out->units[i], &out->units[out->nunits - 1]) == 0)
            continue;
        out->units[out->nunits++] = out->units[i];
        out->functions += out->units[i].functions;
        out->failed_files += out->units[i].status == UNIT_FAILED;
    }
    out->files = out->nunits;
}

static void combine_findings(arena *a, const session_result *parts, int n, session_result *out)
{
    finding *all = NULL;
    int total = 0, cap = 0;

    for (int i = 0; i < n; i++)
        for (int k = 0; k < parts[i].nfindings; k++)
            ARENA_PUSH(a, all, total, cap, parts[i].findings[k]);
    merge_findings(a, all, total, out);
}

static void combine_texts(arena *a, const session_result *parts, int n, session_result *out)
{
    strings notices = {0}, errors = {0};

    for (int i = 0; i < n; i++) {
        for (int k = 0; k < parts[i].nnotices; k++)
            if (!strings_has(&notices, parts[i].notices[k]))
                strings_add(a, &notices, parts[i].notices[k]);
        for (int k = 0; k < parts[i].nerrors; k++)
            strings_add(a, &errors, parts[i].errors[k]);
    }
    out->notices = strings_end(a, &notices);
    out->nnotices = notices.n;
    out->errors = strings_end(a, &errors);
    out->nerrors = errors.n;
}

void session_merge(arena *a, const session_result *parts, int n, session_result *out)
{
    int texts_cap = 0, fixed_cap = 0;

    *out = (session_result){0};
    combine_units(a, parts, n, out);
    combine_findings(a, parts, n, out);
    combine_texts(a, parts, n, out);
    for (int i = 0; i < n; i++) {
        const session_result *p = &parts[i];

        out->reused += p->reused;
        if (p->peak_worker_kb > out->peak_worker_kb)
            out->peak_worker_kb = p->peak_worker_kb;
        if (p->dump_text)
            out->dump_text = arena_printf(a, "%s%s", out->dump_text ? out->dump_text : "", p->dump_text);
        for (int k = 0; k < p->ntexts; k++)
            ARENA_PUSH(a, out->texts, out->ntexts, texts_cap, p->texts[k]);
        for (int k = 0; k < p->nfixed; k++)
            ARENA_PUSH(a, out->fixed, out->nfixed, fixed_cap, p->fixed[k]);
        out->is_compared |= p->is_compared;
    }
}
