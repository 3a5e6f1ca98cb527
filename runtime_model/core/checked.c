/* The checked library: an account and a history for each object, driven by the ledger.
 *
 *     Py_INCREF at a.c:12 --> rm_checked_retain --> account (ledger) --> verdict
 *                                   |                                      |
 *                                   +--> history of the object             +--> fault: report
 *
 * A dead object is held back, so that a late use finds its record and not somebody else's memory;
 * its type becomes one that can do nothing, and its fields are poison. Objects that the program contains (static types, None,
 * small ints) have no record: only counts. Memory of this file comes from libc, so that it neither
 * fails nor counts where the model's does.
 */
#include "checked_int.h"

#ifdef RM_CHECKED

/* ---- records by address */

static size_t home_of(const rm_checked *c, const void *op)
{
    return (size_t)((uintptr_t)op >> 4) * 0x9e3779b97f4a7c15u >> 32 & (c->room - 1);
}

static size_t slot_of(const rm_checked *c, const void *op)
{
    size_t i = home_of(c, op);

    while (c->slots[i].record != NULL && c->slots[i].op != op)
        i = (i + 1) & (c->room - 1);
    return i;
}

/* *last: the record that was asked for before. A record that goes forgets its object. */
static record *find(const rm_checked *c, const void *op, record **last)
{
    if ((*last)->op != op || op == NULL) {
        record *r = c->slots[slot_of(c, op)].record;

        if (r == NULL)
            return NULL;
        *last = r;
    }
    return *last;
}

/* The same object is asked for several times in a row: a third of the time of a short life. */
record *rm_record_find(const void *op)
{
    rm_checked *c = rm_checked_state();

    return find(c, op, &c->last);
}

/* Objects that are stored one after the other have the same owner. */
record *rm_record_owner(const void *owner)
{
    rm_checked *c = rm_checked_state();
    record *r = owner == rm_now ? &c->runtime : find(c, owner, &c->last_owner);

    return r != NULL ? r : &c->program;
}

static void grow(rm_checked *c)
{
    slot *old = c->slots;
    size_t room = c->room;

    c->slots = calloc(2 * room, sizeof *c->slots);
    if (c->slots == NULL)
        Py_FatalError("out of memory for the histories of objects");
    c->room = 2 * room;
    for (size_t i = 0; i < room; i++)
        if (old[i].record != NULL)
            c->slots[slot_of(c, old[i].op)] = old[i];
    free(old);
}

/* Takes r out; what probed past its slot moves into it. */
static void take_out(rm_checked *c, const record *r)
{
    size_t mask = c->room - 1, hole = slot_of(c, r->op);

    for (size_t i = (hole + 1) & mask; c->slots[i].record != NULL; i = (i + 1) & mask) {
        size_t probes = (i - home_of(c, c->slots[i].op)) & mask;

        if (probes >= ((i - hole) & mask)) {
            c->slots[hole] = c->slots[i];
            hole = i;
        }
    }
    c->slots[hole] = (slot){0};
    c->used--;
}

/* The slot of op, which is empty when op has no record. There is room for one more. */
static slot *slot_for(rm_checked *c, const void *op)
{
    if (2 * (c->used + 1) > c->room)
        grow(c);
    return &c->slots[slot_of(c, op)];
}

static void put_in(rm_checked *c, slot *s, record *r)
{
    *s = (slot){r->op, r};
    c->used++;
}

/* ---- where user code is */

void rm_checked_here(const char *file, int line, const char *function)
{
    rm_checked *c = rm_now != NULL ? rm_now->checked : NULL;

    if (c != NULL)
        *rm_checked_frame(c) = (rm_site){file, line, function};
}

void rm_checked_enter(const char *file, int line, const char *function)
{
    rm_checked *c = rm_now != NULL ? rm_now->checked : NULL;

    if (c == NULL)
        return;
    c->depth++;
    *rm_checked_frame(c) = (rm_site){file, line, function};
}

void rm_checked_leave(void)
{
    rm_checked *c = rm_now != NULL ? rm_now->checked : NULL;

    if (c != NULL && c->depth > 0)
        c->depth--;
}

