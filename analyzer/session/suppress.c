/* Comments that silence findings:
 *
 *   refwarden: ignore[RW101, leak] why            on the line, or alone on the line above
 *   refwarden: ignore-function[RW101] why         in or right above a function
 *   refwarden: ignore-file[RW101] why             anywhere in the file
 *
 * In Cython's input a comment begins with #, and one about a function has no effect.
 * An empty list, or none, means every rule. Under require-reason the why must be there, on the same line. The words must stand in a comment, not in a string;
 * that is decided per line by looking for the start of a comment before them.
 *
 * A comment that silences nothing is itself told (RW903), in the main file only: what a header's
 * comment is for may show in another file that includes it. Nothing is said where the analysis did
 * not get: a function that did not parse, a unit with a function that was not explored to the end,
 * and, between #if and #endif, lines without code that was compiled.
 */
#include "session_int.h"

#include "rules.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

typedef enum { IGNORE_LINE, IGNORE_FUNCTION, IGNORE_FILE } ignore_scope;

typedef struct {
    const char *text;
    int column;
    bool used;
} ignored_rule;

typedef struct {
    ignore_scope scope;
    const char *file;
    int line, column;
    bool alone;       /* nothing but the comment stands on the line */
    bool has_reason;
    bool conditional; /* between #if and #endif */
    bool used;
    ignored_rule *rules; /* none: every rule */
    int nrules, cap;
} ignore;

typedef struct {
    ignore *items;
    int n, cap;
} ignores;

/* ---- finding the comments */

static const struct {
    const char *word;
    ignore_scope scope;
} scopes[] = {
    {"ignore-function", IGNORE_FUNCTION},
    {"ignore-file", IGNORE_FILE},
    {"ignore", IGNORE_LINE},
};

static const char *find_in_line(const char *at, const char *end, const char *what)
{
    size_t n = strlen(what);

    for (; at + n <= end; at++)
        if (memcmp(at, what, n) == 0)
            return at;
    return NULL;
}

/* What Cython reads. */
static bool has_python_comments(const char *file)
{
    static const char *const suffixes[] = {"pyx", "pxi", "pxd", "py", NULL};

    return text_is_one_of(path_suffix(file), suffixes);
}

/* In front of a comment that stands alone there are only blanks. */
static bool comment_start(const char *file, const char *line, const char *words, bool *alone)
{
    const char *end = words, *start = NULL;
    const char *at = line + strspn(line, " \t");
    bool python = has_python_comments(file);

    for (const char *p = line; p + 1 < end && !start; p++)
        if (python ? p[0] == '#' : p[0] == '/' && (p[1] == '/' || p[1] == '*'))
            start = p;
    *alone = start ? at == start : !python && (*at == '*' || at == words);
    return start || *alone;
}

static void add_rules(arena *a, ignore *g, const char *line, const char *at, const char *end)
{
    const char *close = memchr(at, ']', (size_t)(end - at));

    end = close ? close : end;
    while (at < end) {
        size_t n = strcspn(at, ",] \t");

        n = n < (size_t)(end - at) ? n : (size_t)(end - at);
        if (n)
            ARENA_PUSH(a, g->rules, g->nrules, g->cap,
                       ((ignored_rule){arena_strndup(a, at, n), (int)(at - line) + 1, false}));
        at += n + 1;
    }
}

static bool scan_scope(const char **at, ignore_scope *scope)
{
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        size_t n = strlen(scopes[i].word);

        if (strncmp(*at, scopes[i].word, n) != 0)
            continue;
        *scope = scopes[i].scope;
        *at += n;
        return true;
    }
    return false;
}

/* Any word behind the list, before the end of the comment. */
static bool says_why(const char *at, const char *end)
{
    const char *close = *at == '[' ? memchr(at, ']', (size_t)(end - at)) : at;

    for (at = close ? close : end; at < end && strncmp(at, "*/", 2) != 0; at++)
        if (isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80)
            return true;
    return false;
}

static void scan_line(arena *a, ignores *list, ignore found, const char *line, const char *end)
{
    const char *words = find_in_line(line, end, "refwarden:"), *at;

    if (!words || !comment_start(found.file, line, words, &found.alone))
        return;
    found.column = (int)(words - line) + 1;
    at = words + strlen("refwarden:");
    at += strspn(at, " \t");
    if (!scan_scope(&at, &found.scope))
        return;
    found.has_reason = says_why(at, end);
    if (*at == '[')
        add_rules(a, &found, line, at + 1, end);
    ARENA_PUSH(a, list->items, list->n, list->cap, found);
}

