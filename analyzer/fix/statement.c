/* Statements and functions, by their tokens.
 *
 * A statement begins behind the last `;`, brace, label, `else`, `do` or condition. What the scanner
 * cannot tell (a macro that hides a condition, brackets that #if tears apart) is refused, never guessed.
 */
#include "fix_int.h"

#include <string.h>

const char *const leaving[] = {"return", "goto", "break", "continue", NULL};

static const char *const conditions[] = {"if", "while", "for", "switch", NULL};

bool is_one_of(const fix_source *s, int t, const char *const *words)
{
    for (; *words; words++)
        if (is_the_word(s, t, *words))
            return true;
    return false;
}

/* ---- functions */

static bool is_body(const fix_source *s, int brace)
{
    int before = word_before(s, brace);

    while (before > 0 && (is_the_word(s, before, "const") || is_the_word(s, before, "noexcept") || is_the_word(s, before, "override")))
        before--;
    return is_mark(s, before, ')') && s->tokens[before].pair > 0 && is_name(s, s->tokens[before].pair - 1) &&
           !is_one_of(s, s->tokens[before].pair - 1, conditions);
}

static bool describe(const fix_source *s, int brace, function_tokens *out)
{
    int close = word_before(s, brace);

    while (close > 0 && !is_mark(s, close, ')'))
        close--;
    out->params = s->tokens[close].pair;
    out->name = out->params - 1;
    out->body = brace;
    out->end = s->tokens[brace].pair;
    return out->end > 0;
}

bool function_around(const fix_source *s, int t, function_tokens *out)
{
    int found = -1;

    for (int open = s->tokens[t].open; open >= 0; open = s->tokens[open].open)
        if (is_mark(s, open, '{') && is_body(s, open))
            found = open;
    return found >= 0 && describe(s, found, out);
}

bool find_function(const fix_source *s, const char *name, function_tokens *out)
{
    for (int t = 1; t < s->n; t++) {
        int open = is_mark(s, t, '(') && is_the_word(s, t - 1, name) ? t : -1;
        int brace = open >= 0 && s->tokens[open].pair > 0 ? s->tokens[open].pair + 1 : -1;

        if (brace > 0 && is_mark(s, brace, '{') && describe(s, brace, out))
            return true;
    }
    return false;
}

int parameter_name(const fix_source *s, const function_tokens *fn, int index)
{
    int close = s->tokens[fn->params].pair, last = -1;

    for (int t = fn->params + 1; t <= close; t++) {
        if (s->tokens[t].open != fn->params && t != close)
            continue;
        if ((is_mark(s, t, ',') || t == close) && index-- == 0)
            return last;
        last = is_name(s, t) ? t : is_mark(s, t, ',') ? -1 : last;
    }
    return -1;
}

const char *result_type(const fix_source *s, const function_tokens *fn)
{
    static const char *const plain[] = {"int", "long", "Py_ssize_t", "Py_hash_t", "double", NULL};
    int t = fn->name - 1;

    if (is_mark(s, t, '*') && is_the_word(s, t - 1, "PyObject"))
        return "PyObject *";
    if (is_the_word(s, t, "PyMODINIT_FUNC"))
        return "PyObject *";
    return is_one_of(s, t, plain) && !is_the_word(s, t - 1, "unsigned") && !is_the_word(s, t - 1, "long")
               ? arena_printf(s->a, "%s ", token_text(s, t)) : NULL;
}

/* ---- statements */

int word_before(const fix_source *s, int t)
{
    for (t--; t >= 0 && s->tokens[t].kind == T_DIRECTIVE; t--)
        ;
    return t;
}

/* Whether the colon ends a label or a case. */
bool ends_label(const fix_source *s, int colon)
{
    int t = word_before(s, colon), words = 0;

    if (is_mark(s, colon + 1, ':') || is_mark(s, t, ':'))
        return false;
    for (; t >= 0 && t > s->tokens[colon].open; t = word_before(s, t), words++) {
        if (s->tokens[t].pair >= 0 && s->tokens[t].pair < t && !is_mark(s, t, '}'))
            t = s->tokens[t].pair;
        if (is_the_word(s, t, "case"))
            return true;
        if (is_mark(s, t, '?'))
            return false;
        if (is_mark(s, t, ';') || is_mark(s, t, '{') || is_mark(s, t, '}') || is_mark(s, t, ':'))
            break;
    }
    return words == 1;
}

static bool is_condition_end(const fix_source *s, int t)
{
    return is_mark(s, t, ')') && s->tokens[t].pair > 0 && is_one_of(s, s->tokens[t].pair - 1, conditions);
}

/* Whether a statement begins behind the token. */
static bool ends_before(const fix_source *s, int t)
{
    return t < 0 || is_mark(s, t, ';') || is_mark(s, t, '{') || is_mark(s, t, '}') || is_the_word(s, t, "else") ||
           is_the_word(s, t, "do") || is_condition_end(s, t) || (is_mark(s, t, ':') && ends_label(s, t));
}