/* ---- history */

void rm_record_grow(record *r)
{
    event *events = malloc(KEPT_EVENTS * sizeof *events);

    if (events == NULL)
        Py_FatalError("out of memory for the history of an object");
    memcpy(events, r->few_events, sizeof r->few_events);
    r->events = events;
    r->last_event = KEPT_EVENTS - 1;
}

void rm_record_tell(const record *r, const event *e)
{
    const rm_checked *c = rm_checked_state();
    const rm_event told = {e->what, e->file, e->line, e->count, e->owner};

    c->watch(c->watch_ctx, r->serial, r->type, &told);
}

static void note(record *r, const char *what)
{
    rm_record_note(r, what, NULL, 0, 0);
}

static void fault(record *r, const char *done, rm_verdict verdict, const char *file, int line)
{
    rm_record_fault(r, done, rm_verdict_text(verdict), file, line);
}

/* ---- references that code owes a release for */

static void grow_locals(record *r)
{
    uint32_t room = 2 * r->locals_room;
    rm_site *locals = malloc(room * sizeof *locals);

    if (locals == NULL)
        Py_FatalError("out of memory for the references to an object");
    memcpy(locals, r->locals, r->nlocals * sizeof *locals);
    if (r->locals != r->few_locals)
        free(r->locals);
    r->locals = locals;
    r->locals_room = room;
}

static void push_local(record *r, rm_site site)
{
    if (r->nlocals == r->locals_room)
        grow_locals(r);
    r->locals[r->nlocals++] = site;
}

/* The latest that was taken in the function that releases, else the latest. */
static void pop_local(record *r, rm_site site)
{
    uint32_t i = r->nlocals, least = r->nlocals > LOCALS_ASKED ? r->nlocals - LOCALS_ASKED : 0;

    if (r->nlocals == 0)
        return;
    while (i > least && r->locals[i - 1].function != site.function)
        i--;
    if (i > least)
        memmove(&r->locals[i - 1], &r->locals[i], (r->nlocals - i) * sizeof *r->locals);
    r->nlocals--;
}

static rm_site site_or_here(const char *file, int line, const char *function)
{
    return file != NULL ? (rm_site){file, line, function} : rm_checked_site();
}

/* ---- birth */

/* The name of a heap type is copied, once: it may die before the records of its instances. */
static const char *name_of(rm_checked *c, const PyTypeObject *type)
{
    char **names;

    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE))
        return type->tp_name;
    for (size_t i = c->nnames; i-- > 0;)
        if (strcmp(c->names[i], type->tp_name) == 0)
            return c->names[i];
    names = realloc(c->names, (c->nnames + 1) * sizeof *names);
    if (names == NULL)
        return "?";
    c->names = names;
    names[c->nnames] = malloc(strlen(type->tp_name) + 1);
    if (names[c->nnames] == NULL)
        return "?";
    return strcpy(names[c->nnames++], type->tp_name);
}

/* What the record points to outside of itself goes; nothing else changes. */
static void empty(record *r)
{
    if (r->outgoing + r->incoming > 0)
        rm_edges_forget(r);
    if (r->locals != r->few_locals)
        free(r->locals);
    if (r->events != r->few_events)
        free(r->events);
}

static record *new_record(rm_checked *c)
{
    record *r = c->unused;

    if (r != NULL)
        c->unused = r->next;
    else if ((r = malloc(sizeof *r)) == NULL)
        Py_FatalError("out of memory for the history of an object");
    return r;
}

static void start_record(record *r, PyObject *op, const char *type, uint64_t serial)
{
    r->op = op;
    r->block = NULL;
    r->type = type;
    r->serial = serial;
    r->account = rm_open(1, RM_NOBODY);
    r->poisoned = r->nlocals = r->outgoing = r->incoming = r->nevents = 0;
    r->was_tracked = r->told_visit = r->told_track = false;
    r->locals = r->few_locals;
    r->locals_room = FEW_LOCALS;
    r->events = r->few_events;
    r->last_event = FEW_EVENTS - 1;
    r->born = rm_checked_site();
    r->view.file = NULL;
}

