/* The graph of objects from a root, as text, JSON and SVG.
 *
 *     layer 0   the root, or everything that is held from outside
 *     layer n   what layer n-1 refers to and no earlier layer holds
 */
#include "profile_int.h"

enum { BOX_WIDTH = 150, BOX_HEIGHT = 34, GAP_X = 20, GAP_Y = 46, MARGIN = 20 };

typedef struct {
    const rm_graph *g;
    size_t *chosen, n, most; /* nodes in order of layers */
    int *layer, *column;     /* of a node; layer -1: not chosen */
} picture;

static bool is_shown(PyObject *op)
{
    return !rm_object_is_own(rm_runtime_current(), op) &&
           (rm_runtime_is_checked() || !PyType_Check(op));
}

static void choose(picture *p, size_t node, int layer)
{
    if (p->layer[node] >= 0 || p->n == p->most || !is_shown(p->g->nodes[node]))
        return;
    p->layer[node] = layer;
    p->chosen[p->n++] = node;
}

/* Objects that no edge from another leads to. */
static void choose_starts(picture *p)
{
    const rm_graph *g = p->g;
    bool *has_referrer = calloc(g->n + 1, sizeof *has_referrer);

    for (size_t i = 0; has_referrer != NULL && i < g->nedges; i++)
        if (g->edges[i].from != g->edges[i].to && is_shown(g->nodes[g->edges[i].from]))
            has_referrer[g->edges[i].to] = true;
    for (size_t i = 0; has_referrer != NULL && i < g->nlive; i++)
        if (!has_referrer[i])
            choose(p, i, 0);
    free(has_referrer);
}

static void choose_reached(picture *p, size_t head)
{
    for (; head < p->n; head++)
        for (size_t i = 0; i < p->g->nedges; i++)
            if (p->g->edges[i].from == p->chosen[head])
                choose(p, p->g->edges[i].to, p->layer[p->chosen[head]] + 1);
}

static void choose_all(picture *p, size_t root)
{
    if (root != SIZE_MAX)
        choose(p, root, 0);
    else
        choose_starts(p);
    choose_reached(p, 0);
    for (size_t i = 0; root == SIZE_MAX && i < p->g->nlive; i++) /* cycles that nobody refers to */
        if (p->layer[i] < 0) {
            size_t head = p->n;

            choose(p, i, 0);
            choose_reached(p, head);
        }
}

/* Returns the number of columns; *layers: of layers. */
static int place(picture *p, int *layers)
{
    int widest = 0;

    *layers = 0;
    for (size_t i = 0; i < p->n; i++)
        *layers = Py_MAX(*layers, p->layer[p->chosen[i]] + 1);
    for (int l = 0; l < *layers; l++) {
        int column = 0;

        for (size_t i = 0; i < p->n; i++)
            if (p->layer[p->chosen[i]] == l)
                p->column[p->chosen[i]] = column++;
        widest = Py_MAX(widest, column);
    }
    return widest;
}

/* ---- text and JSON */

static bool is_chosen_edge(const picture *p, size_t i)
{
    return p->layer[p->g->edges[i].from] >= 0 && p->layer[p->g->edges[i].to] >= 0;
}

static void print_text(const picture *p, FILE *out)
{
    char label[160];

    for (size_t i = 0; i < p->n; i++) {
        PyObject *op = p->g->nodes[p->chosen[i]];

        rm_label(op, label, sizeof label);
        fprintf(out, "%s, count %ld%s\n", label, rm_get_refcount(op),
                PyObject_IS_GC(op) && !rm_is_tracked(op) ? ", untracked" : "");
        for (size_t j = 0; j < p->g->nedges; j++)
            if (p->g->edges[j].from == p->chosen[i] && is_chosen_edge(p, j)) {
                rm_label(p->g->nodes[p->g->edges[j].to], label, sizeof label);
                fprintf(out, "    -> %s%s\n", label,
                        p->g->edges[j].is_unseen ? " (not visited)" : "");
            }
    }
}

static void print_json(const picture *p, FILE *out)
{
    char label[160];
    bool first = true;

    fputs("{\"objects\":[", out);
    for (size_t i = 0; i < p->n; i++) {
        PyObject *op = p->g->nodes[p->chosen[i]];

        rm_label(op, label, sizeof label);
        fprintf(out, "%s\n {\"id\":%zu,\"label\":", i > 0 ? "," : "", p->chosen[i]);
        rm_put_json(label, out);
        fprintf(out, ",\"count\":%ld,\"bytes\":%zu,\"tracked\":%s}", rm_get_refcount(op),
                rm_get_size(op), rm_is_tracked(op) ? "true" : "false");
    }
    fputs("],\n \"references\":[", out);
    for (size_t i = 0; i < p->g->nedges; i++)
        if (is_chosen_edge(p, i)) {
            fprintf(out, "%s[%zu,%zu,%d]", first ? "" : ",", p->g->edges[i].from, p->g->edges[i].to,
                    p->g->edges[i].is_unseen);
            first = false;
        }
    fputs("]}\n", out);
}

/* ---- SVG */

