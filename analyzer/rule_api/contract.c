/* The contract table: reading rows, finding them.
 *
 * A text is added whole or not at all. Rows are kept sorted by name, then version; rows of one
 * name may cover overlapping versions, and then the one that was read last counts, so that a
 * project's own row beats a built-in one.
 */
#include "contract_int.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "embedded.h"

enum { VERSION_OPEN = 99 };

/* ---- the words of each column */

const contract_word contract_rets[] = {
    {"V", RET_VOID, OPERAND_NONE, "nothing"},
    {"S", RET_VALUE, OPERAND_NONE, "a plain value"},
    {"I", RET_STATUS, OPERAND_NONE, "a status"},
    {"tri", RET_TRI, OPERAND_NONE, "1, 0 or -1"},
    {"enum", RET_ENUM, OPERAND_NONE, "one of an enumeration"},
    {"N|N=", RET_NEW_OR_ARG, OPERAND_ARG, "a new reference, perhaps to @ itself"},
    {"N=", RET_NEW_ARG, OPERAND_ARG, "a new reference to @ itself"},
    {"N", RET_NEW, OPERAND_NONE, "a new reference"},
    {"B<", RET_BORROWED, OPERAND_ANCHOR, "a reference borrowed from @"},
    {"A", RET_ARG, OPERAND_ARG, "@ itself, its count unchanged"},
    {"P<", RET_INTERIOR, OPERAND_ANCHOR, "a pointer into @"},
    {"P", RET_POINTER, OPERAND_NONE, "a plain pointer"},
    {"always", RET_NULL, OPERAND_NONE, "NULL, always"},
    {0},
};

const contract_word contract_anchors[] = {
    {"none", ANCHOR_NONE, 0, "nothing: retain it at once"},
    {"static", ANCHOR_STATIC, 0, "an object that lives as long as the process"},
    {"thread", ANCHOR_STATE, 0, "the state of the thread"},
    {"frame", ANCHOR_STATE, 0, "the running frame"},
    {"sys", ANCHOR_STATE, 0, "the module sys"},
    {"sys.modules", ANCHOR_STATE, 0, "sys.modules"},
    {"interpreter", ANCHOR_STATE, 0, "the state of the interpreter"},
    {0},
};

const contract_word contract_fails[] = {
    {"never", FAIL_NEVER, EXC_NONE, "does not fail"},
    {"NULL!", FAIL_NULL, EXC_SET, "NULL with an exception set"},
    {"NULL-", FAIL_NULL, EXC_NONE, "NULL without an exception"},
    {"NULL?", FAIL_NULL, EXC_MAYBE, "NULL, with an exception or without: ask PyErr_Occurred"},
    {"NULL0", FAIL_NULL, EXC_SWALLOWED, "NULL; an error is swallowed"},
    {"-1!", FAIL_NEG, EXC_SET, "-1 with an exception set"},
    {"-1-", FAIL_NEG, EXC_NONE, "-1 without an exception"},
    {"-1?", FAIL_NEG, EXC_MAYBE, "-1, which may be a value too: ask PyErr_Occurred"},
    {"0!", FAIL_ZERO, EXC_SET, "0 with an exception set"},
    {"0-", FAIL_ZERO, EXC_NONE, "0 without an exception"},
    {"0?", FAIL_ZERO, EXC_MAYBE, "0, with an exception or without: ask PyErr_Occurred"},
    {"*0=NULL!", FAIL_INOUT, EXC_SET, "the first argument's variable is NULL, an exception is set"},
    {"ERROR!", FAIL_OTHER, EXC_SET, "a value of its own with an exception set"},
    {0},
};

