/* ledger: what retain, release, steal, keep, borrow, track, untrack and die mean for one object.
 *
 * The single definition of CPython's reference counting in this project: the analyzer keeps one
 * account per object and path with an unknown number of outside references; the concrete runtime
 * keeps one per real object with `outside` = RM_NOBODY and exact numbers.
 *
 *                 retain/borrow/keep
 *                     +----+
 *                     v    |   release, steal: somebody may still hold it
 *      rm_open --->  LIVE  ------------------------------------+
 *                     |  ^                                     |
 *        last release |  | retain while dying (resurrection)   v
 *                     v  |                                   GONE (we hold nothing and nobody
 *                    DYING ---- die ----> DEAD                 promises that it lives)
 *
 * The count of an object is outside + owned + kept, where
 *   owned    references that this function (or frame) owes a release for,
 *   kept     references that containers and fields hold because of what this function did,
 *   outside  references of everybody else, known only as one of rm_outside.
 * GONE is symbolic only: with outside = RM_NOBODY an object goes LIVE -> DYING -> DEAD.
 */
#ifndef REFWARDEN_LEDGER_H
#define REFWARDEN_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    RM_NOBODY,   /* nobody else: a fresh object that only its creator has seen */
    RM_PERHAPS,  /* unknown, may be none: the result of a getter */
    RM_SOMEBODY, /* at least one for as long as this function runs: an argument, a singleton */
} rm_outside;

typedef enum {
    RM_LIVE,
    RM_DYING, /* the count is zero, the finalizer runs */
    RM_DEAD,
    RM_GONE,
} rm_life;

typedef struct {
    int32_t owned;
    int32_t kept;
    uint8_t outside; /* rm_outside */
    uint8_t life;    /* rm_life */
    bool tracked;    /* known to the cycle collector */
    bool immortal;   /* counting has no effect */
    bool stolen;     /* the last reference that left was stolen, not released */
} rm_account;

/* What a transition did, or why it must not be done. The account changes in both cases: a fault
 * is done as CPython would do it, so that analysis can go on. */
typedef enum {
    RM_OK,
    RM_DIES,          /* the count is zero now: life is DYING, the caller must rm_die or resurrect */
    RM_MAY_DIE,       /* nothing of ours is left: life is GONE */
    RM_F_NOT_OWNED,   /* fault: released or given away, but the reference belongs to someone else */
    RM_F_DEAD,        /* fault: used, retained, released or given away after DEAD */
    RM_F_GONE,        /* fault: the same after GONE */
    RM_F_TRACKED,     /* fault: tracked twice, or dying while tracked */
    RM_F_UNTRACKED,   /* fault: untracked although it was not tracked (harmless in CPython) */
} rm_verdict;

rm_account rm_open(int32_t owned, rm_outside outside); /* LIVE, untracked, mortal */

rm_verdict rm_retain(rm_account *a);   /* one reference more is owed; DYING becomes LIVE */
rm_verdict rm_release(rm_account *a);  /* one owed reference is given up */
rm_verdict rm_steal(rm_account *a);    /* one owed reference moves to a container: kept + 1 */
rm_verdict rm_consume(rm_account *a);  /* one owed reference moves to someone unknown: outside may hold it */
rm_verdict rm_keep(rm_account *a);     /* a container takes a reference of its own: kept + 1 */
rm_verdict rm_unkeep(rm_account *a);   /* a container lets go of one it kept */
rm_verdict rm_borrow(const rm_account *a); /* looked at: a fault when DEAD or GONE */
rm_verdict rm_track(rm_account *a);
rm_verdict rm_untrack(rm_account *a);
rm_verdict rm_die(rm_account *a);      /* DYING becomes DEAD; RM_F_TRACKED when still tracked */

bool rm_is_fault(rm_verdict v);
const char *rm_verdict_text(rm_verdict v); /* static text, e.g. "not owned" */
const char *rm_life_text(rm_life l);

/* 0 when the account is one that the transitions can reach (owned, kept >= 0; DEAD and GONE own
 * and keep nothing; GONE needs outside != RM_NOBODY), else -1. */
int rm_account_verify(const rm_account *a);

#endif
