/* fix: edits of the source that would repair a finding.
 *
 * Only text is looked at: tokens, brackets and statements. What is proposed is a guess until the
 * repaired text was analysed (session/repair.c): nobody is shown a fix that was not.
 */
#ifndef REFWARDEN_FIX_H
#define REFWARDEN_FIX_H

#include "base.h"
#include "rule_api.h"

enum { FIX_MOST_PROPOSALS = 3 };

/* What a fix may use. */
typedef struct {
    int minor;            /* the oldest Python that counts is 3.minor; 0: not known */
    bool has_limited_api; /* Py_LIMITED_API is defined by a flag */
    /* The function that gives a new reference for the same arguments where this one lends; NULL: none that 3.minor
     * has. May be NULL. */
    const char *(*strong)(void *ctx, const char *lends);
    void *ctx;
} fix_target;

typedef struct fix_source fix_source;

/* text is NUL-terminated and must stay; all else lives in a. */
fix_source *fix_source_create(arena *a, const char *text, size_t len, const fix_target *target);

/* Ways to repair the finding, the best first; none is known for most rules. Edits name the file of
 * the finding. How many there are. */
int fix_propose(arena *a, const fix_source *s, const finding *f, finding_fix out[FIX_MOST_PROPOSALS]);

/* Whether they cannot be applied together. */
bool fix_conflicts(const finding_fix *x, const finding_fix *y);

/* The text with all of these applied, none of which conflicts with another; lives in a. */
char *fix_apply(arena *a, const char *text, size_t len, const finding_fix *const *fixes, int n, size_t *out_len);

#endif