void _Py_NewReference(PyObject *op)
{
    rm_checked *c = rm_checked_state();
    slot *s = slot_for(c, op);
    record *r = s->record;

    op->ob_refcnt = 1;
    rm_checked_gave(op);
    if (r != NULL) {
        empty(r);
    } else {
        r = new_record(c);
        r->op = op;
        put_in(c, s, r);
    }
    c->last = r;
    start_record(r, op, name_of(c, op->ob_type), c->own > 0 ? ++c->own_serial : ++c->serial);
    push_local(r, rm_checked_site());
    note(r, "new");
}

void rm_checked_own(const PyTypeObject *type, int delta)
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE))
        rm_checked_state()->own += delta;
}

void rm_checked_moved(PyObject *from, PyObject *to)
{
    rm_checked *c = rm_checked_state();
    record *r = rm_record_find(from);

    if (r == NULL || from == to)
        return;
    take_out(c, r);
    r->op = to;
    put_in(c, slot_for(c, to), r);
}

/* ---- counting */

/* NULL: op has no record, or must not be touched (*stop). */
static record *begin(PyObject *op, bool *stop)
{
    *stop = rm_is_immortal(op);
    return *stop ? NULL : rm_record_find(op);
}

void rm_checked_retain(PyObject *op, const char *file, int line, const char *function)
{
    bool stop;
    record *r = begin(op, &stop);
    rm_verdict v = r != NULL ? rm_retain(&r->account) : RM_OK;

    if (stop)
        return;
    if (r != NULL)
        rm_record_note(r, "retain", file, line, 0);
    if (rm_is_fault(v)) {
        fault(r, "retain", v, file, line);
        return;
    }
    if (r != NULL)
        push_local(r, site_or_here(file, line, function));
    op->ob_refcnt++;
}

/* The reference to its type that an instance keeps is released by its tp_dealloc as if it were the
 * code's own: hand it over first. */
static void take_from_dying(rm_checked *c, record *r)
{
    record *dying = c->ndying > 0 ? c->dying[c->ndying - 1] : NULL;

    if (dying == NULL || dying->outgoing == 0 || !rm_edge_remove(dying, r))
        return;
    rm_retain(&r->account);
    rm_unkeep(&r->account);
    push_local(r, rm_checked_site());
}

static void dealloc_at(PyObject *op, const char *file, int line, const char *function)
{
    if (file == NULL) {
        _Py_Dealloc(op);
        return;
    }
    rm_checked_enter(file, line, function);
    _Py_Dealloc(op);
    rm_checked_leave();
}

void rm_checked_release(PyObject *op, const char *file, int line, const char *function)
{
    bool stop;
    record *r = begin(op, &stop);
    rm_verdict v = RM_OK;

    if (stop)
        return;
    if (r != NULL) {
        if (r->incoming != 0)
            take_from_dying(rm_checked_state(), r);
        v = rm_release(&r->account);
        pop_local(r, site_or_here(file, line, function));
        rm_record_note(r, "release", file, line, 0);
    }
    if (rm_is_fault(v))
        fault(r, "release", v, file, line);
    if (v == RM_F_DEAD || (rm_is_fault(v) && op->ob_refcnt == 0))
        return;
    if (--op->ob_refcnt == 0)
        dealloc_at(op, file, line, function);
}

PyObject *rm_checked_xnewref(PyObject *op, const char *file, int line, const char *function)
{
    if (op != NULL)
        rm_checked_retain(op, file, line, function);
    return op;
}

bool rm_checked_finalized(PyObject *op)
{
    record *r = rm_record_find(op);

    if (r != NULL) {
        rm_release(&r->account);
        pop_local(r, rm_checked_site());
        note(r, "finalized");
    }
    return --op->ob_refcnt == 0;
}

/* ---- looking */

void rm_checked_use(PyObject *op, const char *function)
{
    record *r = op != NULL && rm_now != NULL && rm_now->checked != NULL ? rm_record_find(op) : NULL;

    if (r != NULL && r->account.life == RM_DEAD)
        fault(r, function, rm_borrow(&r->account), NULL, 0);
}

