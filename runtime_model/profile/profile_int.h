/* What the files of profile/ share: writing JSON and SVG, and the graph of objects. */
#ifndef RM_PROFILE_INT_H
#define RM_PROFILE_INT_H

#include "profile.h"

/* ---- text.c */

void rm_put_json(const char *text, FILE *out); /* quoted; NULL: null */
void rm_put_xml(const char *text, FILE *out);
void rm_put_site(rm_site site, FILE *out);     /* file:line, or ? */
void rm_put_json_site(rm_site site, FILE *out); /* two members */
int rm_label(PyObject *op, char *out, size_t room); /* "list 3", 'str 7 "abc"' */

/* ---- census.c */

void rm_census_sum_up(rm_census *census); /* one row a key, most bytes first */

/* ---- graph.c */

typedef struct {
    size_t from, to; /* nodes */
    bool is_unseen;  /* a field that tp_traverse does not visit: for pictures only */
} rm_graph_edge;

typedef struct {
    PyObject **nodes; /* live objects, then what only tp_traverse found */
    size_t n, room, nlive;
    rm_graph_edge *edges; /* by `from` */
    size_t nedges, edges_room;
    struct rm_graph_slot *slots;
    size_t nslots;
    bool failed;
} rm_graph;

int rm_graph_build(rm_runtime *rt, rm_graph *out);
size_t rm_graph_find(const rm_graph *graph, const PyObject *op); /* SIZE_MAX: no node */
void rm_graph_free(rm_graph *graph);

#endif