const contract_word contract_args[] = {
    {"i", ARG_VALUE, 0, "not an object"},
    {"fn", ARG_VALUE, 0, "a callback"},
    {"b", ARG_BORROW, 0, "borrowed"},
    {"b+", ARG_RETAIN, 0, "retained: the caller owns one reference more"},
    {"k", ARG_KEEP, 0, "kept: the callee takes a reference of its own"},
    {"k*", ARG_KEEP_MAYBE, 0, "kept in some cases: the callee may take a reference of its own"},
    {"s", ARG_STEAL, 0, "stolen, also on failure"},
    {"s+", ARG_STEAL_OK, 0, "stolen on success only"},
    {"io", ARG_INOUT, 0, "a variable whose object is consumed and replaced"},
    {"io!", ARG_INOUT_OK, 0, "a variable whose object is consumed and replaced on success only"},
    {"io0", ARG_CLEAR, 0, "a variable that is set to NULL before its object is released"},
    {"on", ARG_OUT_NEW, 0, "receives a new reference"},
    {"on0", ARG_OUT_NEW, 1, "receives a new reference, or NULL when there is none"},
    {"ob<", ARG_OUT_BORROWED, 0, "receives a reference borrowed from @"},
    {"o.i", ARG_OUT_VALUE, 0, "receives a plain value"},
    {"io.i", ARG_OUT_VALUE, 0, "a plain variable, read and written"},
    {"acq", ARG_ACQUIRE, 0, "a buffer that is filled: PyBuffer_Release is due"},
    {"rel", ARG_RELEASE, 0, "a buffer that is released"},
    {"c", ARG_CONSUME, 0, "consumed: not valid afterwards"},
    {"c0!", ARG_CONSUME_OK, 0, "consumed on success only"},
    {"free", ARG_FREE, 0, "memory that is freed"},
    {"b[]", ARG_ARRAY, 0, "an array of borrowed references"},
    {"fmt(in)", ARG_FORMAT_IN, 0, "a format: O borrows or keeps, N steals, also on failure"},
    {"fmt(out)", ARG_FORMAT_OUT, 0, "a format: objects received are borrowed"},
    {"fmt(text)", ARG_FORMAT_TEXT, 0, "a format of text: objects are borrowed"},
    {0},
};

const contract_word contract_effects[] = {
    {"X", FX_SETS_EXC, 0, "may set an exception"},
    {"x", FX_CLEARS_EXC, 0, "clears or replaces the pending exception"},
    {"M", FX_ALLOCATES, 0, "allocates memory"},
    {"R", FX_RUNS_CODE, 0, "may run arbitrary code"},
    {"R@drop", FX_RUNS_ON_DROP, 0, "may run arbitrary code when an object it lets go of dies"},
    {"Y", FX_SWITCHES, 0, "may switch threads"},
    {"G", FX_GC_ALLOC, 0, "may start a garbage collection"},
    {"T", FX_RESULT_TRACKED, 0, "the result is tracked by the collector"},
    {"U", FX_RESULT_UNTRACKED, 0, "the result is not yet tracked by the collector"},
    {"T+", FX_TRACKS, 0, "tracks argument 1"},
    {"U-", FX_UNTRACKS, 0, "untracks argument 1"},
    {"H", FX_TYPE_REF, 0, "takes a reference to a heap type"},
    {"Z", FX_ZEROED, 0, "the result is filled with zeros"},
    {"E0", FX_EDGE, 0, "argument 1 holds what it is given"},
    {"noreturn", FX_NORETURN, 0, "does not return"},
    {"F", FX_FAILS_OTHERWISE, 0, "fails for other reasons than memory too"},
    {"C", FX_COPIES, 0, "the result holds what argument 1 holds"},
    {"W", FX_FAILS_ON_MISUSE, 0, "fails only for a wrong argument"},
    {0},
};

