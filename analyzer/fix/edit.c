/* From statements to edits, and from edits to text.
 *
 * An edit inserts whole lines where statements have lines of their own, and words otherwise. Comments
 * stay where they are: what is inserted behind a statement goes behind the comment that ends its line.
 */
#include "fix_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- one edit */

static place place_of(const draft *d, size_t start, size_t end)
{
    const fix_source *s = d->s;
    place p = {.file = d->file};
    int line = 0;

    while (line + 1 < s->nlines && s->lines[line + 1] <= start)
        line++;
    p.line = line + 1;
    p.column = (int)(start - s->lines[line]) + 1;
    while (line + 1 < s->nlines && s->lines[line + 1] <= end)
        line++;
    p.end_line = line + 1;
    p.end_column = (int)(end - s->lines[line]) + 1;
    return p;
}

void draft_replace(draft *d, size_t start, size_t end, const char *text)
{
    text_edit e = {place_of(d, start, end), arena_strdup(d->s->a, text)};

    ARENA_PUSH(d->s->a, d->edits, d->n, d->cap, e);
}

/* ---- where statements stand */

static bool has_own_line(const fix_source *s, size_t start)
{
    size_t line = line_start(s, start);

    return line + strspn(s->text + line, " \t") == start;
}

/* Where the line of a token ends, when only a comment stands behind it; else right behind it. */
static size_t end_with_comment(const fix_source *s, int t, bool *is_line_end)
{
    size_t end = s->tokens[t].end, line = line_end(s, end);
    const span *last = line > end ? comment_at(s, line - 1) : NULL;
    bool next_is_far = t + 1 >= s->n || s->tokens[t + 1].start >= line;

    *is_line_end = next_is_far && !(last && last->end > line);
    return *is_line_end ? line : end;
}

static const char *line_break(const draft *d, const char *indent, const char *text)
{
    return arena_printf(d->s->a, "%s%s%s", d->s->newline, indent, text);
}

/* ---- braces */

typedef struct {
    int before; /* the last token before the statement */
    const char *outer, *inner; /* indentation of the condition and of its body */
    bool own_line;
} bare_body;

static bool describe_bare(const draft *d, int start, bare_body *out)
{
    const fix_source *s = d->s;
    int keyword = start - 1;

    out->before = start - 1;
    if (word_before(s, start) != out->before)
        return false;
    if (is_mark(s, keyword, ')'))
        keyword = s->tokens[keyword].pair - 1;
    out->outer = indent_of(s, s->tokens[keyword].start);
    out->own_line = has_own_line(s, s->tokens[start].start);
    out->inner = out->own_line ? indent_of(s, s->tokens[start].start)
                               : arena_printf(s->a, "%s%s", out->outer, indent_unit(s, out->outer));
    return true;
}

static void open_brace(draft *d, const bare_body *b, int start)
{
    const fix_source *s = d->s;
    size_t after = s->tokens[b->before].end;

    if (b->own_line)
        draft_replace(d, after, after, " {");
    else
        draft_replace(d, after, s->tokens[start].start, arena_printf(s->a, " {%s%s", s->newline, b->inner));
}

static void close_brace(draft *d, const bare_body *b, int end)
{
    bool is_line_end;
    size_t at = end_with_comment(d->s, end, &is_line_end);

    draft_replace(d, at, at, arena_printf(d->s->a, "%s%s}%s", d->s->newline, b->outer, is_line_end ? "" : " "));
}

/* ---- statements */

static void insert_before(draft *d, int start, const char *statement)
{
    const fix_source *s = d->s;
    size_t at = s->tokens[start].start;
    bool own = has_own_line(s, at);

    draft_replace(d, at, at, own ? arena_printf(s->a, "%s%s%s", statement, s->newline, indent_of(s, at))
                                 : arena_printf(s->a, "%s ", statement));
}

static void wrap(draft *d, int start, const char *statement)
{
    int end = statement_end(d->s, start);
    bare_body b;

    d->failed |= end < 0 || !describe_bare(d, start, &b);
    if (d->failed)
        return;
    open_brace(d, &b, start);
    if (b.own_line)
        insert_before(d, start, statement);
    else
        d->edits[d->n - 1].text = arena_printf(d->s->a, "%s%s%s%s", d->edits[d->n - 1].text, statement,
                                               d->s->newline, b.inner);
    close_brace(d, &b, end);
}

void draft_before(draft *d, int start, const char *statement)
{
    if (is_bare_body(d->s, start))
        wrap(d, start, statement);
    else if (is_plain_place(d->s, start))
        insert_before(d, start, statement);
    else
        d->failed = true;
}

void draft_after(draft *d, int end, const char *statement)
{
    bool is_line_end;
    size_t at = end_with_comment(d->s, end, &is_line_end);
    int start = end > 0 ? statement_start(d->s, end - 1) : -1;

    d->failed |= start < 0 || is_bare_body(d->s, start);
    if (d->failed)
        return;
    draft_replace(d, at, at, is_line_end ? line_break(d, indent_of(d->s, d->s->tokens[start].start), statement)
                                         : arena_printf(d->s->a, " %s", statement));
}

