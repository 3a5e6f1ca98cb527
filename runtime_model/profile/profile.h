/* profile: what lives in a model runtime, what makes it grow, and what keeps it alive.
 *
 * Works with both libraries; the checked one knows every object and where it was made, the plain one
 * the objects that the collector tracks, without places. Memory of these tools comes from libc, so
 * looking changes nothing that is looked at. Commands return 0, or -1 when out of memory.
 */
#ifndef RUNTIME_MODEL_PROFILE_H
#define RUNTIME_MODEL_PROFILE_H

#include "Python.h"
#include "refwarden/inspect.h"
#include "refwarden/runtime.h"

typedef enum { RM_AS_TEXT, RM_AS_JSON, RM_AS_SVG } rm_format;

/* ---- one object */

long rm_get_refcount(PyObject *op);
size_t rm_get_size(PyObject *op); /* sys.getsizeof(): shallow, with the collector's words */
bool rm_is_tracked(PyObject *op);

typedef struct {
    PyObject **objects; /* borrowed */
    size_t n;
} rm_objects;

int rm_get_objects(rm_runtime *rt, int generation, rm_objects *out); /* tracked; -1: of any */
int rm_get_referrers(rm_runtime *rt, PyObject *op, rm_objects *out); /* whose tp_traverse visits op */
int rm_get_referents(PyObject *op, rm_objects *out);
void rm_objects_free(rm_objects *objects);

/* ---- live objects by type and place; snapshots */

typedef struct {
    const char *type; /* NULL: any */
    rm_site site;
    size_t count, bytes;
} rm_census_row;

typedef struct {
    rm_census_row *rows; /* most bytes first */
    size_t n;
} rm_census;

typedef enum { RM_BY_TYPE = 1, RM_BY_SITE = 2, RM_BY_BOTH = 3 } rm_census_by;

/* What the runtime made for itself is not counted. */
int rm_census_take(rm_runtime *rt, rm_census_by by, rm_census *out);
void rm_census_free(rm_census *census);
void rm_census_print(const rm_census *census, rm_format format, FILE *out);
/* Rows whose count or bytes differ, those that grew most first. */
int rm_census_print_difference(const rm_census *before, const rm_census *after, rm_format format,
                               FILE *out);

/* ---- leak hunt: runs a scenario again and again; what grows each time leaks */

typedef void (*rm_scenario)(void *ctx);
/* *growing: the number of rows that grew in each of `rounds`, after two to warm up. */
int rm_leak_hunt(rm_runtime *rt, rm_scenario scenario, void *ctx, int rounds, rm_format format,
                 FILE *out, size_t *growing);

/* ---- what keeps an object alive, and the graph of objects */

/* The shortest chain from somebody outside of the object graph. *found: is there one? */
int rm_print_path(rm_runtime *rt, PyObject *op, rm_format format, FILE *out, bool *found);

/* What is reached from root (NULL: all that the program made), types left out, at most `most`. */
int rm_print_graph(rm_runtime *rt, PyObject *root, size_t most, rm_format format, FILE *out);

/* ---- totals: [N refs, M blocks], as the debug build of CPython says at the end; N is -1 when plain */

void rm_print_totals(rm_runtime *rt, FILE *out);

/* ---- arenas and pools */

int rm_print_map(rm_runtime *rt, rm_format format, FILE *out);

/* ---- memory: like tracemalloc, blocks of all domains with the calls that asked for them */

typedef struct rm_trace rm_trace;

enum { RM_TRACE_FRAMES = 8 };

rm_trace *rm_trace_start(rm_runtime *rt, int frames); /* 1..RM_TRACE_FRAMES calls a block; NULL: no memory */
void rm_trace_stop(rm_trace *trace);                  /* before the runtime is destroyed */
void rm_trace_get(const rm_trace *trace, size_t *current, size_t *peak);
void rm_trace_reset_peak(rm_trace *trace);
size_t rm_trace_of(const rm_trace *trace, PyObject *op, rm_site *frames, size_t room); /* 0: untraced */
int rm_trace_census(const rm_trace *trace, rm_census *out); /* rows by place */

/* ---- recorder: every event of a run, to step through. Off unless started; checked library only. */

typedef struct rm_recorder rm_recorder;

rm_recorder *rm_recorder_start(rm_runtime *rt, size_t most_steps); /* NULL: no memory, or not checked */
size_t rm_recorder_steps(const rm_recorder *recorder);
int rm_recorder_write(const rm_recorder *recorder, const char *title, rm_format format, FILE *out);
int rm_recorder_write_html(const rm_recorder *recorder, const char *title, FILE *out);
void rm_recorder_stop(rm_recorder *recorder); /* before the runtime is destroyed; NULL is allowed */

#endif
