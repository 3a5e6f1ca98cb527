/* What surely holds at a place of a function, whatever way led there.
 *
 * The engine knows the ways it walked, under one configuration. These questions are about what it does not see: a
 * variable without a value, a lock that is gone, what #if leaves out. "No" means "perhaps not".
 */
#include "fix_int.h"

#include <string.h>

/* ---- values */

static bool is_inside(const fix_source *s, int t, int brace)
{
    for (int open = s->tokens[t].open; open >= 0; open = s->tokens[open].open)
        if (open == brace)
            return true;
    return false;
}

/* A jump from before `where` to a label between the two. */
static bool is_jumped_over(const fix_source *s, const function_tokens *fn, int where, int place)
{
    for (int t = where; t < place; t++) {
        if (!is_mark(s, t, ':') || !ends_label(s, t))
            continue;
        bool is_case = !is_mark(s, word_before(s, t - 1), ';') && !is_mark(s, word_before(s, t - 1), '}') &&
                       !is_mark(s, word_before(s, t - 1), '{') && !is_mark(s, word_before(s, t - 1), ':');
        if ((is_case || is_the_word(s, t - 1, "default")) && s->tokens[t].open < where)
            return true;
        for (int g = fn->body; g < where; g++)
            if (is_the_word(s, g, "goto") && is_the_word(s, g + 1, token_text(s, t - 1)))
                return true;
    }
    return false;
}

/* Only a part of the condition or expression may have run. */
static bool is_conditional_part(const fix_source *s, int start, int where)
{
    for (int t = start; t < where; t++)
        if (is_mark(s, t, '?') || ((is_mark(s, t, '&') || is_mark(s, t, '|')) && same_tokens(s, t, t + 1, 1)))
            return true;
    return is_the_word(s, start, "for");
}

/* Whether every way to `place` came by the statement at `where`. */
static bool comes_before(const fix_source *s, const function_tokens *fn, int where, int place)
{
    int start = statement_start(s, where);

    return where > fn->body && where < place && !is_bare_body(s, start) && !is_conditional_part(s, start, where) &&
           is_inside(s, place, s->tokens[start].open) && !is_jumped_over(s, fn, where, place);
}

bool surely_set(const fix_source *s, const function_tokens *fn, const char *name, int where, int place)
{
    int declared = declaration_of(s, fn, name);

    if (declared < 0)
        return false;
    if (declared < fn->body || is_mark(s, declared + 1, '='))
        return true;
    return where >= 0 && comes_before(s, fn, where, place);
}

static bool is_null(const fix_source *s, int t)
{
    return is_the_word(s, t, "NULL") || is_the_word(s, t, "nullptr");
}

/* `x == NULL`, `!x`, and both with the assignment inside. */
static bool is_null_test(const fix_source *s, int first, int last, const char *name)
{
    if (is_mark(s, first, '!'))
        return is_variable(s, first + 1, name) ? last == first + 1
                                               : is_mark(s, first + 1, '(') && is_variable(s, first + 2, name) &&
                                                     is_mark(s, first + 3, '=') && s->tokens[first + 1].pair == last;
    if (is_null(s, last) && is_mark(s, last - 1, '=') && is_mark(s, last - 2, '='))
        return last - 3 == first ? is_variable(s, first, name)
                                 : is_mark(s, first, '(') && is_variable(s, first + 1, name) &&
                                       s->tokens[first].pair == last - 3;
    return is_null(s, first) && is_mark(s, first + 1, '=') && is_variable(s, last, name) && last == first + 3;
}

/* One of the conditions, of which any is enough. */
static bool tests_for_null(const fix_source *s, int open, const char *name)
{
    int close = s->tokens[open].pair, first = open + 1;

    for (int t = first; t <= close; t++) {
        bool is_or = is_mark(s, t, '|') && is_mark(s, t + 1, '|');

        if (s->tokens[t].open != open && t != close)
            continue;
        if (is_mark(s, t, '&') && is_mark(s, t + 1, '&'))
            return false;
        if ((is_or || t == close) && is_null_test(s, first, t - 1, name))
            return true;
        first = is_or ? t + 2 : first;
        t += is_or;
    }
    return false;
}

static bool leaves(const fix_source *s, int close)
{
    int first = close + 1, end;

    if (!is_mark(s, first, '{'))
        return is_one_of(s, first, leaving);
    end = s->tokens[first].pair;
    for (int t = first + 1; t < end; t++)
        if (is_one_of(s, t, leaving) && s->tokens[t].open == first && is_plain_place(s, t))
            return true;
    return false;
}

static bool is_assigned(const fix_source *s, int t, const char *name)
{
    return (is_variable(s, t, name) && is_mark(s, t + 1, '=') && !is_mark(s, t + 2, '=')) ||
           (is_mark(s, t - 1, '&') && is_variable(s, t, name));
}

/* `if (x)`, `if (x != NULL)`. */
static bool tests_for_object(const fix_source *s, int open, const char *name)
{
    int close = s->tokens[open].pair;

    if (!is_variable(s, open + 1, name))
        return false;
    return close == open + 2 ||
           (close == open + 5 && is_mark(s, open + 2, '!') && is_mark(s, open + 3, '=') && is_null(s, open + 4));
}

/* Code that asks reckons with NULL. */
static bool is_doubted(const fix_source *s, int t, const char *name)
{
    return is_variable(s, t, name) && ((is_mark(s, t + 1, '!') && is_mark(s, t + 2, '=')) ||
                                       (is_mark(s, t - 1, '(') && is_mark(s, t + 1, ')') && is_the_word(s, t - 2, "if")));
}

