/* The checked library: an account and a history for each object, driven by the ledger.
 *
 *     Py_INCREF at a.c:12 --> rm_checked_retain --> account (ledger) --> verdict
 *                                   |                                      |
 *                                   +--> history of the object             +--> fault: report
 *
 * A dead object is held back, so that a late use finds its record and not somebody else's memory.
 * Objects that the program contains (static types, None, small ints) have no record: only counts.
 * Memory of this file comes from libc, so that it neither fails nor counts where the model's does.
 */
#include "core_int.h"

#ifdef RM_CHECKED

#include "ledger.h"

enum { KEPT_EVENTS = 24, HELD_OBJECTS = 1 << 16 };

typedef struct {
    PyObject *op;
    void *block;
    rm_account account;
    uint64_t serial;
    size_t nevents; /* ever; the last KEPT_EVENTS are in the ring */
    rm_event events[KEPT_EVENTS];
    char type[48];
} record;

struct rm_checked {
    record **slots; /* open table by address */
    size_t room, used;
    record **held; /* ring of dead objects whose blocks are held back, oldest at `first` */
    size_t first, nheld;
    uint64_t serial;
    const char *file; /* the call that the user's code is in */
    int line;
};

static rm_checked *state(void)
{
    return rm_now->checked;
}

/* ---- records by address */

static size_t slot_of(const rm_checked *c, const void *op)
{
    size_t mask = c->room - 1, i = (size_t)((uintptr_t)op >> 4) * 0x9e3779b97f4a7c15u >> 20 & mask;

    while (c->slots[i] != NULL && c->slots[i]->op != op)
        i = (i + 1) & mask;
    return i;
}

static record *find(const void *op)
{
    rm_checked *c = state();

    return c->slots[slot_of(c, op)];
}

static int grow(rm_checked *c)
{
    record **old = c->slots;
    size_t room = c->room;

    c->slots = calloc(2 * room, sizeof *c->slots);
    if (c->slots == NULL)
        Py_FatalError("out of memory for the histories of objects");
    c->room = 2 * room;
    for (size_t i = 0; i < room; i++)
        if (old[i] != NULL)
            c->slots[slot_of(c, old[i]->op)] = old[i];
    free(old);
    return 0;
}

/* Takes r out; what probed past it moves up. */
static void take_out(rm_checked *c, const record *r)
{
    size_t mask = c->room - 1, i = slot_of(c, r->op);

    c->slots[i] = NULL;
    c->used--;
    for (i = (i + 1) & mask; c->slots[i] != NULL; i = (i + 1) & mask) {
        record *moved = c->slots[i];

        c->slots[i] = NULL;
        c->slots[slot_of(c, moved->op)] = moved;
    }
}

static void put_in(rm_checked *c, record *r)
{
    if (2 * (c->used + 1) > c->room)
        grow(c);
    c->slots[slot_of(c, r->op)] = r;
    c->used++;
}

/* ---- history and reports */

static void note(record *r, const char *what, const char *file, int line)
{
    rm_checked *c = state();

    if (file == NULL) {
        file = c->file;
        line = c->line;
    }
    r->events[r->nevents++ % KEPT_EVENTS] =
        (rm_event){what, file, line, (long)r->account.owned + r->account.kept};
}

static void print_report(const rm_report *report)
{
    static const char *const kind[] = {"fault", "leak", "held"};

    fprintf(stderr, "%s:%d: %s: %s: %s object %p, number %llu\n",
            report->file != NULL ? report->file : "?", report->line, kind[report->kind], report->what,
            report->type, report->object, (unsigned long long)report->serial);
    for (size_t i = 0; i < report->nhistory; i++) {
        const rm_event *e = &report->history[i];

        fprintf(stderr, "    %s:%d: %s -> %ld\n", e->file != NULL ? e->file : "?", e->line, e->what,
                e->count);
    }
}

static void send(const record *r, rm_report_kind kind, const char *what, const char *file, int line)
{
    rm_event history[KEPT_EVENTS];
    size_t n = Py_MIN(r->nevents, KEPT_EVENTS);
    rm_report report = {.kind = kind, .what = what, .file = file, .line = line, .object = r->op,
                        .type = r->type, .serial = r->serial, .history = history, .nhistory = n,
                        .nforgotten = r->nevents - n};

    for (size_t i = 0; i < n; i++)
        history[i] = r->events[(r->nevents - n + i) % KEPT_EVENTS];
    if (rm_now->hooks.report != NULL)
        rm_now->hooks.report(rm_now->hooks.ctx, &report);
    else
        print_report(&report);
}

