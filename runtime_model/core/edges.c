/* The checked library's edges: which owner keeps how many references to which object.
 *
 * Three things are checked with them. A collected object's tp_traverse must visit each object it is
 * known to keep; an object that keeps collected objects must be tracked when it is given to somebody;
 * an object that died must not keep anything.
 */
#include "checked_int.h"

#ifdef RM_CHECKED

/* ---- the table */

/* Objects that were made one after the other and have one owner share lines of the cache. */
static uint32_t key_of(const record *owner, const record *op)
{
    uint64_t key =
        ((uintptr_t)owner >> 4) * 0x9e3779b97f4a7c15u ^ (op->serial >> 3) * 0xc2b2ae3d27d4eb4fu;

    return (uint32_t)(key >> 32) << 3 | (op->serial & 7);
}

static size_t slot_of(const rm_checked *c, uint32_t key, const record *owner, const record *op)
{
    size_t mask = c->edges_room - 1, i = key & mask;

    while (c->edges[i].op != NULL && (c->edges[i].owner != owner || c->edges[i].op != op))
        i = (i + 1) & mask;
    return i;
}

static void grow(rm_checked *c)
{
    edge *old = c->edges;
    size_t room = c->edges_room;

    c->edges_room = room != 0 ? 2 * room : 1024;
    c->edges = calloc(c->edges_room, sizeof *c->edges);
    if (c->edges == NULL)
        Py_FatalError("out of memory for the references of objects");
    for (size_t i = 0; i < room; i++)
        if (old[i].op != NULL)
            c->edges[slot_of(c, old[i].key, old[i].owner, old[i].op)] = old[i];
    free(old);
}

void rm_edge_add(record *owner, record *op)
{
    rm_checked *c = rm_checked_state();
    uint32_t key = key_of(owner, op);
    edge *e;

    if (2 * (c->edges_used + 1) > c->edges_room)
        grow(c);
    e = &c->edges[slot_of(c, key, owner, op)];
    c->edges_used += e->op == NULL;
    *e = (edge){owner, op, e->count + 1, key, rm_checked_site()};
    owner->outgoing++;
    op->incoming++;
}

/* Empties a slot; what probed past it moves into it. */
static void take_out(rm_checked *c, size_t hole)
{
    size_t mask = c->edges_room - 1;

    for (size_t i = (hole + 1) & mask; c->edges[i].op != NULL; i = (i + 1) & mask) {
        size_t probes = (i - c->edges[i].key) & mask;

        if (probes >= ((i - hole) & mask)) {
            c->edges[hole] = c->edges[i];
            hole = i;
        }
    }
    c->edges[hole] = (edge){0};
    c->edges_used--;
}

bool rm_edge_remove(record *owner, record *op)
{
    rm_checked *c = rm_checked_state();
    size_t i;

    if (owner->outgoing == 0 || op->incoming == 0)
        return false;
    i = slot_of(c, key_of(owner, op), owner, op);
    if (c->edges[i].op == NULL)
        return false;
    owner->outgoing--;
    op->incoming--;
    if (--c->edges[i].count == 0)
        take_out(c, i);
    return true;
}

/* Rare: an object is only forgotten with edges when something went wrong before, or became immortal. */
void rm_edges_forget(record *r)
{
    rm_checked *c = rm_checked_state();

    for (size_t i = 0; r->outgoing + r->incoming > 0 && i < c->edges_room;) {
        edge *e = &c->edges[i];

        if (e->op == NULL || (e->owner != r && e->op != r)) {
            i++;
            continue;
        }
        e->owner->outgoing -= e->count;
        e->op->incoming -= e->count;
        take_out(c, i);
    }
}

void rm_checked_immortal(PyObject *op)
{
    record *r = rm_record_find(op);

    if (r != NULL && r->incoming > 0)
        rm_edges_forget(r);
}

/* ---- does tp_traverse visit what is recorded? */

enum { MOST_VISITS = 256 };

typedef struct {
    size_t n; /* of objects that have a record */
    const record *seen[MOST_VISITS];
} visits;

static int count_visit(PyObject *op, void *ctx)
{
    record *r = rm_is_immortal(op) ? NULL : rm_record_find(op);

    *(size_t *)ctx += r != NULL;
    return 0;
}

static int remember_visit(PyObject *op, void *ctx)
{
    visits *v = ctx;
    record *r = rm_record_find(op);

    if (r != NULL && v->n < MOST_VISITS)
        v->seen[v->n++] = r;
    return 0;
}

static bool is_visited(const visits *v, const record *op)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->seen[i] == op)
            return true;
    return v->n == MOST_VISITS;
}

static void report_missed(record *owner, const edge *e)
{
    char what[160];

    snprintf(what, sizeof what, "tp_traverse of %s number %llu does not visit it", owner->type,
             (unsigned long long)owner->serial);
    owner->told_visit = true;
    rm_record_send(e->op, RM_REPORT_FAULT, what, NULL, 0);
}

/* Only what may be part of a cycle has to be visited. */
static void find_missed(record *owner)
{
    rm_checked *c = rm_checked_state();
    visits v = {0};

    Py_TYPE(owner->op)->tp_traverse(owner->op, remember_visit, &v);
    for (size_t i = 0; i < c->edges_room && !owner->told_visit; i++) {
        const edge *e = &c->edges[i];

        if (e->op != NULL && e->owner == owner && e->op->account.life == RM_LIVE &&
            rm_is_gc(e->op->op) && !is_visited(&v, e->op))
            report_missed(owner, e);
    }
}

void rm_checked_traverse(rm_gc_head *ring)
{
    for (rm_gc_head *g = rm_gc_next(ring); g != ring; g = rm_gc_next(g)) {
        PyObject *op = rm_gc_object(g);
        record *r = PyType_Check(op) ? NULL : rm_record_find(op);
        size_t n = 0;

        if (r == NULL || r->outgoing == 0 || r->told_visit || !rm_record_is_user_type(r))
            continue;
        Py_TYPE(op)->tp_traverse(op, count_visit, &n);
        if (n < r->outgoing)
            find_missed(r);
    }
}

/* ---- is an object that holds others tracked? */

static int is_collected_visit(PyObject *op, void *type)
{
    return op != type && !PyType_Check(op) && rm_is_gc(op);
}

void rm_edges_check_track(record *r)
{
    PyTypeObject *type = Py_TYPE(r->op);

    if (r->was_tracked || r->told_track || !rm_is_gc(r->op) || !rm_record_is_user_type(r) ||
        type->tp_traverse == NULL || type->tp_traverse(r->op, is_collected_visit, type) == 0)
        return;
    r->told_track = true;
    rm_record_send(r, RM_REPORT_FAULT, "stored, but never tracked although it holds objects", NULL,
                   0);
}

/* ---- does a dead object keep anything? */

void rm_edges_check_dead(record *r)
{
    rm_checked *c = rm_checked_state();
    char what[160];

    for (size_t i = 0; i < c->edges_room; i++) {
        record *op = c->edges[i].owner == r ? c->edges[i].op : NULL;

        if (op == NULL || op->account.life != RM_LIVE)
            continue;
        snprintf(what, sizeof what, "%s number %llu died and did not release it", r->type,
                 (unsigned long long)r->serial);
        rm_record_send(op, RM_REPORT_FAULT, what, NULL, 0);
    }
}

#endif
