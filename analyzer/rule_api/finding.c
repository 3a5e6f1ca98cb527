/* Findings: their order, their words and their identity.
 *
 * The order is total: two findings that compare equal are the same finding. The fingerprint must
 * survive edits elsewhere in the file, so no line number, no folder and no message goes into it.
 */
#include "rule_api.h"

#include <string.h>

static const char *const severity_words[] = {"note", "warning", "error"};
static const char *const confidence_words[] = {"low", "medium", "high"};
static const char *const unit_status_words[] = {"ok", "partial", "failed"};

static const struct {
    unsigned bit;
    const char *text;
} tag_words[] = {
    {TAG_NEEDS_ALLOCATION_FAILURE, "needs-allocation-failure"},
    {TAG_INIT_ONLY, "init-only"},
    {TAG_TEST_CODE, "test-code"},
};

static int compare_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int compare_int(int a, int b)
{
    return (a > b) - (a < b);
}

static int compare_details(const finding *a, const finding *b)
{
    int order = compare_text(a->fingerprint, b->fingerprint);

    if (order == 0)
        order = compare_text(a->function, b->function);
    if (order == 0)
        order = compare_text(a->object, b->object);
    return order ? order : compare_text(a->message, b->message);
}

int finding_compare(const void *left, const void *right)
{
    const finding *a = left, *b = right;
    int order = compare_text(a->at.file, b->at.file);

    if (order == 0)
        order = compare_int(a->at.line, b->at.line);
    if (order == 0)
        order = compare_int(a->at.column, b->at.column);
    if (order == 0)
        order = compare_text(a->rule, b->rule);
    return order ? order : compare_details(a, b);
}

const char *severity_text(severity s)
{
    return severity_words[s];
}

const char *confidence_text(confidence c)
{
    return confidence_words[c];
}

const char *unit_status_text(unit_status s)
{
    return unit_status_words[s];
}

const char *fix_safety_text(fix_safety s)
{
    return s == FIX_SAFE ? "safe" : "unsafe";
}

const char *finding_state_text(finding_state s)
{
    static const char *const words[] = {"new", "unchanged", "fixed"};

    return words[s];
}

const char *tag_text(unsigned one_bit)
{
    for (size_t i = 0; i < sizeof tag_words / sizeof *tag_words; i++)
        if (tag_words[i].bit == one_bit)
            return tag_words[i].text;
    return NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return slash ? slash + 1 : path;
}

/* The terminating NUL is hashed too, so that "ab","c" and "a","bc" differ. */
static uint64_t mix(uint64_t seed, const char *s)
{
    s = s ? s : "";
    return hash_bytes(seed, s, strlen(s) + 1);
}

static uint64_t identity(const finding *f, const char *detail, int ordinal, uint64_t seed)
{
    uint8_t number[4];

    for (int i = 0; i < 4; i++)
        number[i] = (uint8_t)((unsigned)ordinal >> (8 * i));
    seed = mix(seed, f->rule);
    seed = mix(seed, base_name(f->at.file));
    seed = mix(seed, f->function);
    seed = mix(seed, f->object);
    seed = mix(seed, detail);
    return hash_bytes(seed, number, sizeof number);
}

void finding_fingerprint(finding *f, const char *detail, int ordinal)
{
    uint64_t high = identity(f, detail, ordinal, 1);
    uint64_t low = identity(f, detail, ordinal, 2);

    snprintf(f->fingerprint, sizeof f->fingerprint, "%016llx%016llx", (unsigned long long)high,
             (unsigned long long)low);
}

void costs_add(function_costs *list, function_cost c)
{
    int i = list->n;

    while (i > 0 && list->v[i - 1].seconds < c.seconds)
        i--;
    if (i == MOST_COSTS)
        return;
    list->n += list->n < MOST_COSTS;
    memmove(&list->v[i + 1], &list->v[i], (size_t)(list->n - 1 - i) * sizeof *list->v);
    list->v[i] = c;
}

void rule_report(rule_ctx *c, const rule_moment *m, confidence conf, const char *fix,
                 const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    c->report(c, m, conf, fix, text);
}

void rule_report_as(rule_ctx *c, const rule_moment *m, severity as, confidence conf, const char *fix,
                    const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    c->is_less = true;
    c->as = as;
    c->report(c, m, conf, fix, text);
    c->is_less = false;
}
