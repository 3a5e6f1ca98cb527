/* Where a comment goes that silences a finding.
 *
 * At the end of the line, or alone above it when the line ends inside a comment or goes on with a
 * backslash; a comment that is there already gets one more rule. For a function behind the brace that
 * opens it. Where that brace is not certain nothing is offered.
 */
#include "lsp_int.h"

#include <ctype.h>
#include <string.h>

/* ---- what is code */

typedef enum { IN_CODE, IN_COMMENT, IN_LINE_COMMENT, IN_STRING, IN_CHARACTER } scan_state;

static bool is_newline(const char *t, size_t i)
{
    return t[i] == '\n' || (t[i] == '\r' && t[i + 1] != '\n');
}

/* The state behind character i; *i moves over what belongs to it. */
static scan_state scan_one(const char *t, size_t *i, scan_state state)
{
    char c = t[*i], next = c ? t[*i + 1] : '\0';

    if (state == IN_COMMENT && c == '*' && next == '/')
        return ++*i, IN_CODE;
    if (state == IN_LINE_COMMENT || state == IN_STRING || state == IN_CHARACTER) {
        bool ends = state != IN_LINE_COMMENT && c == (state == IN_STRING ? '"' : '\'');

        if (c == '\\' && next) {
            *i += next == '\r' && t[*i + 2] == '\n' ? 2 : 1;
            return state;
        }
        return ends || is_newline(t, *i) ? IN_CODE : state;
    }
    if (state == IN_COMMENT)
        return state;
    if (c == '/' && (next == '*' || next == '/'))
        return ++*i, next == '*' ? IN_COMMENT : IN_LINE_COMMENT;
    return c == '"' ? IN_STRING : c == '\'' ? IN_CHARACTER : IN_CODE;
}

static scan_state state_at(const lsp_text *t, size_t offset)
{
    scan_state state = IN_CODE;

    for (size_t i = 0; i < offset; i++)
        state = scan_one(t->data, &i, state);
    return state;
}

/* ---- a line */

static bool is_python(const char *file)
{
    static const char *const suffixes[] = {"pyx", "pxi", "pxd", "py", NULL};
    const char *dot = strrchr(file, '.');

    return dot && text_is_one_of(dot + 1, suffixes);
}

static bool goes_on(const char *line, size_t len)
{
    return len > 0 && line[len - 1] == '\\';
}

/* Behind the last rule of a list on the line; 0: there is no list. */
static size_t list_end(const char *line, size_t len)
{
    static const char words[] = "refwarden: ignore[";
    const size_t n = sizeof words - 1;

    for (size_t i = 0; i + n <= len; i++)
        if (memcmp(line + i, words, n) == 0) {
            const char *close = memchr(line + i + n, ']', len - i - n);
            return close && close > line + i + n ? (size_t)(close - line) : 0;
        }
    return 0;
}

static bool stands_alone(const char *line, size_t len)
{
    size_t i = 0;

    while (i < len && (line[i] == ' ' || line[i] == '\t'))
        i++;
    return i < len && (line[i] == '/' || line[i] == '#');
}

static bool extend_list(arena *a, const lsp_text *t, int line, const char *code, bool must_be_alone,
                        comment_edit *out)
{
    size_t len;
    const char *text = text_line(t, line, &len);
    size_t end = text ? list_end(text, len) : 0;

    if (end == 0 || (must_be_alone && !stands_alone(text, len)))
        return false;
    out->from = out->to = (size_t)(text - t->data) + end;
    out->text = arena_printf(a, ", %s", code);
    return true;
}

static const char *newline_of(const lsp_text *t, int line)
{
    size_t len;
    const char *text = text_line(t, line, &len);

    return text && text[len] == '\r' ? text[len + 1] == '\n' ? "\r\n" : "\r" : "\n";
}

