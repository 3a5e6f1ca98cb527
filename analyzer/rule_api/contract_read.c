/* From text to rows: the columns that all tables share, and the rows of functions. */
#include "contract_int.h"

#include <string.h>

enum { VERSION_OPEN = 99 };

static const row_layout *const layouts[ROW_KINDS] = {
    [ROW_FUNCTION] = &function_layout, [ROW_UNIT] = &unit_layout, [ROW_SLOT] = &slot_layout};

/* ---- columns */

/* "PyDateTime_CAPI.Date_FromDate" is a function in a table of functions. */
static bool is_member_name(piece p)
{
    const char *dot = memchr(p.text, '.', p.len);
    size_t n = dot ? (size_t)(dot - p.text) : 0;

    return dot && piece_is_identifier((piece){p.text, n}) && piece_is_identifier(piece_after(p, n + 1));
}

int column_identifier(reader *r, piece p, contract *c)
{
    if (!piece_is_identifier(p) && !is_member_name(p))
        return row_complain(r, p, "is not a name", "");
    c->name = arena_strndup(r->a, p.text, p.len);
    return 0;
}

static int read_minor(piece p)
{
    return piece_starts(p, "3.") ? piece_number(piece_after(p, 2)) : -1;
}

/* "3.9" alone is a range of one. */
static bool read_range(piece p, contract *c)
{
    const char *dash = memchr(p.text, '-', p.len);
    piece low = p, high = p;

    if (dash) {
        low.len = (size_t)(dash - p.text);
        high = piece_after(p, low.len + 1);
    }
    c->since = low.len ? read_minor(low) : 0;
    c->until = high.len ? read_minor(high) : VERSION_OPEN;
    return c->since >= 0 && c->until >= 0 && c->since <= c->until;
}

static const char *const version_words[] = {"nothing", "-", "3.9-", "-3.9", "3.9-3.12", "3.9"};

int column_versions(reader *r, piece p, contract *c)
{
    buf allowed = {0};
    int rc = 0;

    c->until = VERSION_OPEN;
    c->deprecated = piece_is(p, "-");
    if (p.len == 0 || read_range(p, c))
        return 0;
    for (size_t i = 0; i < sizeof version_words / sizeof *version_words; i++)
        buf_printf(&allowed, "%s%s", i ? " " : "", version_words[i]);
    rc = row_complain(r, p, "is not a range of versions", allowed.data);
    buf_free(&allowed);
    return rc;
}

static bool read_anchor(piece p, contract *c)
{
    const contract_word *w = contract_find_word(contract_anchors, p);

    if (w == NULL) {
        c->anchor = ANCHOR_ARG;
        c->anchor_arg = piece_number(p);
        return c->anchor_arg >= 0;
    }
    c->anchor = (contract_anchor)w->code;
    c->anchor_name = c->anchor == ANCHOR_STATE ? w->word : NULL;
    return true;
}

static bool read_ret_operand(const contract_word *w, piece p, contract *c)
{
    switch (w->detail) {
    case OPERAND_ARG:
        c->ret_arg = piece_number(p);
        return c->ret_arg >= 0;
    case OPERAND_ANCHOR:
        return read_anchor(p, c);
    default:
        return p.len == 0;
    }
}

/* The words are ordered so that the first whose beginning and operand fit is the right one. */
int column_ret(reader *r, piece p, contract *c)
{
    for (const contract_word *w = contract_rets; w->word; w++) {
        if (piece_starts(p, w->word) && read_ret_operand(w, piece_after(p, strlen(w->word)), c)) {
            c->ret = (contract_ret)w->code;
            return 0;
        }
    }
    return row_complain_word(r, p, contract_rets);
}

int column_fail(reader *r, piece p, contract *c)
{
    const contract_word *w = contract_find_word(contract_fails, p);

    if (w == NULL)
        return row_complain_word(r, p, contract_fails);
    c->fail = (contract_fail)w->code;
    c->exc = (contract_exc)w->detail;
    return 0;
}

