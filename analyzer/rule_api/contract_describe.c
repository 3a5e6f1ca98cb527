/* A contract in words, for people. Arguments count from 1 here, from 0 in the table. */
#include "contract_int.h"

#include <stdlib.h>
#include <string.h>

/* Adds the sentence with every '@' replaced. */
static void add_sentence(buf *out, const char *sentence, const char *operand)
{
    for (const char *p = sentence; *p; p++) {
        if (*p == '@')
            buf_add(out, operand);
        else
            buf_addn(out, p, 1);
    }
}

static void add_argument_sentence(buf *out, const char *sentence, int arg)
{
    char operand[32];

    snprintf(operand, sizeof operand, "argument %d", arg + 1);
    add_sentence(out, sentence, operand);
}

static void add_label(buf *out, const char *label) { buf_printf(out, "  %-13s", label); }

static const char *anchor_sentence(const contract *c)
{
    for (const contract_word *w = contract_anchors; w->word; w++)
        if (w->code == (int)c->anchor && (!c->anchor_name || strcmp(c->anchor_name, w->word) == 0))
            return w->sentence;
    return "";
}

static void add_ret_text(buf *out, const contract *c)
{
    const contract_word *w = contract_word_of(contract_rets, c->ret);

    if (w->detail == OPERAND_ARG)
        add_argument_sentence(out, w->sentence, c->ret_arg);
    else if (w->detail == OPERAND_ANCHOR && c->anchor == ANCHOR_ARG)
        add_argument_sentence(out, w->sentence, c->anchor_arg);
    else
        add_sentence(out, w->sentence, anchor_sentence(c));
}

static const contract_word *fail_word(const contract *c)
{
    for (const contract_word *w = contract_fails; w->word; w++)
        if (w->code == (int)c->fail && w->detail == (int)c->exc)
            return w;
    return contract_fails;
}

static void describe_result(const contract *c, buf *out)
{
    add_label(out, "returns");
    add_ret_text(out, c);
    if (c->ret == RET_STATUS)
        buf_add(out, c->fail == FAIL_ZERO ? ": not 0 on success" : ": 0 on success");
    buf_add(out, "\n");
    add_label(out, "on failure");
    buf_add(out, c->ret == RET_NULL ? "the same, with an exception set" : fail_word(c)->sentence);
    if (contract_fails_only_for_memory(c) && c->fail != FAIL_NEVER && c->ret != RET_NULL)
        buf_add(out, "; only for lack of memory");
    buf_add(out, "\n");
}

/* ---- conditions: "list(0)" says what argument 1 is, the others make a line of their own */

typedef struct {
    const contract_word *word;
    const char *operand;
    const char *next; /* item after this one, NULL at the end */
} condition;

static bool read_condition(const char *text, condition *out)
{
    size_t n;

    if (text == NULL)
        return false;
    n = strcspn(text, ",");
    out->word = contract_pre_word(text, n, &out->operand);
    out->next = text[n] ? text + n + 1 : NULL;
    return out->word != NULL;
}

static bool is_kind(const contract_word *w) { return strncmp(w->sentence, "a ", 2) == 0; }

static void add_kind(buf *out, const contract *c, int arg)
{
    condition item;

    for (const char *p = c->pre; read_condition(p, &item); p = item.next)
        if (is_kind(item.word) && atoi(item.operand) == arg)
            buf_printf(out, "%s, ", item.word->sentence);
}

static void describe_conditions(const contract *c, buf *out)
{
    condition item;

    for (const char *p = c->pre; read_condition(p, &item); p = item.next) {
        if (is_kind(item.word))
            continue;
        add_label(out, "before");
        add_argument_sentence(out, item.word->sentence, item.operand ? atoi(item.operand) : 0);
        buf_add(out, "\n");
    }
}

/* ---- arguments */

static bool may_leave_nothing(const char *word) { return strcmp(word, "on0") == 0 || strcmp(word, "acq0") == 0; }

static const contract_word *arg_word(const contract_arg *a)
{
    for (const contract_word *w = contract_args; w->word; w++)
        if (w->code == a->code && may_leave_nothing(w->word) == a->null_on_fail &&
            (strcmp(w->word, "fn") == 0) == a->callback)
            return w;
    return contract_args;
}

static bool has_format(const contract *c)
{
    for (int k = 0; k < c->nargs; k++)
        if (c->args[k].code >= ARG_FORMAT_IN && c->args[k].code <= ARG_FORMAT_TEXT)
            return true;
    return false;
}

