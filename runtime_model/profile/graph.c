/* The graph of objects: nodes are live objects, an edge is one visit of tp_traverse.
 *
 * Fields that tp_traverse does not visit are edges of the picture only: nobody can tell whether they
 * own. A reference that no other edge explains comes from outside: from code, from the runtime, or from an
 * object whose tp_traverse says too little. Objects with such a reference are the roots.
 */
#include "profile_int.h"

typedef struct rm_graph_slot {
    const PyObject *op;
    size_t node;
} graph_slot;

/* ---- building */

static size_t slot_of(const rm_graph *g, const PyObject *op)
{
    size_t i = ((uintptr_t)op >> 4) * 0x9e3779b97f4a7c15u >> 24 & (g->nslots - 1);

    while (g->slots[i].op != NULL && g->slots[i].op != op)
        i = (i + 1) & (g->nslots - 1);
    return i;
}

size_t rm_graph_find(const rm_graph *g, const PyObject *op)
{
    const graph_slot *s = &g->slots[slot_of(g, op)];

    return s->op != NULL ? s->node : SIZE_MAX;
}

static int grow_slots(rm_graph *g)
{
    graph_slot *old = g->slots;
    size_t n = g->nslots;

    g->slots = calloc(n ? 2 * n : 256, sizeof *g->slots);
    if (g->slots == NULL) {
        g->slots = old;
        return -1;
    }
    g->nslots = n ? 2 * n : 256;
    for (size_t i = 0; i < n; i++)
        if (old[i].op != NULL)
            g->slots[slot_of(g, old[i].op)] = old[i];
    free(old);
    return 0;
}

static size_t node_of(rm_graph *g, PyObject *op)
{
    size_t i;

    if (2 * (g->n + 1) > g->nslots && grow_slots(g) < 0)
        return SIZE_MAX;
    i = slot_of(g, op);
    if (g->slots[i].op != NULL)
        return g->slots[i].node;
    if (g->n == g->room) {
        PyObject **grown = realloc(g->nodes, (g->room ? 2 * g->room : 64) * sizeof *grown);

        if (grown == NULL)
            return SIZE_MAX;
        g->nodes = grown;
        g->room = g->room ? 2 * g->room : 64;
    }
    g->slots[i] = (graph_slot){op, g->n};
    g->nodes[g->n] = op;
    return g->n++;
}

typedef struct {
    rm_graph *g;
    size_t from;
    bool is_unseen;
} visit_from;

static int add_edge(PyObject *op, void *ctx)
{
    visit_from *v = ctx;
    rm_graph *g = v->g;
    size_t to = node_of(g, op);

    if (g->nedges == g->edges_room) {
        rm_graph_edge *grown =
            realloc(g->edges, (g->edges_room ? 2 * g->edges_room : 64) * sizeof *grown);

        g->failed |= grown == NULL;
        if (grown == NULL)
            return -1;
        g->edges = grown;
        g->edges_room = g->edges_room ? 2 * g->edges_room : 64;
    }
    g->failed |= to == SIZE_MAX;
    g->edges[g->nedges++] = (rm_graph_edge){v->from, to, v->is_unseen};
    return g->failed ? -1 : 0;
}

/* An untracked object is asked too: it keeps what it keeps. */
static void add_edges_of(rm_graph *g, size_t node)
{
    PyObject *op = g->nodes[node];
    PyObject *unseen[8];
    size_t n = rm_object_unseen(op, unseen, 8);
    visit_from v = {g, node, false};

    if (PyObject_IS_GC(op) && Py_TYPE(op)->tp_traverse != NULL)
        Py_TYPE(op)->tp_traverse(op, add_edge, &v);
    v.is_unseen = true;
    for (size_t i = 0; i < n; i++)
        add_edge(unseen[i], &v);
}

int rm_graph_build(rm_runtime *rt, rm_graph *g)
{
    PyObject **live;
    size_t n = rm_live_objects(rt, &live);

    *g = (rm_graph){0};
    if (n == SIZE_MAX || grow_slots(g) < 0)
        return -1;
    for (size_t i = 0; i < n; i++)
        g->failed |= node_of(g, live[i]) == SIZE_MAX;
    g->nlive = g->n;
    free(live);
    for (size_t i = 0; i < g->nlive && !g->failed; i++)
        add_edges_of(g, i);
    if (g->failed)
        rm_graph_free(g);
    return g->slots != NULL ? 0 : -1;
}

void rm_graph_free(rm_graph *g)
{
    free(g->nodes);
    free(g->edges);
    free(g->slots);
    *g = (rm_graph){0};
}

/* ---- the path that keeps an object alive */

/* For each node, references that no edge explains. */
static long *unexplained(const rm_graph *g)
{
    long *left = calloc(g->n + 1, sizeof *left);

    for (size_t i = 0; left != NULL && i < g->n; i++)
        left[i] = (long)Py_REFCNT(g->nodes[i]);
    for (size_t i = 0; left != NULL && i < g->nedges; i++)
        left[g->edges[i].to] -= !g->edges[i].is_unseen;
    return left;
}