/* How many #if are open after the line. */
static int depth_after(const char *line, int depth)
{
    line += strspn(line, " \t");
    if (*line != '#')
        return depth;
    line += 1 + strspn(line + 1, " \t");
    if (strncmp(line, "if", 2) == 0)
        return depth + 1;
    return depth - (strncmp(line, "endif", 5) == 0 && depth > 0);
}

static void scan_text(arena *a, ignores *list, const char *file, const char *text)
{
    int depth = 0;

    if (!strstr(text, "refwarden:"))
        return;
    for (int number = 1; *text; number++) {
        const char *end = text + strcspn(text, "\n");

        depth = depth_after(text, depth);
        scan_line(a, list, (ignore){.file = file, .line = number, .conditional = depth > 0}, text, end);
        text = *end ? end + 1 : end;
    }
}

/* NULL: it is on disk. */
static const char *given_text(arena *a, const run_context *run, const source *s, const char *file)
{
    const char *absolute;

    if (strcmp(file, s->shown) == 0)
        return s->text;
    absolute = path_absolute(a, file);
    for (int i = 0; i < run->options->ntexts; i++)
        if (strcmp(run->texts[i].path, absolute) == 0)
            return run->texts[i].text;
    return NULL;
}

static void scan_file(arena *a, ignores *list, const run_context *run, const source *s, const char *file)
{
    const char *given = given_text(a, run, s, file);
    char *text = NULL;
    size_t len;

    if (given)
        scan_text(a, list, file, given);
    else if (file_read(a, strcmp(file, s->shown) == 0 ? s->path : file, &text, &len, NULL) == 0)
        scan_text(a, list, file, text);
}

/* ---- applying them */

static bool word_names(const char *word, const char *code, const char *name)
{
    return strcasecmp(word, code) == 0 || strcmp(word, name) == 0;
}

/* Marks what named it. */
static bool list_names(ignore *g, const finding *f)
{
    bool named = g->nrules == 0;

    for (int i = 0; i < g->nrules; i++)
        if (word_names(g->rules[i].text, f->rule, f->name))
            named = g->rules[i].used = true;
    return named;
}

static bool is_in_unit_file(const ir_unit *unit, const ir_fn *fn, const char *file)
{
    return fn->loc.file < unit->nfiles && strcmp(unit->files[fn->loc.file].path, file) == 0;
}

/* The first line of the function may be a line of its own above the name: `static PyObject *`. */
static bool covers_function(const ignore *g, const ir_unit *unit, const finding *f)
{
    for (int i = 0; i < unit->nfns; i++) {
        const ir_fn *fn = unit->fns[i];

        size_t n = strcspn(fn->name, "#"); /* overloads of C++ have a number */

        if (strncmp(fn->name, f->function, n) == 0 && !f->function[n] && g->line >= fn->loc.line - 1 &&
            g->line <= fn->loc.end_line)
            return true;
    }
    return false;
}

static bool covers_place(const ignore *g, const ir_unit *unit, const finding *f)
{
    if (strcmp(g->file, f->at.file) != 0)
        return false;
    if (g->scope == IGNORE_FILE)
        return true;
    if (g->scope == IGNORE_FUNCTION)
        return covers_function(g, unit, f);
    return g->line == f->at.line || (g->alone && g->line + 1 == f->at.line);
}

/* All that cover it count as used, so that the order of comments does not matter. */
static bool is_ignored(ignores *list, const ir_unit *unit, const finding *f)
{
    bool found = false;

    for (int i = 0; i < list->n; i++) {
        ignore *g = &list->items[i];

        if (covers_place(g, unit, f) && list_names(g, f))
            found = g->used = true;
    }
    return found;
}

/* ---- comments without effect */

typedef struct {
    arena *a;
    const rule *rules;
    const ir_unit *unit;
    bool whole; /* every line of the file was looked at */
    ignores *list;
    file_findings out;
} judge;

static const ir_fn *function_around(const ir_unit *unit, const ignore *g)
{
    int slack = g->scope == IGNORE_FUNCTION || g->alone;

    for (int i = 0; i < unit->nfns; i++) {
        const ir_fn *fn = unit->fns[i];

        if (is_in_unit_file(unit, fn, g->file) && g->line >= fn->loc.line - slack &&
            g->line <= fn->loc.end_line)
            return fn;
    }
    return NULL;
}

static bool has_code_at(const ir_fn *fn, int line)
{
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++)
            if (fn->blocks[b].events[i].loc.line == line)
                return true;
    return false;
}

static bool was_looked_at(const judge *j, const ignore *g)
{
    const ir_fn *fn = function_around(j->unit, g);

    if (fn && fn->roles & IR_R_PARTIAL)
        return false;
    if (g->scope == IGNORE_FILE || !fn)
        return j->whole && !g->conditional;
    return !g->conditional || g->scope == IGNORE_FUNCTION ||
           has_code_at(fn, g->line) || (g->alone && has_code_at(fn, g->line + 1));
}

