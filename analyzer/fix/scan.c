/* C source as tokens with their brackets.
 *
 * Nothing is preprocessed. Where #if and #else each open a bracket, the last branch counts; a
 * directive is one token, so no code inside of a #define is ever taken for a statement.
 */
#include "fix_int.h"

#include <ctype.h>
#include <string.h>

enum { MOST_CONDITIONALS = 64 };

typedef struct {
    int *items;
    int n, cap;
} open_list;

typedef struct {
    fix_source *s;
    size_t at;
    bool line_is_fresh; /* nothing but blanks and comments so far */
    open_list open;
    open_list saved[MOST_CONDITIONALS]; /* what was open at each #if */
    int depth;
} scanner;

static bool starts(const scanner *c, const char *word)
{
    size_t n = strlen(word);

    return c->s->len - c->at >= n && memcmp(c->s->text + c->at, word, n) == 0;
}

/* ---- what is skipped */

static size_t after_line_comment(const fix_source *s, size_t at)
{
    while (at < s->len && (s->text[at] != '\n' || (at && s->text[at - 1] == '\\')))
        at++;
    return at && at < s->len && s->text[at - 1] == '\r' ? at - 1 : at;
}

static size_t after_block_comment(const fix_source *s, size_t at)
{
    for (at += 2; at + 1 < s->len; at++)
        if (s->text[at] == '*' && s->text[at + 1] == '/')
            return at + 2;
    return s->len;
}

static bool skip_comment(scanner *c)
{
    span found = {c->at, 0};

    if (starts(c, "//"))
        found.end = after_line_comment(c->s, c->at);
    else if (starts(c, "/*"))
        found.end = after_block_comment(c->s, c->at);
    else
        return false;
    ARENA_PUSH(c->s->a, c->s->comments, c->s->ncomments, c->s->comment_cap, found);
    c->at = found.end;
    return true;
}

/* ---- tokens */

static size_t after_quoted(const fix_source *s, size_t at)
{
    char quote = s->text[at++];

    while (at < s->len && s->text[at] != quote && s->text[at] != '\n')
        at += s->text[at] == '\\' ? 2 : 1;
    return at < s->len ? at + 1 : s->len;
}

/* R"x( ... )x" */
static size_t after_raw(const fix_source *s, size_t at)
{
    size_t n = strcspn(s->text + at + 1, "(\n");
    char end[24];
    const char *found;

    if (n > 16 || s->text[at + 1 + n] != '(')
        return after_quoted(s, at);
    snprintf(end, sizeof end, ")%.*s\"", (int)n, s->text + at + 1);
    found = strstr(s->text + at, end);
    return found ? (size_t)(found - s->text) + strlen(end) : s->len;
}

static void add(scanner *c, token_kind kind, size_t end)
{
    int open = c->open.n ? c->open.items[c->open.n - 1] : -1;
    token t = {kind, c->at, end, open, -1};

    ARENA_PUSH(c->s->a, c->s->tokens, c->s->n, c->s->cap, t);
    c->at = end;
}

static bool is_word_char(char ch)
{
    return isalnum((unsigned char)ch) || ch == '_' || (unsigned char)ch >= 0x80;
}

static void add_word(scanner *c)
{
    size_t end = c->at;

    while (end < c->s->len && is_word_char(c->s->text[end]))
        end++;
    bool is_raw = end < c->s->len && c->s->text[end] == '"' && c->s->text[end - 1] == 'R';
    if (is_raw)
        add(c, T_TEXT, after_raw(c->s, end));
    else
        add(c, T_WORD, end);
}

static bool closes(const fix_source *s, int open, char mark)
{
    char other = s->text[s->tokens[open].start];

    return (mark == ')' && other == '(') || (mark == ']' && other == '[') || (mark == '}' && other == '{');
}

