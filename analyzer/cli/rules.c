/* refwarden explain and refwarden rules. */
#include "cli_int.h"

#include "rules.h"

#include <ctype.h>
#include <string.h>

static int unknown_rule(arena *a, const char *word)
{
    text_list known = {0};

    for (const rule *r = rules_all; r->code; r++) {
        ARENA_PUSH(a, known.items, known.n, known.cap, r->code);
        ARENA_PUSH(a, known.items, known.n, known.cap, r->name);
    }
    ARENA_PUSH(a, known.items, known.n, known.cap, NULL);
    return complain("explain: there is no rule '%s'%s", word, hint(a, word, known.items));
}

/* RW101 and rw101 are the same code. */
static const rule *find_rule(arena *a, const char *word)
{
    const rule *r = rule_find(word);
    char *upper = arena_strdup(a, word);

    for (char *c = upper; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return r ? r : rule_find(upper);
}

static void explain(const rule *r, buf *out)
{
    const char *page = rule_explain(r->code);

    if (page)
        buf_add(out, page);
    else
        buf_printf(out, "# %s %s\n\n%s\n", r->code, r->name, r->summary);
}

int run_explain(arena *a, const cli_options *o)
{
    buf text = {0};
    int rc = STATUS_CLEAN;

    if (o->words.n == 0)
        return complain("explain: which rule? See: refwarden rules");
    for (int i = 0; i < o->words.n && rc == STATUS_CLEAN; i++) {
        const rule *r = find_rule(a, o->words.items[i]);

        if (r)
            explain(r, &text);
        else
            rc = unknown_rule(a, o->words.items[i]);
    }
    if (rc == STATUS_CLEAN)
        rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}

int run_rules(arena *a, const cli_options *o)
{
    buf text = {0};
    status st = {0};
    int rc;

    (void)a;
    if (o->words.n)
        return complain("rules takes no arguments; try: refwarden explain %s", o->words.items[0]);
    if (report_rules(only_format(o), rules_all, &text, &st) != 0)
        return complain_status(&st);
    rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}
