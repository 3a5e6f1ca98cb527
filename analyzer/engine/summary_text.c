/* Summaries as text that reads back: what --dump=summaries prints, and what crosses files.
 *
 *   fn make_pair(self: obj, n: int) -> obj
 *     uses Pair.size, read; Pair.owner, written
 *     returns value {0}, fails; self borrows; n -; exception set
 *     returns new {>1}, fresh, writes, is exactly tuple; self keeps in Pair.owner; n {0,1,>1} -
 *
 * Arguments stand in their order, their names are for the reader's eye. Nothing that a caller's
 * paths depend on is left out: print(read(print(x))) is print(x), and outcomes are equal as bytes.
 */
#include "engine_int.h"

#include <stdlib.h>
#include <string.h>

static const char *const result_words[] = {
    [R_VALUE] = "value", [R_NEW] = "new", [R_BORROWED] = "borrowed", [R_ARG] = "argument",
    [R_NEW_ARG] = "new to argument", [R_INTERIOR] = "interior", [R_UNKNOWN_OBJECT] = "unknown object",
    [R_GLOBAL] = "global", [R_NEW_GLOBAL] = "new to global",
};
enum { NRESULTS = sizeof result_words / sizeof *result_words };

static const char *const effect_words[] = {
    [E_NONE] = "-", [E_BORROW] = "borrows", [E_RETAIN] = "retains", [E_KEEP] = "keeps", [E_STEAL] = "steals",
    [E_CONSUME] = "gives away", [E_DROP] = "releases", [E_ESCAPE] = "may keep", [E_OUT_NEW] = "out new",
    [E_OUT_BORROWED] = "out borrowed", [E_OUT_NULL] = "out NULL", [E_OUT_VALUE] = "out value",
    [E_OUT_INTERIOR] = "out interior", [E_OUT_RETAIN] = "out retains", [E_ACQUIRE] = "acquires", [E_OUT_MEMORY] = "out memory",
    [E_GIVE_BACK] = "gives back",
    [E_INOUT] = "replaces", [E_INOUT_NULL] = "clears", [E_FREE] = "frees",
};
enum { NEFFECTS = sizeof effect_words / sizeof *effect_words };

static const char *const sign_words[] = {"<-1", "-1", "0", "1", ">1"};
enum { NSIGNS = sizeof sign_words / sizeof *sign_words };

static const struct {
    const char *word;
    size_t at; /* a bool of an outcome */
} flag_words[] = {
    {"fresh", offsetof(outcome, fresh)},       {"born", offsetof(outcome, born)},
    {"lasting", offsetof(outcome, lasting)},   {"copy", offsetof(outcome, copies)},
    {"believed", offsetof(outcome, believed)}, {"fails", offsetof(outcome, failure)},
    {"for memory", offsetof(outcome, memory_only)}, {"misuse", offsetof(outcome, misuse)},
    {"doubted exception", offsetof(outcome, exc_doubted)},
    {"with an exception", offsetof(outcome, with_exc)}, {"without an exception", offsetof(outcome, without_exc)},
    {"writes", offsetof(outcome, writes)},     {"gives buffers back", offsetof(outcome, gives_back)},
};
enum { NFLAGS = sizeof flag_words / sizeof *flag_words };

static const struct {
    const char *word;
    uint8_t exc;
} exception_words[] = {
    {"exception set", EXC_IS_SET}, {"exception cleared", EXC_IS_CLEAR}, {"exception perhaps", EXC_UNKNOWN},
};
enum { NEXCEPTIONS = sizeof exception_words / sizeof *exception_words };

static bool *flag_of(outcome *o, int i) { return (bool *)((char *)o + flag_words[i].at); }

/* ---- printing */

static void print_signs(uint8_t signs, buf *out)
{
    const char *comma = "";

    if (signs == S_ANY)
        return;
    buf_add(out, " {");
    for (int i = 0; i < NSIGNS; i++)
        if (signs >> i & 1) {
            buf_printf(out, "%s%s", comma, sign_words[i]);
            comma = ",";
        }
    buf_add(out, "}");
}

