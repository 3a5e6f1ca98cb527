/* What a file says before it includes Python.h.
 *
 * What Python.h means depends on every macro defined before it, so files share it only when they
 * say the same there: the directives up to #include <Python.h>, without comments. Two kinds are no
 * difference: branches that cannot be taken with the file's flags, and macros that no header
 * behind the prelude mentions. A file that uses shared headers is parsed with its own prelude
 * blanked out, but for those macros; offsets and lines stay what they are. A file that begins in any
 * other way is parsed as it stands.
 */
#define _GNU_SOURCE
#include "frontend_int.h"

#include <ctype.h>
#include <string.h>

enum { MOST_DEPTH = 16 };

typedef enum { NO, YES, UNKNOWN } answer;

typedef enum { D_PLAIN, D_DEFINE, D_UNDEF, D_IF, D_ELSE, D_ENDIF, D_INCLUDE, D_PYTHON, D_OTHER } directive;

typedef struct {
    directive kind;
    const char *line;
    const char *name; /* D_DEFINE, D_UNDEF; NULL when it must stay for other reasons */
    text_span at;
} record;

typedef struct {
    answer holds; /* the branch that the scanner is in */
    bool taken;   /* this or one before it; holds is not UNKNOWN then */
} level;

typedef struct {
    const char *name;
    answer defined;
} macro;

typedef struct {
    arena *a;
    const char *begin, *at, *end;
    buf line; /* a directive without comments and continuations */
    level levels[MOST_DEPTH];
    int depth;
    macro *macros; /* newest last */
    int nmacros, macro_cap;
    record *records;
    int n, cap;
    bool has_included; /* anything may be defined by now */
} scanner;

/* ---- text */

static bool starts(const scanner *s, const char *text)
{
    size_t n = strlen(text);

    return (size_t)(s->end - s->at) >= n && memcmp(s->at, text, n) == 0;
}

static bool skip_block_comment(scanner *s)
{
    const char *close = memmem(s->at + 2, (size_t)(s->end - s->at - 2), "*/", 2);

    if (close)
        s->at = close + 2;
    return close != NULL;
}

static void skip_line(scanner *s)
{
    while (s->at < s->end && *s->at != '\n')
        s->at++;
}

/* To the next thing that is neither space nor comment; false at an unfinished comment. */
static bool skip_blank(scanner *s)
{
    while (s->at < s->end) {
        if (starts(s, "/*")) {
            if (!skip_block_comment(s))
                return false;
        } else if (starts(s, "//")) {
            skip_line(s);
        } else if (isspace((unsigned char)*s->at)) {
            s->at++;
        } else {
            return true;
        }
    }
    return false;
}

/* Up to the end of the line, into s->line. Quotes hide comment signs. False: not understood. */
static bool read_line(scanner *s)
{
    char quote = 0;

    s->line.len = 0;
    for (; s->at < s->end && *s->at != '\n'; s->at++) {
        if (starts(s, "\\\n") || starts(s, "\\\r") || starts(s, "?\?/"))
            return false; /* rare, and comments and quotes may cross the line */
        if (!quote && starts(s, "/*")) {
            if (!skip_block_comment(s))
                return false;
            s->at--;
            buf_add(&s->line, " ");
            continue;
        }
        if (!quote && starts(s, "//")) {
            skip_line(s);
            break;
        }
        if (*s->at == '"' || *s->at == '\'')
            quote = !quote ? *s->at : quote == *s->at ? 0 : quote;
        buf_addn(&s->line, s->at, 1);
    }
    return s->line.len > 0 && quote == 0;
}

static const char *skip_space(const char *p)
{
    return p + strspn(p, " \t\r");
}

static size_t word_length(const char *p)
{
    size_t n = 0;

    while (isalnum((unsigned char)p[n]) || p[n] == '_')
        n++;
    return n;
}

static bool take_word(const char **p, const char *word)
{
    const char *at = skip_space(*p);
    size_t n = strlen(word);

    if (word_length(at) != n || strncmp(at, word, n) != 0)
        return false;
    *p = at + n;
    return true;
}

/* ---- which macros are defined */

static void set_macro(scanner *s, const char *name, answer defined)
{
    macro m = {name, defined};

    ARENA_PUSH(s->a, s->macros, s->nmacros, s->macro_cap, m);
}

/* Compilers define names with an underscore, and these three. */
static answer predefined(const char *name)
{
    static const char *const words[] = {"linux", "unix", "i386", NULL};
#ifdef __linux__
    static const char *const others[] = {"__APPLE__", "_WIN32", "_MSC_VER", "__CYGWIN__", NULL};

    if (text_is_one_of(name, others))
        return NO;
#endif
    return *name == '_' || text_is_one_of(name, words) || is_given_macro(name) ? UNKNOWN : NO;
}

static answer is_defined(const scanner *s, const char *name)
{
    for (int i = s->nmacros - 1; i >= 0; i--)
        if (strcmp(s->macros[i].name, name) == 0)
            return s->macros[i].defined;
    return s->has_included ? UNKNOWN : predefined(name);
}