static int read_arg(reader *r, piece whole, piece p, contract *c)
{
    contract_arg *arg = &c->args[c->nargs];
    const contract_word *w;

    *arg = (contract_arg){.anchor_arg = -1};
    arg->null_ok = piece_cut_end(&p, "?");
    if (piece_starts(p, "ob<") || piece_starts(p, "op<")) {
        arg->anchor_arg = (int8_t)piece_number(piece_after(p, 3));
        if (arg->anchor_arg >= 0)
            p.len = 3;
    }
    w = contract_find_word(contract_args, p);
    if (w == NULL || (w->detail == OPERAND_ARG && arg->anchor_arg < 0))
        return row_complain_word(r, whole, contract_args);
    arg->code = (uint8_t)w->code;
    arg->null_on_fail = piece_is(p, "on0") || piece_is(p, "acq0");
    arg->callback = piece_is(p, "fn");
    c->nargs++;
    return 0;
}

int column_args(reader *r, piece column, contract *c)
{
    piece rest = column, p;
    int rc = 0;

    while (rc == 0 && column.len > 0 && piece_next(&rest, ',', &p)) {
        piece whole = p;
        bool dots = piece_cut_end(&p, "...");

        if (c->variadic)
            return row_complain(r, p, "stands after '...'", "");
        c->variadic = dots;
        if (dots && p.len == 0 && c->nargs > 0)
            continue;
        if (c->nargs == CONTRACT_MAX_ARGS)
            return row_complain(r, whole, "is one argument too many", "");
        rc = read_arg(r, whole, p, c);
    }
    return rc;
}

/* Splits "is(list)" at its parenthesis; operand.text is NULL without one. */
static piece cut_operand(piece *p)
{
    const char *paren = memchr(p->text, '(', p->len);
    piece operand = {0};

    if (paren && p->text[p->len - 1] == ')') {
        size_t n = (size_t)(paren - p->text);
        operand = (piece){paren + 1, p->len - n - 2};
        p->len = n;
    }
    return operand;
}

static int complain_type(const reader *r, piece operand)
{
    buf allowed = {0};
    int rc;

    for (const contract_type_word *w = contract_types; w->word; w++)
        buf_printf(&allowed, "%s%s", w == contract_types ? "" : " ", w->word);
    buf_add(&allowed, ", each with + behind it for a subtype too");
    rc = row_complain(r, operand, "is not the word of a type", allowed.data);
    buf_free(&allowed);
    return rc;
}

static int read_type(const reader *r, piece operand, contract *c)
{
    piece p = operand;
    bool subtype = piece_cut_end(&p, "+");

    for (const contract_type_word *w = contract_types; w->word; w++)
        if (piece_is(p, w->word)) {
            c->kind = (contract_kind){.type = (uint8_t)w->type, .exact = !subtype};
            return 0;
        }
    return complain_type(r, operand);
}

static int read_effect_operand(const reader *r, int effect, piece p, contract *c)
{
    const contract_word *w;

    if (effect == FX_TYPED)
        return read_type(r, p, c);
    if (effect == FX_FIELD) {
        c->field = arena_strndup(r->a, p.text, p.len);
        return piece_is_identifier(p) ? 0 : row_complain(r, p, "is not the name of a field", "");
    }
    if (effect == FX_STRONG) {
        c->strong = arena_strndup(r->a, p.text, p.len);
        return piece_is_identifier(p) ? 0 : row_complain(r, p, "is not the name of a function", "");
    }
    w = contract_find_word(contract_anchors, p);
    c->holder = w && w->code != ANCHOR_NONE ? w->word : NULL;
    return c->holder ? 0 : row_complain_word(r, p, contract_anchors);
}

static int read_effect(const reader *r, piece whole, contract *c)
{
    piece p = whole, operand = cut_operand(&p);
    const contract_word *w = contract_find_word(contract_effects, p);

    if (w == NULL || (w->detail == OPERAND_PAREN) != (operand.text != NULL))
        return row_complain_word(r, whole, contract_effects);
    c->effects |= (unsigned)w->code;
    if (w->code == FX_CALLS_BACK)
        c->effects |= FX_RUNS_CODE;
    return operand.text ? read_effect_operand(r, w->code, operand, c) : 0;
}

