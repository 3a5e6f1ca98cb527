/* Text to units: a reader without a token table, one function per rule of the grammar (README.md).
 *
 * Newlines end statements. The first thing that does not fit ends the reading with
 * name:line:col: found X, expected Y. Whether targets exist and shapes make sense is ir_verify's
 * business; a name that nothing declares is refused here.
 */
#include "ir_int.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    arena *a;
    const char *name;       /* of the text, for messages */
    const char *p;          /* next byte */
    const char *line_start;
    int line;
    ir_unit *unit;
    ir_fn *fn;              /* being read */
    status *st;
} reader;

/* ---- characters, words and messages */

static int peek(const reader *r)
{
    return (unsigned char)*r->p;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_part(int c)
{
    return ir_is_name_part(c) || c == '-';
}

static void skip(reader *r)
{
    while (*r->p == ' ' || *r->p == '\t' || *r->p == '\r')
        r->p++;
    if (*r->p == ';')
        r->p += strcspn(r->p, "\n");
}

static const char *found(const reader *r)
{
    const char *end = r->p;

    if (*end == '\0')
        return "end of text";
    if (*end == '\n')
        return "end of line";
    if (*end == '%' || *end == '@')
        end++;
    while (ir_is_var_part((unsigned char)*end) && end - r->p < 60)
        end++;
    if (end == r->p)
        end++;
    return arena_printf(r->a, "'%.*s'", (int)(end - r->p), r->p);
}

static void say_expected(reader *r, const char *what)
{
    fail(r->st, ERR_INPUT, "%s:%d:%d: found %s, expected %s", r->name, r->line,
         (int)(r->p - r->line_start) + 1, found(r), what);
}

/* Inline, so that compilers see in each caller that the result is not zero. */
static inline int expected(reader *r, const char *what)
{
    say_expected(r, what);
    return -1;
}

static bool accept(reader *r, const char *mark)
{
    size_t n = strlen(mark);

    skip(r);
    if (strncmp(r->p, mark, n) != 0)
        return false;
    r->p += n;
    return true;
}

static bool accept_word(reader *r, const char *word)
{
    size_t n = strlen(word);

    skip(r);
    if (strncmp(r->p, word, n) != 0 || is_word_part((unsigned char)r->p[n]))
        return false;
    r->p += n;
    return true;
}

static int need(reader *r, const char *mark)
{
    if (accept(r, mark))
        return 0;
    return expected(r, arena_printf(r->a, "'%s'", mark));
}

static void next_line(reader *r)
{
    r->p++;
    r->line++;
    r->line_start = r->p;
}

static void skip_empty_lines(reader *r)
{
    for (skip(r); *r->p == '\n'; skip(r))
        next_line(r);
}

static int end_line(reader *r)
{
    skip(r);
    if (*r->p != '\n' && *r->p != '\0')
        return expected(r, "end of line");
    skip_empty_lines(r);
    return 0;
}

/* ---- numbers, strings and names */

static int integer(reader *r, int64_t *out)
{
    char *end;

    if (!is_digit(peek(r)) && !(peek(r) == '-' && is_digit((unsigned char)r->p[1])))
        return expected(r, "a number");
    errno = 0;
    *out = strtoll(r->p, &end, 10);
    if (errno != 0)
        return expected(r, "a number of at most 64 bits");
    r->p = end;
    return 0;
}

static int small(reader *r, int low, int high, int *out)
{
    const char *at = r->p;
    int64_t n;

    if (integer(r, &n) < 0)
        return -1;
    if (n < low || n > high) {
        r->p = at;
        return expected(r, arena_printf(r->a, "a number from %d to %d", low, high));
    }
    *out = (int)n;
    return 0;
}

static int octal(reader *r)
{
    int value = 0;

    for (int i = 0; i < 3 && *r->p >= '0' && *r->p <= '7'; i++)
        value = value * 8 + (*r->p++ - '0');
    return value;
}

static int escape(reader *r, buf *b)
{
    static const char letter[] = "ntr\"\\";
    static const char meaning[] = "\n\t\r\"\\";
    const char *at = *r->p ? strchr(letter, *r->p) : NULL;
    char c;

    if (!at && !(*r->p >= '0' && *r->p <= '7'))
        return expected(r, "an escape: one of n t r \" \\ or up to three octal digits");
    if (at)
        r->p++;
    c = at ? meaning[at - letter] : (char)octal(r);
    buf_addn(b, &c, 1);
    return 0;
}

static int string_bytes(reader *r, buf *b)
{
    while (*r->p != '"') {
        if (*r->p == '\0' || *r->p == '\n')
            return expected(r, "'\"' at the end of the string");
        if (*r->p != '\\')
            buf_addn(b, r->p++, 1);
        else if (r->p++, escape(r, b) < 0)
            return -1;
    }
    r->p++;
    return 0;
}

static int string(reader *r, const char **out)
{
    buf b = {0};
    int rc = need(r, "\"");

    if (rc == 0)
        rc = string_bytes(r, &b);
    if (rc == 0)
        *out = arena_strdup(r->a, b.data ? b.data : "");
    buf_free(&b);
    return rc;
}

static const char *bare_name(reader *r)
{
    const char *start = r->p;

    while (ir_is_name_part(peek(r)))
        r->p++;
    return arena_strndup(r->a, start, (size_t)(r->p - start));
}

static int name(reader *r, const char *what, const char **out)
{
    skip(r);
    if (peek(r) == '"')
        return string(r, out);
    if (!ir_is_name_start(peek(r)))
        return expected(r, what);
    *out = bare_name(r);
    return 0;
}

static int field_path(reader *r, const char **out)
{
    const char *part;

    if (name(r, "a field name", out) < 0)
        return -1;
    while (peek(r) == '.') {
        r->p++;
        if (name(r, "a field name", &part) < 0)
            return -1;
        *out = arena_printf(r->a, "%s.%s", *out, part);
    }
    return 0;
}

/* Rec.field, or .field when the struct has no name */
static int record_field(reader *r, const char **record, const char **field)
{
    *record = "";
    skip(r);
    if (peek(r) != '.' && name(r, "the name of a struct", record) < 0)
        return -1;
    return need(r, ".") < 0 ? -1 : field_path(r, field);
}

/* ---- locations and types */

static int line_col(reader *r, int *line, int *col)
{
    if (small(r, 1, INT_MAX, line) < 0 || need(r, ":") < 0)
        return -1;
    return small(r, 0, INT_MAX, col);
}

static bool is_file_prefix(const reader *r)
{
    return r->p[strspn(r->p, "0123456789")] == '/';
}

static int file_prefix(reader *r, ir_loc *loc)
{
    int file;

    if (small(r, 0, UINT16_MAX, &file) < 0)
        return -1;
    loc->file = (uint16_t)file;
    return need(r, "/");
}

static int location(reader *r, ir_loc *loc)
{
    *loc = (ir_loc){0};
    skip(r);
    if (peek(r) != '@')
        return 0;
    r->p++;
    if (is_file_prefix(r) && file_prefix(r, loc) < 0)
        return -1;
    if (line_col(r, &loc->line, &loc->col) < 0)
        return -1;
    if (peek(r) != '-')
        return 0;
    r->p++;
    return line_col(r, &loc->end_line, &loc->end_col);
}

static int type(reader *r, ir_type *out, const char **type_name)
{
    *type_name = "";
    for (int t = 0; t <= IR_OTHER; t++) {
        if (!accept_word(r, ir_type_words[t]))
            continue;
        *out = (ir_type)t;
        skip(r);
        return peek(r) == '"' ? string(r, type_name) : 0;
    }
    return expected(r, "a type: void, int, obj, ptr, aggregate or other");
}

/* ---- variables: a temporary is born where it is first named, and typed where it is first set */

static int var_name(reader *r, const char **out)
{
    const char *start;

    if (need(r, "%") < 0)
        return -1;
    start = r->p;
    while (ir_is_var_part(peek(r)))
        r->p++;
    if (r->p == start)
        return expected(r, "the name of a variable");
    *out = arena_strndup(r->a, start, (size_t)(r->p - start));
    return 0;
}

static bool is_temporary(const char *name)
{
    return name[strspn(name, "0123456789")] == '\0';
}

static int find_var(const ir_fn *fn, const char *name)
{
    for (int i = fn->nvars - 1; i >= 0; i--)
        if (strcmp(fn->vars[i].name, name) == 0)
            return i;
    return -1;
}

static int add_temporary(reader *r, const char *name)
{
    int i = ir_add_named_var(r->a, r->fn, name, NULL, IR_INT, "", (ir_loc){0});

    r->fn->vars[i].type_name = NULL; /* not typed yet */
    return i;
}

static int variable(reader *r, int *out)
{
    const char *start, *text;

    skip(r);
    start = r->p;
    if (var_name(r, &text) < 0)
        return -1;
    *out = find_var(r->fn, text);
    if (*out < 0 && is_temporary(text))
        *out = add_temporary(r, text);
    if (*out >= 0)
        return 0;
    r->p = start;
    return expected(r, "a variable that is declared");
}

static const char *shown_name(arena *a, const char *name)
{
    return is_temporary(name) ? NULL : arena_strndup(a, name, strcspn(name, "."));
}

static int new_var_name(reader *r, const char **out)
{
    const char *start;

    skip(r);
    start = r->p;
    if (var_name(r, out) < 0)
        return -1;
    if (find_var(r->fn, *out) < 0)
        return 0;
    r->p = start;
    return expected(r, "a name that is not taken yet");
}

static int var_declaration(reader *r, bool is_param)
{
    const char *text, *type_name;
    ir_type t;
    ir_var *v;
    int i;

    if (new_var_name(r, &text) < 0 || need(r, ":") < 0 || type(r, &t, &type_name) < 0)
        return -1;
    i = ir_add_named_var(r->a, r->fn, text, shown_name(r->a, text), t, type_name, (ir_loc){0});
    v = &r->fn->vars[i];
    v->is_param = is_param;
    v->is_static = accept_word(r, "static");
    v->address_taken = accept_word(r, "address-taken");
    return location(r, &v->loc);
}

static int all_typed(reader *r)
{
    for (int i = 0; i < r->fn->nvars; i++)
        if (!r->fn->vars[i].type_name)
            return expected(r, arena_printf(r->a, "an event that sets %%%s", r->fn->vars[i].name));
    return 0;
}

/* ---- operands and places */

static int symbol(reader *r, ir_operand *o)
{
    r->p++;
    o->kind = IR_SYMBOL;
    return name(r, "the name of a global", &o->text);
}

static int operand(reader *r, ir_operand *o)
{
    int c;

    *o = (ir_operand){0};
    skip(r);
    c = peek(r);
    if (c == '%') {
        o->kind = IR_VAR;
        return variable(r, &o->var);
    }
    if (c == '"') {
        o->kind = IR_STRING;
        return string(r, &o->text);
    }
    if (c == '@' && !is_digit((unsigned char)r->p[1]))
        return symbol(r, o);
    if (c == '?') {
        o->kind = IR_UNKNOWN;
        r->p++;
        return 0;
    }
    if (!is_digit(c) && c != '-')
        return expected(r, "a value: %variable, number, \"text\", @symbol or ?");
    o->kind = IR_CONST;
    return integer(r, &o->num);
}

static int bare_place(reader *r, const char *start, ir_place *p)
{
    if (p->base.kind != IR_VAR && p->base.kind != IR_SYMBOL) {
        r->p = start;
        return expected(r, "a place: %v, @g, %p->Rec.f, *%p or %a[%i]");
    }
    p->kind = p->base.kind == IR_VAR ? IR_P_VAR : IR_P_GLOBAL;
    return 0;
}

static int place(reader *r, ir_place *p)
{
    bool is_deref = accept(r, "*");
    const char *start = r->p;

    *p = (ir_place){.kind = IR_P_DEREF};
    if (operand(r, &p->base) < 0)
        return -1;
    if (is_deref)
        return 0;
    if (accept(r, "->")) {
        p->kind = IR_P_FIELD;
        return record_field(r, &p->record, &p->field);
    }
    if (!accept(r, "["))
        return bare_place(r, start, p);
    p->kind = IR_P_INDEX;
    return operand(r, &p->index) < 0 ? -1 : need(r, "]");
}

/* ---- events */

static int block_number(reader *r, int *out)
{
    skip(r);
    if (peek(r) != 'b' || !is_digit((unsigned char)r->p[1]))
        return expected(r, "a block, like b1");
    r->p++;
    return small(r, 0, INT_MAX, out);
}

static int argument(reader *r, ir_operand *o)
{
    if (operand(r, o) < 0)
        return -1;
    o->as_void = accept(r, ":void");
    return 0;
}

static int arguments(reader *r, ir_event *e)
{
    int cap = 0;
    ir_operand o;

    if (need(r, "(") < 0)
        return -1;
    if (accept(r, ")"))
        return 0;
    do {
        if (argument(r, &o) < 0)
            return -1;
        ARENA_PUSH(r->a, e->args, e->nargs, cap, o);
    } while (accept(r, ","));
    return need(r, ")");
}

static int strings(reader *r, const char ***out, int *n, int *cap)
{
    const char *text;

    if (need(r, "(") < 0)
        return -1;
    if (accept(r, ")"))
        return 0;
    do {
        skip(r);
        if (string(r, &text) < 0)
            return -1;
        ARENA_PUSH(r->a, *out, *n, *cap, text);
    } while (accept(r, ","));
    return need(r, ")");
}

static int passed(reader *r, ir_event *e)
{
    ir_passed *p = arena_alloc(r->a, sizeof *p);

    e->passed = p;
    p->list = -1;
    if (strings(r, &p->types, &p->ntypes, &p->cap) < 0)
        return -1;
    if (!accept_word(r, "list"))
        return 0;
    skip(r);
    if (small(r, 0, e->nargs - 1, &p->list) < 0)
        return -1;
    p->is_open = accept_word(r, "open");
    return strings(r, &p->strings, &p->nstrings, &p->string_cap);
}

static int call(reader *r, ir_event *e)
{
    int rc = accept(r, "*") ? operand(r, &e->a) : name(r, "the name of a function", &e->callee);

    if (rc < 0 || arguments(r, e) < 0)
        return -1;
    return accept_word(r, "passing") ? passed(r, e) : 0;
}

static int switch_case(reader *r, ir_case *c)
{
    skip(r);
    if (integer(r, &c->low) < 0)
        return -1;
    c->high = c->low;
    if (accept(r, "-") && integer(r, &c->high) < 0)
        return -1;
    return need(r, ":") < 0 ? -1 : block_number(r, &c->block);
}

static int switch_cases(reader *r, ir_event *e)
{
    int cap = 0;
    ir_case c;

    if (need(r, "[") < 0)
        return -1;
    if (accept(r, "]"))
        return 0;
    do {
        if (switch_case(r, &c) < 0)
            return -1;
        ARENA_PUSH(r->a, e->cases, e->ncases, cap, c);
    } while (accept(r, ","));
    return need(r, "]");
}

static int comma_block(reader *r, int *out)
{
    return need(r, ",") < 0 ? -1 : block_number(r, out);
}

static int comma_operand(reader *r, ir_operand *out)
{
    return need(r, ",") < 0 ? -1 : operand(r, out);
}

static bool is_at_operand(reader *r)
{
    int c, next;

    skip(r);
    c = peek(r);
    next = c ? (unsigned char)r->p[1] : 0;
    return c == '%' || c == '"' || c == '?' || c == '-' || is_digit(c) ||
           (c == '@' && !is_digit(next));
}

static int event_body(reader *r, ir_event *e)
{
    switch (ir_event_rows[e->kind].shape) {
    case SHAPE_D_A:
    case SHAPE_A: return operand(r, &e->a);
    case SHAPE_D_AB: return operand(r, &e->a) < 0 ? -1 : comma_operand(r, &e->b);
    case SHAPE_D_PLACE: return place(r, &e->place);
    case SHAPE_PLACE_A: return place(r, &e->place) < 0 ? -1 : comma_operand(r, &e->a);
    case SHAPE_CALL: return call(r, e);
    case SHAPE_JUMP: return block_number(r, &e->target[0]);
    case SHAPE_BR:
        if (operand(r, &e->a) < 0 || comma_block(r, &e->target[0]) < 0)
            return -1;
        return comma_block(r, &e->target[1]);
    case SHAPE_SWITCH:
        if (operand(r, &e->a) < 0 || comma_block(r, &e->target[0]) < 0)
            return -1;
        return switch_cases(r, e);
    case SHAPE_RET: return is_at_operand(r) ? operand(r, &e->a) : 0;
    case SHAPE_NONE: return 0;
    }
    return 0;
}

static int event_kind(reader *r, ir_event_kind *kind)
{
    for (int k = 0; k < IR_EVENT_COUNT; k++) {
        if (accept_word(r, ir_event_rows[k].text)) {
            *kind = (ir_event_kind)k;
            return 0;
        }
    }
    return expected(r, "an event");
}

/* Result and its type, when the line starts with one. */
static int destination(reader *r, ir_event *e, bool *is_typed)
{
    ir_var *v;

    if (variable(r, &e->dst) < 0)
        return -1;
    v = &r->fn->vars[e->dst];
    *is_typed = v->type_name != NULL;
    if (!*is_typed && accept(r, ":")) {
        *is_typed = true;
        if (type(r, &v->type, &v->type_name) < 0)
            return -1;
    }
    return need(r, "=");
}

static int check_destination(reader *r, const char *start, const ir_event *e)
{
    ir_shape shape = ir_event_rows[e->kind].shape;
    const char *text = ir_event_rows[e->kind].text;

    if (shape == SHAPE_CALL || ir_shape_has_dst(shape) == (e->dst >= 0))
        return 0;
    r->p = start;
    if (e->dst < 0)
        return expected(r, arena_printf(r->a, "'%%x = %s ...'", text));
    return expected(r, arena_printf(r->a, "'%s' without a result", text));
}

static int event_tail(reader *r, ir_event *e)
{
    if (accept_word(r, "by") && name(r, "the name of a macro", &e->macro) < 0)
        return -1;
    if (location(r, &e->loc) < 0)
        return -1;
    return end_line(r);
}

static void give_usual_type(reader *r, const ir_event *e)
{
    ir_var *v = &r->fn->vars[e->dst];

    ir_usual_type(e->kind, &v->type, &v->type_name);
    v->loc = e->loc;
}

static int event(reader *r)
{
    ir_event e = {.dst = -1, .target = {-1, -1}};
    const char *start = r->p;
    bool is_typed = true;

    if (r->fn->nblocks == 0)
        return expected(r, "'var' or the first block, 'b0:'");
    if (peek(r) == '%' && destination(r, &e, &is_typed) < 0)
        return -1;
    if (event_kind(r, &e.kind) < 0 || check_destination(r, start, &e) < 0)
        return -1;
    if (event_body(r, &e) < 0 || event_tail(r, &e) < 0)
        return -1;
    if (!is_typed)
        give_usual_type(r, &e);
    *ir_append(r->a, r->fn, r->fn->nblocks - 1, e.kind, e.loc) = e;
    return 0;
}

/* ---- functions */

static int block_label(reader *r)
{
    const char *start = r->p;
    int number;

    if (block_number(r, &number) < 0)
        return -1;
    if (number != r->fn->nblocks) {
        r->p = start;
        return expected(r, arena_printf(r->a, "block b%d", r->fn->nblocks));
    }
    ir_add_block(r->a, r->fn);
    return need(r, ":") < 0 ? -1 : end_line(r);
}

static int body_line(reader *r)
{
    if (peek(r) == 'b' && is_digit((unsigned char)r->p[1]))
        return block_label(r);
    if (r->fn->nblocks == 0 && accept_word(r, "var"))
        return var_declaration(r, false) < 0 ? -1 : end_line(r);
    return event(r);
}

static int slot_name(reader *r, const char **slot)
{
    if (need(r, "(") < 0 || name(r, "the name of a slot", slot) < 0)
        return -1;
    return need(r, ")");
}

static int steals_list(reader *r, unsigned *steals)
{
    int k;

    if (need(r, "(") < 0)
        return -1;
    do {
        skip(r);
        if (small(r, 0, 31, &k) < 0)
            return -1;
        *steals |= 1u << k;
    } while (accept(r, ","));
    return need(r, ")");
}

static const ir_word *accept_role(reader *r)
{
    for (const ir_word *w = ir_role_words; w->word; w++)
        if (accept_word(r, w->word))
            return w;
    return NULL;
}

static int roles(reader *r, unsigned *bits, const char **slot, unsigned *steals)
{
    const ir_word *w;

    for (;;) {
        if (accept_word(r, "steals")) {
            if (steals_list(r, steals) < 0)
                return -1;
        } else if ((w = accept_role(r)) != NULL) {
            *bits |= w->bit;
            if (w->bit == IR_R_SLOT && slot_name(r, slot) < 0)
                return -1;
        } else {
            return 0;
        }
    }
}

static int parameters(reader *r)
{
    if (need(r, "(") < 0)
        return -1;
    if (accept(r, ")"))
        return 0;
    do {
        if (var_declaration(r, true) < 0)
            return -1;
        r->fn->nparams++;
    } while (accept(r, ","));
    return need(r, ")");
}

static int head(reader *r, ir_fn *fn)
{
    if (name(r, "the name of a function", &fn->name) < 0 || parameters(r) < 0 ||
        need(r, "->") < 0 || type(r, &fn->ret, &fn->ret_type_name) < 0 ||
        roles(r, &fn->roles, &fn->slot, &fn->steals) < 0 || location(r, &fn->loc) < 0)
        return -1;
    skip(r);
    if (peek(r) != '{')
        return expected(r, "a role, a place or '{'");
    r->p++;
    return end_line(r);
}

static int function(reader *r)
{
    r->fn = arena_alloc(r->a, sizeof *r->fn);
    if (head(r, r->fn) < 0)
        return -1;
    while (peek(r) != '}') {
        if (body_line(r) < 0)
            return -1;
    }
    if (all_typed(r) < 0)
        return -1;
    r->p++;
    ARENA_PUSH(r->a, r->unit->fns, r->unit->nfns, r->unit->fn_cap, r->fn);
    return end_line(r);
}

/* ---- units */

static int file(reader *r)
{
    const char *path;
    int index;

    skip(r);
    if (small(r, r->unit->nfiles, r->unit->nfiles, &index) < 0 || string(r, &path) < 0)
        return -1;
    if (ir_add_file(r->a, r->unit, path) != index)
        return expected(r, "a path that was not listed yet");
    return end_line(r);
}

static int owns(reader *r)
{
    ir_owned_field f;

    if (record_field(r, &f.record, &f.field) < 0)
        return -1;
    ARENA_PUSH(r->a, r->unit->owned, r->unit->nowned, r->unit->owned_cap, f);
    return end_line(r);
}

static int decl(reader *r)
{
    const char *slot, *type_name;
    ir_decl d = {0};

    if (name(r, "the name of a function", &d.name) < 0)
        return -1;
    if (accept(r, "->") && type(r, &d.ret, &type_name) < 0)
        return -1;
    if (roles(r, &d.roles, &slot, &d.steals) < 0)
        return -1;
    d.in_system_header = accept_word(r, "system");
    ARENA_PUSH(r->a, r->unit->decls, r->unit->ndecls, r->unit->decl_cap, d);
    return end_line(r);
}

/* ---- types, modules and their tables */

static int record_member(reader *r, ir_record *to)
{
    ir_field f = {0};

    skip(r);
    if (field_path(r, &f.name) < 0 || need(r, ":") < 0 || type(r, &f.type, &f.type_name) < 0)
        return -1;
    f.in_union = accept_word(r, "union");
    f.is_settable = accept_word(r, "settable");
    f.is_exposed = f.is_settable || accept_word(r, "exposed");
    ARENA_PUSH(r->a, to->fields, to->nfields, to->field_cap, f);
    return 0;
}

static int record(reader *r)
{
    ir_record to = {0};

    if (name(r, "the name of a struct", &to.name) < 0)
        return -1;
    do {
        if (record_member(r, &to) < 0)
            return -1;
    } while (accept(r, ","));
    ARENA_PUSH(r->a, r->unit->records, r->unit->nrecords, r->unit->record_cap, to);
    return end_line(r);
}

static int optional_name(reader *r, const char *what, const char **out)
{
    *out = NULL;
    return accept(r, "?") ? 0 : name(r, what, out);
}

/* [a, b, c], or [] */
static int bracketed(reader *r, int (*item)(reader *, void *), void *to)
{
    if (need(r, "[") < 0)
        return -1;
    if (accept(r, "]"))
        return 0;
    do {
        if (item(r, to) < 0)
            return -1;
    } while (accept(r, ","));
    return need(r, "]");
}

static int class_slot(reader *r, void *data)
{
    ir_class *to = data;
    ir_slot slot;

    if (name(r, "the name of a slot", &slot.name) < 0 || need(r, ":") < 0 ||
        optional_name(r, "a function, a global or ?", &slot.value) < 0)
        return -1;
    ARENA_PUSH(r->a, to->slots, to->nslots, to->slot_cap, slot);
    return 0;
}

static void class_flags(reader *r, unsigned *flags)
{
    for (const ir_word *w = ir_class_words; w->word; w++)
        if (accept_word(r, w->word))
            *flags |= w->bit;
}

static int class(reader *r)
{
    ir_class to = {.record = ""};

    if (name(r, "the name of a type", &to.name) < 0)
        return -1;
    skip(r);
    if (string(r, &to.shown) < 0)
        return -1;
    if (accept_word(r, "record") && name(r, "the name of a struct", &to.record) < 0)
        return -1;
    class_flags(r, &to.flags);
    if (bracketed(r, class_slot, &to) < 0 || location(r, &to.loc) < 0)
        return -1;
    ARENA_PUSH(r->a, r->unit->classes, r->unit->nclasses, r->unit->class_cap, to);
    return end_line(r);
}

static int method(reader *r, void *data)
{
    ir_methods *to = data;
    ir_method m = {.flags = -1};

    if (!accept(r, "?") && string(r, &m.name) < 0)
        return -1;
    if (need(r, ":") < 0 || optional_name(r, "a function or ?", &m.function) < 0)
        return -1;
    skip(r);
    if (is_digit(peek(r)) && small(r, 0, INT_MAX, &m.flags) < 0)
        return -1;
    if (location(r, &m.loc) < 0)
        return -1;
    ARENA_PUSH(r->a, to->rows, to->nrows, to->row_cap, m);
    return 0;
}

static int methods(reader *r)
{
    ir_methods to = {0};

    if (name(r, "the name of a table", &to.name) < 0)
        return -1;
    to.is_open = accept_word(r, "open");
    if (bracketed(r, method, &to) < 0 || location(r, &to.loc) < 0)
        return -1;
    ARENA_PUSH(r->a, r->unit->methods, r->unit->nmethods, r->unit->methods_cap, to);
    return end_line(r);
}

static int item(reader *r)
{
    if (accept_word(r, "file"))
        return file(r);
    if (accept_word(r, "owns"))
        return owns(r);
    if (accept_word(r, "decl"))
        return decl(r);
    if (accept_word(r, "record"))
        return record(r);
    if (accept_word(r, "type"))
        return class(r);
    if (accept_word(r, "methods"))
        return methods(r);
    if (accept_word(r, "fn"))
        return function(r);
    return expected(r, "'file', 'owns', 'decl', 'record', 'type', 'methods' or 'fn'");
}

static int unit(reader *r)
{
    skip_empty_lines(r);
    if (!accept_word(r, "unit"))
        return expected(r, "'unit'");
    if (string(r, &r->unit->name) < 0)
        return -1;
    r->unit->has_long_lengths = accept_word(r, "long-lengths");
    if (end_line(r) < 0)
        return -1;
    while (*r->p != '\0') {
        if (item(r) < 0)
            return -1;
    }
    return 0;
}

int ir_read(arena *a, const char *name, const char *text, ir_unit **out, status *st)
{
    reader r = {.a = a, .name = name, .p = text, .line_start = text, .line = 1, .st = st};

    r.unit = arena_alloc(a, sizeof *r.unit);
    if (unit(&r) < 0)
        return -1;
    *out = r.unit;
    return 0;
}