static bool is_selected(const judge *j, const char *code)
{
    for (const rule *r = j->rules; r->code; r++)
        if (strcmp(r->code, code) == 0)
            return true;
    return false;
}

static bool all_defaults_selected(const judge *j)
{
    for (const rule *r = rules_all; r->code; r++)
        if (r->on_by_default && !is_selected(j, r->code))
            return false;
    return true;
}

static bool is_quiet(const judge *j, const ignore *about, const finding *f)
{
    for (int i = 0; i < j->list->n; i++) {
        ignore *g = &j->list->items[i];

        if (g != about && covers_place(g, j->unit, f) && list_names(g, f))
            return true;
    }
    return false;
}

static void tell_moment(judge *j, const ignore *g, int column, rule_moment m)
{
    place at = {.file = g->file, .line = g->line, .column = column};
    int before = j->out.n;

    m.kind = MOMENT_SUPPRESSION;
    m.fn = function_around(j->unit, g);
    m.arg = -1;
    file_rules_ask(j->a, j->rules, at, &m, &j->out);
    if (j->out.n > before && is_quiet(j, g, &j->out.list[before]))
        j->out.n = before;
}

static void tell(judge *j, const ignore *g, int column, const char *word, bool known)
{
    tell_moment(j, g, column, (rule_moment){.text = word, .is_known = known});
}

static const rule *rule_named(const char *word)
{
    for (const rule *r = rules_all; r->code; r++)
        if (word_names(word, r->code, r->name))
            return r;
    return NULL;
}

/* RW903 in a list keeps the list itself quiet. */
static bool speaks_of_itself(const ignore *g)
{
    for (int i = 0; i < g->nrules; i++) {
        const rule *r = rule_named(g->rules[i].text);
        if (r && r->moments & MOMENT_BIT(MOMENT_SUPPRESSION))
            return true;
    }
    return false;
}

static void judge_word(judge *j, const ignore *g, const ignored_rule *w)
{
    const rule *r = rule_named(w->text);

    if (!r)
        tell(j, g, w->column, w->text, false);
    else if (!w->used && is_selected(j, r->code) && was_looked_at(j, g))
        tell(j, g, w->column, w->text, true);
}

static void judge_ignores(judge *j)
{
    for (int i = 0; i < j->list->n; i++) {
        const ignore *g = &j->list->items[i];

        if (strcmp(g->file, j->unit->files[0].path) != 0 || speaks_of_itself(g))
            continue;
        for (int k = 0; k < g->nrules; k++)
            judge_word(j, g, &g->rules[k]);
        if (g->nrules == 0 && !g->used && all_defaults_selected(j) && was_looked_at(j, g))
            tell(j, g, g->column, NULL, true);
    }
}

static void judge_reasons(judge *j)
{
    for (int i = 0; i < j->list->n; i++) {
        const ignore *g = &j->list->items[i];

        if (strcmp(g->file, j->unit->files[0].path) == 0 && !g->has_reason)
            tell_moment(j, g, g->column, (rule_moment){.is_known = true, .lacks_reason = true});
    }
}

/* ---- a file */

static void scan_files(arena *a, ignores *list, const run_context *run, const source *s, const ir_unit *unit,
                       const engine_result *result)
{
    strings seen = {0};

    strings_add(a, &seen, unit->files[0].path);
    scan_file(a, list, run, s, unit->files[0].path);
    for (int i = 0; i < result->nfindings; i++) {
        const char *file = result->findings[i].at.file;

        if (strings_has(&seen, file))
            continue;
        strings_add(a, &seen, file);
        scan_file(a, list, run, s, file);
    }
}

void suppress_findings(arena *a, const run_context *run, const source *s, const ir_unit *unit, bool whole,
                       engine_result *result)
{
    ignores list = {0};
    judge j = {a, run->rules, unit, whole, &list, {0}};
    int kept = 0;

    scan_files(a, &list, run, s, unit, result);
    if (list.n == 0)
        return;
    for (int i = 0; i < result->nfindings; i++)
        if (!is_ignored(&list, unit, &result->findings[i]))
            result->findings[kept++] = result->findings[i];
    result->nfindings = kept;
    if (run->options->require_reason)
        judge_reasons(&j);
    if (result->over_budget == 0)
        judge_ignores(&j);
    for (int i = 0; i < j.out.n; i++)
        ARENA_PUSH(a, result->findings, result->nfindings, result->cap, j.out.list[i]);
}
