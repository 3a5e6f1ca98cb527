/* Pieces of a row, with their place for messages. */
#include "contract_int.h"

#include <ctype.h>
#include <string.h>

bool piece_is(piece p, const char *word)
{
    return strlen(word) == p.len && memcmp(p.text, word, p.len) == 0;
}

bool piece_starts(piece p, const char *word)
{
    return strlen(word) <= p.len && memcmp(p.text, word, strlen(word)) == 0;
}

bool piece_cut_end(piece *p, const char *word)
{
    size_t n = strlen(word);

    if (p->len < n || memcmp(p->text + p->len - n, word, n) != 0)
        return false;
    p->len -= n;
    return true;
}

piece piece_after(piece p, size_t n) { return (piece){p.text + n, p.len - n}; }

/* Cuts the text before the next separator off rest. */
bool piece_next(piece *rest, char separator, piece *out)
{
    const char *end;

    if (rest->text == NULL)
        return false;
    end = memchr(rest->text, separator, rest->len);
    *out = *rest;
    if (end == NULL) {
        rest->text = NULL;
    } else {
        out->len = (size_t)(end - rest->text);
        *rest = piece_after(*rest, out->len + 1);
    }
    return true;
}

int row_complain(const reader *r, piece at, const char *fault, const char *allowed)
{
    return fail(r->st, ERR_INPUT, "%s:%d:%d: '%.*s' %s%s%s", r->file, r->line,
                (int)(at.text - r->line_text) + 1, (int)(at.len < 60 ? at.len : 60), at.text, fault,
                allowed[0] ? "; allowed: " : "", allowed);
}

int row_complain_word(const reader *r, piece at, const contract_word *table)
{
    const char *const operands[] = {"", "0", "0", table == contract_effects ? "(...)" : "(0)"};
    bool has_operands = table != contract_fails && table != contract_anchors;
    buf allowed = {0}, fault = {0};
    int rc;

    for (const contract_word *w = table; w->word; w++)
        buf_printf(&allowed, "%s%s%s", w == table ? "" : " ", w->word,
                   has_operands ? operands[w->detail] : "");
    buf_printf(&fault, "is not a word of the column %s", r->column);
    rc = row_complain(r, at, fault.data, allowed.data);
    buf_free(&allowed);
    buf_free(&fault);
    return rc;
}

int piece_number(piece p)
{
    int n = 0;

    if (p.len == 0 || p.len > 2)
        return -1;
    for (size_t i = 0; i < p.len; i++) {
        if (!isdigit((unsigned char)p.text[i]))
            return -1;
        n = n * 10 + (p.text[i] - '0');
    }
    return n;
}

bool piece_is_identifier(piece p)
{
    for (size_t i = 0; i < p.len; i++)
        if (p.text[i] != '_' && !isalnum((unsigned char)p.text[i]))
            return false;
    return p.len > 0 && !isdigit((unsigned char)p.text[0]);
}

const contract_word *contract_find_word(const contract_word *table, piece p)
{
    for (; table->word; table++)
        if (piece_is(p, table->word))
            return table;
    return NULL;
}
