/* --select and --ignore: codes, names and prefixes of codes, separated by commas. */
#include "session_int.h"

#include "rules.h"

#include <string.h>
#include <strings.h>

static bool is_code_prefix(const char *word)
{
    return strncasecmp(word, "RW", 2) == 0 && word[2 + strspn(word + 2, "0123456789")] == '\0';
}

static bool word_names(const char *word, const rule *r)
{
    if (strcmp(word, "all") == 0 || strcasecmp(word, r->name) == 0)
        return true;
    return is_code_prefix(word) && strncasecmp(word, r->code, strlen(word)) == 0;
}

static bool word_is_known(const char *word)
{
    for (const rule *r = rules_all; r->code; r++)
        if (word_names(word, r))
            return true;
    return false;
}

static int refuse(arena *a, const char *option, const char *word, status *st)
{
    strings known = {0};
    const char *near;

    for (const rule *r = rules_all; r->code; r++) {
        strings_add(a, &known, r->code);
        strings_add(a, &known, r->name);
    }
    near = session_suggest(word, strings_end(a, &known));
    return fail(st, ERR_USAGE, "%s: there is no rule '%s'%s%s%s (see: refwarden rules)", option,
                word, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int split(arena *a, const char *option, const char *list, strings *words, status *st)
{
    while (list && *list) {
        size_t n = strcspn(list, ", ");
        char *word = arena_strndup(a, list, n);

        if (n && !word_is_known(word))
            return refuse(a, option, word, st);
        if (n)
            strings_add(a, words, word);
        list += n + (list[n] != '\0');
    }
    return 0;
}

static bool any_names(const strings *words, const rule *r)
{
    for (int i = 0; i < words->n; i++)
        if (word_names(words->items[i], r))
            return true;
    return false;
}

int select_rules(arena *a, const char *select, const char *ignore, const rule **out, status *st)
{
    strings wanted = {0}, unwanted = {0};
    rule *on = NULL;
    int n = 0, cap = 0;

    if (split(a, "--select", select, &wanted, st) != 0 ||
        split(a, "--ignore", ignore, &unwanted, st) != 0)
        return -1;
    for (const rule *r = rules_all; r->code; r++)
        if ((select ? any_names(&wanted, r) : r->on_by_default) && !any_names(&unwanted, r)) {
            ARENA_PUSH(a, on, n, cap, *r);
            on[n - 1].on_by_default = true; /* the engine asks no others */
        }
    ARENA_PUSH(a, on, n, cap, (rule){0});
    *out = on;
    return 0;
}

bool is_rule_on(const rule *rules, const char *code)
{
    for (; rules->code; rules++)
        if (strcmp(rules->code, code) == 0)
            return true;
    return false;
}

const rule *select_all_and(arena *a, const rule *more)
{
    rule *on = NULL;
    int n = 0, cap = 0;

    for (const rule *r = rules_all; r->code; r++)
        if (r->on_by_default || is_rule_on(more, r->code)) {
            ARENA_PUSH(a, on, n, cap, *r);
            on[n - 1].on_by_default = true;
        }
    ARENA_PUSH(a, on, n, cap, (rule){0});
    return on;
}

int session_check_rules(arena *a, const char *select, const char *ignore, status *st)
{
    const rule *on;

    return select_rules(a, select, ignore, &on, st);
}