static void fault(const record *r, const char *done, rm_verdict verdict, const char *file, int line)
{
    rm_checked *c = state();
    char what[96];

    snprintf(what, sizeof what, "%s: %s", done, rm_verdict_text(verdict));
    send(r, RM_REPORT_FAULT, what, file != NULL ? file : c->file, file != NULL ? line : c->line);
}

/* ---- birth */

void _Py_NewReference(PyObject *op)
{
    rm_checked *c = state();
    record *r = find(op);

    op->ob_refcnt = 1;
    if (r == NULL) {
        r = calloc(1, sizeof *r);
        if (r == NULL)
            Py_FatalError("out of memory for the history of an object");
        r->op = op;
        put_in(c, r);
    }
    r->account = rm_open(1, RM_NOBODY);
    r->serial = ++c->serial;
    r->nevents = 0;
    snprintf(r->type, sizeof r->type, "%s", op->ob_type->tp_name);
    note(r, "new", NULL, 0);
}

void rm_checked_moved(PyObject *from, PyObject *to)
{
    rm_checked *c = state();
    record *r = find(from);

    if (r == NULL || from == to)
        return;
    take_out(c, r);
    r->op = to;
    put_in(c, r);
}

/* ---- counting */

void rm_checked_here(const char *file, int line)
{
    rm_checked *c = rm_now != NULL ? rm_now->checked : NULL;

    if (c == NULL)
        return;
    c->file = file;
    c->line = line;
}

/* NULL: op has no record, or must not be touched (*stop). */
static record *begin(PyObject *op, const char *file, int line, bool *stop)
{
    *stop = rm_is_immortal(op);
    if (file != NULL)
        rm_checked_here(file, line);
    return *stop ? NULL : find(op);
}

void rm_checked_retain(PyObject *op, const char *file, int line)
{
    bool stop;
    record *r = begin(op, file, line, &stop);
    rm_verdict v = r != NULL ? rm_retain(&r->account) : RM_OK;

    if (stop)
        return;
    if (r != NULL)
        note(r, "retain", file, line);
    if (rm_is_fault(v))
        fault(r, "retain", v, file, line);
    else
        op->ob_refcnt++;
}

void rm_checked_release(PyObject *op, const char *file, int line)
{
    bool stop;
    record *r = begin(op, file, line, &stop);
    rm_verdict v = r != NULL ? rm_release(&r->account) : RM_OK;

    if (stop)
        return;
    if (r != NULL)
        note(r, "release", file, line);
    if (rm_is_fault(v))
        fault(r, "release", v, file, line);
    if (v == RM_F_DEAD || (rm_is_fault(v) && op->ob_refcnt == 0))
        return;
    if (--op->ob_refcnt == 0)
        _Py_Dealloc(op);
}

PyObject *rm_checked_xnewref(PyObject *op, const char *file, int line)
{
    if (op != NULL)
        rm_checked_retain(op, file, line);
    return op;
}

bool rm_checked_finalized(PyObject *op)
{
    record *r = find(op);

    if (r != NULL) {
        rm_release(&r->account);
        note(r, "finalized", NULL, 0);
    }
    return --op->ob_refcnt == 0;
}

/* ---- stored references */

void rm_checked_stored(const void *owner, PyObject *op)
{
    record *r = rm_is_immortal(op) ? NULL : find(op);
    rm_verdict v = r != NULL ? rm_steal(&r->account) : RM_OK;

    (void)owner;
    if (r != NULL)
        note(r, "stored", NULL, 0);
    if (rm_is_fault(v))
        fault(r, "stored", v, NULL, 0);
}

/* One that was stored without being seen (a field written directly) is the caller's already. */
void rm_checked_taken(const void *owner, PyObject *op)
{
    record *r = rm_is_immortal(op) ? NULL : find(op);

    (void)owner;
    if (r == NULL || r->account.kept == 0)
        return;
    rm_retain(&r->account);
    rm_unkeep(&r->account);
    note(r, "taken out", NULL, 0);
}

void rm_checked_set_item(PyObject *op, PyObject **slot, PyObject *v, const char *file, int line)
{
    if (file != NULL)
        rm_checked_here(file, line);
    *slot = v;
    if (v != NULL)
        rm_checked_stored(op, v);
}

/* ---- tracking */

void rm_gc_track(PyObject *op)
{
    record *r = find(op);

    if (r != NULL && rm_is_fault(rm_track(&r->account))) {
        fault(r, "track", RM_F_TRACKED, NULL, 0);
        return;
    }
    rm_gc_link(&rm_now->gc.generations[0].head, rm_gc_head_of(op));
}

