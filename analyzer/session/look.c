/* What a run would use, for people who wonder why it says what it says. Nothing is analysed. */
#include "session_int.h"

#include <string.h>

static session_database *database_named(arena *a, session_facts *out, int *cap, const char *file)
{
    for (int i = 0; i < out->ndatabases; i++)
        if (strcmp(out->databases[i].file, file) == 0)
            return &out->databases[i];
    ARENA_PUSH(a, out->databases, out->ndatabases, *cap, ((session_database){file, 0}));
    return &out->databases[out->ndatabases - 1];
}

static void count_commands(arena *a, const compdb_set *databases, const sources *list, session_facts *out)
{
    int cap = 0;

    for (int i = 0; i < list->n; i++) {
        const compile_command *c = compdb_set_find(databases, &list->items[i]);
        if (c)
            database_named(a, out, &cap, c->database)->sources++;
    }
}

static void look_for_python(arena *a, const session_options *o, const compdb_set *databases,
                            const sources *list, session_facts *out)
{
    python_headers found = {0};

    if (!o->python && list->n && headers_are_in_commands(a, databases, list)) {
        out->minor = headers_minor_of(a, compdb_set_find(databases, &list->items[0]));
        return;
    }
    python_find_headers(a, o->python, NULL, &found);
    out->python = found.program;
    out->headers = strings_end(a, &found.include);
    out->nheaders = found.include.n;
    out->substituted = found.substituted;
    out->minor = found.minor;
}

int session_look(arena *a, const session_options *o, session_facts *out, status *st)
{
    sources list = {0};
    strings notices = {0}, errors = {0};
    compdb_set *databases = NULL;

    *out = (session_facts){0};
    if (select_rules(a, o->select, o->ignore, &out->rules, st) != 0 ||
        discover_sources(a, o, &list, &notices, &errors, st) != 0 ||
        compdb_set_open(a, o, &list, &databases, &notices, st) != 0)
        return -1;
    out->sources = list.n;
    out->errors = strings_end(a, &errors);
    out->nerrors = errors.n;
    count_commands(a, databases, &list, out);
    look_for_python(a, o, databases, &list, out);
    return 0;
}