int column_effects(reader *r, piece column, contract *c)
{
    piece rest = column, p;
    int rc = 0;

    while (rc == 0 && column.len > 0 && piece_next(&rest, ',', &p))
        rc = read_effect(r, p, c);
    return rc;
}

const contract_word *contract_pre_word(const char *item, size_t n, const char **operand)
{
    const char *paren = memchr(item, '(', n);
    piece p = {item, paren ? (size_t)(paren - item) : n};
    const contract_word *w = contract_find_word(contract_pres, p);

    *operand = paren ? paren + 1 : NULL;
    if (w == NULL || (w->detail == OPERAND_PAREN) != (paren != NULL))
        return NULL;
    return paren && (item[n - 1] != ')' || paren + 2 > item + n - 1) ? NULL : w;
}

int column_pre(reader *r, piece column, contract *c)
{
    piece rest = column, p;

    while (column.len > 0 && piece_next(&rest, ',', &p)) {
        const char *operand;

        if (contract_pre_word(p.text, p.len, &operand) == NULL)
            return row_complain_word(r, p, contract_pres);
    }
    c->pre = column.len ? arena_strndup(r->a, column.text, column.len) : NULL;
    return 0;
}

int column_pair(reader *r, piece p, contract *c)
{
    if (p.len > 0 && !piece_is_identifier(p))
        return row_complain(r, p, "is not the name of a function", "");
    c->pair = p.len ? arena_strndup(r->a, p.text, p.len) : NULL;
    return 0;
}

int column_note(reader *r, piece p, contract *c)
{
    c->note = p.len ? arena_strndup(r->a, p.text, p.len) : NULL;
    return 0;
}

int column_measured(reader *r, piece p, contract *c)
{
    c->measured = piece_is(p, "y");
    return c->measured || p.len == 0 ? 0 : row_complain(r, p, "is not a word of the column measured", "y");
}

/* ---- rows */

static bool names_argument(const contract *c, int k) { return k < c->nargs || c->variadic; }

piece row_column(const reader *r, const char *name)
{
    const column *c = layouts[r->kind]->columns;
    piece rest = {r->line_text, strcspn(r->line_text, "\r\n")}, p;

    for (; piece_next(&rest, '\t', &p); c++)
        if (strcmp(c->name, name) == 0)
            return p;
    return (piece){0};
}

int row_check_operands(reader *r, contract *c)
{
    static const char fault[] = "names an argument that the function does not have";
    bool needs_arg = c->ret == RET_NEW_ARG || c->ret == RET_NEW_OR_ARG || c->ret == RET_ARG;

    if (needs_arg && !names_argument(c, c->ret_arg))
        return row_complain(r, row_column(r, "ret"), fault, "");
    if (c->anchor == ANCHOR_ARG && !names_argument(c, c->anchor_arg))
        return row_complain(r, row_column(r, "ret"), fault, "");
    for (int k = 0; k < c->nargs; k++)
        if (c->args[k].anchor_arg >= 0 && !names_argument(c, c->args[k].anchor_arg))
            return row_complain(r, row_column(r, "args"), fault, "");
    return 0;
}

static const column function_columns[] = {
    {"name", column_identifier}, {"versions", column_versions}, {"ret", column_ret},
    {"fail", column_fail},       {"args", column_args},         {"effects", column_effects},
    {"pre", column_pre},         {"pair", column_pair},         {"note", column_note},
    {"measured", column_measured},
};

const row_layout function_layout = {function_columns, 10, 4, sizeof(contract), row_check_operands};

/* A project may name any file as its contracts: what is no table is not shown to whoever reads the log. */
static int complain_short(const reader *r, piece line, const row_layout *layout)
{
    buf fault = {0};
    int rc;

    if (!memchr(line.text, '\t', line.len))
        return fail(r->st, ERR_INPUT, "%s:%d:1: this line is no row: there are no tabs in it", r->file, r->line);
    buf_add(&fault, "is a row without the columns ");
    for (int k = 0; k < layout->least; k++)
        buf_printf(&fault, "%s%s", k == 0 ? "" : k + 1 == layout->least ? " and " : ", ",
                   layout->columns[k].name);
    rc = row_complain(r, line, fault.data, "");
    buf_free(&fault);
    return rc;
}