void rm_gc_untrack(PyObject *op)
{
    rm_gc_head *g = rm_gc_head_of(op);
    record *r = find(op);

    if (r != NULL)
        rm_untrack(&r->account);
    rm_gc_unlink(g);
    g->next = 0;
    g->prev &= RM_GC_FINALIZED;
}

/* ---- death */

static void let_go(rm_checked *c, record *r)
{
    take_out(c, r);
    if (r->block != NULL)
        rm_free(rm_now->alloc, RM_DOMAIN_OBJ, r->block);
    free(r);
}

static void hold_back(rm_checked *c, record *r)
{
    if (c->nheld == HELD_OBJECTS) {
        record *oldest = c->held[c->first];

        c->first = (c->first + 1) % HELD_OBJECTS;
        c->nheld--;
        let_go(c, oldest);
    }
    c->held[(c->first + c->nheld++) % HELD_OBJECTS] = r;
}

/* What the collector knows of an object whose memory goes. */
static void leave_collector(PyObject *op, record *r)
{
    int *count = &rm_now->gc.generations[0].count;

    if (rm_gc_is_tracked(op)) {
        fault(r, "freed", RM_F_TRACKED, NULL, 0);
        rm_gc_untrack(op);
    }
    if (*count > 0)
        --*count;
}

void rm_checked_freed(PyObject *op, void *block)
{
    rm_checked *c = state();
    record *r = find(op);
    rm_verdict v;

    if (r == NULL) {
        rm_free(rm_now->alloc, RM_DOMAIN_OBJ, block);
        return;
    }
    if (r->account.life != RM_DEAD && (void *)op != block)
        leave_collector(op, r);
    v = rm_die(&r->account);
    note(r, "freed", NULL, 0);
    if (rm_is_fault(v))
        fault(r, "freed", v, NULL, 0);
    if (v == RM_F_DEAD)
        return;
    r->block = block;
    op->ob_refcnt = 0;
    if (rm_now->options.reuse)
        let_go(c, r);
    else
        hold_back(c, r);
}

void rm_checked_unlisted(PyObject *op)
{
    record *r = find(op);

    if (r == NULL)
        return;
    rm_die(&r->account);
    let_go(state(), r);
}

/* ---- life of the checker */

int rm_checked_start(rm_runtime *rt)
{
    rm_checked *c = calloc(1, sizeof *c);

    if (c == NULL)
        return -1;
    rt->checked = c;
    c->room = 1024;
    c->slots = calloc(c->room, sizeof *c->slots);
    c->held = calloc(HELD_OBJECTS, sizeof *c->held);
    return c->slots != NULL && c->held != NULL ? 0 : -1;
}

static int by_serial(const void *a, const void *b)
{
    const record *x = *(record *const *)a, *y = *(record *const *)b;

    return (x->serial > y->serial) - (x->serial < y->serial);
}

static bool is_left(const record *r)
{
    return r != NULL && r->account.life == RM_LIVE && !rm_is_immortal(r->op);
}

static void report_left(rm_checked *c)
{
    record **left = calloc(c->used + 1, sizeof *left);
    size_t n = 0;

    for (size_t i = 0; left != NULL && i < c->room; i++)
        if (is_left(c->slots[i]))
            left[n++] = c->slots[i];
    if (n > 1)
        qsort(left, n, sizeof *left, by_serial);
    for (size_t i = 0; i < n; i++) {
        const rm_event *first = &left[i]->events[left[i]->nevents > KEPT_EVENTS
                                                     ? left[i]->nevents % KEPT_EVENTS
                                                     : 0];
        bool owed = left[i]->account.owned > 0;

        send(left[i], owed ? RM_REPORT_LEAK : RM_REPORT_HELD,
             owed ? "never released" : "held by another object", first->file, first->line);
    }
    free(left);
}

void rm_checked_stop(rm_runtime *rt)
{
    rm_checked *c = rt->checked;

    if (c == NULL)
        return;
    if (c->slots != NULL)
        report_left(c);
    while (c->nheld > 0) {
        record *r = c->held[c->first];

        c->first = (c->first + 1) % HELD_OBJECTS;
        c->nheld--;
        let_go(c, r);
    }
    for (size_t i = 0; c->slots != NULL && i < c->room; i++)
        free(c->slots[i]);
    free(c->slots);
    free(c->held);
    free(c);
    rt->checked = NULL;
}

#endif
