/* The contract table: what was read, and finding it.
 *
 * A text is added whole or not at all. Rows are kept sorted by name, then version; rows of one
 * name may cover overlapping versions, and then the one that was read last counts, so that a
 * project's own row beats a built-in one.
 */
#include "contract_int.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "embedded.h"

/* ---- the table */

contract_table *contract_table_create(arena *a)
{
    contract_table *t = arena_alloc(a, sizeof *t);

    t->a = a;
    t->loaded = UINT64_MAX;
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

/* What a pack says of a function must not hide our row where the pack is not loaded. */
static bool replaces(const entry *later, const entry *e)
{
    return compare_keys(e->row, later->row) == 0 && e->pack == later->pack;
}

static void drop_replaced(entry_list *list)
{
    int kept = 0;

    for (int i = 0; i < list->n; i++)
        if (i + 1 == list->n || !replaces(&list->v[i + 1], &list->v[i]))
            list->v[kept++] = list->v[i];
    list->n = kept;
}

static void add_rows(contract_table *t, row_kind kind, const row_list *rows, int pack)
{
    entry_list *list = &t->lists[kind];

    for (int i = 0; i < rows->n; i++) {
        entry e = {rows->v[i], t->nread++, pack};
        ARENA_PUSH(t->a, list->v, list->n, list->cap, e);
    }
    if (rows->n == 0)
        return;
    qsort(list->v, (size_t)list->n, sizeof *list->v, compare_entries);
    drop_replaced(list);
}

/* Index of the pack that the text is; -1: it is none. */
static int add_pack(contract_table *t, reader *r)
{
    if (r->headers.n + r->macros.n == 0)
        return -1;
    ARENA_PUSH(t->a, r->headers.v, r->headers.n, r->headers.cap, NULL);
    ARENA_PUSH(t->a, r->macros.v, r->macros.n, r->macros.cap, NULL);
    ARENA_PUSH(t->a, t->packs, t->npacks, t->pack_cap, ((pack){r->headers.v, r->macros.v}));
    return t->npacks - 1;
}

int contract_table_read(contract_table *t, const char *file, const char *text, status *st)
{
    reader r = {.a = t->a, .file = arena_strdup(t->a, file), .st = st};

    if (row_read_all(&r, text) < 0)
        return -1;
    if (r.headers.n + r.macros.n > 0 && t->npacks == PACKS_MAX)
        return fail(st, ERR_LIMIT, "%s: more than %d files for certain headers", file, PACKS_MAX);
    int pack = add_pack(t, &r);
    for (int kind = 0; kind < ROW_KINDS; kind++)
        add_rows(t, (row_kind)kind, &r.rows[kind], pack);
    return 0;
}

int contract_table_read_builtin(contract_table *t, status *st)
{
    for (const embedded_file *f = embedded_contracts; f->name; f++)
        if (contract_table_read(t, f->name, f->text, st) < 0)
            return -1;
    return 0;
}

int contract_count(const contract_table *t) { return t->lists[ROW_FUNCTION].n; }

const contract *contract_at(const contract_table *t, int i)
{
    assert(i >= 0 && i < contract_count(t));
    return t->lists[ROW_FUNCTION].v[i].row;
}

/* ---- packs */

static bool ends_in(const char *path, const char *name)
{
    size_t n = strlen(path), k = strlen(name);

    return n >= k && strcmp(path + n - k, name) == 0 && (n == k || path[n - k - 1] == '/');
}

static bool includes_one(const contract_unit *unit, const char *const *headers)
{
    for (; *headers; headers++)
        for (int i = 0; i < unit->nincludes; i++)
            if (ends_in(unit->includes[i], *headers))
                return true;
    return false;
}

static bool defines_one(const contract_unit *unit, const char *const *macros)
{
    for (int i = 0; i < unit->nmacros; i++)
        if (text_is_one_of(unit->macros[i], macros))
            return true;
    return false;
}

const contract_table *contract_table_select(arena *a, const contract_table *t,
                                            const contract_unit *unit)
{
    contract_table *out = arena_alloc(a, sizeof *out);

    *out = *t;
    out->loaded = 0;
    for (int i = 0; i < t->npacks; i++)
        if (includes_one(unit, t->packs[i].headers) || defines_one(unit, t->packs[i].macros))
            out->loaded |= (uint64_t)1 << i;
    return out;
}

/* ---- finding */

/* Index of the first entry whose name is not before the given one. */
static int lower_bound(const entry_list *list, const char *name)
{
    int low = 0, high = list->n;

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (strcmp(list->v[middle].row->name, name) < 0)
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

static bool is_loaded(const contract_table *t, const entry *e)
{
    return e->pack < 0 || t->loaded >> e->pack & 1;
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

const contract *row_find(const contract_table *t, row_kind kind, const char *name, int minor)
{
    const entry_list *list = &t->lists[kind];
    const entry *best = NULL;

    for (int i = lower_bound(list, name); i < list->n && strcmp(list->v[i].row->name, name) == 0; i++)
        if (is_loaded(t, &list->v[i]) && is_better(&list->v[i], best, minor))
            best = &list->v[i];
    return best ? best->row : NULL;
}

const contract *contract_find(const contract_table *t, const char *name, int minor)
{
    const contract *c = row_find(t, ROW_FUNCTION, name, minor);
    piece p = {name, strlen(name)};
    char plain[128];

    if (c || !piece_cut_end(&p, "_SizeT") || !piece_starts(p, "_") || p.len > sizeof plain)
        return c;
    memcpy(plain, p.text + 1, p.len - 1);
    plain[p.len - 1] = '\0';
    return row_find(t, ROW_FUNCTION, plain, minor);
}

bool contract_fails_only_for_memory(const contract *c)
{
    return c->effects & FX_ALLOCATES && !(c->effects & (FX_RUNS_CODE | FX_FAILS_OTHERWISE));
}

bool contract_always_sets_exception(const contract *c)
{
    return c->effects & FX_SETS_EXC && (c->fail == FAIL_NEVER || c->ret == RET_NULL);
}

bool contract_has_condition(const contract *c, int pre, int arg)
{
    const char *at = c->pre;

    while (at && *at) {
        size_t n = strcspn(at, ",");
        const char *operand;
        const contract_word *w = contract_pre_word(at, n, &operand);

        if (w && w->code == pre && (operand ? atoi(operand) : -1) == arg)
            return true;
        at += n + (at[n] == ',');
    }
    return false;
}

/* ---- types */

bool contract_asks_type(const char *name, contract_kind *asked)
{
    piece p = {name, strlen(name)};

    asked->exact = piece_cut_end(&p, "_CheckExact");
    if (!asked->exact && !piece_cut_end(&p, "_Check"))
        return false;
    for (const contract_type_word *w = contract_types; w->word; w++)
        if (piece_is(p, w->check)) {
            asked->type = (uint8_t)w->type;
            return true;
        }
    return false;
}

static contract_type base_of(int type)
{
    for (const contract_type_word *w = contract_types; w->word; w++)
        if ((int)w->type == type)
            return w->base;
    return TYPE_UNKNOWN;
}

const char *contract_type_word_of(contract_type type)
{
    for (const contract_type_word *w = contract_types; w->word; w++)
        if (w->type == type)
            return w->word;
    return NULL;
}

contract_type contract_type_named(const char *word, size_t n)
{
    piece p = {word, n};

    for (const contract_type_word *w = contract_types; w->word; w++)
        if (piece_is(p, w->word))
            return w->type;
    return TYPE_UNKNOWN;
}

/* No class can have two of these types as bases unless one is the base of the other: their memory
 * is laid out differently. */
int contract_type_answer(contract_kind known, contract_kind asked)
{
    if (known.type == TYPE_UNKNOWN)
        return -1;
    if (known.type == asked.type)
        return known.exact || !asked.exact ? 1 : -1;
    if (base_of(known.type) == (contract_type)asked.type)
        return !asked.exact;
    return base_of(asked.type) == (contract_type)known.type && !known.exact ? -1 : 0;
}