static void print_result(const outcome *o, buf *out)
{
    const char *type = contract_type_word_of((contract_type)o->kind.type);
    outcome copy = *o;

    buf_printf(out, "  returns %s", result_words[o->result]);
    if (o->arg >= 0)
        buf_printf(out, " %d", o->arg);
    if (o->global)
        buf_printf(out, " %s", o->global);
    print_signs(o->signs, out);
    for (int i = 0; i < NFLAGS; i++)
        if (*flag_of(&copy, i))
            buf_printf(out, ", %s", flag_words[i].word);
    if (o->pair)
        buf_printf(out, ", pair %s", o->pair);
    if (type)
        buf_printf(out, ", is %s%s", o->kind.exact ? "exactly " : "", type);
}

static void print_name(const ir_fn *fn, int k, bool with_names, buf *out)
{
    if (with_names && fn->vars[k].shown)
        buf_add(out, fn->vars[k].shown);
    else
        buf_printf(out, "%d", k);
}

static void print_field(const used_field *f, const char *before, buf *out)
{
    buf_printf(out, "%s%s.%s", before, f->record, f->field);
}

static void print_fields(const summary *sum, buf *out)
{
    for (int i = 0; i < sum->nfields; i++) {
        print_field(&sum->fields[i], i ? "; " : "  uses ", out);
        buf_add(out, sum->fields[i].uses & FIELD_READ ? ", read" : "");
        buf_add(out, sum->fields[i].uses & FIELD_WRITTEN ? ", written" : "");
    }
    buf_add(out, sum->uses_more ? "; more\n" : sum->nfields ? "\n" : "");
}

static void print_outcome(const ir_fn *fn, const summary *sum, const outcome *o, bool with_names, buf *out)
{
    if (!o->returns) {
        buf_add(out, "  never returns\n");
        return;
    }
    print_result(o, out);
    for (int k = 0; k < o->nargs; k++) {
        buf_add(out, "; ");
        print_name(fn, k, with_names, out);
        print_signs(o->args[k].signs, out);
        buf_add(out, o->args[k].is_large ? " large" : "");
        buf_add(out, o->args[k].null_ok ? "" : " needed");
        buf_printf(out, " %s", effect_words[o->args[k].effect]);
        if (o->args[k].kept_in)
            print_field(&sum->fields[o->args[k].kept_in - 1], " in ", out);
    }
    for (int i = 0; i < NEXCEPTIONS; i++)
        if (exception_words[i].exc == o->exc)
            buf_printf(out, "; %s", exception_words[i].word);
    buf_add(out, "\n");
}

void summary_print(const ir_fn *fn, const summary *sum, bool with_names, buf *out)
{
    buf_printf(out, "fn %s(", fn->name);
    for (int k = 0; k < fn->nparams; k++) {
        buf_add(out, k ? ", " : "");
        print_name(fn, k, with_names, out);
    }
    buf_printf(out, ")%s\n", sum->known ? "" : " unknown");
    if (!sum->known)
        return;
    print_fields(sum, out);
    buf_add(out, sum->runs_code ? "  runs code\n" : sum->may_run_code ? "  may run code\n" : "");
    for (int i = 0; i < sum->noutcomes; i++)
        print_outcome(fn, sum, &sum->outcomes[i], with_names, out);
}

/* ---- reading */

typedef struct {
    arena *a;
    const char *at;
    int line;
    status *st;
    bool failed;
} reader;

typedef struct {
    const char *text;
    size_t n;
} piece;

static void complain(reader *r, const char *what)
{
    if (!r->failed)
        fail(r->st, ERR_INPUT, "summary, line %d: %s", r->line, what);
    r->failed = true;
}

static bool accept(reader *r, const char *text)
{
    size_t n = strlen(text);

    if (r->failed || strncmp(r->at, text, n) != 0)
        return false;
    r->at += n;
    return true;
}

static void expect(reader *r, const char *text)
{
    if (!accept(r, text))
        complain(r, text[0] == '\n' ? "more than is known" : "something is missing");
}

/* Up to one of `ends`, without the space before it. */
static piece take_until(reader *r, const char *ends)
{
    piece p = {r->at, strcspn(r->at, ends)};

    r->at += p.n;
    while (p.n && p.text[p.n - 1] == ' ')
        p.n--;
    return p;
}

