/* RW903: a comment that silences nothing is removed, or the rule from its list. */
#include "fix_int.h"

#include <string.h>

enum { WORDS = sizeof "refwarden:" - 1 };

static bool is_list_char(char ch)
{
    return ch && !strchr("[],", ch);
}

/* The place names one rule of several: it goes with the comma beside it. */
static bool drop_word(draft *d, size_t at)
{
    const char *text = d->s->text;
    size_t from = at, to = at;

    while (is_list_char(text[to]) && text[to] != '\n')
        to++;
    while (from && (text[from - 1] == ' ' || text[from - 1] == '\t'))
        from--;
    if (text[from - 1] == ',')
        draft_replace(d, from - 1, to, "");
    else if (text[to] == ',')
        draft_replace(d, at, to + 1 + strspn(text + to + 1, " \t"), "");
    return text[from - 1] == ',' || text[to] == ',';
}

static void drop_comment(draft *d, const span *c)
{
    const fix_source *s = d->s;
    size_t first = line_start(s, c->start), from = c->start, to = c->end, line = line_end(s, to);
    size_t text = c->start + 2;

    text += strspn(s->text + text, " \t*/");
    d->failed |= strncmp(s->text + text, "refwarden:", WORDS) != 0 || memchr(s->text + c->start, '\n', to - from);
    if (strspn(s->text + to, " \t") == line - to) {
        to = line;
        while (from > first && strchr(" \t", s->text[from - 1]))
            from--;
        if (from == first && line < s->len) {
            to = line + (s->text[line] == '\r') + 1;
        }
    }
    if (from > first && s->text[to] == ' ' && strchr(" \t", s->text[from - 1]))
        to += strspn(s->text + to, " \t");
    draft_replace(d, from, to, "");
}

void fix_comment(proposal *p)
{
    const fix_source *s = p->s;
    size_t at = offset_at(s, p->f->at.line, p->f->at.column);
    const span *c = at == SIZE_MAX ? NULL : comment_at(s, at);
    draft d = draft_begin(p);

    if (!c || strncmp(p->f->message, "there is no rule", 16) == 0)
        return;
    if (strncmp(s->text + at, "refwarden:", WORDS) == 0 || !drop_word(&d, at))
        drop_comment(&d, c);
    propose(p, &d, FIX_SAFE, "remove what silences nothing");
}
