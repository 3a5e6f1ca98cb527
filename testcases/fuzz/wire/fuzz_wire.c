/* What a worker answers, and what it is told: any bytes. What was read is written and read to the same
 * bytes, and everything that the parent does with an answer is done: linking files, merging, reports.
 * A worker may have been talked into nonsense by the file it read.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include "report.h"
#include "rules.h"
#include "session_int.h"

enum { MOST_FILES = 3, MOST_ROUNDS = 8 };

const char *const *fuzz_words(void)
{
    static const char *const none[] = {NULL}; /* bytes, not words */

    return none;
}

/* Where one answer ends and the next one begins. */
static size_t next_answer(const char *data, size_t size)
{
    const char *at = size > 4 ? memmem(data + 4, size - 4, "RWW1", 4) : NULL;

    return at ? (size_t)(at - data) : size;
}

static void reread(arena *a, const file_result *r)
{
    buf first = {0}, second = {0};
    file_result again = {0};

    wire_write(r, &first);
    MUST(wire_read(a, first.data, first.len, &again) == 0);
    wire_write(&again, &second);
    MUST(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    buf_free(&first);
    buf_free(&second);
}

static void link_files(arena *a, const sources *list, file_result *results, strings *notices)
{
    linker *l = link_create(a, list);
    known_import *known;

    for (int i = 0; i < list->n; i++)
        link_note(l, i, &results[i]);
    link_names(l);
    for (int f, rounds = 0; rounds < MOST_ROUNDS && (f = link_next(l, 0)) >= 0; rounds++) {
        int n = link_known(l, f, rounds & 1, a, &known);
        for (int i = 0; i < n; i++)
            MUST(known[i].name);
        link_note(l, f, &results[(f + rounds) % list->n]);
    }
    link_say(l, results, notices);
}

static void report(const session_result *r)
{
    static const char *const formats[] = {"text", "json", "sarif", "github", "junit", NULL};
    report_input in = {.tool_version = "1", .findings = r->findings, .nfindings = r->nfindings,
                       .units = r->units, .nunits = r->nunits, .files = r->files, .rules = rules_all,
                       .explain = rule_explain};

    for (int i = 0; formats[i]; i++) {
        buf text = {0};
        MUST(report_write(formats[i], &in, &text, NULL) == 0);
        for (size_t k = 0; i == 0 && k < text.len; k++)
            MUST((unsigned char)text.data[k] >= ' ' || text.data[k] == '\n');
        buf_free(&text);
    }
}

static void play(arena *a, const uint8_t *data, size_t size)
{
    static const source files[MOST_FILES] = {{.path = "a.c", .shown = "a.c", .absolute = "/a.c"},
                                             {.path = "b.c", .shown = "b.c", .absolute = "/b.c"},
                                             {.path = "c.c", .shown = "c.c", .absolute = "/c.c"}};
    sources list = {.items = (source *)files};
    file_result results[MOST_FILES] = {0};
    session_options options = {.dump = "ir"};
    run_context run = {.options = &options, .rules = rules_all, .shown = rules_all};
    session_result all = {0};
    strings notices = {0};

    for (size_t n; size && list.n < MOST_FILES; data += n, size -= n) {
        n = next_answer((const char *)data, size);
        if (wire_read(a, (const char *)data, n, &results[list.n]) != 0)
            return;
        reread(a, &results[list.n++]);
    }
    if (list.n == 0)
        return;
    link_files(a, &list, results, &notices);
    merge_results(a, &run, &list, results, &all);
    merge_missing_headers(a, &list, results, &notices);
    report(&all);
}

static void play_known(arena *a, const uint8_t *data, size_t size)
{
    const known_import *list, *again;
    buf first = {0}, second = {0};
    int n, m;

    if (wire_read_known(a, (const char *)data, size, &list, &n) != 0)
        return;
    wire_write_known(list, n, &first);
    MUST(wire_read_known(a, first.data, first.len, &again, &m) == 0 && m == n);
    wire_write_known(again, m, &second);
    MUST(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    buf_free(&first);
    buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();

    play(a, data, size);
    play_known(a, data, size);
    arena_destroy(a);
    return 0;
}