static bool piece_is(piece p, const char *word) { return p.n == strlen(word) && memcmp(p.text, word, p.n) == 0; }

/* The word that p begins with, the longest one; what follows it is left in p. */
static int take_word(reader *r, piece *p, const char *const *words, int n)
{
    int best = -1;
    size_t longest = 0;

    for (int i = 0; i < n; i++) {
        size_t len = strlen(words[i]);
        if (len <= p->n && len > longest && memcmp(p->text, words[i], len) == 0 &&
            (len == p->n || p->text[len] == ' ')) {
            best = i;
            longest = len;
        }
    }
    if (best < 0)
        complain(r, "not a word of summaries");
    p->text += longest;
    p->n -= longest;
    while (p->n && *p->text == ' ') {
        p->text++;
        p->n--;
    }
    return best < 0 ? 0 : best;
}

static uint8_t read_signs(reader *r)
{
    uint8_t signs = 0;

    if (!accept(r, "{"))
        return S_ANY;
    do {
        piece p = take_until(r, ",}\n");
        signs |= (uint8_t)(1 << take_word(r, &p, sign_words, NSIGNS));
    } while (accept(r, ","));
    expect(r, "}");
    return signs;
}

static int number_in(reader *r, piece p)
{
    char *end;
    long n = strtol(p.text, &end, 10);

    if (p.n == 0 || end != p.text + p.n || n < 0 || n >= OUTCOME_ARGS)
        complain(r, "not the number of an argument");
    return r->failed ? 0 : (int)n;
}

static void read_result(reader *r, outcome *o)
{
    piece p = take_until(r, ",;{\n");

    o->result = (uint8_t)take_word(r, &p, result_words, NRESULTS);
    o->arg = -1;
    if (p.n && (o->result == R_GLOBAL || o->result == R_NEW_GLOBAL))
        o->global = arena_strndup(r->a, p.text, p.n);
    else if (p.n)
        o->arg = (int8_t)number_in(r, p);
    if ((o->result == R_ARG || o->result == R_NEW_ARG) && o->arg < 0)
        complain(r, "which argument?");
    if ((o->result == R_GLOBAL || o->result == R_NEW_GLOBAL) && !o->global)
        complain(r, "which global?");
    o->signs = read_signs(r);
}

static void read_kind(reader *r, piece p, outcome *o)
{
    static const char exactly[] = "exactly ";
    size_t n = sizeof exactly - 1;

    o->kind.exact = p.n > n && memcmp(p.text, exactly, n) == 0;
    if (o->kind.exact)
        p = (piece){p.text + n, p.n - n};
    o->kind.type = (uint8_t)contract_type_named(p.text, p.n);
    if (o->kind.type == TYPE_UNKNOWN)
        complain(r, "not a type");
}

static void read_flag(reader *r, outcome *o)
{
    piece p = take_until(r, ",;\n");

    if (p.n > 3 && memcmp(p.text, "is ", 3) == 0) {
        read_kind(r, (piece){p.text + 3, p.n - 3}, o);
        return;
    }
    if (p.n > 5 && memcmp(p.text, "pair ", 5) == 0) {
        o->pair = arena_strndup(r->a, p.text + 5, p.n - 5);
        return;
    }
    for (int i = 0; i < NFLAGS; i++)
        if (piece_is(p, flag_words[i].word)) {
            *flag_of(o, i) = true;
            return;
        }
    complain(r, "not a word of summaries");
}

/* Record.field; the record's name has no dot. */
static void read_field(reader *r, piece p, used_field *f)
{
    const char *dot = memchr(p.text, '.', p.n);

    if (!dot) {
        complain(r, "not a field");
        return;
    }
    f->record = arena_strndup(r->a, p.text, (size_t)(dot - p.text));
    f->field = arena_strndup(r->a, dot + 1, p.n - (size_t)(dot + 1 - p.text));
}

static uint8_t read_keeper(reader *r, piece p, const summary *sum)
{
    used_field f = {"", "", 0};

    read_field(r, p, &f);
    for (int i = 0; i < sum->nfields; i++)
        if (strcmp(sum->fields[i].record, f.record) == 0 && strcmp(sum->fields[i].field, f.field) == 0)
            return (uint8_t)(i + 1);
    complain(r, "kept in a field that is not used");
    return 0;
}

