/* The table of rules, and the pages that explain them (rules/explain, embedded by the build). */
#include "rules_int.h"

#include "embedded.h"

#include <string.h>

#define AT(kind) MOMENT_BIT(MOMENT_##kind)
#define RULE(code, name, sev, on, moments, function, summary) \
    { code, name, sev, on, summary, moments, function },
const rule rules_all[] = {
#include "rules.def"
    { 0 },
};
#undef RULE
#undef AT

const rule *rule_find(const char *code_or_name)
{
    for (const rule *r = rules_all; r->code != NULL; r++)
        if (strcmp(r->code, code_or_name) == 0 || strcmp(r->name, code_or_name) == 0)
            return r;
    return NULL;
}

static bool is_page_of(const char *file, const char *code)
{
    size_t n = strlen(code);

    return strncmp(file, code, n) == 0 && strcmp(file + n, ".md") == 0;
}

const char *rule_explain(const char *code)
{
    const rule *r = rule_find(code);

    if (r == NULL)
        return NULL;
    for (const embedded_file *f = embedded_explain; f->name != NULL; f++)
        if (is_page_of(f->name, r->code))
            return f->text;
    return NULL;
}
