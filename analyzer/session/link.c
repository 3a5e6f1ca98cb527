/* Between files: which file's function a call means, and who can go on when.
 *
 * A file answers first with what it did alone, the functions that others may call and those it calls
 * itself, then each time it was told of some of these. A name that several files define counts when
 * all of them say the same; a call that does not fit the definition means nobody. A function is told of
 * when it was explored, never before, so nothing depends on the order in which answers come. Functions
 * that wait for each other in a circle are cut free beforehand: the call that closes it, in the order
 * of files and functions, is told that nobody knows.
 */
#include "session_int.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *name;
    int file, index; /* of an export */
} definition;

typedef struct {
    int first, n; /* definitions of the name */
    bool is_cut;  /* closes a circle */
    bool is_told;
} binding;

typedef struct {
    const engine_link *imports;
    binding *bindings; /* of imports, same index */
    int nimports;
    engine_link *exports;
    int nexports;
    bool is_waiting, is_busy;
} linked_file;

struct linker {
    arena *a;
    const sources *list;
    linked_file *files;
    definition *definitions; /* by name, then in the order of files */
    int ndefinitions;
};

/* ---- answers */

static void keep_links(arena *a, linked_file *f, const file_result *r)
{
    f->imports = r->imports;
    f->nimports = r->nimports;
    f->bindings = arena_alloc(a, sizeof *f->bindings * (size_t)f->nimports + 1);
    f->nexports = r->nexports;
    f->exports = arena_alloc(a, sizeof *f->exports * (size_t)f->nexports + 1);
    for (int i = 0; i < f->nexports; i++)
        f->exports[i] = r->exports[i];
}

static void update_exports(linked_file *f, const file_result *r)
{
    for (int i = 0; i < f->nexports && i < r->nexports; i++)
        if (r->exports[i].is_done && !f->exports[i].is_done)
            f->exports[i] = r->exports[i];
}

/* What nobody will know any more. */
static void lose_exports(linked_file *f)
{
    for (int i = 0; i < f->nexports; i++)
        f->exports[i].is_done = true;
}

void link_note(linker *l, int file, const file_result *r)
{
    linked_file *f = &l->files[file];

    if (!f->bindings && !r->failure)
        keep_links(l->a, f, r);
    else
        update_exports(f, r);
    f->is_waiting = r->is_waiting;
    f->is_busy = false;
    if (!f->is_waiting)
        lose_exports(f);
}

/* ---- names */

static int compare_definitions(const void *left, const void *right)
{
    const definition *a = left, *b = right;
    int order = strcmp(a->name, b->name);

    return order ? order : a->file != b->file ? a->file - b->file : a->index - b->index;
}

static void collect_definitions(linker *l)
{
    int cap = 0;

    for (int f = 0; f < l->list->n; f++)
        for (int i = 0; i < l->files[f].nexports; i++)
            ARENA_PUSH(l->a, l->definitions, l->ndefinitions, cap, ((definition){l->files[f].exports[i].name, f, i}));
    if (l->ndefinitions)
        qsort(l->definitions, (size_t)l->ndefinitions, sizeof *l->definitions, compare_definitions);
}