/* op was lent out by owner, which may be NULL. */
void rm_checked_view(PyObject *op, PyObject *owner)
{
    record *r = op != NULL ? rm_record_find(op) : NULL;
    record *lender = owner != NULL ? rm_record_find(owner) : NULL;

    if (r == NULL)
        return;
    r->view = rm_checked_site();
    r->view_owner = lender != NULL ? lender->serial : 0;
    r->view_type = lender != NULL ? lender->type : NULL;
    rm_record_note(r, "borrowed", NULL, 0, r->view_owner);
}

/* ---- stored references */

void rm_checked_stored(const void *owner, PyObject *op)
{
    record *r = rm_is_immortal(op) ? NULL : rm_record_find(op);
    record *keeper = r != NULL ? rm_record_owner(owner) : NULL;
    rm_verdict v = r != NULL ? rm_steal(&r->account) : RM_OK;

    if (r == NULL)
        return;
    pop_local(r, rm_checked_site());
    rm_edge_add(keeper, r);
    rm_record_note(r, "stored", NULL, 0, keeper->serial);
    if (rm_is_fault(v))
        fault(r, "stored", v, NULL, 0);
    else if (!r->was_tracked)
        rm_edges_check_track(r);
}

/* One that was stored without being seen (a field written directly) is the caller's already. */
void rm_checked_taken(const void *owner, PyObject *op)
{
    record *r = rm_is_immortal(op) ? NULL : rm_record_find(op), *keeper;

    if (r == NULL || r->account.kept == 0)
        return;
    keeper = rm_record_owner(owner);
    if (!rm_edge_remove(keeper, r))
        return;
    rm_retain(&r->account);
    rm_unkeep(&r->account);
    push_local(r, rm_checked_site());
    rm_record_note(r, "taken out", NULL, 0, keeper->serial);
}

void rm_checked_set_item(PyObject *op, PyObject **slot, PyObject *v, const char *file, int line,
                         const char *function)
{
    if (file != NULL)
        rm_checked_enter(file, line, function);
    *slot = v;
    if (v != NULL)
        rm_checked_stored(op, v);
    if (file != NULL)
        rm_checked_leave();
}

/* ---- tracking */

void rm_gc_track(PyObject *op)
{
    record *r = rm_record_find(op);

    if (r != NULL && rm_is_fault(rm_track(&r->account))) {
        fault(r, "track", RM_F_TRACKED, NULL, 0);
        return;
    }
    if (r != NULL) {
        r->was_tracked = true;
        if (RM_UNLIKELY(rm_checked_state()->watch != NULL))
            note(r, "track");
    }
    rm_gc_link(&rm_now->gc.generations[0].head, rm_gc_head_of(op));
}

void rm_gc_untrack(PyObject *op)
{
    rm_gc_head *g = rm_gc_head_of(op);
    record *r = rm_record_find(op);

    if (r != NULL)
        rm_untrack(&r->account);
    rm_gc_unlink(g);
    g->next = 0;
    g->prev &= RM_GC_FINALIZED;
}

/* ---- death */

/* What a dead object is an instance of while it is held back: no slot, no flag. */
static const PyTypeObject dead_type = {.ob_base = {{RM_IMMORTAL_COUNT, NULL}, 0},
                                       .tp_name = "dead object"};

enum { POISON = 0xDD };

/* Behind the header, as far as every instance of the type has it: strings have less than the basic
 * size. */
static void poison(record *r)
{
    size_t size = PyUnicode_Check(r->op) ? ((PyASCIIObject *)r->op)->state.header
                                         : (size_t)Py_TYPE(r->op)->tp_basicsize;

    r->poisoned = (uint32_t)(size - sizeof(PyObject));
    memset(r->op + 1, POISON, r->poisoned);
}

/* Each byte is the one before it, and the first is poison. */
static void check_poison(const record *r)
{
    const unsigned char *bytes = (const unsigned char *)(r->op + 1);

    if (r->poisoned > 0 && (bytes[0] != POISON || memcmp(bytes, bytes + 1, r->poisoned - 1) != 0))
        rm_record_fault(r, "written", "dead", r->born.file, r->born.line);
}

