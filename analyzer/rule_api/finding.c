/* Findings: their order, their words and their identity.
 *
 * The order is total: two findings that compare equal are the same finding. The fingerprint must
 * survive edits elsewhere and a move to another file, so no line, no file and no message goes into it.
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

/* The terminating NUL is hashed too, so that "ab","c" and "a","bc" differ. */
static uint64_t mix(uint64_t seed, const char *s)
{
    s = s ? s : "";
    return hash_bytes(seed, s, strlen(s) + 1);
}

/* Blanks in an expression do not count. */
static uint64_t mix_without_blanks(uint64_t seed, const char *s)
{
    buf bare = {0};

    buf_add(&bare, "");
    for (; s && *s; s++)
        if (!strchr(" \t\r\n", *s))
            buf_addn(&bare, s, 1);
    seed = mix(seed, bare.data);
    buf_free(&bare);
    return seed;
}

static void print_fingerprint(finding *f, uint64_t high, uint64_t low)
{
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

static uint64_t identity(const finding *f, const char *origin, const char *end, uint64_t seed)
{
    seed = mix(seed, f->rule);
    seed = mix(seed, f->function);
    seed = mix_without_blanks(seed, f->object);
    seed = mix(seed, origin);
    return mix(seed, end);
}

void finding_fingerprint(finding *f, const char *origin, const char *end)
{
    print_fingerprint(f, identity(f, origin, end, 1), identity(f, origin, end, 2));
}

void finding_number(finding *f, int n)
{
    char number[16];
    uint64_t high, low;

    if (n == 0)
        return;
    snprintf(number, sizeof number, "%d", n);
    high = mix(mix(1, f->fingerprint), number);
    low = mix(mix(2, f->fingerprint), number);
    print_fingerprint(f, high, low);
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