const contract_word contract_pres[] = {
    {"live", 0, OPERAND_PAREN, "@ must be alive"},
    {"small", 0, OPERAND_PAREN, "cannot fail when @ is a small number (-5 to 256): the object exists"},
    {"zero", 0, OPERAND_PAREN, "cannot fail when @ is 0: the object exists"},
    {"uniq", 0, OPERAND_PAREN, "@ must have no other owner"},
    {"rc0", 0, OPERAND_PAREN, "the count of @ must be 0"},
    {"untracked", 0, OPERAND_PAREN, "@ must not be tracked"},
    {"filled", 0, OPERAND_PAREN, "every field of @ must be valid"},
    {"null", 0, OPERAND_PAREN, "the slot must be empty"},
    {"list", 0, OPERAND_PAREN, "a list"},
    {"tuple", 0, OPERAND_PAREN, "a tuple"},
    {"str", 0, OPERAND_PAREN, "a str"},
    {"module", 0, OPERAND_PAREN, "a module"},
    {"gc", 0, OPERAND_PAREN, "the type must have Py_TPFLAGS_HAVE_GC"},
    {"raw", 0, OPERAND_PAREN, "@ is memory that is no object yet"},
    {"nomutate", 0, OPERAND_PAREN, "@ must not change meanwhile"},
    {"err", 0, OPERAND_NONE, "an exception must be set"},
    {"noerr", 0, OPERAND_NONE, "no exception may be set"},
    {"gil", 0, OPERAND_NONE, "the GIL must be held"},
    {0},
};

const contract_word *contract_word_of(const contract_word *table, int code)
{
    for (; table->word; table++)
        if (table->code == code)
            return table;
    return NULL;
}

/* ---- pieces of a row, with their place for messages */

typedef struct {
    const char *text; /* not terminated */
    size_t len;
} piece;

typedef struct {
    arena *a;
    const char *file;
    const char *line_text;
    int line;
    status *st;
    contract **rows;
    int nrows, cap;
} reader;

enum { NAME, VERSIONS, RET, FAIL, ARGS, EFFECTS, PRE, PAIR, NOTE, MEASURED, COLUMNS };

static const char *const column_names[COLUMNS] = {
    "name", "versions", "ret", "fail", "args", "effects", "pre", "pair", "note", "measured",
};

static const char *const version_words[] = {"nothing", "-", "3.9-", "-3.9", "3.9-3.12", "3.9"};

static bool piece_is(piece p, const char *word)
{
    return strlen(word) == p.len && memcmp(p.text, word, p.len) == 0;
}

static bool piece_starts(piece p, const char *word)
{
    return strlen(word) <= p.len && memcmp(p.text, word, strlen(word)) == 0;
}

static bool piece_cut_end(piece *p, const char *word)
{
    size_t n = strlen(word);

    if (p->len < n || memcmp(p->text + p->len - n, word, n) != 0)
        return false;
    p->len -= n;
    return true;
}

static piece piece_after(piece p, size_t n) { return (piece){p.text + n, p.len - n}; }

/* Cuts the text before the next separator off rest; false when nothing is left. */
static bool piece_next(piece *rest, char separator, piece *out)
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

static int complain(const reader *r, piece at, const char *fault, const char *allowed)
{
    return fail(r->st, ERR_INPUT, "%s:%d:%d: '%.*s' %s%s%s", r->file, r->line,
                (int)(at.text - r->line_text) + 1, (int)(at.len < 60 ? at.len : 60), at.text, fault,
                allowed[0] ? "; allowed: " : "", allowed);
}

static int complain_word(const reader *r, piece at, int column, const contract_word *table)
{
    static const char *const operands[] = {"", "0", "0", "(0)"};
    bool shows_operand = table == contract_rets || table == contract_pres;
    buf allowed = {0}, fault = {0};
    int rc;

    for (const contract_word *w = table; w->word; w++) {
        bool more = shows_operand ? w->detail != 0 : strcmp(w->word, "ob<") == 0;
        buf_printf(&allowed, "%s%s%s", w == table ? "" : " ", w->word,
                   more ? operands[shows_operand ? w->detail : 1] : "");
    }
    buf_printf(&fault, "is not a word of the column %s", column_names[column]);
    rc = complain(r, at, fault.data, allowed.data);
    buf_free(&allowed);
    buf_free(&fault);
    return rc;
}

