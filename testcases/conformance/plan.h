/* plan: what a function is called with. Reads cases.tsv, and makes variants of each case. */
#ifndef REFWARDEN_CONFORMANCE_PLAN_H
#define REFWARDEN_CONFORMANCE_PLAN_H

#include "trial.h"

enum { WORDS_MAX = 512, MAX_PLANS = 200 };

typedef struct case_table case_table;

typedef struct {
    char words[WORDS_MAX];
    bool is_base;        /* good arguments: repeated, and run with failing allocations */
    int null_argument;   /* the row says that it may be NULL, and it is; -1 */
    const char *options;
} plan;

typedef struct {
    plan plans[MAX_PLANS];
    int nplans;
} program;

/* cases.tsv; lives in a. */
int case_table_read(case_table **out, arena *a, const char *path, status *st);

/* Why a function cannot be called, or NULL. */
const char *case_reason(const case_table *table, const char *name);

/* The cases of the function, or one that suits its types; then the variants. */
void program_make(program *p, const case_table *table, const api_call *call, const contract *row);

#endif