int statement_start(const fix_source *s, int t)
{
    while (s->tokens[t].open >= 0 && !is_mark(s, s->tokens[t].open, '{'))
        t = s->tokens[t].open;
    for (int before = word_before(s, t); !ends_before(s, before); before = word_before(s, t))
        t = s->tokens[before].pair >= 0 && s->tokens[before].pair < before ? s->tokens[before].pair : before;
    return t;
}

int matching(const fix_source *s, int t)
{
    return s->tokens[t].pair > t ? s->tokens[t].pair : t;
}

int statement_end(const fix_source *s, int start)
{
    if (is_one_of(s, start, conditions) || is_the_word(s, start, "do") || is_the_word(s, start, "else"))
        return -1;
    for (int t = start; t < s->n; t = matching(s, t) + 1) {
        if (is_mark(s, t, ';'))
            return t;
        if (s->tokens[t].kind == T_DIRECTIVE || is_mark(s, t, '}') || is_mark(s, t, '{'))
            return -1;
    }
    return -1;
}

/* Behind a statement with all its branches. */
int skip_statement(const fix_source *s, int t)
{
    if (is_the_word(s, t, "else") || is_the_word(s, t, "do"))
        t++;
    while (t < s->n && is_one_of(s, t, conditions) && is_mark(s, t + 1, '('))
        t = matching(s, t + 1) + 1;
    if (is_mark(s, t, '{'))
        return matching(s, t) + 1;
    while (t < s->n && !is_mark(s, t, ';') && !is_mark(s, t, '}'))
        t = matching(s, t) + 1;
    return is_mark(s, t, ';') ? t + 1 : t;
}

int next_statement(const fix_source *s, int start)
{
    int t = skip_statement(s, start);

    while (t < s->n && s->tokens[t].kind == T_DIRECTIVE)
        t++;
    return t < s->n ? t : s->n - 1;
}

bool is_bare_body(const fix_source *s, int start)
{
    int before = word_before(s, start);

    return is_condition_end(s, before) || is_the_word(s, before, "else") || is_the_word(s, before, "do");
}

bool is_plain_place(const fix_source *s, int start)
{
    int before = word_before(s, start);

    return is_mark(s, before, ';') || is_mark(s, before, '{') || is_mark(s, before, '}') ||
           (is_mark(s, before, ':') && ends_label(s, before));
}

bool follows_label(const fix_source *s, int start)
{
    return is_mark(s, word_before(s, start), ':');
}

bool is_call_of(const fix_source *s, int start, const char *const *names)
{
    return is_one_of(s, start, names) && is_mark(s, start + 1, '(') && s->tokens[start + 1].pair > 0 &&
           is_mark(s, s->tokens[start + 1].pair + 1, ';');
}

/* ---- variables */

bool is_variable(const fix_source *s, int t, const char *name)
{
    bool is_member = is_mark(s, t - 1, '.') || (is_mark(s, t - 1, '>') && is_mark(s, t - 2, '-'));

    return !is_member && is_the_word(s, t, name);
}

bool uses(const fix_source *s, int first, int last, const char *name)
{
    for (int t = first; t <= last; t++)
        if (is_variable(s, t, name))
            return true;
    return false;
}

int declaration_of(const fix_source *s, const function_tokens *fn, const char *name)
{
    for (int t = fn->params; t < fn->end; t++)
        if (is_variable(s, t, name)) {
            bool is_parameter = t < fn->body;
            bool is_declarator = is_mark(s, t - 1, '*') || is_mark(s, t - 1, ',') || is_name(s, t - 1);

            return is_parameter || (is_declarator && is_declaration(s, statement_start(s, t))) ? t : -1;
        }
    return -1;
}

/* TYPE NAME or TYPE *NAME, and what can stand before it. */
bool is_declaration(const fix_source *s, int start)
{
    int t = start;

    if (is_one_of(s, t, leaving) || is_one_of(s, t, conditions) || is_the_word(s, t, "else") || is_the_word(s, t, "do") ||
        is_the_word(s, t, "case") || is_the_word(s, t, "delete") || is_the_word(s, t, "throw") || !is_name(s, t))
        return false;
    t++;
    while (is_mark(s, t, ':') && is_mark(s, t + 1, ':') && is_name(s, t + 2))
        t += 3;
    if (is_name(s, t))
        return true;
    while (is_mark(s, t, '*'))
        t++;
    return t > start + 1 && is_name(s, t) &&
           (is_mark(s, t + 1, '=') || is_mark(s, t + 1, ';') || is_mark(s, t + 1, ',') || is_mark(s, t + 1, '['));
}

const char *unused_name(const fix_source *s, const function_tokens *fn, const char *const *names)
{
    for (; *names; names++)
        if (!uses(s, fn->params, fn->end, *names))
            return *names;
    return NULL;
}