static void add_mark(scanner *c)
{
    char mark = c->s->text[c->at];
    int self = c->s->n, last = c->open.n ? c->open.items[c->open.n - 1] : -1;

    if (strchr(")]}", mark) && last >= 0 && closes(c->s, last, mark)) {
        c->open.n--;
        add(c, T_MARK, c->at + 1);
        c->s->tokens[self].pair = last;
        c->s->tokens[last].pair = self;
        return;
    }
    add(c, T_MARK, c->at + 1);
    if (strchr("([{", mark))
        ARENA_PUSH(c->s->a, c->open.items, c->open.n, c->open.cap, self);
}

/* ---- directives */

static open_list copy_of(arena *a, const open_list *list)
{
    open_list copy = {arena_alloc(a, (size_t)list->n * sizeof *copy.items + 1), list->n, list->n};

    if (list->n)
        memcpy(copy.items, list->items, (size_t)list->n * sizeof *copy.items);
    return copy;
}

static void note_conditional(scanner *c, const char *word)
{
    if (strncmp(word, "if", 2) == 0) {
        if (c->depth < MOST_CONDITIONALS)
            c->saved[c->depth] = copy_of(c->s->a, &c->open);
        c->depth++;
    } else if (strncmp(word, "el", 2) == 0 && c->depth > 0 && c->depth <= MOST_CONDITIONALS) {
        c->open = copy_of(c->s->a, &c->saved[c->depth - 1]);
    } else if (strncmp(word, "endif", 5) == 0 && c->depth > 0) {
        c->depth--;
    }
}

static size_t after_directive(scanner *c)
{
    const fix_source *s = c->s;
    size_t at = c->at;

    while (at < s->len && s->text[at] != '\n') {
        if (s->text[at] == '\\' && s->text[at + 1] == '\r' && s->text[at + 2] == '\n')
            at += 3;
        else if (s->text[at] == '\\' && at + 1 < s->len)
            at += 2;
        else if (s->text[at] == '/' && s->text[at + 1] == '*')
            at = after_block_comment(s, at);
        else if (s->text[at] == '/' && s->text[at + 1] == '/')
            return after_line_comment(s, at);
        else
            at++;
    }
    return at;
}

static void add_directive(scanner *c)
{
    const char *word = c->s->text + c->at + 1;

    word += strspn(word, " \t");
    add(c, T_DIRECTIVE, after_directive(c));
    note_conditional(c, word);
}

/* ---- the whole text */

static void step(scanner *c)
{
    char ch = c->s->text[c->at];

    if (ch == '\n') {
        c->line_is_fresh = true;
        c->at++;
    } else if (isspace((unsigned char)ch) || ch == '\\') {
        c->at++;
    } else if (!skip_comment(c)) {
        if (ch == '#' && c->line_is_fresh)
            add_directive(c);
        else if (is_word_char(ch))
            add_word(c);
        else if (ch == '"' || ch == '\'')
            add(c, T_TEXT, after_quoted(c->s, c->at));
        else
            add_mark(c);
        c->line_is_fresh = false;
    }
}

static void index_lines(fix_source *s)
{
    const char *newline = memchr(s->text, '\n', s->len);

    s->newline = newline && newline > s->text && newline[-1] == '\r' ? "\r\n" : "\n";
    ARENA_PUSH(s->a, s->lines, s->nlines, s->line_cap, (size_t)0);
    for (size_t i = 0; i < s->len; i++)
        if (s->text[i] == '\n')
            ARENA_PUSH(s->a, s->lines, s->nlines, s->line_cap, i + 1);
}

/* A unit for the limited API says so itself, or by a flag. */
static bool defines_limited_api(const fix_source *s)
{
    for (int t = 0; t < s->n; t++)
        if (s->tokens[t].kind == T_DIRECTIVE && strstr(token_text(s, t), "define Py_LIMITED_API"))
            return true;
    return false;
}