static bool comment_above(arena *a, const lsp_text *t, int line, const char *code, comment_edit *out)
{
    size_t len, above_len = 0, blanks = 0;
    const char *text = text_line(t, line, &len), *above = text_line(t, line - 1, &above_len);

    while (blanks < len && (text[blanks] == ' ' || text[blanks] == '\t'))
        blanks++;
    out->from = out->to = t->starts[line];
    out->text = arena_printf(a, "%.*s/* refwarden: ignore[%s] reason: */%s%s", (int)blanks, text, code,
                             above && goes_on(above, above_len) ? " \\" : "", newline_of(t, line));
    return state_at(t, t->starts[line]) == IN_CODE;
}

bool ignore_line_edit(arena *a, const lsp_text *t, const finding *f, comment_edit *out)
{
    bool python = is_python(f->at.file);
    const char *code = f->rule;
    int line = f->at.line - 1;
    size_t len;
    const char *text = text_line(t, line, &len);

    if (!text)
        return false;
    if (extend_list(a, t, line, code, false, out) || extend_list(a, t, line - 1, code, true, out))
        return true;
    out->from = out->to = (size_t)(text - t->data) + len;
    out->text = arena_printf(a, python ? "  # refwarden: ignore[%s] reason:" : "  /* refwarden: ignore[%s] reason: */",
                             code);
    if (python)
        return !goes_on(text, len);
    if (goes_on(text, len) || state_at(t, out->from) == IN_COMMENT)
        return comment_above(a, t, line, code, out);
    return true;
}

/* ---- a function */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Whether the text before a brace declares a function of that name: `name (... ) {`. */
static bool declares(const lsp_text *t, size_t from, size_t brace, const char *name)
{
    size_t n = strlen(name);

    for (size_t i = from; i + n < brace; i++)
        if (memcmp(t->data + i, name, n) == 0 && (i == 0 || !is_word(t->data[i - 1]))) {
            size_t at = i + n;

            while (at < brace && isspace((unsigned char)t->data[at]))
                at++;
            if (t->data[at] == '(')
                return true;
        }
    return false;
}

/* The brace that opens the function around the offset. What stands between the last end of something
 * and a brace says what the brace opens. */
static bool find_brace(const lsp_text *t, size_t offset, const char *name, size_t *brace)
{
    scan_state state = IN_CODE;
    size_t since = 0;
    int depth = 0, inside = 0; /* inside: the depth within the function; 0: not there */

    for (size_t i = 0; i < offset; i++) {
        scan_state before = state;
        size_t at = i;

        state = scan_one(t->data, &i, state);
        if (before != IN_CODE || state != IN_CODE)
            continue;
        if (t->data[at] == '{' && ++depth && !inside && declares(t, since, at, name)) {
            inside = depth;
            *brace = at;
        }
        if (t->data[at] == '}' && depth-- == inside)
            inside = 0;
        if (!inside && strchr("{};", t->data[at]))
            since = at;
    }
    return inside > 0;
}

/* C++: the last part of the name is what stands there. */
static const char *bare_name(const char *function)
{
    const char *last = function;

    for (const char *at = function; (at = strstr(at, "::")); last = at)
        at += 2;
    return last;
}

static bool is_blank(const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    return from == to;
}

/* Cython has no such comment. */
bool ignore_function_edit(arena *a, const lsp_text *t, const finding *f, comment_edit *out)
{
    const char *comment = arena_printf(a, "/* refwarden: ignore-function[%s] reason: */", f->rule), *text;
    int line = f->at.line - 1, column = f->at.column > 0 ? f->at.column - 1 : 0;
    size_t brace, len;

    if (!*f->function || is_python(f->at.file) || !text_line(t, line, &len) || (size_t)column > len)
        return false;
    if (!find_brace(t, t->starts[line] + (size_t)column, bare_name(f->function), &brace))
        return false;
    int at = text_line_at(t, brace);
    text = text_line(t, at, &len);
    if (goes_on(text, len))
        return false;
    out->from = out->to = brace + 1;
    out->text = arena_printf(a, " %s", comment);
    if (at + 1 < t->nlines && is_blank(t->data + brace + 1, text + len)) {
        out->from = out->to = t->starts[at + 1];
        out->text = arena_printf(a, "    %s%s", comment, newline_of(t, at));
    }
    return true;
}
