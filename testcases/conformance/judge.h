/* judge: what a row says about a call. The only file that knows what the words of a row predict. */
#ifndef REFWARDEN_CONFORMANCE_JUDGE_H
#define REFWARDEN_CONFORMANCE_JUDGE_H

#include "trial.h"

enum { MAX_CONTRADICTIONS = 6 };

/* What all trials of one row have shown. Lives in memory that the parent process shares. */
struct evidence {
    int calls;             /* that returned */
    int successes, failures;
    int memory_failures;
    bool failed_with_exception, failed_without;
    bool allocated;
    bool result_seen;      /* an object result was classified; any other result was seen */
    bool gave_new, gave_argument;
    bool anchor_seen;
    bool tracking_seen;
    bool code_ran;
    unsigned object_seen;  /* bit k: argument k was an object, in a success */
    unsigned object_failed;/* in a failure */
    unsigned counted;      /* argument k was an object whose count was watched */
    unsigned kept, not_kept;
    unsigned set;          /* out-parameter k was set */
    bool exception_set;
    int ncontradictions;
    char contradictions[MAX_CONTRADICTIONS][400];
    char problem[300];     /* why arguments could not be built */
};

bool judge_failed(const contract *row, const trial *t);
void judge_handouts(const contract *row, trial *t);  /* what the caller got, says the row */
void judge_call(const contract *row, const trial *t, evidence *e);
long judge_owed(const contract *row, const trial *t, const thing *x); /* change that lasts */
void judge_thing_at_end(const trial *t, const thing *x, long count, long expected, evidence *e);
void judge_handout_at_end(const contract *row, const trial *t, const handout *h, long count,
                          evidence *e);
void judge_contradict(const trial *t, evidence *e, const char *column, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The process has ended because this argument was NULL. */
void judge_crash_on_null(int argument, const char *words, evidence *e);

/* For lists: "new", "borrowed", "null" or "-"; "keeps", "borrows", "steals", ... or "-". */
const char *judge_result_word(const contract *row);
const char *judge_argument_word(const contract *row, const evidence *e, int k);

/* Columns of the row that no trial has exercised, as "ret,fail"; empty: proven. */
void judge_missing(const contract *row, const evidence *e, char *text, size_t room);

#endif
