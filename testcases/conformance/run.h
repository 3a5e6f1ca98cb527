/* run: all trials of one row, in processes of their own. */
#ifndef REFWARDEN_CONFORMANCE_RUN_H
#define REFWARDEN_CONFORMANCE_RUN_H

#include "judge.h"
#include "plan.h"

/* What the child processes leave behind. Lives in memory they share with the parent. */
typedef struct {
    evidence seen;
    int next;            /* plan to run */
    bool is_failing;     /* its plain calls are done: allocations fail */
    long fail_at;
    bool base_fails;     /* also when every allocation succeeds */
    bool stopped_early;  /* more allocations than were made to fail */
    bool checks_nothing; /* wrong arguments crash it: only good ones count */
    int crashes;
    char crash[200];     /* where the first one was */
} run_result;

run_result *run_result_create(void); /* never NULL; lives as long as the process */

/* loud: the children may write to the terminal. */
void run_row(bench *b, const api_call *call, const contract *row, const program *p, run_result *r,
             bool loud);

#endif
