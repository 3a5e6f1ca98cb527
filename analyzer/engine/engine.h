/* engine: walks the paths of every function of a unit and asks the rules.
 *
 * A unit alone: engine_run. Units that call each other are opened, and each is told what became of
 * the functions it imports; a function is explored once, when all it calls is settled:
 *
 *   e = engine_open(a, unit, &config);
 *   engine_advance(e);                       explores what calls nothing open
 *   while (!engine_is_done(e)) {
 *       engine_learn(e, name, summary);      ... of each import, some time
 *       engine_advance(e);
 *   }
 *   engine_close(e, &result);
 */
#ifndef REFWARDEN_ENGINE_H
#define REFWARDEN_ENGINE_H

#include "contract.h"
#include "ir.h"
#include "rule_api.h"

typedef struct {
    const rule *rules;              /* ends with code NULL */
    const contract_table *contracts;
    int target_minor;               /* Python 3.minor the source is built for */
    int max_steps;                  /* per function: block visits; 0 = default */
    double max_seconds;             /* per function: CPU; 0 = default */
    bool is_alone;                  /* nobody knows the functions that the unit imports */
    const char *dump;               /* "paths" or "summaries": text goes to dump_out; or NULL */
    buf *dump_out;
} engine_config;

typedef struct {
    finding *findings; /* sorted by finding_compare */
    int nfindings, cap;
    int functions;     /* explored */
    int over_budget;   /* of these, reported as RW902 */
    function_costs slowest;
    bool is_out_of_time; /* one of these for want of time: the next run may come further */
} engine_result;

/* A function that another unit may call, or that this one calls without having its body. */
typedef struct {
    const char *name;
    int line;            /* of the definition, or of the first call */
    ir_type ret;
    int nargs;           /* parameters, or arguments of its calls; -1: these differ */
    bool is_variadic;
    bool is_done;        /* an export that was explored */
    const char *summary; /* of it, as text; NULL: not known */
    const int *needs;    /* an export that was not: the imports it waits for */
    int nneeds;
} engine_link;

typedef struct engine engine;

/* Everything lives in a, unit and config must stay. */
engine *engine_open(arena *a, const ir_unit *unit, const engine_config *config);
int engine_imports(const engine *e, const engine_link **out); /* their number */
int engine_exports(engine *e, engine_link **out);             /* as far as they are known now */
/* What an import does, as its unit's export says; NULL, or a text that is none: nobody knows. */
void engine_learn(engine *e, const char *import, const char *summary);
void engine_advance(engine *e);
bool engine_is_done(const engine *e);
void engine_close(engine *e, engine_result *out);

/* Result and everything it points to live in a; scratch memory is freed on return. */
void engine_run(arena *a, const ir_unit *unit, const engine_config *config, engine_result *out);

#endif