static bool proves(const fix_source *s, const function_tokens *fn, int condition, const char *name, int place)
{
    int close = s->tokens[condition + 1].pair, behind = skip_statement(s, condition);

    if (tests_for_object(s, condition + 1, name))
        return place > close && place < behind;
    return place >= behind && tests_for_null(s, condition + 1, name) && leaves(s, close) &&
           comes_before(s, fn, condition + 1, place);
}

/* Whether the variable was tested for NULL since it was set last, with a way out for that. */
bool surely_object(const fix_source *s, const function_tokens *fn, const char *name, int place)
{
    bool sure = declaration_of(s, fn, name) >= 0 && declaration_of(s, fn, name) < fn->body;

    for (int t = fn->body; t < place; t++) {
        if (is_the_word(s, t, "if") && is_mark(s, t + 1, '(') && proves(s, fn, t, name, place)) {
            sure = true;
            t = matching(s, t + 1);
        } else if (is_assigned(s, t, name) || is_doubted(s, t, name)) {
            sure = false;
        }
    }
    return sure;
}

/* ---- releases that are there already */

static const char *const releases[] = {"Py_DECREF", "Py_XDECREF", "PyBuffer_Release", NULL};

static bool is_release_of(const fix_source *s, int t, const char *name)
{
    int argument = t + 2 + is_mark(s, t + 2, '&');

    return is_one_of(s, t, releases) && is_mark(s, t + 1, '(') && is_variable(s, argument, name) &&
           is_mark(s, argument + 1, ')');
}

/* Whether the block of the statement is left behind it, other than to a label before the place. */
static bool leaves_after(const fix_source *s, const function_tokens *fn, int start, int place)
{
    int open = s->tokens[start].open, end = open >= 0 ? s->tokens[open].pair : -1;

    for (int t = start; t < end && t < place && !is_bare_body(s, start); t++) {
        if (s->tokens[t].open != open || !is_one_of(s, t, leaving) || !is_plain_place(s, t))
            continue;
        if (!is_the_word(s, t, "goto"))
            return is_the_word(s, t, "return");
        for (int l = fn->body; l < place; l++)
            if (is_mark(s, l, ':') && is_the_word(s, l - 1, token_text(s, t + 1)) && ends_label(s, l))
                return false;
        return true;
    }
    return false;
}

bool may_be_released(const fix_source *s, const function_tokens *fn, const char *name, int place)
{
    bool found = false;

    for (int t = fn->body; t < place; t++)
        if (is_release_of(s, t, name)) {
            found |= !leaves_after(s, fn, t, place);
            t = matching(s, t + 1);
        } else if (is_assigned(s, t, name)) {
            found = false;
        }
    return found;
}

/* ---- code that not everybody compiles */

static int depth_change(const fix_source *s, int t)
{
    const char *word;

    if (s->tokens[t].kind != T_DIRECTIVE)
        return 0;
    word = token_text(s, t) + 1;
    word += strspn(word, " \t");
    return (strncmp(word, "if", 2) == 0) - (strncmp(word, "endif", 5) == 0);
}

bool depends_on_macros(const fix_source *s, const char *name, int where, int place)
{
    int depth = 0, least = 0;

    for (int t = where < 0 ? place : where; t < place; t++) {
        depth += depth_change(s, t);
        least = depth < least ? depth : least;
        if (depth > 0 && is_assigned(s, t, name))
            return true;
    }
    return least < 0;
}

/* ---- locks */

static const char *const unlocks[] = {"PyGILState_Release", "PyEval_SaveThread", "PyEval_ReleaseThread", NULL};

int place_with_lock(const fix_source *s, const function_tokens *fn, int place)
{
    for (int t = fn->body; t < place; t++) {
        if (!is_one_of(s, t, unlocks) || leaves_after(s, fn, statement_start(s, t), place))
            continue;
        int start = statement_start(s, t);
        bool is_straight = s->tokens[start].open == s->tokens[place].open && is_plain_place(s, start) &&
                           !is_bare_body(s, place);

        for (int l = t; l < place; l++)
            is_straight &= !(is_mark(s, l, ':') && ends_label(s, l));
        return is_straight ? start : -1;
    }
    return place;
}

/* ---- what else a function has begun */

static const char *const harmless[] = {"if", "while", "for", "switch", "sizeof", "return", "Py_UNUSED", NULL};
static const char *const lasting[] = {"PyMem_", "PyGILState_", "PyThread_", "PyObject_Malloc", "PyObject_Calloc",
                                      "PyEval_", "Py_Enter", "PyDict_Next", NULL};

static bool begins_something(const fix_source *s, int call)
{
    for (int i = 0; lasting[i]; i++)
        if (begins_with(s, call, lasting[i]))
            return true;
    return !is_one_of(s, call, harmless) && !begins_with(s, call, "Py") && !begins_with(s, call, "_Py");
}

static bool is_store(const fix_source *s, int equals)
{
    return is_mark(s, equals - 1, ']') || is_mark(s, equals - 2, '.') || is_mark(s, equals - 2, '>') ||
           (is_mark(s, equals - 2, '*') && is_plain_place(s, equals - 2));
}

bool has_begun_nothing(const fix_source *s, const function_tokens *fn, int place)
{
    for (int t = fn->body; t < place; t++)
        if ((is_name(s, t) && is_mark(s, t + 1, '(') && begins_something(s, t)) ||
            (is_mark(s, t, '=') && !is_mark(s, t + 1, '=') && is_store(s, t)))
            return false;
    return true;
}
