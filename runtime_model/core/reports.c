/* What a report of the checked library says about an object: history, open calls, and who holds it.
 *
 * At the end, references that code took are matched with fields: a word of a live object of a user's
 * type that is the address of the object. What a field explains is HELD, what nothing explains is a
 * LEAK. Before the end local variables are in use, so fields are not looked at.
 */
#include "checked_int.h"

#ifdef RM_CHECKED

enum { MOST_OWNERS = 16 };

typedef struct {
    rm_owner owners[MOST_OWNERS];
    size_t n;
    long unexplained; /* references that code owes */
} owner_list;

static void add_owner(owner_list *list, rm_owner owner)
{
    if (list->n < MOST_OWNERS)
        list->owners[list->n++] = owner;
}

/* ---- fields that point to an object */

struct rm_field {
    const record *target;
    record *owner;
    long offset;
    bool is_seen;
};

typedef struct {
    const void *wanted;
    bool found;
} wanted_visit;

static int visit_wanted(PyObject *op, void *ctx)
{
    wanted_visit *w = ctx;

    w->found |= op == w->wanted;
    return 0;
}

static bool is_seen_by(PyObject *owner, PyObject *op)
{
    wanted_visit w = {op, false};

    if (rm_is_gc(owner) && Py_TYPE(owner)->tp_traverse != NULL)
        Py_TYPE(owner)->tp_traverse(owner, visit_wanted, &w);
    return w.found;
}

/* The words of an object behind its header. */
static size_t words_of(const record *r, PyObject *const **words)
{
    *words = (PyObject *const *)(r->op + 1);
    return ((size_t)Py_TYPE(r->op)->tp_basicsize - sizeof(PyObject)) / sizeof **words;
}

/* What word points to, if it is a live object that code took a reference to. */
static const record *target_of(const PyObject *word)
{
    const record *r = word != NULL ? rm_record_find(word) : NULL;

    return r != NULL && r->account.life == RM_LIVE && r->nlocals > 0 ? r : NULL;
}

size_t rm_record_unseen(const record *r, PyObject **out, size_t room)
{
    PyObject *const *words;
    size_t n = words_of(r, &words), found = 0;

    if (PyType_Check(r->op) || !rm_record_is_user_type(r))
        return 0;
    for (size_t i = 0; i < n && found < room; i++)
        if (target_of(words[i]) != NULL && !is_seen_by(r->op, words[i]))
            out[found++] = words[i];
    return found;
}

static void add_fields_of(rm_checked *c, record *owner)
{
    PyObject *const *words;
    size_t n = words_of(owner, &words);

    for (size_t i = 0; i < n; i++) {
        const record *target = target_of(words[i]);
        rm_field *grown;

        if (target == NULL)
            continue;
        grown = realloc(c->fields, (c->nfields + 1) * sizeof *grown);
        if (grown == NULL)
            return;
        c->fields = grown;
        grown[c->nfields++] =
            (rm_field){target, owner, (long)(sizeof(PyObject) + i * sizeof *words),
                       is_seen_by(owner->op, target->op)};
    }
}

static int by_target(const void *a, const void *b)
{
    const rm_field *x = a, *y = b;

    if (x->target->serial != y->target->serial)
        return x->target->serial < y->target->serial ? -1 : 1;
    return (x->owner->serial > y->owner->serial) - (x->owner->serial < y->owner->serial);
}

static void find_fields(rm_checked *c, record **live, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!PyType_Check(live[i]->op) && rm_record_is_user_type(live[i]))
            add_fields_of(c, live[i]);
    if (c->nfields > 1)
        qsort(c->fields, c->nfields, sizeof *c->fields, by_target);
}

static size_t first_field(const rm_checked *c, const record *r)
{
    size_t low = 0, n = c->nfields;

    while (n > 0) {
        size_t half = n / 2;
        bool is_before = c->fields[low + half].target->serial < r->serial;

        low += is_before ? half + 1 : 0;
        n = is_before ? n - half - 1 : half;
    }
    return low;
}

/* Fields explain what code took, each one reference. */
static void add_field_owners(const rm_checked *c, const record *r, owner_list *list)
{
    for (size_t i = first_field(c, r); i < c->nfields && list->unexplained > 0; i++) {
        const rm_field *f = &c->fields[i];

        if (f->target != r)
            break;
        list->unexplained--;
        add_owner(list,
                  (rm_owner){.kind = RM_OWNER_FIELD,
                             .site = r->locals[list->unexplained],
                             .type = f->owner->type,
                             .serial = f->owner->serial,
                             .count = 1,
                             .offset = f->offset,
                             .is_unseen = !f->is_seen,
                             .is_atomic = !rm_is_gc(f->owner->op),
                             .is_untracked = rm_is_gc(f->owner->op) && !f->owner->was_tracked});
    }
}

/* ---- who holds it */

static rm_owner owner_of_edge(const rm_checked *c, const edge *e)
{
    rm_owner o = {.kind = RM_OWNER_OBJECT,
                  .site = e->site,
                  .type = e->owner->type,
                  .serial = e->owner->serial,
                  .count = e->count};

    if (e->owner == &c->runtime)
        o.kind = RM_OWNER_RUNTIME;
    else if (e->owner == &c->program)
        o.kind = RM_OWNER_PROGRAM;
    else
        o.is_dead = e->owner->account.life == RM_DEAD;
    return o;
}

static int by_owner(const void *a, const void *b)
{
    const edge *x = *(const edge *const *)a, *y = *(const edge *const *)b;

    if (x->op->serial != y->op->serial)
        return x->op->serial < y->op->serial ? -1 : 1;
    return (x->owner->serial > y->owner->serial) - (x->owner->serial < y->owner->serial);
}