static void let_go(rm_checked *c, record *r)
{
    check_poison(r);
    take_out(c, r);
    if (r->block != NULL)
        rm_free(rm_now->alloc, RM_DOMAIN_OBJ, r->block);
    empty(r);
    r->op = NULL;
    r->next = c->unused;
    c->unused = r;
}

static void hold_back(rm_checked *c, record *r)
{
    if (c->nheld == HELD_OBJECTS) {
        record *oldest = c->held[c->first];

        c->first = (c->first + 1) % HELD_OBJECTS;
        c->nheld--;
        let_go(c, oldest);
    }
    poison(r);
    r->op->ob_type = (PyTypeObject *)&dead_type;
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

static bool is_dying(const rm_checked *c, const record *r)
{
    for (size_t i = c->ndying; i-- > 0;)
        if (c->dying[i] == r)
            return true;
    return false;
}

void rm_checked_freed(PyObject *op, void *block)
{
    rm_checked *c = rm_checked_state();
    record *r = rm_record_find(op);
    rm_verdict v;

    if (r == NULL) {
        rm_free(rm_now->alloc, RM_DOMAIN_OBJ, block);
        return;
    }
    if (r->account.life != RM_DEAD && (void *)op != block)
        leave_collector(op, r);
    v = rm_die(&r->account);
    note(r, "freed");
    if (rm_is_fault(v))
        fault(r, "freed", v, NULL, 0);
    if (v == RM_F_DEAD)
        return;
    r->block = block;
    op->ob_refcnt = 0;
    if (rm_now->options.reuse && !is_dying(c, r))
        let_go(c, r);
    else if (!rm_now->options.reuse)
        hold_back(c, r);
}

void rm_checked_unlisted(PyObject *op)
{
    record *r = rm_record_find(op);

    if (r == NULL)
        return;
    rm_die(&r->account);
    note(r, "freed");
    if (!is_dying(rm_checked_state(), r))
        let_go(rm_checked_state(), r);
}

static void push_dying(rm_checked *c, record *r)
{
    if (c->ndying == c->dying_room) {
        size_t room = c->dying_room != 0 ? 2 * c->dying_room : 64;
        record **dying = realloc(c->dying, room * sizeof *dying);

        if (dying == NULL)
            Py_FatalError("out of memory for the objects that die");
        c->dying = dying;
        c->dying_room = room;
    }
    c->dying[c->ndying++] = r;
}

/* The record stays until tp_dealloc has returned: its last act may be to release the type. */
void rm_checked_dealloc(PyObject *op)
{
    rm_checked *c = rm_checked_state();
    record *r = rm_record_find(op);

    if (r == NULL) {
        Py_TYPE(op)->tp_dealloc(op);
        return;
    }
    push_dying(c, r);
    Py_TYPE(op)->tp_dealloc(op);
    c->ndying--;
    if (r->account.life != RM_DEAD)
        return;
    if (r->outgoing != 0)
        rm_edges_check_dead(r);
    if (rm_now->options.reuse && !is_dying(c, r))
        let_go(c, r);
}

/* ---- memory */

/* The object whose block that is, if it is one's: the collector's words may stand in front. */
static record *record_of_block(const void *block)
{
    for (int words = 0; words <= 4; words += 2) {
        record *r = rm_record_find((const char *)block + words * sizeof(void *));

        if (r != NULL)
            return r;
    }
    return NULL;
}

void rm_checked_memory_fault(void *ctx, const rm_alloc_fault *f)
{
    static const char *const kind[] = {"written before its start", "written past its end",
                                       "freed in the wrong domain", "freed twice",
                                       "written after it was freed", "not a block"};
    record *r = rm_now != NULL && rm_now->checked != NULL ? record_of_block(f->address) : NULL;
    rm_report report = {.kind = RM_REPORT_FAULT, .what = kind[f->kind], .object = f->address};
    rm_event allocated = {.what = "allocated"};
    rm_site site;
    char what[96];

    (void)ctx;
    if (f->kind == RM_FAULT_WRONG_DOMAIN) {
        snprintf(what, sizeof what, "freed in domain '%c', allocated in '%c'", "rmo"[f->domain],
                 f->allocated_by);
        report.what = what;
    }
    if (r != NULL) {
        rm_record_send(r, RM_REPORT_FAULT, report.what, NULL, 0);
        return;
    }
    if (rm_now != NULL && rm_now->checked != NULL && rm_block_site(f->address, &site)) {
        allocated.file = site.file;
        allocated.line = site.line;
        report.history = &allocated;
        report.nhistory = 1;
    }
    rm_report_send_plain(&report);
}

/* ---- asking */

static int by_serial(const void *a, const void *b)
{
    const record *x = *(record *const *)a, *y = *(record *const *)b;

    return (x->serial > y->serial) - (x->serial < y->serial);
}

static bool is_live(const record *r)
{
    return r != NULL && r->account.life == RM_LIVE;
}

record **rm_records_live(rm_checked *c, size_t *n)
{
    record **live = malloc((c->used + 1) * sizeof *live);

    *n = 0;
    for (size_t i = 0; live != NULL && i < c->room; i++)
        if (is_live(c->slots[i].record))
            live[(*n)++] = c->slots[i].record;
    if (*n > 1)
        qsort(live, *n, sizeof *live, by_serial);
    return live;
}

static bool is_builtin(const rm_checked *c, const PyTypeObject *type)
{
    for (size_t i = 0; i < c->nbuiltin; i++)
        if (rm_now->residents[i].where == type)
            return true;
    return false;
}

/* Most objects have the type of the one before. */
bool rm_record_is_user_type(const record *r)
{
    const PyTypeObject *type = Py_TYPE(r->op);
    rm_checked *c = rm_checked_state();

    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE)
        return true;
    if (type != c->asked_type) {
        c->asked_type = type;
        c->asked_is_user = type != &dead_type && !is_builtin(c, type);
    }
    return c->asked_is_user;
}