fix_source *fix_source_create(arena *a, const char *text, size_t len, const fix_target *target)
{
    fix_source *s = arena_alloc(a, sizeof *s);
    scanner c = {.s = s, .line_is_fresh = true};

    *s = (fix_source){.a = a, .text = text, .len = len, .target = *target};
    index_lines(s);
    while (c.at < len)
        step(&c);
    s->target.has_limited_api |= defines_limited_api(s);
    return s;
}

/* ---- asking about tokens */

bool is_mark(const fix_source *s, int t, char mark)
{
    return t >= 0 && t < s->n && s->tokens[t].kind == T_MARK && s->text[s->tokens[t].start] == mark;
}

bool is_the_word(const fix_source *s, int t, const char *word)
{
    size_t n = strlen(word);

    return t >= 0 && t < s->n && s->tokens[t].kind == T_WORD && s->tokens[t].end - s->tokens[t].start == n &&
           memcmp(s->text + s->tokens[t].start, word, n) == 0;
}

bool is_name(const fix_source *s, int t)
{
    return t >= 0 && t < s->n && s->tokens[t].kind == T_WORD && !isdigit((unsigned char)s->text[s->tokens[t].start]);
}

bool begins_with(const fix_source *s, int t, const char *start)
{
    return is_name(s, t) && strncmp(s->text + s->tokens[t].start, start, strlen(start)) == 0;
}

const char *token_text(const fix_source *s, int t)
{
    return span_text(s, t, t);
}

const char *span_text(const fix_source *s, int first, int last)
{
    return arena_strndup(s->a, s->text + s->tokens[first].start, s->tokens[last].end - s->tokens[first].start);
}

bool same_tokens(const fix_source *s, int x, int y, int n)
{
    for (int i = 0; i < n; i++) {
        const token *a = &s->tokens[x + i], *b = &s->tokens[y + i];

        if (a->kind != b->kind || a->end - a->start != b->end - b->start ||
            memcmp(s->text + a->start, s->text + b->start, a->end - a->start) != 0)
            return false;
    }
    return true;
}

size_t offset_at(const fix_source *s, int line, int column)
{
    size_t offset;

    if (line < 1 || line > s->nlines || column < 1)
        return SIZE_MAX;
    offset = s->lines[line - 1] + (size_t)column - 1;
    return offset <= s->len ? offset : SIZE_MAX;
}

int token_at(const fix_source *s, const place *at)
{
    size_t offset = offset_at(s, at->line, at->column);
    int low = 0, high = s->n;

    while (low < high) {
        int middle = (low + high) / 2;

        if (s->tokens[middle].start < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->n && s->tokens[low].start == offset ? low : -1;
}

size_t line_start(const fix_source *s, size_t offset)
{
    while (offset && s->text[offset - 1] != '\n')
        offset--;
    return offset;
}

size_t line_end(const fix_source *s, size_t offset)
{
    while (offset < s->len && s->text[offset] != '\n')
        offset++;
    return offset > 0 && offset < s->len && s->text[offset - 1] == '\r' ? offset - 1 : offset;
}

const char *indent_of(const fix_source *s, size_t offset)
{
    size_t start = line_start(s, offset);

    return arena_strndup(s->a, s->text + start, strspn(s->text + start, " \t"));
}

/* One step to the right, as the first function of the file has it. */
const char *indent_unit(const fix_source *s, const char *indent)
{
    if (strchr(indent, '\t'))
        return "\t";
    for (int t = 2; t < s->n; t++) {
        if (!is_mark(s, t - 1, '{') || !is_mark(s, t - 2, ')') || s->tokens[t - 1].open >= 0)
            continue;
        const char *found = indent_of(s, s->tokens[t].start);
        if (*found && (*indent == '\0' || !strchr(found, '\t')))
            return found;
    }
    return "    ";
}

const span *comment_at(const fix_source *s, size_t offset)
{
    for (int i = 0; i < s->ncomments; i++)
        if (offset >= s->comments[i].start && offset < s->comments[i].end)
            return &s->comments[i];
    return NULL;
}