void draft_delete(draft *d, int start, int end)
{
    const fix_source *s = d->s;
    size_t from = s->tokens[start].start, to = s->tokens[end].end, line = line_end(s, to);

    d->failed |= is_bare_body(s, start) || !is_plain_place(s, start);
    if (d->failed)
        return;
    bool own_line = has_own_line(s, from);
    size_t blanks = strspn(s->text + to, " \t");

    if (own_line && blanks == line - to) {
        from = line_start(s, from);
        to = line + (s->text[line] == '\r') + (line < s->len);
    } else if (own_line) {
        to += blanks; /* a comment takes its place */
    }
    draft_replace(d, from, to, "");
}

void draft_statement(draft *d, int start, int end, const char *const *lines, bool own_block)
{
    const fix_source *s = d->s;
    bool is_bare = is_bare_body(s, start), own_line = has_own_line(s, s->tokens[start].start);
    const char *indent = indent_of(s, s->tokens[start].start);
    bare_body b = {.inner = indent};
    buf text = {0};

    d->failed |= !own_line || (!is_bare && !is_plain_place(s, start)) || (is_bare && !describe_bare(d, start, &b));
    if (d->failed)
        return;
    if (own_block && !is_bare)
        b.inner = arena_printf(s->a, "%s%s", indent, indent_unit(s, indent));
    if (own_block && !is_bare)
        buf_printf(&text, "{%s%s", s->newline, b.inner);
    for (int i = 0; lines[i]; i++)
        buf_printf(&text, "%s%s%s", i ? s->newline : "", i ? b.inner : "", lines[i]);
    if (is_bare)
        open_brace(d, &b, start);
    draft_replace(d, s->tokens[start].start, s->tokens[end].end, text.data);
    if (is_bare)
        close_brace(d, &b, end);
    else if (own_block) {
        b.outer = indent;
        close_brace(d, &b, end);
    }
    buf_free(&text);
}

/* ---- together */

static int compare_places(const place *x, const place *y)
{
    return x->line != y->line ? x->line - y->line : x->column - y->column;
}

static bool ends_by(const place *x, const place *y)
{
    return x->end_line < y->line || (x->end_line == y->line && x->end_column <= y->column);
}

static bool is_insertion(const text_edit *e)
{
    return e->at.line == e->at.end_line && e->at.column == e->at.end_column;
}

/* Two statements may come to the same place, two braces may not. */
static bool edits_conflict(const text_edit *x, const text_edit *y)
{
    bool same_start = compare_places(&x->at, &y->at) == 0;

    if (same_start && is_insertion(x) && is_insertion(y))
        return strpbrk(x->text, "{}") || strpbrk(y->text, "{}") || strcmp(x->text, y->text) == 0;
    if (same_start)
        return true;
    return compare_places(&x->at, &y->at) < 0 ? !ends_by(&x->at, &y->at) : !ends_by(&y->at, &x->at);
}

bool fix_conflicts(const finding_fix *x, const finding_fix *y)
{
    for (int i = 0; i < x->nedits; i++)
        for (int k = 0; k < y->nedits; k++)
            if (edits_conflict(&x->edits[i], &y->edits[k]))
                return true;
    return false;
}

typedef struct {
    const text_edit *edit;
    int rank;
} ranked;

static int compare_ranked(const void *left, const void *right)
{
    const ranked *a = left, *b = right;
    int order = compare_places(&a->edit->at, &b->edit->at);

    return order ? order : a->rank - b->rank;
}

static const char *place_in(const char *text, size_t len, int line, int column)
{
    const char *at = text;

    for (; line > 1 && at; line--) {
        at = memchr(at, '\n', len - (size_t)(at - text));
        at = at ? at + 1 : NULL;
    }
    return at && (size_t)(at - text) + (size_t)column - 1 <= len ? at + column - 1 : text + len;
}

char *fix_apply(arena *a, const char *text, size_t len, const finding_fix *const *fixes, int n, size_t *out_len)
{
    int total = 0, k = 0;
    const char *at = text;
    buf out = {0};

    for (int i = 0; i < n; i++)
        total += fixes[i]->nedits;
    ranked *all = arena_alloc(a, (size_t)total * sizeof *all + 1);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < fixes[i]->nedits; j++, k++)
            all[k] = (ranked){&fixes[i]->edits[j], k};
    if (total)
        qsort(all, (size_t)total, sizeof *all, compare_ranked);
    for (int i = 0; i < total; i++) {
        const place *p = &all[i].edit->at;
        const char *start = place_in(text, len, p->line, p->column);

        buf_addn(&out, at, (size_t)(start - at));
        buf_add(&out, all[i].edit->text);
        at = place_in(text, len, p->end_line, p->end_column);
    }
    buf_addn(&out, at, len - (size_t)(at - text));
    char *result = arena_strndup(a, out.data ? out.data : "", out.len);
    *out_len = out.len;
    buf_free(&out);
    return result;
}