static int x_of(const picture *p, size_t node)
{
    return MARGIN + p->column[node] * (BOX_WIDTH + GAP_X);
}

static int y_of(const picture *p, size_t node)
{
    return MARGIN + p->layer[node] * (BOX_HEIGHT + GAP_Y);
}

/* Down to the next layer straight; anywhere else around the right side. */
static void draw_edge(const picture *p, const rm_graph_edge *e, FILE *out)
{
    size_t from = e->from, to = e->to;
    const char *unseen = e->is_unseen ? " unseen" : "";
    int x1 = x_of(p, from) + BOX_WIDTH / 2, y1 = y_of(p, from) + BOX_HEIGHT;
    int x2 = x_of(p, to) + BOX_WIDTH / 2, y2 = y_of(p, to);
    int side = Py_MAX(x_of(p, from), x_of(p, to)) + BOX_WIDTH;

    if (p->layer[to] > p->layer[from])
        fprintf(out, "<path class=\"ref%s\" d=\"M%d %d C%d %d %d %d %d %d\"/>\n", unseen, x1, y1,
                x1, y1 + 24, x2, y2 - 24, x2, y2);
    else
        fprintf(out, "<path class=\"back%s\" d=\"M%d %d C%d %d %d %d %d %d\"/>\n", unseen,
                x_of(p, from) + BOX_WIDTH, y1 - BOX_HEIGHT / 2, side + 40, y1 - BOX_HEIGHT / 2,
                side + 40, y2 + BOX_HEIGHT / 2, x_of(p, to) + BOX_WIDTH, y2 + BOX_HEIGHT / 2);
}

static void draw_box(const picture *p, size_t node, FILE *out)
{
    PyObject *op = p->g->nodes[node];
    const char *kind = !PyObject_IS_GC(op) ? "atom" : rm_is_tracked(op) ? "tracked" : "untracked";
    char label[160];
    int x = x_of(p, node), y = y_of(p, node);

    rm_label(op, label, sizeof label);
    fprintf(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>", kind,
            x, y, BOX_WIDTH, BOX_HEIGHT);
    fprintf(out, "<text x=\"%d\" y=\"%d\">", x + 8, y + 14);
    label[22] = '\0';
    rm_put_xml(label, out);
    fprintf(out, "</text><text class=\"small\" x=\"%d\" y=\"%d\">count %ld, %zu bytes</text>\n",
            x + 8, y + 28, rm_get_refcount(op), rm_get_size(op));
}

static void print_svg(picture *p, FILE *out)
{
    int layers, columns = place(p, &layers);
    int width = 2 * MARGIN + columns * (BOX_WIDTH + GAP_X) + 40;
    int height = 2 * MARGIN + layers * (BOX_HEIGHT + GAP_Y);

    width = Py_MAX(width, 620);
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
            "<style>.tracked{fill:#dbe9f6;stroke:#2b6cb0}.untracked{fill:#fdf0d5;stroke:#b7791f;"
            "stroke-dasharray:4 2}.atom{fill:#f2f2f2;stroke:#777}.ref,.back{fill:none;stroke:#555;"
            "marker-end:url(#tip)}.back{stroke:#c53030}.unseen{stroke-dasharray:5 "
            "3}.small{font-size:10px;fill:#555}</style>\n"
            "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" "
            "markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\" "
            "fill=\"#555\"/></marker></defs>\n"
            "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
            width, height, width, height, width, height);
    for (size_t i = 0; i < p->g->nedges; i++)
        if (is_chosen_edge(p, i))
            draw_edge(p, &p->g->edges[i], out);
    for (size_t i = 0; i < p->n; i++)
        draw_box(p, p->chosen[i], out);
    fprintf(
        out,
        "<text class=\"small\" x=\"%d\" y=\"%d\">blue: tracked, yellow: untracked, grey: not "
        "collected; red: not to a later layer, dashed: not visited by tp_traverse</text>\n</svg>\n",
        MARGIN, height - 8);
}

static int print(picture *p, size_t root, rm_format format, FILE *out)
{
    p->chosen = calloc(p->g->n + 1, sizeof *p->chosen);
    p->layer = calloc(p->g->n + 1, sizeof *p->layer);
    p->column = calloc(p->g->n + 1, sizeof *p->column);
    if (p->chosen == NULL || p->layer == NULL || p->column == NULL)
        return -1;
    for (size_t i = 0; i < p->g->n; i++)
        p->layer[i] = -1;
    choose_all(p, root);
    if (format == RM_AS_SVG)
        print_svg(p, out);
    else if (format == RM_AS_JSON)
        print_json(p, out);
    else
        print_text(p, out);
    return 0;
}

int rm_print_graph(rm_runtime *rt, PyObject *root, size_t most, rm_format format, FILE *out)
{
    rm_graph g;
    picture p = {.g = &g, .most = most};
    int rc = rm_graph_build(rt, &g);

    if (rc < 0)
        return -1;
    rc = print(&p, root != NULL ? rm_graph_find(&g, root) : SIZE_MAX, format, out);
    free(p.chosen);
    free(p.layer);
    free(p.column);
    rm_graph_free(&g);
    return rc;
}