typedef struct {
    size_t *towards; /* the next node on the way to the target; SIZE_MAX: not reached */
    size_t *queue, tail;
    size_t root;
} search;

static int by_to(const void *a, const void *b)
{
    const rm_graph_edge *x = a, *y = b;

    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

/* The first edge, in order of `to`, that leads to node or behind it. */
static size_t first_to(const rm_graph *g, size_t node)
{
    size_t low = 0, n = g->nedges;

    while (n > 0) {
        size_t half = n / 2;
        bool is_before = g->edges[low + half].to < node;

        low += is_before ? half + 1 : 0;
        n = is_before ? n - half - 1 : half;
    }
    return low;
}

static void reach_referrers(const rm_graph *g, size_t node, search *s)
{
    for (size_t i = first_to(g, node); i < g->nedges && g->edges[i].to == node; i++) {
        size_t from = g->edges[i].from;

        if (g->edges[i].is_unseen || s->towards[from] != SIZE_MAX)
            continue;
        s->towards[from] = node;
        s->queue[s->tail++] = from;
    }
}

/* Breadth first, against the edges, which are in order of `to`. */
static void search_root(const rm_graph *g, const long *outside, size_t target, search *s)
{
    for (size_t i = 0; i < g->n; i++)
        s->towards[i] = SIZE_MAX;
    s->towards[target] = target;
    s->queue[0] = target;
    s->tail = 1;
    s->root = SIZE_MAX;
    for (size_t head = 0; head < s->tail && s->root == SIZE_MAX; head++) {
        if (outside[s->queue[head]] > 0)
            s->root = s->queue[head];
        else
            reach_referrers(g, s->queue[head], s);
    }
}

static const char *root_kind(const rm_owner *o)
{
    return o->kind == RM_OWNER_LOCAL     ? "code"
           : o->kind == RM_OWNER_RUNTIME ? "the runtime"
           : o->kind == RM_OWNER_PROGRAM ? "a static object"
                                         : NULL;
}

static void print_root(PyObject *op, rm_format format, FILE *out)
{
    rm_owner owners[16];
    size_t n = rm_object_owners(op, owners, 16);
    const rm_owner *o = NULL;
    const char *kind = "unknown";

    for (size_t i = 0; i < n && o == NULL; i++)
        if (root_kind(&owners[i]) != NULL)
            o = &owners[i];
    if (o != NULL)
        kind = root_kind(o);
    if (format == RM_AS_JSON) {
        fputs("{\"root\":", out);
        rm_put_json(kind, out);
        fputc(',', out);
        rm_put_json_site(o != NULL ? o->site : (rm_site){0}, out);
        fputs(",\"path\":[", out);
        return;
    }
    fprintf(out, "%s", kind);
    if (o != NULL && o->site.file != NULL) {
        fputs(", ", out);
        rm_put_site(o->site, out);
    }
    fputc('\n', out);
}

static void print_step(PyObject *op, bool is_first, rm_format format, FILE *out)
{
    char label[160];

    rm_label(op, label, sizeof label);
    if (format == RM_AS_JSON) {
        fputs(is_first ? "" : ",", out);
        rm_put_json(label, out);
    } else {
        fprintf(out, "  -> %s\n", label);
    }
}

static void print_found(const rm_graph *g, const search *s, size_t target, rm_format format,
                        FILE *out)
{
    print_root(g->nodes[s->root], format, out);
    for (size_t i = s->root;; i = s->towards[i]) {
        print_step(g->nodes[i], i == s->root, format, out);
        if (i == target)
            break;
    }
    if (format == RM_AS_JSON)
        fputs("]}\n", out);
}

int rm_print_path(rm_runtime *rt, PyObject *op, rm_format format, FILE *out, bool *found)
{
    rm_graph g;
    search s = {0};
    long *outside;
    size_t target;

    *found = false;
    if (rm_graph_build(rt, &g) < 0)
        return -1;
    outside = unexplained(&g);
    if (g.nedges > 1)
        qsort(g.edges, g.nedges, sizeof *g.edges, by_to);
    s.towards = malloc((g.n + 1) * sizeof *s.towards);
    s.queue = malloc((g.n + 1) * sizeof *s.queue);
    target = rm_graph_find(&g, op);
    if (outside != NULL && s.towards != NULL && s.queue != NULL && target != SIZE_MAX) {
        search_root(&g, outside, target, &s);
        *found = s.root != SIZE_MAX;
        if (*found)
            print_found(&g, &s, target, format, out);
        else
            fputs(format == RM_AS_JSON ? "{\"root\":null,\"path\":[]}\n" : "only itself: a cycle\n",
                  out);
    }
    free(outside);
    free(s.towards);
    free(s.queue);
    rm_graph_free(&g);
    return 0;
}