static void read_fields(reader *r, summary *out)
{
    do {
        used_field f = {"", "", 0};
        piece p = take_until(r, ",;\n");

        if (piece_is(p, "more")) {
            out->uses_more = true;
            return;
        }
        read_field(r, p, &f);
        f.uses |= accept(r, ", read") ? FIELD_READ : 0;
        f.uses |= accept(r, ", written") ? FIELD_WRITTEN : 0;
        if (out->nfields == SUMMARY_FIELDS)
            complain(r, "too many fields");
        else
            out->fields[out->nfields++] = f;
    } while (accept(r, "; ") && !r->failed);
}

static void read_argument(reader *r, const summary *sum, outcome_arg *a)
{
    piece p;

    *a = (outcome_arg){.null_ok = true, .anchor = -1};
    expect(r, "; ");
    take_until(r, " ;\n");
    expect(r, " ");
    a->signs = read_signs(r);
    if (a->signs != S_ANY)
        expect(r, " ");
    a->is_large = accept(r, "large ");
    a->null_ok = !accept(r, "needed ");
    p = take_until(r, ";\n");
    a->effect = (uint8_t)take_word(r, &p, effect_words, NEFFECTS);
    if (a->effect == E_KEEP && p.n > 3 && memcmp(p.text, "in ", 3) == 0)
        a->kept_in = read_keeper(r, (piece){p.text + 3, p.n - 3}, sum);
    else if (p.n)
        complain(r, "not a word of summaries");
}

static void read_exception(reader *r, outcome *o)
{
    o->exc = EXC_KEEP;
    if (!accept(r, "; "))
        return;
    piece p = take_until(r, "\n");
    for (int i = 0; i < NEXCEPTIONS; i++)
        if (piece_is(p, exception_words[i].word))
            o->exc = exception_words[i].exc;
    if (o->exc == EXC_KEEP)
        complain(r, "not a word of summaries");
}

static void read_outcome(reader *r, const summary *sum, outcome *o, int nparams)
{
    memset(o, 0, sizeof *o);
    if (accept(r, "never returns")) {
        *o = outcome_never_returns;
        return;
    }
    expect(r, "returns ");
    o->returns = true;
    read_result(r, o);
    while (accept(r, ", "))
        read_flag(r, o);
    o->nargs = nparams < OUTCOME_ARGS ? nparams : OUTCOME_ARGS;
    for (int k = 0; k < o->nargs && !r->failed; k++)
        read_argument(r, sum, &o->args[k]);
    read_exception(r, o);
}

static int read_parameters(reader *r)
{
    int n = 0;

    expect(r, "fn ");
    take_until(r, "(\n");
    expect(r, "(");
    if (accept(r, ")"))
        return 0;
    do {
        take_until(r, ",)\n");
        n++;
    } while (accept(r, ", "));
    expect(r, ")");
    return n;
}

int summary_read(arena *a, const char *text, summary *out, status *st)
{
    reader r = {.a = a, .at = text, .line = 1, .st = st};
    int nparams = read_parameters(&r);

    *out = (summary){.known = !accept(&r, " unknown")};
    expect(&r, "\n");
    if (out->known && accept(&r, "  uses ")) {
        read_fields(&r, out);
        expect(&r, "\n");
        r.line++;
    }
    if (out->known && accept(&r, "  runs code\n")) {
        out->runs_code = out->may_run_code = true;
        r.line++;
    } else if (out->known && accept(&r, "  may run code\n")) {
        out->may_run_code = true;
        r.line++;
    }
    while (out->known && !r.failed && *r.at) {
        r.line++;
        expect(&r, "  ");
        if (out->noutcomes == OUTCOMES_MAX)
            complain(&r, "too many outcomes");
        else
            read_outcome(&r, out, &out->outcomes[out->noutcomes++], nparams);
        expect(&r, "\n");
    }
    if (*r.at)
        complain(&r, "more than a summary");
    if (r.failed)
        *out = (summary){0};
    return r.failed ? -1 : 0;
}
