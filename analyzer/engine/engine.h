/* engine: walks the paths of every function of a unit and asks the rules. */
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
    const char *dump;               /* "paths" or "summaries": text goes to dump_out; or NULL */
    buf *dump_out;
} engine_config;

typedef struct {
    finding *findings; /* sorted by finding_compare */
    int nfindings, cap;
    int functions;     /* explored */
    int over_budget;   /* of these, reported as RW902 */
} engine_result;

/* Result and everything it points to live in a; scratch memory is freed on return. */
void engine_run(arena *a, const ir_unit *unit, const engine_config *config, engine_result *out);

#endif
