/* GitLab's code quality report: an array of violations.
 *
 * Entries with equal fingerprints become one there. A fingerprint of ours knows no folder, so it can occur
 * twice; the second gets a number, in the order of places.
 */
#include "json_int.h"

#include <stdlib.h>
#include <string.h>

static const char *severity_of(const finding *f)
{
    static const char *const words[] = {"info", "minor", "major"};

    return words[f->severity];
}

static int by_fingerprint(const void *left, const void *right)
{
    const shown_finding *const *a = left, *const *b = right;
    int order = strcmp((*a)->f->fingerprint, (*b)->f->fingerprint);

    return order ? order : (*a)->index - (*b)->index;
}

/* ordinals[i]: how many before the i-th have the same fingerprint. */
static int *count_equal(arena *a, const shown_finding *shown, int n)
{
    const shown_finding **sorted = arena_alloc(a, ((size_t)n + 1) * sizeof *sorted);
    int *ordinals = arena_alloc(a, ((size_t)n + 1) * sizeof *ordinals);

    for (int i = 0; i < n; i++)
        sorted[i] = &shown[i];
    qsort(sorted, (size_t)n, sizeof *sorted, by_fingerprint);
    for (int i = 1; i < n; i++)
        if (strcmp(sorted[i]->f->fingerprint, sorted[i - 1]->f->fingerprint) == 0)
            ordinals[sorted[i] - shown] = ordinals[sorted[i - 1] - shown] + 1;
    return ordinals;
}

static json_t *location_json(const place *at)
{
    json_t *location = json_object(), *lines = json_object();

    put(lines, "begin", json_integer(at->line));
    put(location, "path", json_text(at->file));
    put(location, "lines", lines);
    return location;
}

static json_t *entry_json(const shown_finding *s, int ordinal)
{
    json_t *o = json_object();
    buf text = {0};

    message_add(&text, s);
    buf_printf(&text, " [%s]", s->f->rule);
    put(o, "description", json_text(text.data));
    put(o, "check_name", json_text(s->f->rule));
    text.len = 0;
    buf_add(&text, s->f->fingerprint);
    if (ordinal)
        buf_printf(&text, "-%d", ordinal + 1);
    put(o, "fingerprint", json_text(text.data));
    put(o, "severity", json_text(severity_of(s->f)));
    put(o, "location", location_json(&s->at));
    buf_free(&text);
    return o;
}

int report_gitlab(const report_input *in, buf *out, status *st)
{
    arena *a = arena_create();
    int n;
    const shown_finding *shown = shown_findings(a, in, &n);
    const int *ordinals = count_equal(a, shown, n);
    json_t *list = json_array();

    for (int i = 0; i < n; i++)
        json_array_append_new(list, entry_json(&shown[i], ordinals[i]));
    arena_destroy(a);
    return write_json(list, out, st);
}