/* ---- life of the checker */

int rm_checked_start(rm_runtime *rt)
{
    rm_checked *c = calloc(1, sizeof *c);

    if (c == NULL)
        return -1;
    rt->checked = c;
    c->room = 1024;
    c->last = c->last_owner = &c->program;
    c->own = 1;
    c->own_serial = RM_FIRST_OWN;
    c->slots = calloc(c->room, sizeof *c->slots);
    c->held = calloc(HELD_OBJECTS, sizeof *c->held);
    start_record(&c->runtime, NULL, "the runtime", 0);
    start_record(&c->program, NULL, "the program", 0);
    return c->slots != NULL && c->held != NULL ? 0 : -1;
}

void rm_checked_started(rm_runtime *rt)
{
    rt->checked->nbuiltin = rt->nresidents;
    rt->checked->asked_type = NULL;
    rt->checked->own--;
}

static void free_records(rm_checked *c)
{
    for (size_t i = 0; c->slots != NULL && i < c->room; i++) {
        record *r = c->slots[i].record;

        if (r == NULL)
            continue;
        r->incoming = r->outgoing = 0;
        empty(r);
        free(r);
    }
    while (c->unused != NULL) {
        record *r = c->unused;

        c->unused = r->next;
        free(r);
    }
}

void rm_checked_stop(rm_runtime *rt)
{
    rm_checked *c = rt->checked;

    if (c == NULL)
        return;
    if (c->slots != NULL)
        rm_report_left(c);
    rm_blocks_report_left(c);
    c->watch = NULL;
    while (c->nheld > 0) {
        record *r = c->held[c->first];

        c->first = (c->first + 1) % HELD_OBJECTS;
        c->nheld--;
        let_go(c, r);
    }
    free_records(c);
    for (size_t i = 0; i < c->nnames; i++)
        free(c->names[i]);
    free(c->names);
    free(c->slots);
    free(c->held);
    free(c->edges);
    free(c->blocks);
    free(c->dying);
    free(c);
    rt->checked = NULL;
}

#endif