static void bind(const linker *l, const char *name, binding *b)
{
    int low = 0, high = l->ndefinitions;

    while (low < high) {
        int middle = (low + high) / 2;
        if (strcmp(l->definitions[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    b->first = low;
    while (low < l->ndefinitions && strcmp(l->definitions[low].name, name) == 0)
        low++;
    b->n = low - b->first;
}

static const engine_link *export_of(const linker *l, int definition)
{
    return &l->files[l->definitions[definition].file].exports[l->definitions[definition].index];
}

/* ---- declarations */

static bool is_pointer(ir_type t) { return t == IR_OBJ || t == IR_PTR; }

static bool counts_fit(const engine_link *call, const engine_link *body)
{
    return call->nargs < 0 || call->nargs == body->nargs || (body->is_variadic && call->nargs > body->nargs);
}

static bool fits(const engine_link *call, const engine_link *body)
{
    return is_pointer(call->ret) == is_pointer(body->ret) && counts_fit(call, body);
}

static const char *misfit(const linker *l, int file, const engine_link *call, int definition)
{
    const engine_link *body = export_of(l, definition);
    const char *here = l->list->items[file].shown, *there = l->list->items[l->definitions[definition].file].shown;

    if (!counts_fit(call, body))
        return arena_printf(l->a, "%s:%d: %s() is called with %d argument%s, but %s:%d defines it with %d", here,
                            call->line, call->name, call->nargs, call->nargs == 1 ? "" : "s", there, body->line,
                            body->nargs);
    return arena_printf(l->a, "%s:%d: %s() is declared to return %s pointer, but %s:%d defines it with %s", here,
                        call->line, call->name, is_pointer(call->ret) ? "a" : "no", there, body->line,
                        is_pointer(body->ret) ? "one" : "none");
}

static void add_message(arena *a, unit_result *u, const char *text)
{
    strings all = {0};

    for (int i = 0; i < u->nmessages; i++)
        strings_add(a, &all, u->messages[i]);
    strings_add(a, &all, text);
    u->messages = all.items;
    u->nmessages = all.n;
}

/* Of several definitions one may be meant for somebody else. */
void link_say(const linker *l, file_result *results, strings *notices)
{
    for (int f = 0; f < l->list->n; f++)
        for (int i = 0; i < l->files[f].nimports; i++) {
            const engine_link *call = &l->files[f].imports[i];
            const binding *b = &l->files[f].bindings[i];

            if (b->n != 1 || !call->line || fits(call, export_of(l, b->first)))
                continue;
            const char *text = misfit(l, f, call, b->first);
            add_message(l->a, &results[f].unit, text);
            strings_add(l->a, notices, arena_printf(l->a, "warning: %s", text));
        }
}

/* ---- what is known of an import */

/* Whether it is settled; *summary is NULL when nobody knows. */
static bool is_settled(const linker *l, const linked_file *f, int import, const char **summary)
{
    const binding *b = &f->bindings[import];
    bool is_first = true;

    *summary = NULL;
    for (int d = b->first; d < b->first + b->n && !b->is_cut; d++) {
        const engine_link *body = export_of(l, d);
        if (!fits(&f->imports[import], body))
            continue;
        if (!body->is_done)
            return false;
        if (is_first)
            *summary = body->summary;
        else if (!body->summary || !*summary || strcmp(body->summary, *summary) != 0)
            *summary = NULL;
        is_first = false;
    }
    return true;
}

static bool needs_are_settled(const linker *l, const linked_file *f, const engine_link *export)
{
    const char *summary;

    for (int i = 0; i < export->nneeds; i++)
        if (!is_settled(l, f, export->needs[i], &summary))
            return false;
    return true;
}

/* There is news, and it is all there ever will be or completes what some function waits for. */
static bool can_go_on(const linker *l, const linked_file *f)
{
    bool has_news = false, has_all = true;
    const char *summary;

    if (!f->is_waiting || f->is_busy)
        return false;
    for (int i = 0; i < f->nimports; i++) {
        bool settled = is_settled(l, f, i, &summary);
        has_news |= settled && !f->bindings[i].is_told;
        has_all &= settled;
    }
    for (int i = 0; i < f->nexports && has_news && !has_all; i++)
        has_all = !f->exports[i].is_done && needs_are_settled(l, f, &f->exports[i]);
    return has_news && has_all;
}

int link_next(const linker *l, int from)
{
    for (int f = from; f < l->list->n; f++)
        if (can_go_on(l, &l->files[f]))
            return f;
    return -1;
}

int link_known(linker *l, int file, bool all, arena *a, known_import **out)
{
    linked_file *f = &l->files[file];
    const char *summary;
    int n = 0;

    *out = arena_alloc(a, sizeof **out * (size_t)f->nimports + 1);
    for (int i = 0; i < f->nimports; i++) {
        if ((f->bindings[i].is_told && !all) || !is_settled(l, f, i, &summary))
            continue;
        f->bindings[i].is_told = true;
        (*out)[n++] = (known_import){f->imports[i].name, summary};
    }
    f->is_busy = true;
    return n;
}

static int list_settled(const linker *l, int file, bool told_only, arena *a, known_import **out)
{
    const linked_file *f = &l->files[file];
    const char *summary;
    int n = 0;

    *out = arena_alloc(a, sizeof **out * (size_t)f->nimports + 1);
    for (int i = 0; i < f->nimports; i++)
        if ((f->bindings[i].is_told || !told_only) && is_settled(l, f, i, &summary))
            (*out)[n++] = (known_import){f->imports[i].name, summary};
    return n;
}

int link_settled(const linker *l, int file, arena *a, known_import **out)
{
    return list_settled(l, file, false, a, out);
}

int link_told(const linker *l, int file, arena *a, known_import **out)
{
    return list_settled(l, file, true, a, out);
}

/* ---- circles */

typedef struct {
    linker *l;
    int *base;      /* of a file: number of its first export */
    uint8_t *state; /* of an export: 0 not seen, 1 under way, 2 done */
} walk;

static void visit(walk *w, int file, int index);

static void visit_import(walk *w, linked_file *f, int import)
{
    binding *b = &f->bindings[import];

    for (int d = b->first; d < b->first + b->n && !b->is_cut; d++) {
        const definition *to = &w->l->definitions[d];
        if (export_of(w->l, d)->is_done || !fits(&f->imports[import], export_of(w->l, d)))
            continue;
        if (w->state[w->base[to->file] + to->index] == 1)
            b->is_cut = true;
        else
            visit(w, to->file, to->index);
    }
}

static void visit(walk *w, int file, int index)
{
    linked_file *f = &w->l->files[file];
    uint8_t *state = &w->state[w->base[file] + index];

    if (*state || f->exports[index].is_done)
        return;
    *state = 1;
    for (int i = 0; i < f->exports[index].nneeds; i++)
        visit_import(w, f, f->exports[index].needs[i]);
    *state = 2;
}

static void cut_circles(linker *l)
{
    walk w = {.l = l, .base = arena_alloc(l->a, sizeof(int) * (size_t)l->list->n + 1),
              .state = arena_alloc(l->a, (size_t)l->ndefinitions + 1)};
    int n = 0;

    for (int f = 0; f < l->list->n; n += l->files[f++].nexports)
        w.base[f] = n;
    for (int f = 0; f < l->list->n; f++)
        for (int i = 0; i < l->files[f].nexports; i++)
            visit(&w, f, i);
}

void link_names(linker *l)
{
    collect_definitions(l);
    for (int f = 0; f < l->list->n; f++)
        for (int i = 0; i < l->files[f].nimports; i++)
            bind(l, l->files[f].imports[i].name, &l->files[f].bindings[i]);
    cut_circles(l);
}

linker *link_create(arena *a, const sources *list)
{
    linker *l = arena_alloc(a, sizeof *l);

    l->a = a;
    l->list = list;
    l->files = arena_alloc(a, sizeof *l->files * (size_t)list->n + 1);
    return l;
}