/* Besides -D: a header that is included first, options for the preprocessor, another machine. */
static bool may_define(const char *flag)
{
    static const char *const words[] = {"-include", "-imacros", "-Wp", "-Xpreprocessor", "-Xclang", "-target",
                                        "--target", "-m", NULL};

    for (int i = 0; words[i]; i++)
        if (strncmp(flag, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

static void read_flags(scanner *s, const char *const *flags, int n)
{
    for (int i = 0; i < n; i++) {
        const char *flag = flags[i];
        bool defines = strncmp(flag, "-D", 2) == 0;
        s->has_included |= may_define(flag);
        if (!defines && strncmp(flag, "-U", 2) != 0)
            continue;
        const char *name = flag[2] ? flag + 2 : i + 1 < n ? flags[++i] : "";
        set_macro(s, arena_strndup(s->a, name, word_length(name)), defines ? YES : NO);
    }
}

/* ---- conditions */

static answer not(answer x)
{
    return x == UNKNOWN ? UNKNOWN : x == YES ? NO : YES;
}

static answer both(answer x, answer y)
{
    if (x == NO || y == NO)
        return NO;
    return x == YES && y == YES ? YES : UNKNOWN;
}

/* "defined X" and "!defined(X)"; *ok turns false at anything else. */
static answer one_question(const scanner *s, const char **p, bool *ok)
{
    bool is_negated, has_paren;
    const char *at = skip_space(*p);
    answer found = UNKNOWN;
    size_t n;

    is_negated = *at == '!';
    at += is_negated;
    if (!take_word(&at, "defined"))
        return *ok = false, UNKNOWN;
    at = skip_space(at);
    has_paren = *at == '(';
    at = skip_space(at + has_paren);
    n = word_length(at);
    found = is_defined(s, arena_strndup(s->a, at, n));
    at = skip_space(at + n);
    if (!n || (has_paren && *at != ')'))
        *ok = false;
    *p = skip_space(at + has_paren);
    return is_negated ? not(found) : found;
}

/* Questions joined by && alone or by || alone. */
static answer condition(const scanner *s, const char *p)
{
    bool ok = true;
    answer result = one_question(s, &p, &ok);
    char sign = *p;

    while (ok && *p) {
        if ((sign != '&' && sign != '|') || p[0] != sign || p[1] != sign)
            return UNKNOWN;
        p += 2;
        answer next = one_question(s, &p, &ok);
        result = sign == '&' ? both(result, next) : not(both(not(result), not(next)));
    }
    return ok ? result : UNKNOWN;
}

static answer if_answer(const scanner *s, const char *line)
{
    const char *p = skip_space(line + 1);
    bool negates = take_word(&p, "ifndef");

    if (!negates && !take_word(&p, "ifdef"))
        return take_word(&p, "if") ? condition(s, p) : UNKNOWN;
    p = skip_space(p);
    answer found = is_defined(s, arena_strndup(s->a, p, word_length(p)));
    return negates ? not(found) : found;
}

/* ---- directives */

/* The overlay defines it for every file (overlay/Python.h). */
static bool repeats_argument(const char *line)
{
    const char *p = line + 1;

    return take_word(&p, "define") && take_word(&p, "PY_SSIZE_T_CLEAN") && *skip_space(p) == '\0';
}

static directive include_of(const char *p)
{
    p = skip_space(p);
    if (strncmp(p, "<Python.h>", 10) == 0 || strncmp(p, "\"Python.h\"", 10) == 0)
        return D_PYTHON;
    return *p == '<' ? D_INCLUDE : D_OTHER;
}

static directive directive_of(const char *line, const char **rest)
{
    static const struct {
        const char *word;
        directive kind;
    } words[] = {{"define", D_DEFINE}, {"undef", D_UNDEF}, {"if", D_IF}, {"ifdef", D_IF}, {"ifndef", D_IF},
                 {"elif", D_ELSE}, {"else", D_ELSE}, {"endif", D_ENDIF}, {"include", D_INCLUDE}};

    *rest = line + 1;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (take_word(rest, words[i].word))
            return words[i].kind == D_INCLUDE ? include_of(*rest) : words[i].kind;
    return D_OTHER;
}

/* Whether the scanner is in a branch that is not taken, or in one that may be. */
static answer place_of_scanner(const scanner *s)
{
    answer found = YES;

    for (int i = 0; i < s->depth; i++)
        found = both(found, s->levels[i].holds);
    return found;
}

static void keep(scanner *s, directive kind, const char *name, const char *from)
{
    record r = {kind, arena_strndup(s->a, s->line.data, s->line.len), name,
                {(size_t)(from - s->begin), (size_t)(s->at - s->begin)}};

    ARENA_PUSH(s->a, s->records, s->n, s->cap, r);
}

static bool open_branch(scanner *s, const char *from)
{
    level l = {NO, true}; /* in a branch that is not taken nothing is */
    bool is_read = place_of_scanner(s) != NO;

    if (s->depth == MOST_DEPTH)
        return false;
    if (is_read) {
        l.holds = if_answer(s, s->line.data);
        l.taken = l.holds == YES;
    }
    if (l.holds == UNKNOWN)
        keep(s, D_PLAIN, NULL, from);
    s->levels[s->depth++] = l;
    return true;
}

/* #else and #elif. A chain that began with an answer must go on with answers. */
static bool next_branch(scanner *s, const char *rest, const char *from)
{
    const char *p = s->line.data + 1;

    if (s->depth == 0)
        return false;
    level *l = &s->levels[s->depth - 1];
    if (l->holds == UNKNOWN) {
        keep(s, D_PLAIN, NULL, from);
        return true;
    }
    l->holds = NO;
    if (l->taken)
        return true;
    l->holds = take_word(&p, "else") ? YES : condition(s, skip_space(rest));
    l->taken = l->holds == YES;
    return l->holds != UNKNOWN;
}

static bool close_branch(scanner *s, const char *from)
{
    if (s->depth == 0)
        return false;
    if (s->levels[--s->depth].holds == UNKNOWN && place_of_scanner(s) != NO)
        keep(s, D_PLAIN, NULL, from);
    return true;
}

static void note_macro(scanner *s, directive kind, const char *rest, answer here, const char *from)
{
    const char *p = skip_space(rest);
    const char *name = arena_strndup(s->a, p, word_length(p));

    set_macro(s, name, here == UNKNOWN ? UNKNOWN : kind == D_DEFINE ? YES : NO);
    if (!repeats_argument(s->line.data))
        keep(s, kind, here == YES ? name : NULL, from);
}

/* False: the file begins in a way that is not understood. */
static bool take_directive(scanner *s, directive kind, const char *rest, const char *from)
{
    answer here = place_of_scanner(s);

    switch (kind) {
    case D_IF: return open_branch(s, from);
    case D_ELSE: return next_branch(s, rest, from);
    case D_ENDIF: return close_branch(s, from);
    default: break;
    }
    if (here == NO)
        return true;
    if (kind == D_DEFINE || kind == D_UNDEF)
        note_macro(s, kind, rest, here, from);
    else if (kind == D_INCLUDE || kind == D_PYTHON)
        keep(s, kind, NULL, from);
    s->has_included |= kind == D_INCLUDE;
    return kind != D_OTHER && (kind != D_PYTHON || here == YES);
}

/* True when Python.h was reached. */
static bool scan(scanner *s)
{
    while (skip_blank(s)) {
        const char *from = s->at, *rest = "";
        bool is_skipped = place_of_scanner(s) == NO;
        directive kind;

        if (!read_line(s) || (*s->line.data != '#' && !is_skipped))
            return false;
        kind = *s->line.data == '#' ? directive_of(s->line.data, &rest) : D_OTHER;
        if (kind == D_OTHER && is_skipped)
            continue;
        if (!take_directive(s, kind, rest, from))
            return false;
        if (kind == D_PYTHON && !is_skipped)
            return s->depth == 0;
    }
    return false;
}

/* ---- what is said of it */

static void include_headers(const scanner *s, frontend_headers *headers)
{
    for (int i = 0; i < s->n; i++)
        if (s->records[i].kind == D_INCLUDE) {
            const char *name = strchr(s->records[i].line, '<') + 1;
            headers_include(headers, arena_strndup(s->a, name, strcspn(name, ">")));
        }
}

static void settle(const scanner *s, frontend_headers *headers, frontend_prelude *out)
{
    buf text = {0};
    text_span *kept = arena_alloc(s->a, (size_t)s->n * sizeof *kept + 1);

    if (headers)
        include_headers(s, headers);
    for (int i = 0; i < s->n; i++) {
        const record *r = &s->records[i];
        if (r->kind == D_PYTHON)
            buf_add(&text, "#include <Python.h>\n");
        else if (headers && r->name && !headers_mention(headers, r->name))
            kept[out->nkept++] = r->at;
        else
            buf_printf(&text, "%s\n", r->line);
    }
    out->kept = kept;
    out->directives = arena_strndup(s->a, text.data, text.len);
    out->bytes = (size_t)(s->at - s->begin);
    buf_free(&text);
}

bool frontend_read_prelude(arena *a, const char *text, size_t len, const char *const *flags, int nflags,
                           frontend_headers *headers, frontend_prelude *out)
{
    scanner s = {.a = a, .begin = text, .at = text, .end = text + len};
    bool found;

    *out = (frontend_prelude){0};
    read_flags(&s, flags, nflags);
    found = scan(&s);
    if (found)
        settle(&s, headers, out);
    buf_free(&s.line);
    return found;
}

char *without_prelude(arena *a, const char *text, size_t len, const frontend_prelude *prelude)
{
    char *copy = arena_strndup(a, text, len);

    for (size_t i = 0; i < prelude->bytes && i < len; i++)
        if (copy[i] != '\n')
            copy[i] = ' ';
    for (int i = 0; i < prelude->nkept && prelude->kept[i].to <= len; i++)
        memcpy(copy + prelude->kept[i].from, text + prelude->kept[i].from,
               prelude->kept[i].to - prelude->kept[i].from);
    return copy;
}