static void describe_argument(const contract *c, int k, buf *out)
{
    char label[32];

    snprintf(label, sizeof label, "argument %d", k + 1);
    add_label(out, label);
    add_kind(out, c, k);
    add_argument_sentence(out, arg_word(&c->args[k])->sentence, c->args[k].anchor_arg);
    buf_add(out, c->args[k].null_ok ? "; NULL is allowed\n" : "\n");
}

static void describe_arguments(const contract *c, buf *out)
{
    for (int k = 0; k < c->nargs; k++)
        describe_argument(c, k, out);
    if (c->variadic) {
        add_label(out, "and more");
        buf_add(out, has_format(c) ? "as the format says\n" : "the same as the last\n");
    }
}

/* ---- the rest */

static const char *effect_operand(const contract *c, int effect)
{
    if (effect == FX_HELD)
        return c->holder;
    if (effect == FX_FIELD)
        return c->field;
    if (effect == FX_STRONG)
        return c->strong;
    for (const contract_type_word *w = contract_types; w->word; w++)
        if ((int)w->type == c->kind.type)
            return w->word;
    return "";
}

static void describe_effects(const contract *c, buf *out)
{
    const char *between = "";

    if (c->effects == 0)
        return;
    add_label(out, "effects");
    if (contract_always_sets_exception(c)) {
        buf_add(out, "sets an exception, always");
        between = "; ";
    }
    for (const contract_word *w = contract_effects; w->word; w++) {
        if (!(c->effects & (unsigned)w->code) || (w->code == FX_SETS_EXC && *between))
            continue;
        buf_add(out, between);
        add_sentence(out, w->sentence, effect_operand(c, w->code));
        if (w->code == FX_TYPED && !c->kind.exact)
            buf_add(out, " or of a subtype");
        between = "; ";
    }
    buf_add(out, "\n");
}

static void describe_versions(const contract *c, buf *out)
{
    if (c->since > 0 && c->until == c->since)
        buf_printf(out, "  (Python 3.%d)", c->since);
    else if (c->since > 0 && c->until < 99)
        buf_printf(out, "  (Python 3.%d to 3.%d)", c->since, c->until);
    else if (c->since > 0)
        buf_printf(out, "  (Python 3.%d and later)", c->since);
    else if (c->until < 99)
        buf_printf(out, "  (up to Python 3.%d)", c->until);
    buf_add(out, c->deprecated ? "  (deprecated)\n" : "\n");
}

static void describe_text(const char *label, const char *text, buf *out)
{
    if (text == NULL)
        return;
    add_label(out, label);
    buf_printf(out, "%s\n", text);
}

static void describe_body(const contract *c, buf *out)
{
    describe_arguments(c, out);
    describe_effects(c, out);
    describe_conditions(c, out);
}

static void describe_source(const contract *c, buf *out)
{
    add_label(out, "source");
    buf_printf(out, "%s%s\n", c->file, c->measured ? "; measured on CPython" : "");
}

void contract_describe(const contract *c, buf *out)
{
    buf_add(out, c->name);
    describe_versions(c, out);
    describe_result(c, out);
    describe_body(c, out);
    describe_text("then call", c->pair, out);
    describe_text("note", c->note, out);
    describe_source(c, out);
}

/* ---- slots */

static void describe_duties(const slot *s, buf *out)
{
    for (const contract_word *w = slot_duties; w->word; w++)
        if (s->duties & (unsigned)w->code) {
            add_label(out, "duty");
            buf_printf(out, "%s\n", w->sentence);
        }
}

void slot_describe(const slot *s, buf *out)
{
    buf_add(out, s->row.name);
    describe_versions(&s->row, out);
    add_label(out, "what");
    buf_printf(out, "%s, %s\n", contract_word_of(slot_structs, (int)s->where)->sentence, s->type);
    if (!s->is_data) {
        describe_result(&s->row, out);
        describe_body(&s->row, out);
        describe_duties(s, out);
    }
    describe_text("note", s->row.note, out);
    describe_source(&s->row, out);
}

/* ---- units */

static void describe_unit_argument(const format_unit *u, int k, buf *out)
{
    const contract_arg *a = &u->row.args[k];

    buf_printf(out, "%s%s: ", k ? "; " : "", u->types[k]);
    add_sentence(out, arg_word(a)->sentence, "the argument that is parsed");
    if (a->null_ok)
        buf_add(out, " (NULL is allowed)");
}

void format_describe(const format_unit *u, buf *out)
{
    buf_printf(out, "  %-5s ", u->unit);
    for (int k = 0; k < u->row.nargs; k++)
        describe_unit_argument(u, k, out);
    if (u->row.pair)
        buf_printf(out, "; then %s", u->row.pair);
    describe_versions(&u->row, out);
}
