/* Headers that several files begin with, parsed once.
 *
 * What Python.h means depends on every macro defined before it, so what is shared is a whole
 * prelude: the directives from the start of the file up to #include <Python.h>, word for word.
 * A file that starts in any other way is parsed as it stands. A file that uses a shared prelude is
 * parsed with its own one blanked out; offsets and lines stay what they are.
 */
#define _GNU_SOURCE
#include "frontend_int.h"

#include <ctype.h>
#include <string.h>

/* ---- the prelude of a file */

typedef struct {
    const char *at, *end;
    buf line; /* a directive without comments and continuations */
} scanner;

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

/* A directive up to the end of its line. Quotes hide comment signs. False: not understood. */
static bool read_directive(scanner *s)
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

typedef enum { D_PLAIN, D_OPENS, D_CLOSES, D_INCLUDES, D_PYTHON, D_OTHER } directive;

static directive directive_of(const char *line)
{
    static const char *const plain[] = {"define", "undef", "elif", "else", NULL};
    static const char *const opens[] = {"if", "ifdef", "ifndef", NULL};
    const char *p = line + 1;
    char word[16] = "";
    size_t n = 0;

    p += strspn(p, " \t");
    while (isalpha((unsigned char)p[n]) && n < sizeof word - 1)
        n++;
    memcpy(word, p, n);
    p += n + strspn(p + n, " \t");
    if (strcmp(word, "include") == 0) {
        if (strncmp(p, "<Python.h>", 10) == 0 || strncmp(p, "\"Python.h\"", 10) == 0)
            return D_PYTHON;
        return *p == '<' ? D_INCLUDES : D_OTHER;
    }
    if (strcmp(word, "endif") == 0)
        return D_CLOSES;
    return text_is_one_of(word, opens) ? D_OPENS : text_is_one_of(word, plain) ? D_PLAIN : D_OTHER;
}

/* The overlay defines it for every file (overlay/Python.h). */
static bool repeats_argument(const char *line)
{
    static const char *const words[] = {"#", "define", "PY_SSIZE_T_CLEAN"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        line += strspn(line, " \t");
        if (strncmp(line, words[i], strlen(words[i])) != 0)
            return false;
        line += strlen(words[i]);
    }
    return line[strspn(line, " \t\r")] == '\0';
}

/* Adds one directive; D_OTHER ends the attempt, D_PYTHON the prelude. */
static directive next_directive(scanner *s, int *depth, buf *out)
{
    directive d;

    if (!skip_blank(s) || *s->at != '#' || !read_directive(s))
        return D_OTHER;
    d = directive_of(s->line.data);
    *depth += (d == D_OPENS) - (d == D_CLOSES);
    if (*depth < 0 || (*depth > 0 && d == D_PYTHON))
        return D_OTHER;
    if (d == D_PYTHON)
        buf_add(out, "#include <Python.h>\n");
    else if (!repeats_argument(s->line.data))
        buf_printf(out, "%s\n", s->line.data);
    return d;
}

size_t frontend_prelude(arena *a, const char *text, size_t len, const char **directives)
{
    scanner s = {.at = text, .end = text + len};
    buf out = {0};
    directive d;
    int depth = 0;

    do
        d = next_directive(&s, &depth, &out);
    while (d != D_OTHER && d != D_PYTHON);
    *directives = d == D_PYTHON ? arena_strndup(a, out.data, out.len) : NULL;
    buf_free(&s.line);
    buf_free(&out);
    return *directives ? (size_t)(s.at - text) : 0;
}

char *without_prelude(arena *a, const char *text, size_t len, size_t prelude)
{
    char *copy = arena_strndup(a, text, len);

    for (size_t i = 0; i < prelude; i++)
        if (copy[i] != '\n')
            copy[i] = ' ';
    return copy;
}

/* ---- names that only a walk over the headers gives */

/* One line a record: "tag typedef". The first typedef of a record names it. */
static enum CXChildVisitResult add_name(CXCursor c, CXCursor parent, CXClientData data)
{
    buf *out = data;
    CXString name, tag;
    CXType t;

    (void)parent;
    if (clang_getCursorKind(c) == CXCursor_LinkageSpec)
        return CXChildVisit_Recurse;
    if (clang_getCursorKind(c) != CXCursor_TypedefDecl &&
        clang_getCursorKind(c) != CXCursor_TypeAliasDecl)
        return CXChildVisit_Continue;
    t = clang_getCanonicalType(clang_getTypedefDeclUnderlyingType(c));
    if (t.kind != CXType_Record)
        return CXChildVisit_Continue;
    name = clang_getCursorSpelling(c);
    tag = clang_getCursorSpelling(clang_getTypeDeclaration(t));
    buf_printf(out, "%s %s\n", clang_getCString(tag), clang_getCString(name));
    clang_disposeString(name);
    clang_disposeString(tag);
    return CXChildVisit_Continue;
}

const char *shared_record_name(frontend *f, const char *tag)
{
    const char *at = f->request->shared_names;
    size_t n = strlen(tag);

    for (; at && *at && n; at = strchr(at, '\n') + 1)
        if (strncmp(at, tag, n) == 0 && at[n] == ' ')
            return arena_strndup(f->a, at + n + 1, strcspn(at + n + 1, "\n"));
    return NULL;
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end ? end + 1 : "";
}

/* The first line is the folder of Python.h; lines that begin with '<' are headers, then what was read. */
void read_shared_includes(frontend *f)
{
    const char *line = f->request->shared_names;

    f->python_dir = arena_strndup(f->a, line, strcspn(line, "\n"));
    for (line = next_line(line); *line == '<'; line = next_line(line))
        add_include(f, arena_strndup(f->a, line + 1, strcspn(line + 1, "\n")));
    take_read(f, line);
}

void describe_shared(frontend *f, buf *names)
{
    frontend_report report = {0};

    f->report = &report;
    find_includes(f);
    buf_printf(names, "%s\n", f->python_dir ? f->python_dir : "");
    for (int i = 0; i < report.nincludes; i++)
        buf_printf(names, "<%s\n", report.includes[i]);
    write_read(&report, names);
    clang_visitChildren(clang_getTranslationUnitCursor(f->tu), add_name, names);
    f->report = NULL;
}