/* Edges to op (NULL: all) in the order of target, then owner. */
static const edge **sorted_edges(const rm_checked *c, const record *op, size_t *n)
{
    const edge **sorted = malloc((c->edges_used + 1) * sizeof *sorted);

    *n = 0;
    for (size_t i = 0; sorted != NULL && i < c->edges_room; i++)
        if (c->edges[i].op != NULL && (op == NULL || c->edges[i].op == op))
            sorted[(*n)++] = &c->edges[i];
    if (*n > 1)
        qsort(sorted, *n, sizeof *sorted, by_owner);
    return sorted;
}

static size_t first_edge(const edge **sorted, size_t n, const record *r)
{
    size_t low = 0;

    while (n > 0) {
        size_t half = n / 2;
        bool is_before = sorted[low + half]->op->serial < r->serial;

        low += is_before ? half + 1 : 0;
        n = is_before ? n - half - 1 : half;
    }
    return low;
}

static void add_edge_owners(const rm_checked *c, const record *r, owner_list *list)
{
    size_t n = c->nsorted;
    const edge **sorted = c->sorted != NULL ? c->sorted
                          : r->incoming > 0 ? sorted_edges(c, r, &n)
                                            : NULL;

    for (size_t i = sorted != NULL ? first_edge(sorted, n, r) : 0; sorted != NULL && i < n; i++) {
        if (sorted[i]->op != r)
            break;
        add_owner(list, owner_of_edge(c, sorted[i]));
    }
    if (sorted != c->sorted)
        free(sorted);
}

static void find_owners(const rm_checked *c, const record *r, owner_list *list)
{
    list->n = 0;
    list->unexplained = r->nlocals;
    add_field_owners(c, r, list);
    for (long i = 0; i < list->unexplained; i++)
        add_owner(list, (rm_owner){.kind = RM_OWNER_LOCAL, .site = r->locals[i], .count = 1});
    add_edge_owners(c, r, list);
    if (r->view.file != NULL && r->account.life == RM_DEAD)
        add_owner(list, (rm_owner){.kind = RM_OWNER_VIEW,
                                   .site = r->view,
                                   .type = r->view_type,
                                   .serial = r->view_owner});
}

size_t rm_record_owners(const record *r, rm_owner *out, size_t room)
{
    owner_list list;

    find_owners(rm_checked_state(), r, &list);
    memcpy(out, list.owners, Py_MIN(room, list.n) * sizeof *out);
    return Py_MIN(room, list.n);
}

/* ---- sending */

void rm_report_send_plain(rm_report *report)
{
    rm_checked *c = rm_now != NULL ? rm_now->checked : NULL;
    int n = c != NULL ? Py_MIN(c->depth, MOST_FRAMES - 1) : 0;
    rm_site frames[MOST_FRAMES];

    for (int i = 0; i < n; i++)
        frames[i] = c->frames[n - i];
    report->frames = frames;
    report->nframes = (size_t)n;
    if (c != NULL && report->file == NULL) {
        report->file = rm_checked_site().file;
        report->line = rm_checked_site().line;
    }
    if (rm_now != NULL && rm_now->hooks.report != NULL)
        rm_now->hooks.report(rm_now->hooks.ctx, report);
    else
        rm_report_print(report, stderr);
}

void rm_record_send(const record *r, rm_report_kind kind, const char *what, const char *file,
                    int line)
{
    rm_event history[KEPT_EVENTS];
    size_t n = Py_MIN(r->nevents, r->last_event + 1u);
    owner_list list;
    rm_report report = {.kind = kind,
                        .what = what,
                        .file = file,
                        .line = line,
                        .object = r->op,
                        .type = r->type,
                        .serial = r->serial,
                        .history = history,
                        .nhistory = n,
                        .nforgotten = r->nevents - n};

    for (size_t i = 0; i < n; i++) {
        const event *e = &r->events[(r->nevents - n + i) & r->last_event];

        history[i] = (rm_event){e->what, e->file, e->line, e->count, e->owner};
    }
    find_owners(rm_checked_state(), r, &list);
    report.owners = list.owners;
    report.nowners = list.n;
    rm_report_send_plain(&report);
}

void rm_record_fault(const record *r, const char *done, const char *why, const char *file, int line)
{
    char what[128];

    snprintf(what, sizeof what, "%s: %s", done, why);
    rm_record_send(r, RM_REPORT_FAULT, what, file, line);
}

/* ---- the end */

static void send_left(const rm_checked *c, const record *r)
{
    owner_list list;
    bool owed;

    find_owners(c, r, &list);
    owed = list.unexplained > 0 || list.n == 0;
    for (size_t i = 0; i < list.n; i++)
        owed |= list.owners[i].is_dead;
    rm_record_send(r, owed ? RM_REPORT_LEAK : RM_REPORT_HELD,
                   owed ? "never released" : "held by another object", r->born.file, r->born.line);
}

void rm_report_left(rm_checked *c)
{
    size_t n;
    record **live = rm_records_live(c, &n);

    if (live == NULL)
        return;
    find_fields(c, live, n);
    c->sorted = sorted_edges(c, NULL, &c->nsorted);
    for (size_t i = 0; i < n; i++)
        if (!rm_is_immortal(live[i]->op))
            send_left(c, live[i]);
    free(c->sorted);
    free(c->fields);
    c->sorted = NULL;
    c->fields = NULL;
    c->nfields = 0;
    free(live);
}

#endif
