/* What a finding is known by, however often the file around it is edited.
 *
 * Its rule, function and object, and the words of two statements: where the reference begins and where the
 * finding stands. Blanks, comments, lines, columns, folders and the file's name do not count, nor does what
 * stands before the statement: the condition it depends on, a label. So code keeps its fingerprint when it is
 * indented, put into braces or moved. Equal findings of a file are numbered when all are known (merge.c).
 *
 * The text is read as it stands, without macros and #if: what is compared is what people wrote.
 */
#include "session_int.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST_BRACES = 64, MOST_WORDS = 200 };

typedef struct {
    const char *text;
    int len, line, column;
    bool starts; /* a statement, or a part of an initializer */
    bool ends;   /* one: ; { } and commas of initializers */
} token;

typedef struct {
    const char *name;
    const char *text; /* NULL: it cannot be read */
    bool is_python;   /* Cython's input: a line is a statement */
    token *tokens;
    int n, cap;
} read_text;

/* ---- words of C */

typedef struct {
    int parens;
    bool initializes;
} brace;

typedef struct {
    arena *a;
    read_text *out;
    const char *at, *line_start;
    int line;
    brace braces[DEEPEST_BRACES]; /* the innermost last; 0 is the file */
    int depth;
} lexer;

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static void skip_one(lexer *x)
{
    if (*x->at++ == '\n') {
        x->line++;
        x->line_start = x->at;
    }
}

static void skip_comment(lexer *x)
{
    bool is_line = x->at[1] == '/';

    x->at += 2;
    while (*x->at && !(is_line ? *x->at == '\n' : x->at[0] == '*' && x->at[1] == '/'))
        skip_one(x);
    if (*x->at && !is_line)
        x->at += 2;
}

static bool is_comment(const char *at)
{
    return at[0] == '/' && (at[1] == '/' || at[1] == '*');
}

/* Up to the end of its last line. */
static void skip_directive(lexer *x)
{
    while (*x->at && *x->at != '\n') {
        if (is_comment(x->at)) {
            skip_comment(x);
            continue;
        }
        if (x->at[0] == '\\' && x->at[1])
            skip_one(x);
        skip_one(x);
    }
}

static int length_of(const char *at)
{
    int n = 1;

    if (is_word(*at))
        while (is_word(at[n]))
            n++;
    if (*at != '"' && *at != '\'')
        return n;
    while (at[n] && at[n] != *at && at[n] != '\n')
        n += at[n] == '\\' && at[n + 1] && at[n + 1] != '\n' ? 2 : 1;
    return at[n] == *at ? n + 1 : n;
}

static bool is_char(const token *t, char c)
{
    return t->len == 1 && *t->text == c;
}

static const token *last_of(const read_text *r)
{
    return r->n ? &r->tokens[r->n - 1] : NULL;
}

static void open_brace(lexer *x, const token *before)
{
    bool initializes = before && (is_char(before, '=') || (x->braces[x->depth].initializes &&
                                                           (is_char(before, '{') || is_char(before, ','))));

    if (x->depth + 1 < DEEPEST_BRACES)
        x->braces[++x->depth] = (brace){.initializes = initializes};
}

/* Calls of macros in a row, without semicolons: each begins a line of the file. */
static bool is_next_macro(const lexer *x, const token *before, const token *t)
{
    return x->depth == 0 && x->braces[0].parens == 0 && before && is_char(before, ')') && t->column == 1 &&
           is_word(*t->text);
}

static bool is_end(const lexer *x, const token *t)
{
    const brace *b = &x->braces[x->depth];

    if (is_char(t, '{') || is_char(t, '}'))
        return true;
    return b->parens == 0 && (is_char(t, ';') || (b->initializes && is_char(t, ',')));
}

static void nest(lexer *x, const token *t, const token *before)
{
    int *parens = &x->braces[x->depth].parens;

    if (is_char(t, '{'))
        open_brace(x, before);
    else if (is_char(t, '}') && x->depth > 0)
        x->depth--;
    else if (is_char(t, '('))
        ++*parens;
    else if (is_char(t, ')') && *parens > 0)
        --*parens;
}

static void take_token(lexer *x)
{
    const token *before = last_of(x->out);
    token t = {.text = x->at, .len = length_of(x->at), .line = x->line, .column = (int)(x->at - x->line_start) + 1};

    t.ends = is_end(x, &t);
    t.starts = !before || before->ends || is_next_macro(x, before, &t);
    nest(x, &t, before);
    ARENA_PUSH(x->a, x->out->tokens, x->out->n, x->out->cap, t);
    x->at += t.len;
}

static bool begins_line(const lexer *x)
{
    const char *p = x->at;

    while (p > x->line_start && (p[-1] == ' ' || p[-1] == '\t'))
        p--;
    return p == x->line_start;
}

static void split(arena *a, read_text *out)
{
    lexer x = {.a = a, .out = out, .at = out->text, .line_start = out->text, .line = 1};

    while (*x.at)
        if (isspace((unsigned char)*x.at) || *x.at == '\\')
            skip_one(&x);
        else if (is_comment(x.at))
            skip_comment(&x);
        else if (*x.at == '#' && begins_line(&x))
            skip_directive(&x);
        else
            take_token(&x);
}

/* ---- the statement around a place */

static bool is_text(const token *t, const char *word)
{
    return strlen(word) == (size_t)t->len && strncmp(t->text, word, (size_t)t->len) == 0;
}

static bool is_any(const token *t, const char *const *words)
{
    while (*words && !is_text(t, *words))
        words++;
    return *words != NULL;
}