static int read_columns(reader *r, piece line, contract *c)
{
    const row_layout *layout = layouts[r->kind];
    piece rest = line, p;
    int n = 0;

    for (size_t i = 0; i < line.len; i++)
        n += line.text[i] == '\t';
    if (n + 1 < layout->least)
        return complain_short(r, line, layout);
    for (int k = 0; k < layout->count && piece_next(&rest, '\t', &p); k++) {
        r->column = layout->columns[k].name;
        if (layout->columns[k].read(r, p, c) < 0)
            return -1;
    }
    return rest.text ? row_complain(r, rest, "is one column too many", "") : layout->check(r, c);
}

static int read_row(reader *r, piece line)
{
    row_list *list = &r->rows[r->kind];
    contract *c = arena_alloc(r->a, layouts[r->kind]->size);

    if (read_columns(r, line, c) < 0)
        return -1;
    c->table = (uint8_t)r->kind;
    c->text = arena_strndup(r->a, line.text, line.len);
    c->file = r->file;
    c->line = r->line;
    ARENA_PUSH(r->a, list->v, list->n, list->cap, c);
    return 0;
}

/* The line that names the columns says which table the rows below it belong to. */
static bool take_header(reader *r, piece line)
{
    for (int kind = 0; kind < ROW_KINDS; kind++) {
        const column *columns = layouts[kind]->columns;
        piece rest = line, first, second;

        if (piece_next(&rest, '\t', &first) && piece_is(first, columns[0].name) &&
            piece_next(&rest, '\t', &second) && piece_is(second, columns[1].name)) {
            r->kind = (row_kind)kind;
            return true;
        }
    }
    return false;
}

/* ---- "#header: a.h b.h": the text is a pack */

static const char pack_words[] = "#header: #defines:";

static int read_pack_words(reader *r, piece rest, bool headers)
{
    piece p;
    int before = r->headers.n + r->macros.n;

    for (piece all = rest; piece_next(&all, ' ', &p);)
        if (p.len > 0 && headers)
            ARENA_PUSH(r->a, r->headers.v, r->headers.n, r->headers.cap, arena_strndup(r->a, p.text, p.len));
        else if (p.len > 0)
            ARENA_PUSH(r->a, r->macros.v, r->macros.n, r->macros.cap, arena_strndup(r->a, p.text, p.len));
    return r->headers.n + r->macros.n > before ? 0 : row_complain(r, rest, "names nothing", "");
}

/* "# text" is a comment, "#word:" must be one of two. */
static int read_comment(reader *r, piece line)
{
    size_t n = 1;

    while (n < line.len && line.text[n] >= 'a' && line.text[n] <= 'z')
        n++;
    if (n == 1 || n == line.len || line.text[n] != ':')
        return 0;
    if (piece_starts(line, "#header:") || piece_starts(line, "#defines:"))
        return read_pack_words(r, piece_after(line, n + 1), line.text[1] == 'h');
    return row_complain(r, (piece){line.text, n + 1}, "says nothing about a file", pack_words);
}

static int read_line(reader *r, piece line)
{
    if (line.len == 0 || take_header(r, line))
        return 0;
    return line.text[0] == '#' ? read_comment(r, line) : read_row(r, line);
}

int row_read_all(reader *r, const char *text)
{
    piece rest = {text, strlen(text)}, line;
    int rc = 0;

    while (rc == 0 && piece_next(&rest, '\n', &line)) {
        r->line++;
        r->line_text = line.text;
        piece_cut_end(&line, "\r");
        rc = read_line(r, line);
    }
    return rc;
}

bool contract_column(const contract *c, int k, const char **name, const char **text, size_t *len)
{
    piece rest = {c->text, strlen(c->text)}, p = {c->text, 0};

    if (k < 0 || k >= layouts[c->table]->count)
        return false;
    for (int i = 0; i <= k; i++)
        if (!piece_next(&rest, '\t', &p))
            p.len = 0;
    *name = layouts[c->table]->columns[k].name;
    *text = p.text;
    *len = p.len;
    return true;
}