/* A small decimal number that fills the piece; -1 when it is not one. */
static int piece_number(piece p)
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

static bool piece_is_identifier(piece p)
{
    for (size_t i = 0; i < p.len; i++)
        if (p.text[i] != '_' && !isalnum((unsigned char)p.text[i]))
            return false;
    return p.len > 0 && !isdigit((unsigned char)p.text[0]);
}

static const contract_word *find_word(const contract_word *table, piece p)
{
    for (; table->word; table++)
        if (piece_is(p, table->word))
            return table;
    return NULL;
}

/* ---- columns */

static int read_name(reader *r, piece p, contract *c)
{
    if (!piece_is_identifier(p))
        return complain(r, p, "is not the name of a function", "");
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

static int read_versions(reader *r, piece p, contract *c)
{
    buf allowed = {0};
    int rc = 0;

    c->until = VERSION_OPEN;
    c->deprecated = piece_is(p, "-");
    if (p.len == 0 || read_range(p, c))
        return 0;
    for (size_t i = 0; i < sizeof version_words / sizeof *version_words; i++)
        buf_printf(&allowed, "%s%s", i ? " " : "", version_words[i]);
    rc = complain(r, p, "is not a range of versions", allowed.data);
    buf_free(&allowed);
    return rc;
}

static bool read_anchor(piece p, contract *c)
{
    const contract_word *w = find_word(contract_anchors, p);

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
static int read_ret(reader *r, piece p, contract *c)
{
    for (const contract_word *w = contract_rets; w->word; w++) {
        if (piece_starts(p, w->word) && read_ret_operand(w, piece_after(p, strlen(w->word)), c)) {
            c->ret = (contract_ret)w->code;
            return 0;
        }
    }
    return complain_word(r, p, RET, contract_rets);
}

static int read_fail(reader *r, piece p, contract *c)
{
    const contract_word *w = find_word(contract_fails, p);

    if (w == NULL)
        return complain_word(r, p, FAIL, contract_fails);
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
    if (piece_starts(p, "ob<")) {
        arg->anchor_arg = (int8_t)piece_number(piece_after(p, 3));
        if (arg->anchor_arg >= 0)
            p.len = 3;
    }
    w = find_word(contract_args, p);
    if (w == NULL || (w->code == ARG_OUT_BORROWED && arg->anchor_arg < 0))
        return complain_word(r, whole, ARGS, contract_args);
    arg->code = (uint8_t)w->code;
    arg->null_on_fail = w->detail != 0;
    c->nargs++;
    return 0;
}

static int read_args(reader *r, piece column, contract *c)
{
    piece rest = column, p;
    int rc = 0;

    while (rc == 0 && column.len > 0 && piece_next(&rest, ',', &p)) {
        piece whole = p;
        bool dots = piece_cut_end(&p, "...");

        if (c->variadic)
            return complain(r, p, "stands after '...'", "");
        c->variadic = dots;
        if (dots && p.len == 0 && c->nargs > 0)
            continue;
        if (c->nargs == CONTRACT_MAX_ARGS)
            return complain(r, whole, "is one argument too many", "");
        rc = read_arg(r, whole, p, c);
    }
    return rc;
}

static int read_effects(reader *r, piece column, contract *c)
{
    piece rest = column, p;

    while (column.len > 0 && piece_next(&rest, ',', &p)) {
        const contract_word *w = find_word(contract_effects, p);

        if (w == NULL)
            return complain_word(r, p, EFFECTS, contract_effects);
        c->effects |= (unsigned)w->code;
    }
    return 0;
}

const contract_word *contract_pre_word(const char *item, size_t n, const char **operand)
{
    const char *paren = memchr(item, '(', n);
    piece p = {item, paren ? (size_t)(paren - item) : n};
    const contract_word *w = find_word(contract_pres, p);

    *operand = paren ? paren + 1 : NULL;
    if (w == NULL || (w->detail == OPERAND_PAREN) != (paren != NULL))
        return NULL;
    return paren && (item[n - 1] != ')' || paren + 2 > item + n - 1) ? NULL : w;
}

static int read_pre(reader *r, piece column, contract *c)
{
    piece rest = column, p;

    while (column.len > 0 && piece_next(&rest, ',', &p)) {
        const char *operand;

        if (contract_pre_word(p.text, p.len, &operand) == NULL)
            return complain_word(r, p, PRE, contract_pres);
    }
    c->pre = column.len ? arena_strndup(r->a, column.text, column.len) : NULL;
    return 0;
}

static int read_pair(reader *r, piece p, contract *c)
{
    if (p.len > 0 && !piece_is_identifier(p))
        return complain(r, p, "is not the name of a function", "");
    c->pair = p.len ? arena_strndup(r->a, p.text, p.len) : NULL;
    return 0;
}

static int read_note(reader *r, piece p, contract *c)
{
    c->note = p.len ? arena_strndup(r->a, p.text, p.len) : NULL;
    return 0;
}

static int read_measured(reader *r, piece p, contract *c)
{
    c->measured = piece_is(p, "y");
    return c->measured || p.len == 0 ? 0 : complain(r, p, "is not a word of the column measured", "y");
}

/* ---- rows */

static bool names_argument(const contract *c, int k) { return k < c->nargs || c->variadic; }

static int check_operands(const reader *r, piece ret, piece args, const contract *c)
{
    bool needs_arg = c->ret == RET_NEW_ARG || c->ret == RET_NEW_OR_ARG || c->ret == RET_ARG;

    if (needs_arg && !names_argument(c, c->ret_arg))
        return complain(r, ret, "names an argument that the function does not have", "");
    if (c->anchor == ANCHOR_ARG && !names_argument(c, c->anchor_arg))
        return complain(r, ret, "names an argument that the function does not have", "");
    for (int k = 0; k < c->nargs; k++)
        if (c->args[k].anchor_arg >= 0 && !names_argument(c, c->args[k].anchor_arg))
            return complain(r, args, "names an argument that the function does not have", "");
    return 0;
}

static int read_row(reader *r, piece line)
{
    static int (*const readers[COLUMNS])(reader *, piece, contract *) = {
        read_name, read_versions, read_ret,  read_fail, read_args,
        read_effects, read_pre,   read_pair, read_note, read_measured,
    };
    contract *c = arena_alloc(r->a, sizeof *c);
    piece columns[COLUMNS], rest = line;
    int n = 0;

    while (n < COLUMNS && piece_next(&rest, '\t', &columns[n]))
        n++;
    if (n <= FAIL)
        return complain(r, line, "is a row without the columns name, versions, ret and fail", "");
    if (rest.text != NULL)
        return complain(r, rest, "is one column too many", "");
    for (int k = 0; k < n; k++)
        if (readers[k](r, columns[k], c) < 0)
            return -1;
    c->file = r->file;
    c->line = r->line;
    ARENA_PUSH(r->a, r->rows, r->nrows, r->cap, c);
    return check_operands(r, columns[RET], n > ARGS ? columns[ARGS] : columns[RET], c);
}

static bool is_header(piece line)
{
    piece first, rest = line;

    return piece_next(&rest, '\t', &first) && piece_is(first, "name");
}

static int read_rows(reader *r, const char *text)
{
    piece rest = {text, strlen(text)}, line;

    while (piece_next(&rest, '\n', &line)) {
        r->line++;
        r->line_text = line.text;
        piece_cut_end(&line, "\r");
        if (line.len == 0 || line.text[0] == '#' || is_header(line))
            continue;
        if (read_row(r, line) < 0)
            return -1;
    }
    return 0;
}

/* ---- the table */

typedef struct {
    const contract *row;
    int order; /* of reading */
} entry;

struct contract_table {
    arena *a;
    entry *entries; /* sorted by name, since, until; no two alike */
    int n, cap;
    int nread;
};

contract_table *contract_table_create(arena *a)
{
    contract_table *t = arena_alloc(a, sizeof *t);

    t->a = a;
    return t;
}

static int compare_keys(const contract *x, const contract *y)
{
    int order = strcmp(x->name, y->name);

    if (order == 0)
        order = x->since - y->since;
    return order ? order : x->until - y->until;
}

static int compare_entries(const void *x, const void *y)
{
    const entry *a = x, *b = y;
    int order = compare_keys(a->row, b->row);

    return order ? order : a->order - b->order;
}

static void drop_replaced(contract_table *t)
{
    int kept = 0;

    for (int i = 0; i < t->n; i++)
        if (i + 1 == t->n || compare_keys(t->entries[i].row, t->entries[i + 1].row) != 0)
            t->entries[kept++] = t->entries[i];
    t->n = kept;
}

int contract_table_read(contract_table *t, const char *file, const char *text, status *st)
{
    reader r = {.a = t->a, .file = arena_strdup(t->a, file), .st = st};

    if (read_rows(&r, text) < 0)
        return -1;
    for (int i = 0; i < r.nrows; i++) {
        entry e = {r.rows[i], t->nread++};
        ARENA_PUSH(t->a, t->entries, t->n, t->cap, e);
    }
    if (t->n > 0)
        qsort(t->entries, (size_t)t->n, sizeof *t->entries, compare_entries);
    drop_replaced(t);
    return 0;
}

int contract_table_read_builtin(contract_table *t, status *st)
{
    for (const embedded_file *f = embedded_contracts; f->name; f++)
        if (contract_table_read(t, f->name, f->text, st) < 0)
            return -1;
    return 0;
}

int contract_count(const contract_table *t) { return t->n; }

const contract *contract_at(const contract_table *t, int i)
{
    assert(i >= 0 && i < t->n);
    return t->entries[i].row;
}

/* ---- finding */

/* Index of the first entry whose name is not before the given one. */
static int lower_bound(const contract_table *t, const char *name)
{
    int low = 0, high = t->n;

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (strcmp(t->entries[middle].row->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many versions lie between minor and the row's range; 0 inside. */
static int distance(const contract *c, int minor)
{
    if (minor < c->since)
        return c->since - minor;
    return minor > c->until ? minor - c->until : 0;
}

static bool is_better(const entry *e, const entry *best, int minor)
{
    int d, least;

    if (best == NULL)
        return true;
    d = distance(e->row, minor);
    least = distance(best->row, minor);
    return d < least || (d == least && e->order > best->order);
}

static const contract *find_exact(const contract_table *t, const char *name, int minor)
{
    const entry *best = NULL;

    for (int i = lower_bound(t, name); i < t->n && strcmp(t->entries[i].row->name, name) == 0; i++)
        if (is_better(&t->entries[i], best, minor))
            best = &t->entries[i];
    return best ? best->row : NULL;
}

const contract *contract_find(const contract_table *t, const char *name, int minor)
{
    const contract *c = find_exact(t, name, minor);
    piece p = {name, strlen(name)};
    char plain[128];

    if (c || !piece_cut_end(&p, "_SizeT") || !piece_starts(p, "_") || p.len > sizeof plain)
        return c;
    memcpy(plain, p.text + 1, p.len - 1);
    plain[p.len - 1] = '\0';
    return find_exact(t, plain, minor);
}

bool contract_fails_only_for_memory(const contract *c)
{
    return c->effects & FX_ALLOCATES && !(c->effects & (FX_RUNS_CODE | FX_FAILS_OTHERWISE));
}

bool contract_always_sets_exception(const contract *c)
{
    return c->effects & FX_SETS_EXC && (c->fail == FAIL_NEVER || c->ret == RET_NULL);
}