/* The one that ends behind the place, on its line; -1: there is none. */
static int token_at(const read_text *r, const place *at)
{
    int low = 0, high = r->n;

    while (low < high) {
        int middle = (low + high) / 2;
        const token *t = &r->tokens[middle];

        if (t->line < at->line || (t->line == at->line && t->column + t->len <= at->column))
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->n && r->tokens[low].line == at->line ? low : -1;
}

static int closing(const read_text *r, int i, char open, char close)
{
    int depth = 0;

    for (; i < r->n; i++) {
        depth += is_char(&r->tokens[i], open) - is_char(&r->tokens[i], close);
        if (depth <= 0)
            return i;
    }
    return r->n - 1;
}

/* Behind what leads to the statement at `from` and is not part of it; the same when there is nothing. */
static int behind_lead(const read_text *r, int from, int i)
{
    static const char *const heads[] = {"if", "while", "for", "switch", NULL};
    static const char *const bare[] = {"else", "do", NULL};
    const token *t = &r->tokens[from];

    if (is_any(t, bare))
        return from + 1;
    if (is_any(t, heads) && is_char(&t[1], '(')) {
        int end = closing(r, from + 1, '(', ')');
        return end < i ? end + 1 : from;
    }
    if (is_text(t, "case"))
        for (int k = from + 1; k < i; k++)
            if (is_char(&r->tokens[k], ':'))
                return k + 1;
    if (is_word(*t->text) && from + 1 < i && is_char(&t[1], ':') && !is_char(&t[2], ':'))
        return from + 2;
    return from;
}

static int first_of(const read_text *r, int i)
{
    int from = i, next;

    while (!r->tokens[from].starts && i - from < MOST_WORDS)
        from--;
    while (from < i && (next = behind_lead(r, from, i)) != from)
        from = next;
    return from;
}

/* The head of a loop or condition ends with it; an initializer's part is everything in its braces. */
static int behind_last(const read_text *r, int from, int i)
{
    static const char *const heads[] = {"if", "while", "for", "switch", NULL};
    int end = i;

    if (is_char(&r->tokens[i], '{'))
        return closing(r, i, '{', '}') + 1;
    if (r->tokens[i].ends)
        return i + 1;
    if (is_any(&r->tokens[from], heads))
        return closing(r, from + 1, '(', ')') + 1;
    while (end < r->n && !r->tokens[end].ends && (end == i || !r->tokens[end].starts))
        end++;
    return end;
}

static void add_statement(const read_text *r, int i, buf *out)
{
    int from = first_of(r, i), end = behind_last(r, from, i);

    for (int k = from; k < end && k < from + MOST_WORDS; k++) {
        buf_addn(out, r->tokens[k].text, (size_t)r->tokens[k].len);
        buf_add(out, " ");
    }
}

/* ---- a line that is no C: of Cython's input, a directive, a comment */

static const char *line_of(const char *text, int line)
{
    while (text && --line > 0) {
        text = strchr(text, '\n');
        text += text != NULL;
    }
    return text;
}

static void add_line(const read_text *r, int line, buf *out)
{
    const char *at = line_of(r->text, line);
    char quote = 0;

    for (; at && *at && *at != '\n' && !(r->is_python && *at == '#' && !quote); at++) {
        if (*at == '"' || *at == '\'')
            quote = quote == *at ? 0 : quote ? quote : *at;
        if (quote || !isspace((unsigned char)*at))
            buf_addn(out, at, 1);
    }
}

/* ---- the texts of a file's findings */

typedef struct {
    arena *a;
    const source *s;
    read_text *items;
    int n, cap;
} reader;

static const char *text_of(reader *r, const char *file)
{
    bool is_main = strcmp(file, r->s->shown) == 0;
    char *text = NULL;
    size_t len;

    if (is_main && r->s->text)
        return r->s->text;
    return file_read(r->a, is_main ? r->s->path : file, &text, &len, NULL) == 0 ? text : NULL;
}

static const read_text *load_file(reader *r, const char *file)
{
    static const char *const python[] = {"pyx", "pxi", "pxd", "py", NULL};
    read_text added = {.name = file};

    for (int i = 0; i < r->n; i++)
        if (strcmp(r->items[i].name, file) == 0)
            return &r->items[i];
    added.text = text_of(r, file);
    added.is_python = text_is_one_of(path_suffix(file), python);
    if (added.text && !added.is_python)
        split(r->a, &added);
    ARENA_PUSH(r->a, r->items, r->n, r->cap, added);
    return &r->items[r->n - 1];
}

static void statement(reader *r, const place *at, buf *out)
{
    const read_text *text = at->file && at->line > 0 ? load_file(r, at->file) : NULL;
    int i = text ? token_at(text, at) : -1;

    buf_add(out, "");
    if (i >= 0)
        add_statement(text, i, out);
    else if (text)
        add_line(text, at->line, out);
}

/* Conditions on the way are not what it is about. */
static const path_step *origin_of(const finding *f)
{
    for (int i = 0; i < f->npath; i++)
        if (f->path[i].kind == STEP_OWNERSHIP)
            return &f->path[i];
    return NULL;
}

void fingerprint_findings(const source *s, finding *findings, int n)
{
    reader r = {.a = arena_create(), .s = s};

    for (int i = 0; i < n; i++) {
        const path_step *first = origin_of(&findings[i]);
        buf origin = {0}, end = {0};

        if (first)
            statement(&r, &first->at, &origin);
        statement(&r, &findings[i].at, &end);
        finding_fingerprint(&findings[i], origin.data, end.data);
        buf_free(&origin);
        buf_free(&end);
    }
    arena_destroy(r.a);
}
